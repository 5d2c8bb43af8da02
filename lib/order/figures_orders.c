/* figures_orders.c - what came in, and how soon it was answered
 *
 * One pass over the orders.  It is by number, as the time of receipt has no
 * index: that would cost every order to serve a yearly question. */

#include <order/clock.h>
#include <order/lifecycle.h>

#include "figures_parts.h"

/* What the first answer is, the messages know where a change has set the
 * clock back. */
static const char SQL_ORDERS[] =
	"SELECT o.id, o.received_at, o.channel, o.status, o.revision,"
	" o.currency, o.exponent, coalesce(o.total, o.total_given),"
	" CASE WHEN o.revision = 1 AND o.answered_at IS NOT NULL"
	"  THEN o.answered_at ELSE (SELECT min(m.sent_at) FROM messages AS m"
	"  WHERE m.order_id = o.id AND m.kind IN ('receipt',"
	"  'acknowledgment', 'rejected', 'cancelled')) END,"
	" o.decided_at,"
	" CASE WHEN o.ack <> 'none' AND o.ack_revision < o.revision"
	"  THEN 'stale' ELSE o.ack END"
	" FROM orders AS o WHERE o.received_at >= $1 AND o.received_at < $2"
	" ORDER BY o.id";

enum { ID, RECEIVED, CHANNEL, STATUS, REVISION, CURRENCY, EXPONENT, TOTAL,
	ANSWERED, DECIDED, ACK };

struct channel {
	struct channel *next;
	const char *name;
	int64_t n;
	uint32_t *days;		/* of the period */
};

struct pass {
	struct counting *c;
	struct figures tally;
	struct channel *channels;	/* by name */
	size_t ndays;
	int64_t n, changed, without_total;
	int64_t by_status[NSTATUSES];
	int64_t in_time, late, overdue, waiting, withdrawn;
	struct spread answer, decision;
};

/* ---- orders kept in mind ---- */

uint8_t
counting_flags(const struct counting *c, int64_t id)
{
	return id < c->first || id - c->first >= (int64_t)c->n ? 0 :
	    c->flags[id - c->first];
}

void
counting_flag(struct counting *c, int64_t id, uint8_t flag)
{
	if ((counting_flags(c, id) & OF_PERIOD) != 0)
		c->flags[id - c->first] |= flag;
}

void
counting_checked(struct counting *c, int64_t id, int64_t at)
{
	if ((counting_flags(c, id) & OF_PERIOD) != 0 &&
	    at < c->checked_at[id - c->first])
		c->checked_at[id - c->first] = at;
}

/* Numbers rise, so what is between two of the period is none of it. */
static void
keep_in_mind(struct counting *c, int64_t id, uint8_t flags)
{
	size_t n;

	if (c->n == 0)
		c->first = id;
	n = (size_t)(id - c->first) + 1;
	if (n > c->cap) {
		c->cap = n > 2 * c->cap ? n + 1024 : 2 * c->cap;
		c->flags = xrealloc(c->flags, c->cap);
		c->checked_at = xrealloc(c->checked_at,
		    c->cap * sizeof(*c->checked_at));
	}
	for (; c->n < n; c->n++) {
		c->flags[c->n] = 0;
		c->checked_at[c->n] = NOT_CHECKED;
	}
	c->flags[n - 1] = flags;
}

/* ---- one order ---- */

static struct channel *
channel_of(struct pass *p, const char *name)
{
	struct channel **at = &p->channels, *c;
	int n = -1;

	while (*at != NULL && (n = strcmp((*at)->name, name)) < 0)
		at = &(*at)->next;
	if (*at != NULL && n == 0)
		return *at;
	c = arena_alloc(p->tally.mem, sizeof(*c));
	c->next = *at;
	c->name = arena_dup(p->tally.mem, name);
	c->days = arena_array(p->tally.mem, p->ndays, sizeof(*c->days));
	return *at = c;
}

static void
count_value(struct pass *p, struct row *row)
{
	struct figure *x;

	if (db_null(row, TOTAL)) {
		p->without_total++;
		return;
	}
	x = figure_count(&p->tally, "orders", "value", db_text(row, CURRENCY),
	    "", 0);
	x->unit = UNIT_AMOUNT;
	x->exponent = (int)db_int(row, EXPONENT);
	if (__builtin_add_overflow(x->value, db_int(row, TOTAL), &x->value))
		x->known = false;
}

static void
count_answer(struct pass *p, struct row *row, int status)
{
	int64_t received = db_int(row, RECEIVED);
	int64_t limit = 3600 *
	    p->c->s->policy.number[POLICY_IS_ACK_HOURS];
	int64_t took = db_int(row, ANSWERED) - received;

	if (!db_null(row, DECIDED))
		spread_add(&p->decision, db_int(row, DECIDED) - received);
	if (!db_null(row, ANSWERED)) {
		spread_add(&p->answer, took);
		*(took <= limit ? &p->in_time : &p->late) += 1;
	} else if (strcmp(order_statuses[status], "cancelled") == 0)
		p->withdrawn++;
	else if (received + limit < p->c->s->now.at)
		p->overdue++;
	else
		p->waiting++;
}

static int
status_of(const char *status)
{
	int i = 0;

	while (i < NSTATUSES - 1 && strcmp(order_statuses[i], status) != 0)
		i++;
	return i;
}

static uint8_t
flags_of(struct row *row, const char *status)
{
	uint8_t flags = OF_PERIOD;

	if (strcmp(status, "confirmed") == 0 ||
	    strcmp(status, "released") == 0 ||
	    strcmp(status, "completed") == 0)
		flags |= WENT_THROUGH;
	if (strcmp(status, "rejected") == 0)
		flags |= REFUSED;
	if (strcmp(status, "cancelled") == 0)
		flags |= WITHDRAWN;
	if (db_int(row, REVISION) > 1)
		flags |= CHANGED;
	return flags;
}

static void
count_order(struct pass *p, struct row *row)
{
	struct channel *c = channel_of(p, db_text(row, CHANNEL));
	int status = status_of(db_text(row, STATUS));
	uint8_t flags = flags_of(row, order_statuses[status]);
	int32_t date = step_day(p->c->s, db_int(row, RECEIVED));

	if (date >= p->c->p->from && date <= p->c->p->to)
		c->days[date - p->c->p->from]++;
	c->n++;
	p->n++;
	p->by_status[status]++;
	p->changed += (flags & CHANGED) != 0;
	if ((flags & (REFUSED | WITHDRAWN)) == 0)
		count_value(p, row);
	count_answer(p, row, status);
	figure_count(&p->tally, "ack", "by_answer", db_text(row, ACK), "", 1);
	keep_in_mind(p->c, db_int(row, ID), flags);
}

/* ---- what it comes to ---- */

static void
put_days(struct pass *p)
{
	struct figures *f = p->c->out;
	char date[DATE_TEXT];

	for (size_t i = 0; i < p->ndays; i++)
		for (struct channel *c = p->channels; c != NULL; c = c->next)
			if (c->days[i] > 0)
				figure_put(f, "orders", "by_day", date_text(
				    p->c->p->from + (int32_t)i, date),
				    UNIT_COUNT, c->days[i])->subkey = c->name;
}

static void
put_months(struct pass *p)
{
	struct figures *f = p->c->out;
	char date[DATE_TEXT], month[DATE_TEXT] = "";

	for (size_t i = 0; i < p->ndays; ) {
		size_t begin = i;

		date_text(p->c->p->from + (int32_t)i, month);
		do
			date_text(p->c->p->from + (int32_t)++i, date);
		while (i < p->ndays && strncmp(date, month, 7) == 0);
		month[7] = '\0';
		for (struct channel *c = p->channels; c != NULL; c = c->next) {
			int64_t sum = 0;

			for (size_t k = begin; k < i; k++)
				sum += c->days[k];
			if (sum > 0)
				figure_put(f, "orders", "by_month", month,
				    UNIT_COUNT, sum)->subkey = c->name;
		}
	}
}

static void
put_orders(struct pass *p)
{
	struct figures *f = p->c->out;

	figure_put(f, "orders", "orders", "", UNIT_COUNT, p->n);
	figure_put(f, "orders", "changed", "", UNIT_COUNT, p->changed);
	for (int i = 0; i < NSTATUSES; i++)
		figure_put(f, "orders", "by_status", order_statuses[i],
		    UNIT_COUNT, p->by_status[i]);
	for (struct channel *c = p->channels; c != NULL; c = c->next)
		figure_share(f, "orders", "by_channel", c->name, c->n, p->n);
	figure_put(f, "orders", "without_total", "", UNIT_COUNT,
	    p->without_total);
	put_months(p);
	put_days(p);
}

static void
put_answers(struct pass *p)
{
	struct figures *f = p->c->out;

	figure_share(f, "ack", "in_time", "", p->in_time,
	    p->in_time + p->late + p->overdue);
	figure_put(f, "ack", "late", "", UNIT_COUNT, p->late);
	figure_put(f, "ack", "overdue", "", UNIT_COUNT, p->overdue);
	figure_put(f, "ack", "waiting", "", UNIT_COUNT, p->waiting);
	figure_put(f, "ack", "withdrawn", "", UNIT_COUNT, p->withdrawn);
	figure_spread(f, "ack", "answer", "", &p->answer, true);
	figure_spread(f, "ack", "decision", "", &p->decision, true);
}

int
figures_orders(struct counting *c, struct err *e)
{
	struct pass p = { .c = c, .tally = { .mem = c->out->mem },
	    .ndays = (size_t)(c->p->to - c->p->from) + 1 };
	struct row *row;
	int r = db_query(c->s->db, SQL_ORDERS, BIND(I(c->p->begin),
	    I(c->p->end)), &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1) {
		/* A damaged tree keeps no order. */
		if (c->n > 0 && db_int(row, ID) < c->first) {
			r = err_set(e, ERR_IO, "%s: is damaged: order number"
			    " %lld is out of its place", db_path(c->s->db),
			    (long long)db_int(row, ID));
			db_done(row);
			break;
		}
		count_order(&p, row);
	}
	if (r == 0) {
		put_orders(&p);
		put_answers(&p);
		figures_add_sorted(c->out, &p.tally);
	}
	spread_release(&p.answer);
	spread_release(&p.decision);
	return r;
}
