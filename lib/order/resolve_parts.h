/* resolve_parts.h - private to lib/order: the parts of order-resolve */
#ifndef ORDER_RESOLVE_PARTS_H
#define ORDER_RESOLVE_PARTS_H

#include <order/resolve.h>

/* The verdict refused, with "REF: field: fact".  Returns 0. */
int answer_refused(struct verdict *, const struct order *, const char *reason,
    const char *field, const char *fact);

/* Set what the answer says is right: 1; 0 refused (the caller undoes what was
 * set before); -1. */
int answer_correct(struct step *, struct order *, const struct answer *,
    struct verdict *, struct err *);

#endif
