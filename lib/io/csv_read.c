/* csv_read.c - CSV rows to records (RFC 4180)
 * Finds where each row ends, so that it knows the row's bytes and line, and
 * has exactly those bytes cut into cells.  Knows nothing of files. */

#include <order/text.h>

#include "reader.h"

enum { PARSER_LARGE = 1024 * 1024 };	/* bytes, given back after use */

/* Dialects, the likeliest first. */
static const char DELIMITERS[] = ",;\t|";

static const char UNCLOSED[] = "row has a quote that is not closed";

/* RFC 4180: spaces are part of a cell. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

void
csv_read_open(struct csv_read *c, bool foreign)
{
	c->foreign = foreign;
	c->delimiter = foreign ? '\0' : ',';
	csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(&c->parser, no_space);
	csv_set_blk_size(&c->parser, CELL_MAX);
}

void
csv_read_close(struct csv_read *c)
{
	csv_free(&c->parser);
	arena_release(&c->arena);
}

static bool
delimits(const struct csv_read *c, char p)
{
	return c->delimiter != '\0' ? p == c->delimiter :
	    p != '\0' && strchr(DELIMITERS, p) != NULL;
}

/* The first of c in [p, end), or end. */
static const char *
seek(const char *p, const char *end, char c)
{
	const char *q = memchr(p, c, (size_t)(end - p));

	return q != NULL ? q : end;
}

/* Find the end of the row at pos, going on where the last look stopped.  A
 * row ends with LF, CRLF or CR outside quotes; a quote counts only where
 * libcsv lets it count, at the start of a cell, so that a stray one does not
 * swallow the rows that follow. */
static bool
row_end(struct reader *r, size_t *n)
{
	struct csv_read *c = &r->csv;
	const char *begin = r->data + r->pos, *end = r->data + r->end;
	const char *p = begin + r->scan, *lf = NULL, *stop, *cr;
	bool more = !r->eof;

	while (p < end) {
		if (c->quoted) {
			p = seek(p, end, '"');
			if (p == end || (p + 1 == end && more))
				break;
			c->quoted = p + 1 < end && p[1] == '"';
			p += c->quoted ? 2 : 1;
			continue;
		}
		if (lf == NULL || lf < p)
			lf = seek(p, end, '\n');
		stop = seek(p, lf, '"');
		cr = seek(p, stop, '\r');
		if (cr < stop || (cr == lf && lf < end)) {
			if (cr + 1 == end && *cr == '\r' && more) {
				p = cr;
				break;
			}
			if (*cr == '\r' && cr + 1 < end && cr[1] == '\n')
				cr++;
			*n = (size_t)(cr + 1 - begin);
			return true;
		}
		p = stop;
		if (p < end) {
			c->quoted = p == begin || delimits(c, p[-1]);
			p++;
		}
	}
	r->scan = (size_t)(p - begin);
	return false;
}

/* Blanks alone are a row only where there is but one column. */
static bool
is_blank(const struct csv_read *c, const char *p, size_t n)
{
	bool one = c->head.names != NULL && c->head.n == 1;
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] != '\n' && p[i] != '\r' &&
		    (one || (p[i] != ' ' && p[i] != '\t') ||
		    p[i] == c->delimiter))
			return false;
	return true;
}

static void
row_take(struct reader *r, size_t n)
{
	bool cr = r->data[r->pos + n - 1] == '\r';

	reader_take(r, n);
	r->line += cr;
	r->csv.quoted = false;
	if (csv_get_buffer_size(&r->csv.parser) > PARSER_LARGE)
		csv_free(&r->csv.parser);	/* it gets a new one */
}

/* The last row has no line end: whoever wrote it to a pipe may have died,
 * and the cell may have been longer. */
static int
check_unterminated(struct reader *r, struct err *e)
{
	if (r->csv.quoted)
		return reader_fault(r, r->line, e, UNCLOSED);
	if ((r->regular && !r->opts.piped) || r->opts.allow_unterminated)
		return 0;
	return reader_fault(r, r->line, e, "input ends inside its last line: "
	    "its writer may have died (use --allow-unterminated)");
}

/* The next row that is not blank begins at pos and has *n bytes. */
static int
next_row(struct reader *r, bool wait, size_t *n, struct err *e)
{
	bool whole;
	int rc;

	for (;;) {
		whole = row_end(r, n);
		if (!whole && r->eof) {
			*n = r->end - r->pos;
			if (*n == 0)
				return READ_END;
		}
		if ((whole ? *n : r->end - r->pos) > RECORD_MAX)
			return reader_fault(r, r->line, e,
			    "row is larger than 16 MiB");
		if (whole || r->eof) {
			if (!is_blank(&r->csv, r->data + r->pos, *n))
				break;
			row_take(r, *n);
		} else {
			rc = reader_fill(r, wait, e);
			if (rc != READ_REC && rc != READ_END)
				return rc;
		}
	}
	if (!whole && check_unterminated(r, e) < 0)
		return -1;
	return READ_REC;
}

/* "Sku " to "sku", if that is known. */
static void
fold_names(struct csv_read *c, bool (*known)(const char *))
{
	for (size_t i = 0; i < c->n && i < COLUMNS_MAX; i++) {
		char *name = text_trim(&c->arena, c->cells[i]);

		for (char *p = name; *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p - 'A' + 'a');
		if (known(name))
			c->cells[i] = name;
	}
}

static int
check_header(struct reader *r, struct err *e)
{
	struct csv_read *c = &r->csv;
	const char **sorted, *twice;
	size_t i;

	if (c->n > COLUMNS_MAX)
		return reader_fault(r, r->line, e,
		    "header has more than %d columns", COLUMNS_MAX);
	if (c->fault != NULL)
		return reader_fault(r, r->line, e, "header: column %zu %s",
		    c->fault_at + 1, c->fault);
	for (i = 0; i < c->n; i++)
		if (c->cells[i][0] == '\0')
			return reader_fault(r, r->line, e,
			    "header: column %zu has no name", i + 1);
	sorted = arena_array(&c->arena, c->n, sizeof *sorted);
	memcpy(sorted, c->cells, c->n * sizeof *sorted);
	twice = names_repeat(sorted, c->n);
	if (twice == NULL)
		return 0;
	return reader_fault(r, r->line, e, "header: column '%s' is there twice",
	    text_excerpt(&c->arena, twice));
}

static size_t
count_outside_quotes(const char *row, size_t n, char c)
{
	bool quoted = false;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		quoted = quoted != (row[i] == '"');
		count += !quoted && row[i] == c;
	}
	return count;
}

/* Which delimiter is there most often? */
static char
likeliest(const char *row, size_t n)
{
	size_t most = 0;
	char best = DELIMITERS[0];

	for (const char *d = DELIMITERS; *d != '\0'; d++) {
		size_t count = count_outside_quotes(row, n, *d);

		if (count > most) {
			most = count;
			best = *d;
		}
	}
	return best;
}

static void
set_delimiter(struct csv_read *c, char delimiter)
{
	c->delimiter = delimiter;
	csv_set_delim(&c->parser, (unsigned char)delimiter);
}

/* Spreadsheets write a line "sep=;" before the header. */
static bool
is_sep_line(const char *row, size_t n)
{
	while (n > 0 && (row[n - 1] == '\n' || row[n - 1] == '\r'))
		n--;
	return n == 5 && strncasecmp(row, "sep=", 4) == 0;
}

/* READ_REC: the first row begins at pos and has *n bytes. */
static int
find_dialect(struct reader *r, bool wait, size_t *n, struct err *e)
{
	struct csv_read *c = &r->csv;
	const char *row;
	char asked;

	for (;;) {
		int rc = next_row(r, wait, n, e);

		if (rc != READ_REC || c->delimiter != '\0')
			return rc;
		row = r->data + r->pos;
		if (c->told != '\0' || !is_sep_line(row, *n))
			break;
		c->told = row[4];
		row_take(r, *n);
	}
	asked = c->told != '\0' ? c->told : r->opts.delimiter;
	set_delimiter(c, asked == '\0' || (c->told == '\0' &&
	    count_outside_quotes(row, *n, asked) == 0) ?
	    likeliest(row, *n) : asked);
	return READ_REC;
}

/* Does the first row say what the columns are called anyway? */
static bool
names_itself(const struct reader *r)
{
	const struct csv_read *c = &r->csv;

	if (c->n < r->opts.nnames)
		return false;
	for (size_t i = 0; i < r->opts.nnames; i++)
		if (!text_eq_nocase(c->cells[i], r->opts.names[i]))
			return false;
	return true;
}

int
csv_header(struct reader *r, bool wait, struct err *e)
{
	struct csv_read *c = &r->csv;
	size_t n = 0;
	int rc;

	if (c->head.names != NULL)
		return READ_REC;
	rc = find_dialect(r, wait, &n, e);
	if (rc != READ_REC)
		return rc;
	if (csv_cut(r, n, &c->arena, COLUMNS_MAX, e) < 0)
		return -1;
	if (r->opts.names != NULL && !names_itself(r)) {
		if (c->told == '\0' && r->opts.delimiter != '\0')
			set_delimiter(c, r->opts.delimiter);
		c->head_raw = arena_dup(&c->arena, "");
		c->head = (struct head){ r->opts.nnames, r->opts.names };
		return READ_REC;
	}
	if (r->opts.known != NULL)
		fold_names(c, r->opts.known);
	if (check_header(r, e) < 0)
		return -1;
	c->head_raw = arena_dupn(&c->arena, r->data + r->pos, n);
	c->head.n = c->n;
	c->head.names = c->cells;
	row_take(r, n);
	return READ_REC;
}

/* Too few or too many cells: those that are there stand in their columns. */
static int
ragged(struct reader *r, struct arena *a, size_t n, struct err *e)
{
	struct csv_read *c = &r->csv;
	const char *row = r->data + r->pos, *fact;

	fact = arena_printf(a, "row has %zu cell%s, the header has %zu", c->n,
	    c->n == 1 ? "" : "s", c->head.n);
	if (!c->foreign)
		return reader_fault(r, r->line, e, "%s", fact);
	if (c->n == 1 && n > 0 && *row == '"' &&
	    strchr(c->cells[0], c->delimiter) != NULL) {
		fact = arena_printf(a, "%s: the whole row is in quotes", fact);
		c->cells[0] = "";	/* it is no column's */
	}
	else if (c->n > c->head.n)
		fact = arena_printf(a, "%s: is there a \"%c\" in a value that"
		    " is not in quotes?", fact, c->delimiter);
	else
		fact = arena_printf(a, "%s: was a value cut, or are cells"
		    " missing?", fact);
	for (size_t i = c->n; i < c->head.n; i++)
		c->cells[i] = "";
	if (c->fault == NULL || c->fault_at >= c->head.n) {
		c->fault = fact;
		c->fault_code = "ragged";
		c->fault_at = c->head.n;	/* no column's */
	}
	return 0;
}

int
csv_next(struct reader *r, struct arena *a, bool wait, struct rec *rec,
    struct err *e)
{
	struct csv_read *c = &r->csv;
	size_t n = 0;
	int rc;

	rc = csv_header(r, wait, e);
	if (rc == READ_REC)
		rc = next_row(r, wait, &n, e);
	if (rc != READ_REC)
		return rc;
	if (csv_cut(r, n, a, c->head.n, e) < 0)
		return -1;
	if (c->n != c->head.n && ragged(r, a, n, e) < 0)
		return -1;

	memset(rec, 0, sizeof *rec);
	rec->head = &c->head;
	rec->values = c->cells;
	rec->line = r->line;
	rec->raw = arena_dupn(a, r->data + r->pos, n);
	rec->raw_n = n;
	rec->delimiter = c->delimiter;
	rec->fault_field = "";
	if (c->fault != NULL) {
		rec->fault = c->fault;
		rec->fault_code = c->fault_code;
		if (c->fault_at < c->head.n)
			rec->fault_field = c->head.names[c->fault_at];
	}
	row_take(r, n);
	return READ_REC;
}
