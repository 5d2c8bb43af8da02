/* report_grid.c - figures as tables: keys down, columns across
 *
 * Knows where a figure belongs, and days, weeks and months; not how a table
 * is drawn. */

#include <order/clock.h>
#include <order/money.h>

#include "report.h"

/* ---- values ---- */

/* "1234567" to "1,234,567"; decimals stay. */
static const char *
grouped(struct arena *mem, const char *digits)
{
	size_t n = strspn(digits, "0123456789");
	struct buf b = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_putc(&b, ',');
		buf_putc(&b, digits[i]);
	}
	buf_puts(&b, digits + n);
	text = arena_dup(mem, b.data);
	buf_release(&b);
	return text;
}

static const char *
count_text(struct arena *mem, int64_t n)
{
	return grouped(mem, decimal_short(mem, n, 0));
}

static const char *
minutes_text(struct arena *mem, int64_t minutes)
{
	char text[40];

	return minutes == 0 ? "under a minute" : arena_dup(mem,
	    span_text(minutes * 60, text, sizeof(text)));
}

const char *
report_value(struct arena *mem, const struct figure *f)
{
	if (f == NULL || !f->known)
		return "-";
	switch (f->unit) {
	case UNIT_SHARE:
		return arena_printf(mem, "%s %%",
		    decimal_fixed(mem, f->value, 1));
	case UNIT_MINUTES:
		return minutes_text(mem, f->value);
	case UNIT_QUANTITY:
		return grouped(mem, decimal_short(mem, f->value,
		    QUANTITY_SCALE));
	case UNIT_AMOUNT:
		return grouped(mem, decimal_fixed(mem, f->value, f->exponent));
	case UNIT_TEXT:
		return f->text;
	default:
		return count_text(mem, f->value);
	}
}

const char *
report_of(struct arena *mem, const struct figure *f)
{
	return arena_printf(mem, "%s of %s",
	    grouped(mem, decimal_short(mem, f->part, f->exponent)),
	    grouped(mem, decimal_short(mem, f->whole, f->exponent)));
}

const char *
report_number(struct arena *mem, const struct figure *f)
{
	static const struct { enum unit unit; int scale; } scales[] = {
		{ UNIT_COUNT, 0 }, { UNIT_MINUTES, 0 }, { UNIT_SHARE, 1 },
		{ UNIT_QUANTITY, QUANTITY_SCALE },
	};

	if (!f->known)
		return "";
	if (f->unit == UNIT_TEXT)
		return f->text;
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (scales[i].unit == f->unit)
			return decimal_fixed(mem, f->value, scales[i].scale);
	return decimal_fixed(mem, f->value, f->exponent);
}

const char *
report_unit(const struct figure *f)
{
	static const char *const names[] = { "count", "percent", "minutes",
		"quantity", "amount", "text" };

	return names[f->unit];
}

const char *
report_word(const struct figures *f, const char *section, const char *name)
{
	const struct figure *x = figure_find(f, section, name, "");

	return x != NULL ? x->text : "";
}

static int32_t
made(const struct figures *f, int *minutes)
{
	int64_t at = 0;
	int32_t date;

	instant_parse(report_word(f, "report", "as_of"), &at);
	zone_civil(report_word(f, "report", "timezone"), at, &date, minutes);
	return date;
}

const char *
report_made_on(struct arena *mem, const struct figures *f)
{
	char text[DATE_TEXT];
	int minutes;

	return arena_dup(mem, date_text(made(f, &minutes), text));
}

const char *
report_made_at(struct arena *mem, const struct figures *f)
{
	int minutes;

	made(f, &minutes);
	return arena_printf(mem, "%02d:%02d", minutes / 60, minutes % 60);
}

/* ---- rows and columns ---- */

/* The place of a word in a list, added at its end when it is new. */
static size_t
place(const char **list, size_t *n, const char *word)
{
	size_t i = 0;

	while (i < *n && strcmp(list[i], word) != 0)
		i++;
	if (i == *n)
		list[(*n)++] = word;
	return i;
}

static bool
is_of(const struct figure *x, const struct report_section *s,
    const char *name)
{
	return strcmp(x->section, s->id) == 0 && strcmp(x->name, name) == 0 &&
	    x->key[0] != '\0';
}

static void
grid_begin(struct arena *mem, struct grid *g, const struct report_part *p,
    size_t nrows, size_t ncols)
{
	*g = (struct grid){ .title = p->title, .ncols = ncols, .nrows = nrows,
	    .none = p->none };
	g->head = arena_array(mem, ncols, sizeof(*g->head));
	g->cell = arena_array(mem, nrows * ncols, sizeof(*g->cell));
	g->bar = arena_array(mem, nrows, sizeof(*g->bar));
	g->head[0] = p->key;
	for (size_t i = 0; i < nrows * ncols; i++)
		g->cell[i] = "";
}

/* Largest first; equal ones stay as they are. */
static void
sort_rows(struct arena *mem, struct grid *g)
{
	const char **row = arena_array(mem, g->ncols, sizeof(*row));
	size_t size = g->ncols * sizeof(*row);

	for (size_t i = 1; i < g->nrows; i++) {
		int64_t bar = g->bar[i];
		size_t k = i;

		memcpy(row, &GRID_CELL(g, i, 0), size);
		for (; k > 0 && g->bar[k - 1] < bar; k--) {
			memcpy(&GRID_CELL(g, k, 0), &GRID_CELL(g, k - 1, 0),
			    size);
			g->bar[k] = g->bar[k - 1];
		}
		memcpy(&GRID_CELL(g, k, 0), row, size);
		g->bar[k] = bar;
	}
}

static bool
is_share(const struct figures *f, const struct report_section *s,
    const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, name))
			return f->list[i].unit == UNIT_SHARE;
	return false;
}

/* A share of the whole is shown as the count and beside it the percentage. */
static bool
make_table(struct arena *mem, const struct figures *f,
    const struct report_section *s, const struct report_part *p,
    struct grid *g)
{
	const char **keys = arena_array(mem, f->n, sizeof(*keys));
	bool share = is_share(f, s, p->column[0].name);
	size_t nrows = 0, ncols = 1;

	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, p->column[0].name))
			place(keys, &nrows, f->list[i].key);
	while (ncols <= PART_COLUMNS && p->column[ncols - 1].name != NULL)
		ncols++;
	grid_begin(mem, g, p, nrows, ncols + share);
	for (size_t c = 1; c < ncols; c++)
		g->head[c] = p->column[c - 1].heading;
	if (share)
		g->head[ncols] = "share";
	for (size_t i = 0; i < f->n; i++)
		for (size_t c = 1; c < ncols; c++) {
			const struct figure *x = &f->list[i];
			size_t row;

			if (!is_of(x, s, p->column[c - 1].name))
				continue;
			row = place(keys, &nrows, x->key);
			GRID_CELL(g, row, 0) = x->key;
			GRID_CELL(g, row, c) = share ?
			    count_text(mem, x->part) : report_value(mem, x);
			if (share)
				GRID_CELL(g, row, ncols) = report_value(mem, x);
			if (c == 1)
				g->bar[row] = share ? x->part : x->value;
			if (share)
				g->whole = x->whole;
		}
	return nrows > 0;
}

/* Rows by key, a column for the sum and one for each subkey. */
struct cross {
	const char **rows, **cols;
	size_t nrows, ncols;
	int64_t *n;		/* nrows x ncols */
};

static void
fill_cross(struct arena *mem, const struct report_part *p,
    const struct cross *x, struct grid *g)
{
	bool sum = x->ncols != 1;

	grid_begin(mem, g, p, x->nrows, 1 + x->ncols + sum);
	if (sum)
		g->head[1] = "all";
	for (size_t c = 0; c < x->ncols; c++)
		g->head[1 + sum + c] = x->cols[c];
	for (size_t r = 0; r < x->nrows; r++) {
		GRID_CELL(g, r, 0) = x->rows[r];
		for (size_t c = 0; c < x->ncols; c++) {
			int64_t n = x->n[r * x->ncols + c];

			g->bar[r] += n;
			GRID_CELL(g, r, 1 + sum + c) = count_text(mem, n);
		}
		if (sum)
			GRID_CELL(g, r, 1) = count_text(mem, g->bar[r]);
	}
}

static bool
make_cross(struct arena *mem, const struct figures *f,
    const struct report_section *s, const struct report_part *p,
    struct grid *g)
{
	struct cross x = { arena_array(mem, f->n, sizeof(char *)),
	    arena_array(mem, f->n, sizeof(char *)), 0, 0, NULL };

	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, p->column[0].name)) {
			place(x.rows, &x.nrows, f->list[i].key);
			place(x.cols, &x.ncols, f->list[i].subkey);
		}
	x.n = arena_array(mem, x.nrows * x.ncols, sizeof(*x.n));
	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, p->column[0].name))
			x.n[place(x.rows, &x.nrows, f->list[i].key) * x.ncols +
			    place(x.cols, &x.ncols, f->list[i].subkey)] +=
			    f->list[i].value;
	fill_cross(mem, p, &x, g);
	return x.nrows > 0;
}

/* ---- time ---- */

enum { DAYS_MOST = 31, WEEKS_MOST = 26 * 7, MONTHS_MOST = 3 * 366 };

/* The first day of what a day is counted in, and what that is called. */
static const char *
piece_of(struct arena *mem, int32_t date, int32_t ndays)
{
	char text[DATE_TEXT];
	int year, month, day;

	date_split(date, &year, &month, &day);
	if (ndays > MONTHS_MOST)
		return arena_printf(mem, "%04d", year);
	if (ndays > WEEKS_MOST)
		return arena_printf(mem, "%04d-%02d", year, month);
	if (ndays > DAYS_MOST)
		date -= date_weekday(date);
	return arena_dup(mem, date_text(date, text));
}

/* The days to show: from the first that had one. */
static bool
time_bounds(const struct figures *f, const struct report_section *s,
    const char *name, int32_t *from, int32_t *to)
{
	int32_t date, first = DATE_NONE;

	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, name) &&
		    date_parse(f->list[i].key, &date) &&
		    (first == DATE_NONE || date < first))
			first = date;
	*from = first;
	return date_parse(report_word(f, "report", "to"), to) &&
	    first != DATE_NONE;
}

static const char *
piece_name(int32_t ndays)
{
	return ndays > MONTHS_MOST ? "year" : ndays > WEEKS_MOST ? "month" :
	    ndays > DAYS_MOST ? "week of" : "day";
}

static bool
make_time(struct arena *mem, const struct figures *f,
    const struct report_section *s, const struct report_part *p,
    struct grid *g)
{
	const char *name = p->column[0].name;
	struct cross x = { .nrows = 0 };
	struct report_part named = *p;
	int32_t from, to, ndays, date;

	if (!time_bounds(f, s, name, &from, &to))
		return false;
	ndays = to - from + 1;
	named.key = piece_name(ndays);
	x.rows = arena_array(mem, (size_t)ndays, sizeof(*x.rows));
	x.cols = arena_array(mem, f->n, sizeof(*x.cols));
	for (int32_t d = from; d <= to; d++) {
		const char *piece = piece_of(mem, d, ndays);

		if (x.nrows == 0 || strcmp(x.rows[x.nrows - 1], piece) != 0)
			x.rows[x.nrows++] = piece;
	}
	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, name))
			place(x.cols, &x.ncols, f->list[i].subkey);
	x.n = arena_array(mem, x.nrows * x.ncols, sizeof(*x.n));
	for (size_t i = 0; i < f->n; i++)
		if (is_of(&f->list[i], s, name) &&
		    date_parse(f->list[i].key, &date))
			x.n[place(x.rows, &x.nrows, piece_of(mem, date,
			    ndays)) * x.ncols + place(x.cols, &x.ncols,
			    f->list[i].subkey)] += f->list[i].value;
	fill_cross(mem, &named, &x, g);
	return true;
}

int64_t
grid_most(const struct grid *g)
{
	int64_t most = g->whole;

	for (size_t r = 0; g->whole == 0 && r < g->nrows; r++)
		most = g->bar[r] > most ? g->bar[r] : most;
	return most;
}

bool
grid_make(struct arena *mem, const struct figures *f,
    const struct report_section *s, const struct report_part *p,
    struct grid *g)
{
	bool any;

	if (p->kind == PART_TABLE)
		any = make_table(mem, f, s, p, g);
	else if (p->kind == PART_CROSS)
		any = make_cross(mem, f, s, p, g);
	else
		any = make_time(mem, f, s, p, g);
	if (!any)
		*g = (struct grid){ .title = p->title, .none = p->none };
	else if (p->by_size)
		sort_rows(mem, g);
	return any;
}
