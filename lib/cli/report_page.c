/* report_page.c - the report as one HTML page
 *
 * Holds all it needs: style and charts are inside, nothing is fetched and
 * nothing runs.  Whatever comes from the store goes through page_text. */

#include <order/text.h>

#include "report_html.h"
#include "report_style.h"

/* ---- pieces ---- */

void
page_raw(struct page *p, const char *markup)
{
	buf_puts(&p->out, markup);
}

void
page_text(struct page *p, const char *text)
{
	for (text = text_shown(p->mem, text, 0); *text != '\0'; text++)
		switch (*text) {
		case '&':
			buf_puts(&p->out, "&amp;");
			break;
		case '<':
			buf_puts(&p->out, "&lt;");
			break;
		case '>':
			buf_puts(&p->out, "&gt;");
			break;
		case '"':
			buf_puts(&p->out, "&quot;");
			break;
		default:
			buf_putc(&p->out, *text);
		}
}

const char *
page_day(struct page *p, const char *text)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t date;
	int year, month, day;

	if (date_parse(text, &date)) {
		date_split(date, &year, &month, &day);
		return arena_printf(p->mem, "%d %s %d", day,
		    months[month - 1], year);
	}
	if (strlen(text) == 7 && date_parse(arena_printf(p->mem, "%s-01",
	    text), &date)) {
		date_split(date, &year, &month, &day);
		return arena_printf(p->mem, "%s %d", months[month - 1], year);
	}
	return text;
}

/* <tag>text</tag>, where tag may have attributes. */
static void
element(struct page *p, const char *tag, const char *text)
{
	size_t n = strcspn(tag, " ");

	buf_putc(&p->out, '<');
	page_raw(p, tag);
	buf_putc(&p->out, '>');
	page_text(p, text);
	page_raw(p, "</");
	buf_add(&p->out, tag, n);
	page_raw(p, ">");
}

/* ---- the top ---- */

static void
put_head(struct page *p, const char *title)
{
	page_raw(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,"
	    " initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n");
	element(p, "title", title);
	page_raw(p, "\n<style>\n");
	page_raw(p, (const char *)report_style);
	page_raw(p, "</style>\n</head>\n<body>\n<main>\n");
}

static void
put_title(struct page *p)
{
	const char *company = report_word(p->f, "report", "company");
	const char *from = page_day(p, report_word(p->f, "report", "from"));
	const char *to = page_day(p, report_word(p->f, "report", "to"));
	const char *title = arena_printf(p->mem, "%s%sorder report", company,
	    company[0] != '\0' ? ": " : "");
	const char *missing = report_missing(p->mem, p->f);

	put_head(p, arena_printf(p->mem, "%s, %s to %s", title, from, to));
	page_raw(p, "<header>\n");
	element(p, "h1", title);
	page_raw(p, "\n");
	element(p, "p class=\"period\"", arena_printf(p->mem,
	    "Orders received from %s to %s", from, to));
	page_raw(p, "\n");
	element(p, "p class=\"fine\"", arena_printf(p->mem,
	    "Both days are included. The orders are shown as they stood on %s"
	    " at %s. Days and times are those of %s.",
	    page_day(p, report_made_on(p->mem, p->f)),
	    report_made_at(p->mem, p->f),
	    report_word(p->f, "report", "timezone")));
	if (missing[0] != '\0')
		element(p, "p class=\"missing\"", missing);
	page_raw(p, "\n</header>\n");
}

static const char *const words[] = { "", "good", "look", "act" };
static const char *const signs[] = { "", "\342\234\223 ", "! ",
	"\342\234\227 " };

static void
put_glances(struct page *p)
{
	struct glance list[MAX_GLANCES];
	size_t n = report_glances(p->mem, p->f, list);

	page_raw(p, "<h2>At a glance</h2>\n<ul class=\"cards\">\n");
	for (size_t i = 0; i < n; i++) {
		const struct glance *g = &list[i];

		page_raw(p, "<li><a class=\"name\" href=\"#");
		page_raw(p, g->section);
		page_raw(p, "\">");
		page_text(p, g->label);
		page_raw(p, "</a> ");
		element(p, "span class=\"value\"", page_day(p, g->value));
		page_raw(p, " <span class=\"says\">");
		if (g->outlook != OUTLOOK_NONE)
			element(p, arena_printf(p->mem, "span class=\"word"
			    " %s\"", words[g->outlook]), arena_printf(p->mem,
			    "%s%s", signs[g->outlook], words[g->outlook]));
		page_text(p, g->says);
		page_raw(p, "</span></li>\n");
	}
	page_raw(p, "</ul>\n");
}

/* ---- tables ---- */

static void
put_row(struct page *p, const struct grid *g, size_t row, int64_t most)
{
	page_raw(p, "<tr>");
	element(p, "th scope=\"row\"", page_day(p, GRID_CELL(g, row, 0)));
	for (size_t c = 1; c < g->ncols; c++)
		element(p, "td", GRID_CELL(g, row, c));
	if (most > 0) {
		page_raw(p, "<td class=\"mark\">");
		chart_mark(p, g->bar[row], most, g->whole > 0);
		page_raw(p, "</td>");
	}
	page_raw(p, "</tr>\n");
}

static void
put_head_row(struct page *p, const struct grid *g, size_t ncols,
    const char *last)
{
	page_raw(p, ncols == 2 && last[0] == '\0' ?
	    "<table class=\"pair\">\n<thead><tr>" :
	    "<table>\n<thead><tr>");
	for (size_t c = 0; c < ncols; c++)
		element(p, "th scope=\"col\"", g->head[c]);
	page_raw(p, last);
	page_raw(p, "</tr></thead>\n<tbody>\n");
}

static void
put_table(struct page *p, const struct grid *g, bool bars)
{
	int64_t most = bars ? grid_most(g) : 0;

	put_head_row(p, g, g->ncols, most > 0 ?
	    "<td class=\"mark\"></td>" : "");
	for (size_t r = 0; r < g->nrows; r++)
		put_row(p, g, r, most);
	page_raw(p, "</tbody>\n</table>\n");
}

/* What the row is made of, in words: columns would not fit on a phone. */
static const char *
made_of(struct page *p, const struct grid *g, size_t row)
{
	const char *text = "";

	for (size_t c = g->ncols > 2 ? 2 : 1; c < g->ncols; c++) {
		const char *cell = GRID_CELL(g, row, c);

		if (strcmp(cell, "0") != 0)
			text = arena_printf(p->mem, "%s%s%s\302\240%s", text,
			    text[0] != '\0' ? ", " : "", g->head[c], cell);
	}
	return text;
}

static void
put_cross(struct page *p, const struct grid *g)
{
	put_head_row(p, &(struct grid){ .head = (const char *[]){ g->head[0],
	    "all" } }, 2, "<th class=\"detail\" scope=\"col\">of these</th>");
	for (size_t r = 0; r < g->nrows; r++) {
		page_raw(p, "<tr>");
		element(p, "th scope=\"row\"",
		    page_day(p, GRID_CELL(g, r, 0)));
		element(p, "td", GRID_CELL(g, r, 1));
		element(p, "td class=\"detail\"", made_of(p, g, r));
		page_raw(p, "</tr>\n");
	}
	page_raw(p, "</tbody>\n</table>\n");
}

static void
put_part(struct page *p, const struct report_section *s,
    const struct report_part *part)
{
	struct grid g;

	if (!grid_make(p->mem, p->f, s, part, &g)) {
		if (part->none == NULL)
			return;
		page_raw(p, "<p class=\"empty\">");
		element(p, "strong", part->title);
		page_text(p, arena_printf(p->mem, ": %s", part->none));
		page_raw(p, "</p>\n");
		return;
	}
	element(p, "h3", part->title);
	page_raw(p, "\n");
	if (part->kind == PART_TIME)
		chart_time(p, &g);
	if (part->kind == PART_TABLE)
		put_table(p, &g, part->bars);
	else
		put_cross(p, &g);
}

/* ---- sections ---- */

static void
put_fact(struct page *p, const struct report_section *s,
    const struct report_part *part)
{
	const struct figure *x = figure_find(p->f, s->id,
	    part->column[0].name, "");
	const char *of;

	if (x == NULL || (part->if_any && x->value == 0))
		return;
	page_raw(p, "<div>");
	element(p, "dt", part->title);
	if (!x->known && part->none != NULL) {
		element(p, "dd class=\"none\"", part->none);
		page_raw(p, "</div>\n");
		return;
	}
	page_raw(p, "<dd>");
	page_text(p, page_day(p, report_value(p->mem, x)));
	if (x->unit == UNIT_SHARE && x->known) {
		of = arena_printf(p->mem, "(%s)", report_of(p->mem, x));
		page_raw(p, " ");
		element(p, "span class=\"of\"", of);
		page_raw(p, "</dd>");
		chart_share(p, part->title, arena_printf(p->mem, "%s %s",
		    report_value(p->mem, x), of), x->value);
	} else
		page_raw(p, "</dd>");
	page_raw(p, "</div>\n");
}

static void
put_section(struct page *p, size_t number)
{
	const struct report_section *s = &report_sections[number];

	page_raw(p, arena_printf(p->mem, "<section id=\"%s\" aria-labelledby="
	    "\"h-%s\">\n", s->id, s->id));
	element(p, arena_printf(p->mem, "h2 id=\"h-%s\"", s->id),
	    arena_printf(p->mem, "%zu. %s", number + 1, s->title));
	page_raw(p, "\n");
	element(p, "p class=\"meaning\"", s->meaning);
	page_raw(p, "\n<dl class=\"facts\">\n");
	for (const struct report_part *x = s->part; x->kind != PART_END; x++)
		if (x->kind == PART_LINE)
			put_fact(p, s, x);
	page_raw(p, "</dl>\n");
	for (const struct report_part *x = s->part; x->kind != PART_END; x++)
		if (x->kind != PART_LINE)
			put_part(p, s, x);
	page_raw(p, "<p class=\"advice\">");
	page_text(p, s->remedy);
	page_raw(p, " ");
	element(p, "code", s->command);
	page_raw(p, "</p>\n</section>\n");
}

void
report_page(struct tool *t, const struct figures *f)
{
	struct page p = { BUF_INIT, &t->step.mem, f, 0 };

	put_title(&p);
	put_glances(&p);
	for (size_t i = 0; i < nreport_sections; i++)
		put_section(&p, i);
	page_raw(&p, "<footer>");
	page_text(&p, arena_printf(p.mem, "A bar on a track is a part of 100 %%;"
	    " any other is drawn against the longest beside it. Made by %s. How"
	    " each figure is counted: man order-report.", t->who));
	page_raw(&p, "</footer>\n</main>\n</body>\n</html>\n");
	tool_text(t, p.out.data, p.out.n);
	buf_release(&p.out);
}
