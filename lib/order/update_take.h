/* update_take.h - one report under work (private) */
#ifndef ORDER_UPDATE_TAKE_H
#define ORDER_UPDATE_TAKE_H

#include <order/update.h>

#define UPDATE_GRACE 300	/* seconds: clocks differ */

/* A report under work: values checked and in one form. */
struct report {
	struct step *s;
	struct order *o;
	const struct update *u;
	const char *value[UPDATE_NCOLUMNS];
	int64_t at, line, quantity, amount;
	struct verdict *v;
	struct err *e;
};

/* Was this column given? */
bool update_says(const struct report *, enum update_column);

/* Both return 0, for no. */
int update_refuse(struct report *, const char *reason, const char *field,
    const char *fact);
int update_unchanged(struct report *);

/* ok: returns 1. */
int update_done(struct report *);

/* What is given as reason, else as note. */
const char *update_why(const struct report *);

/* The event's detail: all that the report says, and what happened ("" for
 * nothing more); in the step's arena. */
const char *update_detail(struct report *, const char *what);

/* Record it.  1, -1. */
int update_record(struct report *, const char *kind, const char *what);

/* The line that is meant: the one named, or the only one there is; else
 * NULL. */
struct order_line *update_line(struct report *);

/* Refuses: it is about a line, and which is not said. */
int update_which_line(struct report *);

/* Is it recorded already, in the same words?  1, 0, -1. */
int update_recorded(struct report *);

/* Do its words say which of several alike it was, so that the same words mean
 * the same report? */
bool update_says_which(const struct report *);

/* Is the order ended, and was it by an event of this name?  1, 0, -1. */
int update_ended_it(struct report *);

/* Do what the report says: 1 done, 0 refused or nothing to do, -1. */
int update_take(struct report *);

/* ---- the events, as update_take ---- */

int take_inquiry(struct report *);
int take_reply(struct report *);
int take_note(struct report *);
int take_hold(struct report *);
int take_release(struct report *);
int take_paid(struct report *);
int take_legal(struct report *);
int take_reject(struct report *);
int take_cancelled(struct report *);
int take_cancel_refused(struct report *);
int take_delay(struct report *);
int take_short_close(struct report *);
int take_reopen(struct report *);
int take_accepted(struct report *);	/* or a problem */
int take_picked(struct report *);	/* or packed */
int take_shipped(struct report *);
int take_shipped_again(struct report *);	/* of a completed order */
int take_delivered(struct report *);	/* or returned */

#endif
