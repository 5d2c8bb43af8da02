/* test_rules_lines.c - the rules about items, quantities, prices and the total:
 * facts in, findings out */
#include "rules_world.h"

static const struct rule_case item_cases[] = {
	{ "an item nobody knows is not judged further", "2.unknown=1;"
	    "2.unit=KG;2.quantity=1;2.min=50;2.price=9",
	    "item-known 2 sku BOX not-on-file" },
	{ "no longer sold", "1.status=discontinued",
	    "item-active 1 sku TAPE invalid" },
	{ "the same unit by another code", "1.unit=pce", "" },
	{ "another unit", "1.unit=KG", "unit 1 unit KG differs" },
	{ "the item has no unit", "1.unit=KG;1.item_unit=", "" },
	{ "the smallest quantity", "2.min=50", "" },
	{ "a thousandth under it", "2.quantity=49.999;2.min=50",
	    "quantity-rule 2 quantity 49.999 invalid" },
	{ "whole packs", "2.multiple=25", "" },
	{ "a broken pack", "2.quantity=60;2.multiple=25",
	    "quantity-rule 2 quantity 60 invalid" },
	{ "packs of half a metre", "1.quantity=10.5;1.multiple=0.5", "" },
	{ "what is refused is not measured", "2.rejected=50;2.min=100;"
	    "2.price=9", "" },
};

static const struct rule_case price_cases[] = {
	{ "no price given is no discrepancy", "1.price=", "" },
	{ "another price", "1.price=2.01",
	    "price-list 1 unit_price 2.01 differs" },
	{ "a price of nothing is a price", "1.price=0",
	    "price-list 1 unit_price 0.00 differs" },
	{ "a price of six decimals", "1.price=2.000001",
	    "price-list 1 unit_price 2.000001 differs" },
	{ "none on file", "1.ours=", "price-list 1 unit_price 2.00"
	    " not-on-file" },
	{ "none on file and none given", "1.ours=;1.price=",
	    "price-list 1 unit_price  missing" },
	{ "half a percent over, allowed", "1.price=2.01;percent=0.5", "" },
	{ "half a percent under, allowed", "1.price=1.99;percent=0.5", "" },
	{ "a millionth more than that", "1.price=2.010001;percent=0.5",
	    "price-list 1 unit_price 2.010001 differs" },
	{ "a millionth less than that", "1.price=1.989999;percent=0.5",
	    "price-list 1 unit_price 1.989999 differs" },
	{ "a cent, allowed", "1.price=2.01;amount=0.01", "" },
	{ "a millionth more than a cent", "1.price=2.010001;amount=0.01",
	    "price-list 1 unit_price 2.010001 differs" },
	{ "the larger tolerance counts", "1.price=2.01;percent=0.1;"
	    "amount=0.01", "" },
	{ "a hundred percent", "1.price=0;percent=100", "" },
	{ "the largest prices do not overflow", "1.quantity=0.001;"
	    "1.price=999999999;1.ours=999999998;percent=0.001;sum=", "" },
	{ "yen have no decimals", "exponent=0;currency=JPY;file.currency=JPY;"
	    "1.price=3", "price-list 1 unit_price 3 differs" },
	{ "another currency", "currency=USD",
	    "currency 0 currency USD differs" },
	{ "a currency the order did not name", "currency=USD;assumed=1", "" },
	{ "no currency on file", "currency=USD;file.currency=", "" },
};

static const struct rule_case total_cases[] = {
	{ "none given", "", "" },
	{ "it adds up", "total=45.00", "" },
	{ "a cent too much", "total=45.01",
	    "total-adds-up 0 total 45.01 differs" },
	{ "a cent too little", "total=44.99",
	    "total-adds-up 0 total 44.99 differs" },
	{ "with every charge", "discount=1.00;shipping=5.00;tax=9.31;"
	    "total=58.31", "" },
	{ "with tax in the prices", "discount=1.00;shipping=5.00;tax=7.82;"
	    "total=49.00", "" },
	{ "neither with nor without the tax", "tax=9.31;total=45.01",
	    "total-adds-up 0 total 45.01 differs" },
	{ "by the price we know where none is given", "1.price=;total=45.00",
	    "" },
	{ "not to be judged where no price is known", "1.price=;1.ours=;"
	    "total=99.00", "price-list 1 unit_price  missing" },
	{ "each line rounded half up", "1.quantity=0.5;1.price=0.33;"
	    "1.ours=0.33;2.quantity=0.5;2.price=0.33;2.ours=0.33;total=0.34",
	    "" },
	{ "not rounded at the end only", "1.quantity=0.5;1.price=0.33;"
	    "1.ours=0.33;2.quantity=0.5;2.price=0.33;2.ours=0.33;total=0.33",
	    "total-adds-up 0 total 0.33 differs" },
	{ "yen", "exponent=0;currency=JPY;file.currency=JPY;total=45", "" },
	{ "a yen too much", "exponent=0;currency=JPY;file.currency=JPY;"
	    "total=46", "total-adds-up 0 total 46 differs" },
	{ "dinars", "exponent=3;currency=KWD;file.currency=KWD;1.quantity=3;"
	    "1.price=0.1255;1.ours=0.1255;total=25.377", "" },
	{ "a thousandth of a dinar too little", "exponent=3;currency=KWD;"
	    "file.currency=KWD;1.quantity=3;1.price=0.1255;1.ours=0.1255;"
	    "total=25.376", "total-adds-up 0 total 25.376 differs" },
	{ "a price agreed since", "1.was=1.50;total=40.00", "" },
	{ "a quantity refused since", "1.rejected=5;total=45.00", "" },
	{ "a quantity agreed since", "1.was_quantity=5;total=40.00", "" },
	{ "a quantity cancelled since", "1.cancelled=5;total=45.00", "" },
	{ "a line too large for an amount", "1.quantity=999999999;"
	    "1.price=999999999;1.ours=999999999;sum=",
	    "total-adds-up 0 total  invalid" },
	{ "lines too large together", "1.quantity=900000000000;1.price=10;"
	    "1.ours=10;2.quantity=900000000000;2.price=10;2.ours=10;"
	    "total=1.00;sum=",
	    "total-adds-up 0 total 1.00 invalid" },
	{ "the rule is off", "total=1.00;rule.total-adds-up=off", "" },
};

RUN(item_cases)
RUN(price_cases)
RUN(total_cases)

static void
every_line_of_many_is_judged(void **state)
{
	static struct order_line lines[1000];
	static struct item_facts items[1000];
	struct findings found = { 0 };
	struct world w;

	(void)state;
	make_good(&w);
	for (int i = 0; i < 1000; i++) {
		lines[i] = w.lines[0];
		lines[i].line = i + 1;
		items[i] = w.items[0];
		items[i].known = i % 2 == 0;
	}
	w.order.lines = lines;
	w.order.nlines = 1000;
	w.facts.items = items;
	found.mem = &w.mem;
	rules_apply(&w.facts, &w.policy, &found);
	assert_int_equal(found.n, 500);
	for (size_t i = 0; i < found.n; i++)
		assert_int_equal(found.list[i].line, 2 * i + 2);
	arena_release(&w.mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(item_cases_hold),
		cmocka_unit_test(price_cases_hold),
		cmocka_unit_test(total_cases_hold),
		cmocka_unit_test(every_line_of_many_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
