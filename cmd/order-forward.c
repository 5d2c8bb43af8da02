/* order-forward - hand orders to fulfilment and movements to inventory */

#include <order/forwards.h>

static struct forwards given;
static bool pending, listing;
static const char *again;

static const struct opt opts[] = {
	OPT_TEXT("to", "NAME", &given.to,
	    "fulfilment (orders) or inventory (movements of stock)"),
	OPT_SELECT("pending", &pending,
	    "all that can be handed over now, most urgent first"),
	OPT_FLAG("early", &given.early,
	    "also what would arrive before the customer wants it"),
	OPT_TEXT("dir", "FOLDER", &given.dir,
	    "write a file for each hand-off there; else they are printed"),
	OPT_TEXT("as", "FORMAT", &given.as,
	    "hand-offs as csv, json or text (pages for the warehouse)"),
	OPT_TEXT("again", "ID", &again, "print a hand-off once more"),
	OPT_FLAG("list", &listing, "list hand-offs: all, or of the orders"),
	OPT_FLAG("open", &given.open,
	    "with --list: only what is not accepted, or not written"),
	OPT_TEXT("since", "TIME", &given.since,
	    "with --list: made then or later"),
	OPT_END
};

static bool
only_reads(struct tool *t)
{
	(void)t;
	return listing;
}

static int
pick(struct tool *t, struct refs *refs, struct err *e)
{
	return forwards_pick(t, &given, refs, e);
}

static const struct tool_about about = {
	.name = "order-forward",
	.args = "[order ...]",
	.does = "hand confirmed orders to fulfilment and inventory",
	.opts = opts,
	.pick = pick,
	.reads = only_reads,
};

static void
check(struct tool *t)
{
	bool orders = pending || t->argc > 0;

	if (listing && (again != NULL || pending))
		tool_usage(t, "--list goes with neither --again nor --pending");
	if (!listing && (given.open || given.since != NULL))
		tool_usage(t, "--open and --since go with --list");
	if ((listing || again != NULL) && (given.dir != NULL || given.early))
		tool_usage(t, "--dir and --early are for handing over");
	if (again != NULL && (orders || given.to != NULL))
		tool_usage(t, "--again names one hand-off and nothing else");
	if (!listing && again == NULL && given.to == NULL)
		tool_usage(t, "say to whom: --to fulfilment or --to inventory");
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	if (listing)
		forwards_list(&t, &given);
	else if (again != NULL)
		forwards_again(&t, &given, again);
	else
		forwards_run(&t, &given);
	return tool_end(&t);
}
