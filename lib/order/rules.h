/* rules.h - private to lib/order: shared by the rule files */
#ifndef ORDER_RULES_H
#define ORDER_RULES_H

#include <order/date.h>
#include <order/money.h>
#include <order/verify.h>

struct ruling {
	const struct facts *facts;
	const struct policy *policy;
	struct findings *findings;
};

/* Add a finding unless the rule is off. */
void find(struct ruling *, enum rule, int64_t line, const char *field,
    const char *given, const char *verdict);

/* Items, quantities, prices and the total. */
void rules_lines(struct ruling *);

#endif
