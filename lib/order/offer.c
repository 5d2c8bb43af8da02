/* offer.c - ask the customer about what is short, and keep what was offered */

#include <order/message.h>
#include <order/money.h>
#include <order/stock.h>

#include "shortage.h"

struct offer {
	struct step *s;
	struct order *o;
	struct wishes w;
	bool open;		/* else it is about what waits already */
	bool waits;		/* the rest may wait */
	bool whole;		/* all or nothing: nothing is taken yet */
	bool refused;		/* some of it */
	cJSON *lines;
};

static const char SQL_WAIT[] =
	"INSERT INTO offers (order_id, line, sku, rank, quantity, unit_price,"
	" expected_on) VALUES ($1, $2, '', 0, $3, NULL, $4)";

static const char *
quantity_text(struct step *s, int64_t n)
{
	return decimal_short(&s->mem, n, QUANTITY_SCALE);
}

/* What there is for line i beside what the lines above it want. */
static int
find_there(struct offer *f, size_t i, int64_t *there, struct err *e)
{
	const struct order_line *l = &f->o->lines[i];
	struct stock_level level;

	*there = 0;
	if (!f->whole)
		return 0;
	if (stock_level(f->s, l->item, &level, e) < 0)
		return -1;
	*there = quantity_of(line_open(l), level.available -
	    open_so_far(f->o, i) + line_open(l));
	return 0;
}

static int
find_date(struct offer *f, size_t i, int64_t there, char date[11],
    struct err *e)
{
	const struct order_line *l = &f->o->lines[i];

	if (f->open)
		return stock_supply_date(f->s, l->item,
		    open_so_far(f->o, i) - there, date, e);
	snprintf(date, 11, "%s", l->backorder_on);
	return 0;
}

static int
offer_line(struct offer *f, size_t i, struct err *e)
{
	struct order_line *l = &f->o->lines[i];
	int64_t rest = f->open ? line_open(l) : l->backordered, there;
	struct alternative *a = NULL;
	struct step *s = f->s;
	char date[11] = "";
	size_t n = 0;
	cJSON *line;

	if (rest == 0)
		return 0;
	if (find_there(f, i, &there, e) < 0)
		return -1;
	rest -= there;
	if (rest == 0)
		return 0;
	if (strcmp(f->w.substitute, "never") != 0 &&
	    alternatives_find(s, f->o, l, rest, &a, &n, e) < 0)
		return -1;
	if (!f->waits && n == 0) {
		f->refused = true;
		return line_refuse(s, f->o, l, rest, "R4", e);
	}
	if (f->waits && (find_date(f, i, there, date, e) < 0 ||
	    db_run(s->db, SQL_WAIT, BIND(I(f->o->id), I(l->line), I(rest),
	    T(date)), e) < 0))
		return -1;
	if (alternatives_keep(s, f->o, l, a, n, e) < 0)
		return -1;
	line = message_line(s, f->o, l);
	cJSON_AddItemToArray(f->lines, line);
	message_bool(line, "short", true);
	message_text(line, "available", quantity_text(s, l->allocated + there));
	message_text(line, "backordered", f->waits ? quantity_text(s, rest) :
	    "");
	message_text(line, "backorder_on", date);
	alternatives_put(s, f->o, line, a, n);
	return 0;
}

static const char SQL_FORGET[] = "DELETE FROM offers WHERE order_id = $1";

static int
offer_lines(struct offer *f, struct err *e)
{
	if (db_run(f->s->db, SQL_FORGET, BIND(I(f->o->id)), e) < 0)
		return -1;
	for (size_t i = 0; i < f->o->nlines; i++)
		if (offer_line(f, i, e) < 0)
			return -1;
	return f->refused ? order_retotal(f->s, f->o, e) : 0;
}

static int
ask(struct offer *f, cJSON *document, const char *gone_sku, struct err *e)
{
	struct order *o = f->o;
	int64_t id = 0;

	message_number(document, "nlines", cJSON_GetArraySize(f->lines));
	message_bool(document, "no_backorder", !f->waits);
	message_bool(document, "offer_gone", gone_sku != NULL);
	message_text(document, "gone_sku", gone_sku != NULL ? gone_sku : "");
	if (f->open && !f->whole && hold_open(f->s, o, "consent",
	    "part of it is not there now", e) < 0) {
		cJSON_Delete(document);
		return -1;
	}
	if (message_queue(f->s, o, "shortage", "", document, &id, e) < 0)
		return -1;
	return message_overtake(f->s, o->id, "shortage", id, e);
}

int
offer_make(struct step *s, struct order *o, const char *gone_sku,
    struct err *e)
{
	struct offer f = { .s = s, .o = o, .whole = order_held(o, "stock") };
	cJSON *document;

	for (size_t i = 0; i < o->nlines; i++)
		f.open = f.open || line_open(&o->lines[i]) > 0;
	if (wishes_read(s, o, &f.w, e) < 0)
		return -1;
	f.waits = !f.open || strcmp(f.w.backorder, "never") != 0;
	document = cJSON_CreateObject();
	f.lines = cJSON_AddArrayToObject(document, "lines");
	if (offer_lines(&f, e) < 0) {
		cJSON_Delete(document);
		return -1;
	}
	if (cJSON_GetArraySize(f.lines) > 0)
		return ask(&f, document, gone_sku, e);
	/* There is nothing to choose from. */
	cJSON_Delete(document);
	return hold_close(s, o, "consent", "not available", "", e) < 0 ? -1 :
	    message_overtake(s, o->id, "shortage", INT64_MAX, e);
}
