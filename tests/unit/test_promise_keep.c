/* test_promise_keep.c - a promise that was given, and when goods must leave
 * for it */
#include "offer_world.h"

#include <order/ack.h>

/* ---- a promise that was given ---- */

struct kept_case {
	const char *title;
	const char *today;	/* there, and is the cut-off over? */
	bool late;
	const char *supply;	/* of a line that still waits, "-": no day */
	const char *given, *anew, *kept;
};

static const struct kept_case kept_cases[] = {
	{ "sooner is told", "2026-11-25", false, NULL, "2026-12-04",
	    "2026-11-30", "2026-11-30" },
	{ "there on the day its supply was to come", "2026-12-01", false, NULL,
	    "2026-12-04", "2026-12-07", "2026-12-04" },
	{ "in the evening of that day", "2026-12-01", true, NULL,
	    "2026-12-04", "2026-12-08", "2026-12-04" },
	{ "a day late: a day later, without handling", "2026-12-02", false,
	    NULL, "2026-12-04", "2026-12-09", "2026-12-07" },
	{ "in the evening of the next day", "2026-12-02", true, NULL,
	    "2026-12-04", "2026-12-10", "2026-12-08" },
	{ "on a Saturday: it leaves on Monday", "2026-12-05", true, NULL,
	    "2026-12-04", "2026-12-11", "2026-12-10" },
	{ "the rest waits, and comes in time", "2026-11-24", true,
	    "2026-12-01", "2026-12-04", "2026-12-07", "2026-12-04" },
	{ "the rest waits, and comes later", "2026-11-24", false,
	    "2026-12-04", "2026-12-04", "2026-12-09", "2026-12-09" },
	{ "the rest waits, nobody knows how long", "2026-11-24", false, "-",
	    "2026-12-04", "-", "-" },
	{ "never later than it would be promised now", "2026-12-02", true,
	    NULL, "2026-12-04", "2026-12-07", "2026-12-07" },
};

static void
assert_day(const char *title, int32_t is, const char *said)
{
	char text[DATE_TEXT];

	date_text(is, text);
	if (strcmp(text[0] != '\0' ? text : "-", said) != 0)
		fail_msg("%s: %s", title, text);
}

static int32_t
day_said(const char *text)
{
	int32_t day = DATE_NONE;

	if (text[0] != '-' && !date_parse(text, &day))
		fail_msg("%s", text);
	return day;
}

static void
a_day_that_was_given_stays_while_it_can(void **state)
{
	const struct calendar c = { .works = { true, true, true, true, true } };

	(void)state;
	for (size_t i = 0; i < N(kept_cases); i++) {
		const struct kept_case *k = &kept_cases[i];
		const struct promise p = { .transit_days = 3,
		    .ordered_on = day_said(k->today), .after_cutoff = k->late };
		const struct order_line l = {
		    .backordered = k->supply != NULL ? 1000 : 0,
		    .backorder_on = k->supply == NULL || k->supply[0] == '-' ?
		    "" : k->supply };

		assert_day(k->title, promise_after_wait(&c, &p, &l,
		    day_said(k->given), day_said(k->anew)), k->kept);
	}
}

/* ---- when it must leave ---- */

static const struct departure_case {
	const char *title, *arrives, *leaves, *country;
} departure_cases[] = {
	{ "three working days before", "2026-12-10", "2026-12-07", "" },
	{ "over a weekend", "2026-12-08", "2026-12-03", "" },
	{ "over Christmas", "2026-12-28", "2026-12-22", "" },
	{ "on a day off: to be there the day before", "2026-12-12",
	    "2026-12-08", "" },
	{ "on a day off, the same day", "2026-12-12", "2026-12-11", "CH" },
	{ "the same day", "2026-12-10", "2026-12-10", "CH" },
	{ "two weeks before", "2026-12-24", "2026-12-10", "NO" },
};

static void
what_must_be_there_on_a_day_leaves_before(void **state)
{
	struct order o;

	(void)state;
	sql("INSERT INTO holidays (date) VALUES ('2026-12-25'),"
	    " ('2026-12-26')");
	sql("INSERT INTO transit (country, method, days) VALUES ('CH', '', 0),"
	    " ('NO', '', 10)");
	o = ordered(1, "T", "1", NULL, NULL);
	for (size_t i = 0; i < N(departure_cases); i++) {
		const struct departure_case *d = &departure_cases[i];
		struct err e = ERR_INIT;
		int32_t leaves, there;

		o.column[COLUMN_SHIP_COUNTRY] = d->country;
		if (promise_departure(&step, &o, day_said(d->arrives), &leaves,
		    &e) < 0)
			fail_msg("%s: %s", d->title, e.text);
		assert_day(d->title, leaves, d->leaves);
		/* and it is the last such day */
		assert_int_equal(promise_arrival(&step, &o, leaves, &there,
		    &e), 0);
		assert_true(there <= day_said(d->arrives));
		assert_int_equal(promise_arrival(&step, &o, leaves + 1, &there,
		    &e), 0);
		assert_true(there > day_said(d->arrives));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_that_was_given_stays_while_it_can),
		TEST(what_must_be_there_on_a_day_leaves_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
