/* question.h - what waits for an answer, one row per question
 *
 * Of a hold that a rule raised each finding is a question, of the holds
 * consent and stock each line that is short, any other hold is one.
 */
#ifndef ORDER_QUESTION_H
#define ORDER_QUESTION_H

#include <order/order.h>

struct question {
	const char *ref, *hold;
	int64_t line;			/* 0: the order */
	const char *field, *given;	/* as the order says it */
	const char *words;		/* what is asked, in plain words */
	int64_t opened_at;
	int64_t asked_at;		/* first sent since, 0: not yet */
	int64_t reminders;
	const char *email, *customer_name;	/* as the order gives them */
};

/* The numbers of the open holds, the oldest first. */
int question_holds(struct step *, int (*add)(void *, int64_t hold),
    void *arg, struct err *);

/* The questions of one hold, in the step's arena; none when it has ended. */
int question_read(struct step *, int64_t hold, struct question **, size_t *n,
    struct err *);

#endif
