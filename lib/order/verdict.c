/* verdict.c - results and the one table of reasons */

#include <assert.h>
#include <stdarg.h>

#include <order/text.h>
#include <order/verdict.h>

const struct reason reasons[] = {
	/* what input can be refused for */
	{ "not-utf8", "a value is not UTF-8 text" },
	{ "control-character", "a value holds a control character" },
	{ "nul", "a value holds the character NUL" },
	{ "lone-surrogate", "a JSON string holds half a surrogate pair" },
	{ "duplicate-key", "a JSON object has the same key twice" },
	{ "unknown-key", "a JSON object has a key that is no column" },
	{ "not-an-object", "a JSON value is no order" },
	{ "wrong-type", "a JSON value is not of the type its column needs" },
	{ "inexact-number", "a JSON number has more than 15 digits" },
	{ "too-large", "a value, line or order is over its limit" },
	{ "ragged", "a CSV row has too few or too many cells" },
	{ "not-in-map", "a value is not in the table of the map" },
	{ "order-columns-differ", "the rows of one order disagree" },
	{ "key-repeated", "the same order begins again later in the input" },
	{ "no-lines", "the order has no line" },
	{ "missing", "a column that must be there is blank" },
	{ "not-a-number", "a number is not written as a plain decimal" },
	{ "too-many-decimals", "a number has more decimals than its unit" },
	{ "number-too-large", "a number or a sum is over its limit" },
	{ "not-positive", "a quantity is not over zero" },
	{ "not-a-date", "a date is not YYYY-MM-DD or does not exist" },
	{ "not-an-instant", "a time is not ISO 8601 with its offset" },
	{ "in-the-future", "the order claims to come from the future" },
	{ "not-a-key", "a key is too long or not printable" },
	{ "not-one-line", "a value must be one line" },
	{ "not-a-country", "a country is not an ISO 3166 alpha-2 code" },
	{ "not-a-currency", "a currency is not an ISO 4217 code" },
	{ "not-a-language", "a language is not a BCP 47 tag" },
	{ "not-last4", "payment_last4 is not four digits" },
	{ "line-number", "a line number is not valid or given twice" },
	{ "card-number", "a text holds a payment card number" },
	{ "channel-missing", "the order names no channel" },
	{ "channel-not-approved", "the channel is not approved" },
	{ "conflict", "the key belongs to an order with other content" },
	{ "already-released", "the order to be changed was released already" },
	{ "file-refused", "the whole file was refused" },
	{ "no-order-file", "a message has no file with orders" },
	{ "not-well-formed", "a message or a file in it is not well-formed" },
	{ "unreadable-part", "a file in a message cannot be decoded" },
	{ "encrypted", "a message can only be opened by its recipient" },
	/* what a step can answer */
	{ "empty-ref", "the record names no order" },
	{ "no-such-order", "there is no order of that reference" },
	{ "illegal-transition", "the order's state does not allow it" },
	{ "open-holds", "the order has holds that are not answered" },
	{ "rejected-by-rule", "a rule of severity reject applies" },
	{ "not-verified", "the order was not verified yet" },
	{ "not-confirmed", "the order was not acknowledged yet" },
	{ "not-yet", "the order would arrive before it is wanted" },
	{ "stock-unchecked", "stock was not checked for this revision" },
	{ "short", "not all of the stock is there" },
	{ "nothing-left", "no line can be delivered" },
	{ "consent-needed", "the customer must agree first" },
	{ "no-such-hold", "the order has no such open hold" },
	{ "no-such-line", "the order has no such line" },
	{ "no-such-item", "there is no item of that code" },
	{ "no-such-customer", "there is no customer of that number" },
	{ "no-such-reject", "there is no open reject of that number" },
	{ "offer-gone", "what was offered is gone; there is a new offer" },
	{ "no-such-message", "there is no message of that number" },
	{ "no-such-inquiry", "the order has no open inquiry" },
	{ "no-such-request", "nobody has asked to cancel it" },
	{ "bad-event", "there is no event of that name" },
	{ "event-differs", "the event_id or adjust_ref is known with other content" },
	{ "bad-answer", "the answer does not fit the hold" },
	{ "bad-value", "a value is not acceptable" },
	{ "over-quantity", "more is reported than there is of it" },
	{ "mailer-busy", "another mailer is at work; the message is queued" },
	{ "not-closed", "the order is not closed, or not for long enough" },
	{ "legal-hold", "the order is under a legal hold" },
	{ "archived", "the order is in an archive, where nothing changes" },
	{ "archive-differs", "the archive has another order of that number" },
	{ "below-released", "a count is below what fulfilment already has" },
};

const int nreasons = sizeof(reasons) / sizeof(reasons[0]);

const char *
result_text(enum result r)
{
	static const char *const names[] = {
		"ok", "unchanged", "duplicate", "held", "refused"
	};

	return names[r];
}

bool
reason_known(const char *code)
{
	for (int i = 0; i < nreasons; i++)
		if (strcmp(reasons[i].code, code) == 0)
			return true;
	return false;
}

int
verdict_set(struct verdict *v, int64_t order_id, enum result r,
    const char *reason)
{
	assert(reason[0] == '\0' || reason_known(reason));
	v->result = r;
	v->reason = reason;
	v->order_id = order_id;
	v->order = NULL;
	v->fresh = false;
	v->note[0] = '\0';
	return 0;
}

int
verdict_note(struct verdict *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_format(v->note, sizeof(v->note), fmt, ap);
	va_end(ap);
	return 0;
}
