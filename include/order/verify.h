/* verify.h - the rules an order is verified by
 *
 * Facts are gathered from the store, rules are pure: facts in, findings out.
 * A finding says rule, field, what was given, and a verdict (differs,
 * missing, invalid, not-on-file).  Nothing absent from the order is a
 * discrepancy, except a blank customer.
 */
#ifndef ORDER_VERIFY_H
#define ORDER_VERIFY_H

#include <cjson/cJSON.h>

#include <order/order.h>

struct customer {
	bool known;
	const char *customer, *name, *email, *phone;
	const char *bill[ADDRESS_NCOLUMNS], *ship[ADDRESS_NCOLUMNS];
	const char *currency, *language, *payment_terms, *payment_methods;
	int64_t credit_limit, receivables;	/* AMOUNT_NONE: no limit */
	int64_t priority;
	const char *status, *ship_policy, *backorder_consent,
	    *substitute_consent;
};

struct item_facts {
	bool known;
	const char *sku, *unit, *status, *superseded_by;
	int64_t min_quantity, multiple;
	int64_t handling_days;			/* -1: the policy's */
	int64_t expected_price;			/* AMOUNT_NONE: none on file */
	const char *price_source;		/* customer, list, item, "" */
};

struct facts {
	const struct order *order;
	struct customer customer;
	struct item_facts *items;		/* one per order line */
	int64_t open_orders;			/* minor units, of the account */
	const char *blocked_field, *blocked_given;	/* NULL: not blocked */
	const char *twin;			/* ref of a likely duplicate */
	int32_t received_on;			/* civil date */
	bool paid;				/* an event said so */
};

struct finding {
	enum rule rule;
	enum severity severity;
	int64_t line;				/* 0: the order */
	const char *field, *given, *verdict;
	bool waived;				/* somebody answered for it */
};

struct findings {
	struct arena *mem;
	struct finding *list;
	size_t n, cap;
};

/* Look up a customer on file by number (folded); known tells. */
int customer_find(struct step *, const char *number, struct customer *,
    struct err *);

/* The item an ordered code means for a customer: its own code, an alias of
 * the customer, an alias of all.  1 and *sku, 0, -1. */
int item_resolve(struct step *, const char *code, const char *customer,
    const char **sku, struct err *);

/* Everything on file about the item that code means (else the item the line
 * was taken for before), with the price expected for this customer, currency,
 * quantity and date: the customer's before the list's before the item's. */
int item_facts(struct step *, const char *code, const char *item,
    const char *customer, const char *currency, int64_t quantity,
    const char *date, struct item_facts *, struct err *);

int facts_gather(struct step *, const struct order *, struct facts *,
    struct err *);

/* The rest, once the order has its account and twin digest: open orders and a
 * likely duplicate. */
int facts_account(struct step *, struct facts *, struct err *);

/* Apply every rule that is not off.  Pure. */
void rules_apply(const struct facts *, const struct policy *,
    struct findings *);

/* Is it a payment term we know; is it one that is paid before shipment? */
bool terms_known(const char *);
bool terms_prepaid(const char *);

/* Does a postcode fit its country (true where we know no pattern)? */
bool postcode_fits(const char *country, const char *postcode);

/* Is it the same unit of measure (EA, C62, PCE, ...)? */
bool unit_same(const char *, const char *);

/* Inputs and outcome of every rule, for --explain. */
cJSON *verify_explain(const struct facts *, const struct policy *,
    const struct findings *);

/* As order_verify; *explanation (may be NULL) is JSON text in the step's
 * arena. */
int order_verify_explained(struct step *, const char *ref, struct verdict *,
    const char **explanation, struct err *);

/* Apply the rules to an order that is with fulfilment: holds open and close as
 * the data now says.  Nobody is asked. */
int order_recheck(struct step *, struct order *, struct err *);

#endif
