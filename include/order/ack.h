/* ack.h - the acknowledgment: receipt notice, decision, promise
 *
 * Codes: header Peppol AB AP CA RE (UNCL4343-T76) and X12 BAK02 AD AC RD;
 * lines X12 668 and Peppol UNCL1229.
 */
#ifndef ORDER_ACK_H
#define ORDER_ACK_H

#include <cjson/cJSON.h>

#include <order/date.h>
#include <order/order.h>

/* Reject a live order: reservations go back, RE is queued. */
int ack_reject(struct step *, struct order *, const char *why, struct err *);

/* Dates may have moved: promise again, tell when they did.  before is the
 * order as it was; lines that wait neither then nor now keep their day. */
int ack_repromise(struct step *, const struct order *before, struct err *);

/* ---- the promise ---- */

struct promise {
	int32_t processing_on, delivery_on;	/* DATE_NONE: no date yet */
	bool open_dates;			/* some line has no date */
	int32_t *line;				/* delivery per order line */
	/* the steps, for --explain */
	int32_t ordered_on, ready_on, supply_on;
	bool after_cutoff;
	int64_t handling_days, transit_days;
	const char *country;
};

/* Cut-off in company time, handling days on working days, latest supply date
 * of the lines, transit days on working days; never before today. */
int promise_make(struct step *, const struct order *, struct promise *,
    struct err *);

/* Days that were given stay in the promise made anew: of a line that never
 * waited, unless it has passed; of one that waits or waited, while it can be
 * kept and nothing sooner is there; of what is sent, whatever.  before as for
 * ack_repromise.  0, -1. */
int promise_keep(struct step *, const struct order *before,
    const struct order *, struct promise *, struct err *);

/* Pure: the day of a line that waits or waited and was given one, while it
 * would be promised anew for another.  What it waits for needs no handling
 * any more: that was counted when the day was given. */
int32_t promise_after_wait(const struct calendar *, const struct promise *,
    const struct order_line *, int32_t given, int32_t anew);

/* Promise a confirmed order anew and write it; before as for ack_repromise.
 * 1 when the customer must be told, 0, -1. */
int ack_promise_anew(struct step *, const struct order *before,
    struct order *, struct promise *, struct err *);

/* Write a promise: what moved is recorded, the first promise stays.  As
 * ack_promise_anew. */
int ack_promise_set(struct step *, struct order *, const struct promise *,
    struct err *);

/* The latest of the lines' days, of those of which something is left to be
 * sent; of all when nothing is; DATE_NONE. */
int32_t promise_latest(const struct order *, const int32_t *line);

/* The last day on which goods can leave to arrive on that day. */
int promise_departure(struct step *, const struct order *, int32_t arrives_on,
    int32_t *leaves_on, struct err *);

/* The first day on which it may be handed over so that it does not arrive
 * before the day the customer asked for; DATE_NONE: now. */
int promise_not_before(struct step *, const struct order *, int32_t *date,
    struct err *);

/* The day by which goods arrive that left on that day: transit days on
 * working days. */
int promise_arrival(struct step *, const struct order *, int32_t left_on,
    int32_t *arrives_on, struct err *);

/* The steps by which it came about; to be freed by cJSON_Delete. */
cJSON *promise_explain(const struct order *, const struct promise *);

/* ---- line answers ---- */

struct line_answer {
	const char *x12, *peppol;
	bool as_ordered;
};

/* Pure: what the line's quantities, price and date say. */
struct line_answer line_answer(const struct order_line *, int32_t promised,
    int32_t requested);

/* The lines with their answers, sums and dates as a document; promise is NULL
 * when there is none.  To be freed by cJSON_Delete; NULL: failed.  *as_ordered
 * tells AP from CA. */
cJSON *ack_decision(struct step *, const struct order *,
    const struct promise *, bool *as_ordered, struct err *);

/* The acknowledgment of an order as it would go out, or the one that went
 * out last: JSON, to be freed by cJSON_Delete.  *kind is the message's.  It
 * decides as order_ack does, so the caller rolls back.  1; 0 the verdict says
 * why there is none, -1: the document is NULL. */
int ack_document(struct step *, const char *ref, struct verdict *,
    const char **kind, const char **language, cJSON **, struct err *);

/* Is some order unanswered past its deadline? */
int ack_overdue(struct step *, bool *, struct err *);

/* Which orders order-ack --due works on. */
int ack_due_next(struct step *, int (*add)(void *, const char *ref),
    void *arg, struct err *);

/* An order's sums as document members: currency, subtotal ... total. */
void document_sums(struct step *, const struct order *, cJSON *);

/* What an amendment changed since the customer was last told of the order:
 * nothing is added to the document of an order that was not amended since. */
int document_changes(struct step *, const struct order *, cJSON *,
    struct err *);

/* Prices the order did not say itself are not told before it is accepted:
 * whoever sent it may not be who they say.  The document has every line. */
void document_hide_prices(const struct order *, cJSON *);

/* ---- check-stock's, for order-resolve ---- */

/* The customer agrees to wait: what is open of each line is backordered. */
int order_backorder_open(struct step *, struct order *, struct err *);

/* SQL: the refs that check-stock could act on, or that wait for supply. */
const char *order_pending_stock(bool backorders);

/* Put into the document what could be had instead of what of the line waits
 * or is refused, and keep what is offered so. */
int add_alternatives(struct step *, const struct order *,
    const struct order_line *, cJSON *line, struct err *);

#endif
