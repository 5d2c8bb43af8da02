/* erase.h - a person's data go, the record of the orders stays
 *
 * What goes: names, addresses, telephone numbers and e-mail addresses, what
 * was written to, by or about the customer, originals, payment tokens, and
 * the details of events.  What stays: references, status, items, quantities,
 * amounts and dates, the countries (they decide on taxes), the external_ref
 * (by which an order sent again is known), and the skeletons of events.  An
 * event "erase" says why the details of those before it are gone.
 *
 * Each step is one transaction's work; all can be repeated.
 */
#ifndef ORDER_ERASE_H
#define ORDER_ERASE_H

#include <order/buf.h>
#include <order/step.h>

/* Whose data: all orders of a customer, or one order. */
struct erasure {
	const char *customer;	/* number as on file; NULL: one order */
	const char *key;	/* the same, folded */
	int64_t order_id;
	struct buf words;	/* addresses to look for in rejects, a line each */
	bool known;		/* something of it is in the store */
};

/* The customer as on file, for the number as typed; texts live in the arena
 * given.  Not knowing it is no error. */
int erase_customer(struct step *, const char *number, struct arena *,
    struct erasure *, struct err *);

/* 1 all of it may go; 0 the verdict says why not; -1.  Notes the customer's
 * addresses in words. */
int erase_judge(struct step *, struct erasure *, struct verdict *,
    struct err *);

/* The same of one order, and without its addresses. */
int erase_judge_order(struct step *, int64_t order_id, struct verdict *,
    struct err *);

/* Note the addresses of the orders in one more database. */
int erase_words(struct step *, struct erasure *, struct err *);

/* The next orders it is about, after number *after: how many of at most max,
 * 0 no more, -1. */
int erase_next(struct step *, const struct erasure *, int64_t *after,
    int64_t *ids, int max, struct err *);

/* The event; unless there is one already where again is false. */
int erase_event(struct step *, int64_t order_id, bool again, struct err *);

/* Bring the events "erase" of the order to an archive. */
int erase_event_copy(struct step *live, struct step *archive,
    int64_t order_id, struct err *);

/* Erase one order. */
int erase_order(struct step *, int64_t order_id, struct err *);

/* Delete the rejects of it: how many, -1. */
int erase_rejects(struct step *, const struct erasure *, struct err *);

/* Delete the customer with prices, aliases and what events tell of them: 1,
 * 0 there was nothing, -1. */
int erase_master(struct step *, const struct erasure *, struct err *);

#endif
