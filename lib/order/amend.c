/* amend.c - make a known order what came under its key
 *
 * The number stays, the revision grows by one and the order is received
 * again.  Stock stays with a line as far as it still fits: only the rest
 * goes back, and only what is wanted beyond it is open to order-check-stock.
 * What we had decided, asked or promised about the content of before is
 * decided, asked and promised anew. */

#include <order/event.h>
#include <order/message.h>
#include <order/money.h>
#include <order/stock.h>
#include <order/verify.h>

#include "receive.h"

struct amend {
	struct step *s;
	struct order *o;	/* as it was */
	struct order_intake *it;
	const struct order_sums *sums;
	struct amendment what;
	const char *extra;	/* as it was */
	int64_t before;		/* when the revision of before was received */
	int64_t received_at;	/* and when this one was */
	const char *account;	/* whose part numbers are meant */
};

/* ---- what else must be known ---- */

static const char SQL_BEFORE[] =
	"SELECT o.extra, coalesce(r.received_at, o.received_at)"
	" FROM orders AS o LEFT JOIN originals AS r"
	"  ON r.order_id = o.id AND r.revision = o.revision WHERE o.id = $1";

static int
read_before(struct amend *a, struct err *e)
{
	struct row *row;
	int r = db_one(a->s->db, SQL_BEFORE, BIND(I(a->o->id)), &row, e);

	if (r <= 0)
		return r;
	a->extra = db_dup(row, 0, &a->s->mem);
	a->before = db_int(row, 1);
	db_done(row);
	return 1;
}

/* A time no later than that of the content of before is not the change's:
 * exports repeat the day on which the order was placed. */
static void
find_time(struct amend *a)
{
	int64_t given = a->it->new.received_at;

	a->received_at = given > a->before ? given : a->s->now.at;
	if (a->received_at < a->before)
		a->received_at = a->before;
}

static int
find_account(struct amend *a, struct err *e)
{
	struct customer c;

	if (customer_find(a->s, a->it->new.column[COLUMN_CUSTOMER], &c, e) < 0)
		return -1;
	a->account = c.customer;
	return 0;
}

/* ---- the order ---- */

/* An order that is not answered yet keeps its deadline; one that was gets a
 * new one, as its change was not. */
static const char SQL_ORDER[] =
	"UPDATE orders SET status = 'received', revision = revision + 1,"
	" stock_revision = 0, twin = 0,"
	" account = CASE customer WHEN $4 THEN account ELSE '' END,"
	" customer = $4, customer_name = $5, email = $6, phone = $7,"
	" bill_name = $8, bill_line1 = $9, bill_line2 = $10, bill_city = $11,"
	" bill_region = $12, bill_postcode = $13, bill_country = $14,"
	" ship_name = $15, ship_line1 = $16, ship_line2 = $17,"
	" ship_city = $18, ship_region = $19, ship_postcode = $20,"
	" ship_country = $21, payment_method = $22, payment_terms = $23,"
	" payment_token = $24, payment_last4 = $25, currency = $26,"
	" currency_given = $27, exponent = $28, discount = $29,"
	" shipping = $30, tax = $31, total_given = $32, requested_on = $33,"
	" language = $34, instructions = $35, extra = $36,"
	" ack_due_at = CASE WHEN answered_at IS NULL THEN ack_due_at"
	"  ELSE $37 END, answered_at = NULL,"
	" processing_on = '', delivery_on = '', first_processing_on = '',"
	" first_delivery_on = ''"
	" WHERE id = $1 AND revision = $2 AND status = $3";

static int
write_order(struct amend *a, struct err *e)
{
	const char *const *column = a->it->new.column;
	const struct order_sums *m = a->sums;
	struct val v[38];
	int n = 0;

	v[n++] = I(a->o->id);
	v[n++] = I(a->o->revision);
	v[n++] = T(a->o->status);
	for (int i = COLUMN_CUSTOMER; i < COLUMN_CURRENCY; i++)
		v[n++] = T(column[i]);
	v[n++] = T(m->currency);
	v[n++] = I(column[COLUMN_CURRENCY][0] != '\0');
	v[n++] = I(m->exponent);
	for (int i = 0; i < 4; i++)
		v[n++] = amount_or_nil(m->amount[i]);
	v[n++] = T(column[COLUMN_REQUESTED_ON]);
	v[n++] = T(column[COLUMN_LANGUAGE]);
	v[n++] = T(column[COLUMN_INSTRUCTIONS]);
	v[n++] = T(a->it->in->extra);
	v[n++] = I(ack_due(a->s, a->received_at));
	v[n].type = VAL_END;
	n = db_run(a->s->db, SQL_ORDER, v, e);
	if (n == 0)
		return err_set(e, ERR_SOFTWARE, "order %s is not %s at"
		    " revision %lld", a->o->ref, a->o->status,
		    (long long)a->o->revision);
	return n < 0 ? -1 : 0;
}

/* ---- its lines ---- */

/* The item a line is for now.  Another code for the same item keeps its
 * stock; one that nobody knows passes for the item until order-verify. */
static int
find_item(struct amend *a, const struct line_pair *p, const char **item,
    struct err *e)
{
	int r;

	*item = p->was->item;
	if (strcmp(p->was->sku, p->is->sku) == 0)
		return 0;
	r = item_resolve(a->s, p->is->sku, a->account, item, e);
	if (r == 0)
		*item = p->is->sku;
	return r < 0 ? -1 : 0;
}

static int
give_back(struct amend *a, const struct order_line *l, int64_t quantity,
    const char *why, struct err *e)
{
	int r;

	if (quantity <= 0)
		return 0;
	r = stock_deallocate(a->s, a->o->id, l->line, l->item, quantity,
	    false, why, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: its"
		    " stock is not there any more", a->o->ref,
		    (long long)l->line);
	return r < 0 ? -1 : 0;
}

static const char SQL_LINE[] =
	"UPDATE lines SET sku = $3, item = $4, description = $5, unit = $6,"
	" line_instructions = $7, unit_price = $8, price_given = $9,"
	" amount = CASE WHEN $8 IS NULL THEN NULL ELSE amount END,"
	" ordered = $10, cancelled = $11, substituted = 0,"
	" backordered = $12,"
	" backorder_on = CASE $12 WHEN 0 THEN '' ELSE backorder_on END,"
	" was_price = $13, was_quantity = $14, instead_of = 0, rejected = 0,"
	" reject_code = '', promised_on = '', first_promised_on = ''"
	" WHERE order_id = $1 AND line = $2";

/* What is written of a line beside what came. */
struct line_plan {
	const char *item;
	int64_t ordered, cancelled, allocated, backordered;
	int64_t price, was_price, was_quantity;
	bool price_given;
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A line that came as it was keeps our price, our quantity and what was
 * called off; any other is what came.  What was substituted of it is open
 * again: the substitute goes.  What waits for stock gives way before what has
 * it. */
static struct line_plan
plan_line(const struct line_pair *p, const char *item)
{
	const struct order_line *l = p->was;
	bool same_item = strcmp(item, l->item) == 0;
	struct line_plan n = { item, l->ordered, l->cancelled, 0, 0,
	    l->unit_price, l->was_price, l->was_quantity, l->price_given };
	int64_t wanted;

	if (p->asked_anew) {
		n.ordered = p->is->quantity;
		n.cancelled = 0;
		n.price = p->is->unit_price;
		n.price_given = p->is->unit_price != AMOUNT_NONE;
		n.was_price = n.was_quantity = AMOUNT_NONE;
	}
	wanted = n.ordered - n.cancelled - l->shipped;
	if (same_item) {
		n.allocated = least(l->allocated, wanted);
		n.backordered = least(l->backordered, wanted - n.allocated);
	}
	return n;
}

static int
change_line(struct amend *a, const struct line_pair *p, struct err *e)
{
	const struct order_line *l = p->was;
	const struct line_new *is = p->is;
	struct line_plan n;
	const char *item;
	int r;

	if (find_item(a, p, &item, e) < 0)
		return -1;
	n = plan_line(p, item);
	if (give_back(a, l, l->allocated - n.allocated, "amended", e) < 0)
		return -1;
	r = db_run(a->s->db, SQL_LINE, BIND(I(a->o->id), I(l->line),
	    T(is->sku), T(n.item), T(is->description), T(is->unit),
	    T(is->instructions), amount_or_nil(n.price), I(n.price_given),
	    I(n.ordered), I(n.cancelled), I(n.backordered),
	    amount_or_nil(n.was_price), amount_or_nil(n.was_quantity)), e);
	return r < 0 ? -1 : 0;
}

/* A line that is taken out is no line any more: it would be answered,
 * counted and asked about for ever.  What it was stays in the events, in the
 * original of before and, where it had stock, in the ledger, whose movements
 * add up to nothing. */
static const char SQL_TAKE_OUT[] =
	"DELETE FROM lines WHERE order_id = $1 AND line = $2"
	" AND allocated = 0 AND shipped = 0";

/* No change that came says so. */
static int
record_end(struct amend *a, const struct order_line *l, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "line", l->line);
	detail_text(&b, "sku", l->sku);
	detail_int(&b, "quantity_thousandths", l->ordered);
	detail_int(&b, "instead_of", l->instead_of);
	r = event_add(a->s, a->o->id, "substitute-ended", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static int
take_out(struct amend *a, const struct order_line *l, struct err *e)
{
	int n;

	if (give_back(a, l, l->allocated, "line taken out", e) < 0)
		return -1;
	n = db_run(a->s->db, SQL_TAKE_OUT, BIND(I(a->o->id), I(l->line)), e);
	if (n == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: still"
		    " has stock", a->o->ref, (long long)l->line);
	return n < 0 || (l->instead_of != 0 &&
	    record_end(a, l, e) < 0) ? -1 : 0;
}

static int
write_lines(struct amend *a, struct err *e)
{
	for (size_t i = 0; i < a->what.npairs; i++) {
		const struct line_pair *p = &a->what.pair[i];
		int r = p->is == NULL ? take_out(a, p->was, e) :
		    p->was == NULL ? line_insert(a->s, a->o->id, p->is,
		    a->sums->line[p->place], e) : change_line(a, p, e);

		if (r < 0)
			return -1;
	}
	return 0;
}

/* ---- what was found, answered, asked and told ---- */

static const char SQL_FINDINGS[] = "DELETE FROM findings WHERE order_id = $1";

/* Line 0 is the order. */
static const char SQL_ANSWERS[] =
	"DELETE FROM waivers WHERE order_id = $1 AND line = $2";

/* Whoever answered for a finding saw the content of before: what they said of
 * a line holds while the line is as it was, what they said of the order as a
 * whole does not. */
static int
forget(struct amend *a, struct err *e)
{
	struct db *db = a->s->db;
	int64_t id = a->o->id;

	if (db_run(db, SQL_FINDINGS, BIND(I(id)), e) < 0 ||
	    db_run(db, SQL_ANSWERS, BIND(I(id), I(0)), e) < 0)
		return -1;
	for (size_t i = 0; i < a->what.npairs; i++) {
		const struct line_pair *p = &a->what.pair[i];

		if (p->was != NULL && p->asked_anew && db_run(db, SQL_ANSWERS,
		    BIND(I(id), I(p->was->line)), e) < 0)
			return -1;
	}
	return 0;
}

static const char SQL_OFFERS[] = "DELETE FROM offers WHERE order_id = $1";

/* Holds of rules are order-verify's to open and close; those of the stock
 * check would keep it from deciding anew. */
static int
end_holds(struct amend *a, struct err *e)
{
	return db_run(a->s->db, SQL_OFFERS, BIND(I(a->o->id)), e) < 0 ||
	    hold_close(a->s, a->o, "stock", "amended", "", e) < 0 ||
	    hold_close(a->s, a->o, "consent", "amended", "", e) < 0 ? -1 : 0;
}

/* ---- the record ---- */

static int
record_change(struct amend *a, const struct change *c, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "revision", a->o->revision + 1);
	if (c->line > 0)
		detail_int(&b, "line", c->line);
	detail_text(&b, "field", c->field);
	detail_text(&b, "old", c->was);
	detail_text(&b, "new", c->is);
	r = event_add(a->s, a->o->id, "amended", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static int
record(struct amend *a, struct err *e)
{
	if (original_keep(a->s, a->it, a->o->id, a->o->revision + 1,
	    a->received_at, e) < 0)
		return -1;
	for (size_t i = 0; i < a->what.n; i++)
		if (record_change(a, &a->what.change[i], e) < 0)
			return -1;
	return 0;
}

/* ---- the step ---- */

int
order_amend(struct step *s, struct order_intake *it, int64_t id,
    const struct order_sums *sums, struct verdict *v, struct err *e)
{
	struct order o, now;
	struct amend a = { .s = s, .o = &o, .it = it, .sums = sums };

	if (order_load(s, id, &o, e) <= 0 || read_before(&a, e) <= 0)
		return e->code != 0 ? -1 : err_set(e, ERR_SOFTWARE,
		    "order %lld is not there", (long long)id);
	find_time(&a);
	amend_compare(&s->mem, &o, a.extra, it, sums, &a.what);
	if (find_account(&a, e) < 0 || write_order(&a, e) < 0 ||
	    record(&a, e) < 0 || write_lines(&a, e) < 0 ||
	    forget(&a, e) < 0 || end_holds(&a, e) < 0 ||
	    message_overtake_revision(s, id, o.revision + 1, e) < 0 ||
	    reject_close_by_order(s, it, o.ref, e) < 0)
		return -1;
	if (order_load(s, id, &now, e) <= 0 || order_retotal(s, &now, e) < 0)
		return -1;
	it->amended = o.ref;
	it->changes = a.what.change;
	it->nchanges = a.what.n;
	return order_verdict(s, v, &now, RESULT_OK, "");
}
