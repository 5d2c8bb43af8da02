/* answering.h - order-resolve's answers, as records or as one command
 */
#ifndef ORDER_ANSWERING_H
#define ORDER_ANSWERING_H

#include <order/tool.h>

/* For tool_each: one record with ref, hold, line, answer, note and the columns
 * to set.  Without an answer it passes, unchanged. */
int answers_record(struct tool *, struct rec *, struct err *);

struct answer_options {
	struct words sets;		/* COLUMN=VALUE */
	const char *line, *note;	/* "" when not given */
};

/* The operands are order, hold and answer; anything else ends the program as
 * a usage error. */
void answer_one(struct tool *, const struct answer_options *);

/* For tool_about.pick: the orders that are to be reminded of. */
int chase_pick(struct tool *, struct refs *, struct err *);

/* For tool_each: remind of or give up one order; what is not due any more is
 * not printed. */
int chase_one(struct tool *, struct rec *, struct err *);

#endif
