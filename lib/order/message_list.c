/* message_list.c - read the outbox, page by page
 *
 * What is told to whom, and how far it is; nothing here changes anything. */

#include <order/message.h>

#define PAGE 500

const char *const message_states[] = {
	"queued", "sent", "failed", "dead", "by-hand", "cancelled"
};
const int message_nstates = sizeof(message_states) / sizeof(message_states[0]);

#define ROW_COLUMNS \
	"id, ref, revision, kind, recipient, state, queued_at, attempts," \
	" next_try_at, sent_at, error"

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
}

static const char SQL_ONE[] =
	"SELECT " ROW_COLUMNS " FROM v_messages WHERE id = $1";

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

static const char SQL_ALL[] =
	"SELECT " ROW_COLUMNS " FROM v_messages"
	" WHERE id > $1 AND ($2 = '' OR state = $2)"
	" ORDER BY id LIMIT 500";

static const char SQL_DUE[] =
	"SELECT " ROW_COLUMNS " FROM v_messages WHERE id > $1 AND id IN"
	"  (SELECT m.id FROM messages AS m"
	"   WHERE m.state IN ('queued', 'failed')"
	"   AND (m.next_try_at <= $2"
	"    OR coalesce(m.tried_at, m.queued_at) > $2))"
	" ORDER BY id LIMIT 500";

static const char SQL_FAILED[] =
	"SELECT " ROW_COLUMNS " FROM v_messages"
	" WHERE id > $1 AND state IN ('failed', 'dead') ORDER BY id LIMIT 500";

static int
query(struct step *s, enum message_which which, const char *state,
    int64_t after, struct row **row, struct err *e)
{
	switch (which) {
	case MESSAGE_DUE:
		return db_query(s->db, SQL_DUE, BIND(I(after), I(s->now.at)),
		    row, e);
	case MESSAGE_FAILED:
		return db_query(s->db, SQL_FAILED, BIND(I(after)), row, e);
	default:
		return db_query(s->db, SQL_ALL, BIND(I(after),
		    T(state != NULL ? state : "")), row, e);
	}
}

int
message_page(struct step *s, enum message_which which, const char *state,
    int64_t after, struct message_row **rows, size_t *n, struct err *e)
{
	struct row *row;
	int r;

	*n = 0;
	*rows = arena_array(&s->mem, PAGE, sizeof(**rows));
	if (query(s, which, state, after, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		take(row, &s->mem, &(*rows)[(*n)++]);
	return r;
}
