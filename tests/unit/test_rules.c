/* test_rules.c - the rules about customer, address, contact and payment: facts
 * in, findings out
 *
 * Each case changes a good order, or what is on file, and says what is found.
 */
#include "rules_world.h"

static const struct rule_case customer_cases[] = {
	{ "nothing is wrong", "", "" },
	{ "no customer is named", "customer=;file.known=0",
	    "customer-known 0 customer  missing" },
	{ "the customer is not on file", "customer=X;file.known=0",
	    "customer-known 0 customer X not-on-file" },
	{ "the rule is off", "customer=X;file.known=0;rule.customer-known=off",
	    "" },
	{ "a blocked customer", "file.status=blocked",
	    "customer-active 0 customer C-1 invalid" },
	{ "a closed customer", "file.status=closed",
	    "customer-active 0 customer C-1 invalid" },
	{ "another name", "customer_name=Caf\xc3\xa9 S\xc3\xbc" "d",
	    "name-matches 0 customer_name Caf\xc3\xa9 S\xc3\xbc" "d differs" },
	{ "the same name without accents and dots",
	    "customer_name=CAFE NORD G.m.b.H.", "" },
	{ "no name on file", "customer_name=Anybody;file.name=", "" },
	{ "a name, but nobody on file to compare it with",
	    "customer=X;file.known=0;customer_name=A",
	    "customer-known 0 customer X not-on-file" },
};

static const struct rule_case address_cases[] = {
	{ "the bill address as on file, abbreviated",
	    "bill_line1=HAFENSTRASSE 1;bill_city=berlin;bill_postcode=10115;"
	    "bill_country=DE", "" },
	{ "another street and another town", "bill_line1=Bergweg 2;"
	    "bill_city=Bonn", "bill-matches 0 bill_line1 Bergweg 2 differs;"
	    "bill-matches 0 bill_city Bonn differs" },
	{ "another name on the bill is nobody's business",
	    "bill_name=Accounting;file.bill_name=Caf\xc3\xa9 Nord", "" },
	{ "a field only the order has", "bill_line2=Yard;bill_region=BE", "" },
	{ "a field only the file has", "bill_city=Berlin", "" },
	{ "no address on file", "bill_line1=Bergweg 2;file.bill_line1=;"
	    "file.bill_city=;file.bill_postcode=;file.bill_country=", "" },
	{ "ship address against the ship address on file",
	    "ship_line1=Tor 3;file.ship_line1=Tor 4",
	    "ship-matches 0 ship_line1 Tor 3 differs" },
	{ "ship address against the bill address where there is no other",
	    "ship_line1=Tor 3", "ship-matches 0 ship_line1 Tor 3 differs" },
	{ "nobody on file", "customer=X;file.known=0;bill_line1=A;"
	    "ship_line1=B", "customer-known 0 customer X not-on-file" },
	{ "a postcode its country does not have", "ship_postcode=123;"
	    "ship_country=DE;file.ship_postcode=123;file.ship_country=DE",
	    "postcode-valid 0 ship_postcode 123 invalid" },
	{ "a bill postcode, likewise, of nobody on file",
	    "customer=X;file.known=0;bill_postcode=ABC;bill_country=US",
	    "customer-known 0 customer X not-on-file;"
	    "postcode-valid 0 bill_postcode ABC invalid" },
	{ "a postcode without its country", "ship_postcode=1;"
	    "file.ship_postcode=1", "" },
	{ "a country without its postcode", "ship_country=DE", "" },
};

static const struct rule_case contact_cases[] = {
	{ "the address on file in capitals", "email=BUY@NORD.EXAMPLE", "" },
	{ "another address", "email=me@home.example",
	    "email-matches 0 email me@home.example differs" },
	{ "no address at all, but a word", "email=me", "email-valid 0 email me"
	    " invalid" },
	{ "an invalid one says nothing of matching", "email=a b@x.example",
	    "email-valid 0 email a b@x.example invalid" },
	{ "none on file", "email=me@home.example;file.email=", "" },
	{ "the phone on file, written otherwise", "phone=49 (30) 123-4567",
	    "" },
	{ "another phone", "phone=030 7654321",
	    "phone-matches 0 phone 030 7654321 differs" },
	{ "a phone nobody can call", "phone=none",
	    "phone-valid 0 phone none invalid" },
	{ "four digits are no phone", "phone=1234",
	    "phone-valid 0 phone 1234 invalid" },
	{ "five digits are one", "phone=12345",
	    "phone-matches 0 phone 12345 differs" },
	{ "eighteen digits are one", "phone=123456789012345678;file.phone=",
	    "" },
	{ "nineteen are none", "phone=1234567890123456789;file.phone=",
	    "phone-valid 0 phone 1234567890123456789 invalid" },
};

static const struct rule_case payment_cases[] = {
	{ "as agreed", "payment_method=invoice;payment_terms=net30", "" },
	{ "as agreed, in capitals", "payment_method=INVOICE", "" },
	{ "a method nobody knows", "payment_method=shells",
	    "payment-method 0 payment_method shells invalid" },
	{ "part of a word is no method", "payment_method=voice",
	    "payment-method 0 payment_method voice invalid" },
	{ "a method not agreed", "payment_method=card",
	    "payment-method 0 payment_method card not-on-file" },
	{ "any method where none is agreed", "payment_method=card;"
	    "file.methods=", "" },
	{ "terms nobody knows", "payment_terms=LATER",
	    "payment-terms 0 payment_terms LATER invalid" },
	{ "other terms than agreed", "payment_terms=NET60",
	    "payment-terms 0 payment_terms NET60 differs" },
	{ "any known terms where none are agreed", "payment_terms=NET60;"
	    "file.terms=", "" },
	{ "known terms of nobody on file", "customer=X;file.known=0;"
	    "payment_terms=NET60", "customer-known 0 customer X not-on-file" },
	{ "to be paid ahead", "file.terms=CIA",
	    "payment-terms 0 payment CIA missing" },
	{ "to be paid ahead by the order's own terms", "payment_terms=CWO;"
	    "file.terms=", "payment-terms 0 payment CWO missing" },
	{ "to be paid ahead by its method", "payment_method=prepaid;"
	    "file.methods=;file.terms=",
	    "payment-terms 0 payment prepaid missing" },
	{ "paid", "file.terms=CIA;paid=1", "" },
	{ "paid on delivery waits for nothing", "payment_method=cod;"
	    "payment_terms=COD;file.methods=cod;file.terms=COD", "" },
};

static const struct rule_case credit_cases[] = {
	{ "no limit", "file.owes=999999.00", "" },
	{ "up to the limit", "file.limit=45.00", "" },
	{ "a cent over it", "file.limit=44.99",
	    "credit-limit 0 total 45.00 invalid" },
	{ "a limit of nothing", "file.limit=0",
	    "credit-limit 0 total 45.00 invalid" },
	{ "with what is owed and what is open", "file.limit=100.00;"
	    "file.owes=30.00;open=25.01",
	    "credit-limit 0 total 45.00 invalid" },
	{ "with what is owed and what is open, just so", "file.limit=100.00;"
	    "file.owes=30.00;open=25.00", "" },
	{ "paid ahead needs none", "file.limit=0;file.terms=CIA;paid=1", "" },
	{ "prepaid needs none", "file.limit=0;payment_method=prepaid;"
	    "file.methods=;paid=1", "" },
	{ "by its own total where ours is not known", "file.limit=50.00;sum=;"
	    "total=60.00;2.price=;2.ours=",
	    "credit-limit 0 total 60.00 invalid;"
	    "price-list 2 unit_price  missing" },
	{ "the customer is not on file", "customer=X;file.known=0;"
	    "file.limit=0", "customer-known 0 customer X not-on-file" },
};

static const struct rule_case other_cases[] = {
	{ "asked for on the day of receipt", "requested_on=2026-11-23", "" },
	{ "asked for the day before", "requested_on=2026-11-22",
	    "requested-date 0 requested_on 2026-11-22 invalid" },
	{ "a likely duplicate", "twin=SO-00000001-1",
	    "duplicate 0 external_ref PO-1 differs" },
	{ "on the blocklist", "blocked=phone", "blocklist 0 phone it invalid" },
	{ "several at once, each with its own", "customer_name=X;email=y;"
	    "1.price=9;2.quantity=60;2.multiple=25;total=1.00",
	    "name-matches 0 customer_name X differs;"
	    "email-valid 0 email y invalid;"
	    "price-list 1 unit_price 9.00 differs;"
	    "quantity-rule 2 quantity 60 invalid;"
	    "total-adds-up 0 total 1.00 differs" },
};

RUN(customer_cases)
RUN(address_cases)
RUN(contact_cases)
RUN(payment_cases)
RUN(credit_cases)
RUN(other_cases)

static void
severities_come_from_policy(void **state)
{
	static const char *const words[] = { "warn", "hold", "reject" };
	struct world w;

	(void)state;
	for (size_t i = 0; i < N(words); i++) {
		struct findings found = { 0 };
		char set_to[64];

		make_good(&w);
		w.facts.twin = "SO-00000001-1";
		snprintf(set_to, sizeof(set_to), "rule.duplicate=%s",
		    words[i]);
		set(&w, set_to);
		found.mem = &w.mem;
		rules_apply(&w.facts, &w.policy, &found);
		assert_int_equal(found.n, 1);
		assert_string_equal(severity_text(found.list[0].severity),
		    words[i]);
		arena_release(&w.mem);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(customer_cases_hold),
		cmocka_unit_test(address_cases_hold),
		cmocka_unit_test(contact_cases_hold),
		cmocka_unit_test(payment_cases_hold),
		cmocka_unit_test(credit_cases_hold),
		cmocka_unit_test(other_cases_hold),
		cmocka_unit_test(severities_come_from_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
