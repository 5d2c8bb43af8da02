/* mend.h - a file of records whose last one a crash may have cut short */
#ifndef ORDER_MEND_H
#define ORDER_MEND_H

#include <stdbool.h>

#include <order/err.h>

/* Make a regular file end with a whole record and a line end, so that more
 * can be appended: half a record is cut off, since what was cut short is made
 * again by the next run.  Only a file that begins with header (or is but the
 * beginning of it) is touched; a NULL header means JSON, which begins with a
 * bracket.  fd appends.  1: something was cut off, 0: nothing was, -1. */
int file_mend(int fd, const char *path, const char *header, struct err *);

#endif
