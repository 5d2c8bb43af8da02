/* order-check-stock - reserve stock for verified orders */

#include <order/ack.h>
#include <order/probe.h>
#include <order/tool.h>

static bool pending, backorders, probe;

static const struct opt opts[] = {
	OPT_SELECT("pending", &pending,
	    "verified orders not checked yet or waiting for stock"),
	OPT_SELECT("backorders", &backorders,
	    "fill waiting lines, oldest promise first"),
	OPT_FLAG("probe", &probe,
	    "answer sku, quantity[, customer] records; reserve nothing"),
	OPT_END
};

static int
pick(struct tool *t, struct refs *refs, struct err *e)
{
	return tool_pick(t, order_pending_stock(backorders), refs, e);
}

static const struct tool_about about = {
	.name = "order-check-stock",
	.args = "[order ...]",
	.does = "reserve stock for verified orders",
	.opts = opts,
	.pick = pick,
};

/* The record only names the order; everything else is read from the store. */
static int
check_one(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;
	int n = backorders ?
	    order_fill_backorders(&t->step, rec_text(r, "ref"), &v, e) :
	    order_check_stock(&t->step, rec_text(r, "ref"), &v, e);

	return n < 0 ? -1 : tool_answer(t, r, &v, e);
}

static const struct head probe_head = { STOCK_PROBE_NCOLUMNS,
	stock_probe_columns };

static int
probe_one(struct tool *t, struct rec *r, struct err *e)
{
	const char *values[STOCK_PROBE_NCOLUMNS];
	struct verdict v;

	if (tool_needs_column(t, r, "sku", e) < 0 ||
	    tool_needs_column(t, r, "quantity", e) < 0)
		return -1;
	if (stock_probe(&t->step, rec_text(r, "sku"), rec_text(r, "quantity"),
	    rec_text(r, "customer"), values, &v, e) < 0)
		return -1;
	return tool_answer_with(t, r, &probe_head, values, &v, e);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (pending && backorders)
		tool_usage(&t, "--pending and --backorders are two runs");
	if (probe && (t.argc > 0 || t.selected))
		tool_usage(&t, "--probe reads records of sku and quantity");
	tool_each(&t, probe ? probe_one : check_one);
	return tool_end(&t);
}
