/* listing.h - what order-status prints: orders, their parts, what is open
 */
#ifndef ORDER_LISTING_H
#define ORDER_LISTING_H

#include <order/tool.h>

/* Columns of what is not the stream's. */
extern const struct head list_lines_head, list_history_head, list_full_head,
    list_counts_head, list_attention_head, list_states_head,
    list_rejects_head;

/* Of the order a record names; each a tool_fn. */
tool_fn list_order;	/* the stream columns: the order as it is */
tool_fn list_lines;	/* one record per line */
tool_fn list_full;	/* the whole document, JSON */
tool_fn list_history;	/* its events */

/* The order for a person to read (order/query.h finds the reference). */
int list_sheet(struct tool *, const char *ref, struct err *);

/* These stand alone; each opens its own transactions. */
void list_counts(struct tool *);
void list_attention(struct tool *);	/* status 1: something is overdue */
void list_rejects(struct tool *);
void list_states(struct tool *, bool dot);

#endif
