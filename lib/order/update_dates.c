/* update_dates.c - later than promised, not at all, or once more
 *
 * A delay is a new promise, a short close drops what is not there, reopening
 * wants again what was dropped. */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/message.h>
#include <order/money.h>
#include <order/verify.h>

#include "shortage.h"
#include "update_take.h"

/* ---- delay ---- */

static const char SQL_FIRST[] =
	"SELECT first_promised_on FROM lines WHERE order_id = $1 AND line = $2";

/* A day before what was promised at first is no delay. */
static int
check_line(struct report *r, const struct order_line *l, const char *day)
{
	struct row *row;
	const char *first = "";
	int n;

	if (line_to_send(l) == 0)
		return update_refuse(r, "over-quantity", "delay",
		    "nothing of the line is left to be sent");
	n = db_one(r->s->db, SQL_FIRST, BIND(I(r->o->id), I(l->line)), &row,
	    r->e);
	if (n < 0)
		return -1;
	if (n == 1) {
		first = db_dup(row, 0, &r->s->mem);
		db_done(row);
	}
	if (strcmp(day, l->promised_on) == 0)
		return update_unchanged(r);
	if (strcmp(day, first) < 0)
		return update_refuse(r, "bad-value", "promised_on",
		    arena_printf(&r->s->mem, "%s is before %s, which was"
		    " promised at first", day, first));
	return 1;
}

static int
check_order(struct report *r, const char *day)
{
	const char *now = r->o->delivery_on;
	int64_t left = 0;

	for (size_t i = 0; i < r->o->nlines; i++)
		left += line_to_send(&r->o->lines[i]) > 0;
	if (left == 0)
		return update_refuse(r, "over-quantity", "delay",
		    "nothing of it is left to be sent");
	if (strcmp(day, now) == 0)
		return update_unchanged(r);
	if (strcmp(day, now) < 0)
		return update_refuse(r, "bad-value", "promised_on",
		    arena_printf(&r->s->mem, "%s is before %s, which is"
		    " promised (one line can be sooner: --line N)", day, now));
	return 1;
}

static int
check_day(struct report *r, const struct order_line *l, int32_t *date)
{
	const char *day = r->value[UPDATE_PROMISED_ON];

	if (day[0] == '\0' || !date_parse(day, date))
		return update_refuse(r, "missing", "promised_on",
		    "say the new delivery date (--promised-on)");
	if (*date < step_day(r->s, r->s->now.at))
		return update_refuse(r, "bad-value", "promised_on",
		    arena_printf(&r->s->mem, "%s is in the past", day));
	return l != NULL ? check_line(r, l, day) : check_order(r, day);
}

/* All that is still to be sent and was promised sooner, or the line. */
static int
promise(struct report *r, const struct order_line *one, int32_t date)
{
	struct order *o = r->o;
	struct promise p = { 0 };

	p.line = arena_array(&r->s->mem, o->nlines, sizeof(*p.line));
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if (!date_parse(l->promised_on, &p.line[i]))
			p.line[i] = DATE_NONE;
		if (l == one || (one == NULL && line_to_send(l) > 0 &&
		    p.line[i] < date))
			p.line[i] = date;
	}
	p.delivery_on = promise_latest(o, p.line);
	if (promise_departure(r->s, o, p.delivery_on, &p.processing_on,
	    r->e) < 0)
		return -1;
	return ack_promise_set(r->s, o, &p, r->e) < 0 ? -1 : 0;
}

int
take_delay(struct report *r)
{
	const struct order_line *one = update_says(r, UPDATE_LINE) ?
	    update_line(r) : NULL;
	int32_t date = DATE_NONE;
	int n = check_day(r, one, &date);

	if (n <= 0)
		return n;
	if (update_record(r, "delay", "") < 0 || promise(r, one, date) < 0 ||
	    message_delay(r->s, r->o->id, r->value[UPDATE_REASON], r->e) < 0)
		return -1;
	return update_done(r);
}

/* ---- short close ---- */

/* What is there of the order, and how much of it is dropped. */
struct rest {
	int64_t allocated, shipped, dropped, stays;
};

static struct rest
rest_of(const struct report *r, const struct order_line *one)
{
	struct rest n = { 0 };

	for (size_t i = 0; i < r->o->nlines; i++) {
		const struct order_line *l = &r->o->lines[i];
		int64_t waits = line_open(l) + l->backordered;

		n.allocated += l->allocated;
		n.shipped += l->shipped;
		if (one == NULL || one == l)
			n.dropped += waits;
		else
			n.stays += waits;
	}
	return n;
}

static int
drop(struct report *r, const struct order_line *one, const char *why)
{
	for (size_t i = 0; i < r->o->nlines; i++) {
		struct order_line *l = &r->o->lines[i];
		int64_t n = line_open(l) + l->backordered;

		if ((one == NULL || one == l) && n > 0 &&
		    line_cancel(r->s, r->o, l, n, why, r->e) < 0)
			return -1;
	}
	return order_retotal(r->s, r->o, r->e);
}

int
take_short_close(struct report *r)
{
	const struct order_line *one = update_says(r, UPDATE_LINE) ?
	    update_line(r) : NULL;
	const char *reason = r->value[UPDATE_REASON];
	struct rest n = rest_of(r, one);

	if (n.allocated == 0 && n.stays == 0)
		return order_cancel_rest(r->s, r->o, "short-close", reason,
		    r->value[UPDATE_NOTE], r->e) < 0 ? -1 : update_done(r);
	if (n.dropped == 0)
		return update_unchanged(r);
	if (drop(r, one, reason[0] != '\0' ? reason : "short-close") < 0 ||
	    update_record(r, "short-close", "") < 0 ||
	    cancel_done(r->s, r->o, r->e) < 0 ||
	    change_notice(r->s, r->o, reason, r->e) < 0)
		return -1;
	return update_done(r);
}

/* ---- reopen ---- */

static const char SQL_WANTED_AGAIN[] =
	"UPDATE lines SET cancelled = cancelled - $3"
	" WHERE order_id = $1 AND line = $2 AND cancelled >= $3";

/* It waits for stock like any other line. */
static int
want_again(struct report *r, struct order_line *l, int64_t n)
{
	if (db_run(r->s->db, SQL_WANTED_AGAIN, BIND(I(r->o->id), I(l->line),
	    I(n)), r->e) < 0)
		return -1;
	l->cancelled -= n;
	return line_backorder(r->s, r->o, l, n, r->e) < 0 ||
	    order_retotal(r->s, r->o, r->e) < 0 ? -1 : 0;
}

/* Nothing of it is cancelled: that may be what this very report did. */
static int
none_cancelled(struct report *r)
{
	int known = update_recorded(r);

	return known < 0 ? -1 : known ? update_unchanged(r) : update_refuse(r,
	    "over-quantity", "reopen", "nothing of the line is cancelled");
}

/* How much of the line: 1, 0 refused or done before, -1. */
static int
check_again(struct report *r, const struct order_line *l, int64_t *n)
{
	*n = update_says(r, UPDATE_QUANTITY) ? r->quantity : l->cancelled;
	if (*n > 0 && *n <= l->cancelled)
		return 1;
	if (l->cancelled == 0)
		return none_cancelled(r);
	return update_refuse(r, "over-quantity", "quantity", arena_printf(
	    &r->s->mem, "%s, but %s of the line are cancelled",
	    decimal_short(&r->s->mem, *n, QUANTITY_SCALE),
	    decimal_short(&r->s->mem, l->cancelled, QUANTITY_SCALE)));
}

/* Its customer may not be good for it any more, or be blocked. */
static int
judge(struct report *r)
{
	if (order_recheck(r->s, r->o, r->e) < 0)
		return -1;
	if (r->o->nheld == 0)
		return update_done(r);
	verdict_set(r->v, r->o->id, RESULT_HELD, "open-holds");
	return 1;
}

int
take_reopen(struct report *r)
{
	bool some = update_says(r, UPDATE_LINE) ||
	    update_says(r, UPDATE_QUANTITY);
	struct order_line *l = some ? update_line(r) : NULL;
	int64_t n = 0;
	int fits = 1;

	if (some && l == NULL)
		return update_which_line(r);
	if (some)
		fits = check_again(r, l, &n);
	if (fits <= 0)
		return fits;
	if (order_is(r->o, "released")) {
		if (!some)
			return update_unchanged(r);
		if (update_record(r, "reopen", "") < 0)
			return -1;
	} else if (order_set_status(r->s, r->o, "released", "reopen",
	    update_detail(r, ""), r->e) < 0)
		return -1;
	if (some && (want_again(r, l, n) < 0 ||
	    change_notice(r->s, r->o, r->value[UPDATE_REASON], r->e) < 0))
		return -1;
	return judge(r);
}
