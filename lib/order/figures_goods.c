/* figures_goods.c - what could be delivered, and when it was there
 *
 * Lines beside their movements, then shipments, of the orders of the
 * period. */

#include <order/money.h>

#include "figures_parts.h"

/* ---- lines ---- */

/* The order of the primary key, so that nothing is sorted. */
static const char SQL_LINES[] =
	"SELECT l.order_id, l.line, l.ordered,"
	" l.ordered - l.cancelled - l.rejected - l.substituted,"
	" l.backordered, l.shipped, l.returned, l.backorder_on,"
	" l.promised_on, l.instead_of, g.at, g.allocated,"
	" CASE WHEN l.backordered > 0 THEN (SELECT o.received_at FROM orders"
	" AS o WHERE o.id = l.order_id) END"
	" FROM lines AS l LEFT JOIN stock_ledger AS g"
	" ON g.order_id = l.order_id AND g.line = l.line"
	" AND g.kind = 'allocate'"
	" WHERE l.order_id BETWEEN $1 AND $2 ORDER BY l.order_id, l.line";

enum { ORDER_ID, LINE, ORDERED, WANTED, BACKORDERED, SHIPPED, RETURNED,
	BACKORDER_ON, PROMISED_ON, INSTEAD_OF, MOVED_AT, MOVED, RECEIVED };

static const struct age {
	const char *name;
	int64_t days;		/* below */
} ages[] = {
	{ "under a week", 7 }, { "1 to 4 weeks", 28 }, { "4 to 13 weeks", 91 },
	{ "over 13 weeks", INT64_MAX }
};

#define NAGES (sizeof(ages) / sizeof(ages[0]))

struct goods {
	struct counting *c;
	char today[DATE_TEXT];
	int64_t lines, returned, overdue;
	int64_t checked, filled, asked, taken;	/* lines, and quantities */
	int64_t waiting, undated, of_age[NAGES], since;
	struct spread age;
	/* of the line that movements are added up for */
	int64_t order_id, line, ordered, at_once;
	bool counts;
};

static int64_t
add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static void
end_line(struct goods *g)
{
	if (!g->counts)
		return;
	if (g->at_once > g->ordered)
		g->at_once = g->ordered;
	g->checked++;
	g->filled += g->at_once == g->ordered;
	g->asked = add(g->asked, g->ordered);
	g->taken = add(g->taken, g->at_once);
	g->counts = false;
}

static void
take_waiting(struct goods *g, struct row *row)
{
	int64_t since = db_int(row, RECEIVED);
	int64_t seconds = g->c->s->now.at - since;
	size_t i = 0;

	while (ages[i].days != INT64_MAX && seconds >= ages[i].days * 86400)
		i++;
	g->of_age[i]++;
	g->undated += db_text(row, BACKORDER_ON)[0] == '\0';
	if (g->waiting++ == 0 || since < g->since)
		g->since = since;
	spread_add(&g->age, seconds);
}

/* What was ordered, not what came instead of it. */
static void
begin_line(struct goods *g, struct row *row, uint8_t flags)
{
	const char *promised_on = db_text(row, PROMISED_ON);

	g->order_id = db_int(row, ORDER_ID);
	g->line = db_int(row, LINE);
	g->ordered = db_int(row, ORDERED);
	g->at_once = 0;
	g->lines++;
	g->returned += db_int(row, RETURNED) > 0;
	if (db_int(row, BACKORDERED) > 0)
		take_waiting(g, row);
	g->overdue += (flags & WENT_THROUGH) != 0 && promised_on[0] != '\0' &&
	    db_int(row, WANTED) > db_int(row, SHIPPED) &&
	    strcmp(promised_on, g->today) < 0;
	g->counts = (flags & CHANGED) == 0 && db_int(row, INSTEAD_OF) == 0 &&
	    g->c->checked_at[g->order_id - g->c->first] != NOT_CHECKED;
}

static void
take_line(struct goods *g, struct row *row)
{
	int64_t id = db_int(row, ORDER_ID);
	uint8_t flags = counting_flags(g->c, id);

	if ((flags & OF_PERIOD) == 0)
		return;
	if (id != g->order_id || db_int(row, LINE) != g->line) {
		end_line(g);
		begin_line(g, row, flags);
	}
	if (!db_null(row, MOVED_AT) &&
	    db_int(row, MOVED_AT) == g->c->checked_at[id - g->c->first])
		g->at_once = add(g->at_once, db_int(row, MOVED));
}

/* The movements stay where the stock is: an archive has none. */
static void
put_at_once(struct goods *g)
{
	struct figures *f = g->c->out;

	if (db_is_archive(g->c->s->db))
		return;
	figure_share(f, "stock", "lines_at_once", "", g->filled, g->checked);
	figure_share(f, "stock", "quantity_at_once", "", g->taken,
	    g->asked)->exponent = QUANTITY_SCALE;
}

static void
put_stock(struct goods *g)
{
	struct figures *f = g->c->out;
	int64_t now = g->c->s->now.at;

	figure_put(f, "orders", "lines", "", UNIT_COUNT, g->lines);
	put_at_once(g);
	figure_put(f, "stock", "backordered", "", UNIT_COUNT, g->waiting);
	figure_put(f, "stock", "without_date", "", UNIT_COUNT, g->undated);
	for (size_t i = 0; i < NAGES; i++)
		figure_put(f, "stock", "backorder_age", ages[i].name,
		    UNIT_COUNT, g->of_age[i]);
	figure_spread(f, "stock", "backorder_age", "", &g->age, false);
	figure_put(f, "stock", "oldest_minutes", "", UNIT_MINUTES,
	    now < g->since ? 0 : (now - g->since) / 60)->known =
	    g->waiting > 0;
	figure_put(f, "delivery", "overdue_lines", "", UNIT_COUNT, g->overdue);
	figure_put(f, "delivery", "returned_lines", "", UNIT_COUNT,
	    g->returned);
}

int
figures_stock(struct counting *c, struct err *e)
{
	struct goods g = { .c = c };
	struct row *row;
	int r = db_query(c->s->db, SQL_LINES, BIND(I(c->first),
	    I(c->first + (int64_t)c->n - 1)), &row, e);

	date_text(c->today, g.today);
	while (r >= 0 && (r = db_next(row, e)) == 1)
		take_line(&g, row);
	end_line(&g);
	if (r == 0)
		put_stock(&g);
	spread_release(&g.age);
	return r;
}

/* ---- shipments ---- */

/* A parcel that nobody has reported delivered is there when it is due. */
static const char SQL_SHIPMENTS[] =
	"SELECT order_id, CASE delivered_on WHEN '' THEN due_on"
	" ELSE delivered_on END, promised_on, first_promised_on"
	" FROM shipments";

int
figures_delivery(struct counting *c, struct err *e)
{
	int64_t n = 0, promised = 0, kept = 0, first = 0, first_kept = 0;
	struct row *row;
	int r = db_query(c->s->db, SQL_SHIPMENTS, NOBIND, &row, e);

	while (r >= 0 && (r = db_next(row, e)) == 1) {
		const char *there_on = db_text(row, 1);
		const char *on = db_text(row, 2), *first_on = db_text(row, 3);

		if ((counting_flags(c, db_int(row, 0)) & OF_PERIOD) == 0)
			continue;
		n++;
		promised += on[0] != '\0';
		kept += on[0] != '\0' && strcmp(there_on, on) <= 0;
		first += first_on[0] != '\0';
		first_kept += first_on[0] != '\0' &&
		    strcmp(there_on, first_on) <= 0;
	}
	if (r < 0)
		return -1;
	figure_put(c->out, "delivery", "shipped_lines", "", UNIT_COUNT, n);
	figure_share(c->out, "delivery", "on_time", "", kept, promised);
	figure_share(c->out, "delivery", "on_time_first", "", first_kept,
	    first);
	return 0;
}
