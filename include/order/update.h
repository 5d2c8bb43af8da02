/* update.h - what departments and customers report about an order
 *
 * One report is one event.  Which events an order's status allows is the
 * table of the lifecycle.
 */
#ifndef ORDER_UPDATE_H
#define ORDER_UPDATE_H

#include <order/order.h>

/* The columns of a report beside ref. */
#define UPDATE_COLUMNS(X) \
	X(LINE, "line", COL_NUMBER, false) \
	X(EVENT, "event", COL_KEY, true) \
	X(QUANTITY, "quantity", COL_QUANTITY, true) \
	X(CARRIER, "carrier", COL_LINE, true) \
	X(TRACKING, "tracking", COL_LINE, true) \
	X(OCCURRED_AT, "occurred_at", COL_INSTANT, true) \
	X(EVENT_ID, "event_id", COL_KEY, true) \
	X(REASON, "reason", COL_LINE, true) \
	X(NOTE, "note", COL_TEXT, true) \
	X(AMOUNT, "amount", COL_AMOUNT, true) \
	X(PAYMENT_REF, "payment_ref", COL_LINE, true) \
	X(PROMISED_ON, "promised_on", COL_DATE, true)

#define UPDATE_COLUMN_ENUM(id, name, kind, scanned) UPDATE_##id,
enum update_column { UPDATE_COLUMNS(UPDATE_COLUMN_ENUM) UPDATE_NCOLUMNS };

extern const struct column update_columns[UPDATE_NCOLUMNS];

/* The name of each event, NULL after the last. */
const char *update_event(size_t i);

struct update {
	const char *column[UPDATE_NCOLUMNS];	/* as given, never NULL */
	const char *channel;	/* by which an inquiry came */
};

/* Take one report in.  ok, held (recorded, but the order waits for something
 * else), unchanged (the event_id is known, or nothing was left to do) or
 * refused, with nothing written. */
int order_update(struct step *, const char *ref, const struct update *,
    struct verdict *, struct err *);

/* What reports that were taken in left to be done, before the commit. */
int order_update_end(struct step *, struct err *);

/* Was a report of this id taken in before?  0: no, now it is; 1: yes, the
 * same; 2: yes, another; -1. */
int update_once(struct step *, const char *event_id, int64_t order_id,
    const uint8_t content[HASH_SIZE], struct err *);

#endif
