/* sheet.c - one order for a person: what, for whom, where it stands
 *
 * Reads the store inside the caller's transaction; the text is printed when
 * that has ended. */

#include <inttypes.h>

#include <order/money.h>
#include <order/order.h>
#include <order/ref.h>
#include <order/text.h>

#include "listing.h"
#include "sheet.h"

/* ---- what ---- */

static const char *
amount(struct view *v, int64_t n)
{
	return n == AMOUNT_NONE ? "" : decimal_fixed(v->sh.mem, n, v->o.exponent);
}

static const char *
quantity(struct view *v, int64_t n)
{
	return decimal_short(v->sh.mem, n, QUANTITY_SCALE);
}

enum { LINE_NO, LINE_QUANTITY, LINE_UNIT, LINE_PRICE, LINE_AMOUNT,
	LINE_CELLS };

static void
line_cells(struct view *v, const struct order_line *l,
    const char *cell[LINE_CELLS])
{
	cell[LINE_NO] = arena_printf(v->sh.mem, "%" PRId64, l->line);
	cell[LINE_QUANTITY] = quantity(v, l->ordered);
	cell[LINE_UNIT] = l->unit;
	cell[LINE_PRICE] = l->unit_price == AMOUNT_NONE ? "" :
	    decimal_least(v->sh.mem, l->unit_price, PRICE_SCALE, v->o.exponent);
	cell[LINE_AMOUNT] = amount(v, l->amount);
}

static const char *
standing_part(struct view *v, const char *what, int64_t n, const char *on)
{
	return n == 0 ? "" : arena_printf(v->sh.mem, "%s %s%s%s", what,
	    quantity(v, n), on[0] != '\0' ? " for " : "", on);
}

/* Where a line stands, "" when nothing happened to it yet. */
static const char *
line_standing(struct view *v, const struct order_line *l)
{
	return JOIN(v, ", ",
	    standing_part(v, "allocated", l->allocated, ""),
	    standing_part(v, "backordered", l->backordered,
	    l->backordered > 0 && l->backorder_on[0] == '\0' ?
	    "no known date" : l->backorder_on),
	    standing_part(v, "shipped", l->shipped, ""),
	    standing_part(v, "delivered", l->delivered, ""),
	    standing_part(v, "returned", l->returned, ""),
	    standing_part(v, "cancelled", l->cancelled, ""),
	    standing_part(v, "rejected", l->rejected, ""),
	    standing_part(v, "substituted", l->substituted, ""),
	    l->instead_of == 0 ? "" : arena_printf(v->sh.mem,
	    "instead of line %" PRId64, l->instead_of),
	    l->promised_on[0] == '\0' ? "" : arena_printf(v->sh.mem,
	    "promised for %s", l->promised_on));
}

static void
put_line(struct view *v, const struct order_line *l,
    const size_t width[LINE_CELLS])
{
	const char *cell[LINE_CELLS], *item;
	size_t used = INDENT;

	line_cells(v, l, cell);
	buf_puts(&v->sh.out, "  ");
	for (int i = 0; i < LINE_CELLS; i++) {
		if (width[i] == 0)
			continue;
		sheet_cell(&v->sh, cell[i], width[i], i != LINE_UNIT);
		buf_puts(&v->sh.out, "  ");
		used += width[i] + 2;
	}
	item = JOIN(v, " ", l->item[0] != '\0' ? l->item : l->sku,
	    l->item[0] != '\0' && strcmp(l->item, l->sku) != 0 ?
	    arena_printf(v->sh.mem, "(ordered as %s)", l->sku) : "",
	    l->description);
	if (v->sh.width > 0 && v->sh.width < used + 12) {
		buf_putc(&v->sh.out, '\n');
		sheet_entry(&v->sh, DEEPER, "", 0, INK_NONE, item, "");
	} else
		sheet_heading(&v->sh, INK_NONE, v->sh.width == 0 ? item :
		    text_shown(v->sh.mem, item, v->sh.width - used));
	sheet_entry(&v->sh, INDENT + width[LINE_NO] + 2, "", 0, INK_NONE,
	    line_standing(v, l), "");
	sheet_entry(&v->sh, INDENT + width[LINE_NO] + 2, "", 0, INK_NONE,
	    l->instructions, "");
}

/* Money under the column of amounts. */
static void
put_sum(struct view *v, size_t at, const char *what, int64_t n)
{
	const char *text = amount(v, n);

	if (text[0] == '\0')
		return;
	text = arena_printf(v->sh.mem, "%s %s", what, text);
	sheet_cell(&v->sh, text, at < text_width(text) ? text_width(text) : at,
	    true);
	buf_putc(&v->sh.out, '\n');
}

static void
put_lines(struct view *v)
{
	size_t width[LINE_CELLS] = { 0 }, at = INDENT;
	const char *cell[LINE_CELLS];

	for (size_t i = 0; i < v->o.nlines; i++) {
		line_cells(v, &v->o.lines[i], cell);
		for (int c = 0; c < LINE_CELLS; c++) {
			size_t n = text_width(text_shown(v->sh.mem, cell[c], 16));

			if (n > width[c])
				width[c] = n;
		}
	}
	sheet_heading(&v->sh, INK_BOLD, "Lines");
	for (size_t i = 0; i < v->o.nlines; i++)
		put_line(v, &v->o.lines[i], width);
	for (int c = 0; c < LINE_CELLS; c++)
		at += width[c] > 0 ? width[c] + 2 : 0;
	at -= 2;
	put_sum(v, at, "discount", v->o.discount == AMOUNT_NONE ||
	    v->o.discount == 0 ? AMOUNT_NONE : -v->o.discount);
	put_sum(v, at, "shipping", v->o.shipping);
	put_sum(v, at, "tax", v->o.tax);
	put_sum(v, at, arena_printf(v->sh.mem, "total %s",
	    v->o.column[COLUMN_CURRENCY]), v->o.total);
	if (v->o.total_given != v->o.total)
		put_sum(v, at, "as given", v->o.total_given);
}

/* ---- for whom ---- */

static const char *
address(struct view *v, int first)
{
	const char *const *c = v->o.column + first;

	return JOIN(v, ", ", c[0], c[1], c[2],
	    JOIN(v, " ", c[5], c[3]), c[4], c[6]);
}

static void
put_parties(struct view *v)
{
	const char *const *c = v->o.column;

	sheet_heading(&v->sh, INK_BOLD, "For");
	view_entry(v, "customer", INK_NONE, JOIN(v, ", ", c[COLUMN_CUSTOMER],
	    v->o.account[0] != '\0' &&
	    strcmp(v->o.account, c[COLUMN_CUSTOMER]) != 0 ?
	    arena_printf(v->sh.mem, "on file as %s", v->o.account) : "",
	    c[COLUMN_CUSTOMER_NAME], c[COLUMN_EMAIL], c[COLUMN_PHONE]));
	view_entry(v, "ship to", INK_NONE, address(v, COLUMN_SHIP_NAME));
	view_entry(v, "bill to", INK_NONE, address(v, COLUMN_BILL_NAME));
	view_entry(v, "payment", INK_NONE, JOIN(v, ", ", c[COLUMN_PAYMENT_METHOD],
	    c[COLUMN_PAYMENT_TERMS], c[COLUMN_PAYMENT_LAST4][0] == '\0' ? "" :
	    arena_printf(v->sh.mem, "card ending in %s",
	    c[COLUMN_PAYMENT_LAST4])));
	view_entry(v, "requested", INK_NONE, c[COLUMN_REQUESTED_ON]);
	view_entry(v, "asks", INK_NONE, c[COLUMN_INSTRUCTIONS]);
}

/* ---- where it stands ---- */

static const char SQL_STANDING[] =
	"SELECT status, held, stock, ack, ship, received_at, ack_due_at,"
	" answered_at FROM v_orders WHERE id = $1";

static void
put_answer(struct view *v, const char *ack, const char *due,
    const char *answered)
{
	const struct order *o = &v->o;

	if (answered[0] != '\0')
		view_entry(v, "answer", INK_NONE, arena_printf(v->sh.mem,
		    "%s, first sent %s", ack, answered));
	else if (order_is(o, "cancelled"))
		view_entry(v, "answer", INK_NONE, ack);
	else if (o->ack_due_at < v->t->now.at)
		view_entry(v, "answer", INK_BAD, arena_printf(v->sh.mem, "%s, overdue"
		    " since %s (%s)", ack, due, view_age(v, o->ack_due_at)));
	else
		view_entry(v, "answer", INK_NONE, arena_printf(v->sh.mem,
		    "%s, due %s (in %s)", ack, due, view_age(v, o->ack_due_at)));
}

static void
put_promise(struct view *v)
{
	const struct order *o = &v->o;
	bool moved = strcmp(o->delivery_on, o->first_delivery_on) != 0 ||
	    strcmp(o->processing_on, o->first_processing_on) != 0;

	if (o->delivery_on[0] == '\0' && o->processing_on[0] == '\0')
		return;
	view_entry(v, "promise", INK_NONE, arena_printf(v->sh.mem,
	    "processing %s, delivery %s", o->processing_on, o->delivery_on));
	if (moved && o->first_delivery_on[0] != '\0')
		view_entry(v, "at first", INK_LOOK, arena_printf(v->sh.mem,
		    "processing %s, delivery %s", o->first_processing_on,
		    o->first_delivery_on));
}

static int
put_standing(struct view *v, struct err *e)
{
	const char *text[8];
	struct row *row;
	int r = db_one(v->t->db, SQL_STANDING, BIND(I(v->o.id)), &row, e);

	if (r <= 0)
		return r;
	for (int i = 0; i < 8; i++)
		text[i] = db_dup(row, i, v->sh.mem);
	db_done(row);
	sheet_heading(&v->sh, INK_BOLD, "Stands");
	view_entry(v, "status", order_is_live(&v->o) ? INK_NONE : INK_BAD,
	    arena_printf(v->sh.mem, "%s, revision %" PRId64 ", received %s",
	    text[0], v->o.revision, text[5]));
	view_entry(v, "held", INK_LOOK, text[1]);
	put_answer(v, text[3], text[6], text[7]);
	put_promise(v);
	view_entry(v, "stock", INK_NONE, text[2]);
	view_entry(v, "shipment", INK_NONE, strcmp(text[4], "none") != 0 ? text[4] :
	    "");
	return 0;
}

int
list_sheet(struct tool *t, const char *ref, struct err *e)
{
	struct view v = { .t = t, .sh = { .out = BUF_INIT } };
	int64_t id = 0;
	int r = order_find(&t->step, ref, &id, e);

	v.sh.mem = &t->step.mem;
	v.sh.width = (size_t)tool_columns();
	v.sh.color = tool_color(t);
	if (r == 1)
		r = order_load(&t->step, id, &v.o, e);
	if (r <= 0)
		return r;
	sheet_heading(&v.sh, INK_BOLD, JOIN(&v, "  ", v.o.ref, v.o.status,
	    v.o.column[COLUMN_EXTERNAL_REF], v.o.column[COLUMN_CHANNEL]));
	put_lines(&v);
	put_parties(&v);
	r = put_standing(&v, e);
	if (r >= 0)
		r = view_parcels(&v, e);
	if (r >= 0)
		r = view_requests(&v, e);
	if (r >= 0)
		r = view_holds(&v, e);
	if (r >= 0)
		r = view_inquiries(&v, e);
	if (r >= 0)
		r = view_messages(&v, e);
	if (r >= 0)
		r = view_events(&v, e);
	if (r >= 0)
		tool_text(t, v.sh.out.data, v.sh.out.n);
	buf_release(&v.sh.out);
	return r < 0 ? -1 : 1;
}
