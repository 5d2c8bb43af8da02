/* ticket.c - what fulfilment gets to read of an order
 *
 * A document has what is needed to pick, pack and send, and no more: no
 * prices, no mail address. */

#include <order/event.h>
#include <order/money.h>
#include <order/verify.h>

#include "ticket.h"

/* The order's own, else where it is billed to, else what is on file. */
static int
ship_to(struct step *s, const struct order *o, const char *const **address,
    struct err *e)
{
	const enum order_column from[] = { COLUMN_SHIP_NAME, COLUMN_BILL_NAME };
	struct customer *c = arena_alloc(&s->mem, sizeof(*c));
	bool ships = false;

	for (size_t k = 0; k < 2; k++)
		for (int i = 0; i < ADDRESS_NCOLUMNS; i++)
			if (o->column[(int)from[k] + i][0] != '\0') {
				*address = &o->column[from[k]];
				return 0;
			}
	*address = &o->column[COLUMN_SHIP_NAME];
	if (customer_find(s, o->account, c, e) < 0)
		return -1;
	if (!c->known)
		return 0;
	for (int i = 0; i < ADDRESS_NCOLUMNS; i++)
		ships = ships || c->ship[i][0] != '\0';
	*address = ships ? c->ship : c->bill;
	if ((*address)[0][0] == '\0') {
		const char **named = arena_array(&s->mem, ADDRESS_NCOLUMNS,
		    sizeof(*named));

		memcpy(named, *address, ADDRESS_NCOLUMNS * sizeof(*named));
		named[0] = c->name;
		*address = named;
	}
	return 0;
}

static int
begin(struct step *s, const struct order *o, const char *kind,
    struct buf *b, struct err *e)
{
	char at[INSTANT_TEXT];
	const char *const *to;

	if (ship_to(s, o, &to, e) < 0)
		return -1;
	detail_begin(b);
	detail_text(b, "kind", kind);
	detail_text(b, "at", instant_text(s->now.at, at));
	detail_text(b, "ref", o->ref);
	detail_text(b, "external_ref", o->column[COLUMN_EXTERNAL_REF]);
	detail_text(b, "customer", o->column[COLUMN_CUSTOMER]);
	for (int i = 0; i < ADDRESS_NCOLUMNS; i++)
		detail_text(b, order_columns[COLUMN_SHIP_NAME + i].name, to[i]);
	detail_text(b, "requested_on", o->column[COLUMN_REQUESTED_ON]);
	/* What waits for goods has these dates, not what leaves without it. */
	detail_text(b, "processing_on", order_is_complete(o) ?
	    o->processing_on : "");
	detail_text(b, "delivery_on", order_is_complete(o) ?
	    o->delivery_on : "");
	detail_text(b, "instructions", o->column[COLUMN_INSTRUCTIONS]);
	return 0;
}

static const char SQL_UNIT[] = "SELECT unit FROM items WHERE sku = $1";

/* Where the order says none, it is the item's. */
static int
unit_of(struct step *s, const struct order_line *l, const char **unit,
    struct err *e)
{
	struct row *row;
	int r;

	*unit = l->unit;
	if (l->unit[0] != '\0')
		return 0;
	r = db_one(s->db, SQL_UNIT, BIND(T(l->item)), &row, e);
	if (r == 1) {
		*unit = db_dup(row, 0, &s->mem);
		db_done(row);
	}
	return r < 0 ? -1 : 0;
}

static int
add_line(struct step *s, const struct order_line *l, int64_t quantity,
    struct buf *lines, struct err *e)
{
	struct buf b = BUF_INIT;
	const char *unit;

	if (unit_of(s, l, &unit, e) < 0)
		return -1;

	detail_begin(&b);
	detail_int(&b, "line", l->line);
	detail_text(&b, "sku", l->item[0] != '\0' ? l->item : l->sku);
	detail_text(&b, "description", l->description[0] != '\0' ?
	    l->description : l->item_description);
	detail_text(&b, "quantity",
	    decimal_short(&s->mem, quantity, QUANTITY_SCALE));
	detail_text(&b, "unit", unit);
	detail_text(&b, "promised_on", l->backordered > 0 ? "" :
	    l->promised_on);
	detail_text(&b, "line_instructions", l->instructions);
	detail_end(&b);
	if (lines->n > 0)
		buf_putc(lines, ',');
	buf_add(lines, b.data, b.n);
	buf_release(&b);
	return 0;
}

static void
end(struct buf *b, struct buf *lines)
{
	buf_puts(b, ",\"lines\":[");
	buf_add(b, lines->data, lines->n);
	buf_puts(b, "]}");
	buf_release(lines);
}

int
ticket_pick(struct step *s, const struct order *o, const int64_t *goes,
    struct buf *b, struct err *e)
{
	struct buf lines = BUF_INIT;
	int r = begin(s, o, "pick", b, e);

	detail_text(b, "reason", "");
	for (size_t i = 0; r == 0 && i < o->nlines; i++)
		if (goes[i] > 0)
			r = add_line(s, &o->lines[i], goes[i], &lines, e);
	end(b, &lines);
	return r;
}

int
ticket_cancel(struct step *s, const struct order *o,
    const struct cancel_request *q, struct buf *b, struct err *e)
{
	struct buf lines = BUF_INIT;
	int r = begin(s, o, "cancel", b, e);

	detail_text(b, "reason", q->note[0] == '\0' ? q->reason :
	    q->reason[0] == '\0' ? q->note :
	    arena_printf(&s->mem, "%s: %s", q->reason, q->note));
	for (size_t i = 0; r == 0 && i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];
		int64_t n = q->quantity > 0 && q->quantity < l->released ?
		    q->quantity : l->released;

		if (n > 0 && (q->line == 0 || q->line == l->line))
			r = add_line(s, l, n, &lines, e);
	}
	end(b, &lines);
	return r;
}
