/* order-resolve - record the customer's answers and verify again */

#include <order/answers.h>
#include <order/chase.h>
#include <order/money.h>
#include <order/questions.h>
#include <order/resolve.h>
#include <order/text.h>
#include <order/tool.h>

static struct words sets;
static const char *note = "", *line, *reject;
static bool listing, chasing;

static const struct opt opts[] = {
	OPT_WORDS("set", "COLUMN=VALUE", &sets,
	    "what is right, or sent instead (repeatable)"),
	OPT_TEXT("line", "N", &line, "the order line it is about"),
	OPT_TEXT("note", "TEXT", &note, "why, or the proof"),
	OPT_FLAG("list", &listing,
	    "list the open questions, to be filled in and fed back"),
	OPT_SELECT("chase", &chasing,
	    "remind of questions, give up the oldest (for cron)"),
	OPT_TEXT("reject", "ID", &reject,
	    "end a reject: order-resolve --reject ID dismiss"),
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
	return chase_due(&t->step, add_ref, refs, e);
}

static bool
only_reads(void)
{
	return listing;
}

static const struct tool_about about = {
	.name = "order-resolve",
	.args = "[order hold answer]",
	.does = "record the customer's answers and verify again",
	.opts = opts,
	.pick = pick,
	.reads = only_reads,
};

static int
line_of(const char *text, int64_t *n)
{
	*n = 0;
	return text[0] == '\0' || decimal_parse(text, 0, n) == DECIMAL_OK;
}

static int
answer_one(struct tool *t, struct rec *r, struct answer *a, struct err *e)
{
	struct verdict v;

	if (order_resolve(&t->step, rec_text(r, "ref"), a, &v, e) < 0)
		return -1;
	return tool_answer(t, r, &v, e);
}

/* One order, by arguments. */
static struct answer given;

static int
resolve_given(struct tool *t, struct rec *r, struct err *e)
{
	return answer_one(t, r, &given, e);
}

/* What is refused for it must not be printed either. */
static void
mask_cards(struct tool *t, struct rec *r)
{
	for (size_t i = 0; i < r->head->n; i++) {
		size_t n = strlen(r->values[i]);
		char *masked;

		if (!text_has_card_number(r->values[i], n))
			continue;
		masked = arena_dup(&t->step.mem, r->values[i]);
		text_mask_card_numbers(masked, n);
		r->values[i] = masked;
	}
}

/* The columns that are set: of a substitute only what is sent. */
static size_t
read_sets(const struct rec *r, const char *answer, struct correction *set)
{
	bool corrects = strcmp(answer, "corrected") == 0;
	bool chooses = strcmp(answer, "substitute") == 0;
	/* The total that a tool printed is ours, not what the order says. */
	bool printed = head_find(r->head, "ack_due_at") >= 0;
	size_t n = 0;

	for (size_t i = 0; i < r->head->n; i++) {
		const char *name = r->head->names[i];

		if (r->values[i][0] == '\0' || strcmp(name, "line") == 0 ||
		    (printed && strcmp(name, "total") == 0))
			continue;
		if ((corrects && (order_column_find(name) >= 0 ||
		    line_column_find(name) >= 0)) ||
		    (chooses && (strcmp(name, "sku") == 0 ||
		    strcmp(name, "quantity") == 0)))
			set[n++] = (struct correction){ name, r->values[i] };
	}
	return n;
}

/* A stream: ref, hold, line, answer, note and the columns that are set. */
static int
resolve_record(struct tool *t, struct rec *r, struct err *e)
{
	struct answer a = { .hold = rec_text(r, "hold"),
	    .answer = rec_text(r, "answer"), .note = rec_text(r, "note") };
	struct correction *set = arena_array(&t->step.mem, r->head->n + 1,
	    sizeof(*set));
	struct verdict v;
	int n;

	/* Half an answer is none. */
	if (r->fault != NULL) {
		verdict_set(&v, 0, RESULT_REFUSED, r->fault_code);
		return tool_answer(t, r, &v, e);
	}
	if (!line_of(rec_text(r, "line"), &a.line))
		a.line = -1;
	a.nset = read_sets(r, a.answer, set);
	a.set = set;
	n = a.answer[0] == '\0' ?
	    order_not_answered(&t->step, rec_text(r, "ref"), &v, e) :
	    order_resolve(&t->step, rec_text(r, "ref"), &a, &v, e);
	if (n < 0)
		return -1;
	mask_cards(t, r);
	return tool_answer(t, r, &v, e);
}

/* What is not due any more is not printed. */
static int
chase_one(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;

	if (order_chase(&t->step, rec_text(r, "ref"), &v, e) < 0)
		return -1;
	return v.result == RESULT_UNCHANGED ? 0 : tool_answer(t, r, &v, e);
}

static void
read_arguments(struct tool *t)
{
	struct correction *set = xmalloc((sets.n + 1) * sizeof(*set));

	for (size_t i = 0; i < sets.n; i++) {
		char *word = xstrdup(sets.word[i]), *equals = strchr(word, '=');

		if (equals == NULL)
			tool_usage(t, "--set: \"%s\" is not column=value", word);
		*equals = '\0';
		set[i] = (struct correction){ word, equals + 1 };
	}
	given = (struct answer){ t->argv[1], t->argv[2], 0, note, set, sets.n };
	if (!line_of(line != NULL ? line : "", &given.line))
		tool_usage(t, "--line: \"%s\" is not a line number", line);
	t->argc = 1;
}

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

static _Noreturn void
say_how(struct tool *t)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < ANSWER_NWORDS; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", answer_words[i]);
	tool_usage(t, "say: order-resolve ORDER HOLD ANSWER, where the answer"
	    " is one of %s", b.data);
}

static void
check(struct tool *t)
{
	bool alone = listing || chasing;

	if (alone + (reject != NULL) > 1 || listing + chasing > 1 ||
	    (alone && (t->argc > 0 || sets.n > 0 || line != NULL ||
	    note[0] != '\0')))
		tool_usage(t, "--list, --chase and --reject stand alone");
	if (reject != NULL &&
	    (t->argc != 1 || strcmp(t->argv[0], "dismiss") != 0))
		tool_usage(t, "say: order-resolve --reject %s dismiss",
		    reject);
	if (reject == NULL && t->argc != 0 && t->argc != 3)
		say_how(t);
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
	else if (t.argc == 3) {
		read_arguments(&t);
		tool_each(&t, resolve_given);
	} else
		tool_each(&t, resolve_record);
	return tool_end(&t);
}
