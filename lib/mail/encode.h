/* encode.h - the two encodings of mail (private) */
#ifndef ORDER_ENCODE_H
#define ORDER_ENCODE_H

#include <order/buf.h>

/* The value of a header such as Subject, folded, without a line end: plain
 * when that is safe, else encoded words (RFC 2047).  col is the length of
 * the header's name with its colon and blank. */
void encode_header(struct buf *, const char *text, size_t col);

/* name <address>, folded; only the address when the name is "". */
void encode_mailbox(struct buf *, const char *name, const char *address,
    size_t col);

/* Quoted-printable (RFC 2045) lines of at most 76 bytes, none of which
 * begins with "." or "From "; ends with LF. */
void encode_body(struct buf *, const char *text);

#endif
