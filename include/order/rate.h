/* rate.h - how many messages an hour
 *
 * An hour begins with the first hand-over after the hour before.  Pure.
 */
#ifndef ORDER_RATE_H
#define ORDER_RATE_H

#include <stdint.h>

struct rate {
	int64_t began;		/* instant */
	int64_t count;		/* since then */
};

/* How many more may be handed over now; INT64_MAX when per_hour is 0.  Begins
 * another hour when it is time; after a clock was set back the hour begins
 * now and its count stays. */
int64_t rate_left(struct rate *, int64_t per_hour, int64_t now);

/* One more was handed over. */
void rate_count(struct rate *, int64_t now);

/* When the next hour begins. */
int64_t rate_again(const struct rate *);

#endif
