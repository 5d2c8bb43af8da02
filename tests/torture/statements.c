/* statements.c - stands between a tool and SQLite (LD_PRELOAD) and lets one
 * call that prepares or runs a statement fail, as a disk that cannot be read
 * would.
 *
 * Such calls are counted from 1.  STATEMENT_LOG names a file that gets a line
 * for each: a number that is the same for all that came from the same place,
 * by the functions at work, the function, and the beginning of its SQL.
 * STATEMENT_AT is the number of the call that fails; it does nothing then.
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

static FILE *calls;
static long at, count;
static const sqlite3_stmt *broken;	/* the statement that failed */
static sqlite3 *connection;		/* and nothing came after it */

static void __attribute__((constructor))
begin(void)
{
	const char *path = getenv("STATEMENT_LOG");
	const char *number = getenv("STATEMENT_AT");

	if (path != NULL)
		calls = fopen(path, "we");
	if (number != NULL)
		at = strtol(number, NULL, 10);
}

#define CALLER __builtin_return_address(0)

/* The library's own function of that name. */
#define REAL(name) \
	static __typeof__(name) *real; \
	if (real == NULL) \
		*(void **)&real = dlsym(RTLD_NEXT, #name)

/* SQLite runs statements of its own while it prepares or runs ours. */
static bool
is_its_own(const void *caller)
{
	static void *library;
	Dl_info where;

	if (library == NULL && dladdr(dlsym(RTLD_NEXT, "sqlite3_step"),
	    &where) != 0)
		library = where.dli_fbase;
	return dladdr(caller, &where) != 0 && where.dli_fbase == library;
}

static uint32_t
place(void)
{
	void *frames[16];
	uint32_t hash = 2166136261u;
	int n = backtrace(frames, 16), i;

	for (i = 0; i < n; i++)
		hash = (hash ^ (uint32_t)(uintptr_t)frames[i]) * 16777619u;
	return hash;
}

static bool
fails(const void *caller, sqlite3 *h, const char *what, const char *sql)
{
	const char *file = sqlite3_db_filename(h, "main");

	/* A rollback reads nothing, and what is in memory is on no disk. */
	if (is_its_own(caller) || file == NULL || file[0] == '\0' ||
	    (sql != NULL && strcmp(sql, "ROLLBACK") == 0))
		return false;
	count++;
	connection = NULL;
	if (calls != NULL)
		fprintf(calls, "%u %s %.60s\n", place(), what,
		    sql != NULL ? sql : "");
	if (count != at)
		return false;
	connection = h;
	return true;
}

int
sqlite3_prepare_v2(sqlite3 *h, const char *sql, int n, sqlite3_stmt **st,
    const char **tail)
{
	REAL(sqlite3_prepare_v2);
	if (!fails(CALLER, h, "prepare", sql))
		return real(h, sql, n, st, tail);
	*st = NULL;
	return SQLITE_IOERR;
}

int
sqlite3_prepare_v3(sqlite3 *h, const char *sql, int n, unsigned flags,
    sqlite3_stmt **st, const char **tail)
{
	REAL(sqlite3_prepare_v3);
	if (!fails(CALLER, h, "prepare", sql))
		return real(h, sql, n, flags, st, tail);
	*st = NULL;
	return SQLITE_IOERR;
}

int
sqlite3_exec(sqlite3 *h, const char *sql, int (*row)(void *, int, char **,
    char **), void *arg, char **message)
{
	REAL(sqlite3_exec);
	if (!fails(CALLER, h, "exec", sql))
		return real(h, sql, row, arg, message);
	return SQLITE_IOERR;
}

int
sqlite3_step(sqlite3_stmt *st)
{
	REAL(sqlite3_step);
	if (!fails(CALLER, sqlite3_db_handle(st), "step",
	    sqlite3_sql(st)))
		return real(st);
	broken = st;
	return SQLITE_IOERR;
}

/* Both say again how the last step ended. */
int
sqlite3_reset(sqlite3_stmt *st)
{
	bool was = st != NULL && st == broken;

	REAL(sqlite3_reset);
	if (!was)
		return real(st);
	broken = NULL;
	real(st);
	return SQLITE_IOERR;
}

int
sqlite3_finalize(sqlite3_stmt *st)
{
	bool was = st != NULL && st == broken;

	REAL(sqlite3_finalize);
	if (!was)
		return real(st);
	broken = NULL;
	real(st);
	return SQLITE_IOERR;
}

int
sqlite3_extended_errcode(sqlite3 *h)
{
	REAL(sqlite3_extended_errcode);
	return h == connection ? SQLITE_IOERR : real(h);
}

const char *
sqlite3_errmsg(sqlite3 *h)
{
	REAL(sqlite3_errmsg);
	return h == connection ? "disk I/O error" : real(h);
}
