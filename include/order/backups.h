/* backups.h - what order-backup does with the command line and prints
 */
#ifndef ORDER_BACKUPS_H
#define ORDER_BACKUPS_H

#include <order/tool.h>

extern const struct head backups_head;

/* Copy to the operand; keep > 0: so many copies.  Ends the process when that
 * fails. */
void backups_make(struct tool *, int64_t keep);

/* Look at each copy the operands name; the exit status is 1 when one of them
 * has faults. */
void backups_verify(struct tool *);

#endif
