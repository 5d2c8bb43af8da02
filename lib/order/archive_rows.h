/* archive_rows.h - the rows an order consists of, and moving them */
#ifndef ARCHIVE_ROWS_H
#define ARCHIVE_ROWS_H

#include <order/step.h>

/* Is the order in the archive as it is here?  2 yes; 1 there is an older copy
 * of it, which rows_drop may remove; 0 there is none; 3 what is there is no
 * copy of it at all; -1. */
enum { ROWS_NONE, ROWS_OLD, ROWS_SAME, ROWS_OTHER };
int rows_compare(struct db *live, struct db *archive, int64_t order_id,
    struct err *);

/* Copy all of an order; what the archive has of its key and its events
 * stays.  Also the items and the channel that it names. */
int rows_copy(struct db *live, struct db *archive, int64_t order_id,
    struct err *);

/* Delete the order, but for its key and its events. */
int rows_drop(struct db *, int64_t order_id, struct err *);

/* Put what select finds in one file into the other, value by value. */
int rows_put(struct db *from, struct db *to, const char *select,
    const struct val *which, const char *put, struct err *);

/* Settings and prefixes, as they are now. */
int rows_copy_settings(struct db *live, struct db *archive, struct err *);

#endif
