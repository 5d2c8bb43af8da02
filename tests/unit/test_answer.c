/* test_answer.c - what each line is answered, in codes; sums and hidden
 * prices of a document */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/ack.h>
#include <order/message.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NONE AMOUNT_NONE
#define DAY 20785	/* any */

struct answer_case {
	const char *title;
	const char *x12, *peppol;
	int64_t ordered, cancelled, rejected, substituted, backordered;
	int64_t price, was_price, was_quantity;
	const char *code;
	int32_t promised, requested;
};

/* Ten at 2.00 each, but for what the case says. */
static const struct answer_case answer_cases[] = {
	{ "as ordered", "IA", "5", 10, 0, 0, 0, 0, 2, NONE, NONE, "",
	    DAY, DATE_NONE },
	{ "on the day asked for", "IA", "5", 10, 0, 0, 0, 0, 2, NONE, NONE,
	    "", DAY, DAY },
	{ "before the day asked for", "IA", "5", 10, 0, 0, 0, 0, 2, NONE,
	    NONE, "", DAY, DAY + 1 },
	{ "after the day asked for", "DR", "3", 10, 0, 0, 0, 0, 2, NONE, NONE,
	    "", DAY + 1, DAY },
	{ "without a day, though one was asked for", "IA", "5", 10, 0, 0, 0,
	    0, 2, NONE, NONE, "", DATE_NONE, DAY },
	{ "all of it later", "IB", "3", 10, 0, 0, 0, 10, 2, NONE, NONE, "",
	    DAY, DATE_NONE },
	{ "all of it later than asked for is still one change", "IB", "3", 10,
	    0, 0, 0, 10, 2, NONE, NONE, "", DAY + 9, DAY },
	{ "part now, the rest later", "BP", "3", 10, 0, 0, 0, 4, 2, NONE,
	    NONE, "", DAY, DATE_NONE },
	{ "part now, the rest without a day", "BP", "3", 10, 0, 0, 0, 1, 2,
	    NONE, NONE, "", DATE_NONE, DATE_NONE },
	{ "another price", "IP", "3", 10, 0, 0, 0, 0, 2, 1, NONE, "", DAY,
	    DATE_NONE },
	{ "another price and back again", "IA", "5", 10, 0, 0, 0, 0, 2, 2,
	    NONE, "", DAY, DATE_NONE },
	{ "raised to a pack", "IQ", "3", 10, 0, 0, 0, 0, 2, NONE, 8, "", DAY,
	    DATE_NONE },
	{ "raised and back again", "IA", "5", 10, 0, 0, 0, 0, 2, NONE, 10, "",
	    DAY, DATE_NONE },
	{ "cut by what is not available", "IQ", "3", 10, 0, 4, 0, 0, 2, NONE,
	    NONE, "R4", DAY, DATE_NONE },
	{ "cut by what was cancelled", "IQ", "3", 10, 4, 0, 0, 0, 2, NONE,
	    NONE, "", DAY, DATE_NONE },
	{ "another price and part later", "IC", "3", 10, 0, 0, 0, 4, 2, 1,
	    NONE, "", DAY, DATE_NONE },
	{ "another price and another quantity", "IC", "3", 10, 0, 0, 0, 0, 2,
	    1, 8, "", DAY, DATE_NONE },
	{ "another price and another day", "IC", "3", 10, 0, 0, 0, 0, 2, 1,
	    NONE, "", DAY + 1, DAY },
	{ "part refused and part later", "IC", "3", 10, 0, 2, 0, 2, 2, NONE,
	    NONE, "R4", DAY, DATE_NONE },
	{ "cancelled as a whole", "ID", "7", 10, 10, 0, 0, 0, 2, NONE, NONE,
	    "", DATE_NONE, DATE_NONE },
	{ "replaced as a whole", "IS", "3", 10, 0, 0, 10, 0, 2, NONE, NONE,
	    "", DATE_NONE, DATE_NONE },
	{ "replaced in part", "IC", "3", 10, 0, 0, 4, 0, 2, NONE, NONE, "",
	    DAY, DATE_NONE },
	{ "replaced in part, the rest later", "IC", "3", 10, 0, 0, 4, 6, 2,
	    NONE, NONE, "", DAY, DATE_NONE },
	{ "replaced in part, the rest dropped", "IS", "3", 10, 6, 0, 4, 0, 2,
	    NONE, NONE, "", DATE_NONE, DATE_NONE },
	{ "an item nobody knows", "R2", "7", 10, 0, 10, 0, 0, NONE, NONE,
	    NONE, "R2", DATE_NONE, DATE_NONE },
	{ "not available", "R4", "7", 10, 0, 10, 0, 0, 2, NONE, NONE, "R4",
	    DATE_NONE, DATE_NONE },
	{ "refused for no reason of its own", "IR", "7", 10, 0, 10, 0, 0, 2,
	    NONE, NONE, "", DATE_NONE, DATE_NONE },
	{ "part cancelled, the rest refused", "R4", "7", 10, 4, 6, 0, 0, 2,
	    NONE, NONE, "R4", DATE_NONE, DATE_NONE },
};

static void
each_line_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(answer_cases); i++) {
		const struct answer_case *c = &answer_cases[i];
		struct order_line l = { .ordered = c->ordered,
		    .cancelled = c->cancelled, .rejected = c->rejected,
		    .substituted = c->substituted,
		    .backordered = c->backordered, .unit_price = c->price,
		    .was_price = c->was_price,
		    .was_quantity = c->was_quantity, .reject_code = c->code };
		struct line_answer a = line_answer(&l, c->promised,
		    c->requested);

		if (strcmp(a.x12, c->x12) != 0 ||
		    strcmp(a.peppol, c->peppol) != 0 ||
		    a.as_ordered != (strcmp(c->x12, "IA") == 0))
			fail_msg("%s: %s, %s", c->title, a.x12, a.peppol);
	}
}

static void
a_substitute_is_a_line_added(void **state)
{
	struct order_line l = { .ordered = 4, .unit_price = 2,
	    .was_price = NONE, .was_quantity = NONE, .reject_code = "",
	    .instead_of = 1 };
	struct line_answer a = line_answer(&l, DAY, DATE_NONE);

	(void)state;
	assert_string_equal(a.x12, "IA");
	assert_string_equal(a.peppol, "1");
	assert_false(a.as_ordered);
	l.cancelled = 4;
	assert_string_equal(line_answer(&l, DAY, DATE_NONE).x12, "ID");
}

/* ---- sums ---- */

static const char *
member(const cJSON *o, const char *key)
{
	const char *v = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(o, key));

	return v != NULL ? v : "(none)";
}

static struct order
new_order(struct order_line *lines, size_t n)
{
	struct order o = { .lines = lines, .nlines = n, .exponent = 2,
	    .discount = NONE, .shipping = NONE, .tax = NONE,
	    .total_given = NONE, .total = NONE };

	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		o.column[i] = "";
	o.column[COLUMN_CURRENCY] = "EUR";
	return o;
}

static void
sums_say_what_is_there(void **state)
{
	static const struct {
		const char *title;
		int64_t discount, shipping, tax, total;
		bool contained;
		int exponent;
		const char *said[6];	/* subtotal discount shipping tax
					 * tax_contained total */
	} cases[] = {
		{ "nothing but lines", NONE, NONE, NONE, 1012, false, 2,
		    { "10.12", "", "", "(none)", "(none)", "10.12" } },
		{ "a zero charge is none", 0, 0, 0, 1012, false, 2,
		    { "10.12", "", "", "", "(none)", "10.12" } },
		{ "every charge", 12, 500, 190, 1690, false, 2,
		    { "10.12", "0.12", "5.00", "1.90", "(none)", "16.90" } },
		{ "tax in the prices", NONE, NONE, 190, 1012, true, 2,
		    { "10.12", "", "", "(none)", "1.90", "10.12" } },
		{ "yen", NONE, 100, NONE, 1112, false, 0,
		    { "1012", "", "100", "(none)", "(none)", "1112" } },
		{ "dinars", NONE, NONE, NONE, 1012, false, 3,
		    { "1.012", "", "", "(none)", "(none)", "1.012" } },
		{ "no total yet", NONE, NONE, NONE, NONE, false, 2,
		    { "10.12", "", "", "(none)", "(none)", "" } },
	};
	static const char *const keys[] = { "subtotal", "discount", "shipping",
		"tax", "tax_contained", "total" };
	struct order_line lines[3] = { { .amount = 1000 }, { .amount = NONE },
	    { .amount = 12 } };
	struct step s = { 0 };

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct order o = new_order(lines, 3);
		cJSON *d = cJSON_CreateObject();

		o.discount = cases[i].discount;
		o.shipping = cases[i].shipping;
		o.tax = cases[i].tax;
		o.total = cases[i].total;
		o.tax_contained = cases[i].contained;
		o.exponent = cases[i].exponent;
		document_sums(&s, &o, d);
		assert_string_equal(member(d, "currency"), "EUR");
		for (size_t k = 0; k < N(keys); k++) {
			const char *said = cases[i].said[k];

			if (said[0] == '\0')	/* blank: not there */
				said = "(none)";
			if (strcmp(member(d, keys[k]), said) != 0)
				fail_msg("%s: %s: %s", cases[i].title, keys[k],
				    member(d, keys[k]));
		}
		cJSON_Delete(d);
	}
	arena_release(&s.mem);
}

static void
prices_the_order_did_not_say_are_hidden(void **state)
{
	struct order_line lines[2] = { { .price_given = true },
	    { .price_given = false } };
	struct order o = new_order(lines, 2);
	cJSON *d = cJSON_Parse("{\"total\":\"9.00\",\"subtotal\":\"9.00\","
	    "\"lines\":[{\"unit_price\":\"1.00\",\"amount\":\"2.00\"},"
	    "{\"unit_price\":\"3.50\",\"amount\":\"7.00\"}]}");
	char *text;

	(void)state;
	document_hide_prices(&o, d);
	text = cJSON_PrintUnformatted(d);
	assert_string_equal(text, "{\"lines\":["
	    "{\"unit_price\":\"1.00\",\"amount\":\"2.00\"},{}]}");
	cJSON_free(text);
	lines[1].price_given = true;
	message_text(d, "total", "9.00");
	document_hide_prices(&o, d);
	assert_string_equal(member(d, "total"), "9.00");
	cJSON_Delete(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_has_its_answer),
		cmocka_unit_test(a_substitute_is_a_line_added),
		cmocka_unit_test(sums_say_what_is_there),
		cmocka_unit_test(prices_the_order_did_not_say_are_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
