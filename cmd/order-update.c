/* order-update - record what is reported about orders */

#include <order/text.h>
#include <order/updates.h>

static struct update given = { .channel = "phone" };

#define VALUE(c) &given.column[UPDATE_##c]

static const struct opt opts[] = {
	OPT_TEXT("note", "TEXT", VALUE(NOTE), "what was asked, said or seen"),
	OPT_TEXT("reason", "TEXT", VALUE(REASON), "why"),
	OPT_TEXT("line", "N", VALUE(LINE), "the order line it is about"),
	OPT_TEXT("quantity", "N", VALUE(QUANTITY), "how much of the line"),
	OPT_TEXT("carrier", "NAME", VALUE(CARRIER), "who carries the parcel"),
	OPT_TEXT("tracking", "NUMBER", VALUE(TRACKING),
	    "the carrier's number of the parcel"),
	OPT_TEXT("promised-on", "DATE", VALUE(PROMISED_ON),
	    "the new delivery date"),
	OPT_TEXT("amount", "AMOUNT", VALUE(AMOUNT), "what was paid"),
	OPT_TEXT("payment-ref", "TEXT", VALUE(PAYMENT_REF),
	    "the bank's or the processor's own number of the payment"),
	OPT_TEXT("occurred-at", "TIME", VALUE(OCCURRED_AT),
	    "when it happened, if not now"),
	OPT_TEXT("event-id", "KEY", VALUE(EVENT_ID),
	    "names the report: taken in once; marks fulfilment's answer"),
	OPT_TEXT("channel", "NAME", &given.channel,
	    "by which inquiries came (phone)"),
	OPT_END
};

static const struct tool_about about = {
	.name = "order-update",
	.args = "[order event]",
	.does = "record what is reported about orders",
	.opts = opts,
};

static void
check(struct tool *t)
{
	bool any = false;

	for (int c = 0; c < UPDATE_NCOLUMNS; c++)
		any = any || given.column[c] != NULL;
	if (t->argc != 2 && (t->argc != 0 || any))
		tool_usage(t, "say: order-update ORDER EVENT, or feed records"
		    " with the columns ref and event");
	if (!text_is_key(given.channel, KEY_MAX))
		tool_usage(t, "--channel: \"%s\" is not the name of a channel",
		    given.channel);
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	if (t.argc == 2)
		updates_one(&t, &given);
	else
		updates_each(&t, given.channel);
	return tool_end(&t);
}
