/* map_read.h - a map that was read (private) */
#ifndef IO_MAP_READ_H
#define IO_MAP_READ_H

#include <order/map.h>

/* One name of theirs: a column of CSV, or a path in JSON. */
struct map_source {
	const char *name;
	bool optional;		/* need not be in the header */
	bool list;		/* the path has a [] */
	bool fill;		/* blank is what it was in the row before */
};

/* A constant, or the value of a source. */
struct map_part {
	const char *text;	/* NULL: */
	size_t source;
};

/* Parts one after another; a constant beside a blank source is left out. */
struct map_choice {
	struct map_part *part;
	size_t n;
};

enum map_filter_kind {
	FILTER_DATE, FILTER_NUMBER, FILTER_MINOR, FILTER_PER, FILTER_STRIP,
	FILTER_STRIP_END, FILTER_SPLIT, FILTER_VALUES, FILTER_UPPER,
	FILTER_LOWER, FILTER_COUNTRY, FILTER_SUM, FILTER_JOIN
};

struct map_filter {
	enum map_filter_kind kind;
	const char **text;	/* its arguments; VALUES: from, to, from, to */
	size_t n;
	long number;		/* MINOR: decimals, -1 those of the currency;
				 * SPLIT: which, from 1, or from the end -1 */
	bool open;		/* VALUES: others stay as they are */
	const char *other;	/* VALUES: what others become, or NULL */
};

/* One column of ours. */
struct map_rule {
	const struct map_column *column;
	size_t place;		/* of the column among all */
	struct map_choice *choice;	/* the first that is not blank */
	size_t n;
	struct map_filter *filter;
	size_t nfilters;
	bool constant;		/* it says nothing of the record */
};

enum map_test { TEST_IS, TEST_IS_NOT, TEST_BLANK, TEST_NOT_BLANK, TEST_BEGINS };

struct map_condition {
	size_t source;
	enum map_test test;
	const char **text;
	size_t n;
	bool order;		/* the whole order goes, not the row's line */
	const char *what;	/* as it was written */
};

struct map {
	const char *name;
	struct map_input input;
	const char *lines;	/* JSON: path of the lines in an order, or NULL */
	const char *zone;
	char decimal, thousands;	/* marks, or 0 */
	bool marks;		/* they were given: every number has them */
	const struct map_column *columns;
	size_t ncolumns;
	size_t key;		/* place of the column that names the order */
	struct map_source *source;
	size_t nsources;
	struct map_rule *rule;	/* those that others need come first */
	size_t nrules;
	struct map_condition *condition;
	size_t nconditions;
};

/* ---- map_value.c ---- */

/* What the value of a column is made with. */
struct map_making {
	const struct map *map;
	struct arena *mem;
	const char *const *made;	/* our columns so far, by place */
	const char *code, *fault;	/* set when it cannot be made */
};

/* The value through the rule's filters; "" and a fault when it is unfit. */
const char *map_value(struct map_making *, const struct map_rule *,
    const char *value);

/* Add the values of a list (each behind a NUL) up, or join them. */
const char *map_list(struct map_making *, const struct map_filter *,
    const struct buf *list);

bool map_condition_holds(const struct map_condition *, const char *value);

/* The code of a country by its English name (ISO 3166-1), or NULL. */
const char *country_code(const char *name);

#endif
