/* audit.h - the trail of events, the proof of their chain, the invariants
 *
 * All of it only reads, inside the transaction of the caller: one snapshot.
 * What is found is handed to a function, one call each, with texts borrowed
 * for the call; when it returns -1 the audit ends with its error.
 */
#ifndef ORDER_AUDIT_H
#define ORDER_AUDIT_H

#include <stdbool.h>

#include <order/buf.h>
#include <order/hash.h>
#include <order/ref.h>
#include <order/step.h>

/* ref is "" when the event is about no order; actor, tool and detail are ""
 * when the detail was moved or erased. */
struct audit_event {
	int64_t seq, at;
	const char *ref, *kind, *actor, *tool, *detail;
};

typedef int audit_event_fn(void *, const struct audit_event *, struct err *);

/* The events of one order, or of all for 0, as they came.  0, -1. */
int audit_trail(struct step *, int64_t order_id, audit_event_fn *, void *,
    struct err *);

/* Add what happened in plain words, from the kind and detail of an event. */
void audit_words(struct buf *, const char *kind, const char *detail);

/* The reference of an order, also of one that is no longer here; "" for 0. */
int audit_ref(struct step *, int64_t order_id, char ref[REF_TEXT],
    struct err *);

/* ---- the chain ---- */

/* The last event and its hash; 0 and zeros when there is none. */
struct audit_head {
	int64_t seq;
	uint8_t hash[HASH_SIZE];
};

#define AUDIT_HEAD_TEXT (21 + HASH_HEX)

int audit_head(struct step *, struct audit_head *, struct err *);

/* "SEQ HASH"; read with a blank or a colon between them. */
char *audit_head_text(const struct audit_head *, char buf[AUDIT_HEAD_TEXT]);
bool audit_head_parse(const char *, struct audit_head *);

struct audit_fault {
	const char *what;	/* a code: event-altered, order-total, ... */
	int64_t seq;		/* of the event, 0: it is about none */
	const char *ref;	/* or "" */
	const char *fact;
};

typedef int audit_fault_fn(void *, const struct audit_fault *, struct err *);

/* Recompute the whole chain, and look for a head that was kept (or NULL). */
int audit_verify(struct step *, const struct audit_head *kept,
    audit_fault_fn *, void *, struct err *);

/* Try every invariant. */
int audit_check(struct step *, audit_fault_fn *, void *, struct err *);

#endif
