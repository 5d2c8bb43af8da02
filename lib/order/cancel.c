/* cancel.c - take out what is not wanted any more */

#include <order/cancel.h>
#include <order/event.h>
#include <order/stock.h>

static const char SQL_CANCEL[] =
	"UPDATE lines SET cancelled = cancelled + $3,"
	" backordered = backordered - $4,"
	" backorder_on = CASE backordered WHEN $4 THEN '' ELSE backorder_on END"
	" WHERE order_id = $1 AND line = $2 AND backordered >= $4";

static int
record(struct step *s, const struct order *o, const struct order_line *l,
    int64_t quantity, const char *why, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "line", l->line);
	detail_text(&b, "sku", l->sku);
	detail_int(&b, "quantity_thousandths", quantity);
	detail_text(&b, "reason", why);
	r = event_add(s, o->id, "line-cancelled", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int
line_cancel(struct step *s, struct order *o, struct order_line *l,
    int64_t quantity, const char *why, struct err *e)
{
	int64_t rest = quantity - least(quantity, line_open(l));
	int64_t waiting = least(rest, l->backordered), back = rest - waiting;
	int r = back == 0 ? 1 : stock_deallocate(s, o->id, l->line, l->item,
	    back, false, "cancelled", e);

	if (r > 0)
		r = db_run(s->db, SQL_CANCEL, BIND(I(o->id), I(l->line),
		    I(quantity), I(waiting)), e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: less"
		    " than that is left to be cancelled", o->ref,
		    (long long)l->line);
	if (r < 0)
		return -1;
	l->allocated -= back;
	l->backordered -= waiting;
	l->cancelled += quantity;
	if (l->backordered == 0)
		l->backorder_on = "";
	return record(s, o, l, quantity, why, e);
}
