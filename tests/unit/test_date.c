/* test_date.c - civil dates, working days, holidays */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/date.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int32_t
day(const char *s)
{
	int32_t d = DATE_NONE;

	if (!date_parse(s, &d))
		fail_msg("no date: %s", s);
	return d;
}

static void
test_parse(void **state)
{
	static const struct {
		const char *title, *text;
		bool good;
		int32_t date;
	} cases[] = {
		{ "the epoch", "1970-01-01", true, 0 },
		{ "the day before", "1969-12-31", true, -1 },
		{ "a day of ours", "2026-12-01", true, 20788 },
		{ "leap day", "2024-02-29", true, 19782 },
		{ "leap day of a century", "2000-02-29", true, 11016 },
		{ "the first", "1900-01-01", true, -25567 },
		{ "the last", "9999-12-31", true, 2932896 },
		{ "no leap year", "2026-02-29", false, 0 },
		{ "no leap century", "1900-02-29", false, 0 },
		{ "31 April", "2026-04-31", false, 0 },
		{ "32 December", "2026-12-32", false, 0 },
		{ "day zero", "2026-12-00", false, 0 },
		{ "month zero", "2026-00-10", false, 0 },
		{ "month 13", "2026-13-01", false, 0 },
		{ "too early", "1899-12-31", false, 0 },
		{ "nothing", "", false, 0 },
		{ "short", "2026-1-1", false, 0 },
		{ "long", "2026-12-011", false, 0 },
		{ "an instant", "2026-12-01T10:00:00Z", false, 0 },
		{ "trailing blank", "2026-12-01 ", false, 0 },
		{ "leading blank", " 026-12-01", false, 0 },
		{ "slashes", "2026/12/01", false, 0 },
		{ "another order", "01-12-2026", false, 0 },
		{ "a sign", "2026--1-01", false, 0 },
		{ "letters", "2026-dec-1", false, 0 },
	};
	char text[DATE_TEXT];
	int32_t date;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		date = 4711;
		if (date_parse(cases[i].text, &date) != cases[i].good ||
		    date != (cases[i].good ? cases[i].date : 4711))
			fail_msg("%s: %d", cases[i].title, (int)date);
		if (cases[i].good)
			assert_string_equal(date_text(date, text),
			    cases[i].text);
	}
}

/* Every day of 800 years follows the one before. */
static void
test_every_day(void **state)
{
	static const int length[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	int y = 1800, m = 1, d = 1, year, month, mday, last, weekday;
	int32_t date = date_join(1800, 1, 1);

	(void)state;
	weekday = date_weekday(date);
	assert_int_equal(weekday, 2);	/* a Wednesday */
	while (y < 2600) {
		date_split(date, &year, &month, &mday);
		if (year != y || month != m || mday != d ||
		    date_join(y, m, d) != date ||
		    date_weekday(date) != weekday)
			fail_msg("%d-%d-%d", y, m, d);
		last = length[m - 1] + (m == 2 &&
		    ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0));
		if (++d > last) {
			d = 1;
			if (++m > 12) {
				m = 1;
				y++;
			}
		}
		weekday = (weekday + 1) % 7;
		date++;
	}
}

static void
test_text_of_the_unprintable(void **state)
{
	char text[DATE_TEXT] = "x";

	(void)state;
	assert_string_equal(date_text(DATE_NONE, text), "");
	assert_string_equal(date_text(INT32_MAX, text), "");
	assert_string_equal(date_text(INT32_MIN + 1, text), "");
	assert_string_equal(date_text(date_join(10000, 1, 1), text), "");
	assert_string_equal(date_text(date_join(0, 1, 1), text), "0000-01-01");
}

static void
test_workdays(void **state)
{
	static const struct {
		const char *text, *works;	/* NULL: refused */
	} cases[] = {
		{ "mon-fri", "1111100" }, { "mon-sat", "1111110" },
		{ "sun,mon-thu", "1111001" }, { "fri-mon", "1000111" },
		{ "wed", "0010000" }, { "mon-sun", "1111111" },
		{ "tue-tue", "0100000" }, { "mon,mon-tue,tue", "1100000" },
		{ "", NULL }, { "mon-", NULL }, { "-fri", NULL },
		{ "mon,", NULL }, { ",mon", NULL }, { "Mon-Fri", NULL },
		{ "monday", NULL }, { "mon - fri", NULL }, { "mon fri", NULL },
		{ "mon-wed-fri", NULL }, { "xyz", NULL }, { "mo", NULL },
	};
	bool works[7];
	char got[8];
	size_t i, d;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		memset(works, 0, sizeof(works));
		works[6] = true;
		if (workdays_parse(cases[i].text, works) !=
		    (cases[i].works != NULL))
			fail_msg("\"%s\"", cases[i].text);
		for (d = 0; d < 7; d++)
			got[d] = works[d] ? '1' : '0';
		got[7] = '\0';
		assert_string_equal(got, cases[i].works != NULL ?
		    cases[i].works : "0000001");
	}
}

static void
test_calendar(void **state)
{
	static const struct {
		const char *title, *from;
		int n;
		const char *to;
	} cases[] = {
		{ "a working day is its own next", "2026-12-01", 0,
		    "2026-12-01" },
		{ "Saturday waits for Monday", "2026-12-05", 0, "2026-12-07" },
		{ "one day from Friday", "2026-12-04", 1, "2026-12-07" },
		{ "one day from Saturday", "2026-12-05", 1, "2026-12-07" },
		{ "a week", "2026-12-01", 5, "2026-12-08" },
		{ "over Christmas", "2026-12-24", 1, "2026-12-28" },
		{ "on a holiday", "2026-12-25", 0, "2026-12-28" },
		{ "over the new year", "2026-12-31", 1, "2027-01-04" },
		{ "many days", "2026-12-01", 22, "2027-01-04" },
	};
	int32_t holidays[3];
	struct calendar c = { .holidays = holidays, .nholidays = 3 };
	char text[DATE_TEXT];
	size_t i;

	(void)state;
	assert_true(workdays_parse("mon-fri", c.works));
	holidays[0] = day("2026-12-25");
	holidays[1] = day("2026-12-26");
	holidays[2] = day("2027-01-01");
	for (i = 0; i < N(cases); i++) {
		date_text(calendar_add(&c, day(cases[i].from), cases[i].n),
		    text);
		if (strcmp(text, cases[i].to) != 0)
			fail_msg("%s: %s", cases[i].title, text);
	}
	assert_true(calendar_works(&c, day("2026-12-24")));
	assert_false(calendar_works(&c, day("2026-12-25")));
	assert_false(calendar_works(&c, day("2027-01-01")));
	assert_false(calendar_works(&c, day("2026-12-27")));
}

static void
test_calendar_gives_up(void **state)
{
	struct calendar never = { .nholidays = 0 };
	struct calendar sundays = { .nholidays = 0 };
	int32_t closed[521], d = day("2026-12-06");
	size_t i;

	(void)state;
	assert_int_equal(calendar_next(&never, d), DATE_NONE);
	assert_int_equal(calendar_add(&never, d, 3), DATE_NONE);
	sundays.works[6] = true;
	for (i = 0; i < N(closed); i++)
		closed[i] = d + (int32_t)i * 7;
	sundays.holidays = closed;
	sundays.nholidays = (int)N(closed);
	assert_int_equal(calendar_next(&sundays, d),
	    d + (int32_t)N(closed) * 7);
	assert_int_equal(calendar_next(&sundays, DATE_NONE), DATE_NONE);
	assert_int_equal(calendar_add(&sundays, DATE_NONE, 1), DATE_NONE);
	assert_int_equal(calendar_next(&sundays, INT32_MAX), DATE_NONE);
	assert_int_equal(calendar_add(&sundays, INT32_MAX - 4000, 1000),
	    DATE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_text_of_the_unprintable),
		cmocka_unit_test(test_workdays),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_calendar_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
