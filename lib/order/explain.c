/* explain.c - the inputs and the outcome of every rule, as JSON */

#include <order/money.h>
#include <order/verify.h>

static void
add_money(cJSON *o, struct arena *mem, const char *key, int64_t n, int exponent)
{
	cJSON_AddStringToObject(o, key, n == AMOUNT_NONE ? "" :
	    decimal_fixed(mem, n, exponent));
}

static cJSON *
line_inputs(const struct facts *f, struct arena *mem, size_t i)
{
	const struct order_line *l = &f->order->lines[i];
	const struct item_facts *x = &f->items[i];
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "line", (double)l->line);
	cJSON_AddStringToObject(o, "sku", l->sku);
	cJSON_AddStringToObject(o, "item", x->known ? x->sku : "");
	cJSON_AddStringToObject(o, "quantity",
	    decimal_short(mem, line_wanted(l), QUANTITY_SCALE));
	cJSON_AddStringToObject(o, "unit_price", l->unit_price == AMOUNT_NONE ?
	    "" : decimal_least(mem, l->unit_price, PRICE_SCALE,
	    f->order->exponent));
	cJSON_AddBoolToObject(o, "price_given", l->price_given);
	cJSON_AddStringToObject(o, "expected_price",
	    x->expected_price == AMOUNT_NONE ? "" : decimal_least(mem,
	    x->expected_price, PRICE_SCALE, f->order->exponent));
	cJSON_AddStringToObject(o, "price_source", x->price_source);
	if (x->known) {
		cJSON_AddStringToObject(o, "unit_on_file", x->unit);
		cJSON_AddStringToObject(o, "status", x->status);
		cJSON_AddStringToObject(o, "min_quantity",
		    decimal_short(mem, x->min_quantity, QUANTITY_SCALE));
		cJSON_AddStringToObject(o, "multiple",
		    decimal_short(mem, x->multiple, QUANTITY_SCALE));
	}
	return o;
}

static cJSON *
inputs(const struct facts *f, struct arena *mem)
{
	const struct customer *c = &f->customer;
	const struct order *o = f->order;
	cJSON *in = cJSON_CreateObject(), *lines;

	cJSON_AddStringToObject(in, "customer", o->column[COLUMN_CUSTOMER]);
	cJSON_AddStringToObject(in, "account", c->customer);
	cJSON_AddStringToObject(in, "account_status", c->known ? c->status :
	    "");
	cJSON_AddStringToObject(in, "currency", o->column[COLUMN_CURRENCY]);
	add_money(in, mem, "total_given", o->total_given, o->exponent);
	add_money(in, mem, "total", o->total, o->exponent);
	if (c->known && c->credit_limit != AMOUNT_NONE) {
		add_money(in, mem, "credit_limit", c->credit_limit,
		    o->exponent);
		add_money(in, mem, "receivables", c->receivables, o->exponent);
		add_money(in, mem, "open_orders", f->open_orders, o->exponent);
	}
	cJSON_AddStringToObject(in, "twin", f->twin != NULL ? f->twin : "");
	cJSON_AddBoolToObject(in, "paid", f->paid);
	lines = cJSON_AddArrayToObject(in, "lines");
	for (size_t i = 0; i < o->nlines; i++)
		cJSON_AddItemToArray(lines, line_inputs(f, mem, i));
	return in;
}

static cJSON *
outcome(const struct policy *p, const struct findings *f, int rule)
{
	cJSON *o = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(o, "rule", rule_defs[rule].name);
	cJSON_AddStringToObject(o, "hold", rule_defs[rule].hold);
	cJSON_AddStringToObject(o, "severity",
	    severity_text(p->severity[rule]));
	list = cJSON_AddArrayToObject(o, "findings");
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];
		cJSON *one;

		if ((int)x->rule != rule)
			continue;
		one = cJSON_CreateObject();
		cJSON_AddNumberToObject(one, "line", (double)x->line);
		cJSON_AddStringToObject(one, "field", x->field);
		cJSON_AddStringToObject(one, "given", x->given);
		cJSON_AddStringToObject(one, "verdict", x->verdict);
		cJSON_AddBoolToObject(one, "waived", x->waived);
		cJSON_AddItemToArray(list, one);
	}
	return o;
}

cJSON *
verify_explain(const struct facts *f, const struct policy *p,
    const struct findings *found)
{
	cJSON *all = cJSON_CreateObject(), *rules;

	cJSON_AddStringToObject(all, "ref", f->order->ref);
	cJSON_AddItemToObject(all, "inputs", inputs(f, found->mem));
	rules = cJSON_AddArrayToObject(all, "rules");
	for (int i = 0; i < NRULES; i++)
		cJSON_AddItemToArray(rules, outcome(p, found, i));
	return all;
}
