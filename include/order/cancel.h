/* cancel.h - take out what is not wanted any more */
#ifndef ORDER_CANCEL_H
#define ORDER_CANCEL_H

#include <order/order.h>

/* Cancel so much of a line that is not shipped: what is open first, then what
 * waits, then what is reserved (that goes back).  why is recorded. */
int line_cancel(struct step *, struct order *, struct order_line *,
    int64_t quantity, const char *why, struct err *);

#endif
