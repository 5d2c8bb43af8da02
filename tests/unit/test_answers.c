/* Every hold with every answer: a table, and the rules where it depends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <order/answers.h>
#include <order/policy.h>
#include <order/remedy.h>

/* In the order of answer_words: y fits, n does not, s by what was found. */
static const struct {
	const char *hold, *fits;
} table[] = {
	/*              corr acc conf waiv rem canc back subst part drop */
	{ "customer",  "ynsyyynnnn" },
	{ "contact",   "ynsyyynnnn" },
	{ "address",   "ynyyyynnnn" },
	{ "payment",   "yynyyynnnn" },
	{ "credit",    "ynnyyynnnn" },
	{ "item",      "ysnyyynnnn" },
	{ "price",     "ysnyyynnnn" },
	{ "quantity",  "ysnyyynnnn" },
	{ "date",      "yyyyyynnnn" },
	{ "duplicate", "ynyyyynnnn" },
	{ "total",     "yyyyyynnnn" },
	{ "blocklist", "ynnyyynnnn" },
	{ "consent",   "nynyyyyyyy" },
	{ "stock",     "nynnyyyyyy" },
	{ "manual",    "nynynynnnn" },
	{ "weather",   "nnnnnnnnnn" },
	{ "",          "nnnnnnnnnn" },
};

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
test_every_hold_and_answer(void **state)
{
	static const char as[] = "nys";

	(void)state;
	for (size_t i = 0; i < N(table); i++)
		for (int w = 0; w < ANSWER_NWORDS; w++)
			if (as[answer_fits(table[i].hold,
			    (enum answer_word)w)] != table[i].fits[w])
				fail_msg("%s %s", table[i].hold,
				    answer_words[w]);
	assert_int_equal(N(table), ANSWER_NHOLDS + 2);
	for (int i = 0; i < ANSWER_NHOLDS; i++)
		assert_string_equal(answer_holds[i], table[i].hold);
}

/* What no customer can make right by saying so. */
static const char *const cannot_be_right[] = {
	"customer-known", "customer-active", "email-valid", "payment-method",
	"payment-terms", "currency", "credit-limit", "blocklist", "item-known",
	"item-active", "unit", "quantity-rule", "price-list"
};

static const char *const have_ours[] = {
	"payment-method", "payment-terms", "item-active", "quantity-rule",
	"price-list", "total-adds-up", "requested-date"
};

static bool
among(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static void
test_every_rule(void **state)
{
	(void)state;
	for (int i = 0; i < NRULES; i++) {
		const char *rule = rule_defs[i].name;

		assert_true(answer_fits_rule(rule, ANSWER_CORRECTED));
		assert_true(answer_fits_rule(rule, ANSWER_WAIVED));
		assert_true(answer_fits_rule(rule, ANSWER_REMOVE));
		assert_true(answer_fits_rule(rule, ANSWER_CANCEL));
		assert_false(answer_fits_rule(rule, ANSWER_BACKORDER));
		assert_int_not_equal(answer_fits_rule(rule, ANSWER_CONFIRMED),
		    among(cannot_be_right, N(cannot_be_right), rule));
		assert_int_equal(answer_fits_rule(rule, ANSWER_ACCEPTED),
		    among(have_ours, N(have_ours), rule));
	}
}

/* A hold takes an answer exactly when some of its rules, or all, do. */
static void
test_holds_and_rules_agree(void **state)
{
	(void)state;
	for (int h = 0; h < ANSWER_NHOLDS; h++) {
		const char *hold = answer_holds[h];

		for (int w = 0; w < ANSWER_NWORDS; w++) {
			size_t all = 0, fit = 0;

			for (int i = 0; i < NRULES; i++) {
				if (strcmp(rule_defs[i].hold, hold) != 0)
					continue;
				all++;
				fit += answer_fits_rule(rule_defs[i].name,
				    (enum answer_word)w);
			}
			assert_int_equal(all > 0, hold_is_of_a_rule(hold));
			if (all > 0)
				assert_int_equal(answer_fits(hold,
				    (enum answer_word)w), fit == 0 ? FITS_NOT :
				    fit == all ? FITS : FITS_SOME);
		}
	}
}

/* The command that is shown for a finding names an answer to it. */
static void
test_remedies(void **state)
{
	struct arena mem = ARENA_INIT;

	(void)state;
	for (int i = 0; i < NRULES; i++) {
		char text[128], *word, *end;
		int w;

		snprintf(text, sizeof(text), "%s", remedy_hold(&mem, "SO-1",
		    rule_defs[i].hold, rule_defs[i].name, "", "", 0));
		word = text + strlen("order-resolve SO-1 ") +
		    strlen(rule_defs[i].hold) + 1;
		end = strchr(word, ' ');
		if (end != NULL)
			*end = '\0';
		w = answer_find(word);
		if (w < 0 || !answer_fits_rule(rule_defs[i].name,
		    (enum answer_word)w))
			fail_msg("%s: %s", rule_defs[i].name, word);
	}
	arena_release(&mem);
}

static void
test_words(void **state)
{
	char text[128];

	(void)state;
	for (int i = 0; i < ANSWER_NWORDS; i++)
		assert_int_equal(answer_find(answer_words[i]), i);
	assert_int_equal(answer_find(""), -1);
	assert_int_equal(answer_find("Accepted"), -1);
	assert_int_equal(answer_find("accept"), -1);
	assert_string_equal(answer_choices("manual", text, sizeof(text)),
	    "accepted, waived or cancel");
	assert_string_equal(answer_choices("credit", text, sizeof(text)),
	    "corrected, waived, remove or cancel");
	assert_string_equal(answer_choices("weather", text, sizeof(text)),
	    "nothing");
	assert_string_equal(answer_choices("credit", text, 12),
	    "corrected, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_hold_and_answer),
		cmocka_unit_test(test_every_rule),
		cmocka_unit_test(test_holds_and_rules_agree),
		cmocka_unit_test(test_remedies),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
