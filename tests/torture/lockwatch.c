/* lockwatch.c - is a store ever written by one who does not hold its lock?
 *
 * To be preloaded.  Each write to the database or its log, each checkpoint
 * and each removal must come from a process that has the writer's byte of
 * the lock file, and the kernel is asked whether it has: what the process
 * believes does not count.  LOCKWATCH_STORE is the path of the store,
 * LOCKWATCH_LOG the file that hears of breaches, and at the end of each
 * process of how much there was to see.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INSTEAD_OF(name) __asm__(#name)
#define WRITER 1		/* the byte of the lock file */
#define CHECKPOINT 121		/* the byte of -shm that SQLite locks for it */
#define DESCRIPTORS 256		/* where the lock file is looked for */

/* All of them come in two names for large files. */
ssize_t watch_pwrite(int, const void *, size_t, off_t) INSTEAD_OF(pwrite);
ssize_t watch_pwrite64(int, const void *, size_t, off_t) INSTEAD_OF(pwrite64);
int watch_ftruncate(int, off_t) INSTEAD_OF(ftruncate);
int watch_ftruncate64(int, off_t) INSTEAD_OF(ftruncate64);
int watch_fcntl(int, int, ...) INSTEAD_OF(fcntl);
int watch_fcntl64(int, int, ...) INSTEAD_OF(fcntl64);
ssize_t watch_write(int, const void *, size_t) INSTEAD_OF(write);
int watch_fsync(int) INSTEAD_OF(fsync);
int watch_fdatasync(int) INSTEAD_OF(fdatasync);
int watch_unlink(const char *) INSTEAD_OF(unlink);

static int seen;

static void
tell(const char *what, const char *which)
{
	const char *path = getenv("LOCKWATCH_LOG");
	char line[200];
	int fd, n;

	n = snprintf(line, sizeof(line), "%s: %s%s\n",
	    program_invocation_short_name, what, which);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (path == NULL || n <= 0 || fd < 0 ||
	    syscall(SYS_write, fd, line, n) != n)
		abort();
	close(fd);
}

/* The path of one file of the store; NULL: nothing is to be watched. */
static const char *
file_of(const char *suffix, char path[PATH_MAX])
{
	const char *store = getenv("LOCKWATCH_STORE");

	if (store == NULL)
		return NULL;
	snprintf(path, PATH_MAX, "%s%s", store, suffix);
	return path;
}

static bool
is_file(int fd, const char *suffix)
{
	char path[PATH_MAX];
	struct stat is, ours;

	return file_of(suffix, path) != NULL && stat(path, &ours) == 0 &&
	    fstat(fd, &is) == 0 && is.st_dev == ours.st_dev &&
	    is.st_ino == ours.st_ino;
}

/* Does anybody else hold the byte, seen from this descriptor? */
static bool
others_have_it(int fd)
{
	struct flock f = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = WRITER,
		.l_len = 1
	};

	return syscall(SYS_fcntl, fd, F_OFD_GETLK, &f) < 0 ||
	    f.l_type != F_UNLCK;
}

/* Seen from our own descriptor it is free, from a new one it is taken. */
static bool
have_lock(void)
{
	char path[PATH_MAX];
	bool taken;
	int fd, probe;

	for (fd = 0; fd < DESCRIPTORS && !is_file(fd, "-lock"); fd++)
		;
	if (fd == DESCRIPTORS || others_have_it(fd))
		return false;
	probe = open(file_of("-lock", path), O_RDWR | O_CLOEXEC);
	taken = probe >= 0 && others_have_it(probe);
	close(probe);
	return taken;
}

static void
look(const char *what, const char *suffix)
{
	int saved = errno;

	seen++;
	if (!have_lock())
		tell(what, suffix);
	errno = saved;
}

static void
look_at(int fd, const char *what)
{
	int saved = errno;

	if (is_file(fd, ""))
		look(what, "the database");
	else if (is_file(fd, "-wal"))
		look(what, "-wal");
	errno = saved;
}

/* ---- instead of the system's ---- */

ssize_t
watch_pwrite64(int fd, const void *p, size_t n, off_t at)
{
	look_at(fd, "writes ");
	return syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t
watch_pwrite(int fd, const void *p, size_t n, off_t at)
{
	return watch_pwrite64(fd, p, n, at);
}

ssize_t
watch_write(int fd, const void *p, size_t n)
{
	look_at(fd, "writes ");
	return syscall(SYS_write, fd, p, n);
}

int
watch_ftruncate64(int fd, off_t size)
{
	look_at(fd, "truncates ");
	return (int)syscall(SYS_ftruncate, fd, size);
}

int
watch_ftruncate(int fd, off_t size)
{
	return watch_ftruncate64(fd, size);
}

int
watch_fsync(int fd)
{
	look_at(fd, "syncs ");
	return (int)syscall(SYS_fsync, fd);
}

int
watch_fdatasync(int fd)
{
	look_at(fd, "syncs ");
	return (int)syscall(SYS_fdatasync, fd);
}

int
watch_unlink(const char *path)
{
	char ours[PATH_MAX];

	for (int i = 0; i < 3; i++) {
		const char *suffix[] = { "-lock", "-wal", "" };

		if (file_of(suffix[i], ours) != NULL &&
		    strcmp(path, ours) == 0)
			look("removes ", suffix[i]);
	}
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* A recovery locks this byte together with the next: that is no checkpoint,
 * and any reader may have to do it. */
static void
look_at_lock(int fd, const struct flock *f)
{
	if (f->l_type == F_WRLCK && f->l_start == CHECKPOINT &&
	    f->l_len == 1 && is_file(fd, "-shm"))
		look("checkpoints", "");
}

int
watch_fcntl64(int fd, int command, ...)
{
	va_list ap;
	void *value;
	int result;

	va_start(ap, command);
	value = va_arg(ap, void *);
	va_end(ap);
	result = (int)syscall(SYS_fcntl, fd, command, value);
	if (result == 0 && command == F_SETLK)
		look_at_lock(fd, value);
	return result;
}

int
watch_fcntl(int fd, int command, ...)
{
	va_list ap;
	void *value;

	va_start(ap, command);
	value = va_arg(ap, void *);
	va_end(ap);
	return watch_fcntl64(fd, command, value);
}

static void __attribute__((destructor))
say_what_was_seen(void)
{
	char count[20];

	if (seen == 0 || getenv("LOCKWATCH_LOG") == NULL)
		return;
	snprintf(count, sizeof(count), "%d", seen);
	tell("seen ", count);
}
