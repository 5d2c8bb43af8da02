/* csv.c - fuzz target: CSV text is read strictly and written losslessly
 *
 * All that is read is there once, whatever the pieces it came in; what is
 * written reads back the same; what a spreadsheet gets is no formula. */

#include "records.h"

/* ---- a second reader, of one row that was accepted ---- */

/* The cell at *p, moved behind it and its comma. */
static const char *
model_cell(struct arena *a, const char **p, const char *end)
{
	char *cell = arena_alloc(a, (size_t)(end - *p) + 1), *to = cell;
	bool quoted = *p < end && **p == '"';

	*p += quoted;
	for (; *p < end; (*p)++) {
		if (!quoted && **p == ',')
			break;
		if (quoted && **p == '"') {
			if (++*p == end || **p != '"')
				break;
		}
		*to++ = **p;
	}
	MUST(*p == end || **p == ',', "a cell ends inside the row");
	*p += *p < end;
	return cell;
}

static void
model_row(const struct rec *r)
{
	const char *p = r->raw, *end = p + r->raw_n;
	struct arena a = ARENA_INIT;
	const char *cell;
	size_t i;

	if (end > p && end[-1] == '\n')
		end--;
	if (end > p && end[-1] == '\r')
		end--;
	for (i = 0; i < r->head->n; i++) {
		cell = model_cell(&a, &p, end);
		if (r->fault == NULL)
			fuzz_same("cell", r->values[i], strlen(r->values[i]),
			    cell, strlen(cell));
	}
	MUST(p == end, "a row has more cells than were read");
	arena_release(&a);
}

/* ---- nothing is lost ---- */

/* One byte of a blank line.  Lines are counted as the reader says it does. */
static void
skip_blank(const char **p, const char *end, int64_t *line)
{
	char c;

	MUST(*p < end && **p != '\0' && strchr(" \t\r\n", **p) != NULL,
	    "line %lld: bytes that were not read", (long long)*line);
	c = *(*p)++;
	*line += c == '\n' || (c == '\r' && (*p == end || **p != '\n'));
}

/* That piece comes next but for blank lines: move behind it. */
static void
skip_to(const char **p, const char *end, const char *piece, size_t n,
    int64_t *line)
{
	while ((size_t)(end - *p) < n || memcmp(*p, piece, n) != 0)
		skip_blank(p, end, line);
	*p += n;
}

static int64_t
lines_in(const char *p, size_t n)
{
	int64_t lines = n > 0 && p[n - 1] == '\r';

	for (; n > 0; n--)
		lines += *p++ == '\n';
	return lines;
}

static void
nothing_lost(const struct records *r, const char *s, size_t n)
{
	const char *p = s, *end = s + n;
	const char *head = reader_header_raw(r->reader);
	int64_t line = 1;
	size_t i;

	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	skip_to(&p, end, head, strlen(head), &line);
	line += lines_in(head, strlen(head));
	for (i = 0; i < r->n; i++) {
		skip_to(&p, end, r->v[i].raw, r->v[i].raw_n, &line);
		MUST(line == r->v[i].line, "a row of line %lld is said to be"
		    " in line %lld", (long long)line, (long long)r->v[i].line);
		line += lines_in(r->v[i].raw, r->v[i].raw_n);
	}
	while (r->end == READ_END && p < end)
		skip_blank(&p, end, &line);
}

/* ---- what is written ---- */

static void
unquoted_row(struct buf *b, const char *const *values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(b, "%s%s", i > 0 ? "," : "", values[i]);
	buf_putc(b, '\n');
}

static void
print_rows(struct buf *b, const struct records *r)
{
	size_t i;

	csv_row(b, r->v[0].head->names, r->v[0].head->n);
	for (i = 0; i < r->n; i++)
		(fuzz_twin ? unquoted_row : csv_row)(b, r->v[i].values,
		    r->v[i].head->n);
}

/* Reads back the same, and prints as the same bytes again. */
static void
round_trip(const struct records *r)
{
	const struct writer_opts csv = { .format = FORMAT_CSV };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct records again;
	size_t i, k;

	print_rows(&first, r);
	records_from_file(&again, first.data, first.n, FORMAT_CSV);
	MUST(again.end == READ_END && again.n == r->n, "%zu rows were written,"
	    " %zu read back: %s", r->n, again.n, again.err.text);
	for (i = 0; i < r->n; i++) {
		MUST(again.v[i].fault == NULL, "%s", again.v[i].fault);
		MUST(again.v[i].head->n == r->v[i].head->n, "columns");
		for (k = 0; k < r->v[i].head->n; k++)
			fuzz_same("written and read", r->v[i].values[k],
			    strlen(r->v[i].values[k]), again.v[i].values[k],
			    strlen(again.v[i].values[k]));
	}
	records_print(&second, &again, &csv);
	fuzz_same("written twice", first.data, first.n, second.data, second.n);
	records_release(&again);
	buf_release(&first);
	buf_release(&second);
}

static void
no_formula(const struct records *r)
{
	static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r",
	    "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
	    "\xef\xbc\xa0" };
	const struct writer_opts opts = { .format = FORMAT_CSV,
	    .spreadsheet = true };
	struct buf out = BUF_INIT;
	struct records again;
	size_t i, k, f;

	records_print(&out, r, &opts);
	records_from_file(&again, out.data, out.n, FORMAT_CSV);
	MUST(again.end == READ_END && again.n == r->n, "for a spreadsheet:"
	    " %s", again.err.text);
	for (i = 0; i < again.n; i++)
		for (k = 0; k < again.v[i].head->n; k++)
			for (f = 0; f < sizeof(starts) / sizeof(*starts); f++)
				MUST(strncmp(again.v[i].values[k], starts[f],
				    strlen(starts[f])) != 0, "a formula: %s",
				    again.v[i].values[k]);
	records_release(&again);
	buf_release(&out);
}

/* Without its first column a row has the others, as they stood. */
static void
without_first(const struct records *r)
{
	struct buf rest = BUF_INIT;
	struct records again;
	size_t i, k;

	csv_row(&rest, r->v[0].head->names + 1, r->v[0].head->n - 1);
	for (i = 0; i < r->n; i++) {
		rec_without(&rest, &r->v[i], r->v[i].head->names, 1);
		if (rest.data[rest.n - 1] != '\n')
			buf_putc(&rest, '\n');
	}
	records_from_file(&again, rest.data, rest.n, FORMAT_CSV);
	MUST(again.end == READ_END && again.n == r->n, "without a column: %s",
	    again.err.text);
	for (i = 0; i < r->n; i++)
		for (k = 1; r->v[i].fault == NULL && k < r->v[i].head->n; k++)
			fuzz_same("without a column", r->v[i].values[k],
			    strlen(r->v[i].values[k]),
			    again.v[i].values[k - 1],
			    strlen(again.v[i].values[k - 1]));
	records_release(&again);
	buf_release(&rest);
}

static void
one(const char *s, size_t n)
{
	struct records file, piped;
	size_t i, at = 0;

	records_from_file(&file, s, n, FORMAT_CSV);
	records_from_pipe(&piped, s, n, FORMAT_CSV);
	records_same("file and pipe", &file, &piped);
	nothing_lost(&file, s, n);
	for (i = 0; i < file.n; i++) {
		record_holds(&file.v[i], s, n, &at);
		model_row(&file.v[i]);
	}
	if (file.n > 0) {
		round_trip(&file);
		no_formula(&file);
		records_table(&file);
	}
	if (file.n > 0 && file.v[0].head->n > 2)
		without_first(&file);
	records_release(&file);
	records_release(&piped);
}

const struct fuzz_target fuzz_csv = { "csv", NULL, one };
