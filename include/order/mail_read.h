/* mail_read.h - what a message says: who, in answer to what, in which words
 *
 * For messages that mail_parse took apart.  As there everything is hostile,
 * and work and memory are bounded.  Knows nothing of orders.
 */
#ifndef ORDER_MAIL_READ_H
#define ORDER_MAIL_READ_H

#include <order/mail_in.h>

#define MAIL_WORDS_MAX (64 << 10)	/* bytes of what somebody wrote */

/* Strings are never NULL. */
struct mail_thread {
	const char *sender;	/* to answer to: Reply-To, else From, when it is
				 * an address (text_is_email); "" */
	const char *subject;	/* one line of at most 250 bytes without control
				 * or formatting characters */
	const char *message_id;	/* as below */
	const char *in_reply_to;/* ids without < >, blank separated, as far as
				 * they are fit for a header; "" */
	const char *references;	/* the same, oldest first */
	const char *automatic;	/* what says that nobody wrote it ("is
				 * Auto-Submitted", ...), or NULL */
};

void mail_thread_read(struct arena *, const struct mail_in *,
    struct mail_thread *);

/* A delivery status notification (RFC 3464). */
struct mail_bounce {
	bool failed;		/* else the message is only late */
	const char *recipient;	/* address, "" */
	const char *why;	/* its diagnostic or status; one line, "" */
	const char *message_id;	/* of the message it is about, "" */
};

/* Is it one that tells of a failure or a delay? */
bool mail_bounce_read(struct arena *, const struct mail_in *,
    struct mail_bounce *);

/* Add what was written, as UTF-8 with LF and without other control characters
 * than TAB: the first text that is no file, else the first HTML as text.  A
 * character set that is not told or not kept to is taken for Windows' Latin.
 * What is over MAIL_WORDS_MAX is cut.  False: there is no text. */
bool mail_words(const struct mail_in *, struct buf *);

/* Bytes of such a text before the message it answers is quoted, when all that
 * follows is quoted; else all of it. */
size_t mail_words_own(const char *);

/* HTML as text: blocks are lines, quotations have "> " before them. */
void html_text(const char *, size_t n, struct buf *);

#endif
