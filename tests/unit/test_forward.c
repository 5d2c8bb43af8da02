/* test_forward.c - what of an order goes, and on which day it may */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/forward.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct line_case {
	const char *title;
	int64_t ordered, cancelled, allocated, released, backordered, shipped;
	int64_t goes;
	bool complete;
};

static const struct line_case line_cases[] = {
	{ "all of it is there", 10, 0, 10, 0, 0, 0, 10, true },
	{ "nothing is there", 10, 0, 0, 0, 10, 0, 0, false },
	{ "some of it is there", 10, 0, 4, 0, 6, 0, 4, false },
	{ "some of it is neither there nor waited for", 10, 0, 4, 0, 0, 0, 4,
	    false },
	{ "all of it was handed over", 10, 0, 10, 10, 0, 0, 0, true },
	{ "the rest came", 10, 0, 10, 4, 0, 0, 6, true },
	{ "the first part has left, the rest came", 10, 0, 6, 0, 0, 4, 6,
	    true },
	{ "the first part has left, the rest waits", 10, 0, 0, 0, 6, 4, 0,
	    false },
	{ "what is cancelled is not waited for", 10, 6, 4, 0, 0, 0, 4, true },
	{ "all of it has left", 10, 0, 0, 0, 0, 10, 0, true },
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(line_cases); i++) {
		const struct line_case *c = &line_cases[i];
		struct order_line l = { .ordered = c->ordered,
			.cancelled = c->cancelled, .allocated = c->allocated,
			.released = c->released, .backordered = c->backordered,
			.shipped = c->shipped };
		struct order o = { .lines = &l, .nlines = 1 };

		if (line_to_release(&l) != c->goes ||
		    order_is_complete(&o) != c->complete)
			fail_msg("%s: %lld goes, %scomplete", c->title,
			    (long long)line_to_release(&l),
			    order_is_complete(&o) ? "" : "not ");
	}
}

static void
test_one_short_line_is_enough(void **state)
{
	struct order_line lines[] = {
		{ .ordered = 1, .allocated = 1 },
		{ .ordered = 2, .allocated = 1, .backordered = 1 },
	};
	struct order o = { .lines = lines, .nlines = 2 };

	(void)state;
	assert_false(order_is_complete(&o));
	o.nlines = 1;
	assert_true(order_is_complete(&o));
	o.nlines = 0;
	assert_true(order_is_complete(&o));
}

struct day_case {
	const char *title;
	const char *day;
	int handling, transit;
	const char *wanted;
	bool fits;
};

/* Mondays to Fridays work; Thursday the 3rd is a day off. */
static const struct day_case day_cases[] = {
	{ "there on the very day", "2026-11-23", 1, 3, "2026-11-27", true },
	{ "there a day before", "2026-11-23", 1, 3, "2026-11-28", false },
	{ "there a day after", "2026-11-23", 1, 3, "2026-11-26", true },
	{ "over a weekend", "2026-11-26", 1, 3, "2026-12-02", true },
	{ "a day of the week before", "2026-11-25", 1, 3, "2026-12-02", false },
	{ "over a day off", "2026-11-30", 1, 3, "2026-12-04", true },
	{ "before a day off", "2026-11-27", 1, 2, "2026-12-04", false },
	{ "no way to go", "2026-11-23", 0, 0, "2026-11-23", true },
	{ "no way to go, tomorrow", "2026-11-23", 0, 0, "2026-11-24", false },
	{ "from a Saturday it goes on Monday", "2026-11-28", 0, 0,
	    "2026-11-30", true },
};

static int32_t
day(const char *text)
{
	int32_t d = DATE_NONE;

	assert_true(date_parse(text, &d));
	return d;
}

static void
test_days(void **state)
{
	int32_t off = day("2026-12-03");
	struct calendar c = { .holidays = &off, .nholidays = 1 };

	(void)state;
	assert_true(workdays_parse("mon-fri", c.works));
	for (size_t i = 0; i < N(day_cases); i++) {
		const struct day_case *k = &day_cases[i];

		if (handover_fits(&c, day(k->day), k->handling, k->transit,
		    day(k->wanted)) != k->fits)
			fail_msg("%s", k->title);
	}
}

/* As if each day were tried, also where nobody has the time to. */
static void
test_first_day(void **state)
{
	int32_t off = day("2026-12-03"), from = day("2026-11-20");
	struct calendar c = { .holidays = &off, .nholidays = 1 };
	char text[DATE_TEXT];

	(void)state;
	assert_true(workdays_parse("mon-fri", c.works));
	for (int k = 0; k < 4 * 4 * 14 * 14; k++) {
		int handling = k % 4, transit = k / 4 % 4;
		int32_t after = from + k / 16 % 14;
		int32_t wanted = after + 1 + k / 224, want = after;

		do
			want = calendar_next(&c, want + 1);
		while (!handover_fits(&c, want, handling, transit, wanted));
		assert_int_equal(handover_day(&c, after, handling, transit,
		    wanted), want);
	}
	assert_string_equal(date_text(handover_day(&c, from, 1, 3,
	    day("9999-12-31")), text), "9999-12-27");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_one_short_line_is_enough),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_first_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
