/* rate.c - how many messages an hour
 *
 * One hour begins with its first hand-over.  Pure: the store is outbox.c's. */

#include <order/rate.h>

enum { HOUR = 3600 };

/* A clock that was set back starts the hour anew, but forgets nothing. */
static void
move(struct rate *r, int64_t now)
{
	if (r->began > now)
		r->began = now;
	if (now - r->began >= HOUR)
		*r = (struct rate){ now, 0 };
}

int64_t
rate_left(struct rate *r, int64_t per_hour, int64_t now)
{
	if (per_hour <= 0)
		return INT64_MAX;
	move(r, now);
	return r->count < per_hour ? per_hour - r->count : 0;
}

void
rate_count(struct rate *r, int64_t now)
{
	move(r, now);
	if (r->count == 0)
		r->began = now;
	r->count++;
}

int64_t
rate_again(const struct rate *r)
{
	return r->began + HOUR;
}
