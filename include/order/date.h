/* date.h - civil dates and working days
 *
 * A date is the number of days since 1970-01-01 in the proleptic Gregorian
 * calendar, or DATE_NONE.  It has no time zone; clock.h joins both worlds.
 */
#ifndef ORDER_DATE_H
#define ORDER_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define DATE_NONE INT32_MIN
#define DATE_TEXT 11			/* "2026-12-01" and NUL */

/* YYYY-MM-DD, years 1900 to 9999, a day that exists; else false. */
bool date_parse(const char *, int32_t *);

/* Writes "" for DATE_NONE; returns buf. */
char *date_text(int32_t, char buf[DATE_TEXT]);

int date_weekday(int32_t);		/* 0 Monday .. 6 Sunday */
void date_split(int32_t, int *year, int *month, int *day);
int32_t date_join(int year, int month, int day);

/* A set of weekdays and of days off. */
struct calendar {
	bool works[7];			/* by weekday, 0 is Monday */
	const int32_t *holidays;	/* ascending */
	int nholidays;
};

/* "mon-fri", "mon-sat", "sun,mon-thu": weekdays and ranges (which may wrap),
 * lower case, at least one.  Else false. */
bool workdays_parse(const char *, bool works[7]);

bool calendar_works(const struct calendar *, int32_t);

/* The first working day at or after date. */
int32_t calendar_next(const struct calendar *, int32_t date);

/* The n-th working day after date (n = 0: calendar_next).  Gives up after
 * ten years without a working day and returns DATE_NONE. */
int32_t calendar_add(const struct calendar *, int32_t date, int n);

#endif
