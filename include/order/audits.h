/* audits.h - what order-audit prints
 */
#ifndef ORDER_AUDITS_H
#define ORDER_AUDITS_H

#include <order/audit.h>
#include <order/tool.h>

extern const struct head audits_head;	/* the columns of the trail */

/* Print the events of the order a record names. */
tool_fn audits_trail;

/* The rest is called by tool_once.  Print every event; */
int audits_all(struct tool *, struct err *);

/* "SEQ HASH" of the last event; */
int audits_end(struct tool *, struct err *);

/* each broken link of the chain, and whether t->own, a struct audit_head
 * (or NULL), is no more part of it; */
int audits_verify(struct tool *, struct err *);

/* each broken invariant.  Both make the exit status 1 when there is one. */
int audits_check(struct tool *, struct err *);

#endif
