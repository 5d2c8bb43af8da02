/* resolve.c - the customer's answers: release exactly its hold, verify again
 *
 * A hold of a rule ends because the data now satisfy it, or because a waiver
 * says who answered for the finding; stock, consent and manual holds end by
 * the answer itself. */

#include <order/ack.h>
#include <order/answers.h>
#include <order/cancel.h>
#include <order/event.h>
#include <order/lifecycle.h>
#include <order/money.h>
#include <order/offer.h>
#include <order/text.h>
#include <order/verify.h>

#include "resolve_parts.h"

struct resolving {
	struct step *s;
	struct order *o;
	const struct answer *a;
	enum answer_word word;
	struct verdict *v;
	bool ends;		/* the whole order is to be cancelled */
};

int
answer_refused(struct verdict *v, const struct order *o, const char *reason,
    const char *field, const char *fact)
{
	verdict_set(v, o->id, RESULT_REFUSED, reason);
	verdict_note(v, "%s: %s: %s", o->ref, field, fact);
	return 0;
}

static int
refuse(struct resolving *r, const char *reason, const char *fact)
{
	return answer_refused(r->v, r->o, reason, r->a->hold, fact);
}

/* ---- what was found ---- */

struct open_finding {
	int64_t seq, line;
	const char *rule, *verdict;
};

static const char SQL_FOUND[] =
	"SELECT seq, line, rule, verdict FROM findings WHERE order_id = $1"
	" AND hold = $2 AND severity = 'hold' AND waived = 0"
	" AND ($3 = 0 OR line = $3) ORDER BY seq";

/* The open findings of the hold, of one line or of all. */
static int
read_found(struct resolving *r, struct open_finding **list, size_t *n,
    struct err *e)
{
	struct arena *mem = &r->s->mem;
	size_t cap = 0;
	struct row *row;
	int got;

	*n = 0;
	*list = NULL;
	if (db_query(r->s->db, SQL_FOUND, BIND(I(r->o->id), T(r->a->hold),
	    I(r->a->line)), &row, e) < 0)
		return -1;
	while ((got = db_next(row, e)) == 1) {
		*list = arena_grow(mem, *list, *n, &cap, sizeof(**list));
		(*list)[(*n)++] = (struct open_finding){ db_int(row, 0),
		    db_int(row, 1), db_dup(row, 2, mem), db_dup(row, 3, mem) };
	}
	return got;
}

static const char SQL_WAIVE[] =
	"INSERT INTO waivers (order_id, rule, line, field, given, answer)"
	" SELECT order_id, rule, line, field, given, $3 FROM findings"
	" WHERE order_id = $1 AND seq = $2"
	" ON CONFLICT (order_id, rule, line, field, given) DO NOTHING";

static int
waive(struct resolving *r, const struct open_finding *f, struct err *e)
{
	return db_run(r->s->db, SQL_WAIVE, BIND(I(r->o->id), I(f->seq),
	    T(r->a->answer)), e) < 0 ? -1 : 1;
}

static struct order_line *
find_line(struct order *o, int64_t line)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].line == line)
			return &o->lines[i];
	return NULL;
}

/* ---- accepted: the customer takes ours ---- */

static const char SQL_OUR_PRICE[] =
	"UPDATE lines SET unit_price = $3,"
	" was_price = coalesce(was_price, unit_price)"
	" WHERE order_id = $1 AND line = $2";

static const char SQL_OUR_QUANTITY[] =
	"UPDATE lines SET ordered = $3,"
	" was_quantity = coalesce(was_quantity, ordered)"
	" WHERE order_id = $1 AND line = $2";

static const char SQL_OUR_TOTAL[] =
	"UPDATE orders SET total_given = total WHERE id = $1"
	" AND total IS NOT NULL";

static const char SQL_SUCCESSOR[] =
	"UPDATE lines SET sku = $3 WHERE order_id = $1 AND line = $2";

/* The least quantity at or over the one ordered that our rule allows. */
static int64_t
allowed_quantity(const struct order_line *l, const struct item_facts *f)
{
	int64_t n = l->ordered < f->min_quantity ? f->min_quantity :
	    l->ordered;

	if (f->multiple > 0 && n % f->multiple != 0)
		n += f->multiple - n % f->multiple;
	return n;
}

static int
take_line(struct resolving *r, const struct open_finding *f,
    const struct facts *facts, struct err *e)
{
	struct order_line *l = find_line(r->o, f->line);
	struct db *db = r->s->db;
	const struct item_facts *x;
	int n;

	if (l == NULL)
		return 0;
	x = &facts->items[l - r->o->lines];
	if (strcmp(f->rule, "price-list") == 0)
		n = x->expected_price == AMOUNT_NONE ? 0 : db_run(db,
		    SQL_OUR_PRICE, BIND(I(r->o->id), I(l->line),
		    I(x->expected_price)), e);
	else if (strcmp(f->rule, "quantity-rule") == 0)
		n = !x->known ? 0 : db_run(db, SQL_OUR_QUANTITY,
		    BIND(I(r->o->id), I(l->line), I(allowed_quantity(l, x))),
		    e);
	else if (x->superseded_by == NULL || x->superseded_by[0] == '\0')
		n = 0;
	else if ((n = db_run(db, SQL_SUCCESSOR, BIND(I(r->o->id), I(l->line),
	    T(x->superseded_by)), e)) > 0 && event_change(r->s, r->o->id,
	    "corrected", arena_printf(&r->s->mem, "%lld.sku",
	    (long long)l->line), l->sku, x->superseded_by, e) < 0)
		return -1;
	return n;
}

/* What was given is in no other record once ours takes its place. */
static int
take_total(struct resolving *r, struct err *e)
{
	const struct order *o = r->o;
	int n = db_run(r->s->db, SQL_OUR_TOTAL, BIND(I(o->id)), e);

	if (n <= 0 || o->total_given == o->total)
		return n;
	return event_change(r->s, o->id, "corrected", "total",
	    o->total_given == AMOUNT_NONE ? "" : decimal_fixed(
	    &r->s->mem, o->total_given, o->exponent), decimal_fixed(
	    &r->s->mem, o->total, o->exponent), e) < 0 ? -1 : n;
}

static int
take_ours(struct resolving *r, const struct open_finding *f,
    const struct facts *facts, struct err *e)
{
	if (strcmp(f->rule, "total-adds-up") == 0)
		return strcmp(f->verdict, "invalid") == 0 ? 0 :
		    take_total(r, e);
	return f->line > 0 ? take_line(r, f, facts, e) : waive(r, f, e);
}

/* What fits none of the findings is no answer to them. */
static int
answer_found(struct resolving *r, struct err *e)
{
	bool accepts = r->word == ANSWER_ACCEPTED;
	struct open_finding *list;
	struct facts facts;
	size_t n, done = 0;

	if (read_found(r, &list, &n, e) < 0 ||
	    (accepts && facts_gather(r->s, r->o, &facts, e) < 0))
		return -1;
	if (n == 0)
		return refuse(r, "no-such-line",
		    "nothing of that line holds it");
	for (size_t i = 0; i < n; i++) {
		int k = !answer_fits_rule(list[i].rule, r->word) ? 0 :
		    accepts ? take_ours(r, &list[i], &facts, e) :
		    waive(r, &list[i], e);

		if (k < 0)
			return -1;
		done += k > 0;
	}
	if (done > 0)
		return 1;
	if (!accepts)
		return refuse(r, "bad-answer", "that cannot be right, whoever"
		    " confirms it (corrected, or waived)");
	return refuse(r, "bad-answer", strcmp(r->a->hold, "item") == 0 ?
	    "the item has no successor (corrected or remove)" :
	    "we have none of our own that could be accepted");
}

/* ---- remove ---- */

/* The line that is named, the one the hold is about, or the only one. */
static int
line_meant(struct resolving *r, struct order_line **l, struct err *e)
{
	struct open_finding *list;
	int64_t line = r->a->line;
	size_t n;

	if (line == 0 && read_found(r, &list, &n, e) < 0)
		return -1;
	for (size_t i = 0; line == 0 && i < n; i++)
		if (list[i].line != list[0].line)
			return refuse(r, "no-such-line",
			    "say which line (--line N)");
	if (line == 0 && n > 0)
		line = list[0].line;
	if (line == 0 && r->o->nlines == 1)
		line = r->o->lines[0].line;
	*l = find_line(r->o, line);
	if (*l == NULL)
		return refuse(r, "no-such-line", line == 0 ?
		    "say which line (--line N)" : "there is no such line");
	return line_to_send(*l) > 0 ? 1 : refuse(r,
	    "no-such-line", "nothing of that line is wanted any more");
}

static int
take_out(struct resolving *r, struct err *e)
{
	struct order_line *l;
	int n = line_meant(r, &l, e);

	return n <= 0 ? n : line_cancel(r->s, r->o, l,
	    line_to_send(l), "not wanted any more", e) < 0 ? -1 : 1;
}

/* ---- what is short ---- */

static const char *
set_of(const struct answer *a, const char *column)
{
	for (size_t i = a->nset; i-- > 0;)
		if (strcmp(a->set[i].column, column) == 0)
			return a->set[i].value;
	return "";
}

static int
choose(struct resolving *r, struct err *e)
{
	static const struct column sku = { "sku", COL_KEY, false };
	const char *quantity = set_of(r->a, "quantity");
	struct offer_choice c = { .line = r->a->line, .note = r->a->note,
	    .answer = r->word == ANSWER_ACCEPTED || r->word == ANSWER_WAIVED ?
	    "backorder" : r->word == ANSWER_REMOVE ? "drop" : r->a->answer };
	bool other = r->word == ANSWER_SUBSTITUTE;
	struct fault f = { 0 };
	enum decimal_fault bad;

	for (size_t i = 0; i < r->a->nset; i++)
		if (!other || (strcmp(r->a->set[i].column, "sku") != 0 &&
		    strcmp(r->a->set[i].column, "quantity") != 0))
			return refuse(r, "bad-answer", other ? "only sku and"
			    " quantity can be said of a substitute" :
			    "there is nothing to be set with this answer");
	c.sku = column_check(&r->s->mem, &sku, set_of(r->a, "sku"), &f);
	if (f.code != NULL)
		return answer_refused(r->v, r->o, f.code, f.field, f.text);
	bad = decimal_parse(quantity, QUANTITY_SCALE, &c.quantity);
	if (quantity[0] != '\0' && bad != DECIMAL_OK)
		return answer_refused(r->v, r->o, "not-a-number", "quantity",
		    arena_printf(&r->s->mem, "\"%s\" %s", text_excerpt(
		    &r->s->mem, quantity), decimal_fault_text(bad)));
	if (quantity[0] != '\0' && c.quantity <= 0)
		return answer_refused(r->v, r->o, "not-positive", "quantity",
		    "is not over zero");
	return offer_take(r->s, r->o, &c, r->v, e);
}

/* ---- the answer ---- */

/* 1; 0: refused, or held as what was offered is gone; -1. */
static int
apply(struct resolving *r, struct err *e)
{
	const struct answer *a = r->a;

	if (r->word == ANSWER_CANCEL) {
		r->ends = true;
		return hold_close(r->s, r->o, a->hold, a->answer, a->note,
		    e) < 0 ? -1 : 1;
	}
	if (hold_is_of_stock(a->hold))
		return choose(r, e);
	if (!hold_is_of_a_rule(a->hold))
		return hold_close(r->s, r->o, a->hold, a->answer, a->note, e);
	if (r->word == ANSWER_CORRECTED)
		return answer_correct(r->s, r->o, a, r->v, e);
	if (r->word == ANSWER_REMOVE)
		return take_out(r, e);
	if (r->word == ANSWER_ACCEPTED && a->note[0] == '\0' &&
	    strcmp(a->hold, "payment") == 0)
		return refuse(r, "bad-answer",
		    "give the proof of payment as --note");
	return answer_found(r, e);
}

static bool
waits(const struct order *o)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].backordered > 0)
			return true;
	return false;
}

/* Is there such a question, and is that an answer to it?  1, 0 refused. */
static int
look(struct resolving *r)
{
	static const struct column note = { "note", COL_TEXT, true };
	const struct order *o = r->o;
	const struct answer *a = r->a;
	char choices[128];
	struct fault f = { 0 };
	int word = answer_find(a->answer);

	column_check(&r->s->mem, &note, a->note, &f);
	if (f.code != NULL)
		return answer_refused(r->v, o, f.code, f.field, f.text);
	if (order_is(o, "cancelled") || order_is(o, "rejected"))
		return refuse(r, "illegal-transition", arena_printf(
		    &r->s->mem, "the order is %s", o->status));
	if (!order_held(o, a->hold) && (strcmp(a->hold, "consent") != 0 ||
	    !waits(o) || order_is(o, "completed")))
		return refuse(r, "no-such-hold", "is no open hold of the"
		    " order");
	if (word < 0 || answer_fits(a->hold, (enum answer_word)word) ==
	    FITS_NOT)
		return refuse(r, "bad-answer", arena_printf(&r->s->mem,
		    "\"%s\" is none of %s", text_excerpt(&r->s->mem,
		    a->answer), answer_choices(a->hold, choices,
		    sizeof(choices))));
	r->word = (enum answer_word)word;
	if (a->line < 0)
		return refuse(r, "no-such-line", "there is no such line");
	if (order_is(o, "released") && (hold_is_of_stock(a->hold) ||
	    r->word == ANSWER_CANCEL || r->word == ANSWER_REMOVE))
		return refuse(r, "illegal-transition",
		    "the order was released already");
	return 1;
}

static int
record_answer(const struct resolving *r, bool gone, struct err *e)
{
	const struct answer *a = r->a;
	struct buf b = BUF_INIT;
	int n;

	detail_begin(&b);
	detail_text(&b, "hold", a->hold);
	detail_text(&b, "answer", a->answer);
	if (a->line != 0)
		detail_int(&b, "line", a->line);
	if (r->word == ANSWER_SUBSTITUTE && set_of(a, "sku")[0] != '\0')
		detail_text(&b, "sku", set_of(a, "sku"));
	if (r->word == ANSWER_SUBSTITUTE && set_of(a, "quantity")[0] != '\0')
		detail_text(&b, "quantity", set_of(a, "quantity"));
	detail_text(&b, "note", a->note);
	if (gone)
		detail_text(&b, "result", "offer-gone");
	n = event_add(r->s, r->o->id, "resolve", detail_end(&b), e);
	buf_release(&b);
	return n;
}

/* ---- what follows ---- */

static bool
is_nothing_left(const struct order *o)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (line_wanted(&o->lines[i]) > 0)
			return false;
	return true;
}

static bool
is_open(const struct order *o)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (line_open(&o->lines[i]) > 0)
			return true;
	return false;
}

/* Stock was checked: is it to be checked again?  What a line was held for
 * is not, when the line is taken out. */
static bool
is_to_check(const struct resolving *r)
{
	return r->o->nheld == 0 ? is_open(r->o) :
	    r->word == ANSWER_REMOVE && !hold_is_of_stock(r->a->hold) &&
	    order_waits_for_stock(r->o);
}

/* Verify, and where stock was checked check what is open now. */
static int
go_on(struct resolving *r, const char *ref, bool checked, struct err *e)
{
	struct step *s = r->s;
	struct order *o = r->o;
	int64_t id = o->id;

	if (order_verify(s, ref, r->v, e) < 0)
		return -1;
	if (r->v->result == RESULT_UNCHANGED)
		r->v->result = RESULT_OK;
	if (order_load(s, id, o, e) <= 0)
		return -1;
	if (order_is(o, "confirmed"))
		return change_notice(s, o, "", e) < 0 ? -1 : 0;
	if (!checked || !order_is(o, "verified") || !is_to_check(r))
		return 0;
	return order_check_stock(s, ref, r->v, e);
}

static int
follow(struct resolving *r, const char *ref, struct err *e)
{
	bool checked = r->o->stock_revision > 0;

	if (r->ends || (lifecycle_allows(r->o->status, "cancelled", NULL) &&
	    !order_is(r->o, "released") && is_nothing_left(r->o)))
		return order_cancel(r->s, r->o, "as-asked", r->a->note, r->v,
		    e);
	return go_on(r, ref, checked, e);
}

int
order_resolve(struct step *s, const char *ref, const struct answer *a,
    struct verdict *v, struct err *e)
{
	struct order o;
	struct resolving r = { .s = s, .o = &o, .a = a, .v = v };
	struct step_mark mark;
	int n = order_named(s, ref, &o, v, e);

	if (n <= 0 || look(&r) == 0)
		return n < 0 ? -1 : 0;
	if (step_mark(s, &mark, e) < 0)
		return -1;
	n = apply(&r, e);
	if (n < 0)
		return -1;
	if (n == 0 && v->result == RESULT_REFUSED)
		return step_undo(s, &mark, e);
	if (step_keep(s, e) < 0 || record_answer(&r, n == 0, e) < 0)
		return -1;
	return n == 0 ? 0 : follow(&r, ref, e);
}

int
order_not_answered(struct step *s, const char *ref, struct verdict *v,
    struct err *e)
{
	struct order o;
	int n = order_named(s, ref, &o, v, e);

	return n <= 0 ? n : order_verdict(s, v, &o, RESULT_UNCHANGED, "");
}
