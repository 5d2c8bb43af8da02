/* mail.h - compose one message and hand it to a mailer
 *
 * multipart/alternative, UTF-8, encoded words, quoted-printable; GMime says
 * what the parts are.
 * Delivery runs mail_command as an argument vector, never through a shell, or
 * writes into a Maildir.  Knows nothing of orders.
 */
#ifndef ORDER_MAIL_H
#define ORDER_MAIL_H

#include <stdint.h>

#include <order/buf.h>
#include <order/err.h>

struct mail {
	const char *from;	/* an address (text_is_email) */
	const char *from_name;	/* may be "" */
	const char *to;
	const char *to_name;	/* may be "" */
	const char *subject;	/* one line of UTF-8 */
	const char *text;	/* UTF-8, LF */
	const char *html;	/* UTF-8, or "" for text only */
	const char *message_id;	/* without < > */
	const char *in_reply_to;/* without < >, or "" */
	const char *references;	/* ids without < >, blank separated, or "";
				 * here and above, what is no id is left out */
	const char *language;	/* BCP 47 for Content-Language, or "" */
	int64_t date;		/* instant of the first enqueueing */
};

/* The exact bytes of the message (LF line ends), byte for byte the same for
 * the same input.  ERR_DATA when a header value holds a line end or other
 * control character, an address is not text_is_email, or any text is not
 * UTF-8. */
int mail_compose(const struct mail *, struct buf *out, struct err *);

enum mail_outcome {
	MAIL_SENT,
	MAIL_RETRY,		/* temporary: keep and try again */
	MAIL_REFUSED,		/* permanent: this message will never go */
	MAIL_STOPPED		/* delivery itself does not work */
};

struct mail_report {
	enum mail_outcome outcome;
	char why[512];		/* one safe line: "exit status 75: " and how
				 * its stderr begins, lines joined by "; ",
				 * "timed out after 60 s", ...; "" when sent */
};

/* Hand over n bytes.  how is mail_command, split at blanks (run with
 * "-f FROM -- RECIPIENT" added), or "maildir:DIR" (tmp, fsync, rename; the
 * file's name comes from message_id, so that a repeat is recognisable).
 * 65 and 67 are refused; 64, 77, 78, 126, 127 stop; any other status, a
 * signal or the timeout (TERM, five seconds later KILL) is retry.
 * The child gets no descriptor but its stdin, stdout and stderr, a clean
 * environment (a fixed PATH, HOME, LANG=C, TZ), and default signals; its
 * stdout is dropped, its stderr read and bounded.  Only its own end counts:
 * a process that it leaves behind is not waited for. */
void mail_deliver(const char *how, int timeout_seconds, const char *from,
    const char *to, const char *message_id, const char *bytes, size_t n,
    struct mail_report *);

#endif
