/* receive.h - private to lib/order: what a new and a changed order share */
#ifndef ORDER_RECEIVE_H
#define ORDER_RECEIVE_H

#include <order/amend.h>

/* NULL where nothing was given. */
struct val amount_or_nil(int64_t);

/* When an order that reached the company then must be answered. */
int64_t ack_due(const struct step *, int64_t received_at);

/* Add a line to an order of that number. */
int line_insert(struct step *, int64_t id, const struct line_new *,
    int64_t amount, struct err *);

/* Keep key, content and bytes of this revision, with the event that it came
 * in: "receive", or "amend" from the second revision on. */
int original_keep(struct step *, const struct order_intake *, int64_t id,
    int64_t revision, int64_t received_at, struct err *);

/* Make the order of that number, which the status allows to change, what
 * came: revision + 1, received again; it->changes says what differs. */
int order_amend(struct step *, struct order_intake *, int64_t id,
    const struct order_sums *, struct verdict *, struct err *);

#endif
