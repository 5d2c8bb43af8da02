/* reports.h - what order-report prints: the figures of a period as records,
 * one JSON object, text for a person, or a page
 */
#ifndef ORDER_REPORTS_H
#define ORDER_REPORTS_H

#include <order/tool.h>

/* What was asked for; NULL: not said. */
struct report_asked {
	const char *from, *to;	/* dates, today, yesterday, 7d */
	const char *note;	/* of the review that is to be recorded */
};

/* For tool_once, with t->own the struct report_asked.  The status becomes 1
 * when the review is overdue; by report_review, when the note is refused. */
int report_print(struct tool *, struct err *);
int report_review(struct tool *, struct err *);

#endif
