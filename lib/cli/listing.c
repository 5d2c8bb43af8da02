/* listing.c - an order as records: itself, its lines, its events, all of it
 *
 * Each function puts the records of one order inside the batch's read
 * transaction. */

#include <inttypes.h>

#include <order/archive.h>
#include <order/lifecycle.h>
#include <order/money.h>
#include <order/order.h>
#include <order/ref.h>

#include "listing.h"

void
list_begin(struct tool *t, const struct head *head)
{
	if (!t->quiet)
		writer_head(tool_writer(t), head);
}

void
list_pages(struct tool *t, int (*fn)(struct tool *, struct cursor *,
    struct err *))
{
	struct cursor c = { INT64_MIN, INT64_MIN, "" };
	struct err e = ERR_INIT;
	int r = 1;

	while (r == 1 && tool_signal == 0) {
		if (step_begin_read(&t->step, &e) < 0)
			tool_fail(t, &e);
		r = fn(t, &c, &e);
		step_rollback(&t->step);
		if (r < 0)
			tool_fail(t, &e);
		tool_flush(t);
	}
}

const char *
list_span(struct tool *t, int64_t seconds)
{
	char text[32];

	return arena_dup(&t->step.mem, span_text(seconds < 0 ? 0 : seconds,
	    text, sizeof(text)));
}

/* ---- the order of a record ---- */

/* 1; 0: it names none, which the verdict says; -1. */
static int
find(struct tool *t, struct rec *r, int64_t *id, struct verdict *v,
    struct err *e)
{
	const char *ref = rec_text(r, "ref");
	struct archived gone;
	int found;

	verdict_set(v, 0, RESULT_REFUSED, "empty-ref");
	if (ref[0] == '\0') {
		tell_no_ref(t, r);
		verdict_note(v, "stdin:%" PRId64 ": the record names no order",
		    r->line);
		return 0;
	}
	found = order_find(&t->step, ref, id, e);
	if (found == 0 &&
	    (found = archived_find(&t->step, ref, &gone, e)) == 1) {
		verdict_set(v, gone.id, RESULT_REFUSED, "archived");
		verdict_note(v, "%s: is in an archive: order-status -d %s %s",
		    ref, gone.file, gone.ref);
		found = 0;
	} else if (found == 0) {
		verdict_set(v, 0, RESULT_REFUSED, "no-such-order");
		verdict_note(v, "%s: there is no such order%s", ref,
		    ref_doubt(ref));
	} else if (found == 1)
		verdict_set(v, *id, t->loop->reader != NULL ?
		    RESULT_UNCHANGED : RESULT_OK, "");
	return found;
}

/* What a person needs first; the others only where there is room. */
static const char *const short_columns[] = {
	"ref", "external_ref", "customer_name", "status", "held", "ack",
	"total", "currency", "stock", "ship", "ack_due_at", "delivery_on"
};

enum { SHORT_FEW = 7, SHORT_ALL = 12, FEW_BELOW = 130, SHORT_BELOW = 200 };

static const char SQL_SHORT[] =
	"SELECT ref, external_ref, customer_name, status, held, ack, total,"
	" currency, stock, ship, ack_due_at, delivery_on FROM v_orders"
	" WHERE id = $1";

/* How many of the short columns to show; 0: the stream's are printed. */
static size_t
short_width(const struct tool *t)
{
	int columns = tool_columns();

	if (t->loop->reader != NULL || columns == 0 || columns >= SHORT_BELOW ||
	    (t->out != FORMAT_AUTO && t->out != FORMAT_TABLE))
		return 0;
	return columns < FEW_BELOW ? SHORT_FEW : SHORT_ALL;
}

static int
put_short(struct tool *t, int64_t id, size_t n, struct err *e)
{
	struct head head = { n, short_columns };
	const char *values[SHORT_ALL];
	struct row *row;
	int r = db_one(t->db, SQL_SHORT, BIND(I(id)), &row, e);

	if (r <= 0)
		return r;
	for (int i = 0; i < SHORT_ALL; i++)
		values[i] = db_text(row, i);
	r = tool_put(t, &head, values, NULL, e);
	db_done(row);
	return r;
}

int
list_order(struct tool *t, struct rec *r, struct err *e)
{
	size_t n = short_width(t);
	struct verdict v;
	int64_t id = 0;

	if (find(t, r, &id, &v, e) < 0)
		return -1;
	if (n > 0 && v.note[0] != '\0')
		tool_note(t, "%s", v.note);
	return n > 0 ? put_short(t, id, n, e) : tool_answer(t, r, &v, e);
}

/* Load it where the record itself is not printed: 1, 0 (said so), -1. */
static int
load(struct tool *t, struct rec *r, struct order *o, struct verdict *v,
    struct err *e)
{
	int64_t id = 0;
	int found = find(t, r, &id, v, e);

	if (found >= 0)
		found = order_load(&t->step, id, o, e);
	if (found == 0) {
		tool_note(t, "%s", v->note);
		tool_status(t, 1);
	}
	return found;
}

/* ---- lines ---- */

enum { LINE_NUMBER, LINE_INSTEAD_OF = 17, LINE_NVALUES = 22 };

static const char *const line_names[LINE_NVALUES] = {
	"line", "sku", "item", "description", "quantity", "unit", "unit_price",
	"amount", "currency", "allocated", "backordered", "shipped",
	"cancelled", "rejected", "backorder_on", "promised_on",
	"substituted", "instead_of",
	"released", "delivered", "returned", "line_instructions"
};

enum { LINE_LISTED = 18 };	/* the others are in the document only */

static const char *const lines_columns[1 + LINE_LISTED] = {
	"ref", "line", "sku", "item", "description", "quantity", "unit",
	"unit_price", "amount", "currency", "allocated", "backordered",
	"shipped", "cancelled", "rejected", "backorder_on", "promised_on",
	"substituted", "instead_of"
};

const struct head list_lines_head = { 1 + LINE_LISTED, lines_columns };

static void
line_values(struct tool *t, const struct order *o, const struct order_line *l,
    const char *values[LINE_NVALUES])
{
	const int64_t quantity[] = { l->allocated, l->backordered, l->shipped,
	    l->cancelled, l->rejected };
	const int64_t later[] = { l->released, l->delivered, l->returned };
	struct arena *mem = &t->step.mem;
	int i = 0;

	values[i++] = arena_printf(mem, "%" PRId64, l->line);
	values[i++] = l->sku;
	values[i++] = l->item;
	values[i++] = l->description;
	values[i++] = decimal_short(mem, l->ordered, QUANTITY_SCALE);
	values[i++] = l->unit;
	values[i++] = l->unit_price == AMOUNT_NONE ? "" :
	    decimal_least(mem, l->unit_price, PRICE_SCALE, o->exponent);
	values[i++] = l->amount == AMOUNT_NONE ? "" :
	    decimal_fixed(mem, l->amount, o->exponent);
	values[i++] = o->column[COLUMN_CURRENCY];
	for (int k = 0; k < 5; k++)
		values[i++] = decimal_short(mem, quantity[k], QUANTITY_SCALE);
	values[i++] = l->backorder_on;
	values[i++] = l->promised_on;
	values[i++] = decimal_short(mem, l->substituted, QUANTITY_SCALE);
	values[i++] = arena_printf(mem, "%" PRId64, l->instead_of);
	for (int k = 0; k < 3; k++)
		values[i++] = decimal_short(mem, later[k], QUANTITY_SCALE);
	values[i] = l->instructions;
}

int
list_lines(struct tool *t, struct rec *r, struct err *e)
{
	static const uint8_t types[1 + LINE_LISTED] = {
	    [1 + LINE_NUMBER] = CELL_NUMBER,
	    [1 + LINE_INSTEAD_OF] = CELL_NUMBER };
	const char *values[1 + LINE_NVALUES];
	struct verdict v;
	struct order o;
	int found = load(t, r, &o, &v, e);

	if (found <= 0)
		return found;
	values[0] = o.ref;
	for (size_t i = 0; i < o.nlines; i++) {
		line_values(t, &o, &o.lines[i], values + 1);
		if (tool_put(t, &list_lines_head, values, types, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- events ---- */

static const char *const history_columns[] = {
	"seq", "at", "ref", "kind", "actor", "tool", "detail"
};

const struct head list_history_head = { 7, history_columns };

static const char SQL_HISTORY[] =
	"SELECT v.seq, strftime('%Y-%m-%dT%H:%M:%SZ', v.at, 'unixepoch') AS at,"
	" o.ref, v.kind, coalesce(d.actor, ''), coalesce(d.tool, ''),"
	" coalesce(d.detail, '{}')"
	" FROM events AS v LEFT JOIN event_details AS d ON d.seq = v.seq"
	" JOIN orders AS o ON o.id = v.order_id"
	" WHERE v.order_id = $1 ORDER BY v.seq";

int
list_history(struct tool *t, struct rec *r, struct err *e)
{
	static const uint8_t types[7] = { [0] = CELL_NUMBER, [6] = CELL_JSON };
	const char *values[7];
	struct verdict v;
	struct order o;
	struct row *row;
	int found = load(t, r, &o, &v, e);

	if (found <= 0)
		return found;
	if (db_query(t->db, SQL_HISTORY, BIND(I(o.id)), &row, e) < 0)
		return -1;
	while ((found = db_next(row, e)) == 1) {
		for (int i = 0; i < 7; i++)
			values[i] = db_text(row, i);
		if (tool_put(t, &list_history_head, values, types, e) < 0) {
			db_done(row);
			return -1;
		}
	}
	return found;
}

/* ---- the whole document ---- */

static void
add_member(struct buf *b, const char *name, const char *value, bool verbatim)
{
	if (b->data[b->n - 1] != '{')
		buf_putc(b, ',');
	buf_json(b, name);
	buf_putc(b, ':');
	if (verbatim)
		buf_puts(b, value);
	else
		buf_json(b, value);
}

static const char *
array_end(struct tool *t, struct buf *b)
{
	const char *text;

	buf_putc(b, ']');
	text = arena_dupn(&t->step.mem, b->data, b->n);
	buf_release(b);
	return text;
}

static const char *
lines_array(struct tool *t, const struct order *o)
{
	const char *values[LINE_NVALUES];
	struct buf b = BUF_INIT;

	buf_putc(&b, '[');
	for (size_t i = 0; i < o->nlines; i++) {
		line_values(t, o, &o->lines[i], values);
		buf_puts(&b, i == 0 ? "{" : ",{");
		for (int k = 0; k < LINE_NVALUES; k++)
			add_member(&b, line_names[k], values[k],
			    k == LINE_NUMBER || k == LINE_INSTEAD_OF);
		buf_putc(&b, '}');
	}
	return array_end(t, &b);
}

/* Numbers, truth values and JSON stand for themselves. */
static bool
is_verbatim(const char *name)
{
	static const char *const names[] = {
		"seq", "id", "line", "revision", "attempts", "waived", "detail"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The rows of a query about one order as an array of objects; NULL: failed. */
static const char *
rows_array(struct tool *t, const char *sql, int64_t id, struct err *e)
{
	struct buf b = BUF_INIT;
	struct row *row;
	int r;

	if (db_query(t->db, sql, BIND(I(id)), &row, e) < 0)
		return NULL;
	buf_putc(&b, '[');
	while ((r = db_next(row, e)) == 1) {
		buf_puts(&b, b.n == 1 ? "{" : ",{");
		for (int i = 0; i < db_columns(row); i++) {
			const char *name = db_column_name(row, i);

			add_member(&b, name, db_text(row, i),
			    is_verbatim(name));
		}
		buf_putc(&b, '}');
	}
	if (r < 0) {
		buf_release(&b);
		return NULL;
	}
	return array_end(t, &b);
}

static const char SQL_FULL[] =
	"SELECT ref, external_ref, channel, customer, customer_name, status,"
	" held, stock, ack, ship, received_at, ack_due_at, processing_on,"
	" delivery_on, currency, total, revision, '' AS result, '' AS reason,"
	" account, answered_at, first_processing_on, first_delivery_on,"
	" email, phone, bill_name, bill_line1, bill_line2, bill_city,"
	" bill_region, bill_postcode, bill_country, ship_name, ship_line1,"
	" ship_line2, ship_city, ship_region, ship_postcode, ship_country,"
	" payment_method, payment_terms, payment_token, payment_last4,"
	" requested_on, language, instructions FROM v_orders WHERE id = $1";

static const char SQL_HOLDS[] =
	"SELECT hold, reason, opened_at, closed_at, answer, note, by"
	" FROM v_holds WHERE order_id = $1 ORDER BY opened_at, hold";

static const char SQL_FINDINGS[] =
	"SELECT rule, severity, hold, line, field, given, verdict,"
	" CASE waived WHEN 0 THEN 'false' ELSE 'true' END AS waived"
	" FROM findings WHERE order_id = $1 ORDER BY seq";

static const char SQL_MESSAGES[] =
	"SELECT id, revision, kind, recipient, state, code, language,"
	" queued_at, attempts, next_try_at, sent_at, error, by"
	" FROM v_messages WHERE order_id = $1 ORDER BY id";

static const char SQL_INQUIRIES[] =
	"SELECT id, at, channel, sender, subject, question, message_id,"
	" answered_at, coalesce(message, '') AS message, by"
	" FROM v_inquiries WHERE order_id = $1 ORDER BY id";

static const char SQL_SHIPMENTS[] =
	"SELECT id, line, quantity, carrier, tracking, shipped_on, due_on,"
	" promised_on, first_promised_on, delivered, delivered_on, returned"
	" FROM v_shipments WHERE order_id = $1 ORDER BY id";

static const char SQL_REQUESTS[] =
	"SELECT id, line, quantity, reason, note, at, answered_at, answer, by"
	" FROM v_cancel_requests WHERE order_id = $1 ORDER BY id";

static const char SQL_EVENTS[] =
	"SELECT d.seq, strftime('%Y-%m-%dT%H:%M:%SZ', v.at, 'unixepoch') AS at,"
	" v.kind, d.actor, d.tool, d.detail"
	" FROM events AS v JOIN event_details AS d ON d.seq = v.seq"
	" WHERE v.order_id = $1 ORDER BY v.seq";

/* A document under work: names, values and types side by side. */
struct document {
	struct head head;
	const char *name[64], *value[64];
	uint8_t type[64];
};

static void
add_value(struct document *d, const char *name, const char *value, int type)
{
	d->name[d->head.n] = name;
	d->value[d->head.n] = value;
	d->type[d->head.n++] = (uint8_t)type;
}

/* What order-receive --extra keep kept, an object for each row. */
static const char SQL_EXTRA[] =
	"SELECT CASE WHEN json_valid(extra) THEN json(extra) ELSE '[]' END"
	" FROM orders WHERE id = $1";

static int
add_extra(struct tool *t, struct document *d, const struct order *o,
    struct err *e)
{
	struct row *row;
	int r = db_one(t->db, SQL_EXTRA, BIND(I(o->id)), &row, e);

	if (r <= 0)
		return r;
	add_value(d, "extra", db_dup(row, 0, &t->step.mem), CELL_JSON);
	db_done(row);
	return 1;
}

static int
add_columns(struct tool *t, struct document *d, const struct order *o,
    const struct verdict *v, struct err *e)
{
	const int64_t amount[] = { o->discount, o->shipping, o->tax,
	    o->total_given };
	static const char *const names[] = { "discount", "shipping", "tax",
	    "total_given" };
	struct arena *mem = &t->step.mem;
	struct row *row;
	int r = db_one(t->db, SQL_FULL, BIND(I(o->id)), &row, e);

	if (r <= 0)
		return r;
	for (int i = 0; i < db_columns(row); i++)
		add_value(d, arena_dup(mem, db_column_name(row, i)),
		    i == STREAM_RESULT ? result_text(v->result) :
		    db_dup(row, i, mem),
		    i == STREAM_REVISION ? CELL_NUMBER : CELL_TEXT);
	db_done(row);
	for (int i = 0; i < 4; i++)
		add_value(d, names[i], amount[i] == AMOUNT_NONE ? "" :
		    decimal_fixed(mem, amount[i], o->exponent), CELL_TEXT);
	return 1;
}

int
list_full(struct tool *t, struct rec *r, struct err *e)
{
	static const struct { const char *name, *sql; } parts[] = {
		{ "shipments", SQL_SHIPMENTS },
		{ "cancel_requests", SQL_REQUESTS }, { "holds", SQL_HOLDS },
		{ "findings", SQL_FINDINGS }, { "messages", SQL_MESSAGES },
		{ "inquiries", SQL_INQUIRIES }, { "events", SQL_EVENTS },
	};
	struct document d = { .head = { 0, d.name } };
	struct verdict v;
	struct order o;
	int found = load(t, r, &o, &v, e);

	if (found == 1)
		found = add_columns(t, &d, &o, &v, e);
	if (found == 1)
		found = add_extra(t, &d, &o, e);
	if (found <= 0)
		return found;
	add_value(&d, "lines", lines_array(t, &o), CELL_JSON);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *text = rows_array(t, parts[i].sql, o.id, e);

		if (text == NULL)
			return -1;
		add_value(&d, parts[i].name, text, CELL_JSON);
	}
	return tool_put(t, &d.head, d.value, d.type, e);
}
