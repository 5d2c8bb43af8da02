/* resolve_correct.c - the answer that says what is right
 *
 * Columns are checked as when an order comes in; all of them are set, or
 * (undone by the caller) none. */

#include <order/clock.h>
#include <order/event.h>
#include <order/money.h>
#include <order/text.h>

#include "resolve_parts.h"

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

static const char *
no_number(struct step *s, const char *value, enum decimal_fault f)
{
	return arena_printf(&s->mem, "\"%s\" %s",
	    text_excerpt(&s->mem, value), decimal_fault_text(f));
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
		return answer_refused(v, o, "not-a-number",
		    order_columns[c].name, no_number(s, value, f));
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
		return answer_refused(v, o, "bad-value", order_columns[c].name,
		    "cannot be corrected; receive the order again");
	value = column_check(&s->mem, &order_columns[c], value, &f);
	if (f.code != NULL)
		return answer_refused(v, o, f.code, f.field, f.text);
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
		return answer_refused(v, o, "not-a-number", name,
		    no_number(s, value, f));
	if (!price && n == 0)
		return answer_refused(v, o, "not-positive", name, "is not over zero");
	r = db_run(s->db, price ? SQL_SET_PRICE : SQL_SET_QUANTITY,
	    BIND(I(o->id), I(l->line), I(n)), e);
	if (r < 0)
		return -1;
	if (r == 0)
		return answer_refused(v, o, "bad-value", name,
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
		return answer_refused(v, o, "no-such-line", line_columns[c].name,
		    "say which line (--line N)");
	/* As many as were taken out of the other line, and what was agreed. */
	if (l->instead_of != 0 &&
	    (c == LINE_COLUMN_SKU || c == LINE_COLUMN_QUANTITY))
		return answer_refused(v, o, "bad-value", line_columns[c].name,
		    arena_printf(&s->mem, "line %lld is sent instead of line"
		    " %lld, as agreed; it can be taken out (remove)",
		    (long long)l->line, (long long)l->instead_of));
	value = column_check(&s->mem, &line_columns[c], value, &f);
	if (f.code != NULL)
		return answer_refused(v, o, f.code, f.field, f.text);
	if (c == LINE_COLUMN_QUANTITY || c == LINE_COLUMN_UNIT_PRICE)
		return set_number(s, o, l, c == LINE_COLUMN_UNIT_PRICE, value,
		    v, e);
	if (c != LINE_COLUMN_SKU && c != LINE_COLUMN_UNIT)
		return answer_refused(v, o, "bad-value", line_columns[c].name,
		    "cannot be corrected");
	if (value[0] == '\0' && c == LINE_COLUMN_SKU)
		return answer_refused(v, o, "missing", "sku", "is missing");
	if (db_run(s->db, c == LINE_COLUMN_SKU ? SQL_SET_SKU : SQL_SET_UNIT,
	    BIND(I(o->id), I(l->line), T(value)), e) < 0)
		return -1;
	return record(s, o, arena_printf(&s->mem, "%lld.%s",
	    (long long)l->line, line_columns[c].name),
	    c == LINE_COLUMN_SKU ? l->sku : l->unit, value, e);
}

/* A list of questions that is fed back, and the stream of another tool, say
 * again what the order says. */
static bool
is_said_already(struct order *o, int c, int l, int64_t line,
    const char *value)
{
	const struct order_line *x = find_line(o, line);
	const int64_t amount[] = { o->discount, o->shipping, o->tax,
	    o->total_given };
	char at[INSTANT_TEXT];
	int64_t n;

	if (c == COLUMN_RECEIVED_AT)
		return strcmp(instant_text(o->received_at, at), value) == 0;
	if (c >= 0 && order_columns[c].kind == COL_AMOUNT)
		return decimal_parse(value, o->exponent, &n) == DECIMAL_OK &&
		    amount[c - COLUMN_DISCOUNT] == n;
	if (c >= 0)
		return strcmp(o->column[c], value) == 0;
	if (x == NULL)
		return false;
	if (l == LINE_COLUMN_QUANTITY || l == LINE_COLUMN_UNIT_PRICE)
		return decimal_parse(value, l == LINE_COLUMN_QUANTITY ?
		    QUANTITY_SCALE : PRICE_SCALE, &n) == DECIMAL_OK &&
		    n == (l == LINE_COLUMN_QUANTITY ? x->ordered :
		    x->price_given ? x->unit_price : AMOUNT_NONE);
	return strcmp(l == LINE_COLUMN_SKU ? x->sku :
	    l == LINE_COLUMN_UNIT ? x->unit : l == LINE_COLUMN_DESCRIPTION ?
	    x->description : l == LINE_COLUMN_LINE_INSTRUCTIONS ?
	    x->instructions : "", value) == 0;
}

int
answer_correct(struct step *s, struct order *o, const struct answer *a,
    struct verdict *v, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nset; i++) {
		const char *name = a->set[i].column;
		int c = order_column_find(name), l = line_column_find(name), r;

		if (c < 0 && l < 0)
			return answer_refused(v, o, "bad-value", name,
			    "is no column of an order");
		if (is_said_already(o, c, l, a->line, a->set[i].value))
			continue;
		n++;
		r = c >= 0 ? set_order(s, o, c, a->set[i].value, v, e) :
		    set_line(s, o, l, a->line, a->set[i].value, v, e);
		if (r <= 0)
			return r;
	}
	return n > 0 ? 1 : answer_refused(v, o, "bad-answer", a->hold,
	    a->nset > 0 ? "that is what the order says already" :
	    "say what is right (--set column=value)");
}
