/* What stands on stdout: CSV, JSON, tables, and when. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <order/buf.h>
#include <order/recs.h>

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static const char *const ab[] = { "a", "b" };
static const struct head head_ab = { 2, ab };
static const char *const ba[] = { "b", "a" };
static const struct head head_ba = { 2, ba };
static const char *const only_a[] = { "a" };
static const struct head head_a = { 1, only_a };
static const char *const abc[] = { "a", "b", "c" };
static const struct head head_abc = { 3, abc };

/* A writer to a pipe; text() is what came out since it was last asked. */
struct sink {
	struct writer *w;
	int fd[2];
	char text[16384];
};

static void
open_sink(struct sink *s, const struct writer_opts *opts)
{
	assert_int_equal(pipe2(s->fd, O_NONBLOCK), 0);
	s->w = writer_open(s->fd[1], opts);
}

static const char *
text(struct sink *s)
{
	ssize_t n = read(s->fd[0], s->text, sizeof s->text - 1);

	s->text[n > 0 ? n : 0] = '\0';
	return s->text;
}

static void
put(struct sink *s, const struct head *h, const char *const *values,
    const uint8_t *types)
{
	struct err e = ERR_INIT;

	assert_int_equal(writer_put(s->w, h, values, types, &e), 0);
}

static void
put2(struct sink *s, const struct head *h, const char *one, const char *two)
{
	const char *values[] = { one, two };

	put(s, h, values, NULL);
}

static const char *
flushed(struct sink *s)
{
	struct err e = ERR_INIT;

	assert_int_equal(writer_flush(s->w, &e), 0);
	return text(s);
}

static const char *
closed(struct sink *s)
{
	struct err e = ERR_INIT;

	assert_int_equal(writer_close(s->w, &e), 0);
	text(s);
	close(s->fd[0]);
	close(s->fd[1]);
	return s->text;
}

struct cell_case {
	const char *title;
	const char *value;
	uint8_t type;
	const char *csv, *sheet, *json;
};

static const struct cell_case cells[] = {
	{ "plain", "x y", CELL_TEXT, "x y", "x y", "\"x y\"" },
	{ "empty", "", CELL_TEXT, "", "", "\"\"" },
	{ "comma", "x,y", CELL_TEXT, "\"x,y\"", "\"x,y\"", "\"x,y\"" },
	{ "quote", "x\"y", CELL_TEXT, "\"x\"\"y\"", "\"x\"\"y\"",
	    "\"x\\\"y\"" },
	{ "byte order mark", "\xef\xbb\xbfx", CELL_TEXT,
	    "\"\xef\xbb\xbfx\"", "\"\xef\xbb\xbfx\"",
	    "\"\xef\xbb\xbfx\"" },
	{ "only quotes", "\"\"", CELL_TEXT, "\"\"\"\"\"\"", "\"\"\"\"\"\"",
	    "\"\\\"\\\"\"" },
	{ "line ends", "x\r\ny", CELL_TEXT, "\"x\r\ny\"", "\"x\r\ny\"",
	    "\"x\\r\\ny\"" },
	{ "leading blank", " x", CELL_TEXT, "\" x\"", "\" x\"", "\" x\"" },
	{ "trailing TAB", "x\t", CELL_TEXT, "\"x\t\"", "\"x\t\"", "\"x\\t\"" },
	{ "backslash", "x\\y", CELL_TEXT, "x\\y", "x\\y", "\"x\\\\y\"" },
	{ "control characters", "\033\1", CELL_TEXT, "\033\1", "\033\1",
	    "\"\\u001b\\u0001\"" },
	{ "DEL and C1", "\x7f\xc2\x9b\xc2\xa0", CELL_TEXT,
	    "\x7f\xc2\x9b\xc2\xa0", "\x7f\xc2\x9b\xc2\xa0",
	    "\"\\u007f\\u009b\xc2\xa0\"" },
	{ "outside ASCII", "日本 é 💶", CELL_TEXT, "日本 é 💶", "日本 é 💶",
	    "\"日本 é 💶\"" },
	{ "formula", "=1+1", CELL_TEXT, "=1+1", "\"'=1+1\"", "\"=1+1\"" },
	{ "plus", "+49 30", CELL_TEXT, "+49 30", "\"'+49 30\"",
	    "\"+49 30\"" },
	{ "minus", "-1+cmd", CELL_TEXT, "-1+cmd", "\"'-1+cmd\"",
	    "\"-1+cmd\"" },
	{ "at", "@SUM(A1)", CELL_TEXT, "@SUM(A1)", "\"'@SUM(A1)\"",
	    "\"@SUM(A1)\"" },
	{ "TAB first", "\t=1", CELL_TEXT, "\"\t=1\"", "\"'\t=1\"",
	    "\"\\t=1\"" },
	{ "CR first", "\r=1", CELL_TEXT, "\"\r=1\"", "\"'\r=1\"",
	    "\"\\r=1\"" },
	{ "LF first", "\n=1", CELL_TEXT, "\"\n=1\"", "\"'\n=1\"",
	    "\"\\n=1\"" },
	{ "full-width equals", "＝1", CELL_TEXT, "＝1", "\"'＝1\"", "\"＝1\"" },
	{ "formula with quotes", "=\"x\"", CELL_TEXT, "\"=\"\"x\"\"\"",
	    "\"'=\"\"x\"\"\"", "\"=\\\"x\\\"\"" },
	{ "equals inside", "x=1", CELL_TEXT, "x=1", "x=1", "\"x=1\"" },
	{ "number", "-12.50", CELL_NUMBER, "-12.50", "-12.50", "-12.50" },
	{ "word", "true", CELL_WORD, "true", "true", "true" },
	{ "null", "", CELL_NULL, "", "", "\"\"" },
	{ "nested", "[1, {\"a\":2}]", CELL_JSON, "\"[1, {\"\"a\"\":2}]\"",
	    "\"[1, {\"\"a\"\":2}]\"", "[1, {\"a\":2}]" },
	{ "nested over lines", "[\n1,\r\n2]", CELL_JSON, "\"[\n1,\r\n2]\"",
	    "\"[\n1,\r\n2]\"", "[ 1,  2]" },
};

static void
check_cell(const struct cell_case *c, const struct writer_opts *opts,
    const char *before, const char *cell, const char *after)
{
	const char *values[] = { c->value, "-" };
	const uint8_t types[] = { c->type, CELL_NUMBER };
	struct buf want = BUF_INIT;
	struct sink s;

	buf_printf(&want, "%s%s%s", before, cell, after);
	open_sink(&s, opts);
	put(&s, &head_ab, values, types);
	assert_string_equal(closed(&s), want.data);
	buf_release(&want);
}

static void
test_cells(void **state)
{
	struct writer_opts csv = { .format = FORMAT_CSV };
	struct writer_opts sheet = { .format = FORMAT_CSV,
	    .spreadsheet = true };
	struct writer_opts json = { .format = FORMAT_JSON };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cells); i++) {
		print_message("%s\n", cells[i].title);
		check_cell(&cells[i], &csv, "a,b\n", cells[i].csv, ",-\n");
		check_cell(&cells[i], &sheet, "\xef\xbb\xbf""a,b\r\n",
		    cells[i].sheet, ",-\r\n");
		check_cell(&cells[i], &json, "{\"a\":", cells[i].json,
		    ",\"b\":-}\n");
	}
}

/* On a terminal records harm nothing, and JSON stays JSON. */
static void
test_terminal(void **state)
{
	static const struct {
		const char *title, *value, *csv, *json;
	} shown[] = {
		{ "plain", "a b", "a b", "\"a b\"" },
		{ "lines and tabs stay", "a\n\tb", "\"a\n\tb\"", "\"a\\n\\tb\"" },
		{ "CR", "a\rb", "\"a\\u{d}b\"", "\"a\\rb\"" },
		{ "CRLF", "a\r\nb", "\"a\nb\"", "\"a\\r\\nb\"" },
		{ "an escape sequence", "\x1b[2J", "\\u{1b}[2J",
		    "\"\\u001b[2J\"" },
		{ "right-to-left override", "a\xe2\x80\xae""b",
		    "a\\u{202e}b", "\"a\\u202eb\"" },
		{ "a tag", "\xf3\xa0\x81\xa7", "\\u{e0067}",
		    "\"\\udb40\\udc67\"" },
		{ "line separator", "\xe2\x80\xa8", "\\u{2028}",
		    "\"\\u2028\"" },
		{ "not UTF-8", "\xff", "\\x{ff}", "\"\\x{ff}\"" },
	};
	struct writer_opts csv = { .format = FORMAT_CSV, .terminal = true };
	struct writer_opts json = { .format = FORMAT_JSON, .terminal = true };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(shown); i++) {
		struct cell_case c = { shown[i].title, shown[i].value,
			CELL_TEXT, NULL, NULL, NULL };

		print_message("%s\n", c.title);
		check_cell(&c, &csv, "a,b\n", shown[i].csv, ",-\n");
		check_cell(&c, &json, "{\"a\":", shown[i].json, ",\"b\":-}\n");
	}
}

static void
test_alone(void **state)
{
	struct writer_opts opts = { .format = FORMAT_CSV };
	const char *empty[] = { "" };
	struct sink s;

	(void)state;
	open_sink(&s, &opts);
	put(&s, &head_a, empty, NULL);
	assert_string_equal(closed(&s), "a\n\"\"\n");
}

static void
test_layout(void **state)
{
	struct writer_opts opts = { .format = FORMAT_CSV };
	const char *more[] = { "7", "8", "9" }, *less[] = { "6" };
	struct err e = ERR_INIT;
	struct sink s;

	(void)state;
	open_sink(&s, &opts);
	put2(&s, &head_ab, "1", "2");
	put2(&s, &head_ba, "4", "3");
	put(&s, &head_a, less, NULL);
	assert_int_equal(writer_put(s.w, &head_abc, more, NULL, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_string_equal(e.text,
	    "column 'c' is not in the header that was printed");
	assert_string_equal(closed(&s), "a,b\n1,2\n3,4\n6,\n");

	opts.format = FORMAT_JSON;
	open_sink(&s, &opts);
	put2(&s, &head_ab, "1", "2");
	put2(&s, &head_ba, "4", "3");
	put(&s, &head_abc, more, NULL);
	assert_string_equal(closed(&s), "{\"a\":\"1\",\"b\":\"2\"}\n"
	    "{\"b\":\"4\",\"a\":\"3\"}\n"
	    "{\"a\":\"7\",\"b\":\"8\",\"c\":\"9\"}\n");
}

static void
test_header_alone(void **state)
{
	struct writer_opts opts = { .format = FORMAT_CSV };
	struct sink s;

	(void)state;
	open_sink(&s, &opts);
	writer_head(s.w, &head_ab);
	assert_string_equal(closed(&s), "a,b\n");

	open_sink(&s, &opts);
	assert_string_equal(closed(&s), "");

	opts.format = FORMAT_JSON;
	open_sink(&s, &opts);
	writer_head(s.w, &head_ab);
	assert_string_equal(closed(&s), "");

	opts.format = FORMAT_TABLE;
	open_sink(&s, &opts);
	writer_head(s.w, &head_ab);
	assert_string_equal(closed(&s), "");
}

/* Nothing is printed before flush, nor what a rolled-back batch made. */
static void
test_discard(void **state)
{
	struct writer_opts opts = { .format = FORMAT_CSV };
	struct sink s;

	(void)state;
	open_sink(&s, &opts);
	put2(&s, &head_ba, "1", "2");
	assert_string_equal(text(&s), "");
	writer_discard(s.w);
	assert_string_equal(flushed(&s), "");
	put2(&s, &head_ab, "3", "4");
	assert_string_equal(flushed(&s), "a,b\n3,4\n");
	put2(&s, &head_ab, "5", "6");
	writer_discard(s.w);
	put2(&s, &head_ab, "7", "8");
	assert_string_equal(flushed(&s), "7,8\n");
	put2(&s, &head_ab, "9", "0");
	writer_discard(s.w);
	assert_string_equal(closed(&s), "");

	open_sink(&s, &opts);
	writer_head(s.w, &head_ab);
	put2(&s, &head_ab, "1", "2");
	writer_discard(s.w);
	assert_string_equal(closed(&s), "a,b\n");

	opts.format = FORMAT_TABLE;
	open_sink(&s, &opts);
	put2(&s, &head_ba, "1", "2");
	writer_discard(s.w);
	put2(&s, &head_ab, "3", "4");
	assert_string_equal(flushed(&s), "");
	put2(&s, &head_ab, "5", "6");
	writer_discard(s.w);
	assert_string_equal(closed(&s), "a  b\n3  4\n");
}

static void
test_faults(void **state)
{
	struct writer_opts opts = { .format = FORMAT_CSV };
	const char *values[] = { "1", "2" };
	struct err e = ERR_INIT;
	struct writer *w;
	int fd, ends[2];

	(void)state;
	fd = open("/dev/full", O_WRONLY);
	w = writer_open(fd, &opts);
	writer_put(w, &head_ab, values, NULL, &e);
	assert_int_equal(writer_flush(w, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	writer_close(w, &e);

	w = writer_open(fd, &opts);
	writer_put(w, &head_ab, values, NULL, &e);
	e.code = 0;
	assert_int_equal(writer_close(w, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	close(fd);

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	w = writer_open(ends[1], &opts);
	writer_put(w, &head_ab, values, NULL, &e);
	assert_int_equal(writer_close(w, &e), -1);
	assert_int_equal(e.code, ERR_PIPE);
	assert_string_equal(e.text, "stdout closed");
	close(ends[1]);
}

static void
test_csv_row(void **state)
{
	static const char *const values[] = { "a", "x,y", "" };
	struct buf b = BUF_INIT;

	(void)state;
	csv_row(&b, values, 3);
	csv_row(&b, values + 2, 1);
	buf_json(&b, "x\n");
	assert_string_equal(b.data, "a,\"x,y\",\n\"\"\n\"x\\n\"");
	buf_release(&b);
}

struct table_case {
	const char *title;
	int columns;
	bool color;
	const char *rows[3][3];		/* under a, b, c; NULL ends */
	const char *want;
};

static const struct table_case tables[] = {
	{ "columns are aligned, lines have no blanks at the end", 0, false,
	    { { "x", "long", "y" }, { "longer", "z", "" } },
	    "a       b     c\nx       long  y\nlonger  z\n" },
	{ "numbers stand to the right", 0, false,
	    { { "9.50", "-1", "x1" }, { "12.25", "", "2" } },
	    "    a   b  c\n 9.50  -1  x1\n12.25      2\n" },
	{ "a column that is empty in every row is left out", 0, false,
	    { { "x", "", "y" }, { "", "", "z" } }, "a  c\nx  y\n   z\n" },
	{ "wide and combining characters", 0, false,
	    { { "日本", "x", "" }, { "e\xcc\x81", "y", "" } },
	    "a     b\n日本  x\ne\xcc\x81     y\n" },
	{ "no control character reaches the terminal", 0, false,
	    { { "\033[2J", "x\ny", "z" } },
	    "a          b    c\n\\u{1b}[2J  x y  z\n" },
	{ "the widest column gives way", 20, false,
	    { { "abc", "a very long text that is cut", "z" } },
	    "a    b             c\nabc  a very long\xe2\x80\xa6  z\n" },
	{ "but none below eight, and the first, a key, not at all", 10, false,
	    { { "abcdefghij", "abcdefghij", "z" } },
	    "a           b         c\n"
	    "abcdefghij  abcdefg\xe2\x80\xa6  z\n" },
	{ "colour", 0, true,
	    { { "1", "ok", "x" }, { "2", "held", "y" },
	      { "3", "refused", "okay" } },
	    "\033[1ma\033[0m  \033[1mb\033[0m        \033[1mc\033[0m\n"
	    "1  \033[32mok\033[0m       x\n2  \033[33mheld\033[0m     y\n"
	    "3  \033[31mrefused\033[0m  okay\n" },
};

static void
test_tables(void **state)
{
	struct writer_opts opts = { .format = FORMAT_TABLE };
	struct sink s;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(tables); i++) {
		print_message("%s\n", tables[i].title);
		opts.columns = tables[i].columns;
		opts.color = tables[i].color;
		open_sink(&s, &opts);
		for (j = 0; j < 3 && tables[i].rows[j][0] != NULL; j++)
			put(&s, &head_abc, tables[i].rows[j], NULL);
		assert_string_equal(flushed(&s), "");
		assert_string_equal(closed(&s), tables[i].want);
	}
}

/* A long table appears in parts, each laid out like the first. */
static void
test_long_table(void **state)
{
	struct writer_opts opts = { .format = FORMAT_TABLE };
	struct sink s;
	int i;

	(void)state;
	open_sink(&s, &opts);
	for (i = 0; i < 999; i++)
		put2(&s, &head_ab, "x", "yyy");
	assert_string_equal(flushed(&s), "");
	put2(&s, &head_ab, "x", "yyy");
	assert_string_equal(text(&s), "");
	assert_int_equal(strlen(flushed(&s)), 1000 * strlen("x  yyy\n") +
	    strlen("a  b\n"));
	put2(&s, &head_ab, "z", "longer");
	assert_string_equal(flushed(&s), "z  longer\n");
	put2(&s, &head_ab, "gone", "");
	writer_discard(s.w);
	assert_string_equal(closed(&s), "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_header_alone),
		cmocka_unit_test(test_discard),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_csv_row),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_long_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
