/* cancel.h - take out what is not wanted any more, and tell the customer
 */
#ifndef ORDER_CANCEL_H
#define ORDER_CANCEL_H

#include <order/order.h>

/* Cancel so much of a line that is not shipped: what is open first, then what
 * waits, then what is reserved (that goes back).  why is recorded. */
int line_cancel(struct step *, struct order *, struct order_line *,
    int64_t quantity, const char *why, struct err *);

/* Cancel the whole order: reservations go back, holds end, offers and unsent
 * questions are void, a `cancelled` message is queued.  why is "as-asked",
 * "unanswered", or words for the customer; note is for the record.
 * ok; unchanged when it is cancelled already; refused illegal-transition when
 * it is rejected, completed, or in fulfilment's hands.  0, -1. */
int order_cancel(struct step *, struct order *, const char *why,
    const char *note, struct verdict *, struct err *);

/* Tell the customer of a confirmed order what of its lines changed since they
 * were last told, and promise the dates anew; before an order is confirmed,
 * or when nothing of that changed, nothing happens.  The order is loaded
 * again.  1 told, 0, -1. */
int change_notice(struct step *, struct order *, struct err *);

#endif
