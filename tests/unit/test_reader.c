/* How a reader finds the format, waits, stops and fails. */

#include "records.h"

#include <fcntl.h>
#include <sys/time.h>

static struct reader *
open_text(const char *text, size_t n, const struct reader_opts *opts, int *fd)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, n), n);
	close(ends[1]);
	*fd = ends[0];
	return reader_open(*fd, "in", opts);
}

static void
test_blanks_are_bounded(void **state)
{
	const size_t n = 17 * 1024 * 1024;
	struct err e = ERR_INIT;
	const struct head *head;
	char *blanks = malloc(n);
	FILE *f = tmpfile();
	struct reader *r;

	(void)state;
	assert_non_null(blanks);
	assert_non_null(f);
	memset(blanks, ' ', n);
	blanks[0] = '\n';
	assert_int_equal(fwrite(blanks, 1, n, f), n);
	rewind(f);
	r = reader_open(fileno(f), "in", NULL);
	assert_int_equal(reader_header(r, &head, &e), -1);
	assert_string_equal(e.text, "in:2: line is larger than 16 MiB");
	/* Asked again, it says the same. */
	e = (struct err)ERR_INIT;
	assert_int_equal(reader_header(r, &head, &e), -1);
	assert_string_equal(e.text, "in:2: line is larger than 16 MiB");
	reader_close(r);
	fclose(f);
	free(blanks);
}

struct format_case {
	const char *title;
	const char *text;
	enum format given, found;
	bool empty;
	const char *want;
};

static const struct format_case formats[] = {
	{ "a brace means JSON", "{\"a\":1}", FORMAT_AUTO, FORMAT_JSON, false,
	    "1: a#1\nend" },
	{ "a bracket means JSON", "[]", FORMAT_AUTO, FORMAT_JSON, false, "end" },
	{ "white space before it does not count", "\n\t {\"a\":1}",
	    FORMAT_AUTO, FORMAT_JSON, false, "2: a#1\nend" },
	{ "nor does a BOM", "\xef\xbb\xbf[{\"a\":1}]", FORMAT_AUTO,
	    FORMAT_JSON, false, "1: a#1\nend" },
	{ "anything else is CSV", "a\n1\n", FORMAT_AUTO, FORMAT_CSV, false,
	    "2: a=1\nend" },
	{ "the first bytes of a BOM are none", "\xef\xbb\n", FORMAT_AUTO,
	    FORMAT_CSV, false, "65 in:1: header: column 1 is not UTF-8" },
	{ "nothing is CSV, and empty", "", FORMAT_AUTO, FORMAT_CSV, true,
	    "end" },
	{ "so is white space", " \r\n\n\t", FORMAT_AUTO, FORMAT_CSV, true,
	    "end" },
	{ "and a BOM", "\xef\xbb\xbf\n", FORMAT_AUTO, FORMAT_CSV, true, "end" },
	{ "nothing stays the JSON it was said to be", "\n", FORMAT_JSON,
	    FORMAT_JSON, true, "end" },
	{ "a header is not empty", "a\n", FORMAT_AUTO, FORMAT_CSV, false,
	    "end" },
	{ "CSV that was said to be JSON", "a\n1\n", FORMAT_JSON, FORMAT_JSON,
	    false, "65 in:1: not JSON: expected a value (byte 1)" },
	{ "JSON that was said to be CSV", "{}\n", FORMAT_CSV, FORMAT_CSV,
	    false, "end" },
};

static void
test_formats(void **state)
{
	struct reader_opts opts = { .format = FORMAT_AUTO };
	const struct format_case *c;
	struct buf got = BUF_INIT;
	struct reader *r;
	size_t i;
	int fd, ask;

	(void)state;
	for (i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		c = &formats[i];
		print_message("%s\n", c->title);
		opts.format = c->given;
		for (ask = 0; ask < 2; ask++) {
			buf_clear(&got);
			r = open_text(c->text, strlen(c->text), &opts, &fd);
			if (ask)
				assert_int_equal(reader_format(r), c->found);
			dump_all(&got, r, true);
			assert_string_equal(got.data, c->want);
			assert_int_equal(reader_format(r), c->found);
			assert_int_equal(reader_empty(r), c->empty);
			reader_close(r);
			close(fd);
		}
	}
	buf_release(&got);
}

static void
test_header(void **state)
{
	struct reader_opts opts = { .format = FORMAT_AUTO };
	const struct head *h;
	struct err e = ERR_INIT;
	struct reader *r;
	int fd;

	(void)state;
	r = open_text(BYTES("\na,b\n"), &opts, &fd);
	assert_int_equal(reader_header(r, &h, &e), 1);
	assert_int_equal(h->n, 2);
	assert_string_equal(h->names[1], "b");
	assert_string_equal(reader_header_raw(r), "a,b\n");
	assert_int_equal(reader_header(r, &h, &e), 1);
	assert_int_equal(reader_bytes(r), 5);
	reader_close(r);
	close(fd);

	r = open_text(BYTES(" \n"), &opts, &fd);
	assert_int_equal(reader_header(r, &h, &e), 0);
	assert_null(h);
	assert_true(reader_empty(r));
	reader_close(r);
	close(fd);

	r = open_text(BYTES("{\"a\":1}"), &opts, &fd);
	assert_int_equal(reader_header(r, &h, &e), 0);
	assert_null(h);
	assert_false(reader_empty(r));
	reader_close(r);
	close(fd);

	r = open_text(BYTES("a,a\n"), &opts, &fd);
	assert_int_equal(reader_header(r, &h, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	reader_close(r);
	close(fd);
}

/* What is readable now is returned now; a whole record is not kept waiting
 * for the next. */
static void
test_later(void **state)
{
	struct reader_opts opts = { .format = FORMAT_AUTO };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	r = reader_open(fd[0], "in", &opts);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_LATER);
	assert_int_equal(write(fd[1], BYTES("{\"a\":1}{\"a\"")), 11);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_REC);
	assert_string_equal(rec_text(&rec, "a"), "1");
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_LATER);
	assert_int_equal(write(fd[1], BYTES(":22}")), 4);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_REC);
	assert_string_equal(rec_text(&rec, "a"), "22");
	close(fd[1]);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_END);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_END);
	assert_int_equal(reader_bytes(r), 15);
	assert_int_equal(reader_size(r), -1);
	reader_close(r);
	close(fd[0]);
	arena_release(&a);
}

/* A descriptor that does not block is waited for all the same. */
static void
test_nonblocking(void **state)
{
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec;
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	r = reader_open(fd[0], "in", &opts);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_LATER);
	assert_int_equal(write(fd[1], BYTES("a\n1\n")), 4);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_REC);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_LATER);
	close(fd[1]);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_END);
	reader_close(r);
	close(fd[0]);
	arena_release(&a);
}

static volatile sig_atomic_t stop;

static void
on_alarm(int sig)
{
	stop = sig;
}

/* Nothing ever comes through the pipe: only the signal ends the wait. */
static void
test_stop(void **state)
{
	struct reader_opts opts = { .format = FORMAT_CSV, .stop = &stop };
	struct itimerval soon = { .it_value = { .tv_usec = 5000 } };
	struct sigaction act = { .sa_handler = on_alarm };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec;
	int fd[2];

	(void)state;
	stop = 0;
	assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], BYTES("a\n1\n2")), 5);
	r = reader_open(fd[0], "in", &opts);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_REC);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_STOPPED);
	assert_int_equal(stop, SIGALRM);
	assert_int_equal(reader_next(r, &a, false, &rec, &e), READ_STOPPED);

	/* What was buffered is not lost, should the caller go on. */
	stop = 0;
	assert_int_equal(write(fd[1], BYTES("3\n")), 2);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_REC);
	assert_string_equal(rec_text(&rec, "a"), "23");
	reader_close(r);
	close(fd[0]);
	close(fd[1]);
	arena_release(&a);
}

static void
test_stopped_before(void **state)
{
	struct reader_opts opts = { .format = FORMAT_AUTO, .stop = &stop };
	const struct head *h;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec;
	int fd;

	(void)state;
	stop = SIGTERM;
	r = open_text(BYTES("a\n1\n"), &opts, &fd);
	assert_int_equal(reader_format(r), FORMAT_AUTO);
	assert_int_equal(reader_header(r, &h, &e), 0);
	assert_null(h);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_STOPPED);
	assert_false(reader_empty(r));
	stop = 0;
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_REC);
	reader_close(r);
	close(fd);
	arena_release(&a);
}

static void
test_faults(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec;
	int fd;

	(void)state;
	fd = open("/", O_RDONLY | O_DIRECTORY);
	r = reader_open(fd, "/", NULL);
	assert_int_equal(reader_format(r), FORMAT_AUTO);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), -1);
	assert_int_equal(e.code, ERR_NOINPUT);
	assert_string_equal(e.text, "/: cannot read: Is a directory");
	reader_close(r);
	close(fd);

	e.code = 0;
	r = reader_open(fd, "gone", NULL);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	reader_close(r);

	/* A fault is told again, and the records before it were returned. */
	r = open_text(BYTES("a,b\n1,2\n3\n4,5\n"), NULL, &fd);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), READ_REC);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), -1);
	e.code = 0;
	assert_int_equal(reader_next(r, &a, true, &rec, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_string_equal(e.text, "in:3: row has 1 cell, the header has 2");
	reader_close(r);
	close(fd);
	arena_release(&a);
}

static void
test_names(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct reader *r;
	struct rec rec;
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	fputs("a\n1,2\n", f);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	r = reader_open(fileno(f), "-", NULL);
	assert_string_equal(reader_name(r), "stdin");
	assert_int_equal(reader_size(r), 6);
	assert_int_equal(reader_next(r, &a, true, &rec, &e), -1);
	assert_memory_equal(e.text, "stdin:2: ", 9);
	reader_close(r);

	/* A file name can be hostile, too. */
	lseek(fileno(f), 0, SEEK_SET);
	r = reader_open(fileno(f), "x\033[2J.csv", NULL);
	assert_string_equal(reader_name(r), "x\\u{1b}[2J.csv");
	assert_int_equal(reader_next(r, &a, true, &rec, &e), -1);
	assert_null(strchr(e.text, '\033'));
	reader_close(r);
	fclose(f);
	arena_release(&a);
}

/* More than fits the buffer, in records of every size. */
static void
test_long(void **state)
{
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct buf text = BUF_INIT, got = BUF_INIT, want = BUF_INIT;
	size_t i, n, blanks;

	(void)state;
	buf_puts(&text, "a\n");
	for (i = 0; i < 3000; i++) {
		blanks = i * i * 7 % 997;
		buf_putc(&text, 'x');
		buf_printf(&want, "%zu: a=x", i + 2);
		for (n = 0; n < blanks; n++) {
			buf_putc(&text, 'y');
			buf_putc(&want, 'y');
		}
		buf_putc(&text, '\n');
		buf_putc(&want, '\n');
	}
	buf_puts(&want, "end");
	dump_file(&got, text.data, text.n, &opts);
	assert_string_equal(got.data, want.data);
	dump_pipe(&got, text.data, text.n, 4096, &opts);
	assert_string_equal(got.data, want.data);
	dump_pipe(&got, text.data, text.n, 4099, &opts);
	assert_string_equal(got.data, want.data);
	buf_release(&text);
	buf_release(&got);
	buf_release(&want);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_blanks_are_bounded),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_nonblocking),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stopped_before),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
