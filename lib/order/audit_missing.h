/* audit_missing.h - may the detail of an event be gone? */
#ifndef AUDIT_MISSING_H
#define AUDIT_MISSING_H

#include <order/step.h>

struct missing {
	int64_t order_id, until;	/* what the last order may be without */
	bool looked;
	int64_t *named;			/* of no order, sorted */
	size_t n;
};

/* Begin; no need to end. */
void missing_init(struct missing *);

/* 1 an event says where it went; 0 nothing does; -1. */
int missing_explained(struct step *, struct missing *, int64_t order_id,
    int64_t seq, struct err *);

#endif
