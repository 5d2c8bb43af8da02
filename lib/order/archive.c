/* archive.c - which orders may go, and their move
 *
 * Decides; the rows are archive_rows.c's business. */

#include <order/archive.h>
#include <order/date.h>
#include <order/event.h>
#include <order/order.h>

#include "archive_rows.h"
#include "closed.h"

#define DAY 86400
#define PAGE 250		/* orders */
#define ORDERS 500		/* what one transaction moves */
#define LINES 5000
#define REJECTS 500

struct archive {
	struct db *db;
	const char *path;
	bool at_work;		/* its transaction is open */
	int64_t orders, lines;	/* since then */
	bool has_settings;
};

int
archive_open(struct archive **out, struct db *live, const char *path,
    const char *who, int lock_seconds, struct err *e)
{
	struct archive *a;
	struct db *db;

	*out = NULL;
	if (db_create_archive(path, live, who, e) < 0 ||
	    db_open(&db, path, DB_ARCHIVE, who, lock_seconds, e) < 0)
		return -1;
	a = xmalloc(sizeof(*a));
	*a = (struct archive){ .db = db, .path = path };
	*out = a;
	return 0;
}

void
archive_close(struct archive *a)
{
	if (a != NULL)
		db_close(a->db, NULL);
	free(a);
}

static const char SQL_NOTE[] =
	"INSERT INTO archives (file, since) VALUES ($1, $2)"
	" ON CONFLICT DO NOTHING";

int
archive_note(struct step *s, const struct archive *a, struct err *e)
{
	return db_run(s->db, SQL_NOTE, BIND(T(a->path), I(s->now.at)), e);
}

bool
archive_is_full(const struct archive *a)
{
	return a->orders >= ORDERS || a->lines >= LINES;
}

int
archive_commit(struct archive *a, struct err *e)
{
	a->orders = a->lines = 0;
	if (!a->at_work)
		return 0;
	a->at_work = false;
	return db_commit(a->db, e);
}

/* ---- which ---- */

static const char SQL_DUE[] =
	"SELECT o.closed_at, o.id, o.ref FROM orders AS o"
	" WHERE o.closed_at IS NOT NULL AND o.closed_at <= $1"
	" AND o.closed_at >= $2 AND (o.closed_at > $2 OR o.id > $3)"
	" AND" ORDER_WAITS " IS NULL AND NOT" ORDER_LEGAL_HOLD
	" ORDER BY o.closed_at, o.id LIMIT $4";

static const char SQL_ONE[] =
	"SELECT coalesce(o.closed_at, 0)," ORDER_WAITS "," ORDER_LEGAL_HOLD
	" FROM orders AS o WHERE o.id = $1";

/* What became closed then or before may go. */
static int64_t
kept_seconds(const struct step *s)
{
	return DAY * (s->policy.number[POLICY_IS_CLOSE_DAYS] +
	    s->policy.number[POLICY_IS_ARCHIVE_DAYS]);
}

int
archive_due_page(struct step *s, struct archive_due *at, const char ***refs,
    size_t *n, struct err *e)
{
	struct row *row;
	int r;

	*n = 0;
	*refs = arena_array(&s->mem, PAGE, sizeof(**refs));
	if (db_query(s->db, SQL_DUE, BIND(I(s->now.at - kept_seconds(s)),
	    I(at->closed_at), I(at->id), I(PAGE)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		at->closed_at = db_int(row, 0);
		at->id = db_int(row, 1);
		(*refs)[(*n)++] = db_dup(row, 2, &s->mem);
	}
	return r < 0 ? -1 : *n > 0;
}

/* 1 it may go, 0 the verdict says why not, -1. */
static int
judge(struct step *s, const struct order *o, struct verdict *v, struct err *e)
{
	char when[INSTANT_TEXT];
	int64_t until, legal;
	const char *waits;
	struct row *row;

	if (db_one(s->db, SQL_ONE, BIND(I(o->id)), &row, e) <= 0)
		return -1;
	until = db_int(row, 0) + kept_seconds(s);
	waits = db_null(row, 1) ? NULL : db_dup(row, 1, &s->mem);
	legal = db_int(row, 2);
	db_done(row);
	order_verdict(s, v, o, RESULT_OK, "");
	if (waits != NULL || until > s->now.at) {
		order_verdict(s, v, o, RESULT_REFUSED, "not-closed");
		if (waits != NULL)
			verdict_note(v, "%s: stays here: %s", o->ref, waits);
		else
			verdict_note(v, "%s: stays here until %s (close_days"
			    " and archive_days)", o->ref,
			    instant_text(until, when));
		return 0;
	}
	if (legal) {
		order_verdict(s, v, o, RESULT_REFUSED, "legal-hold");
		verdict_note(v, "%s: stays here: there is a legal hold (it"
		    " ends by: order-update %s legal-release)", o->ref,
		    o->ref);
		return 0;
	}
	return 1;
}

/* ---- the move ---- */

static int
start(struct step *s, struct archive *a, struct err *e)
{
	if (a->at_work)
		return 0;
	if (db_begin(a->db, e) < 0)
		return -1;
	a->at_work = true;
	if (!a->has_settings && rows_copy_settings(s->db, a->db, e) < 0)
		return -1;
	a->has_settings = true;
	return 0;
}

/* 1 it is there now, 0 something else is, -1. */
static int
bring(struct step *s, struct archive *a, int64_t id, struct err *e)
{
	int is = rows_compare(s->db, a->db, id, e);

	if (is < 0 || is == ROWS_OTHER)
		return is < 0 ? -1 : 0;
	if (is == ROWS_SAME)
		return 1;
	if (is == ROWS_OLD && rows_drop(a->db, id, e) < 0)
		return -1;
	return rows_copy(s->db, a->db, id, e) < 0 ? -1 : 1;
}

static const char SQL_ARCHIVED[] =
	"INSERT INTO archived (order_id, ref, status, archive, at)"
	" VALUES ($1, $2, $3, $4, $5)";

static const char SQL_LINES[] =
	"SELECT count(*) FROM lines WHERE order_id = $1";

static int
take_away(struct step *s, struct archive *a, const struct order *o,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int64_t lines = 0;
	int r = -1;

	if (db_one_int(s->db, SQL_LINES, BIND(I(o->id)), &lines, e) < 0)
		return -1;
	a->orders++;
	a->lines += lines;

	detail_begin(&b);
	detail_text(&b, "archive", a->path);
	if (rows_drop(s->db, o->id, e) == 0 && db_run(s->db, SQL_ARCHIVED,
	    BIND(I(o->id), T(o->ref), T(o->status), T(a->path),
	    I(s->now.at)), e) > 0)
		r = event_add(s, o->id, "archive", detail_end(&b), e);
	buf_release(&b);
	return r;
}

int
order_archive(struct step *s, struct archive *a, const char *ref,
    struct verdict *v, struct err *e)
{
	struct archived gone;
	struct order o;
	int n = archived_find(s, ref, &gone, e);

	if (n == 1)
		return verdict_set(v, gone.id, RESULT_UNCHANGED, "");
	if (n < 0 || (n = order_named(s, ref, &o, v, e)) <= 0)
		return n;
	if ((n = judge(s, &o, v, e)) <= 0 || a == NULL)
		return n < 0 ? -1 : 0;
	if (start(s, a, e) < 0 || (n = bring(s, a, o.id, e)) < 0)
		return -1;
	if (n == 1)
		return take_away(s, a, &o, e);
	order_verdict(s, v, &o, RESULT_REFUSED, "archive-differs");
	return verdict_note(v, "%s: %s has another order of that number:"
	    " archive to another file", o.ref, a->path);
}

/* ---- rejects ---- */

static const char SQL_EXPIRED[] =
	"DELETE FROM rejects WHERE id IN (SELECT id FROM rejects"
	" WHERE closed_at <= $1 ORDER BY id LIMIT $2)";

int
rejects_expire(struct step *s, struct err *e)
{
	struct buf b = BUF_INIT;
	int n = db_run(s->db, SQL_EXPIRED, BIND(I(s->now.at - DAY *
	    s->policy.number[POLICY_IS_REJECT_DAYS]), I(REJECTS)), e), r;

	if (n <= 0)
		return n;
	detail_begin(&b);
	detail_int(&b, "count", n);
	r = event_add(s, 0, "rejects-expired", detail_end(&b), e);
	buf_release(&b);
	return r < 0 ? -1 : n;
}
