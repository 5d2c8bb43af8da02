/* acks.h - what order-ack shows and delivers
 */
#ifndef ORDER_ACKS_H
#define ORDER_ACKS_H

#include <order/tool.h>

/* Print the acknowledgment: as mail text, with -o json as its document, with
 * -o csv as one row per line with its codes. */
tool_fn acks_preview;

/* Print how the promise comes about, as JSON. */
tool_fn acks_explain;

/* After a batch: deliver what is queued; a mailer at work leaves it. */
int acks_deliver(struct tool *, struct err *);

/* At the end: deliver also when nothing was decided, and raise the exit
 * status when an order is unanswered past its deadline. */
void acks_finish(struct tool *, bool deliver);

#endif
