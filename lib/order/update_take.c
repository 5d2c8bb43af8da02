/* update_take.c - what every reported event needs: say no, record, find the
 * line */

#include <order/event.h>
#include <order/money.h>

#include "update_take.h"

bool
update_says(const struct report *r, enum update_column c)
{
	return r->value[c][0] != '\0';
}

int
update_refuse(struct report *r, const char *reason, const char *field,
    const char *fact)
{
	verdict_set(r->v, r->o->id, RESULT_REFUSED, reason);
	verdict_note(r->v, "%s: %s%s%s", r->o->ref, field,
	    field[0] != '\0' ? ": " : "", fact);
	return 0;
}

int
update_which_line(struct report *r)
{
	return update_refuse(r, "no-such-line", "line",
	    "say which line (--line N)");
}

int
update_unchanged(struct report *r)
{
	return verdict_set(r->v, r->o->id, RESULT_UNCHANGED, "");
}

/* The event itself, with all that the report says. */
const char *
update_detail(struct report *r, const char *what)
{
	struct buf b = BUF_INIT;
	char when[INSTANT_TEXT];
	const char *text;

	detail_begin(&b);
	for (int c = 0; c < UPDATE_NCOLUMNS; c++) {
		if (r->value[c][0] == '\0' || c == UPDATE_EVENT ||
		    c == UPDATE_OCCURRED_AT)
			continue;
		if (c == UPDATE_LINE)
			detail_int(&b, "line", r->line);
		else
			detail_text(&b, update_columns[c].name, r->value[c]);
	}
	if (r->amount != AMOUNT_NONE)
		detail_int(&b, "amount_minor", r->amount);
	if (r->value[UPDATE_OCCURRED_AT][0] != '\0')
		detail_text(&b, "occurred_at", instant_text(r->at, when));
	if (what[0] != '\0')
		detail_text(&b, "what", what);
	text = arena_dup(&r->s->mem, detail_end(&b));
	buf_release(&b);
	return text;
}

int
update_record(struct report *r, const char *kind, const char *what)
{
	return event_add(r->s, r->o->id, kind, update_detail(r, what),
	    r->e) < 0 ? -1 : 1;
}

const char *
update_why(const struct report *r)
{
	return r->value[UPDATE_REASON][0] != '\0' ? r->value[UPDATE_REASON] :
	    r->value[UPDATE_NOTE];
}

int
update_done(struct report *r)
{
	verdict_set(r->v, r->o->id, RESULT_OK, "");
	return 1;
}

struct order_line *
update_line(struct report *r)
{
	struct order *o = r->o;

	if (r->value[UPDATE_LINE][0] == '\0')
		return o->nlines == 1 ? &o->lines[0] : NULL;
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].line == r->line)
			return &o->lines[i];
	return NULL;
}

