/* records.c - all records of a text, by two ways that must agree */

#include <unistd.h>

#include <order/text.h>

#include "records.h"

static const int read_codes[] = { ERR_DATA, 0 };

/* READ_LATER when there is more to come. */
static void
take_all(struct records *r, bool wait)
{
	struct rec rec;

	for (;;) {
		r->end = reader_next(r->reader, &r->mem, wait, &rec, &r->err);
		if (r->end != READ_REC)
			break;
		if ((r->n & (r->n + 1)) == 0)	/* full at 0, 1, 3, 7 ... */
			r->v = xrealloc(r->v, (2 * r->n + 1) * sizeof(*r->v));
		r->v[r->n++] = rec;
	}
	if (r->end < 0)
		fuzz_error("reading", &r->err, read_codes);
}

static void
begin(struct records *r, int fd, enum format format)
{
	struct reader_opts opts = { .format = format,
	    .allow_unterminated = true };

	memset(r, 0, sizeof(*r));
	r->reader = reader_open(fd, "in", &opts);
}

void
records_from_file(struct records *r, const char *s, size_t n,
    enum format format)
{
	begin(r, fuzz_file(s, n), format);
	take_all(r, true);
	MUST(r->end == READ_END || r->end == -1, "a file ends with %d",
	    r->end);
}

void
records_from_pipe(struct records *r, const char *s, size_t n,
    enum format format)
{
	uint32_t state = fuzz_hash(s, n);
	size_t part, most = 13 + n / 16;
	int fd[2];

	MUST(pipe(fd) == 0, "no pipe");
	begin(r, fd[0], format);
	r->end = READ_LATER;
	for (; n > 0 && r->end == READ_LATER; s += part, n -= part) {
		part = 1 + fuzz_next(&state) % most;
		part = part < n ? part : n;
		MUST(write(fd[1], s, part) == (ssize_t)part, "a full pipe");
		take_all(r, false);
	}
	close(fd[1]);
	if (r->end == READ_LATER)
		take_all(r, true);
	close(fd[0]);
}

void
records_release(struct records *r)
{
	reader_close(r->reader);
	arena_release(&r->mem);
	free(r->v);
}

static void
same_text(const char *what, const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		MUST(a == b, "%s: only one is there", what);
	else
		fuzz_same(what, a, strlen(a), b, strlen(b));
}

static void
same_record(const char *what, const struct rec *a, const struct rec *b)
{
	size_t i;

	MUST(a->head->n == b->head->n, "%s: %zu and %zu columns", what,
	    a->head->n, b->head->n);
	for (i = 0; i < a->head->n; i++) {
		same_text(what, a->head->names[i], b->head->names[i]);
		same_text(what, a->values[i], b->values[i]);
		MUST((a->types == NULL ? 0 : a->types[i]) ==
		    (b->types == NULL ? 0 : b->types[i]),
		    "%s: types differ", what);
	}
	MUST(a->line == b->line, "%s: lines %lld and %lld", what,
	    (long long)a->line, (long long)b->line);
	fuzz_same(what, a->raw, a->raw_n, b->raw, b->raw_n);
	same_text(what, a->fault, b->fault);
	same_text(what, a->fault_code, b->fault_code);
	same_text(what, a->fault_field, b->fault_field);
}

void
records_same(const char *what, const struct records *a,
    const struct records *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++)
		same_record(what, &a->v[i], &b->v[i]);
	MUST(a->n == b->n, "%s: %zu and %zu records", what, a->n, b->n);
	MUST(a->end == b->end, "%s: ends %d and %d (%s%s)", what, a->end,
	    b->end, a->err.text, b->err.text);
	same_text(what, a->err.text, b->err.text);
}

void
record_holds(const struct rec *r, const char *input, size_t n, size_t *at)
{
	const char *place;
	size_t i;

	/* Nested text stays as it came, and its record has a fault. */
	for (i = 0; i < r->head->n; i++)
		MUST(text_unfit(r->values[i], strlen(r->values[i])) == NULL ||
		    (r->fault != NULL && r->types != NULL &&
		    r->types[i] == CELL_JSON),
		    "an unfit value of %s", r->head->names[i]);
	MUST((r->fault == NULL) == (r->fault_code == NULL),
	    "half a fault: %s", r->fault != NULL ? r->fault : r->fault_code);
	MUST(r->fault == NULL || (r->fault_field != NULL &&
	    fuzz_is_clean(r->fault, strlen(r->fault))), "fault in line %lld",
	    (long long)r->line);
	place = memmem(input + *at, n - *at, r->raw, r->raw_n);
	MUST(r->raw_n > 0 && place != NULL, "bytes of line %lld are not in"
	    " the input", (long long)r->line);
	*at = (size_t)(place - input) + r->raw_n;
}

void
records_print(struct buf *out, const struct records *r,
    const struct writer_opts *opts)
{
	int fd = fuzz_file("", 0);
	struct writer *w = writer_open(fd, opts);
	struct err e = ERR_INIT;
	size_t i;
	off_t n;

	if (r->n > 0 && opts->format == FORMAT_CSV)
		writer_head(w, r->v[0].head);
	for (i = 0; i < r->n; i++)
		MUST(writer_put(w, r->v[i].head, r->v[i].values, r->v[i].types,
		    &e) == 0, "writing: %s", e.text);
	MUST(writer_close(w, &e) == 0, "writing: %s", e.text);
	n = lseek(fd, 0, SEEK_END);
	MUST(n >= 0 && pread(fd, buf_room(out, (size_t)n), (size_t)n, 0) == n,
	    "reading what was written");
	out->n += (size_t)n;
	out->data[out->n] = '\0';
}

void
records_table(const struct records *r)
{
	const struct writer_opts table = { .format = FORMAT_TABLE,
	    .columns = 80 };
	struct buf out = BUF_INIT;

	records_print(&out, r, &table);
	MUST(fuzz_is_clean(out.data, out.n), "a table could harm a terminal:"
	    " %s", out.data);
	buf_release(&out);
}
