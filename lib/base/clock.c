/* clock.c - instants, time zones and the pinned clock
 *
 * Knows RFC 3339 and the system's zone files, through libc with TZ set to
 * the zone asked for last (one thread; nothing else here reads TZ).  UTC is
 * plain arithmetic and needs no zone file.  Knows no working days.
 */
#include <order/arena.h>
#include <order/clock.h>
#include <order/date.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define DAY INT64_C(86400)
#define ZONE_MAX 64
#define INSTANT_FIRST INT64_C(-2208988800)	/* 1900-01-01T00:00:00Z */
#define INSTANT_LAST INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

int
clock_now(struct now *now, struct err *e)
{
	const char *pin = getenv("ORDER_NOW");
	struct timespec t;

	now->pinned = pin != NULL;
	if (pin != NULL) {
		if (!instant_parse(pin, &now->at))
			return err_set(e, ERR_USAGE,
			    "ORDER_NOW: not an instant such as "
			    "2026-11-22T10:00:00Z");
		return 0;
	}
	if (clock_gettime(CLOCK_REALTIME, &t) < 0)
		return err_errno(e, ERR_OS, errno, "clock");
	now->at = (int64_t)t.tv_sec;
	return 0;
}

/* Two digits at *s, moved past them, up to max; -1 if there are none. */
static int
two_digits(const char **s, int max)
{
	const char *p = *s;
	int value;

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	value = (p[0] - '0') * 10 + (p[1] - '0');
	if (value > max)
		return -1;
	*s = p + 2;
	return value;
}

/* "10:00", "10:00:30" or "10:00:30.25" at *s to seconds, or -1. */
static int
time_of_day(const char **s)
{
	int hour, minute, second = 0;

	if ((hour = two_digits(s, 23)) < 0 || *(*s)++ != ':' ||
	    (minute = two_digits(s, 59)) < 0)
		return -1;
	if (**s == ':') {
		(*s)++;
		if ((second = two_digits(s, 59)) < 0)
			return -1;
		if (**s == '.') {
			do
				(*s)++;
			while (**s >= '0' && **s <= '9');
			if ((*s)[-1] == '.')
				return -1;
		}
	}
	return (hour * 60 + minute) * 60 + second;
}

/* "Z", "+02:00" or "-05:30", which must end the text, to seconds. */
static bool
zone_offset_parse(const char *s, int *out)
{
	int hour, minute, sign = *s == '-' ? -1 : 1;

	if ((*s == 'Z' || *s == 'z') && s[1] == '\0') {
		*out = 0;
		return true;
	}
	if (*s != '+' && *s != '-')
		return false;
	s++;
	if ((hour = two_digits(&s, 23)) < 0 || *s++ != ':' ||
	    (minute = two_digits(&s, 59)) < 0 || *s != '\0')
		return false;
	*out = sign * (hour * 60 + minute) * 60;
	return true;
}

bool
instant_parse(const char *s, int64_t *out)
{
	char day[DATE_TEXT] = "";
	int seconds, offset;
	int32_t date;
	int64_t at;

	if (strnlen(s, DATE_TEXT) < DATE_TEXT)
		return false;
	memcpy(day, s, DATE_TEXT - 1);
	s += DATE_TEXT - 1;
	if (!date_parse(day, &date) || (*s != 'T' && *s != 't' && *s != ' '))
		return false;
	s++;
	if ((seconds = time_of_day(&s)) < 0 || !zone_offset_parse(s, &offset))
		return false;
	at = (int64_t)date * DAY + seconds - offset;
	if (at < INSTANT_FIRST || at > INSTANT_LAST)
		return false;
	*out = at;
	return true;
}

/* Days and the seconds into the last of them, rounding down. */
static int64_t
split_days(int64_t seconds, int *rest)
{
	int64_t days = seconds / DAY;

	*rest = (int)(seconds % DAY);
	if (*rest < 0) {
		*rest += (int)DAY;
		days--;
	}
	return days;
}

char *
instant_text(int64_t at, char buf[INSTANT_TEXT])
{
	int rest;

	buf[0] = '\0';
	if (at < INSTANT_FIRST || at > INSTANT_LAST)
		return buf;
	date_text((int32_t)split_days(at, &rest), buf);
	buf[10] = 'T';
	buf[11] = (char)('0' + rest / 36000);
	buf[12] = (char)('0' + rest / 3600 % 10);
	buf[13] = ':';
	buf[14] = (char)('0' + rest / 600 % 6);
	buf[15] = (char)('0' + rest / 60 % 10);
	buf[16] = ':';
	buf[17] = (char)('0' + rest / 10 % 6);
	buf[18] = (char)('0' + rest % 10);
	buf[19] = 'Z';
	buf[20] = '\0';
	return buf;
}

/* Names are letters, digits and _ + - / only: no dot, so no "..". */
static bool
zone_name_is_plain(const char *zone)
{
	size_t n = strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_+-/");

	return zone[n] == '\0' && n > 0 && n < ZONE_MAX && zone[0] != '/';
}

bool
zone_known(const char *zone)
{
	const char *dir = getenv("TZDIR");
	char path[PATH_MAX], magic[4];
	bool known;
	int fd, n;

	if (strcmp(zone, "UTC") == 0)
		return true;
	if (!zone_name_is_plain(zone))
		return false;
	if (dir == NULL || dir[0] == '\0')
		dir = "/usr/share/zoneinfo";
	n = snprintf(path, sizeof(path), "%s/%s", dir, zone);
	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) < 0)
		return false;
	known = read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	    memcmp(magic, "TZif", sizeof(magic)) == 0;
	close(fd);
	return known;
}

/* Seconds east of UTC there and then.  TZ changes only with the zone: libc
 * reads the zone file each time it does. */
static int64_t
offset_at(const char *zone, int64_t at)
{
	static char current[ZONE_MAX];
	char tz[ZONE_MAX + 1];
	time_t t = (time_t)at;
	struct tm tm;

	if (strcmp(zone, "UTC") == 0 || !zone_name_is_plain(zone))
		return 0;
	if (strcmp(zone, current) != 0) {
		snprintf(tz, sizeof(tz), ":%s", zone);
		errno = 0;
		if (setenv("TZ", tz, 1) == 0)
			tzset();
		if (errno == ENOMEM)	/* it would make do with UTC */
			out_of_memory();
		snprintf(current, sizeof(current), "%s", zone);
	}
	return localtime_r(&t, &tm) == NULL ? 0 : tm.tm_gmtoff;
}

void
zone_civil(const char *zone, int64_t at, int32_t *date, int *minutes)
{
	int rest;

	*date = (int32_t)split_days(at + offset_at(zone, at), &rest);
	*minutes = rest / 60;
}

/* A moment of the clock on the wall is by the offset before or after, the
 * earlier one where clocks go back over it.  Where they skip it, it is the
 * first with the new offset; that moment is searched for. */
static int64_t
moment(const char *zone, int64_t local)
{
	int64_t before, after, mid;

	before = local - offset_at(zone, local - DAY);
	after = local - offset_at(zone, local + DAY);
	if (before > after) {
		mid = before;
		before = after;
		after = mid;
	}
	if (before + offset_at(zone, before) == local)
		return before;
	if (after + offset_at(zone, after) == local)
		return after;
	before = local - 2 * DAY;
	after = local + 2 * DAY;
	while (after - before > 1) {
		mid = before + (after - before) / 2;
		if (mid + offset_at(zone, mid) < local)
			before = mid;
		else
			after = mid;
	}
	return after;
}

int64_t
zone_midnight(const char *zone, int32_t date)
{
	return moment(zone, (int64_t)date * DAY);
}

int64_t
zone_instant(const char *zone, int32_t date, int seconds)
{
	return moment(zone, (int64_t)date * DAY + seconds);
}

bool
minutes_parse(const char *s, int *out)
{
	int hour, minute;

	if ((hour = two_digits(&s, 24)) < 0 || *s++ != ':' ||
	    (minute = two_digits(&s, 59)) < 0 || *s != '\0' ||
	    (hour == 24 && minute > 0))
		return false;
	*out = hour * 60 + minute;
	return true;
}

/* The two largest units; which way it goes is the caller's to say. */
char *
span_text(int64_t seconds, char *buf, int size)
{
	uint64_t s = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
	unsigned long long d = s / DAY, h = s % DAY / 3600, m = s % 3600 / 60;
	size_t n = (size_t)size;

	if (d > 0 && h > 0)
		snprintf(buf, n, "%llu d %llu h", d, h);
	else if (d > 0)
		snprintf(buf, n, "%llu d", d);
	else if (h > 0 && m > 0)
		snprintf(buf, n, "%llu h %llu min", h, m);
	else if (h > 0)
		snprintf(buf, n, "%llu h", h);
	else if (m > 0)
		snprintf(buf, n, "%llu min", m);
	else
		snprintf(buf, n, "now");
	return buf;
}
