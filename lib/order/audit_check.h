/* audit_check.h - what the parts of order-audit --check share */
#ifndef ORDER_AUDIT_CHECK_H
#define ORDER_AUDIT_CHECK_H

#include <order/audit.h>

struct audit {
	struct step *s;
	audit_fault_fn *fn;
	void *arg;
};

int audit_report(const struct audit *, const char *what, const char *ref,
    struct err *, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Each row a query returns is a fault: reference and fact. */
int audit_query(const struct audit *, const char *what, const char *sql,
    const struct val *, struct err *);

/* Each looks at one part of the store: 0, -1. */
int audit_orders(const struct audit *, struct err *);
int audit_lives(const struct audit *, struct err *);
int audit_originals(const struct audit *, struct err *);
int audit_content(const struct audit *, struct err *);
int audit_records(const struct audit *, struct err *);
int audit_stock(const struct audit *, struct err *);

#endif
