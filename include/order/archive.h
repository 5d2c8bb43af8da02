/* archive.h - closed orders move to files of their own
 *
 * An archive is an order database that takes no new orders (db_is_archive):
 * whatever reads the one reads the other.  What moves is the order with all
 * that was recorded of it.  What stays in the live file for ever: its key,
 * the skeletons of its events, its movements of stock, and a row that says
 * where it went.
 *
 * Two transactions, never one over both files: the copy is committed in the
 * archive before the order is deleted here.  Whatever ends a run in between
 * leaves it in both, and the next run finds it there.  The lock of the live
 * file is always taken before that of an archive, and no two archives are
 * locked at once.
 */
#ifndef ORDER_ARCHIVE_H
#define ORDER_ARCHIVE_H

#include <order/step.h>

struct archive;

/* Open the archive at path, which is made when it is not there.  *out is NULL
 * after an error. */
int archive_open(struct archive **out, struct db *live, const char *path,
    const char *who, int lock_seconds, struct err *);
void archive_close(struct archive *);	/* NULL is fine */

/* Note in the live file that orders may be there from now on; must be
 * committed before the first is moved. */
int archive_note(struct step *, const struct archive *, struct err *);

/* Move one order; with archive NULL only say whether it could be.  ok;
 * unchanged when it was archived before; refused not-closed, legal-hold,
 * archive-differs. */
int order_archive(struct step *, struct archive *, const char *ref,
    struct verdict *, struct err *);

/* Was so much moved that it should be committed? */
bool archive_is_full(const struct archive *);

/* Commit what was copied; must come right before the step's own commit. */
int archive_commit(struct archive *, struct err *);

/* The orders whose time has come, by pages: begin with zeros. */
struct archive_due {
	int64_t closed_at, id;
};

/* The next references, in the arena of the step: 1, 0 no more, -1. */
int archive_due_page(struct step *, struct archive_due *, const char ***refs,
    size_t *n, struct err *);

/* Delete rejects that were closed before reject_days, some at a time: how
 * many, 0 no more, -1. */
int rejects_expire(struct step *, struct err *);

/* ---- what became of an order that is not here ---- */

struct archived {
	int64_t id;
	const char *ref, *status, *file;	/* in the arena of the step */
};

/* By number, or by a reference as typed.  1, 0 not archived, -1. */
int archived_number(struct step *, int64_t id, struct archived *,
    struct err *);
int archived_find(struct step *, const char *ref, struct archived *,
    struct err *);

/* The last one that the channels knew by this external_ref. */
int archived_key(struct step *, const char *external_ref, struct archived *,
    struct err *);

#endif
