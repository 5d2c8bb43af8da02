/* sheet.h - private to lib/cli: text laid out for a terminal */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include <order/buf.h>
#include <order/order.h>
#include <order/tool.h>

enum ink { INK_NONE, INK_BOLD, INK_GOOD, INK_LOOK, INK_BAD };

struct sheet {
	struct buf out;
	struct arena *mem;
	size_t width;		/* of the terminal, 0: as long as it takes */
	bool color;
};

/* Everything below shows its text by text_show: it can harm no terminal. */

/* Blanks up to the width, in front of the text when right is true.  The text
 * is cut to the width. */
void sheet_cell(struct sheet *, const char *text, size_t width, bool right);

/* One line, cut to the terminal. */
void sheet_heading(struct sheet *, enum ink, const char *text);

/* A label in its own column and the text beside it, broken at blanks; nothing
 * when the text is empty.  break_with ends a broken line (" \\" or ""). */
void sheet_entry(struct sheet *, size_t indent, const char *label,
    size_t label_width, enum ink, const char *text, const char *break_with);

/* ---- the sheet of one order ---- */

enum { LABEL = 12, INDENT = 2, DEEPER = 4 };

struct view {
	struct tool *t;
	struct sheet sh;
	struct order o;
};

/* One labelled entry; a command can be copied even where it is broken. */
void view_entry(struct view *, const char *label, enum ink, const char *text);
void view_command(struct view *, size_t indent, const char *label,
    const char *text);

/* How long ago, or until. */
const char *view_age(struct view *, int64_t since);

/* Those that are not empty, with something between. */
const char *view_join(struct view *, const char *between,
    const char *const *part, size_t n);

#define JOIN(v, between, ...) \
	view_join(v, between, (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

int view_parcels(struct view *, struct err *);
int view_requests(struct view *, struct err *);
int view_holds(struct view *, struct err *);
int view_inquiries(struct view *, struct err *);
int view_messages(struct view *, struct err *);
int view_events(struct view *, struct err *);

#endif
