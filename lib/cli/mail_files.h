/* mail_files.h - private to lib/cli: which parts of a message are files with
 * orders */
#ifndef CLI_MAIL_FILES_H
#define CLI_MAIL_FILES_H

#include <order/mail_in.h>

/* CSV or JSON by media type or by the name of the file. */
bool part_is_order_file(const struct mail_part *);

/* Text that may be one: its beginning tells. */
bool part_is_text_file(const struct mail_part *);	/* named .txt */
bool part_is_body(const struct mail_part *);

/* Does text begin as a file with orders: JSON objects, or a header with
 * several of our columns? */
bool text_begins_as_orders(const char *, size_t n);

#endif
