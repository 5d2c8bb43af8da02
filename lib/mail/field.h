/* field.h - lines and fields of a header (private) */
#ifndef MAIL_FIELD_H
#define MAIL_FIELD_H

#include <order/mail_in.h>

/* Behind the line that begins at p. */
const char *line_end(const char *p, const char *end);

/* p, but for a line end right before it. */
const char *before_line_end(const char *from, const char *p);

/* Bytes of the name of the field whose line begins at p; 0: it is none. */
size_t field_name(const char *p, const char *end);

/* The value of the topmost field of that name, unfolded and without control
 * characters, cut at 8 KiB; "". */
char *field_value(struct arena *, struct mail_span head, const char *name);

#endif
