/* order-status - what orders there are and where they stand */

#include <order/listing.h>

static struct asked asked;
static bool attention, rejects, history, lines, full, counts, health, states, dot,
    watching;
static const char *every;

static const struct opt opts[] = {
	OPT_SELECT("all", &asked.all, "every order"),
	OPT_PICK("external-ref", "KEY", &asked.external_ref,
	    "the customer's or the channel's own number"),
	OPT_PICK("customer", "NUMBER", &asked.customer,
	    "on file or as the order gives it"),
	OPT_PICK("status", "STATUS", &asked.status,
	    "received, verified, confirmed, released, ..."),
	OPT_PICK("held", "HOLD", &asked.held, "by that hold, or by any"),
	OPT_PICK("stock", "STOCK", &asked.stock,
	    "unchecked, full, partial, backordered or none"),
	OPT_PICK("channel", "CHANNEL", &asked.channel, "by which it came"),
	OPT_PICK("ack", "ACK", &asked.ack,
	    "none, received, accepted, conditional, ..."),
	OPT_PICK("since", "TIME", &asked.since,
	    "received then or later: today, 7d, a date, a time"),
	OPT_PICK("until", "TIME", &asked.until, "received before"),
	OPT_PICK("sku", "SKU", &asked.sku, "with a line of that item"),
	OPT_SELECT("due", &asked.due,
	    "unanswered, and due within ack_margin_hours or before"),
	OPT_SELECT("overdue", &asked.overdue, "unanswered past their deadline"),
	OPT_FLAG("attention", &attention,
	    "all that somebody has to look at, and the command for it"),
	OPT_FLAG("rejects", &rejects,
	    "open rejects, or one by its number, to be fed again"),
	OPT_FLAG("history", &history, "the events of the orders"),
	OPT_FLAG("lines", &lines, "one record per order line"),
	OPT_FLAG("full", &full, "whole documents, JSON"),
	OPT_FLAG("counts", &counts, "how many of what, and how old"),
	OPT_FLAG("health", &health, "one line: does it run, and what waits"),
	OPT_FLAG("states", &states, "the table of the lifecycle"),
	OPT_FLAG("dot", &dot, "--states as a drawing for graphviz"),
	OPT_FLAG("watch", &watching, "draw it again and again, until q is typed"),
	OPT_TEXT("every", "SECONDS", &every, "with --watch: how often (5)"),
	OPT_END
};

/* Each draw opens it for itself. */
static bool
opens_later(void)
{
	return watching;
}

static const struct tool_about about = {
	.name = "order-status",
	.args = "[word ...]",
	.does = "show orders: one, many, what needs attention, what happened",
	.opts = opts,
	.needs = TOOL_READS,
	.more = asked_more,
	.no_db = opens_later,
};

static void
stand_alone(struct tool *t)
{
	if (attention)
		list_attention(t);
	else if (rejects)
		list_rejects(t);
	else if (counts)
		list_counts(t);
	else if (health)
		list_health(t);
	else
		list_states(t, dot);
}

int
main(int argc, char **argv)
{
	struct tool t;
	int alone;

	tool_begin(&t, argc, argv, &about);
	alone = attention + rejects + counts + health + states;
	if (alone + lines + full + history > 1 ||
	    (alone > 0 && (t.selected || t.argc > (rejects ? 1 : 0))))
		tool_usage(&t, "--attention, --rejects, --counts, --health and"
		    " --states stand alone; --lines, --full and --history"
		    " exclude each other");
	if (dot && !states)
		tool_usage(&t, "--dot goes with --states");
	if (every != NULL && !watching)
		tool_usage(&t, "--every goes with --watch");
	if (watching)
		list_watch(&t, every);
	if (alone > 0)
		stand_alone(&t);
	else
		asked_list(&t, &asked, lines ? LIST_LINES : full ? LIST_FULL :
		    history ? LIST_HISTORY : LIST_ORDERS);
	return tool_end(&t);
}
