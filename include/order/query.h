/* query.h - which orders: selections, answered a page at a time
 *
 * Different fields must all hold, the values of one field are alternatives.
 * Pages are found by key, never by counting: each needs a read transaction
 * only while it is fetched.
 */
#ifndef ORDER_QUERY_H
#define ORDER_QUERY_H

#include <order/buf.h>
#include <order/step.h>

#define QUERY_PAGE 500

enum query_field {
	QUERY_EXTERNAL_REF,
	QUERY_CUSTOMER,		/* on file or as given; folded */
	QUERY_EMAIL,		/* of the order or on file; folded */
	QUERY_STATUS, QUERY_HELD, QUERY_STOCK, QUERY_CHANNEL, QUERY_ACK,
	QUERY_SKU,		/* as ordered or our item; ASCII case aside */
	QUERY_NFIELDS
};

/* The values a field can have, NULL when anything is possible. */
const char *const *query_names(enum query_field, size_t *n);

struct order_query {
	struct arena mem;
	struct {
		struct buf json;	/* array of the values, for SQL */
		const char **word;
		size_t n;
	} field[QUERY_NFIELDS];
	int64_t since, until;	/* received_at, half-open */
	bool unanswered;	/* ack_due_at up to and with due_by */
	int64_t due_by;
	/* where the next page begins */
	int64_t last_id, last_due;
	bool ended;
};

void query_init(struct order_query *);
void query_release(struct order_query *);

/* One more value.  False when the field's names do not have it. */
bool query_add(struct order_query *, enum query_field, const char *);

/* Only unanswered orders whose answer is due at or before the instant; of
 * several instants the earliest counts.  Cancelled orders need no answer.
 * The most urgent come first; all other queries go by number. */
void query_unanswered(struct order_query *, int64_t due_by);

/* An instant as people give it: RFC 3339, a date, "today", "yesterday" or
 * "7d": a date, and days ago, mean midnight in the zone.  False when it is
 * none. */
bool query_time(const char *, const char *zone, int64_t now, int64_t *out);

/* The next references, at most QUERY_PAGE, in the arena of the step: 1 (a
 * page may be empty), 0 at the end, -1. */
int query_page(struct step *, struct order_query *, const char ***refs,
    size_t *n, struct err *);

#endif
