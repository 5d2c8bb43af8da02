/* resolve.h - the customer's answers to what holds an order
 */
#ifndef ORDER_RESOLVE_H
#define ORDER_RESOLVE_H

#include <order/order.h>

/* One corrected column, as given. */
struct correction {
	const char *column, *value;
};

struct answer {
	const char *hold;	/* of the order's open holds */
	const char *answer;	/* corrected, accepted or waived */
	int64_t line;		/* 0: the order, or its only line */
	const char *note;
	const struct correction *set;
	size_t nset;
};

/* Record one answer and verify again.
 * corrected  the columns are changed; verification says what is left
 * accepted   the customer accepts what we have: our price, our quantity rule,
 *            our total, the backorder; for payment the note is the proof
 * waived     somebody here answers for it
 * Answers: ok, held (other holds are open), refused with a note. */
int order_resolve(struct step *, const char *ref, const struct answer *,
    struct verdict *, struct err *);

#endif
