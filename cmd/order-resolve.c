/* order-resolve - record the customer's answers and verify again */

#include <order/answering.h>
#include <order/money.h>
#include <order/questions.h>
#include <order/tool.h>

static struct answer_options given = { .line = "", .note = "" };
static const char *reject;
static bool listing, chasing;

static const struct opt opts[] = {
	OPT_WORDS("set", "COLUMN=VALUE", &given.sets,
	    "what is right, or sent instead (repeatable)"),
	OPT_TEXT("line", "N", &given.line, "the order line it is about"),
	OPT_TEXT("note", "TEXT", &given.note, "why, or the proof"),
	OPT_FLAG("list", &listing,
	    "list the open questions, to be filled in and fed back"),
	OPT_SELECT("chase", &chasing,
	    "remind of questions, give up the oldest (for cron)"),
	OPT_TEXT("reject", "ID", &reject,
	    "end a reject: order-resolve --reject ID dismiss"),
	OPT_END
};

static bool
only_reads(struct tool *t)
{
	(void)t;
	return listing;
}

static const struct tool_about about = {
	.name = "order-resolve",
	.args = "[order hold answer]",
	.does = "record the customer's answers and verify again",
	.opts = opts,
	.pick = chase_pick,
	.reads = only_reads,
};

static int
dismiss(struct tool *t, struct err *e)
{
	struct verdict v;
	int64_t id = 0;

	if (decimal_parse(reject, 0, &id) != DECIMAL_OK)
		return err_set(e, ERR_USAGE, "--reject: \"%s\" is not a"
		    " number", reject);
	if (reject_dismiss(&t->step, id, &v, e) < 0)
		return -1;
	if (v.result == RESULT_OK)
		return 1;
	tool_note(t, "there is no open reject %s", reject);
	tool_status(t, 1);
	return 0;
}

static void
check(struct tool *t)
{
	bool alone = listing || chasing || reject != NULL;
	bool says = given.sets.n > 0 || given.line[0] != '\0' ||
	    given.note[0] != '\0';

	if (listing + chasing + (reject != NULL) > 1 ||
	    (alone && (says || (reject == NULL && t->argc > 0))))
		tool_usage(t, "--list, --chase and --reject stand alone");
	if (says && t->argc == 0)
		tool_usage(t, "--set, --line and --note go with ORDER HOLD"
		    " ANSWER; records have columns for them");
	if (reject != NULL &&
	    (t->argc != 1 || strcmp(t->argv[0], "dismiss") != 0))
		tool_usage(t, "say: order-resolve --reject %s dismiss",
		    reject);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	if (reject != NULL)
		tool_once(&t, dismiss);
	else if (listing)
		questions_list(&t);
	else if (chasing)
		tool_each(&t, chase_one);
	else if (t.argc > 0)
		answer_one(&t, &given);
	else
		tool_each(&t, answers_record);
	return tool_end(&t);
}
