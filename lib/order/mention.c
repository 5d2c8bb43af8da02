/* mention.c - our references in what people write
 *
 * Strict where a number could be anything: a wrong check digit, a piece of a
 * longer word, of an address or of a URL is no reference.  Pure. */

#include <ctype.h>

#include <order/inquiry.h>
#include <order/ref.h>

#define LETTERS_MAX 8
#define DIGITS_MIN 8
#define DIGITS_MAX 18
#define SCHEME_MAX 32		/* else "a+a+a+..." is looked at again and again */

enum gap { GAP_NONE, GAP_BLANK, GAP_DASH };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A hyphen or dash as keyboards and word processors have them, or one blank:
 * passes over it. */
static enum gap
skip_gap(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;

	if (s[0] == '-') {
		*p += 1;
		return GAP_DASH;
	}
	if (s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0x90 && s[2] <= 0x95) {
		*p += 3;
		return GAP_DASH;
	}
	if (s[0] == ' ') {
		*p += 1;
		return GAP_BLANK;
	}
	if (s[0] == 0xc2 && s[1] == 0xa0) {
		*p += 2;
		return GAP_BLANK;
	}
	return GAP_NONE;
}

/* Is it the end of a word, and not the middle of an address? */
static bool
ends_here(const char *p)
{
	if (is_letter(*p) || is_digit(*p) || *p == '_' || *p == '@')
		return false;
	return *p != '-' || !(is_letter(p[1]) || is_digit(p[1]));
}

/* A reference that begins at p: where it ends, or NULL. */
static const char *
match(const char *p, char ref[MENTION_TEXT])
{
	char prefix[REF_TEXT];
	enum gap first, second;
	bool upper = true;
	size_t n = 0, digits = 0;
	int64_t id;

	for (; is_letter(*p) && n < LETTERS_MAX; p++) {
		upper = upper && *p >= 'A' && *p <= 'Z';
		ref[n++] = *p;
	}
	first = skip_gap(&p);
	for (; is_digit(*p) && digits < DIGITS_MAX + (first == GAP_NONE);
	    p++, digits++)
		ref[n++] = *p;
	second = skip_gap(&p);
	/* Without a gap the check digit is the last of them. */
	if (second == GAP_DASH || (second == GAP_BLANK &&
	    first == GAP_BLANK && is_digit(*p))) {
		if (digits < DIGITS_MIN || !is_digit(*p))
			return NULL;
		ref[n++] = *p++;
	} else {
		if (digits < DIGITS_MIN + 1)
			return NULL;
		if (second == GAP_BLANK)
			p -= p[-1] == ' ' ? 1 : 2;
		second = GAP_NONE;
	}
	ref[n] = '\0';
	if (first != second || (first != GAP_DASH && !upper))
		return NULL;
	return ends_here(p) && ref_parse(ref, prefix, &id) ? p : NULL;
}

/* Behind a word that is a URL or an address of the Web; else NULL. */
static const char *
url_end(const char *p)
{
	const char *q = p;

	if (strncasecmp(p, "www.", 4) != 0) {
		while (q - p < SCHEME_MAX && (is_letter(*q) || is_digit(*q) ||
		    *q == '+' || *q == '.'))
			q++;
		if (strncmp(q, "://", 3) != 0)
			return NULL;
	}
	return q + strcspn(q, " \t\r\n<>\"");
}

bool
reference_mentioned(const char **from, char ref[MENTION_TEXT])
{
	const char *p = *from, *end;
	char before = ' ';

	while (*p != '\0') {
		bool begins = is_letter(*p) && !is_letter(before) &&
		    !is_digit(before) && strchr("_@./\\=&-", before) == NULL;

		if (begins && (end = url_end(p)) != NULL) {
			before = ' ';
			p = end;
			continue;
		}
		if (begins && (end = match(p, ref)) != NULL) {
			*from = end;
			return true;
		}
		/* A word is looked at once. */
		do
			before = *p++;
		while (is_letter(before) && is_letter(*p));
	}
	*from = p;
	return false;
}
