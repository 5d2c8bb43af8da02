/* outbox.h - private to lib/order: what is recorded about a message */
#ifndef ORDER_OUTBOX_H
#define ORDER_OUTBOX_H

#include "letter.h"

/* Record an event about the message; the detail has its number and kind, and
 * key where the value is not "". */
int outbox_record(struct step *, const struct due *, const char *kind,
    const char *key, const char *value, struct err *);

/* The customer knows it now: the first answer to what the order is stops the
 * 24 h clock. */
int outbox_answered(struct step *, const struct due *, struct err *);

#endif
