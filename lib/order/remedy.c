/* remedy.c - which command ends what is open
 *
 * One table, so that the sheet, --attention and the mail to an admin say the
 * same.  Knows the words of the commands, not what they do. */

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <order/answers.h>
#include <order/remedy.h>

static const struct remedy {
	const char *hold;
	const char *found;	/* a rule, field or verdict, NULL: any */
	enum answer_word answer;
	const char *field;	/* to be corrected when no finding names one */
} remedies[] = {
	{ "customer", "customer-active", ANSWER_WAIVED, NULL },
	{ "customer", NULL, ANSWER_CORRECTED, "customer" },
	{ "contact", NULL, ANSWER_CORRECTED, "email" },
	{ "address", NULL, ANSWER_CORRECTED, "ship_line1" },
	{ "item", NULL, ANSWER_CORRECTED, "sku" },
	{ "quantity", NULL, ANSWER_CORRECTED, "quantity" },
	{ "payment", "payment", ANSWER_ACCEPTED, NULL },
	{ "payment", NULL, ANSWER_CORRECTED, "payment_method" },
	{ "date", NULL, ANSWER_ACCEPTED, NULL },
	/* Of these there is no price of ours that could be taken. */
	{ "price", "currency", ANSWER_WAIVED, NULL },
	{ "price", "not-on-file", ANSWER_WAIVED, NULL },
	{ "price", "missing", ANSWER_CORRECTED, "unit_price" },
	{ "price", NULL, ANSWER_ACCEPTED, NULL },
	{ "total", "invalid", ANSWER_CORRECTED, "quantity" },
	{ "total", NULL, ANSWER_ACCEPTED, NULL },
	{ "consent", NULL, ANSWER_ACCEPTED, NULL },
	{ "credit", NULL, ANSWER_WAIVED, NULL },
	{ "duplicate", NULL, ANSWER_WAIVED, NULL },
	{ "blocklist", NULL, ANSWER_WAIVED, NULL },
	{ "manual", NULL, ANSWER_WAIVED, NULL },
};

static const struct remedy *
find(const char *hold, const char *rule, const char *field,
    const char *verdict)
{
	const size_t n = sizeof(remedies) / sizeof(remedies[0]);

	for (size_t i = 0; i < n; i++)
		if (strcmp(remedies[i].hold, hold) == 0 &&
		    (remedies[i].found == NULL ||
		    strcmp(remedies[i].found, rule) == 0 ||
		    strcmp(remedies[i].found, field) == 0 ||
		    strcmp(remedies[i].found, verdict) == 0))
			return &remedies[i];
	return &remedies[n - 1];
}

const char *
remedy_hold(struct arena *mem, const char *ref, const char *hold,
    const char *rule, const char *field, const char *verdict, int64_t line)
{
	const struct remedy *r = find(hold, rule, field, verdict);
	const char *text;

	/* It waits for stock rather than for an answer. */
	if (strcmp(hold, "stock") == 0)
		return arena_printf(mem, "order-check-stock %s", ref);
	text = arena_printf(mem, "order-resolve %s %s %s", ref, hold,
	    answer_words[r->answer]);
	/* Who waives, or takes a proof of payment, says why. */
	if (r->answer == ANSWER_WAIVED ||
	    (strcmp(hold, "payment") == 0 && r->field == NULL))
		return arena_printf(mem, "%s --note \"...\"", text);
	if (r->field == NULL)
		return text;
	/* Too much for an amount: of which line is for somebody to see. */
	if (strcmp(hold, "total") == 0)
		return arena_printf(mem, "%s --line ... --set %s=...", text,
		    r->field);
	if (line > 0)
		text = arena_printf(mem, "%s --line %" PRId64, text, line);
	return arena_printf(mem, "%s --set %s=...", text,
	    field[0] != '\0' ? field : r->field);
}

const char *
remedy_ack(struct arena *mem, const char *ref, const char *ack,
    const char *state, int64_t id, const char *error)
{
	if (strcmp(ack, "none") == 0)
		return arena_printf(mem, "order-ack %s", ref);
	if (strcmp(state, "cancelled") == 0)
		return arena_printf(mem, "order-notify --resend %" PRId64, id);
	/* What was decided only waits to be delivered. */
	return strcmp(state, "dead") == 0 || strcmp(state, "by-hand") == 0 ?
	    remedy_message(mem, state, id, error) : "order-notify";
}

/* Would it be refused again?  What the mailer said for good, and addresses
 * that never reach it. */
static bool
needs_other_address(const char *error)
{
	static const char *const begins[] = {
		"exit status 65", "exit status 67", "came back: 5",
		"recipient: ", "the recipient is not"
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(error, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

const char *
remedy_message(struct arena *mem, const char *state, int64_t id,
    const char *error)
{
	if (strcmp(state, "by-hand") == 0)
		return arena_printf(mem, "order-notify --told %" PRId64, id);
	if (strcmp(state, "dead") == 0)
		return arena_printf(mem, needs_other_address(error) ?
		    "order-notify --resend %" PRId64 " --to ..." :
		    "order-notify --retry %" PRId64, id);
	return strcmp(state, "sent") == 0 || strcmp(state, "cancelled") == 0 ?
	    "" : "order-notify";
}

const char *
remedy_inquiry(struct arena *mem, const char *ref, bool known)
{
	return arena_printf(mem, "order-notify --reply %s%s < answer.txt", ref,
	    known ? "" : " --to ...");
}

const char *
remedy_reject(struct arena *mem, int64_t id)
{
	return arena_printf(mem, "order-resolve --reject %" PRId64 " dismiss",
	    id);
}

const char *
remedy_late(struct arena *mem, const char *ref, bool released, bool ready)
{
	return !released && ready ? remedy_forward(mem, ref) :
	    arena_printf(mem, "order-update %s delay --promised-on ..."
	    " --reason \"...\"", ref);
}

const char *
remedy_forward(struct arena *mem, const char *ref)
{
	return arena_printf(mem, "order-forward --to fulfilment --dir ... %s",
	    ref);
}

const char *
remedy_handoff(struct arena *mem, const char *ref)
{
	return arena_printf(mem, "order-update %s accepted", ref);
}

const char *
remedy_cancel(struct arena *mem, const char *ref, int64_t line, int64_t id)
{
	const char *on = line == 0 ? "" : arena_printf(mem, " --line %" PRId64,
	    line);

	return arena_printf(mem, "order-update %s cancelled%s"
	    " --event-id stopped-%" PRId64, ref, on, id);
}

const char *
remedy_review(void)
{
	return "order-report --reviewed \"...\"";
}
