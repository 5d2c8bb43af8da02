/* deliver.c - hand one message to a mailer and judge its answer
 *
 * Knows the argument vector, the meaning of exit statuses and what may be
 * shown of a mailer's words.  Never a shell.  Knows nothing of the outbox.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/wait.h>

#include <order/arena.h>
#include <order/mail.h>
#include <order/text.h>

#include "report.h"
#include "run.h"

#define WORDS_SHOWN 240		/* columns of what the mailer said */

void
report_set(struct mail_report *r, enum mail_outcome outcome, const char *fmt,
    ...)
{
	va_list ap;

	r->outcome = outcome;
	va_start(ap, fmt);
	text_format(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

void
report_errno(struct mail_report *r, int errnum, const char *what)
{
	static const int passing[] = {
		ENOSPC, EDQUOT, EFBIG, EIO, ENOMEM, EAGAIN, EMFILE, ENFILE,
		EINTR, ETXTBSY
	};
	enum mail_outcome outcome = MAIL_STOPPED;
	size_t i;

	for (i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (errnum == passing[i])
			outcome = MAIL_RETRY;
	report_set(r, outcome, "%s: %s", what, strerror(errnum));
}

/* The command's words, then "-f FROM -- TO". */
static char **
make_argv(struct arena *a, const char *how, const char *from, const char *to)
{
	char **argv = arena_array(a, strlen(how) + 5, sizeof(*argv));
	size_t n = 0, len;

	for (; *how != '\0'; how += len) {
		len = strcspn(how, " \t");
		if (len == 0)
			len = 1;
		else
			argv[n++] = arena_dupn(a, how, len);
	}
	argv[n++] = arena_dup(a, "-f");
	argv[n++] = arena_dup(a, from);
	argv[n++] = arena_dup(a, "--");
	argv[n] = arena_dup(a, to);
	return argv;
}

/* Bytes of "name: " at the beginning, or 0. */
static size_t
name_before(const char *line)
{
	size_t n = strcspn(line, ": \t");

	return n > 0 && strncmp(line + n, ": ", 2) == 0 ? n + 2 : 0;
}

/* ": " and what the mailer said, fit to be shown, or "".  The reason is
 * often not in its first line, so all lines become one; the mailer's own name
 * before each, and a line that is repeated, are said once. */
static const char *
words(struct arena *a, struct run *r)
{
	struct buf all = BUF_INIT, b = BUF_INIT;
	const char *line, *shown, *last = NULL;
	size_t n, name = 0;
	char *s, *rest;

	text_mask_card_numbers(r->said, r->heard);
	for (s = r->said; *s != '\0'; s = rest) {
		s += strspn(s, " \t\r\n");
		n = strcspn(s, "\n");
		rest = s + n;
		while (n > 0 && strchr(" \t\r", s[n - 1]) != NULL)
			n--;
		if (n == 0)
			continue;
		line = arena_dupn(a, s, n);
		if (last == NULL) {
			name = name_before(line);
			buf_add(&all, line, name);
		}
		if (name > 0 && strncmp(line, all.data, name) == 0)
			line += name;
		if (last != NULL && strcmp(line, last) == 0)
			continue;
		buf_puts(&all, last == NULL ? "" : "; ");
		buf_puts(&all, line);
		last = line;
	}
	text_show(&b, all.n > 0 ? all.data : "", WORDS_SHOWN);
	shown = b.n > 0 ? arena_printf(a, ": %s", b.data) : "";
	buf_release(&all);
	buf_release(&b);
	return shown;
}

/* sysexits(3), as sendmail and msmtp mean them; 126 and 127 as a shell. */
static enum mail_outcome
outcome_of(int exit_status)
{
	switch (exit_status) {
	case 0:
		return MAIL_SENT;
	case 65:
	case 67:
		return MAIL_REFUSED;
	case 64:
	case 77:
	case 78:
	case 126:
	case 127:
		return MAIL_STOPPED;
	default:
		return MAIL_RETRY;
	}
}

static void
judge(struct arena *a, struct run *run, int timeout, struct mail_report *r)
{
	const char *said = words(a, run);
	int status;

	if (run->timed_out) {
		report_set(r, MAIL_RETRY, "timed out after %d s%s", timeout,
		    said);
	} else if (run->status == -1) {
		report_set(r, MAIL_RETRY, "its exit status was lost%s", said);
	} else if (WIFSIGNALED(run->status)) {
		report_set(r, MAIL_RETRY, "killed by signal %d%s",
		    WTERMSIG(run->status), said);
	} else {
		status = WEXITSTATUS(run->status);
		report_set(r, outcome_of(status), "exit status %d%s", status,
		    said);
	}
	if (r->outcome == MAIL_SENT)
		r->why[0] = '\0';
}

static void
run_mailer(struct arena *a, char *const *argv, int timeout,
    const char *bytes, size_t n, struct mail_report *r)
{
	struct run run;
	int failed;

	if (argv[0][0] != '/') {
		report_set(r, MAIL_STOPPED,
		    "mail_command must be an absolute path");
		return;
	}
	failed = run_child(&run, argv, bytes, n, timeout);
	if (failed != 0)
		report_errno(r, failed, text_shown(a, argv[0], WORDS_SHOWN));
	else
		judge(a, &run, timeout, r);
}

void
mail_deliver(const char *how, int timeout_seconds, const char *from,
    const char *to, const char *message_id, const char *bytes, size_t n,
    struct mail_report *r)
{
	static const char maildir[] = "maildir:";
	struct arena a = ARENA_INIT;

	if (!text_is_email(from))
		report_set(r, MAIL_STOPPED,
		    "the sender is not an e-mail address");
	else if (!text_is_email(to) || to[0] == '-')
		report_set(r, MAIL_REFUSED,
		    "the recipient is not an e-mail address");
	else if (strncmp(how, maildir, strlen(maildir)) == 0)
		maildir_deliver(how + strlen(maildir), message_id, bytes, n, r);
	else
		run_mailer(&a, make_argv(&a, how, from, to), timeout_seconds,
		    bytes, n, r);
	arena_release(&a);
}
