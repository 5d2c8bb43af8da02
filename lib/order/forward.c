/* forward.c - hand an order to fulfilment
 *
 * One hand-off is what is newly allocated of one order, or one request to
 * take something out.  The row is all that is made here: printing it, or
 * writing its file, comes after the commit. */

#include <order/ack.h>
#include <order/event.h>
#include <order/stock.h>

#include "shortage.h"
#include "ticket.h"

/* ---- pure parts ---- */

int64_t
line_to_release(const struct order_line *l)
{
	return l->allocated - l->released;
}

bool
order_is_complete(const struct order *o)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].backordered > 0 || line_open(&o->lines[i]) > 0)
			return false;
	return true;
}

/* ---- one order under work ---- */

struct work {
	struct step *s;
	struct order o;
	struct forward *f;
	struct cancel_request *requests;
	size_t nrequests;
	int64_t *goes;		/* of each line */
	int64_t nlines;		/* of which something goes */
	bool waits;		/* something is not allocated */
};

/* What may be taken out again is not sent after it. */
static bool
is_asked_back(const struct work *w, int64_t line)
{
	for (size_t i = 0; i < w->nrequests; i++)
		if (w->requests[i].line == 0 || w->requests[i].line == line)
			return true;
	return false;
}

static void
find_lines(struct work *w)
{
	const struct order *o = &w->o;

	w->goes = arena_array(&w->s->mem, o->nlines, sizeof(*w->goes));
	w->waits = !order_is_complete(o);
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if (!is_asked_back(w, l->line))
			w->goes[i] = line_to_release(l);
		w->nlines += w->goes[i] > 0;
	}
}

/* ---- what was made ---- */

static void
made(struct work *w, int64_t id)
{
	struct forward *f = w->f;

	f->made = arena_grow(&w->s->mem, f->made, f->nmade, &f->cap,
	    sizeof(*f->made));
	f->made[f->nmade++] = id;
}

static int
keep(struct work *w, const char *kind, const struct buf *document,
    int64_t *id, struct err *e)
{
	const struct handoff h = {
		.destination = HANDOFF_FULFILMENT, .kind = kind,
		.order_id = w->o.id, .folder = w->f->folder,
		.state = "open", .document = document->data,
	};

	if (handoff_add(w->s, &h, 0, id, e) < 0)
		return -1;
	made(w, *id);
	return 0;
}

static const char *
tell(struct buf *b, int64_t id, const char *kind, int64_t nlines)
{
	detail_begin(b);
	detail_int(b, "handoff", id);
	detail_text(b, "to", HANDOFF_FULFILMENT);
	detail_text(b, "kind", kind);
	if (nlines > 0)
		detail_int(b, "lines", nlines);
	return detail_end(b);
}

/* ---- what is to be taken out ---- */

static const char SQL_HANDED[] =
	"UPDATE cancel_requests SET handoff = $2"
	" WHERE id = $1 AND handoff IS NULL";

static int
hand_request(struct work *w, const struct cancel_request *q, struct err *e)
{
	struct buf b = BUF_INIT;
	int64_t id;
	int r = ticket_cancel(w->s, &w->o, q, &b, e);

	if (r == 0)
		r = keep(w, "cancel", &b, &id, e);
	if (r == 0 && db_run(w->s->db, SQL_HANDED, BIND(I(q->id), I(id)),
	    e) < 0)
		r = -1;
	if (r == 0)
		r = event_add(w->s, w->o.id, "forward", tell(&b, id, "cancel",
		    0), e);
	buf_release(&b);
	return r;
}

/* How many, or -1. */
static int
hand_requests(struct work *w, struct err *e)
{
	int n = 0;

	for (size_t i = 0; i < w->nrequests; i++) {
		if (w->requests[i].handed)
			continue;
		if (hand_request(w, &w->requests[i], e) < 0)
			return -1;
		n++;
	}
	return n;
}

/* ---- what is to be picked ---- */

static int
not_now(struct work *w, struct verdict *v, enum result result,
    const char *reason)
{
	return order_verdict(w->s, v, &w->o, result, reason);
}

/* Is there anything to hand over, whatever else stands against it? */
static bool
has_lines(struct work *w, struct verdict *v)
{
	const struct order *o = &w->o;

	if (w->nlines > 0)
		return true;
	if (order_is(o, "confirmed")) {
		not_now(w, v, RESULT_HELD, "short");
		verdict_note(v, "%s: nothing of it is allocated", o->ref);
	} else
		not_now(w, v, RESULT_UNCHANGED, w->waits ? "short" : "");
	return false;
}

static bool
state_allows(struct work *w, struct verdict *v)
{
	const struct order *o = &w->o;

	if (order_is(o, "completed"))
		not_now(w, v, RESULT_UNCHANGED, "");
	else if (!order_is_live(o)) {
		not_now(w, v, RESULT_REFUSED, "illegal-transition");
		verdict_note(v, "%s: is %s", o->ref, o->status);
	} else if (o->nheld > 0) {
		not_now(w, v, RESULT_HELD, "open-holds");
		verdict_note(v, "%s: is held: %s", o->ref,
		    order_held_text(&w->s->mem, o));
	} else if (!order_is(o, "confirmed") && !order_is(o, "released")) {
		not_now(w, v, RESULT_REFUSED, "not-confirmed");
		verdict_note(v, "%s: is %s, not confirmed (see: order-ack)",
		    o->ref, o->status);
	} else
		return true;
	return false;
}

/* 1; 0 when the verdict says why not; -1. */
static int
may_go(struct work *w, struct verdict *v, struct err *e)
{
	const struct order *o = &w->o;
	char text[DATE_TEXT];
	struct wishes wishes;
	int32_t day;

	if (!state_allows(w, v) || !has_lines(w, v))
		return 0;
	if (wishes_read(w->s, o, &wishes, e) < 0)
		return -1;
	if (strcmp(wishes.ship_policy, "complete") == 0 &&
	    !order_is_complete(o)) {
		not_now(w, v, RESULT_HELD, "short");
		verdict_note(v, "%s: is shipped complete, and not all of it is"
		    " allocated", o->ref);
		return 0;
	}
	if (w->f->early)
		return 1;
	if (promise_not_before(w->s, o, &day, e) < 0)
		return -1;
	if (day == DATE_NONE)
		return 1;
	not_now(w, v, RESULT_HELD, "not-yet");
	verdict_note(v, "%s: is wanted on %s: not before %s (now: --early)",
	    o->ref, o->column[COLUMN_REQUESTED_ON], date_text(day, text));
	return 0;
}

static int
release_lines(struct work *w, struct err *e)
{
	struct order *o = &w->o;

	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];
		int r = w->goes[i] == 0 ? 1 : stock_release(w->s, o->id,
		    l->line, l->item, w->goes[i], e);

		if (r == 0)
			return err_set(e, ERR_SOFTWARE, "order %s line %lld:"
			    " its stock is not there any more", o->ref,
			    (long long)l->line);
		if (r < 0)
			return -1;
		l->released += w->goes[i];
	}
	return 0;
}

static int
hand_lines(struct work *w, struct verdict *v, struct err *e)
{
	struct buf b = BUF_INIT;
	struct order *o = &w->o;
	const char *detail;
	int64_t id;
	int r = ticket_pick(w->s, o, w->goes, &b, e);

	if (r == 0)
		r = keep(w, "pick", &b, &id, e);
	if (r == 0)
		r = release_lines(w, e);
	if (r == 0) {
		detail = tell(&b, id, "pick", w->nlines);
		r = order_is(o, "released") ?
		    event_add(w->s, o->id, "forward", detail, e) :
		    order_set_status(w->s, o, "released", "forward", detail, e);
	}
	buf_release(&b);
	if (r < 0)
		return -1;
	return order_verdict(w->s, v, o, RESULT_OK, w->waits ? "short" : "");
}

/* ---- the step ---- */

int
order_forward(struct step *s, const char *ref, struct forward *f,
    struct verdict *v, struct err *e)
{
	struct work w = { .s = s, .f = f };
	int n, r = order_named(s, ref, &w.o, v, e);

	if (r <= 0)
		return r;
	if (cancel_requests_open(s, w.o.id, &w.requests, &w.nrequests,
	    e) < 0 || (n = hand_requests(&w, e)) < 0)
		return -1;
	find_lines(&w);
	r = may_go(&w, v, e);
	if (r < 0)
		return -1;
	if (r == 1)
		return hand_lines(&w, v, e);
	return n > 0 ? not_now(&w, v, RESULT_OK, "") : 0;
}

/* ---- which orders ---- */

/* Only of one that asks for a day to come the calendar must be asked. */
int
forward_is_its_day(struct step *s, int64_t order_id, const char *requested_on,
    struct err *e)
{
	struct order o;
	int32_t day;

	if (strcmp(requested_on, step_day_text(s, s->now.at)) <= 0)
		return 1;
	if (order_load(s, order_id, &o, e) < 0 ||
	    promise_not_before(s, &o, &day, e) < 0)
		return -1;
	return day == DATE_NONE;
}

static const char SQL_PENDING[] =
	"SELECT o.id, o.ref, o.requested_on," FORWARD_UNTOLD
	" FROM orders AS o LEFT JOIN customers AS c ON c.customer = o.account"
	" WHERE (o.status = 'confirmed' OR o.status = 'released')"
	" AND (" FORWARD_UNTOLD " OR" FORWARD_GOES("$1") ")"
	" ORDER BY coalesce(c.priority, 0) DESC,"
	" CASE o.delivery_on WHEN '' THEN '9999' ELSE o.delivery_on END,"
	" o.received_at, o.id";

int
forward_pending(struct step *s, bool early,
    int (*add)(void *, const char *ref), void *arg, struct err *e)
{
	const char *policy = s->policy.text[POLICY_IS_SHIP_POLICY];
	struct row *row;
	int n, r;

	if (db_query(s->db, SQL_PENDING, BIND(T(policy)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		n = 1;
		if (!early && db_int(row, 3) == 0)
			n = forward_is_its_day(s, db_int(row, 0),
			    db_text(row, 2), e);
		if (n < 0 || (n == 1 && add(arg, db_text(row, 1)) < 0)) {
			db_done(row);
			return -1;
		}
	}
	return r;
}
