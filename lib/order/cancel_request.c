/* cancel_request.c - what is asked for when fulfilment has the goods already
 *
 * Somebody has to look whether it can still be stopped: a request is open
 * until fulfilment has answered it. */

#include <order/cancel.h>
#include <order/event.h>
#include <order/message.h>

static const char SQL_FIND[] =
	"SELECT id, line, quantity, handoff IS NOT NULL, reason, note"
	" FROM cancel_requests WHERE order_id = $1 AND line IN (0, $2)"
	" AND answered_at IS NULL ORDER BY line DESC, id LIMIT 1";

int
cancel_request_find(struct step *s, int64_t order_id, int64_t line,
    struct request *q, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_FIND, BIND(I(order_id), I(line)), &row, e);

	if (r <= 0)
		return r;
	*q = (struct request){ db_int(row, 0), db_int(row, 1), db_int(row, 2),
	    db_int(row, 3) != 0, db_dup(row, 4, &s->mem),
	    db_dup(row, 5, &s->mem) };
	db_done(row);
	return 1;
}

static const char SQL_HANDED[] =
	"UPDATE handoffs SET state = 'accepted', answered_at = $3, note = $4,"
	" by = $5 WHERE kind = 'cancel' AND state <> 'accepted'"
	" AND id IN (SELECT handoff FROM cancel_requests WHERE order_id = $1"
	"  AND ($2 = 0 OR id = $2) AND answered_at IS NULL)";

static const char SQL_ANSWER[] =
	"UPDATE cancel_requests SET answered_at = $3, answer = $4, by = $5"
	" WHERE order_id = $1 AND ($2 = 0 OR id = $2) AND answered_at IS NULL";

int
cancel_answer(struct step *s, int64_t order_id, int64_t id,
    const char *answer, struct err *e)
{
	if (db_run(s->db, SQL_HANDED, BIND(I(order_id), I(id), I(s->now.at),
	    T(answer), T(s->actor)), e) < 0)
		return -1;
	return db_run(s->db, SQL_ANSWER, BIND(I(order_id), I(id),
	    I(s->now.at), T(answer), T(s->actor)), e);
}

/* ---- too late ---- */

static const char SQL_OPEN[] =
	"SELECT id, line, quantity FROM cancel_requests WHERE order_id = $1"
	" AND ($2 = 0 OR line = $2) AND answered_at IS NULL ORDER BY id";

/* What was asked for of it: a line, or all there is. */
static void
add_lines(struct step *s, const struct order *o, int64_t line,
    int64_t quantity, cJSON *list)
{
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if ((line == 0 || l->line == line) && line_wanted(l) > 0)
			cJSON_AddItemToArray(list, message_part(s, l,
			    quantity > 0 ? quantity : line_wanted(l)));
	}
}

int
cancel_too_late(struct step *s, const struct order *o, int64_t line,
    const char *why, struct err *e)
{
	cJSON *d = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(d, "lines");
	struct row *row = NULL;
	int64_t id[64];
	int n = 0, r = db_query(s->db, SQL_OPEN, BIND(I(o->id), I(line)),
	    &row, e);

	while (r >= 0 && n < 64 && (r = db_next(row, e)) == 1) {
		id[n++] = db_int(row, 0);
		add_lines(s, o, db_int(row, 1), db_int(row, 2), list);
	}
	db_done(row);
	for (int i = 0; i < n && r >= 0; i++)
		r = cancel_answer(s, o->id, id[i], "refused", e);
	if (r < 0 || n == 0) {
		cJSON_Delete(d);
		return r < 0 ? -1 : 0;
	}
	message_bool(d, "too_late", true);
	message_text(d, "reason", why);
	return message_queue(s, o, "reply", "", d, NULL, e) < 0 ? -1 : n;
}
