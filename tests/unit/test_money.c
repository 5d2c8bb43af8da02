/* test_money.c - decimals in and out, currencies, rounding, overflow */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/money.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define UNTOUCHED INT64_C(-77)

static void
test_parse(void **state)
{
	static const struct {
		const char *title, *text;
		int scale;
		enum decimal_fault fault;
		int64_t value;
	} cases[] = {
		{ "zero", "0", 2, DECIMAL_OK, 0 },
		{ "zero with decimals", "0.00", 2, DECIMAL_OK, 0 },
		{ "whole", "12", 2, DECIMAL_OK, 1200 },
		{ "decimals", "12.34", 2, DECIMAL_OK, 1234 },
		{ "fewer decimals", "12.3", 2, DECIMAL_OK, 1230 },
		{ "surplus zeros", "12.34000", 2, DECIMAL_OK, 1234 },
		{ "10.00 yen", "10.00", 0, DECIMAL_OK, 10 },
		{ "three decimals of dinar", "1.234", 3, DECIMAL_OK, 1234 },
		{ "a price", "0.000001", 6, DECIMAL_OK, 1 },
		{ "many zeros", "0.0000000000000000000000000000", 0,
		    DECIMAL_OK, 0 },
		{ "the largest", "10000000000000.00", 2, DECIMAL_TOO_LARGE, 0 },
		{ "13 digits before the point", "9999999999999", 0, DECIMAL_OK,
		    INT64_C(9999999999999) },
		{ "the largest amount in cents", "9999999999999.99", 2,
		    DECIMAL_OK, INT64_C(999999999999999) },
		{ "the largest price", "1000000000", 6, DECIMAL_OK,
		    MONEY_MAX },
		{ "a millionth more", "1000000000.000001", 6,
		    DECIMAL_TOO_LARGE, 0 },
		{ "past int64", "9999999999999.999999", 6, DECIMAL_TOO_LARGE,
		    0 },
		{ "14 digits", "10000000000000", 0, DECIMAL_TOO_LARGE, 0 },
		{ "40 digits", "1234567890123456789012345678901234567890", 0,
		    DECIMAL_TOO_LARGE, 0 },
		{ "40 digits and a letter",
		    "1234567890123456789012345678901234567890x", 0,
		    DECIMAL_NOT_A_NUMBER, 0 },
		{ "a tenth of a cent", "0.001", 2, DECIMAL_TOO_FINE, 0 },
		{ "half a yen", "1.5", 0, DECIMAL_TOO_FINE, 0 },
		{ "fine print far out", "1.000000000001", 6, DECIMAL_TOO_FINE,
		    0 },
		{ "nothing", "", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "a word", "ten", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "letter o", "1o", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "leading zeros", "007", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "two zeros", "00", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "minus", "-1", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "plus", "+1", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "exponent", "1e3", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "hexadecimal", "0x10", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "no digit before the point", ".5", 2, DECIMAL_NOT_A_NUMBER,
		    0 },
		{ "no digit after the point", "5.", 2, DECIMAL_NOT_A_NUMBER,
		    0 },
		{ "a letter behind the decimals", "5.5x", 2, DECIMAL_NOT_A_NUMBER,
		    0 },
		{ "a word after the point", "5.x", 2, DECIMAL_NOT_A_NUMBER,
		    0 },
		{ "two points", "1.2.3", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "decimal comma", "1,5", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "thousands", "1,234.00", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "leading blank", " 1", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "trailing blank", "1 ", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "infinity", "inf", 2, DECIMAL_NOT_A_NUMBER, 0 },
		{ "full-width digit", "\xef\xbc\x91", 2, DECIMAL_NOT_A_NUMBER,
		    0 },
	};
	enum decimal_fault fault;
	int64_t value, want;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		value = UNTOUCHED;
		want = cases[i].fault == DECIMAL_OK ? cases[i].value :
		    UNTOUCHED;
		fault = decimal_parse(cases[i].text, cases[i].scale, &value);
		if (fault != cases[i].fault || value != want)
			fail_msg("%s: fault %d, %lld", cases[i].title,
			    (int)fault, (long long)value);
	}
}

static void
test_parse_signed(void **state)
{
	int64_t v = UNTOUCHED;

	(void)state;
	assert_int_equal(decimal_parse_signed("-12.5", 2, &v), DECIMAL_OK);
	assert_int_equal(v, -1250);
	assert_int_equal(decimal_parse_signed("12.5", 2, &v), DECIMAL_OK);
	assert_int_equal(v, 1250);
	assert_int_equal(decimal_parse_signed("-0", 2, &v), DECIMAL_OK);
	assert_int_equal(v, 0);
	v = UNTOUCHED;
	assert_int_equal(decimal_parse_signed("-", 2, &v),
	    DECIMAL_NOT_A_NUMBER);
	assert_int_equal(decimal_parse_signed("--1", 2, &v),
	    DECIMAL_NOT_A_NUMBER);
	assert_int_equal(decimal_parse_signed("- 1", 2, &v),
	    DECIMAL_NOT_A_NUMBER);
	assert_int_equal(decimal_parse_signed("-0.001", 2, &v),
	    DECIMAL_TOO_FINE);
	assert_int_equal(decimal_parse_signed("-99999999999999", 2, &v),
	    DECIMAL_TOO_LARGE);
	assert_int_equal(v, UNTOUCHED);
	assert_string_equal(decimal_fault_text(DECIMAL_NOT_A_NUMBER),
	    "is not a number");
	assert_string_equal(decimal_fault_text(DECIMAL_TOO_FINE),
	    "has too many decimals");
	assert_string_equal(decimal_fault_text(DECIMAL_TOO_LARGE),
	    "is too large");
}

static void
test_print(void **state)
{
	static const struct {
		int64_t value;
		int scale, min;
		const char *fixed, *shortest, *least;
	} cases[] = {
		{ 0, 0, 0, "0", "0", "0" },
		{ 0, 2, 2, "0.00", "0", "0.00" },
		{ 5, 2, 2, "0.05", "0.05", "0.05" },
		{ 1250, 2, 2, "12.50", "12.5", "12.50" },
		{ 1200, 2, 0, "12.00", "12", "12" },
		{ 2500000, 6, 2, "2.500000", "2.5", "2.50" },
		{ 125000, 6, 2, "0.125000", "0.125", "0.125" },
		{ 1, 6, 2, "0.000001", "0.000001", "0.000001" },
		{ 100, 0, 2, "100", "100", "100" },
		{ -5, 2, 2, "-0.05", "-0.05", "-0.05" },
		{ -1200, 3, 2, "-1.200", "-1.2", "-1.20" },
		{ MONEY_MAX, 2, 2, "10000000000000.00", "10000000000000",
		    "10000000000000.00" },
		{ INT64_MIN, 6, 6, "-9223372036854.775808",
		    "-9223372036854.775808", "-9223372036854.775808" },
	};
	struct arena a = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		assert_string_equal(cases[i].fixed,
		    decimal_fixed(&a, cases[i].value, cases[i].scale));
		assert_string_equal(cases[i].shortest,
		    decimal_short(&a, cases[i].value, cases[i].scale));
		assert_string_equal(cases[i].least, decimal_least(&a,
		    cases[i].value, cases[i].scale, cases[i].min));
	}
	arena_release(&a);
}

/* What is printed reads as the same value, at every scale. */
static void
test_round_trip(void **state)
{
	struct arena a = ARENA_INIT;
	uint64_t seed = 1;
	int64_t value, back;
	int round, scale;

	(void)state;
	for (round = 0; round < 20000; round++) {
		seed = seed * UINT64_C(6364136223846793005) + 12345;
		scale = round % 7;
		/* 13 digits before the point at the most */
		value = (int64_t)((seed >> 11) % (scale < 2 ?
		    UINT64_C(10000000000000) : UINT64_C(1000000000000001)));
		value >>= round % 50;
		assert_int_equal(decimal_parse(decimal_fixed(&a, value, scale),
		    scale, &back), DECIMAL_OK);
		assert_true(back == value);
		assert_int_equal(decimal_parse_signed(decimal_short(&a, -value,
		    scale), scale, &back), DECIMAL_OK);
		assert_true(back == -value);
		arena_reset(&a);
	}
	arena_release(&a);
}

static void
test_currencies(void **state)
{
	static const struct {
		const char *code;
		int exponent;
	} cases[] = {
		{ "EUR", 2 }, { "USD", 2 }, { "AED", 2 }, { "ZWG", 2 },
		{ "JPY", 0 }, { "KRW", 0 }, { "CLP", 0 }, { "XOF", 0 },
		{ "UYI", 0 }, { "KWD", 3 }, { "TND", 3 }, { "BHD", 3 },
		{ "CLF", 4 }, { "UYW", 4 }, { "MGA", 2 }, { "MRU", 2 },
		{ "XAU", -1 }, { "XXX", -1 }, { "XTS", -1 }, { "XDR", -1 },
		{ "DEM", -1 }, { "HRK", -1 }, { "eur", -1 }, { "EU", -1 },
		{ "EURO", -1 }, { "EUR2", -1 }, { "", -1 }, { "AAA", -1 },
		{ "ZZZ", -1 }, { "\xe2\x82\xac", -1 },
	};
	char code[4] = "AAA";
	int count[5] = { 0 }, e;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		if (currency_exponent(cases[i].code) != cases[i].exponent)
			fail_msg("%s: %d", cases[i].code,
			    currency_exponent(cases[i].code));
	/* All codes there can be: none is lost by the order of the table. */
	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++) {
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++) {
			for (code[2] = 'A'; code[2] <= 'Z'; code[2]++) {
				e = currency_exponent(code);
				assert_in_range(e + 1, 0, 5);
				if (e >= 0)
					count[e]++;
			}
		}
	}
	assert_int_equal(count[0], 17);
	assert_int_equal(count[1], 0);
	assert_int_equal(count[2], 138);
	assert_int_equal(count[3], 7);
	assert_int_equal(count[4], 2);
}

static void
test_line(void **state)
{
	static const struct {
		const char *title;
		int64_t quantity, price;
		int exponent;
		bool fits;
		int64_t amount;
	} cases[] = {
		{ "3 at 2.50", 3000, 2500000, 2, true, 750 },
		{ "half a cent goes up", 1000, 5000, 2, true, 1 },
		{ "just under half a cent", 1000, 4999, 2, true, 0 },
		{ "a credit mirrors it", -1000, 5000, 2, true, -1 },
		{ "100 at 0.125", 100000, 125000, 2, true, 1250 },
		{ "half a metre at 1.99", 500, 1990000, 2, true, 100 },
		{ "yen", 3000, 10500000, 0, true, 32 },
		{ "dinar", 1000, 1234500, 3, true, 1235 },
		{ "four decimals", 1000, 1234550, 4, true, 12346 },
		{ "nothing", 0, MONEY_MAX, 2, true, 0 },
		{ "for free", 5000, 0, 2, true, 0 },
		{ "the largest", 1000, INT64_C(1000000000000000), 2, true,
		    INT64_C(100000000000) },
		{ "exactly the limit", INT64_C(10000000000000),
		    INT64_C(1000000000000), 2, false, 0 },
		{ "at the limit", INT64_C(10000000), INT64_C(1000000000000000),
		    2, true, MONEY_MAX },
		{ "one past the limit", INT64_C(10000001),
		    INT64_C(1000000000000000), 2, false, 0 },
		{ "as far below nothing", INT64_C(-10000001),
		    INT64_C(1000000000000000), 2, false, 0 },
		{ "far past it", MONEY_MAX, MONEY_MAX, 4, false, 0 },
		{ "the ends of int64", INT64_MIN, INT64_MIN, 0, false, 0 },
		{ "no such exponent", 1000, 1000000, 7, false, 0 },
		{ "no exponent", 1000, 1000000, -1, false, 0 },
	};
	int64_t out;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		out = UNTOUCHED;
		if (money_line(cases[i].quantity, cases[i].price,
		    cases[i].exponent, &out) != cases[i].fits ||
		    out != (cases[i].fits ? cases[i].amount : UNTOUCHED))
			fail_msg("%s: %lld", cases[i].title, (long long)out);
	}
}

static void
test_add(void **state)
{
	int64_t out = UNTOUCHED;

	(void)state;
	assert_true(money_add(2, -3, &out));
	assert_int_equal(out, -1);
	assert_true(money_add(MONEY_MAX, 0, &out));
	assert_true(out == MONEY_MAX);
	assert_true(money_add(-MONEY_MAX + 1, -1, &out));
	out = UNTOUCHED;
	assert_false(money_add(MONEY_MAX, 1, &out));
	assert_false(money_add(-MONEY_MAX, -1, &out));
	assert_false(money_add(INT64_MAX, 1, &out));
	assert_false(money_add(INT64_MIN, -1, &out));
	assert_int_equal(out, UNTOUCHED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_signed),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_currencies),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_add),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
