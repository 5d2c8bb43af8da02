/* attention_answers.c - who waits for an answer: ours, or we for theirs
 *
 * Acknowledgments by their deadline, holds and what customers asked by age. */

#include <inttypes.h>

#include <order/inquiry.h>
#include <order/question.h>
#include <order/remedy.h>
#include <order/text.h>

#include "attention.h"

enum { FIRST_WORDS = 70 };

/* ---- acknowledgments ---- */

static const char SQL_ACKS[] =
	"SELECT o.id, o.ack_due_at, o.ref, CASE WHEN o.ack_revision <"
	"  o.revision THEN 'none' ELSE o.ack END, o.received_at,"
	" coalesce(m.state, ''), coalesce(m.id, 0), coalesce(m.error, '')"
	" FROM orders AS o LEFT JOIN messages AS m ON m.id ="
	"  (SELECT max(a.id) FROM messages AS a WHERE a.order_id = o.id"
	"   AND a.revision = o.revision"
	"   AND a.kind IN ('receipt', 'acknowledgment', 'rejected'))"
	" WHERE o.answered_at IS NULL"
	" AND o.status <> 'cancelled'"
	" AND o.ack_due_at <= $1 AND o.ack_due_at >= $2"
	" AND (o.ack_due_at > $2 OR o.id > $3)"
	" ORDER BY o.ack_due_at, o.id LIMIT $4";

static int
put_ack(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	const char *ref = db_text(row, 2);
	int64_t late = t->now.at - db_int(row, 1);
	struct matter m = { .what = late > 0 ? "ack-overdue" : "ack-due",
	    .ref = ref, .order = db_int(row, 0), .since = db_int(row, 4),
	    .due = db_int(row, 1), .detail = late > 0 ?
	    arena_printf(&t->step.mem, "overdue by %s", list_span(t, late)) :
	    arena_printf(&t->step.mem, "due in %s", list_span(t, -late)),
	    .command = remedy_ack(&t->step.mem, ref, db_text(row, 3),
	    db_text(row, 5), db_int(row, 6), db_text(row, 7)) };

	c->b = db_int(row, 0);
	c->a = db_int(row, 1);
	return matter_put(t, &m, e);
}

static int
acks_until(struct tool *t, struct cursor *c, int64_t until, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_ACKS, BIND(I(until), I(c->a), I(c->b),
	    I(LIST_PAGE)), &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_ack, e);
}

int
matter_acks_overdue(struct tool *t, struct cursor *c, struct err *e)
{
	return acks_until(t, c, t->now.at - 1, e);
}

int
matter_acks_due(struct tool *t, struct cursor *c, struct err *e)
{
	if (c->a < t->now.at)
		c->a = t->now.at;
	return acks_until(t, c, t->now.at +
	    t->step.policy.number[POLICY_IS_ACK_MARGIN] * 3600, e);
}

/* ---- holds ---- */

static struct ids holds;	/* that are open, the oldest first */
static size_t next_hold;

static int
add_hold(void *arg, int64_t id)
{
	(void)arg;
	ids_add(&holds, id);
	return 0;
}

/* The first message since it is open asked it. */
static const char SQL_HOLD[] =
	"SELECT h.order_id, h.hold, o.ref, h.reason, h.opened_at,"
	" coalesce(f.rule, ''), coalesce(f.field, ''), coalesce(f.line, 0),"
	" coalesce(f.verdict, ''), coalesce(f.given, ''),"
	" coalesce((SELECT min(m.sent_at) FROM messages AS m"
	"  WHERE m.order_id = h.order_id AND m.revision = o.revision"
	"  AND m.kind = CASE h.hold WHEN 'consent' THEN 'shortage'"
	"   ELSE 'clarify' END"
	"  AND m.state = 'sent' AND m.sent_at >= h.opened_at"
	"  AND h.hold NOT IN ('manual', 'stock')), 0)"
	" FROM holds AS h CROSS JOIN orders AS o ON o.id = h.order_id"
	" LEFT JOIN findings AS f ON f.order_id = h.order_id AND f.seq ="
	"  (SELECT min(g.seq) FROM findings AS g WHERE g.order_id = h.order_id"
	"   AND g.hold = h.hold AND g.severity <> 'warn' AND g.waived = 0)"
	" WHERE h.id = $1 AND h.closed_at IS NULL"
	" AND o.status NOT IN ('rejected', 'cancelled')";

/* "price: price-list, asked 2 d ago" */
static const char *
hold_detail(struct tool *t, struct row *row)
{
	const char *reason = db_text(row, 3);
	int64_t asked = db_int(row, 10);

	return arena_printf(&t->step.mem, "%s%s%s%s", db_text(row, 1),
	    reason[0] != '\0' ? ": " : "", reason, asked == 0 ? "" :
	    t->now.at - asked < 60 ? ", just asked" :
	    arena_printf(&t->step.mem, ", asked %s ago, no answer",
	    list_span(t, t->now.at - asked)));
}

static int
put_hold(struct tool *t, struct row *row, struct err *e)
{
	const char *hold = db_text(row, 1), *ref = db_text(row, 2);
	struct matter m = { .what = strcmp(hold, "consent") == 0 ? "consent" :
	    "hold", .ref = ref, .order = db_int(row, 0),
	    .since = db_int(row, 4), .detail = hold_detail(t, row),
	    .command = remedy_hold(&t->step.mem, ref, hold, db_text(row, 5),
	    db_text(row, 6), db_text(row, 8), db_int(row, 7)) };

	return matter_put(t, &m, e);
}

static int
page_of_holds(struct tool *t, struct err *e)
{
	struct row *row;

	for (int n = 0; n < LIST_PAGE; n++) {
		int r;

		if (next_hold == holds.n)
			return 0;
		r = db_one(t->db, SQL_HOLD, BIND(I(holds.id[next_hold++])),
		    &row, e);
		if (r == 1) {
			r = put_hold(t, row, e);
			db_done(row);
		}
		if (r < 0)
			return -1;
	}
	return 1;
}

int
matter_holds(struct tool *t, struct cursor *c, struct err *e)
{
	int r;

	(void)c;
	if (holds.n == 0 && question_holds(&t->step, add_hold, NULL, e) < 0)
		return -1;
	r = page_of_holds(t, e);
	if (r <= 0) {
		ids_release(&holds);
		next_hold = 0;
	}
	return r;
}

/* ---- inquiries ---- */

static const char SQL_INQUIRIES[] =
	"SELECT q.order_id, q.id, o.ref, q.sender, q.channel, q.at,"
	" CASE q.question WHEN '' THEN q.subject"
	"  ELSE substr(q.question, 1, 400) END"
	" FROM inquiries AS q CROSS JOIN orders AS o ON o.id = q.order_id"
	" WHERE q.answered_at IS NULL AND q.order_id >= $1"
	" AND (q.order_id > $1 OR q.id > $2)"
	" ORDER BY q.order_id, q.id LIMIT $3";

static int
put_inquiry(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	const char *ref = db_text(row, 2), *sender = db_text(row, 3);
	struct arena *mem = &t->step.mem;
	struct order o;
	int known = order_load(&t->step, db_int(row, 0), &o, e);

	if (known == 1)
		known = inquiry_is_known(&t->step, &o, sender, e);
	if (known < 0)
		return -1;
	struct matter m = { .what = "inquiry", .ref = ref,
	    .order = o.id, .since = db_int(row, 5), .detail = arena_printf(mem,
	    "%s%s%s%s asks: %s", sender[0] != '\0' ? "" : "by ",
	    sender[0] != '\0' ? sender : db_text(row, 4),
	    known ? "" : ", which is no address of this customer,",
	    sender[0] != '\0' ? "" : " somebody", text_shown(mem,
	    db_text(row, 6), FIRST_WORDS)),
	    .command = remedy_inquiry(mem, ref, known) };

	c->a = db_int(row, 0);
	c->b = db_int(row, 1);
	return matter_put(t, &m, e);
}

int
matter_inquiries(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_INQUIRIES, BIND(I(c->a), I(c->b),
	    I(LIST_PAGE)), &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_inquiry, e);
}
