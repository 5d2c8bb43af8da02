/* amend_compare.c - what differs between an order and the content that came
 *
 * Pure: knows columns and how people write their values, not the store. */

#include <order/amend.h>
#include <order/money.h>

struct compare {
	struct arena *mem;
	const struct order *o;
	const struct order_intake *it;
	const struct order_sums *sums;
	struct amendment *out;
	const char *source;	/* of what is looked at */
	int64_t source_line;
};

static void
differ(struct compare *c, int64_t line, const char *field, const char *was,
    const char *is)
{
	struct amendment *a = c->out;

	if (strcmp(was, is) == 0)
		return;
	a->change = arena_grow(c->mem, a->change, a->n, &a->cap,
	    sizeof(*a->change));
	a->change[a->n++] = (struct change){ line, field, was, is, c->source,
	    c->source_line };
}

/* ---- the order's own columns ---- */

static const char *
amount_text(struct arena *mem, int64_t n, int exponent)
{
	return n == AMOUNT_NONE ? "" : decimal_fixed(mem, n, exponent);
}

static void
compare_order(struct compare *c, const char *extra)
{
	const struct order *o = c->o;
	const struct order_sums *m = c->sums;
	const int64_t amount[] = { o->discount, o->shipping, o->tax,
	    o->total_given };

	c->source = c->it->in->source;
	c->source_line = c->it->in->source_line;
	for (int i = 0; i < ORDER_NCOLUMNS; i++) {
		const char *was = o->column[i], *is = c->it->new.column[i];
		if (i == COLUMN_EXTERNAL_REF || i == COLUMN_CHANNEL ||
		    i == COLUMN_RECEIVED_AT)
			continue;
		if (i == COLUMN_CURRENCY)
			is = m->currency;
		if (i >= COLUMN_DISCOUNT && i <= COLUMN_TOTAL) {
			int k = i - COLUMN_DISCOUNT;

			was = amount_text(c->mem, amount[k], o->exponent);
			is = amount_text(c->mem, m->amount[k], m->exponent);
		}
		differ(c, 0, order_columns[i].name, was, is);
	}
	differ(c, 0, "extra", extra, c->it->in->extra);
	c->out->repriced = strcmp(o->column[COLUMN_CURRENCY],
	    m->currency) != 0 || strcmp(o->column[COLUMN_CUSTOMER],
	    c->it->new.column[COLUMN_CUSTOMER]) != 0;
}

/* ---- lines ---- */

static const char *
quantity_text(struct arena *mem, int64_t n)
{
	return n == AMOUNT_NONE ? "" : decimal_short(mem, n, QUANTITY_SCALE);
}

static const char *
price_text(struct arena *mem, int64_t price, int exponent)
{
	return price == AMOUNT_NONE ? "" :
	    decimal_least(mem, price, PRICE_SCALE, exponent);
}

static int64_t
price_asked(const struct order_line *l)
{
	if (!l->price_given)
		return AMOUNT_NONE;
	return l->was_price != AMOUNT_NONE ? l->was_price : l->unit_price;
}

/* The sku first, then the quantity: what is said of a whole line. */
static void
compare_line(struct compare *c, struct line_pair *p)
{
	static const struct line_new none = { 0, "", "", "", "", AMOUNT_NONE,
	    AMOUNT_NONE };
	static const struct order_line nothing = { .sku = "",
	    .description = "", .unit = "", .instructions = "",
	    .ordered = AMOUNT_NONE, .was_quantity = AMOUNT_NONE };
	const struct order_line *was = p->was != NULL ? p->was : &nothing;
	const struct line_new *is = p->is != NULL ? p->is : &none;
	int64_t line = p->was != NULL ? was->line : is->line;
	size_t before = c->out->n;

	c->source = c->it->in->source;
	c->source_line = c->it->in->source_line;
	if (p->is != NULL) {
		c->source = c->it->in->lines[p->place].source;
		c->source_line = c->it->in->lines[p->place].source_line;
	}
	differ(c, line, line_columns[LINE_COLUMN_SKU].name, was->sku, is->sku);
	differ(c, line, line_columns[LINE_COLUMN_QUANTITY].name,
	    quantity_text(c->mem, was->was_quantity != AMOUNT_NONE ?
	    was->was_quantity : was->ordered),
	    quantity_text(c->mem, is->quantity));
	differ(c, line, line_columns[LINE_COLUMN_UNIT].name, was->unit,
	    is->unit);
	differ(c, line, line_columns[LINE_COLUMN_UNIT_PRICE].name,
	    price_text(c->mem, price_asked(was), c->o->exponent),
	    price_text(c->mem, is->unit_price, c->sums->exponent));
	p->asked_anew = c->out->n > before || c->out->repriced ||
	    was->instead_of != 0;
	differ(c, line, line_columns[LINE_COLUMN_DESCRIPTION].name,
	    was->description, is->description);
	differ(c, line, line_columns[LINE_COLUMN_LINE_INSTRUCTIONS].name,
	    was->instructions, is->instructions);
}

struct numbered {
	const struct line_new *line;
	size_t place;
};

static int
by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return (x->line->line > y->line->line) -
	    (x->line->line < y->line->line);
}

/* A substitute was never asked for, so taking it out is no change of theirs,
 * unless what came has it as a line of its own. */
static bool
is_only_ours(const struct line_pair *p)
{
	return p->was != NULL && p->was->instead_of != 0 && p->is == NULL;
}

/* May a line that came have the number of that one by chance? */
static bool
is_another(const struct order_line *was, const struct line_new *came)
{
	return was->instead_of != 0 && strcmp(was->sku, came->sku) != 0;
}

/* Lines match by their numbers; the stored ones are in that order.  What goes
 * stands before what comes under its number. */
static void
pair_lines(struct compare *c)
{
	const struct order_new *new = &c->it->new;
	const struct order *o = c->o;
	struct numbered *came = arena_array(c->mem, new->nlines,
	    sizeof(*came));
	size_t i = 0, k = 0;

	for (size_t n = 0; n < new->nlines; n++)
		came[n] = (struct numbered){ &new->lines[n], n };
	qsort(came, new->nlines, sizeof(*came), by_number);
	c->out->pair = arena_array(c->mem, o->nlines + new->nlines,
	    sizeof(*c->out->pair));
	while (i < o->nlines || k < new->nlines) {
		struct line_pair *p = &c->out->pair[c->out->npairs++];
		bool old = i < o->nlines && (k == new->nlines ||
		    o->lines[i].line <= came[k].line->line);
		bool fresh = k < new->nlines && (i == o->nlines ||
		    came[k].line->line <= o->lines[i].line);

		if (old && fresh && is_another(&o->lines[i], came[k].line))
			fresh = false;
		if (fresh) {
			p->is = came[k].line;
			p->place = came[k++].place;
		}
		if (old)
			p->was = &o->lines[i++];
		if (is_only_ours(p))
			p->asked_anew = true;
		else
			compare_line(c, p);
	}
}

void
amend_compare(struct arena *mem, const struct order *o, const char *extra,
    const struct order_intake *it, const struct order_sums *sums,
    struct amendment *out)
{
	struct compare c = { .mem = mem, .o = o, .it = it, .sums = sums,
	    .out = out };

	memset(out, 0, sizeof(*out));
	compare_order(&c, extra);
	pair_lines(&c);
}
