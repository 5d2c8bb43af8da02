/* forward.h - hand confirmed orders to fulfilment, movements to inventory
 */
#ifndef ORDER_FORWARD_H
#define ORDER_FORWARD_H

#include <order/date.h>
#include <order/handoff.h>
#include <order/order.h>

struct forward {
	const char *folder;	/* where the file goes, "": it is printed */
	bool early;		/* also what would arrive before it is wanted */
	/* what was made, in the arena of the step; the caller empties it */
	int64_t *made;
	size_t nmade, cap;
};

/* Hand over what is newly allocated of the order, and what fulfilment is to
 * cancel.  ok when something was handed over; unchanged, held, refused. */
int order_forward(struct step *, const char *ref, struct forward *,
    struct verdict *, struct err *);

/* Call add with each order that order_forward has something to do for now,
 * in the order in which stock and people should serve them. */
int forward_pending(struct step *, bool early,
    int (*add)(void *, const char *ref), void *, struct err *);

/* What order_forward does, as conditions on orders AS o; the day that the
 * customer wants is asked besides.  Is there a request to cancel of which
 * fulfilment does not know? */
#define FORWARD_UNTOLD \
	" EXISTS (SELECT 1 FROM cancel_requests AS q" \
	"  WHERE q.order_id = o.id AND q.answered_at IS NULL" \
	"  AND q.handoff IS NULL)"

/* Does something of it go?  Of a line only what nobody asks back, of an order
 * without holds, and of one that is shipped complete only when all is there.
 * policy is the parameter with ship_policy, for customers who have no own. */
#define FORWARD_GOES(policy) \
	" (EXISTS (SELECT 1 FROM lines AS l WHERE l.order_id = o.id" \
	"  AND l.allocated > l.released AND NOT EXISTS (SELECT 1" \
	"   FROM cancel_requests AS q WHERE q.order_id = o.id" \
	"   AND q.answered_at IS NULL AND (q.line = 0 OR q.line = l.line)))" \
	" AND NOT EXISTS (SELECT 1 FROM holds AS h WHERE h.order_id = o.id" \
	"  AND h.closed_at IS NULL)" \
	" AND (coalesce((SELECT nullif(c.ship_policy, '') FROM customers AS c" \
	"  WHERE c.customer = o.account), " policy ") <> 'complete'" \
	"  OR NOT EXISTS (SELECT 1 FROM lines AS l WHERE l.order_id = o.id" \
	"  AND l.ordered - l.cancelled - l.rejected - l.substituted" \
	"   > l.allocated + l.shipped)))"

/* Handed over now, would it not arrive before the day it is wanted on?
 * 1, 0, -1. */
int forward_is_its_day(struct step *, int64_t order_id,
    const char *requested_on, struct err *);

/* Hand over the movements since the last time, at most so many that they fit
 * into memory: 1; 0 there are none; -1. */
int forward_movements(struct step *, struct forward *, struct err *);

/* ---- pure parts ---- */

/* What of the line goes now. */
int64_t line_to_release(const struct order_line *);

/* Is all that is still to be shipped allocated? */
bool order_is_complete(const struct order *);

/* Would what is handed over on that day arrive on the wanted day or later?
 * The days are working days for handling, then for the way. */
bool handover_fits(const struct calendar *, int32_t day, int handling,
    int transit, int32_t wanted);

/* The first working day after that one on which it would; wanted is later, by
 * a day or by thousands of years. */
int32_t handover_day(const struct calendar *, int32_t after, int handling,
    int transit, int32_t wanted);

#endif
