/* message.c - queue what the customer is told, in the transaction of its cause
 *
 * Knows whom to tell, in which language, and what every document says about
 * order and company.  Never shows data on file: an order is no proof of who
 * sent it.  Composing and delivering is outbox.c's. */

#include <order/date.h>
#include <order/event.h>
#include <order/money.h>
#include <order/order.h>
#include <order/text.h>

#include "document.h"
#include "letter.h"

/* ---- whom, and in which language ---- */

struct addressee {
	const char *recipient;	/* "" when there is no address */
	const char *language;
};

static const char SQL_ON_FILE[] =
	"SELECT email, language FROM customers WHERE customer = $1";

/* Questions about an order go first to whom the company knows. */
static int
find_addressee(struct step *s, const struct order *o, const char *kind,
    struct addressee *a, struct err *e)
{
	bool asks = strcmp(kind, "clarify") == 0 ||
	    strcmp(kind, "shortage") == 0;
	const char *given = o->column[COLUMN_EMAIL], *filed = "";
	const char *first, *second;
	struct row *row;
	int r = 0;

	a->language = o->column[COLUMN_LANGUAGE];
	if (o->account[0] != '\0')
		r = db_one(s->db, SQL_ON_FILE, BIND(T(o->account)), &row, e);
	if (r < 0)
		return -1;
	if (r == 1) {
		filed = db_dup(row, 0, &s->mem);
		if (a->language[0] == '\0')
			a->language = db_dup(row, 1, &s->mem);
		db_done(row);
	}
	if (a->language[0] == '\0')
		a->language = s->policy.text[POLICY_IS_LANGUAGE];
	first = asks ? filed : given;
	second = asks ? given : filed;
	a->recipient = text_is_email(first) ? first :
	    text_is_email(second) ? second : "";
	return 0;
}

/* ---- completing the document ---- */

static void
give_text(cJSON *d, const char *key, const char *value)
{
	if (!document_has(d, key))
		message_text(d, key, value);
}

static void
give_company(struct step *s, cJSON *d)
{
	const char *const *p = s->policy.text;
	const char *email = p[POLICY_IS_SUPPORT_EMAIL];
	const char *phone = p[POLICY_IS_SUPPORT_PHONE];
	const char *hours = p[POLICY_IS_SUPPORT_HOURS];

	if (!document_has(d, "company_name")) {
		message_text(d, "company_name", p[POLICY_IS_COMPANY_NAME]);
		message_bool(d, "has_company",
		    p[POLICY_IS_COMPANY_NAME][0] != '\0');
	}
	give_text(d, "support_email", email);
	give_text(d, "support_phone", phone);
	give_text(d, "support_hours", hours);
	if (!document_has(d, "has_support"))
		message_bool(d, "has_support", email[0] != '\0' ||
		    phone[0] != '\0' || hours[0] != '\0');
}

static void
add_line(cJSON *list, const char *text)
{
	if (text[0] != '\0')
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

/* Town and postcode in the order that country writes them. */
const char *
town_line(struct step *s, const char *const *a)
{
	const char *city = a[3], *postcode = a[5], *country = a[6];
	static const char *const after[] = { "US", "CA", "AU", "NZ", "GB",
		"IE", "IN", "ZA" };
	bool last = false;

	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
		last = last || strcmp(after[i], country) == 0;
	return last ? text_trim(&s->mem, arena_printf(&s->mem, "%s%s%s %s",
	    city, city[0] != '\0' && a[4][0] != '\0' ? ", " : "", a[4],
	    postcode)) :
	    text_trim(&s->mem, arena_printf(&s->mem, "%s %s%s%s", postcode,
	    city, city[0] != '\0' && a[4][0] != '\0' ? ", " : "", a[4]));
}

static void
give_ship_to(struct step *s, const struct order *o, cJSON *d)
{
	const char *const *a = &o->column[COLUMN_SHIP_NAME];
	bool blank = true;
	cJSON *list;

	if (document_has(d, "ship_to"))
		return;
	for (int i = 0; i < ADDRESS_NCOLUMNS; i++)
		blank = blank && a[i][0] == '\0';
	if (blank)
		a = &o->column[COLUMN_BILL_NAME];
	list = cJSON_AddArrayToObject(d, "ship_to");
	add_line(list, a[0]);
	add_line(list, a[1]);
	add_line(list, a[2]);
	add_line(list, town_line(s, a));
	add_line(list, a[6]);
}

static void
give_lines(struct step *s, const struct order *o, cJSON *d)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(d, "lines");

	if (list == NULL) {
		list = cJSON_AddArrayToObject(d, "lines");
		for (size_t i = 0; i < o->nlines; i++)
			cJSON_AddItemToArray(list,
			    message_line(s, o, &o->lines[i]));
	}
	if (!document_has(d, "nlines"))
		message_number(d, "nlines", cJSON_GetArraySize(list));
}

static void
give_order(struct step *s, const struct order *o, cJSON *d)
{
	give_text(d, "ref", o->ref);
	give_text(d, "external_ref", o->column[COLUMN_EXTERNAL_REF]);
	if (!document_has(d, "revision"))
		message_number(d, "revision", o->revision);
	give_text(d, "received_on", step_day_text(s, o->received_at));
	give_text(d, "customer_name", o->column[COLUMN_CUSTOMER_NAME]);
	give_text(d, "customer", o->column[COLUMN_CUSTOMER]);
	give_ship_to(s, o, d);
	give_text(d, "instructions", o->column[COLUMN_INSTRUCTIONS]);
	give_text(d, "requested_on", o->column[COLUMN_REQUESTED_ON]);
	give_text(d, "currency", o->column[COLUMN_CURRENCY]);
	give_lines(s, o, d);
}

/* ---- queueing ---- */

/* The same words are news again when goods left again, or when what was
 * cancelled had been wanted again in between. */
static const char SQL_NEWEST[] =
	"SELECT id, document = $5 AND kind <> 'shipped' AND NOT (kind ="
	"  'cancelled' AND EXISTS (SELECT 1 FROM messages AS n"
	"  WHERE n.order_id = $1 AND n.id > messages.id AND n.kind = 'changed'"
	"  AND n.state <> 'cancelled')) FROM messages"
	" WHERE order_id = $1 AND revision = $2 AND kind = $3"
	" AND recipient = $4 AND state <> 'cancelled'"
	" ORDER BY seq DESC LIMIT 1";

static const char SQL_QUEUE[] =
	"INSERT INTO messages (order_id, revision, kind, recipient, seq, state,"
	" code, language, document, queued_at, next_try_at)"
	" VALUES ($1, $2, $3, $4, coalesce((SELECT max(seq) FROM messages"
	"  WHERE order_id = $1 AND revision = $2 AND kind = $3"
	"  AND recipient = $4), 0) + 1, $5, $6, $7, $8, $9, $9)";

static int
record(struct step *s, int64_t order_id, int64_t id, const char *kind,
    const char *recipient, const char *state, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "message", id);
	detail_text(&b, "kind", kind);
	detail_text(&b, "recipient-known", recipient[0] != '\0' ? "true" :
	    "false");
	detail_text(&b, "state", state);
	r = event_add(s, order_id, "message", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static int
queue(struct step *s, const struct order *o, const char *kind,
    const char *code, const struct addressee *a, const char *document,
    int64_t *id, struct err *e)
{
	const char *state = a->recipient[0] != '\0' ? "queued" : "by-hand";
	struct row *row;
	int r = db_one(s->db, SQL_NEWEST, BIND(I(o->id), I(o->revision),
	    T(kind), T(a->recipient), T(document)), &row, e);
	bool same = false;

	if (r < 0)
		return -1;
	if (r == 1) {
		*id = db_int(row, 0);
		same = db_int(row, 1) != 0;
		db_done(row);
	}
	if (same)
		return 0;
	if (db_run(s->db, SQL_QUEUE, BIND(I(o->id), I(o->revision), T(kind),
	    T(a->recipient), T(state), T(code), T(a->language),
	    T(document), I(s->now.at)), e) < 0)
		return -1;
	*id = db_last_id(s->db);
	return record(s, o->id, *id, kind, a->recipient, state, e) < 0 ? -1 :
	    1;
}

int
message_queue_to(struct step *s, const struct order *o, const char *kind,
    const char *code, const char *to, cJSON *d, int64_t *id, struct err *e)
{
	struct addressee a;
	char *text = NULL;
	int64_t ignored;
	int r = find_addressee(s, o, kind, &a, e);

	if (r < 0)
		goto done;
	if (to != NULL)
		a.recipient = to;
	give_text(d, "kind", kind);
	give_text(d, "language", a.language);
	give_text(d, "code", code);
	give_company(s, d);
	give_order(s, o, d);
	text = cJSON_PrintUnformatted(d);
	if (text == NULL)
		r = err_set(e, ERR_OS, "out of memory");
	else
		r = queue(s, o, kind, code, &a, text,
		    id != NULL ? id : &ignored, e);
done:
	cJSON_free(text);
	cJSON_Delete(d);
	return r;
}

int
message_queue(struct step *s, const struct order *o, const char *kind,
    const char *code, cJSON *d, int64_t *id, struct err *e)
{
	return message_queue_to(s, o, kind, code, NULL, d, id, e);
}

static const char SQL_LANGUAGE[] =
	"SELECT kind, code, language FROM messages WHERE id = $1";

static const char SQL_RENEW[] =
	"UPDATE messages SET document = $2 WHERE id = $1"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))";

int
message_renew(struct step *s, const struct order *o, int64_t id, cJSON *d,
    struct err *e)
{
	struct row *row;
	char *text;
	int r = db_one(s->db, SQL_LANGUAGE, BIND(I(id)), &row, e);

	if (r <= 0) {
		cJSON_Delete(d);
		return r;
	}
	give_text(d, "kind", db_text(row, 0));
	give_text(d, "code", db_text(row, 1));
	give_text(d, "language", db_text(row, 2));
	db_done(row);
	give_company(s, d);
	give_order(s, o, d);
	text = cJSON_PrintUnformatted(d);
	if (text == NULL)
		r = err_set(e, ERR_OS, "out of memory");
	else
		r = db_run(s->db, SQL_RENEW, BIND(I(id), T(text)), e);
	cJSON_free(text);
	cJSON_Delete(d);
	return r;
}

/* ---- overtaken ---- */

static const char SQL_OVERTAKE[] =
	"UPDATE messages SET state = 'cancelled'"
	" WHERE order_id = $1 AND kind = $2 AND id < $3"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))";

int
message_overtake(struct step *s, int64_t order_id, const char *kind,
    int64_t before, struct err *e)
{
	return db_run(s->db, SQL_OVERTAKE, BIND(I(order_id), T(kind),
	    I(before)), e) < 0 ? -1 : 0;
}

static const char SQL_OVERTAKE_REVISION[] =
	"UPDATE messages SET state = 'cancelled'"
	" WHERE order_id = $1 AND revision < $2 AND kind <> 'reply'"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))";

int
message_overtake_revision(struct step *s, int64_t order_id, int64_t revision,
    struct err *e)
{
	return db_run(s->db, SQL_OVERTAKE_REVISION, BIND(I(order_id),
	    I(revision)), e) < 0 ? -1 : 0;
}

/* ---- delays ---- */

/* Can the promised day not be kept: is more waiting than it allows for? */
static bool
promise_is_broken(const struct order *o, bool *open)
{
	bool late = false;

	*open = false;
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		if (l->backordered == 0)
			continue;
		*open = *open || l->backorder_on[0] == '\0';
		late = late || strcmp(l->backorder_on, o->delivery_on) > 0;
	}
	return (*open || late) &&
	    strcmp(o->delivery_on, o->first_delivery_on) == 0;
}

int
message_delay(struct step *s, int64_t order_id, const char *why,
    struct err *e)
{
	bool open, kept, moved;
	struct order o;
	int64_t id = 0;
	cJSON *d;
	int r = order_load(s, order_id, &o, e);

	if (r <= 0 || (!order_is(&o, "confirmed") && !order_is(&o, "released")))
		return r < 0 ? -1 : 0;
	d = cJSON_CreateObject();
	kept = !promise_is_broken(&o, &open) && o.delivery_on[0] != '\0';
	moved = !kept || strcmp(o.first_delivery_on, o.delivery_on) != 0;
	message_text(d, "reason", why);
	message_bool(d, "has_promise", kept);
	message_text(d, "processing_on", kept ? o.processing_on : "");
	message_text(d, "delivery_on", kept ? o.delivery_on : "");
	message_bool(d, "open_dates", open);
	message_text(d, "old_delivery_on", moved ? o.first_delivery_on : "");
	message_bool(d, "has_old_delivery",
	    moved && o.first_delivery_on[0] != '\0');
	r = message_queue(s, &o, "delay", "", d, &id, e);
	if (r <= 0)
		return r;
	return message_overtake(s, o.id, "delay", id, e);
}
