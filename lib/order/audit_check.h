/* audit_check.h - what the parts of order-audit --check share */
#ifndef ORDER_AUDIT_CHECK_H
#define ORDER_AUDIT_CHECK_H

#include <order/audit.h>

/* ---- pieces of statements about events AS e and their details AS d ---- */

#define REF_OF(id) "coalesce((SELECT o.ref FROM orders AS o" \
	" WHERE o.id = " id "), '')"
/* A detail that is no JSON says nothing; order-audit --verify names it. */
#define DETAIL(key) "iif(json_valid(d.detail), json_extract(d.detail," \
	" '$." key "'), NULL)"
/* What was erased proves nothing any more.  No name outside is this one. */
#define NOT_ERASED(id) " NOT EXISTS (SELECT 1 FROM events AS erasure" \
	" WHERE erasure.order_id = " id " AND erasure.kind = 'erase')"
#define JOIN_DETAIL " JOIN event_details AS d ON d.seq = e.seq"

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
int audit_answers(const struct audit *, struct err *);
int audit_stock(const struct audit *, struct err *);

#endif
