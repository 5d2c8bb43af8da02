/* run.c - one child: give it its input, listen to it, end it in time
 *
 * Knows files, signals and the monotonic clock.  Knows nothing of mail: not
 * what the bytes are, nor what the exit status means.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <order/arena.h>

#include "run.h"

#define GRACE_MS 5000	/* after SIGTERM, and again after SIGKILL */
#define LOOK_MS 50	/* how often we look whether it has ended */

struct child {
	struct run *run;
	pid_t pid;		/* and process group */
	int said;		/* our end; -1 once closed */
	int64_t deadline, grace;
	int signals;		/* how many we have sent */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Above the standard ones, also for a caller who has closed these. */
static int
move_up(int fd)
{
	int up = fcntl(fd, F_DUPFD_CLOEXEC, 3), saved = errno;

	close(fd);
	errno = saved;
	return up;
}

static int
make_pipe(int fd[2])
{
	int low[2], failed;

	fd[0] = fd[1] = -1;
	if (pipe2(low, O_CLOEXEC) < 0)
		return errno;
	fd[0] = move_up(low[0]);
	failed = errno;
	fd[1] = move_up(low[1]);
	if (fd[1] < 0)
		failed = errno;
	if (fd[0] >= 0 && fd[1] >= 0)
		return 0;
	shut(&fd[0]);
	shut(&fd[1]);
	return failed;
}

/* All of the input is there before the child is.  Through a pipe it would
 * take what came before our own end for the whole. */
static int
make_input(int *fd, const char *bytes, size_t n)
{
	int failed = 0;
	ssize_t put;

	*fd = memfd_create("input", MFD_CLOEXEC);
	if (*fd < 0)
		return errno;
	*fd = move_up(*fd);
	for (; *fd >= 0 && n > 0; bytes += put, n -= (size_t)put) {
		put = write(*fd, bytes, n);
		if (put < 0)
			break;
	}
	if (*fd >= 0 && n == 0 && lseek(*fd, 0, SEEK_SET) == 0)
		return 0;
	failed = errno;
	shut(fd);
	return failed;
}

/* What the child may know of us. */
static char **
environment(struct arena *a)
{
	const char *home = getenv("HOME"), *zone = getenv("TZ");
	char **env = arena_array(a, 5, sizeof(*env));
	size_t n = 0;

	env[n++] = arena_dup(a, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	env[n++] = arena_dup(a, "LANG=C");
	env[n++] = arena_printf(a, "HOME=%s", home != NULL ? home : "/");
	if (zone != NULL)
		env[n++] = arena_printf(a, "TZ=%s", zone);
	return env;
}

static int
child_attributes(posix_spawnattr_t *attr)
{
	sigset_t all, none;
	int failed;

	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	sigemptyset(&none);
	failed = posix_spawnattr_setsigdefault(attr, &all);
	if (failed == 0)
		failed = posix_spawnattr_setsigmask(attr, &none);
	if (failed == 0)
		failed = posix_spawnattr_setpgroup(attr, 0);
	if (failed == 0)
		failed = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP |
		    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	return failed;
}

static int
child_files(posix_spawn_file_actions_t *files, int in, int said)
{
	int failed;

	failed = posix_spawn_file_actions_adddup2(files, in, 0);
	if (failed == 0)
		failed = posix_spawn_file_actions_addopen(files, 1, "/dev/null",
		    O_WRONLY, 0);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(files, said, 2);
	if (failed == 0)
		failed = posix_spawn_file_actions_addclosefrom_np(files, 3);
	return failed;
}

static int
spawn(pid_t *pid, char *const *argv, int in, int said)
{
	struct arena a = ARENA_INIT;
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int failed;

	failed = posix_spawnattr_init(&attr);
	if (failed != 0)
		return failed;
	failed = posix_spawn_file_actions_init(&files);
	if (failed == 0) {
		failed = child_attributes(&attr);
		if (failed == 0)
			failed = child_files(&files, in, said);
		if (failed == 0)
			failed = posix_spawn(pid, argv[0], &files, &attr, argv,
			    environment(&a));
		posix_spawn_file_actions_destroy(&files);
	}
	posix_spawnattr_destroy(&attr);
	arena_release(&a);
	return failed;
}

/* Keep the beginning, drop the rest; false when there is nothing now. */
static bool
listen_to(struct child *c)
{
	struct run *r = c->run;
	char rest[65536];
	bool keep = r->heard < RUN_HEARD;
	ssize_t n = keep ?
	    read(c->said, r->said + r->heard, RUN_HEARD - r->heard) :
	    read(c->said, rest, sizeof(rest));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0)
		shut(&c->said);
	else if (keep)
		r->heard += (size_t)n;
	return n > 0;
}

static bool
has_ended(struct child *c)
{
	int status;
	pid_t pid = waitpid(c->pid, &status, WNOHANG);

	if (pid == c->pid)
		c->run->status = status;
	return pid == c->pid || (pid < 0 && errno != EINTR);
}

/* Ask it, then force it; false when even that did not help. */
static bool
press(struct child *c)
{
	if (c->signals == 2)
		return false;
	kill(-c->pid, c->signals == 0 ? SIGTERM : SIGKILL);
	c->run->timed_out = true;
	c->deadline = now_ms() + c->grace;
	c->signals++;
	return true;
}

/* A grandchild may hold our pipe for ever, so that only the end of the child
 * itself counts, which poll does not see. */
static void
attend(struct child *c)
{
	struct pollfd said = { .events = POLLIN };
	int wait = 1;
	int64_t left;

	while (!has_ended(c)) {
		left = c->deadline - now_ms();
		if (left <= 0) {
			if (!press(c))
				return;
			continue;
		}
		said.fd = c->said;
		if (poll(&said, 1, left < wait ? (int)left : wait) <= 0) {
			wait = wait * 2 < LOOK_MS ? wait * 2 : LOOK_MS;
			continue;
		}
		wait = 1;
		listen_to(c);
	}
	while (c->said >= 0 && c->run->heard < RUN_HEARD && listen_to(c))
		continue;
}

static int
start(struct child *c, char *const *argv, const char *bytes, size_t n)
{
	int in, said[2], failed;

	failed = make_input(&in, bytes, n);
	if (failed != 0)
		return failed;
	failed = make_pipe(said);
	if (failed == 0) {
		failed = spawn(&c->pid, argv, in, said[1]);
		c->said = said[0];
		shut(&said[1]);
	}
	shut(&in);
	if (failed == 0 && fcntl(c->said, F_SETFL, O_NONBLOCK) < 0) {
		failed = errno;
		kill(-c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	return failed;
}

int
run_child(struct run *r, char *const *argv, const char *bytes, size_t n,
    int timeout_seconds)
{
	int64_t timeout = (timeout_seconds > 0 ? timeout_seconds : 1) *
	    INT64_C(1000);
	struct child c = {
		.run = r, .said = -1,
		.grace = timeout < GRACE_MS ? timeout : GRACE_MS
	};
	struct sigaction usual = { .sa_handler = SIG_DFL }, before;
	int failed;

	memset(r, 0, sizeof(*r));
	r->status = -1;
	/* With SIGCHLD ignored the status would be lost. */
	sigaction(SIGCHLD, &usual, &before);
	c.deadline = now_ms() + timeout;
	failed = start(&c, argv, bytes, n);
	if (failed == 0)
		attend(&c);
	shut(&c.said);
	sigaction(SIGCHLD, &before, NULL);
	return failed;
}
