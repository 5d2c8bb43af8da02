/* chase.c - remind customers of open questions, each time later than before
 *
 * The n-th reminder waits 2^(n-1) times as long as the first, counted from
 * the message before it.  Decided anew inside the transaction: two runs at
 * once send one reminder. */

#include <order/cancel.h>
#include <order/chase.h>
#include <order/date.h>
#include <order/message.h>

#include "clarify.h"

#define DAY 86400
#define DOUBLED 20	/* beyond that it would be years */

/* One kind of question of an order. */
struct asked {
	const char *kind;
	int64_t reminders;	/* that were sent or are queued */
	int64_t first_at;	/* since the hold is open, 0: not sent yet */
	int64_t last_at;	/* of the newest, 0: it is not sent yet */
};

struct chase {
	struct step *s;
	struct order *o;
	struct asked due;	/* the kind to remind of, kind NULL: none */
	bool give_up;
	int64_t asked_at;	/* what is given up */
};

/* ---- what was asked ---- */

static const char SQL_SINCE[] =
	"SELECT coalesce(min(opened_at), 0) FROM holds WHERE order_id = $1"
	" AND closed_at IS NULL"
	" AND CASE $2 WHEN 'shortage' THEN hold = 'consent'"
	"  ELSE hold NOT IN ('consent', 'stock', 'manual') END";

static const char SQL_ASKED[] =
	"SELECT reminder, coalesce(sent_at, 0), state FROM messages"
	" WHERE order_id = $1 AND revision = $2 AND kind = $3"
	" AND state <> 'cancelled' ORDER BY id";

/* 1; 0: that kind is not open; -1. */
static int
read_asked(struct chase *c, const char *kind, struct asked *a, struct err *e)
{
	struct step *s = c->s;
	int64_t since = 0;
	struct row *row;
	int r;

	*a = (struct asked){ .kind = kind };
	if (db_one_int(s->db, SQL_SINCE, BIND(I(c->o->id), T(kind)), &since,
	    e) < 0)
		return -1;
	if (since == 0)
		return 0;
	if (db_query(s->db, SQL_ASKED, BIND(I(c->o->id), I(c->o->revision),
	    T(kind)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		bool sent = strcmp(db_text(row, 2), "sent") == 0;
		int64_t at = db_int(row, 1);

		a->reminders = db_int(row, 0);
		a->last_at = sent ? at : 0;
		if (sent && at >= since && a->first_at == 0)
			a->first_at = at;
	}
	return r < 0 ? -1 : 1;
}

static bool
is_due(const struct step *s, const struct asked *a)
{
	int64_t wait = s->policy.number[POLICY_IS_CLARIFY_REMIND] * 3600;
	int64_t n = a->reminders < DOUBLED ? a->reminders : DOUBLED;

	return wait > 0 && a->last_at > 0 &&
	    s->now.at - a->last_at >= wait << n;
}

/* What was accepted is not given up for a question. */
static bool
is_given_up(const struct chase *c, const struct asked *a)
{
	int64_t days = c->s->policy.number[POLICY_IS_CLARIFY_CANCEL];

	return days > 0 && a->first_at > 0 && c->o->decided_at == 0 &&
	    (order_is(c->o, "received") || order_is(c->o, "verified")) &&
	    c->s->now.at - a->first_at >= days * DAY;
}

/* 1 when something is due, 0, -1. */
static int
look(struct chase *c, struct err *e)
{
	static const char *const kinds[] = { "clarify", "shortage" };

	if (!order_is(c->o, "received") && !order_is(c->o, "verified") &&
	    !order_is(c->o, "confirmed"))
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct asked a;
		int r = read_asked(c, kinds[i], &a, e);

		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		if (!c->give_up && is_given_up(c, &a)) {
			c->give_up = true;
			c->asked_at = a.first_at;
		}
		if (c->due.kind == NULL && is_due(c->s, &a))
			c->due = a;
	}
	return c->give_up || c->due.kind != NULL;
}

/* ---- reminding ---- */

static int
remind(struct chase *c, struct err *e)
{
	struct step *s = c->s;
	int64_t days = s->policy.number[POLICY_IS_CLARIFY_CANCEL];
	int64_t asked_at = c->due.first_at != 0 ? c->due.first_at :
	    c->due.last_at;
	bool ends = days > 0 && c->o->decided_at == 0;
	struct reminder again = { c->due.reminders + 1, step_day_text(s, asked_at),
	    ends ? step_day_text(s, asked_at + days * DAY) : "" };
	struct findings f;

	if (strcmp(c->due.kind, "shortage") == 0)
		return reminder_of_offer(s, c->o, &again, e);
	return clarify_read(s, c->o, &f, e) < 0 ? -1 :
	    f.n == 0 ? 0 : clarify_send(s, c->o, &f, &again, e);
}

/* ---- the step ---- */

int
order_chase(struct step *s, const char *ref, struct verdict *v,
    struct err *e)
{
	struct order o;
	struct chase c = { .s = s, .o = &o };
	int r = order_named(s, ref, &o, v, e);

	if (r > 0)
		r = look(&c, e);
	else
		return r;
	if (r > 0 && c.give_up)
		return order_give_up(s, &o, step_day_text(s, c.asked_at),
		    v, e);
	if (r > 0)
		r = remind(&c, e);
	if (r < 0)
		return -1;
	return order_verdict(s, v, &o, r > 0 ? RESULT_OK : RESULT_UNCHANGED,
	    "");
}

/* Only what is open is looked at, however many orders there are. */
static const char SQL_DUE[] =
	"SELECT DISTINCT o.id FROM holds AS h INDEXED BY holds_open"
	" CROSS JOIN orders AS o ON o.id = h.order_id"
	" CROSS JOIN messages AS m ON m.order_id = o.id"
	"  AND m.revision = o.revision AND m.kind = CASE h.hold"
	"   WHEN 'consent' THEN 'shortage' ELSE 'clarify' END"
	" WHERE h.closed_at IS NULL AND h.hold NOT IN ('stock', 'manual')"
	" AND m.state = 'sent' AND m.sent_at <= $1 ORDER BY o.id";

int
chase_due(struct step *s, int (*add)(void *, const char *ref), void *arg,
    struct err *e)
{
	int64_t remind = s->policy.number[POLICY_IS_CLARIFY_REMIND] * 3600;
	int64_t cancel = s->policy.number[POLICY_IS_CLARIFY_CANCEL] * DAY;
	int64_t wait = remind == 0 || (cancel > 0 && cancel < remind) ?
	    cancel : remind;
	struct row *row;
	int r;

	if (wait == 0)
		return 0;
	if (db_query(s->db, SQL_DUE, BIND(I(s->now.at - wait)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		struct order o;
		struct chase c = { .s = s, .o = &o };

		r = order_load(s, db_int(row, 0), &o, e);
		if (r > 0)
			r = look(&c, e);
		if (r > 0)
			add(arg, o.ref);
		if (r < 0)
			break;
	}
	if (r < 0)
		db_done(row);
	return r < 0 ? -1 : 0;
}
