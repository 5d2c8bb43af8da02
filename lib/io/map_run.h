/* map_run.h - a map at work on records (private) */
#ifndef IO_MAP_RUN_H
#define IO_MAP_RUN_H

#include "json.h"
#include "map_read.h"

#define LINES "lines"		/* the column of a JSON order */

struct nested {			/* JSON text that was read already */
	const char *text;
	struct rec rec;
};

struct mapper {
	const struct map *map;
	/* CSV: where each source stands in the header at hand */
	const struct head *theirs;
	int *place;		/* -1: it has no such column */
	struct buf *above;	/* by source: its value in the row before */
	/* the columns of what is made */
	struct head ours;
	const char **values;	/* of our columns, by place */
	/* what was skipped */
	struct map_skip *skips;
	const struct map_condition *leaving;	/* this order is left out */
	struct buf left;	/* what it is called */
	bool begun;		/* there was a row of some order */
	/* JSON: nested objects of the order at hand */
	struct nested *nested;
	size_t nnested, cap;
	map_watch *watch;
	void *arg;
	struct buf list;
	const char *code, *fact;	/* why what was found is unfit, or NULL */
};

struct making {
	struct mapper *m;
	struct map_making to;
	const struct rec *r;	/* the row, the order or the line */
	bool no_line;		/* what it says of a line does not count */
	bool watched;		/* it is not skipped */
	const struct map_condition *torn;	/* it skips half an order */
};

/* Do values of this column stand in the lines of a JSON order? */
bool map_is_inside(const struct map *, const struct map_column *);

/* Fill our columns of the order or of a line; the first fault is told. */
void map_make(struct making *, bool of_lines, struct rec *out);

/* The condition on orders or on rows that holds, or NULL; counted as a skip. */
const struct map_condition *map_unwanted(struct making *, bool order);
void map_skipped(struct mapper *, const struct map_condition *);

/* The columns made, in the order of their head. */
void map_lay_out(struct making *, bool constants, bool lines, struct rec *);

/* ---- map_json.c ---- */

/* What the path leads to in the object, or "". */
const char *map_json_value(struct mapper *, struct arena *,
    const struct rec *, const char *path);

/* All that it leads to, to m->list, each with its NUL. */
void map_json_list(struct mapper *, struct arena *, const struct rec *,
    const char *path);

/* As mapper_map, for a JSON order. */
int map_json_order(struct making *, struct rec *out);

#endif
