/* archives.h - order-archive's run: which orders go, and their move */
#ifndef ORDER_ARCHIVES_H
#define ORDER_ARCHIVES_H

#include <order/tool.h>

/* For tool_about.more: the operands, or the orders whose time has come. */
int archives_more(struct tool *, struct refs *, struct err *);

/* Move orders to the archive, which is made when it is not there; with
 * expires, delete rejects of old, too.  Ends the process when it fails. */
void archives_run(struct tool *, const char *to, bool expires);

#endif
