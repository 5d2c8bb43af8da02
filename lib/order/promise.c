/* promise.c - dates that hold
 *
 * Civil dates in the company's zone and calendar; instants only to learn
 * which day it is there and whether the cut-off has passed. */

#include <order/ack.h>
#include <order/clock.h>
#include <order/forward.h>
#include <order/verify.h>

static const char SQL_HOLIDAYS[] = "SELECT date FROM holidays ORDER BY date";

static int
read_calendar(struct step *s, struct calendar *c, struct err *e)
{
	size_t cap = 0;
	int32_t *list = NULL;
	struct row *row;
	int r;

	memset(c, 0, sizeof(*c));
	workdays_parse(s->policy.text[POLICY_IS_WORKDAYS], c->works);
	if (db_query(s->db, SQL_HOLIDAYS, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		list = arena_grow(&s->mem, list, (size_t)c->nholidays,
		    &cap, sizeof(*list));
		if (date_parse(db_text(row, 0), &list[c->nholidays]))
			c->nholidays++;
	}
	c->holidays = list;
	return r;
}

/* Read once per transaction. */
static int
calendar_of(struct step *s, const struct calendar **out, struct err *e)
{
	if (s->calendar == NULL) {
		struct calendar *c = arena_alloc(&s->mem, sizeof(*c));

		if (read_calendar(s, c, e) < 0)
			return -1;
		s->calendar = c;
	}
	*out = s->calendar;
	return 0;
}

static const char SQL_TRANSIT[] =
	"SELECT days FROM transit WHERE country = $1 AND method = ''";

static int
find_transit(struct step *s, const struct order *o, struct promise *p,
    struct err *e)
{
	struct customer c;

	p->transit_days = s->policy.number[POLICY_IS_TRANSIT_DAYS];
	p->country = o->column[COLUMN_SHIP_COUNTRY];
	if (p->country[0] == '\0')
		p->country = o->column[COLUMN_BILL_COUNTRY];
	if (p->country[0] == '\0') {
		if (customer_find(s, o->account, &c, e) < 0)
			return -1;
		p->country = !c.known ? "" : c.ship[6][0] != '\0' ?
		    c.ship[6] : c.bill[6];
	}
	return db_one_int(s->db, SQL_TRANSIT, BIND(T(p->country)),
	    &p->transit_days, e) < 0 ? -1 : 0;
}

static const char SQL_HANDLING[] =
	"SELECT max(coalesce(i.handling_days, $2)) FROM lines AS l"
	" JOIN items AS i ON i.sku = l.item WHERE l.order_id = $1"
	" AND l.ordered > l.cancelled + l.rejected + l.substituted";

static int
find_handling(struct step *s, const struct order *o, struct promise *p,
    struct err *e)
{
	int own = step_has(s, ITEMS_OWN_HANDLING, e);

	p->handling_days = s->policy.number[POLICY_IS_HANDLING_DAYS];
	if (own <= 0)
		return own;
	return db_one_int(s->db, SQL_HANDLING, BIND(I(o->id),
	    I(p->handling_days)), &p->handling_days, e) < 0 ? -1 : 0;
}

static int32_t
later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* When one line is delivered; DATE_NONE when nobody knows. */
static int32_t
line_delivery(const struct calendar *c, struct promise *p,
    const struct order_line *l, int32_t requested)
{
	int32_t out = p->ready_on, supply;

	if (l->backordered > 0) {
		if (!date_parse(l->backorder_on, &supply))
			return DATE_NONE;
		p->supply_on = later(p->supply_on, supply);
		out = later(out, calendar_next(c, supply));
	}
	p->processing_on = later(p->processing_on, out);
	out = calendar_add(c, out, (int)p->transit_days);
	if (requested != DATE_NONE && requested > out)
		out = calendar_next(c, requested);
	return out;
}

int
promise_make(struct step *s, const struct order *o, struct promise *p,
    struct err *e)
{
	const struct calendar *c;
	int32_t requested = DATE_NONE;
	int minutes;

	memset(p, 0, sizeof(*p));
	p->processing_on = p->delivery_on = p->supply_on = DATE_NONE;
	if (calendar_of(s, &c, e) < 0 || find_transit(s, o, p, e) < 0)
		return -1;
	if (find_handling(s, o, p, e) < 0)
		return -1;
	zone_civil(s->policy.text[POLICY_IS_TIMEZONE], s->now.at,
	    &p->ordered_on, &minutes);
	p->after_cutoff = minutes >= s->policy.number[POLICY_IS_CUTOFF];
	p->ready_on = calendar_next(c, p->ordered_on);
	/* After the cut-off of a working day the next one counts. */
	if (p->after_cutoff && p->ready_on == p->ordered_on)
		p->ready_on = calendar_next(c, p->ordered_on + 1);
	p->ready_on = calendar_add(c, p->ready_on, (int)p->handling_days);
	if (o->column[COLUMN_REQUESTED_ON][0] != '\0')
		date_parse(o->column[COLUMN_REQUESTED_ON], &requested);
	p->line = arena_array(&s->mem, o->nlines, sizeof(*p->line));
	for (size_t i = 0; i < o->nlines; i++) {
		p->line[i] = DATE_NONE;
		if (line_wanted(&o->lines[i]) == 0)
			continue;
		p->line[i] = line_delivery(c, p, &o->lines[i], requested);
		p->open_dates = p->open_dates || p->line[i] == DATE_NONE;
		p->delivery_on = later(p->delivery_on, p->line[i]);
	}
	return 0;
}

/* ---- not too early ---- */

bool
handover_fits(const struct calendar *c, int32_t day, int handling,
    int transit, int32_t wanted)
{
	int32_t there = calendar_add(c, calendar_add(c, day, handling),
	    transit);

	return there == DATE_NONE || there >= wanted;
}

int32_t
handover_day(const struct calendar *c, int32_t after, int handling,
    int transit, int32_t wanted)
{
	int32_t low = after, high = wanted;	/* too early; early enough */

	while (high - low > 1) {
		int32_t mid = low + (high - low) / 2;

		if (handover_fits(c, calendar_next(c, mid), handling, transit,
		    wanted))
			high = mid;
		else
			low = mid;
	}
	return calendar_next(c, high);
}

int
promise_not_before(struct step *s, const struct order *o, int32_t *date,
    struct err *e)
{
	const struct calendar *c;
	struct promise p;
	int32_t wanted;

	*date = DATE_NONE;
	if (!date_parse(o->column[COLUMN_REQUESTED_ON], &wanted))
		return 0;
	if (promise_make(s, o, &p, e) < 0 || calendar_of(s, &c, e) < 0)
		return -1;
	/* Handed over now, it is ready when promise_make says. */
	if (!handover_fits(c, p.ready_on, 0, (int)p.transit_days, wanted))
		*date = handover_day(c, p.ordered_on, (int)p.handling_days,
		    (int)p.transit_days, wanted);
	return 0;
}

int
promise_arrival(struct step *s, const struct order *o, int32_t left_on,
    int32_t *arrives_on, struct err *e)
{
	const struct calendar *c;
	struct promise p;

	if (calendar_of(s, &c, e) < 0 || find_transit(s, o, &p, e) < 0)
		return -1;
	*arrives_on = calendar_add(c, left_on, (int)p.transit_days);
	return 0;
}

int
promise_departure(struct step *s, const struct order *o, int32_t arrives_on,
    int32_t *leaves_on, struct err *e)
{
	const struct calendar *c;
	struct promise p;
	int32_t day = arrives_on;
	int64_t left;

	if (calendar_of(s, &c, e) < 0 || find_transit(s, o, &p, e) < 0)
		return -1;
	/* Nothing is on its way on a day off: it arrives the day before. */
	for (left = p.transit_days; day > arrives_on - 3660; left--) {
		while (!calendar_works(c, day) && day > arrives_on - 3660)
			day--;
		if (left <= 0)
			break;
		day--;
	}
	*leaves_on = day;
	return 0;
}

static void
add_date(cJSON *o, const char *key, int32_t date)
{
	char text[DATE_TEXT];

	cJSON_AddStringToObject(o, key, date_text(date, text));
}

cJSON *
promise_explain(const struct order *o, const struct promise *p)
{
	cJSON *x = cJSON_CreateObject();

	cJSON_AddStringToObject(x, "ref", o->ref);
	add_date(x, "decided_on", p->ordered_on);
	cJSON_AddBoolToObject(x, "after_cutoff", p->after_cutoff);
	cJSON_AddNumberToObject(x, "handling_days", (double)p->handling_days);
	add_date(x, "ready_on", p->ready_on);
	add_date(x, "supply_on", p->supply_on);
	add_date(x, "processing_on", p->processing_on);
	cJSON_AddStringToObject(x, "country", p->country);
	cJSON_AddNumberToObject(x, "transit_days", (double)p->transit_days);
	cJSON_AddStringToObject(x, "requested_on",
	    o->column[COLUMN_REQUESTED_ON]);
	add_date(x, "delivery_on", p->delivery_on);
	cJSON_AddBoolToObject(x, "open_dates", p->open_dates);
	return x;
}
