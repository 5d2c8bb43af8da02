/* report.h - one report under work (private) */
#ifndef ORDER_REPORT_WORK_H
#define ORDER_REPORT_WORK_H

#include <order/update.h>

/* A report under work: values checked and in one form. */
struct report {
	struct step *s;
	struct order *o;
	const struct update *u;
	const char *value[UPDATE_NCOLUMNS];
	int64_t at, line, quantity, amount;
	struct verdict *v;
	struct err *e;
};

/* Both return 0, for no. */
int report_refuse(struct report *, const char *reason, const char *field,
    const char *fact);
int report_unchanged(struct report *);

/* Do what the report says: 1 done, 0 refused or nothing to do, -1. */
int report_take(struct report *);

#endif
