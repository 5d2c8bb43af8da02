/* order.c - load an order, and the few changes every step shares */

#include <order/archive.h>
#include <order/event.h>
#include <order/money.h>
#include <order/order.h>
#include <order/ref.h>

static const char SQL_ORDER[] =
	"SELECT ref, external_ref, channel, '', customer, customer_name, email,"
	" phone, bill_name, bill_line1, bill_line2, bill_city, bill_region,"
	" bill_postcode, bill_country, ship_name, ship_line1, ship_line2,"
	" ship_city, ship_region, ship_postcode, ship_country, payment_method,"
	" payment_terms, payment_token, payment_last4, currency, '', '', '',"
	" '', requested_on, language, instructions,"
	" received_at, discount, shipping, tax, total_given, total,"
	" currency_given, exponent, account, status, revision, stock_revision,"
	" ack_revision, ack, ack_due_at, answered_at, processing_on,"
	" delivery_on, first_processing_on, first_delivery_on, tax_contained,"
	" twin, decided_at"
	" FROM orders WHERE id = $1";

static const char SQL_LINES[] =
	"SELECT line, sku, item, description, unit, line_instructions,"
	" CASE description WHEN '' THEN coalesce((SELECT i.description"
	"  FROM items AS i WHERE i.sku = lines.item), '') ELSE '' END,"
	" unit_price, amount, was_price, was_quantity, price_given, ordered,"
	" cancelled, rejected, substituted, allocated, released, backordered,"
	" shipped, delivered, returned, reject_code, backorder_on, promised_on,"
	" instead_of FROM lines WHERE order_id = $1 ORDER BY line";

static int64_t
amount(struct row *row, int col)
{
	return db_null(row, col) ? AMOUNT_NONE : db_int(row, col);
}

static void
take_order(struct row *row, struct arena *mem, struct order *o)
{
	int i = 0;

	o->ref = db_dup(row, i++, mem);
	for (int c = 0; c < ORDER_NCOLUMNS; c++)
		o->column[c] = db_dup(row, i++, mem);
	o->received_at = db_int(row, i++);
	o->discount = amount(row, i++);
	o->shipping = amount(row, i++);
	o->tax = amount(row, i++);
	o->total_given = amount(row, i++);
	o->total = amount(row, i++);
	o->currency_given = db_int(row, i++) != 0;
	o->exponent = (int)db_int(row, i++);
	o->account = db_dup(row, i++, mem);
	o->status = db_dup(row, i++, mem);
	o->revision = db_int(row, i++);
	o->stock_revision = db_int(row, i++);
	o->ack_revision = db_int(row, i++);
	o->ack = db_dup(row, i++, mem);
	o->ack_due_at = db_int(row, i++);
	o->answered_at = db_int(row, i++);
	o->processing_on = db_dup(row, i++, mem);
	o->delivery_on = db_dup(row, i++, mem);
	o->first_processing_on = db_dup(row, i++, mem);
	o->first_delivery_on = db_dup(row, i++, mem);
	o->tax_contained = db_int(row, i++) != 0;
	o->twin = db_int(row, i++);
	o->decided_at = db_int(row, i);
}

static void
take_line(struct row *row, struct arena *mem, struct order_line *l)
{
	int i = 0;

	l->line = db_int(row, i++);
	l->sku = db_dup(row, i++, mem);
	l->item = db_dup(row, i++, mem);
	l->description = db_dup(row, i++, mem);
	l->unit = db_dup(row, i++, mem);
	l->instructions = db_dup(row, i++, mem);
	l->item_description = db_dup(row, i++, mem);
	l->unit_price = amount(row, i++);
	l->amount = amount(row, i++);
	l->was_price = amount(row, i++);
	l->was_quantity = amount(row, i++);
	l->price_given = db_int(row, i++) != 0;
	l->ordered = db_int(row, i++);
	l->cancelled = db_int(row, i++);
	l->rejected = db_int(row, i++);
	l->substituted = db_int(row, i++);
	l->allocated = db_int(row, i++);
	l->released = db_int(row, i++);
	l->backordered = db_int(row, i++);
	l->shipped = db_int(row, i++);
	l->delivered = db_int(row, i++);
	l->returned = db_int(row, i++);
	l->reject_code = db_dup(row, i++, mem);
	l->backorder_on = db_dup(row, i++, mem);
	l->promised_on = db_dup(row, i++, mem);
	l->instead_of = db_int(row, i);
}

static int
load_lines(struct step *s, struct order *o, struct err *e)
{
	size_t cap = 0;
	struct row *row;
	int r;

	if (db_query(s->db, SQL_LINES, BIND(I(o->id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		o->lines = arena_grow(&s->mem, o->lines, o->nlines, &cap,
		    sizeof(*o->lines));
		take_line(row, &s->mem, &o->lines[o->nlines++]);
	}
	return r;
}

static const char SQL_HELD[] =
	"SELECT hold FROM holds WHERE order_id = $1 AND closed_at IS NULL"
	" ORDER BY hold";

static int
load_holds(struct step *s, struct order *o, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(s->db, SQL_HELD, BIND(I(o->id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if (o->nheld < HOLD_KINDS)
			o->held[o->nheld++] = db_dup(row, 0, &s->mem);
	return r;
}

int
order_load(struct step *s, int64_t id, struct order *o, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_ORDER, BIND(I(id)), &row, e);

	memset(o, 0, sizeof(*o));
	if (r <= 0)
		return r;
	o->id = id;
	take_order(row, &s->mem, o);
	db_done(row);
	if (o->exponent < 0 || o->exponent > AMOUNT_SCALE)
		return err_set(e, ERR_IO, "%s: is damaged: order %s has"
		    " amounts of %d decimals", db_path(s->db), o->ref,
		    o->exponent);
	return load_lines(s, o, e) < 0 || load_holds(s, o, e) < 0 ? -1 : 1;
}

int
order_named(struct step *s, const char *ref, struct order *o,
    struct verdict *v, struct err *e)
{
	struct archived gone;
	int64_t id = 0;
	int r;

	if (ref[0] == '\0')
		return verdict_set(v, 0, RESULT_REFUSED, "empty-ref");
	r = ref_number(s, ref, &id, e);
	if (r == 1)
		r = order_load(s, id, o, e);
	if (r == 0 && id > 0 && (r = archived_number(s, id, &gone, e)) == 1) {
		verdict_set(v, id, RESULT_REFUSED, "archived");
		verdict_note(v, "%s: is in the archive %s, where nothing is"
		    " changed", gone.ref, gone.file);
		return 0;
	}
	if (r == 0) {
		verdict_set(v, 0, RESULT_REFUSED, "no-such-order");
		verdict_note(v, "%s: there is no such order%s", ref,
		    ref_doubt(ref));
	}
	return r;
}

int
order_verdict(struct step *s, struct verdict *v, const struct order *o,
    enum result result, const char *reason)
{
	struct order *copy = arena_alloc(&s->mem, sizeof(*copy));

	*copy = *o;
	verdict_set(v, o->id, result, reason);
	v->order = copy;
	return 0;
}

int64_t
line_wanted(const struct order_line *l)
{
	return l->ordered - l->cancelled - l->rejected - l->substituted;
}

int64_t
line_to_send(const struct order_line *l)
{
	return line_wanted(l) - l->shipped;
}

int64_t
line_open(const struct order_line *l)
{
	return line_wanted(l) - l->allocated - l->backordered - l->shipped;
}

size_t
order_place(const struct order *o, int64_t line)
{
	size_t low = 0, high = o->nlines;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (o->lines[mid].line <= line)
			low = mid;
		else
			high = mid;
	}
	return low;
}

bool
order_is(const struct order *o, const char *status)
{
	return strcmp(o->status, status) == 0;
}

bool
order_is_live(const struct order *o)
{
	return !order_is(o, "rejected") && !order_is(o, "cancelled");
}

static const char SQL_AMOUNT[] =
	"UPDATE lines SET amount = $3 WHERE order_id = $1 AND line = $2";

static const char SQL_TOTAL[] =
	"UPDATE orders SET total = $2, tax_contained = $3 WHERE id = $1";

static int64_t
or_zero(int64_t n)
{
	return n == AMOUNT_NONE ? 0 : n;
}

/* Is the order's own total, as it was ordered, right without the tax?  Then
 * the prices hold it already. */
static bool
holds_tax(const struct order *o)
{
	int64_t total = 0, n;

	if (or_zero(o->tax) == 0 || o->total_given == AMOUNT_NONE)
		return false;
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];
		int64_t price = l->was_price != AMOUNT_NONE ? l->was_price :
		    l->unit_price;

		if (l->instead_of != 0)
			continue;
		if (price == AMOUNT_NONE || !money_line(
		    l->was_quantity != AMOUNT_NONE ? l->was_quantity :
		    l->ordered, price, o->exponent, &n) ||
		    !money_add(total, n, &total))
			return false;
	}
	return money_add(total, or_zero(o->shipping), &total) &&
	    money_add(total, -or_zero(o->discount), &total) &&
	    total == o->total_given;
}

/* What cannot be added up has no total; order-verify holds it. */
int
order_retotal(struct step *s, struct order *o, struct err *e)
{
	int64_t total = 0, was = o->total;
	bool known = true, fits = true, contained = o->tax_contained;

	o->tax_contained = holds_tax(o);
	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];
		int64_t n;

		if (l->unit_price == AMOUNT_NONE) {
			known = known && line_wanted(l) == 0;
			continue;
		}
		if (!money_line(line_wanted(l), l->unit_price, o->exponent,
		    &n)) {
			fits = false;
			continue;
		}
		fits = fits && money_add(total, n, &total);
		if (n == l->amount)
			continue;
		l->amount = n;
		if (db_run(s->db, SQL_AMOUNT, BIND(I(o->id), I(l->line), I(n)),
		    e) < 0)
			return -1;
	}
	fits = fits && money_add(total, or_zero(o->shipping), &total) &&
	    money_add(total, o->tax_contained ? 0 : or_zero(o->tax), &total) &&
	    money_add(total, -or_zero(o->discount), &total);
	if (total < 0)
		total = 0;
	o->total = known && fits ? total : AMOUNT_NONE;
	if (o->total == was && o->tax_contained == contained)
		return 0;
	return db_run(s->db, SQL_TOTAL, BIND(I(o->id),
	    o->total == AMOUNT_NONE ? NIL() : I(total), I(o->tax_contained)),
	    e) < 0 ? -1 : 0;
}

static const char SQL_STATUS[] =
	"UPDATE orders SET status = $3, closed_at = $4, ack = $5,"
	" ack_revision = $6, decided_at = $7, processing_on = $8,"
	" delivery_on = $9, first_processing_on = $10, first_delivery_on = $11"
	" WHERE id = $1 AND status = $2";

int
order_set_status(struct step *s, struct order *o, const char *to,
    const char *event, const char *detail, struct err *e)
{
	bool ends = strcmp(to, "completed") == 0 ||
	    strcmp(to, "rejected") == 0 || strcmp(to, "cancelled") == 0;
	int n = db_run(s->db, SQL_STATUS, BIND(I(o->id), T(o->status), T(to),
	    ends ? I(s->now.at) : NIL(), T(o->ack), I(o->ack_revision),
	    o->decided_at != 0 ? I(o->decided_at) : NIL(),
	    T(o->processing_on), T(o->delivery_on),
	    T(o->first_processing_on), T(o->first_delivery_on)), e);

	if (n < 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_SOFTWARE, "order %s is not %s", o->ref,
		    o->status);
	o->status = to;
	return event_add(s, o->id, event, detail, e);
}
