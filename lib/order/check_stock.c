/* check_stock.c - reserve stock for a verified order, all in one transaction
 *
 * Demand is summed per item before anything is taken; the taking itself is
 * guarded in stock.c.  What cannot be taken is substituted, backordered with
 * a date, asked about, or refused, as the customer's wishes say. */

#include <order/ack.h>
#include <order/event.h>
#include <order/message.h>
#include <order/stock.h>

#include "shortage.h"

/* Demand for one item over all lines of the order. */
struct demand {
	const char *item;
	int64_t wanted;		/* open quantity of all its lines */
	int64_t left;		/* available and not yet given to a line */
};

struct check {
	struct step *s;
	struct order *o;
	struct demand *demand;
	size_t n;
	struct wishes w;
	bool short_of;		/* some line is not fully there */
	bool whole;		/* nothing may wait or be refused */
	bool ask;		/* the customer must say yes first */
};

static struct demand *
demand_of(struct check *c, const char *item)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->demand[i].item, item) == 0)
			return &c->demand[i];
	c->demand[c->n].item = item;
	return &c->demand[c->n++];
}

static int
add_up_demand(struct check *c, struct err *e)
{
	struct stock_level level;

	c->demand = arena_array(&c->s->mem, c->o->nlines, sizeof(*c->demand));
	for (size_t i = 0; i < c->o->nlines; i++)
		if (c->o->lines[i].item[0] != '\0')
			demand_of(c, c->o->lines[i].item)->wanted +=
			    line_open(&c->o->lines[i]);
	for (size_t i = 0; i < c->n; i++) {
		if (stock_level(c->s, c->demand[i].item, &level, e) < 0)
			return -1;
		c->demand[i].left = level.available;
		c->short_of = c->short_of ||
		    level.available < c->demand[i].wanted;
	}
	return 0;
}

/* ---- what is there ---- */

static int
take_line(struct check *c, struct order_line *l, struct err *e)
{
	int64_t open = line_open(l), take;
	struct demand *d;
	int r;

	if (open == 0)
		return 0;
	if (l->item[0] == '\0')
		return line_refuse(c->s, c->o, l, open, "R2", e);
	d = demand_of(c, l->item);
	take = quantity_of(open, d->left);
	if (take == 0)
		return 0;
	r = stock_allocate(c->s, c->o->id, l->line, l->item, take, false, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "item %s: what was"
		    " available is gone", l->item);
	l->allocated += take;
	d->left -= take;
	return r < 0 ? -1 : 0;
}

/* ---- what is not ---- */

/* Only then is it looked up what else there is. */
static int
find_others(struct check *c, const struct order_line *l, int64_t rest,
    const struct alternative **covering, bool *available, struct err *e)
{
	struct alternative *a;
	size_t n;

	*covering = NULL;
	*available = false;
	if (strcmp(c->w.substitute, "never") == 0)
		return 0;
	if (strcmp(c->w.substitute, "ask") == 0 &&
	    strcmp(c->w.backorder, "never") != 0)
		return 0;
	if (alternatives_find(c->s, c->o, l, rest, &a, &n, e) < 0)
		return -1;
	*available = n > 0;
	for (size_t i = 0; i < n && *covering == NULL; i++)
		if (a[i].covers)
			*covering = &a[i];
	return 0;
}

static int
settle_rest(struct check *c, size_t i, struct err *e)
{
	struct order_line *l = &c->o->lines[i];
	const struct alternative *covering;
	int64_t rest = line_open(l);
	bool available;
	int r;

	if (rest == 0)
		return 0;
	if (find_others(c, l, rest, &covering, &available, e) < 0)
		return -1;
	if (offer_rest(c->w.backorder, c->w.substitute, covering != NULL,
	    available) == REST_SUBSTITUTE) {
		r = line_substitute(c->s, c->o, i, covering, rest, e);
		if (r != 0)
			return r < 0 ? -1 : 0;
	}
	if (c->whole)
		return 0;
	l = &c->o->lines[i];
	switch (offer_rest(c->w.backorder, c->w.substitute, false,
	    available)) {
	case REST_BACKORDER:
		return line_backorder(c->s, c->o, l, rest, e);
	case REST_ASK:
		c->ask = true;
		return 0;
	default:
		return line_refuse(c->s, c->o, l, rest, "R4", e);
	}
}

/* ---- the step ---- */

static const char *
short_items(const struct check *c)
{
	const char *text = "";

	for (size_t i = 0; i < c->n && strlen(text) < 300; i++)
		if (c->demand[i].left < c->demand[i].wanted)
			text = arena_printf(&c->s->mem, "%s%s%s", text,
			    text[0] != '\0' ? " " : "short: ",
			    c->demand[i].item);
	return text;
}

static const char SQL_CHECKED[] =
	"UPDATE orders SET stock_revision = revision WHERE id = $1";

/* Every line takes its own before anything takes another's place. */
static int
take_lines(struct check *c, struct err *e)
{
	size_t n = c->o->nlines;

	for (size_t i = 0; i < n; i++)
		if (take_line(c, &c->o->lines[i], e) < 0)
			return -1;
	for (size_t i = 0; i < n; i++)
		if (settle_rest(c, i, e) < 0)
			return -1;
	return 0;
}

/* Is the order complete with what may be sent instead?  Else nothing is
 * taken.  1, 0, -1. */
static int
take_whole(struct check *c, struct err *e)
{
	struct step_mark mark;
	bool open = false;

	if (strcmp(c->w.substitute, "auto") != 0)
		return 0;
	c->whole = true;
	if (step_mark(c->s, &mark, e) < 0 || take_lines(c, e) < 0)
		return -1;
	for (size_t i = 0; i < c->o->nlines; i++)
		open = open || line_open(&c->o->lines[i]) > 0;
	if (!open)
		return step_keep(c->s, e) < 0 ? -1 : 1;
	return step_undo(c->s, &mark, e) < 0 ||
	    order_load(c->s, c->o->id, c->o, e) <= 0 ? -1 : 0;
}

/* What was taken is the order's now. */
static int
conclude(struct check *c, struct verdict *v, struct err *e)
{
	struct step *s = c->s;
	struct order *o = c->o;

	o->stock_revision = o->revision;
	if (db_run(s->db, SQL_CHECKED, BIND(I(o->id)), e) < 0 ||
	    event_add(s, o->id, "allocate", "{}", e) < 0 ||
	    order_retotal(s, o, e) < 0)
		return -1;
	if (!c->ask)
		return order_verdict(s, v, o, RESULT_OK,
		    c->short_of ? "short" : "");
	if (offer_make(s, o, NULL, e) < 0)
		return -1;
	return order_verdict(s, v, o, RESULT_HELD, "consent-needed");
}

/* May the order be checked now?  If not, the verdict says why. */
static bool
may_check(const struct order *o, struct verdict *v)
{
	bool stock = order_held(o, "stock");
	bool consent = order_held(o, "consent");
	size_t others = o->nheld - stock - consent;

	if (!order_is_live(o)) {
		verdict_set(v, o->id, RESULT_REFUSED, "illegal-transition");
		verdict_note(v, "%s: is %s", o->ref, o->status);
	} else if (order_is(o, "received") && others == 0) {
		verdict_set(v, o->id, RESULT_REFUSED, "not-verified");
		verdict_note(v, "%s: is not verified yet", o->ref);
	} else if (!order_is(o, "received") && (!order_is(o, "verified") ||
	    (o->stock_revision == o->revision && o->nheld == 0)))
		verdict_set(v, o->id, RESULT_UNCHANGED, "");
	else if (others > 0)
		verdict_set(v, o->id, RESULT_HELD, "open-holds");
	else
		return true;
	return false;
}

/* What was asked about is there now, or it waits for its answer. */
static int
end_consent(struct check *c, struct verdict *v, struct err *e)
{
	struct step *s = c->s;
	struct order *o = c->o;

	if (c->short_of)
		return verdict_set(v, o->id, RESULT_HELD, "consent-needed");
	if (hold_close(s, o, "consent", "filled", "", e) < 0 ||
	    message_overtake(s, o->id, "shortage", INT64_MAX, e) < 0 ||
	    take_lines(c, e) < 0)
		return -1;
	return conclude(c, v, e);
}

int
order_check_stock(struct step *s, const char *ref, struct verdict *v,
    struct err *e)
{
	struct order o;
	struct check c = { .s = s, .o = &o };
	const char *why;
	bool complete;
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0 || !may_check(&o, v))
		return r < 0 ? -1 : 0;
	if (wishes_read(s, &o, &c.w, e) < 0 || add_up_demand(&c, e) < 0)
		return -1;
	if (order_held(&o, "consent"))
		return end_consent(&c, v, e);
	complete = c.short_of && strcmp(c.w.ship_policy, "complete") == 0;
	why = short_items(&c);
	r = complete ? take_whole(&c, e) : take_lines(&c, e);
	if (r < 0)
		return -1;
	if (complete && r == 0) {
		if (hold_open(s, &o, "stock", why, e) < 0 ||
		    db_run(s->db, SQL_CHECKED, BIND(I(o.id)), e) < 0)
			return -1;
		return verdict_set(v, o.id, RESULT_HELD, "short");
	}
	if (hold_close(s, &o, "stock", "filled", "", e) < 0)
		return -1;
	return conclude(&c, v, e);
}

/* ---- which orders ---- */

/* What waits for an answer can be acted on when all of it is there. */
static const char SQL_PENDING[] =
	"SELECT o.ref FROM orders AS o WHERE o.status = 'verified'"
	" AND (o.stock_revision < o.revision OR EXISTS (SELECT 1 FROM holds"
	"  AS h WHERE h.order_id = o.id AND h.hold IN ('stock', 'consent')"
	"  AND h.closed_at IS NULL))"
	" AND NOT EXISTS (SELECT 1 FROM holds AS h WHERE h.order_id = o.id"
	"  AND h.hold NOT IN ('stock', 'consent') AND h.closed_at IS NULL)"
	" AND NOT (EXISTS (SELECT 1 FROM holds AS h WHERE h.order_id = o.id"
	"  AND h.hold = 'consent' AND h.closed_at IS NULL)"
	"  AND EXISTS (SELECT 1 FROM lines AS l"
	"   LEFT JOIN stock AS k ON k.sku = l.item WHERE l.order_id = o.id"
	"   GROUP BY l.item HAVING sum(l.ordered - l.cancelled - l.rejected"
	"    - l.substituted - l.allocated - l.backordered - l.shipped)"
	"    > max(coalesce(k.on_hand - k.allocated, 0))))"
	" ORDER BY o.id";

static const char SQL_WAITING[] =
	"SELECT o.ref FROM orders AS o"
	" LEFT JOIN customers AS c ON c.customer = o.account"
	" WHERE o.id IN (SELECT l.order_id FROM lines AS l"
	"  WHERE l.backordered > 0)"
	" AND o.status IN ('verified', 'confirmed', 'released')"
	" ORDER BY coalesce(c.priority, 0) DESC,"
	" CASE o.delivery_on WHEN '' THEN '9999' ELSE o.delivery_on END,"
	" o.received_at, o.id";

const char *
order_pending_stock(bool backorders)
{
	return backorders ? SQL_WAITING : SQL_PENDING;
}
