/* stock.h - movements of stock, each with a ledger row of its own cause
 *
 * Quantities are thousandths.  available = on_hand - allocated.
 */
#ifndef ORDER_STOCK_H
#define ORDER_STOCK_H

#include <order/step.h>

struct stock_level {
	int64_t on_hand, allocated, released, available;
};

/* The level of an item; all zero when it was never counted. */
int stock_level(struct step *, const char *sku, struct stock_level *,
    struct err *);

/* What moved, and why: order_id and line 0 when no order is the cause. */
struct movement {
	const char *sku;
	int64_t order_id, line;
	const char *kind;	/* of the ledger's list */
	int64_t on_hand, allocated, released;	/* deltas */
	const char *reason;
};

/* Move by one guarded update and write the ledger row: 1; 0 when the stock
 * does not allow it (nothing is written); -1. */
int stock_move(struct step *, const struct movement *, struct err *);

/* Allocate quantity of the line's open quantity; as stock_move. */
int stock_allocate(struct step *, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, bool from_backorder, struct err *);

/* Give an unreleased allocation back; to_backorder puts it in the queue. */
int stock_deallocate(struct step *, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, bool to_backorder, const char *reason,
    struct err *);

/* Hand so much of the line's allocation to fulfilment, or take it back from
 * there: it stays allocated.  As stock_deallocate. */
int stock_release(struct step *, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, struct err *);
int stock_unrelease(struct step *, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, const char *reason, struct err *);

/* So much of what fulfilment has of the line left the house at that instant:
 * it is on hand no more, unless the item was counted later.  As stock_move. */
int stock_ship(struct step *, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, int64_t left_at, struct err *);

/* When supply not promised to older backorders covers quantity more (or, when
 * it is negative, all but so much): writes the date, or "" for no date.
 * 0, -1. */
int stock_supply_date(struct step *, const char *sku, int64_t quantity,
    char date[11], struct err *);

/* Right after one row was written since stock_supply_date(): it made so much
 * more of that item wait.  Without it the next date adds up again all that
 * waits, which is only slower. */
void stock_waits_more(struct step *, int64_t quantity);

/* A count: on_hand becomes quantity.  A count below what is allocated takes
 * allocations back, lowest priority first, with a delay notice. */
int stock_count(struct step *, const char *sku, int64_t on_hand,
    int64_t counted_at, struct verdict *, struct err *);

/* A difference, once per adjust_ref; refused when that is known with another
 * item or quantity. */
int stock_adjust(struct step *, const char *adjust_ref, const char *sku,
    int64_t quantity, const char *reason, struct verdict *, struct err *);

#endif
