/* intake.h - private to lib/cli: rows become orders */
#ifndef CLI_INTAKE_H
#define CLI_INTAKE_H

#include "feed.h"
#include "keyset.h"

/* The order being put together. */
struct gather {
	bool open;
	const char *column[ORDER_NCOLUMNS];
	struct line_in *lines;
	size_t nlines, cap;
	const char *source, *header;
	const char *row_source;	/* of the row at hand; lasts as long as the
				 * feed */
	bool json;
	char delimiter;		/* of its rows */
	size_t file;		/* of the feed; no order crosses files */
	int64_t source_line, rows;
	bool unreadable, beside;
	struct fault fault;
	struct buf raw;		/* its rows as they came */
	struct buf extra;	/* JSON array of kept columns, unfinished */
};

/* What became of the input, for those who watch. */
struct tally {
	int64_t orders, rows, lines;	/* read; lines of those that are in */
	int64_t changed;		/* orders that were in before */
	int64_t refused, refused_rows;
	int64_t *by_reason;		/* refused orders; by place in reasons */
	struct timespec begun;
};

/* Orders out of a message: what they get that they lack (mail_orders.c knows
 * the rest of it). */
struct mailed {
	const char *key;	/* for an external_ref */
	const char *received_at;	/* "": now */
	int64_t keyless;	/* orders so far without external_ref */
	bool kept;		/* the message is, whole: its orders need not */
};

struct intake {
	struct tool *tool;
	const struct intake_opts *opts;
	struct feed feed;
	struct arena mem, spare;	/* of the orders handed out, and back */
	struct gather g;
	struct rec ahead;	/* a row read that begins the next order */
	const char *ahead_source;
	bool has_ahead;
	const char *header;	/* of the current CSV, without reject columns */
	const struct head *header_of;
	struct err late;	/* a fault behind a whole order */
	struct keyset refused;	/* keys of orders refused in this run */
	struct trial *trial;	/* the first pass over a whole input */
	bool refuse_all, stop;
	struct mailed *mailed;	/* NULL: they come from files */
	intake_fn *fn;
	struct tally tally;
};

void tally_begin(struct tally *);
void tally_order(struct tally *, const struct order_intake *, bool is_in);

/* One line on stderr, for a terminal or when it was asked for, and what a map
 * skipped. */
void tally_tell(struct tool *, struct intake *);

/* As feed->check: are the columns those of an order? */
int intake_check_header(struct feed *, struct err *);

/* Work on all of them by the loop, once. */
void intake_run(struct intake *);

/* A file of the message is not well-formed: note that. */
void mailed_fault(struct intake *, const struct err *);

/* Orders from the message on stdin; the intake is prepared but for its feed. */
void mailed_run(struct intake *, const struct dialect *);

/* What a first pass over the whole input found. */
struct trial {
	struct keyset keys;	/* all keys: nothing is kept in the store */
	int64_t orders, lines, faults;
	int64_t total;		/* ten-thousandths */
	char currency[4];
	bool mixed;		/* several currencies, or too large a sum */
};

/* Try all orders, rolling back; sets refuse_all when the input must not go
 * in, and says why on stderr (whole.c). */
void whole_try(struct intake *);

/* The header of the current CSV without reject columns. */
const char *intake_header(struct intake *);

/* As loop->next: the next whole order, normalised. */
int intake_next(struct tool *, struct arena *, bool wait, struct item *,
    struct err *);

/* Put one record into the order being gathered (rows.c). */
void gather_row(struct intake *, const struct rec *, const char *source);

/* Does the row belong to the order being gathered? */
bool gather_takes(const struct intake *, const struct rec *);

/* A JSON object with its lines array is a whole order by itself, and so is
 * what is no order at all. */
bool row_is_whole(const struct rec *);

#endif
