/* mask.c - card numbers in a message that is kept
 *
 * Digits that stand as they are, or each in an escape, become stars in their
 * places.  Then all parts are decoded: one that still shows a card number is
 * replaced by a note, and a field by stars.  Lengths only shrink. */

#include <order/mail_in.h>
#include <order/text.h>

#include "begin.h"
#include "part.h"

/* "removed: it held a payment card number", and what was not looked at. */
#define SPAN(text) { text, sizeof(text) - 1 }
static const struct mail_span note =
	SPAN("removed: it held a payment card number\n");
static const struct mail_span note64 =
	SPAN("cmVtb3ZlZDogaXQgaGVsZCBhIHBheW1lbnQgY2FyZCBudW1iZXIK\n");
static const struct mail_span unseen = SPAN("removed: beyond a limit\n");

/* ---- escapes ---- */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' &&
	    (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* Bytes at p that stand for one character, which becomes *c; for none, at a
 * line end that does not count, *c is -1. */
static size_t
escaped(const char *p, size_t n, char escape, int *c)
{
	*c = (unsigned char)*p;
	if (*p != escape)
		return 1;
	if (escape == '=' && n >= 2 && p[1] == '\n') {
		*c = -1;
		return 2;
	}
	if (escape == '=' && n >= 3 && p[1] == '\r' && p[2] == '\n') {
		*c = -1;
		return 3;
	}
	if (n < 3 || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
		return 1;
	*c = hex_digit(p[1]) * 16 + hex_digit(p[2]);
	return 3;
}

/* "=34" is 4 and "=2A" a star; in parameters of fields it is %34. */
static void
mask_escaped(char *p, size_t n, char escape)
{
	char *plain, *masked;
	size_t m = 0, i, len;
	int c;

	if (n == 0 || memchr(p, escape, n) == NULL)
		return;
	plain = xmalloc(n);
	for (i = 0; i < n; i += len) {
		len = escaped(p + i, n - i, escape, &c);
		if (c >= 0)
			plain[m++] = (char)c;
	}
	if (text_has_card_number(plain, m)) {
		masked = plain;
		text_mask_card_numbers(masked, m);
		for (i = m = 0; i < n; i += len) {
			len = escaped(p + i, n - i, escape, &c);
			if (c < 0 || masked[m++] == (char)c)
				continue;
			if (len == 1) {
				p[i] = '*';
			} else {
				p[i + 1] = '2';
				p[i + 2] = 'A';
			}
		}
	}
	free(plain);
}

/* ---- parts ---- */

/* Two bytes a character, or four: with nothing between the digits. */
static bool
has_card_without_nuls(struct mail_span s)
{
	char *narrow;
	size_t n = 0;
	bool has;

	if (memchr(s.p, '\0', s.n) == NULL)
		return false;
	narrow = xmalloc(s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\0')
			narrow[n++] = s.p[i];
	has = text_has_card_number(narrow, n);
	free(narrow);
	return has;
}

static bool
has_card(const struct mail_part *part)
{
	struct buf decoded = BUF_INIT, text = BUF_INIT;
	struct mail_span s = part_bytes(part, &decoded);
	struct err ignored = ERR_INIT;
	bool has = s.n > 0 && (text_has_card_number(s.p, s.n) ||
	    has_card_without_nuls(s));

	/* Of what is not in its character set, so far as it is. */
	if (!has && s.n > 0 && part->charset[0] != '\0' &&
	    strcmp(part->charset, "utf-8") != 0 &&
	    strcmp(part->charset, "us-ascii") != 0 &&
	    text_is_word(part->charset, "-_.:+")) {
		part_convert(part->charset, s, &text, &ignored);
		has = text_has_card_number(text.data, text.n);
	}
	buf_release(&decoded);
	buf_release(&text);
	return has;
}

/* Replace the n bytes at *at by the text, as far as there is room. */
static void
replace(char *bytes, size_t *size, size_t at, size_t n, struct mail_span text)
{
	size_t len = text.n <= n ? text.n : 0;

	memcpy(bytes + at, text.p, len);
	memmove(bytes + at + len, bytes + at + n, *size - at - n);
	*size -= n - len;
}

static void
mask_part(char *bytes, size_t *size, const struct mail_part *part)
{
	size_t at = (size_t)(part->raw.p - bytes);
	bool base64 = strcmp(part->encoding, "base64") == 0;

	if (part->unseen) {
		replace(bytes, size, at, part->raw.n, unseen);
		return;
	}
	if (strcmp(part->encoding, "quoted-printable") == 0)
		mask_escaped(bytes + at, part->raw.n, '=');
	if (has_card(part))
		replace(bytes, size, at, part->raw.n, base64 ? note64 : note);
}

/* ---- headers ---- */

static void
star(char *p, const char *end)
{
	for (; p < end; p++)
		if (*p != '\r' && *p != '\n' && *p != ' ' && *p != '\t')
			*p = '*';
}

static char *
field_end(char *p, const char *end)
{
	char *nl;

	do {
		nl = memchr(p, '\n', (size_t)(end - p));
		p = nl != NULL ? nl + 1 : p + (end - p);
	} while (p < end && (*p == ' ' || *p == '\t'));
	return p;
}

/* Encoded words may hide one.  Line ends and control characters are what they
 * are to whoever reads the field. */
static bool
field_has_card(const char *value, size_t n)
{
	char *copy = xmalloc(n + 1), *text;
	size_t m = 0;
	bool has;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c == '\n' || (c == '\r' && i + 1 < n &&
		    value[i + 1] == '\n'))
			continue;
		copy[m++] = c < ' ' || c == 0x7f ? ' ' : (char)c;
	}
	copy[m] = '\0';
	text = g_mime_utils_header_decode_text(NULL, copy);
	has = text_has_card_number(copy, m) ||
	    (text != NULL && text_has_card_number(text, strlen(text)));
	g_free(text);
	free(copy);
	return has;
}

static bool
is_field(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	return (size_t)(end - p) > n && g_ascii_strncasecmp(p, name, n) == 0;
}

/* named: a card number is in the name of the part's file. */
static void
mask_head(char *p, size_t n, bool named)
{
	char *end = p + n, *next, *value;

	mask_escaped(p, n, '=');
	mask_escaped(p, n, '%');
	for (; p < end; p = next) {
		next = field_end(p, end);
		value = memchr(p, ':', (size_t)(next - p));
		value = value != NULL ? value + 1 : p;
		if (field_has_card(value, (size_t)(next - value)) ||
		    (named && (is_field(p, next, "Content-Type") ||
		    is_field(p, next, "Content-Disposition"))))
			star(value, next);
	}
}

size_t
mail_mask(char *bytes, size_t n)
{
	struct arena mem = ARENA_INIT;
	struct mail_in m;

	text_mask_card_numbers(bytes, n);
	mail_parse(&mem, bytes, n, &m);
	/* Headers keep their lengths; parts do not: they go from the end. */
	for (size_t i = 0; i < m.nheads; i++)
		mask_head(bytes + (m.head[i].p - bytes), m.head[i].n, false);
	mail_parse(&mem, bytes, n, &m);
	for (size_t i = 0; i < m.nparts; i++)
		if (text_has_card_number(m.part[i].name,
		    strlen(m.part[i].name)))
			mask_head(bytes + (m.part[i].head.p - bytes),
			    m.part[i].head.n, true);
	for (size_t i = m.nparts; i-- > 0;)
		mask_part(bytes, &n, &m.part[i]);
	arena_release(&mem);
	return n;
}
