/* report.h - private to lib/cli: how figures are laid out and worded
 *
 * One table of sections says what is shown, in which order and in which
 * words; text and page are made from it.  A figure that is in no section is
 * in the records all the same. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <order/date.h>
#include <order/figures.h>

#include "loop.h"

enum part_kind {
	PART_END,
	PART_LINE,		/* one figure */
	PART_TABLE,		/* a row for each key, a column for each figure */
	PART_CROSS,		/* a row for each key, a column for each subkey */
	PART_TIME		/* the same, a row for each day, week or month */
};

#define PART_COLUMNS 4

struct report_part {
	enum part_kind kind;
	const char *title;	/* of a line: its label */
	const char *key;	/* what the keys of a table are called */
	struct { const char *name, *heading; } column[PART_COLUMNS];
	bool bars;		/* the first column is drawn, too */
	bool by_size;		/* largest first, else as they come */
	bool if_any;		/* a line: not when it is 0 */
	const char *none;	/* said when there is nothing */
};

struct report_section {
	const char *id;		/* as the figures have it */
	const char *title;
	const char *meaning;	/* one sentence */
	const char *remedy;	/* what to do when it looks bad, */
	const char *command;	/* and the command for it */
	struct report_part part[9];
};

extern const struct report_section report_sections[];
extern const size_t nreport_sections;

/* ---- values ---- */

/* For a person: "1,234", "97.1 % (34 of 35)", "2 h 5 min", "12.50 EUR". */
const char *report_value(struct arena *, const struct figure *);

/* Of a share: "34 of 35". */
const char *report_of(struct arena *, const struct figure *);

/* For a program: digits, "97.1", "125", "12.50"; "" unknown. */
const char *report_number(struct arena *, const struct figure *);
const char *report_unit(const struct figure *);

/* ---- tables ---- */

struct grid {
	const char *title;
	size_t ncols, nrows;
	const char **head;	/* ncols */
	const char **cell;	/* nrows x ncols, the first is the key */
	int64_t *bar;		/* nrows, of the first column */
	int64_t whole;		/* shares: what all bars together make, else 0 */
	const char *none;
};

/* False: there is nothing in it. */
bool grid_make(struct arena *, const struct figures *,
    const struct report_section *, const struct report_part *, struct grid *);

/* What a bar of full length stands for: all of it where it is a share, else
 * the largest. */
int64_t grid_most(const struct grid *);

#define GRID_CELL(g, row, col) ((g)->cell[(row) * (g)->ncols + (col)])

/* ---- at a glance ---- */

enum outlook { OUTLOOK_NONE, OUTLOOK_GOOD, OUTLOOK_LOOK, OUTLOOK_BAD };

struct glance {
	const char *label, *value, *says;
	enum outlook outlook;
	const char *section;	/* where more is said */
};

#define MAX_GLANCES 10

size_t report_glances(struct arena *, const struct figures *,
    struct glance out[MAX_GLANCES]);

/* What is not in the figures, or "". */
const char *report_missing(struct arena *, const struct figures *);

/* Text of a figure of the section "report" or "record". */
const char *report_word(const struct figures *, const char *section,
    const char *name);

/* When the figures were made, by the company's calendar and clock:
 * "2026-11-23" and "13:05". */
const char *report_made_on(struct arena *, const struct figures *);
const char *report_made_at(struct arena *, const struct figures *);

/* ---- the outputs ---- */

void report_text(struct tool *, const struct figures *);
void report_page(struct tool *, const struct figures *);

#endif
