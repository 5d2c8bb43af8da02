/* order-receive - take customer orders in */

#include <order/maps.h>
#include <order/rejects.h>
#include <order/tool.h>

static const char *channel, *extra, *on_error;
static struct maps_asked maps;
static struct intake_opts intake;
static struct rejects rejects;

static const struct opt opts[] = {
	OPT_TEXT("channel", "NAME", &channel, "for orders that name no channel"),
	OPT_FLAG("amend", &intake.amend,
	    "other content of a known order changes that order"),
	OPT_FLAG("from-mail", &intake.from_mail,
	    "stdin is a message from an MTA; orders are in its files"),
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
	OPT_TEXT("map", "MAP", &intake.map,
	    "the input is of a layout that MAP, a file or built in, describes"),
	OPT_TEXT("encoding", "NAME", &intake.encoding,
	    "of the input, as iconv -l calls it"),
	OPT_TEXT("delimiter", "CHARACTER", &intake.delimiter,
	    "between the cells of CSV; without it, found out"),
	OPT_FLAG("maps", &maps.list, "list the built-in maps"),
	OPT_TEXT("show-map", "NAME", &maps.show,
	    "print a built-in map, to start one from"),
	OPT_TEXT("check-map", "MAP", &maps.check,
	    "explain what MAP makes of the input, without a database"),
	OPT_END
};

static bool
is_about_maps(void)
{
	return maps_are_asked(&maps);
}

static const struct tool_about about = {
	.name = "order-receive",
	.args = "[file ...]",
	.does = "take customer orders in from approved channels",
	.opts = opts,
	.needs = TOOL_FILES,
	.no_db = is_about_maps,
	.for_mta = "--from-mail",
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
	if (intake.from_mail && (rejects.path != NULL || intake.group ||
	    on_error != NULL || intake.expect_orders != NULL ||
	    intake.expect_lines != NULL || intake.expect_total != NULL ||
	    intake.encoding != NULL))
		tool_usage(t, "--from-mail takes orders one by one: of the"
		    " other options only --channel, --extra, --amend, --map"
		    " and --delimiter go with it");
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (is_about_maps()) {
		maps_run(&t, &maps, &intake);
		return tool_end(&t);
	}
	choose(&t);
	rejects_begin(&rejects, &t);
	tool_each_order(&t, &intake, receive_one);
	rejects_end(&rejects, &t);
	return tool_end(&t);
}
