/* offer_take.c - do as the customer chose, all of it or nothing
 *
 * What was offered may be gone by now: then there is a new offer. */

#include <order/cancel.h>
#include <order/event.h>
#include <order/message.h>
#include <order/money.h>
#include <order/stock.h>
#include <order/text.h>

#include "clarify.h"
#include "shortage.h"

struct taking {
	struct step *s;
	struct order *o;
	const struct offer_choice *c;
	struct verdict *v;
	const char *gone;	/* NULL: nothing is */
	bool held;		/* what is open is short, too */
	bool whole;		/* held for stock: nothing was taken yet */
};

/* ---- no ---- */

static int
refuse(struct taking *t, const struct order_line *l, const char *reason,
    const char *fact)
{
	verdict_set(t->v, t->o->id, RESULT_REFUSED, reason);
	if (l != NULL)
		verdict_note(t->v, "%s: line %lld: %s", t->o->ref,
		    (long long)l->line, fact);
	else
		verdict_note(t->v, "%s: %s", t->o->ref, fact);
	return 0;
}

static int
is_gone(struct taking *t, const char *sku)
{
	t->gone = sku;
	return 0;
}

/* ---- how much is it about ---- */

static bool
is(const struct taking *t, const char *answer)
{
	return strcmp(t->c->answer, answer) == 0;
}

/* What is short of a line the answer is about, else 0. */
static int64_t
short_of(const struct taking *t, const struct order_line *l)
{
	int64_t open = t->held ? line_open(l) : 0;

	if (t->c->line != 0 && t->c->line != l->line)
		return 0;
	if (is(t, "backorder"))
		return open;
	return open > 0 || t->c->line != 0 || !t->held ?
	    open + l->backordered : 0;
}

/* ---- backorder ---- */

static const char SQL_OFFERED_DATE[] =
	"SELECT expected_on FROM offers WHERE order_id = $1 AND line = $2"
	" AND sku = ''";

/* Is the line served later than it was offered? */
static int
is_later(struct taking *t, const struct order_line *l, bool *later,
    struct err *e)
{
	const char *offered = "";
	char date[11];
	struct row *row;
	int r = db_one(t->s->db, SQL_OFFERED_DATE, BIND(I(t->o->id),
	    I(l->line)), &row, e);

	if (r < 0)
		return -1;
	if (r == 1) {
		offered = db_dup(row, 0, &t->s->mem);
		db_done(row);
	}
	if (stock_supply_date(t->s, l->item, line_open(l), date, e) < 0)
		return -1;
	*later = offered[0] != '\0' && (date[0] == '\0' ||
	    strcmp(date, offered) > 0);
	return 0;
}

static int
let_wait(struct taking *t, struct order_line *l, struct err *e)
{
	bool later;

	if (line_take(t->s, t->o, l, e) < 0)
		return -1;
	if (line_open(l) == 0)
		return 1;
	if (is_later(t, l, &later, e) < 0)
		return -1;
	if (later)
		return is_gone(t, "");
	return line_backorder(t->s, t->o, l, line_open(l), e) < 0 ? -1 : 1;
}

/* ---- partial, drop ---- */

static int
cut(struct taking *t, struct order_line *l, struct err *e)
{
	int64_t n;

	if (l->backordered > 0 &&
	    line_reopen(t->s, t->o, l, l->backordered, e) < 0)
		return -1;
	if (is(t, "partial") && line_take(t->s, t->o, l, e) < 0)
		return -1;
	n = is(t, "partial") ? line_open(l) : line_to_send(l);
	return n > 0 && line_cancel(t->s, t->o, l, n, is(t, "partial") ?
	    "the rest is not there" : "not wanted any more", e) < 0 ? -1 : 1;
}

/* ---- substitute ---- */

struct offered {
	const char *sku;
	int64_t quantity, unit_price;
};

static const char SQL_OFFERED[] =
	"SELECT sku, quantity, unit_price FROM offers WHERE order_id = $1"
	" AND line = $2 AND sku <> '' ORDER BY rank";

/* As many as are ever offered for one line. */
static int
read_offered(struct taking *t, const struct order_line *l,
    struct offered list[5], size_t *n, struct err *e)
{
	struct row *row;
	int r = 1;

	*n = 0;
	if (db_query(t->s->db, SQL_OFFERED, BIND(I(t->o->id), I(l->line)),
	    &row, e) < 0)
		return -1;
	while (*n < 5 && (r = db_next(row, e)) == 1)
		list[(*n)++] = (struct offered){ db_dup(row, 0, &t->s->mem),
		    db_int(row, 1), db_null(row, 2) ? AMOUNT_NONE :
		    db_int(row, 2) };
	db_done(row);
	return r < 0 ? -1 : 0;
}

/* The one they named, at the price it was offered at. */
static int
find_named(struct taking *t, const struct order_line *l,
    const struct offered *list, size_t n, int64_t quantity,
    struct alternative *a, struct err *e)
{
	int r = alternative_of(t->s, t->o, t->c->sku, quantity, a, e);

	if (r <= 0)
		return r < 0 ? -1 : refuse(t, l, "no-such-item",
		    "there is no such item to be sent instead");
	if (strcmp(a->sku, l->item) == 0)
		return refuse(t, l, "bad-answer",
		    "that is the item that is short");
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].sku, a->sku) != 0)
			continue;
		a->unit_price = list[i].unit_price;
		if (a->available >= quantity)
			return 1;
		return list[i].quantity >= quantity ? is_gone(t, a->sku) :
		    refuse(t, l, "short", "less than that was offered;"
		    " say how much of it (--set quantity=...)");
	}
	return a->available >= quantity ? 1 : refuse(t, l, "short",
	    "there is not so much of it, and it was not offered");
}

/* The first that was offered in that quantity and is there. */
static int
find_first(struct taking *t, const struct order_line *l,
    const struct offered *list, size_t n, int64_t quantity,
    struct alternative *a, struct err *e)
{
	const char *gone = NULL;

	for (size_t i = 0; i < n; i++) {
		int r = alternative_of(t->s, t->o, list[i].sku, quantity, a,
		    e);

		if (r < 0)
			return -1;
		if (r == 1 && a->available >= quantity) {
			a->unit_price = list[i].unit_price;
			return 1;
		}
		if (gone == NULL && list[i].quantity >= quantity)
			gone = list[i].sku;
	}
	return gone != NULL ? is_gone(t, gone) : refuse(t, l, "bad-answer",
	    n > 0 ? "less than that was offered; say how much of it"
	    " (--set quantity=...)" : "nothing was offered instead; say what"
	    " (--set sku=...)");
}

/* Of an order that nothing was offered for yet: the company's own list. */
static int
find_unasked(struct taking *t, const struct order_line *l, int64_t quantity,
    struct alternative *a, struct err *e)
{
	struct alternative *list;
	size_t n;

	if (alternatives_find(t->s, t->o, l, quantity, &list, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (list[i].available >= quantity) {
			*a = list[i];
			return 1;
		}
	return refuse(t, l, "bad-answer", "there is nothing to be sent"
	    " instead; say what (--set sku=...)");
}

static int
find_substitute(struct taking *t, const struct order_line *l,
    int64_t quantity, struct alternative *a, struct err *e)
{
	struct offered list[5];
	size_t n;

	if (read_offered(t, l, list, &n, e) < 0)
		return -1;
	if (t->c->sku != NULL && t->c->sku[0] != '\0')
		return find_named(t, l, list, n, quantity, a, e);
	return n > 0 || !t->whole ? find_first(t, l, list, n, quantity, a,
	    e) : find_unasked(t, l, quantity, a, e);
}

static int
substitute(struct taking *t, size_t i, struct err *e)
{
	struct order_line *l = &t->o->lines[i];
	int64_t rest = short_of(t, l), n = t->c->quantity;
	struct alternative a;
	int r;

	if (n > rest)
		return refuse(t, l, "bad-value", arena_printf(&t->s->mem,
		    "only %s of it is short", decimal_short(&t->s->mem, rest,
		    QUANTITY_SCALE)));
	if (n == 0)
		n = rest;
	r = find_substitute(t, l, n, &a, e);
	if (r <= 0)
		return r;
	if (n > line_open(l) &&
	    line_reopen(t->s, t->o, l, n - line_open(l), e) < 0)
		return -1;
	r = line_substitute(t->s, t->o, i, &a, n, e);
	return r != 0 ? r : refuse(t, l, "too-large",
	    "the order has no room for another line");
}

/* ---- all of it ---- */

static const char SQL_SHORT[] =
	"SELECT 1 FROM lines AS l LEFT JOIN stock AS k ON k.sku = l.item"
	" WHERE l.order_id = $1 GROUP BY l.item"
	" HAVING sum(l.ordered - l.cancelled - l.rejected - l.substituted"
	"  - l.allocated - l.backordered - l.shipped)"
	" > max(coalesce(k.on_hand - k.allocated, 0)) LIMIT 1";

/* Take what is open if all of it is there. */
static int
take_if_whole(struct taking *t, struct err *e)
{
	int64_t is_short = 0;

	if (db_one_int(t->s->db, SQL_SHORT, BIND(I(t->o->id)), &is_short,
	    e) < 0)
		return -1;
	for (size_t i = 0; i < t->o->nlines && !is_short; i++)
		if (line_take(t->s, t->o, &t->o->lines[i], e) < 0)
			return -1;
	return 0;
}

/* Lines that are all there are not short: of an order that is held for stock
 * they have to be told apart. */
static int
take_full_lines(struct taking *t, struct err *e)
{
	struct stock_level level;

	for (size_t i = 0; i < t->o->nlines; i++) {
		struct order_line *l = &t->o->lines[i];

		if (line_open(l) == 0)
			continue;
		if (stock_level(t->s, l->item, &level, e) < 0 ||
		    (level.available >= line_open(l) &&
		    line_take(t->s, t->o, l, e) < 0))
			return -1;
	}
	return 0;
}

static const char SQL_FORGET[] =
	"DELETE FROM offers WHERE order_id = $1 AND line = $2";

static int
take_all(struct taking *t, struct err *e)
{
	size_t n = t->o->nlines;

	if (t->whole && t->c->line == 0 && take_full_lines(t, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct order_line *l = &t->o->lines[i];
		int64_t line = l->line;
		int r;

		if (short_of(t, l) == 0)
			continue;
		r = is(t, "backorder") ? let_wait(t, l, e) :
		    is(t, "substitute") ? substitute(t, i, e) : cut(t, l, e);
		if (r <= 0)
			return r;
		if (short_of(t, &t->o->lines[i]) == 0 && db_run(t->s->db,
		    SQL_FORGET, BIND(I(t->o->id), I(line)), e) < 0)
			return -1;
	}
	return 1;
}

static int64_t
allocated(const struct order *o)
{
	int64_t n = 0;

	for (size_t i = 0; i < o->nlines; i++)
		n += o->lines[i].allocated;
	return n;
}

/* An offer that nobody was told yet is made anew for what is left of it. */
static int
renew(struct taking *t, struct err *e)
{
	struct untold u;
	int r = untold_read(t->s, t->o, "shortage", &u, e);

	if (r <= 0)
		return r;
	return (u.again.n > 0 ? reminder_of_offer(t->s, t->o, &u.again, e) :
	    offer_make(t->s, t->o, u.gone_sku, e)) < 0 ? -1 : 0;
}

/* What follows: the rest if it is there, holds, total. */
static int
conclude(struct taking *t, int64_t before, struct err *e)
{
	struct step *s = t->s;
	struct order *o = t->o;
	const char *note = t->c->note != NULL ? t->c->note : "";
	bool open = false;

	if (t->held && take_if_whole(t, e) < 0)
		return -1;
	for (size_t i = 0; i < o->nlines; i++)
		open = open || line_open(&o->lines[i]) > 0;
	if (!open && (hold_close(s, o, "consent", t->c->answer, note, e) < 0 ||
	    hold_close(s, o, "stock", t->c->answer, note, e) < 0 ||
	    message_overtake(s, o->id, "shortage", INT64_MAX, e) < 0))
		return -1;
	if (open && renew(t, e) < 0)
		return -1;
	if (allocated(o) > before &&
	    event_add(s, o->id, "allocate", "{}", e) < 0)
		return -1;
	return order_retotal(s, o, e) < 0 ? -1 : 1;
}

/* ---- the answer ---- */

/* 1 when it can be taken. */
static int
look(struct taking *t)
{
	const struct offer_choice *c = t->c;
	size_t found = 0, named = 0;

	if (!order_is(t->o, "verified") && !order_is(t->o, "confirmed"))
		return refuse(t, NULL, "illegal-transition",
		    arena_printf(&t->s->mem, "is %s", t->o->status));
	if (!is(t, "backorder") && !is(t, "substitute") &&
	    !is(t, "partial") && !is(t, "drop"))
		return refuse(t, NULL, "bad-answer", arena_printf(&t->s->mem,
		    "%s: is no answer to an offer", c->answer));
	for (size_t i = 0; i < t->o->nlines; i++) {
		named += c->line == t->o->lines[i].line;
		found += short_of(t, &t->o->lines[i]) > 0;
	}
	if (c->line != 0 && named == 0)
		return refuse(t, NULL, "no-such-line", "say which line"
		    " (--line N)");
	if (found == 0)
		return refuse(t, NULL, "no-such-hold", "nothing of it is"
		    " short");
	if (found > 1 && is(t, "substitute") &&
	    (c->quantity != 0 || (c->sku != NULL && c->sku[0] != '\0')))
		return refuse(t, NULL, "no-such-line", "several lines are"
		    " short; say which one (--line N)");
	return 1;
}

/* All of it may be there by now; else a new offer. */
static int
offer_again(struct taking *t, struct err *e)
{
	int64_t before = allocated(t->o);
	bool open = false;

	if (t->held && take_if_whole(t, e) < 0)
		return -1;
	for (size_t i = 0; i < t->o->nlines; i++)
		open = open || line_open(&t->o->lines[i]) > 0;
	if (t->held && !open)
		return conclude(t, before, e);
	if (offer_make(t->s, t->o, t->gone, e) < 0)
		return -1;
	verdict_set(t->v, t->o->id, RESULT_HELD, "offer-gone");
	verdict_note(t->v, t->gone[0] != '\0' ? "%s: %s is not there any"
	    " more; there is a new offer" : "%s: %sthe date that was offered"
	    " cannot be kept; there is a new offer", t->o->ref, t->gone);
	return 0;
}

int
offer_take(struct step *s, struct order *o, const struct offer_choice *c,
    struct verdict *v, struct err *e)
{
	struct taking t = { .s = s, .o = o, .c = c, .v = v,
	    .held = order_held(o, "consent") || order_held(o, "stock"),
	    .whole = order_held(o, "stock") };
	int64_t before = allocated(o);
	struct step_mark mark;
	int r = look(&t);

	if (r <= 0)
		return r;
	if (step_mark(s, &mark, e) < 0)
		return -1;
	r = take_all(&t, e);
	if (r < 0)
		return -1;
	if (r == 1)
		return step_keep(s, e) < 0 ? -1 : conclude(&t, before, e);
	if (step_undo(s, &mark, e) < 0 || order_load(s, o->id, o, e) <= 0)
		return -1;
	return t.gone != NULL ? offer_again(&t, e) : 0;
}
