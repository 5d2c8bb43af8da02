/* alternatives.c - which items can take the place of one that is short
 *
 * Only what is there now, at the price this customer would pay for it. */

#include <order/ack.h>
#include <order/message.h>
#include <order/money.h>
#include <order/verify.h>

#include "shortage.h"

/* ---- finding ---- */

static int
price_of(struct step *s, const struct order *o, const char *sku,
    int64_t quantity, struct item_facts *f, struct err *e)
{
	return item_facts(s, sku, sku, o->account,
	    o->column[COLUMN_CURRENCY], quantity, step_day_text(s, o->received_at),
	    f, e);
}

/* unit is that of what it replaces, as far as anybody knows. */
static bool
covers(const struct alternative *a, const struct item_facts *f,
    const char *unit, int64_t quantity)
{
	return a->available >= quantity && a->unit_price != AMOUNT_NONE &&
	    (unit[0] == '\0' || a->unit[0] == '\0' ||
	    unit_same(unit, a->unit)) && quantity >= f->min_quantity &&
	    (f->multiple == 0 || quantity % f->multiple == 0);
}

static const char SQL_FIND[] =
	"SELECT i.sku, i.description, i.unit, k.on_hand - k.allocated,"
	" coalesce((SELECT x.unit FROM items AS x WHERE x.sku = $1), '')"
	" FROM substitutes AS u JOIN items AS i ON i.sku = u.substitute"
	"  JOIN stock AS k ON k.sku = i.sku"
	" WHERE u.sku = $1 AND i.sku <> $1 AND i.status = 'active'"
	" AND k.on_hand > k.allocated"
	" ORDER BY u.rank, u.substitute LIMIT 5";

int
alternatives_find(struct step *s, const struct order *o,
    const struct order_line *l, int64_t quantity, struct alternative **list,
    size_t *n, struct err *e)
{
	struct alternative *a = arena_array(&s->mem, 5, sizeof(*a));
	const char *unit = l->unit;
	struct item_facts f;
	struct row *row;
	int r;

	*list = a;
	*n = 0;
	if (db_query(s->db, SQL_FIND, BIND(T(l->item)), &row, e) < 0)
		return -1;
	while (*n < 5 && (r = db_next(row, e)) == 1) {
		a[*n] = (struct alternative){ db_dup(row, 0, &s->mem),
		    db_dup(row, 1, &s->mem), db_dup(row, 2, &s->mem),
		    db_int(row, 3), AMOUNT_NONE, false };
		if (unit[0] == '\0')
			unit = db_dup(row, 4, &s->mem);
		++*n;
	}
	db_done(row);
	if (r < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		if (price_of(s, o, a[i].sku, quantity, &f, e) < 0)
			return -1;
		a[i].unit_price = f.expected_price;
		a[i].covers = covers(&a[i], &f, unit, quantity);
	}
	return 0;
}

static const char SQL_ITEM[] =
	"SELECT i.sku, i.description, i.unit,"
	" coalesce(k.on_hand - k.allocated, 0)"
	" FROM items AS i LEFT JOIN stock AS k ON k.sku = i.sku"
	" WHERE i.sku = $1 AND i.status = 'active'";

int
alternative_of(struct step *s, const struct order *o, const char *code,
    int64_t quantity, struct alternative *a, struct err *e)
{
	struct item_facts f;
	const char *sku;
	struct row *row;
	int r = item_resolve(s, code, o->account, &sku, e);

	if (r <= 0 || (r = db_one(s->db, SQL_ITEM, BIND(T(sku)), &row, e)) <= 0)
		return r;
	*a = (struct alternative){ db_dup(row, 0, &s->mem),
	    db_dup(row, 1, &s->mem), db_dup(row, 2, &s->mem), db_int(row, 3),
	    AMOUNT_NONE, false };
	db_done(row);
	if (price_of(s, o, a->sku, quantity, &f, e) < 0)
		return -1;
	a->unit_price = f.expected_price;
	return 1;
}

/* ---- telling ---- */

static const char SQL_FORGET[] =
	"DELETE FROM offers WHERE order_id = $1 AND line = $2 AND sku <> ''";

static const char SQL_KEEP[] =
	"INSERT INTO offers (order_id, line, sku, rank, quantity, unit_price,"
	" expected_on) VALUES ($1, $2, $3, $4, $5, $6, '')";

int
alternatives_keep(struct step *s, const struct order *o,
    const struct order_line *l, const struct alternative *a, size_t n,
    struct err *e)
{
	if (db_run(s->db, SQL_FORGET, BIND(I(o->id), I(l->line)), e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (db_run(s->db, SQL_KEEP, BIND(I(o->id), I(l->line),
		    T(a[i].sku), I((int64_t)i + 1), I(a[i].available),
		    a[i].unit_price == AMOUNT_NONE ? NIL() :
		    I(a[i].unit_price)), e) < 0)
			return -1;
	return 0;
}

void
alternatives_put(struct step *s, const struct order *o, cJSON *line,
    const struct alternative *a, size_t n)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		cJSON *j = cJSON_CreateObject();

		message_text(j, "sku", a[i].sku);
		message_text(j, "description", a[i].description);
		message_text(j, "available", decimal_short(&s->mem,
		    a[i].available, QUANTITY_SCALE));
		message_text(j, "unit_price", a[i].unit_price == AMOUNT_NONE ?
		    "" : decimal_least(&s->mem, a[i].unit_price, PRICE_SCALE,
		    o->exponent));
		cJSON_AddItemToArray(list, j);
	}
	cJSON_DeleteItemFromObjectCaseSensitive(line, "alternatives");
	cJSON_AddItemToObject(line, "alternatives", list);
}

/* For an acknowledgment: what could be had instead of what waits. */
int
add_alternatives(struct step *s, const struct order *o,
    const struct order_line *l, cJSON *line, struct err *e)
{
	struct alternative *a;
	struct wishes w;
	size_t n;

	if (wishes_read(s, o, &w, e) < 0)
		return -1;
	if (strcmp(w.substitute, "never") == 0)
		return 0;
	if (alternatives_find(s, o, l, l->backordered > 0 ? l->backordered :
	    l->rejected, &a, &n, e) < 0)
		return -1;
	if (l->backordered > 0 && alternatives_keep(s, o, l, a, n, e) < 0)
		return -1;
	alternatives_put(s, o, line, a, n);
	return 0;
}
