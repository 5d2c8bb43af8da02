/* backup.h - copies that can be trusted, and old ones that may go
 */
#ifndef ORDER_BACKUP_H
#define ORDER_BACKUP_H

#include <order/audit.h>

struct backup {
	const char *file;	/* in the arena of the step */
	int64_t bytes, orders, events;
	struct audit_head head;
	int64_t faults;		/* what the audit found in it */
};

/* Make a consistent copy of the step's database, outside any transaction: in
 * the folder to, or as the file to.  Each fault of the copy is handed to the
 * function; a copy with faults does not come about (-1).  keep > 0: of the
 * older copies of this database in the folder only the newest keep - 1 stay
 * after that, newest by the record in them.  left is called for what has the
 * name of a copy but is none of this database: it stays. */
typedef int backup_left_fn(void *, const char *file, const char *fact,
    struct err *);
int order_backup(struct step *, const char *to, int64_t keep,
    audit_fault_fn *, backup_left_fn *, void *, struct backup *,
    struct err *);

/* Look at a copy that was made before; nothing is left beside it.  The step
 * needs no database.  0 also with faults, -1 when it cannot be read. */
int backup_verify(struct step *, const char *file, audit_fault_fn *, void *,
    struct backup *, struct err *);

#endif
