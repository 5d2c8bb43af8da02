/* answering.c - answers to questions, as records or as one command
 *
 * Reads them and says what came of them; what they do is resolve.c's. */

#include <order/answering.h>
#include <order/answers.h>
#include <order/chase.h>
#include <order/money.h>
#include <order/resolve.h>
#include <order/text.h>

static int
line_of(const char *text, int64_t *n)
{
	*n = 0;
	return text[0] == '\0' || decimal_parse(text, 0, n) == DECIMAL_OK;
}

/* ---- records ---- */

/* What is refused for it must not be printed either. */
static void
mask_cards(struct tool *t, struct rec *r)
{
	for (size_t i = 0; i < r->head->n; i++)
		r->values[i] = text_masked(&t->step.mem, r->values[i]);
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
int
answers_record(struct tool *t, struct rec *r, struct err *e)
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
		tool_note_line(t, r, &v);
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
	tool_note_line(t, r, &v);
	mask_cards(t, r);
	return tool_answer(t, r, &v, e);
}

/* ---- one command ---- */

static struct answer given;

static int
answer_given(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;

	if (order_resolve(&t->step, rec_text(r, "ref"), &given, &v, e) < 0)
		return -1;
	return tool_answer(t, r, &v, e);
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

void
answer_one(struct tool *t, const struct answer_options *o)
{
	struct correction *set;

	if (t->argc != 3)
		say_how(t);
	set = xmalloc((o->sets.n + 1) * sizeof(*set));
	given = (struct answer){ t->argv[1], t->argv[2], 0, o->note, set,
	    o->sets.n };
	for (size_t i = 0; i < o->sets.n; i++) {
		char *word, *equals;

		if (strchr(o->sets.word[i], '=') == NULL)
			tool_usage(t, "--set: \"%s\" is not column=value",
			    o->sets.word[i]);
		word = xstrdup(o->sets.word[i]);
		equals = strchr(word, '=');
		*equals = '\0';
		set[i] = (struct correction){ word, equals + 1 };
	}
	if (!line_of(o->line, &given.line))
		tool_usage(t, "--line: \"%s\" is not a line number", o->line);
	t->argc = 1;
	tool_each(t, answer_given);
}

/* ---- the oldest questions ---- */

static int
add_ref(void *refs, const char *ref)
{
	refs_add(refs, ref);
	return 0;
}

int
chase_pick(struct tool *t, struct refs *refs, struct err *e)
{
	return chase_due(&t->step, add_ref, refs, e);
}

/* What is not due any more is not printed. */
int
chase_one(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;

	if (order_chase(&t->step, rec_text(r, "ref"), &v, e) < 0)
		return -1;
	return v.result == RESULT_UNCHANGED ? 0 : tool_answer(t, r, &v, e);
}
