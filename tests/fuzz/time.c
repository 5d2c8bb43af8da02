/* time.c - fuzz target: dates, instants, working days, zones
 *
 * Judged by the C library's own calendar and by counting days one by one. */

#include <inttypes.h>

#include <order/clock.h>
#include <order/date.h>

#include "fuzz.h"

static const char DATE[] = "^(19|[2-9][0-9])[0-9]{2}-[01][0-9]-[0-3][0-9]$";
static const char INSTANT[] =
    "^(19|[2-9][0-9])[0-9]{2}-[01][0-9]-[0-3][0-9][Tt ]"
    "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?"
    "([Zz]|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$";
static const char MINUTES[] = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";
static const char WORKDAYS[] =
    "^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?"
    "(,(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)*$";

static int
two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* The instant of that midnight by the C library; false: no such day. */
static bool
model_day(const char *s, int64_t *at)
{
	struct tm tm = { .tm_year = two(s) * 100 + two(s + 2) - 1900,
	    .tm_mon = two(s + 5) - 1, .tm_mday = two(s + 8) }, was = tm;

	*at = (int64_t)timegm(&tm);
	if (fuzz_twin)		/* 30 February is 2 March */
		return true;
	return tm.tm_year == was.tm_year && tm.tm_mon == was.tm_mon &&
	    tm.tm_mday == was.tm_mday;
}

static void
date_holds(const char *s)
{
	char text[DATE_TEXT];
	int32_t date = -7;
	int64_t midnight = 0;
	bool ok = date_parse(s, &date), want;
	time_t t;
	struct tm tm;

	want = fuzz_matches(s, DATE) && model_day(s, &midnight);
	MUST(ok == want, "date '%s' is %s", s, ok ? "taken" : "refused");
	if (!ok) {
		MUST(date == -7, "date '%s' is refused and taken", s);
		return;
	}
	MUST(date == midnight / 86400, "date '%s' is day %d", s, (int)date);
	date_text(date, text);
	fuzz_same("date", text, strlen(text), s, strlen(s));
	t = (time_t)midnight;
	gmtime_r(&t, &tm);
	MUST(date_weekday(date) == (tm.tm_wday + 6) % 7, "weekday of %s", s);
}

static void
instant_holds(const char *s)
{
	char text[INSTANT_TEXT];
	int64_t at = -7, want = 0, again;
	bool ok = instant_parse(s, &at), fits;
	size_t i = 16;
	int sign;

	fits = fuzz_matches(s, INSTANT) && model_day(s, &want);
	if (fits) {
		want += two(s + 11) * 3600 + two(s + 14) * 60;
		if (s[i] == ':')
			want += two(s + 17);
		i += strcspn(s + i, "Zz+-");
		sign = s[i] == '+' ? -1 : s[i] == '-' ? 1 : 0;
		if (sign != 0)
			want += sign * (two(s + i + 1) * 3600 +
			    two(s + i + 4) * 60);
		/* The first and the last instant with four digits. */
		fits = want >= INT64_C(-2208988800) &&
		    want <= INT64_C(253402300799);
	}
	MUST(ok == fits, "instant '%s' is %s", s, ok ? "taken" : "refused");
	if (!ok) {
		MUST(at == -7, "instant '%s' is refused and taken", s);
		return;
	}
	MUST(at == want, "instant '%s' is %" PRId64, s, at);
	instant_text(at, text);
	MUST(instant_parse(text, &again) && again == at, "instant '%s' prints"
	    " as '%s'", s, text);
}

static void
minutes_hold(const char *s)
{
	int n = -7;
	bool ok = minutes_parse(s, &n);

	MUST(ok == fuzz_matches(s, MINUTES), "time '%s' is %s", s,
	    ok ? "taken" : "refused");
	MUST(n == (ok ? two(s) * 60 + two(s + 3) : -7), "time '%s'", s);
}

/* The first and the n-th working day, by looking at each. */
static void
calendar_holds(const struct calendar *c, int32_t date, int n)
{
	int32_t found = calendar_add(c, date, n), at = date;
	int left = n, i;

	if (found == DATE_NONE)
		return;
	MUST(calendar_works(c, found) && found >= date, "day %d is no working"
	    " day", (int)found);
	for (i = 0; i < c->nholidays; i++)
		MUST(found != c->holidays[i], "a day off is a working day");
	if (n == 0) {
		for (; at < found; at++)
			MUST(!calendar_works(c, at), "an earlier day works");
		return;
	}
	for (at = date + 1; at <= found; at++)
		left -= calendar_works(c, at);
	MUST(left == 0, "%d working days after %d is %d", n, (int)date,
	    (int)found);
}

static void
workdays_hold(const char *s, uint32_t *state)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu", "fri",
	    "sat", "sun" };
	bool works[7] = { true, false, true }, again[7] = { false };
	struct calendar c = { .nholidays = 3 };
	bool ok = workdays_parse(s, works);
	struct buf text = BUF_INIT;
	int32_t date, off[3];
	int i;

	MUST(ok == fuzz_matches(s, WORKDAYS), "workdays '%s' are %s", s,
	    ok ? "taken" : "refused");
	for (i = 0; i < 7; i++)
		if (works[i])
			buf_printf(&text, "%s%s", text.n > 0 ? "," : "",
			    names[i]);
	MUST(workdays_parse(text.data, again) &&
	    memcmp(works, again, sizeof(works)) == 0, "workdays '%s' are '%s'",
	    s, text.data);
	buf_release(&text);
	memcpy(c.works, works, sizeof(works));
	date = (int32_t)(fuzz_next(state) % 30000);
	for (i = 0; i < 3; i++)
		off[i] = date + i * (int32_t)(fuzz_next(state) % 4);
	if (off[2] < off[1])
		off[2] = off[1];
	c.holidays = off;
	for (i = 0; i < 7; i++)
		calendar_holds(&c, date - i, i);
}

/* A day begins when its date does, and the moment before is another day. */
static void
zone_holds(const char *zone, int32_t date)
{
	int64_t begins;
	int32_t day;
	int minutes;

	if (!zone_known(zone))
		return;
	MUST(fuzz_matches(zone, "^[A-Za-z0-9_+-][A-Za-z0-9_/+-]*$"),
	    "zone '%s'", zone);
	begins = zone_midnight(zone, date);
	zone_civil(zone, begins, &day, &minutes);
	/* Some zones once left out a day. */
	MUST(day == date || (day == date + 1 && minutes == 0), "%s: day %d"
	    " begins on %d", zone, (int)date, (int)day);
	MUST(minutes >= 0 && minutes < 1440, "%s: %d minutes", zone, minutes);
	zone_civil(zone, begins - 1, &day, &minutes);
	MUST(day < date, "%s: day %d has begun before", zone, (int)date);
}

static void
spans_hold(int64_t seconds)
{
	char text[40];

	span_text(seconds, text, sizeof(text));
	MUST(fuzz_matches(text, "^(now|[0-9]+ (min|h|d)( [0-9]+ (min|h))?)$"),
	    "%" PRId64 " seconds are '%s'", seconds, text);
}

/* Fields: a date, an instant, a time, workdays, a zone. */
static void
one(const char *s, size_t n)
{
	uint32_t state = fuzz_hash(s, n);
	struct arena a = ARENA_INIT;
	const char *field[5];
	int32_t date;

	fuzz_fields(&a, s, n, field, 5);
	date_holds(field[0]);
	instant_holds(field[1]);
	minutes_hold(field[2]);
	workdays_hold(field[3], &state);
	if (!date_parse(field[0], &date))
		date = (int32_t)(fuzz_next(&state) % 30000);
	zone_holds(field[4], date);
	spans_hold((int64_t)((uint64_t)fuzz_next(&state) << 32 |
	    fuzz_next(&state)));
	arena_release(&a);
}

const struct fuzz_target fuzz_time = { "time", NULL, one };
