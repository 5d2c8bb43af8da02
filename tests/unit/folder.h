/* folder.h - a folder of its own for a test, which runs in it */
#ifndef FOLDER_H
#define FOLDER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[PATH_MAX];

static inline int
folder_enter(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/order-test-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	return mkdtemp(folder) == NULL || chdir(folder) < 0 ? -1 : 0;
}

static inline int
folder_remove_one(const char *path, const struct stat *st, int type,
    struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static inline int
folder_leave(void **state)
{
	(void)state;
	return chdir("/") < 0 || nftw(folder, folder_remove_one, 8,
	    FTW_DEPTH | FTW_PHYS) < 0 ? -1 : 0;
}

#endif
