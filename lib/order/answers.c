/* answers.c - the table of holds and answers
 *
 * What a customer can say about a finding depends on whether it can be right
 * at all: a price can be agreed, an address confirmed, an unknown item only
 * corrected, taken out or answered for by ourselves. */

#include <stdio.h>
#include <string.h>

#include <order/answers.h>

const char *const answer_words[ANSWER_NWORDS] = {
	"corrected", "accepted", "confirmed", "waived", "remove", "cancel",
	"backorder", "substitute", "partial", "drop"
};

int
answer_find(const char *word)
{
	for (int i = 0; i < ANSWER_NWORDS; i++)
		if (strcmp(answer_words[i], word) == 0)
			return i;
	return -1;
}

const char *const answer_holds[ANSWER_NHOLDS] = {
	"customer", "contact", "address", "payment", "credit", "item", "price",
	"quantity", "date", "duplicate", "total", "blocklist", "consent",
	"stock", "manual"
};

#define BIT(word) (1u << ANSWER_##word)
#define BY_US (BIT(WAIVED) | BIT(CANCEL))
#define OF_A_RULE (BY_US | BIT(CORRECTED) | BIT(REMOVE))
#define OF_STOCK (BIT(ACCEPTED) | BIT(REMOVE) | BIT(CANCEL) | \
	BIT(BACKORDER) | BIT(SUBSTITUTE) | BIT(PARTIAL) | BIT(DROP))

/* As answer_holds.  some: where the finding decides. */
static const struct {
	unsigned fit, some;
} of_hold[ANSWER_NHOLDS] = {
	{ OF_A_RULE, BIT(CONFIRMED) },			/* customer */
	{ OF_A_RULE, BIT(CONFIRMED) },			/* contact */
	{ OF_A_RULE | BIT(CONFIRMED), 0 },		/* address */
	{ OF_A_RULE | BIT(ACCEPTED), 0 },		/* payment */
	{ OF_A_RULE, 0 },				/* credit */
	{ OF_A_RULE, BIT(ACCEPTED) },			/* item */
	{ OF_A_RULE, BIT(ACCEPTED) },			/* price */
	{ OF_A_RULE, BIT(ACCEPTED) },			/* quantity */
	{ OF_A_RULE | BIT(ACCEPTED) | BIT(CONFIRMED), 0 },	/* date */
	{ OF_A_RULE | BIT(CONFIRMED), 0 },		/* duplicate */
	{ OF_A_RULE | BIT(ACCEPTED) | BIT(CONFIRMED), 0 },	/* total */
	{ OF_A_RULE, 0 },				/* blocklist */
	{ OF_STOCK | BIT(WAIVED), 0 },			/* consent */
	{ OF_STOCK, 0 },				/* stock */
	{ BY_US | BIT(ACCEPTED), 0 },			/* manual */
};

/* Beside what every finding of a rule can be answered with. */
static const struct {
	const char *rule;
	unsigned fit;
} of_rule[] = {
	{ "name-matches", BIT(CONFIRMED) },
	{ "bill-matches", BIT(CONFIRMED) },
	{ "ship-matches", BIT(CONFIRMED) },
	{ "email-matches", BIT(CONFIRMED) },
	{ "phone-matches", BIT(CONFIRMED) },
	{ "phone-valid", BIT(CONFIRMED) },
	{ "postcode-valid", BIT(CONFIRMED) },
	{ "payment-method", BIT(ACCEPTED) },
	{ "payment-terms", BIT(ACCEPTED) },
	{ "item-active", BIT(ACCEPTED) },
	{ "quantity-rule", BIT(ACCEPTED) },
	{ "price-list", BIT(ACCEPTED) },
	{ "total-adds-up", BIT(ACCEPTED) | BIT(CONFIRMED) },
	{ "requested-date", BIT(ACCEPTED) | BIT(CONFIRMED) },
	{ "duplicate", BIT(CONFIRMED) },
};

static int
place_of(const char *hold)
{
	for (int i = 0; i < ANSWER_NHOLDS; i++)
		if (strcmp(answer_holds[i], hold) == 0)
			return i;
	return -1;
}

bool
hold_is_of_stock(const char *hold)
{
	return strcmp(hold, "consent") == 0 || strcmp(hold, "stock") == 0;
}

bool
hold_is_of_a_rule(const char *hold)
{
	return place_of(hold) >= 0 && !hold_is_of_stock(hold) &&
	    strcmp(hold, "manual") != 0;
}

enum answer_fit
answer_fits(const char *hold, enum answer_word word)
{
	int i = place_of(hold);

	if (i < 0)
		return FITS_NOT;
	return of_hold[i].fit & 1u << word ? FITS :
	    of_hold[i].some & 1u << word ? FITS_SOME : FITS_NOT;
}

bool
answer_fits_rule(const char *rule, enum answer_word word)
{
	if (OF_A_RULE & 1u << word)
		return true;
	for (size_t i = 0; i < sizeof(of_rule) / sizeof(of_rule[0]); i++)
		if (strcmp(of_rule[i].rule, rule) == 0)
			return (of_rule[i].fit & 1u << word) != 0;
	return false;
}

const char *
answer_choices(const char *hold, char *text, size_t n)
{
	int last = -1;
	size_t used = 0;

	snprintf(text, n, "nothing");
	for (int i = 0; i < ANSWER_NWORDS; i++)
		if (answer_fits(hold, (enum answer_word)i) != FITS_NOT)
			last = i;
	for (int i = 0; i <= last && used < n; i++) {
		if (answer_fits(hold, (enum answer_word)i) == FITS_NOT)
			continue;
		used += (size_t)snprintf(text + used, n - used, "%s%s",
		    used == 0 ? "" : i == last ? " or " : ", ",
		    answer_words[i]);
	}
	return text;
}
