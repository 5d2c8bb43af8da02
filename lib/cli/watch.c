/* watch.c - draw a list again and again until somebody has seen enough
 *
 * Each draw is a child that opens the database, prints into a pipe and ends:
 * no transaction and no file is open between two of them.  Knows the
 * terminal; what is drawn is the caller's. */

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <order/listing.h>
#include <order/money.h>

#include "loop.h"

#define EVERY 5			/* seconds, unless the user says */

/* Another screen, no cursor, lines are cut at the margin; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

static struct {
	struct termios was;
	bool keys;		/* stdin is a terminal: q can be typed */
	struct winsize size;
	int64_t every;
} watch;

static volatile sig_atomic_t resized;

static void
on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

/* Where it does not get there, nobody looks. */
static void
put(const char *text, size_t n)
{
	(void)write_full(1, text, n);
}

static void
enter(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_resize;
	sigaction(SIGWINCH, &sa, NULL);
	watch.keys = tcgetattr(0, &watch.was) == 0;
	if (watch.keys) {
		struct termios raw = watch.was;

		raw.c_lflag &= (tcflag_t)~(ICANON | ECHO);
		raw.c_cc[VMIN] = 0;
		raw.c_cc[VTIME] = 0;
		/* Stopped, it would leave this screen behind. */
		raw.c_cc[VSUSP] = _POSIX_VDISABLE;
		tcsetattr(0, TCSANOW, &raw);
	}
	put(ENTER, strlen(ENTER));
}

static void
leave(void)
{
	put(LEAVE, strlen(LEAVE));
	if (watch.keys)
		tcsetattr(0, TCSANOW, &watch.was);
}

/* What came from the pipe until its end. */
static void
read_all(int fd, struct buf *out)
{
	char part[4096];
	ssize_t n;

	do {
		n = read(fd, part, sizeof(part));
		if (n > 0)
			buf_add(out, part, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR && tool_signal == 0));
}

/* True in the child, whose stdout and stderr go into out. */
static bool
begin_draw(struct tool *t, struct buf *out, int *status)
{
	struct err e = ERR_INIT;
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0 || (pid = fork()) < 0) {
		err_errno(&e, ERR_OS, errno, "--watch: cannot begin a process");
		leave();
		tool_fail(t, &e);
	}
	if (pid == 0) {
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		close(fds[0]);
		close(fds[1]);
		return true;
	}
	close(fds[1]);
	read_all(fds[0], out);
	close(fds[0]);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		continue;
	return false;
}

/* The top of what was printed, all in one write: nothing flickers. */
static void
show(const struct tool *t, const struct buf *out)
{
	size_t rows = watch.size.ws_row > 2 ? watch.size.ws_row - 1U : 1, n = 0;
	const char *p = out->data, *end = out->data + out->n;
	struct err ignored = ERR_INIT;
	char at[INSTANT_TEXT];
	struct buf b = BUF_INIT;
	struct now now = t->now;

	clock_now(&now, &ignored);
	buf_printf(&b, "\033[H%s  %s  every %lld s, q ends\033[K",
	    instant_text(now.at, at), t->about->name, (long long)watch.every);
	while (p < end && n++ < rows) {
		const char *line = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((line != NULL ? line : end) - p);

		buf_puts(&b, "\r\n");
		if (n == rows && line != NULL && line + 1 < end)
			buf_puts(&b, "... and more");
		else
			buf_add(&b, p, len);
		buf_puts(&b, "\033[K");
		p += len + 1;
	}
	buf_puts(&b, "\033[J");
	put(b.data, b.n);
	buf_release(&b);
}

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Signals that end the wait come only during it: one between the look at what
 * they set and the wait would be slept over. */
static void
hold_signals(sigset_t *was)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGWINCH);
	sigprocmask(SIG_BLOCK, &held, was);
}

/* False when somebody has seen enough. */
static bool
wait_for_next(void)
{
	int64_t until = milliseconds() + watch.every * 1000, left;
	struct pollfd key = { watch.keys ? 0 : -1, POLLIN, 0 };
	bool enough = false;
	sigset_t was;
	char c;

	hold_signals(&was);
	while (!enough && tool_signal == 0 && !resized &&
	    (left = until - milliseconds()) > 0) {
		struct timespec most = { left / 1000, left % 1000 * 1000000 };

		if (ppoll(&key, 1, &most, &was) > 0)
			enough = read(0, &c, 1) <= 0 || c == 'q' || c == 'Q';
	}
	sigprocmask(SIG_SETMASK, &was, NULL);
	return !enough && tool_signal == 0;
}

static _Noreturn void
end(const struct buf *said, int status)
{
	leave();
	if (said != NULL)
		fwrite(said->data, 1, said->n, stderr);
	exit(said != NULL ? status :
	    tool_signal != 0 && tool_signal != SIGINT ? 128 + tool_signal : 0);
}

void
list_watch(struct tool *t, const char *seconds)
{
	struct err ignored = ERR_INIT;
	bool first = true, more = true;

	watch.every = EVERY;
	if (seconds != NULL && (decimal_parse(seconds, 0, &watch.every) !=
	    DECIMAL_OK || watch.every < 1 || watch.every > 86400))
		tool_usage(t, "--every: \"%s\" is not a number of seconds",
		    seconds);
	if (ioctl(1, TIOCGWINSZ, &watch.size) < 0 || !tool_is_terminal(1))
		tool_usage(t, "--watch draws on a terminal, and stdout is none");
	t->color = tool_color(t) ? "always" : "never";
	enter();
	while (more) {
		struct buf out = BUF_INIT;
		int status = 0;

		resized = 0;
		ioctl(1, TIOCGWINSZ, &watch.size);
		if (begin_draw(t, &out, &status)) {
			tool_pretend_terminal(watch.size.ws_col);
			clock_now(&t->now, &ignored);
			tool_open(t);
			return;
		}
		/* What is wrong at once is wrong with the question. */
		if (first && WIFEXITED(status) && WEXITSTATUS(status) > 1 &&
		    tool_signal == 0)
			end(&out, WEXITSTATUS(status));
		first = false;
		if (tool_signal == 0)
			show(t, &out);
		buf_release(&out);
		more = wait_for_next();
	}
	end(NULL, 0);
}
