/* probe.c - look at stock without an order */

#include <order/intake.h>
#include <order/money.h>
#include <order/probe.h>
#include <order/stock.h>
#include <order/verify.h>

const char *const stock_probe_columns[STOCK_PROBE_NCOLUMNS] = {
	"on_hand", "allocated", "available", "next_supply_on"
};

static const char SQL_NEXT_SUPPLY[] =
	"SELECT coalesce(min(expected_on), '') FROM supply"
	" WHERE sku = $1 AND quantity > 0";

static int
next_supply(struct step *s, const char *sku, const char **date, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_NEXT_SUPPLY, BIND(T(sku)), &row, e);

	if (r <= 0)
		return r;
	*date = db_dup(row, 0, &s->mem);
	db_done(row);
	return 0;
}

int
stock_probe(struct step *s, const char *sku, const char *quantity,
    const char *customer, const char **values, struct verdict *v,
    struct err *e)
{
	struct stock_level l;
	struct customer c;
	int64_t n = 0;
	int r;

	for (int i = 0; i < STOCK_PROBE_NCOLUMNS; i++)
		values[i] = "";
	if (decimal_parse(quantity, QUANTITY_SCALE, &n) != DECIMAL_OK || n == 0)
		return verdict_set(v, 0, RESULT_REFUSED, "bad-value");
	if (customer_find(s, customer, &c, e) < 0)
		return -1;
	r = item_resolve(s, sku, c.customer, &sku, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return verdict_set(v, 0, RESULT_REFUSED, "no-such-item");
	if (stock_level(s, sku, &l, e) < 0 ||
	    next_supply(s, sku, &values[3], e) < 0)
		return -1;
	values[0] = decimal_short(&s->mem, l.on_hand, QUANTITY_SCALE);
	values[1] = decimal_short(&s->mem, l.allocated, QUANTITY_SCALE);
	values[2] = decimal_short(&s->mem, l.available, QUANTITY_SCALE);
	return l.available >= n ? verdict_set(v, 0, RESULT_OK, "") :
	    verdict_set(v, 0, RESULT_REFUSED, "short");
}
