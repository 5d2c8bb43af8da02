/* update_cancel.c - it is not wanted any more
 *
 * Until an order is released `cancelled' is done at once.  After that the
 * first one is the customer's request: order-forward hands it to fulfilment,
 * and from then on one that has an event_id or says when it happened is
 * fulfilment's answer, about what was asked for or a line of it.  The request
 * said again is no answer: goods that are on their way would count as stopped.
 */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/money.h>
#include <order/stock.h>

#include "update_take.h"

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
	    change_notice(r->s, r->o, "", r->e) < 0)
		return -1;
	/* It may not be short of anything now. */
	if (checked && order_is(r->o, "verified") &&
	    order_waits_for_stock(r->o) &&
	    order_check_stock(r->s, r->o->ref, r->v, r->e) < 0)
		return -1;
	r->v->order = NULL;	/* read it again */
	return 1;
}

/* ---- before release ---- */

static int
too_much(struct report *r, int64_t left)
{
	return update_refuse(r, "over-quantity", "quantity", arena_printf(
	    &r->s->mem, "only %s can be cancelled",
	    decimal_short(&r->s->mem, left, QUANTITY_SCALE)));
}

static int
cancel_line(struct report *r)
{
	struct order_line *l = update_line(r);
	int64_t left, n;

	if (l == NULL)
		return update_which_line(r);
	left = line_to_send(l);
	n = update_says(r, UPDATE_QUANTITY) ? r->quantity : left;
	if (left == 0)
		return update_unchanged(r);
	if (n > left)
		return too_much(r, left);
	if (line_cancel(r->s, r->o, l, n, update_why(r)[0] != '\0' ?
	    update_why(r) : "not wanted any more", r->e) < 0)
		return -1;
	return go_on(r);
}

/* ---- after release: asked ---- */

static const char SQL_ASK[] =
	"INSERT INTO cancel_requests (order_id, line, quantity, reason, note,"
	" at) VALUES ($1, $2, $3, $4, $5, $6)";

static const char SQL_ASK_ANEW[] =
	"UPDATE cancel_requests SET quantity = $2, reason = $3, note = $4"
	" WHERE id = $1 AND answered_at IS NULL";

static int
asked(struct report *r)
{
	if (update_record(r, "cancel-requested", "") < 0)
		return -1;
	update_done(r);
	verdict_note(r->v, "%s: is with fulfilment, which is asked whether it"
	    " can still be stopped (order-forward hands the request over;"
	    " order-update records cancelled or cancel-refused)", r->o->ref);
	return 1;
}

static int
ask(struct report *r)
{
	if (db_run(r->s->db, SQL_ASK, BIND(I(r->o->id), I(r->line),
	    I(r->quantity), T(r->value[UPDATE_REASON]),
	    T(r->value[UPDATE_NOTE]), I(r->s->now.at)), r->e) < 0)
		return -1;
	return asked(r);
}

/* Fulfilment does not know of it yet: it may still be about more or less. */
static int
ask_anew(struct report *r, const struct cancel_request *q)
{
	if (q->line != r->line || q->quantity == r->quantity) {
		update_unchanged(r);
		return verdict_note(r->v, "%s: the request is open already,"
		    " fulfilment was not asked yet (see: order-forward)",
		    r->o->ref);
	}
	if (db_run(r->s->db, SQL_ASK_ANEW, BIND(I(q->id), I(r->quantity),
	    T(r->value[UPDATE_REASON]), T(r->value[UPDATE_NOTE])), r->e) < 0)
		return -1;
	return asked(r);
}

/* ---- after release: answered ---- */

/* A customer who asks again has nothing to tell it by. */
static bool
is_marked(const struct report *r)
{
	return update_says(r, UPDATE_EVENT_ID) ||
	    update_says(r, UPDATE_OCCURRED_AT);
}

/* The same request: in its words, or without any. */
static bool
is_said_again(const struct report *r, const struct cancel_request *q)
{
	const char *reason = r->value[UPDATE_REASON];
	const char *note = r->value[UPDATE_NOTE];

	if (r->line != q->line || r->quantity != q->quantity)
		return false;
	if (reason[0] == '\0' && note[0] == '\0')
		return !is_marked(r);
	return strcmp(reason, q->reason) == 0 && strcmp(note, q->note) == 0;
}

/* The reason the customer gave is theirs; what fulfilment says is ours. */
static const char *
reason_for(const struct cancel_request *q)
{
	return q->reason[0] != '\0' ? q->reason : "as-asked";
}

/* What fulfilment has of the line comes back first to the shelf. */
static int
take_back(struct report *r, struct order_line *l, int64_t n, const char *why)
{
	int64_t waits = line_open(l) + l->backordered;
	int64_t back = n > waits ? n - waits : 0;
	int64_t ours = l->allocated - l->released;

	if (back > ours) {
		int k = stock_unrelease(r->s, r->o->id, l->line, l->item,
		    back - ours, "cancelled", r->e);

		if (k <= 0)
			return k < 0 ? -1 : err_set(r->e, ERR_SOFTWARE,
			    "order %s line %lld: less than that is released",
			    r->o->ref, (long long)l->line);
		l->released -= back - ours;
	}
	return line_cancel(r->s, r->o, l, n, why, r->e);
}

static bool
is_all_there_is(const struct report *r, const struct order_line *l, int64_t n)
{
	for (size_t i = 0; i < r->o->nlines; i++) {
		const struct order_line *x = &r->o->lines[i];

		if (line_to_send(x) > (x == l ? n : 0))
			return false;
	}
	return true;
}

static int
answer_line(struct report *r, const struct cancel_request *q)
{
	struct order_line *l = update_line(r);
	int64_t left = line_to_send(l);
	bool whole = q->line == 0;	/* the rest of it is still asked for */
	int64_t most = q->quantity > 0 && q->quantity < left ? q->quantity :
	    left;
	int64_t n = update_says(r, UPDATE_QUANTITY) ? r->quantity : most;

	if (n > most || n == 0)
		return too_much(r, most);
	if (is_all_there_is(r, l, n))
		return order_cancel_rest(r->s, r->o, "cancelled",
		    reason_for(q), r->value[UPDATE_NOTE], r->e) < 0 ? -1 :
		    update_done(r);
	if (take_back(r, l, n, q->reason[0] != '\0' ? q->reason :
	    "not wanted any more") < 0 ||
	    (!whole && cancel_answer(r->s, r->o->id, q->id, "cancelled",
	    r->e) < 0) || update_record(r, "cancelled", "") < 0 ||
	    order_retotal(r->s, r->o, r->e) < 0 ||
	    change_notice(r->s, r->o, q->reason, r->e) < 0)
		return -1;
	return update_done(r);
}

static int
answer(struct report *r, const struct cancel_request *q)
{
	if (is_said_again(r, q)) {
		update_unchanged(r);
		return verdict_note(r->v, "%s: the request is open already,"
		    " fulfilment was asked and has not answered", r->o->ref);
	}
	if (!is_marked(r))
		return update_refuse(r, "missing", "event_id", "fulfilment was"
		    " asked already; its answer has one, or says when it"
		    " happened (occurred_at)");
	if (r->line != 0)
		return answer_line(r, q);
	return order_cancel_rest(r->s, r->o, "cancelled", reason_for(q),
	    r->value[UPDATE_NOTE], r->e) < 0 ? -1 : update_done(r);
}

static const char SQL_ASKED_LINE[] =
	"SELECT min(line) FROM cancel_requests WHERE order_id = $1"
	" AND answered_at IS NULL AND handoff IS NOT NULL AND line <> 0";

/* Fulfilment was asked about a line only: is that what it means? */
static int
check_whole(struct report *r)
{
	int64_t line = 0;

	if (r->line != 0 || !is_marked(r))
		return 1;
	if (db_one_int(r->s->db, SQL_ASKED_LINE, BIND(I(r->o->id)), &line,
	    r->e) < 0)
		return -1;
	return line == 0 ? 1 : update_refuse(r, "no-such-line", "line",
	    arena_printf(&r->s->mem, "fulfilment was asked about line %lld:"
	    " say which line (--line N); a request for the whole order has no"
	    " event_id and no occurred_at", (long long)line));
}

static int
cancel_released(struct report *r)
{
	const struct order_line *l = NULL;
	int64_t left = 0;
	struct cancel_request q;
	int n, fits;

	if (update_says(r, UPDATE_LINE) || update_says(r, UPDATE_QUANTITY)) {
		if ((l = update_line(r)) == NULL)
			return update_which_line(r);
		r->line = l->line;
	}
	n = cancel_request_find(r->s, r->o->id, r->line, &q, r->e);
	if (n < 0)
		return -1;
	if (n == 1 && q.handed)
		return answer(r, &q);
	fits = check_whole(r);
	if (fits <= 0)
		return fits;
	for (size_t i = 0; i < r->o->nlines; i++)
		if (l == NULL || l == &r->o->lines[i])
			left += line_to_send(&r->o->lines[i]);
	if (left == 0)
		return update_refuse(r, "over-quantity", "cancelled",
		    "nothing of it is left to be cancelled");
	if (r->quantity > left)
		return too_much(r, left);
	return n == 1 ? ask_anew(r, &q) : ask(r);
}

int
take_cancelled(struct report *r)
{
	if (order_is(r->o, "released"))
		return cancel_released(r);
	if (!update_says(r, UPDATE_LINE) && !update_says(r, UPDATE_QUANTITY))
		return cancel_all(r);
	return cancel_line(r);
}

static const char SQL_REFUSED[] =
	"SELECT answer = 'refused' FROM cancel_requests WHERE order_id = $1"
	" AND ($2 = 0 OR line = $2) ORDER BY id DESC LIMIT 1";

int
take_cancel_refused(struct report *r)
{
	int64_t refused = 0;
	int n = cancel_too_late(r->s, r->o, r->line, NULL,
	    r->value[UPDATE_REASON], r->e);

	if (n < 0)
		return -1;
	if (n > 0)
		return update_record(r, "cancel-refused", "") < 0 ? -1 :
		    update_done(r);
	if (db_one_int(r->s->db, SQL_REFUSED, BIND(I(r->o->id), I(r->line)),
	    &refused, r->e) < 0)
		return -1;
	return refused ? update_unchanged(r) : update_refuse(r,
	    "no-such-request", "", "nobody has asked to cancel it");
}
