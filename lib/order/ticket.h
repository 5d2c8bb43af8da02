/* ticket.h - private to lib/order: the documents of hand-offs */
#ifndef ORDER_TICKET_H
#define ORDER_TICKET_H

#include <order/buf.h>
#include <order/forward.h>

/* What somebody asked fulfilment to take out, and nobody answered yet. */
struct cancel_request {
	int64_t id;
	int64_t line;		/* 0: the whole order */
	int64_t quantity;	/* 0: all that is left */
	const char *reason, *note;
	bool handed;		/* fulfilment knows of it */
};

/* A pick ticket of what line_to_release says of these lines (goes[i] is that
 * of line i), or what a request is about.  The buffer is the caller's. */
int ticket_pick(struct step *, const struct order *, const int64_t *goes,
    struct buf *, struct err *);
int ticket_cancel(struct step *, const struct order *,
    const struct cancel_request *, struct buf *, struct err *);

#endif
