/* cancel.h - take out what is not wanted any more, and tell the customer
 */
#ifndef ORDER_CANCEL_H
#define ORDER_CANCEL_H

#include <order/order.h>

/* Cancel so much of a line that is not shipped: what is open first, then what
 * waits, then what is reserved (that goes back).  why is recorded.  0; -1,
 * also when less than that is left. */
int line_cancel(struct step *, struct order *, struct order_line *,
    int64_t quantity, const char *why, struct err *);

/* Cancel the whole order: reservations go back, holds end, offers and unsent
 * questions are void, a `cancelled` message is queued.  why is "as-asked" or
 * words for the customer; note is for the record.
 * ok; unchanged when it is cancelled already; refused illegal-transition when
 * it is rejected, completed, or in fulfilment's hands.  0, -1. */
int order_cancel(struct step *, struct order *, const char *why,
    const char *note, struct verdict *, struct err *);

/* The same because a question of asked_on, a date, got no answer. */
int order_give_up(struct step *, struct order *, const char *asked_on,
    struct verdict *, struct err *);

/* What fulfilment has, too: the rest of an order that was sent in part is
 * cancelled and the order completed, one of which nothing was sent is
 * cancelled.  The event is cancelled or short-close.  0, -1. */
int order_cancel_rest(struct step *, struct order *, const char *event,
    const char *why, const char *note, struct err *);

/* ---- asked for after release ---- */

struct cancel_request {
	int64_t id;
	int64_t line;		/* 0: the whole order */
	int64_t quantity;	/* 0: all that is left */
	bool handed;		/* fulfilment was told */
	const char *reason, *note;
};

/* The open ones of an order, oldest first, in the arena of the step. */
int cancel_requests_open(struct step *, int64_t order_id,
    struct cancel_request **, size_t *n, struct err *);

/* The open one about the line, else about the whole order (0): 1, 0, -1. */
int cancel_request_find(struct step *, int64_t order_id, int64_t line,
    struct cancel_request *, struct err *);

/* Answer the open request of that id, or all of the order when it is 0.  How
 * many, or -1. */
int cancel_answer(struct step *, int64_t order_id, int64_t id,
    const char *answer, struct err *);

/* It is too late for the open requests about that line, or for all of them
 * (0): they are answered and the customer is told how much of what they asked
 * for goes on.  With sent, what is about to leave of each line by its place,
 * only for those of which nothing is left then.  How many, or -1. */
int cancel_too_late(struct step *, const struct order *, int64_t line,
    const int64_t *sent, const char *why, struct err *);

/* The open requests of which nothing is left, because it was cancelled by
 * another way, are answered so.  0, -1. */
int cancel_done(struct step *, const struct order *, struct err *);

/* Tell the customer of a confirmed or released order what of its lines
 * changed since they were last told, and promise the dates anew; before an
 * order is confirmed, or when nothing of that changed, nothing happens.  why
 * is for them to read, or "".  The order is loaded again.  1 told, 0, -1. */
int change_notice(struct step *, struct order *, const char *why,
    struct err *);

struct promise;

/* The dates of before moved to the promise: a notice of a change that no
 * mailer may have yet tells them, too.  1: it does; 0: there is none; -1. */
int change_notice_dates(struct step *, const struct order *before,
    const struct order *, const struct promise *, struct err *);

#endif
