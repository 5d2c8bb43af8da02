/* load_kinds.c - the kinds of master data: columns, defaults, their SQL
 *
 * Tables only; load.c runs them. */

#include <order/load.h>

#define CONSENT " auto ask never"
#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

#define ADDRESS(who) \
	{ who "_name", LOAD_LINE, "", NULL }, \
	{ who "_line1", LOAD_LINE, "", NULL }, \
	{ who "_line2", LOAD_LINE, "", NULL }, \
	{ who "_city", LOAD_LINE, "", NULL }, \
	{ who "_region", LOAD_LINE, "", NULL }, \
	{ who "_postcode", LOAD_LINE, "", NULL }, \
	{ who "_country", LOAD_COUNTRY, "", NULL }

static const struct load_column customers[] = {
	{ "customer", LOAD_KEY, NULL, NULL },
	{ "name", LOAD_LINE, "", NULL },
	{ "email", LOAD_EMAIL, "", NULL },
	{ "phone", LOAD_LINE, "", NULL },
	ADDRESS("bill"), ADDRESS("ship"),
	{ "currency", LOAD_CURRENCY, "", NULL },
	{ "language", LOAD_LANGUAGE, "", NULL },
	{ "payment_terms", LOAD_LINE, "", NULL },
	{ "payment_methods", LOAD_LINE, "", NULL },
	{ "credit_limit", LOAD_MONEY, "", NULL },
	{ "receivables", LOAD_MONEY, "0", NULL },
	{ "priority", LOAD_WHOLE, "0", NULL },
	{ "status", LOAD_CHOICE, "active", "active blocked closed" },
	{ "ship_policy", LOAD_CHOICE, "", " partial complete" },
	{ "backorder_consent", LOAD_CHOICE, "", CONSENT },
	{ "substitute_consent", LOAD_CHOICE, "", CONSENT },
};

#define CUSTOMER_LIST \
	"customer, name, email, phone, bill_name, bill_line1, bill_line2," \
	" bill_city, bill_region, bill_postcode, bill_country, ship_name," \
	" ship_line1, ship_line2, ship_city, ship_region, ship_postcode," \
	" ship_country, currency, language, payment_terms, payment_methods," \
	" credit_limit, receivables, priority, status, ship_policy," \
	" backorder_consent, substitute_consent"

static const char SQL_GET_CUSTOMER[] =
	"SELECT " CUSTOMER_LIST " FROM customers"
	" WHERE customer_key = $1";

static const char SQL_PUT_CUSTOMER[] =
	"INSERT INTO customers (" CUSTOMER_LIST ", customer_key)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	" $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,"
	" $28, $29, $30)"
	" ON CONFLICT (customer_key) DO UPDATE SET name = excluded.name,"
	" email = excluded.email, phone = excluded.phone,"
	" bill_name = excluded.bill_name, bill_line1 = excluded.bill_line1,"
	" bill_line2 = excluded.bill_line2, bill_city = excluded.bill_city,"
	" bill_region = excluded.bill_region,"
	" bill_postcode = excluded.bill_postcode,"
	" bill_country = excluded.bill_country,"
	" ship_name = excluded.ship_name, ship_line1 = excluded.ship_line1,"
	" ship_line2 = excluded.ship_line2, ship_city = excluded.ship_city,"
	" ship_region = excluded.ship_region,"
	" ship_postcode = excluded.ship_postcode,"
	" ship_country = excluded.ship_country,"
	" currency = excluded.currency, language = excluded.language,"
	" payment_terms = excluded.payment_terms,"
	" payment_methods = excluded.payment_methods,"
	" credit_limit = excluded.credit_limit,"
	" receivables = excluded.receivables, priority = excluded.priority,"
	" status = excluded.status, ship_policy = excluded.ship_policy,"
	" backorder_consent = excluded.backorder_consent,"
	" substitute_consent = excluded.substitute_consent";

static const struct load_column items[] = {
	{ "sku", LOAD_KEY, NULL, NULL },
	{ "description", LOAD_LINE, "", NULL },
	{ "unit", LOAD_LINE, "", NULL },
	{ "unit_price", LOAD_PRICE, "", NULL },
	{ "currency", LOAD_CURRENCY, "", NULL },
	{ "min_quantity", LOAD_QUANTITY, "0", NULL },
	{ "multiple", LOAD_QUANTITY, "0", NULL },
	{ "handling_days", LOAD_DAYS, "", NULL },
	{ "status", LOAD_CHOICE, "active", "active discontinued" },
	{ "superseded_by", LOAD_KEY, "", NULL },
};

#define ITEM_LIST \
	"sku, description, unit, unit_price, currency, min_quantity, multiple," \
	" handling_days, status, superseded_by"

static const char SQL_GET_ITEM[] =
	"SELECT " ITEM_LIST " FROM items WHERE sku_key = $1";

static const char SQL_PUT_ITEM[] =
	"INSERT INTO items (" ITEM_LIST ", sku_key)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	" ON CONFLICT (sku_key) DO UPDATE SET"
	" description = excluded.description, unit = excluded.unit,"
	" unit_price = excluded.unit_price, currency = excluded.currency,"
	" min_quantity = excluded.min_quantity, multiple = excluded.multiple,"
	" handling_days = excluded.handling_days, status = excluded.status,"
	" superseded_by = excluded.superseded_by";

static const struct load_column prices[] = {
	{ "sku", LOAD_KEY, NULL, NULL },
	{ "currency", LOAD_CURRENCY, NULL, NULL },
	{ "customer", LOAD_KEY, "", NULL },
	{ "min_quantity", LOAD_QUANTITY, "0", NULL },
	{ "valid_from", LOAD_DATE, "", NULL },
	{ "valid_to", LOAD_DATE, "", NULL },
	{ "unit_price", LOAD_PRICE, NULL, NULL },
};

static const char SQL_GET_PRICE[] =
	"SELECT sku, currency, customer, min_quantity, valid_from, valid_to,"
	" unit_price FROM prices WHERE sku = $1 AND currency = $2"
	" AND customer = $3 AND min_quantity = $4 AND valid_from = $5";

static const char SQL_PUT_PRICE[] =
	"INSERT INTO prices (sku, currency, customer, min_quantity, valid_from,"
	" valid_to, unit_price) VALUES ($1, $2, $3, $4, $5, $6, $7)"
	" ON CONFLICT (sku, currency, customer, min_quantity, valid_from)"
	" DO UPDATE SET valid_to = excluded.valid_to,"
	" unit_price = excluded.unit_price";

static const struct load_column aliases[] = {
	{ "alias", LOAD_KEY, NULL, NULL },
	{ "customer", LOAD_KEY, "", NULL },
	{ "sku", LOAD_KEY, NULL, NULL },
};

static const char SQL_GET_ALIAS[] =
	"SELECT alias, customer, sku FROM aliases"
	" WHERE alias_key = $1 AND customer = $2";

static const char SQL_PUT_ALIAS[] =
	"INSERT INTO aliases (alias, customer, sku, alias_key)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (alias_key, customer) DO UPDATE SET sku = excluded.sku";

static const struct load_column stock[] = {
	{ "sku", LOAD_KEY, NULL, NULL },
	{ "on_hand", LOAD_QUANTITY, NULL, NULL },
	{ "counted_at", LOAD_INSTANT, "", NULL },
};

static const struct load_column adjustments[] = {
	{ "adjust_ref", LOAD_KEY, NULL, NULL },
	{ "sku", LOAD_KEY, NULL, NULL },
	{ "quantity", LOAD_SIGNED, NULL, NULL },
	{ "reason", LOAD_LINE, "", NULL },
};

static const struct load_column supply[] = {
	{ "supply_ref", LOAD_KEY, NULL, NULL },
	{ "sku", LOAD_KEY, NULL, NULL },
	{ "quantity", LOAD_QUANTITY, NULL, NULL },
	{ "expected_on", LOAD_DATE, NULL, NULL },
};

static const char SQL_GET_SUPPLY[] =
	"SELECT supply_ref, sku, quantity, expected_on FROM supply"
	" WHERE supply_ref = $1";

static const char SQL_PUT_SUPPLY[] =
	"INSERT INTO supply (supply_ref, sku, quantity, expected_on)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (supply_ref) DO UPDATE SET sku = excluded.sku,"
	" quantity = excluded.quantity, expected_on = excluded.expected_on";

static const struct load_column substitutes[] = {
	{ "sku", LOAD_KEY, NULL, NULL },
	{ "substitute", LOAD_KEY, NULL, NULL },
	{ "rank", LOAD_WHOLE, "1", NULL },
};

static const char SQL_GET_SUBSTITUTE[] =
	"SELECT sku, substitute, rank FROM substitutes"
	" WHERE sku = $1 AND substitute = $2";

static const char SQL_PUT_SUBSTITUTE[] =
	"INSERT INTO substitutes (sku, substitute, rank)"
	" VALUES ($1, $2, $3)"
	" ON CONFLICT (sku, substitute) DO UPDATE SET rank = excluded.rank";

static const struct load_column channels[] = {
	{ "channel", LOAD_KEY, NULL, NULL },
	{ "description", LOAD_LINE, "", NULL },
	{ "approved", LOAD_YES, "1", NULL },
};

static const char SQL_GET_CHANNEL[] =
	"SELECT channel, description, approved FROM channels"
	" WHERE channel = $1";

static const char SQL_PUT_CHANNEL[] =
	"INSERT INTO channels (channel, description, approved)"
	" VALUES ($1, $2, $3)"
	" ON CONFLICT (channel) DO UPDATE SET"
	" description = excluded.description, approved = excluded.approved";

static const struct load_column holidays[] = {
	{ "date", LOAD_DATE, NULL, NULL },
	{ "name", LOAD_LINE, "", NULL },
};

static const char SQL_GET_HOLIDAY[] =
	"SELECT date, name FROM holidays WHERE date = $1";

static const char SQL_PUT_HOLIDAY[] =
	"INSERT INTO holidays (date, name) VALUES ($1, $2)"
	" ON CONFLICT (date) DO UPDATE SET name = excluded.name";

static const struct load_column transit[] = {
	{ "country", LOAD_COUNTRY, NULL, NULL },
	{ "method", LOAD_LINE, "", NULL },
	{ "days", LOAD_DAYS, NULL, NULL },
};

static const char SQL_GET_TRANSIT[] =
	"SELECT country, method, days FROM transit"
	" WHERE country = $1 AND method = $2";

static const char SQL_PUT_TRANSIT[] =
	"INSERT INTO transit (country, method, days)"
	" VALUES ($1, $2, $3)"
	" ON CONFLICT (country, method) DO UPDATE SET days = excluded.days";

static const struct load_column blocklist[] = {
	{ "kind", LOAD_CHOICE, NULL, "email phone address customer" },
	{ "value", LOAD_LINE, NULL, NULL },
	{ "reason", LOAD_LINE, "", NULL },
};

static const char SQL_GET_BLOCKED[] =
	"SELECT kind, value, reason FROM blocklist"
	" WHERE kind = $1 AND value_key = $2";

static const char SQL_PUT_BLOCKED[] =
	"INSERT INTO blocklist (kind, value, reason, value_key)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (kind, value_key) DO UPDATE SET reason = excluded.reason";

const struct load_kind load_kinds[] = {
	{ "customers", customers, COUNT(customers), 1, SQL_GET_CUSTOMER,
	    SQL_PUT_CUSTOMER, 0, -1, -1 },
	{ "items", items, COUNT(items), 1, SQL_GET_ITEM, SQL_PUT_ITEM,
	    0, -1, -1 },
	{ "prices", prices, COUNT(prices), 5, SQL_GET_PRICE, SQL_PUT_PRICE,
	    -1, 0, 2 },
	{ "aliases", aliases, COUNT(aliases), 2, SQL_GET_ALIAS, SQL_PUT_ALIAS,
	    0, 2, 1 },
	{ "stock", stock, COUNT(stock), 1, NULL, NULL, -1, 0, -1 },
	{ "supply", supply, COUNT(supply), 1, SQL_GET_SUPPLY, SQL_PUT_SUPPLY,
	    -1, 1, -1 },
	{ "substitutes", substitutes, COUNT(substitutes), 2,
	    SQL_GET_SUBSTITUTE, SQL_PUT_SUBSTITUTE, -1, 0, -1 },
	{ "channels", channels, COUNT(channels), 1, SQL_GET_CHANNEL,
	    SQL_PUT_CHANNEL, -1, -1, -1 },
	{ "holidays", holidays, COUNT(holidays), 1, SQL_GET_HOLIDAY,
	    SQL_PUT_HOLIDAY, -1, -1, -1 },
	{ "transit", transit, COUNT(transit), 2, SQL_GET_TRANSIT,
	    SQL_PUT_TRANSIT, -1, -1, -1 },
	{ "blocklist", blocklist, COUNT(blocklist), 2, SQL_GET_BLOCKED,
	    SQL_PUT_BLOCKED, 1, -1, -1 },
};

const int nload_kinds = COUNT(load_kinds);

const struct load_kind load_adjust = { "stock", adjustments,
	COUNT(adjustments), 1, NULL, NULL, -1, 1, -1 };

const struct load_kind *
load_find(const char *name)
{
	for (int i = 0; i < nload_kinds; i++)
		if (strcmp(load_kinds[i].name, name) == 0)
			return &load_kinds[i];
	return NULL;
}
