/* Which texts pass as JSON, and what comes back from them. */

#include "records.h"

struct json_case {
	const char *title;
	const char *text;
	size_t n;
	const char *want;
};

#define NOT "not JSON: "

static const struct json_case cases[] = {
	/* framing */
	{ "one object", BYTES("{\"a\":\"x\"}"), "1: a=x\nend" },
	{ "objects in lines", BYTES("{\"a\":\"x\"}\n{\"a\":\"y\"}\n"),
	    "1: a=x\n2: a=y\nend" },
	{ "objects side by side", BYTES("{}{} {}"), "1:\n1:\n1:\nend" },
	{ "an array of objects", BYTES("[\n{\"a\":\"x\"},\n{\"a\":\"y\"}\n]\n"),
	    "2: a=x\n3: a=y\nend" },
	{ "an empty array", BYTES(" [ ] "), "end" },
	{ "nothing but white space", BYTES(" \r\n\t"), "end" },
	{ "a BOM is skipped", BYTES("\xef\xbb\xbf{\"a\":\"x\"}"),
	    "1: a=x\nend" },
	{ "a BOM later is none", BYTES("{}\xef\xbb\xbf{}"),
	    "1:\n65 in:1: " NOT "only an object may follow (byte 3)" },
	{ "text after the array", BYTES("[{}]\n{}"),
	    "1:\n65 in:2: " NOT "text after the array (byte 6)" },
	{ "a second array", BYTES("[][]"),
	    "65 in:1: " NOT "text after the array (byte 3)" },
	{ "a second value that is no object", BYTES("{} 1"),
	    "1:\n65 in:1: " NOT "only an object may follow (byte 4)" },
	{ "CRLF and TAB between tokens",
	    BYTES("{\"a\"\r\n:\t\"x\"\r\n}\r\n"), "1: a=x\nend" },
	{ "a lone number", BYTES("12"), "1: !not-an-object()\nend" },
	{ "a lone zero", BYTES("0"), "1: !not-an-object()\nend" },
	{ "a lone fraction", BYTES("1.5"), "1: !not-an-object()\nend" },
	{ "a lone power", BYTES("1e5"), "1: !not-an-object()\nend" },
	{ "a lone string, then an object", BYTES("\"x\"\n{\"a\":\"x\"}"),
	    "1: !not-an-object()\n2: a=x\nend" },
	{ "elements that are no objects",
	    BYTES("[1,\n\"x\", null,[{}],{\"a\":\"x\"},-0.5e+7]"),
	    "1: !not-an-object()\n2: !not-an-object()\n"
	    "2: !not-an-object()\n2: !not-an-object()\n2: a=x\n"
	    "2: !not-an-object()\nend" },
	/* torn */
	{ "torn in a value", BYTES("{\"a\":\"x\"}\n{\"a\":"),
	    "1: a=x\n65 in:2: " NOT "input ends inside a value (byte 16)" },
	{ "torn in a string", BYTES("{\"a\":\"x"),
	    "65 in:1: " NOT "input ends inside a value (byte 8)" },
	{ "torn between elements", BYTES("[{},"),
	    "1:\n65 in:1: " NOT "input ends before the array does (byte 5)" },
	{ "torn in a lone word", BYTES("tru"),
	    "65 in:1: " NOT "input ends inside a value (byte 4)" },
	{ "torn in a lone number", BYTES("1."),
	    "65 in:1: " NOT "input ends inside a value (byte 3)" },
	/* structure */
	{ "a comma too many in an object", BYTES("{\"a\":1,}"),
	    "65 in:1: " NOT "expected a key in double quotes (byte 8)" },
	{ "a comma too many in an array", BYTES("[{},]"),
	    "1:\n65 in:1: " NOT "expected a value (byte 5)" },
	{ "a comma too few", BYTES("{\"a\":1 \"b\":2}"),
	    "65 in:1: " NOT "expected ',' or '}' (byte 8)" },
	{ "the wrong bracket", BYTES("{\"a\":[1}"),
	    "65 in:1: " NOT "expected ',' or ']' (byte 8)" },
	{ "no colon", BYTES("{\"a\" 1}"),
	    "65 in:1: " NOT "expected ':' (byte 6)" },
	{ "no value", BYTES("{\"a\":}"),
	    "65 in:1: " NOT "expected a value (byte 6)" },
	{ "a key without quotes", BYTES("{a:1}"),
	    "65 in:1: " NOT "expected a key in double quotes (byte 2)" },
	{ "single quotes", BYTES("{'a':1}"),
	    "65 in:1: " NOT "expected a key in double quotes (byte 2)" },
	{ "a comment", BYTES("{\"a\":1/*x*/}"),
	    "65 in:1: " NOT "expected ',' or '}' (byte 7)" },
	{ "form feed is no white space", BYTES("[\f]"),
	    "65 in:1: " NOT "expected a value (byte 2)" },
	{ "NUL is no white space", BYTES("{}\0"),
	    "1:\n65 in:1: " NOT "only an object may follow (byte 3)" },
	{ "the line and byte of a fault", BYTES("{\n\"a\": 1,\n\"b\": x}"),
	    "65 in:3: " NOT "expected a value (byte 16)" },
	/* words and numbers */
	{ "a misspelt word", BYTES("{\"a\":nul}"),
	    "65 in:1: " NOT "expected true, false or null (byte 9)" },
	{ "words", BYTES("{\"a\":true,\"b\":false,\"c\":null}"),
	    "1: a~true b~false c0\nend" },
	{ "numbers keep their text",
	    BYTES("{\"a\":99999999999999.990,\"b\":-0,\"c\":1E+400}"),
	    "1: a#99999999999999.990 b#-0 c#1E+400\nend" },
	{ "a number that begins with 0", BYTES("{\"a\":01}"),
	    "65 in:1: " NOT "malformed number (byte 7)" },
	{ "a number that ends with its point", BYTES("{\"a\":1.}"),
	    "65 in:1: " NOT "malformed number (byte 8)" },
	{ "a number that begins with its point", BYTES("{\"a\":-.5}"),
	    "65 in:1: " NOT "malformed number (byte 7)" },
	{ "an exponent without digits", BYTES("{\"a\":1e+}"),
	    "65 in:1: " NOT "malformed number (byte 9)" },
	{ "a plus sign", BYTES("{\"a\":+1}"),
	    "65 in:1: " NOT "expected a value (byte 6)" },
	{ "NaN", BYTES("{\"a\":NaN}"),
	    "65 in:1: " NOT "expected a value (byte 6)" },
	/* strings */
	{ "escapes", BYTES("{\"a\":\"\\\"\\\\\\/\\t\\n\\u00e9\\ud83d\\udcb6\"}"),
	    "1: a=\"\\/\t\n\xc3\xa9\xf0\x9f\x92\xb6\nend" },
	{ "an unknown escape", BYTES("{\"a\":\"\\x41\"}"),
	    "65 in:1: " NOT "unknown escape (byte 8)" },
	{ "a NUL for an escape", BYTES("{\"a\":\"\\\0\"}"),
	    "65 in:1: " NOT "unknown escape (byte 8)" },
	{ "a byte that begins no character", BYTES("{\"a\":\"\xf5\x80\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 7)" },
	{ "four bytes where one would do",
	    BYTES("{\"a\":\"\xf0\x80\x80\x80\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 8)" },
	{ "the last character there is", BYTES("{\"a\":\"\xf4\x8f\xbf\xbd\"}"),
	    "1: a=\xf4\x8f\xbf\xbd\nend" },
	{ "numbers of all forms",
	    BYTES("{\"a\":-0,\"b\":-1,\"c\":1e5,\"d\":1e-5,\"e\":0E+5}"),
	    "1: a#-0 b#-1 c#1e5 d#1e-5 e#0E+5\nend" },
	{ "a minus alone", BYTES("[-]"),
	    "65 in:1: " NOT "malformed number (byte 3)" },
	{ "a power of nothing", BYTES("[1ex]"),
	    "65 in:1: " NOT "malformed number (byte 4)" },
	{ "a NUL for a hex digit", BYTES("{\"a\":\"\\u00\0e\"}"),
	    "65 in:1: " NOT "expected four hex digits (byte 11)" },
	{ "three hex digits", BYTES("{\"a\":\"\\u00e\"}"),
	    "65 in:1: " NOT "expected four hex digits (byte 12)" },
	{ "a line end in a string", BYTES("{\"a\":\"x\ny\"}"),
	    "65 in:1: " NOT "control character in a string (byte 8)" },
	{ "Latin-1", BYTES("{\"a\":\"caf\xe9\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 11)" },
	{ "an overlong slash", BYTES("{\"a\":\"\xc0\xaf\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 7)" },
	{ "an overlong three bytes", BYTES("{\"a\":\"\xe0\x9f\xbf\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 8)" },
	{ "a surrogate as bytes", BYTES("{\"a\":\"\xed\xa0\x80\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 8)" },
	{ "beyond Unicode", BYTES("{\"a\":\"\xf4\x90\x80\x80\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 8)" },
	{ "the last character of Unicode", BYTES("{\"a\":\"\xf4\x8f\xbf\xbf\"}"),
	    "1: a=\xf4\x8f\xbf\xbf\nend" },
	{ "half a character", BYTES("{\"a\":\"\xc3\"}"),
	    "65 in:1: " NOT "not UTF-8 (byte 8)" },
	/* well-formed, but of no use */
	{ "an escaped NUL", BYTES("{\"a\":\"admin\\u0000x\",\"b\":\"y\"}"),
	    "1: a= b=y !nul(a)\nend" },
	{ "an escaped NUL in a key", BYTES("{\"a\\u0000b\":1,\"c\":2}"),
	    "1: c#2 !nul()\nend" },
	{ "half a surrogate pair", BYTES("{\"b\":1,\"a\":\"\\ud83d\"}"),
	    "1: b#1 a= !lone-surrogate(a)\nend" },
	{ "the second half alone", BYTES("{\"a\":\"\\udcb6\\ud83d\"}"),
	    "1: a= !lone-surrogate(a)\nend" },
	{ "two first halves", BYTES("{\"a\":\"\\ud83d\\ud83d\"}"),
	    "1: a= !lone-surrogate(a)\nend" },
	{ "a backslash before u0000 is none", BYTES("{\"a\":\"\\\\u0000\"}"),
	    "1: a=\\u0000\nend" },
	{ "an escaped control character", BYTES("{\"a\":\"\\u001b[2J\"}"),
	    "1: a= !control-character(a)\nend" },
	{ "an escaped C1 control", BYTES("{\"a\":\"\\u0085\"}"),
	    "1: a= !control-character(a)\nend" },
	{ "a duplicate key keeps the first value",
	    BYTES("{\"a\":1,\"b\":2,\"a\":3}{\"a\":4}"),
	    "1: a#1 b#2 !duplicate-key(a)\n1: a#4\nend" },
	{ "a duplicate key under an escape", BYTES("{\"a\":1,\"\\u0061\":2}"),
	    "1: a#1 !duplicate-key(a)\nend" },
	{ "keys that differ in case are two", BYTES("{\"a\":1,\"A\":2}"),
	    "1: a#1 A#2\nend" },
	/* nested */
	{ "nested values keep their text",
	    BYTES("{\"a\":{ \"x\": 1.50 },\"b\":[1, 2 ],\"c\":[]}"),
	    "1: a@{ \"x\": 1.50 } b@[1, 2 ] c@[]\nend" },
	{ "brackets in strings are text", BYTES("{\"a\":[\"]}\\\"\"],\"b\":1}"),
	    "1: a@[\"]}\\\"\"] b#1\nend" },
	{ "a duplicate key in a line",
	    BYTES("{\"a\":[{\"b\":1},{\"b\":1,\"\\u0062\":2}]}"),
	    "1: a@[{\"b\":1},{\"b\":1,\"\\u0062\":2}] !duplicate-key(a)\nend" },
	{ "a duplicate key deep down",
	    BYTES("{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}"),
	    "1: a@{\"b\":[{\"c\":1,\"c\":1}]} !duplicate-key(a)\nend" },
	{ "the same key in two lines", BYTES("{\"a\":[{\"b\":1},{\"b\":1}]}"),
	    "1: a@[{\"b\":1},{\"b\":1}]\nend" },
	{ "a NUL in a line", BYTES("{\"a\":[\"\\u0000\"]}"),
	    "1: a@[\"\\u0000\"] !nul(a)\nend" },
	{ "half a surrogate pair in a line's key",
	    BYTES("{\"a\":[{\"\\ud800\":1}]}"),
	    "1: a@[{\"\\ud800\":1}] !lone-surrogate(a)\nend" },
	{ "a control character in a line", BYTES("{\"a\":{\"b\":\"\\u0007\"}}"),
	    "1: a@{\"b\":\"\\u0007\"} !control-character(a)\nend" },
};

static void
test_cases(void **state)
{
	static const size_t chunks[] = { 1, 2, 3, 7, 4096 };
	struct reader_opts opts = { .format = FORMAT_JSON };
	struct buf got = BUF_INIT;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].title);
		for (j = 0; j < sizeof chunks / sizeof chunks[0]; j++) {
			dump_pipe(&got, cases[i].text, cases[i].n, chunks[j],
			    &opts);
			assert_string_equal(got.data, cases[i].want);
		}
		dump_file(&got, cases[i].text, cases[i].n, &opts);
		assert_string_equal(got.data, cases[i].want);
	}
	buf_release(&got);
}

static void
repeat(struct buf *b, const char *text, size_t times)
{
	while (times-- > 0)
		buf_puts(b, text);
}

/* The array around the records counts. */
static void
test_depth(void **state)
{
	struct reader_opts opts = { .format = FORMAT_JSON };
	struct buf text = BUF_INIT, got = BUF_INIT;

	(void)state;
	repeat(&text, "[", 32);
	repeat(&text, "]", 32);
	dump_file(&got, text.data, text.n, &opts);
	assert_string_equal(got.data, "1: !not-an-object()\nend");

	buf_clear(&text);
	repeat(&text, "[", 100000);
	dump_file(&got, text.data, text.n, &opts);
	assert_string_equal(got.data,
	    "65 in:1: " NOT "nested deeper than 32 (byte 33)");

	buf_clear(&text);
	repeat(&text, "{\"a\":", 32);
	buf_puts(&text, "1");
	repeat(&text, "}", 32);
	dump_file(&got, text.data, text.n, &opts);
	assert_memory_equal(got.data, "1: a@{", 6);
	assert_null(strstr(got.data, "!"));
	buf_release(&text);
	buf_release(&got);
}

struct large_case {
	const char *title;
	const char *before, *part;
	size_t times;
	const char *after;
	const char *want;	/* NULL: no fault */
};

static const struct large_case larges[] = {
	{ "a string of 64 KiB", "{\"a\":\"", "x", 65536, "\"}", NULL },
	{ "a string over 64 KiB", "{\"a\":\"", "x", 65537, "\",\"b\":1}",
	    "1: a= b#1 !too-large(a)\nend" },
	{ "a string of a megabyte", "{\"a\":\"", "x", 1 << 20, "\",\"b\":1}",
	    "1: a= b#1 !too-large(a)\nend" },
	{ "a string that escapes make large", "{\"a\":\"", "\\u00e9", 32768,
	    "\"}", NULL },
	{ "plain values over a megabyte", "{\"a\":1", ",\"b\":\"xxxxxxxxxx\"",
	    70000, "}", "1: !too-large()\nend" },
	{ "many elements, each small", "{\"a\":[1", ",{\"b\":\"x\"}", 20000,
	    "]}", NULL },
	{ "an element with 1,000 values", "{\"a\":[[1", ",1", 998, "]]}",
	    NULL },
	{ "an element with 1,001 values", "{\"a\":[[1", ",1", 999, "]]}",
	    "!too-large(a)\nend" },
	{ "an object with too many values", "{\"a\":{\"k\":[1", ",1", 1000,
	    "]}}", "!too-large(a)\nend" },
	{ "an element over a megabyte", "{\"a\":[\"", "x", 1 << 20, "\"]}",
	    "!too-large(a)\nend" },
	{ "an object over 16 MiB, and the next one", "{\"a\":\"",
	    "xxxxxxxxxxxxxxxx", 1 << 20, "\"}\n{\"b\":1}",
	    "1: !too-large()\n2: b#1\nend" },
	{ "an array element of 20 MB that is no object", "[[1",
	    ",1000000000", 2000000, "],\n{\"b\":1}]",
	    "1: !too-large()\n2: b#1\nend" },
	{ "white space of 20 MB", "[{\"b\":1},", "          ", 2000000,
	    "{\"b\":1}]", "1: b#1\n1: b#1\nend" },
	{ "a torn object over 16 MiB", "{\"a\":\"", "xxxxxxxxxxxxxxxx",
	    1 << 20, "", "65 in:1: " NOT "input ends inside a value "
	    "(byte 16777223)" },
};

static void
test_larges(void **state)
{
	struct reader_opts opts = { .format = FORMAT_JSON };
	struct buf text = BUF_INIT, got = BUF_INIT;
	const struct large_case *c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof larges / sizeof larges[0]; i++) {
		c = &larges[i];
		print_message("%s\n", c->title);
		buf_clear(&text);
		buf_puts(&text, c->before);
		repeat(&text, c->part, c->times);
		buf_puts(&text, c->after);
		dump_file(&got, text.data, text.n, &opts);
		if (c->want == NULL)
			assert_null(strchr(got.data, '!'));
		else if (c->want[0] == '!')
			assert_non_null(strstr(got.data, c->want));
		else
			assert_string_equal(got.data, c->want);
	}
	buf_release(&text);
	buf_release(&got);
}

/* Objects of the same shape share their head, also when shapes alternate. */
static void
test_heads(void **state)
{
	static const char text[] = "{\"a\":1}{\"a\":2,\"b\":3}{\"a\":4}"
	    "{\"b\":5,\"a\":6}{\"a\":7,\"b\":8}";
	struct reader_opts opts = { .format = FORMAT_JSON };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec[5];
	int fd[2], i;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], BYTES(text)), sizeof text - 1);
	close(fd[1]);
	r = reader_open(fd[0], "in", &opts);
	for (i = 0; i < 5; i++)
		assert_int_equal(reader_next(r, &a, true, &rec[i], &e),
		    READ_REC);
	assert_ptr_equal(rec[0].head, rec[2].head);
	assert_ptr_equal(rec[1].head, rec[4].head);
	assert_ptr_not_equal(rec[1].head, rec[3].head);
	assert_string_equal(rec[3].raw, "{\"b\":5,\"a\":6}");
	assert_int_equal(rec[3].raw_n, 13);
	assert_string_equal(rec_text(&rec[3], "a"), "6");
	reader_close(r);
	close(fd[0]);
	arena_release(&a);
}

/* Keys that never repeat must not fill the memory. */
static void
test_shapes(void **state)
{
	struct reader_opts opts = { .format = FORMAT_JSON };
	struct buf text = BUF_INIT, got = BUF_INIT;
	char key[1001];
	int i;

	(void)state;
	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	for (i = 0; i < 9000; i++)
		buf_printf(&text, "{\"%s%d\":1}", key, i);
	buf_printf(&text, "{\"%s0\":2}", key);
	dump_file(&got, text.data, text.n, &opts);
	assert_non_null(strstr(got.data, "!too-large()"));
	assert_memory_equal(got.data + got.n - 7, "0#2\nend", 8);
	buf_release(&text);
	buf_release(&got);
}

struct piece_case {
	const char *title;
	const char *text;
	const char *want;
};

static const struct piece_case pieces[] = {
	{ "an object", " {\"a\":\"x\",\"b\":2}\n", "1: a=x b#2\n" },
	{ "a duplicate key", "{\"a\":1,\"a\":2}", "1: a#1 !duplicate-key(a)\n" },
	{ "an array", "[{\"a\":1}]", "1: !not-an-object()\n" },
	{ "an empty array", "[]", "1: !not-an-object()\n" },
	{ "a number", "12 ", "1: !not-an-object()\n" },
	{ "nothing", "", "not JSON: no value (byte 1)" },
	{ "two objects", "{}{}", "not JSON: text after the value" },
	{ "a torn object", "{\"a\":",
	    "not JSON: input ends inside a value (byte 6)" },
	{ "rubbish", "x", "not JSON: expected a value (byte 1)" },
};

static void
test_pieces(void **state)
{
	struct arena a = ARENA_INIT;
	struct buf got = BUF_INIT;
	struct rec rec;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		print_message("%s\n", pieces[i].title);
		buf_clear(&got);
		e.code = 0;
		if (rec_from_json(&a, pieces[i].text, strlen(pieces[i].text),
		    &rec, &e) == 0) {
			dump_rec(&got, &rec);
		} else {
			assert_int_equal(e.code, ERR_DATA);
			buf_puts(&got, e.text);
		}
		assert_string_equal(got.data, pieces[i].want);
	}
	buf_release(&got);
	arena_release(&a);
}

static void
test_elements(void **state)
{
	static const char text[] =
	    " [ 1, \"a,]\\\"\" ,{\"b\":[2,3]},[ ],null,-1.5e3 ] ";
	static const char *const want[] = {
		"1", "\"a,]\\\"\"", "{\"b\":[2,3]}", "[ ]", "null", "-1.5e3"
	};
	struct arena a = ARENA_INIT;
	struct span *spans;
	size_t i, n;

	(void)state;
	n = json_elements(&a, BYTES(text), &spans);
	assert_int_equal(n, 6);
	for (i = 0; i < n; i++) {
		assert_int_equal(spans[i].n, strlen(want[i]));
		assert_memory_equal(spans[i].p, want[i], spans[i].n);
	}
	assert_int_equal(json_elements(&a, BYTES("[]"), &spans), 0);
	assert_int_equal(json_elements(&a, BYTES("{\"a\":1}"), &spans), 0);
	assert_int_equal(json_elements(&a, BYTES(""), &spans), 0);
	arena_release(&a);
}

static void
test_digits(void **state)
{
	static const struct {
		const char *lexeme;
		size_t n;
	} numbers[] = {
		{ "0", 1 }, { "-0.00", 1 }, { "12.50", 4 }, { "0.0012", 2 },
		{ "-100", 3 }, { "1e30", 1 }, { "123456789012345", 15 },
		{ "1234567890.123456", 16 }, { "1.5E-10", 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		assert_int_equal(number_digits(numbers[i].lexeme),
		    numbers[i].n);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_larges),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
