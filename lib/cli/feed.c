/* feed.c - the input files of order-receive and order-load, one after another
 *
 * Knows files and spools; what the rows mean is intake.c's business. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "feed.h"

static char *only_stdin[] = { (char []){ "-" } };

void
feed_init(struct feed *f, struct tool *t)
{
	memset(f, 0, sizeof(*f));
	f->tool = t;
	f->name = t->argc > 0 ? t->argv : only_stdin;
	f->n = f->nlabels = t->argc > 0 ? (size_t)t->argc : 1;
	f->label = xmalloc(f->n * sizeof(*f->label));
	f->fd = xmalloc(f->n * sizeof(*f->fd));
	f->piped = xmalloc(f->n * sizeof(*f->piped));
	for (size_t i = 0; i < f->n; i++) {
		f->label[i] = reader_label(f->name[i]);
		f->fd[i] = -1;
		f->piped[i] = t->piped && strcmp(f->name[i], "-") == 0;
		if (strcmp(f->name[i], "-") == 0 && tool_is_terminal(0))
			tool_usage(t, "nothing to do: name a file, or feed"
			    " records on stdin");
	}
}

void
feed_init_open(struct feed *f, struct tool *t, size_t n, char **name, int *fd,
    const bool *whole)
{
	memset(f, 0, sizeof(*f));
	f->tool = t;
	f->name = name;
	f->n = f->nlabels = n;
	f->label = xmalloc((n + 1) * sizeof(*f->label));
	f->fd = fd;
	f->piped = xmalloc((n + 1) * sizeof(*f->piped));
	for (size_t i = 0; i < n; i++) {
		f->label[i] = reader_label(name[i]);
		f->piped[i] = !whole[i];
	}
}

void
feed_speak(struct feed *f, const struct dialect *d)
{
	f->dialect = *d;
	if (d->map != NULL)
		f->mapper = mapper_open(d->map);
}

static void
close_current(struct feed *f)
{
	if (f->reader != NULL) {
		f->past = xrealloc(f->past,
		    (f->npast + 1) * sizeof(struct reader *));
		f->past[f->npast++] = f->reader;
	}
	f->reader = NULL;
	if (f->tool->loop != NULL)
		f->tool->loop->reader = NULL;
}

void
feed_release(struct feed *f)
{
	close_current(f);
	mapper_close(f->mapper);
	for (size_t i = 0; i < f->npast; i++)
		reader_close(f->past[i]);
	free((void *)f->past);
	for (size_t i = 0; i < f->nlabels; i++)
		free(f->label[i]);
	for (size_t i = 0; i < f->n; i++)
		if (f->fd[i] > 0)
			close(f->fd[i]);
	free(f->label);
	free(f->fd);
	free(f->piped);
	free(f->origin);
}

static int
open_input(struct feed *f, size_t i, struct err *e)
{
	int fd;

	if (f->fd[i] >= 0)
		return f->fd[i];
	if (strcmp(f->name[i], "-") == 0)
		return f->fd[i] = 0;
	fd = open(f->name[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_errno(e, ERR_NOINPUT, errno, "%s", f->name[i]);
	return f->fd[i] = fd;
}

int
feed_spool(struct feed *f, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		int fd = open_input(f, i, e);
		int spool;

		if (fd < 0)
			return -1;
		spool = spool_input(fd, &tool_signal, &f->piped[i], e);
		if (spool < 0)
			return err_add(e, "%s", f->label[i]);
		if (fd > 0)
			close(fd);
		f->fd[i] = spool;
	}
	return 0;
}

int
feed_rewind(struct feed *f, struct err *e)
{
	close_current(f);
	f->at = f->row = 0;
	f->ended = false;
	for (size_t i = 0; i < f->n; i++)
		if (lseek(f->fd[i], 0, SEEK_SET) < 0)
			return err_errno(e, ERR_IO, errno, "temporary file");
	if (f->mapper != NULL)
		mapper_recount(f->mapper, !f->grouped);
	return 0;
}

void
feed_skip(struct feed *f)
{
	/* The last reader stays for its format and header. */
	f->ended = f->at + 1 == f->n;
	if (f->ended)
		return;
	close_current(f);
	f->at++;
}

static bool
is_ours(const char *name)
{
	return order_column_find(name) >= 0 || line_column_find(name) >= 0 ||
	    is_reject_column(name);
}

/* What was asked for goes before what the map says. */
static struct reader_opts
reader_options(const struct feed *f)
{
	const struct tool *t = f->tool;
	const struct dialect *d = &f->dialect;
	struct reader_opts o = { .format = t->in,
	    .allow_unterminated = t->allow_unterminated, .stop = &tool_signal,
	    .piped = f->piped[f->at], .foreign = d->foreign,
	    .known = d->foreign && d->map == NULL ? is_ours : NULL,
	    .told_utf8 = f->decoded, .delimiter = d->delimiter,
	    .encoding = d->encoding };

	if (d->map != NULL) {
		const struct map_input *in = map_input(d->map);

		if (o.format == FORMAT_AUTO)
			o.format = in->format;
		if (o.delimiter == '\0')
			o.delimiter = in->delimiter;
		if (o.encoding == NULL)
			o.encoding = in->encoding;
		o.names = in->names;
		o.nnames = in->nnames;
		o.wrapper = in->wrapper;
	}
	/* What was found out when the rows were gathered. */
	if (f->grouped || f->decoded)
		o.encoding = NULL;
	if (f->grouped)
		o.delimiter = reader_delimiter(f->past[0]);
	return o;
}

/* A header tells even without rows whether the map is for this input. */
static int
begin_map(struct feed *f, struct err *e)
{
	const struct head *head;
	int r = reader_header(f->reader, &head, e);

	mapper_begin(f->mapper);
	return r > 0 ? mapper_header(f->mapper, head, reader_name(f->reader),
	    e) : r;
}

static int
open_reader(struct feed *f, struct err *e)
{
	struct tool *t = f->tool;
	struct reader_opts o = reader_options(f);
	int fd = open_input(f, f->at, e);

	if (fd < 0)
		return -1;
	f->reader = reader_open(fd, f->name[f->at], &o);
	if (t->loop != NULL) {
		t->loop->reader = f->reader;
		if (t->loop->first == NULL)
			t->loop->first = f->reader;
	}
	if (f->mapper != NULL && begin_map(f, e) < 0)
		return -1;
	return f->check != NULL ? f->check(f, e) : 0;
}

static int
end_of_file(struct feed *f, struct err *e)
{
	if (reader_empty(f->reader))
		return err_set(e, ERR_DATA, "%s: there is nothing in it",
		    reader_name(f->reader));
	return 0;
}

/* The record in our columns, and its bytes without those of a reject: 1, 0
 * when the map skips it, -1. */
static int
apply_map(struct feed *f, struct arena *mem, struct rec *r,
    const char *source, struct err *e)
{
	struct rec theirs = *r;
	struct buf b = BUF_INIT;
	bool reject = false;

	for (size_t i = 0; i < r->head->n && !reject; i++)
		reject = is_reject_column(r->head->names[i]);
	if (reject && r->raw_n > 0) {
		rec_without(&b, r, reject_columns, REJECT_NCOLUMNS);
		theirs.raw = arena_dupn(mem, b.data, b.n);
		theirs.raw_n = b.n;
		buf_release(&b);
	}
	return mapper_map(f->mapper, mem, &theirs, source, r, e);
}

int
feed_next(struct feed *f, struct arena *mem, bool wait, struct rec *r,
    const char **source, struct err *e)
{
	for (;;) {
		int got;

		if (f->ended)
			return READ_END;
		if (f->reader == NULL) {
			if (f->at == f->n)
				return READ_END;
			if (open_reader(f, e) < 0)
				return -1;
		}
		*source = reader_name(f->reader);
		got = reader_next(f->reader, mem, wait, r, e);
		if (got == READ_REC && f->origin != NULL &&
		    f->row < f->norigins) {
			uint64_t from = f->origin[f->row++];

			r->line = (int64_t)(from & 0xffffffffff);
			*source = f->label[from >> 40];
		}
		if (got == READ_REC && f->mapper != NULL &&
		    (got = apply_map(f, mem, r, *source, e)) == 0)
			continue;
		if (got != READ_END)
			return got;
		if (end_of_file(f, e) < 0)
			return -1;
		/* The last reader stays for its format and header. */
		if (f->at + 1 == f->n)
			return READ_END;
		close_current(f);
		f->at++;
	}
}

bool
row_continues(const struct rec *r)
{
	static const struct head *known;
	static int place[ORDER_NCOLUMNS];
	static int n;

	if (known != r->head) {
		known = r->head;
		n = 0;
		for (size_t i = 0; i < r->head->n; i++)
			if (order_column_find(r->head->names[i]) >= 0 &&
			    n < ORDER_NCOLUMNS)
				place[n++] = (int)i;
	}
	for (int i = 0; i < n; i++)
		if (r->values[place[i]][0] != '\0')
			return false;
	return true;
}

const char *
cell_fault(const struct rec *r, size_t column, const char **code)
{
	int type = r->types == NULL ? CELL_TEXT : r->types[column];

	if (type == CELL_NUMBER && number_digits(r->values[column]) > 15) {
		*code = "inexact-number";
		return "has over 15 digits: write it as a string";
	}
	if (type == CELL_WORD || type == CELL_JSON) {
		*code = "wrong-type";
		return "is neither text nor a number";
	}
	return NULL;
}
