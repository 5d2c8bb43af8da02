/* attention_mail.c - messages that did not get there, input that did not get in
 */

#include <inttypes.h>

#include <order/remedy.h>

#include "attention.h"

/* ---- nobody delivers ---- */

static const char SQL_STOPPED[] =
	"SELECT count(*), min(max(next_try_at, queued_at)) FROM messages"
	" WHERE state IN ('queued', 'failed') AND next_try_at < $1"
	" AND queued_at < $1";

int
matter_mail_stopped(struct tool *t, struct cursor *c, struct err *e)
{
	struct matter m = { .what = "mail-stopped", .ref = "",
	    .command = "order-notify" };
	struct row *row;
	int64_t n;
	int r = db_one(t->db, SQL_STOPPED, BIND(I(t->now.at - MAIL_IS_STOPPED)), &row,
	    e);

	(void)c;
	if (r <= 0)
		return r;
	n = db_int(row, 0);
	m.since = db_int(row, 1);
	db_done(row);
	if (n == 0)
		return 0;
	m.due = m.since + MAIL_IS_STOPPED;
	m.detail = arena_printf(&t->step.mem, "%" PRId64 " message%s due for"
	    " over an hour: does order-notify run?", n, n == 1 ? " is" :
	    "s are");
	return matter_put(t, &m, e);
}

/* ---- messages ---- */

#define MESSAGE_COLUMNS \
	"SELECT m.id, m.next_try_at, m.state, o.ref, m.kind, m.recipient," \
	" m.error, m.queued_at, m.order_id FROM messages AS m" \
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
	struct matter m = { .what = arena_printf(mem, "message-%s", state),
	    .ref = db_text(row, 3), .order = db_int(row, 8),
	    .since = db_int(row, 7), .detail = arena_printf(mem,
	    "%s %s%s%s%s", db_text(row, 4),
	    to[0] != '\0' ? "to " : "without an address", to,
	    error[0] != '\0' ? ": " : "", error),
	    .command = remedy_message(mem, state, db_int(row, 0), error) };

	c->b = db_int(row, 0);
	c->a = db_int(row, 1);
	return matter_put(t, &m, e);
}

static int
list_stuck(struct tool *t, const char *state, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_STUCK, BIND(T(state), I(c->b), I(LIST_PAGE)),
	    &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_message, e);
}

int
matter_dead(struct tool *t, struct cursor *c, struct err *e)
{
	return list_stuck(t, "dead", c, e);
}

int
matter_by_hand(struct tool *t, struct cursor *c, struct err *e)
{
	return list_stuck(t, "by-hand", c, e);
}

int
matter_failed(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_FAILED, BIND(I(c->a), I(c->b), I(LIST_PAGE)),
	    &row, e) < 0)
		return -1;
	return matter_rows(t, c, row, put_message, e);
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
	struct matter m = { .what = "reject", .ref = "",
	    .since = db_int(row, 6), .detail = arena_printf(mem,
	    "%s:%" PRId64 ": %s%s%s%s%s", db_text(row, 1), db_int(row, 2), key,
	    key[0] != '\0' ? ": " : "", field, field[0] != '\0' ? ": " : "",
	    db_text(row, 4)), .command = remedy_reject(mem, db_int(row, 0)) };

	c->a = db_int(row, 0);
	return matter_put(t, &m, e);
}

int
matter_rejects(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;

	if (db_query(t->db, SQL_REJECTS, BIND(I(c->a), I(LIST_PAGE)), &row,
	    e) < 0)
		return -1;
	return matter_rows(t, c, row, put_reject, e);
}
