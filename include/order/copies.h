/* copies.h - where copies of a database are kept, and new ones made
 *
 * In a folder a copy of orders.db is named orders-20261127T020000Z.db, or
 * with "-2" and so on before the dot when that name is taken.  While it is
 * made it has ".unfinished-" and six letters more at its end, and so has a
 * new database.  Nothing that is named
 * otherwise is ever touched.
 */
#ifndef ORDER_COPIES_H
#define ORDER_COPIES_H

#include <order/arena.h>
#include <order/db.h>

struct copies;

/* to is a folder, or the name that one copy will have.  What runs that were
 * killed left unfinished goes, unless somebody makes a file there just now or
 * it is of another user; whoever works there then keeps this open. */
int copies_open(struct copies **, const char *to, const char *db_path,
    struct err *);
/* The same for orders.db-20261127T020000Z.bak beside orders.db. */
int copies_beside(struct copies **, const char *db_path, struct err *);
void copies_close(struct copies *);		/* NULL is fine */

/* Is it a folder? */
bool copies_dated(const struct copies *);

/* Make one by db_copy; *made is its path, in the arena. */
int copies_make(struct copies *c, struct db *db, int64_t now, db_look_fn *fn,
    void *arg, struct arena *mem, const char **made, struct err *e);

/* The paths of all that are finished in the folder, of whichever database of
 * that name. */
int copies_list(struct copies *, struct arena *, const char ***path,
    size_t *n, struct err *);

/* Remove one, with what is beside it; it is fine when somebody else did. */
int copies_remove(struct copies *, const char *path, struct err *);

#endif
