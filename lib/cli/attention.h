/* attention.h - private to lib/cli: the parts of --attention */
#ifndef CLI_ATTENTION_H
#define CLI_ATTENTION_H

#include "listing.h"

/* One thing that somebody has to look at. */
struct matter {
	const char *what;
	const char *ref;	/* "" when it is about no order */
	int64_t order;		/* its id, 0 */
	int64_t since;
	int64_t due;		/* 0: there is no deadline */
	const char *detail;
	const char *command;	/* that deals with it */
	bool wrong;		/* it must never be so: as bad as overdue */
};

int matter_put(struct tool *, const struct matter *, struct err *);

/* Put a matter for each row of the query: 1 when there may be more, 0, -1. */
int matter_rows(struct tool *, struct cursor *, struct row *,
    int (*one)(struct tool *, struct cursor *, struct row *, struct err *),
    struct err *);

/* The instant a civil date of the company's zone has passed. */
int64_t matter_end_of(struct tool *, const char *date);

/* Each puts a page of one kind: list_pages calls it. */
typedef int matter_page(struct tool *, struct cursor *, struct err *);

matter_page matter_acks_overdue, matter_acks_due, matter_holds,
    matter_inquiries;
matter_page matter_mail_stopped, matter_dead, matter_by_hand, matter_failed,
    matter_rejects;
matter_page matter_stock, matter_late, matter_problems, matter_unforwarded,
    matter_unaccepted, matter_cancels, matter_review;

#endif
