/* erase_rows.c - every column that can hold personal data
 *
 * Words that somebody wrote go whole, wherever they may stand: what a note
 * or a reason says is not searched for names. */

#include <order/erase.h>
#include <order/event.h>

#define OF_MESSAGES " WHERE message IN" \
	" (SELECT id FROM messages WHERE order_id = $1)"
#define OF_INQUIRIES " WHERE inquiry IN" \
	" (SELECT id FROM inquiries WHERE order_id = $1)"

/* The country decides on taxes and transit, the language on nothing else. */
static const char SQL_ORDER[] =
	"UPDATE orders SET customer = '', customer_name = '', email = '',"
	" phone = '', bill_name = '', bill_line1 = '', bill_line2 = '',"
	" bill_city = '', bill_region = '', bill_postcode = '', ship_name = '',"
	" ship_line1 = '', ship_line2 = '', ship_city = '', ship_region = '',"
	" ship_postcode = '', payment_method = '', payment_terms = '',"
	" payment_token = '', payment_last4 = '', instructions = '',"
	" extra = '', account = '', twin = 0"
	" WHERE id = $1";
/* An item may have been ordered by a name that is theirs, in a unit that is
 * none. */
static const char SQL_LINES[] =
	"UPDATE lines SET sku = item, description = '', line_instructions = '',"
	" unit = coalesce((SELECT i.unit FROM items AS i"
	"  WHERE i.sku = lines.item), '')"
	" WHERE order_id = $1";
static const char SQL_HOLDS[] =
	"UPDATE holds SET reason = '', answer = '', note = ''"
	" WHERE order_id = $1";
static const char SQL_FINDINGS[] =
	"UPDATE findings SET given = '' WHERE order_id = $1";
static const char SQL_WAIVERS[] =
	"DELETE FROM waivers WHERE order_id = $1";
static const char SQL_ORIGINALS[] =
	"UPDATE originals SET source = '', bytes = x'' WHERE order_id = $1";
static const char SQL_UPDATES[] =
	"DELETE FROM updates WHERE order_id = $1";
static const char SQL_SHIPMENTS[] =
	"UPDATE shipments SET carrier = '', tracking = '' WHERE order_id = $1";
static const char SQL_CANCELS[] =
	"UPDATE cancel_requests SET reason = '', note = ''"
	" WHERE order_id = $1";
static const char SQL_HANDOFFS[] =
	"UPDATE handoffs SET document = '{}', note = '' WHERE order_id = $1";
static const char SQL_MAILS[] =
	"DELETE FROM message_bytes" OF_MESSAGES;
/* No two of one kind may have the same recipient and number. */
static const char SQL_MESSAGES[] =
	"UPDATE messages SET recipient = 'erased-' || id, document = '{}',"
	" error = '' WHERE order_id = $1";
static const char SQL_ASKED[] =
	"DELETE FROM inquiry_bytes" OF_INQUIRIES;
static const char SQL_INQUIRIES[] =
	"UPDATE inquiries SET sender = '', subject = '', question = '',"
	" message_id = '', refs = '' WHERE order_id = $1";
static const char SQL_DETAILS[] =
	"DELETE FROM event_details WHERE seq IN (SELECT seq FROM events"
	" WHERE order_id = $1 AND kind NOT IN ('archive', 'erase'))";

static const char *const statements[] = {
	SQL_ORDER, SQL_LINES, SQL_HOLDS, SQL_FINDINGS, SQL_WAIVERS,
	SQL_ORIGINALS, SQL_UPDATES, SQL_SHIPMENTS, SQL_CANCELS, SQL_HANDOFFS,
	SQL_MAILS, SQL_MESSAGES, SQL_ASKED, SQL_INQUIRIES, SQL_DETAILS
};

int
erase_order(struct step *s, int64_t id, struct err *e)
{
	const size_t n = sizeof(statements) / sizeof(statements[0]);

	for (size_t i = 0; i < n; i++)
		if (db_run(s->db, statements[i], BIND(I(id)), e) < 0)
			return -1;
	return 0;
}

/* ---- master data ---- */

static const char SQL_CUSTOMER[] =
	"DELETE FROM customers WHERE customer_key = $1";
static const char SQL_PRICES[] =
	"DELETE FROM prices WHERE customer = $1";
static const char SQL_ALIASES[] =
	"DELETE FROM aliases WHERE customer = $1";

/* How many rows, or -1. */
static int
drop_master(struct step *s, const struct erasure *x, struct err *e)
{
	int customers = db_run(s->db, SQL_CUSTOMER, BIND(T(x->key)), e);
	int prices = customers < 0 ? -1 : db_run(s->db, SQL_PRICES,
	    BIND(T(x->customer)), e);
	int aliases = prices < 0 ? -1 : db_run(s->db, SQL_ALIASES,
	    BIND(T(x->customer)), e);

	return aliases < 0 ? -1 : customers + prices + aliases;
}

/* What was loaded of them, from first to last: "SKU CURRENCY CUSTOMER ..." is
 * the key of a price. */
static const char SQL_LOADED[] =
	"SELECT group_concat(e.seq) FROM events AS e"
	" JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.order_id = 0 AND e.kind IN ('load-new', 'load-change')"
	" AND CASE json_extract(d.detail, '$.kind')"
	"  WHEN 'customers' THEN json_extract(d.detail, '$.key')"
	"   = $1 COLLATE NOCASE"
	"  WHEN 'prices' THEN instr(json_extract(d.detail, '$.key') || ' ',"
	"   ' ' || $1 || ' ') > 0"
	"  WHEN 'aliases' THEN instr(json_extract(d.detail, '$.key') || ' ',"
	"   ' ' || $1 || ' ') > 0 ELSE 0 END";
static const char SQL_LOADED_DETAILS[] =
	"DELETE FROM event_details WHERE seq IN"
	" (SELECT value FROM json_each('[' || $1 || ']'))";

int
erase_master(struct step *s, const struct erasure *x, struct err *e)
{
	struct buf b = BUF_INIT;
	const char *seqs;
	struct row *row;
	int r, n;

	if (db_one(s->db, SQL_LOADED, BIND(T(x->customer)), &row, e) < 0)
		return -1;
	seqs = db_dup(row, 0, &s->mem);
	db_done(row);
	n = drop_master(s, x, e);
	if (n < 0 || (n == 0 && seqs[0] == '\0'))
		return n;
	if (seqs[0] != '\0' &&
	    db_run(s->db, SQL_LOADED_DETAILS, BIND(T(seqs)), e) < 0)
		return -1;
	/* Which details are gone must be said: they are about no order. */
	buf_printf(&b, "{\"details\":[%s]}", seqs);
	r = event_add(s, 0, "erase", b.data, e);
	buf_release(&b);
	return r < 0 ? -1 : 1;
}
