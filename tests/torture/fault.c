/* fault.c - stands between a tool and the kernel (LD_PRELOAD) and lets one
 * call that changes something go wrong.
 *
 * Such calls are counted from 1.  FAULT_LOG names a file that gets a line for
 * each: number, name, what it is for ('w' writes, 'c' takes space, 'l' locks,
 * '-' else) and a file.  FAULT_AT is the number of the call that is hit, and
 * FAULT_MODE how:
 *   kill    the process ends before the call
 *   torn    it ends after the call, half way through if it writes
 *   eio     the call fails
 *   enospc  the call fails, and all later ones that need space on a disk
 *   short   half is written, and that is what the call says
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stand_in.h"

enum mode { NONE, KILL, TORN, EIO_ONCE, ENOSPC_ON, SHORT };
enum verdict { DO, FAIL, HALF };

static enum mode mode;
static long at, count;
static bool full;
static int log_fd = -1;

static void __attribute__((constructor))
begin(void)
{
	static const char *const names[] = {
		"none", "kill", "torn", "eio", "enospc", "short"
	};
	const char *path = getenv("FAULT_LOG"), *how = getenv("FAULT_MODE");
	const char *number = getenv("FAULT_AT");
	size_t i;

	for (i = 0; how != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(how, names[i]) == 0)
			mode = (enum mode)i;
	if (number != NULL)
		at = strtol(number, NULL, 10);
	if (path != NULL)
		log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY |
		    O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	/* Out of the way of the descriptors a tool expects to get. */
	if (log_fd >= 0)
		log_fd = (int)syscall(SYS_fcntl, log_fd, F_DUPFD_CLOEXEC, 300);
}

static void
note(const char *name, char what, const char *path, int fd)
{
	char line[600], link[64], file[400] = "";
	ssize_t n;

	if (log_fd < 0)
		return;
	if (path == NULL && fd >= 0) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = syscall(SYS_readlinkat, AT_FDCWD, link, file,
		    sizeof(file) - 1);
		file[n > 0 ? n : 0] = '\0';
		path = file;
	}
	n = snprintf(line, sizeof(line), "%ld %s %c %.400s\n", count, name,
	    what, path != NULL ? path : "-");
	n = syscall(SYS_write, log_fd, line, (size_t)n);
	(void)n;
}

static _Noreturn void
die(void)
{
	for (;;)
		syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

static bool
on_disk(int fd)
{
	struct stat st;

	return fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode));
}

/* What becomes of this call; TORN is up to the caller, after it. */
static enum verdict
judge(const char *name, char what, const char *path, int fd)
{
	bool takes_space = what == 'w' || what == 'c';

	count++;
	note(name, what, path, fd);
	if (full && takes_space && on_disk(fd)) {
		errno = ENOSPC;
		return FAIL;
	}
	if (count != at)
		return DO;
	switch (mode) {
	case KILL:
		die();
	case EIO_ONCE:
		errno = what == 'p' ? EAGAIN : EIO;
		return FAIL;
	case ENOSPC_ON:
		full = true;
		errno = what == 'p' ? ENOMEM : ENOSPC;
		return FAIL;
	case TORN:
	case SHORT:
		return what == 'w' ? HALF : DO;
	case NONE:
		break;
	}
	return DO;
}

/* The call was made; is this where it ends? */
static long
made(long result)
{
	if (mode == TORN && count == at)
		die();
	return result;
}

#define CHANGE(name, what, path, fd, ...) \
	(judge(name, what, path, fd) == FAIL ? -1 : \
	    made(syscall(__VA_ARGS__)))

static size_t
part_of(size_t n, enum verdict v)
{
	return v == HALF && n > 1 ? n / 2 : n;
}

STAND_IN(ssize_t, write, int fd, const void *p, size_t n)
{
	enum verdict v = judge("write", 'w', NULL, fd);

	return v == FAIL ? -1 :
	    made(syscall(SYS_write, fd, p, part_of(n, v)));
}

STAND_IN(ssize_t, pwrite64, int fd, const void *p, size_t n, long where)
{
	enum verdict v = judge("pwrite", 'w', NULL, fd);

	return v == FAIL ? -1 :
	    made(syscall(SYS_pwrite64, fd, p, part_of(n, v), where));
}
ALSO(pwrite, pwrite64);

STAND_IN(int, ftruncate64, int fd, long size)
{
	struct stat st;
	bool grows = fstat(fd, &st) == 0 && size > st.st_size;

	return (int)CHANGE("ftruncate", grows ? 'c' : '-', NULL, fd,
	    SYS_ftruncate, fd, size);
}
ALSO(ftruncate, ftruncate64);

STAND_IN(int, fsync, int fd)
{
	return (int)CHANGE("fsync", '-', NULL, fd, SYS_fsync, fd);
}

STAND_IN(int, fdatasync, int fd)
{
	return (int)CHANGE("fdatasync", '-', NULL, fd, SYS_fdatasync, fd);
}

/* Opening to read changes nothing. */
static int
open_file(int dir, const char *path, int flags, mode_t perm)
{
	if ((flags & (O_ACCMODE | O_CREAT)) == 0)
		return (int)syscall(SYS_openat, dir, path, flags, perm);
	return (int)CHANGE("open", (flags & O_CREAT) != 0 ? 'c' : '-', path,
	    -1, SYS_openat, dir, path, flags, perm);
}

static mode_t
permissions(int flags, va_list ap)
{
	return (flags & O_CREAT) != 0 ? (mode_t)va_arg(ap, int) : 0;
}

STAND_IN(int, open64, const char *path, int flags, ...)
{
	va_list ap;
	mode_t perm;

	va_start(ap, flags);
	perm = permissions(flags, ap);
	va_end(ap);
	return open_file(AT_FDCWD, path, flags, perm);
}
ALSO(open, open64);

STAND_IN(int, openat64, int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t perm;

	va_start(ap, flags);
	perm = permissions(flags, ap);
	va_end(ap);
	return open_file(dir, path, flags, perm);
}
ALSO(openat, openat64);

STAND_IN(int, __open64_2, const char *path, int flags)
{
	return open_file(AT_FDCWD, path, flags, 0);
}

STAND_IN(int, mkostemp64, char *path, int flags)
{
	int (*usual)(char *, int);

	if (judge("mkostemp", 'c', path, -1) == FAIL)
		return -1;
	*(void **)&usual = dlsym(RTLD_NEXT, "mkostemp64");
	return (int)made(usual(path, flags));
}
ALSO(mkostemp, mkostemp64);

STAND_IN(int, renameat, int from_dir, const char *from, int to_dir,
    const char *to)
{
	return (int)CHANGE("rename", '-', to, -1, SYS_renameat, from_dir, from,
	    to_dir, to);
}

STAND_IN(int, renameat2, int from_dir, const char *from, int to_dir,
    const char *to, unsigned flags)
{
	return (int)CHANGE("rename", '-', to, -1, SYS_renameat2, from_dir,
	    from, to_dir, to, flags);
}

STAND_IN(int, rename, const char *from, const char *to)
{
	return (int)CHANGE("rename", '-', to, -1, SYS_renameat, AT_FDCWD, from,
	    AT_FDCWD, to);
}

STAND_IN(int, link, const char *from, const char *to)
{
	return (int)CHANGE("link", 'c', to, -1, SYS_linkat, AT_FDCWD, from,
	    AT_FDCWD, to, 0);
}

STAND_IN(int, unlink, const char *path)
{
	return (int)CHANGE("unlink", '-', path, -1, SYS_unlinkat, AT_FDCWD,
	    path, 0);
}

STAND_IN(int, unlinkat, int dir, const char *path, int flags)
{
	return (int)CHANGE("unlink", '-', path, -1, SYS_unlinkat, dir, path,
	    flags);
}

STAND_IN(int, mkdir, const char *path, mode_t perm)
{
	return (int)CHANGE("mkdir", 'c', path, -1, SYS_mkdirat, AT_FDCWD, path,
	    perm);
}

STAND_IN(int, mkdirat, int dir, const char *path, mode_t perm)
{
	return (int)CHANGE("mkdir", 'c', path, -1, SYS_mkdirat, dir, path,
	    perm);
}

STAND_IN(int, fchmod, int fd, mode_t perm)
{
	return (int)CHANGE("chmod", '-', NULL, fd, SYS_fchmod, fd, perm);
}

STAND_IN(int, chmod, const char *path, mode_t perm)
{
	return (int)CHANGE("chmod", '-', path, -1, SYS_fchmodat, AT_FDCWD,
	    path, perm);
}

STAND_IN(int, fchown, int fd, uid_t uid, gid_t gid)
{
	return (int)CHANGE("chown", '-', NULL, fd, SYS_fchown, fd, uid, gid);
}

STAND_IN(int, chown, const char *path, uid_t uid, gid_t gid)
{
	return (int)CHANGE("chown", '-', path, -1, SYS_fchownat, AT_FDCWD,
	    path, uid, gid, 0);
}

STAND_IN(int, fcntl64, int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (cmd != F_SETLK && cmd != F_SETLKW && cmd != F_OFD_SETLK &&
	    cmd != F_OFD_SETLKW)
		return (int)syscall(SYS_fcntl, fd, cmd, arg);
	return (int)CHANGE("lock", 'l', NULL, fd, SYS_fcntl, fd, cmd, arg);
}
ALSO(fcntl, fcntl64);

/* What waits for better times need not wait here. */
STAND_IN(int, usleep, unsigned us)
{
	(void)us;
	return 0;
}

/* Memory shared with a file is writing to it without a call. */
STAND_IN(void *, mmap64, void *where, size_t n, int prot, int flags, int fd,
    long from)
{
	if ((flags & MAP_SHARED) != 0 && (prot & PROT_WRITE) != 0 &&
	    judge("mmap", '-', NULL, fd) == FAIL)
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, where, n, prot, flags, fd, from);
}
ALSO(mmap, mmap64);

STAND_IN(int, posix_spawn, pid_t *pid, const char *path,
    const posix_spawn_file_actions_t *files, const posix_spawnattr_t *attr,
    char *const argv[], char *const env[])
{
	int (*usual)(pid_t *, const char *, const posix_spawn_file_actions_t *,
	    const posix_spawnattr_t *, char *const *, char *const *);

	if (judge("spawn", 'p', path, -1) == FAIL)
		return errno;
	*(void **)&usual = dlsym(RTLD_NEXT, "posix_spawn");
	return (int)made(usual(pid, path, files, attr, argv, env));
}
