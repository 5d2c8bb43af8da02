/* memory.c - memory that runs out (LD_PRELOAD).
 *
 * Requests are counted from 1, from the start of main on; MEMORY_LOG names a
 * file that gets a line for each: a number that is the same for all that came
 * from the same place, by the functions at work, and who asked, if it is one
 * that ends badly: "glib", or "nss" for the names of users.  MEMORY_AT is the
 * first that fails, MEMORY_FOR how many do: 1, or 0 for all from there on.
 * SQLite asks for each piece itself here, not for a chunk of them now and then.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdarg.h>
#include <stdbool.h>

#include "stand_in.h"

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

#define DEPTH 8
#define CONFIG_MALLOC 4		/* SQLITE_CONFIG_MALLOC */

static bool counting;
static long at, lasting, count;
static FILE *places;

/* Libraries are loaded by now, the tool has done nothing yet. */
static void __attribute__((constructor))
begin(void)
{
	const char *first = getenv("MEMORY_AT"), *n = getenv("MEMORY_FOR");
	const char *log = getenv("MEMORY_LOG");

	at = first != NULL ? strtol(first, NULL, 10) : 0;
	lasting = n != NULL ? strtol(n, NULL, 10) : 1;
	if (log != NULL)
		places = fopen(log, "we");
	counting = true;
}

static const char *
asker(void *function)
{
	Dl_info where;

	if (dladdr(function, &where) == 0)
		return NULL;
	if (strstr(where.dli_fname, "/libg") != NULL)
		return "glib";		/* or gobject, gmime ... */
	if (where.dli_sname != NULL &&
	    strncmp(where.dli_sname, "getpwuid", 8) == 0)
		return "nss";
	return NULL;
}

static void
note_place(void)
{
	void *frame[DEPTH + 2];
	const char *who = NULL;
	unsigned long hash = 0;
	int i, n;

	counting = false;	/* what this asks for is not the tool's */
	n = backtrace(frame, DEPTH + 2);
	for (i = 2; i < n; i++) {
		hash = (hash ^ (unsigned long)frame[i]) * 0x100000001b3u;
		if (who == NULL)
			who = asker(frame[i]);
	}
	fprintf(places, "%lx %s\n", hash, who != NULL ? who : "-");
	fflush(places);
	counting = true;
}

static bool
fails(void)
{
	int saved = errno;

	if (!counting)
		return false;
	count++;
	if (places != NULL)
		note_place();
	errno = saved;
	if (at == 0 || count < at || (lasting > 0 && count >= at + lasting))
		return false;
	errno = ENOMEM;
	return true;
}

STAND_IN(void *, malloc, size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

STAND_IN(void *, calloc, size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

STAND_IN(void *, realloc, void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

STAND_IN(void *, reallocarray, void *p, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total) || fails())
		return NULL;
	return __libc_realloc(p, total);
}

STAND_IN(void *, aligned_alloc, size_t align, size_t n)
{
	return fails() ? NULL : __libc_memalign(align, n);
}

STAND_IN(int, posix_memalign, void **p, size_t align, size_t n)
{
	if (fails())
		return ENOMEM;
	*p = __libc_memalign(align, n);
	return *p == NULL ? ENOMEM : 0;
}

int sqlite3_config(int what, ...);

/* SQLite calls it too, to set up its own. */
int
sqlite3_config(int what, ...)
{
	int (*usual)(int, ...);
	Dl_info caller;
	va_list ap;
	void *value;

	if (what == CONFIG_MALLOC && dladdr(__builtin_return_address(0),
	    &caller) != 0 && strstr(caller.dli_fname, "libsqlite3") == NULL)
		return 0;
	va_start(ap, what);
	value = va_arg(ap, void *);
	va_end(ap);
	*(void **)&usual = dlsym(RTLD_NEXT, "sqlite3_config");
	return usual(what, value);
}
