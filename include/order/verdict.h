/* verdict.h - a "no" is data
 *
 * What a step says about one order.  The reasons are one table, printed in
 * order(7).
 */
#ifndef ORDER_VERDICT_H
#define ORDER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

enum result { RESULT_OK, RESULT_UNCHANGED, RESULT_DUPLICATE, RESULT_HELD,
	RESULT_REFUSED };

struct order;

struct verdict {
	enum result result;
	const char *reason;	/* a code of the table, or "" */
	int64_t order_id;	/* 0: there is no such order */
	const struct order *order;	/* as it is now, or NULL: not at hand */
	bool fresh;		/* the order was made by this very decision */
	char note[256];		/* one line for stderr, or "" */
};

/* "ok", "unchanged", "duplicate", "held", "refused". */
const char *result_text(enum result);

/* Fill the verdict; the reason must be in the table (assert).  Returns 0. */
int verdict_set(struct verdict *, int64_t order_id, enum result,
    const char *reason);
int verdict_note(struct verdict *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

struct reason {
	const char *code;
	const char *meaning;	/* one sentence, for order(7) */
};

extern const struct reason reasons[];
extern const int nreasons;
bool reason_known(const char *code);

#endif
