/* facts.c - what the store knows about an order's customer and items
 *
 * Reads only; what it means is for the rules to say. */

#include <order/date.h>
#include <order/text.h>
#include <order/verify.h>

static const char SQL_CUSTOMER[] =
	"SELECT customer, name, email, phone,"
	" bill_name, bill_line1, bill_line2, bill_city, bill_region,"
	" bill_postcode, bill_country, ship_name, ship_line1, ship_line2,"
	" ship_city, ship_region, ship_postcode, ship_country,"
	" currency, language, payment_terms, payment_methods, credit_limit,"
	" receivables, priority, status, ship_policy, backorder_consent,"
	" substitute_consent FROM customers WHERE customer_key = $1";

int
customer_find(struct step *s, const char *number, struct customer *c,
    struct err *e)
{
	struct row *row;
	int i = 0, r;

	memset(c, 0, sizeof(*c));
	c->customer = c->name = c->email = c->phone = c->currency =
	    c->language = c->ship_policy = c->backorder_consent =
	    c->substitute_consent = "";
	if (number[0] == '\0')
		return 0;
	r = db_one(s->db, SQL_CUSTOMER, BIND(T(text_fold(&s->mem, number))),
	    &row, e);
	if (r <= 0)
		return r;
	c->known = true;
	c->customer = db_dup(row, i++, &s->mem);
	c->name = db_dup(row, i++, &s->mem);
	c->email = db_dup(row, i++, &s->mem);
	c->phone = db_dup(row, i++, &s->mem);
	for (int k = 0; k < ADDRESS_NCOLUMNS; k++)
		c->bill[k] = db_dup(row, i++, &s->mem);
	for (int k = 0; k < ADDRESS_NCOLUMNS; k++)
		c->ship[k] = db_dup(row, i++, &s->mem);
	c->currency = db_dup(row, i++, &s->mem);
	c->language = db_dup(row, i++, &s->mem);
	c->payment_terms = db_dup(row, i++, &s->mem);
	c->payment_methods = db_dup(row, i++, &s->mem);
	c->credit_limit = db_null(row, i) ? AMOUNT_NONE : db_int(row, i);
	i++;
	c->receivables = db_int(row, i++);
	c->priority = db_int(row, i++);
	c->status = db_dup(row, i++, &s->mem);
	c->ship_policy = db_dup(row, i++, &s->mem);
	c->backorder_consent = db_dup(row, i++, &s->mem);
	c->substitute_consent = db_dup(row, i, &s->mem);
	db_done(row);
	return 1;
}

static int
gather_items(struct step *s, struct facts *f, struct err *e)
{
	const struct order *o = f->order;
	char date[DATE_TEXT];

	date_text(f->received_on, date);
	f->items = arena_array(&s->mem, o->nlines, sizeof(*f->items));
	/* The price of what was ordered, however much of it there is. */
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if (item_facts(s, l->sku, l->item, f->customer.customer,
		    o->column[COLUMN_CURRENCY], l->ordered, date,
		    &f->items[i], e) < 0)
			return -1;
	}
	return 0;
}

static const char SQL_BLOCKED[] =
	"SELECT 1 FROM blocklist WHERE kind = $1 AND value_key = $2";

static int
blocked(struct step *s, struct facts *f, const char *kind, const char *field,
    const char *key, const char *given, struct err *e)
{
	int64_t one = 0;

	if (f->blocked_field != NULL || key[0] == '\0')
		return 0;
	if (db_one_int(s->db, SQL_BLOCKED, BIND(T(kind), T(key)), &one, e) < 0)
		return -1;
	if (one) {
		f->blocked_field = field;
		f->blocked_given = given;
	}
	return 0;
}

/* An address is blocked by its street, alone or with the city. */
static int
blocked_address(struct step *s, struct facts *f, enum order_column line1,
    struct err *e)
{
	const char *street = f->order->column[line1];
	const char *city = f->order->column[line1 + 2];

	if (street[0] == '\0')
		return 0;
	if (blocked(s, f, "address", order_columns[line1].name,
	    text_fold(&s->mem, street), street, e) < 0)
		return -1;
	return blocked(s, f, "address", order_columns[line1].name,
	    text_fold(&s->mem, arena_printf(&s->mem, "%s, %s", street, city)),
	    street, e);
}

static int
gather_blocked(struct step *s, struct facts *f, struct err *e)
{
	const char *const *c = f->order->column;
	int any = step_has(s, TABLE_BLOCKLIST, e);

	if (any <= 0)
		return any;
	return blocked(s, f, "customer", "customer",
	    text_fold(&s->mem, c[COLUMN_CUSTOMER]), c[COLUMN_CUSTOMER],
	    e) < 0 ||
	    blocked(s, f, "email", "email",
	    text_fold(&s->mem, c[COLUMN_EMAIL]), c[COLUMN_EMAIL], e) < 0 ||
	    blocked(s, f, "phone", "phone",
	    text_digits(&s->mem, c[COLUMN_PHONE]), c[COLUMN_PHONE], e) < 0 ||
	    blocked_address(s, f, COLUMN_BILL_LINE1, e) < 0 ||
	    blocked_address(s, f, COLUMN_SHIP_LINE1, e) < 0 ? -1 : 0;
}

/* For a list of four SQLite would make a table each time. */
static const char SQL_OPEN_ORDERS[] =
	"SELECT coalesce(sum(total), 0) FROM orders"
	" WHERE account = $1 AND account <> '' AND id <> $2 AND currency = $3"
	" AND (status = 'received' OR status = 'verified'"
	"  OR status = 'confirmed' OR status = 'released')";

static const char SQL_TWIN[] =
	"SELECT ref FROM orders WHERE account = $2 AND account <> ''"
	" AND twin = $3 AND +id < $1 AND received_at BETWEEN $4 AND $5"
	" AND status <> 'rejected' AND status <> 'cancelled'"
	" ORDER BY received_at LIMIT 1";

static const char SQL_PAID[] =
	"SELECT 1 FROM events WHERE order_id = $1 AND kind = 'paid' LIMIT 1";

int
facts_account(struct step *s, struct facts *f, struct err *e)
{
	const struct order *o = f->order;
	int64_t span = s->policy.number[POLICY_IS_DUPLICATE_HOURS] * 3600;
	struct row *row;
	int r;

	if (!f->customer.known)
		return 0;
	if (f->customer.credit_limit != AMOUNT_NONE &&
	    db_one_int(s->db, SQL_OPEN_ORDERS, BIND(T(f->customer.customer),
	    I(o->id), T(o->column[COLUMN_CURRENCY])), &f->open_orders, e) < 0)
		return -1;
	r = db_one(s->db, SQL_TWIN, BIND(I(o->id), T(o->account), I(o->twin),
	    I(o->received_at - span), I(o->received_at + span)), &row, e);
	if (r == 1) {
		f->twin = db_dup(row, 0, &s->mem);
		db_done(row);
	}
	return r < 0 ? -1 : 0;
}

int
facts_gather(struct step *s, const struct order *o, struct facts *f,
    struct err *e)
{
	int64_t paid = 0;

	memset(f, 0, sizeof(*f));
	f->order = o;
	f->received_on = step_day(s, o->received_at);
	if (customer_find(s, o->column[COLUMN_CUSTOMER], &f->customer, e) < 0 ||
	    gather_items(s, f, e) < 0 || gather_blocked(s, f, e) < 0)
		return -1;
	if (db_one_int(s->db, SQL_PAID, BIND(I(o->id)), &paid, e) < 0)
		return -1;
	f->paid = paid != 0;
	return 0;
}
