/* handoff.c - the rows of what was handed over
 *
 * Knows nothing of files: folder and file are names to it. */

#include <order/handoff.h>

static const char SQL_ADD[] =
	"INSERT INTO handoffs (destination, kind, order_id, seq, at, upto,"
	" document, folder, state) VALUES ($1, $2, $3, coalesce((SELECT"
	"  max(seq) FROM handoffs WHERE order_id = $3 AND destination = $1), 0)"
	"  + 1, $4, $5, $6, $7, $8)";

int
handoff_add(struct step *s, const struct handoff *h, int64_t upto,
    int64_t *id, struct err *e)
{
	if (db_run(s->db, SQL_ADD, BIND(T(h->destination), T(h->kind),
	    I(h->order_id), I(s->now.at), I(upto), T(h->document),
	    T(h->folder), T(h->state)), e) < 0)
		return -1;
	*id = db_last_id(s->db);
	return 0;
}

#define ROW \
	"SELECT h.id, h.destination, h.kind, h.order_id, coalesce(o.ref," \
	" (SELECT a.ref FROM archived AS a WHERE a.order_id = h.order_id)," \
	" ''), h.seq, h.at, h.folder, h.file, coalesce(h.written_at, 0)," \
	" h.state, coalesce(h.answered_at, 0), h.note, h.by"
#define FROM_HANDOFFS \
	" FROM handoffs AS h LEFT JOIN orders AS o ON o.id = h.order_id"

static void
take(struct row *row, struct arena *mem, bool whole, struct handoff *h)
{
	memset(h, 0, sizeof(*h));
	h->id = db_int(row, 0);
	h->destination = db_dup(row, 1, mem);
	h->kind = db_dup(row, 2, mem);
	h->order_id = db_int(row, 3);
	h->ref = db_dup(row, 4, mem);
	h->seq = db_int(row, 5);
	h->at = db_int(row, 6);
	h->folder = db_dup(row, 7, mem);
	h->file = db_dup(row, 8, mem);
	h->written_at = db_int(row, 9);
	h->state = db_dup(row, 10, mem);
	h->answered_at = db_int(row, 11);
	h->note = db_dup(row, 12, mem);
	h->by = db_dup(row, 13, mem);
	if (whole)
		h->document = db_dup(row, 14, mem);
}

static int
take_one(struct arena *mem, int r, struct row *row, struct handoff *h)
{
	if (r == 1) {
		take(row, mem, true, h);
		db_done(row);
	}
	return r;
}

static const char SQL_FIND[] =
	ROW ", h.document" FROM_HANDOFFS " WHERE h.id = $1";

int
handoff_find(struct step *s, struct arena *mem, int64_t id,
    struct handoff *h, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_FIND, BIND(I(id)), &row, e);

	return take_one(mem, r, row, h);
}

static const char SQL_UNWRITTEN[] =
	ROW ", h.document" FROM_HANDOFFS
	" WHERE h.written_at IS NULL AND h.folder = $1 AND h.id > $2"
	" ORDER BY h.id LIMIT 1";

int
handoff_unwritten(struct step *s, const char *folder, int64_t after,
    struct handoff *h, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_UNWRITTEN, BIND(T(folder), I(after)), &row,
	    e);

	return take_one(&s->mem, r, row, h);
}

static const char SQL_STAGED[] =
	"UPDATE handoffs SET file = $2 WHERE id = $1 AND file = ''"
	" AND written_at IS NULL";

int
handoff_staged(struct step *s, int64_t id, const char *file, struct err *e)
{
	return db_run(s->db, SQL_STAGED, BIND(I(id), T(file)), e) < 0 ? -1 : 0;
}

static const char SQL_WRITTEN[] =
	"UPDATE handoffs SET written_at = $2 WHERE id = $1"
	" AND written_at IS NULL";

int
handoff_written(struct step *s, int64_t id, struct err *e)
{
	return db_run(s->db, SQL_WRITTEN, BIND(I(id), I(s->now.at)), e) < 0 ?
	    -1 : 0;
}

/* ---- lists ---- */

#define PAGE 500

static const char SQL_PAGE[] =
	ROW FROM_HANDOFFS " WHERE h.id > $1 AND ($2 = '' OR h.destination = $2)"
	" AND h.at >= $3 AND $4 = 0 ORDER BY h.id LIMIT 500";

static const char SQL_PAGE_OPEN[] =
	ROW FROM_HANDOFFS " WHERE h.id IN (SELECT id FROM handoffs"
	"  WHERE state IN ('open', 'problem') UNION SELECT id FROM handoffs"
	"  WHERE written_at IS NULL)"
	" AND h.id > $1 AND ($2 = '' OR h.destination = $2)"
	" AND h.at >= $3 AND ($4 = 0 OR h.order_id = $4)"
	" ORDER BY h.id LIMIT 500";

static const char SQL_PAGE_ORDER[] =
	ROW FROM_HANDOFFS " WHERE h.order_id = $4 AND h.id > $1"
	" AND ($2 = '' OR h.destination = $2) AND h.at >= $3"
	" ORDER BY h.id LIMIT 500";

int
handoff_page(struct step *s, const struct handoff_query *q, int64_t after,
    struct handoff **out, size_t *n, struct err *e)
{
	const char *sql = q->open ? SQL_PAGE_OPEN :
	    q->order_id != 0 ? SQL_PAGE_ORDER : SQL_PAGE;
	struct row *row;
	int r;

	*n = 0;
	*out = arena_array(&s->mem, PAGE, sizeof(**out));
	if (db_query(s->db, sql, BIND(I(after), T(q->destination),
	    I(q->since), I(q->order_id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		take(row, &s->mem, false, &(*out)[(*n)++]);
	return r;
}
