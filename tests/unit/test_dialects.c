/* What others export: delimiters, encodings, no header, wrappers. */

#include "records.h"

static bool
is_known(const char *name)
{
	return strcmp(name, "sku") == 0 || strcmp(name, "quantity") == 0;
}

static const char *const two_names[] = { "sku", "quantity" };

#define FOREIGN .foreign = true
#define CSV .format = FORMAT_CSV, FOREIGN
#define JSON(path) .format = FORMAT_JSON, .wrapper = (path)
#define NO_HEADER .names = two_names, .nnames = 2
#define GONE "65 in:1: the records the map names are not in it"

static const struct {
	const char *title;
	const char *text;
	size_t n;
	struct reader_opts opts;
	const char *want;
} cases[] = {
	/* delimiters */
	{ "semicolons", BYTES("a;b\n1;2,5\n"), { CSV },
	    "2: a=1 b=2,5\nend" },
	{ "tabs", BYTES("a\tb\n1\t2;3\n"), { CSV }, "2: a=1 b=2;3\nend" },
	{ "bars", BYTES("a|b\n1|2\n"), { CSV }, "2: a=1 b=2\nend" },
	{ "commas", BYTES("a,b\n1,2;3\n"), { CSV }, "2: a=1 b=2;3\nend" },
	{ "the one that is there most often", BYTES("a;b,c;d\n1;2;3\n"),
	    { CSV }, "2: a=1 b,c=2 d=3\nend" },
	{ "not those in quotes", BYTES("\"a,b,c\";d\n1;2\n"), { CSV },
	    "2: a,b,c=1 d=2\nend" },
	{ "one column alone has none", BYTES("a\n1;2\n"), { CSV },
	    "2: a=1;2\nend" },
	{ "as many commas as semicolons", BYTES("a;b,c\n1,2\n"), { CSV },
	    "2: a;b=1 c=2\nend" },
	{ "the one preferred", BYTES("a;b,c;d\n1,2\n"),
	    { CSV, .delimiter = ',' }, "2: a;b=1 c;d=2\nend" },
	{ "preferred, but not there", BYTES("a,b\n1,2\n"),
	    { CSV, .delimiter = ';' }, "2: a=1 b=2\nend" },
	{ "preferred, but only in quotes", BYTES("\"a;b\",c\n1,2\n"),
	    { CSV, .delimiter = ';' }, "2: a;b=1 c=2\nend" },
	{ "an empty last cell behind a tab", BYTES("a\tb\n1\t\n\t\n"), { CSV },
	    "2: a=1 b=\n3: a= b=\nend" },
	{ "only with foreign files", BYTES("a;b\n1;2\n"),
	    { .format = FORMAT_CSV }, "2: a;b=1;2\nend" },

	/* the line of spreadsheets */
	{ "a line that tells", BYTES("sep=|\na|b\n1|2\n"), { CSV },
	    "3: a=1 b=2\nend" },
	{ "in capitals, with CRLF", BYTES("SEP=;\r\na;b\r\n1;2\r\n"), { CSV },
	    "3: a=1 b=2\nend" },
	{ "it goes before what is there most often",
	    BYTES("sep=,\na;b;c,d\n1,2\n"), { CSV }, "3: a;b;c=1 d=2\nend" },
	{ "once", BYTES("sep=;\nsep=;\n1;2\n"), { CSV },
	    "65 in:2: header: column 2 has no name" },
	{ "a column that is called so", BYTES("sep=;x\n1;2\n"), { CSV },
	    "2: sep==1 x=2\nend" },

	/* ragged rows */
	{ "a cell too many", BYTES("a,b\n1,2,3\n4,5\n"), { CSV },
	    "2: a=1 b=2 !ragged()\n3: a=4 b=5\nend" },
	{ "a cell too few", BYTES("a,b,c\n1,2\n4,5,6\n"), { CSV },
	    "2: a=1 b=2 c= !ragged()\n3: a=4 b=5 c=6\nend" },
	{ "the whole row in quotes", BYTES("a,b\n\"1,2\"\n3,4\n"), { CSV },
	    "2: a= b= !ragged()\n3: a=3 b=4\nend" },
	{ "not where it is strict", BYTES("a,b\n1,2,3\n"),
	    { .format = FORMAT_CSV },
	    "65 in:2: row has 3 cells, the header has 2" },

	/* headers */
	{ "case and blanks are no matter", BYTES(" Sku ,QUANTITY\n1,2\n"),
	    { CSV, .known = is_known }, "2: sku=1 quantity=2\nend" },
	{ "of a name that is known", BYTES(" Sku ,Color, \n1,2,3\n"),
	    { CSV, .known = is_known }, "2: sku=1 Color=2  =3\nend" },
	{ "unless they make two of a kind", BYTES("sku,SKU \n1,2\n"),
	    { CSV, .known = is_known },
	    "65 in:1: header: column 'sku' is there twice" },
	{ "no header", BYTES("A;2\nB;3\n"), { CSV, NO_HEADER },
	    "1: sku=A quantity=2\n2: sku=B quantity=3\nend" },
	{ "no header, one of them wrong", BYTES("A;2\nB\n"), { CSV, NO_HEADER },
	    "1: sku=A quantity=2\n2: sku=B quantity= !ragged()\nend" },
	{ "a header after all", BYTES("SKU,Quantity\nB,3\n"),
	    { CSV, NO_HEADER }, "2: SKU=B Quantity=3\nend" },
	{ "of a reject, which has commas", BYTES("sku,quantity,error\nB,3,no\n"),
	    { CSV, NO_HEADER, .delimiter = ';' },
	    "2: sku=B quantity=3 error=no\nend" },
	{ "a first row that has commas alone", BYTES("B,3\nA;2\n"),
	    { CSV, NO_HEADER, .delimiter = ';' },
	    "1: sku=B,3 quantity= !ragged()\n2: sku=A quantity=2\nend" },
	{ "of a reject, which has more",
	    BYTES("sku,quantity,error\nB,3,no\n"), { CSV, NO_HEADER },
	    "2: sku=B quantity=3 error=no\nend" },

	/* encodings */
	{ "windows-1252", BYTES("a\n\x80 caf\xe9\n"),
	    { CSV, .encoding = "windows-1252" }, "2: a=€ café\nend" },
	{ "latin-1", BYTES("a\ncaf\xe9\n"), { CSV, .encoding = "ISO-8859-1" },
	    "2: a=café\nend" },
	{ "UTF-16 by its mark",
	    BYTES("\xff\xfe" "a\0;\0b\0\n\0" "1\0;\0\xe9\0\n\0"),
	    { CSV }, "2: a=1 b=é\nend" },
	{ "the other way round",
	    BYTES("\xfe\xff" "\0a\0\n\0\xe9\0\n"), { CSV }, "2: a=é\nend" },
	{ "a pair of surrogates",
	    BYTES("\xff\xfe" "a\0\n\0\x3d\xd8\x00\xde\n\0"), { CSV },
	    "2: a=😀\nend" },
	{ "its mark goes before the option", BYTES("\xef\xbb\xbf" "a\né\n"),
	    { CSV, .encoding = "windows-1252" }, "2: a=é\nend" },
	{ "JSON, too", BYTES("\xff\xfe{\0\"\0a\0\"\0:\0" "1\0}\0"),
	    { FOREIGN }, "1: a#1\nend" },
	{ "a letter that an accent might follow", BYTES("a\nEA"),
	    { CSV, .encoding = "CP1258", .allow_unterminated = true },
	    "2: a=EA\nend" },
	{ "a byte that is no character", BYTES("a\nb\n\x81\n"),
	    { CSV, .encoding = "windows-1252" }, "2: a=b\n65 in: byte 5 (0x81)"
	    " is no character of windows-1252" },
	{ "half a character at the end", BYTES("\xff\xfe" "a\0\n\0b"), { CSV },
	    "65 in: ends inside a character of UTF-16LE (byte 5)" },
	{ "half a pair", BYTES("\xff\xfe" "a\0\n\0\x3d\xd8"), { CSV },
	    "65 in: ends inside a character of UTF-16LE (byte 5)" },
	{ "an encoding nobody knows", BYTES("a\n1\n"),
	    { CSV, .encoding = "klingon" },
	    "64 encoding klingon: is not known (see: iconv -l)" },

	/* wrappers */
	{ "an array in an object", BYTES("{\"n\":2,\"orders\":[{\"a\":1},"
	    "{\"a\":2}],\"next\":null}"), { JSON("orders") },
	    "1: a#1\n1: a#2\nend" },
	{ "two objects around", BYTES("{\"x\":{\"Orders\":[9]},"
	    "\"payload\":{\"c\":[1],\"Orders\":[{\"a\":1}]},\"z\":{}}"),
	    { JSON("payload.Orders") }, "1: a#1\nend" },
	{ "several pages", BYTES("{\"o\":[{\"a\":1}]}\n{\"o\":[]}\n"
	    "{\"o\":[{\"a\":2}]}"), { JSON("o") }, "1: a#1\n3: a#2\nend" },
	{ "one of them is of another kind", BYTES("{\"o\":[{\"a\":1}]}\n"
	    "{\"error\":[{\"a\":2}]}\n{\"o\":[{\"a\":3}]}"), { JSON("o") },
	    "1: a#1\n65 in:2: the records the map names are not in it"
	    " (byte 35)" },
	{ "a page inside of a page's objects", BYTES("{\"p\":{\"o\":[{\"a\":1}]"
	    "},\"q\":{\"o\":[2]},\"p\":{\"x\":1}}"), { JSON("p.o") },
	    "1: a#1\nend" },
	{ "one order", BYTES("{\"order\":{\"a\":1,\"orders\":[2]},\"b\":[3]}"),
	    { JSON("orders|order") }, "1: a#1 orders@[2]\nend" },
	{ "either name", BYTES("{\"orders\":[{\"a\":1}]}"),
	    { JSON("orders|order") }, "1: a#1\nend" },
	{ "an array alone", BYTES("[{\"a\":1},{\"a\":2}]"), { JSON("orders") },
	    "1: a#1\n1: a#2\nend" },
	{ "what is no order", BYTES("{\"orders\":[1,{\"a\":1}]}"),
	    { JSON("orders") }, "1: !not-an-object()\n1: a#1\nend" },
	{ "nor an array", BYTES("{\"orders\":\"none\"}"), { JSON("orders") },
	    "1: !not-an-object()\nend" },
	{ "a number that ends with it", BYTES("{\"orders\":12}"),
	    { JSON("orders") }, "1: !not-an-object()\nend" },
	{ "keys that only begin so", BYTES("{\"order\":1,\"ordersx\":2,"
	    "\"orders\":[{\"a\":1}]}"), { JSON("orders") }, "1: a#1\nend" },
	{ "a key with escapes is another", BYTES("{\"order\\u0073\":[1],"
	    "\"orders\\n\":[2],\"ordersé\":[3]}"), { JSON("orders") },
	    GONE " (byte 49)" },
	{ "a long key", BYTES("{\"" "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\":1,\"o\":[]}"),
	    { JSON("o") }, "end" },
	{ "they are not there", BYTES("{\"a\":[{\"b\":1}]}"), { JSON("b") },
	    GONE " (byte 15)" },
	{ "a word instead of an object", BYTES("{\"payload\":null}"),
	    { JSON("payload.Orders") }, "65 in:1: what leads to the"
	    " records is no object (byte 12)" },
	{ "it ends inside", BYTES("{\"orders\":[{\"a\":1},"),
	    { JSON("orders") }, "1: a#1\n65 in:1: not JSON: input ends before"
	    " the array does (byte 20)" },
	{ "no object at all", BYTES("7"), { JSON("orders") },
	    "1: !not-an-object()\nend" },
	{ "two values, one of them none", BYTES("{\"o\":[]} 7"), { JSON("o") },
	    "65 in:1: not JSON: only an object may follow (byte 10)" },
};

static void
test_cases(void **state)
{
	static const size_t chunks[] = { 1, 2, 3, 7, 4096 };
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].title);
		for (size_t j = 0; j < sizeof chunks / sizeof chunks[0]; j++) {
			dump_pipe(&got, cases[i].text, cases[i].n, chunks[j],
			    &cases[i].opts);
			assert_string_equal(got.data, cases[i].want);
		}
		dump_file(&got, cases[i].text, cases[i].n, &cases[i].opts);
		assert_string_equal(got.data, cases[i].want);
	}
	buf_release(&got);
}

/* However long the array inside is, no more than a record is kept. */
static void
test_a_wrapper_takes_no_memory(void **state)
{
	const struct reader_opts opts = { JSON("payload.Orders") };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	FILE *f = tmpfile();
	struct reader *r;
	struct rec rec;
	int n = 0;

	(void)state;
	assert_non_null(f);
	fputs("{\"payload\":{\"Orders\":[", f);
	for (int i = 0; i < 300000; i++)
		fprintf(f, "%s{\"a\":\"%0100d\"}", i > 0 ? "," : "", i);
	fputs("]}}", f);
	rewind(f);
	r = reader_open(fileno(f), "in", &opts);
	while (reader_next(r, &a, true, &rec, &e) == READ_REC) {
		assert_int_equal(rec.raw_n, 108);
		n++;
		arena_reset(&a);
	}
	assert_int_equal(e.code, 0);
	assert_int_equal(n, 300000);
	arena_release(&a);
	reader_close(r);
	fclose(f);
}

/* Behind the reject of a file with semicolons stands one with commas. */
static void
test_with_commas(void **state)
{
	static const struct {
		const char *rows, *want;
		char delimiter;
	} rows[] = {
		{ "1;2\n", "1,2\n", ';' },
		{ "1,5;2\r\n", "\"1,5\",2\r\n", ';' },
		{ "\"a;b\";\"c,\"\"d\"\n", "\"a;b\",\"c,\"\"d\"\n", ';' },
		{ "5\" x, y;2", "\"5\"\" x, y\",2", ';' },
		{ "a\tb\nc\t\n", "a,b\nc,\n", '\t' },
		{ "a,b\n", "a,b\n", ',' },
	};
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&got);
		csv_with_commas(&got, rows[i].rows, strlen(rows[i].rows),
		    rows[i].delimiter);
		assert_string_equal(got.data, rows[i].want);
	}
	buf_release(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_a_wrapper_takes_no_memory),
		cmocka_unit_test(test_with_commas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
