/* stock_load.c - counts and adjustments
 *
 * A count that is lower than what orders hold takes allocations back, the
 * least urgent first; what fulfilment already has is never taken back. */

#include <order/ack.h>
#include <order/event.h>
#include <order/stock.h>

static const char SQL_OPEN[] =
	"INSERT INTO stock (sku) VALUES ($1) ON CONFLICT (sku) DO NOTHING";

static const char SQL_COUNTED[] =
	"UPDATE stock SET counted_at = $2 WHERE sku = $1";

/* Unreleased allocations of an item, the least urgent first. */
static const char SQL_HOLDERS[] =
	"SELECT l.order_id, l.line, l.allocated - l.released, l.ordered"
	" FROM lines AS l JOIN orders AS o ON o.id = l.order_id"
	"  LEFT JOIN customers AS c ON c.customer = o.account"
	" WHERE l.item = $1 AND l.allocated > l.released"
	" ORDER BY coalesce(c.priority, 0), o.received_at DESC, o.id DESC";

struct taken {
	int64_t order_id, line, quantity;
};

/* As much of q as is missing; an order in whole units keeps whole units. */
static int64_t
part_of(int64_t q, int64_t missing, int64_t ordered)
{
	int64_t whole = (missing + 999) / 1000 * 1000;

	return ordered % 1000 != 0 ? missing : whole < q ? whole : q;
}

static int
find_holders(struct step *s, const char *sku, int64_t missing,
    struct taken **out, size_t *n, struct err *e)
{
	size_t cap = 0;
	struct row *row;
	int r;

	*out = NULL;
	*n = 0;
	if (db_query(s->db, SQL_HOLDERS, BIND(T(sku)), &row, e) < 0)
		return -1;
	while (missing > 0 && (r = db_next(row, e)) == 1) {
		int64_t q = db_int(row, 2);

		*out = arena_grow(&s->mem, *out, *n, &cap, sizeof(**out));
		if (q > missing)
			q = part_of(q, missing, db_int(row, 3));
		(*out)[(*n)++] = (struct taken){ db_int(row, 0),
		    db_int(row, 1), q };
		missing -= q;
	}
	db_done(row);
	return missing > 0 && r < 0 ? -1 : 0;
}

static int
take_from(struct step *s, const char *sku, const struct taken *t,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int r = stock_deallocate(s, t->order_id, t->line, sku, t->quantity,
	    true, "stock count", e);

	if (r <= 0)
		return r;
	detail_begin(&b);
	detail_int(&b, "line", t->line);
	detail_text(&b, "sku", sku);
	detail_int(&b, "quantity_thousandths", t->quantity);
	r = event_add(s, t->order_id, "taken-back", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static const char SQL_WAITS_FOR[] =
	"UPDATE lines SET backorder_on = $3 WHERE order_id = $1 AND line = $2";

/* What was taken waits for supply, the most urgent for the first of it. */
static int
date_taken(struct step *s, const char *sku, const struct taken *t, size_t n,
    struct err *e)
{
	int64_t less_urgent = 0;
	struct order o;
	char date[11];

	for (size_t i = 0; i < n; i++) {
		if (stock_supply_date(s, sku, -less_urgent, date, e) < 0 ||
		    db_run(s->db, SQL_WAITS_FOR, BIND(I(t[i].order_id),
		    I(t[i].line), T(date)), e) < 0)
			return -1;
		stock_waits_more(s, 0);
		less_urgent += t[i].quantity;
	}
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && t[i + 1].order_id == t[i].order_id)
			continue;
		if (order_load(s, t[i].order_id, &o, e) < 0 ||
		    ack_repromise(s, &o, e) < 0)
			return -1;
	}
	return 0;
}

static int
take_back(struct step *s, const char *sku, int64_t missing, struct err *e)
{
	struct taken *t;
	size_t n;

	if (find_holders(s, sku, missing, &t, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (take_from(s, sku, &t[i], e) < 0)
			return -1;
	return date_taken(s, sku, t, n, e);
}

int
stock_count(struct step *s, const char *sku, int64_t on_hand,
    int64_t counted_at, struct verdict *v, struct err *e)
{
	struct stock_level l;
	struct movement m = { .sku = sku, .kind = "count", .reason = "count" };
	struct buf b = BUF_INIT;
	int r;

	if (db_run(s->db, SQL_OPEN, BIND(T(sku)), e) < 0 ||
	    stock_level(s, sku, &l, e) < 0)
		return -1;
	if (on_hand < l.released) {
		verdict_set(v, 0, RESULT_REFUSED, "below-released");
		return verdict_note(v, "fulfilment already has more than that"
		    " (see: order-status --sku %s)", sku);
	}
	if (db_run(s->db, SQL_COUNTED, BIND(T(sku), I(counted_at)), e) < 0)
		return -1;
	if (on_hand == l.on_hand)
		return verdict_set(v, 0, RESULT_UNCHANGED, "");
	if (on_hand < l.allocated &&
	    take_back(s, sku, l.allocated - on_hand, e) < 0)
		return -1;
	m.on_hand = on_hand - l.on_hand;
	r = stock_move(s, &m, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "item %s: the count does not"
		    " fit its allocations", sku);
	detail_begin(&b);
	detail_text(&b, "sku", sku);
	detail_int(&b, "old_thousandths", l.on_hand);
	detail_int(&b, "new_thousandths", on_hand);
	if (r > 0)
		r = event_add(s, 0, "stock-count", detail_end(&b), e);
	buf_release(&b);
	return r < 0 ? -1 : verdict_set(v, 0, RESULT_OK, "");
}

static const char SQL_KNOWN[] =
	"SELECT sku = $2 AND quantity = $3 FROM stock_adjustments"
	" WHERE adjust_ref = $1";

static const char SQL_REMEMBER[] =
	"INSERT INTO stock_adjustments (adjust_ref, sku, quantity, reason, seq)"
	" VALUES ($1, $2, $3, $4, (SELECT max(seq) FROM stock_ledger"
	"  WHERE order_id = 0 AND line = 0 AND kind = 'adjust'))";

int
stock_adjust(struct step *s, const char *adjust_ref, const char *sku,
    int64_t quantity, const char *reason, struct verdict *v, struct err *e)
{
	struct movement m = { .sku = sku, .kind = "adjust",
	    .on_hand = quantity, .reason = reason };
	int64_t same = 0;
	int r = db_one_int(s->db, SQL_KNOWN, BIND(T(adjust_ref), T(sku),
	    I(quantity)), &same, e);

	if (r < 0)
		return -1;
	if (r == 1 && same)
		return verdict_set(v, 0, RESULT_UNCHANGED, "");
	if (r == 1) {
		verdict_set(v, 0, RESULT_REFUSED, "event-differs");
		return verdict_note(v, "is known with another item or"
		    " quantity");
	}
	if (db_run(s->db, SQL_OPEN, BIND(T(sku)), e) < 0)
		return -1;
	r = stock_move(s, &m, e);
	if (r < 0)
		return -1;
	if (r == 0) {
		verdict_set(v, 0, RESULT_REFUSED, "short");
		return verdict_note(v, "less than that is there without what"
		    " orders hold; count it instead");
	}
	if (db_run(s->db, SQL_REMEMBER, BIND(T(adjust_ref), T(sku),
	    I(quantity), T(reason)), e) < 0)
		return -1;
	return event_change(s, 0, "stock-adjust", sku, "", reason, e) < 0 ? -1 :
	    verdict_set(v, 0, RESULT_OK, "");
}
