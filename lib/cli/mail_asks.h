/* mail_asks.h - private to lib/cli: messages that bring no order but are about
 * one */
#ifndef CLI_MAIL_ASKS_H
#define CLI_MAIL_ASKS_H

#include <order/inquiry.h>
#include <order/mail_read.h>
#include <order/tool.h>

struct mail_asks {
	struct mail_thread thread;
	struct mail_bounce bounce;
	bool bounced;
	const char *words;	/* all of it, for references */
	const char *question;	/* without what is quoted, card numbers masked */
	int64_t at;
};

/* Read what is said, before the message is masked; at is when it came. */
void mail_asks_read(struct arena *, const struct mail_in *, int64_t at,
    struct mail_asks *);

/* Record it with the order it is about: as an inquiry, as an event when nobody
 * wrote it, as a message of ours that came back.  False: it is about none, and
 * nothing was recorded. */
bool mail_asks_take(struct tool *, const struct mail_asks *,
    const struct reject_mail *);

#endif
