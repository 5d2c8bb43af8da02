/* memory.c - SQLite's small pieces of memory, from lists of free ones
 *
 * A statement takes and gives back a dozen pieces each time it runs; Debian's
 * SQLite is built without the look-aside memory it has for that.  Pieces go
 * back to the list of their size and stay there.  For one thread only.
 * The sanitizers are to see every piece, so they get the system's.
 */
#include "db_internal.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

void
memory_use(void)
{
}

#else

#define STEP 64			/* sizes are multiples of it */
#define NSIZES 24		/* larger pieces are the system's */
#define CHUNK (64 << 10)

/* What stands before each piece; it keeps the alignment of malloc. */
union head {
	struct {
		size_t size;	/* of the piece, without this */
		union head *next;
	} is;
	max_align_t align;
};

static union head *free_ones[NSIZES + 1];
static char *chunk;
static size_t left;		/* of the chunk */

static int
round_up(int n)
{
	return (n + STEP - 1) / STEP * STEP;
}

static bool
is_small(size_t size)
{
	return size <= (size_t)NSIZES * STEP;
}

/* A new piece of a small size; what is left of the last chunk is dropped. */
static union head *
carve(size_t size)
{
	size_t all = sizeof(union head) + size;
	union head *h;

	if (left < all) {
		chunk = malloc(CHUNK);
		left = chunk != NULL ? CHUNK : 0;
	}
	if (chunk == NULL)
		return NULL;
	h = (union head *)(void *)chunk;
	chunk += all;
	left -= all;
	return h;
}

static void *
take(int n)
{
	size_t size = (size_t)round_up(n);
	union head *h;

	if (!is_small(size))
		h = malloc(sizeof(*h) + size);
	else if ((h = free_ones[size / STEP]) != NULL)
		free_ones[size / STEP] = h->is.next;
	else
		h = carve(size);
	if (h == NULL)
		return NULL;
	h->is.size = size;
	return h + 1;
}

static void
give_back(void *p)
{
	union head *h = (union head *)p - 1;

	if (!is_small(h->is.size)) {
		free(h);
		return;
	}
	h->is.next = free_ones[h->is.size / STEP];
	free_ones[h->is.size / STEP] = h;
}

static int
size_of(void *p)
{
	return (int)((union head *)p - 1)->is.size;
}

static void *
resize(void *p, int n)
{
	int has = size_of(p);
	void *to;

	if (n <= has && has - n < STEP)
		return p;
	to = take(n);
	if (to == NULL)
		return NULL;
	memcpy(to, p, (size_t)(n < has ? n : has));
	give_back(p);
	return to;
}

static int
begin(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

static void
end(void *unused)
{
	(void)unused;
}

void
memory_use(void)
{
	static const sqlite3_mem_methods methods = {
		take, give_back, resize, size_of, round_up, begin, end, NULL
	};

	sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

#endif
