/* archive_rows.c - every table that holds a part of an order
 *
 * A row is copied as it stands, with its own numbers: both files have the
 * same tables. */

#include "archive_rows.h"

#define V2 "$1,$2"
#define V4 V2 ",$3,$4"
#define V5 V4 ",$5"
#define V6 V5 ",$6"
#define V7 V6 ",$7"
#define V9 V7 ",$8,$9"
#define V10 V9 ",$10"
#define V11 V10 ",$11"
#define V13 V11 ",$12,$13"
#define V15 V13 ",$14,$15"
#define V18 V15 ",$16,$17,$18"
#define V27 V18 ",$19,$20,$21,$22,$23,$24,$25,$26,$27"
#define V55 V27 ",$28,$29,$30,$31,$32,$33,$34,$35,$36,$37,$38,$39,$40,$41,$42," \
	"$43,$44,$45,$46,$47,$48,$49,$50,$51,$52,$53,$54,$55"

#define OF_ORDER(table, key) \
	"SELECT * FROM " table " WHERE order_id = $1 ORDER BY " key
#define PUT(table, values) "INSERT INTO " table " VALUES (" values ")"
#define DROP(table) "DELETE FROM " table " WHERE order_id = $1"

#define OF_MESSAGES(table) " FROM " table " WHERE message IN" \
	" (SELECT id FROM messages WHERE order_id = $1)"
#define OF_INQUIRIES(table) " FROM " table " WHERE inquiry IN" \
	" (SELECT id FROM inquiries WHERE order_id = $1)"
#define OF_EVENTS(table) " FROM " table " WHERE seq IN" \
	" (SELECT seq FROM events WHERE order_id = $1)"

/* What others refer to comes first.  What is not dropped stays in both
 * files: it must be the same, or more here, and is put where it is not. */
static const struct part {
	const char *select, *put, *drop;
} parts[] = {
	{ "SELECT * FROM orders WHERE id = $1", PUT("orders", V55),
	    "DELETE FROM orders WHERE id = $1" },
	{ OF_ORDER("lines", "line"), PUT("lines", V27), DROP("lines") },
	{ OF_ORDER("holds", "id"), PUT("holds", V9), DROP("holds") },
	{ OF_ORDER("findings", "seq"), PUT("findings", V10),
	    DROP("findings") },
	{ OF_ORDER("waivers", "rule, line, field, given"),
	    PUT("waivers", V6), DROP("waivers") },
	{ OF_ORDER("offers", "line, sku"), PUT("offers", V7),
	    DROP("offers") },
	{ OF_ORDER("originals", "revision"), PUT("originals", V9),
	    DROP("originals") },
	{ OF_ORDER("updates", "event_id"), PUT("updates", V4),
	    DROP("updates") },
	{ OF_ORDER("shipments", "id"), PUT("shipments", V15),
	    DROP("shipments") },
	{ OF_ORDER("cancel_requests", "id"), PUT("cancel_requests", V11),
	    DROP("cancel_requests") },
	{ OF_ORDER("handoffs", "id"), PUT("handoffs", V15),
	    DROP("handoffs") },
	{ OF_ORDER("messages", "id"), PUT("messages", V18),
	    DROP("messages") },
	{ "SELECT *" OF_MESSAGES("message_bytes") " ORDER BY message",
	    PUT("message_bytes", V4), "DELETE" OF_MESSAGES("message_bytes") },
	{ OF_ORDER("inquiries", "id"), PUT("inquiries", V13),
	    DROP("inquiries") },
	{ "SELECT *" OF_INQUIRIES("inquiry_bytes") " ORDER BY inquiry",
	    PUT("inquiry_bytes", V2), "DELETE" OF_INQUIRIES("inquiry_bytes") },
	{ "SELECT *" OF_EVENTS("event_details") " ORDER BY seq",
	    PUT("event_details", V6), "DELETE" OF_EVENTS("event_details") },
	{ OF_ORDER("events", "seq"), PUT("events", V6)
	    " ON CONFLICT (seq) DO NOTHING", NULL },
	/* There is no index of keys by order. */
	{ "SELECT k.* FROM orders AS o CROSS JOIN order_keys AS k"
	    " ON k.channel = o.channel AND k.external_ref = o.external_ref"
	    " WHERE o.id = $1 AND k.order_id = $1 ORDER BY k.content",
	    PUT("order_keys", V5) " ON CONFLICT (channel, external_ref,"
	    " content) DO UPDATE SET revision = excluded.revision", NULL },
};

enum { NPARTS = sizeof(parts) / sizeof(parts[0]), EVENTS = NPARTS - 2 };

/* ---- copying ---- */

int
rows_put(struct db *from, struct db *to, const char *select,
    const struct val *which, const char *put, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(from, select, which, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if ((r = db_put(to, put, row, e)) < 0)
			break;
	db_done(row);
	return r < 0 ? -1 : 0;
}

/* Master data that is shown with an order. */
static const char SQL_ITEMS[] =
	"SELECT * FROM items WHERE sku IN"
	" (SELECT item FROM lines WHERE order_id = $1)";
static const char SQL_PUT_ITEM[] =
	PUT("items", V11) " ON CONFLICT DO NOTHING";
static const char SQL_CHANNEL[] =
	"SELECT channel, description FROM channels WHERE channel ="
	" (SELECT channel FROM orders WHERE id = $1)";
static const char SQL_PUT_CHANNEL[] =
	"INSERT INTO channels (channel, description, approved)"
	" VALUES ($1, $2, 0) ON CONFLICT DO NOTHING";

int
rows_copy(struct db *live, struct db *archive, int64_t id, struct err *e)
{
	for (int i = 0; i < NPARTS; i++)
		if (rows_put(live, archive, parts[i].select, BIND(I(id)),
		    parts[i].put, e) < 0)
			return -1;
	return rows_put(live, archive, SQL_ITEMS, BIND(I(id)), SQL_PUT_ITEM,
	    e) < 0 ? -1 : rows_put(live, archive, SQL_CHANNEL, BIND(I(id)),
	    SQL_PUT_CHANNEL, e);
}

int
rows_drop(struct db *db, int64_t id, struct err *e)
{
	for (int i = NPARTS - 1; i >= 0; i--)
		if (parts[i].drop != NULL &&
		    db_run(db, parts[i].drop, BIND(I(id)), e) < 0)
			return -1;
	return 0;
}

static const char SQL_POLICY[] = "SELECT * FROM policy";
static const char SQL_NO_POLICY[] = "DELETE FROM policy";
static const char SQL_PUT_POLICY[] = PUT("policy", V2);
static const char SQL_PREFIXES[] = "SELECT * FROM ref_prefixes";
static const char SQL_PUT_PREFIX[] =
	"INSERT INTO ref_prefixes VALUES ($1) ON CONFLICT DO NOTHING";

int
rows_copy_settings(struct db *live, struct db *archive, struct err *e)
{
	if (db_run(archive, SQL_NO_POLICY, NOBIND, e) < 0 ||
	    rows_put(live, archive, SQL_POLICY, NOBIND, SQL_PUT_POLICY, e) < 0)
		return -1;
	return rows_put(live, archive, SQL_PREFIXES, NOBIND, SQL_PUT_PREFIX, e);
}

/* ---- comparing ---- */

/* ROWS_SAME; ROWS_OLD: the archive has fewer, the others are the same;
 * ROWS_OTHER. */
static int
compare(struct db *live, struct db *archive, const char *select, int64_t id,
    struct err *e)
{
	struct row *here, *there = NULL;
	int a, b, is = ROWS_SAME;

	if (db_query(live, select, BIND(I(id)), &here, e) < 0 ||
	    db_query(archive, select, BIND(I(id)), &there, e) < 0) {
		db_done(here);
		return -1;
	}
	do {
		a = db_next(here, e);
		b = db_next(there, e);
	} while (a == 1 && b == 1 && db_same(here, there));
	if (a < 0 || b < 0)
		is = -1;
	else if (a != b || a == 1)
		is = b == 0 ? ROWS_OLD : ROWS_OTHER;
	db_done(here);
	db_done(there);
	return is;
}

static const char SQL_THERE[] = "SELECT 1 FROM orders WHERE id = $1";

/* The chain tells whether it is a copy of this order: what happened to it
 * there must have happened here. */
int
rows_compare(struct db *live, struct db *archive, int64_t id, struct err *e)
{
	int64_t there = 0;
	int is = compare(live, archive, parts[EVENTS].select, id, e), one;

	if (is < 0 || is == ROWS_OTHER ||
	    db_one_int(archive, SQL_THERE, BIND(I(id)), &there, e) < 0)
		return is == ROWS_OTHER ? ROWS_OTHER : -1;
	if (there == 0)
		return ROWS_NONE;
	for (int i = 0; i < NPARTS && is == ROWS_SAME; i++) {
		if ((one = compare(live, archive, parts[i].select, id, e)) < 0)
			return -1;
		if (one != ROWS_SAME)
			is = ROWS_OLD;
	}
	return is;
}
