/* test_lifecycle - what a status allows, and where it leads */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <order/lifecycle.h>

#define DEPENDS NULL
#define NO "no"

static const struct {
	const char *title, *status, *event, *to;
} cases[] = {
	{ "an order begins as received", "-", "receive", "received" },
	{ "an order is received once", "received", "receive", NO },
	{ "verifying can end either way", "received", "verify", DEPENDS },
	{ "a held order cannot be acknowledged", "received", "acknowledge",
	    NO },
	{ "an answer confirms or rejects", "verified", "acknowledge",
	    DEPENDS },
	{ "a receipt notice changes nothing", "verified", "receipt",
	    "verified" },
	{ "an order is handed over once", "confirmed", "forward", "released" },
	{ "what is allocated later is handed over, too", "released",
	    "forward", "released" },
	{ "what is not handed over cannot be shipped", "confirmed", "shipped",
	    NO },
	{ "a shipment completes the order or does not", "released", "shipped",
	    DEPENDS },
	{ "an amended order is verified again", "confirmed", "amend",
	    "received" },
	{ "a released order cannot be amended", "released", "amend", NO },
	{ "a rejected order cannot be paid", "rejected", "paid", NO },
	{ "a cancelled order can", "cancelled", "paid", "cancelled" },
	{ "a note fits any order", "rejected", "note", "rejected" },
	{ "a completed order can be reopened", "completed", "reopen",
	    "released" },
	{ "a cancelled one cannot", "cancelled", "reopen", NO },
	{ "a closed order is archived", "rejected", "archive", "archived" },
	{ "there is no such event", "received", "explode", NO },
	{ "there is no such status", "receive", "note", NO },
	{ "a status is a whole word", "complete", "delivered", NO },
	{ "no status at all", "", "note", NO },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *to = "untouched";
		bool allowed = lifecycle_allows(cases[i].status,
		    cases[i].event, &to);
		bool wanted = cases[i].to == DEPENDS ||
		    strcmp(cases[i].to, NO) != 0;

		if (allowed != wanted)
			fail_msg("%s", cases[i].title);
		if (!wanted)
			assert_string_equal(to, "untouched");
		else if (cases[i].to == DEPENDS)
			assert_null(to);
		else if (strcmp(to, cases[i].to) != 0)
			fail_msg("%s: %s", cases[i].title, to);
		assert_int_equal(lifecycle_allows(cases[i].status,
		    cases[i].event, NULL), wanted);
	}
}

static bool
is_status(const char *s)
{
	for (int i = 0; i < NSTATUSES; i++)
		if (strcmp(order_statuses[i], s) == 0)
			return true;
	return false;
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ntransitions; i++) {
		const struct transition *t = &transitions[i];
		bool somewhere = transition_is_from(t, "-");

		for (int k = 0; k < NSTATUSES; k++)
			somewhere = somewhere ||
			    transition_is_from(t, order_statuses[k]);
		if (!somewhere)
			fail_msg("%s begins nowhere", t->event);
		if (!is_status(t->to) && strcmp(t->to, "same") != 0 &&
		    strcmp(t->to, "archived") != 0)
			fail_msg("%s leads to %s", t->event, t->to);
	}
}

static const char *
leads_to(const struct transition *t, const char *status)
{
	return strcmp(t->to, "same") == 0 ? status : t->to;
}

static void
test_rows_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < ntransitions; i++)
		for (size_t j = 0; j < i; j++)
			for (int k = 0; k < NSTATUSES; k++) {
				const char *s = order_statuses[k];
				const struct transition *a = &transitions[i],
				    *b = &transitions[j];

				if (strcmp(a->event, b->event) == 0 &&
				    transition_is_from(a, s) &&
				    transition_is_from(b, s) &&
				    strcmp(leads_to(a, s), leads_to(b, s)) == 0)
					fail_msg("%s of %s leads twice to %s",
					    a->event, s, leads_to(a, s));
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_rows_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
