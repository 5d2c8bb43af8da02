/* place.c - files and directories that may hold a database
 *
 * Knows modes, links, file systems and how a finished file gets its name.
 * Never opens a database that SQLite may have open: closing it would drop
 * SQLite's locks.
 */
#include "db_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <order/clock.h>

/* path and suffix; the caller frees it. */
static char *
join(const char *path, const char *suffix)
{
	size_t size = strlen(path) + strlen(suffix) + 1;
	char *s = xmalloc(size);

	snprintf(s, size, "%s%s", path, suffix);
	return s;
}

char *
place_directory(const char *path)
{
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');

	if (slash == NULL) {
		free(dir);
		return xstrdup(".");
	}
	slash[slash == dir ? 1 : 0] = '\0';
	return dir;
}

static int
denied_or(int errnum, int code)
{
	return errnum == EACCES || errnum == EPERM || errnum == EROFS ?
	    ERR_PERM : code;
}

/* Locks over a network or FUSE are promises nobody keeps. */
static bool
is_remote(const struct statfs *fs)
{
	switch ((unsigned long)fs->f_type & 0xffffffff) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case CIFS_SUPER_MAGIC:
	case SMB2_SUPER_MAGIC:
	case CEPH_SUPER_MAGIC:
	case AFS_SUPER_MAGIC:
	case CODA_SUPER_MAGIC:
	case NCP_SUPER_MAGIC:
	case FUSE_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

static int
check_private(const char *path, const struct stat *dir, struct err *e)
{
	if ((dir->st_mode & S_IWOTH) != 0 && (dir->st_mode & S_ISVTX) == 0)
		return err_set(e, ERR_PERM, "%s: its directory is writable "
		    "by others (chmod o-w)", path);
	return 0;
}

int
place_check_folder(const char *dir, struct err *e)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return err_errno(e, denied_or(errno, ERR_CANTCREAT), errno,
		    "%s", dir);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_CANTCREAT, "%s: is not a directory",
		    dir);
	return check_private(dir, &st, e);
}

static int
check_directory(const char *dir, const char *path, struct err *e)
{
	struct statfs fs;
	struct stat st;

	if (stat(dir, &st) < 0 || statfs(dir, &fs) < 0)
		return err_errno(e, denied_or(errno, ERR_CANTCREAT), errno,
		    "%s", path);
	if (is_remote(&fs))
		return err_set(e, ERR_CONFIG, "%s: is on a network or FUSE "
		    "file system, where locks do not hold", path);
	return check_private(path, &st, e);
}

/* The -wal is part of the database, the -shm of its locks. */
static int
check_companion(const char *path, const char *real, const char *suffix,
    struct err *e)
{
	char *name = join(real, suffix);
	struct stat st;
	int found = lstat(name, &st);

	free(name);
	if (found < 0)
		return 0;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return err_set(e, ERR_CONFIG,
		    "%s%s: is not a regular file of its own", path, suffix);
	if ((st.st_mode & S_IWOTH) != 0)
		return err_set(e, ERR_PERM,
		    "%s%s: is writable by others (chmod o-w)", path, suffix);
	return 0;
}

/* Is there a file with something in it, or no file at all? */
static bool
has_companion(const char *path, const char *suffix)
{
	char *name = join(path, suffix);
	struct stat st;
	bool found = lstat(name, &st) == 0 &&
	    (!S_ISREG(st.st_mode) || st.st_size > 0);

	free(name);
	return found;
}

static int
check_access(const char *path, const char *real, const char *dir,
    enum db_mode mode, struct err *e)
{
	if (faccessat(AT_FDCWD, real, R_OK, AT_EACCESS) < 0)
		return err_errno(e, ERR_PERM, errno, "%s", path);
	if (mode == DB_READ)
		return 0;
	if (faccessat(AT_FDCWD, real, W_OK, AT_EACCESS) < 0)
		return err_errno(e, ERR_PERM, errno, "%s: cannot be written",
		    path);
	if (faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) < 0)
		return err_errno(e, ERR_PERM, errno,
		    "%s: its directory cannot be written", path);
	return 0;
}

int
place_check_name(const char *path, struct err *e)
{
	if (strncmp(path, "file:", strlen("file:")) == 0)
		return err_set(e, ERR_CONFIG,
		    "%s: a database is named by its path, not by a URI", path);
	return 0;
}

int
place_check_file(const char *path, const char *real, enum db_mode mode,
    struct err *e)
{
	struct stat st;
	char *dir;
	int result;

	if (stat(real, &st) < 0)
		return err_errno(e, denied_or(errno, ERR_CONFIG), errno,
		    "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG,
		    "%s: is not an order database, not even a regular file",
		    path);
	if (st.st_nlink != 1)
		return err_set(e, ERR_CONFIG,
		    "%s: has several hard links, each with a lock of its own",
		    path);
	if ((st.st_mode & S_IWOTH) != 0)
		return err_set(e, ERR_PERM,
		    "%s: is writable by others (chmod o-w)", path);
	if (st.st_size == 0)
		return err_set(e, ERR_CONFIG,
		    "%s: is not an order database (it is empty)", path);
	/* Ours use a WAL; SQLite would write a foreign journal back. */
	if (has_companion(real, "-journal"))
		return err_set(e, ERR_CONFIG, "%s: is not an order database "
		    "(%s-journal is beside it)", path, path);
	dir = place_directory(real);
	result = check_directory(dir, path, e);
	if (result == 0)
		result = check_access(path, real, dir, mode, e);
	free(dir);
	if (result == 0)
		result = check_companion(path, real, "-wal", e);
	if (result == 0)
		result = check_companion(path, real, "-shm", e);
	return result;
}

int
place_check_rest(const char *path, const char *real, struct err *e)
{
	struct stat st;

	if (stat(real, &st) < 0)
		return err_errno(e, denied_or(errno, ERR_NOINPUT), errno,
		    "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return err_set(e, ERR_CONFIG,
		    "%s: is not an order database", path);
	if (has_companion(real, "-wal") || has_companion(real, "-journal"))
		return err_set(e, ERR_CONFIG, "%s: is no copy at rest: a -wal"
		    " or -journal with changes is beside it", path);
	return 0;
}

/* SQLite gives them the group of whoever came first, and the others of the
 * group would be locked out.  Only their owner may and need do it. */
void
place_share(const char *real)
{
	static const char *const suffix[] = { "-wal", "-shm" };
	struct stat db, st;
	char *name;
	size_t i;
	int given;

	if (stat(real, &db) < 0)
		return;
	for (i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		name = join(real, suffix[i]);
		given = lstat(name, &st) < 0 || st.st_gid == db.st_gid ||
		    st.st_uid != geteuid() ? 0 :
		    lchown(name, (uid_t)-1, db.st_gid);
		(void)given;	/* who cannot open it is told so then */
		free(name);
	}
}

int
place_check_new(const char *path, struct err *e)
{
	char *dir;
	int result;

	/* SQLite would take it for the new one's and play it back. */
	if (has_companion(path, "-wal") || has_companion(path, "-journal"))
		return err_set(e, ERR_CONFIG, "%s: the -wal or -journal of "
		    "an older database is in the way", path);
	dir = place_directory(path);
	result = check_directory(dir, path, e);
	free(dir);
	return result;
}

int
place_temporary(const char *path, char **tmp, struct err *e)
{
	char *name = join(path, PLACE_TEMPORARY "XXXXXX");
	int fd = mkostemp(name, O_CLOEXEC);

	*tmp = NULL;
	if (fd < 0) {
		free(name);
		return err_errno(e, denied_or(errno, ERR_CANTCREAT), errno,
		    "%s", path);
	}
	close(fd);
	if ((*tmp = realpath(name, NULL)) == NULL) {
		err_errno(e, ERR_IO, errno, "%s", path);
		unlink(name);
	}
	free(name);
	return *tmp == NULL ? -1 : 0;
}

void
place_remove(const char *tmp)
{
	static const char *const suffix[] = { "", "-journal", "-wal", "-shm" };
	size_t i;
	char *name;

	for (i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		name = join(tmp, suffix[i]);
		unlink(name);
		free(name);
	}
}

static int
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result, saved;

	if (fd < 0)
		return -1;
	result = fsync(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

int
place_sync(const char *path, struct err *e)
{
	if (sync_path(path) == 0)
		return 0;
	return err_errno(e, ERR_IO, errno, "%s", path);
}

/* File systems that cannot refuse in rename can refuse in link. */
static int
rename_new(const char *tmp, const char *path)
{
	if (renameat2(AT_FDCWD, tmp, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return link(tmp, path) < 0 ? -1 : unlink(tmp);
}

int
place_rename(const char *tmp, const char *path, struct err *e)
{
	char *dir = place_directory(path);
	int result = 1;

	if (sync_path(tmp) < 0)
		result = err_errno(e, ERR_IO, errno, "%s", path);
	else if (rename_new(tmp, path) < 0)
		result = errno == EEXIST ? 0 : err_errno(e,
		    denied_or(errno, ERR_CANTCREAT), errno, "%s", path);
	else if (place_sync(dir, e) < 0)
		result = -1;
	free(dir);
	return result;
}

void
place_stamp(int64_t at, char *stamp)
{
	char instant[INSTANT_TEXT];
	const char *s;

	for (s = instant_text(at, instant); *s != '\0'; s++)
		if (*s != '-' && *s != ':')
			*stamp++ = *s;
	*stamp = '\0';
}
