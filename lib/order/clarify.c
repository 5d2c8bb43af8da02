/* clarify.c - ask the customer about what was found, in one notice
 *
 * Says what the order says, never what is on file. */

#include <order/ack.h>
#include <order/message.h>

#include "clarify.h"

static void
add_question(cJSON *list, const struct finding *x, int number)
{
	cJSON *q = cJSON_CreateObject();

	message_number(q, "number", number);
	message_number(q, "line", x->line);
	message_bool(q, "has_line", x->line > 0);
	message_text(q, "field", x->field);
	message_text(q, "given", x->given);
	for (int i = 0; i < NRULES; i++) {
		char key[48];

		snprintf(key, sizeof(key), "rule_%s", rule_defs[i].name);
		for (char *p = key; *p != '\0'; p++)
			if (*p == '-')
				*p = '_';
		message_bool(q, key, i == (int)x->rule);
	}
	cJSON_AddItemToArray(list, q);
}

static cJSON *
document_of(struct step *s, const struct order *o, const struct findings *f)
{
	cJSON *document = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(document, "questions");
	cJSON *lines = cJSON_AddArrayToObject(document, "lines");
	int n = 0;

	for (size_t i = 0; i < o->nlines; i++)
		cJSON_AddItemToArray(lines, message_line(s, o, &o->lines[i]));
	document_hide_prices(o, document);
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].severity == SEVERITY_HOLD &&
		    !f->list[i].waived)
			add_question(list, &f->list[i], ++n);
	message_number(document, "nquestions", n);
	return document;
}

int
clarify_send(struct step *s, const struct order *o, const struct findings *f,
    const struct reminder *again, struct err *e)
{
	cJSON *document = document_of(s, o, f);
	int64_t id = 0;

	if (again != NULL)
		return reminder_queue(s, o, "clarify", document, again, e);
	if (message_queue(s, o, "clarify", "", document, &id, e) < 0)
		return -1;
	return message_overtake(s, o->id, "clarify", id, e);
}

/* ---- again ---- */

static const char SQL_OPEN[] =
	"SELECT rule, line, field, given, verdict FROM findings"
	" WHERE order_id = $1 AND severity = 'hold' AND waived = 0"
	" ORDER BY seq";

int
clarify_read(struct step *s, const struct order *o, struct findings *f,
    struct err *e)
{
	struct row *row;
	size_t cap = 0;
	int r;

	*f = (struct findings){ .mem = &s->mem };
	if (db_query(s->db, SQL_OPEN, BIND(I(o->id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		int rule = rule_find(db_text(row, 0));

		if (rule < 0)
			continue;
		f->list = arena_grow(&s->mem, f->list, f->n, &cap,
		    sizeof(*f->list));
		f->list[f->n++] = (struct finding){ (enum rule)rule,
		    SEVERITY_HOLD, db_int(row, 1), db_dup(row, 2, &s->mem),
		    db_dup(row, 3, &s->mem), db_dup(row, 4, &s->mem), false };
	}
	return r;
}

int
clarify_renew(struct step *s, const struct order *o, const struct findings *f,
    struct err *e)
{
	struct untold u;
	int r = untold_read(s, o, "clarify", &u, e);

	return r <= 0 ? r : clarify_send(s, o, f, u.again.n > 0 ? &u.again :
	    NULL, e) < 0 ? -1 : 0;
}
