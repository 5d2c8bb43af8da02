/* audit_content.c - do the columns of an order still say what came?
 *
 * The key of an order is kept with the hash of all its columns and lines.
 * It is made again from the order, with every answer that corrected it undone
 * first.  Orders, lines and corrections are read side by side in the order of
 * their numbers; one that was erased, or changed after it was corrected,
 * proves nothing. */

#include <cjson/cJSON.h>

#include <order/intake.h>
#include <order/money.h>

#include "audit_check.h"

#define ORDER_FIELDS \
	" o.external_ref, o.channel, o.customer," \
	" o.customer_name, o.email, o.phone, o.bill_name, o.bill_line1," \
	" o.bill_line2, o.bill_city, o.bill_region, o.bill_postcode," \
	" o.bill_country, o.ship_name, o.ship_line1, o.ship_line2," \
	" o.ship_city, o.ship_region, o.ship_postcode, o.ship_country," \
	" o.payment_method, o.payment_terms, o.payment_token," \
	" o.payment_last4, o.currency, o.discount, o.shipping, o.tax," \
	" o.total_given, o.requested_on, o.language, o.instructions"

/* In the order of the columns, without received_at. */
static const char SQL_ORDERS[] =
	"SELECT o.id, o.ref, o.revision, o.currency_given, o.exponent,"
	" o.extra, k.content," ORDER_FIELDS
	" FROM orders AS o JOIN order_keys AS k"
	"  ON k.channel = o.channel AND k.external_ref = o.external_ref"
	"  AND k.order_id = o.id AND k.revision = o.revision"
	" WHERE o.external_ref <> '' ORDER BY o.id";

/* Without a key the hash is in the event. */
static const char SQL_KEYLESS[] =
	"SELECT o.id, o.ref, o.revision, o.currency_given, o.exponent,"
	" o.extra, iif(json_valid(d.detail), json_extract(d.detail,"
	" '$.content'), NULL)," ORDER_FIELDS
	" FROM orders AS o JOIN events AS e ON e.order_id = o.id"
	"  AND e.kind = 'receive'"
	" JOIN event_details AS d ON d.seq = e.seq"
	" WHERE o.external_ref = '' ORDER BY o.id";

enum { O_ID, O_REF, O_REVISION, O_CURRENCY_GIVEN, O_EXPONENT, O_EXTRA,
	K_CONTENT, O_COLUMNS };

static const char SQL_LINES[] =
	"SELECT order_id, line, sku, description, unit, line_instructions,"
	" ordered, was_quantity, unit_price, price_given, was_price"
	" FROM lines WHERE instead_of = 0 ORDER BY order_id, line";

enum { L_ORDER, L_LINE, L_SKU, L_DESCRIPTION, L_UNIT, L_INSTRUCTIONS,
	L_ORDERED, L_WAS_QUANTITY, L_PRICE, L_PRICE_GIVEN, L_WAS_PRICE };

static const char SQL_CORRECTIONS[] =
	"SELECT e.order_id, e.kind, d.detail"
	" FROM events AS e LEFT JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.kind IN ('corrected', 'amend', 'erase')"
	" ORDER BY e.order_id, e.seq";

/* What was corrected: the first value of a field and the last. */
struct correction {
	char *field, *was, *is;
};

struct reading {
	const struct audit *a;
	struct row *orders, *lines, *corrections;
	bool lines_end, corrections_end;
	struct arena mem;	/* of one order */
	struct order_new o;
	size_t cap;
	struct correction *corrected;
	size_t n, room;
	bool unproven;
	int exponent;
};

/* ---- corrections ---- */

static struct correction *
correction_of(struct reading *r, const char *field)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->corrected[i].field, field) == 0)
			return &r->corrected[i];
	return NULL;
}

static const char *
text_of(const cJSON *o, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	return cJSON_IsString(v) ? v->valuestring : NULL;
}

static void
add_correction(struct reading *r, const char *detail)
{
	cJSON *o = cJSON_Parse(detail);
	const char *field = text_of(o, "field"), *was = text_of(o, "old");
	const char *is = text_of(o, "new");
	struct correction *c;

	if (field == NULL || was == NULL || is == NULL) {
		r->unproven = true;
		cJSON_Delete(o);
		return;
	}
	c = correction_of(r, field);
	if (c == NULL) {
		r->corrected = arena_grow(&r->mem, r->corrected, r->n,
		    &r->room, sizeof(*r->corrected));
		c = &r->corrected[r->n++];
		c->field = arena_dup(&r->mem, field);
		c->was = arena_dup(&r->mem, was);
	}
	c->is = arena_dup(&r->mem, is);
	cJSON_Delete(o);
}

static int
read_corrections(struct reading *r, int64_t id, struct err *e)
{
	int got = 1;

	r->corrected = NULL;
	r->n = r->room = 0;
	r->unproven = false;
	while (!r->corrections_end && db_int(r->corrections, 0) <= id) {
		const char *kind = db_text(r->corrections, 1);

		if (db_int(r->corrections, 0) == id) {
			if (strcmp(kind, "corrected") == 0)
				add_correction(r, db_text(r->corrections, 2));
			else if (strcmp(kind, "erase") == 0 || r->n > 0)
				r->unproven = true;
		}
		got = db_next(r->corrections, e);
		r->corrections_end = got != 1;
		if (got < 0)
			return -1;
	}
	return 0;
}

/* The value before it was corrected. */
static const char *
text_before(struct reading *r, const char *field, const char *is)
{
	const struct correction *c = correction_of(r, field);

	return c == NULL ? is : strcmp(c->is, is) == 0 ? c->was : is;
}

static int64_t
number_before(struct reading *r, const char *field, int scale, int64_t is)
{
	const struct correction *c = correction_of(r, field);
	int64_t now = AMOUNT_NONE, was = AMOUNT_NONE;

	if (c == NULL)
		return is;
	if (c->is[0] != '\0')
		decimal_parse(c->is, scale, &now);
	if (now != is)
		return is;
	if (c->was[0] != '\0')
		decimal_parse(c->was, scale, &was);
	return was;
}

/* ---- the order ---- */

static int64_t
number_or_none(struct row *row, int col)
{
	return db_null(row, col) ? AMOUNT_NONE : db_int(row, col);
}

static int64_t
scaled(int64_t minor, int exponent)
{
	if (minor == AMOUNT_NONE)
		return minor;
	for (int d = exponent; d < AMOUNT_SCALE; d++)
		minor = (int64_t)((uint64_t)minor * 10);
	return minor;
}

static void
take_order(struct reading *r)
{
	int col = O_COLUMNS;

	r->exponent = (int)db_int(r->orders, O_EXPONENT);
	for (int i = 0; i < ORDER_NCOLUMNS; i++) {
		const char *name = order_columns[i].name;

		r->o.column[i] = "";
		if (i == COLUMN_RECEIVED_AT)
			continue;
		if (order_columns[i].kind == COL_AMOUNT)
			r->o.amount[i - COLUMN_DISCOUNT] = scaled(
			    number_before(r, name, r->exponent,
			    number_or_none(r->orders, col)), r->exponent);
		else
			r->o.column[i] = text_before(r, name,
			    db_text(r->orders, col));
		col++;
	}
	if (!db_int(r->orders, O_CURRENCY_GIVEN))
		r->o.column[COLUMN_CURRENCY] = "";
}

/* An answer that took our price or quantity keeps the one of before beside
 * it; one that corrected it before or after that is in its event. */
static int64_t
line_number(struct reading *r, const char *field, int scale, int64_t is,
    int64_t kept)
{
	if (kept == AMOUNT_NONE)
		return number_before(r, field, scale, is);
	return number_before(r, field, scale, kept);
}

static void
take_line(struct reading *r)
{
	struct row *row = r->lines;
	struct line_new *l, *more;
	const char *at;

	if (r->o.nlines == r->cap) {
		r->cap = r->cap > 0 ? 2 * r->cap : 64;
		more = xrealloc(r->o.lines, r->cap * sizeof(*more));
		r->o.lines = more;
	}
	l = &r->o.lines[r->o.nlines++];
	l->line = db_int(row, L_LINE);
	at = r->n == 0 ? "" : arena_printf(&r->mem, "%lld.",
	    (long long)l->line);
	l->sku = db_dup(row, L_SKU, &r->mem);
	l->unit = db_dup(row, L_UNIT, &r->mem);
	l->description = db_dup(row, L_DESCRIPTION, &r->mem);
	l->instructions = db_dup(row, L_INSTRUCTIONS, &r->mem);
	l->quantity = number_or_none(row, L_WAS_QUANTITY);
	if (l->quantity == AMOUNT_NONE)
		l->quantity = db_int(row, L_ORDERED);
	l->unit_price = number_or_none(row, L_WAS_PRICE);
	if (l->unit_price == AMOUNT_NONE)
		l->unit_price = number_or_none(row, L_PRICE);
	if (r->n > 0) {
		l->sku = text_before(r, arena_printf(&r->mem, "%ssku", at),
		    l->sku);
		l->unit = text_before(r, arena_printf(&r->mem, "%sunit", at),
		    l->unit);
		l->quantity = line_number(r, arena_printf(&r->mem,
		    "%squantity", at), QUANTITY_SCALE,
		    db_int(row, L_ORDERED), number_or_none(row,
		    L_WAS_QUANTITY));
		l->unit_price = line_number(r, arena_printf(&r->mem,
		    "%sunit_price", at), PRICE_SCALE,
		    number_or_none(row, L_PRICE), number_or_none(row,
		    L_WAS_PRICE));
	}
	if (!db_int(row, L_PRICE_GIVEN))
		l->unit_price = AMOUNT_NONE;
}

static int
read_lines(struct reading *r, int64_t id, struct err *e)
{
	r->o.nlines = 0;
	while (!r->lines_end && db_int(r->lines, L_ORDER) <= id) {
		int got;

		if (db_int(r->lines, L_ORDER) == id)
			take_line(r);
		got = db_next(r->lines, e);
		r->lines_end = got != 1;
		if (got < 0)
			return -1;
	}
	return 0;
}

/* ---- which of them ---- */

#define MAX_STRANGE 3	/* more, and the original writes all of it otherwise */

struct search {
	const char *bytes;	/* the original in lower case */
	size_t n;
	struct buf names;
	int count;
};

static void
lower(char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] >= 'A' && s[i] <= 'Z')
			s[i] = (char)(s[i] - 'A' + 'a');
}

/* line is 0 for the order. */
static void
look_for(struct reading *r, struct search *s, const char *text,
    const char *name, int64_t line)
{
	size_t n = strlen(text);
	char *low = arena_dup(&r->mem, text);

	lower(low, n);
	if (n == 0 || (s->n >= n && memmem(s->bytes, s->n, low, n) != NULL))
		return;
	if (s->count++ >= MAX_STRANGE)
		return;
	buf_printf(&s->names, "%s%s", s->count > 1 ? ", " : "", name);
	if (line > 0)
		buf_printf(&s->names, " of line %lld", (long long)line);
}

static const char SQL_BYTES[] =
	"SELECT bytes FROM originals WHERE order_id = $1 AND revision = $2"
	" AND length(bytes) > 0";

/* Words that its original does not have.  No proof, but where to look: a map
 * may have made them, and a number is found in anything. */
static int
look_in_original(struct reading *r, struct search *s, struct err *e)
{
	struct row *row;
	int got = db_one(r->a->s->db, SQL_BYTES, BIND(I(db_int(r->orders,
	    O_ID)), I(db_int(r->orders, O_REVISION))), &row, e);
	const char *bytes;
	char *low;

	if (got <= 0)
		return got;
	bytes = db_bytes(row, 0, &s->n);
	low = arena_dupn(&r->mem, bytes, s->n);
	db_done(row);
	lower(low, s->n);
	s->bytes = low;
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		if (order_columns[i].kind != COL_AMOUNT)
			look_for(r, s, r->o.column[i], order_columns[i].name,
			    0);
	for (size_t i = 0; i < r->o.nlines; i++) {
		const struct line_new *l = &r->o.lines[i];

		look_for(r, s, l->sku, "sku", l->line);
		look_for(r, s, l->description, "description", l->line);
		look_for(r, s, l->unit, "unit", l->line);
		look_for(r, s, l->instructions, "line_instructions", l->line);
	}
	return 0;
}

static int
report_content(struct reading *r, struct err *e)
{
	struct search s = { .names = BUF_INIT };
	int got = look_in_original(r, &s, e);

	if (got == 0)
		got = audit_report(r->a, "order-content", db_text(r->orders,
		    O_REF), e, "its columns and lines are not what came and"
		    " what was corrected%s%s", s.count > 0 &&
		    s.count <= MAX_STRANGE ? "; not in its original: " : "",
		    s.count > 0 && s.count <= MAX_STRANGE ? s.names.data : "");
	buf_release(&s.names);
	return got;
}

static int
check_content(struct reading *r, struct err *e)
{
	int64_t id = db_int(r->orders, O_ID);
	uint8_t made[HASH_SIZE];
	char hex[HASH_HEX];
	const void *kept;
	size_t n;

	arena_reset(&r->mem);
	if (read_corrections(r, id, e) < 0 || read_lines(r, id, e) < 0)
		return -1;
	if (r->unproven || db_null(r->orders, K_CONTENT))
		return 0;
	take_order(r);
	content_hash(&r->mem, &r->o, db_text(r->orders, O_EXTRA), made);
	kept = db_bytes(r->orders, K_CONTENT, &n);
	if ((n == HASH_SIZE && memcmp(kept, made, n) == 0) ||
	    strcmp(db_text(r->orders, K_CONTENT), hash_hex(made, hex)) == 0)
		return 0;
	return report_content(r, e);
}

static int
read_orders(const struct audit *a, const char *sql, struct err *e)
{
	struct reading r = { .a = a };
	int got = -1;

	if (db_query(a->s->db, sql, NOBIND, &r.orders, e) < 0 ||
	    db_query(a->s->db, SQL_LINES, NOBIND, &r.lines, e) < 0 ||
	    db_query(a->s->db, SQL_CORRECTIONS, NOBIND, &r.corrections,
	    e) < 0 || (got = db_next(r.lines, e)) < 0)
		goto done;
	r.lines_end = got != 1;
	if ((got = db_next(r.corrections, e)) < 0)
		goto done;
	r.corrections_end = got != 1;
	while ((got = db_next(r.orders, e)) == 1)
		if (check_content(&r, e) < 0) {
			got = -1;
			break;
		}
done:
	db_done(r.orders);
	db_done(r.lines);
	db_done(r.corrections);
	free(r.o.lines);
	arena_release(&r.mem);
	return got < 0 ? -1 : 0;
}

static const char SQL_ANY_KEYLESS[] =
	"SELECT 1 FROM orders WHERE external_ref = '' LIMIT 1";

int
audit_content(const struct audit *a, struct err *e)
{
	int64_t one = 0;

	if (read_orders(a, SQL_ORDERS, e) < 0 ||
	    db_one_int(a->s->db, SQL_ANY_KEYLESS, NOBIND, &one, e) < 0)
		return -1;
	return one == 0 ? 0 : read_orders(a, SQL_KEYLESS, e);
}
