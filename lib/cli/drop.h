/* drop.h - private to lib/cli: a folder that other programs take files from
 *
 * A file is written under a temporary name that begins with a dot, made
 * durable, and gets its name by one rename that replaces nothing.  Whether it
 * has it already is told by the temporary name: it is gone.
 */
#ifndef CLI_DROP_H
#define CLI_DROP_H

#include <signal.h>
#include <stddef.h>

#include <order/err.h>

struct drop {
	int fd;
	char *path;		/* absolute, without links */
};

/* It must be there. */
int drop_open(struct drop *, const char *dir, struct err *);
void drop_close(struct drop *);

/* One program at a time works there: waits at most so many seconds
 * (ERR_TEMP).  The kernel ends it when the process dies. */
int drop_lock(struct drop *, int seconds, const volatile sig_atomic_t *stop,
    struct err *);
void drop_unlock(struct drop *);

/* Write it under its temporary name, replacing what a crash left. */
int drop_stage(struct drop *, const char *name, const char *bytes, size_t n,
    struct err *);

/* Give it its name: 1 it has it, maybe from before; 0 somebody else's file
 * has it; -1. */
int drop_place(struct drop *, const char *name, struct err *);

/* Make names durable. */
int drop_sync(struct drop *, struct err *);

#endif
