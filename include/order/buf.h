/* buf.h - a byte buffer that grows
 *
 * data is always terminated by a NUL that n does not count, also when
 * nothing was added yet.  Out of memory ends the process (arena.h).
 */
#ifndef ORDER_BUF_H
#define ORDER_BUF_H

#include <stddef.h>

struct buf {
	char *data;
	size_t n, cap;
};

extern char buf_nothing[];
#define BUF_INIT { buf_nothing, 0, 0 }

void buf_add(struct buf *, const void *, size_t n);
void buf_puts(struct buf *, const char *);
void buf_putc(struct buf *, int);
void buf_printf(struct buf *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes; the text must be UTF-8. */
void buf_json(struct buf *, const char *);

/* Make room for n more bytes and return where they go; the caller then
 * adds what it wrote to ->n and keeps data[n] = 0. */
char *buf_room(struct buf *, size_t n);

void buf_clear(struct buf *);		/* n = 0, memory kept */
void buf_release(struct buf *);		/* back to BUF_INIT */

/* Write all n bytes, however many calls that takes: 0, or -1 with errno. */
int write_full(int fd, const void *, size_t n);

#endif
