/* show.c - text on one line, and its width on a terminal
 *
 * Knows which characters can harm a terminal, a header or a log line, how
 * wide the others are, and what a diagnostic may say.  Knows no escape
 * sequences and no terminal.
 */
#include <order/text.h>

#include <stdint.h>
#include <utf8proc.h>

#define EXCERPT 60		/* columns that a diagnostic quotes */
#define ELLIPSIS "\xe2\x80\xa6"
#define BYTES_PER_COLUMN 4	/* of what is cut to a number of columns */

/* Bytes of the character at s, 0 at the end, negative where it is not UTF-8. */
static ptrdiff_t
next_char(const char *s, size_t n, utf8proc_int32_t *c)
{
	if (n > 0 && (unsigned char)*s < 0x80) {
		*c = (unsigned char)*s;
		return 1;
	}
	return utf8proc_iterate((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)n, c);
}

static bool
is_bidi_control(utf8proc_int32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Controls, and what else may end a line. */
static bool
is_control(utf8proc_int32_t c)
{
	if (c < 0x80)
		return c < 0x20 || c == 0x7f;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return false;
	}
}

static bool
is_invisible(utf8proc_int32_t c)
{
	return is_control(c) ||
	    (c >= 0x80 && utf8proc_category(c) == UTF8PROC_CATEGORY_CF);
}

static bool
is_blank(utf8proc_int32_t c)
{
	return c == ' ' ||
	    (c >= 0x80 && utf8proc_category(c) == UTF8PROC_CATEGORY_ZS);
}

bool
text_is_line(const char *s)
{
	size_t left = strlen(s);
	utf8proc_int32_t c;
	ptrdiff_t n;

	for (; left > 0; s += n, left -= (size_t)n)
		if ((n = next_char(s, left, &c)) <= 0 || is_control(c) ||
		    is_bidi_control(c))
			return false;
	return true;
}

bool
text_is_key(const char *s, size_t max)
{
	size_t left = strnlen(s, max + 1);
	bool first = true, blank = true;
	utf8proc_int32_t c;
	ptrdiff_t n;

	if (left > max)
		return false;
	for (; left > 0; s += n, left -= (size_t)n) {
		if ((n = next_char(s, left, &c)) <= 0 || is_invisible(c))
			return false;
		blank = is_blank(c);
		if (first && blank)
			return false;
		first = false;
	}
	return !blank;
}

/* Characters younger than our Unicode tables are taken for visible; in the
 * blocks of the emoji they are wide. */
static size_t
char_width(utf8proc_int32_t c)
{
	if (c < 0x80)
		return c >= 0x20 && c < 0x7f;
	if (utf8proc_category(c) == UTF8PROC_CATEGORY_CN)
		return c >= 0x1f300 && c <= 0x1faff ? 2 : 1;
	return (size_t)utf8proc_charwidth(c);
}

size_t
text_width(const char *s)
{
	size_t left = strlen(s), width = 0;
	utf8proc_int32_t c;
	ptrdiff_t n;

	for (; left > 0; s += n, left -= (size_t)n) {
		if ((n = next_char(s, left, &c)) > 0) {
			width += char_width(c);
		} else {
			width++;
			n = 1;
		}
	}
	return width;
}

/* Joiners are format characters that scripts and emoji need. */
static bool
must_be_escaped(utf8proc_int32_t c)
{
	return is_invisible(c) && c != 0x200c && c != 0x200d;
}

/* Add the next character of left bytes; its columns are added to *width.
 * How many bytes it took. */
static size_t
show_char(struct buf *b, const char *s, size_t left, size_t *width)
{
	size_t before = b->n;
	utf8proc_int32_t c;
	ptrdiff_t n = next_char(s, left, &c);

	if (n <= 0) {
		buf_printf(b, "\\x{%02x}", (unsigned)(unsigned char)*s);
		*width += b->n - before;
		return 1;
	}
	if (c == '\r' || c == '\n') {
		buf_putc(b, ' ');
		++*width;
		return c == '\r' && left > 1 && s[1] == '\n' ? 2 : 1;
	}
	if (must_be_escaped(c)) {
		buf_printf(b, "\\u{%x}", (unsigned)c);
		*width += b->n - before;
	} else {
		buf_add(b, s, (size_t)n);
		*width += char_width(c);
	}
	return (size_t)n;
}

void
text_show(struct buf *b, const char *s, size_t max)
{
	size_t left = strlen(s), width = 0, begin = b->n, fit = begin, n;

	for (; left > 0; s += n, left -= n) {
		n = show_char(b, s, left, &width);
		if (max == 0)
			continue;
		if (width > max || b->n - begin > BYTES_PER_COLUMN * max) {
			b->n = fit;
			buf_puts(b, ELLIPSIS);
			return;
		}
		if (width < max && b->n - begin + strlen(ELLIPSIS) <=
		    BYTES_PER_COLUMN * max)
			fit = b->n;
	}
}

/* In JSON such characters stand in strings only, but for a lone CR. */
static void
escape(struct buf *b, utf8proc_int32_t c, bool json)
{
	unsigned u = (unsigned)c;

	if (!json)
		buf_printf(b, "\\u{%x}", u);
	else if (c == '\r')
		buf_putc(b, ' ');
	else if (u < 0x10000)
		buf_printf(b, "\\u%04x", u);
	else
		buf_printf(b, "\\u%04x\\u%04x", 0xd800 + ((u - 0x10000) >> 10),
		    0xdc00 + (u & 0x3ff));
}

void
text_show_records(struct buf *b, const char *s, size_t n, bool json)
{
	utf8proc_int32_t c;
	ptrdiff_t len;

	for (; n > 0; s += len, n -= (size_t)len) {
		len = next_char(s, n, &c);
		if (len <= 0) {
			buf_printf(b, "\\x{%02x}", (unsigned)(unsigned char)*s);
			len = 1;
		} else if (c == '\n' || c == '\t' || !must_be_escaped(c)) {
			buf_add(b, s, (size_t)len);
		} else if (c != '\r' || n == 1 || s[1] != '\n') {
			escape(b, c, json);
		}
	}
}

const char *
text_shown(struct arena *a, const char *s, size_t max)
{
	struct buf b = BUF_INIT;
	const char *shown;

	text_show(&b, s, max);
	shown = arena_dupn(a, b.data, b.n);
	buf_release(&b);
	return shown;
}

/* ---- what diagnostics say ---- */

static bool
is_of_number(char c)
{
	return (c >= '0' && c <= '9') || c == ' ' || c == '-';
}

void
text_end_whole(char *text)
{
	size_t n = strlen(text), lead = n, want;
	unsigned char c;

	while (lead > 0 && n - lead < 3 &&
	    ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0)
		return;
	c = (unsigned char)text[--lead];
	want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
	if (lead + want > n)
		n = lead;
	while (n > 0 && is_of_number(text[n - 1]))
		n--;
	text[n] = '\0';
}

void
text_format(char *text, size_t room, const char *fmt, va_list ap)
{
	int n = vsnprintf(text, room, fmt, ap);

	if (n < 0)
		text[0] = '\0';
	text_mask_card_numbers(text, strlen(text));
	if (n >= 0 && (size_t)n >= room)
		text_end_whole(text);
}

const char *
text_excerpt(struct arena *a, const char *s)
{
	char *masked = arena_dup(a, s);

	text_mask_card_numbers(masked, strlen(masked));
	return text_shown(a, masked, EXCERPT);
}
