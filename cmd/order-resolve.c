/* order-resolve - record the customer's answers and verify again */

#include <order/money.h>
#include <order/resolve.h>
#include <order/tool.h>

static struct words sets;
static const char *note = "", *line, *reject;

static const struct opt opts[] = {
	OPT_WORDS("set", "COLUMN=VALUE", &sets, "what is right (repeatable)"),
	OPT_TEXT("line", "N", &line, "the order line it is about"),
	OPT_TEXT("note", "TEXT", &note, "why, or the proof"),
	OPT_TEXT("reject", "ID", &reject,
	    "end a reject: order-resolve --reject ID dismiss"),
	OPT_END
};

static const struct tool_about about = {
	.name = "order-resolve",
	.args = "[order hold corrected|accepted|waived]",
	.does = "record the customer's answers and verify again",
	.opts = opts,
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

/* A stream: ref, hold, line, answer, note and the corrected columns. */
static int
resolve_record(struct tool *t, struct rec *r, struct err *e)
{
	struct answer a = { .hold = rec_text(r, "hold"),
	    .answer = rec_text(r, "answer"), .note = rec_text(r, "note") };
	struct correction *set = arena_array(&t->step.mem, r->head->n,
	    sizeof(*set));

	/* Half an answer is none. */
	if (r->fault != NULL) {
		struct verdict v;

		verdict_set(&v, 0, RESULT_REFUSED, r->fault_code);
		return tool_answer(t, r, &v, e);
	}
	if (!line_of(rec_text(r, "line"), &a.line))
		a.line = -1;
	for (size_t i = 0; i < r->head->n; i++) {
		const char *name = r->head->names[i];

		if (r->values[i][0] == '\0' || strcmp(name, "line") == 0 ||
		    strcmp(a.answer, "corrected") != 0 ||
		    (order_column_find(name) < 0 && line_column_find(name) < 0))
			continue;
		set[a.nset++] = (struct correction){ name, r->values[i] };
	}
	a.set = set;
	return answer_one(t, r, &a, e);
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

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (reject != NULL) {
		if (t.argc != 1 || strcmp(t.argv[0], "dismiss") != 0)
			tool_usage(&t, "say: order-resolve --reject %s dismiss",
			    reject);
		tool_once(&t, dismiss);
	} else if (t.argc == 3) {
		read_arguments(&t);
		tool_each(&t, resolve_given);
	} else if (t.argc == 0)
		tool_each(&t, resolve_record);
	else
		tool_usage(&t, "say: order-resolve ORDER HOLD"
		    " corrected|accepted|waived");
	return tool_end(&t);
}
