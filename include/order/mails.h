/* mails.h - what order-notify lists, records and delivers
 */
#ifndef ORDER_MAILS_H
#define ORDER_MAILS_H

#include <order/message.h>
#include <order/tool.h>

/* Deliver what is due and print each message handled; says why, and ends the
 * process, when it cannot. */
void mails_deliver(struct tool *);

/* Say what somebody has to know of a run: messages that died, that the rest
 * waits because delivery fails, or because of mail_per_hour. */
void mails_tell(struct tool *, const struct mail_run *);

/* Print messages: all, or those the operands mean (message_meant), in turn.
 * What is NULL does not matter; wrong names and times are usage errors. */
struct mails_asked {
	const char *state, *kind, *since, *until;
};
void mails_list(struct tool *, const struct mails_asked *);

/* Print the exact bytes of one message. */
void mails_show(struct tool *, const char *id);

/* Do that to the messages that are named, all in one transaction; print each.
 * with is the address of MAILS_RESEND and the note of MAILS_TOLD, or NULL.
 * MAILS_RETRY of none is of all that failed.  A usage error when what is named
 * is no number. */
enum mails_do { MAILS_TOLD, MAILS_RETRY, MAILS_RESEND, MAILS_CANCEL };
void mails_each(struct tool *, enum mails_do, const struct words *,
    const char *with);

/* Print one message as what was handled, inside a transaction. */
int mails_put(struct tool *, int64_t id, struct err *);

/* Queue the text of the file named by the operand, or of stdin, as the reply
 * to what was asked about the order; to may be NULL. */
void mails_reply(struct tool *, const char *ref, const char *to);

/* Try every template; say what is wrong. */
void mails_lint(struct tool *);

#endif
