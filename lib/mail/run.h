/* run.h - one child: feed it, listen to it, end it in time (private) */
#ifndef ORDER_RUN_H
#define ORDER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#define RUN_HEARD 4096

struct run {
	int status;		/* as waitpid gives it; -1: never ended */
	bool timed_out;
	size_t heard;
	char said[RUN_HEARD + 1];	/* the beginning of its stderr */
};

/* Run argv with n bytes on its stdin and wait, whatever it does with its
 * descriptors, at most timeout and a grace after SIGTERM.  0, or an errno when
 * it could not be started. */
int run_child(struct run *, char *const *argv, const char *bytes, size_t n,
    int timeout_seconds);

#endif
