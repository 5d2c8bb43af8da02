/* updates.h - order-update's reports, as records or as one command */
#ifndef ORDER_UPDATES_H
#define ORDER_UPDATES_H

#include <order/tool.h>
#include <order/update.h>

/* Take in records with the columns of a report; inquiries among them came by
 * that channel. */
void updates_each(struct tool *, const char *channel);

/* Take in one report: the operands are order and event, what is NULL was not
 * said. */
void updates_one(struct tool *, const struct update *);

#endif
