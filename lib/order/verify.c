/* verify.c - apply the rules to one order and act on what they find
 *
 * Fills what the store knows better (account, items, list prices), keeps the
 * findings, opens and closes rule holds, asks the customer.  Decides nothing
 * itself: rules.c does. */

#include <order/ack.h>
#include <order/event.h>
#include <order/message.h>
#include <order/stock.h>
#include <order/verify.h>

#include "clarify.h"
#include "shortage.h"

/* ---- fill in what the store knows ---- */

/* What waited for another item waits no more. */
static const char SQL_FILL_LINE[] =
	"UPDATE lines SET item = $3, unit_price = $4,"
	" backordered = CASE item WHEN $3 THEN backordered ELSE 0 END,"
	" backorder_on = CASE item WHEN $3 THEN backorder_on ELSE '' END"
	" WHERE order_id = $1 AND line = $2";

static int
change_item(struct step *s, const struct order *o, struct order_line *l,
    const char *item, struct err *e)
{
	int64_t back = l->allocated - l->released;

	if (back > 0 && stock_deallocate(s, o->id, l->line, l->item, back,
	    false, "item changed", e) < 0)
		return -1;
	l->item = item;
	l->allocated -= back;
	l->backordered = 0;
	return 0;
}

static int
fill_lines(struct step *s, struct order *o, const struct facts *f,
    struct err *e)
{
	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];
		const struct item_facts *x = &f->items[i];
		const char *item = x->known ? x->sku : "";
		int64_t price = l->unit_price;

		/* The price that was acknowledged or offered stays. */
		if (!l->price_given && (price == AMOUNT_NONE ||
		    (o->decided_at == 0 && l->instead_of == 0)))
			price = x->expected_price;
		if (strcmp(item, l->item) == 0 && price == l->unit_price)
			continue;
		if (strcmp(item, l->item) != 0 &&
		    change_item(s, o, l, item, e) < 0)
			return -1;
		l->unit_price = price;
		if (db_run(s->db, SQL_FILL_LINE, BIND(I(o->id), I(l->line),
		    T(item), price == AMOUNT_NONE ? NIL() : I(price)), e) < 0)
			return -1;
	}
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

/* Of the items and quantities that were ordered, in any order, 63 bits: enough
 * to find a twin among one account's orders. */
static int64_t
twin_digest(struct arena *mem, const struct order *o)
{
	uint8_t *lines = arena_array(mem, o->nlines, HASH_SIZE);
	uint8_t all[HASH_SIZE];
	size_t nlines = 0;
	int64_t n = 0;
	struct hash h;

	hash_init(&h);
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if (l->instead_of != 0)
			continue;
		hash_text(&h, l->item[0] != '\0' ? l->item : l->sku);
		hash_int(&h, l->ordered);
		hash_end(&h, lines + nlines++ * HASH_SIZE);
	}
	qsort(lines, nlines, HASH_SIZE, by_bytes);
	hash_add(&h, lines, nlines * HASH_SIZE);
	hash_end(&h, all);
	for (int i = 0; i < 8; i++)
		n = (int64_t)(((uint64_t)n << 8 | all[i]) & INT64_MAX);
	return n;
}

static const char SQL_ACCOUNT[] =
	"UPDATE orders SET account = $2, twin = $3"
	" WHERE id = $1 AND (account <> $2 OR twin <> $3)";

static int
write_account(struct step *s, const struct order *o, struct err *e)
{
	return db_run(s->db, SQL_ACCOUNT, BIND(I(o->id), T(o->account),
	    I(o->twin)), e) < 0 ? -1 : 0;
}

/* ---- findings ---- */

static const char SQL_WAIVERS[] =
	"SELECT 1 FROM waivers WHERE order_id = $1 AND rule = $2 AND line = $3"
	" AND field = $4 AND given = $5";

static int
apply_waivers(struct step *s, const struct order *o, struct findings *f,
    struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->list[i];
		int64_t one = 0;

		if (db_one_int(s->db, SQL_WAIVERS, BIND(I(o->id),
		    T(rule_defs[x->rule].name), I(x->line), T(x->field),
		    T(x->given)), &one, e) < 0)
			return -1;
		x->waived = one != 0;
	}
	return 0;
}

static const char SQL_ANY_FOUND[] =
	"SELECT 1 FROM findings WHERE order_id = $1 LIMIT 1";

static const char SQL_FORGET[] = "DELETE FROM findings WHERE order_id = $1";

/* SQLite makes a table in memory for each delete, even of nothing. */
static int
forget_findings(struct step *s, const struct order *o, struct err *e)
{
	int64_t any = 0;

	if (db_one_int(s->db, SQL_ANY_FOUND, BIND(I(o->id)), &any, e) < 0)
		return -1;
	return any && db_run(s->db, SQL_FORGET, BIND(I(o->id)), e) < 0 ? -1 : 0;
}

static const char SQL_FINDING[] =
	"INSERT INTO findings (order_id, seq, rule, severity, hold, line,"
	" field, given, verdict, waived)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

static int
keep_findings(struct step *s, const struct order *o, const struct findings *f,
    struct err *e)
{
	if (forget_findings(s, o, e) < 0)
		return -1;
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];
		const struct rule_def *d = &rule_defs[x->rule];

		if (db_run(s->db, SQL_FINDING, BIND(I(o->id),
		    I((int64_t)i + 1), T(d->name), T(severity_text(x->severity)),
		    T(d->hold), I(x->line), T(x->field), T(x->given),
		    T(x->verdict), I(x->waived)), e) < 0)
			return -1;
	}
	return 0;
}

static bool
calls_for(const struct findings *f, enum severity severity, const char *hold)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].severity == severity && !f->list[i].waived &&
		    (hold == NULL ||
		    strcmp(rule_defs[f->list[i].rule].hold, hold) == 0))
			return true;
	return false;
}

/* "price-list line 2 unit_price, ...": why a hold is open. */
static const char *
reason_of(struct arena *mem, const struct findings *f, const char *hold)
{
	const char *text = "";

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		if (x->waived || x->severity != SEVERITY_HOLD ||
		    strcmp(rule_defs[x->rule].hold, hold) != 0)
			continue;
		text = x->line > 0 ?
		    arena_printf(mem, "%s%s%s: line %lld %s %s", text,
		    text[0] != '\0' ? ", " : "", rule_defs[x->rule].name,
		    (long long)x->line, x->field, x->verdict) :
		    arena_printf(mem, "%s%s%s: %s %s", text,
		    text[0] != '\0' ? ", " : "", rule_defs[x->rule].name,
		    x->field, x->verdict);
		if (strlen(text) > 500)
			break;
	}
	return text;
}

/* Open and close rule holds as the data now says. */
static int
set_holds(struct step *s, struct order *o, const struct findings *f,
    struct err *e)
{
	if (o->nheld == 0 && !calls_for(f, SEVERITY_HOLD, NULL))
		return 0;
	for (int i = 0; i < NRULES; i++) {
		const char *hold = rule_defs[i].hold;
		bool first = true;
		int r;

		for (int k = 0; k < i && first; k++)
			first = strcmp(rule_defs[k].hold, hold) != 0;
		if (!first)
			continue;
		r = calls_for(f, SEVERITY_HOLD, hold) ?
		    hold_open(s, o, hold, reason_of(&s->mem, f, hold), e) :
		    hold_close(s, o, hold, "verified", "", e);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* ---- asking the customer ---- */

static const char SQL_ASKED[] =
	"SELECT 1 FROM messages WHERE order_id = $1 AND revision = $2"
	" AND kind = 'clarify' AND state <> 'cancelled' LIMIT 1";

static const char SQL_WAS_OPEN[] =
	"SELECT 1 FROM findings WHERE order_id = $1 AND rule = $2"
	" AND line = $3 AND field = $4 AND given = $5 AND severity = 'hold'"
	" AND waived = 0";

/* Is there a question the customer was not asked yet?  Call it before the
 * findings are kept.  1, 0, -1. */
static int
is_new_question(struct step *s, const struct order *o,
    const struct findings *f, struct err *e)
{
	int64_t asked = 0;

	if (!calls_for(f, SEVERITY_HOLD, NULL))
		return 0;
	if (db_one_int(s->db, SQL_ASKED, BIND(I(o->id), I(o->revision)),
	    &asked, e) < 0)
		return -1;
	for (size_t i = 0; asked && i < f->n; i++) {
		const struct finding *x = &f->list[i];
		int r;

		if (x->waived || x->severity != SEVERITY_HOLD)
			continue;
		r = db_one_int(s->db, SQL_WAS_OPEN, BIND(I(o->id),
		    T(rule_defs[x->rule].name), I(x->line), T(x->field),
		    T(x->given)), &asked, e);
		if (r <= 0)
			return r < 0 ? -1 : 1;
	}
	return !asked;
}

/* What is answered before it was asked stays unasked. */
static int
ask(struct step *s, const struct order *o, const struct findings *f,
    bool new_question, struct err *e)
{
	if (!calls_for(f, SEVERITY_HOLD, NULL))
		return message_overtake(s, o->id, "clarify", INT64_MAX, e);
	return new_question ? clarify_send(s, o, f, NULL, e) :
	    clarify_renew(s, o, f, e);
}

/* ---- the decision ---- */

static int
reject(struct step *s, struct order *o, const struct findings *f,
    struct verdict *v, struct err *e)
{
	const char *why = "";

	for (size_t i = 0; i < f->n && why[0] == '\0'; i++)
		if (f->list[i].severity == SEVERITY_REJECT &&
		    !f->list[i].waived)
			why = rule_defs[f->list[i].rule].name;
	if (write_account(s, o, e) < 0 || ack_reject(s, o, why, e) < 0)
		return -1;
	return verdict_set(v, o->id, RESULT_REFUSED, "rejected-by-rule");
}

static const char SQL_RECHECK[] =
	"UPDATE orders SET stock_revision = 0 WHERE id = $1";

/* What is neither reserved nor waiting although stock was checked: the line
 * changed since.  Stock is checked again; of what was acknowledged the rest
 * waits. */
static int
recheck(struct step *s, struct order *o, struct err *e)
{
	bool open = false;

	for (size_t i = 0; i < o->nlines; i++)
		open = open || line_open(&o->lines[i]) > 0;
	if (!open || o->stock_revision == 0)
		return 0;
	if (order_held(o, "stock") || order_held(o, "consent"))
		return 0;
	if (order_is(o, "verified"))
		return db_run(s->db, SQL_RECHECK, BIND(I(o->id)), e) < 0 ?
		    -1 : 0;
	for (size_t i = 0; i < o->nlines; i++)
		if (line_open(&o->lines[i]) > 0 &&
		    o->lines[i].item[0] != '\0' &&
		    line_take(s, o, &o->lines[i], e) < 0)
			return -1;
	return order_backorder_open(s, o, e) < 0 ? -1 :
	    ack_repromise(s, o, e);
}

static const char SQL_VERIFIED[] =
	"UPDATE orders SET status = 'verified', account = $2, twin = $3"
	" WHERE id = $1 AND status = 'received'";

static int
set_verified(struct step *s, struct order *o, struct err *e)
{
	int n = db_run(s->db, SQL_VERIFIED, BIND(I(o->id), T(o->account),
	    I(o->twin)), e);

	if (n <= 0)
		return n < 0 ? -1 : err_set(e, ERR_SOFTWARE,
		    "order %s is not received", o->ref);
	o->status = "verified";
	return event_add(s, o->id, "verify", "{}", e);
}

static int
conclude(struct step *s, struct order *o, const struct findings *f,
    struct verdict *v, struct err *e)
{
	int new_question = is_new_question(s, o, f, e);

	if (new_question < 0 || keep_findings(s, o, f, e) < 0)
		return -1;
	if (calls_for(f, SEVERITY_REJECT, NULL))
		return reject(s, o, f, v, e);
	if (set_holds(s, o, f, e) < 0 || ask(s, o, f, new_question, e) < 0 ||
	    recheck(s, o, e) < 0)
		return -1;
	if (o->nheld == 0 && order_is(o, "received"))
		return set_verified(s, o, e) < 0 ? -1 :
		    order_verdict(s, v, o, RESULT_OK, "");
	if (write_account(s, o, e) < 0)
		return -1;
	if (order_is(o, "received"))
		return order_verdict(s, v, o, RESULT_HELD, "open-holds");
	return o->nheld > 0 ?
	    verdict_set(v, o->id, RESULT_HELD, "open-holds") :
	    verdict_set(v, o->id, RESULT_UNCHANGED, "");
}

int
order_verify_explained(struct step *s, const char *ref, struct verdict *v,
    const char **explanation, struct err *e)
{
	struct findings found = { .mem = &s->mem };
	struct facts f;
	struct order o;
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0)
		return r;
	if (!order_is_live(&o)) {
		verdict_set(v, o.id, RESULT_REFUSED, "illegal-transition");
		return verdict_note(v, "%s: is %s", o.ref, o.status);
	}
	if (order_is(&o, "released") || order_is(&o, "completed"))
		return verdict_set(v, o.id, RESULT_UNCHANGED, "");
	if (facts_gather(s, &o, &f, e) < 0 || fill_lines(s, &o, &f, e) < 0 ||
	    order_retotal(s, &o, e) < 0)
		return -1;
	o.account = f.customer.customer;
	o.twin = twin_digest(&s->mem, &o);
	if (facts_account(s, &f, e) < 0)
		return -1;
	rules_apply(&f, &s->policy, &found);
	/* What was acknowledged cannot be rejected: somebody must see to it. */
	for (size_t i = 0; i < found.n && o.decided_at != 0; i++)
		if (found.list[i].severity == SEVERITY_REJECT)
			found.list[i].severity = SEVERITY_HOLD;
	if (apply_waivers(s, &o, &found, e) < 0)
		return -1;
	if (explanation != NULL) {
		cJSON *json = verify_explain(&f, &s->policy, &found);
		char *text = cJSON_PrintUnformatted(json);

		*explanation = arena_dup(&s->mem, text);
		cJSON_free(text);
		cJSON_Delete(json);
	}
	return conclude(s, &o, &found, v, e);
}

int
order_verify(struct step *s, const char *ref, struct verdict *v, struct err *e)
{
	return order_verify_explained(s, ref, v, NULL, e);
}

int
order_recheck(struct step *s, struct order *o, struct err *e)
{
	struct findings found = { .mem = &s->mem };
	struct facts f;

	if (facts_gather(s, o, &f, e) < 0 || facts_account(s, &f, e) < 0)
		return -1;
	rules_apply(&f, &s->policy, &found);
	for (size_t i = 0; i < found.n; i++)
		if (found.list[i].severity == SEVERITY_REJECT)
			found.list[i].severity = SEVERITY_HOLD;
	return apply_waivers(s, o, &found, e) < 0 ||
	    keep_findings(s, o, &found, e) < 0 ||
	    set_holds(s, o, &found, e) < 0 ? -1 : 0;
}

static const char SQL_PENDING[] =
	"SELECT ref FROM orders WHERE status = 'received' ORDER BY id";

const char *
order_pending_verify(void)
{
	return SQL_PENDING;
}
