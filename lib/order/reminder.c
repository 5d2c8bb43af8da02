/* reminder.c - a question again, and one that changed before it was told
 *
 * What the customer was told stays as it was; what nobody was told yet can be
 * made anew. */

#include <order/message.h>
#include <order/money.h>

#include "clarify.h"

static const char SQL_REMINDER[] =
	"UPDATE messages SET reminder = $2 WHERE id = $1";

int
reminder_queue(struct step *s, const struct order *o, const char *kind,
    cJSON *d, const struct reminder *again, struct err *e)
{
	int64_t id = 0;
	int r;

	/* Two reminders would be one and the same without their number. */
	message_bool(d, "reminder", true);
	message_number(d, "reminder_number", again->n);
	message_text(d, "asked_on", again->asked_on);
	message_text(d, "cancel_on", again->cancel_on);
	r = message_queue(s, o, kind, "", d, &id, e);
	if (r < 0 || message_overtake(s, o->id, kind, id, e) < 0)
		return -1;
	return r == 0 ? 0 : db_run(s->db, SQL_REMINDER, BIND(I(id), I(again->n)), e) < 0 ?
	    -1 : 1;
}

/* ---- an offer ---- */

static const char SQL_OFFER[] =
	"SELECT document FROM messages WHERE order_id = $1 AND revision = $2"
	" AND kind = 'shortage' AND state = 'sent' ORDER BY id DESC LIMIT 1";

static const struct order_line *
line_of(const struct order *o, const cJSON *line)
{
	double n = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(line,
	    "line"));

	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].line == (int64_t)n)
			return &o->lines[i];
	return NULL;
}

/* The offer as it was made, for the lines that are still open. */
static cJSON *
still_open(struct step *s, const struct order *o, const char *text)
{
	cJSON *d = cJSON_Parse(text), *list, *line, *next;

	list = cJSON_GetObjectItemCaseSensitive(d, "lines");
	for (line = list != NULL ? list->child : NULL; line != NULL;
	    line = next) {
		const struct order_line *l = line_of(o, line);

		next = line->next;
		if (l == NULL || line_open(l) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(list, line));
		else if (cJSON_GetObjectItemCaseSensitive(line,
		    "backordered") != NULL)
			message_text(line, "backordered", decimal_short(
			    &s->mem, line_open(l), QUANTITY_SCALE));
	}
	if (d == NULL)
		return NULL;
	message_number(d, "nlines", cJSON_GetArraySize(list));
	message_bool(d, "offer_gone", false);
	message_text(d, "gone_sku", "");
	return d;
}

int
reminder_of_offer(struct step *s, const struct order *o,
    const struct reminder *again, struct err *e)
{
	struct row *row;
	cJSON *d;
	int r = db_one(s->db, SQL_OFFER, BIND(I(o->id), I(o->revision)), &row,
	    e);

	if (r <= 0)
		return r;
	d = still_open(s, o, db_text(row, 0));
	db_done(row);
	if (d == NULL)
		return err_set(e, ERR_IO, "order %s: its offer cannot be"
		    " read", o->ref);
	return reminder_queue(s, o, "shortage", d, again, e);
}

/* ---- not told yet ---- */

static const char SQL_UNTOLD[] =
	"SELECT reminder, document FROM messages WHERE order_id = $1"
	" AND revision = $2 AND kind = $3"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))"
	" ORDER BY id DESC LIMIT 1";

static const char *
member(struct step *s, const cJSON *d, const char *key)
{
	const char *v = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(d, key));

	return v != NULL ? arena_dup(&s->mem, v) : "";
}

int
untold_read(struct step *s, const struct order *o, const char *kind,
    struct untold *u, struct err *e)
{
	struct row *row;
	cJSON *d;
	int r = db_one(s->db, SQL_UNTOLD, BIND(I(o->id), I(o->revision),
	    T(kind)), &row, e);

	if (r <= 0)
		return r;
	d = cJSON_Parse(db_text(row, 1));
	*u = (struct untold){ { db_int(row, 0), member(s, d, "asked_on"),
	    member(s, d, "cancel_on") }, NULL };
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(d, "offer_gone")))
		u->gone_sku = member(s, d, "gone_sku");
	cJSON_Delete(d);
	db_done(row);
	return 1;
}
