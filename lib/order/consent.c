/* consent.c - what the customer lets us do when something is short */

#include "shortage.h"

static const char SQL_WISHES[] =
	"SELECT ship_policy, backorder_consent, substitute_consent"
	" FROM customers WHERE customer = $1";

int
wishes_read(struct step *s, const struct order *o, struct wishes *w,
    struct err *e)
{
	const char *const *policy = s->policy.text;
	struct row *row;
	int r = db_one(s->db, SQL_WISHES, BIND(T(o->account)), &row, e);

	w->ship_policy = w->backorder = w->substitute = "";
	if (r < 0)
		return -1;
	if (r == 1) {
		w->ship_policy = db_dup(row, 0, &s->mem);
		w->backorder = db_dup(row, 1, &s->mem);
		w->substitute = db_dup(row, 2, &s->mem);
		db_done(row);
	}
	if (w->ship_policy[0] == '\0')
		w->ship_policy = policy[POLICY_IS_SHIP_POLICY];
	if (w->backorder[0] == '\0')
		w->backorder = policy[POLICY_IS_BACKORDER_CONSENT];
	if (w->substitute[0] == '\0')
		w->substitute = policy[POLICY_IS_SUBSTITUTE_CONSENT];
	return 0;
}

enum rest_choice
offer_rest(const char *backorder_consent, const char *substitute_consent,
    bool covered, bool available)
{
	if (covered && strcmp(substitute_consent, "auto") == 0)
		return REST_SUBSTITUTE;
	if (strcmp(backorder_consent, "auto") == 0)
		return REST_BACKORDER;
	if (strcmp(backorder_consent, "ask") == 0)
		return REST_ASK;
	return available && strcmp(substitute_consent, "never") != 0 ?
	    REST_ASK : REST_REFUSE;
}
