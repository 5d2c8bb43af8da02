/* arena.c - memory that dies together
 *
 * Knows blocks and alignment.  The one place of the library that ends the
 * process when memory runs out: with _exit, so that no half-made batch is
 * flushed to stdout on the way.
 */
#include <order/arena.h>
#include <order/err.h>

#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t cap, used;
	alignas(max_align_t) char bytes[];
};

static int no_memory = ERR_OS;

void
out_of_memory_exits(int status)
{
	no_memory = status;
}

_Noreturn void
out_of_memory(void)
{
	dprintf(STDERR_FILENO, "%s: out of memory\n",
	    program_invocation_short_name);
	_exit(no_memory);
}

void *
xmalloc(size_t size)
{
	void *p;

	if (size > PTRDIFF_MAX)
		out_of_memory();
	if ((p = malloc(size > 0 ? size : 1)) == NULL)
		out_of_memory();
	return p;
}

void *
xrealloc(void *old, size_t size)
{
	void *p;

	if (size > PTRDIFF_MAX)
		out_of_memory();
	if ((p = realloc(old, size > 0 ? size : 1)) == NULL)
		out_of_memory();
	return p;
}

char *
xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(xmalloc(size), s, size);
}

/* A request that would waste much of a block gets one of its own, behind the
 * newest, which stays in use. */
static char *
take_from_new_block(struct arena *a, size_t size)
{
	bool own = size > BLOCK_SIZE / 4;
	struct arena_block *b, **at = &a->blocks;
	size_t cap = own ? size : BLOCK_SIZE;

	if (cap > PTRDIFF_MAX - sizeof(*b))
		out_of_memory();
	b = xmalloc(sizeof(*b) + cap);
	b->cap = cap;
	b->used = size;
	a->size += cap;
	if (own && a->blocks != NULL)
		at = &a->blocks->next;
	b->next = *at;
	*at = b;
	return b->bytes;
}

/* Not zeroed. */
static char *
take(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->blocks;
	size_t start;

	if (b != NULL) {
		start = (b->used + align - 1) & ~(align - 1);
		if (start <= b->cap && size <= b->cap - start) {
			b->used = start + size;
			return b->bytes + start;
		}
	}
	return take_from_new_block(a, size);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size, alignof(max_align_t)), 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory();
	return arena_alloc(a, total);
}

void *
arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t size)
{
	void *longer;

	if (n < *cap)
		return list;
	*cap = *cap != 0 ? 2 * *cap : 8;
	longer = arena_array(a, *cap, size);
	if (n > 0)
		memcpy(longer, list, n * size);
	return longer;
}

char *
arena_dupn(struct arena *a, const char *s, size_t n)
{
	char *copy;

	if (n == SIZE_MAX)
		out_of_memory();
	copy = take(a, n + 1, 1);
	if (n > 0)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
arena_dup(struct arena *a, const char *s)
{
	return arena_dupn(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	char small[256], *s;
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0) {
		s = arena_dup(a, "");
	} else if ((size_t)n < sizeof(small)) {
		s = arena_dupn(a, small, (size_t)n);
	} else {
		s = take(a, (size_t)n + 1, 1);
		vsnprintf(s, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	va_end(ap);
	return s;
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b, *next, *kept = NULL;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		if (kept == NULL && b->cap == BLOCK_SIZE)
			kept = b;
		else
			free(b);
	}
	if (kept != NULL) {
		kept->next = NULL;
		kept->used = 0;
	}
	a->blocks = kept;
	a->size = kept != NULL ? kept->cap : 0;
}

void
arena_release(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
	a->size = 0;
}
