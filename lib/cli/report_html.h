/* report_html.h - private to lib/cli: pieces of the report's page */
#ifndef CLI_REPORT_HTML_H
#define CLI_REPORT_HTML_H

#include "report.h"

struct page {
	struct buf out;
	struct arena *mem;
	const struct figures *f;
	int images;		/* their names are numbers */
};

/* Markup of ours as it stands; any other text made harmless. */
void page_raw(struct page *, const char *);
void page_text(struct page *, const char *);

/* "2026-11-23" is "23 Nov 2026", "2026-11" is "Nov 2026". */
const char *page_day(struct page *, const char *);

/* A bar that is part of its whole, by itself an image. */
void chart_share(struct page *, const char *title, const char *says,
    int64_t tenths);

/* A bar beside a figure of a table; on a track when most is its whole. */
void chart_mark(struct page *, int64_t n, int64_t most, bool of_whole);

/* Bars for the rows of a table, side by side. */
void chart_time(struct page *, const struct grid *);

#endif
