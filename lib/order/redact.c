/* redact.c - card numbers and security codes in the bytes of an order
 *
 * Knows in which columns digits are a key and no card number, and how JSON
 * can hide one.  Whoever keeps or shows an order's own bytes asks here. */

#include <order/intake.h>
#include <order/text.h>

static int
four_hex(const char *p)
{
	static const char hex[] = "0123456789abcdef";
	const char *digit;
	int n = 0;

	for (int i = 0; i < 4; i++) {
		digit = memchr(hex, p[i] | 0x20, sizeof(hex) - 1);
		if (digit == NULL)
			return -1;
		n = n * 16 + (int)(digit - hex);
	}
	return n;
}

/* The character that a JSON escape of six or twelve bytes stands for; '?' for
 * what cannot be itself in a string; -1: it is no such escape. */
static int
escaped(const char *p, size_t n, size_t *len)
{
	int c = n < 6 || memcmp(p, "\\u", 2) != 0 ? -1 : four_hex(p + 2), low;

	*len = 6;
	if (c >= 0xd800 && c < 0xdc00 && n >= 12 && memcmp(p + 6, "\\u", 2) == 0 &&
	    (low = four_hex(p + 8)) >= 0xdc00 && low < 0xe000) {
		*len = 12;
		return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c >= 0 && (c < 0x20 || c == '"' || c == '\\' ||
	    (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000)))
		return '?';
	return c;
}

static size_t
put_utf8(char *p, int c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n == 1) {
		*p = (char)c;
		return 1;
	}
	for (size_t i = n; i-- > 1; c >>= 6)
		p[i] = (char)(0x80 | (c & 0x3f));
	p[0] = (char)((0xf00 >> n & 0xff) | c);
	return n;
}

/* JSON with its characters instead of their escapes, so that digits are next
 * to what they are next to; a tab becomes a blank.  In place: the length. */
static size_t
unescape(char *p, size_t n)
{
	size_t from = 0, to = 0, len;
	int c;

	while (from < n) {
		if (p[from] != '\\') {
			p[to++] = p[from++];
		} else if ((c = escaped(p + from, n - from, &len)) >= 0) {
			to += put_utf8(p + to, c);
			from += len;
		} else if (from + 1 < n && p[from + 1] == 't') {
			p[to++] = ' ';
			from += 2;
		} else {
			/* Behind a backslash stands no escape's beginning. */
			p[to++] = p[from++];
			if (from < n)
				p[to++] = p[from++];
		}
	}
	return to;
}

static bool
ends_cell(char c)
{
	return c == ',' || c == '"' || c == '\n' || c == '\r';
}

/* A key is no card number, whatever its digits: the order must come back
 * under it.  Only whole cells count. */
static void
restore_key(char *masked, const char *plain, size_t n, const char *key)
{
	size_t len = strlen(key);
	const char *p = plain, *end = plain + n;

	if (!text_has_card_number(key, len))
		return;
	while ((p = memmem(p, (size_t)(end - p), key, len)) != NULL) {
		if ((p == plain || ends_cell(p[-1])) &&
		    (p + len == end || ends_cell(p[len])))
			memcpy(masked + (p - plain), p, len);
		p += len;
	}
}

/* ---- security codes, in JSON ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char *
string_end(char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : p;
}

/* Stars for the digits of a string, 0 for a number, through the whole value
 * at p; true: there were any. */
static bool
hide_value(char *p, const char *end)
{
	bool in_string = false, in_number = false, any = false;
	int depth = 0;

	for (; p < end; p++) {
		bool digit = *p >= '0' && *p <= '9';

		if (in_string && *p == '\\' && p + 1 < end)
			p++;
		else if (*p == '"')
			in_string = !in_string;
		else if (!in_string && (*p == '[' || *p == '{'))
			depth++;
		else if (!in_string &&
		    (((*p == ']' || *p == '}') && depth-- == 0) ||
		    (*p == ',' && depth == 0)))
			break;
		any = any || digit;
		if (in_string && digit)
			*p = '*';
		else if (!in_string && (digit || (in_number && (*p == '.' ||
		    *p == 'e' || *p == 'E' || *p == '+' || *p == '-'))))
			*p = in_number ? ' ' : '0';
		in_number = !in_string && (digit || (in_number && *p == ' '));
	}
	return any;
}

/* The values of keys that are called like a security code. */
static bool
hide_secrets(char *p, size_t n)
{
	char *end = p + n, *key, *after;
	bool any = false;

	while ((p = memchr(p, '"', (size_t)(end - p))) != NULL) {
		key = p + 1;
		p = after = string_end(p, end);
		while (after < end && is_blank(*after))
			after++;
		if (after < end && *after == ':' &&
		    is_secret_column(key, (size_t)(p - 1 - key)))
			any = hide_value(after + 1, end) || any;
	}
	return any;
}

/* Mask the record in place; true: there was something to hide. */
static bool
redact(const struct order_in *in, char *record, size_t *n)
{
	char *plain = xmalloc(*n + 1);
	bool json = strcmp(in->format, "json") == 0, hidden;
	size_t m;

	memcpy(plain, record, *n);
	m = json ? unescape(plain, *n) : *n;
	hidden = json && hide_secrets(plain, m);
	if (!hidden && !text_has_card_number(plain, m)) {
		free(plain);
		return false;
	}
	memcpy(record, plain, m);
	*n = m;
	text_mask_card_numbers(record, m);
	restore_key(record, plain, m, in->column[COLUMN_EXTERNAL_REF]);
	restore_key(record, plain, m, in->column[COLUMN_CUSTOMER]);
	for (size_t i = 0; i < in->nlines; i++)
		restore_key(record, plain, m,
		    in->lines[i].column[LINE_COLUMN_SKU]);
	hidden = hidden || memcmp(record, plain, m) != 0;
	free(plain);
	return hidden;
}

size_t
reject_mask(const struct order_intake *it, char *record, size_t n)
{
	redact(it->in, record, &n);
	return n;
}

bool
original_has_card_number(const struct order_in *in)
{
	size_t n = in->raw_n;
	char *copy;
	bool hidden;

	if (!text_has_card_number(in->raw, n) &&
	    strcmp(in->format, "json") != 0)
		return false;
	copy = xmalloc(n + 1);
	memcpy(copy, in->raw, n);
	hidden = redact(in, copy, &n);
	free(copy);
	return hidden;
}
