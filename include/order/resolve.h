/* resolve.h - the customer's answers to what holds an order
 */
#ifndef ORDER_RESOLVE_H
#define ORDER_RESOLVE_H

#include <order/order.h>

/* One corrected column, as given; of a substitute its sku and quantity. */
struct correction {
	const char *column, *value;
};

struct answer {
	const char *hold;	/* of the order's open holds */
	const char *answer;	/* one of answer_words */
	int64_t line;		/* 0: the order, or its only line */
	const char *note;
	const struct correction *set;
	size_t nset;
};

/* Record one answer and verify again; which fits is said by answers.h.
 * corrected   the columns are changed; verification says what is left
 * accepted    the customer takes ours: price, quantity, total, successor, the
 *             backorder; for payment the note is the proof
 * confirmed   the customer says that what the order says is right
 * waived      somebody here answers for it
 * remove      the line is taken out, with the last one the order
 * cancel      the order is cancelled
 * backorder, substitute, partial, drop: see offer.h; also of what waits while
 *             nothing is held, until the order is released
 * Stock that was checked before is checked again; what changed of a confirmed
 * order is told.  Every answer is one event.
 * Answers: ok, held (other holds are open; offer-gone: there is a new offer),
 * refused with a note, and nothing changed. */
int order_resolve(struct step *, const char *ref, const struct answer *,
    struct verdict *, struct err *);

/* A record that answers nothing: unchanged, or why it names no order. */
int order_not_answered(struct step *, const char *ref, struct verdict *,
    struct err *);

#endif
