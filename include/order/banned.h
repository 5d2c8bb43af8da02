/* banned.h - calls that are a compile error here; included by every file
 * through the compiler's -include.  Each has a bounded counterpart: see
 * text.h, money.h, date.h, buf.h and arena.h. */
#ifndef ORDER_BANNED_H
#define ORDER_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Under clang, _FORTIFY_SOURCE makes macros of these two. */
#undef sprintf
#undef vsprintf

#pragma GCC poison atoi atol atoll atof strtok sprintf vsprintf strcpy strcat
#pragma GCC poison strncpy strncat gets gmtime localtime ctime asctime
#pragma GCC poison system popen mktemp tmpnam setlocale

#endif
