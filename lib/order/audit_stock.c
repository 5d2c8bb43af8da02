/* audit_stock.c - lines, ledger and counters tell the same story
 *
 * Lines and ledger are read side by side in the order of their keys; what
 * they add up to per item is kept in a table of items, so that memory grows
 * with the items and not with the movements. */

#include <inttypes.h>

#include <order/money.h>

#include "audit_check.h"

struct item {
	const char *sku;
	int64_t on_hand, allocated, released;	/* by the ledger */
	int64_t of_lines, released_of_lines;
	bool counted;		/* has a row in stock */
};

struct items {
	struct arena mem;
	struct item *slot;
	size_t n, nslots;	/* nslots is a power of two */
};

/* Sums beyond int64_t are wrong whichever way they wrap; they must only be
 * harmless. */
static void
add(int64_t *sum, int64_t n)
{
	*sum = (int64_t)((uint64_t)*sum + (uint64_t)n);
}

static struct item *
slot_of(struct item *slot, size_t nslots, const char *sku)
{
	uint64_t h = 14695981039346656037u;
	size_t i;

	for (const char *p = sku; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	i = (size_t)(h ^ h >> 32) & (nslots - 1);
	while (slot[i].sku != NULL && strcmp(slot[i].sku, sku) != 0)
		i = (i + 1) & (nslots - 1);
	return &slot[i];
}

static struct item *
item_of(struct items *items, const char *sku)
{
	struct item *it;

	if (2 * items->n >= items->nslots) {
		size_t n = items->nslots != 0 ? 2 * items->nslots : 1024;
		struct item *slot = xmalloc(n * sizeof(*slot));

		memset(slot, 0, n * sizeof(*slot));
		for (size_t i = 0; i < items->nslots; i++)
			if (items->slot[i].sku != NULL)
				*slot_of(slot, n, items->slot[i].sku) =
				    items->slot[i];
		free(items->slot);
		items->slot = slot;
		items->nslots = n;
	}
	it = slot_of(items->slot, items->nslots, sku);
	if (it->sku == NULL) {
		it->sku = arena_dup(&items->mem, sku);
		items->n++;
	}
	return it;
}

/* ---- lines beside their ledger ---- */

static const char SQL_LINES[] =
	"SELECT order_id, line, item, allocated, released FROM lines"
	" ORDER BY order_id, line";

static const char SQL_LEDGER[] =
	"SELECT order_id, line, sku, on_hand, allocated, released"
	" FROM stock_ledger ORDER BY order_id, line, kind, seq";

struct side {
	struct row *row;
	bool ended;
	int64_t order_id, line;
};

static int
next(struct side *s, struct err *e)
{
	int r = db_next(s->row, e);

	s->ended = r != 1;
	if (r == 1) {
		s->order_id = db_int(s->row, 0);
		s->line = db_int(s->row, 1);
	}
	return r;
}

static int
order_of(const struct side *a, const struct side *b)
{
	if (a->ended || b->ended)
		return a->ended - b->ended;
	if (a->order_id != b->order_id)
		return a->order_id < b->order_id ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

/* Take the ledger rows of one line, or of none (0), into the sums. */
static int
take_ledger(struct items *items, struct side *ledger, int64_t *allocated,
    int64_t *released, struct err *e)
{
	int64_t order_id = ledger->order_id, line = ledger->line;
	int r = 0;

	*allocated = *released = 0;
	while (!ledger->ended && ledger->order_id == order_id &&
	    ledger->line == line && r >= 0) {
		struct item *it = item_of(items, db_text(ledger->row, 2));

		add(&it->on_hand, db_int(ledger->row, 3));
		add(&it->allocated, db_int(ledger->row, 4));
		add(&it->released, db_int(ledger->row, 5));
		add(allocated, db_int(ledger->row, 4));
		add(released, db_int(ledger->row, 5));
		r = next(ledger, e);
	}
	return r < 0 ? -1 : 0;
}

static const char *
shown(const struct audit *a, int64_t thousandths)
{
	return decimal_short(&a->s->mem, thousandths, QUANTITY_SCALE);
}

static int
line_differs(const struct audit *a, const struct side *line,
    int64_t allocated, int64_t released, struct err *e)
{
	char ref[REF_TEXT];

	if (audit_ref(a->s, line->order_id, ref, e) < 0)
		return -1;
	return audit_report(a, "line-ledger", ref, e, "line %" PRId64
	    ": %s allocated, %s released; its ledger says %s and %s",
	    line->line, shown(a, db_int(line->row, 3)),
	    shown(a, db_int(line->row, 4)), shown(a, allocated),
	    shown(a, released));
}

static int
take_line(const struct audit *a, struct items *items, struct side *line,
    struct side *ledger, bool has_ledger, struct err *e)
{
	int64_t is = db_int(line->row, 3), is_released = db_int(line->row, 4);
	int64_t allocated = 0, released = 0;

	if (is != 0 || is_released != 0) {
		struct item *it = item_of(items, db_text(line->row, 2));

		add(&it->of_lines, is);
		add(&it->released_of_lines, is_released);
	}
	if (has_ledger &&
	    take_ledger(items, ledger, &allocated, &released, e) < 0)
		return -1;
	if ((is != allocated || is_released != released) &&
	    line_differs(a, line, allocated, released, e) < 0)
		return -1;
	return next(line, e) < 0 ? -1 : 0;
}

static const char SQL_REF[] =
	"SELECT ref, revision FROM orders WHERE id = $1";

/* The movements of an order that was archived stay; those of an order that
 * is here must have their line, unless an amendment took it out: then they
 * add up to nothing. */
static int
take_stray(const struct audit *a, struct items *items, struct side *ledger,
    struct err *e)
{
	int64_t id = ledger->order_id, line = ledger->line;
	int64_t allocated, released;
	struct row *row;
	int r;

	if (take_ledger(items, ledger, &allocated, &released, e) < 0)
		return -1;
	if (id == 0)
		return 0;
	r = db_one(a->s->db, SQL_REF, BIND(I(id)), &row, e);
	if (r == 1 && db_int(row, 1) > 1 && allocated == 0 && released == 0)
		r = 0;
	else if (r == 1)
		r = audit_report(a, "line-ledger", db_text(row, 0), e,
		    "line %" PRId64 " is not there, but its ledger is", line);
	db_done(row);
	return r;
}

static int
read_both(const struct audit *a, struct items *items, struct err *e)
{
	struct side line = { 0 }, ledger = { 0 };
	int r = -1;

	if (db_query(a->s->db, SQL_LINES, NOBIND, &line.row, e) < 0 ||
	    db_query(a->s->db, SQL_LEDGER, NOBIND, &ledger.row, e) < 0 ||
	    next(&line, e) < 0 || next(&ledger, e) < 0)
		goto done;
	do {
		int which = order_of(&line, &ledger);

		if (line.ended && ledger.ended)
			r = 0;
		else if (which <= 0)
			r = take_line(a, items, &line, &ledger, which == 0, e);
		else
			r = take_stray(a, items, &ledger, e);
	} while (r == 0 && !(line.ended && ledger.ended));
done:
	db_done(line.row);
	db_done(ledger.row);
	return r;
}

/* ---- counters beside the sums ---- */

static const char SQL_STOCK[] =
	"SELECT sku, on_hand, allocated, released FROM stock ORDER BY sku";

static int
check_item(const struct audit *a, struct row *row, struct item *it,
    struct err *e)
{
	int64_t on_hand = db_int(row, 1), allocated = db_int(row, 2);
	int64_t released = db_int(row, 3);

	it->counted = true;
	if ((on_hand != it->on_hand || allocated != it->allocated ||
	    released != it->released) &&
	    audit_report(a, "stock-ledger", "", e, "item %s: %s on hand, %s"
	    " allocated, %s released; its ledger says %s, %s and %s", it->sku,
	    shown(a, on_hand), shown(a, allocated), shown(a, released),
	    shown(a, it->on_hand), shown(a, it->allocated),
	    shown(a, it->released)) < 0)
		return -1;
	if (allocated == it->of_lines && released == it->released_of_lines)
		return 0;
	return audit_report(a, "stock-lines", "", e, "item %s: %s allocated,"
	    " %s released; its order lines hold %s and %s", it->sku,
	    shown(a, allocated), shown(a, released), shown(a, it->of_lines),
	    shown(a, it->released_of_lines));
}

static int
check_items(const struct audit *a, struct items *items, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(a->s->db, SQL_STOCK, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if ((r = check_item(a, row, item_of(items, db_text(row, 0)),
		    e)) < 0)
			break;
	db_done(row);
	for (size_t i = 0; i < items->nslots && r == 0; i++) {
		const struct item *it = &items->slot[i];

		if (it->sku != NULL && !it->counted)
			r = audit_report(a, "stock-ledger", "", e, "item %s:"
			    " has movements but no stock", it->sku);
	}
	return r;
}

int
audit_stock(const struct audit *a, struct err *e)
{
	struct items items = { .n = 0 };
	int r = read_both(a, &items, e);

	if (r == 0)
		r = check_items(a, &items, e);
	free(items.slot);
	arena_release(&items.mem);
	return r;
}
