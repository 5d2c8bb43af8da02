/* order-receive - take customer orders in */

#include <order/rejects.h>
#include <order/tool.h>

static const char *channel, *extra, *on_error;
static struct intake_opts intake;
static struct rejects rejects;

static const struct opt opts[] = {
	OPT_TEXT("channel", "NAME", &channel, "for orders that name no channel"),
	OPT_TEXT("rejects", "FILE", &rejects.path,
	    "append refused orders to FILE, not to the store"),
	OPT_FLAG("group", &intake.group,
	    "gather rows of one order that are apart"),
	OPT_TEXT("on-error", "HOW", &on_error,
	    "rows: the good ones go in; all, stop: none does"),
	OPT_TEXT("expect-orders", "N", &intake.expect_orders,
	    "refuse the whole input unless it has N orders"),
	OPT_TEXT("expect-lines", "N", &intake.expect_lines,
	    "refuse the whole input unless it has N lines"),
	OPT_TEXT("expect-total", "AMOUNT", &intake.expect_total,
	    "refuse the whole input unless its totals add up to AMOUNT"),
	OPT_TEXT("extra", "HOW", &extra,
	    "unknown columns: refuse, keep or ignore"),
	OPT_END
};

static const struct tool_about about = {
	.name = "order-receive",
	.args = "[file ...]",
	.does = "take customer orders in from approved channels",
	.opts = opts,
	.needs = TOOL_FILES,
};

static int
receive_one(struct tool *t, struct order_intake *it, struct err *e)
{
	struct verdict v;

	if (order_receive(&t->step, it, &v, e) < 0)
		return -1;
	if (v.result == RESULT_REFUSED && rejects_keep(&rejects, t, it, e) < 0)
		return -1;
	return tool_answer_order(t, it, &v, e);
}

static void
choose(struct tool *t)
{
	static const char *const errors[] = { "rows", "all", "stop" };
	static const char *const extras[] = { "refuse", "keep", "ignore" };

	intake.channel = channel;
	intake.on_error = (enum on_error)tool_choice(t, "--on-error", on_error,
	    errors, 3);
	intake.extra = (enum extra)tool_choice(t, "--extra", extra, extras, 3);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	choose(&t);
	rejects_begin(&rejects, &t);
	tool_each_order(&t, &intake, receive_one);
	rejects_end(&rejects, &t);
	return tool_end(&t);
}
