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

#endif
