/* update_events.c - which events there are, and what each may say
 *
 * Every event is one row of a table: what it needs, what it takes, and the
 * function that does it.  Values come checked; a refusal comes before anything
 * is written. */

#include <order/lifecycle.h>
#include <order/text.h>

#include "update_take.h"

/* ---- which ---- */

enum takes { TAKES_LINE = 1, TAKES_MONEY = 2, TAKES_QUANTITY = 4,
	TAKES_PARCEL = 8, TAKES_DATE = 16, NEEDS_NOTE = 32, NEEDS_WHY = 64,
	IS_WORK = 128,		/* never before the order came in */
	IS_OF_STAGE = 256 };	/* fulfilment's: no command that could be lost */

#define TAKES_PART (TAKES_LINE | TAKES_QUANTITY)
#define IS_OF_WORK (IS_WORK | IS_OF_STAGE)

static const struct event {
	const char *name;
	unsigned takes;
	const char *already;	/* the status it leads to, or NULL */
	int (*take)(struct report *);
	int (*again)(struct report *);	/* when it is there; or unchanged */
} events[] = {
	{ .name = "accepted", .take = take_accepted, .takes = IS_OF_WORK },
	{ .name = "problem", .take = take_accepted,
	    .takes = IS_OF_WORK | TAKES_LINE | NEEDS_WHY },
	{ .name = "picked", .take = take_picked,
	    .takes = IS_OF_WORK | TAKES_PART },
	{ .name = "packed", .take = take_picked,
	    .takes = IS_OF_WORK | TAKES_PART | TAKES_PARCEL },
	{ .name = "shipped", .take = take_shipped,
	    .already = "completed", .again = take_shipped_again,
	    .takes = IS_OF_WORK | TAKES_PART | TAKES_PARCEL },
	{ .name = "delivered", .take = take_delivered,
	    .takes = IS_OF_WORK | TAKES_PART | TAKES_PARCEL },
	{ .name = "returned", .take = take_delivered,
	    .takes = IS_OF_WORK | TAKES_PART | TAKES_PARCEL },
	{ .name = "cancelled", .take = take_cancelled,
	    .already = "cancelled", .takes = TAKES_PART },
	{ .name = "cancel-refused", .take = take_cancel_refused,
	    .takes = IS_OF_STAGE | TAKES_LINE },
	{ .name = "delay", .take = take_delay,
	    .takes = IS_OF_STAGE | TAKES_LINE | TAKES_DATE | NEEDS_WHY },
	{ .name = "short-close", .take = take_short_close,
	    .takes = TAKES_LINE },
	{ .name = "reopen", .take = take_reopen,
	    .takes = TAKES_PART | NEEDS_WHY },
	{ .name = "reject", .take = take_reject,
	    .already = "rejected", .takes = NEEDS_WHY },
	{ .name = "hold", .take = take_hold, .takes = NEEDS_WHY },
	{ .name = "release", .take = take_release },
	{ .name = "paid", .take = take_paid, .takes = TAKES_MONEY },
	{ .name = "inquiry", .take = take_inquiry, .takes = NEEDS_NOTE },
	{ .name = "reply", .take = take_reply, .takes = NEEDS_NOTE },
	{ .name = "note", .take = take_note, .takes = NEEDS_NOTE | TAKES_LINE },
	{ .name = "legal-hold", .take = take_legal, .takes = NEEDS_WHY },
	{ .name = "legal-release", .take = take_legal },
};

const char *
update_event(size_t i)
{
	return i < sizeof(events) / sizeof(events[0]) ? events[i].name : NULL;
}

static const struct event *
find_event(const char *name)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(events[i].name, name) == 0)
			return &events[i];
	return NULL;
}

/* No event that this tool takes in. */
static int
refuse_event(struct report *r)
{
	const char *names[sizeof(events) / sizeof(events[0])], *near;
	const char *name = r->value[UPDATE_EVENT];
	const size_t n = sizeof(names) / sizeof(names[0]);
	const char *all = "";

	if (name[0] == '\0')
		return update_refuse(r, "missing", "event", "is missing");
	for (size_t i = 0; i < n; i++)
		all = arena_printf(&r->s->mem, "%s %s", all,
		    names[i] = events[i].name);
	near = text_nearest(name, names, n);
	return update_refuse(r, "bad-event", text_excerpt(&r->s->mem, name),
	    near != NULL ? arena_printf(&r->s->mem,
	    "is no event (did you mean %s?)", near) :
	    arena_printf(&r->s->mem, "is no event; they are%s", all));
}

/* What the event has no use for would be lost, and what it says be meant
 * otherwise. */
static int
check_fit(struct report *r, const struct event *x)
{
	static const struct { enum update_column column; unsigned by; } only[] = {
		{ UPDATE_LINE, TAKES_LINE }, { UPDATE_QUANTITY, TAKES_QUANTITY },
		{ UPDATE_AMOUNT, TAKES_MONEY },
		{ UPDATE_PAYMENT_REF, TAKES_MONEY },
		{ UPDATE_CARRIER, TAKES_PARCEL },
		{ UPDATE_TRACKING, TAKES_PARCEL },
		{ UPDATE_PROMISED_ON, TAKES_DATE } };

	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++)
		if (r->value[only[i].column][0] != '\0' &&
		    (x->takes & only[i].by) == 0)
			return update_refuse(r, "bad-value",
			    update_columns[only[i].column].name,
			    arena_printf(&r->s->mem, "does not go with %s",
			    x->name));
	if ((x->takes & IS_WORK) != 0 &&
	    r->at < r->o->received_at - UPDATE_GRACE)
		return update_refuse(r, "bad-value", "occurred_at",
		    "is before the order was received");
	if ((x->takes & NEEDS_NOTE) != 0 &&
	    text_trim(&r->s->mem, r->value[UPDATE_NOTE])[0] == '\0')
		return update_refuse(r, "missing", "note", arena_printf(&r->s->mem,
		    "say what: %s needs it", x->name));
	if ((x->takes & NEEDS_WHY) != 0 &&
	    text_trim(&r->s->mem, update_why(r))[0] == '\0')
		return update_refuse(r, "missing", "reason", arena_printf(&r->s->mem,
		    "say why: %s needs it", x->name));
	return 1;
}

/* The statuses that allow it, as the table of the lifecycle says. */
static const char *
statuses_for(struct report *r, const char *event)
{
	struct buf b = BUF_INIT;
	const char *text;
	int last = -1;

	for (int i = 0; i < NSTATUSES; i++)
		if (lifecycle_allows(order_statuses[i], event, NULL))
			last = i;
	for (int i = 0; i <= last; i++)
		if (lifecycle_allows(order_statuses[i], event, NULL))
			buf_printf(&b, "%s%s", b.n == 0 ? "" :
			    i == last ? " or " : ", ", order_statuses[i]);
	text = arena_dup(&r->s->mem, b.n > 0 ? b.data : "");
	buf_release(&b);
	return text;
}

/* Fulfilment's feed comes again when the order is over; a hold that is put
 * too late must not look as if it held. */
static int
too_late(struct report *r, const struct event *x)
{
	int known = update_ended_it(r);

	if (known == 0 && (x->takes & IS_OF_STAGE) != 0)
		known = update_recorded(r);
	if (known < 0)
		return -1;
	return known ? update_unchanged(r) : update_refuse(r,
	    "illegal-transition", x->name, arena_printf(&r->s->mem,
	    "the order is %s (it can be when it is %s)", r->o->status,
	    statuses_for(r, x->name)));
}

int
update_take(struct report *r)
{
	const struct event *x = find_event(r->value[UPDATE_EVENT]);
	int known = 0;

	if (x == NULL)
		return refuse_event(r);
	if (x->already != NULL && order_is(r->o, x->already))
		return x->again == NULL ? update_unchanged(r) : x->again(r);
	if (!lifecycle_allows(r->o->status, x->name, NULL))
		return too_late(r, x);
	if (check_fit(r, x) == 0)
		return 0;
	if (update_says_which(r) && !update_says(r, UPDATE_EVENT_ID))
		known = update_recorded(r);
	return known < 0 ? -1 : known ? update_unchanged(r) : x->take(r);
}

