/* test_offer.c - what becomes of what is short: consent, and every choice */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <unistd.h>

#include <order/audit.h>
#include <order/offer.h>
#include <order/stock.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NOW 1795424400		/* 2026-11-23T09:00:00Z */

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

/* ---- a store ---- */

static char dir[1024];
static struct db *db;
static struct step step;
static const char *refs[4];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static void
must(int r, const struct err *e)
{
	if (r < 0)
		fail_msg("%s", e->text);
}

static void
sql(const char *text)
{
	struct err e = ERR_INIT;

	must(db_run(db, text, NOBIND, &e), &e);
}

static const char *
text_of(const char *query)
{
	struct err e = ERR_INIT;
	const char *v = "(none)";
	struct row *row;
	int r = db_one(db, query, NOBIND, &row, &e);

	must(r, &e);
	if (r == 1) {
		v = db_dup(row, 0, &step.mem);
		db_done(row);
	}
	return v;
}

static void
count(const char *sku, int64_t n)
{
	struct err e = ERR_INIT;
	struct verdict v;

	must(stock_count(&step, sku, n * 1000, NOW, &v, &e), &e);
}

/* An order of customer C for one or two lines, verified and checked. */
static struct order
ordered(int64_t number, const char *sku, const char *quantity,
    const char *sku2, const char *quantity2)
{
	static struct line_in line[2];
	struct order_in in = { .lines = line, .nlines = sku2 != NULL ? 2 : 1,
	    .extra = "", .source = "test", .source_line = 1,
	    .format = "csv", .header = "", .raw = "x", .raw_n = 1 };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct order_intake it;
	struct verdict v;
	struct order o;

	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		in.column[i] = "";
	for (int i = 0; i < LINE_NCOLUMNS; i++)
		line[0].column[i] = line[1].column[i] = "";
	in.column[COLUMN_CHANNEL] = "email";
	in.column[COLUMN_CUSTOMER] = "C";
	line[0].column[LINE_COLUMN_SKU] = sku;
	line[0].column[LINE_COLUMN_QUANTITY] = quantity;
	line[1].column[LINE_COLUMN_SKU] = sku2;
	line[1].column[LINE_COLUMN_QUANTITY] = quantity2;
	order_normalise(&mem, &in, step.now, &it);
	must(order_receive(&step, &it, &v, &e), &e);
	arena_release(&mem);
	assert_int_equal(order_load(&step, number, &o, &e), 1);
	must(order_verify(&step, o.ref, &v, &e), &e);
	must(order_check_stock(&step, o.ref, &v, &e), &e);
	assert_int_equal(order_load(&step, number, &o, &e), 1);
	refs[number] = o.ref;
	return o;
}

static int
enter(void **state)
{
	const char *tmp = getenv("TMPDIR");
	const struct now now = { NOW, true };
	struct err e = ERR_INIT;

	(void)state;
	snprintf(dir, sizeof(dir), "%.900s/order-offer-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL || chdir(dir) < 0 ||
	    db_create("orders.db", "test", -1, NOW, 5, NULL, NULL, &e) < 0 ||
	    db_open(&db, "orders.db", DB_WRITE, "test", 5, &e) < 0)
		return -1;
	step_init(&step, db, now, "tester", "test 1");
	if (step_begin(&step, &e) < 0)
		return -1;
	sql("INSERT INTO customers (customer, customer_key, email,"
	    " backorder_consent) VALUES ('C', 'c', 'c@example.org', 'ask')");
	sql("INSERT INTO items (sku, sku_key, unit, unit_price) VALUES"
	    " ('A', 'a', 'EA', 2000000), ('B', 'b', 'EA', 3000000),"
	    " ('S1', 's1', 'EA', 4000000), ('S2', 's2', 'EA', 5000000),"
	    " ('T', 't', 'EA', 6000000)");
	sql("INSERT INTO substitutes (sku, substitute, rank) VALUES"
	    " ('A', 'S1', 1), ('A', 'S2', 2)");
	sql("INSERT INTO supply (supply_ref, sku, quantity, expected_on)"
	    " VALUES ('P-1', 'A', 10000, '2026-12-04'),"
	    " ('P-2', 'A', 10000, '2026-12-11')");
	count("A", 6);
	count("B", 2);
	count("S1", 4);
	count("S2", 10);
	count("T", 10);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	step_rollback(&step);
	step_release(&step);
	db_close(db, NULL);
	return chdir("/") < 0 ||
	    nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) < 0;
}

/* Each line: item, ordered, and what is cancelled rejected substituted
 * allocated backordered of it, where there is any. */
static const char SQL_LINES[] =
	"SELECT group_concat(t, ', ') FROM (SELECT item || ' '"
	" || (ordered / 1000)"
	" || CASE cancelled WHEN 0 THEN '' ELSE ' c' || (cancelled / 1000) END"
	" || CASE rejected WHEN 0 THEN '' ELSE ' r' || (rejected / 1000) END"
	" || CASE substituted WHEN 0 THEN ''"
	"  ELSE ' s' || (substituted / 1000) END"
	" || CASE allocated WHEN 0 THEN '' ELSE ' a' || (allocated / 1000) END"
	" || CASE backordered WHEN 0 THEN ''"
	"  ELSE ' b' || (backordered / 1000) || ' ' || backorder_on END AS t"
	" FROM lines WHERE order_id = 1 ORDER BY line)";

static const char SQL_HELD[] =
	"SELECT coalesce(group_concat(hold, ' '), '') FROM holds"
	" WHERE order_id = 1 AND closed_at IS NULL";

static int
breach(void *arg, const struct audit_fault *f, struct err *e)
{
	(void)arg;
	(void)e;
	fail_msg("%s %s: %s", f->what, f->ref, f->fact);
	return 0;
}

static void
stays_true(void)
{
	struct err e = ERR_INIT;

	must(audit_check(&step, breach, NULL, &e), &e);
}

static struct verdict
take(struct order *o, int expected, const char *answer, int64_t line,
    const char *sku, int64_t quantity)
{
	const struct offer_choice c = { line, answer, sku, quantity * 1000,
	    "asked on the phone" };
	struct err e = ERR_INIT;
	struct verdict v = { .reason = "" };
	struct order now;
	int r = offer_take(&step, o, &c, &v, &e);

	must(r, &e);
	if (r != expected)
		fail_msg("%s: %d %s (%s)", answer, r, v.reason, v.note);
	/* What is in memory is what is stored. */
	assert_int_equal(order_load(&step, o->id, &now, &e), 1);
	assert_int_equal(now.nlines, o->nlines);
	assert_int_equal(now.total, o->total);
	for (size_t i = 0; i < now.nlines; i++) {
		assert_int_equal(line_open(&now.lines[i]),
		    line_open(&o->lines[i]));
		assert_int_equal(now.lines[i].amount, o->lines[i].amount);
	}
	stays_true();
	return v;
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

/* ---- gone ---- */

static const char SQL_ASKED[] =
	"SELECT group_concat(state || coalesce(' ' ||"
	" json_extract(document, '$.gone_sku'), ''), ', ') FROM messages"
	" WHERE order_id = 1 AND kind = 'shortage'";

static void
a_substitute_that_is_gone_is_offered_anew(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct verdict v;

	(void)state;
	count("S1", 1);
	v = take(&o, 0, "substitute", 1, "S1", 0);
	assert_int_equal(v.result, RESULT_HELD);
	assert_string_equal(v.reason, "offer-gone");
	assert_string_equal(text_of(SQL_LINES), "A 10 a6");
	assert_string_equal(text_of(SQL_HELD), "consent");
	assert_string_equal(text_of(SQL_ASKED), "cancelled, queued S1");
	/* The next of the old offer would have done, were none named. */
	take(&o, 1, "substitute", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 s4 a6, S2 4 a4");
	assert_string_equal(text_of(SQL_ASKED), "cancelled, cancelled S1");
}

static void
a_date_that_is_gone_is_offered_anew(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct verdict v;

	(void)state;
	sql("DELETE FROM supply WHERE supply_ref = 'P-1'");
	v = take(&o, 0, "backorder", 0, "", 0);
	assert_string_equal(v.reason, "offer-gone");
	assert_string_equal(text_of(SQL_LINES), "A 10 a6");
	take(&o, 1, "backorder", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 a6 b4 2026-12-11");
}

static void
an_earlier_date_is_no_reason(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);

	(void)state;
	sql("INSERT INTO supply VALUES ('P-0', 'A', 4000, '2026-11-30')");
	take(&o, 1, "backorder", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 a6 b4 2026-11-30");
}

static void
gone_but_there_is_what_was_ordered(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);

	(void)state;
	count("S1", 1);
	count("A", 10);
	take(&o, 1, "substitute", 1, "S1", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 a10");
	assert_string_equal(text_of(SQL_HELD), "");
}

static void
gone_and_never_to_wait_is_refused(void **state)
{
	struct order o;

	(void)state;
	sql("UPDATE customers SET backorder_consent = 'never'");
	o = ordered(1, "A", "10", NULL, NULL);
	assert_string_equal(text_of(SQL_HELD), "consent");
	assert_string_equal(text_of("SELECT json_extract(document,"
	    " '$.no_backorder') FROM messages"), "1");
	count("S1", 0);
	count("S2", 0);
	assert_string_equal(take(&o, 0, "substitute", 0, "", 0).reason,
	    "offer-gone");
	assert_string_equal(text_of(SQL_LINES), "A 10 r4 a6");
	assert_string_equal(text_of(SQL_HELD), "");
}

static void
the_last_substitute_goes_to_who_answers_first(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct order other;

	(void)state;
	other = ordered(2, "A", "4", NULL, NULL);
	take(&other, 1, "substitute", 1, "S1", 0);
	assert_string_equal(take(&o, 0, "substitute", 1, "S1", 0).reason,
	    "offer-gone");
	assert_string_equal(text_of("SELECT on_hand - allocated FROM stock"
	    " WHERE sku = 'S1'"), "0");
}

static void
the_price_that_was_offered_holds(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct err e = ERR_INIT;
	struct verdict v;

	(void)state;
	sql("UPDATE items SET unit_price = 9000000 WHERE sku = 'S1'");
	take(&o, 1, "substitute", 0, "", 0);
	assert_int_equal(o.total, 2800);
	must(order_verify(&step, o.ref, &v, &e), &e);
	assert_int_equal(v.result, RESULT_UNCHANGED);
	assert_string_equal(text_of("SELECT total FROM orders"), "2800");
	assert_string_equal(text_of("SELECT count(*) FROM findings"), "0");
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

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
		TEST(a_substitute_that_is_gone_is_offered_anew),
		TEST(a_date_that_is_gone_is_offered_anew),
		TEST(an_earlier_date_is_no_reason),
		TEST(gone_but_there_is_what_was_ordered),
		TEST(gone_and_never_to_wait_is_refused),
		TEST(the_last_substitute_goes_to_who_answers_first),
		TEST(the_price_that_was_offered_holds),
		TEST(a_complete_order_takes_the_answer_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
