/* listing.h - private to lib/cli: lists that are printed a page at a time */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include <order/listing.h>

#include "loop.h"

#define LIST_PAGE 500

/* Seconds: order-notify runs every few minutes; what is due for an hour has
 * not been tried. */
#define MAIL_IS_STOPPED 3600

/* ---- one order ---- */

extern const struct head list_lines_head, list_history_head;

tool_fn list_order;	/* the stream columns: the order as it is */
tool_fn list_lines;	/* one record per line */
tool_fn list_full;	/* the whole document, JSON */
tool_fn list_history;	/* its events */

/* The order for a person to read: 1; 0 there is none; -1. */
int list_sheet(struct tool *, const char *ref, struct err *);

/* ---- pages ---- */

/* Where the next page begins. */
struct cursor {
	int64_t a, b;
	char text[32];
};

/* Call the function in one read transaction after another, printing in
 * between, until it returns 0; it puts a page and returns 1. */
void list_pages(struct tool *, int (*)(struct tool *, struct cursor *,
    struct err *));

/* The header of a list, for when nothing follows. */
void list_begin(struct tool *, const struct head *);

/* How long, in words, in the arena of the step. */
const char *list_span(struct tool *, int64_t seconds);

#endif
