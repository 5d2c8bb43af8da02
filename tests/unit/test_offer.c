/* test_offer.c - what becomes of what is short: consent, and every choice */
#include "offer_world.h"

/* ---- consent ---- */

static void
consent_decides(void **state)
{
	static const struct {
		const char *backorder, *substitute;
		/* covered, only available, nothing there */
		enum rest_choice choice[3];
	} cases[] = {
		{ "auto", "auto", { REST_SUBSTITUTE, REST_BACKORDER,
		    REST_BACKORDER } },
		{ "auto", "ask", { REST_BACKORDER, REST_BACKORDER,
		    REST_BACKORDER } },
		{ "auto", "never", { REST_BACKORDER, REST_BACKORDER,
		    REST_BACKORDER } },
		{ "ask", "auto", { REST_SUBSTITUTE, REST_ASK, REST_ASK } },
		{ "ask", "ask", { REST_ASK, REST_ASK, REST_ASK } },
		{ "ask", "never", { REST_ASK, REST_ASK, REST_ASK } },
		{ "never", "auto", { REST_SUBSTITUTE, REST_ASK,
		    REST_REFUSE } },
		{ "never", "ask", { REST_ASK, REST_ASK, REST_REFUSE } },
		{ "never", "never", { REST_REFUSE, REST_REFUSE,
		    REST_REFUSE } },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		for (int k = 0; k < 3; k++)
			if (offer_rest(cases[i].backorder,
			    cases[i].substitute, k == 0, k < 2) !=
			    cases[i].choice[k])
				fail_msg("backorder %s, substitute %s, case %d",
				    cases[i].backorder, cases[i].substitute, k);
}

/* ---- choices ---- */

/* Ten of A, six there; the answer to what is short, and what comes of it. */
static void
each_choice_is_done(void **state)
{
	static const struct {
		const char *title, *answer, *sku;
		int64_t line, quantity;
		const char *lines, *held;
		int64_t total;
	} cases[] = {
		{ "wait", "backorder", "", 0, 0, "A 10 a6 b4 2026-12-04", "",
		    2000 },
		{ "the first that is there", "substitute", "", 0, 0,
		    "A 10 s4 a6, S1 4 a4", "", 2800 },
		{ "the one they like", "substitute", "s2", 1, 0,
		    "A 10 s4 a6, S2 4 a4", "", 3200 },
		{ "part of it", "substitute", "S2", 1, 1,
		    "A 10 s1 a6, S2 1 a1", "consent", 2300 },
		{ "one that was not offered", "substitute", "T", 0, 0,
		    "A 10 s4 a6, T 4 a4", "", 3600 },
		{ "what is there", "partial", "", 0, 0, "A 10 c4 a6", "",
		    1200 },
		{ "nothing at all", "drop", "", 0, 0, "A 10 c10", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct err e = ERR_INIT;
		struct step_mark mark;
		struct order o;

		must(step_mark(&step, &mark, &e), &e);
		o = ordered(1, "A", "10", NULL, NULL);
		assert_string_equal(text_of(SQL_HELD), "consent");
		take(&o, 1, cases[i].answer, cases[i].line, cases[i].sku,
		    cases[i].quantity);
		if (strcmp(text_of(SQL_LINES), cases[i].lines) != 0 ||
		    strcmp(text_of(SQL_HELD), cases[i].held) != 0 ||
		    o.total != cases[i].total)
			fail_msg("%s: %s; %s; %lld", cases[i].title,
			    text_of(SQL_LINES), text_of(SQL_HELD),
			    (long long)o.total);
		must(step_undo(&step, &mark, &e), &e);
		step.last_order = 0;
	}
}

static void
what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *title, *answer, *sku;
		int64_t line, quantity;
		const char *reason;
	} cases[] = {
		{ "no such answer", "later", "", 0, 0, "bad-answer" },
		{ "no such line", "drop", "", 7, 0, "no-such-line" },
		{ "no such item", "substitute", "Z", 1, 0, "no-such-item" },
		{ "itself", "substitute", "A", 1, 0, "bad-answer" },
		{ "more than is short", "substitute", "S2", 1, 5,
		    "bad-value" },
		{ "not offered and not there", "substitute", "B", 1, 3,
		    "short" },
	};
	struct order o = ordered(1, "A", "10", NULL, NULL);
	const char *before = text_of(SQL_LINES);

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct verdict v = take(&o, 0, cases[i].answer, cases[i].line,
		    cases[i].sku, cases[i].quantity);

		if (v.result != RESULT_REFUSED ||
		    strcmp(v.reason, cases[i].reason) != 0 ||
		    strcmp(text_of(SQL_LINES), before) != 0)
			fail_msg("%s: %s (%s)", cases[i].title, v.reason,
			    v.note);
	}
	assert_string_equal(text_of(SQL_HELD), "consent");
	assert_string_equal(text_of("SELECT count(*) FROM messages"), "1");
}

static void
an_answer_given_is_not_taken_twice(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);

	(void)state;
	take(&o, 1, "substitute", 0, "", 0);
	assert_string_equal(take(&o, 0, "substitute", 0, "", 0).reason,
	    "no-such-hold");
	assert_string_equal(take(&o, 0, "drop", 1, "", 0).reason,
	    "no-such-hold");
}

static void
what_waits_may_still_be_exchanged(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);

	(void)state;
	take(&o, 1, "backorder", 0, "", 0);
	assert_string_equal(take(&o, 0, "backorder", 0, "", 0).reason,
	    "no-such-hold");
	take(&o, 1, "substitute", 1, "S2", 3);
	assert_string_equal(text_of(SQL_LINES),
	    "A 10 s3 a6 b1 2026-12-04, S2 3 a3");
	take(&o, 1, "partial", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 c1 s3 a6, S2 3 a3");
}

static void
one_line_of_two_leaves_the_question(void **state)
{
	struct order o = ordered(1, "A", "10", "B", "5");

	(void)state;
	take(&o, 1, "drop", 2, "", 0);
	assert_string_equal(text_of(SQL_HELD), "consent");
	assert_string_equal(text_of(SQL_LINES), "A 10 a6, B 5 c5");
	take(&o, 1, "substitute", 0, "", 0);
	assert_string_equal(text_of(SQL_HELD), "");
	assert_string_equal(text_of(SQL_LINES),
	    "A 10 s4 a6, B 5 c5, S1 4 a4");
}

static void
all_or_nothing_for_all_lines(void **state)
{
	struct order o = ordered(1, "A", "10", "B", "5");
	struct verdict v = take(&o, 0, "substitute", 0, "", 0);

	(void)state;
	assert_string_equal(v.reason, "bad-answer");
	assert_string_equal(text_of(SQL_LINES), "A 10 a6, B 5 a2");
}

static void
what_came_in_meanwhile_is_taken_first(void **state)
{
	struct order o = ordered(1, "A", "10", "B", "5");

	(void)state;
	count("A", 8);
	take(&o, 1, "backorder", 1, "", 0);
	assert_string_equal(text_of(SQL_LINES),
	    "A 10 a8 b2 2026-12-04, B 5 a2");
	count("B", 9);
	take(&o, 1, "partial", 2, "", 0);
	assert_string_equal(text_of(SQL_LINES),
	    "A 10 a8 b2 2026-12-04, B 5 a5");
	assert_string_equal(text_of(SQL_HELD), "");
}

/* ---- an order that ships complete ---- */

static void
a_complete_order_takes_the_answer_too(void **state)
{
	static const struct {
		const char *answer;
		int64_t line;
		const char *lines, *held;
	} cases[] = {
		{ "backorder", 0, "A 10 a6 b4 2026-12-04, T 5 a5", "" },
		{ "substitute", 0, "A 10 s10, T 5 a5, S2 10 a10", "" },
		{ "substitute", 1, "A 10 s10, T 5 a5, S2 10 a10", "" },
		{ "partial", 0, "A 10 c4 a6, T 5 a5", "" },
		{ "drop", 0, "A 10 c10, T 5 a5", "" },
		{ "drop", 2, "A 10, T 5 c5", "stock" },
	};

	(void)state;
	sql("UPDATE customers SET ship_policy = 'complete'");
	for (size_t i = 0; i < N(cases); i++) {
		struct err e = ERR_INIT;
		struct step_mark mark;
		struct order o;

		must(step_mark(&step, &mark, &e), &e);
		o = ordered(1, "A", "10", "T", "5");
		assert_string_equal(text_of(SQL_HELD), "stock");
		assert_string_equal(text_of(SQL_LINES), "A 10, T 5");
		take(&o, 1, cases[i].answer, cases[i].line, "", 0);
		if (strcmp(text_of(SQL_LINES), cases[i].lines) != 0 ||
		    strcmp(text_of(SQL_HELD), cases[i].held) != 0)
			fail_msg("%s %lld: %s; %s", cases[i].answer,
			    (long long)cases[i].line, text_of(SQL_LINES),
			    text_of(SQL_HELD));
		must(step_undo(&step, &mark, &e), &e);
		step.last_order = 0;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(consent_decides),
		TEST(each_choice_is_done),
		TEST(what_cannot_be_is_refused),
		TEST(an_answer_given_is_not_taken_twice),
		TEST(what_waits_may_still_be_exchanged),
		TEST(one_line_of_two_leaves_the_question),
		TEST(all_or_nothing_for_all_lines),
		TEST(what_came_in_meanwhile_is_taken_first),
		TEST(a_complete_order_takes_the_answer_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
