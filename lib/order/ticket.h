/* ticket.h - private to lib/order: the documents of hand-offs */
#ifndef ORDER_TICKET_H
#define ORDER_TICKET_H

#include <order/buf.h>
#include <order/cancel.h>
#include <order/forward.h>

/* A pick ticket of what line_to_release says of these lines (goes[i] is that
 * of line i), or what a request is about.  The buffer is the caller's. */
int ticket_pick(struct step *, const struct order *, const int64_t *goes,
    struct buf *, struct err *);
int ticket_cancel(struct step *, const struct order *,
    const struct cancel_request *, struct buf *, struct err *);

#endif
