/* amend.h - an order that is known comes again with other content
 *
 * What differs is found without the store, from the order as it is and the
 * content that came; order_amend then makes the order what came.
 */
#ifndef ORDER_AMEND_H
#define ORDER_AMEND_H

#include <order/order.h>

/* One column that differs, as people write its values; "" stands for none.
 * An added line was without a sku, one taken out is without. */
struct change {
	int64_t line;		/* 0: the order */
	const char *field;	/* the column's name */
	const char *was, *is;
	const char *source;	/* which input says so, */
	int64_t source_line;	/* and where */
};

/* An order's money, once its currency is known. */
struct order_sums {
	const char *currency;
	int exponent;
	int64_t amount[4];	/* minor units or AMOUNT_NONE */
	int64_t *line;		/* each line's amount, or AMOUNT_NONE */
	int64_t total;		/* or AMOUNT_NONE: a price is missing */
};

/* A line as it is and as it came, by its number. */
struct line_pair {
	const struct order_line *was;	/* NULL: it is added */
	const struct line_new *is;	/* NULL: it is taken out */
	size_t place;			/* of what came, in the intake */
	bool asked_anew;	/* what was agreed about it holds no more */
};

struct amendment {
	struct change *change;
	size_t n, cap;
	struct line_pair *pair;		/* by line number */
	size_t npairs;
	bool repriced;		/* another customer or currency: for all lines */
};

/* What the content that came changes.  Beside each value of the order stands
 * what the customer last asked for, not what we made of it: our price and our
 * quantity (was_price, was_quantity) are no change of theirs.  extra is the
 * order's, as stored.  Pure. */
void amend_compare(struct arena *, const struct order *, const char *extra,
    const struct order_intake *, const struct order_sums *,
    struct amendment *);

#endif
