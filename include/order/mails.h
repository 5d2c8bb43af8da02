/* mails.h - what order-notify lists, records and delivers
 */
#ifndef ORDER_MAILS_H
#define ORDER_MAILS_H

#include <order/message.h>
#include <order/tool.h>

/* Deliver what is due and print each message handled; says why, and ends the
 * process, when it cannot. */
void mails_deliver(struct tool *);

/* Print every message, or those in one state (NULL: all). */
void mails_list(struct tool *, const char *state);

/* Print the exact bytes of one message. */
void mails_show(struct tool *, const char *id);

/* Apply message_told or message_retry to the messages that are named, in one
 * transaction; print each.  A usage error when none is. */
typedef int mails_fn(struct step *, int64_t id, struct verdict *,
    struct err *);
void mails_each(struct tool *, const struct words *, mails_fn *);

/* Make all that failed due now; print each. */
void mails_retry_all(struct tool *);

/* Try every template; say what is wrong. */
void mails_lint(struct tool *);

#endif
