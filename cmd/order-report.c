/* order-report - the figures of a period, and the review of the procedure */

#include <order/reports.h>

static struct report_asked asked;

static const struct opt opts[] = {
	OPT_TEXT("from", "DAY", &asked.from,
	    "the first day (review_days before the last)"),
	OPT_TEXT("to", "DAY", &asked.to, "the last day, included (today)"),
	OPT_TEXT("reviewed", "NOTE", &asked.note,
	    "record that the procedure was reviewed, and what was found"),
	OPT_END
};

static bool
only_reads(struct tool *t)
{
	(void)t;
	return asked.note == NULL;
}

static const struct tool_about about = {
	.name = "order-report",
	.args = "",
	.does = "the figures of a period, and the review of the procedure",
	.opts = opts,
	.needs = TOOL_PLAIN | TOOL_PAGES,
	.reads = only_reads,
};

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (t.argc > 0)
		tool_usage(&t, "it is about all orders: name none");
	t.own = &asked;
	tool_once(&t, asked.note != NULL ? report_review : report_print);
	return tool_end(&t);
}
