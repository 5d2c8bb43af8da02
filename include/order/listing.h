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

/* For tool_about.more: the next orders of the selection, or of the operands:
 * our reference, else an external_ref, customer number or e-mail address. */
int asked_more(struct tool *, struct refs *, struct err *);

/* Print them: as records (the one that a person at a terminal named is a
 * sheet), a record per line of theirs, whole documents, or their events.
 * Wrong names and times are usage errors. */
enum list_as { LIST_ORDERS, LIST_LINES, LIST_FULL, LIST_HISTORY };
void asked_list(struct tool *, const struct asked *, enum list_as);

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
