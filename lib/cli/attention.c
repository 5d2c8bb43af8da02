/* attention.c - what somebody has to look at
 *
 * One list of all that is due, held, undelivered or refused, each with the
 * command that deals with it. */

#include <inttypes.h>

#include <order/inquiry.h>
#include <order/remedy.h>
#include <order/text.h>

#include "listing.h"
#include "sheet.h"

static const char *const columns[] = {
	"what", "ref", "age", "since", "due_at", "detail", "command"
};
static const struct head head = { 7, columns };

enum { WHAT = 17, FIRST_WORDS = 70 };

static const char *
instant(struct tool *t, int64_t at)
{
	char text[INSTANT_TEXT];

	return arena_dup(&t->step.mem, instant_text(at, text));
}

struct matter {
	const char *what, *ref, *due_at, *detail, *command;
	int64_t since;
};

/* A person copies the command: it must not be cut. */
static int
put_for_person(struct tool *t, const struct matter *m)
{
	struct sheet sh = { BUF_INIT, &t->step.mem, (size_t)tool_columns(),
	    tool_color(t) };
	bool bad = strcmp(m->what, "ack-overdue") == 0 ||
	    strcmp(m->what, "message-dead") == 0;

	sheet_entry(&sh, 0, m->what, WHAT, bad ? INK_BAD : INK_NONE,
	    arena_printf(sh.mem, "%s%s%s (%s)", m->ref,
	    m->ref[0] != '\0' ? "  " : "", m->detail,
	    list_span(t, t->now.at - m->since)), "");
	sheet_entry(&sh, 0, "", WHAT, INK_BOLD, m->command, " \\");
	tool_text(t, sh.out.data, sh.out.n);
	buf_release(&sh.out);
	return 0;
}

static bool
is_for_person(const struct tool *t)
{
	return tool_columns() > 0 &&
	    (t->out == FORMAT_AUTO || t->out == FORMAT_TABLE);
}

static int
put(struct tool *t, const struct matter *m, struct err *e)
{
	if (is_for_person(t))
		return put_for_person(t, m);
	const char *values[] = { m->what, m->ref,
	    list_span(t, t->now.at - m->since), instant(t, m->since), m->due_at,
	    m->detail, m->command };

	return tool_put(t, &head, values, NULL, e);
}

/* Put a matter for each row of the query, then end the page. */
static int
put_rows(struct tool *t, struct cursor *c, struct row *row,
    int (*one)(struct tool *, struct cursor *, struct row *, struct err *),
    struct err *e)
{
	int r, n = 0;

	while ((r = db_next(row, e)) == 1) {
		n++;
		if (one(t, c, row, e) < 0) {
			db_done(row);
			return -1;
		}
	}
	return r < 0 ? -1 : n == LIST_PAGE;
}

/* ---- answers ---- */

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
	struct matter m = { late > 0 ? "ack-overdue" : "ack-due", ref,
	    instant(t, db_int(row, 1)), late > 0 ?
	    arena_printf(&t->step.mem, "overdue by %s", list_span(t, late)) :
	    arena_printf(&t->step.mem, "due in %s", list_span(t, -late)),
	    remedy_ack(&t->step.mem, ref, db_text(row, 3), db_text(row, 5),
	    db_int(row, 6), db_text(row, 7)), db_int(row, 4) };

	c->b = db_int(row, 0);
	c->a = db_int(row, 1);
	if (late > 0)
		tool_status(t, 1);
	return put(t, &m, e);
}

static int
list_acks(struct tool *t, struct cursor *c, struct err *e)
{
	int64_t soon = t->now.at +
	    t->step.policy.number[POLICY_IS_ACK_MARGIN] * 3600;
	struct row *row;

	if (db_query(t->db, SQL_ACKS, BIND(I(soon), I(c->a), I(c->b),
	    I(LIST_PAGE)), &row, e) < 0)
		return -1;
	return put_rows(t, c, row, put_ack, e);
}

/* ---- holds ---- */

static const char SQL_HOLDS[] =
	"SELECT h.order_id, h.hold, o.ref, h.reason, h.opened_at,"
	" coalesce(f.rule, ''), coalesce(f.field, ''), coalesce(f.line, 0),"
	" coalesce(f.verdict, '')"
	" FROM holds AS h CROSS JOIN orders AS o ON o.id = h.order_id"
	" LEFT JOIN findings AS f ON f.order_id = h.order_id AND f.seq ="
	"  (SELECT min(g.seq) FROM findings AS g WHERE g.order_id = h.order_id"
	"   AND g.hold = h.hold AND g.severity <> 'warn' AND g.waived = 0)"
	" WHERE h.closed_at IS NULL"
	" AND o.status NOT IN ('rejected', 'cancelled')"
	" AND h.order_id >= $1 AND (h.order_id > $1 OR h.hold > $2)"
	" ORDER BY h.order_id, h.hold LIMIT $3";

static int
put_hold(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	const char *hold = db_text(row, 1), *ref = db_text(row, 2);
	const char *reason = db_text(row, 3);
	struct matter m = { strcmp(hold, "consent") == 0 ? "consent" : "hold",
	    ref, "", reason[0] == '\0' ? hold : arena_printf(&t->step.mem,
	    "%s: %s", hold, reason), remedy_hold(&t->step.mem, ref, hold,
	    db_text(row, 5), db_text(row, 6), db_text(row, 8),
	    db_int(row, 7)),
	    db_int(row, 4) };

	c->a = db_int(row, 0);
	snprintf(c->text, sizeof(c->text), "%s", hold);
	return put(t, &m, e);
}

static int
list_holds(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_HOLDS, BIND(I(c->a), T(c->text),
	    I(LIST_PAGE)), &row, e) < 0)
		return -1;
	return put_rows(t, c, row, put_hold, e);
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
	struct matter m = { "inquiry", ref, "", arena_printf(mem,
	    "%s%s%s%s asks: %s", sender[0] != '\0' ? "" : "by ",
	    sender[0] != '\0' ? sender : db_text(row, 4),
	    known ? "" : ", which is no address of this customer,",
	    sender[0] != '\0' ? "" : " somebody", text_shown(mem,
	    db_text(row, 6), FIRST_WORDS)), remedy_inquiry(mem, ref, known),
	    db_int(row, 5) };

	c->a = db_int(row, 0);
	c->b = db_int(row, 1);
	return put(t, &m, e);
}

static int
list_inquiries(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_INQUIRIES, BIND(I(c->a), I(c->b),
	    I(LIST_PAGE)), &row, e) < 0)
		return -1;
	return put_rows(t, c, row, put_inquiry, e);
}

/* ---- messages ---- */

#define MESSAGE_COLUMNS \
	"SELECT m.id, m.next_try_at, m.state, o.ref, m.kind, m.recipient," \
	" m.error, m.queued_at FROM messages AS m" \
	" CROSS JOIN orders AS o ON o.id = m.order_id"

static const char SQL_STUCK[] =
	MESSAGE_COLUMNS
	" WHERE m.state IN ('dead', 'by-hand') AND m.state = $1 AND m.id > $2"
	" ORDER BY m.id LIMIT $3";

static const char SQL_FAILED[] =
	MESSAGE_COLUMNS
	" WHERE m.state IN ('queued', 'failed') AND m.state = 'failed'"
	" AND m.next_try_at >= $1 AND (m.next_try_at > $1 OR m.id > $2)"
	" ORDER BY m.next_try_at, m.id LIMIT $3";

static int
put_message(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	const char *state = db_text(row, 2), *to = db_text(row, 5);
	const char *error = db_text(row, 6);
	struct arena *mem = &t->step.mem;
	struct matter m = { arena_printf(mem, "message-%s", state),
	    db_text(row, 3), "", arena_printf(mem, "%s %s%s%s%s",
	    db_text(row, 4), to[0] != '\0' ? "to " : "without an address", to,
	    error[0] != '\0' ? ": " : "", error),
	    remedy_message(mem, state, db_int(row, 0), error), db_int(row, 7) };

	c->b = db_int(row, 0);
	c->a = db_int(row, 1);
	return put(t, &m, e);
}

static int
list_stuck(struct tool *t, const char *state, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_STUCK, BIND(T(state), I(c->b), I(LIST_PAGE)),
	    &row, e) < 0)
		return -1;
	return put_rows(t, c, row, put_message, e);
}

static int
list_dead(struct tool *t, struct cursor *c, struct err *e)
{
	return list_stuck(t, "dead", c, e);
}

static int
list_by_hand(struct tool *t, struct cursor *c, struct err *e)
{
	return list_stuck(t, "by-hand", c, e);
}

static int
list_failed(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_FAILED, BIND(I(c->a), I(c->b), I(LIST_PAGE)),
	    &row, e) < 0)
		return -1;
	return put_rows(t, c, row, put_message, e);
}

/* ---- rejects ---- */

static const char SQL_REJECTS[] =
	"SELECT id, source, source_line, error_field, error, external_ref, at"
	" FROM rejects WHERE closed_at IS NULL AND id > $1 ORDER BY id"
	" LIMIT $2";

static int
put_reject(struct tool *t, struct cursor *c, struct row *row, struct err *e)
{
	const char *field = db_text(row, 3), *key = db_text(row, 5);
	struct arena *mem = &t->step.mem;
	struct matter m = { "reject", "", "", arena_printf(mem,
	    "%s:%" PRId64 ": %s%s%s%s%s", db_text(row, 1), db_int(row, 2), key,
	    key[0] != '\0' ? ": " : "", field, field[0] != '\0' ? ": " : "",
	    db_text(row, 4)), remedy_reject(mem, db_int(row, 0)),
	    db_int(row, 6) };

	c->a = db_int(row, 0);
	return put(t, &m, e);
}

static int
list_refused(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_REJECTS, BIND(I(c->a), I(LIST_PAGE)), &row,
	    e) < 0)
		return -1;
	return put_rows(t, c, row, put_reject, e);
}

void
list_attention(struct tool *t)
{
	if (!is_for_person(t))
		list_begin(t, &head);
	list_pages(t, list_acks);
	list_pages(t, list_holds);
	list_pages(t, list_inquiries);
	list_pages(t, list_dead);
	list_pages(t, list_by_hand);
	list_pages(t, list_failed);
	list_pages(t, list_refused);
}
