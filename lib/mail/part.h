/* part.h - the bytes of a part (private) */
#ifndef ORDER_PART_H
#define ORDER_PART_H

#include <order/mail_in.h>

/* Undo the transfer encoding, passing over what is none of it.  Where there
 * is nothing to undo the span is the part's own, else it is in the buffer. */
struct mail_span part_bytes(const struct mail_part *, struct buf *);

/* Add the bytes to the buffer as UTF-8. */
int part_convert(const char *charset, struct mail_span, struct buf *,
    struct err *);

#endif
