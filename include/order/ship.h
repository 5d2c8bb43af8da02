/* ship.h - what left the house, arrived and came back
 *
 * A shipment is a row per line and report.  What is delivered or returned is
 * counted on the shipments of the line, the oldest first, and on the line.
 */
#ifndef ORDER_SHIP_H
#define ORDER_SHIP_H

#include <order/order.h>

struct parcel {
	const char *carrier, *tracking;	/* "" when nobody said */
	int64_t at;			/* when it left */
	const char *shipped_on;		/* that day in the company's zone */
	const char *due_on;		/* there, by the calendar */
};

/* Its days, from the instant it left, in the arena of the step.  0, -1. */
int parcel_days(struct step *, const struct order *, struct parcel *,
    struct err *);

/* So much of what fulfilment has of the line is in the parcel: stock, ledger,
 * line and shipment.  0, -1. */
int line_ship(struct step *, const struct order *, struct order_line *,
    int64_t quantity, const struct parcel *, struct err *);

/* Is nothing left to be sent? */
bool order_is_sent(const struct order *);

/* Tell of the shipments nobody was told of yet.  A notice that no mailer may
 * have yet is made anew with all its parcels, not followed by another.
 * 0, -1. */
int ship_notice(struct step *, const struct order *, struct err *);

/* The same, but not before ship_notice_due(), which comes before any other
 * report and before the commit: a feed names one parcel after another.  The
 * order stays as it is until then. */
void ship_notice_later(struct step *, const struct order *);
int ship_notice_due(struct step *, struct err *);

/* ---- after that ---- */

struct shipment {
	int64_t id, line, quantity, delivered, returned;
	const char *carrier, *tracking, *shipped_on;
};

/* Those of an order, the oldest first, in the arena of the step.  0, -1. */
int shipments_of(struct step *, int64_t order_id, struct shipment **,
    size_t *n, struct err *);

/* So much of the shipment arrived on that day, or came back.  0; -1, also
 * when it holds less than that. */
int shipment_deliver(struct step *, const struct order *,
    const struct shipment *, int64_t quantity, const char *on, struct err *);
int shipment_return(struct step *, const struct order *,
    const struct shipment *, int64_t quantity, struct err *);

#endif
