/* handoffs.h - private to lib/cli: what a hand-off looks like */
#ifndef CLI_HANDOFFS_H
#define CLI_HANDOFFS_H

#include <cjson/cJSON.h>

#include <order/handoff.h>
#include <order/tool.h>

enum handoff_as { AS_CSV, AS_JSON, AS_TEXT, AS_TABLE };

extern const char *const handoff_formats[];	/* csv json text */
extern const char *const handoff_endings[];	/* of files: csv json txt */
extern const char *const handoff_destinations[];

/* Its bytes, the same whenever it is asked: CSV with its header, one JSON
 * object on a line, or the page for the warehouse. */
int handoff_render(const struct handoff *, enum handoff_as, struct buf *,
    struct err *);

/* Was what it said erased, with the customer's data? */
bool handoff_is_erased(const struct handoff *);

/* The columns of its CSV. */
const struct head *handoff_head(const char *destination);

/* Put rendered text out, so that it can harm no terminal. */
void handoff_text(struct tool *, const struct buf *, enum handoff_as);

/* Put it among the records of stdout. */
int handoff_put(struct tool *, const struct handoff *, enum handoff_as,
    struct err *);

/* Put it as in a list; the columns of a list without rows. */
int handoff_put_listed(struct tool *, int64_t id, struct err *);
void handoff_put_head(struct tool *);

/* "pick-00000042-SO-00001234-2.csv" */
const char *handoff_file(struct arena *, const struct handoff *,
    enum handoff_as);

/* The page: at most 80 columns, nothing in it that a printer or a terminal
 * obeys. */
void pick_list(const struct handoff *, const cJSON *, struct buf *);

#endif
