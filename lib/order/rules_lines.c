/* rules_lines.c - the rules about items, quantities, prices and the total
 *
 * Pure, as rules.c. */

#include "rules.h"

static const char *
price_text(const struct ruling *r, int64_t price)
{
	return decimal_least(r->findings->mem, price, PRICE_SCALE,
	    r->facts->order->exponent);
}

static void
item_rules(struct ruling *r, const struct order_line *l,
    const struct item_facts *f)
{
	if (line_wanted(l) == 0)	/* nothing of it is wanted any more */
		return;
	if (!f->known) {
		find(r, RULE_ITEM_KNOWN, l->line, "sku", l->sku,
		    "not-on-file");
		return;
	}
	if (l->instead_of != 0)		/* as it was offered and taken */
		return;
	if (strcmp(f->status, "active") != 0)
		find(r, RULE_ITEM_ACTIVE, l->line, "sku", l->sku, "invalid");
	if (l->unit[0] != '\0' && f->unit[0] != '\0' &&
	    !unit_same(l->unit, f->unit))
		find(r, RULE_UNIT, l->line, "unit", l->unit, "differs");
	/* What we cannot deliver all of was still ordered as it must be. */
	if (l->ordered < f->min_quantity ||
	    (f->multiple > 0 && l->ordered % f->multiple != 0))
		find(r, RULE_QUANTITY, l->line, "quantity",
		    decimal_short(r->findings->mem, l->ordered,
		    QUANTITY_SCALE), "invalid");
}

/* Within the larger of the two tolerances. */
static bool
is_near(const struct policy *p, int64_t price, int64_t expected)
{
	int64_t off = price > expected ? price - expected : expected - price;
	__extension__ typedef __int128 wide;
	wide percent = (wide)expected * p->number[POLICY_IS_TOLERANCE_PERCENT];

	if ((wide)off * 100000 <= percent)
		return true;
	/* ten-thousandths to millionths */
	return off <= p->number[POLICY_IS_TOLERANCE_AMOUNT] * 100;
}

static void
price_rule(struct ruling *r, const struct order_line *l,
    const struct item_facts *f)
{
	if (!f->known || line_wanted(l) == 0)
		return;
	if (l->instead_of != 0 && l->unit_price != AMOUNT_NONE)
		return;
	if (f->expected_price == AMOUNT_NONE) {
		find(r, RULE_PRICE_LIST, l->line, "unit_price",
		    l->price_given ? price_text(r, l->unit_price) : "",
		    l->price_given ? "not-on-file" : "missing");
		return;
	}
	if (l->price_given &&
	    !is_near(r->policy, l->unit_price, f->expected_price))
		find(r, RULE_PRICE_LIST, l->line, "unit_price",
		    price_text(r, l->unit_price), "differs");
}

static int64_t
or_zero(int64_t n)
{
	return n == AMOUNT_NONE ? 0 : n;
}

/* The total by our reckoning, tax on top or (contained) inside the prices;
 * AMOUNT_NONE when a price is missing. */
static int64_t
reckoned_total(const struct facts *f, bool tax_contained)
{
	const struct order *o = f->order;
	int64_t total = 0, n;

	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];
		int64_t price = l->unit_price != AMOUNT_NONE ? l->unit_price :
		    f->items[i].expected_price;

		if (price == AMOUNT_NONE ||
		    !money_line(line_wanted(l), price, o->exponent, &n) ||
		    !money_add(total, n, &total))
			return AMOUNT_NONE;
	}
	total += or_zero(o->shipping) - or_zero(o->discount);
	return total + (tax_contained ? 0 : or_zero(o->tax));
}

/* Is some line, or all of them, over the limit of an amount? */
static bool
is_too_large(const struct facts *f)
{
	const struct order *o = f->order;
	int64_t total = 0, n;

	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if (l->unit_price != AMOUNT_NONE &&
		    (!money_line(line_wanted(l), l->unit_price, o->exponent,
		    &n) || !money_add(total, n, &total)))
			return true;
	}
	return !money_add(total, or_zero(o->shipping), &total) ||
	    !money_add(total, or_zero(o->tax), &total);
}

static void
total_rule(struct ruling *r)
{
	const struct order *o = r->facts->order;
	int64_t total = reckoned_total(r->facts, false);

	if (is_too_large(r->facts)) {
		find(r, RULE_TOTAL, 0, "total", o->total_given == AMOUNT_NONE ?
		    "" : decimal_fixed(r->findings->mem, o->total_given,
		    o->exponent), "invalid");
		return;
	}
	/* What was agreed since then changed the total on purpose. */
	for (size_t i = 0; i < o->nlines; i++)
		if (line_wanted(&o->lines[i]) != o->lines[i].ordered ||
		    o->lines[i].was_price != AMOUNT_NONE ||
		    o->lines[i].was_quantity != AMOUNT_NONE)
			return;
	if (o->total_given == AMOUNT_NONE || total == AMOUNT_NONE ||
	    o->total_given == total ||
	    o->total_given == reckoned_total(r->facts, true))
		return;
	find(r, RULE_TOTAL, 0, "total", decimal_fixed(r->findings->mem,
	    o->total_given, o->exponent), "differs");
}

void
rules_lines(struct ruling *r)
{
	const struct facts *f = r->facts;

	for (size_t i = 0; i < f->order->nlines; i++) {
		item_rules(r, &f->order->lines[i], &f->items[i]);
		price_rule(r, &f->order->lines[i], &f->items[i]);
	}
	total_rule(r);
}
