/* normalise.c - check an order's values and bring them into one form
 *
 * Pure: text in, values or the first fault out.  What the store must be
 * asked (channel, key, currency) is receive.c's business. */

#include <stdarg.h>

#include <order/date.h>
#include <order/intake.h>
#include <order/money.h>
#include <order/text.h>

#define CARD_NUMBER "holds a payment card number, which must not be stored" \
	" (give payment_token and payment_last4)"
#define FUTURE_GRACE 300	/* seconds: clocks differ */

void
fault_set(struct fault *f, struct arena *mem, const char *code,
    const char *field, int64_t line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (f->code != NULL)
		return;
	va_start(ap, fmt);
	text_format(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->code = code;
	f->field = text_excerpt(mem, field);
	f->line = line;
	f->text = arena_dup(mem, text);
}

/* What one value is checked with. */
struct check {
	struct arena *mem;
	struct fault *fault;
	int64_t line;
	const char *field;
};

static void
refuse(struct check *c, const char *code, const char *value, const char *fact)
{
	fault_set(c->fault, c->mem, code, c->field, c->line, "\"%s\" %s",
	    text_excerpt(c->mem, value), fact);
}

static const char *
upper(struct arena *mem, const char *v)
{
	char *u = arena_dup(mem, v);

	for (char *p = u; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return u;
}

/* A date in a field that may also hold rubbish. */
static const char *
date_value(struct check *c, const char *v)
{
	int32_t d;

	if (!date_parse(v, &d))
		refuse(c, "not-a-date", v, "is not a date (YYYY-MM-DD)");
	return v;
}

static const char *
coded_value(struct check *c, enum column_kind kind, const char *v)
{
	const char *u = upper(c->mem, v);

	switch (kind) {
	case COL_COUNTRY:
		if (!country_known(u))
			refuse(c, "not-a-country", v, "is not a country code"
			    " (ISO 3166 alpha-2)");
		return u;
	case COL_CURRENCY:
		if (currency_exponent(u) < 0)
			refuse(c, "not-a-currency", v, "is not a currency code"
			    " (ISO 4217)");
		return u;
	case COL_LANGUAGE:
		if (!text_is_word(v, "-") || strlen(v) > 35)
			refuse(c, "not-a-language", v, "is not a language tag"
			    " (BCP 47)");
		return v;
	default:
		if (strlen(v) != 4 || !text_is_word(v, "") ||
		    strspn(v, "0123456789") != 4)
			refuse(c, "not-last4", v, "is not four digits");
		return v;
	}
}

/* Blanks around it are part of a text, and make a number none. */
static bool
trims(enum column_kind kind)
{
	return kind != COL_TEXT && kind != COL_AMOUNT && kind != COL_PRICE &&
	    kind != COL_QUANTITY && kind != COL_NUMBER;
}

/* Check one value by its column's kind; numbers are left to their reader. */
static const char *
value_of(struct check *c, const struct column *col, const char *v)
{
	c->field = col->name;
	if (*v == '\0')
		return v;
	if (strlen(v) > FIELD_MAX) {
		fault_set(c->fault, c->mem, "too-large", col->name, c->line,
		    "is over 64 KiB");
		return "";
	}
	if (col->scanned && text_has_card_number(v, strlen(v))) {
		fault_set(c->fault, c->mem, "card-number", col->name, c->line,
		    CARD_NUMBER);
		return "";
	}
	if (trims(col->kind))
		v = text_trim(c->mem, v);
	if (*v == '\0')
		return v;
	switch (col->kind) {
	case COL_KEY:
		if (!text_is_key(v, KEY_MAX))
			refuse(c, "not-a-key", v, "is not a key: printable text"
			    " of at most 128 bytes");
		return v;
	case COL_LINE:
		if (!text_is_line(v))
			refuse(c, "not-one-line", v, "is more than one line");
		return v;
	case COL_DATE:
		return date_value(c, v);
	case COL_COUNTRY:
	case COL_CURRENCY:
	case COL_LANGUAGE:
	case COL_LAST4:
		return coded_value(c, col->kind, v);
	default:
		return v;
	}
}

const char *
column_check(struct arena *mem, const struct column *col, const char *value,
    struct fault *f)
{
	struct check c = { mem, f, 0, col->name };
	size_t n = strlen(value);
	const char *fact = text_unfit(value, n);

	if (fact != NULL)
		fault_set(f, mem, text_is_utf8(value, n) ?
		    "control-character" : "not-utf8", col->name, 0, "%s", fact);
	return value_of(&c, col, value);
}

/* A decimal: AMOUNT_NONE when blank. */
static int64_t
decimal_value(struct check *c, const char *v, int scale)
{
	static const char *const codes[] = { "", "not-a-number",
		"too-many-decimals", "number-too-large" };
	int64_t n = AMOUNT_NONE;
	enum decimal_fault f;

	if (*v == '\0')
		return AMOUNT_NONE;
	f = decimal_parse(v, scale, &n);
	if (f != DECIMAL_OK)
		refuse(c, codes[f], v, decimal_fault_text(f));
	return n;
}

static void
instant_value(struct check *c, struct now now, const char *v, int64_t *at)
{
	c->field = "received_at";
	*at = now.at;
	if (*v == '\0')
		return;
	if (!instant_parse(v, at))
		refuse(c, "not-an-instant", v, "is not a time"
		    " (2026-11-22T10:00:00Z)");
	else if (*at > now.at + FUTURE_GRACE)
		refuse(c, "in-the-future", v, "is in the future");
}

static int64_t
line_number(struct check *c, const char *v, int64_t place)
{
	int64_t n;

	c->field = "line";
	if (*v == '\0')
		return place;
	if (decimal_parse(v, 0, &n) != DECIMAL_OK || n < 1 || n > ORDER_MAX_LINE) {
		refuse(c, "line-number", v, "is not a line number"
		    " from 1 to 1000000");
		return place;
	}
	return n;
}

static void
normalise_line(struct check *c, const struct line_in *in, int64_t place,
    struct line_new *out)
{
	const char *v[LINE_NCOLUMNS], *was = c->fault->code;

	c->line = in->source_line;
	for (int i = 0; i < LINE_NCOLUMNS; i++)
		v[i] = value_of(c, &line_columns[i], in->column[i]);
	out->line = line_number(c, v[LINE_COLUMN_LINE], place);
	out->sku = v[LINE_COLUMN_SKU];
	out->description = v[LINE_COLUMN_DESCRIPTION];
	out->unit = v[LINE_COLUMN_UNIT];
	out->instructions = v[LINE_COLUMN_LINE_INSTRUCTIONS];
	if (out->sku[0] == '\0')
		fault_set(c->fault, c->mem, "missing", "sku", c->line,
		    "is missing: every line needs an item code");
	c->field = "quantity";
	out->quantity = decimal_value(c, v[LINE_COLUMN_QUANTITY],
	    QUANTITY_SCALE);
	if (out->quantity == AMOUNT_NONE)
		fault_set(c->fault, c->mem, "missing", "quantity", c->line,
		    "is missing: every line needs a quantity");
	else if (out->quantity == 0)
		fault_set(c->fault, c->mem, "not-positive", "quantity",
		    c->line, "is not over zero");
	c->field = "unit_price";
	out->unit_price = decimal_value(c, v[LINE_COLUMN_UNIT_PRICE],
	    PRICE_SCALE);
	if (was == NULL && c->fault->code != NULL)
		c->fault->source = in->source;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Line numbers ascend in nearly every order: sort only when they do not. */
static void
check_line_numbers(struct check *c, const struct order_new *o)
{
	bool ascending = true;
	int64_t *n;

	for (size_t i = 1; i < o->nlines && ascending; i++)
		ascending = o->lines[i].line > o->lines[i - 1].line;
	if (ascending)
		return;
	n = arena_array(c->mem, o->nlines, sizeof(*n));
	for (size_t i = 0; i < o->nlines; i++)
		n[i] = o->lines[i].line;
	qsort(n, o->nlines, sizeof(*n), by_number);
	for (size_t i = 1; i < o->nlines; i++)
		if (n[i] == n[i - 1])
			fault_set(c->fault, c->mem, "line-number", "line",
			    c->line, "%lld is given twice", (long long)n[i]);
}

static int
by_line(const void *a, const void *b)
{
	const struct line_new *const *x = a, *const *y = b;

	return ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

static void
add_line(struct hash *h, const struct line_new *l)
{
	hash_int(h, l->line);
	hash_text(h, l->sku);
	hash_text(h, l->description);
	hash_text(h, l->unit);
	hash_text(h, l->instructions);
	hash_int(h, l->quantity);
	hash_int(h, l->unit_price);
}

void
content_hash(struct arena *mem, const struct order_new *o, const char *extra,
    uint8_t out[HASH_SIZE])
{
	const struct line_new **l = arena_array(mem, o->nlines,
	    sizeof(struct line_new *));
	bool ascending = true;
	struct hash h;

	hash_init(&h);
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		if (order_columns[i].kind != COL_AMOUNT &&
		    i != COLUMN_RECEIVED_AT)
			hash_text(&h, o->column[i]);
	for (int i = 0; i < 4; i++)
		hash_int(&h, o->amount[i]);
	for (size_t i = 0; i < o->nlines; i++) {
		l[i] = &o->lines[i];
		ascending = ascending &&
		    (i == 0 || l[i]->line > l[i - 1]->line);
	}
	if (!ascending)
		qsort(l, o->nlines, sizeof(struct line_new *), by_line);
	for (size_t i = 0; i < o->nlines; i++)
		add_line(&h, l[i]);
	hash_text(&h, extra);
	hash_end(&h, out);
}

void
order_normalise(struct arena *mem, const struct order_in *in, struct now now,
    struct order_intake *it)
{
	struct order_new *o = &it->new;
	struct check c = { mem, &it->fault, in->source_line, "" };
	struct hash h;

	memset(it, 0, sizeof(*it));
	it->mem = mem;
	it->in = in;
	it->fault = in->fault;
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		o->column[i] = value_of(&c, &order_columns[i], in->column[i]);
	instant_value(&c, now, o->column[COLUMN_RECEIVED_AT], &o->received_at);
	for (int i = 0; i < 4; i++) {
		c.field = order_columns[COLUMN_DISCOUNT + i].name;
		o->amount[i] = decimal_value(&c,
		    o->column[COLUMN_DISCOUNT + i], AMOUNT_SCALE);
	}
	if (in->nlines == 0)
		fault_set(c.fault, mem, "no-lines", "", in->source_line,
		    "the order has no line (sku and quantity)");
	o->nlines = in->nlines;
	o->lines = arena_array(mem, in->nlines, sizeof(*o->lines));
	for (size_t i = 0; i < in->nlines; i++)
		normalise_line(&c, &in->lines[i], (int64_t)i + 1, &o->lines[i]);
	c.line = in->source_line;
	check_line_numbers(&c, o);
	if (it->fault.code == NULL && in->beside &&
	    original_has_card_number(in))
		fault_set(&it->fault, mem, "card-number", "", c.line,
		    "holds a payment card number or a card's security code,"
		    " which must not be stored");
	hash_init(&h);
	hash_add(&h, in->raw, in->raw_n);
	hash_end(&h, o->sha256);
	if (it->fault.code == NULL)
		content_hash(mem, o, in->extra, o->content);
}
