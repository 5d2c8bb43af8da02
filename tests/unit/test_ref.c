/* test_ref.c - references: check digits, how they are read, how found */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <order/ref.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* The check digits of these numbers are public: German VAT numbers and tax
 * identifiers and Croatian personal numbers use ISO 7064 MOD 11,10 too. */
static const struct {
	const char *title, *prefix;
	int64_t id;
	const char *ref;
} made[] = {
	{ "the first order", "SO", 1, "SO-00000001-1" },
	{ "the second", "SO", 2, "SO-00000002-0" },
	{ "the reference of the manual", "SO", 1234, "SO-00001234-2" },
	{ "another prefix, the same check digit", "AB", 1234,
	    "AB-00001234-2" },
	{ "a VAT number of eight digits", "DE", 13669597, "DE-13669597-6" },
	{ "another", "DE", 12927420, "DE-12927420-2" },
	{ "a tax identifier of ten digits", "ID", 3657426180,
	    "ID-3657426180-9" },
	{ "a personal number of ten digits", "HR", 3339200596,
	    "HR-3339200596-1" },
	{ "the last of eight digits", "SO", 99999999, "SO-99999999-5" },
	{ "the first of nine digits", "SO", 100000000, "SO-100000000-5" },
	{ "as many digits as are read", "ABCDEFGH", 999999999999999999,
	    "ABCDEFGH-999999999999999999-1" },
};

static void
test_made(void **state)
{
	char buf[REF_TEXT], prefix[REF_TEXT];
	int64_t id;

	(void)state;
	for (size_t i = 0; i < N(made); i++) {
		ref_format(made[i].prefix, made[i].id, buf);
		if (strcmp(buf, made[i].ref) != 0)
			fail_msg("%s: %s", made[i].title, buf);
		id = 0;
		if (!ref_parse(buf, prefix, &id) || id != made[i].id ||
		    strcmp(prefix, made[i].prefix) != 0)
			fail_msg("%s: read back as %s %lld", made[i].title,
			    prefix, (long long)id);
	}
}

static const struct {
	const char *title, *text;
	int64_t id;			/* 0: it is no reference */
} typed[] = {
	{ "as printed", "SO-00001234-2", 1234 },
	{ "lower case", "so-00001234-2", 1234 },
	{ "mixed case", "So-00001234-2", 1234 },
	{ "without dashes", "SO000012342", 1234 },
	{ "lower case without dashes", "so000012342", 1234 },
	{ "with blanks", " SO 0000 1234 2 ", 1234 },
	{ "dashes anywhere", "S-O-00-00-12-34-2", 1234 },
	{ "one letter", "X-00001234-2", 1234 },
	{ "eight letters", "ABCDEFGH-00001234-2", 1234 },
	{ "nothing", "", 0 },
	{ "a wrong check digit", "SO-00001234-3", 0 },
	{ "no check digit", "SO-00001234", 0 },
	{ "no prefix", "00001234-2", 0 },
	{ "nine letters", "ABCDEFGHI-00001234-2", 0 },
	{ "too few zeros", "SO-0001234-2", 0 },
	{ "too many zeros", "SO-000001234-2", 0 },
	{ "letters behind", "SO-00001234-2a", 0 },
	{ "letters between", "SO-0000a1234-2", 0 },
	{ "number zero", "SO-00000000-3", 0 },
	{ "a neighbour's digits swapped", "SO-00001243-2", 0 },
	{ "one digit misheard", "SO-00001534-2", 0 },
	{ "a full stop", "SO-00001234.2", 0 },
	{ "an umlaut in the prefix", "S\xc3\x96-00001234-2", 0 },
	{ "wide digits", "SO-0000123\xef\xbc\x94-2", 0 },
	{ "over what a number holds", "SO-9223372036854775808-0", 0 },
	{ "far over it", "SO-99999999999999999999999999999999-1", 0 },
};

static void
test_typed(void **state)
{
	char prefix[REF_TEXT];
	int64_t id;
	bool is;

	(void)state;
	for (size_t i = 0; i < N(typed); i++) {
		id = 0;
		is = ref_parse(typed[i].text, prefix, &id);
		if (is != (typed[i].id != 0) || (is && id != typed[i].id))
			fail_msg("%s: %s %lld", typed[i].title,
			    is ? "read as" : "not read", (long long)id);
	}
}

/* What the check digit is for: every single wrong digit is caught. */
static void
test_every_wrong_digit(void **state)
{
	char buf[REF_TEXT], prefix[REF_TEXT], was;
	int64_t id;

	(void)state;
	for (int64_t n = 1; n <= 99999999; n += 7654321) {
		ref_format("SO", n, buf);
		for (char *p = buf + 3; *p != '\0'; p++) {
			if (*p == '-')
				continue;
			was = *p;
			for (char c = '0'; c <= '9'; c++) {
				*p = c;
				if (c != was && ref_parse(buf, prefix, &id))
					fail_msg("%s passes", buf);
				if ((c != was) != (ref_doubt(buf)[0] != '\0'))
					fail_msg("%s: \"%s\"", buf,
					    ref_doubt(buf));
			}
			*p = was;
		}
	}
}

/* Only what looks like a reference has a digit that can be wrong. */
static void
test_doubt(void **state)
{
	static const char *const none[] = { "", "nobody", "PO-1187",
		"SO-00001234", "00001234-2", "SO-00001234.3", "SO-00001234-2" };

	(void)state;
	for (size_t i = 0; i < N(none); i++)
		if (ref_doubt(none[i])[0] != '\0')
			fail_msg("%s:%s", none[i], ref_doubt(none[i]));
	assert_true(ref_doubt("so 0000 1234 3")[0] != '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_typed),
		cmocka_unit_test(test_every_wrong_digit),
		cmocka_unit_test(test_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
