/* order-notify - deliver queued messages, and see what became of them */

#include <order/mails.h>
#include <order/text.h>

static bool listing, linting, retrying;
static struct mails_asked asked;
static const char *shown, *replied, *to, *note;
static struct words told, again, cancelled;

static const struct opt opts[] = {
	OPT_FLAG("list", &listing,
	    "list messages: all, or of an order, address, customer"),
	OPT_TEXT("state", "NAME", &asked.state,
	    "with --list: only those in this state"),
	OPT_TEXT("kind", "NAME", &asked.kind,
	    "with --list: only receipt, acknowledgment, clarify, ..."),
	OPT_TEXT("since", "TIME", &asked.since,
	    "with --list: sent (or queued) then or later"),
	OPT_TEXT("until", "TIME", &asked.until, "with --list: before then"),
	OPT_TEXT("show", "ID", &shown, "print the exact bytes of a message"),
	OPT_WORDS("told", "ID", &told,
	    "record that somebody told the customer"),
	OPT_TEXT("note", "TEXT", &note, "with --told: how, and whom"),
	OPT_FLAG("retry", &retrying,
	    "make failed and dead messages due now; all, or those named"),
	OPT_WORDS("resend", "ID", &again, "send it again, as a new message"),
	OPT_WORDS("cancel", "ID", &cancelled, "do not send it"),
	OPT_TEXT("reply", "REF", &replied,
	    "queue the answer to what was asked about an order"),
	OPT_TEXT("to", "ADDRESS", &to,
	    "with --resend or --reply: where it goes"),
	OPT_FLAG("lint", &linting, "try every template with sample orders"),
	OPT_END
};

static bool
only_reads(struct tool *t)
{
	(void)t;
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
	int by_id = (told.n > 0) + retrying + (again.n > 0) +
	    (cancelled.n > 0);

	if (listing + linting + (shown != NULL) + (replied != NULL) +
	    by_id > 1)
		tool_usage(t, "one thing at a time: --list, --show, --told,"
		    " --retry, --resend, --cancel, --reply or --lint");
	if (!listing && (asked.state != NULL || asked.kind != NULL ||
	    asked.since != NULL || asked.until != NULL))
		tool_usage(t, "--state, --kind, --since and --until go with"
		    " --list");
	if (note != NULL && told.n == 0)
		tool_usage(t, "--note goes with --told");
	if (to != NULL && again.n == 0 && replied == NULL)
		tool_usage(t, "--to goes with --resend or --reply");
	if (to != NULL && !text_is_email(to))
		tool_usage(t, "--to: \"%s\" is not an e-mail address", to);
	if (replied != NULL && t->argc > 1)
		tool_usage(t, "the answer is one file, or stdin");
	if (t->argc > 0 && by_id == 0 && !listing && replied == NULL)
		tool_usage(t, "messages are named with --told, --retry,"
		    " --resend or --cancel");
}

static void
run(struct tool *t)
{
	if (listing)
		mails_list(t, &asked);
	else if (shown != NULL)
		mails_show(t, shown);
	else if (told.n > 0)
		mails_each(t, MAILS_TOLD, &told, note);
	else if (again.n > 0)
		mails_each(t, MAILS_RESEND, &again, to);
	else if (cancelled.n > 0)
		mails_each(t, MAILS_CANCEL, &cancelled, NULL);
	else if (retrying)
		mails_each(t, MAILS_RETRY, NULL, NULL);
	else if (replied != NULL)
		mails_reply(t, replied, to);
	else if (linting)
		mails_lint(t);
	else
		mails_deliver(t);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	run(&t);
	return tool_end(&t);
}
