/* clock.h - instants, time zones and the pinned clock
 *
 * An instant is seconds since 1970-01-01T00:00:00Z (int64_t, no leap
 * seconds).  It is a label: nothing is ordered by it.  It is asked for once,
 * at the edge, and passed down.
 */
#ifndef ORDER_CLOCK_H
#define ORDER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <order/err.h>

#define INSTANT_TEXT 21			/* "2026-11-22T10:00:00Z" and NUL */

struct now {
	int64_t at;
	bool pinned;			/* by $ORDER_NOW */
};

/* The time: $ORDER_NOW if set (ERR_USAGE when malformed), else the clock. */
int clock_now(struct now *, struct err *);

/* RFC 3339 with Z or a numeric offset, 'T' or one blank between date and
 * time, seconds optional, fractions dropped; a bare date is refused.
 * Years 1900 to 9999. */
bool instant_parse(const char *, int64_t *);

/* "2026-11-22T10:00:00Z"; returns buf. */
char *instant_text(int64_t, char buf[INSTANT_TEXT]);

/* Is it UTC or a name with a file under the system's zone directory?
 * ($TZDIR, else /usr/share/zoneinfo; no "..", no leading '/'.) */
bool zone_known(const char *zone);

/* The civil date and the minutes since midnight there and then. */
void zone_civil(const char *zone, int64_t at, int32_t *date, int *minutes);

/* The first instant of a civil date in that zone. */
int64_t zone_midnight(const char *zone, int32_t date);

/* What the clock on the wall shows there, seconds after midnight by it; the
 * earlier instant where it shows that twice, the next where it never does. */
int64_t zone_instant(const char *zone, int32_t date, int seconds);

/* "14:00" to minutes since midnight, 00:00 to 24:00; else false. */
bool minutes_parse(const char *, int *);

/* Seconds as people say them: "3 h", "2 d 4 h", "12 min", "now"; into buf. */
char *span_text(int64_t seconds, char *buf, int size);

#endif
