/* test_audit_words.c - each event is a sentence that needs no manual */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/audit.h>

static const struct telling {
	const char *kind, *detail, *words;
} tellings[] = {
	{ "receive", "{\"source\":\"a.csv\",\"source_line\":2,\"sha256\":\"0\"}",
	    "received from a.csv, line 2" },
	{ "verify", "{}", "verified: nothing to clear up" },
	{ "allocate", "{}",
	    "stock checked, and reserved where there is some" },
	{ "acknowledge", "{\"code\":\"CA\"}",
	    "decided: accepted with changes" },
	{ "acknowledge", "{}", "decided" },
	{ "corrected", "{\"field\":\"2.unit_price\",\"old\":\"2.4\","
	    "\"new\":\"2.5\"}", "unit_price of line 2 corrected: 2.4 -> 2.5" },
	{ "corrected", "{\"field\":\"ship_city\",\"old\":\"\","
	    "\"new\":\"Ulm\"}", "ship_city corrected: (none) -> Ulm" },
	{ "promise", "{\"field\":\"10.promised_on\",\"old\":\"2026-12-04\","
	    "\"new\":\"2026-12-08\"}", "delivery of line 10 promised anew:"
	    " 2026-12-04 -> 2026-12-08" },
	{ "promise", "{\"field\":\"delivery_on\",\"old\":\"2026-12-04\","
	    "\"new\":\"\"}", "delivery promised anew: 2026-12-04 -> (none)" },
	{ "message", "{\"message\":4,\"kind\":\"clarify\",\"state\":"
	    "\"queued\"}", "question to the customer written, to be mailed"
	    " (message 4)" },
	{ "message", "{\"message\":4,\"kind\":\"reply\",\"state\":"
	    "\"by-hand\"}", "reply written, to be told by hand (message 4)" },
	{ "sent", "{\"message\":4,\"kind\":\"acknowledgment\"}",
	    "acknowledgment sent (message 4)" },
	{ "mail-failed", "{\"message\":4,\"kind\":\"shipped\",\"error\":\"\"}",
	    "notice of shipment not sent yet (message 4)" },
	{ "resend", "{\"message\":4,\"kind\":\"delay\",\"was\":\"dead\","
	    "\"as\":6,\"recipient\":\"a@b.example\"}", "notice of delay written"
	    " again to a@b.example, as message 6 (message 4 was dead)" },
	{ "hold", "{\"hold\":\"consent\",\"reason\":\"part of it is not there"
	    " now\"}", "hold consent opened: part of it is not there now" },
	{ "hold-ended", "{\"hold\":\"price\",\"answer\":\"verified\"}",
	    "hold price ended: verified again, nothing is left of it" },
	{ "resolve", "{\"hold\":\"price\",\"answer\":\"accepted\",\"note\":"
	    "\"by phone\"}", "answer to hold price: accepted (by phone)" },
	{ "forward", "{\"handoff\":3,\"to\":\"fulfilment\",\"kind\":\"pick\","
	    "\"lines\":2}", "pick ticket handed to fulfilment as hand-off 3,"
	    " lines: 2" },
	{ "forward", "{\"handoff\":7,\"to\":\"fulfilment\","
	    "\"kind\":\"cancel\"}", "request to cancel handed to fulfilment as"
	    " hand-off 7" },
	{ "cancel-requested", "{\"line\":2,\"note\":\"by phone\"}", "fulfilment"
	    " is to be asked whether it can be cancelled, line 2 (by phone)" },
	{ "cancel-refused", "{\"reason\":\"shipped\"}",
	    "too late to be cancelled: it is shipped" },
	{ "cancelled", "{\"reason\":\"as-asked\",\"note\":\"by phone\"}",
	    "cancelled: as the customer asked (by phone)" },
	{ "inquiry", "{\"inquiry\":1,\"from\":\"a@b.example\",\"subject\":"
	    "\"When?\",\"channel\":\"email\"}", "question 1 of the customer"
	    " came by email from a@b.example: When?" },
	{ "reply", "{\"message\":20,\"inquiries\":1}",
	    "the customer's question answered by message 20" },
	{ "accepted", "{\"event_id\":\"e-1\"}",
	    "fulfilment accepted what it was handed" },
	{ "load-new", "{\"kind\":\"customers\",\"key\":\"C-1\"}",
	    "customer C-1 added" },
	{ "load-change", "{\"kind\":\"items\",\"key\":\"A-1\",\"unit.old\":"
	    "\"EA\",\"unit.new\":\"PCE\"}",
	    "item A-1 changed: unit: EA -> PCE" },
	/* an item is no column, whatever it is called */
	{ "stock-adjust", "{\"field\":\"1.promised_on\",\"old\":\"\",\"new\":"
	    "\"broken\"}", "stock of 1.promised_on adjusted: broken" },
	/* words of others are theirs */
	{ "note", "{\"note\":\"queued\"}", "note: queued" },
	/* what is not known, or not there */
	{ "some-thing", "{\"a_b\":1}", "some thing: a b 1" },
	{ "promise", "{\"field\":7}", "7 promised anew: (none) -> (none)" },
	{ "verify", "", "verify (its detail was moved or erased)" },
	{ "verify", "no JSON", "verify: no JSON" },
};

static void
test_sentences(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(tellings) / sizeof(tellings[0]); i++) {
		const struct telling *t = &tellings[i];

		buf_clear(&b);
		audit_words(&b, t->kind, t->detail);
		assert_string_equal(b.data, t->words);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
