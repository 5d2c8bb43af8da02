/* remedy.h - the exact command that deals with what is open
 *
 * Commands are for a person to copy; "..." stands for what only the customer
 * can say.
 */
#ifndef ORDER_REMEDY_H
#define ORDER_REMEDY_H

#include <stdint.h>

#include <order/arena.h>

/* What ends a hold.  rule, field and line are those of its first finding
 * ("", "" and 0 when it has none). */
const char *remedy_hold(struct arena *, const char *ref, const char *hold,
    const char *rule, const char *field, int64_t line);

/* What answers an order: ack is the state of its acknowledgment. */
const char *remedy_ack(struct arena *, const char *ref, const char *ack);

/* What settles a message that is not sent; "" when nothing need be done. */
const char *remedy_message(struct arena *, const char *state, int64_t id);

const char *remedy_reject(struct arena *, int64_t id);

#endif
