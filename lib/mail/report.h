/* report.h - the answer of a delivery, shared by its two ways (private) */
#ifndef ORDER_REPORT_H
#define ORDER_REPORT_H

#include <order/mail.h>

/* Set both; why is cut at a character's edge. */
void report_set(struct mail_report *, enum mail_outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* What an errno means for this message: a lack that may pass is MAIL_RETRY,
 * all else MAIL_STOPPED. */
void report_errno(struct mail_report *, int errnum, const char *what);

/* Write into the Maildir dir, which is made if only it is missing. */
void maildir_deliver(const char *dir, const char *message_id,
    const char *bytes, size_t n, struct mail_report *);

#endif
