/* chase.h - questions that are not answered: remind, and give up at last
 *
 * What counts is what reached the customer: a question that is not sent yet
 * is not chased.  Delivery is order-notify's.
 */
#ifndef ORDER_CHASE_H
#define ORDER_CHASE_H

#include <order/order.h>

/* Call add for each order that is to be reminded or cancelled now. */
int chase_due(struct step *, int (*add)(void *, const char *ref), void *arg,
    struct err *);

/* Remind the customer of what is open, or cancel the order when policy says
 * so.  ok: done; unchanged: it is not due (any more).  0, -1. */
int order_chase(struct step *, const char *ref, struct verdict *,
    struct err *);

#endif
