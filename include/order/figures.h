/* figures.h - the figures of a period, for the review of the procedure
 *
 * A figure is a number with its unit, named by section, name and up to two
 * keys.  order-report(1) defines each.  "Of the period" is an order that was
 * received on one of its days, first and last included, in the company's
 * time zone; what is told of such orders is how they stand now.
 */
#ifndef ORDER_FIGURES_H
#define ORDER_FIGURES_H

#include <order/step.h>

enum unit {
	UNIT_COUNT,
	UNIT_SHARE,		/* part of whole; unknown when of nothing */
	UNIT_MINUTES,
	UNIT_QUANTITY,		/* thousandths */
	UNIT_AMOUNT,		/* minor units, exponent says of what */
	UNIT_TEXT		/* a date or a name */
};

struct figure {
	const char *section, *name;
	const char *key, *subkey;	/* "" none */
	enum unit unit;
	bool known;		/* false: there was nothing to take it from */
	int64_t value;
	int64_t part, whole;	/* of a share */
	int exponent;		/* decimals of an amount, or of part and whole */
	const char *text;
};

/* Grows in the arena of the step, and dies with the transaction. */
struct figures {
	struct arena *mem;
	struct figure *list;
	size_t n, cap;
};

struct period {
	int32_t from, to;	/* civil dates, both included */
	int64_t begin, end;	/* the same as instants: begin <= at < end */
	const char *zone;
};

#define PERIOD_DAYS 36525	/* the longest */

/* Its instants in the company's zone.  DATE_NONE as to is today, as from
 * review_days before the end.  False: from is after to, or it is too long.
 * Call it inside the transaction. */
bool period_set(struct step *, int32_t from, int32_t to, struct period *);

/* All figures, by section in the order of the procedure.  0 or -1. */
int order_report(struct step *, const struct period *, struct figures *,
    struct err *);

/* The figure, or NULL when there is none of that name and key. */
const struct figure *figure_find(const struct figures *, const char *section,
    const char *name, const char *key);

/* A share in tenths of a percent, rounded half-up, but all and nothing are
 * said only of all and nothing.  -1: of nothing. */
int64_t share_tenths(int64_t part, int64_t whole);

/* ---- the review itself ---- */

struct review {
	bool ever;		/* there was one */
	int64_t at;		/* the last */
	const char *by, *note;
	int32_t from, to;
	int32_t due_on;		/* the next, DATE_NONE while nothing began */
	bool overdue;		/* today is after that */
};

int review_last(struct step *, struct review *, struct err *);

/* Record that the figures of the period were reviewed: ok, unchanged when the
 * same was recorded today, or refused with a note. */
int review_add(struct step *, const struct period *, const char *note,
    struct verdict *, struct err *);

/* ---- how long: the middle and the tail of many durations ---- */

/* Constant memory however many; exact to the minute up to SPREAD_DAYS, then
 * to the day. */
struct spread {
	uint32_t *minutes, *days;	/* how many lasted so long */
	int64_t n;
};

#define SPREAD_DAYS 100

void spread_add(struct spread *, int64_t seconds);	/* below 0 is 0 */
void spread_release(struct spread *);

/* The nearest-rank percentile: the smallest duration, in whole minutes, that
 * at least percent of 100 do not exceed.  -1: there are none. */
int64_t spread_at(const struct spread *, int percent);

#endif
