/* csv_cut.c - the cells of one CSV row
 *
 * Knows what keeps a cell from being a value.  Knows nothing of other rows. */

#include <order/text.h>

#include "reader.h"

/* Could it be what most spreadsheets of the West write? */
static bool
is_windows_1252(const char *p, size_t n)
{
	static const char none[] = { '\x81', '\x8d', '\x8f', '\x90', '\x9d' };

	for (size_t i = 0; i < n; i++)
		if (memchr(none, p[i], sizeof(none)) != NULL)
			return false;
	return true;
}

static const char *
unfit_code(const char *p, size_t n)
{
	if (memchr(p, '\0', n) != NULL)
		return "nul";
	return text_is_utf8(p, n) ? "control-character" : "not-utf8";
}

/* What keeps this cell from being a value?  Noted once a row. */
static bool
is_bad_cell(struct csv_read *c, const char *p, size_t n)
{
	const char *fault = NULL, *code = NULL;

	if (n > CELL_MAX) {
		fault = "is larger than 64 KiB";
		code = "too-large";
	} else if (c->unfit && (fault = text_unfit(p, n)) != NULL) {
		code = unfit_code(p, n);
		if (c->hints && strcmp(code, "not-utf8") == 0 &&
		    is_windows_1252(p, n))
			fault = "is not UTF-8 (it may be windows-1252: see"
			    " --encoding)";
	}
	if (fault != NULL && c->fault == NULL) {
		c->fault = fault;
		c->fault_code = code;
		c->fault_at = c->n;
	}
	return fault != NULL;
}

static void
on_cell(void *cell, size_t n, void *arg)
{
	struct csv_read *c = arg;

	if (c->n >= c->max) {
		c->n++;
		return;
	}
	if ((c->unfit || n > CELL_MAX) && is_bad_cell(c, cell, n))
		n = 0;
	if (c->text == NULL) {
		c->cells[c->n++] = arena_dupn(c->into, cell, n);
		return;
	}
	c->cells[c->n++] = c->text;
	memcpy(c->text, cell, n);
	c->text[n] = '\0';
	c->text += n + 1;
}

/* Cells before the first quote are what lies between delimiters; libcsv would
 * look at every byte of them.  Where the rest begins, NULL when there is none. */
static char *
cut_plain(struct csv_read *c, char *p, size_t n)
{
	char *quote = memchr(p, '"', n), *end = p + n, *q;

	while (quote == NULL && end > p && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	if (quote != NULL)
		end = quote;
	while ((q = memchr(p, c->delimiter, (size_t)(end - p))) != NULL) {
		on_cell(p, (size_t)(q - p), c);
		p = q + 1;
	}
	if (quote != NULL)
		return p;
	on_cell(p, (size_t)(end - p), c);
	return NULL;
}

int
csv_cut(struct reader *r, size_t n, struct arena *a, size_t max,
    struct err *e)
{
	struct csv_read *c = &r->csv;
	char *row = r->data + r->pos, *rest;
	int error;

	c->into = a;
	c->cells = arena_array(a, max, sizeof *c->cells);
	c->n = 0;
	c->max = max;
	c->unfit = text_unfit(row, n) != NULL;
	c->fault = NULL;
	/* All cells and their ends fit into what the row took; of a huge row
	 * only the cells that are kept are worth the memory. */
	c->text = n <= CELL_MAX ? arena_alloc(a, n + 1) : NULL;

	rest = cut_plain(c, row, n);
	if (rest == NULL)
		return 0;
	n -= (size_t)(rest - row);
	if (csv_parse(&c->parser, rest, n, on_cell, NULL, c) == n &&
	    csv_fini(&c->parser, on_cell, NULL, c) == 0)
		return 0;
	error = csv_error(&c->parser);
	if (error != CSV_EPARSE)
		return err_set(e, ERR_OS, "%s:%lld: %s", r->shown,
		    (long long)r->line, csv_strerror(error));
	return reader_fault(r, r->line, e, "cell %zu has a stray quote",
	    c->n + 1);
}
