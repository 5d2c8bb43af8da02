/* decode.h - bytes of another encoding to UTF-8 */
#ifndef IO_DECODE_H
#define IO_DECODE_H

#include <stdbool.h>

#include <order/buf.h>
#include <order/err.h>

struct decode;

bool decode_knows(const char *encoding);

/* NULL: ERR_USAGE, iconv(3) does not know the encoding. */
struct decode *decode_open(const char *encoding, struct err *);
void decode_close(struct decode *);

/* Add the bytes as UTF-8.  -1: ERR_DATA "byte 17 (0x81) is no character of
 * windows-1252"; what came before it was added. */
int decode_add(struct decode *, const char *bytes, size_t n, struct buf *out,
    struct err *);

/* There are no more: add what was held back for an accent that might have
 * followed; -1 when the last character is not whole. */
int decode_end(struct decode *, struct buf *out, struct err *);

#endif
