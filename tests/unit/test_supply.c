/* test_supply.c - the day a backorder is promised for, however it is added up */
#include "offer_world.h"

#include "../../lib/db/db_internal.h"
#include "../../lib/order/shortage.h"

#define LINES 400

static uint64_t dice = 7;

static int64_t
roll(int64_t n)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)(dice >> 33) % n;
}

/* An order of so many lines of A, each seventh of B. */
static struct order
long_order(size_t n)
{
	struct err e = ERR_INIT;
	struct order o = ordered(1, "A", "1", NULL, NULL);

	must(db_run(db, "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < $1) INSERT INTO lines (order_id,"
	    " line, sku, item, description, unit, unit_price, price_given,"
	    " line_instructions, ordered) SELECT 1, i,"
	    " CASE WHEN i % 7 = 0 THEN 'B' ELSE 'A' END,"
	    " CASE WHEN i % 7 = 0 THEN 'B' ELSE 'A' END, '', '', 1, 0, '',"
	    " 1000000 FROM n", BIND(I((int64_t)n)), &e), &e);
	assert_int_equal(order_load(&step, 1, &o, &e), 1);
	return o;
}

/* The same by one statement, which nothing is kept from. */
static const char *
direct(const char *item, int64_t quantity)
{
	static const char SQL_DATE[] =
	    "SELECT expected_on FROM (SELECT expected_on, sum(quantity) OVER"
	    " (ORDER BY expected_on, supply_ref) AS coming FROM supply"
	    " WHERE sku = $1) WHERE coming >= $2 + (SELECT"
	    " coalesce(sum(backordered), 0) FROM lines WHERE item = $1)"
	    " ORDER BY expected_on LIMIT 1";
	struct err e = ERR_INIT;
	const char *date = "";
	struct row *row;

	if (db_one(db, SQL_DATE, BIND(T(item), I(quantity)), &row, &e) == 1) {
		date = db_dup(row, 0, &step.mem);
		db_done(row);
	}
	return date;
}

/* Whatever changes what waits: one line of it. */
static void
change(const struct order *o, struct order_line *l)
{
	struct err e = ERR_INIT;
	int64_t q = roll(5) + 1;

	switch (roll(5)) {
	case 0:
		if (line_open(l) >= q)
			must(line_backorder(&step, o, l, q, &e), &e);
		break;
	case 1:
		if (l->backordered >= q)
			must(line_reopen(&step, o, l, q, &e), &e);
		break;
	case 2:
		if (l->backordered >= q && stock_allocate(&step, 1, l->line,
		    l->item, q, true, &e) == 1) {
			l->backordered -= q;
			l->allocated += q;
		}
		break;
	case 3:
		if (l->allocated >= q) {
			must(stock_deallocate(&step, 1, l->line, l->item, q,
			    true, "test", &e), &e);
			l->allocated -= q;
			l->backordered += q;
		}
		break;
	default:
		if (line_open(l) == 0)
			break;
		must(db_run(db, "UPDATE lines SET backordered = backordered + 1"
		    " WHERE order_id = 1 AND line = $1", BIND(I(l->line)),
		    &e), &e);
		l->backordered++;
	}
}

static void
the_date_is_what_all_that_waits_leaves(void **state)
{
	struct err e = ERR_INIT;
	struct order o = long_order(LINES);
	struct step_mark mark;
	char date[11];
	int dated = 0;

	(void)state;
	sql("DELETE FROM supply");
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 28) INSERT INTO supply SELECT 'R-' || i,"
	    " CASE WHEN i % 4 = 0 THEN 'B' ELSE 'A' END, 1 + i % 5 * 20,"
	    " printf('2026-12-%02d', i) FROM n");
	for (int i = 0; i < 3000; i++) {
		struct order_line *l = &o.lines[roll(LINES)];
		const char *item = roll(4) == 0 ? "B" : l->item;
		int64_t quantity = roll(4);

		if (roll(20) != 0)
			change(&o, l);
		else {
			struct order_line was = *l;

			must(step_mark(&step, &mark, &e), &e);
			change(&o, l);
			must(step_undo(&step, &mark, &e), &e);
			*l = was;
		}
		if (roll(3) == 0)
			continue;
		must(stock_supply_date(&step, item, quantity, date, &e), &e);
		if (strcmp(date, direct(item, quantity)) != 0)
			fail_msg("change %d: %s and %lld more: %s, not %s", i,
			    item, (long long)quantity, date,
			    direct(item, quantity));
		dated += date[0] != '\0';
	}
	assert_true(dated > 100);
}

static int64_t
steps_done(void)
{
	int64_t n = 0;

	for (sqlite3_stmt *t = NULL; (t = sqlite3_next_stmt(db->h, t)) != NULL;)
		n += sqlite3_stmt_status(t, SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

static void
ten_thousand_short_lines_are_ten_times_a_thousand(void **state)
{
	struct err e = ERR_INIT;
	struct order o = long_order(10000);
	int64_t first = 0, all;

	(void)state;
	steps_done();
	for (size_t i = 0; i < o.nlines; i++) {
		struct order_line *l = &o.lines[i];

		if (line_open(l) > 0)
			must(line_backorder(&step, &o, l, 1, &e), &e);
		if (i == 999)
			first = steps_done();
	}
	all = first + steps_done();
	if (all > 12 * first)
		fail_msg("%lld steps for 1000, %lld for all",
		    (long long)first, (long long)all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_date_is_what_all_that_waits_leaves),
		TEST(ten_thousand_short_lines_are_ten_times_a_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
