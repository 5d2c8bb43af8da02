/* ship.c - shipments: what left, arrived and came back
 *
 * Stock moves when goods leave and at no other report: what came back is on
 * hand when somebody has looked at it and adjusts or counts the stock. */

#include <order/ack.h>
#include <order/ship.h>
#include <order/stock.h>

int
parcel_days(struct step *s, const struct order *o, struct parcel *p,
    struct err *e)
{
	int32_t there;
	char text[DATE_TEXT];

	if (promise_arrival(s, o, step_day(s, p->at), &there, e) < 0)
		return -1;
	p->shipped_on = step_day_text(s, p->at);
	p->due_on = arena_dup(&s->mem, date_text(there, text));
	return 0;
}

static const char SQL_SHIPMENT[] =
	"INSERT INTO shipments (order_id, line, quantity, carrier, tracking,"
	" at, shipped_on, due_on, promised_on, first_promised_on)"
	" SELECT order_id, line, $3, $4, $5, $6, $7, $8, promised_on,"
	"  first_promised_on FROM lines WHERE order_id = $1 AND line = $2";

int
line_ship(struct step *s, const struct order *o, struct order_line *l,
    int64_t quantity, const struct parcel *p, struct err *e)
{
	int r = stock_ship(s, o->id, l->line, l->item, quantity, p->at, e);

	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: less"
		    " than that is released", o->ref, (long long)l->line);
	if (r < 0 || db_run(s->db, SQL_SHIPMENT, BIND(I(o->id), I(l->line),
	    I(quantity), T(p->carrier), T(p->tracking), I(p->at),
	    T(p->shipped_on), T(p->due_on)), e) < 0)
		return -1;
	l->allocated -= quantity;
	l->released -= quantity;
	l->shipped += quantity;
	return 0;
}

bool
order_is_sent(const struct order *o)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (line_to_send(&o->lines[i]) > 0)
			return false;
	return true;
}

/* ---- after that ---- */

static const char SQL_SHIPMENTS[] =
	"SELECT id, line, quantity, delivered, returned, carrier, tracking,"
	" shipped_on FROM shipments WHERE order_id = $1 ORDER BY id";

int
shipments_of(struct step *s, int64_t order_id, struct shipment **list,
    size_t *n, struct err *e)
{
	size_t cap = 0;
	struct row *row;
	int r;

	*list = NULL;
	*n = 0;
	if (db_query(s->db, SQL_SHIPMENTS, BIND(I(order_id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		*list = arena_grow(&s->mem, *list, *n, &cap, sizeof(**list));
		(*list)[(*n)++] = (struct shipment){ db_int(row, 0),
		    db_int(row, 1), db_int(row, 2), db_int(row, 3),
		    db_int(row, 4), db_dup(row, 5, &s->mem),
		    db_dup(row, 6, &s->mem), db_dup(row, 7, &s->mem) };
	}
	return r;
}

static const char SQL_DELIVERED[] =
	"UPDATE shipments SET delivered = delivered + $2,"
	" delivered_on = max(delivered_on, $3)"
	" WHERE id = $1 AND delivered + $2 <= quantity";

static const char SQL_LINE_DELIVERED[] =
	"UPDATE lines SET delivered = delivered + $3"
	" WHERE order_id = $1 AND line = $2";

static int
fewer(const struct order *o, const struct shipment *x, struct err *e)
{
	return err_set(e, ERR_SOFTWARE, "order %s: shipment %lld holds less"
	    " than that", o->ref, (long long)x->id);
}

int
shipment_deliver(struct step *s, const struct order *o,
    const struct shipment *x, int64_t quantity, const char *on, struct err *e)
{
	int r = db_run(s->db, SQL_DELIVERED, BIND(I(x->id), I(quantity),
	    T(on)), e);

	if (r <= 0)
		return r < 0 ? -1 : fewer(o, x, e);
	return db_run(s->db, SQL_LINE_DELIVERED, BIND(I(o->id), I(x->line),
	    I(quantity)), e) < 0 ? -1 : 0;
}

static const char SQL_RETURNED[] =
	"UPDATE shipments SET returned = returned + $2"
	" WHERE id = $1 AND returned + $2 <= quantity";

static const char SQL_LINE_RETURNED[] =
	"UPDATE lines SET returned = returned + $3"
	" WHERE order_id = $1 AND line = $2";

int
shipment_return(struct step *s, const struct order *o,
    const struct shipment *x, int64_t quantity, struct err *e)
{
	int r = db_run(s->db, SQL_RETURNED, BIND(I(x->id), I(quantity)), e);

	if (r <= 0)
		return r < 0 ? -1 : fewer(o, x, e);
	return db_run(s->db, SQL_LINE_RETURNED, BIND(I(o->id), I(x->line),
	    I(quantity)), e) < 0 ? -1 : 0;
}
