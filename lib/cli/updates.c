/* updates.c - reports about orders, as records or as one command
 *
 * Reads them and says what came of them; what they do is update.c's. */

#include <order/text.h>
#include <order/updates.h>

/* ---- records ---- */

static const char *channel;	/* of inquiries */

/* What is refused for a card number is not handed on with it. */
static void
mask(struct tool *t, struct rec *r)
{
	for (int c = 0; c < UPDATE_NCOLUMNS; c++) {
		int i = head_find(r->head, update_columns[c].name);

		if (i >= 0)
			r->values[i] = text_masked(&t->step.mem, r->values[i]);
	}
}

static int
update_record(struct tool *t, struct rec *r, struct err *e)
{
	struct update u = { .channel = channel };
	struct verdict v;

	for (int c = 0; c < UPDATE_NCOLUMNS; c++)
		u.column[c] = rec_text(r, update_columns[c].name);
	if (tool_needs_column(t, r, "ref", e) < 0 ||
	    tool_needs_column(t, r, "event", e) < 0)
		return -1;
	/* Half a report is none. */
	if (r->fault != NULL)
		verdict_set(&v, 0, RESULT_REFUSED, r->fault_code);
	else if (order_update(&t->step, rec_text(r, "ref"), &u, &v, e) < 0)
		return -1;
	tool_note_line(t, r, &v);
	mask(t, r);
	return tool_answer(t, r, &v, e);
}

static int
end(struct tool *t, struct err *e)
{
	return order_update_end(&t->step, e);
}

void
updates_each(struct tool *t, const char *by)
{
	channel = by;
	t->before_commit = end;
	tool_each(t, update_record);
}

/* ---- one command ---- */

static struct update given;

static int
update_given(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;

	if (order_update(&t->step, rec_text(r, "ref"), &given, &v, e) < 0)
		return -1;
	return tool_answer(t, r, &v, e);
}

void
updates_one(struct tool *t, const struct update *u)
{
	given = *u;
	given.column[UPDATE_EVENT] = t->argv[1];
	for (int c = 0; c < UPDATE_NCOLUMNS; c++)
		if (given.column[c] == NULL)
			given.column[c] = "";
	t->argc = 1;
	t->before_commit = end;
	tool_each(t, update_given);
}
