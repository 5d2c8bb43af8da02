/* listing.h - what order-status prints: orders, their parts, what is open
 */
#ifndef ORDER_LISTING_H
#define ORDER_LISTING_H

#include <order/tool.h>

/* ---- which orders ---- */

/* Selection options as they were given. */
struct asked {
	struct words external_ref, customer, status, held, stock, channel, ack,
	    since, until, sku;
	bool all, due, overdue;
};

/* Check them; wrong names and times are usage errors. */
void asked_begin(struct tool *, const struct asked *);
void asked_end(struct tool *);

/* For tool_about.more: the next orders of the selection, or of the operands:
 * our reference, else an external_ref, customer number or e-mail address. */
int asked_more(struct tool *, struct refs *, struct err *);

/* Print the sheet if a person at a terminal named exactly one order (or said
 * so that no order is of that name): true.  Else nothing is printed. */
bool asked_sheet(struct tool *);

/* ---- one order ---- */

extern const struct head list_lines_head, list_history_head;

tool_fn list_order;	/* the stream columns: the order as it is */
tool_fn list_lines;	/* one record per line */
tool_fn list_full;	/* the whole document, JSON */
tool_fn list_history;	/* its events */

/* The order for a person to read: 1; 0 there is none; -1. */
int list_sheet(struct tool *, const char *ref, struct err *);

/* ---- all that is open; each with its own transactions ---- */

void list_counts(struct tool *);
void list_attention(struct tool *);	/* status 1: something is overdue */
void list_rejects(struct tool *);
/* One line: does it run, and how much waits; raises the exit status to 1 when
 * it does not. */
void list_health(struct tool *);

/* Returns once for each draw, in a child whose database is open and whose
 * stdout is shown on the terminal; never in the tool itself.  seconds is what
 * the user said, or NULL. */
void list_watch(struct tool *, const char *seconds);

void list_states(struct tool *, bool dot);

#endif
