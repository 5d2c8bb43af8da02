/* test_figures.c - shares and percentiles */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <order/figures.h>

static void
test_share(void **state)
{
	static const struct { int64_t part, whole, tenths; } cases[] = {
		{ 0, 0, -1 },		/* of nothing */
		{ 0, 7, 0 }, { 7, 7, 1000 }, { 1, 2, 500 },
		{ 1, 3, 333 }, { 2, 3, 667 }, { 1, 8, 125 },
		{ 1, 16, 63 },		/* 6.25, half up */
		{ 9999, 10000, 999 },	/* not all */
		{ 1, 10000, 1 },	/* not nothing */
		{ INT64_MAX, INT64_MAX, 1000 },
		{ INT64_MAX / 2, INT64_MAX, 500 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(share_tenths(cases[i].part, cases[i].whole),
		    cases[i].tenths);
}

static void
test_nothing_has_no_middle(void **state)
{
	struct spread sp = { 0 };

	(void)state;
	assert_int_equal(spread_at(&sp, 50), -1);
	assert_int_equal(spread_at(&sp, 95), -1);
	spread_release(&sp);
}

/* The smallest that at least so many do not exceed. */
static void
test_percentiles(void **state)
{
	struct spread sp = { 0 };

	(void)state;
	spread_add(&sp, 7 * 60 + 59);
	assert_int_equal(spread_at(&sp, 50), 7);
	assert_int_equal(spread_at(&sp, 95), 7);
	spread_add(&sp, 60);
	assert_int_equal(spread_at(&sp, 50), 1);	/* 1 of 2 is half */
	assert_int_equal(spread_at(&sp, 95), 7);
	spread_release(&sp);
	for (int64_t i = 100; i >= 1; i--)
		spread_add(&sp, i * 60);
	assert_int_equal(spread_at(&sp, 50), 50);
	assert_int_equal(spread_at(&sp, 95), 95);
	assert_int_equal(spread_at(&sp, 100), 100);
	spread_add(&sp, 1000 * 60);
	assert_int_equal(spread_at(&sp, 50), 51);	/* the 51st of 101 */
	assert_int_equal(spread_at(&sp, 95), 96);
	spread_release(&sp);
}

static void
test_long_and_odd_ones(void **state)
{
	const int64_t day = 86400;
	struct spread sp = { 0 };

	(void)state;
	spread_add(&sp, -5);			/* clocks differ */
	assert_int_equal(spread_at(&sp, 50), 0);
	spread_release(&sp);
	spread_add(&sp, 100 * day - 1);
	assert_int_equal(spread_at(&sp, 50), 100 * 1440 - 1);
	spread_release(&sp);
	spread_add(&sp, 100 * day);
	assert_int_equal(spread_at(&sp, 50), 100 * 1440);
	spread_release(&sp);
	spread_add(&sp, 101 * day - 1);		/* whole days from there */
	assert_int_equal(spread_at(&sp, 50), 100 * 1440);
	spread_release(&sp);
	spread_add(&sp, INT64_MAX);
	assert_int_equal(spread_at(&sp, 50), (PERIOD_DAYS - 1) * 1440);
	spread_release(&sp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_nothing_has_no_middle),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_long_and_odd_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
