/* test_amend.c - what differs between an order and what came under its key */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/amend.h>
#include <order/buf.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NONE AMOUNT_NONE
#define MAX_LINES 4

/* An order as stored and as it came again; alike until a case changes it. */
struct again {
	struct order order;
	struct order_line lines[MAX_LINES];
	struct order_in in;
	struct line_in lines_in[MAX_LINES];
	struct line_new lines_new[MAX_LINES];
	struct order_intake it;
	struct order_sums sums;
	const char *extra;
};

static void
put_line(struct again *w, size_t i, const char *sku, int64_t quantity,
    int64_t price)
{
	w->lines[i] = (struct order_line){ .line = (int64_t)i + 1,
	    .sku = sku, .item = sku, .description = "", .unit = "EA",
	    .instructions = "", .ordered = quantity,
	    .unit_price = price != NONE ? price : 500000,
	    .price_given = price != NONE, .was_price = NONE,
	    .was_quantity = NONE };
	w->lines_new[i] = (struct line_new){ (int64_t)i + 1, sku, "", "EA",
	    "", quantity, price };
	w->lines_in[i].source = "o.csv";
	w->lines_in[i].source_line = (int64_t)i + 2;
}

/* Ten TAPE at 2.00, fifty BOX at whatever they cost. */
static void
make_alike(struct again *w)
{
	memset(w, 0, sizeof(*w));
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		w->order.column[i] = w->it.new.column[i] = "";
	w->order.column[COLUMN_CURRENCY] = w->sums.currency = "EUR";
	w->order.exponent = w->sums.exponent = 2;
	w->order.discount = w->order.shipping = w->order.tax =
	    w->order.total_given = NONE;
	for (int i = 0; i < 4; i++)
		w->sums.amount[i] = NONE;
	put_line(w, 0, "TAPE", 10000, 2000000);
	put_line(w, 1, "BOX", 50000, NONE);
	w->order.lines = w->lines;
	w->order.nlines = 2;
	w->in.source = "o.csv";
	w->in.source_line = 2;
	w->in.extra = w->extra = "";
	w->in.lines = w->lines_in;
	w->it.in = &w->in;
	w->it.new.lines = w->lines_new;
	w->in.nlines = w->it.new.nlines = 2;
}

/* ---- what a case changes ---- */

static void
nothing(struct again *w)
{
	(void)w;
}

static void
columns(struct again *w)
{
	w->order.column[COLUMN_SHIP_CITY] = "Berlin";
	w->it.new.column[COLUMN_SHIP_CITY] = "Bonn";
	w->it.new.column[COLUMN_PHONE] = "1";
	w->order.column[COLUMN_INSTRUCTIONS] = "gate";
	w->extra = "[{\"a\":\"b\"}]";
}

static void
key_and_time(struct again *w)
{
	w->order.column[COLUMN_EXTERNAL_REF] = "PO-1";
	w->order.column[COLUMN_CHANNEL] = "email";
	w->it.new.column[COLUMN_RECEIVED_AT] = "2026-11-23T09:00:00Z";
}

static void
amounts(struct again *w)
{
	w->order.shipping = 500;
	w->sums.amount[1] = 750;
	w->order.total_given = 4500;
	w->sums.amount[2] = 0;
}

static void
currency(struct again *w)
{
	w->sums.currency = "JPY";
	w->sums.exponent = 0;
}

static void
customer(struct again *w)
{
	w->it.new.column[COLUMN_CUSTOMER] = "C-2";
}

static void
quantity_and_price(struct again *w)
{
	w->lines_new[0].quantity = 10500;
	w->lines_new[0].unit_price = 1995000;
	w->lines_new[1].unit_price = 500000;
}

static void
item_and_unit(struct again *w)
{
	w->lines_new[0].sku = "FILM";
	w->lines_new[1].unit = "PK";
}

static void
texts(struct again *w)
{
	w->lines_new[0].description = "brown";
	w->lines[1].instructions = "soon";
}

/* The customer wrote 1.50 and 8; we agreed on 2.00 and 10. */
static void
ours(struct again *w)
{
	w->lines[0].was_price = w->lines_new[0].unit_price = 1500000;
	w->lines[0].was_quantity = w->lines_new[0].quantity = 8000;
}

static void
ours_adopted(struct again *w)
{
	w->lines[0].was_price = 1500000;
	w->lines[0].was_quantity = 8000;
}

static void
one_gone(struct again *w)
{
	w->lines_new[0] = w->lines_new[1];
	w->lines_in[0] = w->lines_in[1];
	w->it.new.nlines = 1;
}

static void
one_more_first(struct again *w)
{
	put_line(w, 2, "FILM", 1000, NONE);
	w->lines_new[2].line = 1;
	w->lines_new[0].line = 5;
	w->it.new.nlines = 3;
}

/* We sent GLUE instead of some TAPE, as line 3; what came does not know. */
static void
ours_beside(struct again *w)
{
	put_line(w, 2, "GLUE", 1000, NONE);
	w->lines[2].instead_of = 1;
	w->order.nlines = 3;
}

static void
ours_and_one_of_its_number(struct again *w)
{
	ours_beside(w);
	w->lines_new[2].sku = "FILM";
	w->it.new.nlines = 3;
}

static void
ours_made_theirs(struct again *w)
{
	ours_beside(w);
	w->it.new.nlines = 3;
}

static void
turned_round(struct again *w)
{
	struct line_new first = w->lines_new[0];

	w->lines_new[0] = w->lines_new[1];
	w->lines_new[1] = first;
}

static const struct {
	const char *title;
	void (*change)(struct again *);
	const char *changes;
	const char *anew;	/* lines that are judged anew */
} cases[] = {
	{ "nothing", nothing, "", "" },
	{ "columns of the order, in their order", columns,
	    "2 phone >1; 2 ship_city Berlin>Bonn; 2 instructions gate>;"
	    " 2 extra [{\"a\":\"b\"}]>; ", "" },
	{ "key, channel and time are no content", key_and_time, "", "" },
	{ "amounts, of which 0 is one", amounts,
	    "2 shipping 5.00>7.50; 2 tax >0.00; 2 total 45.00>; ", "" },
	{ "another currency concerns every line", currency,
	    "2 currency EUR>JPY; 2 1.unit_price 2.00>2; ", "1 2 " },
	{ "another customer, too", customer, "2 customer >C-2; ", "1 2 " },
	{ "quantity and price", quantity_and_price,
	    "2 1.quantity 10>10.5; 2 1.unit_price 2.00>1.995;"
	    " 3 2.unit_price >0.50; ", "1 2 " },
	{ "item and unit", item_and_unit,
	    "2 1.sku TAPE>FILM; 3 2.unit EA>PK; ", "1 2 " },
	{ "texts change nothing that was agreed", texts,
	    "2 1.description >brown; 3 2.line_instructions soon>; ", "" },
	{ "our price and quantity are no change of theirs", ours, "", "" },
	{ "but they are when they write them", ours_adopted,
	    "2 1.quantity 8>10; 2 1.unit_price 1.50>2.00; ", "1 " },
	{ "a line that is gone", one_gone,
	    "2 1.sku TAPE>; 2 1.quantity 10>; 2 1.unit EA>;"
	    " 2 1.unit_price 2.00>; ", "1 " },
	{ "lines match by number, not by place", one_more_first,
	    "4 1.sku TAPE>FILM; 4 1.quantity 10>1; 4 1.unit_price 2.00>;"
	    " 2 5.sku >TAPE; 2 5.quantity >10; 2 5.unit >EA;"
	    " 2 5.unit_price >2.00; ", "1 5 " },
	{ "another order of lines is the same order", turned_round, "", "" },
	{ "a substitute that is not ordered is no change", ours_beside, "",
	    "3 " },
	{ "a new line with the number of a substitute is another line",
	    ours_and_one_of_its_number, "4 3.sku >FILM; 4 3.quantity >1;"
	    " 4 3.unit >EA; ", "3 3 " },
	{ "a substitute that is ordered is a line of theirs now",
	    ours_made_theirs, "", "3 " },
};

static void
each_difference_is_found(void **state)
{
	struct arena mem = ARENA_INIT;
	struct buf changes = BUF_INIT, anew = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct amendment a;
		struct again w;

		make_alike(&w);
		cases[i].change(&w);
		amend_compare(&mem, &w.order, w.extra, &w.it, &w.sums, &a);
		buf_clear(&changes);
		buf_clear(&anew);
		for (size_t k = 0; k < a.n; k++) {
			const struct change *c = &a.change[k];

			assert_string_equal(c->source, "o.csv");
			buf_printf(&changes, "%lld ", (long long)c->source_line);
			if (c->line > 0)
				buf_printf(&changes, "%lld.",
				    (long long)c->line);
			buf_printf(&changes, "%s %s>%s; ", c->field, c->was,
			    c->is);
		}
		for (size_t k = 0; k < a.npairs; k++)
			if (a.pair[k].asked_anew)
				buf_printf(&anew, "%lld ", (long long)
				    (a.pair[k].was != NULL ?
				    a.pair[k].was->line :
				    a.pair[k].is->line));
		if (strcmp(changes.data, cases[i].changes) != 0 ||
		    strcmp(anew.data, cases[i].anew) != 0)
			fail_msg("%s: %s/ %s", cases[i].title, changes.data,
			    anew.data);
	}
	buf_release(&changes);
	buf_release(&anew);
	arena_release(&mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_difference_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
