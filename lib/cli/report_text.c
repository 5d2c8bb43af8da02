/* report_text.c - the report as text, for a terminal, a mail, a printer */

#include <order/text.h>

#include "report.h"
#include "sheet.h"

enum { TEXT_WIDTH = 80, NAME = 34, SAYS = 44, BAR = 24, GAP = 2 };

static const enum ink inks[] = { INK_NONE, INK_GOOD, INK_LOOK, INK_BAD };
static const char *const marks[] = { "      ", "good  ", "look  ", "act   " };

static void
blanks(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_putc(b, ' ');
}

static void
heading(struct sheet *sh, const char *text)
{
	buf_putc(&sh->out, '\n');
	sheet_heading(sh, INK_BOLD, text);
}

/* ---- tables ---- */

static size_t
width_of(const struct grid *g, size_t col)
{
	size_t width = text_width(g->head[col]);

	for (size_t r = 0; r < g->nrows; r++) {
		size_t n = text_width(GRID_CELL(g, r, col));

		width = n > width ? n : width;
	}
	return width;
}

static void
put_bar(struct sheet *sh, int64_t n, int64_t most, size_t room)
{
	size_t length = most <= 0 ? 0 :
	    (size_t)((double)n / (double)most * (double)room + 0.5);

	if (n > 0 && length == 0)
		length = 1;
	blanks(&sh->out, length > 0 ? GAP : 0);
	for (size_t i = 0; i < length; i++)
		buf_putc(&sh->out, '#');
}

static void
end_row(struct sheet *sh)
{
	while (sh->out.n > 0 && sh->out.data[sh->out.n - 1] == ' ')
		sh->out.data[--sh->out.n] = '\0';
	buf_putc(&sh->out, '\n');
}

/* As many columns as fit; the bars get what is left. */
static void
put_grid(struct sheet *sh, const struct grid *g, bool bars)
{
	size_t width[64], ncols = 0, used = INDENT, room;
	int64_t most = grid_most(g);

	for (; ncols < g->ncols && ncols < 64; ncols++) {
		width[ncols] = width_of(g, ncols);
		if (ncols == 0 && width[0] > NAME)
			width[0] = NAME;
		if (ncols > 1 && used + width[ncols] + GAP > sh->width)
			break;
		used += width[ncols] + GAP;
	}
	room = used + 10 > sh->width ? 0 : sh->width - used;
	blanks(&sh->out, INDENT);
	for (size_t c = 0; c < ncols; c++) {
		blanks(&sh->out, c > 0 ? GAP : 0);
		sheet_cell(sh, g->head[c], width[c], c > 0);
	}
	end_row(sh);
	for (size_t r = 0; r < g->nrows; r++) {
		blanks(&sh->out, INDENT);
		for (size_t c = 0; c < ncols; c++) {
			blanks(&sh->out, c > 0 ? GAP : 0);
			sheet_cell(sh, GRID_CELL(g, r, c), width[c], c > 0);
		}
		if (bars && room > 0)
			put_bar(sh, g->bar[r], most, room > BAR ? BAR : room);
		end_row(sh);
	}
	if (ncols < g->ncols)
		sheet_entry(sh, INDENT, "", 0, INK_NONE, "(more columns in"
		    " the CSV and the page)", "");
}

/* ---- sections ---- */

static void
put_line(struct sheet *sh, const struct figures *f,
    const struct report_section *s, const struct report_part *p)
{
	const struct figure *x = figure_find(f, s->id, p->column[0].name, "");
	const char *value;

	if (x == NULL || (p->if_any && x->value == 0))
		return;
	value = !x->known && p->none != NULL ? p->none :
	    report_value(sh->mem, x);
	if (x->known && x->unit == UNIT_SHARE)
		value = arena_printf(sh->mem, "%s (%s)", value,
		    report_of(sh->mem, x));
	sheet_entry(sh, INDENT, p->title, NAME, INK_NONE, value, "");
}

static void
put_part(struct sheet *sh, const struct figures *f,
    const struct report_section *s, const struct report_part *p)
{
	struct grid g;
	bool any;

	if (p->kind == PART_LINE) {
		put_line(sh, f, s, p);
		return;
	}
	any = grid_make(sh->mem, f, s, p, &g);
	if (!any && p->none == NULL)
		return;
	buf_putc(&sh->out, '\n');
	sheet_entry(sh, INDENT, "", 0, INK_BOLD, arena_printf(sh->mem,
	    any ? "%s" : "%s: %s", p->title, any ? "" : p->none), "");
	if (any)
		put_grid(sh, &g, p->bars);
}

static void
put_section(struct sheet *sh, const struct figures *f, size_t number)
{
	const struct report_section *s = &report_sections[number];

	heading(sh, arena_printf(sh->mem, "%zu. %s", number + 1, s->title));
	sheet_entry(sh, 0, "", 0, INK_NONE, s->meaning, "");
	buf_putc(&sh->out, '\n');
	for (const struct report_part *p = s->part; p->kind != PART_END; p++)
		put_part(sh, f, s, p);
	buf_putc(&sh->out, '\n');
	sheet_entry(sh, INDENT, "", 0, INK_NONE, s->remedy, "");
	sheet_entry(sh, DEEPER, "", 0, INK_BOLD, s->command, " \\");
}

static void
put_title(struct sheet *sh, const struct figures *f)
{
	const char *company = report_word(f, "report", "company");

	sheet_heading(sh, INK_BOLD, arena_printf(sh->mem, "%s%sorder report",
	    company, company[0] != '\0' ? ": " : ""));
	sheet_entry(sh, 0, "", 0, INK_NONE, arena_printf(sh->mem,
	    "Orders received from %s to %s, as they stood on %s at %s (days and"
	    " times of %s).", report_word(f, "report", "from"),
	    report_word(f, "report", "to"), report_made_on(sh->mem, f),
	    report_made_at(sh->mem, f), report_word(f, "report", "timezone")),
	    "");
	sheet_entry(sh, 0, "", 0, INK_LOOK, report_missing(sh->mem, f), "");
}

static void
put_glances(struct sheet *sh, const struct figures *f)
{
	struct glance list[MAX_GLANCES];
	size_t n = report_glances(sh->mem, f, list);

	buf_putc(&sh->out, '\n');
	for (size_t i = 0; i < n; i++)
		sheet_entry(sh, 0, arena_printf(sh->mem, "%s%-28s %11s",
		    marks[list[i].outlook], list[i].label, list[i].value),
		    SAYS + 4, inks[list[i].outlook], list[i].says, "");
}

void
report_text(struct tool *t, const struct figures *f)
{
	int columns = tool_columns();
	struct sheet sh = { BUF_INIT, &t->step.mem,
	    columns > 0 && columns < TEXT_WIDTH ? (size_t)columns : TEXT_WIDTH,
	    tool_color(t) };

	put_title(&sh, f);
	put_glances(&sh, f);
	for (size_t i = 0; i < nreport_sections; i++)
		put_section(&sh, f, i);
	tool_text(t, sh.out.data, sh.out.n);
	buf_release(&sh.out);
}
