/* question.c - list what waits for an answer
 *
 * For the people who ask on the phone: says what the order says, and of our
 * own what is short. */

#include <order/answers.h>
#include <order/money.h>
#include <order/policy.h>
#include <order/question.h>

/* In the order of the rules. */
static const char *const words[NRULES] = {
	[RULE_CUSTOMER_KNOWN] = "which customer is it",
	[RULE_CUSTOMER_ACTIVE] = "the account is not active",
	[RULE_NAME_MATCHES] = "is the name right",
	[RULE_BILL_MATCHES] = "is the billing address right",
	[RULE_SHIP_MATCHES] = "is the delivery address right",
	[RULE_EMAIL_MATCHES] = "is the e-mail address right",
	[RULE_EMAIL_VALID] = "what is the e-mail address",
	[RULE_PHONE_MATCHES] = "is the phone number right",
	[RULE_PHONE_VALID] = "what is the phone number",
	[RULE_POSTCODE_VALID] = "what is the postcode",
	[RULE_PAYMENT_METHOD] = "how is it paid",
	[RULE_PAYMENT_TERMS] = "which terms are agreed, or is it paid",
	[RULE_CURRENCY] = "which currency is agreed",
	[RULE_CREDIT_LIMIT] = "it is over the credit limit",
	[RULE_BLOCKLIST] = "it is on the blocklist",
	[RULE_ITEM_KNOWN] = "which item is it",
	[RULE_ITEM_ACTIVE] = "which item instead: it is not sold any more",
	[RULE_UNIT] = "how much is it in our unit",
	[RULE_QUANTITY] = "which quantity: it does not fit ours",
	[RULE_PRICE_LIST] = "which price is agreed: it is not ours",
	[RULE_TOTAL] = "which amounts are right: they do not add up",
	[RULE_REQUESTED_DATE] = "which date: it cannot be kept",
	[RULE_DUPLICATE] = "is it a second order",
};

static const char SQL_HOLDS[] =
	"SELECT h.id FROM holds AS h INDEXED BY holds_open"
	" WHERE h.closed_at IS NULL ORDER BY h.opened_at, h.id";

int
question_holds(struct step *s, int (*add)(void *, int64_t hold), void *arg,
    struct err *e)
{
	struct row *row;
	int r;

	if (db_query(s->db, SQL_HOLDS, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		add(arg, db_int(row, 0));
	return r;
}

/* ---- one hold ---- */

struct reading {
	struct step *s;
	struct order o;
	struct question as;	/* what its questions have in common */
	const char *reason;
	struct question *list;
	size_t n, cap;
};

static const char SQL_HOLD[] =
	"SELECT order_id, hold, reason, opened_at FROM holds"
	" WHERE id = $1 AND closed_at IS NULL";

/* The first message since the hold is open asked it first. */
static const char SQL_ASKED[] =
	"SELECT min(CASE WHEN state = 'sent' AND sent_at >= $4 THEN sent_at"
	"  END), max(reminder) FROM messages WHERE order_id = $1"
	" AND revision = $2 AND kind = $3 AND state <> 'cancelled'";

static int
read_asked(struct reading *g, struct err *e)
{
	struct row *row;
	int r;

	if (strcmp(g->as.hold, "manual") == 0 ||
	    strcmp(g->as.hold, "stock") == 0)
		return 0;
	r = db_one(g->s->db, SQL_ASKED, BIND(I(g->o.id), I(g->o.revision),
	    T(strcmp(g->as.hold, "consent") == 0 ? "shortage" : "clarify"),
	    I(g->as.opened_at)), &row, e);
	if (r <= 0)
		return r;
	g->as.asked_at = db_int(row, 0);
	g->as.reminders = db_int(row, 1);
	db_done(row);
	return 0;
}

/* 1; 0: it has ended; -1. */
static int
begin(struct reading *g, int64_t hold, struct err *e)
{
	struct arena *mem = &g->s->mem;
	struct row *row;
	int64_t id;
	int r = db_one(g->s->db, SQL_HOLD, BIND(I(hold)), &row, e);

	if (r <= 0)
		return r;
	id = db_int(row, 0);
	g->as.hold = db_dup(row, 1, mem);
	g->reason = db_dup(row, 2, mem);
	g->as.opened_at = db_int(row, 3);
	db_done(row);
	r = order_load(g->s, id, &g->o, e);
	if (r <= 0)
		return r;
	if (!order_is_live(&g->o))
		return 0;
	g->as.ref = g->o.ref;
	g->as.email = g->o.column[COLUMN_EMAIL];
	g->as.customer_name = g->o.column[COLUMN_CUSTOMER_NAME];
	return read_asked(g, e) < 0 ? -1 : 1;
}

static void
add(struct reading *g, int64_t line, const char *field, const char *given,
    const char *text)
{
	struct question *q;

	g->list = arena_grow(&g->s->mem, g->list, g->n, &g->cap,
	    sizeof(*g->list));
	q = &g->list[g->n++];
	*q = g->as;
	q->line = line;
	q->field = field;
	q->given = given;
	q->words = text;
}

static const char SQL_FINDINGS[] =
	"SELECT rule, line, field, given FROM findings WHERE order_id = $1"
	" AND hold = $2 AND severity = 'hold' AND waived = 0 ORDER BY seq";

static int
add_findings(struct reading *g, struct err *e)
{
	struct arena *mem = &g->s->mem;
	struct row *row;
	int r;

	if (db_query(g->s->db, SQL_FINDINGS, BIND(I(g->o.id), T(g->as.hold)),
	    &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		int rule = rule_find(db_text(row, 0));

		add(g, db_int(row, 1), db_dup(row, 2, mem),
		    db_dup(row, 3, mem), rule < 0 ? "" : words[rule]);
	}
	return r;
}

static const char SQL_OFFERS[] =
	"SELECT sku, quantity, expected_on FROM offers WHERE order_id = $1"
	" AND line = $2 ORDER BY rank";

/* "5 of 15 are not there: GLUE; expected 2026-12-01; instead: PASTE (20)". */
static int
add_short_line(struct reading *g, const struct order_line *l, struct err *e)
{
	struct arena *mem = &g->s->mem;
	const char *text = arena_printf(mem, "%s of %s %s not reserved",
	    decimal_short(mem, line_open(l), QUANTITY_SCALE),
	    decimal_short(mem, line_wanted(l), QUANTITY_SCALE), l->sku);
	bool first = true;
	struct row *row;
	int r;

	if (db_query(g->s->db, SQL_OFFERS, BIND(I(g->o.id), I(l->line)), &row,
	    e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		const char *sku = db_text(row, 0), *day = db_text(row, 2);

		if (sku[0] == '\0') {
			text = arena_printf(mem, "%s; %s%s", text, day[0] !=
			    '\0' ? "expected " : "no date yet", day);
			continue;
		}
		text = arena_printf(mem, "%s%s %s (%s)", text, first ?
		    "; instead:" : ",", sku, decimal_short(mem,
		    db_int(row, 1), QUANTITY_SCALE));
		first = false;
	}
	add(g, l->line, "quantity", decimal_short(mem, l->ordered,
	    QUANTITY_SCALE), text);
	return r;
}

static const char SQL_THERE[] =
	"SELECT on_hand - allocated FROM stock WHERE sku = $1";

/* What ships whole reserves nothing as long as something is short: of it
 * only that is asked about.  1: there is too little for that line. */
static int
is_short(struct reading *g, const struct order_line *l, struct err *e)
{
	int64_t there = 0, wanted = 0;

	if (line_open(l) <= 0 || strcmp(g->as.hold, "stock") != 0)
		return line_open(l) > 0;
	for (size_t i = 0; i < g->o.nlines; i++)
		if (strcmp(g->o.lines[i].item, l->item) == 0)
			wanted += line_open(&g->o.lines[i]);
	if (db_one_int(g->s->db, SQL_THERE, BIND(T(l->item)), &there, e) < 0)
		return -1;
	return there < wanted;
}

int
question_read(struct step *s, int64_t hold, struct question **list,
    size_t *n, struct err *e)
{
	struct reading g = { .s = s };
	int r = begin(&g, hold, e);

	*n = 0;
	if (r <= 0)
		return r;
	if (hold_is_of_a_rule(g.as.hold))
		r = add_findings(&g, e);
	for (size_t i = 0; r >= 0 && hold_is_of_stock(g.as.hold) &&
	    i < g.o.nlines; i++)
		if ((r = is_short(&g, &g.o.lines[i], e)) == 1)
			r = add_short_line(&g, &g.o.lines[i], e);
	if (r >= 0 && g.n == 0)
		add(&g, 0, "", "", g.reason);
	*list = g.list;
	*n = g.n;
	return r < 0 ? -1 : 0;
}
