/* backorder.c - what each line takes, waits for or is refused; the queue */

#include <order/ack.h>
#include <order/event.h>
#include <order/stock.h>

#include "shortage.h"

/* ---- one line ---- */

int64_t
quantity_of(int64_t wanted, int64_t available)
{
	int64_t n = wanted < available ? wanted : available;

	if (n < wanted && wanted % 1000 == 0)
		n -= n % 1000;
	return n > 0 ? n : 0;
}

int
line_take(struct step *s, const struct order *o, struct order_line *l,
    struct err *e)
{
	struct stock_level level;
	int64_t n;
	int r;

	if (line_open(l) == 0)
		return 0;
	if (stock_level(s, l->item, &level, e) < 0)
		return -1;
	n = quantity_of(line_open(l), level.available);
	if (n == 0)
		return 0;
	r = stock_allocate(s, o->id, l->line, l->item, n, false, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "item %s: what was available"
		    " is gone", l->item);
	if (r == 1)
		l->allocated += n;
	return r < 0 ? -1 : 0;
}

static const char SQL_REFUSE[] =
	"UPDATE lines SET rejected = rejected + $3, reject_code = $4"
	" WHERE order_id = $1 AND line = $2";

int
line_refuse(struct step *s, const struct order *o, struct order_line *l,
    int64_t quantity, const char *code, struct err *e)
{
	l->rejected += quantity;
	l->reject_code = code;
	return db_run(s->db, SQL_REFUSE, BIND(I(o->id), I(l->line),
	    I(quantity), T(code)), e) < 0 ? -1 : 0;
}

static const char SQL_BACKORDER[] =
	"UPDATE lines SET backordered = backordered + $3, backorder_on = $4"
	" WHERE order_id = $1 AND line = $2";

int
line_backorder(struct step *s, const struct order *o, struct order_line *l,
    int64_t quantity, struct err *e)
{
	char date[11];

	if (stock_supply_date(s, l->item, quantity, date, e) < 0 ||
	    db_run(s->db, SQL_BACKORDER, BIND(I(o->id), I(l->line),
	    I(quantity), T(date)), e) < 0)
		return -1;
	stock_waits_more(s, quantity);
	l->backordered += quantity;
	l->backorder_on = arena_dup(&s->mem, date);
	return 0;
}

static const char SQL_REOPEN[] =
	"UPDATE lines SET backordered = backordered - $3,"
	" backorder_on = CASE backordered WHEN $3 THEN '' ELSE backorder_on END"
	" WHERE order_id = $1 AND line = $2 AND backordered >= $3";

int
line_reopen(struct step *s, const struct order *o, struct order_line *l,
    int64_t quantity, struct err *e)
{
	int n = db_run(s->db, SQL_REOPEN, BIND(I(o->id), I(l->line),
	    I(quantity)), e);

	if (n == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: the"
		    " backorder changed", o->ref, (long long)l->line);
	l->backordered -= quantity;
	if (l->backordered == 0)
		l->backorder_on = "";
	return n < 0 ? -1 : 0;
}

int64_t
open_so_far(const struct order *o, size_t i)
{
	int64_t n = 0;

	for (size_t k = 0; k <= i; k++)
		if (strcmp(o->lines[k].item, o->lines[i].item) == 0)
			n += line_open(&o->lines[k]);
	return n;
}

/* Consent given: what is open waits in the queue. */
int
order_backorder_open(struct step *s, struct order *o, struct err *e)
{
	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];

		if (line_open(l) > 0 &&
		    line_backorder(s, o, l, line_open(l), e) < 0)
			return -1;
	}
	return 0;
}

/* ---- waiting lines ---- */

int
order_fill_backorders(struct step *s, const char *ref, struct verdict *v,
    struct err *e)
{
	struct stock_level level;
	bool filled = false, waiting = false;
	struct order o;
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0)
		return r;
	if (order_is(&o, "received") || order_is(&o, "completed") ||
	    !order_is_live(&o)) {
		verdict_set(v, o.id, RESULT_REFUSED, "illegal-transition");
		return verdict_note(v, "%s: is %s", o.ref, o.status);
	}
	for (size_t i = 0; i < o.nlines; i++) {
		struct order_line *l = &o.lines[i];
		int64_t n = l->backordered;

		if (n == 0)
			continue;
		if (stock_level(s, l->item, &level, e) < 0)
			return -1;
		n = quantity_of(n, level.available);
		waiting = waiting || n < l->backordered;
		if (n == 0)
			continue;
		r = stock_allocate(s, o.id, l->line, l->item, n, true, e);
		if (r < 0)
			return -1;
		filled = filled || r == 1;
	}
	if (!filled)
		return verdict_set(v, o.id, RESULT_UNCHANGED,
		    waiting ? "short" : "");
	if (event_add(s, o.id, "allocate-backorder", "{}", e) < 0 ||
	    ack_repromise(s, &o, e) < 0)
		return -1;
	return verdict_set(v, o.id, RESULT_OK, waiting ? "short" : "");
}
