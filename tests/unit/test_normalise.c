/* test_normalise.c - an order's values: their one form, or the first fault */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <order/intake.h>
#include <order/text.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define X8(s) s s s s s s s s
#define X128(s) X8(X8(s s))
#define CARD "4111 1111 1111 1111"
#define CARD_TEXT "holds a payment card number, which must not be stored " \
	"(give payment_token and payment_last4)"
#define NOW 1795424400			/* 2026-11-23T09:00:00Z */

static const struct now now = { NOW, true };
static struct arena mem = ARENA_INIT;

struct set {
	const char *column, *value;
};

/* A good order of two lines, with up to two columns set: a line column in
 * the second line. */
static void
normalise(const struct set *set, size_t n, struct order_intake *it)
{
	struct order_in *in = arena_alloc(&mem, sizeof(*in));
	struct line_in *lines = arena_array(&mem, 2, sizeof(*lines));

	memset(in, 0, sizeof(*in));
	for (int c = 0; c < ORDER_NCOLUMNS; c++)
		in->column[c] = "";
	for (int i = 0; i < 2; i++) {
		for (int c = 0; c < LINE_NCOLUMNS; c++)
			lines[i].column[c] = "";
		lines[i].source_line = 10 + i;
		lines[i].column[LINE_COLUMN_SKU] = "A-1";
		lines[i].column[LINE_COLUMN_QUANTITY] = "2";
	}
	in->column[COLUMN_EXTERNAL_REF] = "PO-1";
	in->lines = lines;
	in->nlines = 2;
	in->extra = "";
	in->source = "orders.csv";
	in->format = "csv";
	in->source_line = 10;
	in->raw = "PO-1,A-1,2\n";
	in->raw_n = strlen(in->raw);
	for (size_t i = 0; i < n && set[i].column != NULL; i++) {
		int c = order_column_find(set[i].column);

		if (strcmp(set[i].column, "lines") == 0)
			in->nlines = 0;
		else if (c >= 0)
			in->column[c] = set[i].value;
		else
			lines[1].column[line_column_find(set[i].column)] =
			    set[i].value;
	}
	order_normalise(&mem, in, now, it);
}

/* ---- every fault ---- */

static const struct {
	const char *title;
	struct set set[2];
	const char *code, *field, *text;
	int line;
} faults[] = {
	{ "a key of 129 bytes", { { "external_ref", X128("k") "k" } },
	    "not-a-key", "external_ref", NULL, 10 },
	{ "a key of two lines", { { "customer", "C-1\nC-2" } },
	    "not-a-key", "customer", "\"C-1 C-2\" is not a key: printable"
	    " text of at most 128 bytes", 10 },
	{ "a key with a bidi control", { { "sku", "A\xe2\x80\xae-1" } },
	    "not-a-key", "sku", NULL, 11 },
	{ "a name of two lines", { { "customer_name", "Jo\nBcc: x" } },
	    "not-one-line", "customer_name",
	    "\"Jo Bcc: x\" is more than one line", 10 },
	{ "a field of 64 KiB and one byte", { { "instructions", NULL } },
	    "too-large", "instructions", "is over 64 KiB", 10 },
	{ "a card number in a note", { { "instructions", "card " CARD } },
	    "card-number", "instructions", CARD_TEXT, 10 },
	{ "the 30th of February", { { "requested_on", "2026-02-30" } },
	    "not-a-date", "requested_on",
	    "\"2026-02-30\" is not a date (YYYY-MM-DD)", 10 },
	{ "a German date", { { "requested_on", "1.12.2026" } },
	    "not-a-date", "requested_on", NULL, 10 },
	{ "a country by name", { { "bill_country", "Germany" } },
	    "not-a-country", "bill_country", "\"Germany\" is not a country"
	    " code (ISO 3166 alpha-2)", 10 },
	{ "no such country", { { "ship_country", "ZZ" } },
	    "not-a-country", "ship_country", NULL, 10 },
	{ "no such currency", { { "currency", "EURO" } },
	    "not-a-currency", "currency", "\"EURO\" is not a currency code"
	    " (ISO 4217)", 10 },
	{ "a language by name", { { "language", "en_GB.UTF-8" } },
	    "not-a-language", "language",
	    "\"en_GB.UTF-8\" is not a language tag (BCP 47)", 10 },
	{ "five digits", { { "payment_last4", "12345" } },
	    "not-last4", "payment_last4", "\"12345\" is not four digits", 10 },
	{ "letters", { { "payment_last4", "12ab" } },
	    "not-last4", "payment_last4", NULL, 10 },
	{ "o for 0", { { "quantity", "1o" } },
	    "not-a-number", "quantity", "\"1o\" is not a number", 11 },
	{ "thousands mark", { { "total", "1,234.50" } },
	    "not-a-number", "total", NULL, 10 },
	{ "a sign", { { "unit_price", "-1" } },
	    "not-a-number", "unit_price", NULL, 11 },
	{ "an exponent", { { "quantity", "1e3" } },
	    "not-a-number", "quantity", NULL, 11 },
	{ "a leading zero", { { "quantity", "007" } },
	    "not-a-number", "quantity", NULL, 11 },
	{ "a quarter of a thousandth", { { "quantity", "0.00025" } },
	    "too-many-decimals", "quantity",
	    "\"0.00025\" has too many decimals", 11 },
	{ "seven decimals of a price", { { "unit_price", "0.0000001" } },
	    "too-many-decimals", "unit_price", NULL, 11 },
	{ "five decimals of an amount", { { "tax", "0.00001" } },
	    "too-many-decimals", "tax", NULL, 10 },
	{ "too much", { { "quantity", "9999999999999" } },
	    "number-too-large", "quantity",
	    "\"9999999999999\" is too large", 11 },
	{ "a date for a time", { { "received_at", "2026-11-22" } },
	    "not-an-instant", "received_at",
	    "\"2026-11-22\" is not a time (2026-11-22T10:00:00Z)", 10 },
	{ "a time without its offset",
	    { { "received_at", "2026-11-22T10:00:00" } },
	    "not-an-instant", "received_at", NULL, 10 },
	{ "five minutes and one second ahead",
	    { { "received_at", "2026-11-23T09:05:01Z" } },
	    "in-the-future", "received_at",
	    "\"2026-11-23T09:05:01Z\" is in the future", 10 },
	{ "no line", { { "lines", "" } },
	    "no-lines", "", "the order has no line (sku and quantity)", 10 },
	{ "no item code", { { "sku", "" } },
	    "missing", "sku", "is missing: every line needs an item code",
	    11 },
	{ "blanks for an item code", { { "sku", " \t " } },
	    "missing", "sku", NULL, 11 },
	{ "no quantity", { { "quantity", "" } },
	    "missing", "quantity",
	    "is missing: every line needs a quantity", 11 },
	{ "none of it", { { "quantity", "0.000" } },
	    "not-positive", "quantity", "is not over zero", 11 },
	{ "line 0", { { "line", "0" } },
	    "line-number", "line",
	    "\"0\" is not a line number from 1 to 1000000", 11 },
	{ "line 1000001", { { "line", "1000001" } },
	    "line-number", "line", NULL, 11 },
	{ "line 1.5", { { "line", "1.5" } }, "line-number", "line", NULL, 11 },
	{ "line 1 twice", { { "line", "1" } },
	    "line-number", "line", "1 is given twice", 10 },
	{ "two faults: the first of the order's columns",
	    { { "quantity", "x" }, { "currency", "?" } },
	    "not-a-currency", "currency", NULL, 10 },
	{ "two faults in a line: the first column",
	    { { "quantity", "x" }, { "unit_price", "?" } },
	    "not-a-number", "quantity", NULL, 11 },
};

static void
test_faults(void **state)
{
	static char large[FIELD_MAX + 2];
	struct order_intake it;
	struct set set[2];
	const char *code;

	(void)state;
	memset(large, 'x', FIELD_MAX + 1);
	for (size_t i = 0; i < N(faults); i++) {
		const struct fault *f = &it.fault;

		memcpy(set, faults[i].set, sizeof(set));
		if (set[0].value == NULL)
			set[0].value = large;
		normalise(set, 2, &it);
		code = f->code != NULL ? f->code : "";
		if (strcmp(code, faults[i].code) != 0 ||
		    strcmp(f->field, faults[i].field) != 0 ||
		    f->line != faults[i].line || (faults[i].text != NULL &&
		    strcmp(f->text, faults[i].text) != 0))
			fail_msg("%s: %s %s line %d \"%s\"", faults[i].title,
			    code, f->field, (int)f->line, f->text);
		if (!reason_known(code))
			fail_msg("%s: not in the table of reasons", code);
		arena_reset(&mem);
	}
}

/* Marks without a width, as many as there may be: the excerpt has an end, and
 * the fact stands behind it. */
static void
test_excerpt(void **state)
{
	static char marks[FIELD_MAX];
	const struct set set = { "quantity", marks };
	struct order_intake it;
	size_t n;

	(void)state;
	for (n = 0; n + 3 < sizeof(marks); n += 3)
		memcpy(marks + n, "\xe0\xb9\x89", 3);
	normalise(&set, 1, &it);
	n = strlen(it.fault.text);
	assert_true(n < 300);
	assert_true(text_is_utf8(it.fault.text, n));
	assert_non_null(strstr(it.fault.text, "\xe2\x80\xa6\" is not a number"));
	arena_reset(&mem);
}

/* Free text may hold a card number wherever it stands; the diagnostic of any
 * column never shows it. */
static void
test_card_numbers(void **state)
{
	struct order_intake it;

	(void)state;
	for (int c = 0; c < ORDER_NCOLUMNS + LINE_NCOLUMNS; c++) {
		const struct column *col = c < ORDER_NCOLUMNS ?
		    &order_columns[c] : &line_columns[c - ORDER_NCOLUMNS];
		const struct set set = { col->name, CARD };

		normalise(&set, 1, &it);
		if (col->scanned && (it.fault.code == NULL ||
		    strcmp(it.fault.code, "card-number") != 0))
			fail_msg("%s: %s", col->name, it.fault.code != NULL ?
			    it.fault.code : "taken");
		if (it.fault.code != NULL &&
		    strstr(it.fault.text, "1111 1111 1111") != NULL)
			fail_msg("%s: %s", col->name, it.fault.text);
		arena_reset(&mem);
	}
}

/* ---- one form ---- */

static const struct {
	const char *column, *value, *form;
} forms[] = {
	{ "external_ref", "  PO 1\t", "PO 1" },
	{ "external_ref", X128("k"), X128("k") },
	{ "customer_name", "\xc2\xa0" "M\xc3\xbcller ", "M\xc3\xbcller" },
	{ "bill_country", "de", "DE" },
	{ "bill_country", " De ", "DE" },
	{ "currency", "jpy", "JPY" },
	{ "language", "de-AT", "de-AT" },
	{ "payment_last4", " 0012 ", "0012" },
	{ "requested_on", " 2026-12-01 ", "2026-12-01" },
	{ "instructions", " two\nlines ", " two\nlines " },
	{ "customer_name", "   ", "" },
	{ "bill_country", " ", "" },
	{ "currency", "\xc2\xa0", "" },
	{ "language", "\t", "" },
	{ "payment_last4", " \n ", "" },
};

static void
test_forms(void **state)
{
	struct order_intake it;

	(void)state;
	for (size_t i = 0; i < N(forms); i++) {
		const struct set set = { forms[i].column, forms[i].value };
		const char *got;

		normalise(&set, 1, &it);
		if (it.fault.code != NULL)
			fail_msg("%s: %s", forms[i].value, it.fault.text);
		got = it.new.column[order_column_find(forms[i].column)];
		if (strcmp(got, forms[i].form) != 0)
			fail_msg("%s: \"%s\" became \"%s\"", forms[i].column,
			    forms[i].value, got);
		arena_reset(&mem);
	}
}

static const struct {
	const char *title, *value;
	int64_t at;
} instants[] = {
	{ "none: now", "", NOW },
	{ "UTC", "2026-11-22T10:00:00Z", NOW - 23 * 3600 },
	{ "an offset", "2026-11-22T11:00:00+01:00", NOW - 23 * 3600 },
	{ "five minutes ahead: clocks differ", "2026-11-23T09:05:00Z",
	    NOW + 300 },
	{ "long ago", "1999-12-31T23:59:59Z", 946684799 },
};

static void
test_instants(void **state)
{
	struct order_intake it;

	(void)state;
	for (size_t i = 0; i < N(instants); i++) {
		const struct set set = { "received_at", instants[i].value };

		normalise(&set, 1, &it);
		if (it.fault.code != NULL ||
		    it.new.received_at != instants[i].at)
			fail_msg("%s: %lld", instants[i].title,
			    (long long)it.new.received_at);
	}
	arena_reset(&mem);
}

static void
test_numbers(void **state)
{
	static const struct set set[] = {
		{ "quantity", "2.500" }, { "unit_price", "0.125000" },
		{ "discount", "1.5" }, { "total", "0" }, { "line", "40" },
	};
	struct order_intake it;

	(void)state;
	normalise(set, N(set), &it);
	assert_null(it.fault.code);
	assert_int_equal(it.new.nlines, 2);
	assert_int_equal(it.new.lines[0].line, 1);
	assert_int_equal(it.new.lines[0].quantity, 2000);
	assert_true(it.new.lines[0].unit_price == AMOUNT_NONE);
	assert_int_equal(it.new.lines[1].line, 40);
	assert_int_equal(it.new.lines[1].quantity, 2500);
	assert_int_equal(it.new.lines[1].unit_price, 125000);
	assert_int_equal(it.new.amount[0], 15000);
	assert_true(it.new.amount[1] == AMOUNT_NONE);
	assert_int_equal(it.new.amount[3], 0);
	arena_reset(&mem);
}

/* ---- what makes a replay the same order ---- */

static const struct {
	const char *title;
	struct set a, b;
	bool same;
} contents[] = {
	{ "another time", { "received_at", "2026-11-22T10:00:00Z" },
	    { "received_at", "" }, true },
	{ "the country in lower case", { "ship_country", "DE" },
	    { "ship_country", "de" }, true },
	{ "blanks around", { "email", "jo@example.org" },
	    { "email", " jo@example.org " }, true },
	{ "another way to write a number", { "quantity", "2" },
	    { "quantity", "2.000" }, true },
	{ "another way to write an amount", { "total", "5.00" },
	    { "total", "5" }, true },
	{ "the line number it has anyway", { "line", "" }, { "line", "2" },
	    true },
	{ "another quantity", { "quantity", "2" }, { "quantity", "3" },
	    false },
	{ "another line number", { "line", "" }, { "line", "3" }, false },
	{ "no price and a price of 0", { "unit_price", "" },
	    { "unit_price", "0" }, false },
	{ "no total and a total of 0", { "total", "" }, { "total", "0" },
	    false },
	{ "a blank in a note", { "instructions", "x" },
	    { "instructions", "x " }, false },
	{ "a value in the next column", { "bill_line1", "x" },
	    { "bill_line2", "x" }, false },
	{ "another item", { "sku", "A-1" }, { "sku", "a-1" }, false },
};

static void
test_contents(void **state)
{
	struct order_intake a, b;

	(void)state;
	for (size_t i = 0; i < N(contents); i++) {
		normalise(&contents[i].a, 1, &a);
		normalise(&contents[i].b, 1, &b);
		assert_null(a.fault.code);
		assert_null(b.fault.code);
		if ((memcmp(a.new.content, b.new.content, HASH_SIZE) == 0) !=
		    contents[i].same)
			fail_msg("%s: %s", contents[i].title,
			    contents[i].same ? "differ" : "are the same");
		arena_reset(&mem);
	}
}

/* SHA-256 of the original bytes, as sha256sum prints it. */
static void
test_original(void **state)
{
	struct order_intake it;
	char hex[HASH_HEX];

	(void)state;
	normalise(NULL, 0, &it);
	assert_string_equal(hash_hex(it.new.sha256, hex), "f239a11734bb9b608f651a4e18740591"
	    "3b5dce3b6f5f048c853624a3e14f5ee7");
	arena_reset(&mem);
}

/* A fault that was found while the rows were gathered stays the first. */
static void
test_gathered_fault(void **state)
{
	static const struct set set = { "quantity", "x" };
	struct order_intake it, again;
	struct order_in in;

	(void)state;
	normalise(&set, 1, &it);
	in = *it.in;
	in.fault = (struct fault){ .code = "not-utf8", .field = "email",
	    .text = "is not UTF-8", .line = 9 };
	order_normalise(&mem, &in, now, &again);
	assert_string_equal(again.fault.code, "not-utf8");
	assert_int_equal(again.fault.line, 9);
	arena_release(&mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_excerpt),
		cmocka_unit_test(test_card_numbers),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_original),
		cmocka_unit_test(test_gathered_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
