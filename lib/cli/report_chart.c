/* report_chart.c - bars as inline SVG
 *
 * Across, everything is in percent of the width there is, so that text keeps
 * its size on a phone and nothing is stretched.  Each chart says in words
 * what it shows; its figures stand in a table beside it. */

#include "report_html.h"

/* Together as high as the style makes svg.time. */
enum { CHART_TOP = 24, CHART_HEIGHT = 150 };

/* Hundredths of a percent as CSS has them. */
static void
put_percent(struct page *p, const char *name, int64_t hundredths)
{
	buf_printf(&p->out, " %s=\"%d.%02d%%\"", name,
	    (int)(hundredths / 100), (int)(hundredths % 100));
}

static void
begin_image(struct page *p, const char *class, const char *title,
    const char *desc)
{
	int n = ++p->images;

	page_raw(p, "<svg class=\"");
	page_raw(p, class);
	buf_printf(&p->out, "\" role=\"img\" aria-labelledby=\"t%d d%d\">"
	    "<title id=\"t%d\">", n, n, n);
	page_text(p, title);
	buf_printf(&p->out, "</title><desc id=\"d%d\">", n);
	page_text(p, desc);
	page_raw(p, "</desc>");
}

void
chart_share(struct page *p, const char *title, const char *says,
    int64_t tenths)
{
	begin_image(p, "share", title, says);
	page_raw(p, "<rect class=\"track\" width=\"100%\" height=\"100%\""
	    " rx=\"3\"/><rect class=\"bar\" height=\"100%\" rx=\"3\"");
	put_percent(p, "width", tenths * 10);
	page_raw(p, "/></svg>");
}

/* Beside the figure it draws: nothing more is to be read from it. */
void
chart_mark(struct page *p, int64_t n, int64_t most, bool of_whole)
{
	page_raw(p, "<svg aria-hidden=\"true\">");
	if (of_whole)
		page_raw(p, "<rect class=\"track\" width=\"100%\""
		    " height=\"100%\" rx=\"2\"/>");
	page_raw(p, "<rect class=\"bar\" height=\"100%\" rx=\"2\"");
	put_percent(p, "width", most <= 0 ? 0 :
	    (int64_t)((double)n / (double)most * 10000 + 0.5));
	page_raw(p, "/></svg>");
}

/* ---- bars over time ---- */

static void
put_rule(struct page *p, int y, const char *label)
{
	buf_printf(&p->out, "<line class=\"rule\" x1=\"0\" x2=\"100%%\""
	    " y1=\"%d\" y2=\"%d\"/>", y, y);
	if (label == NULL)
		return;
	buf_printf(&p->out, "<text x=\"0\" y=\"%d\">", y - 6);
	page_text(p, label);
	page_raw(p, "</text>");
}

static void
put_label(struct page *p, const char *anchor, int64_t hundredths,
    const char *text)
{
	buf_printf(&p->out, "<text text-anchor=\"%s\" y=\"%d\"", anchor,
	    CHART_TOP + CHART_HEIGHT + 20);
	put_percent(p, "x", hundredths);
	page_raw(p, ">");
	page_text(p, text);
	page_raw(p, "</text>");
}

static void
put_bars(struct page *p, const struct grid *g, int64_t most)
{
	int64_t step = 10000 / (int64_t)g->nrows;

	for (size_t i = 0; i < g->nrows; i++) {
		int height = (int)((double)g->bar[i] / (double)most *
		    CHART_HEIGHT + 0.5);

		if (g->bar[i] > 0 && height < 2)
			height = 2;
		page_raw(p, "<rect class=\"bar\" rx=\"2\"");
		put_percent(p, "x", (int64_t)i * 10000 / (int64_t)g->nrows +
		    step / 8);
		put_percent(p, "width", step * 3 / 4);
		buf_printf(&p->out, " y=\"%d\" height=\"%d\"><title>",
		    CHART_TOP + CHART_HEIGHT - height, height);
		page_text(p, page_day(p, GRID_CELL(g, i, 0)));
		page_raw(p, ": ");
		page_text(p, GRID_CELL(g, i, 1));
		page_raw(p, "</title></rect>");
	}
}

/* The first, the last, and where there is room the one in the middle. */
static void
put_labels(struct page *p, const struct grid *g)
{
	size_t n = g->nrows, middle = n / 2;

	if (n == 1) {
		put_label(p, "middle", 5000,
		    page_day(p, GRID_CELL(g, 0, 0)));
		return;
	}
	put_label(p, "start", 0, page_day(p, GRID_CELL(g, 0, 0)));
	if (n > 4)
		put_label(p, "middle", (int64_t)(2 * middle + 1) * 5000 /
		    (int64_t)n, page_day(p, GRID_CELL(g, middle, 0)));
	put_label(p, "end", 10000, page_day(p, GRID_CELL(g, n - 1, 0)));
}

void
chart_time(struct page *p, const struct grid *g)
{
	int64_t most = 0;
	size_t top = 0;

	for (size_t i = 0; i < g->nrows; i++)
		if (g->bar[i] > most) {
			most = g->bar[i];
			top = i;
		}
	if (most == 0)
		return;
	page_raw(p, "<figure class=\"chart\">");
	begin_image(p, "time", g->title, arena_printf(p->mem,
	    "One bar for each %s from %s to %s; the highest is %s with %s.",
	    strcmp(g->head[0], "week of") == 0 ? "week" : g->head[0],
	    page_day(p, GRID_CELL(g, 0, 0)),
	    page_day(p, GRID_CELL(g, g->nrows - 1, 0)),
	    page_day(p, GRID_CELL(g, top, 0)), GRID_CELL(g, top, 1)));
	put_rule(p, CHART_TOP, GRID_CELL(g, top, 1));
	put_rule(p, CHART_TOP + CHART_HEIGHT / 2, NULL);
	put_bars(p, g, most);
	put_rule(p, CHART_TOP + CHART_HEIGHT, NULL);
	put_labels(p, g);
	page_raw(p, "</svg></figure>");
}
