/* message.h - what the customer is told: queued with its cause, kept for ever
 *
 * A message is a row with a document: the facts, as JSON, all templates
 * render from.  It is composed from the document before its first hand-over
 * and its bytes are stored; retries send the stored bytes.
 */
#ifndef ORDER_MESSAGE_H
#define ORDER_MESSAGE_H

#include <cjson/cJSON.h>

#include <order/buf.h>

#include <order/step.h>

struct order;
struct order_line;

/* ---- documents ---- */

/* Set a member, replacing one that is there.  A document holds no empty text
 * and no flag that is false: what is absent is blank to the templates, and
 * "has_KEY" is true to them where KEY is not blank. */
void message_text(cJSON *, const char *key, const char *value);
void message_bool(cJSON *, const char *key, bool value);
void message_number(cJSON *, const char *key, int64_t value);

/* Add what templates need and the document tells by itself: the has_ flags, the
 * blanks of alternatives and parcels, which lines of a long order differ, which
 * line stands in for which, and the lines of a question. */
void document_complete(cJSON *);

/* One line as the templates want it, from what the store says; what only a
 * step knows (answer codes, alternatives, ...) it adds.  A key that is not
 * set is blank to the templates: it need not be there (10,000 lines have to
 * fit into memory). */
cJSON *message_line(struct step *, const struct order *,
    const struct order_line *);

/* So much of a line, as a parcel and what does not come list it. */
cJSON *message_part(struct step *, const struct order_line *,
    int64_t quantity);

/* Call each with every key a template can name: the list it stands in
 * ("message" is the document itself), its name and its kind. */
void message_keys(void (*each)(void *arg, const char *list, const char *key,
    const char *kind), void *arg);

/* ---- queueing ---- */

/* Queue one message about the order in this transaction.  The document is
 * completed with order, company and language and freed.  It goes to the
 * order's address, else (or, for questions, first) the one on file; without
 * any it is "by-hand".  *id (may be NULL) is the message's.  A message of the
 * same kind, revision, recipient and document is not queued twice, unless it
 * is news again: 0, else 1, or -1. */
int message_queue(struct step *, const struct order *, const char *kind,
    const char *code, cJSON *document, int64_t *id, struct err *);

/* The same, to this address (NULL: as above). */
int message_queue_to(struct step *, const struct order *, const char *kind,
    const char *code, const char *to, cJSON *document, int64_t *id,
    struct err *);

/* Say something else in a message that no mailer may have yet and nobody was
 * told: 1; 0 when it is too late.  The document is completed and freed. */
int message_renew(struct step *, const struct order *, int64_t id,
    cJSON *document, struct err *);

/* What was queued before that message, but not composed yet, or not yet told
 * by hand, is overtaken: it is cancelled.  before is INT64_MAX when nothing
 * takes its place. */
int message_overtake(struct step *, int64_t order_id, const char *kind,
    int64_t before, struct err *);

/* The order changed: what is about a revision before this one is cancelled,
 * unless a mailer may have it (it is composed) or it answers an inquiry. */
int message_overtake_revision(struct step *, int64_t order_id,
    int64_t revision, struct err *);

/* Tell that an order's dates moved; loads the order.  An order that was not
 * acknowledged yet has no dates to move: nothing is told.  why is for the
 * customer to read, or "". */
int message_delay(struct step *, int64_t order_id, const char *why,
    struct err *);

/* ---- templates ---- */

/* Render what a message says: part is "txt", "html" (nothing is added when
 * the language has none) or "subject.txt" (one line). */
int message_render(struct step *, const char *kind, const char *language,
    const cJSON *document, const char *part, struct buf *, struct err *);

/* Render every template with samples in which each key is given and not
 * given; calls report for each that fails.  The number that failed, or -1. */
int message_lint(struct step *,
    void (*report)(void *, const char *template_name, const char *fault),
    void *arg, struct err *);

/* ---- the outbox ---- */

struct message_row {
	int64_t id, revision, attempts;
	const char *ref, *kind, *recipient, *state, *queued_at, *next_try_at,
	    *sent_at, *error, *by;
	int64_t reminder;
};

/* One message: 1, 0 when there is none of that number, -1. */
int message_find(struct step *, int64_t id, struct message_row *,
    struct err *);

enum message_which {
	MESSAGE_ALL,
	MESSAGE_DUE,		/* to be tried now */
	MESSAGE_FAILED		/* failed or dead */
};

/* Which of MESSAGE_ALL. */
struct message_query {
	enum { MESSAGE_TO_ANYBODY, MESSAGE_OF_ORDER, MESSAGE_TO_ADDRESS,
	    MESSAGE_TO_CUSTOMER } by;
	int64_t order_id;
	const char *word;		/* the address or the customer */
	const char *state, *kind;	/* "": any */
	int64_t since, until;		/* sent, else queued; half-open */
};

/* Set by, order_id and word: our reference, an address something went to, or
 * a customer number, on file or as an order gives it that is not verified, as
 * somebody typed it.  1; 0: it is none; -1. */
int message_meant(struct step *, const char *typed, struct message_query *,
    struct err *);

/* Up to 500 messages after this number, by number, into the step's arena: *n
 * is 0 at the end.  The query is of MESSAGE_ALL; NULL: every one. */
int message_page(struct step *, enum message_which,
    const struct message_query *, int64_t after, struct message_row **,
    size_t *n, struct err *);

/* The names a state can have. */
extern const char *const message_states[];
extern const int message_nstates;
extern const char *const message_kinds[];
extern const int message_nkinds;

/* The bytes of a message, or as they would be composed now; of one without
 * an address a page to be told from: whom to call, subject and text.  1, 0
 * when there is no such message, -1. */
int message_bytes(struct step *, int64_t id, struct buf *, struct err *);

/* ---- what a person does about one; each is recorded with who did it ---- */

/* Record that somebody told the customer; the note ("" none) says how. */
int message_told(struct step *, int64_t id, const char *note,
    struct verdict *, struct err *);

/* Make a failed or dead message due now. */
int message_retry(struct step *, int64_t id, struct verdict *, struct err *);

/* Queue it again: the same kind, revision and document under the next number
 * of its kind, so that it gets a Message-ID of its own.  to is another
 * address, "" the same.  *as is the new message; one that was dead or by-hand
 * is cancelled by it.  Refused while it waits to be sent; while a copy of it to
 * that address does, nothing is done and *as is that copy. */
int message_resend(struct step *, int64_t id, const char *to, int64_t *as,
    struct verdict *, struct err *);

/* Do not send it.  One that a mailer hands over at this moment is marked sent
 * when it was; a note says that this can be. */
int message_cancel(struct step *, int64_t id, struct verdict *, struct err *);

/* ---- the mailer ---- */

/* What one run of the mailer did. */
struct mail_run {
	int64_t sent, retry, dead;
	bool busy;		/* another mailer is at work */
	bool stopped;		/* delivery itself does not work */
	bool unset;		/* stopped, because mail_from is not set */
	int64_t again_at;	/* mail_per_hour ended it; it goes on then, or
				 * 0 */
	bool refused;		/* five addresses in a row were, for good */
	char why[576];		/* stopped, or five refusals or temporary
				 * failures in a row ended it; else "" */
};

/* Deliver what is due, one message after another, each marked right after
 * its own hand-over.  Opens its own transactions; none may be open.  report
 * is called after each message is marked (may be NULL). */
int message_deliver(struct step *, struct mail_run *,
    int (*report)(void *, int64_t id, struct err *), void *arg,
    const volatile int *stop, struct err *);

/* When a message that failed attempts times is tried again, in seconds. */
int64_t message_backoff(int64_t attempts);

#endif
