/* format.h - private to lib/order: how a language writes dates and numbers */
#ifndef ORDER_FORMAT_H
#define ORDER_FORMAT_H

#include <order/arena.h>
#include <order/buf.h>
#include <order/err.h>

#define FORMAT_FILE "format.txt"

struct format {
	const char *decimal;	/* mark, "." */
	const char *group;	/* between thousands; "": none */
	const char *date;	/* pattern; "": as it is */
	const char *month[12];
	int nmonths;
};

/* Read a format file (order-templates(5)); the format borrows from it and the
 * arena.  -1 and ERR_CONFIG "line N: ..." when it is faulty. */
int format_read(struct arena *, const char *text, struct format *,
    struct err *);

/* A plain decimal or an ISO date as the language writes it.  What is none is
 * added as it is. */
void format_number(const struct format *, const char *, struct buf *);
void format_date(const struct format *, const char *, struct buf *);

#endif
