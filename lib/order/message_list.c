/* message_list.c - read the outbox, page by page
 *
 * What is told to whom, and how far it is; nothing here changes anything. */

#include <order/message.h>
#include <order/ref.h>
#include <order/text.h>

#define PAGE 500

const char *const message_states[] = {
	"queued", "sent", "failed", "dead", "by-hand", "cancelled"
};
const int message_nstates = sizeof(message_states) / sizeof(message_states[0]);

#define ROWS \
	"SELECT v.id, v.ref, v.revision, v.kind, v.recipient, v.state," \
	" v.queued_at, v.attempts, v.next_try_at, v.sent_at, v.error, v.by," \
	" v.reminder"

static void
take(struct row *row, struct arena *mem, struct message_row *m)
{
	m->id = db_int(row, 0);
	m->ref = db_dup(row, 1, mem);
	m->revision = db_int(row, 2);
	m->kind = db_dup(row, 3, mem);
	m->recipient = db_dup(row, 4, mem);
	m->state = db_dup(row, 5, mem);
	m->queued_at = db_dup(row, 6, mem);
	m->attempts = db_int(row, 7);
	m->next_try_at = db_dup(row, 8, mem);
	m->sent_at = db_dup(row, 9, mem);
	m->error = db_dup(row, 10, mem);
	m->by = db_dup(row, 11, mem);
	m->reminder = db_int(row, 12);
}

static const char SQL_ONE[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE m.id = $1";

int
message_find(struct step *s, int64_t id, struct message_row *m, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_ONE, BIND(I(id)), &row, e);

	if (r == 1) {
		take(row, &s->mem, m);
		db_done(row);
	}
	return r;
}

/* ---- whom a word means ---- */

static const char SQL_EVER_TO[] =
	"SELECT 1 FROM messages WHERE recipient = $1 COLLATE NOCASE"
	" AND recipient <> '' LIMIT 1";

static const char SQL_CUSTOMER[] =
	"SELECT customer FROM customers WHERE customer_key = $1";

/* As orders say it of which nobody knows yet whose they are. */
static const char SQL_EVER_GIVEN[] =
	"SELECT customer FROM orders WHERE status = 'received'"
	" AND customer = $1 COLLATE NOCASE AND account = '' AND customer <> ''"
	" LIMIT 1";

int
message_meant(struct step *s, const char *typed, struct message_query *q,
    struct err *e)
{
	int64_t ever = 0;
	struct row *row;
	int r;

	if (!text_is_utf8(typed, strlen(typed)))
		return 0;
	q->by = MESSAGE_OF_ORDER;
	q->word = typed;
	r = order_find(s, typed, &q->order_id, e);
	if (r != 0)
		return r;
	q->by = MESSAGE_TO_ADDRESS;
	r = db_one_int(s->db, SQL_EVER_TO, BIND(T(typed)), &ever, e);
	if (r != 0)
		return r;
	q->by = MESSAGE_TO_CUSTOMER;
	r = db_one(s->db, SQL_CUSTOMER, BIND(T(text_fold(&s->mem, typed))),
	    &row, e);
	if (r == 0)
		r = db_one(s->db, SQL_EVER_GIVEN, BIND(T(typed)), &row, e);
	if (r == 1) {
		q->word = db_dup(row, 0, &s->mem);
		db_done(row);
	}
	return r;
}

/* ---- pages ---- */

#define ASKED \
	" ($2 = '' OR m.state = $2) AND ($3 = '' OR m.kind = $3)" \
	" AND coalesce(m.sent_at, m.queued_at) >= $4" \
	" AND coalesce(m.sent_at, m.queued_at) < $5"

static const char SQL_ALL[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE" ASKED " AND m.id > $1 ORDER BY m.id LIMIT 500";

static const char SQL_OF_ORDER[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE" ASKED " AND m.order_id = $6 AND +m.id > $1"
	" ORDER BY m.id LIMIT 500";

static const char SQL_TO_ADDRESS[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE" ASKED " AND m.recipient = $6 COLLATE NOCASE"
	" AND m.recipient <> '' AND m.id > $1 ORDER BY m.id LIMIT 500";

static const char SQL_TO_CUSTOMER[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE" ASKED " AND m.order_id IN (SELECT id FROM orders"
	"   WHERE account = $6 AND account <> ''"
	"  UNION ALL SELECT id FROM orders WHERE status = 'received'"
	"   AND account = '' AND customer = $6 COLLATE NOCASE"
	"   AND customer <> '')"
	" AND +m.id > $1 ORDER BY m.id LIMIT 500";

static const char SQL_DUE[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE m.id > $1 AND m.id IN (SELECT w.id FROM messages AS w"
	"   WHERE w.state IN ('queued', 'failed')"
	"   AND (w.next_try_at <= $2"
	"    OR coalesce(w.tried_at, w.queued_at) > $2))"
	" ORDER BY m.id LIMIT 500";

static const char SQL_FAILED[] =
	ROWS " FROM messages AS m CROSS JOIN v_messages AS v ON v.id = m.id"
	" WHERE m.id > $1 AND m.state IN ('failed', 'dead')"
	" ORDER BY m.id LIMIT 500";

static const struct message_query every = { .state = "", .kind = "",
	.since = INT64_MIN, .until = INT64_MAX };

static int
query_all(struct step *s, const struct message_query *q, int64_t after,
    struct row **row, struct err *e)
{
	static const char *const by[] = {
		[MESSAGE_TO_ANYBODY] = SQL_ALL,
		[MESSAGE_OF_ORDER] = SQL_OF_ORDER,
		[MESSAGE_TO_ADDRESS] = SQL_TO_ADDRESS,
		[MESSAGE_TO_CUSTOMER] = SQL_TO_CUSTOMER
	};
	struct val v[] = { I(after), T(q->state), T(q->kind), I(q->since),
	    I(q->until), NIL(), { VAL_END, 0, NULL, 0 } };

	if (q->by == MESSAGE_TO_ANYBODY)
		v[5].type = VAL_END;
	else
		v[5] = q->by == MESSAGE_OF_ORDER ? I(q->order_id) :
		    T(q->word);
	return db_query(s->db, by[q->by], v, row, e);
}

static int
query(struct step *s, enum message_which which,
    const struct message_query *q, int64_t after, struct row **row,
    struct err *e)
{
	switch (which) {
	case MESSAGE_DUE:
		return db_query(s->db, SQL_DUE, BIND(I(after), I(s->now.at)),
		    row, e);
	case MESSAGE_FAILED:
		return db_query(s->db, SQL_FAILED, BIND(I(after)), row, e);
	default:
		return query_all(s, q != NULL ? q : &every, after, row, e);
	}
}

int
message_page(struct step *s, enum message_which which,
    const struct message_query *q, int64_t after, struct message_row **rows,
    size_t *n, struct err *e)
{
	struct row *row;
	int r;

	*n = 0;
	*rows = arena_array(&s->mem, PAGE, sizeof(**rows));
	if (query(s, which, q, after, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		take(row, &s->mem, &(*rows)[(*n)++]);
	return r;
}
