/* shortage.h - private to lib/order: what can be done about a short line */
#ifndef ORDER_SHORTAGE_H
#define ORDER_SHORTAGE_H

#include <cjson/cJSON.h>

#include <order/offer.h>

/* The customer's, else the company's. */
struct wishes {
	const char *ship_policy, *backorder, *substitute;
};

int wishes_read(struct step *, const struct order *, struct wishes *,
    struct err *);

/* ---- alternatives ---- */

struct alternative {
	const char *sku, *description, *unit;
	int64_t available;	/* over zero */
	int64_t unit_price;	/* this customer's, or AMOUNT_NONE */
	bool covers;		/* all of the quantity, by its own rules and
				 * in the unit of what it replaces */
};

/* Up to five that are there, by rank, priced for that quantity. */
int alternatives_find(struct step *, const struct order *,
    const struct order_line *, int64_t quantity, struct alternative **,
    size_t *n, struct err *);

/* Any item as an alternative: 1, 0 when it is none we sell, -1. */
int alternative_of(struct step *, const struct order *, const char *code,
    int64_t quantity, struct alternative *, struct err *);

/* Keep what the customer is told: an answer may come later. */
int alternatives_keep(struct step *, const struct order *,
    const struct order_line *, const struct alternative *, size_t n,
    struct err *);

/* Put them into a line of a document. */
void alternatives_put(struct step *, const struct order *, cJSON *line,
    const struct alternative *, size_t n);

/* ---- one line ---- */

/* How much of quantity can be had of what is available: a quantity in whole
 * units is filled in whole units. */
int64_t quantity_of(int64_t wanted, int64_t available);

/* Allocate what is there of the open quantity. */
int line_take(struct step *, const struct order *, struct order_line *,
    struct err *);
int line_backorder(struct step *, const struct order *, struct order_line *,
    int64_t quantity, struct err *);

/* code is X12 668's: R2 no such item, R4 not available. */
int line_refuse(struct step *, const struct order *, struct order_line *,
    int64_t quantity, const char *code, struct err *);

/* Let the line wait for less: what it waited for is open again. */
int line_reopen(struct step *, const struct order *, struct order_line *,
    int64_t quantity, struct err *);

/* A new line for so much of the open quantity of line number i (in memory),
 * allocated at once.  o->lines may move.  1; 0 when it is not there, or the
 * order has no room for another line, and nothing changed; -1. */
int line_substitute(struct step *, struct order *, size_t i,
    const struct alternative *, int64_t quantity, struct err *);

/* What this line and those of its item above it wait for. */
int64_t open_so_far(const struct order *, size_t i);

#endif
