/* audit_orders.c - numbers, references, lines and totals, order by order
 *
 * One pass in the order of the numbers; amounts by the same arithmetic the
 * steps use. */

#include <inttypes.h>

#include <order/intake.h>
#include <order/money.h>

#include "audit_check.h"

static const char SQL_ORDERS[] =
	"SELECT o.id, o.ref, o.exponent, o.discount, o.shipping,"
	" CASE o.tax_contained WHEN 1 THEN 0 ELSE o.tax END,"
	" o.total, o.status, l.line, l.unit_price, l.amount,"
	" l.ordered - l.cancelled - l.rejected - l.substituted"
	" FROM orders AS o LEFT JOIN lines AS l ON l.order_id = o.id"
	" ORDER BY o.id, l.line";

enum { O_ID, O_REF, O_EXPONENT, O_DISCOUNT, O_SHIPPING, O_TAX, O_TOTAL,
	O_STATUS, L_LINE, L_PRICE, L_AMOUNT, L_WANTED };

/* The order the pass stands in. */
struct sum {
	int64_t id;		/* 0: none yet */
	char ref[REF_TEXT], prefix[REF_TEXT];
	int64_t total;		/* as stored, or AMOUNT_NONE */
	int64_t made;		/* as computed so far */
	int64_t charges;	/* shipping + tax - discount */
	bool known;		/* every line has its price */
	bool fits;		/* no overflow */
	bool counts;		/* not when rejected, or without lines */
};

static int64_t
amount(struct row *row, int col)
{
	return db_null(row, col) ? AMOUNT_NONE : db_int(row, col);
}

static int
check_total(const struct audit *a, struct sum *o, struct err *e)
{
	if (o->id == 0 || !o->counts)
		return 0;
	o->fits = o->fits && money_add(o->made, o->charges, &o->made);
	if (!o->fits)		/* order-verify holds it */
		return o->total == AMOUNT_NONE ? 0 : audit_report(a, "order-total", o->ref, e,
		    "its amounts are over the limit of 10^15");
	if (o->made < 0)
		o->made = 0;
	if (!o->known)
		return o->total == AMOUNT_NONE ? 0 : audit_report(a,
		    "order-total", o->ref, e, "has a total, but a price is"
		    " not known");
	if (o->total == AMOUNT_NONE)
		return audit_report(a, "order-total", o->ref, e,
		    "has no total, but every price is known");
	return o->total == o->made ? 0 : audit_report(a, "order-total",
	    o->ref, e, "its total is %" PRId64 ", its lines and charges make"
	    " %" PRId64 " (minor units)", o->total, o->made);
}

/* ---- numbers and references ---- */

static int
report_gap(const struct audit *a, int64_t from, int64_t to, struct err *e)
{
	if (from > to)
		return 0;
	if (from == to)
		return audit_report(a, "order-number", "", e, "order %" PRId64
		    " is missing", from);
	return audit_report(a, "order-number", "", e, "orders %" PRId64
	    " to %" PRId64 " are missing", from, to);
}

static const char SQL_ARCHIVED[] =
	"SELECT order_id FROM archived WHERE order_id BETWEEN $1 AND $2"
	" ORDER BY order_id";

/* What is in an archive is not missing; an archive has what closed. */
static int
check_gap(const struct audit *a, int64_t from, int64_t to, struct err *e)
{
	struct row *row;
	int r;

	if (from > to || db_is_archive(a->s->db))
		return 0;
	if (db_query(a->s->db, SQL_ARCHIVED, BIND(I(from), I(to)), &row,
	    e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		if ((r = report_gap(a, from, db_int(row, 0) - 1, e)) < 0)
			break;
		from = db_int(row, 0) + 1;
	}
	db_done(row);
	return r < 0 ? -1 : report_gap(a, from, to, e);
}

static const char SQL_PREFIX[] =
	"SELECT 1 FROM ref_prefixes WHERE prefix = $1";

/* Few prefixes are ever used, and one after the other. */
static int
know_prefix(const struct audit *a, struct sum *o, const char *prefix,
    bool *known, struct err *e)
{
	int64_t one = 0;

	*known = strcmp(o->prefix, prefix) == 0;
	if (*known)
		return 0;
	if (db_one_int(a->s->db, SQL_PREFIX, BIND(T(prefix)), &one, e) < 0)
		return -1;
	*known = one != 0;
	if (*known)
		snprintf(o->prefix, sizeof(o->prefix), "%s", prefix);
	return 0;
}

static int
check_ref(const struct audit *a, struct sum *o, int64_t id, const char *ref,
    struct err *e)
{
	char prefix[REF_TEXT], issued[REF_TEXT];
	int64_t number;
	bool known;

	if (!ref_parse(ref, prefix, &number))
		return audit_report(a, "order-reference", ref, e,
		    "its check digit is wrong");
	if (know_prefix(a, o, prefix, &known, e) < 0)
		return -1;
	if (!known)
		return audit_report(a, "order-reference", ref, e,
		    "its prefix was never in use");
	if (number != id || strcmp(ref_format(prefix, id, issued), ref) != 0)
		return audit_report(a, "order-reference", ref, e,
		    "is not the reference of order %" PRId64, id);
	return 0;
}

static int
begin_order(const struct audit *a, struct row *row, struct sum *o,
    struct err *e)
{
	int64_t charge[3], id = db_int(row, O_ID);

	if (check_gap(a, o->id + 1, id - 1, e) < 0)
		return -1;
	o->id = id;
	o->made = 0;
	snprintf(o->ref, sizeof(o->ref), "%s", db_text(row, O_REF));
	o->total = amount(row, O_TOTAL);
	o->known = o->fits = true;
	o->counts = strcmp(db_text(row, O_STATUS), "rejected") != 0;
	for (int i = 0; i < 3; i++)	/* NULL reads as 0 */
		charge[i] = db_int(row, O_DISCOUNT + i);
	o->fits = money_add(charge[1], charge[2], &o->charges) &&
	    charge[0] >= 0 && money_add(o->charges, -charge[0], &o->charges);
	if (check_ref(a, o, id, db_text(row, O_REF), e) < 0)
		return -1;
	if (!db_null(row, L_LINE))
		return 0;
	o->counts = false;
	return audit_report(a, "order-lines", o->ref, e, "has no line");
}

static int
check_line(const struct audit *a, struct row *row, struct sum *o,
    struct err *e)
{
	int64_t price = amount(row, L_PRICE), is = amount(row, L_AMOUNT);
	int64_t wanted = db_int(row, L_WANTED), made = AMOUNT_NONE;

	if (db_null(row, L_LINE) || !o->counts)
		return 0;
	if (price == AMOUNT_NONE)
		o->known = o->known && wanted == 0;
	else if (wanted < 0 || price < 0 || !money_line(wanted, price,
	    (int)db_int(row, O_EXPONENT), &made) ||
	    !money_add(o->made, made, &o->made)) {
		o->fits = false;
		return 0;
	}
	if (is == made)
		return 0;
	return audit_report(a, "line-amount", o->ref, e, "line %" PRId64
	    ": its amount is not quantity x price", db_int(row, L_LINE));
}

static const char SQL_ISSUED[] =
	"SELECT seq FROM sqlite_sequence WHERE name = 'orders'";

int
audit_orders(const struct audit *a, struct err *e)
{
	struct sum o = { 0 };
	int64_t issued = 0;
	struct row *row;
	int r;

	if (db_query(a->s->db, SQL_ORDERS, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		if (db_int(row, O_ID) != o.id || o.id == 0) {
			r = check_total(a, &o, e);
			if (r == 0)
				r = begin_order(a, row, &o, e);
		}
		if (r >= 0)
			r = check_line(a, row, &o, e);
		if (r < 0)
			break;
	}
	db_done(row);
	if (r < 0 || check_total(a, &o, e) < 0 ||
	    db_one_int(a->s->db, SQL_ISSUED, NOBIND, &issued, e) < 0)
		return -1;
	if (issued < o.id)
		return audit_report(a, "order-number", "", e, "order %" PRId64
		    " would be issued again", issued + 1);
	return check_gap(a, o.id + 1, issued, e);
}
