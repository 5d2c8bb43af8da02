/* table.c - records as an aligned table for people at a terminal
 * Everything is shown so that it can harm no terminal.  Widths come from the
 * rows that wait when the table is first laid out, and stay. */

#include <order/text.h>

#include "writer.h"

enum {
	GAP = 2,		/* blanks between columns */
	WIDTH_MIN = 8		/* no column is cut below this */
};

struct column {
	const char *name;	/* as shown */
	size_t width;		/* 0: left out, as it is empty in every row */
	bool right;		/* nothing but numbers */
};

struct table {
	struct arena arena;	/* the columns */
	struct column *columns;
	size_t n;
	size_t limit;		/* of a line; 0: none */
	bool color;
	bool laid;
	struct arena cells;	/* what rows points to */
	const char **rows;	/* n shown values each */
	size_t n_rows, cap_rows;
};

struct table *
table_open(const struct head *h, bool color, int columns)
{
	struct table *t = xmalloc(sizeof *t);
	size_t i;

	memset(t, 0, sizeof *t);
	t->n = h->n;
	t->limit = columns > 0 ? (size_t)columns : 0;
	t->color = color;
	t->columns = arena_array(&t->arena, h->n, sizeof *t->columns);
	for (i = 0; i < h->n; i++)
		t->columns[i].name = text_shown(&t->arena, h->names[i], 0);
	return t;
}

void
table_close(struct table *t)
{
	if (t == NULL)
		return;
	arena_release(&t->arena);
	arena_release(&t->cells);
	free(t->rows);
	free(t);
}

void
table_add(struct table *t, const char *const *values)
{
	const char **row;
	size_t i;

	if (t->n_rows == t->cap_rows) {
		t->cap_rows = t->cap_rows == 0 ? 64 : t->cap_rows * 2;
		t->rows = xrealloc(t->rows,
		    (t->cap_rows * t->n + 1) * sizeof *t->rows);
	}
	row = t->rows + t->n_rows++ * t->n;
	for (i = 0; i < t->n; i++)
		row[i] = text_shown(&t->cells, values[i], t->limit);
}

size_t
table_rows(const struct table *t)
{
	return t->n_rows;
}

void
table_keep(struct table *t, size_t n)
{
	if (n < t->n_rows)
		t->n_rows = n;
	if (t->n_rows == 0)
		arena_reset(&t->cells);
}

static bool
is_number(const char *s)
{
	s += *s == '-' || *s == '+';
	return *s != '\0' && s[strspn(s, "0123456789.,")] == '\0';
}

static void
measure(struct table *t, size_t i)
{
	struct column *c = &t->columns[i];
	const char *cell;
	size_t row, width;
	bool numbers = true;

	for (row = 0; row < t->n_rows; row++) {
		cell = t->rows[row * t->n + i];
		if (cell[0] == '\0')
			continue;
		width = text_width(cell);
		if (width > c->width)
			c->width = width;
		numbers = numbers && is_number(cell);
	}
	if (c->width == 0)
		return;
	c->right = numbers;
	width = text_width(c->name);
	if (width > c->width)
		c->width = width;
	if (t->limit > 0 && c->width > t->limit)
		c->width = t->limit;
}

/* The widest column gives way first, but never the one that names the row. */
static void
shrink(struct table *t)
{
	struct column *widest;
	size_t i, total;

	for (;;) {
		widest = NULL;
		total = 0;
		for (i = 0; i < t->n; i++) {
			if (t->columns[i].width == 0)
				continue;
			total += t->columns[i].width + (total > 0 ? GAP : 0);
			if (i > 0 && (widest == NULL ||
			    t->columns[i].width > widest->width))
				widest = &t->columns[i];
		}
		if (total <= t->limit || widest == NULL ||
		    widest->width <= WIDTH_MIN)
			return;
		widest->width--;
	}
}

static void
blanks(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_putc(b, ' ');
}

/* How a status word looks: good, bad, or to be looked at. */
static const char *
paint(const char *cell)
{
	static const struct {
		const char *word, *on;
	} paints[] = {
		{ "ok", "\033[32m" },
		{ "accepted", "\033[32m" },
		{ "held", "\033[33m" },
		{ "refused", "\033[31m" },
		{ "overdue", "\033[31m" },
	};
	size_t i;

	for (i = 0; i < sizeof paints / sizeof paints[0]; i++)
		if (strcmp(cell, paints[i].word) == 0)
			return paints[i].on;
	return NULL;
}

/* One line; the header is painted as a whole word each, too. */
static void
add_line(struct table *t, struct buf *b, const char *const *cells,
    bool header)
{
	const char *on, *shown;
	struct arena a = ARENA_INIT;
	size_t i, pad, width, wanted = 0;

	for (i = 0; i < t->n; i++) {
		if (t->columns[i].width == 0)
			continue;
		width = t->columns[i].width;
		shown = cells[i];
		if (t->limit > 0 && text_width(shown) > width)
			shown = text_shown(&a, shown, width);
		pad = text_width(shown);
		pad = pad < width ? width - pad : 0;
		if (t->columns[i].right) {
			wanted += pad;
			pad = 0;
		}
		/* Blanks are written only before something, so that no line
		 * ends in them. */
		if (shown[0] != '\0') {
			blanks(b, wanted);
			wanted = 0;
			on = !t->color ? NULL : header ? "\033[1m" :
			    paint(shown);
			buf_puts(b, on != NULL ? on : "");
			buf_puts(b, shown);
			buf_puts(b, on != NULL ? "\033[0m" : "");
		}
		wanted += pad + GAP;
	}
	buf_putc(b, '\n');
	arena_release(&a);
}

static void
lay_header(struct table *t, struct buf *b)
{
	const char **names = arena_array(&t->arena, t->n, sizeof *names);
	size_t i;

	t->laid = true;
	for (i = 0; i < t->n; i++) {
		measure(t, i);
		names[i] = t->columns[i].name;
	}
	if (t->limit > 0)
		shrink(t);
	add_line(t, b, names, true);
}

void
table_lay(struct table *t, struct buf *b)
{
	size_t row;

	if (t->n_rows == 0)
		return;
	if (!t->laid)
		lay_header(t, b);
	for (row = 0; row < t->n_rows; row++)
		add_line(t, b, t->rows + row * t->n, false);
	t->n_rows = 0;
	arena_reset(&t->cells);
}
