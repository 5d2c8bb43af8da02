/* rules_world.h - a good order and what is on file, made by hand, and a few
 * words that say what is different about it
 */
#ifndef RULES_WORLD_H
#define RULES_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/date.h>
#include <order/money.h>
#include <order/verify.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct world {
	struct order order;
	struct order_line lines[2];
	struct item_facts items[2];
	struct facts facts;
	struct policy policy;
	struct arena mem;
};

static inline int32_t
day(const char *text)
{
	int32_t d = DATE_NONE;

	if (!date_parse(text, &d))
		fail_msg("%s is no date", text);
	return d;
}

/* Ten tapes at 2.00 and fifty boxes at 0.50, of a customer on file. */
static inline void
make_good(struct world *w)
{
	struct customer *c = &w->facts.customer;

	memset(w, 0, sizeof(*w));
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		w->order.column[i] = "";
	w->order.column[COLUMN_CUSTOMER] = "C-1";
	w->order.column[COLUMN_EXTERNAL_REF] = "PO-1";
	w->order.column[COLUMN_CURRENCY] = "EUR";
	w->order.currency_given = true;
	w->order.exponent = 2;
	w->order.discount = w->order.shipping = w->order.tax =
	    w->order.total_given = AMOUNT_NONE;
	w->order.total = 4500;
	w->order.lines = w->lines;
	w->order.nlines = 2;
	for (int i = 0; i < 2; i++) {
		struct order_line *l = &w->lines[i];

		l->line = i + 1;
		l->sku = l->item = i == 0 ? "TAPE" : "BOX";
		l->unit = l->reject_code = "";
		l->ordered = i == 0 ? 10000 : 50000;
		l->unit_price = i == 0 ? 2000000 : 500000;
		l->price_given = true;
		l->was_price = l->was_quantity = AMOUNT_NONE;
		w->items[i] = (struct item_facts){ .known = true,
		    .sku = l->sku, .unit = "EA", .status = "active",
		    .superseded_by = "", .expected_price = l->unit_price,
		    .price_source = "item" };
	}
	c->known = true;
	c->customer = "C-1";
	c->name = "Caf\xc3\xa9 Nord GmbH";
	c->email = "buy@nord.example";
	c->phone = "+49 30 1234567";
	for (int i = 0; i < ADDRESS_NCOLUMNS; i++)
		c->bill[i] = c->ship[i] = "";
	c->bill[1] = "Hafenstr. 1";
	c->bill[3] = "Berlin";
	c->bill[5] = "10115";
	c->bill[6] = "DE";
	c->currency = "EUR";
	c->language = c->ship_policy = c->backorder_consent =
	    c->substitute_consent = "";
	c->payment_terms = "NET30";
	c->payment_methods = "invoice transfer";
	c->credit_limit = AMOUNT_NONE;
	c->status = "active";
	w->facts.order = &w->order;
	w->facts.items = w->items;
	w->facts.received_on = day("2026-11-23");
	for (int i = 0; i < NRULES; i++)
		w->policy.severity[i] = rule_defs[i].severity;
}

/* ---- saying what is different ---- */

static inline int64_t
number(const char *text, int scale)
{
	int64_t n = AMOUNT_NONE;

	if (text[0] != '\0' && decimal_parse(text, scale, &n) != DECIMAL_OK)
		fail_msg("%s is no number", text);
	return n;
}

static inline bool
set_text(const char *key, const char *value, const char *name,
    const char **place)
{
	if (strcmp(key, name) != 0)
		return false;
	*place = value;
	return true;
}

static inline bool
set_number(const char *key, const char *value, int scale, const char *name,
    int64_t *place)
{
	if (strcmp(key, name) != 0)
		return false;
	*place = number(value, scale);
	return true;
}

static inline bool
set_file(struct customer *c, const char *key, const char *v)
{
	if (strcmp(key, "known") == 0)
		c->known = false;
	else if (strncmp(key, "bill", 4) == 0)
		c->bill[order_column_find(key) - COLUMN_BILL_NAME] = v;
	else if (strncmp(key, "ship_", 5) == 0)
		c->ship[order_column_find(key) - COLUMN_SHIP_NAME] = v;
	else
		return set_text(key, v, "name", &c->name) ||
		    set_text(key, v, "email", &c->email) ||
		    set_text(key, v, "phone", &c->phone) ||
		    set_text(key, v, "currency", &c->currency) ||
		    set_text(key, v, "status", &c->status) ||
		    set_text(key, v, "terms", &c->payment_terms) ||
		    set_text(key, v, "methods", &c->payment_methods) ||
		    set_number(key, v, 2, "limit", &c->credit_limit) ||
		    set_number(key, v, 2, "owes", &c->receivables);
	return true;
}

static inline bool
set_line(struct world *w, int i, const char *key, const char *v)
{
	struct order_line *l = &w->lines[i];
	struct item_facts *f = &w->items[i];

	if (strcmp(key, "price") == 0) {
		l->unit_price = number(v, PRICE_SCALE);
		l->price_given = v[0] != '\0';
	} else if (strcmp(key, "unknown") == 0)
		f->known = false;
	else
		return set_text(key, v, "unit", &l->unit) ||
		    set_number(key, v, 3, "quantity", &l->ordered) ||
		    set_number(key, v, 3, "rejected", &l->rejected) ||
		    set_number(key, v, 3, "cancelled", &l->cancelled) ||
		    set_number(key, v, 3, "was_quantity", &l->was_quantity) ||
		    set_number(key, v, 6, "was", &l->was_price) ||
		    set_text(key, v, "item_unit", &f->unit) ||
		    set_text(key, v, "status", &f->status) ||
		    set_number(key, v, 3, "min", &f->min_quantity) ||
		    set_number(key, v, 3, "multiple", &f->multiple) ||
		    set_number(key, v, 6, "ours", &f->expected_price);
	return true;
}

static inline bool
set_rule(struct world *w, const char *key, const char *v)
{
	int i = rule_find(key);

	for (int s = SEVERITY_OFF; i >= 0 && s <= SEVERITY_REJECT; s++)
		if (strcmp(severity_text((enum severity)s), v) == 0) {
			w->policy.severity[i] = (enum severity)s;
			return true;
		}
	return false;
}

static inline bool
set_order(struct world *w, const char *key, const char *v)
{
	struct order *o = &w->order;
	int e = o->exponent, c = order_column_find(key);

	if (strcmp(key, "exponent") == 0)
		o->exponent = v[0] - '0';
	else if (strcmp(key, "paid") == 0)
		w->facts.paid = true;
	else if (strcmp(key, "assumed") == 0)
		o->currency_given = false;
	else if (!set_number(key, v, e, "discount", &o->discount) &&
	    !set_number(key, v, e, "shipping", &o->shipping) &&
	    !set_number(key, v, e, "tax", &o->tax) &&
	    !set_number(key, v, e, "total", &o->total_given) &&
	    !set_number(key, v, e, "sum", &o->total) &&
	    !set_number(key, v, e, "open", &w->facts.open_orders) &&
	    !set_text(key, v, "twin", &w->facts.twin) &&
	    !set_text(key, v, "blocked", &w->facts.blocked_field)) {
		if (c < 0)
			return false;
		o->column[c] = v;
	}
	w->facts.blocked_given = "it";
	return true;
}

/* One "key=value": file.KEY, 1.KEY, 2.KEY, percent, amount, rule.NAME, else
 * of the order. */
static inline void
set(struct world *w, char *word)
{
	char *v = strchr(word, '=');
	bool known = v != NULL;

	if (known) {
		*v++ = '\0';
		if (strncmp(word, "file.", 5) == 0)
			known = set_file(&w->facts.customer, word + 5, v);
		else if (word[0] == '1' || word[0] == '2')
			known = set_line(w, word[0] - '1', word + 2, v);
		else if (strncmp(word, "rule.", 5) == 0)
			known = set_rule(w, word + 5, v);
		else
			known = set_number(word, v, 3, "percent", &w->policy.
			    number[POLICY_IS_TOLERANCE_PERCENT]) ||
			    set_number(word, v, 4, "amount", &w->policy.
			    number[POLICY_IS_TOLERANCE_AMOUNT]) ||
			    set_order(w, word, v);
	}
	if (!known)
		fail_msg("cannot set %s", word);
}

/* ---- cases ---- */

struct rule_case {
	const char *title;
	const char *change;	/* words with ; between */
	const char *found;	/* "rule line field given verdict", likewise */
};

static inline void
run_rules(const struct rule_case *c)
{
	static struct world w;
	struct findings found = { 0 };
	const char *text = "";
	char words[512];

	make_good(&w);
	snprintf(words, sizeof(words), "%s", c->change);
	for (char *word = words, *end; word != NULL && *word != '\0';
	    word = end) {
		end = strchr(word, ';');
		if (end != NULL)
			*end++ = '\0';
		set(&w, word);
	}
	found.mem = &w.mem;
	rules_apply(&w.facts, &w.policy, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct finding *f = &found.list[i];

		assert_false(f->waived);
		assert_int_equal(f->severity, w.policy.severity[f->rule]);
		text = arena_printf(&w.mem, "%s%s%s %lld %s %s %s", text,
		    text[0] != '\0' ? ";" : "", rule_defs[f->rule].name,
		    (long long)f->line, f->field, f->given, f->verdict);
	}
	if (strcmp(text, c->found) != 0)
		fail_msg("%s: found \"%s\"", c->title, text);
	arena_release(&w.mem);
}

/* A test of every case of a table. */
#define RUN(cases) \
	static void \
	cases##_hold(void **state) \
	{ \
		(void)state; \
		for (size_t i = 0; i < N(cases); i++) \
			run_rules(&cases[i]); \
	}

#endif
