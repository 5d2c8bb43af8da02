/* remedy.h - the exact command that deals with what is open
 *
 * Commands are for a person to copy; "..." stands for what only the customer
 * can say.
 */
#ifndef ORDER_REMEDY_H
#define ORDER_REMEDY_H

#include <stdbool.h>
#include <stdint.h>

#include <order/arena.h>

/* What ends a hold.  rule, field, verdict and line are those of its first
 * finding ("" and 0 when it has none). */
const char *remedy_hold(struct arena *, const char *ref, const char *hold,
    const char *rule, const char *field, const char *verdict, int64_t line);

/* What answers an order: ack is the state of its acknowledgment; state, id
 * and error are those of the last message that answers it ("", 0, ""). */
const char *remedy_ack(struct arena *, const char *ref, const char *ack,
    const char *state, int64_t id, const char *error);

/* What settles a message that is not sent; "" when nothing need be done.  One
 * that was refused for good needs another address. */
const char *remedy_message(struct arena *, const char *state, int64_t id,
    const char *error);

/* What answers an inquiry; known: it may go to whoever asked. */
const char *remedy_inquiry(struct arena *, const char *ref, bool known);

/* What a delivery past its promise needs: fulfilment has it, or goods are
 * there to be handed over, or neither. */
const char *remedy_late(struct arena *, const char *ref, bool released,
    bool ready);

const char *remedy_forward(struct arena *, const char *ref);

/* What fulfilment may say of what it was handed. */
const char *remedy_handoff(struct arena *, const char *ref);

/* What ends the request of that id to cancel (a line, or 0 the order) when
 * fulfilment was asked and could stop it; said twice it is done once. */
const char *remedy_cancel(struct arena *, const char *ref, int64_t line,
    int64_t id);

const char *remedy_review(void);

const char *remedy_reject(struct arena *, int64_t id);

#endif
