/* questions.c - print what waits for an answer, a page at a time */

#include <inttypes.h>

#include <order/question.h>
#include <order/questions.h>

#include "listing.h"

static const char *const columns[] = { "ref", "hold", "line", "answer", "sku",
	"quantity", "note", "field", "given", "question", "asked_at", "age",
	"reminders", "email", "customer_name" };
static const struct head head = { 15, columns };

/* At a terminal nobody fills anything in. */
static const char *const shown[] = { "ref", "hold", "line", "given",
	"question", "age", "reminders", "customer_name" };
static const struct head shown_head = { 8, shown };

static struct ids holds;	/* that are open, the oldest first */
static size_t next_hold;

static int
add_hold(void *arg, int64_t id)
{
	(void)arg;
	ids_add(&holds, id);
	return 0;
}

static const struct head *
head_of(const struct tool *t)
{
	return t->out == FORMAT_TABLE || (t->out == FORMAT_AUTO &&
	    tool_is_terminal(1)) ? &shown_head : &head;
}

static int
put(struct tool *t, const struct question *q, struct err *e)
{
	static const uint8_t types[15] = { [2] = CELL_NUMBER,
		[12] = CELL_NUMBER };
	struct arena *mem = &t->step.mem;
	char at[INSTANT_TEXT] = "";
	const char *line = q->line == 0 ? "" : arena_printf(mem, "%" PRId64,
	    q->line);
	const char *age = list_span(t, t->now.at - q->opened_at);
	const char *reminders = arena_printf(mem, "%" PRId64, q->reminders);
	const char *const brief[] = { q->ref, q->hold, line, q->given,
		q->words, age, reminders, q->customer_name };
	const char *const all[] = { q->ref, q->hold, line, "", "", "", "",
		q->field, q->given, q->words, q->asked_at == 0 ? "" :
		instant_text(q->asked_at, at), age, reminders, q->email,
		q->customer_name };
	uint8_t kinds[15];

	if (t->quiet)
		return 0;
	if (head_of(t) == &shown_head)
		return tool_put(t, &shown_head, brief, NULL, e);
	memcpy(kinds, types, sizeof(kinds));
	if (q->line == 0)
		kinds[2] = CELL_TEXT;
	return tool_put(t, &head, all, kinds, e);
}

static int
read_holds(struct tool *t, struct cursor *c, struct err *e)
{
	(void)c;
	return question_holds(&t->step, add_hold, NULL, e);
}

static int
put_page(struct tool *t, struct cursor *c, struct err *e)
{
	size_t end = next_hold + LIST_PAGE;

	(void)c;
	while (next_hold < holds.n && next_hold < end) {
		struct question *q = NULL;
		size_t n;

		if (question_read(&t->step, holds.id[next_hold++], &q, &n,
		    e) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (put(t, &q[i], e) < 0)
				return -1;
	}
	return next_hold < holds.n;
}

void
questions_list(struct tool *t)
{
	list_begin(t, head_of(t));
	list_pages(t, read_holds);
	list_pages(t, put_page);
	ids_release(&holds);
}
