/* err.h - errors as values
 *
 * Every function that can fail takes a struct err as its last parameter,
 * fills it and returns -1.  A "no" is not an error: see verdict.h.
 * Texts read "subject: fact": lower case, no full stop, no newline.
 */
#ifndef ORDER_ERR_H
#define ORDER_ERR_H

/* Exit codes; the names follow sysexits(3). */
enum {
	ERR_USAGE = 64,		/* the command line */
	ERR_DATA = 65,		/* input is not well-formed */
	ERR_NOINPUT = 66,	/* an input file cannot be read */
	ERR_UNAVAILABLE = 69,	/* delivery itself is stopped */
	ERR_SOFTWARE = 70,	/* our own bug */
	ERR_OS = 71,		/* memory, fork */
	ERR_CANTCREAT = 73,	/* an output file cannot be created */
	ERR_IO = 74,		/* reading or writing failed, disk full */
	ERR_TEMP = 75,		/* try again */
	ERR_PERM = 77,		/* not allowed */
	ERR_CONFIG = 78,	/* no database, wrong schema */
	ERR_PIPE = 141		/* the reader of stdout went away */
};

struct err {
	int code;		/* one of the above; 0: no error */
	char text[1024];	/* always terminated; long texts are cut */
};

#define ERR_INIT { 0, "" }

/* Set code and text.  Always returns -1. */
int err_set(struct err *, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like err_set, followed by ": " and the text of the given errno.
 * ENOSPC, EDQUOT, EFBIG and EIO force ERR_IO; ENOMEM forces ERR_OS. */
int err_errno(struct err *, int code, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Put "context: " before the text on the way up.  Always returns -1. */
int err_add(struct err *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
