/* test_without.c - a record's bytes without some columns: the rest as it came */
#include "records.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *const names[] = { "error", "source_line" };

static const struct {
	const char *title, *text;
	const char *left;		/* of the last record */
} cases[] = {
	{ "CSV: none of them is there", "a,b\n1,2\n", "1,2\n" },
	{ "the last", "a,b,error\n1,2,x\n", "1,2\n" },
	{ "the first", "error,a,b\nx,1,2\n", "1,2\n" },
	{ "in the middle, twice", "a,error,b,source_line,c\n1,x,2,7,3\n",
	    "1,2,3\n" },
	{ "quotes stay as they were", "a,error,b\n\"1\"\"\",\"x,\ny\",\"2\"\r\n",
	    "\"1\"\"\",\"2\"\r\n" },
	{ "empty cells", "a,error,b\n,,\n", ",\n" },
	{ "all of them", "error,source_line\nx,7\n", "\n" },
	{ "no line end", "a,error\n1,x", "1" },
	{ "a cell that is not UTF-8", "a,error\nM\xfcller,x\n",
	    "M\xfcller\n" },

	{ "JSON: none of them is there", "{\"a\": 1, \"b\": 2}",
	    "{\"a\": 1, \"b\": 2}" },
	{ "the last", "{\"a\":1 ,\"error\":\"x\"}", "{\"a\":1 }" },
	{ "the last two", "{\"a\":1,\"error\":\"}\",\"source_line\":7}",
	    "{\"a\":1}" },
	{ "the first", "{\"error\":\"x\", \"a\":1}", "{ \"a\":1}" },
	{ "the first two", "{ \"error\":\"x\",\"source_line\":7,\"a\":1 }",
	    "{\"a\":1 }" },
	{ "in the middle", "{\"a\":1,\"error\":[1,{}],\"b\":2}",
	    "{\"a\":1,\"b\":2}" },
	{ "all of them", "{\"error\":\"x\",\"source_line\":7}", "{}" },
	{ "no members", "{ }", "{ }" },
	{ "twice the same", "{\"error\":1,\"a\":1,\"error\":2}", "{\"a\":1}" },
	{ "of that name inside", "{\"a\":{\"error\":1},\"error\":2}",
	    "{\"a\":{\"error\":1}}" },
	{ "commas and brackets in text",
	    "{\"a\":\",\\\"}\",\"error\":\"{,\",\"b\":\",\"}",
	    "{\"a\":\",\\\"}\",\"b\":\",\"}" },
	{ "no object", "[17]", "17" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct arena a = ARENA_INIT;
		struct buf left = BUF_INIT;
		struct err e = ERR_INIT;
		FILE *f = tmpfile();
		struct reader *r;
		struct rec rec;

		assert_non_null(f);
		fputs(cases[i].text, f);
		assert_int_equal(fflush(f), 0);
		assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
		r = reader_open(fileno(f), "in", NULL);
		if (reader_next(r, &a, true, &rec, &e) != READ_REC)
			fail_msg("%s: %s", cases[i].title, e.text);
		rec_without(&left, &rec, names, N(names));
		if (strcmp(left.data, cases[i].left) != 0)
			fail_msg("%s: \"%s\"", cases[i].title, left.data);
		buf_release(&left);
		arena_release(&a);
		reader_close(r);
		fclose(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
