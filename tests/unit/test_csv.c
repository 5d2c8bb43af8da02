/* What comes back from CSV text. */

#include "records.h"

struct csv_case {
	const char *title;
	const char *text;
	size_t n;
	const char *want;
};

static const struct csv_case cases[] = {
	{ "a header and two rows", BYTES("a,b\n1,2\n3,4\n"),
	    "2: a=1 b=2\n3: a=3 b=4\nend" },
	{ "a header alone is no record", BYTES("a,b\n"), "end" },
	{ "nothing is no record", BYTES(""), "end" },
	{ "blank lines alone are no record", BYTES("\n \t\r\n\n"), "end" },
	{ "CRLF ends rows", BYTES("a,b\r\n1,2\r\n3,4\r\n"),
	    "2: a=1 b=2\n3: a=3 b=4\nend" },
	{ "CR ends rows, as on an old Mac", BYTES("a,b\r1,2\r3,4\r"),
	    "2: a=1 b=2\n3: a=3 b=4\nend" },
	{ "a BOM is no part of the first name", BYTES("\xef\xbb\xbf""a,b\n1,2\n"),
	    "2: a=1 b=2\nend" },
	{ "a BOM before a quoted name", BYTES("\xef\xbb\xbf\"a\",b\n1,2\n"),
	    "2: a=1 b=2\nend" },
	{ "a BOM alone is nothing", BYTES("\xef\xbb\xbf"), "end" },
	{ "blank lines between rows are skipped and counted",
	    BYTES("\n\na,b\n\n1,2\n \t\n\r\n3,4\n\n"),
	    "5: a=1 b=2\n8: a=3 b=4\nend" },
	{ "blank lines of any kind before the header are counted",
	    BYTES(" \r\t\r\n\r \na,b\n1,2\n"), "6: a=1 b=2\nend" },
	{ "in a single column blanks are a value",
	    BYTES("a\n \n\n\"\"\nx\n"), "2: a= \n4: a=\n5: a=x\nend" },
	{ "spaces are part of a cell", BYTES("a,b\n 1 ,\t2\t\n"),
	    "2: a= 1  b=\t2\t\nend" },
	{ "a blank before the first name is part of it", BYTES(" a,b\n1,2\n"),
	    "2:  a=1 b=2\nend" },
	{ "quoted cells", BYTES("a,b\n\"1\",\"x, y\"\n\"\",\"\"\"\"\n"),
	    "2: a=1 b=x, y\n3: a= b=\"\nend" },
	{ "doubled quotes side by side", BYTES("a,b\n\"\"\"x\"\"\",\"\"\"\"\"\"\n"),
	    "2: a=\"x\" b=\"\"\nend" },
	{ "line ends in quotes are kept as they are, and counted",
	    BYTES("a,b\n\"1\r\n2\n3\",x\ny,z\n"),
	    "2: a=1\r\n2\n3 b=x\n5: a=y b=z\nend" },
	{ "a CR before a quoted cell's end", BYTES("a\n\"x\r\"\n"),
	    "2: a=x\r\nend" },
	{ "empty cells", BYTES("a,b,c\n,,\n"), "2: a= b= c=\nend" },
	{ "a row with too few cells", BYTES("a,b\n1,2\n3\n4,5\n"),
	    "2: a=1 b=2\n65 in:3: row has 1 cell, the header has 2" },
	{ "a row with too many cells", BYTES("a,b\n1,2,3\n"),
	    "65 in:2: row has 3 cells, the header has 2" },
	{ "the line named is where the row began",
	    BYTES("a,b\n\"x\ny\",1\n\"x\ny\"\n"),
	    "2: a=x\ny b=1\n65 in:4: row has 1 cell, the header has 2" },
	{ "a stray quote in a cell", BYTES("a,b\n1,2\n3,x\"y\n4,5\n"),
	    "2: a=1 b=2\n65 in:3: cell 2 has a stray quote" },
	{ "text after a closing quote", BYTES("a,b\n\"1\"x,2\n3,4\n"),
	    "65 in:2: cell 1 has a stray quote" },
	{ "a blank after a closing quote", BYTES("a,b\n\"1\" ,2\n"),
	    "65 in:2: cell 1 has a stray quote" },
	{ "a quote that is never closed", BYTES("a,b\n1,2\n\"3,4\n5,6\n"),
	    "2: a=1 b=2\n65 in:3: row has a quote that is not closed" },
	{ "a stray quote in the header", BYTES("a,b\"\n1,2\n"),
	    "65 in:1: cell 2 has a stray quote" },
	{ "a column without a name", BYTES("a,,c\n1,2,3\n"),
	    "65 in:1: header: column 2 has no name" },
	{ "a comma after the last name", BYTES("\na,b,\n1,2,3\n"),
	    "65 in:2: header: column 3 has no name" },
	{ "a name that is there twice", BYTES("b,a,b\n1,2,3\n"),
	    "65 in:1: header: column 'b' is there twice" },
	{ "a name that is not UTF-8", BYTES("a,b\xe9\n1,2\n"),
	    "65 in:1: header: column 2 is not UTF-8" },
	{ "a cell that is not UTF-8 spoils its record alone",
	    BYTES("a,b\n1,caf\xe9\n3,caf\xc3\xa9\n"),
	    "2: a=1 b= !not-utf8(b)\n3: a=3 b=caf\xc3\xa9\nend" },
	{ "a NUL in a cell", BYTES("a,b\nx\0y,2\n"),
	    "2: a= b=2 !nul(a)\nend" },
	{ "a control character in a cell", BYTES("a,b\n1,\033[2J\n"),
	    "2: a=1 b= !control-character(b)\nend" },
	{ "a C1 control in a cell", BYTES("a,b\n1,\xc2\x85\n"),
	    "2: a=1 b= !control-character(b)\nend" },
	{ "the first of two faults is named", BYTES("a,b\n\1,\xff\n"),
	    "2: a= b= !control-character(a)\nend" },
	{ "TAB and line ends are no fault", BYTES("a,b\n\"x\ty\r\n\",2\n"),
	    "2: a=x\ty\r\n b=2\nend" },
	{ "characters outside ASCII", BYTES("naïve,b\n日本,💶\n"),
	    "2: naïve=日本 b=💶\nend" },
};

static void
test_cases(void **state)
{
	static const size_t chunks[] = { 1, 2, 3, 7, 4096 };
	struct reader_opts opts = { .format = FORMAT_CSV };
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

struct end_case {
	const char *title;
	const char *text;
	bool allow;
	const char *from_pipe, *from_file;
};

#define TORN "input ends inside its last line: its writer may have died " \
	"(use --allow-unterminated)"
#define OPEN "row has a quote that is not closed"

static const struct end_case ends[] = {
	{ "a last line without LF is torn when it comes from a pipe",
	    "a,b\n1,2\n3,4", false,
	    "2: a=1 b=2\n65 in:3: " TORN, "2: a=1 b=2\n3: a=3 b=4\nend" },
	{ "unless that is allowed", "a,b\n1,2\n3,4", true,
	    "2: a=1 b=2\n3: a=3 b=4\nend", "2: a=1 b=2\n3: a=3 b=4\nend" },
	{ "a last quoted cell without LF", "a,b\n3,\"x\"", false,
	    "65 in:2: " TORN, "2: a=3 b=x\nend" },
	{ "a last empty cell without LF", "a,b\n3,", false,
	    "65 in:2: " TORN, "2: a=3 b=\nend" },
	{ "a torn header", "a,b", false, "65 in:1: " TORN, "end" },
	{ "blanks at the end are no row", "a,b\n1,2\n \t ", false,
	    "2: a=1 b=2\nend", "2: a=1 b=2\nend" },
	{ "CR at the end is a line end", "a,b\n1,2\r", false,
	    "2: a=1 b=2\nend", "2: a=1 b=2\nend" },
	{ "an open quote is a fault everywhere", "a,b\n1,\"2", true,
	    "65 in:2: " OPEN, "65 in:2: " OPEN },
	{ "too few cells are a fault everywhere", "a,b\n1", true,
	    "65 in:2: row has 1 cell, the header has 2",
	    "65 in:2: row has 1 cell, the header has 2" },
};

static void
test_ends(void **state)
{
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct buf got = BUF_INIT;
	const struct end_case *c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		c = &ends[i];
		print_message("%s\n", c->title);
		opts.allow_unterminated = c->allow;
		dump_pipe(&got, c->text, strlen(c->text), 1, &opts);
		assert_string_equal(got.data, c->from_pipe);
		dump_pipe(&got, c->text, strlen(c->text), 4096, &opts);
		assert_string_equal(got.data, c->from_pipe);
		dump_file(&got, c->text, strlen(c->text), &opts);
		assert_string_equal(got.data, c->from_file);
	}
	buf_release(&got);
}

static void
add_run(struct buf *b, char c, size_t n)
{
	memset(buf_room(b, n), c, n);
	b->n += n;
	b->data[b->n] = '\0';
}

/* A row with one cell of n bytes between two others, and one row more. */
static void
dump_large(struct buf *got, size_t n, bool quoted)
{
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct buf text = BUF_INIT;

	buf_puts(&text, "a,b,c\n1,");
	buf_puts(&text, quoted ? "\"" : "");
	add_run(&text, 'x', n);
	buf_puts(&text, quoted ? "\"" : "");
	buf_puts(&text, ",3\n4,5,6\n");
	dump_file(got, text.data, text.n, &opts);
	buf_release(&text);
}

static void
test_large(void **state)
{
	static const char refused[] =
	    "2: a=1 b= c=3 !too-large(b)\n3: a=4 b=5 c=6\nend";
	struct buf got = BUF_INIT;

	(void)state;
	dump_large(&got, 64 * 1024, false);
	assert_null(strstr(got.data, "too-large"));
	assert_int_equal(got.n, 64 * 1024 +
	    strlen("2: a=1 b= c=3\n3: a=4 b=5 c=6\nend"));
	dump_large(&got, 64 * 1024 + 1, false);
	assert_string_equal(got.data, refused);
	dump_large(&got, 5 * 1024 * 1024, true);
	assert_string_equal(got.data, refused);
	dump_large(&got, 16 * 1024 * 1024, true);
	assert_string_equal(got.data, "65 in:2: row is larger than 16 MiB");
	buf_release(&got);
}

static void
test_columns(void **state)
{
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct buf text = BUF_INIT, got = BUF_INIT;
	int i;

	(void)state;
	for (i = 0; i < 999; i++)
		buf_printf(&text, "c%d,", i);
	buf_puts(&text, "last\n");
	dump_file(&got, text.data, text.n, &opts);
	assert_string_equal(got.data, "end");
	text.n--;
	buf_puts(&text, ",more\n");
	dump_file(&got, text.data, text.n, &opts);
	assert_string_equal(got.data,
	    "65 in:1: header has more than 1000 columns");
	buf_release(&text);
	buf_release(&got);
}

/* Rows of one file share the head, and keep their bytes. */
static void
test_raw(void **state)
{
	static const char text[] = "a,b\r\n\"1\",\"x\r\ny\"\r\n\n3,\xff\n";
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec one, two;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], BYTES(text)), sizeof text - 1);
	close(fd[1]);
	r = reader_open(fd[0], "in", &opts);
	assert_string_equal(reader_header_raw(r), "");
	assert_int_equal(reader_next(r, &a, true, &one, &e), READ_REC);
	assert_int_equal(reader_next(r, &a, true, &two, &e), READ_REC);
	assert_string_equal(reader_header_raw(r), "a,b\r\n");
	assert_ptr_equal(one.head, two.head);
	assert_string_equal(one.raw, "\"1\",\"x\r\ny\"\r\n");
	assert_int_equal(one.raw_n, 12);
	assert_string_equal(two.raw, "3,\xff\n");
	assert_string_equal(rec_text(&one, "b"), "x\r\ny");
	assert_string_equal(rec_text(&one, "c"), "");
	assert_string_equal(rec_text(&two, "b"), "");
	assert_string_equal(two.fault, "is not UTF-8");
	assert_int_equal(head_find(one.head, "b"), 1);
	assert_int_equal(head_find(one.head, "B"), -1);
	reader_close(r);
	close(fd[0]);
	arena_release(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
