/* audit_words.c - what happened, in plain words
 *
 * Knows a phrase for the kinds of events we write, and how to tell any other
 * from its detail alone.  Nothing is decided by these words. */

#include <cjson/cJSON.h>
#include <stdbool.h>

#include <order/audit.h>
#include <order/money.h>

/* {key} is a member of the detail; what stands in [ ] is said only when its
 * members are there and not empty; {*} is every member not named before;
 * {column} is the field, when that is a column of the order or a line. */
static const struct phrase {
	const char *kind, *words;
} phrases[] = {
	{ "receive", "received[ from {source}][, line {source_line}]" },
	{ "amend", "changed: revision {revision}[ from {source}]"
	    "[, line {source_line}]" },
	{ "amended", "changed[ line {line}:] {field}: {old} -> {new}" },
	{ "policy", "setting {field}: {old} -> {new}" },
	{ "load-new", "{kind} {key} added" },
	{ "load-change", "{kind} {key} changed{*}" },
	{ "stock-count", "stock of {sku} counted:"
	    " {old_thousandths} -> {new_thousandths}" },
	{ "stock-adjust", "stock of {field} adjusted[: {new}]" },
	{ "verify", "verified: nothing to clear up" },
	{ "corrected", "{column} corrected: {old} -> {new}" },
	{ "resolve", "answer to hold {hold}: {answer}[ {quantity}][ {sku}]"
	    "[, line {line}][ ({note})][: {result}]" },
	{ "cancelled", "cancelled[, line {line}][, quantity {quantity}]"
	    "[: {reason}][ ({note})]" },
	{ "allocate", "stock checked, and reserved where there is some" },
	{ "allocate-backorder", "waiting lines filled from stock" },
	{ "acknowledge", "decided[: {code}]" },
	{ "forward", "{kind} handed to {to} as hand-off {handoff}"
	    "[, lines: {lines}][, movements: {movements}]" },
	{ "promise", "{column} promised anew: {old} -> {new}" },
	{ "reject", "rejected[: {reason}]" },
	{ "message", "{kind} written, {state} (message {message})" },
	{ "sent", "{kind} sent (message {message})" },
	{ "mail-failed", "{kind} not sent yet (message {message})"
	    "[: {error}]" },
	{ "dead", "{kind} not sent, and given up (message {message})"
	    "[: {error}]" },
	{ "mail-retry", "{kind} to be tried again (message {message})" },
	{ "mail-cancelled", "{kind} not to be sent any more (message {message},"
	    " which was {was})" },
	{ "resend", "{kind} written again to {recipient}, as message {as}"
	    " (message {message} was {was})" },
	{ "told", "{kind} told by hand (message {message})[: {note}]" },
	{ "hold", "hold {hold} opened[: {reason}]" },
	{ "hold-ended", "hold {hold} ended[: {answer}][ ({note})]" },
	{ "substitute", "line {line}: {quantity_thousandths} substituted by"
	    " {sku} as line {as_line}" },
	{ "substitute-ended", "line {line}: {quantity_thousandths} of {sku}"
	    " not sent instead of line {instead_of} any more" },
	{ "line-cancelled", "line {line}: {quantity_thousandths} of {sku}"
	    " cancelled[: {reason}]" },
	{ "taken-back", "line {line}: {quantity_thousandths} of {sku} taken"
	    " back, as less was counted" },
	{ "inquiry", "question {inquiry} of the customer came[ by {channel}]"
	    "[ from {from}][: {subject}]" },
	{ "reply", "the customer's question answered[ by message {message}]"
	    "[: {note}]" },
	{ "note", "note: {note}[, from {from}][: {subject}]{*}" },
	{ "bounced", "{kind} came back (message {message})[: {error}]" },
	{ "mail-late", "{kind} is late (message {message})[: {error}]" },
	{ "hold-reason", "held for another reason, too: {new}" },
	{ "release", "released[: {reason}][ ({note})]" },
	{ "paid", "paid[: {amount}][, payment {payment_ref}][ ({note})]" },
	{ "part-paid", "paid in part: {amount}[, payment {payment_ref}]"
	    "[ ({note})]" },
	{ "cancel-requested", "fulfilment is to be asked whether it can be"
	    " cancelled[, line {line}][, quantity {quantity}][: {reason}]"
	    "[ ({note})]" },
	{ "cancel-refused", "too late to be cancelled[, line {line}]"
	    "[: {reason}][ ({note})]" },
	{ "delay", "delayed[, line {line}], promised for {promised_on}"
	    "[: {reason}][ ({note})]" },
	{ "short-close", "closed without what is not there[, line {line}]"
	    "[: {reason}][ ({note})]" },
	{ "reopen", "opened again[, line {line}][, quantity {quantity}][: {reason}]"
	    "[ ({note})]" },
	{ "accepted", "fulfilment accepted what it was handed[: {reason}]"
	    "[ ({note})]" },
	{ "problem", "fulfilment has a problem[, line {line}][: {reason}]"
	    "[ ({note})]" },
	{ "picked", "picked[: {what}][ ({note})]" },
	{ "packed", "packed[: {what}][ by {carrier}][, tracking {tracking}]"
	    "[ ({note})]" },
	{ "shipped", "shipped[: {what}][, by {carrier}][, tracking"
	    " {tracking}][, on {occurred_at}][ ({note})]" },
	{ "delivered", "delivered[: {what}][, on {occurred_at}][ ({note})]" },
	{ "returned", "returned[: {what}][, on {occurred_at}][: {reason}]"
	    "[ ({note})]" },
	{ "legal-hold", "legal hold[: {reason}][ ({note})]" },
	{ "legal-release", "legal hold ended[: {reason}][ ({note})]" },
	{ "archive", "moved to the archive {archive}" },
	{ "erase", "personal data erased" },
	{ "rejects-expired", "{count} rejected records deleted, long closed" },
	{ "reject-dismissed", "rejected record {reject} dismissed" },
	{ "review", "procedure reviewed, {from_on} to {to_on}: {note}" },
};

/* What stands in the record, as people say it. */
static const struct term {
	const char *key, *value, *words;
} terms[] = {
	{ "answer", "verified", "verified again, nothing is left of it" },
	{ "code", "AP", "accepted as ordered" },
	{ "code", "CA", "accepted with changes" },
	{ "code", "RE", "rejected" },
	{ "column", "delivery_on", "delivery" },
	{ "column", "processing_on", "processing" },
	{ "column", "promised_on", "delivery" },
	{ "kind", "aliases", "item number of others" },
	{ "kind", "blocklist", "blocklist entry" },
	{ "kind", "cancel", "request to cancel" },
	{ "kind", "cancelled", "notice of cancellation" },
	{ "kind", "changed", "notice of changes" },
	{ "kind", "channels", "channel" },
	{ "kind", "clarify", "question to the customer" },
	{ "kind", "customers", "customer" },
	{ "kind", "delay", "notice of delay" },
	{ "kind", "holidays", "holiday" },
	{ "kind", "items", "item" },
	{ "kind", "movements", "movements of stock" },
	{ "kind", "pick", "pick ticket" },
	{ "kind", "prices", "price" },
	{ "kind", "receipt", "receipt notice" },
	{ "kind", "rejected", "notice of rejection" },
	{ "kind", "shipped", "notice of shipment" },
	{ "kind", "shortage", "question about the shortage" },
	{ "kind", "substitutes", "substitute" },
	{ "kind", "transit", "transit time" },
	{ "reason", "as-asked", "as the customer asked" },
	{ "reason", "shipped", "it is shipped" },
	{ "reason", "unanswered", "nobody answered" },
	{ "state", "by-hand", "to be told by hand" },
	{ "state", "queued", "to be mailed" },
};

static const char NONE[] = "(none)";
static const char THOUSANDTHS[] = "_thousandths";

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

static bool
is_whole(const cJSON *v)
{
	return cJSON_IsNumber(v) && v->valuedouble > -9e15 &&
	    v->valuedouble < 9e15 &&
	    (double)(int64_t)v->valuedouble == v->valuedouble;
}

static const char *
term(const char *key, const char *value)
{
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		if (strcmp(terms[i].key, key) == 0 &&
		    strcmp(terms[i].value, value) == 0)
			return terms[i].words;
	return value;
}

/* "2.unit_price" is the unit_price of line 2. */
static void
add_column(struct buf *b, const char *field)
{
	size_t n = strspn(field, "0123456789");
	bool of_line = n > 0 && field[n] == '.';

	buf_puts(b, term("column", of_line ? field + n + 1 : field));
	if (of_line)
		buf_printf(b, " of line %.*s", (int)n, field);
}

static void
add_value(struct buf *b, const cJSON *v)
{
	char *text;

	if (cJSON_IsString(v) && v->valuestring[0] != '\0')
		buf_puts(b, v->valuestring);
	else if (cJSON_IsString(v) || cJSON_IsNull(v) || v == NULL)
		buf_puts(b, NONE);
	else if (is_whole(v) && ends_with(v->string, THOUSANDTHS)) {
		struct arena mem = ARENA_INIT;

		buf_puts(b, decimal_short(&mem, (int64_t)v->valuedouble,
		    QUANTITY_SCALE));
		arena_release(&mem);
	} else if (is_whole(v))
		buf_printf(b, "%lld", (long long)v->valuedouble);
	else if ((text = cJSON_PrintUnformatted(v)) != NULL) {
		buf_puts(b, text);
		cJSON_free(text);
	}
}

/* "quantity_thousandths" is said "quantity". */
static void
add_name(struct buf *b, const char *key)
{
	size_t n = strlen(key);

	if (ends_with(key, THOUSANDTHS))
		n -= strlen(THOUSANDTHS);
	for (size_t i = 0; i < n; i++)
		buf_putc(b, key[i] == '_' || key[i] == '-' ? ' ' : key[i]);
}

/* The other half of "price.old" and "price.new", or of "old" and "new". */
static const cJSON *
half_of(const cJSON *detail, const cJSON *v, const char *mine,
    const char *other)
{
	size_t n = strlen(v->string), k = strlen(mine);

	if (n < k || strcmp(v->string + n - k, mine) != 0 ||
	    (n > k && v->string[n - k - 1] != '.'))
		return NULL;
	for (const cJSON *h = detail->child; h != NULL; h = h->next)
		if (strlen(h->string) == n &&
		    strncmp(h->string, v->string, n - k) == 0 &&
		    strcmp(h->string + n - k, other) == 0)
			return h;
	return NULL;
}

struct saying {
	const cJSON *detail;
	const char *said[16];	/* keys of the detail, in no order */
	size_t n;
};

static bool
was_said(const struct saying *s, const cJSON *v)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->said[i] == v->string)
			return true;
	return false;
}

static void
mark_said(struct saying *s, const cJSON *v)
{
	if (v != NULL && s->n < sizeof(s->said) / sizeof(s->said[0]))
		s->said[s->n++] = v->string;
}

static void
add_change(struct buf *b, const cJSON *was, const cJSON *is)
{
	size_t n = strlen(was->string);

	if (n > strlen(".old")) {
		buf_add(b, was->string, n - strlen(".old"));
		buf_puts(b, ": ");
	}
	add_value(b, was);
	buf_puts(b, " -> ");
	add_value(b, is);
}

static void
add_rest(struct buf *b, const struct saying *s)
{
	const char *before = ": ";

	for (const cJSON *v = s->detail->child; v != NULL; v = v->next) {
		const cJSON *is = half_of(s->detail, v, "old", "new");

		if (was_said(s, v) ||
		    half_of(s->detail, v, "new", "old") != NULL)
			continue;
		buf_puts(b, before);
		before = ", ";
		if (is != NULL) {
			add_change(b, v, is);
			continue;
		}
		if (strcmp(v->string, "field") != 0) {
			add_name(b, v->string);
			buf_putc(b, ' ');
		}
		add_value(b, v);
	}
}

static const cJSON *
member(const struct saying *s, const char *key, size_t n)
{
	for (const cJSON *v = s->detail->child; v != NULL; v = v->next)
		if (strncmp(v->string, key, n) == 0 && v->string[n] == '\0')
			return v;
	return NULL;
}

/* Are the members in [ ] all there? */
static bool
is_known(const struct saying *s, const char *words)
{
	const char *end = strchr(words, ']');

	while ((words = strchr(words, '{')) != NULL && words < end) {
		size_t n = strcspn(++words, "}");
		const cJSON *v = member(s, words, n);

		if (v == NULL || cJSON_IsNull(v) ||
		    (cJSON_IsString(v) && v->valuestring[0] == '\0'))
			return false;
	}
	return true;
}

static void
say(struct buf *b, struct saying *s, const char *words)
{
	for (; *words != '\0'; words++) {
		if (*words == '[' && !is_known(s, words))
			words = strchr(words, ']');
		else if (*words == '{') {
			size_t n = strcspn(++words, "}");
			bool column = strncmp(words, "column}", 7) == 0;
			const cJSON *v = column ? member(s, "field", 5) :
			    member(s, words, n);

			if (*words == '*')
				add_rest(b, s);
			else if (column && cJSON_IsString(v))
				add_column(b, v->valuestring);
			else if (cJSON_IsString(v) && v->valuestring[0] != '\0')
				buf_puts(b, term(v->string, v->valuestring));
			else
				add_value(b, v);
			mark_said(s, v);
			words += n;
		} else if (*words != '[' && *words != ']')
			buf_putc(b, *words);
	}
}

static const char *
words_of(const char *kind)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strcmp(phrases[i].kind, kind) == 0)
			return phrases[i].words;
	return NULL;
}

void
audit_words(struct buf *b, const char *kind, const char *detail)
{
	cJSON *parsed = cJSON_Parse(detail);
	struct saying s = { .detail = cJSON_IsObject(parsed) ? parsed : NULL };
	const char *words = words_of(kind);

	if (s.detail != NULL && words != NULL)
		say(b, &s, words);
	else {
		add_name(b, kind);
		if (s.detail != NULL)
			add_rest(b, &s);
		else if (detail[0] != '\0')
			buf_printf(b, ": %s", detail);
		else
			buf_puts(b, " (its detail was moved or erased)");
	}
	cJSON_Delete(parsed);
}
