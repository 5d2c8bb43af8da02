/* query.c - selections of orders, by keyset pages
 *
 * The SQL is constant: one set of conditions with optional parameters, behind
 * one of a few starting points that have an index.  Knows no options, no
 * stream, no output. */

#include <ctype.h>

#include <order/buf.h>
#include <order/date.h>
#include <order/lifecycle.h>
#include <order/money.h>
#include <order/query.h>
#include <order/text.h>

static const char *const holds[] = {
	"customer", "contact", "address", "payment", "credit", "item", "price",
	"quantity", "date", "duplicate", "total", "stock", "consent",
	"blocklist", "manual", "any"
};
static const char *const stocks[] = {
	"unchecked", "full", "partial", "backordered", "none"
};
static const char *const acks[] = {
	"none", "received", "accepted", "conditional", "rejected", "stale"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *const *
query_names(enum query_field f, size_t *n)
{
	switch (f) {
	case QUERY_STATUS:
		*n = NSTATUSES;
		return order_statuses;
	case QUERY_HELD:
		*n = COUNT(holds);
		return holds;
	case QUERY_STOCK:
		*n = COUNT(stocks);
		return stocks;
	case QUERY_ACK:
		*n = COUNT(acks);
		return acks;
	default:
		*n = 0;
		return NULL;
	}
}

void
query_init(struct order_query *q)
{
	memset(q, 0, sizeof(*q));
	for (int i = 0; i < QUERY_NFIELDS; i++)
		q->field[i].json = (struct buf)BUF_INIT;
	q->since = INT64_MIN;
	q->until = INT64_MAX;
	q->due_by = INT64_MAX;
	q->last_id = 0;
	q->last_due = INT64_MIN;
}

void
query_release(struct order_query *q)
{
	for (int i = 0; i < QUERY_NFIELDS; i++) {
		buf_release(&q->field[i].json);
		free((void *)q->field[i].word);
	}
	arena_release(&q->mem);
}

static bool
is_name(enum query_field f, const char *value)
{
	size_t n;
	const char *const *names = query_names(f, &n);

	if (names == NULL)
		return text_is_utf8(value, strlen(value));
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], value) == 0)
			return true;
	return false;
}

static void
add_value(struct order_query *q, enum query_field f, const char *value)
{
	struct buf *b = &q->field[f].json;
	size_t n = q->field[f].n++;

	if (n == 0)
		buf_putc(b, '[');
	else
		b->data[b->n - 1] = ',';
	buf_json(b, value);
	buf_putc(b, ']');
	q->field[f].word = xrealloc((void *)q->field[f].word,
	    (n + 1) * sizeof(*q->field[f].word));
	q->field[f].word[n] = value;
}

bool
query_add(struct order_query *q, enum query_field f, const char *value)
{
	if (!is_name(f, value))
		return false;
	if (f == QUERY_HELD && strcmp(value, "any") == 0) {
		for (size_t i = 0; i + 1 < COUNT(holds); i++)
			add_value(q, f, holds[i]);
		return true;
	}
	add_value(q, f, f == QUERY_CUSTOMER || f == QUERY_EMAIL ?
	    text_fold(&q->mem, value) : arena_dup(&q->mem, value));
	return true;
}

void
query_unanswered(struct order_query *q, int64_t due_by)
{
	q->unanswered = true;
	if (due_by < q->due_by)
		q->due_by = due_by;
}

/* "7d": days ago. */
static bool
days_parse(const char *s, int64_t *days)
{
	size_t n = strlen(s);
	char digits[8];

	if (n < 2 || n > sizeof(digits) || s[n - 1] != 'd')
		return false;
	memcpy(digits, s, n - 1);
	digits[n - 1] = '\0';
	return decimal_parse(digits, 0, days) == DECIMAL_OK && *days <= 36500;
}

bool
query_time(const char *s, const char *zone, int64_t now, int64_t *out)
{
	int64_t days = -1;
	int32_t date;
	int minutes;

	if (instant_parse(s, out))
		return true;
	if (strcmp(s, "today") == 0)
		days = 0;
	else if (strcmp(s, "yesterday") == 0)
		days = 1;
	else if (!days_parse(s, &days))
		days = -1;
	if (days >= 0) {
		zone_civil(zone, now, &date, &minutes);
		date -= (int32_t)days;
	} else if (!date_parse(s, &date))
		return false;
	*out = zone_midnight(zone, date);
	return true;
}

/* ---- the pages ---- */

/* Columns that are not ASCII letters in a row may fold to anything: the C
 * side looks at them again. */
#define MAY_MEAN(column, list) \
	"(lower(" column ") IN (SELECT value FROM json_each(" list "))" \
	" OR " column " GLOB '*[^!-~]*')"

#define COLUMNS \
	"SELECT o.id, o.ack_due_at, o.ref, o.account, o.customer, o.email," \
	" coalesce((SELECT c.email FROM customers AS c" \
	"  WHERE $5 IS NOT NULL AND c.customer = o.account), '')"

#define CONDITIONS \
	" ($3 IS NULL OR o.external_ref IN (SELECT value FROM json_each($3)))" \
	" AND ($4 IS NULL OR " MAY_MEAN("o.account", "$4") \
	"  OR " MAY_MEAN("o.customer", "$4") ")" \
	" AND ($5 IS NULL OR " MAY_MEAN("o.email", "$5") \
	"  OR EXISTS (SELECT 1 FROM customers AS c" \
	"   WHERE c.customer = o.account AND " MAY_MEAN("c.email", "$5") "))" \
	" AND ($6 IS NULL OR o.status IN (SELECT value FROM json_each($6)))" \
	" AND ($7 IS NULL OR EXISTS (SELECT 1 FROM holds AS h" \
	"  WHERE h.order_id = o.id AND h.closed_at IS NULL" \
	"  AND h.hold IN (SELECT value FROM json_each($7))))" \
	" AND ($8 IS NULL OR (SELECT v.stock FROM v_orders AS v" \
	"  WHERE v.id = o.id) IN (SELECT value FROM json_each($8)))" \
	" AND ($9 IS NULL OR o.channel IN (SELECT value FROM json_each($9)))" \
	" AND ($10 IS NULL OR (SELECT v.ack FROM v_orders AS v" \
	"  WHERE v.id = o.id) IN (SELECT value FROM json_each($10)))" \
	" AND ($11 IS NULL OR EXISTS (SELECT 1 FROM lines AS l" \
	"  WHERE l.order_id = o.id AND (l.sku COLLATE NOCASE" \
	"   IN (SELECT value FROM json_each($11)) OR (l.item <> ''" \
	"   AND l.item COLLATE NOCASE" \
	"   IN (SELECT value FROM json_each($11))))))" \
	" AND o.received_at >= $12 AND o.received_at < $13"

#define BY_NUMBER " AND o.id > $1 ORDER BY o.id LIMIT $2"

static const char SQL_SCAN[] =
	COLUMNS " FROM orders AS o WHERE" CONDITIONS BY_NUMBER;

/* One of the statuses that have an index; its own condition must be there
 * word for word. */
static const char SQL_IN_WORK[] =
	COLUMNS " FROM orders AS o"
	" WHERE (o.status = 'received' OR o.status = 'verified')"
	" AND o.status = $14 AND"
	CONDITIONS BY_NUMBER;

static const char SQL_BY_KEY[] =
	COLUMNS " FROM (SELECT DISTINCT k.order_id FROM channels AS c"
	" CROSS JOIN order_keys AS k ON k.channel = c.channel"
	"  AND k.external_ref IN (SELECT value FROM json_each($3))) AS k"
	" CROSS JOIN orders AS o ON o.id = k.order_id WHERE" CONDITIONS
	BY_NUMBER;

static const char SQL_BY_HOLD[] =
	COLUMNS " FROM holds AS w CROSS JOIN orders AS o ON o.id = w.order_id"
	" WHERE w.closed_at IS NULL AND w.hold = (SELECT min(f.hold)"
	"  FROM holds AS f WHERE f.order_id = w.order_id"
	"  AND f.closed_at IS NULL) AND" CONDITIONS
	" AND w.order_id > $1 ORDER BY w.order_id LIMIT $2";

static const char SQL_UNANSWERED[] =
	COLUMNS " FROM orders AS o WHERE" CONDITIONS
	" AND o.answered_at IS NULL AND o.status <> 'cancelled'"
	" AND o.ack_due_at <= $14 AND o.ack_due_at >= $15"
	" AND (o.ack_due_at > $15 OR o.id > $1)"
	" ORDER BY o.ack_due_at, o.id LIMIT $2";

/* Is one status asked for that is in the index of those in work? */
static bool
is_in_work(const struct order_query *q)
{
	const char *const *word = q->field[QUERY_STATUS].word;

	return q->field[QUERY_STATUS].n == 1 &&
	    (strcmp(word[0], "received") == 0 ||
	    strcmp(word[0], "verified") == 0);
}

static const char *
statement(const struct order_query *q)
{
	if (q->unanswered)
		return SQL_UNANSWERED;
	if (q->field[QUERY_EXTERNAL_REF].n > 0)
		return SQL_BY_KEY;
	if (q->field[QUERY_HELD].n > 0)
		return SQL_BY_HOLD;
	return is_in_work(q) ? SQL_IN_WORK : SQL_SCAN;
}

static bool
is_among(struct arena *mem, const struct order_query *q, enum query_field f,
    const char *value)
{
	const char *folded = text_fold(mem, value);

	for (size_t i = 0; i < q->field[f].n; i++)
		if (folded[0] != '\0' &&
		    strcmp(q->field[f].word[i], folded) == 0)
			return true;
	return false;
}

static bool
is_meant(struct arena *mem, const struct order_query *q, struct row *row)
{
	if (q->field[QUERY_CUSTOMER].n > 0 &&
	    !is_among(mem, q, QUERY_CUSTOMER, db_text(row, 3)) &&
	    !is_among(mem, q, QUERY_CUSTOMER, db_text(row, 4)))
		return false;
	return q->field[QUERY_EMAIL].n == 0 ||
	    is_among(mem, q, QUERY_EMAIL, db_text(row, 5)) ||
	    is_among(mem, q, QUERY_EMAIL, db_text(row, 6));
}

static int
start(struct step *s, const struct order_query *q, struct row **row,
    struct err *e)
{
	const char *sql = statement(q);
	struct val v[16];
	int n = 0;

	v[n++] = I(q->last_id);
	v[n++] = I(QUERY_PAGE);
	for (int i = 0; i < QUERY_NFIELDS; i++)
		v[n++] = q->field[i].n > 0 ? T(q->field[i].json.data) : NIL();
	v[n++] = I(q->since);
	v[n++] = I(q->until);
	if (sql == SQL_IN_WORK)
		v[n++] = T(q->field[QUERY_STATUS].word[0]);
	if (sql == SQL_UNANSWERED) {
		v[n++] = I(q->due_by);
		v[n++] = I(q->last_due);
	}
	v[n].type = VAL_END;
	return db_query(s->db, sql, v, row, e);
}

int
query_page(struct step *s, struct order_query *q, const char ***refs,
    size_t *n, struct err *e)
{
	struct row *row;
	int r, seen = 0;

	*n = 0;
	if (q->ended)
		return 0;
	*refs = arena_array(&s->mem, QUERY_PAGE, sizeof(**refs));
	if (start(s, q, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		seen++;
		q->last_id = db_int(row, 0);
		q->last_due = db_int(row, 1);
		if (is_meant(&s->mem, q, row))
			(*refs)[(*n)++] = db_dup(row, 2, &s->mem);
	}
	q->ended = seen < QUERY_PAGE;
	return r < 0 ? -1 : *n > 0 || !q->ended;
}
