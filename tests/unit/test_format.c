/* test_format.c - dates and numbers as the reader of a language writes them */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include <order/message.h>
#include <order/policy.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MONTHS "months a b c d e f g h i j k l\n"

static char dir[1024];
static struct step step;

/* ---- a folder of templates ---- */

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
enter(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%.900s/order-format-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL || chdir(dir) < 0 || mkdir("en", 0700) < 0 ||
	    mkdir("de", 0700) < 0 || mkdir("xx", 0700) < 0)
		return -1;
	put("en/receipt.txt", "{{total}}");
	put("de/receipt.txt", "{{total}}");
	put("en/delay.txt", "{{delivery_on}}");
	put("de/delay.txt", "{{delivery_on}}");
	put("xx/receipt.txt", "{{total}}");
	put("xx/delay.txt", "{{delivery_on}}");
	put("en/reply.txt", "{{answer}}");
	put("xx/receipt.html", "{{total}}");
	step.policy.text[POLICY_IS_TEMPLATE_DIR] = dir;
	step.policy.text[POLICY_IS_LANGUAGE] = "en";
	return 0;
}

static int
leave(void **state)
{
	static const char *const files[] = { "en/receipt.txt", "de/receipt.txt",
		"en/delay.txt", "de/delay.txt", "xx/receipt.txt",
		"xx/delay.txt", "en/reply.txt", "xx/receipt.html",
		"xx/format.txt", "en", "de", "xx" };

	(void)state;
	for (size_t i = 0; i < N(files); i++)
		remove(files[i]);
	arena_release(&step.mem);
	return chdir("/") < 0 || rmdir(dir) < 0 ? -1 : 0;
}

/* One value through the template that shows it alone. */
static int
say(const char *language, const char *kind, const char *key,
    const char *value, const char *part, struct buf *out, struct err *e)
{
	cJSON *d = cJSON_CreateObject();
	int r;

	message_text(d, key, value);
	buf_clear(out);
	r = message_render(&step, kind, language, d, part, out, e);
	cJSON_Delete(d);
	return r;
}

/* ---- numbers ---- */

static void
test_numbers(void **state)
{
	static const struct {
		const char *plain, *en, *de;
	} cases[] = {
		{ "0", "0", "0" },
		{ "7", "7", "7" },
		{ "100", "100", "100" },
		{ "999.99", "999.99", "999,99" },
		{ "1000", "1,000", "1.000" },		/* JPY */
		{ "1234.50", "1,234.50", "1.234,50" },
		{ "12345.678", "12,345.678", "12.345,678" },	/* BHD */
		{ "123456", "123,456", "123.456" },
		{ "1234567", "1,234,567", "1.234.567" },
		{ "0.000001", "0.000001", "0,000001" },
		{ "-1", "-1", "-1" },
		{ "-100.5", "-100.5", "-100,5" },
		{ "-1234.00", "-1,234.00", "-1.234,00" },
		{ "1000000000000000.0000", "1,000,000,000,000,000.0000",
		    "1.000.000.000.000.000,0000" },
		{ "123456789012345678901234567890.1",
		    "123,456,789,012,345,678,901,234,567,890.1",
		    "123.456.789.012.345.678.901.234.567.890,1" },
		/* what is no plain decimal is shown as it is */
		{ "-", "-", "-" },
		{ "--1000", "--1000", "--1000" },
		{ "1000.", "1000.", "1000." },
		{ "1000.5.5", "1000.5.5", "1000.5.5" },
		{ "1000 EUR", "1000 EUR", "1000 EUR" },
		{ "1e6", "1e6", "1e6" },
		{ ".5", ".5", ".5" },
		{ "1,000", "1,000", "1,000" },
	};
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		assert_int_equal(say("en", "receipt", "total", cases[i].plain,
		    "txt", &b, &e), 0);
		assert_string_equal(b.data, cases[i].en);
		assert_int_equal(say("de", "receipt", "total", cases[i].plain,
		    "txt", &b, &e), 0);
		assert_string_equal(b.data, cases[i].de);
	}
	buf_release(&b);
}

/* ---- dates ---- */

static void
test_dates(void **state)
{
	static const struct {
		const char *iso, *en, *de;
	} cases[] = {
		{ "2026-12-01", "1 December 2026", "1. Dezember 2026" },
		{ "2026-03-10", "10 March 2026", "10. M\xc3\xa4rz 2026" },
		{ "2028-02-29", "29 February 2028", "29. Februar 2028" },
		{ "1999-01-31", "31 January 1999", "31. Januar 1999" },
		{ "9999-05-20", "20 May 9999", "20. Mai 9999" },
		/* what is no day is shown as it is */
		{ "2026-02-29", "2026-02-29", "2026-02-29" },
		{ "2026-13-01", "2026-13-01", "2026-13-01" },
		{ "2026-12-01x", "2026-12-01x", "2026-12-01x" },
		{ "2026-12", "2026-12", "2026-12" },
		{ "1.12.2026", "1.12.2026", "1.12.2026" },
	};
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		assert_int_equal(say("en", "delay", "delivery_on",
		    cases[i].iso, "txt", &b, &e), 0);
		assert_string_equal(b.data, cases[i].en);
		assert_int_equal(say("de", "delay", "delivery_on",
		    cases[i].iso, "txt", &b, &e), 0);
		assert_string_equal(b.data, cases[i].de);
	}
	/* a text is nobody's date */
	assert_int_equal(say("en", "reply", "answer", "2026-12-01", "txt", &b,
	    &e), 0);
	assert_string_equal(b.data, "2026-12-01");
	buf_release(&b);
}

/* ---- the format file ---- */

static void
test_formats(void **state)
{
	static const struct {
		const char *title, *file, *number, *date;
	} cases[] = {
		{ "no file", NULL, "-1234567.5", "2026-12-01" },
		{ "nothing in it", "", "-1234567.5", "2026-12-01" },
		{ "only remarks", "# decimal ,\n\n \t\n", "-1234567.5",
		    "2026-12-01" },
		{ "a decimal mark alone", "decimal ,\n", "-1234567,5",
		    "2026-12-01" },
		{ "no groups", "decimal ,\ngroup none\n", "-1234567,5",
		    "2026-12-01" },
		{ "a blank that does not break", "decimal ,\ngroup space\n",
		    "-1\xc2\xa0" "234\xc2\xa0" "567,5", "2026-12-01" },
		{ "marks of more bytes than one",
		    "decimal \xd9\xab\ngroup \xd9\xac\n",
		    "-1\xd9\xac" "234\xd9\xac" "567\xd9\xab" "5",
		    "2026-12-01" },
		{ "an apostrophe", "group '\n", "-1'234'567.5", "2026-12-01" },
		{ "figures only", "date {dd}/{mm}/{year}\n", "-1234567.5",
		    "01/12/2026" },
		{ "without zeros, year first", "date {year}.{m}.{d}",
		    "-1234567.5", "2026.12.1" },
		{ "words between", "  date\t{d} de {month} de {year}  \r\n"
		    MONTHS, "-1234567.5", "1 de l de 2026" },
		{ "months before what uses them", MONTHS
		    "date {month} {d}, {year}\n", "-1234567.5", "l 1, 2026" },
	};
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		if (cases[i].file != NULL)
			put("xx/format.txt", cases[i].file);
		if (say("xx", "receipt", "total", "-1234567.5", "txt", &b,
		    &e) < 0 || strcmp(b.data, cases[i].number) != 0)
			fail_msg("%s: %s %s", cases[i].title, b.data, e.text);
		if (say("xx", "delay", "delivery_on", "2026-12-01", "txt", &b,
		    &e) < 0 || strcmp(b.data, cases[i].date) != 0)
			fail_msg("%s: %s %s", cases[i].title, b.data, e.text);
	}
	/* a mark is no markup */
	put("xx/format.txt", "group <b>\n");
	assert_int_equal(say("xx", "receipt", "total", "1000", "html", &b, &e),
	    0);
	assert_string_equal(b.data, "1&lt;b&gt;000");
	buf_release(&b);
}

static void
test_faulty_formats(void **state)
{
	static const struct {
		const char *file, *fault;
	} cases[] = {
		{ "places 2\n", "line 1: not a setting: 'places'" },
		{ "\ndecimal\n", "line 2: no value: 'decimal'" },
		{ "decimal ,\ndecimal .\n", "line 2: given twice: 'decimal'" },
		{ "group 1\n", "line 1: not a mark: '1'" },
		{ "group a b\n", "line 1: not a mark: 'a b'" },
		{ "group 123456789\n", "line 1: not a mark: '123456789'" },
		{ "decimal none\n", "line 1: not a mark: 'none'" },
		{ "decimal ,\ngroup ,\n", "line 2: both marks are ','" },
		{ "group .\n", "line 1: both marks are '.'" },
		{ "date {d}.{m}.\n", "line 1: day, month and year are not once"
		    " in '{d}.{m}.'" },
		{ "date {d} {dd} {m} {year}\n", "line 1: day, month and year"
		    " are not once in '{d} {dd} {m} {year}'" },
		{ "date {D}\n", "line 1: no field of a date: '{D}'" },
		{ "date {d}}\n", "line 1: no field of a date: '}'" },
		{ "date {d} {month} {year}\n",
		    "a date has {month}, but there are no months" },
		{ "months a b\n", "line 1: not twelve months: 'a b'" },
		{ "months a b c d e f g h i j k l m\n",
		    "line 1: more than twelve months: 'm'" },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct err e = ERR_INIT;
		char want[1200];

		put("xx/format.txt", cases[i].file);
		snprintf(want, sizeof(want), "%s/xx/format.txt: %s", dir,
		    cases[i].fault);
		if (say("xx", "receipt", "total", "1", "txt", &b, &e) == 0 ||
		    e.code != ERR_CONFIG || strcmp(e.text, want) != 0)
			fail_msg("%s: %s", cases[i].file, e.text);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_faulty_formats),
	};

	return cmocka_run_group_tests_name("format", tests, enter, leave);
}
