/* hold.c - holds: several at once, each opened and closed on its own */

#include <order/event.h>
#include <order/order.h>

static const char SQL_OPEN[] =
	"INSERT INTO holds (order_id, hold, reason, opened_at)"
	" VALUES ($1, $2, $3, $4)";

static const char SQL_IS_OPEN[] =
	"SELECT 1 FROM holds"
	" WHERE order_id = $1 AND hold = $2 AND closed_at IS NULL";

int
hold_is_open(struct step *s, int64_t order_id, const char *hold, bool *open,
    struct err *e)
{
	int64_t one = 0;
	int r = db_one_int(s->db, SQL_IS_OPEN, BIND(I(order_id), T(hold)),
	    &one, e);

	*open = one != 0;
	return r < 0 ? -1 : 0;
}

static int
record(struct step *s, int64_t order_id, const char *kind, const char *hold,
    const char *key, const char *text, const char *note, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_text(&b, "hold", hold);
	detail_text(&b, key, text);
	if (note[0] != '\0')
		detail_text(&b, "note", note);
	r = event_add(s, order_id, kind, detail_end(&b), e);
	buf_release(&b);
	return r;
}

static const char SQL_REASON[] =
	"UPDATE holds SET reason = $3"
	" WHERE order_id = $1 AND hold = $2 AND closed_at IS NULL";

int
hold_open(struct step *s, int64_t order_id, const char *hold,
    const char *reason, struct err *e)
{
	int n = db_run(s->db, SQL_REASON, BIND(I(order_id), T(hold),
	    T(reason)), e);

	if (n != 0)
		return n < 0 ? -1 : 0;
	if (db_run(s->db, SQL_OPEN, BIND(I(order_id), T(hold), T(reason),
	    I(s->now.at)), e) < 0 ||
	    record(s, order_id, "hold", hold, "reason", reason, "", e) < 0)
		return -1;
	return 1;
}

static const char SQL_CLOSE[] =
	"UPDATE holds SET closed_at = $3, answer = $4, note = $5, by = $6"
	" WHERE order_id = $1 AND hold = $2 AND closed_at IS NULL";

int
hold_close(struct step *s, int64_t order_id, const char *hold,
    const char *answer, const char *note, struct err *e)
{
	int n = db_run(s->db, SQL_CLOSE, BIND(I(order_id), T(hold),
	    I(s->now.at), T(answer), T(note), T(s->actor)), e);

	if (n <= 0)
		return n;
	return record(s, order_id, "hold-ended", hold, "answer", answer, note,
	    e) < 0 ? -1 : 1;
}

static const char SQL_ANY_OPEN[] =
	"SELECT hold FROM holds WHERE order_id = $1 AND closed_at IS NULL"
	" ORDER BY id LIMIT 1";

int
hold_close_all(struct step *s, int64_t order_id, const char *answer,
    struct err *e)
{
	struct row *row;
	int r;

	while ((r = db_one(s->db, SQL_ANY_OPEN, BIND(I(order_id)), &row,
	    e)) == 1) {
		const char *hold = db_dup(row, 0, &s->mem);

		db_done(row);
		if (hold_close(s, order_id, hold, answer, "", e) < 0)
			return -1;
	}
	return r;
}

static const char SQL_COUNT[] =
	"SELECT count(*) FROM holds"
	" WHERE order_id = $1 AND hold <> $2 AND closed_at IS NULL";

int
hold_count(struct step *s, int64_t order_id, const char *but, int64_t *n,
    struct err *e)
{
	*n = 0;
	return db_one_int(s->db, SQL_COUNT, BIND(I(order_id),
	    T(but != NULL ? but : "")), n, e) < 0 ? -1 : 0;
}
