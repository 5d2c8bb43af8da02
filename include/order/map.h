/* map.h - what others call it, and what we do: records of a foreign layout
 *
 * A map is a small text (order-map(5)): settings of the input, what to skip,
 * and for each column of ours where its value comes from.  It is read once,
 * and then makes one record of our columns of each record of theirs.  Knows
 * columns by name and kind only; what an order is, its user knows.
 */
#ifndef ORDER_MAP_H
#define ORDER_MAP_H

#include <order/recs.h>

enum map_kind { MAP_TEXT, MAP_NUMBER, MAP_DATE, MAP_INSTANT };

/* A column that a map may fill. */
struct map_column {
	const char *name;
	enum map_kind kind;
	bool of_line;		/* of a line of the order, not of the order */
};

/* What the reader of the input must know (see reader_opts). */
struct map_input {
	enum format format;	/* CSV or JSON */
	char delimiter;
	const char *encoding;
	const char *const *names;
	size_t nnames;
	const char *wrapper;
	bool group;		/* rows of one order may be apart */
};

struct map;

/* Read a map; key is the column that names the order.  The map lives in the
 * arena, the columns must outlive it.  NULL: ERR_CONFIG "NAME:LINE: fact". */
const struct map *map_read(struct arena *, const char *name,
    const char *text, const struct map_column *columns, size_t n,
    const char *key, struct err *);

const struct map_input *map_input(const struct map *);

/* What a condition left out, and how many rows. */
struct map_skip {
	const char *what;	/* as the map says it: "Lineitem name is "Tip"" */
	int64_t rows;
	int64_t kept;		/* of them: what they say of the order counts */
};

/* At work on the records of one reader. */
struct mapper;

struct mapper *mapper_open(const struct map *);
void mapper_close(struct mapper *);

/* A new input: what was seen before does not count for it. */
void mapper_begin(struct mapper *);

/* The header of an input of CSV, which may have no row.  -1: ERR_DATA, it has
 * not what the map needs. */
int mapper_header(struct mapper *, const struct head *, const char *source,
    struct err *);

/* All of the input comes again, or only what was not skipped: count anew. */
void mapper_recount(struct mapper *, bool all);

/* The record in our columns: 1, or 0 when it was skipped, or -1: ERR_DATA,
 * the header has not what the map needs.  A JSON order has the column "lines"
 * with an array of objects in our columns.  A value that cannot be made into
 * what its column needs is the record's fault "not-in-map" or "not-a-..." in
 * that column.  Values live in the arena or are those of the record; line, raw
 * and faults are the record's. */
int mapper_map(struct mapper *, struct arena *, const struct rec *,
    const char *source, struct rec *out, struct err *);

/* What was skipped so far; the list belongs to the mapper. */
size_t mapper_skips(const struct mapper *, const struct map_skip **);

/* Called for each column of a record as it is made: what the map found in the
 * source, and the value it became.  For explaining; NULL: nobody. */
typedef void map_watch(void *arg, const struct map_column *, int64_t line,
    const char *from, const char *found, const char *value,
    const char *fault);
void mapper_watch(struct mapper *, map_watch *, void *arg);

#endif
