/* sheet_sent.c - what of an order left the house, and what is to be stopped
 *
 * The middle of the sheet: parcels and open requests to cancel. */

#include <inttypes.h>

#include <order/money.h>

#include <order/remedy.h>

#include "sheet.h"

static const char SQL_PARCELS[] =
	"SELECT carrier, tracking, shipped_on, line, sum(quantity),"
	" sum(delivered), max(delivered_on), sum(returned), max(due_on)"
	" FROM shipments WHERE order_id = $1"
	" GROUP BY carrier, tracking, shipped_on, line"
	" ORDER BY shipped_on, carrier, tracking, line";

static const char *
quantity(struct view *v, int64_t n)
{
	return decimal_short(v->sh.mem, n, QUANTITY_SCALE);
}

/* "4 of line 1, delivered 2026-11-26", or when it should be there. */
static const char *
part(struct view *v, struct row *row)
{
	struct arena *mem = v->sh.mem;
	int64_t n = db_int(row, 4), there = db_int(row, 5);
	int64_t back = db_int(row, 7);

	return JOIN(v, ", ", arena_printf(mem, "%s of line %" PRId64,
	    quantity(v, n), db_int(row, 3)),
	    there == 0 ? arena_printf(mem, "expected there %s",
	    db_text(row, 8)) : arena_printf(mem, "%s%sdelivered %s",
	    there < n ? quantity(v, there) : "", there < n ? " of it " : "",
	    db_text(row, 6)),
	    back == 0 ? "" : arena_printf(mem, "%s returned",
	    quantity(v, back)));
}

int
view_parcels(struct view *v, struct err *e)
{
	const char *last = "";
	struct row *row;
	bool first = true;
	int r;

	if (db_query(v->t->db, SQL_PARCELS, BIND(I(v->o.id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		const char *tracking = db_text(row, 1);
		const char *parcel = JOIN(v, ", ", db_text(row, 2),
		    db_text(row, 0), tracking[0] == '\0' ? "" :
		    arena_printf(v->sh.mem, "tracking %s", tracking));

		if (first)
			sheet_heading(&v->sh, INK_BOLD, "Shipped");
		if (first || strcmp(parcel, last) != 0)
			view_entry(v, "parcel", INK_NONE, parcel);
		sheet_entry(&v->sh, DEEPER, "", LABEL, INK_NONE,
		    part(v, row), "");
		first = false;
		last = arena_dup(v->sh.mem, parcel);
	}
	return r;
}

/* ---- to be stopped ---- */

static const char SQL_REQUESTS[] =
	"SELECT line, quantity, reason, note, at, handoff IS NOT NULL, id"
	" FROM cancel_requests WHERE order_id = $1 AND answered_at IS NULL"
	" ORDER BY id";

static const char *
asked_for(struct view *v, int64_t line, int64_t n)
{
	return line == 0 ? "all of it" : n == 0 ?
	    arena_printf(v->sh.mem, "line %" PRId64, line) :
	    arena_printf(v->sh.mem, "%s of line %" PRId64, quantity(v, n),
	    line);
}

int
view_requests(struct view *v, struct err *e)
{
	char when[INSTANT_TEXT];
	struct row *row;
	bool first = true;
	int r;

	if (db_query(v->t->db, SQL_REQUESTS, BIND(I(v->o.id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		int64_t line = db_int(row, 0);
		const char *on = line == 0 ? "" : arena_printf(v->sh.mem,
		    " --line %" PRId64, line);

		if (first)
			sheet_heading(&v->sh, INK_BOLD, "To be cancelled");
		first = false;
		view_entry(v, "request", INK_LOOK, JOIN(v, ", ",
		    asked_for(v, line, db_int(row, 1)),
		    arena_printf(v->sh.mem, "open since %s (%s)",
		    instant_text(db_int(row, 4), when),
		    view_age(v, db_int(row, 4))), db_text(row, 2),
		    db_text(row, 3)));
		if (db_int(row, 5) == 0) {
			view_command(v, DEEPER, "ask by",
			    remedy_forward(v->sh.mem, v->o.ref));
			continue;
		}
		view_command(v, DEEPER, "stopped", remedy_cancel(v->sh.mem,
		    v->o.ref, line, db_int(row, 6)));
		view_command(v, DEEPER, "too late", arena_printf(v->sh.mem,
		    "order-update %s cancel-refused%s", v->o.ref, on));
	}
	return r;
}
