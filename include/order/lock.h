/* lock.h - one fair lock around every transaction and checkpoint
 *
 * Open-file-description locks on bytes of the file PATH-lock: 0 queue, 1
 * writer, 2 mailer, and 2^30 + n for whoever drew number n.  The file says
 * who holds the writer byte (80 bytes) and which number is next (20 bytes).
 * To write, a process locks the queue for a moment and draws the next number;
 * it waits for the numbers before it and then for the writer byte, which
 * alone is the lock.  So all are served in turn, whoever releases the lock
 * lines up behind those who wait, and rubbish in the file costs nothing but
 * fairness.  The kernel releases all of it when a process dies; one that was
 * stopped in the line is passed by.
 * Order: mailer, then writer, then the database.
 */
#ifndef ORDER_LOCK_H
#define ORDER_LOCK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <order/err.h>

struct lock;

/* Open (made on demand with mode and owner group of the database at path, and
 * beside the file that path leads to).  The lock file itself is refused when
 * it is a symbolic link or no regular file (ERR_CONFIG) or writable by others
 * (ERR_PERM). */
int lock_open(struct lock **, const char *db_path, const char *who,
    struct err *);
void lock_close(struct lock *);

/* Let a wait end early, with ERR_TEMP, within a tenth of a second after a
 * signal handler made *stop other than 0.  Borrowed; NULL: wait it out. */
void lock_watch(struct lock *, const volatile sig_atomic_t *stop);

/* Wait at most seconds (0: only try); ERR_TEMP names the holder (pid, tool,
 * since when).  While it waits, SIGRTMIN+6 is used as a tick. */
int lock_writer(struct lock *, int seconds, struct err *);
void lock_writer_done(struct lock *);

/* 1 taken, 0 another mailer is at work, -1. */
int lock_mailer(struct lock *, struct err *);
void lock_mailer_done(struct lock *);

/* Is another mailer at work? */
bool lock_mailer_busy(const struct lock *);

#endif
