/* test_cancel_request.c - which requests an event answers, and how much of
 * them the customer is told of
 *
 * The order has 5 T and 4 A. */
#include "offer_world.h"

#include <order/cancel.h>

struct asked {
	int64_t line, quantity;		/* 0: all */
};

static const struct late_case {
	const char *title;
	struct asked asked[2];
	int nasked;
	int64_t line;			/* 0: all requests */
	int64_t sent[2];		/* -1: nothing is said of it */
	int answered;
	const char *told;		/* line:quantity */
} late_cases[] = {
	{ "nobody asked", .sent = { -1 }, .told = "(none)" },
	{ "the order", { { 0, 0 } }, 1, 0, { -1 }, 1, "1:5,2:4" },
	{ "a line", { { 2, 0 } }, 1, 0, { -1 }, 1, "2:4" },
	{ "so much of a line", { { 2, 3 } }, 1, 0, { -1 }, 1, "2:3" },
	{ "more than is left of it", { { 2, 9 } }, 1, 0, { -1 }, 1, "2:4" },
	{ "a line that was not asked for", { { 2, 0 } }, 1, 1, { -1 }, 0,
	    "(none)" },
	{ "the order is no line", { { 0, 0 } }, 1, 1, { -1 }, 0, "(none)" },
	{ "one of two lines", { { 1, 2 }, { 2, 0 } }, 2, 1, { -1 }, 1,
	    "1:2" },
	{ "both of them, in one message", { { 1, 2 }, { 2, 0 } }, 2, 0,
	    { -1 }, 2, "1:2,2:4" },
	{ "the order and a line of it: the greater counts", { { 1, 2 },
	    { 0, 0 } }, 2, 0, { -1 }, 2, "1:5,2:4" },
	{ "it leaves", { { 1, 0 } }, 1, 0, { 5, 0 }, 1, "1:5" },
	{ "a part of it leaves: the rest can be stopped", { { 1, 0 } }, 1, 0,
	    { 4, 0 }, 0, "(none)" },
	{ "the other line leaves", { { 1, 0 } }, 1, 0, { 0, 4 }, 0,
	    "(none)" },
	{ "a line leaves: the order can be stopped", { { 0, 0 } }, 1, 0,
	    { 5, 0 }, 0, "(none)" },
	{ "all of the order leaves", { { 0, 0 } }, 1, 0, { 5, 4 }, 1,
	    "1:5,2:4" },
	{ "a line leaves that was asked for, the order stays asked for",
	    { { 1, 3 }, { 0, 0 } }, 2, 0, { 5, 0 }, 1, "1:3" },
};

static const char SQL_ASK[] =
	"INSERT INTO cancel_requests (order_id, line, quantity, reason, note,"
	" at) VALUES (1, $1, $2, '', '', 1)";

static const char SQL_TOLD[] =
	"SELECT group_concat(json_extract(j.value, '$.line') || ':'"
	" || json_extract(j.value, '$.quantity'), ',')"
	" FROM messages AS m, json_each(m.document, '$.lines') AS j"
	" WHERE m.kind = 'reply' GROUP BY m.id";

static void
ask(const struct asked *q)
{
	struct err e = ERR_INIT;

	must(db_run(db, SQL_ASK, BIND(I(q->line), I(q->quantity * 1000)), &e),
	    &e);
}

static void
what_is_too_late_is_told_once(void **state)
{
	struct order o = ordered(1, "T", "5", "A", "4");

	(void)state;
	for (size_t i = 0; i < N(late_cases); i++) {
		const struct late_case *c = &late_cases[i];
		int64_t sent[2] = { c->sent[0] * 1000, c->sent[1] * 1000 };
		const int64_t *leaves = c->sent[0] < 0 ? NULL : sent;
		struct cancel_request *left;
		struct err e = ERR_INIT;
		const char *told;
		size_t n;

		sql("SAVEPOINT one");
		for (int k = 0; k < c->nasked; k++)
			ask(&c->asked[k]);
		if (cancel_too_late(&step, &o, c->line, leaves, "", &e) !=
		    c->answered)
			fail_msg("%s", c->title);
		told = text_of(SQL_TOLD);
		if (strcmp(told, c->told) != 0)
			fail_msg("%s: %s", c->title, told);
		must(cancel_requests_open(&step, 1, &left, &n, &e), &e);
		assert_int_equal((int)n, c->nasked - c->answered);
		/* said again it answers nobody */
		assert_int_equal(cancel_too_late(&step, &o, c->line, leaves, "",
		    &e), 0);
		sql("ROLLBACK TO one");
		sql("RELEASE one");
	}
}

/* ---- done ---- */

static const struct done_case {
	const char *title;
	struct asked asked;
	int64_t left[2];	/* to be sent of each line */
	const char *answer;
} done_cases[] = {
	{ "something is left of the line", { 1, 0 }, { 1, 0 }, "" },
	{ "nothing is", { 1, 0 }, { 0, 4 }, "cancelled" },
	{ "something is left of the order", { 0, 0 }, { 0, 1 }, "" },
	{ "nothing is left of it", { 0, 0 }, { 0, 0 }, "cancelled" },
};

static void
what_is_gone_is_not_asked_for_any_more(void **state)
{
	struct order o = ordered(1, "T", "5", "A", "4");

	(void)state;
	for (size_t i = 0; i < N(done_cases); i++) {
		const struct done_case *c = &done_cases[i];
		struct err e = ERR_INIT;
		const char *is;

		sql("SAVEPOINT one");
		ask(&c->asked);
		for (int k = 0; k < 2; k++)
			o.lines[k].cancelled = o.lines[k].ordered -
			    c->left[k] * 1000;
		must(cancel_done(&step, &o, &e), &e);
		is = text_of("SELECT answer FROM cancel_requests");
		if (strcmp(is, c->answer) != 0)
			fail_msg("%s: \"%s\"", c->title, is);
		sql("ROLLBACK TO one");
		sql("RELEASE one");
	}
}

/* ---- which is meant ---- */

static void
a_line_is_asked_for_before_the_order(void **state)
{
	struct err e = ERR_INIT;
	struct cancel_request q;

	(void)state;
	ordered(1, "T", "5", "A", "4");
	ask(&(struct asked){ 2, 3 });
	assert_int_equal(cancel_request_find(&step, 1, 1, &q, &e), 0);
	assert_int_equal(cancel_request_find(&step, 1, 0, &q, &e), 0);
	ask(&(struct asked){ 0, 0 });
	assert_int_equal(cancel_request_find(&step, 1, 2, &q, &e), 1);
	assert_int_equal(q.line, 2);
	assert_int_equal(q.quantity, 3000);
	assert_false(q.handed);
	assert_int_equal(cancel_request_find(&step, 1, 1, &q, &e), 1);
	assert_int_equal(q.line, 0);
	assert_int_equal(cancel_answer(&step, 1, q.id, "refused", &e), 1);
	assert_int_equal(cancel_request_find(&step, 1, 1, &q, &e), 0);
	assert_int_equal(cancel_answer(&step, 1, 0, "cancelled", &e), 1);
	assert_int_equal(cancel_request_find(&step, 1, 2, &q, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_too_late_is_told_once),
		TEST(what_is_gone_is_not_asked_for_any_more),
		TEST(a_line_is_asked_for_before_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
