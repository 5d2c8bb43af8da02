/* spool.c - unlinked temporary files
 *
 * What must see a whole file first, and what a dry run would print, waits
 * here instead of in memory. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop.h"

/* A signal may come between the look at *stop and poll(): never wait longer
 * than this (milliseconds) without looking again. */
#define WAIT_MAX 500

int
spool_open(struct err *e)
{
	const char *dir = getenv("TMPDIR");
	struct buf path = BUF_INIT;
	int fd;

	buf_printf(&path, "%s/order-XXXXXX",
	    dir != NULL && dir[0] != '\0' ? dir : "/tmp");
	fd = mkostemp(path.data, O_CLOEXEC);
	if (fd < 0)
		err_errno(e, ERR_CANTCREAT, errno, "%s", path.data);
	else
		unlink(path.data);
	buf_release(&path);
	return fd;
}

int
spool_bytes(const char *p, size_t n, struct err *e)
{
	int fd = spool_open(e);

	if (fd >= 0 && (write_full(fd, p, n) < 0 ||
	    lseek(fd, 0, SEEK_SET) < 0)) {
		err_errno(e, ERR_IO, errno, "temporary file");
		close(fd);
		fd = -1;
	}
	return fd;
}

/* 1 when a read would not wait, 0 when told to stop, -1 with errno. */
static int
wait_for(int fd, const volatile sig_atomic_t *stop)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ready;

	do {
		if (stop != NULL && *stop)
			return 0;
		ready = poll(&p, 1, WAIT_MAX);
	} while (ready == 0 || (ready < 0 && errno == EINTR));
	return ready;
}

/* 0 at the end of from, or when told to stop; -1 with errno; *reading tells
 * which side failed. */
static int
copy(int from, int to, const volatile sig_atomic_t *stop, bool *reading)
{
	static char block[1 << 16];
	ssize_t n;

	for (;;) {
		*reading = true;
		n = wait_for(from, stop);
		if (n > 0)
			n = read(from, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		*reading = false;
		if (write_full(to, block, (size_t)n) < 0)
			return -1;
	}
}

int
spool_input(int fd, const volatile sig_atomic_t *stop, bool *piped,
    struct err *e)
{
	struct stat st;
	bool reading;
	int out = spool_open(e);

	if (out < 0)
		return -1;
	if (copy(fd, out, stop, &reading) < 0) {
		err_errno(e, reading && errno == EISDIR ? ERR_NOINPUT : ERR_IO,
		    errno, reading ? "cannot read" : "temporary file");
		close(out);
		return -1;
	}
	if (lseek(out, 0, SEEK_SET) < 0) {
		err_errno(e, ERR_IO, errno, "temporary file");
		close(out);
		return -1;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		*piped = true;
	return out;
}

bool
tool_stdin_is_empty(struct tool *t)
{
	struct err e = ERR_INIT;
	off_t end;
	int fd;

	if (tool_is_terminal(0))
		return true;
	fd = spool_input(0, &tool_signal, &t->piped, &e);
	if (fd < 0) {
		err_add(&e, "stdin");
		tool_fail(t, &e);
	}
	end = lseek(fd, 0, SEEK_END);
	if (lseek(fd, 0, SEEK_SET) < 0 || dup2(fd, 0) < 0) {
		err_errno(&e, ERR_IO, errno, "temporary file");
		tool_fail(t, &e);
	}
	close(fd);
	return end == 0;
}

void
spool_drop(struct tool *t)
{
	if (t->writer != NULL) {
		writer_discard(t->writer);
		writer_close(t->writer, NULL);
		close(t->spool);
	}
	t->writer = NULL;
	t->spool = -1;
}

void
spool_print(struct tool *t)
{
	struct err e = ERR_INIT;
	bool reading;
	struct writer *w = t->writer;

	t->writer = NULL;
	if (w == NULL)
		return;
	if (writer_close(w, &e) < 0)
		tool_fail(t, &e);
	if (lseek(t->spool, 0, SEEK_SET) < 0 ||
	    copy(t->spool, 1, NULL, &reading) < 0) {
		err_errno(&e, errno == EPIPE ? ERR_PIPE : ERR_IO, errno,
		    "stdout");
		tool_fail(t, &e);
	}
	close(t->spool);
	t->spool = -1;
}
