/* test_rate.c - how many messages an hour, whatever the clock does */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/rate.h>

#define T0 1795424400

static void
test_left(void **state)
{
	static const struct {
		const char *name;
		struct rate rate;
		int64_t per_hour, now, left, began;
	} cases[] = {
		{ "no limit", { T0, 99 }, 0, T0, INT64_MAX, T0 },
		{ "never used", { 0, 0 }, 10, T0, 10, T0 },
		{ "some used", { T0, 4 }, 10, T0 + 60, 6, T0 },
		{ "all used", { T0, 10 }, 10, T0 + 3599, 0, T0 },
		{ "the hour is over", { T0, 10 }, 10, T0 + 3600, 10,
		    T0 + 3600 },
		{ "the limit was lowered", { T0, 10 }, 5, T0 + 60, 0, T0 },
		{ "the limit was raised", { T0, 10 }, 15, T0 + 60, 5, T0 },
		{ "set back a second", { T0, 10 }, 10, T0 - 1, 0, T0 - 1 },
		{ "set back a year", { T0, 7 }, 10, T0 - 31536000, 3,
		    T0 - 31536000 },
		{ "set forward a year", { T0, 10 }, 10, T0 + 31536000, 10,
		    T0 + 31536000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rate r = cases[i].rate;
		int64_t left = rate_left(&r, cases[i].per_hour, cases[i].now);

		if (left != cases[i].left || r.began != cases[i].began)
			fail_msg("%s: %lld left, began %lld", cases[i].name,
			    (long long)left, (long long)r.began);
	}
}

/* After a clock was set back nobody waits longer than an hour. */
static void
test_wait(void **state)
{
	struct rate r = { 0, 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		rate_count(&r, T0);
	assert_int_equal(rate_left(&r, 3, T0 - 86400), 0);
	assert_int_equal(rate_again(&r), T0 - 86400 + 3600);
	assert_int_equal(rate_left(&r, 3, T0 - 86400 + 3599), 0);
	assert_int_equal(rate_left(&r, 3, T0 - 86400 + 3600), 3);
}

/* An hour begins with the first hand-over, not when it was asked about. */
static void
test_begins(void **state)
{
	struct rate r = { T0, 3 };

	(void)state;
	assert_int_equal(rate_left(&r, 3, T0 + 4000), 3);
	rate_count(&r, T0 + 5000);
	assert_int_equal(r.began, T0 + 5000);
	assert_int_equal(r.count, 1);
	rate_count(&r, T0 + 8599);
	assert_int_equal(r.began, T0 + 5000);
	rate_count(&r, T0 + 8600);
	assert_int_equal(r.began, T0 + 8600);
	assert_int_equal(r.count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_begins),
	};

	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
