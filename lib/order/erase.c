/* erase.c - whose data, whether they may go, and the events that say so
 *
 * What is erased of an order is erase_rows.c's business, rejects are
 * erase_rejects.c's. */

#include <order/archive.h>
#include <order/date.h>
#include <order/erase.h>
#include <order/event.h>
#include <order/order.h>
#include <order/text.h>

#include "archive_rows.h"
#include "closed.h"
#include "erase_words.h"

#define DAY 86400

/* ---- whose ---- */

static const char SQL_ON_FILE[] =
	"SELECT customer FROM customers WHERE customer_key = $1";

int
erase_customer(struct step *s, const char *number, struct arena *mem,
    struct erasure *x, struct err *e)
{
	struct row *row;
	int r;

	x->key = text_fold(mem, number);
	x->customer = arena_dup(mem, number);
	r = db_one(s->db, SQL_ON_FILE, BIND(T(x->key)), &row, e);
	if (r == 1) {
		x->customer = db_dup(row, 0, mem);
		x->known = true;
		db_done(row);
	}
	return r < 0 ? -1 : 0;
}

static const char SQL_ORDERS[] =
	"SELECT id, account, customer FROM orders WHERE id > $1"
	" AND (account = $2 OR (account = '' AND customer <> ''))"
	" ORDER BY id";

static const char SQL_ORDER[] =
	"SELECT id, account, customer FROM orders WHERE id > $1 AND id = $2";

/* An order that was never verified says only what was written on it. */
static bool
is_theirs(struct step *s, const struct erasure *x, struct row *row)
{
	return x->customer == NULL || db_text(row, 1)[0] != '\0' ||
	    strcmp(text_fold(&s->mem, db_text(row, 2)), x->key) == 0;
}

int
erase_next(struct step *s, const struct erasure *x, int64_t *after,
    int64_t *ids, int max, struct err *e)
{
	struct row *row;
	int n = 0, r;

	if (db_query(s->db, x->customer != NULL ? SQL_ORDERS : SQL_ORDER,
	    BIND(I(*after), x->customer != NULL ? T(x->customer) :
	    I(x->order_id)), &row, e) < 0)
		return -1;
	while (n < max && (r = db_next(row, e)) == 1)
		if (is_theirs(s, x, row))
			*after = ids[n++] = db_int(row, 0);
	db_done(row);
	return n == max || r == 0 ? n : -1;
}

/* ---- whether ---- */

static const char SQL_STATE[] =
	"SELECT coalesce(o.closed_at, 0), o.ref," ORDER_WAITS ","
	ORDER_LEGAL_HOLD " FROM orders AS o WHERE o.id = $1";

int
erase_judge_order(struct step *s, int64_t id, struct verdict *v, struct err *e)
{
	char when[INSTANT_TEXT];
	int64_t until;
	struct row *row;
	int r = 0;

	if (db_one(s->db, SQL_STATE, BIND(I(id)), &row, e) <= 0)
		return -1;
	until = db_int(row, 0) + DAY * s->policy.number[POLICY_IS_CLOSE_DAYS];
	verdict_set(v, id, RESULT_REFUSED, "not-closed");
	if (!db_null(row, 2))
		verdict_note(v, "nothing was erased: order %s: %s",
		    db_text(row, 1), db_text(row, 2));
	else if (until > s->now.at)
		verdict_note(v, "nothing was erased: order %s is closed on %s"
		    " (close_days)", db_text(row, 1),
		    instant_text(until, when));
	else if (db_int(row, 3) != 0) {
		verdict_set(v, id, RESULT_REFUSED, "legal-hold");
		verdict_note(v, "nothing was erased: order %s is under a legal"
		    " hold", db_text(row, 1));
	} else
		r = 1;
	db_done(row);
	return r;
}

static const char SQL_WORDS[] =
	"SELECT email FROM orders WHERE id = $1 AND email <> ''"
	" UNION SELECT sender FROM inquiries WHERE order_id = $1"
	"  AND sender <> ''"
	" UNION SELECT recipient FROM messages WHERE order_id = $1"
	"  AND recipient <> ''"
	" UNION SELECT channel || char(31) || external_ref FROM orders"
	"  WHERE id = $1 AND external_ref <> ''";

static int
add_words(struct step *s, const char *sql, struct val of, struct erasure *x,
    struct err *e)
{
	struct row *row;
	int r;

	if (db_query(s->db, sql, BIND(of), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		buf_puts(&x->words, db_text(row, 0));
		buf_putc(&x->words, '\n');
	}
	return r;
}

/* Do something with every order it is about: 1, 0 stopped, -1. */
static int
each_order(struct step *s, struct erasure *x, struct verdict *v,
    struct err *e)
{
	int64_t id, after = 0;
	int n, r = 1;

	while (r == 1 && (n = erase_next(s, x, &after, &id, 1, e)) != 0) {
		if (n < 0)
			return -1;
		x->known = true;
		if (v != NULL)
			r = erase_judge_order(s, id, v, e);
		if (r == 1 && add_words(s, SQL_WORDS, I(id), x, e) < 0)
			return -1;
	}
	return r;
}

int
erase_words(struct step *s, struct erasure *x, struct err *e)
{
	return each_order(s, x, NULL, e) < 0 ? -1 : 0;
}

static const char SQL_ADDRESS[] =
	"SELECT email FROM customers WHERE customer_key = $1 AND email <> ''";

int
erase_judge(struct step *s, struct erasure *x, struct verdict *v,
    struct err *e)
{
	int64_t reject = 0;
	int r;

	if (x->customer != NULL &&
	    add_words(s, SQL_ADDRESS, T(x->key), x, e) < 0)
		return -1;
	r = each_order(s, x, v, e);
	if (r == 1 && erase_open_reject(s, x, &reject, e) < 0)
		return -1;
	if (r != 1 || reject == 0)
		return r;
	verdict_set(v, 0, RESULT_REFUSED, "not-closed");
	verdict_note(v, "nothing was erased: reject %lld, which is open, is of"
	    " them (order-resolve --reject %lld dismiss)", (long long)reject,
	    (long long)reject);
	return 0;
}

/* ---- the events ---- */

static const char SQL_ERASED[] =
	"SELECT 1 FROM events WHERE order_id = $1 AND kind = 'erase'";

int
erase_event(struct step *s, int64_t id, bool again, struct err *e)
{
	int64_t was = 0;

	if (!again && db_one_int(s->db, SQL_ERASED, BIND(I(id)), &was, e) < 0)
		return -1;
	return was != 0 ? 0 : event_add(s, id, "erase", "{}", e);
}

#define OF_ERASURE(columns) "SELECT " columns " FROM events AS e" \
	" JOIN event_details AS d ON d.seq = e.seq" \
	" WHERE e.order_id = $1 AND e.kind = 'erase' ORDER BY e.seq"

static const char SQL_EVENTS[] = OF_ERASURE("e.*");
static const char SQL_DETAILS[] = OF_ERASURE("d.*");
static const char SQL_PUT_EVENT[] =
	"INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (seq) DO NOTHING";
static const char SQL_PUT_DETAIL[] =
	"INSERT INTO event_details VALUES ($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (seq) DO NOTHING";

int
erase_event_copy(struct step *live, struct step *archive, int64_t id,
    struct err *e)
{
	return rows_put(live->db, archive->db, SQL_EVENTS, BIND(I(id)),
	    SQL_PUT_EVENT, e) < 0 ? -1 : rows_put(live->db, archive->db,
	    SQL_DETAILS, BIND(I(id)), SQL_PUT_DETAIL, e);
}
