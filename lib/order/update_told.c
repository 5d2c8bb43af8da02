/* update_told.c - what people say about an order: notes, questions, holds,
 * payments, refusals */

#include <order/ack.h>
#include <order/event.h>
#include <order/inquiry.h>
#include <order/intake.h>
#include <order/money.h>
#include <order/resolve.h>

#include "closed.h"
#include "update_take.h"

int
take_note(struct report *r)
{
	return update_record(r, r->value[UPDATE_EVENT], "") < 0 ? -1 : update_done(r);
}

/* Each call counts, hence the number of the event is part of it; what says
 * when they called is known again. */
int
take_inquiry(struct report *r)
{
	struct inquiry q = { .order_id = r->o->id, .at = r->at,
	    .channel = r->u->channel, .sender = "", .subject = "",
	    .question = r->value[UPDATE_NOTE], .message_id = "", .refs = "" };
	uint8_t sum[HASH_SIZE];
	struct hash h;
	int64_t id;
	int n, approved = channel_is_approved(r->s, q.channel, r->e);

	if (approved < 0)
		return -1;
	if (approved == 0)
		return update_refuse(r, "channel-not-approved", "channel",
		    arena_printf(&r->s->mem, "\"%s\" is not an approved"
		    " channel (see: order-load channels)", q.channel));
	hash_init(&h);
	hash_text(&h, "order-update");
	hash_int(&h, r->o->id);
	if (update_says(r, UPDATE_OCCURRED_AT)) {
		hash_int(&h, r->at);
		hash_text(&h, r->value[UPDATE_EVENT_ID]);
		hash_text(&h, q.question);
	} else
		hash_int(&h, r->s->last_event);
	hash_end(&h, sum);
	n = inquiry_add(r->s, &q, sum, NULL, 0, &id, r->e);
	return n < 0 ? -1 : n == 0 ? update_unchanged(r) : update_done(r);
}

int
take_reply(struct report *r)
{
	int n = inquiry_answer(r->s, r->o->id, 0, r->e);

	if (n < 0)
		return -1;
	if (n == 0)
		return update_refuse(r, "no-such-inquiry", "", "nobody waits for an"
		    " answer; what was said can be recorded as a note");
	return update_record(r, "reply", "") < 0 ? -1 : update_done(r);
}

static const char SQL_MANUAL[] =
	"SELECT reason FROM holds WHERE order_id = $1 AND hold = 'manual'"
	" AND closed_at IS NULL";

/* Another reason for the hold that is open is added to the first. */
int
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
		if (strstr(was, update_why(r)) != NULL)
			return update_unchanged(r);
	}
	if (hold_open(r->s, r->o, "manual", was[0] == '\0' ? update_why(r) :
	    arena_printf(&r->s->mem, "%s; %s", was, update_why(r)), r->e) < 0 ||
	    (n == 1 && event_change(r->s, r->o->id, "hold-reason", "manual",
	    was, update_why(r), r->e) < 0))
		return -1;
	return update_done(r);
}

static const char SQL_WAS_HELD[] =
	"SELECT 1 FROM holds WHERE order_id = $1 AND hold = 'manual'";

int
take_release(struct report *r)
{
	int64_t was = 0;

	if (!order_held(r->o, "manual")) {
		if (db_one_int(r->s->db, SQL_WAS_HELD, BIND(I(r->o->id)), &was,
		    r->e) < 0)
			return -1;
		if (!was)
			return update_refuse(r, "no-such-hold", "", "is not held by"
			    " hand; order-resolve answers other holds");
		return update_unchanged(r);
	}
	if (hold_close(r->s, r->o, "manual", "released", update_why(r), r->e) < 0 ||
	    update_record(r, "release", "") < 0 ||
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
int
take_paid(struct report *r)
{
	struct order *o = r->o;
	bool held = order_held(o, "payment");
	int64_t sum;
	int all = is_all(r, &sum);

	if (all < 0 || update_record(r, all ? "paid" : "part-paid", "") < 0)
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
		return update_done(r);
	return order_resolve(r->s, o->ref, &(struct answer){
	    .hold = "payment", .answer = "accepted", .note = proof(r) }, r->v,
	    r->e) < 0 ? -1 : 1;
}

static const char SQL_LEGAL[] =
	"SELECT" ORDER_LEGAL_HOLD " FROM orders AS o WHERE o.id = $1";

int
take_legal(struct report *r)
{
	int64_t is = 0;
	bool wanted = strcmp(r->value[UPDATE_EVENT], "legal-hold") == 0;

	if (db_one_int(r->s->db, SQL_LEGAL, BIND(I(r->o->id)), &is, r->e) < 0)
		return -1;
	if ((is != 0) == wanted)
		return update_unchanged(r);
	return take_note(r);
}

int
take_reject(struct report *r)
{
	if (ack_reject(r->s, r->o, update_why(r), r->e) < 0)
		return -1;
	return update_done(r);
}

