/* update_events.c - what each reported event does to an order
 *
 * Every event is one row of a table: what it needs, what it may say, and the
 * function that does it.  Values come checked; a refusal comes before anything
 * is written. */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/event.h>
#include <order/inquiry.h>
#include <order/intake.h>
#include <order/lifecycle.h>
#include <order/money.h>
#include <order/resolve.h>
#include <order/text.h>

#include "report.h"

int
report_refuse(struct report *r, const char *reason, const char *field,
    const char *fact)
{
	verdict_set(r->v, r->o->id, RESULT_REFUSED, reason);
	verdict_note(r->v, "%s: %s%s%s", r->o->ref, field,
	    field[0] != '\0' ? ": " : "", fact);
	return 0;
}

int
report_unchanged(struct report *r)
{
	return verdict_set(r->v, r->o->id, RESULT_UNCHANGED, "");
}

/* ---- recording ---- */

/* The event itself, with all that the report says. */
static int
record(struct report *r, const char *kind)
{
	struct buf b = BUF_INIT;
	char when[INSTANT_TEXT];
	int n;

	detail_begin(&b);
	for (int c = 0; c < UPDATE_NCOLUMNS; c++) {
		if (r->value[c][0] == '\0' || c == UPDATE_EVENT ||
		    c == UPDATE_OCCURRED_AT)
			continue;
		if (c == UPDATE_LINE)
			detail_int(&b, "line", r->line);
		else
			detail_text(&b, update_columns[c].name, r->value[c]);
	}
	if (r->amount != AMOUNT_NONE)
		detail_int(&b, "amount_minor", r->amount);
	if (r->value[UPDATE_OCCURRED_AT][0] != '\0')
		detail_text(&b, "occurred_at", instant_text(r->at, when));
	n = event_add(r->s, r->o->id, kind, detail_end(&b), r->e);
	buf_release(&b);
	return n < 0 ? -1 : 1;
}

/* What is given as reason, else as note. */
static const char *
why(const struct report *r)
{
	return r->value[UPDATE_REASON][0] != '\0' ? r->value[UPDATE_REASON] :
	    r->value[UPDATE_NOTE];
}

/* ---- the events: 1 done, 0 refused or nothing to do, -1 ---- */

static int
done(struct report *r)
{
	verdict_set(r->v, r->o->id, RESULT_OK, "");
	return 1;
}

static int
take_note(struct report *r)
{
	return record(r, r->value[UPDATE_EVENT]) < 0 ? -1 : done(r);
}

/* Each call counts, hence the number of the event is part of it. */
static int
take_inquiry(struct report *r)
{
	struct inquiry q = { .order_id = r->o->id, .at = r->at,
	    .channel = r->u->channel, .sender = "", .subject = "",
	    .question = r->value[UPDATE_NOTE], .message_id = "", .refs = "" };
	uint8_t sum[HASH_SIZE];
	struct hash h;
	int64_t id;
	int approved = channel_is_approved(r->s, q.channel, r->e);

	if (approved < 0)
		return -1;
	if (approved == 0)
		return report_refuse(r, "channel-not-approved", "channel",
		    arena_printf(&r->s->mem, "\"%s\" is not an approved"
		    " channel (see: order-load channels)", q.channel));
	hash_init(&h);
	hash_text(&h, "order-update");
	hash_int(&h, r->o->id);
	hash_int(&h, r->s->last_event);
	hash_end(&h, sum);
	return inquiry_add(r->s, &q, sum, NULL, 0, &id, r->e) < 0 ? -1 :
	    done(r);
}

static int
take_reply(struct report *r)
{
	int n = inquiry_answer(r->s, r->o->id, 0, r->e);

	if (n < 0)
		return -1;
	if (n == 0)
		return report_refuse(r, "no-such-inquiry", "", "nobody waits for an"
		    " answer; what was said can be recorded as a note");
	return record(r, "reply") < 0 ? -1 : done(r);
}

static const char SQL_MANUAL[] =
	"SELECT reason FROM holds WHERE order_id = $1 AND hold = 'manual'"
	" AND closed_at IS NULL";

/* Another reason for the hold that is open is added to the first. */
static int
take_hold(struct report *r)
{
	const char *was = "";
	struct row *row;
	int n = db_one(r->s->db, SQL_MANUAL, BIND(I(r->o->id)), &row, r->e);

	if (n < 0)
		return -1;
	if (n == 1) {
		was = db_dup(row, 0, &r->s->mem);
		db_done(row);
		if (strstr(was, why(r)) != NULL) {
			return report_unchanged(r);
		}
	}
	if (hold_open(r->s, r->o, "manual", was[0] == '\0' ? why(r) :
	    arena_printf(&r->s->mem, "%s; %s", was, why(r)), r->e) < 0 ||
	    (n == 1 && event_change(r->s, r->o->id, "hold-reason", "manual",
	    was, why(r), r->e) < 0))
		return -1;
	return done(r);
}

static const char SQL_WAS_HELD[] =
	"SELECT 1 FROM holds WHERE order_id = $1 AND hold = 'manual'";

static int
take_release(struct report *r)
{
	int64_t was = 0;

	if (!order_held(r->o, "manual")) {
		if (db_one_int(r->s->db, SQL_WAS_HELD, BIND(I(r->o->id)), &was,
		    r->e) < 0)
			return -1;
		if (!was)
			return report_refuse(r, "no-such-hold", "", "is not held by"
			    " hand; order-resolve answers other holds");
		return report_unchanged(r);
	}
	if (hold_close(r->s, r->o, "manual", "released", why(r), r->e) < 0 ||
	    record(r, "release") < 0 ||
	    order_verify(r->s, r->o->ref, r->v, r->e) < 0)
		return -1;
	if (r->v->result == RESULT_UNCHANGED)
		r->v->result = RESULT_OK;
	return 1;
}

static const char SQL_PAID[] =
	"SELECT coalesce(sum(json_extract(d.detail, '$.amount_minor')), 0)"
	" FROM events AS v JOIN event_details AS d ON d.seq = v.seq"
	" WHERE v.order_id = $1 AND v.kind IN ('paid', 'part-paid')";

/* Is with this amount all of it paid?  Without one it is. */
static int
is_all(struct report *r, int64_t *sum)
{
	const struct order *o = r->o;
	int64_t total = o->total != AMOUNT_NONE ? o->total : o->total_given;

	*sum = 0;
	if (r->amount == AMOUNT_NONE || total == AMOUNT_NONE)
		return 1;
	if (db_one_int(r->s->db, SQL_PAID, BIND(I(o->id)), sum, r->e) < 0)
		return -1;
	return !money_add(*sum, r->amount, sum) || *sum >= total;
}

static const char *
proof(struct report *r)
{
	const char *const part[] = { r->value[UPDATE_AMOUNT],
	    r->value[UPDATE_PAYMENT_REF], r->value[UPDATE_NOTE] };
	struct buf b = BUF_INIT;
	const char *text;

	buf_puts(&b, "paid");
	for (size_t i = 0; i < 3; i++)
		if (part[i][0] != '\0')
			buf_printf(&b, ", %s", part[i]);
	text = arena_dup(&r->s->mem, b.data);
	buf_release(&b);
	return text;
}

/* The order may still wait for another answer, or be refused by a rule: that
 * it is paid is a fact all the same. */
static int
take_paid(struct report *r)
{
	struct order *o = r->o;
	bool held = order_held(o, "payment");
	int64_t sum;
	int all = is_all(r, &sum);

	if (all < 0 || record(r, all ? "paid" : "part-paid") < 0)
		return -1;
	if (!all) {
		verdict_set(r->v, o->id, held ? RESULT_HELD : RESULT_OK,
		    held ? "open-holds" : "");
		verdict_note(r->v, "%s: %s of %s %s are paid", o->ref,
		    decimal_fixed(&r->s->mem, sum, o->exponent),
		    decimal_fixed(&r->s->mem, o->total != AMOUNT_NONE ?
		    o->total : o->total_given, o->exponent),
		    o->column[COLUMN_CURRENCY]);
		return 1;
	}
	if (!held)
		return done(r);
	return order_resolve(r->s, o->ref, &(struct answer){
	    .hold = "payment", .answer = "accepted", .note = proof(r) }, r->v,
	    r->e) < 0 ? -1 : 1;
}

static const char SQL_LEGAL[] =
	"SELECT kind = 'legal-hold' FROM events WHERE order_id = $1"
	" AND kind IN ('legal-hold', 'legal-release') ORDER BY seq DESC LIMIT 1";

static int
take_legal(struct report *r)
{
	int64_t is = 0;
	bool wanted = strcmp(r->value[UPDATE_EVENT], "legal-hold") == 0;

	if (db_one_int(r->s->db, SQL_LEGAL, BIND(I(r->o->id)), &is, r->e) < 0)
		return -1;
	if ((is != 0) == wanted) {
		return report_unchanged(r);
	}
	return take_note(r);
}

static int
take_reject(struct report *r)
{
	if (ack_reject(r->s, r->o, why(r), r->e) < 0)
		return -1;
	return done(r);
}

static struct order_line *
line_meant(struct report *r)
{
	struct order *o = r->o;

	if (r->value[UPDATE_LINE][0] == '\0')
		return o->nlines == 1 ? &o->lines[0] : NULL;
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].line == r->line)
			return &o->lines[i];
	return NULL;
}

/* Words for the customer, or that they wanted it so. */
static int
cancel_all(struct report *r)
{
	const char *reason = r->value[UPDATE_REASON];

	if (order_cancel(r->s, r->o, reason[0] != '\0' ? reason : "as-asked",
	    r->value[UPDATE_NOTE], r->v, r->e) < 0)
		return -1;
	return r->v->result == RESULT_OK;
}

/* What is left of the order is judged again, and told. */
static int
go_on(struct report *r)
{
	bool left = false, checked = r->o->stock_revision > 0;

	for (size_t i = 0; i < r->o->nlines; i++)
		left = left || line_wanted(&r->o->lines[i]) > 0;
	if (!left)
		return cancel_all(r);
	if (order_verify(r->s, r->o->ref, r->v, r->e) < 0)
		return -1;
	if (r->v->result == RESULT_UNCHANGED)
		r->v->result = RESULT_OK;
	if (order_load(r->s, r->o->id, r->o, r->e) <= 0)
		return -1;
	if (order_is(r->o, "confirmed") &&
	    change_notice(r->s, r->o, r->e) < 0)
		return -1;
	/* It may not be short of anything now. */
	if (checked && order_is(r->o, "verified") &&
	    order_waits_for_stock(r->o) &&
	    order_check_stock(r->s, r->o->ref, r->v, r->e) < 0)
		return -1;
	r->v->order = NULL;	/* read it again */
	return 1;
}

static int
take_cancelled(struct report *r)
{
	struct order_line *l;
	int64_t left, n;

	if (r->value[UPDATE_LINE][0] == '\0' &&
	    r->value[UPDATE_QUANTITY][0] == '\0')
		return cancel_all(r);
	if (order_is(r->o, "released"))
		return report_refuse(r, "illegal-transition", "cancelled",
		    "the order is released");
	l = line_meant(r);
	if (l == NULL)
		return report_refuse(r, "no-such-line", "line",
		    "say which line (--line N)");
	left = line_wanted(l) - l->shipped;
	n = r->value[UPDATE_QUANTITY][0] != '\0' ? r->quantity : left;
	if (left == 0)
		return report_unchanged(r);
	if (n > left)
		return report_refuse(r, "bad-value", "quantity", arena_printf(
		    &r->s->mem, "only %s can be cancelled",
		    decimal_short(&r->s->mem, left, QUANTITY_SCALE)));
	if (line_cancel(r->s, r->o, l, n, why(r)[0] != '\0' ? why(r) :
	    "not wanted any more", r->e) < 0)
		return -1;
	return go_on(r);
}

/* ---- which ---- */

enum takes { TAKES_LINE = 1, TAKES_MONEY = 2, TAKES_QUANTITY = 4,
	NEEDS_NOTE = 8, NEEDS_WHY = 16 };

static const struct event {
	const char *name;
	unsigned takes;
	const char *already;	/* the status it leads to, or NULL */
	int (*take)(struct report *);	/* NULL: not by this tool, yet known */
} events[] = {
	{ "inquiry", NEEDS_NOTE, NULL, take_inquiry },
	{ "reply", NEEDS_NOTE, NULL, take_reply },
	{ "note", NEEDS_NOTE | TAKES_LINE, NULL, take_note },
	{ "hold", NEEDS_WHY, NULL, take_hold },
	{ "release", 0, NULL, take_release },
	{ "paid", TAKES_MONEY, NULL, take_paid },
	{ "legal-hold", NEEDS_WHY, NULL, take_legal },
	{ "legal-release", 0, NULL, take_legal },
	{ "reject", NEEDS_WHY, "rejected", take_reject },
	{ "cancelled", TAKES_LINE | TAKES_QUANTITY, "cancelled",
	    take_cancelled },
};

/* What fulfilment reports of an order that was handed over. */
static const char *const later[] = { "accepted", "problem", "picked", "packed",
	"shipped", "delivered", "returned", "delay", "cancel-refused",
	"short-close", "reopen" };

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

	if (name[0] == '\0')
		return report_refuse(r, "missing", "event", "is missing");
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (strcmp(later[i], name) != 0)
			continue;
		else if (!lifecycle_allows(r->o->status, name, NULL))
			return report_refuse(r, "illegal-transition", name,
			    arena_printf(&r->s->mem, "the order is %s",
			    r->o->status));
		else
			return report_refuse(r, "bad-event", name, "cannot be"
			    " recorded by this version");
	for (size_t i = 0; i < n; i++)
		names[i] = events[i].name;
	near = text_nearest(name, names, n);
	return report_refuse(r, "bad-event", text_excerpt(&r->s->mem, name),
	    near == NULL ? "is no event" : arena_printf(&r->s->mem,
	    "is no event (did you mean %s?)", near));
}

/* What the event has no use for would be lost, and what it says be meant
 * otherwise. */
static int
check_fit(struct report *r, const struct event *x)
{
	static const struct { enum update_column column; unsigned by; } only[] = {
		{ UPDATE_LINE, TAKES_LINE }, { UPDATE_QUANTITY, TAKES_QUANTITY },
		{ UPDATE_AMOUNT, TAKES_MONEY },
		{ UPDATE_PAYMENT_REF, TAKES_MONEY }, { UPDATE_CARRIER, 0 },
		{ UPDATE_TRACKING, 0 }, { UPDATE_PROMISED_ON, 0 } };

	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++)
		if (r->value[only[i].column][0] != '\0' &&
		    (x->takes & only[i].by) == 0)
			return report_refuse(r, "bad-value",
			    update_columns[only[i].column].name,
			    arena_printf(&r->s->mem, "does not go with %s",
			    x->name));
	if ((x->takes & NEEDS_NOTE) != 0 &&
	    text_trim(&r->s->mem, r->value[UPDATE_NOTE])[0] == '\0')
		return report_refuse(r, "missing", "note", arena_printf(&r->s->mem,
		    "%s needs it", x->name));
	if ((x->takes & NEEDS_WHY) != 0 &&
	    text_trim(&r->s->mem, why(r))[0] == '\0')
		return report_refuse(r, "missing", "reason", arena_printf(&r->s->mem,
		    "say why: %s needs it", x->name));
	return 1;
}

int
report_take(struct report *r)
{
	const struct event *x = find_event(r->value[UPDATE_EVENT]);

	if (x == NULL)
		return refuse_event(r);
	if (x->already != NULL && order_is(r->o, x->already)) {
		return report_unchanged(r);
	}
	if (!lifecycle_allows(r->o->status, x->name, NULL))
		return report_refuse(r, "illegal-transition", x->name, arena_printf(
		    &r->s->mem, "the order is %s", r->o->status));
	return check_fit(r, x) == 0 ? 0 : x->take(r);
}

