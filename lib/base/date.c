/* date.c - civil dates and working days
 *
 * Knows the Gregorian calendar and sets of days off.  Knows no time of day
 * and no time zone: clock.c joins both worlds.
 */
#include <order/date.h>

#define DAYS_PER_ERA 146097		/* 400 years */
#define EPOCH_SHIFT 719468		/* 0000-03-01 to 1970-01-01 */
#define GIVE_UP 3653			/* ten years */

/* Years are counted from March here, so that a leap day ends its year. */
int32_t
date_join(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2), era, of_era, of_year;

	era = (y >= 0 ? y : y - 399) / 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	y -= era * 400;
	of_era = y * 365 + y / 4 - y / 100 + of_year;
	return (int32_t)(era * DAYS_PER_ERA + of_era - EPOCH_SHIFT);
}

void
date_split(int32_t date, int *year, int *month, int *day)
{
	int64_t z = (int64_t)date + EPOCH_SHIFT, era, of_era, y, of_year, m;

	era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	of_era = z - era * DAYS_PER_ERA;
	y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * y + y / 4 - y / 100);
	m = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

/* n digits to a number, or -1. */
static int
digits(const char *s, int n)
{
	int value = 0;

	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		value = value * 10 + (*s - '0');
	}
	return value;
}

bool
date_parse(const char *s, int32_t *out)
{
	int year, month, day, y, m, d;
	int32_t date;

	if (strnlen(s, DATE_TEXT) != DATE_TEXT - 1 || s[4] != '-' ||
	    s[7] != '-')
		return false;
	year = digits(s, 4);
	month = digits(s + 5, 2);
	day = digits(s + 8, 2);
	if (year < 1900 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	date = date_join(year, month, day);
	date_split(date, &y, &m, &d);
	if (m != month)			/* the 31st of a shorter month */
		return false;
	*out = date;
	return true;
}

/* Years that have no four digits have no text either. */
char *
date_text(int32_t date, char buf[DATE_TEXT])
{
	int year, month, day, i;

	buf[0] = '\0';
	if (date == DATE_NONE)
		return buf;
	date_split(date, &year, &month, &day);
	if (year < 0 || year > 9999)
		return buf;
	for (i = 3; i >= 0; i--) {
		buf[i] = (char)('0' + year % 10);
		year /= 10;
	}
	buf[4] = buf[7] = '-';
	buf[5] = (char)('0' + month / 10);
	buf[6] = (char)('0' + month % 10);
	buf[8] = (char)('0' + day / 10);
	buf[9] = (char)('0' + day % 10);
	buf[10] = '\0';
	return buf;
}

int
date_weekday(int32_t date)
{
	return (date % 7 + 7 + 3) % 7;	/* 1970-01-01 was a Thursday */
}

/* One weekday name at *s, moved past it; -1 if there is none. */
static int
weekday_name(const char **s)
{
	static const char names[7][4] = {
		"mon", "tue", "wed", "thu", "fri", "sat", "sun"
	};
	int i;

	for (i = 0; i < 7; i++) {
		if (strncmp(*s, names[i], 3) == 0) {
			*s += 3;
			return i;
		}
	}
	return -1;
}

bool
workdays_parse(const char *s, bool works[7])
{
	bool set[7] = { false };
	int from, to;

	for (;;) {
		if ((from = weekday_name(&s)) < 0)
			return false;
		to = from;
		if (*s == '-') {
			s++;
			if ((to = weekday_name(&s)) < 0)
				return false;
		}
		for (; from != to; from = (from + 1) % 7)
			set[from] = true;
		set[to] = true;
		if (*s == '\0')
			break;
		if (*s++ != ',')
			return false;
	}
	memcpy(works, set, sizeof(set));
	return true;
}

bool
calendar_works(const struct calendar *c, int32_t date)
{
	int low = 0, high = c->nholidays, mid;

	if (!c->works[date_weekday(date)])
		return false;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (c->holidays[mid] < date)
			low = mid + 1;
		else
			high = mid;
	}
	return low == c->nholidays || c->holidays[low] != date;
}

int32_t
calendar_next(const struct calendar *c, int32_t date)
{
	int32_t last;

	if (date == DATE_NONE || date > INT32_MAX - GIVE_UP)
		return DATE_NONE;
	for (last = date + GIVE_UP; date < last; date++)
		if (calendar_works(c, date))
			return date;
	return DATE_NONE;
}

int32_t
calendar_add(const struct calendar *c, int32_t date, int n)
{
	if (n <= 0)
		return calendar_next(c, date);
	for (; n > 0 && date != DATE_NONE; n--)
		date = calendar_next(c, date + 1);
	return date;
}
