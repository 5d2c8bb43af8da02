/* resolve.c - record an answer, release exactly its hold, verify again
 *
 * A hold of a rule ends because the data now satisfy it, or because a waiver
 * says who answered for the finding; stock, consent and manual holds end by
 * the answer itself. */

#include <order/ack.h>
#include <order/event.h>
#include <order/money.h>
#include <order/resolve.h>
#include <order/verify.h>

/* ---- corrected ---- */

static int
refuse(struct verdict *v, const struct order *o, const char *reason,
    const char *field, const char *fact)
{
	verdict_set(v, o->id, RESULT_REFUSED, reason);
	verdict_note(v, "%s: %s: %s", o->ref, field, fact);
	return 0;
}

/* The statements that set one column, whole and constant. */
#define SET_ORDER(id, name, kind, scanned) \
	"UPDATE orders SET " name " = $2 WHERE id = $1",
static const char *const SQL_SET_ORDER[] = { ORDER_COLUMNS(SET_ORDER) };

static const char SQL_SET_TOTAL[] =
	"UPDATE orders SET total_given = $2 WHERE id = $1";
static const char SQL_SET_SKU[] =
	"UPDATE lines SET sku = $3 WHERE order_id = $1 AND line = $2";
static const char SQL_SET_UNIT[] =
	"UPDATE lines SET unit = $3 WHERE order_id = $1 AND line = $2";
static const char SQL_SET_QUANTITY[] =
	"UPDATE lines SET ordered = $3 WHERE order_id = $1 AND line = $2"
	" AND cancelled + rejected + substituted + allocated + backordered"
	"  + shipped <= $3";
static const char SQL_SET_PRICE[] =
	"UPDATE lines SET unit_price = $3, price_given = 1"
	" WHERE order_id = $1 AND line = $2";

static int
record(struct step *s, const struct order *o, const char *field,
    const char *was, const char *is, struct err *e)
{
	return event_change(s, o->id, "corrected", field, was, is, e) < 0 ?
	    -1 : 1;
}

static int
set_amount(struct step *s, const struct order *o, int c, const char *value,
    struct verdict *v, struct err *e)
{
	const int64_t was[] = { o->discount, o->shipping, o->tax,
	    o->total_given };
	int64_t n = 0, old = was[c - COLUMN_DISCOUNT];
	enum decimal_fault f = decimal_parse(value, o->exponent, &n);

	if (value[0] != '\0' && f != DECIMAL_OK)
		return refuse(v, o, "not-a-number", order_columns[c].name,
		    decimal_fault_text(f));
	if (db_run(s->db, c == COLUMN_TOTAL ? SQL_SET_TOTAL : SQL_SET_ORDER[c],
	    BIND(I(o->id), value[0] == '\0' ? NIL() : I(n)), e) < 0)
		return -1;
	return record(s, o, order_columns[c].name, old == AMOUNT_NONE ? "" :
	    decimal_fixed(&s->mem, old, o->exponent), value, e);
}

static int
set_order(struct step *s, const struct order *o, int c, const char *value,
    struct verdict *v, struct err *e)
{
	struct fault f = { 0 };

	if (c == COLUMN_EXTERNAL_REF || c == COLUMN_CHANNEL ||
	    c == COLUMN_RECEIVED_AT || c == COLUMN_CURRENCY)
		return refuse(v, o, "bad-value", order_columns[c].name,
		    "cannot be corrected; receive the order again");
	value = column_check(&s->mem, &order_columns[c], value, &f);
	if (f.code != NULL)
		return refuse(v, o, f.code, f.field, f.text);
	if (order_columns[c].kind == COL_AMOUNT)
		return set_amount(s, o, c, value, v, e);
	if (db_run(s->db, SQL_SET_ORDER[c], BIND(I(o->id), T(value)), e) < 0)
		return -1;
	return record(s, o, order_columns[c].name, o->column[c], value, e);
}

static struct order_line *
find_line(struct order *o, int64_t line)
{
	if (line == 0 && o->nlines == 1)
		return &o->lines[0];
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].line == line)
			return &o->lines[i];
	return NULL;
}

static int
set_number(struct step *s, const struct order *o, const struct order_line *l,
    bool price, const char *value, struct verdict *v, struct err *e)
{
	int64_t n = 0;
	enum decimal_fault f = decimal_parse(value, price ? PRICE_SCALE :
	    QUANTITY_SCALE, &n);
	const char *name = price ? "unit_price" : "quantity";
	int r;

	if (f != DECIMAL_OK)
		return refuse(v, o, "not-a-number", name,
		    decimal_fault_text(f));
	if (!price && n == 0)
		return refuse(v, o, "not-positive", name, "is not over zero");
	r = db_run(s->db, price ? SQL_SET_PRICE : SQL_SET_QUANTITY,
	    BIND(I(o->id), I(l->line), I(n)), e);
	if (r < 0)
		return -1;
	if (r == 0)
		return refuse(v, o, "bad-value", name,
		    "is less than what is already reserved or refused");
	return record(s, o, arena_printf(&s->mem, "%lld.%s",
	    (long long)l->line, name), !price ?
	    decimal_short(&s->mem, l->ordered, QUANTITY_SCALE) :
	    l->unit_price == AMOUNT_NONE ? "" : decimal_short(&s->mem,
	    l->unit_price, PRICE_SCALE), value, e);
}

static int
set_line(struct step *s, struct order *o, int c, int64_t line,
    const char *value, struct verdict *v, struct err *e)
{
	const struct order_line *l = find_line(o, line);
	struct fault f = { 0 };

	if (l == NULL)
		return refuse(v, o, "no-such-line", line_columns[c].name,
		    "say which line (--line N)");
	value = column_check(&s->mem, &line_columns[c], value, &f);
	if (f.code != NULL)
		return refuse(v, o, f.code, f.field, f.text);
	if (c == LINE_COLUMN_QUANTITY || c == LINE_COLUMN_UNIT_PRICE)
		return set_number(s, o, l, c == LINE_COLUMN_UNIT_PRICE, value,
		    v, e);
	if (c != LINE_COLUMN_SKU && c != LINE_COLUMN_UNIT)
		return refuse(v, o, "bad-value", line_columns[c].name,
		    "cannot be corrected");
	if (value[0] == '\0' && c == LINE_COLUMN_SKU)
		return refuse(v, o, "missing", "sku", "is missing");
	if (db_run(s->db, c == LINE_COLUMN_SKU ? SQL_SET_SKU : SQL_SET_UNIT,
	    BIND(I(o->id), I(l->line), T(value)), e) < 0)
		return -1;
	return record(s, o, arena_printf(&s->mem, "%lld.%s",
	    (long long)l->line, line_columns[c].name),
	    c == LINE_COLUMN_SKU ? l->sku : l->unit, value, e);
}

/* 1; 0 refused (the caller undoes what was set before); -1. */
static int
correct(struct step *s, struct order *o, const struct answer *a,
    struct verdict *v, struct err *e)
{
	if (a->nset == 0)
		return refuse(v, o, "bad-answer", a->hold,
		    "say what is right (--set column=value)");
	for (size_t i = 0; i < a->nset; i++) {
		const char *name = a->set[i].column;
		int c = order_column_find(name), l = line_column_find(name), r;

		if (c < 0 && l < 0)
			return refuse(v, o, "bad-value", name,
			    "is no column of an order");
		r = c >= 0 ? set_order(s, o, c, a->set[i].value, v, e) :
		    set_line(s, o, l, a->line, a->set[i].value, v, e);
		if (r <= 0)
			return r;
	}
	return 1;
}

/* ---- accepted, waived ---- */

static const char SQL_WAIVE[] =
	"INSERT INTO waivers (order_id, rule, line, field, given, answer)"
	" SELECT order_id, rule, line, field, given, $4 FROM findings"
	" WHERE order_id = $1 AND hold = $2 AND severity = 'hold'"
	" AND ($3 = 0 OR line = $3)"
	" ON CONFLICT (order_id, rule, line, field, given) DO NOTHING";

static int
waive(struct step *s, const struct order *o, const struct answer *a,
    struct err *e)
{
	return db_run(s->db, SQL_WAIVE, BIND(I(o->id), T(a->hold), I(a->line),
	    T(a->answer)), e) < 0 ? -1 : 1;
}

static const char SQL_FOUND[] =
	"SELECT 1 FROM findings WHERE order_id = $1 AND rule = $2"
	" AND line = $3 AND waived = 0";

static const char SQL_OUR_PRICE[] =
	"UPDATE lines SET unit_price = $3,"
	" was_price = coalesce(was_price, unit_price)"
	" WHERE order_id = $1 AND line = $2";

static const char SQL_OUR_QUANTITY[] =
	"UPDATE lines SET ordered = $3,"
	" was_quantity = coalesce(was_quantity, ordered)"
	" WHERE order_id = $1 AND line = $2";

static const char SQL_OUR_TOTAL[] =
	"UPDATE orders SET total_given = total WHERE id = $1";

/* The least quantity at or over the one ordered that our rule allows. */
static int64_t
allowed_quantity(const struct order_line *l, const struct item_facts *f)
{
	int64_t n = l->ordered < f->min_quantity ? f->min_quantity :
	    l->ordered;

	if (f->multiple > 0 && n % f->multiple != 0)
		n += f->multiple - n % f->multiple;
	return n;
}

/* Our price or our quantity for the lines in question. */
static int
take_ours(struct step *s, const struct order *o, const struct facts *f,
    const struct answer *a, struct err *e)
{
	bool price = strcmp(a->hold, "price") == 0;

	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];
		const struct item_facts *x = &f->items[i];
		int64_t found = 0;

		if (!x->known || (a->line != 0 && a->line != l->line) ||
		    (price && x->expected_price == AMOUNT_NONE))
			continue;
		if (db_one_int(s->db, SQL_FOUND, BIND(I(o->id),
		    T(price ? "price-list" : "quantity-rule"), I(l->line)),
		    &found, e) < 0)
			return -1;
		if (found && db_run(s->db, price ? SQL_OUR_PRICE :
		    SQL_OUR_QUANTITY, BIND(I(o->id), I(l->line),
		    I(price ? x->expected_price : allowed_quantity(l, x))),
		    e) < 0)
			return -1;
	}
	return waive(s, o, a, e);
}

static int
accept(struct step *s, struct order *o, const struct answer *a,
    struct verdict *v, struct err *e)
{
	struct facts f;

	if (strcmp(a->hold, "payment") == 0 && a->note[0] == '\0')
		return refuse(v, o, "bad-answer", a->hold,
		    "give the proof of payment as --note");
	if (strcmp(a->hold, "total") == 0 &&
	    db_run(s->db, SQL_OUR_TOTAL, BIND(I(o->id)), e) < 0)
		return -1;
	if (strcmp(a->hold, "price") != 0 && strcmp(a->hold, "quantity") != 0)
		return waive(s, o, a, e);
	if (facts_gather(s, o, &f, e) < 0)
		return -1;
	return take_ours(s, o, &f, a, e);
}

/* Holds that no rule raised end by the answer itself. */
static int
end_hold(struct step *s, struct order *o, const struct answer *a,
    struct verdict *v, struct err *e)
{
	if (strcmp(a->answer, "corrected") == 0)
		return refuse(v, o, "bad-answer", a->hold,
		    "answer accepted or waived");
	if (strcmp(a->hold, "stock") == 0)
		return refuse(v, o, "bad-answer", a->hold, "it ends when all"
		    " of it is there (see: order-check-stock --pending)");
	if (strcmp(a->hold, "consent") == 0 &&
	    order_backorder_open(s, o, e) < 0)
		return -1;
	return hold_close(s, o, a->hold, a->answer, a->note, e);
}

/* ---- the step ---- */

static int
record_answer(struct step *s, const struct order *o, const struct answer *a,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_text(&b, "hold", a->hold);
	detail_text(&b, "answer", a->answer);
	if (a->line != 0)
		detail_int(&b, "line", a->line);
	detail_text(&b, "note", a->note);
	r = event_add(s, o->id, "resolve", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static bool
is_of_a_rule(const char *hold)
{
	return strcmp(hold, "stock") != 0 && strcmp(hold, "consent") != 0 &&
	    strcmp(hold, "manual") != 0;
}

static int
apply(struct step *s, struct order *o, const struct answer *a,
    struct verdict *v, struct err *e)
{
	static const struct column note = { "note", COL_TEXT, true };
	struct fault f = { 0 };

	column_check(&s->mem, &note, a->note, &f);
	if (f.code != NULL)
		return refuse(v, o, f.code, f.field, f.text);
	if (strcmp(a->answer, "corrected") != 0 &&
	    strcmp(a->answer, "accepted") != 0 &&
	    strcmp(a->answer, "waived") != 0)
		return refuse(v, o, "bad-answer", a->answer,
		    "is none of corrected, accepted and waived");
	if (!is_of_a_rule(a->hold))
		return end_hold(s, o, a, v, e);
	if (strcmp(a->answer, "corrected") == 0)
		return correct(s, o, a, v, e);
	return strcmp(a->answer, "accepted") == 0 ? accept(s, o, a, v, e) :
	    waive(s, o, a, e);
}

int
order_resolve(struct step *s, const char *ref, const struct answer *a,
    struct verdict *v, struct err *e)
{
	struct step_mark mark;
	struct order o;
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0)
		return r;
	if (!order_held(&o, a->hold))
		return refuse(v, &o, "no-such-hold", a->hold,
		    "is no open hold of the order");
	if (step_mark(s, &mark, e) < 0)
		return -1;
	r = apply(s, &o, a, v, e);
	if (r <= 0)
		return r < 0 || step_undo(s, &mark, e) < 0 ? -1 : 0;
	if (step_keep(s, e) < 0 || record_answer(s, &o, a, e) < 0 ||
	    order_verify(s, ref, v, e) < 0)
		return -1;
	if (v->result == RESULT_UNCHANGED)
		v->result = RESULT_OK;
	return 0;
}
