/* check_stock.c - reserve stock for a verified order, all in one transaction
 *
 * Demand is summed per item before anything is taken; the taking itself is
 * guarded in stock.c.  What cannot be taken is backordered with a date,
 * asked about, or refused, as the customer's policy says. */

#include <order/ack.h>
#include <order/event.h>
#include <order/message.h>
#include <order/money.h>
#include <order/stock.h>
#include <order/verify.h>

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
	const char *ship_policy, *consent;
	bool short_of;		/* some line is not fully there */
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

static const char SQL_BACKORDER[] =
	"UPDATE lines SET backordered = backordered + $3, backorder_on = $4"
	" WHERE order_id = $1 AND line = $2";

static const char SQL_REFUSE[] =
	"UPDATE lines SET rejected = rejected + $3, reject_code = $4"
	" WHERE order_id = $1 AND line = $2";

/* code is X12 668's: R2 no such item, R4 not available. */
static int
refuse(struct step *s, const struct order *o, struct order_line *l,
    int64_t quantity, const char *code, struct err *e)
{
	l->rejected += quantity;
	l->reject_code = code;
	return db_run(s->db, SQL_REFUSE, BIND(I(o->id), I(l->line),
	    I(quantity), T(code)), e) < 0 ? -1 : 0;
}

static int
backorder(struct step *s, const struct order *o, struct order_line *l,
    int64_t quantity, struct err *e)
{
	char date[11];

	if (stock_supply_date(s, l->item, quantity, date, e) < 0 ||
	    db_run(s->db, SQL_BACKORDER, BIND(I(o->id), I(l->line),
	    I(quantity), T(date)), e) < 0)
		return -1;
	l->backordered += quantity;
	l->backorder_on = arena_dup(&s->mem, date);
	return 0;
}

/* What is not there now: wait, ask, or say no. */
static int
settle_rest(struct check *c, struct order_line *l, int64_t rest,
    struct err *e)
{
	if (strcmp(c->consent, "auto") == 0)
		return backorder(c->s, c->o, l, rest, e);
	if (strcmp(c->consent, "ask") == 0) {
		c->ask = true;
		return 0;
	}
	return refuse(c->s, c->o, l, rest, "R4", e);
}

static int
take_line(struct check *c, struct order_line *l, struct err *e)
{
	int64_t open = line_open(l), take;
	struct demand *d;
	int r;

	if (l->item[0] == '\0')
		return refuse(c->s, c->o, l, open, "R2", e);
	d = demand_of(c, l->item);
	take = open < d->left ? open : d->left;
	/* An order in whole units is filled in whole units. */
	if (take < open && open % 1000 == 0)
		take -= take % 1000;
	if (take > 0) {
		r = stock_allocate(c->s, c->o->id, l->line, l->item, take,
		    false, e);
		if (r < 0)
			return -1;
		if (r == 0)
			return err_set(e, ERR_SOFTWARE, "item %s: what was"
			    " available is gone", l->item);
		l->allocated += take;
		d->left -= take;
	}
	return take < open ? settle_rest(c, l, open - take, e) : 0;
}

/* ---- telling the customer what is short ---- */

static const char SQL_ALTERNATIVES[] =
	"SELECT i.sku, i.description, i.unit_price, i.currency,"
	" coalesce(k.on_hand - k.allocated, 0)"
	" FROM substitutes AS u JOIN items AS i ON i.sku = u.substitute"
	"  LEFT JOIN stock AS k ON k.sku = i.sku"
	" WHERE u.sku = $1 AND i.status = 'active'"
	" ORDER BY u.rank, u.substitute LIMIT 5";

int
add_alternatives(struct step *s, const struct order *o, const char *item,
    cJSON *line, struct err *e)
{
	cJSON *list = cJSON_CreateArray();
	struct row *row;
	int r;

	if (db_query(s->db, SQL_ALTERNATIVES, BIND(T(item)), &row, e) < 0) {
		cJSON_Delete(list);
		return -1;
	}
	while ((r = db_next(row, e)) == 1) {
		bool priced = !db_null(row, 2) && (db_text(row, 3)[0] == '\0' ||
		    strcmp(db_text(row, 3), o->column[COLUMN_CURRENCY]) == 0);
		cJSON *a = cJSON_CreateObject();

		message_text(a, "sku", db_text(row, 0));
		message_text(a, "description", db_text(row, 1));
		message_text(a, "available", decimal_short(&s->mem,
		    db_int(row, 4), QUANTITY_SCALE));
		message_text(a, "unit_price", priced ? decimal_least(&s->mem,
		    db_int(row, 2), PRICE_SCALE, o->exponent) : "");
		cJSON_AddItemToArray(list, a);
	}
	cJSON_DeleteItemFromObjectCaseSensitive(line, "alternatives");
	cJSON_AddItemToObject(line, "alternatives", list);
	return r;
}

/* What this line and those of its item above it wait for. */
static int64_t
open_so_far(const struct order *o, size_t i)
{
	int64_t n = 0;

	for (size_t k = 0; k <= i; k++)
		if (strcmp(o->lines[k].item, o->lines[i].item) == 0)
			n += line_open(&o->lines[k]);
	return n;
}

/* The offer: what can ship now, alternatives, a backorder date or none. */
static int
offer(struct check *c, struct err *e)
{
	cJSON *document = cJSON_CreateObject();
	cJSON *lines = cJSON_AddArrayToObject(document, "lines");
	char date[11];

	for (size_t i = 0; i < c->o->nlines; i++) {
		const struct order_line *l = &c->o->lines[i];
		cJSON *line;

		if (line_open(l) == 0)
			continue;
		line = message_line(c->s, c->o, l);
		cJSON_AddItemToArray(lines, line);
		message_bool(line, "short", true);
		message_text(line, "available", decimal_short(&c->s->mem,
		    l->allocated, QUANTITY_SCALE));
		if (stock_supply_date(c->s, l->item, open_so_far(c->o, i),
		    date, e) < 0 ||
		    add_alternatives(c->s, c->o, l->item, line, e) < 0) {
			cJSON_Delete(document);
			return -1;
		}
		message_text(line, "backordered", decimal_short(&c->s->mem,
		    line_open(l), QUANTITY_SCALE));
		message_text(line, "backorder_on", date);
	}
	message_number(document, "nlines", cJSON_GetArraySize(lines));
	return message_queue(c->s, c->o, "shortage", "", document, NULL,
	    e) < 0 ? -1 : 0;
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

static int
take(struct check *c, struct verdict *v, struct err *e)
{
	struct step *s = c->s;
	struct order *o = c->o;

	for (size_t i = 0; i < o->nlines; i++)
		if (take_line(c, &o->lines[i], e) < 0)
			return -1;
	o->stock_revision = o->revision;
	if (db_run(s->db, SQL_CHECKED, BIND(I(o->id)), e) < 0 ||
	    event_add(s, o->id, "allocate", "{}", e) < 0 ||
	    order_retotal(s, o, e) < 0)
		return -1;
	if (!c->ask)
		return order_verdict(s, v, o, RESULT_OK,
		    c->short_of ? "short" : "");
	if (hold_open(s, o, "consent", "part of it is not there now", e) < 0 || offer(c, e) < 0)
		return -1;
	return order_verdict(s, v, o, RESULT_HELD, "consent-needed");
}

/* May the order be checked now?  If not, the verdict says why. */
static bool
may_check(const struct order *o, struct verdict *v)
{
	bool stock = order_held(o, "stock");
	size_t others = o->nheld - stock;

	if (!order_is_live(o))
		verdict_set(v, o->id, RESULT_REFUSED, "illegal-transition");
	else if (order_is(o, "received"))
		verdict_set(v, o->id, others > 0 ? RESULT_HELD :
		    RESULT_REFUSED, others > 0 ? "open-holds" : "not-verified");
	else if (!order_is(o, "verified") ||
	    (o->stock_revision == o->revision && !stock && others == 0))
		verdict_set(v, o->id, RESULT_UNCHANGED, "");
	else if (others > 0)
		verdict_set(v, o->id, RESULT_HELD, others == 1 &&
		    order_held(o, "consent") ? "consent-needed" :
		    "open-holds");
	else
		return true;
	return false;
}

static const char SQL_WISHES[] =
	"SELECT ship_policy, backorder_consent FROM customers"
	" WHERE customer = $1";

/* The customer's, else the company's. */
static int
read_wishes(struct check *c, struct err *e)
{
	struct step *s = c->s;
	struct row *row;
	int r = db_one(s->db, SQL_WISHES, BIND(T(c->o->account)), &row, e);

	c->ship_policy = c->consent = "";
	if (r < 0)
		return -1;
	if (r == 1) {
		c->ship_policy = db_dup(row, 0, &s->mem);
		c->consent = db_dup(row, 1, &s->mem);
		db_done(row);
	}
	if (c->ship_policy[0] == '\0')
		c->ship_policy = s->policy.text[POLICY_IS_SHIP_POLICY];
	if (c->consent[0] == '\0')
		c->consent = s->policy.text[POLICY_IS_BACKORDER_CONSENT];
	return 0;
}

int
order_check_stock(struct step *s, const char *ref, struct verdict *v,
    struct err *e)
{
	struct order o;
	struct check c = { .s = s, .o = &o };
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0 || !may_check(&o, v))
		return r < 0 ? -1 : 0;
	if (read_wishes(&c, e) < 0 || add_up_demand(&c, e) < 0)
		return -1;
	if (c.short_of && strcmp(c.ship_policy, "complete") == 0) {
		if (hold_open(s, &o, "stock", short_items(&c), e) < 0 ||
		    db_run(s->db, SQL_CHECKED, BIND(I(o.id)), e) < 0)
			return -1;
		return verdict_set(v, o.id, RESULT_HELD, "short");
	}
	if (hold_close(s, &o, "stock", "filled", "", e) < 0)
		return -1;
	return take(&c, v, e);
}

/* Consent given: what is open waits in the queue. */
int
order_backorder_open(struct step *s, struct order *o, struct err *e)
{
	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];

		if (line_open(l) > 0 &&
		    backorder(s, o, l, line_open(l), e) < 0)
			return -1;
	}
	return 0;
}

/* ---- waiting lines ---- */

int
order_fill_backorders(struct step *s, const char *ref, struct verdict *v,
    struct err *e)
{
	struct stock_level level;
	bool filled = false, waiting = false;
	struct order o;
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0)
		return r;
	if (order_is(&o, "received") || order_is(&o, "completed") ||
	    !order_is_live(&o))
		return verdict_set(v, o.id, RESULT_REFUSED,
		    "illegal-transition");
	for (size_t i = 0; i < o.nlines; i++) {
		struct order_line *l = &o.lines[i];
		int64_t n = l->backordered;

		if (n == 0)
			continue;
		if (stock_level(s, l->item, &level, e) < 0)
			return -1;
		if (n > level.available)
			n = level.available;
		if (n < l->backordered && l->backordered % 1000 == 0)
			n -= n % 1000;
		waiting = waiting || n < l->backordered;
		if (n <= 0)
			continue;
		r = stock_allocate(s, o.id, l->line, l->item, n, true, e);
		if (r < 0)
			return -1;
		filled = filled || r == 1;
	}
	if (!filled)
		return verdict_set(v, o.id, RESULT_UNCHANGED,
		    waiting ? "short" : "");
	if (event_add(s, o.id, "allocate-backorder", "{}", e) < 0 ||
	    ack_repromise(s, &o, e) < 0)
		return -1;
	return verdict_set(v, o.id, RESULT_OK, waiting ? "short" : "");
}

/* ---- which orders ---- */

static const char SQL_PENDING[] =
	"SELECT o.ref FROM orders AS o WHERE o.status = 'verified'"
	" AND (o.stock_revision < o.revision OR EXISTS (SELECT 1 FROM holds"
	"  AS h WHERE h.order_id = o.id AND h.hold = 'stock'"
	"  AND h.closed_at IS NULL))"
	" AND NOT EXISTS (SELECT 1 FROM holds AS h WHERE h.order_id = o.id"
	"  AND h.hold <> 'stock' AND h.closed_at IS NULL) ORDER BY o.id";

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
