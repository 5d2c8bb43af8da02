/* order-audit - the trail of orders, and the proof of their record */

#include <order/audits.h>

static bool all, verify, end, check;
static const char *against;

static const struct opt opts[] = {
	OPT_FLAG("all", &all, "the trail of everything that was recorded"),
	OPT_FLAG("verify", &verify, "recompute the chain of all events"),
	OPT_TEXT("against", "SEQ:HASH", &against,
	    "verify: this head, kept before, must still be in it"),
	OPT_FLAG("head", &end, "print the last event's number and hash"),
	OPT_FLAG("check", &check, "try every invariant of the store"),
	OPT_END
};

static const struct tool_about about = {
	.name = "order-audit",
	.args = "[order ...]",
	.does = "the trail of orders, and the proof of their record",
	.opts = opts,
	.needs = TOOL_READS,
	.head = &audits_head,
};

static struct audit_head kept;

static void
check_options(struct tool *t)
{
	int n = all + verify + end + check;

	if (n > 1)
		tool_usage(t, "--all, --verify, --head and --check: only one"
		    " of them");
	if (n == 1 && t->argc > 0)
		tool_usage(t, "with that option it looks at everything: name"
		    " no orders");
	if (against != NULL && !verify)
		tool_usage(t, "--against goes with --verify");
	if (against != NULL && !audit_head_parse(against, &kept))
		tool_usage(t, "--against: \"%s\" is not what --head prints",
		    against);
	t->own = against != NULL ? &kept : NULL;
	t->hold_output = n == 1;
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check_options(&t);
	if (all)
		tool_once(&t, audits_all);
	else if (verify)
		tool_once(&t, audits_verify);
	else if (end)
		tool_once(&t, audits_end);
	else if (check)
		tool_once(&t, audits_check);
	else
		tool_each(&t, audits_trail);
	return tool_end(&t);
}
