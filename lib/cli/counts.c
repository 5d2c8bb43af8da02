/* counts.c - how many of what there are, and how old the oldest is
 *
 * One pass over each, added up here: a GROUP BY would sort all of it in
 * memory. */

#include <inttypes.h>

#include <order/lifecycle.h>
#include <order/query.h>

#include "listing.h"

static const char *const columns[] = { "what", "name", "count", "oldest" };
static const struct head head = { 4, columns };

static const char *const acks[] = { "due", "overdue" };
static const char *const states[] = { "queued", "failed", "dead", "by-hand" };
static const char *const open[] = { "open" };
static const char *const handed[] = { "open", "problem" };

static const char SQL_STATUSES[] =
	"SELECT status, received_at FROM orders";

static const char SQL_HOLDS[] =
	"SELECT hold, opened_at FROM holds WHERE closed_at IS NULL";

static const char SQL_ACKS[] =
	"SELECT CASE WHEN ack_due_at < $1 THEN 'overdue' ELSE 'due' END,"
	" received_at FROM orders WHERE answered_at IS NULL"
	" AND status <> 'cancelled' AND ack_due_at <= $1 + $2";

static const char SQL_MESSAGES[] =
	"SELECT state, queued_at FROM messages"
	" WHERE state IN ('queued', 'failed')"
	" UNION ALL SELECT state, queued_at FROM messages"
	" WHERE state IN ('dead', 'by-hand')";

static const char SQL_REJECTS[] =
	"SELECT 'open', at FROM rejects WHERE closed_at IS NULL";

static const char SQL_INQUIRIES[] =
	"SELECT 'open', at FROM inquiries WHERE answered_at IS NULL";

static const char SQL_HANDOFFS[] =
	"SELECT state, at FROM handoffs WHERE state IN ('open', 'problem')"
	" AND kind = 'pick'";

static const char SQL_CANCELS[] =
	"SELECT 'open', at FROM cancel_requests WHERE answered_at IS NULL";

#define MOST 16			/* names of one kind */

struct count {
	const char *what;
	const char *const *names;
	size_t n;
	const char *sql;	/* name, since */
	bool unless_none;	/* a name is left out when there is none */
};

struct sum {
	int64_t n, oldest;
};

static int
put(struct tool *t, const char *what, const char *name, const struct sum *s,
    struct err *e)
{
	static const uint8_t types[] = { CELL_TEXT, CELL_TEXT, CELL_NUMBER,
	    CELL_TEXT };
	const char *values[] = { what, name, arena_printf(&t->step.mem,
	    "%" PRId64, s->n), s->n == 0 ? "" :
	    list_span(t, t->now.at - s->oldest) };

	return tool_put(t, &head, values, types, e);
}

static void
add(struct sum *s, int64_t at)
{
	if (s->n++ == 0 || at < s->oldest)
		s->oldest = at;
}

static int
add_up(struct tool *t, const struct count *c, struct sum sums[MOST],
    struct err *e)
{
	int64_t margin = t->step.policy.number[POLICY_IS_ACK_MARGIN] * 3600;
	struct row *row;
	int r;

	if (db_query(t->db, c->sql, c->sql == SQL_ACKS ?
	    BIND(I(t->now.at), I(margin)) : NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		for (size_t i = 0; i < c->n; i++)
			if (strcmp(c->names[i], db_text(row, 0)) == 0)
				add(&sums[i], db_int(row, 1));
	return r;
}

static int
put_kind(struct tool *t, const struct count *c, struct err *e)
{
	struct sum sums[MOST] = { { 0, 0 } };

	if (add_up(t, c, sums, e) < 0)
		return -1;
	for (size_t i = 0; i < c->n; i++)
		if ((sums[i].n > 0 || !c->unless_none) &&
		    put(t, c->what, c->names[i], &sums[i], e) < 0)
			return -1;
	return 0;
}

static int
put_all(struct tool *t, struct cursor *cursor, struct err *e)
{
	size_t nholds;
	const char *const *holds = query_names(QUERY_HELD, &nholds);
	const struct count counts[] = {
		{ "orders", order_statuses, NSTATUSES, SQL_STATUSES, false },
		{ "hold", holds, nholds, SQL_HOLDS, true },
		{ "ack", acks, 2, SQL_ACKS, false },
		{ "message", states, 4, SQL_MESSAGES, false },
		{ "reject", open, 1, SQL_REJECTS, false },
		{ "inquiry", open, 1, SQL_INQUIRIES, true },
		{ "handoff", handed, 2, SQL_HANDOFFS, true },
		{ "cancel-request", open, 1, SQL_CANCELS, true },
	};

	(void)cursor;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (put_kind(t, &counts[i], e) < 0)
			return -1;
	return 0;
}

void
list_counts(struct tool *t)
{
	list_pages(t, put_all);
}
