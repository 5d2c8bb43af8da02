/* records.h - for tests: feed text to a reader, write down what comes back */
#ifndef TEST_RECORDS_H
#define TEST_RECORDS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include <order/buf.h>
#include <order/recs.h>

#define BYTES(s) (s), sizeof (s) - 1

/* A record as "LINE: name=value ...", a type other than text as name#value
 * (number), name~ (word), name0 (null), name@ (nested); then its fault. */
static inline void
dump_rec(struct buf *b, const struct rec *r)
{
	static const char marks[] = "=#~0@";
	size_t i;

	buf_printf(b, "%d:", (int)r->line);
	for (i = 0; i < r->head->n; i++)
		buf_printf(b, " %s%c%s", r->head->names[i],
		    marks[r->types == NULL ? CELL_TEXT : r->types[i]],
		    r->values[i]);
	if (r->fault != NULL)
		buf_printf(b, " !%s(%s)", r->fault_code, r->fault_field);
	buf_putc(b, '\n');
}

/* All records that are there; what reader_next said last. */
static inline int
dump_all(struct buf *b, struct reader *r, bool wait)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct rec rec;
	int rc;

	while ((rc = reader_next(r, &a, wait, &rec, &e)) == READ_REC) {
		dump_rec(b, &rec);
		arena_reset(&a);
	}
	arena_release(&a);
	if (rc == READ_END)
		buf_puts(b, "end");
	if (rc < 0)
		buf_printf(b, "%d %s", e.code, e.text);
	return rc;
}

/* Through a pipe, chunk bytes at a time (at most a pipe full). */
static inline void
dump_pipe(struct buf *b, const char *text, size_t n, size_t chunk,
    const struct reader_opts *opts)
{
	struct reader *r;
	size_t part;
	int fd[2], rc = READ_LATER;

	buf_clear(b);
	assert_int_equal(pipe(fd), 0);
	r = reader_open(fd[0], "in", opts);
	while (n > 0 && rc == READ_LATER) {
		part = n < chunk ? n : chunk;
		assert_int_equal(write(fd[1], text, part), part);
		text += part;
		n -= part;
		rc = dump_all(b, r, false);
	}
	close(fd[1]);
	if (rc == READ_LATER)
		dump_all(b, r, true);
	reader_close(r);
	close(fd[0]);
}

static inline void
dump_file(struct buf *b, const char *text, size_t n,
    const struct reader_opts *opts)
{
	FILE *f = tmpfile();
	struct reader *r;

	buf_clear(b);
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	r = reader_open(fileno(f), "in", opts);
	dump_all(b, r, true);
	reader_close(r);
	fclose(f);
}

#endif
