/* lock.c - one fair lock around every transaction and checkpoint
 *
 * Knows the bytes of the lock file and how to wait for them with a deadline.
 * Knows nothing of SQLite or of what is done under the lock.
 * Open-file-description locks: two handles of one process exclude each other
 * too, and closing some other descriptor of the file releases nothing.
 */
#include <order/arena.h>
#include <order/clock.h>
#include <order/lock.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICK (SIGRTMIN + 6)
#define TICK_NS 50000000L
#define PATIENCE 4		/* ticks */
#define LINE_SIZE 80		/* the line that names the holder */
#define NUMBER_SIZE 20		/* the line after it: the next number */
#define NUMBERS 1000000000000000000	/* fewer than this are ever drawn */

/* What is locked in the file; far behind it the byte of each number drawn. */
enum { QUEUE, WRITER, MAILER, NUMBER_0 = 1 << 30 };

struct lock {
	int fd;
	char *shown;		/* the database as the user named it */
	char *path;		/* of the lock file */
	char *who;
	bool writer, mailer;
	const volatile sig_atomic_t *stop;
};

static void
on_tick(int sig)
{
	(void)sig;		/* it only has to end a system call */
}

/* The mode of the database without what others may do. */
static int
share_with(int fd, const struct lock *l, const struct stat *db, struct err *e)
{
	uid_t owner = geteuid() == 0 ? db->st_uid : (uid_t)-1;

	if (fchown(fd, owner, db->st_gid) < 0)
		return err_errno(e, ERR_PERM, errno,
		    "%s-lock: cannot be given to the group of the database",
		    l->shown);
	if (fchmod(fd, db->st_mode & 0660) < 0)
		return err_errno(e, ERR_PERM, errno, "%s-lock", l->shown);
	return 0;
}

/* An open descriptor, or -1 with errno 0 when e is already filled. */
static int
make_file(const struct lock *l, const struct stat *db, struct err *e)
{
	int fd = open(l->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);

	if (fd < 0)
		return -1;
	if (share_with(fd, l, db, e) < 0) {
		close(fd);
		unlink(l->path);
		errno = 0;
		return -1;
	}
	return fd;
}

static int
open_failed(const struct lock *l, int errnum, struct err *e)
{
	if (errnum == ELOOP)
		return err_set(e, ERR_CONFIG, "%s-lock: is a symbolic link",
		    l->shown);
	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		return err_errno(e, ERR_PERM, errnum, "%s-lock", l->shown);
	if (errnum == EMFILE || errnum == ENFILE)
		return err_errno(e, ERR_OS, errnum, "%s-lock", l->shown);
	return err_errno(e, ERR_CONFIG, errnum, "%s-lock", l->shown);
}

static int
open_file(struct lock *l, const struct stat *db, struct err *e)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY;

	l->fd = open(l->path, flags);
	if (l->fd < 0 && errno == ENOENT) {
		l->fd = make_file(l, db, e);
		if (l->fd < 0 && errno == EEXIST)	/* another made it */
			l->fd = open(l->path, flags);
		else if (l->fd < 0 && errno == 0)
			return -1;
	}
	return l->fd < 0 ? open_failed(l, errno, e) : 0;
}

static int
check_file(const struct lock *l, struct err *e)
{
	struct stat st;

	if (fstat(l->fd, &st) < 0)
		return err_errno(e, ERR_IO, errno, "%s-lock", l->shown);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "%s-lock: is not a regular file",
		    l->shown);
	if ((st.st_mode & S_IWOTH) != 0)
		return err_set(e, ERR_PERM,
		    "%s-lock: is writable by others (chmod o-w)", l->shown);
	return 0;
}

int
lock_open(struct lock **out, const char *db_path, const char *who,
    struct err *e)
{
	char *real = realpath(db_path, NULL);
	struct stat db;
	struct lock *l;
	size_t size;

	*out = NULL;
	if (real == NULL || stat(real, &db) < 0) {
		err_errno(e, errno == EACCES ? ERR_PERM : ERR_CONFIG, errno,
		    "%s", db_path);
		free(real);
		return -1;
	}
	l = xmalloc(sizeof(*l));
	*l = (struct lock){ .fd = -1 };
	l->shown = xstrdup(db_path);
	l->who = xstrdup(who);
	l->who[strcspn(who, " ")] = '\0';	/* no version: one word */
	size = strlen(real) + sizeof("-lock");
	l->path = xmalloc(size);
	snprintf(l->path, size, "%s-lock", real);
	free(real);
	if (open_file(l, &db, e) < 0 || check_file(l, e) < 0) {
		lock_close(l);
		return -1;
	}
	*out = l;
	return 0;
}

void
lock_close(struct lock *l)
{
	if (l == NULL)
		return;
	if (l->fd >= 0)
		close(l->fd);
	free(l->shown);
	free(l->path);
	free(l->who);
	free(l);
}

void
lock_watch(struct lock *l, const volatile sig_atomic_t *stop)
{
	l->stop = stop;
}

static int
set(const struct lock *l, int cmd, int type, off_t from, off_t n)
{
	struct flock f = {
		.l_type = (short)type, .l_whence = SEEK_SET,
		.l_start = from, .l_len = n
	};

	return fcntl(l->fd, cmd, &f);
}

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
told_to_stop(const struct lock *l)
{
	return l->stop != NULL && *l->stop != 0;
}

/* A signal that falls between the check and the system call would be missed;
 * the tick repeats, so the next one ends the call.  The handler stays: a late
 * tick must never meet the default action. */
static int
start_ticking(timer_t *timer, sigset_t *before)
{
	struct sigaction act = { .sa_handler = on_tick };
	struct sigevent ev = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = TICK
	};
	const struct itimerspec every = {
		{ 0, TICK_NS }, { 0, TICK_NS }
	};
	sigset_t tick;

	sigemptyset(&act.sa_mask);
	sigemptyset(&tick);
	sigaddset(&tick, TICK);
	if (sigaction(TICK, &act, NULL) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &ev, timer) < 0)
		return -1;
	timer_settime(*timer, 0, &every, NULL);
	sigprocmask(SIG_UNBLOCK, &tick, before);
	return 0;
}

static bool
is_free(const struct lock *l, off_t byte)
{
	struct flock f = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte,
		.l_len = 1
	};

	return fcntl(l->fd, F_OFD_GETLK, &f) == 0 && f.l_type == F_UNLCK;
}

/* 1 taken; 2 the writer byte is ours instead; 0 the deadline passed or a stop
 * was asked for; -1 with errno.  When the door stays open and whoever is next
 * does not go in, because he was stopped, one who waits goes in himself. */
static int
wait_for(const struct lock *l, int type, off_t from, off_t n,
    int64_t deadline)
{
	sigset_t before;
	timer_t timer;
	int got = 0, open = 0, saved;

	if (start_ticking(&timer, &before) < 0)
		return -1;
	while (got == 0 && !told_to_stop(l) && monotonic_ms() < deadline)
		if (set(l, F_OFD_SETLKW, type, from, n) == 0)
			got = 1;
		else if (errno != EINTR)
			got = -1;
		else if (!is_free(l, WRITER))
			open = 0;
		else if (++open > PATIENCE &&
		    set(l, F_OFD_SETLK, F_WRLCK, WRITER, 1) == 0)
			got = 2;
	saved = errno;
	timer_delete(timer);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return got;
}

static int
take(const struct lock *l, int type, off_t from, off_t n, int64_t deadline)
{
	if (set(l, F_OFD_SETLK, type, from, n) == 0)
		return 1;
	if (errno != EAGAIN && errno != EACCES)
		return -1;
	return wait_for(l, type, from, n, deadline);
}

/* The number that the file says is next.  Rubbish is 0: then numbers are
 * drawn twice, and only the order of those who wait is less fair. */
static off_t
next_number(const struct lock *l)
{
	char line[NUMBER_SIZE];
	off_t n = 0;
	int i;

	if (pread(l->fd, line, NUMBER_SIZE, LINE_SIZE) != NUMBER_SIZE)
		return 0;
	for (i = 0; i < NUMBER_SIZE - 2 && line[i] >= '0' && line[i] <= '9'; i++)
		n = n * 10 + (line[i] - '0');
	return line[i] == ' ' ? n : 0;
}

static void
write_number(const struct lock *l, off_t n)
{
	char line[NUMBER_SIZE + 3];
	ssize_t written;

	snprintf(line, sizeof(line), "%-18lld \n",
	    (long long)(n % NUMBERS));
	written = pwrite(l->fd, line, NUMBER_SIZE, LINE_SIZE);
	(void)written;		/* the next one draws the same number */
}

/* Draw a number and wait for all who drew theirs before.  The byte of our
 * own is locked until leave_line(). */
static int
stand_in_line(const struct lock *l, int64_t deadline)
{
	int got = take(l, F_WRLCK, QUEUE, 1, deadline), saved;
	off_t n;

	if (got != 1)
		return got;
	n = next_number(l);
	got = take(l, F_WRLCK, NUMBER_0 + n, 1, deadline);
	if (got == 1)
		write_number(l, n + 1);
	saved = errno;
	set(l, F_OFD_SETLK, F_UNLCK, QUEUE, 1);
	errno = saved;
	/* The one before us alone, so that not everybody wakes each time; then
	 * those before him, for he may have died in the line. */
	if (got == 1 && n > 0)
		got = take(l, F_RDLCK, NUMBER_0 + n - 1, 1, deadline);
	if (got == 1 && n > 1)
		got = take(l, F_RDLCK, NUMBER_0, n, deadline);
	return got;
}

static void
leave_line(const struct lock *l)
{
	int saved = errno;

	set(l, F_OFD_SETLK, F_UNLCK, NUMBER_0, 0);
	errno = saved;
}

/* Always the same length, so that no rest of an older line stays and the
 * file is never truncated.  Only a help for people: failure is no matter. */
static void
sign(const struct lock *l)
{
	char line[LINE_SIZE + 1], now[INSTANT_TEXT], words[LINE_SIZE];
	ssize_t written;

	snprintf(words, sizeof(words), "%ld %.32s %s", (long)getpid(), l->who,
	    instant_text((int64_t)time(NULL), now));
	snprintf(line, sizeof(line), "%-*s\n", LINE_SIZE - 1, words);
	written = pwrite(l->fd, line, LINE_SIZE, 0);
	(void)written;
}

/* The next word of a line that anyone in the group may have written. */
static char *
word(char **s)
{
	char *w = *s, *end;

	for (end = w; *end > ' ' && *end < 0x7f; end++)
		;
	if (end == w || (*end != ' ' && *end != '\n'))
		return NULL;
	*end = '\0';
	*s = end + 1;
	return w;
}

static int
timed_out(const struct lock *l, int seconds, struct err *e)
{
	char line[LINE_SIZE + 1] = "", *s = line, *pid, *who, *since;

	if (pread(l->fd, line, LINE_SIZE, 0) == LINE_SIZE &&
	    (pid = word(&s)) != NULL && (who = word(&s)) != NULL &&
	    (since = word(&s)) != NULL)
		return err_set(e, ERR_TEMP,
		    "%s: locked by %s (pid %s) since %s; waited %d s",
		    l->shown, who, pid, since, seconds);
	return err_set(e, ERR_TEMP,
	    "%s: locked by another process; waited %d s", l->shown, seconds);
}

/* A lock file that was deleted locks out nobody. */
static int
still_there(const struct lock *l, struct err *e)
{
	struct stat st;

	if (fstat(l->fd, &st) < 0)
		return err_errno(e, ERR_IO, errno, "%s-lock", l->shown);
	if (st.st_nlink == 0)
		return err_set(e, ERR_TEMP,
		    "%s-lock: was removed meanwhile; run this again",
		    l->shown);
	return 0;
}

int
lock_writer(struct lock *l, int seconds, struct err *e)
{
	int64_t deadline = monotonic_ms() + (int64_t)seconds * 1000;
	int got;

	assert(!l->writer);
	got = stand_in_line(l, deadline);
	if (got == 1)
		got = take(l, F_WRLCK, WRITER, 1, deadline);
	if (got <= 0)
		leave_line(l);
	if (got < 0)
		return err_errno(e, ERR_OS, errno, "%s-lock", l->shown);
	if (got == 0 && told_to_stop(l))
		return err_set(e, ERR_TEMP,
		    "%s: stopped while waiting for the lock", l->shown);
	if (got == 0)
		return timed_out(l, seconds, e);
	l->writer = true;
	if (still_there(l, e) < 0) {
		lock_writer_done(l);
		return -1;
	}
	sign(l);
	return 0;
}

void
lock_writer_done(struct lock *l)
{
	if (!l->writer)
		return;
	set(l, F_OFD_SETLK, F_UNLCK, WRITER, 1);
	leave_line(l);
	l->writer = false;
}

int
lock_mailer(struct lock *l, struct err *e)
{
	assert(!l->writer);	/* mailer first, then the writer range */
	if (set(l, F_OFD_SETLK, F_WRLCK, MAILER, 1) == 0) {
		l->mailer = true;
		return 1;
	}
	if (errno == EAGAIN || errno == EACCES)
		return 0;
	return err_errno(e, ERR_OS, errno, "%s-lock", l->shown);
}

void
lock_mailer_done(struct lock *l)
{
	if (!l->mailer)
		return;
	set(l, F_OFD_SETLK, F_UNLCK, MAILER, 1);
	l->mailer = false;
}

bool
lock_mailer_busy(const struct lock *l)
{
	return !is_free(l, MAILER);
}
