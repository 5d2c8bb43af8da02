/* writer.c - records out as CSV, JSON or a table
 * Collects text and writes it only when told to, since what was printed
 * must have been committed.  Knows nothing of databases or terminals. */

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <order/buf.h>
#include <order/text.h>

#include "shapes.h"
#include "writer.h"

enum {
	TABLE_ROWS = 1000,	/* collected before a table is laid out */
	ROW_BYTES = 128		/* of a table's row, about */
};

struct writer {
	int fd;
	struct writer_opts opts;
	struct arena arena;	/* head and cells */
	const struct head *head;	/* the columns; NULL: not fixed yet */
	const char **cells;	/* a row laid out by name */
	uint8_t *types;
	bool asked;		/* writer_head: the header even without rows */
	bool begun;		/* the header is in text or written */
	bool written;		/* something was written */
	struct buf text;
	struct table *table;
	size_t flushed_rows;	/* of the table's; the others can be dropped */
};

struct writer *
writer_open(int fd, const struct writer_opts *opts)
{
	struct writer *w = xmalloc(sizeof *w);

	memset(w, 0, sizeof *w);
	w->fd = fd;
	w->opts = *opts;
	w->text = (struct buf)BUF_INIT;
	return w;
}

/* ---- CSV ---- */

/* A byte order mark where a file begins would be taken for one. */
static bool
needs_quotes(const char *value, bool alone)
{
	size_t n = strlen(value);

	if (n == 0)
		return alone;
	return strncmp(value, "\xef\xbb\xbf", 3) == 0 || value[strcspn(value, ",\"\r\n")] != '\0' ||
	    value[0] == ' ' || value[0] == '\t' ||
	    value[n - 1] == ' ' || value[n - 1] == '\t';
}

static void
add_quoted(struct buf *b, const char *value, const char *before)
{
	const char *quote;

	buf_putc(b, '"');
	buf_puts(b, before);
	while ((quote = strchr(value, '"')) != NULL) {
		buf_add(b, value, (size_t)(quote - value) + 1);
		buf_putc(b, '"');
		value = quote + 1;
	}
	buf_puts(b, value);
	buf_putc(b, '"');
}

/* Alone in its row, an empty cell would look like a blank line. */
static void
add_cell(struct buf *b, const char *value, bool alone)
{
	if (needs_quotes(value, alone))
		add_quoted(b, value, "");
	else
		buf_puts(b, value);
}

void
csv_row(struct buf *b, const char *const *values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		add_cell(b, values[i], n == 1);
	}
	buf_putc(b, '\n');
}

/* Would a spreadsheet take it for a formula?  The full-width forms of = + - @
 * count, as some programs fold them (CWE-1236). */
static bool
is_formula(const char *value)
{
	static const char *const wide[] = {
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"
	};
	size_t i;

	if (value[0] != '\0' && strchr("=+-@\t\r\n", value[0]) != NULL)
		return true;
	for (i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (strncmp(value, wide[i], 3) == 0)
			return true;
	return false;
}

static void
spreadsheet_row(struct buf *b, const char *const *values,
    const uint8_t *types, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		if ((types == NULL || types[i] != CELL_NUMBER) &&
		    is_formula(values[i]))
			add_quoted(b, values[i], "'");
		else
			add_cell(b, values[i], n == 1);
	}
	buf_puts(b, "\r\n");
}

static void
add_row(struct writer *w, const char *const *values, const uint8_t *types)
{
	if (w->opts.spreadsheet)
		spreadsheet_row(&w->text, values, types, w->head->n);
	else
		csv_row(&w->text, values, w->head->n);
}

static void
begin(struct writer *w)
{
	if (w->begun || w->head == NULL || w->opts.format != FORMAT_CSV)
		return;
	w->begun = true;
	if (w->opts.spreadsheet)
		buf_puts(&w->text, "\xef\xbb\xbf");
	add_row(w, w->head->names, NULL);
}

/* ---- JSON ---- */

/* Nested text as it stood, but on one line: line ends in it can only be white
 * space. */
static void
add_nested(struct buf *b, const char *text)
{
	size_t n;

	for (;;) {
		n = strcspn(text, "\r\n");
		buf_add(b, text, n);
		if (text[n] == '\0')
			return;
		buf_putc(b, ' ');
		text += n + 1;
	}
}

static void
json_object(struct buf *b, const struct head *h, const char *const *values,
    const uint8_t *types)
{
	enum cell type;
	size_t i;

	buf_putc(b, '{');
	for (i = 0; i < h->n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_json(b, h->names[i]);
		buf_putc(b, ':');
		type = types == NULL ? CELL_TEXT : (enum cell)types[i];
		if (type == CELL_TEXT || type == CELL_NULL ||
		    values[i][0] == '\0')
			buf_json(b, values[i]);
		else
			add_nested(b, values[i]);
	}
	buf_puts(b, "}\n");
}

/* ---- records ---- */

static void
fix_columns(struct writer *w, const struct head *h)
{
	if (w->head != NULL)
		return;
	w->head = head_new(&w->arena, h->names, h->n);
	w->cells = arena_array(&w->arena, h->n, sizeof *w->cells);
	w->types = arena_array(&w->arena, h->n, sizeof *w->types);
	if (w->opts.format == FORMAT_TABLE)
		w->table = table_open(w->head, w->opts.color,
		    w->opts.columns);
}

/* Put the values of another shape under the columns of the first. */
static int
lay_out(struct writer *w, const struct head *h, const char *const *values,
    const uint8_t *types, struct err *e)
{
	size_t i;
	int to;

	for (i = 0; i < w->head->n; i++) {
		w->cells[i] = "";
		w->types[i] = CELL_TEXT;
	}
	for (i = 0; i < h->n; i++) {
		to = head_find(w->head, h->names[i]);
		if (to >= 0) {
			w->cells[to] = values[i];
			if (types != NULL)
				w->types[to] = types[i];
		} else if (w->opts.format == FORMAT_CSV) {
			return err_set(e, ERR_DATA, "column '%s' is not in the "
			    "header that was printed", h->names[i]);
		}
	}
	return 0;
}

void
writer_head(struct writer *w, const struct head *h)
{
	fix_columns(w, h);
	w->asked = true;
	begin(w);
}

int
writer_put(struct writer *w, const struct head *h, const char *const *values,
    const uint8_t *types, struct err *e)
{
	if (w->opts.format == FORMAT_JSON) {
		json_object(&w->text, h, values, types);
		return 0;
	}
	fix_columns(w, h);
	if (!head_is(w->head, h->names, h->n)) {
		if (lay_out(w, h, values, types, e) < 0)
			return -1;
		values = w->cells;
		types = w->types;
	}
	if (w->table != NULL) {
		table_add(w->table, values);
		return 0;
	}
	begin(w);
	add_row(w, values, types);
	return 0;
}

void
writer_text(struct writer *w, const char *text, size_t n)
{
	buf_add(&w->text, text, n);
}

size_t
writer_waiting(const struct writer *w)
{
	return w->text.n + (w->table == NULL ? 0 :
	    (table_rows(w->table) - w->flushed_rows) * ROW_BYTES);
}

void
writer_discard(struct writer *w)
{
	buf_clear(&w->text);
	w->begun = w->written;
	if (w->table != NULL)
		table_keep(w->table, w->flushed_rows);
	if (w->written || w->asked || w->flushed_rows > 0)
		return;
	/* The columns were those of a record that never was. */
	table_close(w->table);
	w->table = NULL;
	w->head = NULL;
	arena_reset(&w->arena);
}

static int
write_out(int fd, const char *p, size_t n, struct err *e)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };
	ssize_t done;

	while (n > 0) {
		done = write(fd, p, n);
		if (done >= 0) {
			p += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN) {
			poll(&out, 1, -1);
		} else if (errno == EPIPE) {
			return err_set(e, ERR_PIPE, "stdout closed");
		} else if (errno != EINTR) {
			return err_errno(e, ERR_IO, errno, "stdout");
		}
	}
	return 0;
}

/* A table and text are already, and have our colours in them. */
static void
make_harmless(struct writer *w)
{
	struct buf shown = BUF_INIT;

	text_show_records(&shown, w->text.data, w->text.n,
	    w->opts.format == FORMAT_JSON);
	buf_release(&w->text);
	w->text = shown;
}

static int
flush_text(struct writer *w, struct err *e)
{
	int rc;

	if (w->text.n == 0)
		return 0;
	if (w->opts.terminal && w->opts.format != FORMAT_TABLE &&
	    w->opts.format != FORMAT_TEXT)
		make_harmless(w);
	rc = write_out(w->fd, w->text.data, w->text.n, e);
	buf_clear(&w->text);
	w->written = true;
	return rc;
}

int
writer_flush(struct writer *w, struct err *e)
{
	if (w->asked)
		begin(w);
	if (w->table != NULL) {
		if (w->written || table_rows(w->table) >= TABLE_ROWS)
			table_lay(w->table, &w->text);
		w->flushed_rows = table_rows(w->table);
	}
	return flush_text(w, e);
}

int
writer_close(struct writer *w, struct err *e)
{
	int rc;

	if (w->asked)
		begin(w);
	if (w->table != NULL)
		table_lay(w->table, &w->text);
	rc = flush_text(w, e);
	table_close(w->table);
	buf_release(&w->text);
	arena_release(&w->arena);
	free(w);
	return rc;
}
