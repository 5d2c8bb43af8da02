/* whole.c - try a whole input before any of it goes in
 *
 * --on-error all|stop and control totals: every order is received in a
 * transaction that is rolled back; only when all is well the real run
 * begins, which checks everything again. */

#include <order/money.h>

#include "intake.h"

static const char SQL_TOTAL[] =
	"SELECT coalesce(total_given, total), exponent, currency"
	" FROM orders WHERE id = $1";

static int
add_total(struct tool *t, struct trial *tr, int64_t id, struct err *e)
{
	struct row *row;
	int64_t total;
	int r = db_one(t->db, SQL_TOTAL, BIND(I(id)), &row, e);

	if (r <= 0)
		return r;
	total = db_int(row, 0);
	for (int64_t d = db_int(row, 1); d < AMOUNT_SCALE; d++)
		tr->mixed = tr->mixed ||
		    __builtin_mul_overflow(total, 10, &total);
	if (tr->currency[0] == '\0')
		snprintf(tr->currency, sizeof(tr->currency), "%s",
		    db_text(row, 2));
	if (strcmp(tr->currency, db_text(row, 2)) != 0 ||
	    __builtin_add_overflow(tr->total, total, &tr->total))
		tr->mixed = true;
	db_done(row);
	return 0;
}

static int
try_order(struct tool *t, struct item *item, struct err *e)
{
	struct intake *in = t->loop->source;
	struct trial *tr = in->trial;
	struct order_intake *it = item->order;
	const char *key = it->in->column[COLUMN_EXTERNAL_REF];
	struct verdict v;
	bool found = false;

	if (in->stop)
		return 0;
	tr->orders++;
	tr->lines += (int64_t)it->in->nlines;
	if (key[0] != '\0') {
		int64_t *line = keyset_put(&tr->keys,
		    it->in->column[COLUMN_CHANNEL], key, &found);

		if (found)
			fault_set(&it->fault, it->mem, "key-repeated",
			    "external_ref", it->in->source_line, "\"%s\" was"
			    " an order before, at line %lld", key,
			    (long long)*line);
		else
			*line = it->in->source_line;
	}
	if (order_receive(&t->step, it, &v, e) < 0)
		return -1;
	if (it->fault.code != NULL) {
		tr->faults++;
		in->stop = in->opts->on_error == ON_ERROR_STOP;
		return 0;
	}
	return in->opts->expect_total != NULL ?
	    add_total(t, tr, v.order_id, e) : 0;
}

static bool
differs(struct tool *t, const char *option, const char *expected, int scale,
    int64_t found)
{
	int64_t n;

	if (expected == NULL)
		return false;
	if (decimal_parse(expected, scale, &n) != DECIMAL_OK)
		tool_usage(t, "%s: \"%s\" is not a number", option, expected);
	if (n == found)
		return false;
	tool_note(t, "%s: %s were expected, the file has %s", option, expected,
	    decimal_short(&t->step.mem, found, scale));
	return true;
}

static void
judge(struct intake *in, const struct trial *tr)
{
	const struct intake_opts *o = in->opts;
	struct tool *t = in->tool;
	bool bad = false;

	if (o->on_error != ON_ERROR_ROWS && tr->faults > 0) {
		tool_note(t, "the whole file is refused: %lld of %lld orders"
		    " %s faulty", (long long)tr->faults, (long long)tr->orders,
		    tr->faults == 1 ? "is" : "are");
		bad = true;
	}
	bad |= differs(t, "--expect-orders", o->expect_orders, 0, tr->orders);
	bad |= differs(t, "--expect-lines", o->expect_lines, 0, tr->lines);
	if (o->expect_total != NULL && tr->mixed) {
		tool_note(t, "--expect-total: the file has several"
		    " currencies, which cannot be added");
		bad = true;
	} else
		bad |= differs(t, "--expect-total", o->expect_total,
		    AMOUNT_SCALE, tr->total);
	in->refuse_all = bad;
}

void
whole_try(struct intake *in)
{
	struct loop l = { .next = intake_next, .decide = try_order,
	    .trial = true };
	struct tool *t = in->tool;
	struct trial tr = { .total = 0 };
	struct err e = ERR_INIT;

	in->trial = &tr;
	l.source = in;
	t->loop = &l;
	loop_run(t, &l);
	t->loop = NULL;
	if (tool_signal == 0)
		judge(in, &tr);
	keyset_release(&tr.keys);
	in->trial = NULL;
	in->stop = false;
	if (feed_rewind(&in->feed, &e) < 0)
		tool_fail(t, &e);
}
