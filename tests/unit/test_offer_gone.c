/* test_offer_gone.c - what was offered is not there any more */
#include "offer_world.h"

static const char SQL_ASKED[] =
	"SELECT group_concat(state || coalesce(' ' ||"
	" json_extract(document, '$.gone_sku'), ''), ', ') FROM messages"
	" WHERE order_id = 1 AND kind = 'shortage'";

static void
a_substitute_that_is_gone_is_offered_anew(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct verdict v;

	(void)state;
	count("S1", 1);
	v = take(&o, 0, "substitute", 1, "S1", 0);
	assert_int_equal(v.result, RESULT_HELD);
	assert_string_equal(v.reason, "offer-gone");
	assert_string_equal(text_of(SQL_LINES), "A 10 a6");
	assert_string_equal(text_of(SQL_HELD), "consent");
	assert_string_equal(text_of(SQL_ASKED), "cancelled, queued S1");
	/* The next of the old offer would have done, were none named. */
	take(&o, 1, "substitute", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 s4 a6, S2 4 a4");
	assert_string_equal(text_of(SQL_ASKED), "cancelled, cancelled S1");
}

static void
a_date_that_is_gone_is_offered_anew(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct verdict v;

	(void)state;
	sql("DELETE FROM supply WHERE supply_ref = 'P-1'");
	v = take(&o, 0, "backorder", 0, "", 0);
	assert_string_equal(v.reason, "offer-gone");
	assert_string_equal(text_of(SQL_LINES), "A 10 a6");
	take(&o, 1, "backorder", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 a6 b4 2026-12-11");
}

static void
an_earlier_date_is_no_reason(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);

	(void)state;
	sql("INSERT INTO supply VALUES ('P-0', 'A', 4000, '2026-11-30')");
	take(&o, 1, "backorder", 0, "", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 a6 b4 2026-11-30");
}

static void
gone_but_there_is_what_was_ordered(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);

	(void)state;
	count("S1", 1);
	count("A", 10);
	take(&o, 1, "substitute", 1, "S1", 0);
	assert_string_equal(text_of(SQL_LINES), "A 10 a10");
	assert_string_equal(text_of(SQL_HELD), "");
}

static void
gone_and_never_to_wait_is_refused(void **state)
{
	struct order o;

	(void)state;
	sql("UPDATE customers SET backorder_consent = 'never'");
	o = ordered(1, "A", "10", NULL, NULL);
	assert_string_equal(text_of(SQL_HELD), "consent");
	assert_string_equal(text_of("SELECT json_extract(document,"
	    " '$.no_backorder') FROM messages"), "1");
	count("S1", 0);
	count("S2", 0);
	assert_string_equal(take(&o, 0, "substitute", 0, "", 0).reason,
	    "offer-gone");
	assert_string_equal(text_of(SQL_LINES), "A 10 r4 a6");
	assert_string_equal(text_of(SQL_HELD), "");
}

static void
the_last_substitute_goes_to_who_answers_first(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct order other;

	(void)state;
	other = ordered(2, "A", "4", NULL, NULL);
	take(&other, 1, "substitute", 1, "S1", 0);
	assert_string_equal(take(&o, 0, "substitute", 1, "S1", 0).reason,
	    "offer-gone");
	assert_string_equal(text_of("SELECT on_hand - allocated FROM stock"
	    " WHERE sku = 'S1'"), "0");
}

static void
the_price_that_was_offered_holds(void **state)
{
	struct order o = ordered(1, "A", "10", NULL, NULL);
	struct err e = ERR_INIT;
	struct verdict v;

	(void)state;
	sql("UPDATE items SET unit_price = 9000000 WHERE sku = 'S1'");
	take(&o, 1, "substitute", 0, "", 0);
	assert_int_equal(o.total, 2800);
	must(order_verify(&step, o.ref, &v, &e), &e);
	assert_int_equal(v.result, RESULT_UNCHANGED);
	assert_string_equal(text_of("SELECT total FROM orders"), "2800");
	assert_string_equal(text_of("SELECT count(*) FROM findings"), "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_substitute_that_is_gone_is_offered_anew),
		TEST(a_date_that_is_gone_is_offered_anew),
		TEST(an_earlier_date_is_no_reason),
		TEST(gone_but_there_is_what_was_ordered),
		TEST(gone_and_never_to_wait_is_refused),
		TEST(the_last_substitute_goes_to_who_answers_first),
		TEST(the_price_that_was_offered_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
