/* test_clock.c - instants, zones, the pinned clock, spans */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include <order/clock.h>
#include <order/date.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int64_t
at(const char *s)
{
	int64_t t = 0;

	if (!instant_parse(s, &t))
		fail_msg("no instant: %s", s);
	return t;
}

static void
test_instants(void **state)
{
	static const struct {
		const char *title, *text;
		const char *utc;		/* NULL: refused */
	} cases[] = {
		{ "as we write it", "2026-11-22T10:00:00Z",
		    "2026-11-22T10:00:00Z" },
		{ "a blank for the T", "2026-11-22 10:00:00Z",
		    "2026-11-22T10:00:00Z" },
		{ "no seconds", "2026-11-22T10:00Z", "2026-11-22T10:00:00Z" },
		{ "a fraction", "2026-11-22T10:00:00.999999Z",
		    "2026-11-22T10:00:00Z" },
		{ "east", "2026-11-22T10:00:00+01:00",
		    "2026-11-22T09:00:00Z" },
		{ "west", "2026-11-22T10:00:00-05:30",
		    "2026-11-22T15:30:00Z" },
		{ "into the day before", "2026-01-01T00:30:00+01:00",
		    "2025-12-31T23:30:00Z" },
		{ "unknown offset", "2026-11-22T10:00:00-00:00",
		    "2026-11-22T10:00:00Z" },
		{ "small letters", "2026-11-22t10:00:00z",
		    "2026-11-22T10:00:00Z" },
		{ "the first", "1900-01-01T00:00:00Z",
		    "1900-01-01T00:00:00Z" },
		{ "the last", "9999-12-31T23:59:59Z",
		    "9999-12-31T23:59:59Z" },
		{ "after 2038", "2038-01-19T03:14:08Z",
		    "2038-01-19T03:14:08Z" },
		{ "before the epoch", "1969-12-31T23:59:59Z",
		    "1969-12-31T23:59:59Z" },
		{ "out of the years by its offset",
		    "9999-12-31T23:59:59-01:00", NULL },
		{ "before the years by its offset",
		    "1900-01-01T00:00:00+01:00", NULL },
		{ "nothing", "", NULL },
		{ "a bare date", "2026-11-22", NULL },
		{ "a date and a T", "2026-11-22T", NULL },
		{ "no zone", "2026-11-22T10:00:00", NULL },
		{ "hour 24", "2026-11-22T24:00:00Z", NULL },
		{ "minute 60", "2026-11-22T10:60:00Z", NULL },
		{ "second 60", "2026-11-22T10:00:60Z", NULL },
		{ "one digit", "2026-11-22T1:00:00Z", NULL },
		{ "an empty fraction", "2026-11-22T10:00:00.Z", NULL },
		{ "a fraction of a minute", "2026-11-22T10:00.5Z", NULL },
		{ "two blanks", "2026-11-22  10:00:00Z", NULL },
		{ "trailing blank", "2026-11-22T10:00:00Z ", NULL },
		{ "offset without colon", "2026-11-22T10:00:00+0100", NULL },
		{ "offset hours only", "2026-11-22T10:00:00+01", NULL },
		{ "offset of a day", "2026-11-22T10:00:00+24:00", NULL },
		{ "two zones", "2026-11-22T10:00:00Z+01:00", NULL },
		{ "no such day", "2026-02-30T10:00:00Z", NULL },
		{ "cut", "2026-11-22T10:", NULL },
		{ "seconds since the epoch", "1795341600", NULL },
		{ "words", "now", NULL },
	};
	char text[INSTANT_TEXT];
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		t = 4711;
		if (instant_parse(cases[i].text, &t) != (cases[i].utc != NULL))
			fail_msg("%s", cases[i].title);
		if (cases[i].utc == NULL)
			assert_true(t == 4711);
		else if (strcmp(instant_text(t, text), cases[i].utc) != 0)
			fail_msg("%s: %s", cases[i].title, text);
	}
	assert_true(at("1970-01-01T00:00:01Z") == 1);
	assert_true(at("2026-11-22T10:00:00Z") == 1795341600);
	assert_string_equal(instant_text(INT64_MAX, text), "");
	assert_string_equal(instant_text(INT64_MIN, text), "");
}

static void
test_pinned_clock(void **state)
{
	struct err e = ERR_INIT;
	struct now now;

	(void)state;
	setenv("ORDER_NOW", "2026-11-22T10:00:00Z", 1);
	assert_int_equal(clock_now(&now, &e), 0);
	assert_true(now.pinned);
	assert_true(now.at == 1795341600);

	setenv("ORDER_NOW", "yesterday", 1);
	assert_int_equal(clock_now(&now, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.text, "ORDER_NOW"));
	setenv("ORDER_NOW", "", 1);
	assert_int_equal(clock_now(&now, &e), -1);

	unsetenv("ORDER_NOW");
	assert_int_equal(clock_now(&now, &e), 0);
	assert_false(now.pinned);
	assert_true(now.at > at("2020-01-01T00:00:00Z"));
}

static void
test_zone_names(void **state)
{
	static const char *const refused[] = {
		"", "utc", "/etc/localtime", "../localtime", "Europe/../UTC",
		"Europe", "Nowhere/Land", "tzdata.zi", "zone.tab",
		":Europe/Berlin", "CET-1CEST", "Europe/Berlin ",
		"Europe\nBerlin", ("Name/that/is/far/too/long/to/be/that/of/"
		    "a/zone/anywhere/on/earth"),
	};
	size_t i;

	(void)state;
	assert_true(zone_known("UTC"));
	for (i = 0; i < N(refused); i++)
		if (zone_known(refused[i]))
			fail_msg("\"%s\" is known", refused[i]);
}

/* Returns what it was before, for restore_tzdir. */
static char *
set_tzdir(const char *dir)
{
	const char *was = getenv("TZDIR");
	char *kept = was != NULL ? strdup(was) : NULL;

	setenv("TZDIR", dir, 1);
	return kept;
}

static void
restore_tzdir(char *was)
{
	if (was != NULL)
		setenv("TZDIR", was, 1);
	else
		unsetenv("TZDIR");
	free(was);
}

/* A zone directory of our own: only what looks like a zone file counts. */
static void
test_zone_directory(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char dir[256], file[300], *was;
	FILE *f;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/test_clock.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	was = set_tzdir(dir);
	assert_true(zone_known("UTC"));
	assert_false(zone_known("Ours"));
	snprintf(file, sizeof(file), "%s/Ours", dir);
	assert_non_null(f = fopen(file, "w"));
	fputs("TZ", f);
	fclose(f);
	assert_false(zone_known("Ours"));
	assert_non_null(f = fopen(file, "w"));
	fputs("TZif2", f);
	fclose(f);
	assert_true(zone_known("Ours"));
	unlink(file);
	rmdir(dir);
	restore_tzdir(was);
}

static void
check_civil(const char *zone, const char *instant, const char *want_date,
    int want_minutes)
{
	char text[DATE_TEXT];
	int32_t date;
	int minutes;

	zone_civil(zone, at(instant), &date, &minutes);
	if (strcmp(date_text(date, text), want_date) != 0 ||
	    minutes != want_minutes)
		fail_msg("%s in %s: %s, %d minutes", instant, zone, text,
		    minutes);
}

static void
check_midnight(const char *zone, const char *date, const char *want)
{
	char text[INSTANT_TEXT];
	int32_t d;

	assert_true(date_parse(date, &d));
	instant_text(zone_midnight(zone, d), text);
	if (strcmp(text, want) != 0)
		fail_msg("%s begins in %s at %s", date, zone, text);
}

static void
test_the_clock_on_the_wall(void **state)
{
	static const struct {
		const char *title, *zone, *date;
		int seconds;
		const char *want;
	} cases[] = {
		{ "UTC", "UTC", "2026-07-01", 36001, "2026-07-01T10:00:01Z" },
		{ "summer", "Europe/Berlin", "2026-07-01", 36000,
		    "2026-07-01T08:00:00Z" },
		{ "winter", "Europe/Berlin", "2026-12-01", 36000,
		    "2026-12-01T09:00:00Z" },
		{ "half past two, which is there twice", "Europe/Berlin",
		    "2026-10-25", 9000, "2026-10-25T00:30:00Z" },
		{ "half past two, which never is", "Europe/Berlin",
		    "2026-03-29", 9000, "2026-03-29T01:00:00Z" },
		{ "ahead of Greenwich by a quarter", "Asia/Kathmandu",
		    "2026-01-01", 0, "2025-12-31T18:15:00Z" },
	};
	char text[INSTANT_TEXT];
	int32_t d;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(date_parse(cases[i].date, &d));
		instant_text(zone_instant(cases[i].zone, d, cases[i].seconds),
		    text);
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].title, text);
	}
}

static void
test_utc_needs_no_files(void **state)
{
	char *was = set_tzdir("/nowhere");

	(void)state;
	check_civil("UTC", "2026-11-22T10:05:59Z", "2026-11-22", 605);
	check_civil("UTC", "1969-12-31T23:59:59Z", "1969-12-31", 1439);
	check_midnight("UTC", "2026-11-22", "2026-11-22T00:00:00Z");
	check_midnight("UTC", "1900-01-01", "1900-01-01T00:00:00Z");
	restore_tzdir(was);
}

static void
test_zones(void **state)
{
	static const struct {
		const char *zone, *instant, *date;
		int minutes;
	} civil[] = {
		{ "Europe/Berlin", "2026-01-15T23:30:00Z", "2026-01-16", 30 },
		{ "Europe/Berlin", "2026-07-15T21:59:59Z", "2026-07-15", 1439 },
		{ "Europe/Berlin", "2026-07-15T22:00:00Z", "2026-07-16", 0 },
		{ "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29", 119 },
		{ "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29", 180 },
		{ "Europe/Berlin", "2050-07-15T12:00:00Z", "2050-07-15", 840 },
		{ "America/New_York", "2026-01-15T04:59:59Z", "2026-01-14",
		    1439 },
		{ "Asia/Kolkata", "2026-01-15T18:30:00Z", "2026-01-16", 0 },
		{ "Pacific/Kiritimati", "2026-01-15T10:00:00Z", "2026-01-16",
		    0 },
		{ "UTC", "2026-01-15T10:00:00Z", "2026-01-15", 600 },
		{ "Europe/Berlin", "2026-01-15T10:00:00Z", "2026-01-15", 660 },
	};
	static const struct {
		const char *zone, *date, *instant;
	} midnights[] = {
		{ "Europe/Berlin", "2026-01-15", "2026-01-14T23:00:00Z" },
		{ "Europe/Berlin", "2026-07-15", "2026-07-14T22:00:00Z" },
		{ "Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z" },
		{ "Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z" },
		{ "Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z" },
		{ "Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z" },
		/* clocks skip midnight: the day begins at one */
		{ "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z" },
		/* clocks go back to midnight: it comes twice */
		{ "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z" },
		/* clocks go back over midnight: 23:00 comes twice */
		{ "America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z" },
		/* a minute of the new day, then an hour of the old again */
		{ "America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z" },
		/* a day that never was */
		{ "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z" },
	};
	size_t i, seen = 0;

	(void)state;
	for (i = 0; i < N(civil); i++) {
		if (!zone_known(civil[i].zone))
			continue;
		seen++;
		check_civil(civil[i].zone, civil[i].instant, civil[i].date,
		    civil[i].minutes);
	}
	for (i = 0; i < N(midnights); i++)
		if (zone_known(midnights[i].zone))
			check_midnight(midnights[i].zone, midnights[i].date,
			    midnights[i].instant);
	if (seen <= 1)
		skip();
}

static void
test_minutes(void **state)
{
	static const struct {
		const char *text;
		int minutes;			/* -1: refused */
	} cases[] = {
		{ "00:00", 0 }, { "14:00", 840 }, { "23:59", 1439 },
		{ "24:00", 1440 }, { "24:01", -1 }, { "25:00", -1 },
		{ "12:60", -1 }, { "9:00", -1 }, { "09:0", -1 },
		{ "09:000", -1 }, { "0900", -1 }, { "", -1 }, { "ab:cd", -1 },
		{ " 9:00", -1 }, { "09-00", -1 }, { "-1:00", -1 },
	};
	int got;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		got = -1;
		if (minutes_parse(cases[i].text, &got) !=
		    (cases[i].minutes >= 0) || got != cases[i].minutes)
			fail_msg("\"%s\": %d", cases[i].text, got);
	}
}

static void
test_spans(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "now" }, { 59, "now" }, { -59, "now" }, { 60, "1 min" },
		{ 12 * 60 + 30, "12 min" }, { 3600, "1 h" },
		{ 3 * 3600, "3 h" }, { 3 * 3600 + 20 * 60, "3 h 20 min" },
		{ 86399, "23 h 59 min" }, { 86400, "1 d" },
		{ 86400 + 3599, "1 d" },
		{ 2 * 86400 + 4 * 3600 + 59, "2 d 4 h" },
		{ -(2 * 86400 + 4 * 3600), "2 d 4 h" },
		{ INT64_MIN, "106751991167300 d 15 h" },
	};
	char text[40], tiny[4];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		assert_string_equal(span_text(cases[i].seconds, text,
		    (int)sizeof(text)), cases[i].text);
	assert_string_equal(span_text(720, tiny, (int)sizeof(tiny)), "12 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_pinned_clock),
		cmocka_unit_test(test_zone_names),
		cmocka_unit_test(test_zone_directory),
		cmocka_unit_test(test_the_clock_on_the_wall),
		cmocka_unit_test(test_utc_needs_no_files),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_minutes),
		cmocka_unit_test(test_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
