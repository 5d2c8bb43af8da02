/* order.h - an order as the store has it
 *
 * Loaded into the arena of a step.  What the functions here write to the
 * store they keep in the structure as well.
 */
#ifndef ORDER_ORDER_H
#define ORDER_ORDER_H

#include <order/columns.h>
#include <order/intake.h>

/* Quantities are thousandths, prices millionths, amounts minor units;
 * AMOUNT_NONE where there is none. */
struct order_line {
	int64_t line;
	const char *sku, *item, *description, *unit, *instructions;
	const char *item_description;	/* ours, when the order gave none */
	int64_t unit_price, amount, was_price, was_quantity;
	bool price_given;
	int64_t ordered, cancelled, rejected, substituted, allocated, released,
	    backordered, shipped, delivered, returned;
	const char *reject_code, *backorder_on, *promised_on;
	int64_t instead_of;	/* the line it substitutes, or 0 */
};

#define HOLD_KINDS 15

struct order {
	int64_t id;
	const char *ref;
	const char *column[ORDER_NCOLUMNS];	/* as received; instants and
						 * amounts are below instead */
	int64_t received_at;
	int64_t discount, shipping, tax, total_given, total;
	bool currency_given;
	bool tax_contained;	/* the prices hold the tax: it is not added */
	int exponent;
	const char *account;	/* customer on file, "" until verified */
	int64_t twin;		/* digest of items and quantities */
	const char *status;
	int64_t revision, stock_revision, ack_revision;
	const char *ack;	/* none received accepted conditional rejected */
	int64_t ack_due_at;
	int64_t answered_at, decided_at;	/* 0: not yet */
	const char *processing_on, *delivery_on;
	const char *first_processing_on, *first_delivery_on;
	struct order_line *lines;
	size_t nlines;
	const char *held[HOLD_KINDS];	/* the open holds */
	size_t nheld;
};

/* 1, 0 when there is no such order, -1. */
int order_load(struct step *, int64_t id, struct order *, struct err *);

/* Shared by the steps: find the order a record names and load it.  1; 0 when
 * the verdict says empty-ref or no-such-order; -1. */
int order_named(struct step *, const char *ref, struct order *,
    struct verdict *, struct err *);

/* What is still to be delivered of a line: ordered - cancelled - rejected -
 * substituted; and of that, what is neither allocated, backordered nor
 * shipped; or what is not shipped. */
int64_t line_wanted(const struct order_line *);
int64_t line_open(const struct order_line *);
int64_t line_to_send(const struct order_line *);

/* The place of the line in lines[], which are in the order of their numbers;
 * there must be one of that number. */
size_t order_place(const struct order *, int64_t line);

bool order_is(const struct order *, const char *status);
bool order_is_live(const struct order *);	/* not rejected, cancelled */

/* How it stands, in the words of the stream columns (order-csv(5)): the open
 * holds, and what the columns stock, ack and ship say. */
const char *order_held_text(struct arena *, const struct order *);
const char *order_stock_text(const struct order *);
const char *order_ack_text(const struct order *);
const char *order_ship_text(const struct order *);

/* verdict_set, with the order as the store has it now (a copy of it stays in
 * the step's arena), so that nobody need read it again.  Returns 0. */
int order_verdict(struct step *, struct verdict *, const struct order *,
    enum result, const char *reason);

/* Recompute amounts and total from quantities wanted and prices; writes them
 * to the store and the structure. */
int order_retotal(struct step *, struct order *, struct err *);

/* Compare-and-set the status, and write the decision: ack, ack_revision,
 * decided_at and the promised dates as the structure has them.  ERR_SOFTWARE
 * when the store has another status than the structure. */
int order_set_status(struct step *, struct order *, const char *to,
    const char *event, const char *detail, struct err *);

/* ---- holds ---- */

bool order_held(const struct order *, const char *hold);

/* Is it held, and by nothing but what is short? */
bool order_waits_for_stock(const struct order *);

/* Open the hold unless it is open: 1 opened; 0 the open one has this reason
 * now; -1. */
int hold_open(struct step *, struct order *, const char *hold,
    const char *reason, struct err *);

/* Close it: 1 closed, 0 was not open, -1.  answer says how, by who. */
int hold_close(struct step *, struct order *, const char *hold,
    const char *answer, const char *note, struct err *);

/* An order that has ended waits for nothing. */
int hold_close_all(struct step *, struct order *, const char *answer,
    struct err *);

#endif
