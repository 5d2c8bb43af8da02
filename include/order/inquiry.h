/* inquiry.h - what customers ask about an order, and how they are answered
 *
 * An inquiry is open until somebody replies, by mail or otherwise.  It never
 * changes the order: what an answer to a question of ours means, a person
 * decides (order-resolve).
 */
#ifndef ORDER_INQUIRY_H
#define ORDER_INQUIRY_H

#include <order/order.h>

struct inquiry {
	int64_t id, order_id;
	int64_t at;		/* when it reached the company */
	const char *channel;
	const char *sender;	/* address to answer to, "" */
	const char *subject;	/* one line, "" */
	const char *question;
	const char *message_id;	/* of the mail, "" */
	const char *refs;	/* its thread, ids as in mail.h, "" */
};

/* ---- which order is meant ---- */

/* The next of our references in the text from *p on, compact ("SO000000011"),
 * and *p behind it; false: there is none.  With dashes in any case; without
 * them, or with blanks, in upper case only; the check digit must be right.
 * What is part of a longer word, an address or a URL is none.  Pure. */
#define MENTION_TEXT 32
bool reference_mentioned(const char **p, char ref[MENTION_TEXT]);

/* The order a message is about: the first one its subject names, else the one
 * our newest message in its thread is about, else the first one its text
 * names.  1; 0 none; -1. */
int inquiry_order(struct step *, const char *subject, const char *in_reply_to,
    const char *references, const char *text, int64_t *order_id,
    struct err *);

/* ---- inquiries ---- */

/* Record it, with the message it came in (NULL: it was no message); sha256 is
 * what two deliveries of it share.  1 and *id; 0 it is known; -1. */
int inquiry_add(struct step *, const struct inquiry *,
    const uint8_t sha256[HASH_SIZE], const char *bytes, size_t n, int64_t *id,
    struct err *);

/* The open ones of an order, oldest first, into the step's arena. */
int inquiry_open(struct step *, int64_t order_id, struct inquiry **,
    size_t *n, struct err *);

/* All open ones of the order are answered: by a message, or otherwise (0).
 * How many, or -1. */
int inquiry_answer(struct step *, int64_t order_id, int64_t message,
    struct err *);

/* The reply was cancelled: what it answered is open again.  Its number stays
 * with them.  How many, or -1. */
int inquiry_unanswered(struct step *, int64_t message, struct err *);

/* What that reply answered is answered by this one instead, which may be the
 * same; open ones are not any more.  How many, or -1. */
int inquiry_answered_by(struct step *, int64_t message, int64_t instead,
    struct err *);

/* Is it the order's address or the one on file, or "" (then it is answered at
 * those)?  Nobody else is told of an order unasked.  1, 0, -1. */
int inquiry_is_known(struct step *, const struct order *, const char *sender,
    struct err *);

/* ---- replies ---- */

struct reply {
	const char *answer;	/* UTF-8 with LF */
	const char *to;		/* an address, NULL: whoever asked */
};

/* Queue the answer to all open inquiries of the order, in the thread of the
 * oldest; without any it begins a thread.  Refused: who asked is not known
 * and to does not say where to send it; the answer is empty, over 64 KiB,
 * holds a card number or what is no text.  unchanged: the same was answered
 * last, and nothing was asked since.  *message is the one that says it. */
int order_reply(struct step *, const char *ref, const struct reply *,
    int64_t *message, struct verdict *, struct err *);

/* ---- mail that nobody wrote ---- */

/* The order that our message of this Message-ID is about: 1, 0 none, -1. */
int message_about(struct step *, const char *message_id, int64_t *order_id,
    struct err *);

/* A message of ours came back, or is late: the one of that Message-ID is dead,
 * unless somebody told it by hand, or only an event says so.  1; 0 it is none of ours; -1. */
int message_bounced(struct step *, const char *message_id, bool failed,
    const char *why, struct err *);

/* An automatic mail about the order is worth an event, no more. */
int inquiry_note(struct step *, int64_t order_id, const char *sender,
    const char *subject, const char *why, struct err *);

#endif
