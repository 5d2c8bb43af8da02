/* test_card.c - payment card numbers are found, masked, and not imagined */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/text.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* The numbers are those that card brands publish for testing. */
static const struct {
	const char *title, *text;
	const char *masked;		/* NULL: there is none in it */
} cases[] = {
	{ "16 digits", "4111111111111111", "************1111" },
	{ "in a sentence", "card 4111111111111111, thanks",
	    "card ************1111, thanks" },
	{ "blanks", "4111 1111 1111 1111", "**** **** **** 1111" },
	{ "dashes", "4111-1111-1111-1111", "****-****-****-1111" },
	{ "any grouping", "41 11-1 11111111111", "** **-* *******1111" },
	{ "blank, dash, blank", "4111 - 1111 - 1111 - 1111",
	    "**** - **** - **** - 1111" },
	{ "no-break spaces", "4111\xc2\xa0""1111\xc2\xa0""1111\xc2\xa0""1111",
	    "****\xc2\xa0****\xc2\xa0****\xc2\xa0""1111" },
	{ "long dashes", "4111\xe2\x80\x93""1111\xe2\x80\x93""1111\xe2\x80\x93"
	    "1111", "****\xe2\x80\x93****\xe2\x80\x93****\xe2\x80\x93""1111" },
	{ "14 digits", "30569309025904", "**********5904" },
	{ "15 digits", "378282246310005", "***********0005" },
	{ "15 digits as printed", "3782 822463 10005", "**** ****** *0005" },
	{ "19 digits", "4111111111111111110", "***************1110" },
	{ "5", "5555555555554444", "************4444" },
	{ "6", "6011111111111117", "************1117" },
	{ "2223", "2223003122003222", "************3222" },
	{ "14 digits of a brand that has them", "62123456789002",
	    "**********9002" },
	{ "JCB", "3530111333300000", "************0000" },
	{ "Maestro", "6759649826438453", "************8453" },
	{ "Dankort", "5019717010103742", "************3742" },
	{ "Hipercard", "6062826786276634", "************6634" },
	{ "Elo", "6362970000457013", "************7013" },
	{ "between letters", "x4111111111111111y", "x************1111y" },
	{ "between bytes that are not UTF-8", "\xff""4111111111111111\x90",
	    "\xff************1111\x90" },
	{ "two of them", "4111111111111111 5555555555554444",
	    "************1111 ************4444" },
	{ "an expiry date follows", "4111 1111 1111 1111 12/27",
	    "**** **** **** 1111 12/27" },
	{ "expiry and code follow", "4111111111111111 1227 123",
	    "************1111 1227 123" },
	{ "an order number stands before", "17 4111 1111 1111 1111",
	    "17 **** **** **** 1111" },
	{ "14 digits behind a letter", "x38451790896386", "x**********6386" },
	{ "behind a word, with a point", "no38451790896386.8",
	    "no**********6386.8" },
	{ "as a spreadsheet exports it", "4111111111111111.0",
	    "************1111.0" },
	{ "on the second line", "note:\n4111111111111111\n",
	    "note:\n************1111\n" },

	{ "nothing", "", NULL },
	{ "no digits", "deliver to the back door, please", NULL },
	{ "a wrong check digit", "4111111111111112", NULL },
	{ "13 digits", "4222222222222", NULL },
	{ "an article number", "4006381333931", NULL },
	{ "20 digits", "41111111111111111111", NULL },
	{ "a card number inside 24 digits", "000041111111111111110000", NULL },
	{ "begins with 1", "1111111111111117", NULL },
	{ "begins with 2220", "2220000000000000", NULL },
	{ "begins with 2721", "2721000000000004", NULL },
	{ "begins with 7", "7111111111111114", NULL },
	{ "zeros", "0000000000000000", NULL },
	{ "a telephone number", "+49 (0)89 1234 5678-90", NULL },
	{ "a long telephone number", "+49 89 12345678-94", NULL },
	{ "16 digits that nobody issues", "3111111111111113", NULL },
	{ "14 digits that begin with 4", "41111111111114", NULL },
	{ "an account number", "DE89 3704 0044 0532 0130 00", NULL },
	{ "an account number that looks like a card inside",
	    "DE12 4111 1111 1111 1111 00", NULL },
	{ "a reference that payment providers give", "c38451790896386.8",
	    NULL },
	{ "letters between", "4111x1111x1111x1111", NULL },
	{ "a slash between", "4111/1111/1111/1111", NULL },
	{ "four blanks between", "41111111    11111111", NULL },
	{ "lines between", "4111\n1111\n1111\n1111", NULL },
	{ "one made of the digits that others leave",
	    "4403 161062592801275 4160419995407830",
	    "**** ***********1275 ************7830" },
	{ "already masked", "************1111", NULL },
};

static void
test_cases(void **state)
{
	const char *want;
	char text[128];
	size_t i, n;
	bool found;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		n = strlen(cases[i].text);
		found = text_has_card_number(cases[i].text, n);
		if (found != (cases[i].masked != NULL))
			fail_msg("%s: %s", cases[i].title,
			    found ? "found" : "not found");
		want = found ? cases[i].masked : cases[i].text;
		memcpy(text, cases[i].text, n + 1);
		text_mask_card_numbers(text, n);
		if (strcmp(text, want) != 0)
			fail_msg("%s: \"%s\"", cases[i].title, text);
	}
}

/* The search strides; no place and no length may slip between. */
static void
test_every_place(void **state)
{
	static const char *const numbers[] = {
		"30569309025904", "4111111111111111", "4111111111111111110"
	};
	size_t before, after, k, len;
	char text[128];

	(void)state;
	for (before = 0; before < 48 * 2; before++) {
		for (after = 0; after < 32; after++) {
			k = (before + after) % N(numbers);
			len = strlen(numbers[k]);
			memset(text, before % 2 == 0 ? '.' : ' ', before / 2);
			memcpy(text + before / 2, numbers[k], len);
			memset(text + before / 2 + len, '.', after);
			if (!text_has_card_number(text,
			    before / 2 + len + after))
				fail_msg("%s not found after %zu before %zu",
				    numbers[k], before / 2, after);
		}
	}
	assert_false(text_has_card_number(numbers[0], 13));
}

/* Plain statements, for digits with nothing between them: which could be one,
 * and which the great brands issue. */
static bool
may_be(int head, size_t n)
{
	return n >= 14 && n <= 19 && ((head >= 3000 && head <= 6999) ||
	    (head >= 2221 && head <= 2720));
}

static bool
is_of_a_great_brand(int head, size_t n)
{
	return (n == 16 && (head / 1000 == 4 ||
	    (head >= 5100 && head <= 5599) ||
	    (head >= 2221 && head <= 2720))) ||
	    (n == 15 && (head / 100 == 34 || head / 100 == 37));
}

static bool
is_card_plainly(const char *s, size_t n, bool (*rule)(int head, size_t n))
{
	int sum = 0, d;
	size_t i;

	if (!rule((s[0] - '0') * 1000 + (s[1] - '0') * 100 +
	    (s[2] - '0') * 10 + (s[3] - '0'), n))
		return false;
	for (i = 0; i < n; i++) {
		d = s[n - 1 - i] - '0';
		if (i % 2 == 1 && (d *= 2) > 9)
			d -= 9;
		sum += d;
	}
	return sum % 10 == 0;
}

static uint32_t seed = 4217;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void
test_random_digits(void **state)
{
	char text[24];
	size_t n, i;
	int round, found = 0;

	(void)state;
	for (round = 0; round < 100000; round++) {
		n = 12 + draw(10);
		for (i = 0; i < n; i++)
			text[i] = (char)('0' + draw(10));
		if (text_has_card_number(text, n) ?
		    !is_card_plainly(text, n, may_be) :
		    is_card_plainly(text, n, is_of_a_great_brand))
			fail_msg("%.*s", (int)n, text);
		found += is_card_plainly(text, n, is_of_a_great_brand);
	}
	assert_true(found > 100);
}

/* Of 16 digits that are no card's at most 3 in 100 are taken for one. */
static void
test_false_alarms(void **state)
{
	int round, found = 0;
	char text[16];
	size_t i;

	(void)state;
	for (round = 0; round < 100000; round++) {
		for (i = 0; i < sizeof(text); i++)
			text[i] = (char)('0' + draw(10));
		found += text_has_card_number(text, sizeof(text));
	}
	assert_in_range(found, 2000, 3000);
}

/* Whatever the bytes, nothing is found after masking, and only digits of
 * what was found are changed. */
static void
test_masking_is_complete(void **state)
{
	static const char bytes[] = "0123456789411115555 --\t.\xc2\xa0\xe2x";
	char text[64] = "", before[64];
	int round, masked = 0;
	size_t i, n;

	(void)state;
	for (round = 0; round < 100000; round++) {
		n = draw(sizeof(text));
		for (i = 0; i < n; i++)
			text[i] = bytes[draw(sizeof(bytes) - 1)];
		memcpy(before, text, n);
		text_mask_card_numbers(text, n);
		assert_false(text_has_card_number(text, n));
		assert_int_equal(memcmp(before, text, n) != 0,
		    text_has_card_number(before, n));
		for (i = 0; i < n; i++)
			if (text[i] != before[i])
				assert_true(text[i] == '*' &&
				    before[i] >= '0' && before[i] <= '9');
		masked += memcmp(before, text, n) != 0;
	}
	assert_true(masked > 100);
}

static void __attribute__((format(printf, 3, 4)))
format(char *text, size_t room, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_format(text, room, fmt, ap);
	va_end(ap);
}

/* What a diagnostic says has none, wherever it is cut. */
static void
test_cut(void **state)
{
	static const char card[] = "4111 1111 1111 1111";
	struct arena a = ARENA_INIT;
	char text[40], long_text[200];
	size_t before;

	(void)state;
	format(text, sizeof(text), "a \"%s\"", card);
	assert_string_equal(text, "a \"**** **** **** 1111\"");
	format(text, 8, "%s", "Jos\xc3\xa9, \xc3\xa9\xc3\xa9");
	assert_string_equal(text, "Jos\xc3\xa9,");
	for (before = 0; before < 80; before++) {
		memset(long_text, 'x', before);
		memcpy(long_text + before, card, sizeof(card));
		format(text, sizeof(text), "\"%s\" is none", long_text);
		assert_null(strstr(text, "1111 1111"));
		assert_null(strpbrk(text, "4"));
		assert_null(strstr(text_excerpt(&a, long_text), "41"));
	}
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_every_place),
		cmocka_unit_test(test_random_digits),
		cmocka_unit_test(test_false_alarms),
		cmocka_unit_test(test_masking_is_complete),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
