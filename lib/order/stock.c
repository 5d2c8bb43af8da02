/* stock.c - guarded movements and their ledger
 *
 * The guard is in the UPDATE and, as a last line, in the table's CHECKs:
 * nothing is read first and decided later. */

#include <order/stock.h>

static const char SQL_LEVEL[] =
	"SELECT on_hand, allocated, released FROM stock WHERE sku = $1";

int
stock_level(struct step *s, const char *sku, struct stock_level *l,
    struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_LEVEL, BIND(T(sku)), &row, e);

	memset(l, 0, sizeof(*l));
	if (r <= 0)		/* no row: nothing is there */
		return r;
	l->on_hand = db_int(row, 0);
	l->allocated = db_int(row, 1);
	l->released = db_int(row, 2);
	l->available = l->on_hand - l->allocated;
	db_done(row);
	return 0;
}

static const char SQL_MOVE[] =
	"UPDATE stock SET on_hand = on_hand + $2, allocated = allocated + $3,"
	" released = released + $4"
	" WHERE sku = $1 AND allocated + $3 <= on_hand + $2"
	" AND released + $4 <= allocated + $3 AND released + $4 >= 0";

#define LEDGER "INSERT INTO stock_ledger (order_id, line, kind, seq, sku," \
	" on_hand, allocated, released, at, reason)"

/* Nearly always the first of its cause. */
static const char SQL_LEDGER_FIRST[] =
	LEDGER " VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9)"
	" ON CONFLICT (order_id, line, kind, seq) DO NOTHING";

static const char SQL_LEDGER_NEXT[] =
	LEDGER " SELECT $1, $2, $3, max(seq) + 1, $4, $5, $6, $7, $8, $9"
	" FROM stock_ledger WHERE order_id = $1 AND line = $2 AND kind = $3";

int
stock_move(struct step *s, const struct movement *m, struct err *e)
{
	const struct val *row = BIND(I(m->order_id), I(m->line), T(m->kind),
	    T(m->sku), I(m->on_hand), I(m->allocated), I(m->released),
	    I(s->now.at), T(m->reason));
	int n = db_run(s->db, SQL_MOVE, BIND(T(m->sku), I(m->on_hand),
	    I(m->allocated), I(m->released)), e);

	if (n <= 0)
		return n;
	n = db_run(s->db, SQL_LEDGER_FIRST, row, e);
	if (n == 0)
		n = db_run(s->db, SQL_LEDGER_NEXT, row, e);
	return n < 0 ? -1 : 1;
}

static const char SQL_LINE_TAKES[] =
	"UPDATE lines SET allocated = allocated + $3"
	" WHERE order_id = $1 AND line = $2";

static const char SQL_LINE_FILLED[] =
	"UPDATE lines SET allocated = allocated + $3,"
	" backordered = backordered - $3,"
	" backorder_on = CASE backordered WHEN $3 THEN '' ELSE backorder_on END"
	" WHERE order_id = $1 AND line = $2 AND backordered >= $3";

int
stock_allocate(struct step *s, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, bool from_backorder, struct err *e)
{
	struct movement m = { sku, order_id, line, "allocate", 0, quantity, 0,
	    "" };
	int r = stock_move(s, &m, e);

	if (r <= 0)
		return r;
	r = db_run(s->db, from_backorder ? SQL_LINE_FILLED : SQL_LINE_TAKES,
	    BIND(I(order_id), I(line), I(quantity)), e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "order %lld line %lld: the"
		    " backorder changed", (long long)order_id,
		    (long long)line);
	return r < 0 ? -1 : 1;
}

static const char SQL_LINE_GIVES[] =
	"UPDATE lines SET allocated = allocated - $3,"
	" backordered = backordered + $4, backorder_on = ''"
	" WHERE order_id = $1 AND line = $2 AND allocated - released >= $3";

int
stock_deallocate(struct step *s, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, bool to_backorder, const char *reason,
    struct err *e)
{
	struct movement m = { sku, order_id, line, "deallocate", 0, -quantity,
	    0, reason };
	int r = db_run(s->db, SQL_LINE_GIVES, BIND(I(order_id), I(line),
	    I(quantity), I(to_backorder ? quantity : 0)), e);

	if (r <= 0)
		return r;
	r = stock_move(s, &m, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "item %s: less is allocated"
		    " than its orders hold", sku);
	return r;
}

static const char SQL_LINE_RELEASED[] =
	"UPDATE lines SET released = released + $3"
	" WHERE order_id = $1 AND line = $2"
	" AND released + $3 BETWEEN 0 AND allocated";

static int
hand(struct step *s, const struct movement *m, struct err *e)
{
	int r = db_run(s->db, SQL_LINE_RELEASED, BIND(I(m->order_id),
	    I(m->line), I(m->released)), e);

	if (r <= 0)
		return r;
	r = stock_move(s, m, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "item %s: what is released"
		    " differs from its orders", m->sku);
	return r;
}

int
stock_release(struct step *s, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, struct err *e)
{
	return hand(s, &(struct movement){ sku, order_id, line, "release", 0,
	    0, quantity, "" }, e);
}

int
stock_unrelease(struct step *s, int64_t order_id, int64_t line,
    const char *sku, int64_t quantity, const char *reason, struct err *e)
{
	return hand(s, &(struct movement){ sku, order_id, line, "unrelease", 0,
	    0, -quantity, reason }, e);
}

static const char SQL_COUNTED_AFTER[] =
	"SELECT 1 FROM stock WHERE sku = $1 AND counted_at > $2";

static const char SQL_LINE_SHIPS[] =
	"UPDATE lines SET allocated = allocated - $3, released = released - $3,"
	" shipped = shipped + $3"
	" WHERE order_id = $1 AND line = $2 AND released >= $3";

int
stock_ship(struct step *s, int64_t order_id, int64_t line, const char *sku,
    int64_t quantity, int64_t left_at, struct err *e)
{
	struct movement m = { sku, order_id, line, "ship", -quantity,
	    -quantity, -quantity, "" };
	int64_t counted = 0;
	int r = db_one_int(s->db, SQL_COUNTED_AFTER, BIND(T(sku), I(left_at)),
	    &counted, e);

	if (r < 0)
		return -1;
	/* Whoever counted did not see it any more. */
	if (counted) {
		m.on_hand = 0;
		m.reason = "left before the count";
	}
	r = db_run(s->db, SQL_LINE_SHIPS, BIND(I(order_id), I(line),
	    I(quantity)), e);
	if (r <= 0)
		return r;
	r = stock_move(s, &m, e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "item %s: less is released"
		    " than its orders hold", sku);
	return r;
}

static const char SQL_WAITING[] =
	"SELECT sum(backordered) FROM lines"
	" WHERE item = $1 AND backordered > 0";

/* An order of many lines asks again and again for the same few items. */
static int
find_waiting(struct step *s, const char *sku, int64_t *sum, struct err *e)
{
	const unsigned room = sizeof(s->waiting.item) /
	    sizeof(s->waiting.item[0]);
	unsigned i = 0, n;

	*sum = 0;
	if (s->waiting.changes != db_changes(s->db))
		s->waiting.n = 0;
	n = s->waiting.n < room ? s->waiting.n : room;
	while (i < n && strcmp(s->waiting.item[i].sku, sku) != 0)
		i++;
	if (i == n) {
		if (db_one_int(s->db, SQL_WAITING, BIND(T(sku)), sum, e) < 0)
			return -1;
		i = s->waiting.n++ % room;	/* the oldest goes */
		s->waiting.item[i].sku = arena_dup(&s->mem, sku);
		s->waiting.item[i].sum = *sum;
		s->waiting.changes = db_changes(s->db);
	}
	s->waiting.last = i;
	*sum = s->waiting.item[i].sum;
	return 0;
}

void
stock_waits_more(struct step *s, int64_t quantity)
{
	s->waiting.item[s->waiting.last].sum += quantity;
	s->waiting.changes++;
}

static const char SQL_SUPPLY[] =
	"SELECT quantity, expected_on FROM supply"
	" WHERE sku = $1 AND quantity > 0 ORDER BY expected_on, supply_ref";

int
stock_supply_date(struct step *s, const char *sku, int64_t quantity,
    char date[11], struct err *e)
{
	int64_t needed = 0, coming = 0;
	struct row *row;
	int r;

	date[0] = '\0';
	if (find_waiting(s, sku, &needed, e) < 0)
		return -1;
	needed += quantity;
	if (db_query(s->db, SQL_SUPPLY, BIND(T(sku)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		coming += db_int(row, 0);
		if (coming >= needed) {
			snprintf(date, 11, "%s", db_text(row, 1));
			break;
		}
	}
	db_done(row);
	return r < 0 ? -1 : 0;
}
