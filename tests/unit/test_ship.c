/* test_ship.c - what moves when goods leave, arrive or come back */
#include "offer_world.h"

#include <order/ship.h>

/* ---- stock ---- */

/* Of 5 T that are reserved, so many are with fulfilment and so many leave;
 * 10 were counted on hand at NOW. */
static const struct stock_case {
	const char *title;
	int64_t released, leave;
	int64_t left_at;
	int taken;
	const char *stock;	/* on hand, allocated, released */
	const char *line;	/* allocated, released, shipped */
	const char *ledger;
} stock_cases[] = {
	{ "all of it", 5, 5, NOW + 60, 1, "5 0 0", "0 0 5", "-5 -5 -5 " },
	{ "a part", 5, 2, NOW + 60, 1, "8 3 3", "3 3 2", "-2 -2 -2 " },
	{ "all that fulfilment has of it", 3, 3, NOW + 60, 1, "7 2 0",
	    "2 0 3", "-3 -3 -3 " },
	{ "more than fulfilment has", 3, 4, NOW + 60, 0, "10 5 3", "5 3 0",
	    "(none)" },
	{ "more than there is", 5, 6, NOW + 60, 0, "10 5 5", "5 5 0",
	    "(none)" },
	{ "nothing is with fulfilment", 0, 1, NOW + 60, 0, "10 5 0", "5 0 0",
	    "(none)" },
	{ "it had left when the rest was counted", 5, 2, NOW - 1, 1, "10 3 3",
	    "3 3 2", "0 -2 -2 left before the count" },
	{ "it left in the second of the count", 5, 2, NOW, 1, "8 3 3",
	    "3 3 2", "-2 -2 -2 " },
};

static void
assert_text(const char *title, const char *query, const char *expected)
{
	const char *is = text_of(query);

	if (strcmp(is, expected) != 0)
		fail_msg("%s: %s instead of %s", title, is, expected);
}

static void
release(int64_t line, const char *sku, int64_t n)
{
	struct err e = ERR_INIT;

	if (n > 0)
		assert_int_equal(stock_release(&step, 1, line, sku, n * 1000,
		    &e), 1);
}

static void
goods_leave_the_stock_once(void **state)
{
	(void)state;
	ordered(1, "T", "5", NULL, NULL);
	for (size_t i = 0; i < N(stock_cases); i++) {
		const struct stock_case *c = &stock_cases[i];
		struct err e = ERR_INIT;

		sql("SAVEPOINT one");
		release(1, "T", c->released);
		assert_int_equal(stock_ship(&step, 1, 1, "T", c->leave * 1000,
		    c->left_at, &e), c->taken);
		assert_text(c->title, "SELECT printf('%d %d %d',"
		    " on_hand / 1000, allocated / 1000, released / 1000)"
		    " FROM stock WHERE sku = 'T'", c->stock);
		assert_text(c->title, "SELECT printf('%d %d %d',"
		    " allocated / 1000, released / 1000, shipped / 1000)"
		    " FROM lines WHERE order_id = 1", c->line);
		assert_text(c->title, "SELECT printf('%d %d %d %s',"
		    " on_hand / 1000, allocated / 1000, released / 1000,"
		    " reason) FROM stock_ledger WHERE kind = 'ship'",
		    c->ledger);
		sql("ROLLBACK TO one");
		sql("RELEASE one");
	}
}

/* ---- shipments ---- */

static const char SQL_PARCELS[] =
	"SELECT group_concat(printf('%d %d %d %d %s', line, quantity / 1000,"
	" delivered / 1000, returned / 1000, delivered_on), '; ')"
	" FROM shipments";

static void
a_shipment_takes_no_more_than_was_in_it(void **state)
{
	const struct parcel p = { "DHL", "1", NOW, "2026-11-23",
	    "2026-11-26" };
	struct order o = ordered(1, "T", "5", NULL, NULL);
	struct shipment *x;
	struct err e = ERR_INIT;
	size_t n;

	(void)state;
	release(1, "T", 4);
	must(line_ship(&step, &o, &o.lines[0], 1000, &p, &e), &e);
	o.lines[0].released = 3000;
	must(line_ship(&step, &o, &o.lines[0], 3000, &p, &e), &e);
	assert_int_equal(o.lines[0].shipped, 4000);
	assert_int_equal(o.lines[0].allocated, 1000);
	assert_int_equal(o.lines[0].released, 0);
	assert_int_equal(line_ship(&step, &o, &o.lines[0], 1000, &p, &e), -1);
	assert_int_equal(e.code, ERR_SOFTWARE);
	must(shipments_of(&step, 1, &x, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_int_equal(x[1].quantity, 3000);
	must(shipment_deliver(&step, &o, &x[1], 2000, "2026-11-25", &e), &e);
	must(shipment_return(&step, &o, &x[1], 3000, &e), &e);
	assert_text("parcels", SQL_PARCELS, "1 1 0 0 ; 1 3 2 3 2026-11-25");
	/* an earlier part that is told later does not put the day back */
	must(shipment_deliver(&step, &o, &x[1], 1000, "2026-11-24", &e), &e);
	assert_int_equal(shipment_deliver(&step, &o, &x[1], 1, "", &e), -1);
	assert_int_equal(shipment_return(&step, &o, &x[1], 1, &e), -1);
	assert_text("parcels", SQL_PARCELS, "1 1 0 0 ; 1 3 3 3 2026-11-25");
	assert_text("line", "SELECT delivered || ' ' || returned FROM lines",
	    "3000 3000");
}

/* ---- is it sent ---- */

static const struct sent_case {
	const char *title;
	struct order_line line[2];
	bool sent;
} sent_cases[] = {
	{ "nothing has left", { { .ordered = 2 }, { .ordered = 1 } }, false },
	{ "one line has", { { .ordered = 2, .shipped = 2 },
	    { .ordered = 1 } }, false },
	{ "a part of each", { { .ordered = 2, .shipped = 1 },
	    { .ordered = 2, .shipped = 1 } }, false },
	{ "all of it", { { .ordered = 2, .shipped = 2 },
	    { .ordered = 1, .shipped = 1 } }, true },
	{ "the rest is cancelled", { { .ordered = 2, .shipped = 1,
	    .cancelled = 1 }, { .ordered = 1, .cancelled = 1 } }, true },
	{ "the rest is refused, or comes as something else", { { .ordered = 2,
	    .shipped = 1, .rejected = 1 }, { .ordered = 1,
	    .substituted = 1 } }, true },
	{ "the rest waits", { { .ordered = 2, .shipped = 1, .backordered = 1 },
	    { .ordered = 1, .shipped = 1 } }, false },
	{ "what came back was sent", { { .ordered = 2, .shipped = 2,
	    .returned = 2 }, { .ordered = 1, .shipped = 1 } }, true },
};

static void
an_order_is_sent_when_nothing_is_left_to_send(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(sent_cases); i++) {
		struct order_line line[2] = { sent_cases[i].line[0],
		    sent_cases[i].line[1] };
		const struct order o = { .lines = line, .nlines = 2 };

		if (order_is_sent(&o) != sent_cases[i].sent)
			fail_msg("%s", sent_cases[i].title);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goods_leave_the_stock_once),
		TEST(a_shipment_takes_no_more_than_was_in_it),
		cmocka_unit_test(an_order_is_sent_when_nothing_is_left_to_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
