/* test_promise.c - the days an order is promised for
 *
 * One order of two lines in a store of its own; each case says what time it
 * is, what waits and what was asked for.  Monday is 2026-11-23. */
#include "store_world.h"

#include <order/ack.h>

/* ---- a store with one order ---- */

static int
enter(void **state)
{
	struct line_in lines[2] = {
		{ .column = { [LINE_COLUMN_SKU] = "TAPE",
		    [LINE_COLUMN_QUANTITY] = "10" } },
		{ .column = { [LINE_COLUMN_SKU] = "TAPE",
		    [LINE_COLUMN_QUANTITY] = "10" } },
	};

	if (store_enter(state) < 0)
		return -1;
	receive(&(struct order_in){ .lines = lines, .nlines = 2 });
	sql("INSERT INTO items (sku, sku_key, handling_days) VALUES"
	    " ('TAPE', 'tape', NULL), ('STAMP', 'stamp', 5),"
	    " ('GIFT', 'gift', 0)");
	sql("INSERT INTO holidays (date) VALUES ('2026-12-25'),"
	    " ('2026-12-26'), ('2027-01-01')");
	sql("INSERT INTO transit (country, method, days) VALUES ('DE', '', 2),"
	    " ('CH', '', 0), ('AT', 'express', 1), ('NO', '', 10)");
	sql("INSERT INTO customers (customer, customer_key, bill_country,"
	    " ship_country) VALUES ('C-1', 'c-1', 'DE', ''),"
	    " ('C-2', 'c-2', 'DE', 'CH')");
	step.policy.text[POLICY_IS_TIMEZONE] = "Europe/Berlin";
	return 0;
}

/* ---- cases ---- */

struct promise_case {
	const char *title;
	const char *now;
	/* days promised: order, then lines ("-": none, "": as the order) */
	const char *processing, *delivery, *line[2];
	const char *requested;
	const char *back[2];	/* supply of a waiting line, "-": no day */
	const char *item[2];	/* default TAPE */
	const char *ship_country, *bill_country, *account;
	int handling, transit;	/* 0: the default, -1: none */
	bool refused;		/* the second line */
	bool open;		/* some line has no day */
	const char *workdays, *zone;
};

/* Nothing is special but the time. */
#define AT(what, when, done, there) \
	{ .title = what, .now = when, .processing = done, .delivery = there }
#define MONDAY "2026-11-23T09:00:00Z"

static const struct promise_case cut_off_cases[] = {
	AT("Monday morning", MONDAY, "2026-11-24", "2026-11-27"),
	AT("a second before the cut-off", "2026-11-23T12:59:59Z",
	    "2026-11-24", "2026-11-27"),
	AT("at the cut-off", "2026-11-23T13:00:00Z", "2026-11-25",
	    "2026-11-30"),
	AT("Friday before the cut-off", "2026-11-27T12:59:59Z", "2026-11-30",
	    "2026-12-03"),
	AT("Friday after the cut-off", "2026-11-27T13:00:00Z", "2026-12-01",
	    "2026-12-04"),
	AT("Saturday morning", "2026-11-28T08:00:00Z", "2026-12-01",
	    "2026-12-04"),
	AT("Saturday night", "2026-11-28T22:00:00Z", "2026-12-01",
	    "2026-12-04"),
	AT("Sunday in London, Monday in Berlin", "2026-11-22T23:30:00Z",
	    "2026-11-24", "2026-11-27"),
	AT("Sunday in Berlin", "2026-11-22T22:59:59Z", "2026-11-24",
	    "2026-11-27"),
	AT("Monday in London, Tuesday in Berlin", "2026-11-23T23:00:00Z",
	    "2026-11-25", "2026-11-30"),
	{ "New York is not yet as late", "2026-11-23T18:59:59Z",
	    "2026-11-24", "2026-11-27", .zone = "America/New_York" },
	{ "New York at its cut-off", "2026-11-23T19:00:00Z", "2026-11-25",
	    "2026-11-30", .zone = "America/New_York" },
};

/* Clocks go forward on 2026-03-29 and back on 2026-10-25. */
static const struct promise_case clock_change_cases[] = {
	AT("Friday before, in winter: before the cut-off",
	    "2026-03-27T12:59:59Z", "2026-03-30", "2026-04-02"),
	AT("Friday before, in winter: at the cut-off", "2026-03-27T13:00:00Z",
	    "2026-03-31", "2026-04-03"),
	AT("Monday after, in summer: before the cut-off",
	    "2026-03-30T11:59:59Z", "2026-03-31", "2026-04-03"),
	AT("Monday after, in summer: at the cut-off", "2026-03-30T12:00:00Z",
	    "2026-04-01", "2026-04-06"),
	AT("the hour that is skipped", "2026-03-29T01:00:00Z", "2026-03-31",
	    "2026-04-03"),
	AT("Friday before, in summer: before the cut-off",
	    "2026-10-23T11:59:59Z", "2026-10-26", "2026-10-29"),
	AT("Friday before, in summer: at the cut-off", "2026-10-23T12:00:00Z",
	    "2026-10-27", "2026-10-30"),
	AT("Monday after, in winter: before the cut-off",
	    "2026-10-26T12:59:59Z", "2026-10-27", "2026-10-30"),
	AT("Monday after, in winter: at the cut-off", "2026-10-26T13:00:00Z",
	    "2026-10-28", "2026-11-02"),
	AT("the hour that comes twice, first", "2026-10-25T00:30:00Z",
	    "2026-10-27", "2026-10-30"),
	AT("the hour that comes twice, again", "2026-10-25T01:30:00Z",
	    "2026-10-27", "2026-10-30"),
};

static const struct promise_case calendar_cases[] = {
	AT("Christmas", "2026-12-23T09:00:00Z", "2026-12-24", "2026-12-30"),
	AT("on a holiday nothing is done", "2026-12-25T09:00:00Z",
	    "2026-12-29", "2027-01-04"),
	AT("on a holiday there is no cut-off", "2026-12-25T20:00:00Z",
	    "2026-12-29", "2027-01-04"),
	AT("the day before, after the cut-off", "2026-12-24T13:00:00Z",
	    "2026-12-29", "2027-01-04"),
	{ "a company that works on Saturdays", "2026-11-27T09:00:00Z",
	    "2026-11-28", "2026-12-02", .workdays = "mon-sat" },
	{ "a company that works on Sundays to Thursdays",
	    "2026-11-26T09:00:00Z", "2026-11-29", "2026-12-02",
	    .workdays = "sun-thu" },
};

static const struct promise_case days_cases[] = {
	{ "no handling: the same day", MONDAY, "2026-11-23", "2026-11-26",
	    .handling = -1 },
	{ "no handling, after the cut-off: the next", "2026-11-23T13:00:00Z",
	    "2026-11-24", "2026-11-27", .handling = -1 },
	{ "no handling, on Saturday: Monday", "2026-11-28T09:00:00Z",
	    "2026-11-30", "2026-12-03", .handling = -1 },
	{ "no transit", MONDAY, "2026-11-24", "2026-11-24", .transit = -1 },
	{ "neither", MONDAY, "2026-11-23", "2026-11-23", .handling = -1,
	    .transit = -1 },
	{ "three days of handling", MONDAY, "2026-11-26", "2026-12-01",
	    .handling = 3 },
	{ "an item made to order takes its own", MONDAY, "2026-11-30",
	    "2026-12-03", .item = { "TAPE", "STAMP" } },
	{ "an item of no handling does not shorten the other's", MONDAY,
	    "2026-11-24", "2026-11-27", .item = { "GIFT", "TAPE" } },
	{ "only items of no handling", MONDAY, "2026-11-23", "2026-11-26",
	    .item = { "GIFT", "GIFT" } },
	{ "an item that is refused takes no time", MONDAY, "2026-11-24",
	    "2026-11-27", { "2026-11-27", "-" }, .item = { "TAPE", "STAMP" },
	    .refused = true },
	{ "an item nobody knows takes the company's", MONDAY, "2026-11-24",
	    "2026-11-27", .item = { "", "" } },
	{ "two days to Germany", MONDAY, "2026-11-24", "2026-11-26",
	    .ship_country = "DE" },
	{ "no days to Switzerland", MONDAY, "2026-11-24", "2026-11-24",
	    .ship_country = "CH" },
	{ "two weeks to Norway", MONDAY, "2026-11-24", "2026-12-08",
	    .ship_country = "NO" },
	{ "a country without days takes the company's", MONDAY, "2026-11-24",
	    "2026-11-27", .ship_country = "FR" },
	{ "days of a method that was not asked for do not count", MONDAY,
	    "2026-11-24", "2026-11-27", .ship_country = "AT" },
	{ "without a ship address it goes to the bill address", MONDAY,
	    "2026-11-24", "2026-11-26", .bill_country = "DE" },
	{ "the ship address comes first", MONDAY, "2026-11-24", "2026-11-24",
	    .ship_country = "CH", .bill_country = "DE" },
	{ "without any it goes to the address on file", MONDAY, "2026-11-24",
	    "2026-11-26", .account = "C-1" },
	{ "on file, too, the ship address comes first", MONDAY, "2026-11-24",
	    "2026-11-24", .account = "C-2" },
	{ "the order's address comes before the one on file", MONDAY,
	    "2026-11-24", "2026-11-26", .account = "C-2",
	    .bill_country = "DE" },
};

static const struct promise_case supply_cases[] = {
	{ "the latest line makes the order's day", MONDAY, "2026-12-04",
	    "2026-12-09", { "2026-11-27", "2026-12-09" },
	    .back = { NULL, "2026-12-04" } },
	{ "whichever line it is", MONDAY, "2026-12-04", "2026-12-09",
	    { "2026-12-09", "2026-11-27" }, .back = { "2026-12-04", NULL } },
	{ "the later supply of two", MONDAY, "2026-12-11", "2026-12-16",
	    { "2026-12-09", "2026-12-16" },
	    .back = { "2026-12-04", "2026-12-11" } },
	{ "supply on a Saturday is worked on on Monday", MONDAY,
	    "2026-12-07", "2026-12-10", { "2026-11-27", "2026-12-10" },
	    .back = { NULL, "2026-12-05" } },
	{ "supply that should have come is not promised for the past", MONDAY,
	    "2026-11-24", "2026-11-27", .back = { "2026-11-02", NULL } },
	{ "supply before handling is done", MONDAY, "2026-11-24",
	    "2026-11-27", .back = { "2026-11-24", NULL } },
	{ "a line without a day leaves the other its own", MONDAY,
	    "2026-11-24", "2026-11-27", { "2026-11-27", "-" },
	    .back = { NULL, "-" }, .open = true },
	{ "no line has a day", MONDAY, "-", "-", { "-", "-" },
	    .back = { "-", "-" }, .open = true },
	{ "a line that is refused has none and leaves nothing open", MONDAY,
	    "2026-11-24", "2026-11-27", { "2026-11-27", "-" },
	    .refused = true },
};

static const struct promise_case requested_cases[] = {
	{ "later than possible is kept", MONDAY, "2026-11-24", "2026-12-10",
	    .requested = "2026-12-10" },
	{ "the day possible", MONDAY, "2026-11-24", "2026-11-27",
	    .requested = "2026-11-27" },
	{ "earlier than possible is not", MONDAY, "2026-11-24", "2026-11-27",
	    .requested = "2026-11-26" },
	{ "on a Saturday: the Monday after", MONDAY, "2026-11-24",
	    "2026-12-14", .requested = "2026-12-12" },
	{ "on a holiday: the next working day", MONDAY, "2026-11-24",
	    "2026-12-28", .requested = "2026-12-25" },
	{ "later than the supply", MONDAY, "2026-12-04", "2026-12-15",
	    .requested = "2026-12-15", .back = { NULL, "2026-12-04" } },
	{ "between what is there and the supply", MONDAY, "2026-12-04",
	    "2026-12-09", { "2026-12-01", "2026-12-09" },
	    .requested = "2026-12-01", .back = { NULL, "2026-12-04" } },
	{ "without supply there is no day", MONDAY, "-", "-", { "-", "-" },
	    .requested = "2026-12-10", .back = { "-", "-" }, .open = true },
};

static const char SQL_ITEM[] = "UPDATE lines SET item = $2, rejected = $3"
	" WHERE line = $1";

static void
prepare(const struct promise_case *c, struct order *o)
{
	struct err e = ERR_INIT;

	for (int i = 0; i < 2; i++)
		if (db_run(db, SQL_ITEM, BIND(I(i + 1), T(c->item[i] != NULL ?
		    c->item[i] : "TAPE"), I(i == 1 && c->refused ? 10000 : 0)),
		    &e) < 0)
			fail_msg("%s", e.text);
	assert_int_equal(order_load(&step, 1, o, &e), 1);
	for (int i = 0; i < 2; i++) {
		struct order_line *l = &o->lines[i];

		l->allocated = line_wanted(l);
		if (c->back[i] == NULL)
			continue;
		l->backordered = 1000;
		l->allocated -= 1000;
		l->backorder_on = c->back[i][0] == '-' ? "" : c->back[i];
	}
	if (c->requested != NULL)
		o->column[COLUMN_REQUESTED_ON] = c->requested;
	if (c->ship_country != NULL)
		o->column[COLUMN_SHIP_COUNTRY] = c->ship_country;
	if (c->bill_country != NULL)
		o->column[COLUMN_BILL_COUNTRY] = c->bill_country;
	if (c->account != NULL)
		o->account = c->account;
}

static void
assert_day(const char *title, const char *what, int32_t is, const char *said)
{
	char text[DATE_TEXT];

	date_text(is, text);
	if (strcmp(text[0] != '\0' ? text : "-", said) != 0)
		fail_msg("%s: %s %s", title, what, text);
}

static void
run(const struct promise_case *c)
{
	struct policy was = step.policy;
	struct err e = ERR_INIT;
	struct promise p;
	struct order o;

	if (!instant_parse(c->now, &step.now.at))
		fail_msg("%s", c->now);
	if (c->zone != NULL)
		step.policy.text[POLICY_IS_TIMEZONE] = c->zone;
	if (c->workdays != NULL)
		step.policy.text[POLICY_IS_WORKDAYS] = c->workdays;
	if (c->handling != 0)
		step.policy.number[POLICY_IS_HANDLING_DAYS] =
		    c->handling < 0 ? 0 : c->handling;
	if (c->transit != 0)
		step.policy.number[POLICY_IS_TRANSIT_DAYS] =
		    c->transit < 0 ? 0 : c->transit;
	step.calendar = NULL;
	prepare(c, &o);
	if (promise_make(&step, &o, &p, &e) < 0)
		fail_msg("%s: %s", c->title, e.text);
	assert_day(c->title, "processing", p.processing_on, c->processing);
	assert_day(c->title, "delivery", p.delivery_on, c->delivery);
	for (int i = 0; i < 2; i++)
		assert_day(c->title, i == 0 ? "line 1" : "line 2", p.line[i],
		    c->line[i] != NULL ? c->line[i] : c->delivery);
	if (p.open_dates != c->open)
		fail_msg("%s: open dates", c->title);
	step.policy = was;
}

#define RUN(name, cases) \
	static void \
	name(void **state) \
	{ \
		(void)state; \
		for (size_t i = 0; i < N(cases); i++) \
			run(&cases[i]); \
	}

RUN(the_cut_off_is_in_company_time, cut_off_cases)
RUN(the_cut_off_holds_when_clocks_change, clock_change_cases)
RUN(days_off_do_not_count, calendar_cases)
RUN(handling_and_transit_take_their_days, days_cases)
RUN(what_waits_comes_with_its_supply, supply_cases)
RUN(a_day_asked_for_is_kept_when_it_can_be, requested_cases)

static void
the_steps_are_explained(void **state)
{
	static const struct promise_case c = { "explained",
	    "2026-11-23T13:00:00Z", "", "", .requested = "2026-12-01",
	    .back = { NULL, "2026-12-04" }, .ship_country = "DE" };
	struct err e = ERR_INIT;
	struct promise p;
	struct order o;
	cJSON *x;
	char *text;

	(void)state;
	prepare(&c, &o);
	instant_parse(c.now, &step.now.at);
	assert_int_equal(promise_make(&step, &o, &p, &e), 0);
	x = promise_explain(&o, &p);
	text = cJSON_PrintUnformatted(x);
	assert_string_equal(text, "{\"ref\":\"SO-00000001-1\","
	    "\"decided_on\":\"2026-11-23\",\"after_cutoff\":true,"
	    "\"handling_days\":1,\"ready_on\":\"2026-11-25\","
	    "\"supply_on\":\"2026-12-04\",\"processing_on\":\"2026-12-04\","
	    "\"country\":\"DE\",\"transit_days\":2,"
	    "\"requested_on\":\"2026-12-01\",\"delivery_on\":\"2026-12-08\","
	    "\"open_dates\":false}");
	cJSON_free(text);
	cJSON_Delete(x);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_cut_off_is_in_company_time),
		CASE(the_cut_off_holds_when_clocks_change),
		CASE(days_off_do_not_count),
		CASE(handling_and_transit_take_their_days),
		CASE(what_waits_comes_with_its_supply),
		CASE(a_day_asked_for_is_kept_when_it_can_be),
		CASE(the_steps_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
