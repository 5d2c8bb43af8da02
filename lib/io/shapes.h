/* shapes.h - the column names of JSON records, each set kept once, so that
 * equal shapes have equal heads; bounded whatever the input */
#ifndef IO_SHAPES_H
#define IO_SHAPES_H

#include <order/recs.h>

struct shape;

struct shapes {
	struct arena arena;
	struct shape *buckets[256];
	const struct head *last;
	size_t used;		/* bytes */
};

#define SHAPES_INIT { .arena = ARENA_INIT }

/* A head with n names for as long as the arena. */
const struct head *head_new(struct arena *, const char *const *names,
    size_t n);

/* Does it have these names in this order? */
bool head_is(const struct head *, const char *const *names, size_t n);

/* The head with these names, kept until shapes_release; NULL when no more
 * can be kept. */
const struct head *shapes_get(struct shapes *, const char *const *names,
    size_t n);
void shapes_release(struct shapes *);

/* A name that is there twice, or NULL.  Reorders the names. */
const char *names_repeat(const char **names, size_t n);

#endif
