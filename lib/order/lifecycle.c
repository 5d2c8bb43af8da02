/* lifecycle.c - the table of transitions
 *
 * Says what a status allows; the steps look at the guards themselves. */

#include <string.h>

#include <order/lifecycle.h>

const char *const order_statuses[NSTATUSES] = {
	"received", "verified", "confirmed", "released", "completed",
	"rejected", "cancelled"
};

#define IN_WORK "received, verified"
#define BEFORE_RELEASE "received, verified, confirmed"
#define OPEN "received, verified, confirmed, released"
#define NOT_REJECTED OPEN ", completed, cancelled"
#define CLOSED "completed, rejected, cancelled"
#define ANY OPEN ", " CLOSED

const struct transition transitions[] = {
	{ "-", "receive", "received", "approved channel, new key; the original"
	    " is kept, the acknowledgment clock starts" },
	{ "received", "verify", "verified", "no hold" },
	{ "received", "verify", "received", "holds; one clarify notice with all"
	    " questions" },
	{ IN_WORK, "reject", "rejected", "reason; reservations released; RE"
	    " acknowledgment queued" },
	{ "verified", "allocate", "same", "no hold but stock; demand summed per"
	    " item; check and take in one transaction" },
	{ "verified", "acknowledge", "confirmed", "no hold; stock checked at"
	    " this revision; consent given where asked; AP or CA queued;"
	    " promise fixed" },
	{ "verified", "acknowledge", "rejected", "nothing left on any line; RE"
	    " queued" },
	{ OPEN, "receipt", "same", "AB receipt notice; keeps the promise of an"
	    " answer even for a held order" },
	{ "verified, confirmed, released", "allocate-backorder", "same",
	    "refill queue; notice when dates change" },
	{ "confirmed", "forward", "released", "no hold; completeness policy;"
	    " hand-off row" },
	{ "released", "forward", "same", "newly allocated; no hold; a further"
	    " hand-off" },
	{ "released", "accepted", "same", "the hand-off is accepted" },
	{ "released", "problem", "same", "reason; somebody must see to it" },
	{ "released", "picked", "same", "recorded" },
	{ "released", "packed", "same", "recorded" },
	{ "released", "shipped", "released", "quantity <= released; something"
	    " is left to ship; shipped notice; on_hand falls" },
	{ "released", "shipped", "completed", "quantity <= released; nothing is"
	    " left to ship; shipped notice; on_hand falls" },
	{ "released, completed", "delivered", "same", "delivered <= shipped" },
	{ "released, completed", "returned", "same", "returned <= shipped" },
	{ "confirmed, released", "delay", "same", "new promise; notice" },
	{ NOT_REJECTED, "paid", "same", "lifts the hold payment" },
	{ ANY, "note", "same", "recorded" },
	{ ANY, "inquiry", "same", "recorded" },
	{ ANY, "reply", "same", "recorded" },
	{ ANY, "legal-hold", "same", "recorded; never archived meanwhile" },
	{ ANY, "legal-release", "same", "recorded" },
	{ OPEN, "hold", "same", "reason, who" },
	{ OPEN, "release", "same", "ends a hold; who" },
	{ OPEN, "resolve", "same", "answers a hold; reason, who" },
	{ BEFORE_RELEASE, "amend", "received", "revision + 1; verified again;"
	    " the delta is allocated again; the acknowledgment goes stale" },
	{ BEFORE_RELEASE, "cancelled", "cancelled", "the whole order; reason;"
	    " reservations released exactly once; notice" },
	{ BEFORE_RELEASE, "cancelled", "same", "a line or quantity; reason;"
	    " reservations released exactly once; notice" },
	{ "released", "cancelled", "cancelled", "fulfilment's answer: nothing"
	    " was shipped; notice" },
	{ "released", "cancelled", "completed", "fulfilment's answer: the rest"
	    " is cancelled, something shipped; notice" },
	{ "released", "cancelled", "same", "the customer's request, handed to"
	    " fulfilment; or fulfilment's answer about a line" },
	{ "released", "cancel-refused", "same", "fulfilment's answer: too late;"
	    " notice" },
	{ "confirmed, released", "short-close", "same", "drops only backordered"
	    " and open quantity; something is still allocated; notice" },
	{ "confirmed, released", "short-close", "completed", "nothing is"
	    " allocated, something shipped; notice" },
	{ "confirmed, released", "short-close", "cancelled", "nothing is"
	    " allocated, nothing shipped; notice" },
	{ "completed", "reopen", "released", "reason; the rules are applied"
	    " again; of a line, what was cancelled is wanted again" },
	{ "released", "reopen", "same", "of a further line" },
	{ CLOSED, "archive", "archived", "retention policy; legal hold"
	    " respected" },
};

const size_t ntransitions = sizeof(transitions) / sizeof(transitions[0]);

bool
transition_is_from(const struct transition *t, const char *status)
{
	size_t n = strlen(status);
	const char *p = t->from;

	while (*p != '\0') {
		size_t len = strcspn(p, ",");

		if (len == n && memcmp(p, status, n) == 0)
			return true;
		p += len;
		p += strspn(p, ", ");
	}
	return false;
}

/* No two rows of one event and status lead to the same place. */
bool
lifecycle_allows(const char *status, const char *event, const char **to)
{
	const char *found = NULL;
	int ways = 0;

	for (size_t i = 0; i < ntransitions; i++) {
		const struct transition *t = &transitions[i];

		if (strcmp(t->event, event) != 0 ||
		    !transition_is_from(t, status))
			continue;
		found = strcmp(t->to, "same") == 0 ? status : t->to;
		ways++;
	}
	if (found != NULL && to != NULL)
		*to = ways > 1 ? NULL : found;
	return found != NULL;
}
