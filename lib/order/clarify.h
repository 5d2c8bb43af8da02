/* clarify.h - private to lib/order: asking the customer, once and again */
#ifndef ORDER_CLARIFY_H
#define ORDER_CLARIFY_H

#include <cjson/cJSON.h>

#include <order/verify.h>

/* What a reminder says beside the question itself. */
struct reminder {
	int64_t n;		/* the how manieth, from 1 */
	const char *asked_on;	/* civil dates; cancel_on "" for never */
	const char *cancel_on;
};

/* Queue one notice with every question that is not waived; what was not sent
 * yet is overtaken.  reminder is NULL when it is asked for the first time. */
int clarify_send(struct step *, const struct order *, const struct findings *,
    const struct reminder *, struct err *);

/* Some questions were answered: a notice that nobody was told yet is made
 * anew for those that are left. */
int clarify_renew(struct step *, const struct order *, const struct findings *,
    struct err *);

/* The findings of the order as they were kept that are still open. */
int clarify_read(struct step *, const struct order *, struct findings *,
    struct err *);

/* Put a reminder's facts into a document, and queue it as one: 1, or 0 when
 * the very same is queued already, -1.  One that was not told yet is
 * overtaken.  The document is freed. */
int reminder_queue(struct step *, const struct order *, const char *kind,
    cJSON *, const struct reminder *, struct err *);

/* Remind of the offer that was sent last, for the lines that are open: the
 * same answers. */
int reminder_of_offer(struct step *, const struct order *,
    const struct reminder *, struct err *);

/* A notice that was queued but is not composed, or not told by hand, yet. */
struct untold {
	struct reminder again;	/* n is 0: no reminder */
	const char *gone_sku;	/* as for offer_make */
};

/* The newest of that kind about this revision: 1, 0 when all were told, -1. */
int untold_read(struct step *, const struct order *, const char *kind,
    struct untold *, struct err *);

#endif
