/* order-update - record what is reported about orders */

#include <order/text.h>
#include <order/tool.h>
#include <order/update.h>

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

static int
update_one(struct tool *t, struct rec *r, const struct update *u,
    struct err *e)
{
	struct verdict v;

	if (order_update(&t->step, rec_text(r, "ref"), u, &v, e) < 0)
		return -1;
	return tool_answer(t, r, &v, e);
}

static int
update_given(struct tool *t, struct rec *r, struct err *e)
{
	return update_one(t, r, &given, e);
}

/* What is refused for a card number is not handed on with it. */
static void
mask(struct tool *t, struct rec *r)
{
	for (int c = 0; c < UPDATE_NCOLUMNS; c++) {
		int i = head_find(r->head, update_columns[c].name);
		char *copy;

		if (i < 0 || !text_has_card_number(r->values[i],
		    strlen(r->values[i])))
			continue;
		copy = arena_dup(&t->step.mem, r->values[i]);
		text_mask_card_numbers(copy, strlen(copy));
		r->values[i] = copy;
	}
}

static int
update_record(struct tool *t, struct rec *r, struct err *e)
{
	struct update u = { .channel = given.channel };
	struct verdict v;

	for (int c = 0; c < UPDATE_NCOLUMNS; c++)
		u.column[c] = rec_text(r, update_columns[c].name);
	if (tool_needs_column(t, r, "ref", e) < 0 ||
	    tool_needs_column(t, r, "event", e) < 0)
		return -1;
	/* Half a report is none. */
	if (r->fault != NULL)
		verdict_set(&v, 0, RESULT_REFUSED, r->fault_code);
	else if (order_update(&t->step, rec_text(r, "ref"), &u, &v, e) < 0)
		return -1;
	tool_note_line(t, r, &v);
	mask(t, r);
	return tool_answer(t, r, &v, e);
}

static void
read_arguments(struct tool *t)
{
	given.column[UPDATE_EVENT] = t->argv[1];
	for (int c = 0; c < UPDATE_NCOLUMNS; c++)
		if (given.column[c] == NULL)
			given.column[c] = "";
	t->argc = 1;
}

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
	if (t.argc == 2) {
		read_arguments(&t);
		tool_each(&t, update_given);
	} else
		tool_each(&t, update_record);
	return tool_end(&t);
}
