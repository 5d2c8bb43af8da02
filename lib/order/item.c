/* item.c - what a code means, and what it costs this customer
 *
 * Codes are compared folded: case and width do not matter. */

#include <order/text.h>
#include <order/verify.h>

static const char SQL_OWN[] = "SELECT sku FROM items WHERE sku_key = $1";

static const char SQL_ALIAS[] =
	"SELECT sku FROM aliases WHERE alias_key = $1"
	" AND (customer = $2 OR customer = '') ORDER BY customer DESC LIMIT 1";

static int
find_alias(struct step *s, const char *key, const char *customer,
    const char **sku, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_ALIAS, BIND(T(key), T(customer)), &row, e);

	if (r <= 0)
		return r;
	*sku = db_dup(row, 0, &s->mem);
	db_done(row);
	return 1;
}

int
item_resolve(struct step *s, const char *code, const char *customer,
    const char **sku, struct err *e)
{
	const char *key = text_fold(&s->mem, code);
	struct row *row;
	int r = db_one(s->db, SQL_OWN, BIND(T(key)), &row, e);

	if (r <= 0)
		return r < 0 ? -1 : find_alias(s, key, customer, sku, e);
	*sku = db_dup(row, 0, &s->mem);
	db_done(row);
	return 1;
}

#define ITEM_FACTS "SELECT sku, unit, status, superseded_by, min_quantity," \
	" multiple, handling_days, unit_price, currency FROM items"

static const char SQL_ITEM_OF_KEY[] = ITEM_FACTS " WHERE sku_key = $1";
static const char SQL_ITEM[] = ITEM_FACTS " WHERE sku = $1";

static int
read_item(struct step *s, const char *sql, const char *key,
    const char *currency, struct item_facts *f, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, sql, BIND(T(key)), &row, e);

	if (r <= 0)
		return r;
	f->known = true;
	f->sku = db_dup(row, 0, &s->mem);
	f->unit = db_dup(row, 1, &s->mem);
	f->status = db_dup(row, 2, &s->mem);
	f->superseded_by = db_dup(row, 3, &s->mem);
	f->min_quantity = db_int(row, 4);
	f->multiple = db_int(row, 5);
	f->handling_days = db_null(row, 6) ? -1 : db_int(row, 6);
	if (!db_null(row, 7) && (db_text(row, 8)[0] == '\0' ||
	    strcmp(db_text(row, 8), currency) == 0)) {
		f->expected_price = db_int(row, 7);
		f->price_source = "item";
	}
	db_done(row);
	return 1;
}

/* In the order of the key, from its end: the highest break, the newest. */
static const char SQL_PRICE[] =
	"SELECT unit_price FROM prices"
	" WHERE sku = $1 AND currency = $2 AND customer = $3"
	" AND min_quantity <= $4 AND valid_from <= $5"
	" AND (valid_to = '' OR valid_to >= $5)"
	" ORDER BY min_quantity DESC, valid_from DESC LIMIT 1";

static int
find_price(struct step *s, const char *customer, const char *currency,
    int64_t quantity, const char *date, const char *source,
    struct item_facts *f, struct err *e)
{
	int r = step_has(s, TABLE_PRICES, e);

	if (r <= 0)
		return r;
	r = db_one_int(s->db, SQL_PRICE, BIND(T(f->sku), T(currency),
	    T(customer), I(quantity), T(date)), &f->expected_price, e);

	if (r == 1)
		f->price_source = source;
	return r;
}

int
item_facts(struct step *s, const char *code, const char *item,
    const char *customer, const char *currency, int64_t quantity,
    const char *date, struct item_facts *f, struct err *e)
{
	const char *key = text_fold(&s->mem, code);
	int r;

	memset(f, 0, sizeof(*f));
	f->expected_price = AMOUNT_NONE;
	f->price_source = "";
	r = read_item(s, SQL_ITEM_OF_KEY, key, currency, f, e);
	if (r == 0)
		r = find_alias(s, key, customer, &item, e) < 0 ? -1 :
		    read_item(s, SQL_ITEM, item, currency, f, e);
	if (r <= 0)
		return r;
	if (customer[0] != '\0')
		r = find_price(s, customer, currency, quantity, date,
		    "customer", f, e);
	if (r >= 0 && strcmp(f->price_source, "customer") != 0)
		r = find_price(s, "", currency, quantity, date, "list", f, e);
	return r < 0 ? -1 : 0;
}

/* Groups of codes for the same unit (UN/ECE Rec 20, X12 355, usage). */
bool
unit_same(const char *a, const char *b)
{
	static const char *const groups[] = {
		" C62 EA PCE PC PCS H87 ONE EACH PIECE STK ST ",
		" SET ", " PR PAIR ", " DZN DZ DOZEN ",
		" KGM KG KILO ", " GRM G ", " LBR LB LBS ",
		" LTR L LITRE LITER ", " MTR M METRE METER ",
		" MTK M2 ", " MTQ M3 ", " HUR H HOUR ", " DAY D ",
		" XBX BX BOX ", " XCT CT CTN CA CS CASE CARTON ",
		" XPK PK PACK PACKAGE ", " XPX PLT PALLET ",
	};
	char x[20], y[20];

	if (text_eq_nocase(a, b))
		return true;
	if (strlen(a) > 16 || strlen(b) > 16 || strchr(a, ' ') != NULL ||
	    strchr(b, ' ') != NULL)
		return false;
	snprintf(x, sizeof(x), " %s ", a);
	snprintf(y, sizeof(y), " %s ", b);
	for (char *p = x; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	for (char *p = y; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (strstr(groups[i], x) != NULL &&
		    strstr(groups[i], y) != NULL)
			return true;
	return false;
}
