/* text.c - fuzz target: text that is shown, compared and searched for card
 * numbers
 *
 * Whatever the bytes, what is shown harms nothing, and what was masked holds
 * no card number. */

#include <order/text.h>

#include "fuzz.h"

static void
shown_holds(const char *s)
{
	struct buf all = BUF_INIT, cut = BUF_INIT;
	size_t max;

	if (fuzz_twin)
		buf_puts(&all, s);
	else
		text_show(&all, s, 0);
	MUST(fuzz_is_clean(all.data, all.n) && strchr(all.data, '\n') == NULL,
	    "shown, it could do harm: %s", all.data);
	for (max = 1; max < 40; max += 13) {
		buf_clear(&cut);
		text_show(&cut, s, max);
		MUST(fuzz_is_clean(cut.data, cut.n), "cut, it could do harm");
		MUST(text_width(cut.data) <= max, "'%s' is wider than %zu",
		    cut.data, max);
	}
	if (fuzz_matches(s, "^[ -~]*$"))
		fuzz_same("printable", s, strlen(s), all.data, all.n);
	buf_release(&all);
	buf_release(&cut);
}

static void
words_hold(struct arena *a, const char *s)
{
	size_t n = strlen(s);
	const char *folded, *trimmed = text_trim(a, s);

	MUST(text_is_utf8(s, n) == fuzz_is_utf8(s, n), "UTF-8 or not: %s", s);
	MUST(!text_is_key(s, 128) || (n <= 128 && text_is_line(s)),
	    "'%s' is a key", s);
	fuzz_same("trimmed twice", trimmed, strlen(trimmed),
	    text_trim(a, trimmed), strlen(text_trim(a, trimmed)));
	if (!text_is_utf8(s, n))
		return;
	folded = text_fold(a, s);
	fuzz_same("folded twice", folded, strlen(folded), text_fold(a, folded),
	    strlen(text_fold(a, folded)));
	MUST(text_same_meaning(s, s) && text_same_meaning(s, folded),
	    "'%s' does not mean '%s'", s, folded);
	MUST(strspn(text_digits(a, s), "0123456789") ==
	    strlen(text_digits(a, s)), "digits of %s", s);
}

/* Only digits become stars, and then no card number is left. */
static void
cards_hold(struct arena *a, const char *s, size_t n)
{
	char *masked = arena_dupn(a, s, n);
	bool had = text_has_card_number(s, n);
	size_t i, stars = 0;

	text_mask_card_numbers(masked, n);
	MUST(!text_has_card_number(masked, n), "a card number is left");
	for (i = 0; i < n; i++) {
		if (masked[i] == s[i])
			continue;
		MUST(masked[i] == '*' && s[i] >= '0' && s[i] <= '9',
		    "byte %zu became '%c'", i, masked[i]);
		stars++;
	}
	MUST(had == (stars > 0), "%zu digits are masked", stars);
}

static void
one(const char *s, size_t n)
{
	static const char *const names[] = { "sku", "quantity", "ship_name" };
	struct arena a = ARENA_INIT;
	const char *text = arena_dupn(&a, s, n);

	shown_holds(text);
	words_hold(&a, text);
	cards_hold(&a, s, n);
	MUST(text_nearest(text, names, 0) == NULL, "near to nothing");
	text_nearest(text, names, sizeof(names) / sizeof(names[0]));
	arena_release(&a);
}

const struct fuzz_target fuzz_text = { "text", NULL, one };
