/* test_query - times as people give them, and the names a field has */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/query.h>

static const struct {
	const char *title, *text, *zone, *now;
	const char *is;		/* NULL: refused */
} times[] = {
	{ "an instant stands for itself", "2026-11-22T10:00:00Z", "Asia/Tokyo",
	    "2026-11-23T09:00:00Z", "2026-11-22T10:00:00Z" },
	{ "an instant with an offset", "2026-11-22T10:00:00+02:00", "UTC",
	    "2026-11-23T09:00:00Z", "2026-11-22T08:00:00Z" },
	{ "a date is its midnight", "2026-11-22", "UTC",
	    "2026-11-23T09:00:00Z", "2026-11-22T00:00:00Z" },
	{ "a date is its midnight there", "2026-11-22", "America/New_York",
	    "2026-11-23T09:00:00Z", "2026-11-22T05:00:00Z" },
	{ "today has begun there", "today", "Asia/Tokyo",
	    "2026-11-23T15:00:00Z", "2026-11-23T15:00:00Z" },
	{ "today has not begun there", "today", "Asia/Tokyo",
	    "2026-11-23T14:59:59Z", "2026-11-22T15:00:00Z" },
	{ "yesterday", "yesterday", "UTC", "2026-11-23T09:00:00Z",
	    "2026-11-22T00:00:00Z" },
	{ "seven days ago", "7d", "UTC", "2026-11-23T09:00:00Z",
	    "2026-11-16T00:00:00Z" },
	{ "no days ago is today", "0d", "UTC", "2026-11-23T09:00:00Z",
	    "2026-11-23T00:00:00Z" },
	{ "days ago, over a change of clocks", "30d", "Europe/Berlin",
	    "2026-11-23T09:00:00Z", "2026-10-23T22:00:00Z" },
	{ "nothing", "", "UTC", "2026-11-23T09:00:00Z", NULL },
	{ "no number of days", "d", "UTC", "2026-11-23T09:00:00Z", NULL },
	{ "days that are none", "-1d", "UTC", "2026-11-23T09:00:00Z", NULL },
	{ "a part of a day", "1.5d", "UTC", "2026-11-23T09:00:00Z", NULL },
	{ "more days than there are", "99999d", "UTC", "2026-11-23T09:00:00Z",
	    NULL },
	{ "very many digits", "99999999999999999999d", "UTC",
	    "2026-11-23T09:00:00Z", NULL },
	{ "a day that does not exist", "2026-02-30", "UTC",
	    "2026-11-23T09:00:00Z", NULL },
	{ "tomorrow", "tomorrow", "UTC", "2026-11-23T09:00:00Z", NULL },
	{ "in capitals", "Today", "UTC", "2026-11-23T09:00:00Z", NULL },
};

static void
test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[INSTANT_TEXT];
		int64_t now, at = 0;
		bool ok;

		assert_true(instant_parse(times[i].now, &now));
		ok = query_time(times[i].text, times[i].zone, now, &at);
		if (ok != (times[i].is != NULL))
			fail_msg("%s", times[i].title);
		if (ok && strcmp(instant_text(at, text), times[i].is) != 0)
			fail_msg("%s: %s", times[i].title, text);
	}
}

static const struct {
	const char *title;
	enum query_field field;
	const char *value, *json;	/* NULL: refused */
} values[] = {
	{ "a status", QUERY_STATUS, "received", "[\"received\"]" },
	{ "not a status", QUERY_STATUS, "Received", NULL },
	{ "any hold is not a status", QUERY_STATUS, "any", NULL },
	{ "a derived answer", QUERY_ACK, "stale", "[\"stale\"]" },
	{ "a customer, folded", QUERY_CUSTOMER, " M\xc3\x9cLLER ",
	    "[\"muller\"]" },
	{ "a key that is JSON", QUERY_EXTERNAL_REF, "\"],[\"",
	    "[\"\\\"],[\\\"\"]" },
	{ "a key that is not UTF-8", QUERY_EXTERNAL_REF, "\xff", NULL },
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		enum query_field f = values[i].field;
		struct order_query q;
		bool ok;

		query_init(&q);
		ok = query_add(&q, f, values[i].value);
		if (ok != (values[i].json != NULL))
			fail_msg("%s", values[i].title);
		if (ok && strcmp(q.field[f].json.data, values[i].json) != 0)
			fail_msg("%s: %s", values[i].title,
			    q.field[f].json.data);
		query_release(&q);
	}
}

static void
test_any(void **state)
{
	struct order_query q;

	(void)state;
	query_init(&q);
	assert_true(query_add(&q, QUERY_HELD, "any"));
	assert_int_equal(q.field[QUERY_HELD].n, 15);
	assert_true(query_add(&q, QUERY_HELD, "price"));
	assert_int_equal(q.field[QUERY_HELD].n, 16);
	query_release(&q);
}

static void
test_due(void **state)
{
	struct order_query q;

	(void)state;
	query_init(&q);
	query_unanswered(&q, 100);
	query_unanswered(&q, 200);
	assert_int_equal(q.due_by, 100);
	query_unanswered(&q, 50);
	assert_int_equal(q.due_by, 50);
	query_release(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
