/* order-verify - cross-check orders and raise holds */

#include <order/tool.h>
#include <order/verify.h>

static bool pending, explain;

static const struct opt opts[] = {
	OPT_SELECT("pending", &pending, "every order that is not verified yet"),
	OPT_FLAG("explain", &explain,
	    "print inputs and outcome of every rule as JSON"),
	OPT_END
};

static int
pick(struct tool *t, struct refs *refs, struct err *e)
{
	return tool_pick(t, order_pending_verify(), refs, e);
}

static const struct tool_about about = {
	.name = "order-verify",
	.args = "[order ...]",
	.does = "cross-check orders against master data and raise holds",
	.opts = opts,
	.pick = pick,
};

static int
verify_one(struct tool *t, struct rec *r, struct err *e)
{
	const char *why = "";
	struct verdict v;

	if (order_verify_explained(&t->step, rec_text(r, "ref"), &v,
	    explain ? &why : NULL, e) < 0)
		return -1;
	return explain ? tool_answer_text(t, why, &v) :
	    tool_answer(t, r, &v, e);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	t.texts = explain;
	tool_each(&t, verify_one);
	return tool_end(&t);
}
