/* order-ack - acknowledge orders within the 24 hours from receipt */

#include <order/ack.h>
#include <order/acks.h>
#include <order/tool.h>

static bool pending, due, preview, explain, queue_only;

static const struct opt opts[] = {
	OPT_SELECT("due", &due,
	    "all that is ready or near its deadline (for cron)"),
	OPT_SELECT("pending", &pending, "the same as --due"),
	OPT_FLAG("preview", &preview,
	    "print the acknowledgment as it would go out; send nothing"),
	OPT_FLAG("explain", &explain,
	    "print how the promised dates come about, as JSON"),
	OPT_FLAG("queue-only", &queue_only,
	    "leave delivery to order-notify"),
	OPT_END
};

static int
add_ref(void *refs, const char *ref)
{
	refs_add(refs, ref);
	return 0;
}

static int
pick(struct tool *t, struct refs *refs, struct err *e)
{
	return ack_due_next(&t->step, add_ref, refs, e);
}

static const struct tool_about about = {
	.name = "order-ack",
	.args = "[order ...]",
	.does = "acknowledge orders with dates that hold, or say they are here",
	.opts = opts,
	.pick = pick,
};

static int
ack_one(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;

	if (order_ack(&t->step, rec_text(r, "ref"), &v, e) < 0)
		return -1;
	return tool_answer(t, r, &v, e);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (preview || explain) {
		/* Decided as in earnest, printed as it will read, undone. */
		t.dry_run = t.texts = true;
		tool_each(&t, preview ? acks_preview : acks_explain);
		return tool_end(&t);
	}
	if (!queue_only && !t.dry_run)
		t.after_batch = acks_deliver;
	tool_each(&t, ack_one);
	acks_finish(&t, (due || pending) && !queue_only);
	return tool_end(&t);
}
