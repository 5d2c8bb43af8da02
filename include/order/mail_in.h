/* mail_in.h - take one message apart, as it came from outside
 *
 * RFC 5322 and MIME, by GMime's readers of fields, encodings and character
 * sets.  Everything in a message is hostile: nothing that comes back here is
 * fit for a terminal or a log as it stands (text_show), and whatever the
 * bytes, time and memory are bounded.  Knows nothing of orders.
 */
#ifndef ORDER_MAIL_IN_H
#define ORDER_MAIL_IN_H

#include <stdbool.h>
#include <stdint.h>

#include <order/arena.h>
#include <order/buf.h>
#include <order/err.h>

#define MAIL_MAX_BYTES (16 << 20)
#define MAIL_MAX_PARTS 1000
#define MAIL_MAX_DEPTH 32		/* parts and messages in one another */
#define MAIL_MAX_HEAD (256 << 10)	/* the header of one of them, bytes */

struct mail_span {
	const char *p;
	size_t n;
};

/* What holds no other parts.  Strings are never NULL and hold no NUL. */
struct mail_part {
	const char *type;	/* "text/csv": lower case; "" is none there is */
	const char *name;	/* of the file, decoded; "" */
	const char *charset;	/* as it says, "" */
	const char *encoding;	/* of the transfer, lower case; "" */
	bool attached;		/* to be kept as a file, by what it says */
	bool torn;		/* the delimiter behind it never came */
	bool unseen;		/* beyond a limit: what it holds is unknown */
	struct mail_span raw;	/* in the message, still encoded */
	struct mail_span head;
};

struct mail_in {
	/* What makes it no message that can be used ("has no header"), or
	 * NULL; what could be found is there all the same. */
	const char *fault;
	const char *message_id;	/* without < >, "" */
	const char *from, *subject;	/* decoded, "" */
	const char *date;	/* as it stands, "" */
	/* When it arrived by its topmost Received field, else by Date. */
	bool dated;
	int64_t at;
	/* "an S/MIME envelope": of a part that only its recipient can open;
	 * or NULL. */
	const char *sealed;
	struct mail_span body;	/* all behind the message's own header */
	const struct mail_part *part;	/* in the order they stand in; those of
					 * messages inside, too */
	size_t nparts;
	const struct mail_span *head;	/* every header, the own one first */
	size_t nheads;
};

/* Spans point into the message, strings live in the arena. */
void mail_parse(struct arena *, const char *, size_t n, struct mail_in *);

/* Add a part's content to the buffer, as UTF-8.  -1 ERR_DATA: "is not base64,
 * as it says", "is not UTF-8 and names no character set", ...  No character
 * set is guessed: it is the one the part names or its byte order mark shows;
 * what names UTF-8 is handed on as it is. */
int mail_part_text(const struct mail_part *, struct buf *, struct err *);

/* Hide every card number, also those that an encoding hides, and what could
 * not be looked at, in place: the new length, which is never larger.  Masked
 * again it stays the same. */
size_t mail_mask(char *, size_t n);

#endif
