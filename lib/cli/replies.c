/* replies.c - order-notify --reply: an answer from a file, queued
 *
 * Reads the answer before anything is locked; what it answers, and to whom it
 * goes, is decided in lib/order. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <order/inquiry.h>
#include <order/mails.h>
#include <order/ref.h>
#include <order/text.h>

#include "loop.h"

#define ANSWER_MAX (FIELD_MAX + 1)	/* one more tells that it is too long */

static struct {
	const char *ref;
	struct reply reply;
} given;

static void
read_answer(struct tool *t, const char *path, struct buf *b)
{
	bool is_stdin = path == NULL || strcmp(path, "-") == 0;
	int fd = is_stdin ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	struct err e = ERR_INIT;
	ssize_t n = 1;

	if (is_stdin && tool_is_terminal(0))
		tool_usage(t, "name a file with the answer, or feed it on"
		    " stdin");
	while (fd >= 0 && b->n <= 2 * ANSWER_MAX && n > 0) {
		n = read(fd, buf_room(b, 4096), 4096);
		if (n > 0)
			b->n += (size_t)n;
		else if (n < 0 && errno == EINTR && tool_signal == 0)
			n = 1;
	}
	b->data[b->n] = '\0';
	if (fd < 0 || n < 0) {
		err_errno(&e, ERR_NOINPUT, errno, "%s", is_stdin ? "stdin" :
		    path);
		tool_fail(t, &e);
	}
	if (!is_stdin)
		close(fd);
}

/* LF at line ends, no mark and no blanks at the end. */
static void
tidy(struct buf *b)
{
	size_t n = 0, from = 0;

	if (b->n >= 3 && memcmp(b->data, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	for (size_t i = from; i < b->n; i++)
		if (b->data[i] != '\r' || b->data[i + 1] != '\n')
			b->data[n++] = b->data[i];
	while (n > 0 && strchr(" \t\n", b->data[n - 1]) != NULL &&
	    b->data[n - 1] != '\0')
		n--;
	b->n = n;
	b->data[n] = '\0';
}

static int
reply(struct tool *t, struct err *e)
{
	struct verdict v;
	int64_t message;

	if (order_reply(&t->step, given.ref, &given.reply, &message, &v,
	    e) < 0)
		return -1;
	if (v.note[0] != '\0')
		tool_note(t, "%s", v.note);
	if (v.result != RESULT_REFUSED)
		return mails_put(t, message, e) < 0 ? -1 : 1;
	if (v.note[0] == '\0')
		tool_note(t, "%s: there is no such order%s", given.ref,
		    ref_doubt(given.ref));
	tool_status(t, 1);
	return 0;
}

void
mails_reply(struct tool *t, const char *ref, const char *to)
{
	struct buf b = BUF_INIT;

	read_answer(t, t->argc > 0 ? t->argv[0] : NULL, &b);
	tidy(&b);
	given.ref = ref;
	given.reply = (struct reply){ b.data, to };
	/* What stands behind a NUL would be lost. */
	if (strlen(b.data) != b.n)
		given.reply.answer = "\x01";
	tool_once(t, reply);
	buf_release(&b);
}
