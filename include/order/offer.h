/* offer.h - what the customer may choose for a line that is short
 *
 * check-stock offers; the customer's answer, through order-resolve, takes.
 * What was offered is kept with its price and date: the price holds, the
 * rest is looked at again when it is taken.
 */
#ifndef ORDER_OFFER_H
#define ORDER_OFFER_H

#include <order/order.h>

/* ---- consent ---- */

enum rest_choice {
	REST_SUBSTITUTE,	/* by the first alternative that covers it */
	REST_BACKORDER,
	REST_ASK,
	REST_REFUSE
};

/* What becomes of the rest of a line that is short: the customer's consents,
 * else the company's (auto, ask, never); does one alternative cover all of
 * it now; is some of any alternative there?  Pure. */
enum rest_choice offer_rest(const char *backorder_consent,
    const char *substitute_consent, bool covered, bool available);

/* ---- offers ---- */

/* Make the offer (anew) for all open quantity or, when none is open, for what
 * is backordered: the rows of offers, the hold consent (unless the order is
 * held for stock, or nothing is open), the shortage message; an older one
 * that is not composed yet is overtaken.  What can neither wait nor be
 * substituted is refused (R4).  gone_sku is the substitute that was taken
 * meanwhile, "" when a date was, NULL when nothing was. */
int offer_make(struct step *, struct order *, const char *gone_sku,
    struct err *);

struct offer_choice {
	int64_t line;		/* 0: every short line */
	const char *answer;	/* backorder substitute partial drop */
	const char *sku;	/* "" or NULL: the first that was offered and
				 * is there in that quantity */
	int64_t quantity;	/* 0: all of it */
	const char *note;	/* of the holds it ends, or NULL */
};

/* Do as the customer chose.  What was short is what is open, while the order
 * is held for consent or stock, and what is backordered.  What is there by
 * now is allocated before anything waits or is dropped; a substitute takes
 * the place of what was short when it was offered.
 *
 * 1: done; also when all of it is there by now.  The holds consent and stock
 * have ended (with the answer and the note) if nothing is open any more.
 * 0: nothing was taken.  The verdict is refused, or held for offer-gone: then
 * the new offer was made and must be kept.  -1: failed.
 *
 * The order is as order_load gave it and is updated (its lines may move).
 * The caller has the transaction, records the answer, tells the customer of a
 * confirmed order and promises anew. */
int offer_take(struct step *, struct order *, const struct offer_choice *,
    struct verdict *, struct err *);

#endif
