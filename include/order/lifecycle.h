/* lifecycle.h - which event an order's status allows, and where it leads
 *
 * One table for the steps and for order-status --states.
 */
#ifndef ORDER_LIFECYCLE_H
#define ORDER_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

#define NSTATUSES 7
extern const char *const order_statuses[NSTATUSES];	/* as stored, in order */

struct transition {
	const char *from;	/* statuses with ", " between, "-": no order yet */
	const char *event;
	const char *to;		/* a status, "same", or "archived" */
	const char *guards;	/* what else must hold, and what it does */
};

/* Rows of one event and status stand together: guards tell which applies. */
extern const struct transition transitions[];
extern const size_t ntransitions;

/* Is the status among those of the row? */
bool transition_is_from(const struct transition *, const char *status);

/* Does the status allow the event, guards aside?  *to (may be NULL) is then
 * the status after it, the one given when it stays, or NULL when it depends
 * on what is left of the order. */
bool lifecycle_allows(const char *status, const char *event, const char **to);

#endif
