/* update_again.c - was this report taken in before?
 *
 * Knows reports without an event_id.  Two parcels may hold the same and two
 * instalments be alike: only what says which one it was, or is about a stage
 * that is over, is known again. */

#include "update_take.h"

/* ---- in the same words ---- */

/* What happened was added to the words of the report. */
static const char SQL_RECORDED[] =
	"SELECT 1 FROM events AS e JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.order_id = $1 AND e.kind IN ($2, $3)"
	" AND (d.detail = $4 || '}' OR instr(d.detail, $4 || $5) = 1)"
	" LIMIT 1";

int
update_recorded(struct report *r)
{
	const char *event = r->value[UPDATE_EVENT];
	const char *otherwise = strcmp(event, "cancelled") == 0 ?
	    "cancel-requested" : strcmp(event, "paid") == 0 ? "part-paid" :
	    event;
	char *said = arena_dup(&r->s->mem, update_detail(r, ""));
	size_t n = strlen(said) - 1;
	int64_t found = 0;

	said[n] = '\0';		/* more may follow */
	return db_one_int(r->s->db, SQL_RECORDED, BIND(I(r->o->id), T(event),
	    T(otherwise), T(said), T(n > 1 ? ",\"what\":" : "\"what\":")),
	    &found, r->e) < 0 ? -1 : found != 0;
}

bool
update_says_which(const struct report *r)
{
	if (update_says(r, UPDATE_PAYMENT_REF))
		return true;
	return update_says(r, UPDATE_OCCURRED_AT) &&
	    !update_says(r, UPDATE_AMOUNT) &&
	    (!update_says(r, UPDATE_QUANTITY) ||
	    strcmp(r->value[UPDATE_EVENT], "cancelled") == 0);
}

/* ---- what it was about is over ---- */

/* What ended an order, unless it was opened again. */
static const char SQL_ENDED_BY[] =
	"SELECT kind = $2 FROM events WHERE order_id = $1 AND kind IN"
	" ('shipped', 'cancelled', 'short-close', 'reopen')"
	" ORDER BY seq DESC LIMIT 1";

int
update_ended_it(struct report *r)
{
	int64_t same = 0;

	if (!order_is(r->o, "completed") && !order_is(r->o, "cancelled"))
		return 0;
	return db_one_int(r->s->db, SQL_ENDED_BY, BIND(I(r->o->id),
	    T(r->value[UPDATE_EVENT])), &same, r->e) < 0 ? -1 : same != 0;
}
