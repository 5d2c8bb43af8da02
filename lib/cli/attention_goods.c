/* attention_goods.c - goods that are not where they should be
 *
 * Stock, hand-over to fulfilment, shipments past their promise; and the review
 * of it all. */

#include <inttypes.h>

#include <order/figures.h>
#include <order/forward.h>
#include <order/money.h>
#include <order/remedy.h>
#include <order/text.h>

#include "attention.h"

/* ---- stock ---- */

/* Only what is promised: order-audit --check adds up the whole ledger. */
static const char SQL_STOCK[] =
	"SELECT s.sku, s.allocated, coalesce(l.allocated, 0), s.released,"
	" coalesce(l.released, 0) FROM stock AS s LEFT JOIN"
	"  (SELECT n.item, sum(n.allocated) AS allocated,"
	"    sum(n.released) AS released FROM"
	"    (SELECT id FROM orders WHERE status = 'received'"
	"      OR status = 'verified'"
	"     UNION ALL SELECT id FROM orders WHERE status = 'confirmed'"
	"      OR status = 'released') AS live"
	"   CROSS JOIN lines AS n ON n.order_id = live.id"
	"   WHERE n.allocated > 0 GROUP BY n.item) AS l ON l.item = s.sku"
	" WHERE s.allocated <> coalesce(l.allocated, 0)"
	" OR s.released <> coalesce(l.released, 0)";

static int
put_stock(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	struct arena *mem = &t->step.mem;
	bool allocated = db_int(row, 1) != db_int(row, 2);
	int at = allocated ? 1 : 3;
	struct matter m = { .what = "stock-drift", .ref = "",
	    .since = t->now.at, .due = t->now.at, .wrong = true,
	    .detail = arena_printf(mem, "%s: %s %s in stock, %s by the orders",
	    db_text(row, 0), allocated ? "allocated" : "released",
	    decimal_short(mem, db_int(row, at), QUANTITY_SCALE),
	    decimal_short(mem, db_int(row, at + 1), QUANTITY_SCALE)),
	    .command = "order-audit --check" };

	(void)c;
	return matter_put(t, &m, e);
}

int
matter_stock(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_STOCK, NOBIND, &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_stock, e) < 0 ? -1 : 0;
}

/* ---- orders in hand ---- */

/* Both statuses, one after the other, as the index has them. */
static int
in_hand(struct tool *t, struct cursor *c, const char *sql,
    int (*one)(struct tool *, struct cursor *, struct row *, struct err *),
    struct err *e)
{
	struct row *row;
	int r;

	if (c->text[0] == '\0')
		snprintf(c->text, sizeof(c->text), "confirmed");
	if (db_query(t->db, sql, BIND(T(c->text), I(c->a),
	    T(step_day_text(&t->step, t->now.at)), I(LIST_PAGE),
	    T(t->step.policy.text[POLICY_IS_SHIP_POLICY])), &row, e) < 0)
		return -1;
	r = matter_rows(t, c, row, one, e);
	if (r != 0 || strcmp(c->text, "released") == 0)
		return r;
	snprintf(c->text, sizeof(c->text), "released");
	c->a = INT64_MIN;
	return 1;
}

static const char SQL_LATE[] =
	"SELECT o.id, o.ref, min(l.promised_on), count(*), l.line, l.item,"
	" sum(l.allocated > l.released), sum(l.released > 0), o.received_at"
	" FROM orders AS o CROSS JOIN lines AS l ON l.order_id = o.id"
	" WHERE (o.status = 'confirmed' OR o.status = 'released')"
	" AND o.status = $1 AND o.id > $2 AND $5 <> ''"
	" AND l.promised_on <> '' AND l.promised_on < $3"
	" AND l.allocated + l.backordered > 0"
	" GROUP BY o.id ORDER BY o.id LIMIT $4";

static int
put_late(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	struct arena *mem = &t->step.mem;
	const char *ref = db_text(row, 1), *promised = db_text(row, 2);
	int64_t n = db_int(row, 3), end = matter_end_of(t, promised);
	struct matter m = { .what = "late", .ref = ref,
	    .order = db_int(row, 0), .since = end, .due = end,
	    .detail = arena_printf(mem, "promised for %s, not shipped: line %"
	    PRId64 " %s%s%s", promised, db_int(row, 4), db_text(row, 5),
	    n > 1 ? arena_printf(mem, " and %" PRId64 " more", n - 1) : "",
	    db_int(row, 7) > 0 ? ", the warehouse has it" :
	    db_int(row, 6) > 0 ? ", not handed over" : ", waits for goods"),
	    .command = remedy_late(mem, ref, db_int(row, 7) > 0,
	    db_int(row, 6) > 0) };

	c->a = db_int(row, 0);
	return matter_put(t, &m, e);
}

int
matter_late(struct tool *t, struct cursor *c, struct err *e)
{
	return in_hand(t, c, SQL_LATE, put_late, e);
}

/* What order-forward would take, and should have by now; of what is to be
 * taken out again matter_cancels tells. */
static const char SQL_UNFORWARDED[] =
	"SELECT o.id, o.ref, o.processing_on, o.requested_on FROM orders AS o"
	" WHERE (o.status = 'confirmed' OR o.status = 'released')"
	" AND o.status = $1 AND o.id > $2"
	" AND o.processing_on <> '' AND o.processing_on < $3"
	" AND" FORWARD_GOES("$5") " ORDER BY o.id LIMIT $4";

static int
put_unforwarded(struct tool *t, struct cursor *c, struct row *row,
    struct err *e)
{
	struct arena *mem = &t->step.mem;
	const char *ref = db_text(row, 1), *on = db_text(row, 2);
	int64_t end = matter_end_of(t, on);
	int r = forward_is_its_day(&t->step, db_int(row, 0), db_text(row, 3),
	    e);
	struct matter m = { .what = "not-forwarded", .ref = ref,
	    .order = db_int(row, 0), .since = end, .due = end,
	    .detail = arena_printf(mem, "was to be processed on %s", on),
	    .command = remedy_forward(mem, ref) };

	c->a = db_int(row, 0);
	return r == 1 ? matter_put(t, &m, e) : r;
}

int
matter_unforwarded(struct tool *t, struct cursor *c, struct err *e)
{
	return in_hand(t, c, SQL_UNFORWARDED, put_unforwarded, e);
}

/* ---- hand-offs ---- */

/* $5: only those older than that. */
static const char SQL_HANDOFFS[] =
	"SELECT h.id, h.at, o.ref, h.order_id, h.state, h.note, h.file,"
	" coalesce(h.answered_at, h.at) FROM handoffs AS h"
	" CROSS JOIN orders AS o ON o.id = h.order_id"
	" WHERE h.state IN ('open', 'problem') AND h.state = $1"
	" AND h.kind = 'pick' AND h.at >= $2 AND (h.at > $2 OR h.id > $3)"
	" AND h.at < $5 ORDER BY h.at, h.id LIMIT $4";

static int
put_handoff(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	struct arena *mem = &t->step.mem;
	const char *note = db_text(row, 5), *file = db_text(row, 6);
	bool open = strcmp(db_text(row, 4), "open") == 0;
	struct matter m = { .what = open ? "handoff-open" : "handoff-problem",
	    .ref = db_text(row, 2), .order = db_int(row, 3),
	    .since = db_int(row, open ? 1 : 7), .due = !open ? 0 :
	    db_int(row, 1) +
	    t->step.policy.number[POLICY_IS_HANDOFF_HOURS] * 3600,
	    .detail = arena_printf(mem, "hand-off %" PRId64 "%s%s%s: %s",
	    db_int(row, 0), file[0] != '\0' ? " (" : "", file,
	    file[0] != '\0' ? ")" : "", open ? "no answer yet" :
	    note[0] != '\0' ? note : "fulfilment did not say what"),
	    .command = remedy_handoff(mem, db_text(row, 2)) };

	c->a = db_int(row, 1);
	c->b = db_int(row, 0);
	return matter_put(t, &m, e);
}

static int
handoffs(struct tool *t, const char *state, int64_t before, struct cursor *c,
    struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_HANDOFFS, BIND(T(state), I(c->a), I(c->b),
	    I(LIST_PAGE), I(before)), &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_handoff, e);
}

int
matter_problems(struct tool *t, struct cursor *c, struct err *e)
{
	return handoffs(t, "problem", INT64_MAX, c, e);
}

int
matter_unaccepted(struct tool *t, struct cursor *c, struct err *e)
{
	return handoffs(t, "open", t->now.at -
	    t->step.policy.number[POLICY_IS_HANDOFF_HOURS] * 3600, c, e);
}

/* ---- cancellations ---- */

static const char SQL_CANCELS[] =
	"SELECT q.order_id, q.id, o.ref, q.at, q.line, q.quantity, q.reason,"
	" q.handoff IS NULL FROM cancel_requests AS q"
	" CROSS JOIN orders AS o ON o.id = q.order_id"
	" WHERE q.answered_at IS NULL AND q.order_id >= $1"
	" AND (q.order_id > $1 OR q.id > $2)"
	" ORDER BY q.order_id, q.id LIMIT $3";

static int
put_cancel(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	struct arena *mem = &t->step.mem;
	int64_t line = db_int(row, 4), n = db_int(row, 5);
	const char *ref = db_text(row, 2), *reason = db_text(row, 6);
	struct matter m = { .what = "cancel-request", .ref = ref,
	    .order = db_int(row, 0), .since = db_int(row, 3),
	    .due = db_int(row, 3) +
	    t->step.policy.number[POLICY_IS_HANDOFF_HOURS] * 3600,
	    .detail = arena_printf(mem, "%s%s%s%s%s%s", line == 0 ?
	    "the whole order" : arena_printf(mem, "line %" PRId64, line),
	    n == 0 ? "" : ", quantity ", n == 0 ? "" :
	    decimal_short(mem, n, QUANTITY_SCALE),
	    reason[0] != '\0' ? ": " : "", reason, db_int(row, 7) != 0 ?
	    ", the warehouse was not told" : ""),
	    .command = db_int(row, 7) != 0 ? remedy_forward(mem, ref) :
	    remedy_cancel(mem, ref, line, db_int(row, 1)) };

	c->a = db_int(row, 0);
	c->b = db_int(row, 1);
	return matter_put(t, &m, e);
}

int
matter_cancels(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_CANCELS, BIND(I(c->a), I(c->b),
	    I(LIST_PAGE)), &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_cancel, e);
}

/* ---- the review ---- */

int
matter_review(struct tool *t, struct cursor *c, struct err *e)
{
	struct matter m = { .what = "review-due", .ref = "",
	    .command = remedy_review() };
	struct review last;

	(void)c;
	if (review_last(&t->step, &last, e) < 0)
		return -1;
	if (!last.overdue)
		return 0;
	m.since = last.at;
	m.due = zone_midnight(t->step.policy.text[POLICY_IS_TIMEZONE],
	    last.due_on + 1);
	m.detail = last.ever ? "the last review is too long ago" :
	    "the procedure was never reviewed";
	return matter_put(t, &m, e);
}
