/* substitute.c - another item takes the place of what is short
 *
 * The line that was ordered stays; what was substituted of it is a line of
 * its own, at our price, with its stock. */

#include <order/event.h>
#include <order/stock.h>

#include "shortage.h"

static const char SQL_SUBSTITUTED[] =
	"UPDATE lines SET substituted = substituted + $3"
	" WHERE order_id = $1 AND line = $2"
	" AND cancelled + rejected + substituted + allocated + backordered"
	"  + shipped + $3 <= ordered";

static const char SQL_LINE[] =
	"INSERT INTO lines (order_id, line, sku, item, description, unit,"
	" unit_price, price_given, line_instructions, ordered, instead_of)"
	" VALUES ($1, $2, $3, $3, '', $4, $5, 0, $6, $7, $8)";

static int
write_line(struct step *s, const struct order *o, const struct order_line *n,
    struct err *e)
{
	int r = db_run(s->db, SQL_SUBSTITUTED, BIND(I(o->id),
	    I(n->instead_of), I(n->ordered)), e);

	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: less is"
		    " open than is substituted", o->ref,
		    (long long)n->instead_of);
	return r < 0 ? -1 : db_run(s->db, SQL_LINE, BIND(I(o->id), I(n->line),
	    T(n->sku), T(n->unit), n->unit_price == AMOUNT_NONE ? NIL() :
	    I(n->unit_price), T(n->instructions), I(n->ordered),
	    I(n->instead_of)), e);
}

static int
record(struct step *s, const struct order *o, const struct order_line *n,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "line", n->instead_of);
	detail_text(&b, "sku", n->sku);
	detail_int(&b, "quantity_thousandths", n->ordered);
	detail_int(&b, "as_line", n->line);
	r = event_add(s, o->id, "substitute", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static void
add_line(struct step *s, struct order *o, const struct order_line *n)
{
	struct order_line *more = arena_array(&s->mem, o->nlines + 1,
	    sizeof(*more));

	memcpy(more, o->lines, o->nlines * sizeof(*more));
	more[o->nlines++] = *n;
	o->lines = more;
}

int
line_substitute(struct step *s, struct order *o, size_t i,
    const struct alternative *a, int64_t quantity, struct err *e)
{
	struct order_line *l = &o->lines[i];
	struct order_line n = { .line = o->lines[o->nlines - 1].line + 1,
	    .sku = a->sku, .item = a->sku, .description = "",
	    .item_description = a->description, .unit = a->unit,
	    .instructions = l->instructions, .unit_price = a->unit_price,
	    .amount = AMOUNT_NONE, .was_price = AMOUNT_NONE,
	    .was_quantity = AMOUNT_NONE, .ordered = quantity,
	    .reject_code = "", .backorder_on = "", .promised_on = "",
	    .instead_of = l->line };
	struct stock_level level;

	if (stock_level(s, a->sku, &level, e) < 0)
		return -1;
	if (level.available < quantity || o->nlines >= ORDER_MAX_LINES ||
	    n.line > ORDER_MAX_LINE)
		return 0;
	if (write_line(s, o, &n, e) < 0)
		return -1;
	switch (stock_allocate(s, o->id, n.line, a->sku, quantity, false, e)) {
	case 1:
		break;
	case 0:
		return err_set(e, ERR_SOFTWARE, "item %s: what was available"
		    " is gone", a->sku);
	default:
		return -1;
	}
	n.allocated = quantity;
	l->substituted += quantity;
	add_line(s, o, &n);
	return record(s, o, &n, e) < 0 ? -1 : 1;
}
