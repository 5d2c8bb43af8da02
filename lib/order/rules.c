/* rules.c - the rules about customer, address, contact and payment
 *
 * Pure: facts in, findings out.  Item, price and total rules are in
 * rules_lines.c; severities come from policy. */

#include <strings.h>

#include <order/text.h>

#include "rules.h"

void
find(struct ruling *r, enum rule rule, int64_t line, const char *field,
    const char *given, const char *verdict)
{
	struct findings *f = r->findings;
	struct finding *x;

	if (r->policy->severity[rule] == SEVERITY_OFF)
		return;
	f->list = arena_grow(f->mem, f->list, f->n, &f->cap, sizeof(*f->list));
	x = &f->list[f->n++];
	*x = (struct finding){ rule, r->policy->severity[rule], line, field,
	    given, verdict, false };
}

static const char *
given(const struct ruling *r, enum order_column c)
{
	return r->facts->order->column[c];
}

static void
customer_rules(struct ruling *r)
{
	const struct customer *c = &r->facts->customer;
	const char *number = given(r, COLUMN_CUSTOMER);
	const char *name = given(r, COLUMN_CUSTOMER_NAME);

	if (number[0] == '\0')
		find(r, RULE_CUSTOMER_KNOWN, 0, "customer", "", "missing");
	else if (!c->known)
		find(r, RULE_CUSTOMER_KNOWN, 0, "customer", number,
		    "not-on-file");
	if (!c->known)
		return;
	if (strcmp(c->status, "active") != 0)
		find(r, RULE_CUSTOMER_ACTIVE, 0, "customer", number,
		    "invalid");
	if (name[0] != '\0' && c->name[0] != '\0' &&
	    !text_same_meaning(name, c->name))
		find(r, RULE_NAME_MATCHES, 0, "customer_name", name,
		    "differs");
}

static bool
is_blank(const char *const *address)
{
	for (int i = 0; i < ADDRESS_NCOLUMNS; i++)
		if (address[i][0] != '\0')
			return false;
	return true;
}

/* Fields both sides give must mean the same; the name may differ. */
static void
address_matches(struct ruling *r, enum rule rule, enum order_column first,
    const char *const *on_file)
{
	if (is_blank(on_file))
		return;
	for (int i = 1; i < ADDRESS_NCOLUMNS; i++) {
		const char *v = r->facts->order->column[(int)first + i];

		if (v[0] != '\0' && on_file[i][0] != '\0' &&
		    !text_same_meaning(v, on_file[i]))
			find(r, rule, 0, order_columns[(int)first + i].name, v,
			    "differs");
	}
}

static void
postcode_valid(struct ruling *r, enum order_column first)
{
	const char *const *address = &r->facts->order->column[first];
	const char *country = address[6], *code = address[5];

	if (code[0] != '\0' && !postcode_fits(country, code))
		find(r, RULE_POSTCODE_VALID, 0, order_columns[first + 5].name,
		    code, "invalid");
}

static void
address_rules(struct ruling *r)
{
	const struct customer *c = &r->facts->customer;

	if (c->known) {
		address_matches(r, RULE_BILL_MATCHES, COLUMN_BILL_NAME,
		    c->bill);
		address_matches(r, RULE_SHIP_MATCHES, COLUMN_SHIP_NAME,
		    is_blank(c->ship) ? c->bill : c->ship);
	}
	postcode_valid(r, COLUMN_BILL_NAME);
	postcode_valid(r, COLUMN_SHIP_NAME);
}

static bool
phone_is_valid(const char *phone)
{
	size_t digits = 0;

	for (const char *p = phone; *p != '\0'; p++) {
		if (*p >= '0' && *p <= '9')
			digits++;
		else if (strchr("+-./() x", *p) == NULL)
			return false;
	}
	return digits >= 5 && digits <= 18;
}

static void
contact_rules(struct ruling *r)
{
	const struct customer *c = &r->facts->customer;
	const char *email = given(r, COLUMN_EMAIL);
	const char *phone = given(r, COLUMN_PHONE);

	if (email[0] != '\0' && !text_is_email(email))
		find(r, RULE_EMAIL_VALID, 0, "email", email, "invalid");
	else if (email[0] != '\0' && c->known && c->email[0] != '\0' &&
	    strcmp(text_fold(r->findings->mem, email),
	    text_fold(r->findings->mem, c->email)) != 0)
		find(r, RULE_EMAIL_MATCHES, 0, "email", email, "differs");
	if (phone[0] == '\0')
		return;
	if (!phone_is_valid(phone))
		find(r, RULE_PHONE_VALID, 0, "phone", phone, "invalid");
	else if (c->known && c->phone[0] != '\0' &&
	    strcmp(text_digits(r->findings->mem, phone),
	    text_digits(r->findings->mem, c->phone)) != 0)
		find(r, RULE_PHONE_MATCHES, 0, "phone", phone, "differs");
}

static bool
in_words(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; *p != '\0'; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (strcspn(p, " ") == n && strncasecmp(p, word, n) == 0)
			return n > 0;
	}
	return false;
}

/* What the order says, else what was agreed with the customer. */
static const char *
terms_in_force(const struct ruling *r)
{
	const char *terms = given(r, COLUMN_PAYMENT_TERMS);

	return terms[0] != '\0' || !r->facts->customer.known ? terms :
	    r->facts->customer.payment_terms;
}

static bool
is_paid_ahead(const struct ruling *r)
{
	return text_eq_nocase(given(r, COLUMN_PAYMENT_METHOD), "prepaid") ||
	    terms_prepaid(terms_in_force(r));
}

static void
payment_rules(struct ruling *r)
{
	const struct customer *c = &r->facts->customer;
	const char *method = given(r, COLUMN_PAYMENT_METHOD);
	const char *terms = given(r, COLUMN_PAYMENT_TERMS);
	const char *in_force = terms_in_force(r);

	if (method[0] != '\0' &&
	    !in_words("invoice card transfer cod prepaid", method))
		find(r, RULE_PAYMENT_METHOD, 0, "payment_method", method,
		    "invalid");
	else if (method[0] != '\0' && c->known &&
	    c->payment_methods[0] != '\0' &&
	    !in_words(c->payment_methods, method))
		find(r, RULE_PAYMENT_METHOD, 0, "payment_method", method,
		    "not-on-file");
	if (terms[0] != '\0' && !terms_known(terms))
		find(r, RULE_PAYMENT_TERMS, 0, "payment_terms", terms,
		    "invalid");
	else if (terms[0] != '\0' && c->known && c->payment_terms[0] != '\0' &&
	    !text_eq_nocase(terms, c->payment_terms))
		find(r, RULE_PAYMENT_TERMS, 0, "payment_terms", terms,
		    "differs");
	/* Paid before shipment: wait for the payment. */
	if (!r->facts->paid && is_paid_ahead(r))
		find(r, RULE_PAYMENT_TERMS, 0, "payment", in_force[0] != '\0' ?
		    in_force : method, "missing");
}

static void
credit_rule(struct ruling *r)
{
	const struct order *o = r->facts->order;
	const struct customer *c = &r->facts->customer;
	int64_t total = o->total != AMOUNT_NONE ? o->total :
	    o->total_given != AMOUNT_NONE ? o->total_given : 0;

	if (!c->known || c->credit_limit == AMOUNT_NONE || is_paid_ahead(r))
		return;
	if (c->receivables + r->facts->open_orders + total > c->credit_limit)
		find(r, RULE_CREDIT_LIMIT, 0, "total",
		    decimal_fixed(r->findings->mem, total, o->exponent),
		    "invalid");
}

void
rules_apply(const struct facts *f, const struct policy *p,
    struct findings *out)
{
	struct ruling r = { f, p, out };
	const struct order *o = f->order;
	int32_t wanted;

	customer_rules(&r);
	address_rules(&r);
	contact_rules(&r);
	payment_rules(&r);
	if (o->currency_given && f->customer.known &&
	    f->customer.currency[0] != '\0' && strcmp(f->customer.currency,
	    o->column[COLUMN_CURRENCY]) != 0)
		find(&r, RULE_CURRENCY, 0, "currency",
		    o->column[COLUMN_CURRENCY], "differs");
	credit_rule(&r);
	if (f->blocked_field != NULL)
		find(&r, RULE_BLOCKLIST, 0, f->blocked_field,
		    f->blocked_given, "invalid");
	rules_lines(&r);
	if (o->column[COLUMN_REQUESTED_ON][0] != '\0' &&
	    date_parse(o->column[COLUMN_REQUESTED_ON], &wanted) &&
	    wanted < f->received_on)
		find(&r, RULE_REQUESTED_DATE, 0, "requested_on",
		    o->column[COLUMN_REQUESTED_ON], "invalid");
	if (f->twin != NULL)
		find(&r, RULE_DUPLICATE, 0, "external_ref",
		    o->column[COLUMN_EXTERNAL_REF], "differs");
}
