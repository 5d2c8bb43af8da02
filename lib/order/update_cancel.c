/* update_cancel.c - it is not wanted any more
 *
 */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/event.h>
#include <order/money.h>

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

int
take_cancelled(struct report *r)
{
	struct order_line *l;
	int64_t left, n;

	if (r->value[UPDATE_LINE][0] == '\0' &&
	    r->value[UPDATE_QUANTITY][0] == '\0')
		return cancel_all(r);
	if (order_is(r->o, "released"))
		return update_refuse(r, "illegal-transition", "cancelled",
		    "the order is released");
	l = update_line(r);
	if (l == NULL)
		return update_refuse(r, "no-such-line", "line",
		    "say which line (--line N)");
	left = line_wanted(l) - l->shipped;
	n = r->value[UPDATE_QUANTITY][0] != '\0' ? r->quantity : left;
	if (left == 0)
		return update_unchanged(r);
	if (n > left)
		return update_refuse(r, "bad-value", "quantity", arena_printf(
		    &r->s->mem, "only %s can be cancelled",
		    decimal_short(&r->s->mem, left, QUANTITY_SCALE)));
	if (line_cancel(r->s, r->o, l, n, update_why(r)[0] != '\0' ? update_why(r) :
	    "not wanted any more", r->e) < 0)
		return -1;
	return go_on(r);
}

