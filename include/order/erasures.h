/* erasures.h - the run of an erasure, over the database and its archives */
#ifndef ORDER_ERASURES_H
#define ORDER_ERASURES_H

#include <order/tool.h>

/* Erase the customer's data, or those of one order (the other is NULL), here
 * and in these archives; with none given, in all that orders went to.
 * Prints the orders; ends the process when it fails. */
void erasures_run(struct tool *, const char *customer, const char *ref,
    const struct words *archives);

#endif
