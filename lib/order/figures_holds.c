/* figures_holds.c - what had to be looked at by people, and how long it took
 *
 * Holds, the findings of the rules, answers, inquiries: of the orders of the
 * period.  And input that became no order: by when it came. */

#include "figures_parts.h"

/* ---- holds ---- */

static const char SQL_HOLDS[] =
	"SELECT order_id, hold, opened_at, closed_at FROM holds";

struct hold_sum {
	struct hold_sum *next;
	const char *hold;
	int64_t opened, open, since;
	struct spread took;
};

static struct hold_sum *
hold_of(struct counting *c, struct hold_sum **all, const char *hold)
{
	struct hold_sum *h, **at = all;
	int n = -1;

	while (*at != NULL && (n = strcmp((*at)->hold, hold)) < 0)
		at = &(*at)->next;
	if (*at != NULL && n == 0)
		return *at;
	h = arena_alloc(c->out->mem, sizeof(*h));
	h->next = *at;
	h->hold = arena_dup(c->out->mem, hold);
	return *at = h;
}

static void
put_holds(struct counting *c, const struct hold_sum *all)
{
	struct figures *f = c->out;

	for (const struct hold_sum *h = all; h != NULL; h = h->next)
		figure_put(f, "holds", "opened", h->hold, UNIT_COUNT,
		    h->opened);
	for (const struct hold_sum *h = all; h != NULL; h = h->next)
		figure_put(f, "holds", "open", h->hold, UNIT_COUNT, h->open);
	for (const struct hold_sum *h = all; h != NULL; h = h->next)
		figure_put(f, "holds", "oldest_minutes", h->hold,
		    UNIT_MINUTES, c->s->now.at < h->since ? 0 :
		    (c->s->now.at - h->since) / 60)->known = h->open > 0;
	for (const struct hold_sum *h = all; h != NULL; h = h->next)
		figure_spread(f, "holds", "took", h->hold, &h->took, false);
}

/* Reserving what has come does end a hold for stock, with no question. */
static void
take_hold(struct counting *c, struct row *row, struct hold_sum **all,
    struct spread *answered)
{
	int64_t id = db_int(row, 0), opened_at = db_int(row, 2);
	const char *hold = db_text(row, 1);
	struct hold_sum *h;

	if ((counting_flags(c, id) & OF_PERIOD) == 0)
		return;
	h = hold_of(c, all, hold);
	h->opened++;
	if (strcmp(hold, "stock") != 0)
		counting_flag(c, id, TOUCHED);
	else
		counting_checked(c, id, opened_at);
	if (db_null(row, 3)) {
		if (h->open++ == 0 || opened_at < h->since)
			h->since = opened_at;
		return;
	}
	spread_add(&h->took, db_int(row, 3) - opened_at);
	if (strcmp(hold, "stock") != 0)
		spread_add(answered, db_int(row, 3) - opened_at);
}

static int
count_holds(struct counting *c, struct err *e)
{
	struct hold_sum *all = NULL;
	struct spread answered = { 0 };
	struct row *row;
	int r = db_query(c->s->db, SQL_HOLDS, NOBIND, &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1)
		take_hold(c, row, &all, &answered);
	if (r == 0) {
		put_holds(c, all);
		figure_spread(c->out, "holds", "clarification", "", &answered,
		    true);
	}
	for (; all != NULL; all = all->next)
		spread_release(&all->took);
	spread_release(&answered);
	return r;
}

/* ---- what people did ---- */

/* The detail is looked up for answers only. */
static const char SQL_EVENTS[] =
	"SELECT order_id, kind, at, CASE kind WHEN 'resolve' THEN"
	" (SELECT d.actor FROM event_details AS d WHERE d.seq = events.seq)"
	" END, CASE kind WHEN 'resolve' THEN"
	" (SELECT json_extract(d.detail, '$.answer') FROM event_details AS d"
	" WHERE d.seq = events.seq) END"
	" FROM events WHERE order_id > 0 AND kind IN ('receive', 'allocate',"
	" 'resolve', 'release', 'line-cancelled', 'told', 'resend',"
	" 'mail-retry', 'mail-cancelled', 'reply', 'short-close', 'reopen',"
	" 'delay')";

static const char SQL_ARCHIVED[] =
	"SELECT archive FROM archived WHERE order_id = $1";

/* An order that was taken in in the period and is not here any more. */
static int
look_for_archived(struct counting *c, int64_t id, int64_t at, struct err *e)
{
	struct row *row;
	int r;

	if (at < c->p->begin || at >= c->p->end ||
	    (counting_flags(c, id) & OF_PERIOD) != 0)
		return 0;
	r = db_one(c->s->db, SQL_ARCHIVED, BIND(I(id)), &row, e);
	if (r != 1)
		return r;
	c->archived++;
	figure_count(&c->archives, "record", "archived_in", db_text(row, 0),
	    "", 1);
	db_done(row);
	return 0;
}

static int
take_event(struct counting *c, struct row *row, struct figures *people,
    int64_t *delays, struct err *e)
{
	int64_t id = db_int(row, 0), at = db_int(row, 2);
	const char *kind = db_text(row, 1);

	if (strcmp(kind, "receive") == 0)
		return look_for_archived(c, id, at, e);
	if ((counting_flags(c, id) & OF_PERIOD) == 0)
		return 0;
	if (strcmp(kind, "allocate") == 0) {
		counting_checked(c, id, at);
		return 0;
	}
	if (strcmp(kind, "delay") == 0) {
		++*delays;
		return 0;
	}
	counting_flag(c, id, TOUCHED);
	if (strcmp(kind, "resolve") == 0)
		figure_count(people, "holds", "answers", db_text(row, 3),
		    db_text(row, 4), 1);
	return 0;
}

static int
count_events(struct counting *c, struct err *e)
{
	struct figures people = { .mem = c->out->mem };
	int64_t delays = 0;
	struct row *row;
	int r = db_query(c->s->db, SQL_EVENTS, NOBIND, &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1)
		if (take_event(c, row, &people, &delays, e) < 0) {
			db_done(row);
			return -1;
		}
	if (r < 0)
		return -1;
	figures_add_sorted(c->out, &people);
	figure_put(c->out, "delivery", "delays", "", UNIT_COUNT, delays);
	return 0;
}

/* ---- rules ---- */

static const char SQL_FINDINGS[] =
	"SELECT order_id, rule, severity, waived FROM findings";

/* An order counts once for each rule, however many of its lines it hit. */
static int
count_findings(struct counting *c, struct err *e)
{
	struct rule_sum { int64_t last, hits, waived, last_waived; }
	    sum[NRULES] = { { 0, 0, 0, 0 } };
	struct row *row;
	int r = db_query(c->s->db, SQL_FINDINGS, NOBIND, &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1) {
		int64_t id = db_int(row, 0);
		int rule = rule_find(db_text(row, 1));

		if (rule < 0 || (counting_flags(c, id) & OF_PERIOD) == 0)
			continue;
		sum[rule].hits += sum[rule].last != id;
		sum[rule].last = id;
		if (db_int(row, 3) == 0)
			continue;
		sum[rule].waived += sum[rule].last_waived != id;
		sum[rule].last_waived = id;
	}
	for (int i = 0; r == 0 && i < NRULES; i++)
		if (sum[i].hits > 0)
			figure_put(c->out, "holds", "rule_hits",
			    rule_defs[i].name, UNIT_COUNT, sum[i].hits);
	for (int i = 0; r == 0 && i < NRULES; i++)
		if (sum[i].hits > 0)
			figure_put(c->out, "holds", "rule_answered",
			    rule_defs[i].name, UNIT_COUNT, sum[i].waived);
	return r;
}

/* Of orders that neither wait for a step only nor were taken back. */
static void
put_touchless(struct counting *c)
{
	int64_t n = 0, touchless = 0;

	for (size_t i = 0; i < c->n; i++) {
		bool through = (c->flags[i] & WENT_THROUGH) != 0;

		if ((c->flags[i] & WITHDRAWN) != 0)
			continue;
		n += (c->flags[i] & (WENT_THROUGH | REFUSED | TOUCHED)) != 0;
		touchless += through && (c->flags[i] & TOUCHED) == 0;
	}
	figure_share(c->out, "holds", "touchless", "", touchless, n);
}

/* ---- questions of customers ---- */

static const char SQL_INQUIRIES[] =
	"SELECT order_id, at, answered_at FROM inquiries";

static int
count_inquiries(struct counting *c, struct err *e)
{
	struct spread took = { 0 };
	int64_t n = 0, open = 0;
	struct row *row;
	int r = db_query(c->s->db, SQL_INQUIRIES, NOBIND, &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1) {
		if ((counting_flags(c, db_int(row, 0)) & OF_PERIOD) == 0)
			continue;
		n++;
		if (db_null(row, 2))
			open++;
		else
			spread_add(&took, db_int(row, 2) - db_int(row, 1));
	}
	if (r == 0) {
		figure_put(c->out, "inquiries", "inquiries", "", UNIT_COUNT, n);
		figure_put(c->out, "inquiries", "open", "", UNIT_COUNT, open);
		figure_spread(c->out, "inquiries", "reply", "", &took, true);
	}
	spread_release(&took);
	return r;
}

int
figures_holds(struct counting *c, struct err *e)
{
	if (count_holds(c, e) < 0 || count_events(c, e) < 0)
		return -1;
	put_touchless(c);
	return count_findings(c, e) < 0 || count_inquiries(c, e) < 0 ? -1 : 0;
}

/* ---- what became no order ---- */

static const char SQL_REJECTS[] =
	"SELECT channel, error_code, closed_at IS NULL FROM rejects"
	" WHERE at >= $1 AND at < $2";

int
figures_rejects(struct counting *c, struct err *e)
{
	struct figures tally = { .mem = c->out->mem };
	int64_t n = 0, open = 0;
	struct row *row;
	int r = db_query(c->s->db, SQL_REJECTS, BIND(I(c->p->begin),
	    I(c->p->end)), &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1) {
		const char *channel = db_text(row, 0);

		figure_count(&tally, "rejects", "by_error", db_text(row, 1),
		    channel[0] != '\0' ? channel : "(none)", 1);
		n++;
		open += db_int(row, 2);
	}
	if (r < 0)
		return -1;
	figure_put(c->out, "rejects", "rejects", "", UNIT_COUNT, n);
	figure_put(c->out, "rejects", "open", "", UNIT_COUNT, open);
	figures_add_sorted(c->out, &tally);
	return 0;
}
