/* offer_world.h - a store in which A is short and S1 and S2 can replace it */
#ifndef OFFER_WORLD_H
#define OFFER_WORLD_H

#include "store_world.h"

#include <order/audit.h>
#include <order/offer.h>
#include <order/stock.h>

static inline const char *
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
	struct line_in line[2] = {
		{ .column = { [LINE_COLUMN_SKU] = sku,
		    [LINE_COLUMN_QUANTITY] = quantity } },
		{ .column = { [LINE_COLUMN_SKU] = sku2,
		    [LINE_COLUMN_QUANTITY] = quantity2 } },
	};
	struct err e = ERR_INIT;
	struct verdict v;
	struct order o;

	receive(&(struct order_in){ .lines = line,
	    .nlines = sku2 != NULL ? 2 : 1,
	    .column = { [COLUMN_CUSTOMER] = "C" } });
	assert_int_equal(order_load(&step, number, &o, &e), 1);
	must(order_verify(&step, o.ref, &v, &e), &e);
	must(order_check_stock(&step, o.ref, &v, &e), &e);
	assert_int_equal(order_load(&step, number, &o, &e), 1);
	return o;
}

static int
enter(void **state)
{
	if (store_enter(state) < 0)
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

static inline struct verdict
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

#endif
