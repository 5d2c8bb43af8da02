/* load.c - one row of master data: check, compare, write, record
 *
 * Driven by the tables of load_kinds.c.  Stock is counted, not written:
 * stock_load.c does that. */

#include <order/clock.h>
#include <order/date.h>
#include <order/event.h>
#include <order/load.h>
#include <order/money.h>
#include <order/stock.h>
#include <order/text.h>

struct loading {
	struct step *s;
	const struct load_kind *kind;
	const char *text[LOAD_MAX_COLUMNS];	/* as it will be */
	struct val val[LOAD_MAX_COLUMNS + 2];
	struct fault *fault;
};

static void
refuse(struct loading *l, int i, const char *code, const char *fact)
{
	fault_set(l->fault, &l->s->mem, code, l->kind->columns[i].name, 0,
	    "\"%s\" %s", text_excerpt(&l->s->mem, l->text[i]), fact);
}

static bool
is_choice(const char *choices, const char *v)
{
	size_t n = strlen(v);

	for (const char *p = choices; (p = strstr(p, v)) != NULL; p += n)
		if (n > 0 && (p == choices || p[-1] == ' ') &&
		    (p[n] == '\0' || p[n] == ' '))
			return true;
	return n == 0 && choices[0] == ' ';
}

/* A blank decimal is NULL where the column allows none. */
static void
decimal(struct loading *l, int i, int scale)
{
	const struct load_column *c = &l->kind->columns[i];
	int64_t n = 0;
	enum decimal_fault f;

	if (l->text[i][0] == '\0') {
		l->val[i] = NIL();
		return;
	}
	f = c->type == LOAD_SIGNED ?
	    decimal_parse_signed(l->text[i], scale, &n) :
	    decimal_parse(l->text[i], scale, &n);
	if (f != DECIMAL_OK)
		refuse(l, i, "not-a-number", decimal_fault_text(f));
	l->val[i] = I(n);
}

static void
money(struct loading *l, int i)
{
	int currency = 0, exponent = 0;

	while (strcmp(l->kind->columns[currency].name, "currency") != 0)
		currency++;
	exponent = currency_exponent(l->text[currency][0] != '\0' ?
	    l->text[currency] : l->s->policy.text[POLICY_IS_CURRENCY]);
	decimal(l, i, exponent < 0 ? 2 : exponent);
}

static void
check_text(struct loading *l, int i)
{
	const struct load_column *c = &l->kind->columns[i];
	const char *v = l->text[i];
	int32_t date;

	l->val[i] = T(v);
	if (*v == '\0')
		return;
	if (c->type != LOAD_KEY && text_has_card_number(v, strlen(v)))
		fault_set(l->fault, &l->s->mem, "card-number", c->name, 0,
		    "holds a payment card number, which must not be stored");
	switch (c->type) {
	case LOAD_KEY:
		if (!text_is_key(v, KEY_MAX))
			refuse(l, i, "not-a-key", "is not a key: printable"
			    " text of at most 128 bytes");
		break;
	case LOAD_EMAIL:
		if (!text_is_email(v))
			refuse(l, i, "bad-value", "is not an e-mail address");
		break;
	case LOAD_COUNTRY:
		if (!country_known(v))
			refuse(l, i, "not-a-country", "is not a country code"
			    " (ISO 3166 alpha-2)");
		break;
	case LOAD_CURRENCY:
		if (currency_exponent(v) < 0)
			refuse(l, i, "not-a-currency",
			    "is not a currency code (ISO 4217)");
		break;
	case LOAD_LANGUAGE:
		if (!text_is_word(v, "-") || strlen(v) > 35)
			refuse(l, i, "not-a-language",
			    "is not a language tag (BCP 47)");
		break;
	case LOAD_DATE:
		if (!date_parse(v, &date))
			refuse(l, i, "not-a-date",
			    "is not a date (YYYY-MM-DD)");
		break;
	case LOAD_CHOICE:
		if (!is_choice(c->choices, v)) {
			char fact[120];

			snprintf(fact, sizeof(fact), "is none of: %s",
			    c->choices);
			refuse(l, i, "bad-value", fact);
		}
		break;
	default:
		if (!text_is_line(v))
			refuse(l, i, "not-one-line", "is more than one line");
	}
}

static void
check_value(struct loading *l, int i)
{
	const char *v = l->text[i];
	int64_t at;

	switch (l->kind->columns[i].type) {
	case LOAD_PRICE:
		decimal(l, i, PRICE_SCALE);
		break;
	case LOAD_QUANTITY:
	case LOAD_SIGNED:
		decimal(l, i, QUANTITY_SCALE);
		break;
	case LOAD_WHOLE:
		decimal(l, i, 0);
		break;
	case LOAD_DAYS:
		decimal(l, i, 0);
		if (l->val[i].i > 365)
			refuse(l, i, "bad-value", "is not from 0 to 365");
		break;
	case LOAD_MONEY:
		money(l, i);
		break;
	case LOAD_YES:
		l->val[i] = I(strcmp(v, "1") == 0 || strcmp(v, "yes") == 0 ||
		    strcmp(v, "true") == 0);
		if (l->val[i].i == 0 && !is_choice("0 no false", v))
			refuse(l, i, "bad-value", "is neither yes nor no");
		break;
	case LOAD_INSTANT:
		at = l->s->now.at;
		if (*v != '\0' && !instant_parse(v, &at))
			refuse(l, i, "not-an-instant",
			    "is not a time (2026-11-22T10:00:00Z)");
		l->val[i] = I(at);
		break;
	default:
		check_text(l, i);
	}
}

static const char SQL_ITEM[] = "SELECT 1 FROM items WHERE sku = $1";
static const char SQL_CUSTOMER[] =
	"SELECT 1 FROM customers WHERE customer = $1";

/* What a row names must be there. */
static int
check_named(struct loading *l, struct err *e)
{
	const struct load_kind *k = l->kind;
	int64_t there = 0;

	if (k->item >= 0 && l->text[k->item][0] != '\0') {
		if (db_one_int(l->s->db, SQL_ITEM, BIND(T(l->text[k->item])),
		    &there, e) < 0)
			return -1;
		if (!there)
			refuse(l, k->item, "no-such-item",
			    "is not an item (load items first)");
	}
	there = 0;
	if (k->customer >= 0 && l->text[k->customer][0] != '\0') {
		if (db_one_int(l->s->db, SQL_CUSTOMER,
		    BIND(T(l->text[k->customer])), &there, e) < 0)
			return -1;
		if (!there)
			refuse(l, k->customer, "no-such-customer",
			    "is not a customer (load customers first)");
	}
	return 0;
}

static const char *
fold_key(struct loading *l)
{
	int i = l->kind->folded;

	if (i < 0)
		return "";
	if (strcmp(l->kind->name, "blocklist") == 0 &&
	    strcmp(l->text[0], "phone") == 0)
		return text_digits(&l->s->mem, l->text[i]);
	return text_fold(&l->s->mem, l->text[i]);
}

/* The row as it is now, into was; 1, 0 when it is new, -1. */
static int
read_row(struct loading *l, const char *folded, const char **was,
    struct err *e)
{
	const struct load_kind *k = l->kind;
	struct val v[LOAD_MAX_COLUMNS + 1];
	struct row *row;
	int r;

	for (int i = 0; i < k->nkeys; i++)
		v[i] = i == k->folded ? T(folded) : l->val[i];
	v[k->nkeys].type = VAL_END;
	r = db_one(l->s->db, k->get, v, &row, e);
	if (r <= 0)
		return r;
	for (int i = 0; i < k->ncolumns; i++)
		was[i] = db_dup(row, i, &l->s->mem);
	db_done(row);
	return 1;
}

static const char *
shown(struct loading *l, int i)
{
	const struct val *v = &l->val[i];

	if (v->type == VAL_INT)
		return arena_printf(&l->s->mem, "%lld", (long long)v->i);
	return v->type == VAL_TEXT ? v->p : "";
}

/* A stored value as people write it. */
static const char *
readable(struct loading *l, int i, const char *stored)
{
	int64_t n = strtoll(stored, NULL, 10);

	if (stored[0] == '\0')
		return stored;
	switch (l->kind->columns[i].type) {
	case LOAD_PRICE:
		return decimal_short(&l->s->mem, n, PRICE_SCALE);
	case LOAD_QUANTITY:
		return decimal_short(&l->s->mem, n, QUANTITY_SCALE);
	default:
		return stored;
	}
}

static int
record(struct loading *l, const char **was, bool is_new, const char *key,
    bool *changed, struct err *e)
{
	struct buf b = BUF_INIT;
	int r = 0;

	detail_begin(&b);
	detail_text(&b, "kind", l->kind->name);
	detail_text(&b, "key", key);
	*changed = is_new;
	for (int i = l->kind->nkeys; i < l->kind->ncolumns; i++) {
		if (is_new || strcmp(was[i], shown(l, i)) == 0)
			continue;
		*changed = true;
		detail_text(&b, arena_printf(&l->s->mem, "%s.old",
		    l->kind->columns[i].name), readable(l, i, was[i]));
		detail_text(&b, arena_printf(&l->s->mem, "%s.new",
		    l->kind->columns[i].name), readable(l, i, shown(l, i)));
	}
	if (*changed)
		r = event_add(l->s, 0, is_new ? "load-new" : "load-change",
		    detail_end(&b), e);
	buf_release(&b);
	return r;
}

static int
put_row(struct loading *l, const char *folded, struct err *e)
{
	int n = l->kind->ncolumns;

	if (l->kind->folded >= 0)
		l->val[n++] = T(folded);
	l->val[n].type = VAL_END;
	return db_run(l->s->db, l->kind->put, l->val, e) < 0 ? -1 : 0;
}

static int
load_stock(struct loading *l, struct verdict *v, struct err *e)
{
	int r = l->kind == &load_adjust ?
	    stock_adjust(l->s, l->text[0], l->text[1], l->val[2].i, l->text[3],
	    v, e) :
	    stock_count(l->s, l->text[0], l->val[1].i, l->val[2].i, v, e);

	if (r == 0 && v->result == RESULT_REFUSED)
		fault_set(l->fault, &l->s->mem, v->reason,
		    l->kind->columns[0].name, 0, "\"%s\": %s", l->text[0],
		    v->note);
	return r;
}

/* What the file does not say stays as it is. */
static void
keep_value(struct loading *l, int i, const char *was)
{
	if (l->kind->columns[i].type < LOAD_PRICE)
		l->val[i] = T(was);
	else if (was[0] == '\0')
		l->val[i] = NIL();
	else
		l->val[i] = I(strtoll(was, NULL, 10));
}

/* Texts as they will be: given, else as they are, else the preset. */
static int
merge(struct loading *l, const char *const *text, const char **was,
    bool *is_new, const char **folded, struct err *e)
{
	const struct load_kind *k = l->kind;
	int r;

	for (int i = 0; i < k->nkeys; i++) {
		l->text[i] = text[i] != NULL ? text_trim(&l->s->mem, text[i]) :
		    "";
		if (l->text[i][0] == '\0' && k->columns[i].preset != NULL)
			l->text[i] = k->columns[i].preset;
		else if (l->text[i][0] == '\0')
			fault_set(l->fault, &l->s->mem, "missing",
			    k->columns[i].name, 0, "is missing");
		check_value(l, i);
	}
	*folded = fold_key(l);
	if (k->folded >= 0 && **folded == '\0' &&
	    l->text[k->folded][0] != '\0')
		refuse(l, k->folded, "bad-value",
		    "has nothing in it to find it by");
	r = k->get == NULL ? 0 : read_row(l, *folded, was, e);
	if (r < 0)
		return -1;
	*is_new = r == 0;
	for (int i = k->nkeys; i < k->ncolumns; i++) {
		const struct load_column *c = &k->columns[i];

		if (text[i] != NULL)
			l->text[i] = text_trim(&l->s->mem, text[i]);
		if (text[i] == NULL || l->text[i][0] == '\0')
			l->text[i] = c->preset != NULL ? c->preset : "";
		if (c->preset == NULL && l->text[i][0] == '\0' &&
		    (*is_new || text[i] != NULL))
			fault_set(l->fault, &l->s->mem, "missing", c->name, 0,
			    "is missing");
	}
	return 0;
}

int
load_row(struct step *s, const struct load_kind *k, const char *const *text,
    struct verdict *v, struct fault *fault, const char **key, struct err *e)
{
	struct loading l = { .s = s, .kind = k, .fault = fault };
	const char *was[LOAD_MAX_COLUMNS] = { NULL }, *folded;
	bool is_new, changed;

	/* Every column has a text, whatever its kind says later. */
	for (int i = 0; i < LOAD_MAX_COLUMNS; i++)
		l.text[i] = "";
	if (merge(&l, text, was, &is_new, &folded, e) < 0)
		return -1;
	*key = l.text[0];
	for (int i = 1; i < k->nkeys; i++)
		if (l.text[i][0] != '\0')
			*key = arena_printf(&s->mem, "%s %s", *key, l.text[i]);
	for (int i = 0; i < k->ncolumns; i++) {
		if (!is_new && i >= k->nkeys && text[i] == NULL)
			keep_value(&l, i, was[i]);
		else if (i >= k->nkeys)
			check_value(&l, i);
	}
	if (fault->code == NULL && check_named(&l, e) < 0)
		return -1;
	if (fault->code == NULL && k->put == NULL)
		return load_stock(&l, v, e);
	if (fault->code != NULL)
		return verdict_set(v, 0, RESULT_REFUSED, fault->code);
	if (record(&l, was, is_new, *key, &changed, e) < 0 ||
	    (changed && put_row(&l, folded, e) < 0))
		return -1;
	return verdict_set(v, 0, changed ? RESULT_OK : RESULT_UNCHANGED, "");
}
