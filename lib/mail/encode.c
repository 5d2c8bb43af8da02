/* encode.c - encoded words and quoted-printable
 *
 * GMime's own encoders guess charsets, let "." and "From " begin a line and
 * decode what only looks encoded; here the same text always gives the same
 * plain ASCII.  Knows nothing of messages: the input is checked UTF-8.
 */
#include <stdbool.h>

#include <order/text.h>

#include "encode.h"

#define HEADER_LINE 76		/* RFC 2047, 2: with encoded words */
#define WORD_LINE 60		/* a longer plain word is encoded */
#define BODY_LINE 76		/* RFC 2045, 6.7: with the soft break */
#define WORD_OPEN "=?UTF-8?Q?"
#define WORD_CLOSE "?="

static const char HEX[] = "0123456789ABCDEF";

static void
add_hex(struct buf *b, unsigned char c)
{
	buf_putc(b, '=');
	buf_putc(b, HEX[c >> 4]);
	buf_putc(b, HEX[c & 15]);
}

/* ASCII whose every word and blank survives folding and unfolding. */
static bool
is_plain(const char *s)
{
	size_t word = 0;

	if (*s == ' ' || strstr(s, "=?") != NULL)
		return false;
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
			return false;
		if (*s == ' ' && (s[1] == ' ' || s[1] == '\0'))
			return false;
		word = *s == ' ' ? 0 : word + 1;
		if (word > WORD_LINE)
			return false;
	}
	return true;
}

/* Safe in an encoded word anywhere, also within a name (RFC 2047, 5). */
static bool
is_literal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || (c != '\0' && strchr("!*+-/", c) != NULL);
}

/* Bytes of the UTF-8 character at s. */
static size_t
character(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* No character is split between two words. */
static void
encode_words(struct buf *b, const char *s, size_t col)
{
	size_t n, i, width;

	buf_puts(b, WORD_OPEN);
	col += strlen(WORD_OPEN);
	for (; *s != '\0'; s += n) {
		n = character(s);
		width = n == 1 && (*s == ' ' || is_literal(*s)) ? 1 : 3 * n;
		if (col + width + strlen(WORD_CLOSE) > HEADER_LINE) {
			buf_puts(b, WORD_CLOSE "\n " WORD_OPEN);
			col = 1 + strlen(WORD_OPEN);
		}
		col += width;
		if (width == 1) {
			buf_putc(b, *s == ' ' ? '_' : *s);
			continue;
		}
		for (i = 0; i < n; i++)
			add_hex(b, (unsigned char)s[i]);
	}
	buf_puts(b, WORD_CLOSE);
}

void
encode_header(struct buf *b, const char *s, size_t col)
{
	size_t n;

	if (!is_plain(s)) {
		encode_words(b, s, col);
		return;
	}
	while (*s != '\0') {
		n = 1 + strcspn(s + 1, " ");
		if (col + n > HEADER_LINE) {
			buf_putc(b, '\n');
			col = 0;
		}
		buf_add(b, s, n);
		s += n;
		col += n;
	}
}

void
encode_mailbox(struct buf *b, const char *name, const char *address,
    size_t col)
{
	size_t from = b->n;

	if (*name == '\0') {
		buf_printf(b, "<%s>", address);
		return;
	}
	if (is_plain(name) && strlen(name) <= WORD_LINE / 2) {
		buf_putc(b, '"');
		for (; *name != '\0'; name++) {
			if (*name == '"' || *name == '\\')
				buf_putc(b, '\\');
			buf_putc(b, *name);
		}
		buf_putc(b, '"');
		if (col + (b->n - from) + strlen(address) + 3 > HEADER_LINE)
			buf_putc(b, '\n');
	} else {
		encode_words(b, name, col);
		buf_putc(b, '\n');
	}
	buf_printf(b, " <%s>", address);
}

/* Stands for itself in quoted-printable text, but for a blank at the end. */
static bool
is_body_literal(char c)
{
	return (unsigned char)(c - ' ') <= '~' - ' ' ? c != '=' : c == '\t';
}

/* How many bytes stand for themselves, of the next room on the line.  A blank
 * must not end a line; a dot or "From " must not begin one. */
static size_t
body_literals(const char *s, size_t col, size_t room)
{
	size_t n = 0;

	if (col == 0 && (*s == '.' || strncmp(s, "From ", 5) == 0))
		return 0;
	while (n < room && is_body_literal(s[n]))
		n++;
	if (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t') &&
	    (s[n] == '\n' || s[n] == '\0'))
		n--;
	return n;
}

void
encode_body(struct buf *b, const char *s)
{
	const size_t width = BODY_LINE - 1;
	size_t col = 0, n = strlen(s), from = b->n;

	buf_room(b, n + n / 16);	/* what most texts need, at once */
	while (*s != '\0') {
		n = body_literals(s, col, width - col);
		if (n > 0) {
			buf_add(b, s, n);
			s += n;
			col += n;
		} else if (*s == '\n') {
			buf_putc(b, *s++);
			col = 0;
		} else if (col + 3 > width) {
			buf_puts(b, "=\n");
			col = 0;
		} else {
			add_hex(b, (unsigned char)*s++);
			col += 3;
		}
	}
	if (b->n == from || b->data[b->n - 1] != '\n')
		buf_putc(b, '\n');
}
