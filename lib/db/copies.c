/* copies.c - where copies of a database are kept, and new ones made
 *
 * Knows names, and who works in the folder: whoever makes a file holds a
 * shared lock on it, and what is unfinished while nobody does was left by a
 * run that was killed.  Knows nothing of which copies are worth keeping.
 */
#include "db_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <order/clock.h>
#include <order/copies.h>

#define NAMES_MAX 100		/* of one second */

struct copies {
	char *dir;
	char *stem;		/* of orders.db: "orders" */
	const char *end;	/* ".db" */
	char *to;		/* the one file, or NULL: dated */
	int fd;			/* of dir, with the lock */
};

/* ---- names ---- */

/* "DDDDDDDDTDDDDDDZ", as place_stamp writes it; what is after it, or NULL. */
static const char *
after_stamp(const char *s)
{
	static const char shape[] = "00000000T000000Z";

	for (const char *p = shape; *p != '\0'; p++, s++)
		if (*p == '0' ? *s < '0' || *s > '9' : *s != *p)
			return NULL;
	return s;
}

static const char *
after(const char *s, const char *start)
{
	size_t n = strlen(start);

	return strncmp(s, start, n) == 0 ? s + n : NULL;
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* What follows the name of a copy of ours: "" when it is just that; NULL when
 * it is something else. */
static const char *
after_name(const struct copies *c, const char *name)
{
	if (c->to != NULL)
		return after(name, base_of(c->to));
	name = after(name, c->stem);
	if (name == NULL || *name != '-' ||
	    (name = after_stamp(name + 1)) == NULL)
		return NULL;
	if (*name == '-') {
		size_t n = strspn(name + 1, "0123456789");

		if (n < 1 || n > 2)
			return NULL;
		name += 1 + n;
	}
	return after(name, c->end);
}

/* ".unfinished-a1B2c3", perhaps with a -journal, -wal or -shm. */
static bool
is_unfinished(const char *rest)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	if (rest == NULL || (rest = after(rest, PLACE_TEMPORARY)) == NULL ||
	    strspn(rest, letters) != 6)
		return false;
	rest += 6;
	return *rest == '\0' || strcmp(rest, "-journal") == 0 ||
	    strcmp(rest, "-wal") == 0 || strcmp(rest, "-shm") == 0;
}

/* "orders" of "/var/lib/orders/orders.db". */
static char *
stem_of(const char *db_path)
{
	char *stem = xstrdup(base_of(db_path));
	size_t n = strlen(stem);

	if (n > 3 && strcmp(stem + n - 3, ".db") == 0)
		stem[n - 3] = '\0';
	return stem;
}

/* ---- the folder ---- */

/* Call fn for each name until it returns -1. */
static int
each_name(struct copies *c, int (*fn)(void *, struct copies *, const char *,
    struct err *), void *arg, struct err *e)
{
	DIR *d = opendir(c->dir);
	struct dirent *entry;
	int r = 0;

	if (d == NULL)
		return err_errno(e, ERR_PERM, errno, "%s", c->dir);
	errno = 0;
	while (r == 0 && (entry = readdir(d)) != NULL) {
		r = fn(arg, c, entry->d_name, e);
		errno = 0;
	}
	if (r == 0 && errno != 0)
		r = err_errno(e, ERR_IO, errno, "%s", c->dir);
	closedir(d);
	return r;
}

static int
clean_one(void *arg, struct copies *c, const char *name, struct err *e)
{
	(void)arg;
	/* A folder of such a name is somebody's, not ours; what is of others
	 * where everybody has their own, like in /tmp, is left to them. */
	if (!is_unfinished(after_name(c, name)) ||
	    unlinkat(c->fd, name, 0) == 0 || errno == ENOENT ||
	    errno == EISDIR || errno == EPERM || errno == EACCES)
		return 0;
	return err_errno(e, ERR_PERM, errno, "%s/%s: cannot be removed",
	    c->dir, name);
}

/* Alone: clean up.  Then, or else, share the folder with others; one that
 * cleans up just now needs a moment.  Where there are no such locks nothing
 * is cleaned up. */
static int
enter(struct copies *c, struct err *e)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };

	if (flock(c->fd, LOCK_EX | LOCK_NB) == 0) {
		if (each_name(c, clean_one, NULL, e) < 0)
			return -1;
		flock(c->fd, LOCK_SH);
		return 0;
	}
	for (int i = 0; i < 100 && flock(c->fd, LOCK_SH | LOCK_NB) < 0 &&
	    errno == EWOULDBLOCK; i++)
		nanosleep(&moment, NULL);
	return 0;
}

static bool
is_folder(const char *to)
{
	struct stat st;
	size_t n = strlen(to);

	return (n > 0 && to[n - 1] == '/') ||
	    (stat(to, &st) == 0 && S_ISDIR(st.st_mode));
}

static void
place(struct copies *c, const char *to)
{
	if (is_folder(to)) {
		c->dir = xstrdup(to);
		for (size_t n = strlen(to); n > 1 && to[n - 1] == '/'; n--)
			c->dir[n - 1] = '\0';
		return;
	}
	c->dir = place_directory(to);
	c->to = xstrdup(to);
}

static int
open_folder(struct copies **out, struct copies *c, struct err *e)
{
	*out = c;
	if (place_check_folder(c->dir, e) == 0) {
		c->fd = open(c->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (c->fd < 0)
			err_errno(e, ERR_PERM, errno, "%s", c->dir);
		else if (enter(c, e) == 0)
			return 0;
	}
	copies_close(c);
	*out = NULL;
	return -1;
}

int
copies_open(struct copies **out, const char *to, const char *db_path,
    struct err *e)
{
	struct copies *c = xmalloc(sizeof(*c));

	*c = (struct copies){ .fd = -1, .stem = stem_of(db_path),
		.end = ".db" };
	place(c, to);
	return open_folder(out, c, e);
}

int
copies_beside(struct copies **out, const char *db_path, struct err *e)
{
	struct copies *c = xmalloc(sizeof(*c));

	*c = (struct copies){ .fd = -1, .stem = xstrdup(base_of(db_path)),
		.end = ".bak", .dir = place_directory(db_path) };
	return open_folder(out, c, e);
}

void
copies_close(struct copies *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->dir);
	free(c->stem);
	free(c->to);
	free(c);
}

bool
copies_dated(const struct copies *c)
{
	return c->to == NULL;
}

/* ---- copies ---- */

static const char *
path_of(const struct copies *c, struct arena *mem, const char *name)
{
	return arena_printf(mem, "%s%s%s", c->dir,
	    strcmp(c->dir, "/") == 0 ? "" : "/", name);
}

int
copies_make(struct copies *c, struct db *db, int64_t now, db_look_fn *fn,
    void *arg, struct arena *mem, const char **made, struct err *e)
{
	char stamp[INSTANT_TEXT], again[16] = "";
	int done = 0;

	place_stamp(now, stamp);
	for (int n = 2; done == 0 && n <= NAMES_MAX; n++) {
		*made = c->to != NULL ? arena_dup(mem, c->to) : path_of(c,
		    mem, arena_printf(mem, "%s-%s%s%s", c->stem, stamp,
		    again, c->end));
		if (access(*made, F_OK) < 0)
			done = db_copy(db, *made, fn, arg, e);
		if (c->to != NULL)
			break;
		snprintf(again, sizeof(again), "-%d", n);
	}
	if (done == 0)
		return err_set(e, ERR_CANTCREAT, "%s: exists already", *made);
	return done < 0 ? -1 : 0;
}

struct list {
	struct arena *mem;
	const char **path;
	size_t n, cap;
};

static int
list_one(void *arg, struct copies *c, const char *name, struct err *e)
{
	struct list *l = arg;
	const char *rest = after_name(c, name);

	(void)e;
	if (rest == NULL || *rest != '\0')
		return 0;
	l->path = arena_grow(l->mem, l->path, l->n, &l->cap, sizeof(*l->path));
	l->path[l->n++] = path_of(c, l->mem, name);
	return 0;
}

int
copies_list(struct copies *c, struct arena *mem, const char ***path,
    size_t *n, struct err *e)
{
	struct list l = { .mem = mem };

	if (each_name(c, list_one, &l, e) < 0)
		return -1;
	*path = l.path;
	*n = l.n;
	return 0;
}

/* What tools that looked into it have left beside it; changes are not ours
 * to remove. */
static void
remove_companions(const char *path)
{
	static const char *const suffix[] = { "-wal", "-shm", "-lock" };
	struct arena mem = ARENA_INIT;
	struct stat st;

	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		const char *name = arena_printf(&mem, "%s%s", path, suffix[i]);

		if (lstat(name, &st) == 0 && S_ISREG(st.st_mode) &&
		    (i > 0 || st.st_size == 0))
			unlink(name);
	}
	arena_release(&mem);
}

int
copies_remove(struct copies *c, const char *path, struct err *e)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_errno(e, ERR_PERM, errno, "%s: cannot be removed",
		    path);
	remove_companions(path);
	return place_sync(c->dir, e);
}
