/* power.c - writes down all that a tool changes on disk, in order, so that
 * any moment a power cut may leave behind can be made (LD_PRELOAD).
 *
 * POWER_LOG names the file.  Each record is a line, some followed by bytes:
 *   create INODE PATH       name FROM TO (a link)    sync INODE
 *   write INODE AT SIZE     rename FROM TO           syncdir PATH
 *   truncate INODE SIZE     unlink PATH              out SIZE (to stdout)
 * Fields end with a tab, so that names may have blanks in them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "stand_in.h"

static int log_fd = -1;

static void __attribute__((constructor))
begin(void)
{
	const char *path = getenv("POWER_LOG");

	if (path == NULL)
		return;
	log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT |
	    O_APPEND | O_CLOEXEC, 0600);
	/* Out of the way of the descriptors a tool expects to get. */
	log_fd = (int)syscall(SYS_fcntl, log_fd, F_DUPFD_CLOEXEC, 300);
}

static void
put(const char *line, const void *bytes, size_t n)
{
	struct iovec v[2] = {
		{ (void *)(uintptr_t)line, strlen(line) },
		{ (void *)(uintptr_t)bytes, n }
	};
	int saved = errno;

	if (log_fd >= 0 && syscall(SYS_writev, log_fd, v, 2) < 0)
		abort();
	errno = saved;
}

/* The whole name of a path that is relative to a directory. */
static const char *
name(char whole[PATH_MAX], int dir, const char *path)
{
	char link[64];
	ssize_t n = 0;

	if (path[0] != '/') {
		snprintf(link, sizeof(link), dir == AT_FDCWD ?
		    "/proc/self/cwd" : "/proc/self/fd/%d", dir);
		n = syscall(SYS_readlinkat, AT_FDCWD, link, whole, 2048);
		if (n < 0)
			abort();
		whole[n++] = '/';
	}
	snprintf(whole + n, 2048, "%s", path);
	return whole;
}

static void
note_paths(const char *what, int dir, const char *path, int other_dir,
    const char *other)
{
	char line[2 * PATH_MAX + 64], one[PATH_MAX], two[PATH_MAX] = "";

	if (other != NULL)
		name(two, other_dir, other);
	snprintf(line, sizeof(line), "%s\t%s\t%s\n", what,
	    name(one, dir, path), two);
	put(line, NULL, 0);
}

static void
note_write(int fd, long at, const void *bytes, size_t n)
{
	char line[128];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return;
	if (S_ISREG(st.st_mode))
		snprintf(line, sizeof(line), "write\t%lu\t%ld\t%zu\n",
		    (unsigned long)st.st_ino, at, n);
	else if (fd == 1)
		snprintf(line, sizeof(line), "out\t%zu\n", n);
	else
		return;
	put(line, bytes, n);
}

static void
note_sync(int fd)
{
	char line[128];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		note_paths("syncdir", fd, ".", 0, NULL);
		return;
	}
	snprintf(line, sizeof(line), "sync\t%lu\n", (unsigned long)st.st_ino);
	put(line, NULL, 0);
}

static void
note_create(int fd, const char *path, int dir)
{
	char line[PATH_MAX + 128], whole[PATH_MAX];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return;
	snprintf(line, sizeof(line), "create\t%lu\t%s\n",
	    (unsigned long)st.st_ino, name(whole, dir, path));
	put(line, NULL, 0);
}

STAND_IN(ssize_t, write, int fd, const void *p, size_t n)
{
	struct stat st;
	long at = -1, done = syscall(SYS_write, fd, p, n);

	if (done <= 0)
		return done;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		at = (fcntl(fd, F_GETFL) & O_APPEND) != 0 ?
		    st.st_size - done : lseek(fd, 0, SEEK_CUR) - done;
	note_write(fd, at, p, (size_t)done);
	return done;
}

STAND_IN(ssize_t, pwrite64, int fd, const void *p, size_t n, long at)
{
	long done = syscall(SYS_pwrite64, fd, p, n, at);

	if (done > 0)
		note_write(fd, at, p, (size_t)done);
	return done;
}
ALSO(pwrite, pwrite64);

STAND_IN(int, ftruncate64, int fd, long size)
{
	int result = (int)syscall(SYS_ftruncate, fd, size);
	char line[128];
	struct stat st;

	if (result == 0 && fstat(fd, &st) == 0) {
		snprintf(line, sizeof(line), "truncate\t%lu\t%ld\n",
		    (unsigned long)st.st_ino, size);
		put(line, NULL, 0);
	}
	return result;
}
ALSO(ftruncate, ftruncate64);

STAND_IN(int, fsync, int fd)
{
	int result = (int)syscall(SYS_fsync, fd);

	if (result == 0)
		note_sync(fd);
	return result;
}

STAND_IN(int, fdatasync, int fd)
{
	int result = (int)syscall(SYS_fdatasync, fd);

	if (result == 0)
		note_sync(fd);
	return result;
}

static int
open_file(int dir, const char *path, int flags, mode_t perm)
{
	struct stat st;
	bool new = (flags & O_CREAT) != 0 &&
	    fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) < 0;
	int fd = (int)syscall(SYS_openat, dir, path, flags, perm);

	if (fd >= 0 && new)
		note_create(fd, path, dir);
	return fd;
}

STAND_IN(int, open64, const char *path, int flags, ...)
{
	va_list ap;
	mode_t perm;

	va_start(ap, flags);
	perm = (flags & O_CREAT) != 0 ? (mode_t)va_arg(ap, int) : 0;
	va_end(ap);
	return open_file(AT_FDCWD, path, flags, perm);
}
ALSO(open, open64);

STAND_IN(int, openat64, int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t perm;

	va_start(ap, flags);
	perm = (flags & O_CREAT) != 0 ? (mode_t)va_arg(ap, int) : 0;
	va_end(ap);
	return open_file(dir, path, flags, perm);
}
ALSO(openat, openat64);

STAND_IN(int, mkostemp64, char *path, int flags)
{
	int (*usual)(char *, int);
	int fd;

	*(void **)&usual = dlsym(RTLD_NEXT, "mkostemp64");
	fd = usual(path, flags);
	if (fd >= 0)
		note_create(fd, path, AT_FDCWD);
	return fd;
}
ALSO(mkostemp, mkostemp64);

STAND_IN(int, renameat2, int from_dir, const char *from, int to_dir,
    const char *to, unsigned flags)
{
	int result = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to,
	    flags);

	if (result == 0)
		note_paths("rename", from_dir, from, to_dir, to);
	return result;
}

STAND_IN(int, renameat, int from_dir, const char *from, int to_dir,
    const char *to)
{
	return at_renameat2(from_dir, from, to_dir, to, 0);
}

STAND_IN(int, rename, const char *from, const char *to)
{
	return at_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

STAND_IN(int, link, const char *from, const char *to)
{
	int result = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);

	if (result == 0)
		note_paths("name", AT_FDCWD, from, AT_FDCWD, to);
	return result;
}

STAND_IN(int, unlinkat, int dir, const char *path, int flags)
{
	int result = (int)syscall(SYS_unlinkat, dir, path, flags);

	if (result == 0)
		note_paths("unlink", dir, path, 0, NULL);
	return result;
}

STAND_IN(int, unlink, const char *path)
{
	return at_unlinkat(AT_FDCWD, path, 0);
}

STAND_IN(int, mkdirat, int dir, const char *path, mode_t perm)
{
	int result = (int)syscall(SYS_mkdirat, dir, path, perm);

	if (result == 0)
		note_paths("mkdir", dir, path, 0, NULL);
	return result;
}

STAND_IN(int, mkdir, const char *path, mode_t perm)
{
	return at_mkdirat(AT_FDCWD, path, perm);
}
