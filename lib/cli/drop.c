/* drop.c - files for other programs, whole or not there
 *
 * Knows nothing of what is in them. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <order/arena.h>
#include <order/buf.h>

#include "drop.h"

#define TICK 20			/* milliseconds between two tries to lock */

int
drop_open(struct drop *d, const char *dir, struct err *e)
{
	d->path = realpath(dir, NULL);
	if (d->path == NULL && errno == ENOENT)
		return err_set(e, ERR_CANTCREAT, "%s: there is no such folder"
		    " (make it first)", dir);
	if (d->path == NULL)
		return err_errno(e, ERR_CANTCREAT, errno, "%s", dir);
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd >= 0)
		return 0;
	err_errno(e, ERR_CANTCREAT, errno, "%s", dir);
	free(d->path);
	d->path = NULL;
	return -1;
}

void
drop_close(struct drop *d)
{
	close(d->fd);
	free(d->path);
	d->path = NULL;
}

int
drop_lock(struct drop *d, int seconds, const volatile sig_atomic_t *stop,
    struct err *e)
{
	int64_t left = (int64_t)seconds * 1000;

	while (flock(d->fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_errno(e, ERR_CANTCREAT, errno,
			    "%s: cannot be locked", d->path);
		if (left <= 0 || *stop != 0)
			return err_set(e, ERR_TEMP, "%s: another order-forward"
			    " writes there", d->path);
		poll(NULL, 0, TICK);
		left -= TICK;
	}
	return 0;
}

void
drop_unlock(struct drop *d)
{
	flock(d->fd, LOCK_UN);
}

static const char *
temporary(struct arena *mem, const char *name)
{
	return arena_printf(mem, ".%s.tmp", name);
}

/* Whoever takes the files may be in the folder's group. */
#define MODE 0640

int
drop_stage(struct drop *d, const char *name, const char *bytes, size_t n,
    struct err *e)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	struct arena mem = ARENA_INIT;
	const char *tmp = temporary(&mem, name);
	int saved = 0, fd;

	if (unlinkat(d->fd, tmp, 0) < 0 && errno != ENOENT)
		saved = errno;
	fd = saved == 0 ? openat(d->fd, tmp, flags, MODE) : -1;
	if (fd < 0 && saved == 0)
		saved = errno;
	if (fd >= 0 && (fchmod(fd, MODE) < 0 ||
	    write_full(fd, bytes, n) < 0 || fsync(fd) < 0))
		saved = errno;
	if (fd >= 0 && close(fd) < 0 && saved == 0)
		saved = errno;
	if (fd >= 0 && saved != 0)
		unlinkat(d->fd, tmp, 0);
	arena_release(&mem);
	return saved == 0 ? 0 : err_errno(e, ERR_CANTCREAT, saved, "%s/%s",
	    d->path, name);
}

/* Where renaming cannot be told to replace nothing. */
static int
link_instead(struct drop *d, const char *tmp, const char *name)
{
	struct stat a, b;

	if (linkat(d->fd, tmp, d->fd, name, 0) < 0) {
		if (errno != EEXIST ||
		    fstatat(d->fd, tmp, &a, AT_SYMLINK_NOFOLLOW) < 0 ||
		    fstatat(d->fd, name, &b, AT_SYMLINK_NOFOLLOW) < 0)
			return -1;
		if (a.st_dev != b.st_dev || a.st_ino != b.st_ino) {
			errno = EEXIST;
			return -1;
		}
	}
	return unlinkat(d->fd, tmp, 0);
}

int
drop_place(struct drop *d, const char *name, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *tmp = temporary(&mem, name);
	int r = renameat2(d->fd, tmp, d->fd, name, RENAME_NOREPLACE), saved;

	if (r < 0 && (errno == EINVAL || errno == ENOSYS))
		r = link_instead(d, tmp, name);
	saved = errno;
	arena_release(&mem);
	if (r == 0 || saved == ENOENT)
		return 1;
	if (saved == EEXIST)
		return 0;
	return err_errno(e, ERR_CANTCREAT, saved, "%s/%s", d->path, name);
}

int
drop_sync(struct drop *d, struct err *e)
{
	return fsync(d->fd) == 0 ? 0 :
	    err_errno(e, ERR_IO, errno, "%s", d->path);
}
