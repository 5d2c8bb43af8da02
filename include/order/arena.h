/* arena.h - memory that dies together
 *
 * Values that a batch makes live in the arena passed in and die when it is
 * reset.  Out of memory ends the process with ERR_OS and one line on stderr:
 * an open transaction rolls back by itself.
 */
#ifndef ORDER_ARENA_H
#define ORDER_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* newest first */
	size_t size;			/* of all of them */
};

#define ARENA_INIT { NULL, 0 }

/* Zeroed, aligned for any type.  Never NULL, also for size 0. */
void *arena_alloc(struct arena *, size_t size);

/* n elements of the given size, checked for overflow, zeroed. */
void *arena_array(struct arena *, size_t n, size_t size);

/* Room for one more in a list of n elements: the list, or a longer copy of
 * it.  *cap is how many there is room for, 0 at first. */
void *arena_grow(struct arena *, void *list, size_t n, size_t *cap,
    size_t size);

/* A terminated copy of n bytes, or of a whole string. */
char *arena_dupn(struct arena *, const char *, size_t n);
char *arena_dup(struct arena *, const char *);

char *arena_printf(struct arena *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Forget everything but keep one block for the next batch. */
void arena_reset(struct arena *);

/* Give everything back; the arena may be used again. */
void arena_release(struct arena *);

/* malloc, realloc and strdup that end the process instead of returning NULL. */
void *xmalloc(size_t);
void *xrealloc(void *, size_t);
char *xstrdup(const char *);

/* End the process with that status instead of ERR_OS. */
void out_of_memory_exits(int status);

/* Ends the process so, where some other library ran out of memory. */
_Noreturn void out_of_memory(void);

#endif
