/* card.c - payment card numbers in text
 *
 * Knows how card numbers look, so that none is recorded or shown.  Looks at
 * bytes, well-formed or not.  Knows no fields: who calls it decides where a
 * number like these is allowed.
 */
#include <order/text.h>

#include <stdint.h>

/* A run is digits with up to three blanks or dashes between two of them; a
 * whole run is a card number whatever its groups.  Inside a longer run (an
 * expiry date follows, a telephone number stands before) it is one if its
 * groups are printed as on a card. */
#define DIGITS_MIN 14
#define DIGITS_MAX 19
#define GAP_MAX 3

/* Bytes that a card number can hold: digits, blank, TAB, dash, and those of
 * the no-break and thin blanks and the dashes U+2010 to U+2015. */
static const bool card_byte[256] = {
	['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
	['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
	[' '] = true, ['\t'] = true, ['-'] = true, [0xc2] = true,
	[0xa0] = true, [0xe2] = true, [0x80] = true, [0x89] = true,
	[0x90] = true, [0x91] = true, [0x92] = true, [0x93] = true,
	[0x94] = true, [0x95] = true, [0xaf] = true,
};

struct span {
	const unsigned char *begin, *end;
};

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Bytes of the blank or dash at p; 0: none. */
static size_t
separator(const unsigned char *p, const unsigned char *end)
{
	if (p < end && (*p == ' ' || *p == '\t' || *p == '-'))
		return 1;
	if (end - p >= 2 && p[0] == 0xc2 && p[1] == 0xa0)
		return 2;
	if (end - p >= 3 && p[0] == 0xe2 && p[1] == 0x80 &&
	    (p[2] == 0x89 || p[2] == 0xaf || (p[2] >= 0x90 && p[2] <= 0x95)))
		return 3;
	return 0;
}

/* Where the next group of the run begins after one that ends at p; NULL: the
 * run ends here. */
static const unsigned char *
next_group(const unsigned char *p, const unsigned char *end)
{
	size_t n;
	int gap;

	for (gap = 0; gap < GAP_MAX && (n = separator(p, end)) > 0; gap++)
		p += n;
	return gap > 0 && p < end && is_digit(*p) ? p : NULL;
}

/* What brands issue: the first four digits, and how many there are.  Wider
 * ranges would find no more cards, but take one run of 16 digits in 22 for
 * one instead of one in 40, and long telephone numbers as well. */
static const struct {
	unsigned from, to;
	size_t least, most;
} issued[] = {
	{ 2221, 2720, 16, 16 },		/* Mastercard */
	{ 3000, 3059, 14, 14 },		/* Diners Club */
	{ 3095, 3095, 14, 14 },
	{ 3600, 3699, 14, 14 },
	{ 3800, 3999, 14, 14 },
	{ 3400, 3499, 15, 15 },		/* American Express */
	{ 3700, 3799, 15, 15 },
	{ 3528, 3589, 16, 19 },		/* JCB */
	{ 4000, 4999, 16, 16 },		/* Visa */
	{ 4000, 4999, 19, 19 },
	{ 5000, 5000, 14, 19 },		/* Maestro */
	{ 5018, 5020, 14, 19 },
	{ 5038, 5038, 14, 19 },
	{ 5060, 5099, 16, 19 },		/* Verve, RuPay, Elo, Aura */
	{ 5100, 5599, 16, 16 },		/* Mastercard */
	{ 5610, 5610, 14, 19 },		/* Maestro and its forerunners */
	{ 5641, 5641, 14, 19 },
	{ 5893, 5895, 14, 19 },
	{ 6011, 6011, 16, 19 },		/* Discover */
	{ 6040, 6049, 16, 19 },		/* Cabal, UkrCard */
	{ 6060, 6099, 16, 19 },		/* Hipercard, RuPay */
	{ 6200, 6299, 14, 19 },		/* UnionPay */
	{ 6304, 6304, 14, 19 },		/* Maestro */
	{ 6333, 6334, 16, 19 },
	{ 6360, 6399, 16, 19 },		/* Elo and others */
	{ 6440, 6599, 16, 19 },		/* Discover, RuPay */
	{ 6759, 6779, 14, 19 },		/* Maestro */
	{ 6799, 6799, 14, 19 },
};

static bool
is_issued(unsigned first4, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(issued) / sizeof(issued[0]); i++)
		if (first4 >= issued[i].from && first4 <= issued[i].to &&
		    n >= issued[i].least && n <= issued[i].most)
			return true;
	return false;
}

static bool
is_card(const unsigned char *digits, size_t n)
{
	unsigned sum = 0, d;
	size_t i;

	if (n < DIGITS_MIN || n > DIGITS_MAX ||
	    !is_issued(digits[0] * 1000u + digits[1] * 100u + digits[2] * 10u +
	    digits[3], n))
		return false;
	for (i = 0; i < n; i++) {
		d = digits[n - 1 - i];
		if (i % 2 == 1)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

/* Are the groups, given by their lengths, as cards print them? */
static bool
printed_so(const char *groups)
{
	static const char *const printed[] = {
		"4444", "465", "464", "44441", "44442", "44443"
	};
	size_t i;

	if (strlen(groups) == 1)	/* not grouped at all */
		return true;
	for (i = 0; i < sizeof(printed) / sizeof(printed[0]); i++)
		if (strcmp(groups, printed[i]) == 0)
			return true;
	return false;
}

/* The end of the longest card number whose first group begins at p, or NULL.
 * starts_run: no digits stand before it. */
static const unsigned char *
card_at(const unsigned char *p, const unsigned char *end, bool starts_run)
{
	unsigned char digits[DIGITS_MAX];
	char groups[DIGITS_MAX + 1];
	const unsigned char *group, *next, *found = NULL;
	size_t n = 0, ngroups = 0;

	for (; p != NULL; p = next) {
		for (group = p; p < end && is_digit(*p); p++) {
			if (n == DIGITS_MAX)
				return found;
			digits[n++] = (unsigned char)(*p - '0');
		}
		groups[ngroups++] = (char)('0' + (p - group));
		groups[ngroups] = '\0';
		next = next_group(p, end);
		if (((starts_run && next == NULL) || printed_so(groups)) &&
		    is_card(digits, n))
			found = p;
	}
	return found;
}

/* "DE89 3704 ...": the groups of an account number look like a card's. */
static bool
is_iban_start(const unsigned char *p, const unsigned char *begin,
    const unsigned char *end)
{
	return p - begin >= 2 && is_letter(p[-2]) && is_letter(p[-1]) &&
	    end - p > 2 && is_digit(p[1]) && !is_digit(p[2]);
}

/* "c38451790896386.1": 14 digits between a letter and a decimal point are a
 * reference that payment providers give.  text is what p and to are in. */
static bool
is_reference(const unsigned char *p, const unsigned char *to,
    const struct span *text)
{
	return to - p == DIGITS_MIN && p > text->begin && is_letter(p[-1]) &&
	    (p - text->begin < 2 || !is_letter(p[-2])) &&
	    text->end - to > 1 && to[0] == '.' && is_digit(to[1]);
}

/* The first card number from p on, searched in [p, end), whose bytes are all
 * card bytes, in the middle of text. */
static bool
find_in_span(const unsigned char *p, const unsigned char *end,
    const struct span *text, const unsigned char **from,
    const unsigned char **to)
{
	bool starts_run = true, iban = false;
	const unsigned char *next;

	for (; p < end; p = next) {
		if (!is_digit(*p)) {
			next = p + 1;
			starts_run = true;
			continue;
		}
		if (starts_run)
			iban = is_iban_start(p, text->begin, end);
		if (starts_run || !iban) {
			*to = card_at(p, end, starts_run);
			if (*to != NULL && !is_reference(p, *to, text)) {
				*from = p;
				return true;
			}
		}
		while (p < end && is_digit(*p))
			p++;
		next = next_group(p, end);
		starts_run = next == NULL;
		if (next == NULL)
			next = p;
	}
	return false;
}

/* The first card number in [p, end).  Looks at every 14th byte only until one
 * could belong to a card number. */
static bool
find_card(const unsigned char *p, const unsigned char *end,
    const unsigned char *begin, const unsigned char **from,
    const unsigned char **to)
{
	const struct span text = { begin, end };
	const unsigned char *low, *high;

	while (end - p >= DIGITS_MIN) {
		low = p + DIGITS_MIN - 1;
		if (!card_byte[*low]) {
			p = low + 1;
			continue;
		}
		for (high = low + 1; high < end && card_byte[*high]; high++)
			continue;
		while (low > p && card_byte[low[-1]])
			low--;
		if (high - low >= DIGITS_MIN &&
		    find_in_span(low, high, &text, from, to))
			return true;
		p = high;
	}
	return false;
}

bool
text_has_card_number(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *from, *to;

	return find_card(p, p + n, p, &from, &to);
}

/* Was there any? */
static bool
mask_each(char *s, size_t n)
{
	const unsigned char *begin = (const unsigned char *)s;
	const unsigned char *from = begin, *to;
	size_t i, last, digits;
	bool any = false;

	/* On from the same place: the four digits left may begin another. */
	while (find_card(from, begin + n, begin, &from, &to)) {
		last = (size_t)(to - begin);
		for (i = (size_t)(from - begin), digits = 0; i < last; i++)
			digits += is_digit((unsigned char)s[i]);
		for (i = (size_t)(from - begin); digits > 4; i++) {
			if (is_digit((unsigned char)s[i])) {
				s[i] = '*';
				digits--;
			}
		}
		any = true;
	}
	return any;
}

/* Stars end a run, which may make the digits before them one. */
void
text_mask_card_numbers(char *s, size_t n)
{
	while (mask_each(s, n))
		continue;
}

const char *
text_masked(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	char *copy;

	if (!text_has_card_number(text, n))
		return text;
	copy = arena_dupn(a, text, n);
	text_mask_card_numbers(copy, n);
	return copy;
}
