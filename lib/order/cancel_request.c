/* cancel_request.c - what is asked for when fulfilment has the goods already
 *
 * Somebody has to look whether it can still be stopped: a request is open
 * until fulfilment has answered it. */

#include <order/cancel.h>
#include <order/event.h>
#include <order/message.h>

static struct cancel_request
request_of(struct row *row, struct arena *mem)
{
	return (struct cancel_request){ db_int(row, 0), db_int(row, 1),
	    db_int(row, 2), db_int(row, 3) != 0, db_dup(row, 4, mem),
	    db_dup(row, 5, mem) };
}

static const char SQL_OPEN[] =
	"SELECT id, line, quantity, handoff IS NOT NULL, reason, note"
	" FROM cancel_requests WHERE order_id = $1 AND answered_at IS NULL"
	" ORDER BY id";

int
cancel_requests_open(struct step *s, int64_t order_id,
    struct cancel_request **list, size_t *n, struct err *e)
{
	size_t cap = 0;
	struct row *row;
	int r;

	*list = NULL;
	*n = 0;
	if (db_query(s->db, SQL_OPEN, BIND(I(order_id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		*list = arena_grow(&s->mem, *list, *n, &cap, sizeof(**list));
		(*list)[(*n)++] = request_of(row, &s->mem);
	}
	return r;
}

static const char SQL_ABOUT[] =
	"SELECT id, line, quantity, handoff IS NOT NULL, reason, note"
	" FROM cancel_requests WHERE order_id = $1 AND answered_at IS NULL"
	" AND line IN (0, $2) ORDER BY line DESC, id LIMIT 1";

int
cancel_request_find(struct step *s, int64_t order_id, int64_t line,
    struct cancel_request *q, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_ABOUT, BIND(I(order_id), I(line)), &row, e);

	if (r <= 0)
		return r;
	*q = request_of(row, &s->mem);
	db_done(row);
	return 1;
}

#define HANDED \
	"UPDATE handoffs SET state = 'accepted', answered_at = $2, note = $3," \
	" by = $4 WHERE kind = 'cancel' AND state <> 'accepted'" \
	" AND id IN (SELECT handoff FROM cancel_requests WHERE "
#define ANSWER \
	"UPDATE cancel_requests SET answered_at = $2, answer = $3, by = $4 WHERE "
#define OF_ORDER "order_id = $1 AND answered_at IS NULL"
#define OF_ID "id = $1 AND answered_at IS NULL"

static const char SQL_HANDED[] = HANDED OF_ORDER ")";
static const char SQL_HANDED_ONE[] = HANDED OF_ID ")";
static const char SQL_ANSWER[] = ANSWER OF_ORDER;
static const char SQL_ANSWER_ONE[] = ANSWER OF_ID;

int
cancel_answer(struct step *s, int64_t order_id, int64_t id,
    const char *answer, struct err *e)
{
	int64_t key = id != 0 ? id : order_id;

	if (db_run(s->db, id != 0 ? SQL_HANDED_ONE : SQL_HANDED, BIND(I(key),
	    I(s->now.at), T(answer), T(s->actor)), e) < 0)
		return -1;
	return db_run(s->db, id != 0 ? SQL_ANSWER_ONE : SQL_ANSWER,
	    BIND(I(key), I(s->now.at), T(answer), T(s->actor)), e);
}

/* ---- too late, or done ---- */

struct late {
	struct step *s;
	const struct order *o;
	const int64_t *sent;	/* of each line now, or NULL */
	int64_t *id;		/* the requests that are answered by it */
	size_t n, cap;
	int64_t *asked;		/* of each line, by its place */
};

/* Is something of it still there when that is sent? */
static bool
may_still_be_stopped(const struct late *t, int64_t line)
{
	size_t first = line != 0 ? order_place(t->o, line) : 0;
	size_t end = line != 0 ? first + 1 : t->o->nlines;

	for (size_t i = first; t->sent != NULL && i < end; i++)
		if (line_to_send(&t->o->lines[i]) > t->sent[i])
			return true;
	return false;
}

static void
add(struct late *t, const struct cancel_request *q)
{
	size_t first = q->line != 0 ? order_place(t->o, q->line) : 0;
	size_t end = q->line != 0 ? first + 1 : t->o->nlines;

	t->id = arena_grow(&t->s->mem, t->id, t->n, &t->cap, sizeof(*t->id));
	t->id[t->n++] = q->id;
	for (size_t i = first; i < end; i++) {
		int64_t left = line_to_send(&t->o->lines[i]);
		int64_t n = q->quantity > 0 && q->quantity < left ?
		    q->quantity : left;

		if (n > t->asked[i])
			t->asked[i] = n;
	}
}

static int
read_late(struct late *t, int64_t line, struct err *e)
{
	struct cancel_request *q;
	size_t n;

	if (cancel_requests_open(t->s, t->o->id, &q, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if ((line == 0 || q[i].line == line) &&
		    !may_still_be_stopped(t, q[i].line))
			add(t, &q[i]);
	return 0;
}

/* The number of the request tells one such answer from the next. */
static int
tell_late(const struct late *t, const char *why, struct err *e)
{
	cJSON *d = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(d, "lines");

	for (size_t i = 0; i < t->o->nlines; i++)
		if (t->asked[i] > 0)
			cJSON_AddItemToArray(list, message_part(t->s,
			    &t->o->lines[i], t->asked[i]));
	message_bool(d, "too_late", true);
	message_text(d, "reason", why);
	message_number(d, "request", t->id[t->n - 1]);
	return message_queue(t->s, t->o, "reply", "", d, NULL, e);
}

static int
answer_late(struct late *t, int64_t line, const char *answer, struct err *e)
{
	struct step *s = t->s;

	t->asked = arena_array(&s->mem, t->o->nlines, sizeof(*t->asked));
	if (read_late(t, line, e) < 0)
		return -1;
	for (size_t i = 0; i < t->n; i++)
		if (cancel_answer(s, t->o->id, t->id[i], answer, e) < 0)
			return -1;
	return (int)t->n;
}

int
cancel_too_late(struct step *s, const struct order *o, int64_t line,
    const int64_t *sent, const char *why, struct err *e)
{
	struct late t = { .s = s, .o = o, .sent = sent };
	int n = answer_late(&t, line, "refused", e);

	return n <= 0 ? n : tell_late(&t, why, e) < 0 ? -1 : n;
}

int
cancel_done(struct step *s, const struct order *o, struct err *e)
{
	struct late t = { .s = s, .o = o, .sent = arena_array(&s->mem,
	    o->nlines, sizeof(*t.sent)) };

	return answer_late(&t, 0, "cancelled", e) < 0 ? -1 : 0;
}
