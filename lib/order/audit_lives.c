/* audit_lives.c - does each order stand where its events left it?
 *
 * Events are read in their own order, a window of orders at a time: no sort,
 * no index, and some megabytes whatever the size of the store.  Keeps to
 * what the table of transitions makes certain. */

#include <inttypes.h>

#include <order/lifecycle.h>

#include "audit_check.h"

#define WINDOW (INT64_C(1) << 20)	/* orders at a time */

enum {
	WAS_RECEIVED = 1, WAS_VERIFIED = 2, WAS_ACKNOWLEDGED = 4,
	WAS_REJECTED = 8, WAS_CANCELLED = 16, WAS_AMENDED = 32,
	WAS_RECEIVED_AGAIN = 64
};

static const struct {
	const char *kind;
	uint8_t bit;
} marks[] = {
	{ "receive", WAS_RECEIVED }, { "verify", WAS_VERIFIED },
	{ "acknowledge", WAS_ACKNOWLEDGED }, { "reject", WAS_REJECTED },
	{ "cancelled", WAS_CANCELLED }, { "short-close", WAS_CANCELLED },
	{ "amend", WAS_AMENDED },
};

/* What its events say of an order.  Instants are kept modulo 2^32. */
struct life {
	uint8_t was;		/* WAS_... */
	uint8_t may;		/* the statuses it may have now, as bits */
	uint32_t decided;	/* when it first was */
};

/* A damaged tree keeps no order: a condition on the key promises nothing. */
static bool
in_window(int64_t first, int64_t id)
{
	return id >= first && id - first < WINDOW;
}

static int
misplaced(const struct audit *a, int64_t id, struct err *e)
{
	return err_set(e, ERR_IO, "%s: is damaged: order number %" PRId64
	    " is out of its place", db_path(a->s->db), id);
}

/* ---- statuses ---- */

static uint8_t
bit_of(const char *status)
{
	for (int i = 0; i < NSTATUSES; i++)
		if (strcmp(order_statuses[i], status) == 0)
			return (uint8_t)(1 << i);
	return 0;
}

/* Where an event of one kind leads from each status. */
struct leads {
	const char *event;
	uint8_t to[NSTATUSES];
};

#define MAX_KINDS 48

struct ways {
	struct leads kind[MAX_KINDS];
	size_t n;
};

static struct leads *
leads_of(struct ways *w, const char *event)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->kind[i].event, event) == 0)
			return &w->kind[i];
	return NULL;
}

/* Statuses are few: the table of transitions becomes one of bits. */
static void
take_transitions(struct ways *w)
{
	w->n = 0;
	for (size_t i = 0; i < ntransitions; i++) {
		const struct transition *t = &transitions[i];
		struct leads *l = leads_of(w, t->event);

		if (l == NULL && w->n < MAX_KINDS) {
			l = &w->kind[w->n++];
			memset(l, 0, sizeof(*l));
			l->event = t->event;
		}
		for (int k = 0; l != NULL && k < NSTATUSES; k++)
			if (transition_is_from(t, order_statuses[k]))
				l->to[k] = (uint8_t)(l->to[k] |
				    (strcmp(t->to, "same") == 0 ? 1 << k :
				    bit_of(t->to)));
	}
}

/* An event that the table does not know from there changes nothing; only one
 * that succeeded is recorded. */
static uint8_t
go(const struct leads *l, uint8_t may)
{
	uint8_t then = 0;

	if (strcmp(l->event, "receive") == 0)
		return bit_of("received");
	if (strcmp(l->event, "verify") == 0)
		return bit_of("verified");
	for (int k = 0; k < NSTATUSES; k++)
		if ((may & 1 << k) != 0)
			then |= l->to[k];
	return then != 0 ? then : may;
}

static void
follow(struct life *is, const struct ways *w, const char *kind, int64_t at)
{
	const struct leads *l = NULL;

	for (size_t i = 0; l == NULL && i < w->n; i++)
		if (strcmp(w->kind[i].event, kind) == 0)
			l = &w->kind[i];
	if (l == NULL)
		return;
	is->may = go(l, is->may);
	if ((is->was & (WAS_ACKNOWLEDGED | WAS_REJECTED)) == 0 &&
	    (strcmp(kind, "acknowledge") == 0 || strcmp(kind, "reject") == 0))
		is->decided = (uint32_t)at;
}

/* ---- events ---- */

/* The plus keeps SQLite from taking the index of orders, and then sorting. */
static const char SQL_EVENTS[] =
	"SELECT order_id, kind, at FROM events"
	" WHERE +order_id BETWEEN $1 AND $2 ORDER BY seq";

static int
mark_events(const struct audit *a, int64_t first, struct life *life,
    struct err *e)
{
	struct ways ways;
	struct row *row;
	int64_t id;
	int r;

	take_transitions(&ways);
	memset(life, 0, (size_t)WINDOW * sizeof(*life));
	if (db_query(a->s->db, SQL_EVENTS, BIND(I(first),
	    I(first + WINDOW - 1)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		const char *kind = db_text(row, 1);
		struct life *is;

		id = db_int(row, 0);
		if (!in_window(first, id)) {
			r = misplaced(a, id, e);
			break;
		}
		is = &life[id - first];
		follow(is, &ways, kind, db_int(row, 2));
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (strcmp(marks[i].kind, kind) == 0) {
				if (is->was & marks[i].bit & WAS_RECEIVED)
					is->was |= WAS_RECEIVED_AGAIN;
				is->was |= marks[i].bit;
			}
	}
	db_done(row);
	return r;
}

/* What a status cannot be without, and what cannot have been. */
static const struct {
	const char *status;
	uint8_t needs, rules_out;
	const char *fact;
} lives[] = {
	{ "received", 0, WAS_REJECTED, "is received, but was rejected" },
	{ "verified", WAS_VERIFIED, WAS_REJECTED,
	    "is verified, but no event says so" },
	{ "confirmed", WAS_ACKNOWLEDGED, WAS_REJECTED,
	    "is confirmed, but no event says so" },
	{ "released", WAS_ACKNOWLEDGED, WAS_REJECTED,
	    "is released, but was never confirmed" },
	{ "completed", WAS_ACKNOWLEDGED, WAS_REJECTED,
	    "is completed, but was never confirmed" },
	{ "rejected", WAS_REJECTED, 0, "is rejected, but no event says so" },
	{ "cancelled", WAS_CANCELLED, WAS_REJECTED,
	    "is cancelled, but no event says so" },
};

static const char *
judge(const char *status, const struct life *is, struct row *row)
{
	uint8_t life = is->was;

	if ((life & WAS_RECEIVED) == 0)
		return "has no event that it was received";
	if (life & WAS_RECEIVED_AGAIN)
		return "was received twice";
	if (strcmp(status, "received") == 0 && (life & WAS_AMENDED) == 0 &&
	    (life & (WAS_VERIFIED | WAS_ACKNOWLEDGED)) != 0)
		return "is received, but was verified";
	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		if (strcmp(lives[i].status, status) == 0 &&
		    ((life & lives[i].needs) != lives[i].needs ||
		    (life & lives[i].rules_out) != 0))
			return lives[i].fact;
	if ((bit_of(status) & is->may) == 0)
		return "has a status that its events do not lead to";
	if (!db_null(row, 3) && is->decided != (uint32_t)db_int(row, 3))
		return "was decided at another time, by its events";
	if (db_null(row, 3) && (life & WAS_ACKNOWLEDGED) != 0)
		return "was decided, by its events";
	return NULL;
}

static const char SQL_ORDERS[] =
	"SELECT id, ref, status, decided_at FROM orders WHERE id BETWEEN $1 AND $2"
	" ORDER BY id";

static int
judge_orders(const struct audit *a, int64_t first, const struct life *life,
    struct err *e)
{
	struct row *row;
	const char *fact;
	int64_t id;
	int r;

	if (db_query(a->s->db, SQL_ORDERS, BIND(I(first),
	    I(first + WINDOW - 1)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		id = db_int(row, 0);
		if (!in_window(first, id)) {
			r = misplaced(a, id, e);
			break;
		}
		fact = judge(db_text(row, 2), &life[id - first], row);
		if (fact != NULL && (r = audit_report(a, "order-state",
		    db_text(row, 1), e, "%s", fact)) < 0)
			break;
	}
	db_done(row);
	return r;
}

static const char SQL_NEXT[] =
	"SELECT id FROM orders WHERE id >= $1 ORDER BY id LIMIT 1";

int
audit_lives(const struct audit *a, struct err *e)
{
	struct life *life = xmalloc((size_t)WINDOW * sizeof(*life));
	int64_t next = 1, first;
	int r;

	while ((r = db_one_int(a->s->db, SQL_NEXT, BIND(I(next)), &first,
	    e)) == 1 && first < INT64_MAX - WINDOW) {
		if (first < next) {
			r = misplaced(a, first, e);
			break;
		}
		if ((r = mark_events(a, first, life, e)) < 0 ||
		    (r = judge_orders(a, first, life, e)) < 0)
			break;
		next = first + WINDOW;
	}
	free(life);
	return r < 0 ? -1 : 0;
}

/* ---- originals ---- */

/* Every revision came in once. */
static const char SQL_KEPT[] =
	"SELECT o.ref FROM orders AS o WHERE o.revision <> (SELECT count(*)"
	"  FROM originals AS r WHERE r.order_id = o.id"
	"  AND r.revision BETWEEN 1 AND o.revision) ORDER BY o.id";

/* Bytes that were erased are gone on purpose. */
static const char SQL_ORIGINALS[] =
	"SELECT o.ref, r.sha256, r.bytes"
	" FROM originals AS r JOIN orders AS o ON o.id = r.order_id";

static const char SQL_RECORDED[] =
	"SELECT (SELECT o.ref FROM orders AS o WHERE o.id = e.order_id)"
	" FROM events AS e"
	" JOIN event_details AS d ON d.seq = e.seq"
	" JOIN originals AS r ON r.order_id = e.order_id AND r.revision = 1"
	" WHERE e.kind = 'receive'"
	"  AND instr(d.detail, '\"' || lower(hex(r.sha256)) || '\"') = 0"
	" UNION ALL SELECT (SELECT o.ref FROM orders AS o"
	"  WHERE o.id = e.order_id) FROM events AS e"
	" JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.kind = 'amend' AND NOT EXISTS (SELECT 1"
	"  FROM originals AS r WHERE r.order_id = e.order_id"
	"  AND d.detail LIKE '{\"revision\":' || r.revision || ',%'"
	"  AND instr(d.detail, '\"' || lower(hex(r.sha256)) || '\"') > 0)";

static int
check_bytes(const struct audit *a, struct row *row, struct err *e)
{
	uint8_t made[HASH_SIZE];
	struct hash h;
	const void *p;
	size_t n;

	p = db_bytes(row, 2, &n);
	if (n == 0)
		return 0;
	hash_init(&h);
	hash_add(&h, p, n);
	hash_end(&h, made);
	p = db_bytes(row, 1, &n);
	if (n == HASH_SIZE && memcmp(p, made, n) == 0)
		return 0;
	return audit_report(a, "order-original", db_text(row, 0), e,
	    "its original is not what came: the SHA-256 differs");
}

static int
missing(const struct audit *a, struct row *row, struct err *e)
{
	return audit_report(a, "order-original", db_text(row, 0), e,
	    "its original is not kept");
}

static int
not_recorded(const struct audit *a, struct row *row, struct err *e)
{
	return audit_report(a, "order-original", db_text(row, 0), e,
	    "its original is not the one its event names");
}

static int
each_row(const struct audit *a, const char *sql,
    int (*one)(const struct audit *, struct row *, struct err *),
    struct err *e)
{
	struct row *row;
	int r;

	if (db_query(a->s->db, sql, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if ((r = one(a, row, e)) < 0)
			break;
	db_done(row);
	return r;
}

int
audit_originals(const struct audit *a, struct err *e)
{
	return each_row(a, SQL_KEPT, missing, e) < 0 ||
	    each_row(a, SQL_ORIGINALS, check_bytes, e) < 0 ||
	    each_row(a, SQL_RECORDED, not_recorded, e) < 0 ? -1 : 0;
}
