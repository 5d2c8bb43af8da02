/* handoff.h - what was handed to fulfilment and inventory, once each
 *
 * A hand-off is a row with a document, JSON, that never changes: whatever is
 * made of it can be made again.  It is committed first; then it is printed,
 * or its file gets its name, and it counts as written.
 */
#ifndef ORDER_HANDOFF_H
#define ORDER_HANDOFF_H

#include <order/step.h>

#define HANDOFF_FULFILMENT "fulfilment"
#define HANDOFF_INVENTORY "inventory"

struct handoff {
	int64_t id;
	const char *destination;
	const char *kind;	/* pick, cancel, movements */
	int64_t order_id;	/* 0: of many orders */
	const char *ref;	/* "" likewise */
	int64_t seq, at;
	const char *folder;	/* "": it was printed */
	const char *file;	/* in the folder; "" until its bytes are on
				 * disk under a temporary name */
	int64_t written_at;	/* 0: not yet */
	const char *state;	/* open, accepted, problem, void */
	int64_t answered_at;	/* 0: not yet */
	const char *note, *by;	/* of the answer */
	const char *document;	/* NULL in lists */
};

/* Keep a new hand-off; the document is JSON that ends the object it begins.
 * *id names it.  0, -1. */
int handoff_add(struct step *, const struct handoff *, int64_t upto,
    int64_t *id, struct err *);

/* With its document, in the arena: 1, 0 there is none, -1. */
int handoff_find(struct step *, struct arena *, int64_t id, struct handoff *,
    struct err *);

/* The next one after that id which has no file yet in the folder.  As
 * handoff_find, in the arena of the step. */
int handoff_unwritten(struct step *, const char *folder, int64_t after,
    struct handoff *, struct err *);

/* Its bytes are on disk and only its name is missing; it was printed, or has
 * its name. */
int handoff_staged(struct step *, int64_t id, const char *file, struct err *);
int handoff_written(struct step *, int64_t id, struct err *);

/* ---- lists ---- */

struct handoff_query {
	const char *destination;	/* or "" */
	bool open;		/* not accepted, or not written */
	int64_t since;
	int64_t order_id;	/* 0: any */
};

/* The next of them after that id, at most some hundreds, in the arena of the
 * step; none is the end.  0, -1. */
int handoff_page(struct step *, const struct handoff_query *, int64_t after,
    struct handoff **, size_t *n, struct err *);

#endif
