/* text.c - UTF-8 text: checking and comparing by meaning
 *
 * Knows what may be recorded, how keys compare and what an e-mail address
 * is.  Knows nothing of how text is shown (show.c) and nothing of the locale.
 */
#include <order/text.h>

#include <stdint.h>
#include <utf8proc.h>

#define NBSP "\xc2\xa0"
#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))
#define NAME_MAX_LEN 64			/* of names that are looked for */

/* Are all eight bytes printable ASCII?  A borrow or a carry can only come
 * from a byte that is not, so none hides another. */
static bool
is_plain8(const char *s)
{
	uint64_t w;

	memcpy(&w, s, sizeof(w));
	return (((w - EACH_BYTE(0x20)) | (w + EACH_BYTE(0x01)) | w) &
	    EACH_BYTE(0x80)) == 0;
}

/* Bytes of the well-formed character at s, or 0. */
static size_t
char_length(const char *s, size_t n, utf8proc_int32_t *c)
{
	utf8proc_ssize_t len;

	len = utf8proc_iterate((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)n, c);
	return len > 0 ? (size_t)len : 0;
}

bool
text_is_utf8(const char *s, size_t n)
{
	utf8proc_int32_t c;
	size_t len;

	while (n > 0) {
		if (n >= 8 && is_plain8(s)) {
			s += 8;
			n -= 8;
			continue;
		}
		if (*s == '\0' || (len = char_length(s, n, &c)) == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

const char *
text_unfit(const char *s, size_t n)
{
	utf8proc_int32_t c;
	size_t len;

	while (n > 0) {
		if (n >= 8 && is_plain8(s)) {
			s += 8;
			n -= 8;
			continue;
		}
		c = (unsigned char)*s;
		len = 1;
		if (c >= 0x80 && (len = char_length(s, n, &c)) == 0)
			return "is not UTF-8";
		if (c == 0)
			return "holds a NUL byte";
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
		    c == 0x7f)
			return "holds a control character";
		if (c >= 0x80 && c < 0xa0)
			return "holds a C1 control character "
			    "(is the encoding right?)";
		s += len;
		n -= len;
	}
	return NULL;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

static char
lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	return c;
}

bool
text_is_word(const char *s, const char *others)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!is_alnum(*s) && strchr(others, *s) == NULL)
			return false;
	return true;
}

bool
text_eq_nocase(const char *a, const char *b)
{
	for (; *a != '\0' && lower(*a) == lower(*b); a++, b++)
		continue;
	return lower(*a) == lower(*b);
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of the blank that text_trim drops at s, or 0. */
static size_t
outer_blank(const char *s)
{
	if (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
		return 1;
	return strncmp(s, NBSP, 2) == 0 ? 2 : 0;
}

char *
text_trim(struct arena *a, const char *s)
{
	size_t n, blank;

	while ((blank = outer_blank(s)) > 0)
		s += blank;
	for (n = strlen(s); n > 0; n -= blank)
		if ((blank = outer_blank(s + n - 1)) != 1 &&
		    (n < 2 || (blank = outer_blank(s + n - 2)) != 2))
			break;
	return arena_dupn(a, s, n);
}

size_t
text_currency_sign(const char *s)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1,
	    &c);

	return n > 0 && utf8proc_category(c) == UTF8PROC_CATEGORY_SC ?
	    (size_t)n : 0;
}

/* In place. */
static char *
squeeze(char *s)
{
	char *from, *to = s;

	for (from = s; *from != '\0'; from++) {
		if (!is_blank(*from))
			*to++ = *from;
		else if (to > s && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > s && to[-1] == ' ')
		to--;
	*to = '\0';
	return s;
}

char *
text_fold(struct arena *a, const char *s)
{
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT |
	    UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
	    UTF8PROC_IGNORE;
	utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(s), n, room = 0;
	utf8proc_int32_t *chars = NULL;
	bool ascii = true;
	char *copy, *p;

	copy = arena_dupn(a, s, (size_t)len);
	for (p = copy; *p != '\0'; p++) {
		*p = lower(*p);
		ascii = ascii && (unsigned char)*p < 0x80;
	}
	if (ascii)
		return squeeze(copy);
	/* The first round tells how many there are; one more is the NUL's. */
	while ((n = utf8proc_decompose((const utf8proc_uint8_t *)s, len, chars,
	    room, how)) > room) {
		chars = arena_array(a, (size_t)n + 1, sizeof(*chars));
		room = n;
	}
	if (n < 0)
		return squeeze(copy);	/* not UTF-8 */
	if (n == 0 || utf8proc_reencode(chars, n, how) < 0)
		return arena_dup(a, "");
	return squeeze((char *)chars);
}

/* Words that one address spells and the other cuts short; "" does not count
 * at all.  Both sides are folded. */
static const struct {
	const char *word, *is;
} same_words[] = {
	{ "street", "st" }, { "saint", "st" }, { "sankt", "st" },
	{ "strasse", "str" }, { "platz", "pl" }, { "place", "pl" },
	{ "avenue", "ave" }, { "av", "ave" }, { "road", "rd" },
	{ "drive", "dr" }, { "doctor", "dr" }, { "lane", "ln" },
	{ "boulevard", "blvd" }, { "boul", "blvd" }, { "bd", "blvd" },
	{ "court", "ct" }, { "square", "sq" }, { "terrace", "ter" },
	{ "parkway", "pkwy" }, { "highway", "hwy" }, { "circle", "cir" },
	{ "crescent", "cres" }, { "heights", "hts" }, { "mount", "mt" },
	{ "fort", "ft" }, { "north", "n" }, { "south", "s" },
	{ "east", "e" }, { "west", "w" }, { "northeast", "ne" },
	{ "northwest", "nw" }, { "southeast", "se" }, { "southwest", "sw" },
	{ "apartment", "apt" }, { "suite", "ste" }, { "floor", "fl" },
	{ "building", "bldg" }, { "room", "rm" }, { "department", "dept" },
	{ "number", "no" }, { "nr", "no" }, { "and", "" }, { "und", "" },
	{ "company", "co" }, { "limited", "ltd" }, { "corporation", "corp" },
	{ "incorporated", "inc" }, { "brothers", "bros" },
	{ "manufacturing", "mfg" }, { "international", "intl" },
};

/* German writes the word for street or square onto the name. */
static const struct {
	const char *end, *is;
} same_ends[] = {
	{ "strasse", "str" }, { "platz", "pl" },
};

static void
add_word(struct buf *b, const char *word, size_t n)
{
	size_t i, len;

	for (i = 0; i < sizeof(same_words) / sizeof(same_words[0]); i++) {
		if (strncmp(same_words[i].word, word, n) == 0 &&
		    same_words[i].word[n] == '\0') {
			buf_puts(b, same_words[i].is);
			return;
		}
	}
	for (i = 0; i < sizeof(same_ends) / sizeof(same_ends[0]); i++) {
		len = strlen(same_ends[i].end);
		if (n > len &&
		    memcmp(word + n - len, same_ends[i].end, len) == 0) {
			buf_add(b, word, n - len);
			buf_puts(b, same_ends[i].is);
			return;
		}
	}
	buf_add(b, word, n);
}

static bool
is_word_char(utf8proc_int32_t c)
{
	if (c < 0x80)
		return is_alnum((char)c);
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
		return false;
	default:
		return true;
	}
}

/* The folded words of s, one after another. */
static void
add_meaning(struct buf *b, struct arena *a, const char *s)
{
	const char *p = text_fold(a, s), *word = p;
	size_t left = strlen(p), len;
	utf8proc_int32_t c;

	for (; left > 0; p += len, left -= len) {
		if ((len = char_length(p, left, &c)) == 0) {
			len = 1;	/* a stray byte counts as a letter */
			continue;
		}
		if (is_word_char(c))
			continue;
		if (p > word)
			add_word(b, word, (size_t)(p - word));
		word = p + len;
	}
	if (p > word)
		add_word(b, word, (size_t)(p - word));
}

bool
text_same_meaning(const char *a, const char *b)
{
	struct buf left = BUF_INIT, right = BUF_INIT;
	struct arena arena = ARENA_INIT;
	bool same;

	if (strcmp(a, b) == 0)
		return true;
	add_meaning(&left, &arena, a);
	add_meaning(&right, &arena, b);
	same = strcmp(left.data, right.data) == 0;
	buf_release(&left);
	buf_release(&right);
	arena_release(&arena);
	return same;
}

char *
text_digits(struct arena *a, const char *s)
{
	const char *folded = text_fold(a, s);	/* full-width digits too */
	char *digits = arena_alloc(a, strlen(folded) + 1), *to = digits;

	for (; *folded != '\0'; folded++) {
		if (strncmp(folded, "(0)", 3) == 0)
			folded += 2;
		else if (*folded >= '0' && *folded <= '9')
			*to++ = *folded;
	}
	return strncmp(digits, "00", 2) == 0 ? digits + 2 : digits;
}

/* Spelling that nobody gets wrong on purpose is no distance. */
static char
plain_letter(char c)
{
	if (c == '-' || c == ' ')
		return '_';
	return lower(c);
}

/* Edits from one to the other, where swapping two neighbours is one edit.
 * Both are shorter than NAME_MAX_LEN. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_LEN], na = strlen(a), nb = strlen(b), i, j, d;
	size_t *row, *last, *before;

	for (j = 0; j <= nb; j++)
		rows[0][j] = j;
	for (i = 1; i <= na; i++) {
		row = rows[i % 3];
		last = rows[(i + 2) % 3];
		before = rows[(i + 1) % 3];
		row[0] = i;
		for (j = 1; j <= nb; j++) {
			d = last[j - 1] +
			    (plain_letter(a[i - 1]) != plain_letter(b[j - 1]));
			if (last[j] + 1 < d)
				d = last[j] + 1;
			if (row[j - 1] + 1 < d)
				d = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			row[j] = d;
		}
	}
	return rows[na % 3][nb];
}

/* Near: one edit, and one more for every four letters, but not all of them. */
const char *
text_nearest(const char *s, const char *const *names, size_t n)
{
	size_t i, d, len = strlen(s), other, longer, shorter, least = SIZE_MAX;
	const char *nearest = NULL;

	if (len >= NAME_MAX_LEN)
		return NULL;
	for (i = 0; i < n; i++) {
		if ((other = strlen(names[i])) >= NAME_MAX_LEN)
			continue;
		longer = len > other ? len : other;
		shorter = len > other ? other : len;
		d = distance(s, names[i]);
		if (d < least && d < shorter && d <= 1 + longer / 4) {
			least = d;
			nearest = names[i];
		}
	}
	return nearest;
}

/* Letters, digits and others in n bytes, in parts with a dot between. */
static bool
is_dotted(const char *s, size_t n, const char *others, size_t part_max)
{
	size_t part = 0;

	for (; n > 0; n--, s++) {
		if (*s == '.') {
			if (part == 0)
				return false;
			part = 0;
		} else if ((is_alnum(*s) ||
		    (*s != '\0' && strchr(others, *s) != NULL)) &&
		    part < part_max) {
			part++;
		} else {
			return false;
		}
	}
	return part > 0;
}

/* A last label of digits would be an address of the network. */
static bool
is_domain(const char *s)
{
	const char *last = strrchr(s, '.'), *p;

	if (last == NULL)
		return text_eq_nocase(s, "localhost");
	if (!is_dotted(s, strlen(s), "-", 63))
		return false;
	for (p = s; *p != '\0'; p++)
		if (*p == '-' && (p == s || p[-1] == '.' || p[1] == '.' ||
		    p[1] == '\0'))
			return false;
	return last[1 + strspn(last + 1, "0123456789")] != '\0';
}

bool
text_is_email(const char *s)
{
	const char *at = strchr(s, '@');

	if (at == NULL || at - s > 64 || strlen(s) > 254 || *s == '-')
		return false;
	return is_dotted(s, (size_t)(at - s), "!#$%&'*+-/=?^_`{|}~", 64) &&
	    is_domain(at + 1);
}
