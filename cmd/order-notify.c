/* order-notify - deliver queued messages, and see what became of them */

#include <order/mails.h>

static bool listing, linting, retrying;
static const char *state, *shown;
static struct words told;

static const struct opt opts[] = {
	OPT_FLAG("list", &listing, "list every message and its state"),
	OPT_TEXT("state", "NAME", &state,
	    "with --list: only those in this state"),
	OPT_TEXT("show", "ID", &shown, "print the exact bytes of a message"),
	OPT_WORDS("told", "ID", &told,
	    "record that somebody told the customer"),
	OPT_FLAG("retry", &retrying,
	    "make failed and dead messages due now; all, or those named"),
	OPT_FLAG("lint", &linting, "try every template with sample orders"),
	OPT_END
};

static bool
only_reads(void)
{
	return listing || linting || shown != NULL;
}

static const struct tool_about about = {
	.name = "order-notify",
	.args = "[message ...]",
	.does = "deliver queued messages to customers",
	.opts = opts,
	.needs = TOOL_PLAIN,
	.reads = only_reads,
};

static void
check(struct tool *t)
{
	bool takes_ids = told.n > 0 || retrying;

	if (listing + linting + retrying + (shown != NULL) +
	    (told.n > 0) > 1)
		tool_usage(t, "one thing at a time: --list, --show, --told,"
		    " --retry or --lint");
	if (state != NULL && !listing)
		tool_usage(t, "--state goes with --list");
	if (t->argc > 0 && !takes_ids)
		tool_usage(t, "messages are named with --told or --retry");
	tool_choice(t, "--state", state, message_states, message_nstates);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	if (listing)
		mails_list(&t, state);
	else if (shown != NULL)
		mails_show(&t, shown);
	else if (told.n > 0)
		mails_each(&t, &told, message_told);
	else if (retrying && t.argc > 0)
		mails_each(&t, NULL, message_retry);
	else if (retrying)
		mails_retry_all(&t);
	else if (linting)
		mails_lint(&t);
	else
		mails_deliver(&t);
	return tool_end(&t);
}
