/* update_ship.c - what fulfilment reports: taken on, picked, sent, arrived,
 * come back
 *
 * A report is about so much of a line, about a line, or about all that there
 * is of the order at that stage.  More than that is refused with the figures. */

#include <order/cancel.h>
#include <order/date.h>
#include <order/event.h>
#include <order/money.h>
#include <order/ship.h>

#include "update_take.h"

static const char *
figure(struct report *r, int64_t n)
{
	return decimal_short(&r->s->mem, n, QUANTITY_SCALE);
}

/* "5 of line 1, 3 of line 2": for the event. */
static void
add_what(struct report *r, struct buf *b, const struct order_line *l,
    int64_t n)
{
	buf_printf(b, "%s%s of line %lld", b->n > 0 ? ", " : "", figure(r, n),
	    (long long)l->line);
}

static const char *
kept(struct report *r, struct buf *b)
{
	const char *text = arena_dup(&r->s->mem, b->n > 0 ? b->data : "");

	buf_release(b);
	return text;
}

static int
too_much(struct report *r, int64_t n, int64_t there, const char *stage)
{
	return update_refuse(r, "over-quantity", "quantity", arena_printf(
	    &r->s->mem, "%s, but %s%s of the line %s", figure(r, n),
	    there > 0 ? "only " : "", there > 0 ? figure(r, there) : "nothing",
	    stage));
}

/* ---- hand-offs ---- */

static const char SQL_ANSWER[] =
	"UPDATE handoffs SET state = $2, answered_at = $3, note = $4, by = $5"
	" WHERE order_id = $1 AND destination = 'fulfilment' AND kind = 'pick'"
	" AND state <> 'void' AND (state <> $2 OR note <> $4)"
	" AND ($2 <> 'accepted' OR state <> 'accepted')";

static const char SQL_HANDED[] =
	"SELECT count(*) FROM handoffs WHERE order_id = $1"
	" AND destination = 'fulfilment' AND kind = 'pick' AND state <> 'void'";

static int
answer(struct report *r, const char *state, const char *note)
{
	return db_run(r->s->db, SQL_ANSWER, BIND(I(r->o->id), T(state),
	    I(r->s->now.at), T(note), T(r->s->actor)), r->e);
}

/* Accepted, or with a problem that somebody has to see to. */
int
take_accepted(struct report *r)
{
	const char *event = r->value[UPDATE_EVENT];
	bool problem = strcmp(event, "problem") == 0;
	const char *note = update_why(r);
	int64_t handed = 0;
	int n;

	if (problem && update_says(r, UPDATE_LINE))
		note = arena_printf(&r->s->mem, "line %lld: %s",
		    (long long)r->line, note);
	n = answer(r, event, note);
	if (n < 0 || (n == 0 && db_one_int(r->s->db, SQL_HANDED,
	    BIND(I(r->o->id)), &handed, r->e) < 0))
		return -1;
	if (n == 0)
		return handed > 0 ? update_unchanged(r) : update_refuse(r,
		    "illegal-transition", event, "nothing of the order was"
		    " handed to fulfilment (see: order-forward)");
	return update_record(r, event, "") < 0 ? -1 : update_done(r);
}

/* ---- what fulfilment has ---- */

static int
none_released(struct report *r)
{
	return update_refuse(r, "over-quantity", r->value[UPDATE_EVENT],
	    "fulfilment has nothing more of it (see: order-forward)");
}

/* How much of each line the report is about, by the line's place: 1; 0
 * refused, or nothing is there; -1. */
static int
of_released(struct report *r, int64_t *part, bool *any)
{
	bool all = !update_says(r, UPDATE_LINE) &&
	    !update_says(r, UPDATE_QUANTITY);
	const struct order_line *one = all ? NULL : update_line(r);

	*any = false;
	if (!all && one == NULL)
		return update_which_line(r);
	for (size_t i = 0; i < r->o->nlines; i++) {
		const struct order_line *l = &r->o->lines[i];

		part[i] = all || l == one ? l->released : 0;
		if (l == one && update_says(r, UPDATE_QUANTITY)) {
			if (r->quantity > l->released)
				return too_much(r, r->quantity, l->released,
				    "are with fulfilment (the rest:"
				    " order-forward)");
			part[i] = r->quantity;
		}
		*any = *any || part[i] > 0;
	}
	return 1;
}

static const char *
what_of(struct report *r, const int64_t *part)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < r->o->nlines; i++)
		if (part[i] > 0)
			add_what(r, &b, &r->o->lines[i], part[i]);
	return kept(r, &b);
}

int
take_picked(struct report *r)
{
	int64_t *part = arena_array(&r->s->mem, r->o->nlines,
	    sizeof(*part));
	bool any;
	int n = of_released(r, part, &any);

	if (n <= 0)
		return n;
	if (!any)
		return none_released(r);
	return update_record(r, r->value[UPDATE_EVENT], what_of(r, part)) < 0 ?
	    -1 : update_done(r);
}

/* ---- sent ---- */

static const char SQL_SENT_SO[] =
	"SELECT 1 FROM shipments WHERE order_id = $1 AND ($2 = 0 OR line = $2)"
	" AND ($3 = '' OR carrier = $3) AND ($4 = '' OR tracking = $4) LIMIT 1";

/* Has this been said before?  1, 0, -1.  So much of a line is so much more,
 * unless its parcel is named. */
static int
said_before(struct report *r)
{
	int64_t said = 0;

	if (update_says(r, UPDATE_QUANTITY))
		return update_says(r, UPDATE_TRACKING) ? update_recorded(r) :
		    0;
	return db_one_int(r->s->db, SQL_SENT_SO, BIND(I(r->o->id), I(r->line),
	    T(r->value[UPDATE_CARRIER]), T(r->value[UPDATE_TRACKING])), &said,
	    r->e) < 0 ? -1 : said != 0;
}

int
take_shipped_again(struct report *r)
{
	int said = said_before(r);

	return said < 0 ? -1 : said ? update_unchanged(r) : update_refuse(r,
	    "illegal-transition", "shipped", "the order is completed: all of"
	    " it was sent (see: order-status)");
}

static int
none_to_ship(struct report *r)
{
	int said = said_before(r);

	return said < 0 ? -1 : said ? update_unchanged(r) : none_released(r);
}

/* What was to be cancelled and leaves now cannot be stopped any more. */
static int
refuse_requests(struct report *r, const int64_t *part)
{
	int n = cancel_too_late(r->s, r->o, 0, part, "", r->e);

	return n <= 0 ? n : event_add(r->s, r->o->id, "cancel-refused",
	    "{\"reason\":\"shipped\"}", r->e);
}

/* Nobody waits for an order that is sent. */
static int
complete(struct report *r, const char *detail)
{
	if (answer(r, "accepted", "shipped") < 0 ||
	    hold_close_all(r->s, r->o, "completed", r->e) < 0)
		return -1;
	return order_set_status(r->s, r->o, "completed", "shipped", detail,
	    r->e);
}

int
take_shipped(struct report *r)
{
	struct parcel p = { .carrier = r->value[UPDATE_CARRIER],
	    .tracking = r->value[UPDATE_TRACKING], .at = r->at };
	int64_t *part = arena_array(&r->s->mem, r->o->nlines,
	    sizeof(*part));
	const char *detail;
	bool any;
	int n = of_released(r, part, &any);

	if (n <= 0)
		return n;
	if (!any)
		return none_to_ship(r);
	if (parcel_days(r->s, r->o, &p, r->e) < 0 ||
	    refuse_requests(r, part) < 0)
		return -1;
	for (size_t i = 0; i < r->o->nlines; i++)
		if (part[i] > 0 && line_ship(r->s, r->o, &r->o->lines[i],
		    part[i], &p, r->e) < 0)
			return -1;
	detail = update_detail(r, what_of(r, part));
	if ((order_is_sent(r->o) ? complete(r, detail) :
	    event_add(r->s, r->o->id, "shipped", detail, r->e)) < 0)
		return -1;
	ship_notice_later(r->s, r->o);
	return update_done(r);
}

/* ---- arrived, come back ---- */

static bool
is_meant(const struct report *r, const struct shipment *x,
    const struct order_line *one)
{
	const char *carrier = r->value[UPDATE_CARRIER];
	const char *tracking = r->value[UPDATE_TRACKING];

	return (one == NULL || x->line == one->line) &&
	    (carrier[0] == '\0' || strcmp(carrier, x->carrier) == 0) &&
	    (tracking[0] == '\0' || strcmp(tracking, x->tracking) == 0);
}

static bool
is_return(const struct report *r)
{
	return strcmp(r->value[UPDATE_EVENT], "returned") == 0;
}

static int64_t
left_of(const struct report *r, const struct shipment *x)
{
	return x->quantity - (is_return(r) ? x->returned : x->delivered);
}

/* It cannot have arrived before it left. */
static int
check_day(struct report *r, const struct shipment *x, const char *day)
{
	if (strcmp(day, x->shipped_on) >= 0)
		return 1;
	return update_refuse(r, "bad-value", "occurred_at", arena_printf(
	    &r->s->mem, "%s, but it was shipped on %s", day, x->shipped_on));
}

static int
nothing_left(struct report *r, bool any)
{
	if (!any)
		return update_refuse(r, "over-quantity",
		    r->value[UPDATE_EVENT], update_says(r, UPDATE_TRACKING) ||
		    update_says(r, UPDATE_CARRIER) ? "no such parcel of it was"
		    " shipped" : "nothing of it was shipped");
	return update_unchanged(r);
}

static int
count_parts(struct report *r, const struct shipment *list, const int64_t *part,
    size_t n, const char *day)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		const struct order_line l = { .line = list[i].line };

		if (part[i] == 0)
			continue;
		add_what(r, &b, &l, part[i]);
		if ((is_return(r) ? shipment_return(r->s, r->o, &list[i],
		    part[i], r->e) : shipment_deliver(r->s, r->o, &list[i],
		    part[i], day, r->e)) < 0) {
			buf_release(&b);
			return -1;
		}
	}
	return update_record(r, r->value[UPDATE_EVENT], kept(r, &b));
}

int
take_delivered(struct report *r)
{
	const struct order_line *one = NULL;
	int64_t there = 0, wanted, *part;
	struct shipment *list;
	const char *day = step_day_text(r->s, r->at);
	bool any = false;
	size_t n;

	if ((update_says(r, UPDATE_LINE) || update_says(r, UPDATE_QUANTITY)) &&
	    (one = update_line(r)) == NULL)
		return update_which_line(r);
	if (shipments_of(r->s, r->o->id, &list, &n, r->e) < 0)
		return -1;
	part = arena_array(&r->s->mem, n + 1, sizeof(*part));
	wanted = update_says(r, UPDATE_QUANTITY) ? r->quantity : INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		int64_t left = left_of(r, &list[i]);
		bool meant = is_meant(r, &list[i], one);

		any = any || meant;
		part[i] = !meant ? 0 : left < wanted - there ? left :
		    wanted - there;
		there += part[i];
		if (part[i] > 0 && check_day(r, &list[i], day) == 0)
			return 0;
	}
	if (update_says(r, UPDATE_QUANTITY) && there < wanted)
		return too_much(r, wanted, there, is_return(r) ?
		    "were shipped and are not back yet" :
		    "were shipped and are not delivered yet");
	if (there == 0)
		return nothing_left(r, any);
	return count_parts(r, list, part, n, day) < 0 ? -1 : update_done(r);
}
