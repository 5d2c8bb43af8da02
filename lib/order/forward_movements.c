/* forward_movements.c - tell inventory what orders did to its stock
 *
 * The ledger is append-only and numbered: what follows the last number that
 * was handed over is new, and goes in that order. */

#include <order/buf.h>
#include <order/clock.h>
#include <order/event.h>
#include <order/forward.h>
#include <order/money.h>

/* The newest hand-off of many orders, by its unique key. */
static const char SQL_UPTO[] =
	"SELECT upto FROM handoffs WHERE order_id = 0"
	" AND destination = 'inventory' ORDER BY seq DESC LIMIT 1";

static const char SQL_MOVEMENTS[] =
	"SELECT m.id, m.at, coalesce(o.ref, (SELECT a.ref FROM archived AS a"
	" WHERE a.order_id = m.order_id), ''), m.line, m.sku, m.kind,"
	" m.on_hand, m.allocated, m.released, m.reason"
	" FROM stock_ledger AS m LEFT JOIN orders AS o ON o.id = m.order_id"
	" WHERE m.id > $1 AND m.order_id > 0 ORDER BY m.id LIMIT 5000";

static void
add_quantity(struct arena *mem, struct buf *b, const char *key, int64_t n)
{
	const char *text = decimal_short(mem, n < 0 ? -n : n, QUANTITY_SCALE);

	detail_text(b, key, n < 0 ? arena_printf(mem, "-%s", text) : text);
}

static void
add_movement(struct arena *mem, struct row *row, struct buf *list)
{
	char at[INSTANT_TEXT];
	struct buf b = BUF_INIT;

	detail_begin(&b);
	detail_int(&b, "movement", db_int(row, 0));
	detail_text(&b, "at", instant_text(db_int(row, 1), at));
	detail_text(&b, "ref", db_text(row, 2));
	detail_int(&b, "line", db_int(row, 3));
	detail_text(&b, "sku", db_text(row, 4));
	detail_text(&b, "kind", db_text(row, 5));
	add_quantity(mem, &b, "on_hand", db_int(row, 6));
	add_quantity(mem, &b, "allocated", db_int(row, 7));
	add_quantity(mem, &b, "released", db_int(row, 8));
	detail_text(&b, "reason", db_text(row, 9));
	detail_end(&b);
	if (list->n > 0)
		buf_putc(list, ',');
	buf_add(list, b.data, b.n);
	buf_release(&b);
}

/* How many, or -1; *upto becomes the last of them. */
static int
gather(struct step *s, int64_t *upto, struct buf *list, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct row *row;
	int r, n = 0;

	if (db_one_int(s->db, SQL_UPTO, NOBIND, upto, e) < 0 ||
	    db_query(s->db, SQL_MOVEMENTS, BIND(I(*upto)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		*upto = db_int(row, 0);
		arena_reset(&mem);
		add_movement(&mem, row, list);
		n++;
	}
	arena_release(&mem);
	return r < 0 ? -1 : n;
}

static int
record(struct step *s, int64_t id, int n, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "handoff", id);
	detail_text(&b, "to", HANDOFF_INVENTORY);
	detail_text(&b, "kind", "movements");
	detail_int(&b, "movements", n);
	r = event_add(s, 0, "forward", detail_end(&b), e);
	buf_release(&b);
	return r;
}

int
forward_movements(struct step *s, struct forward *f, struct err *e)
{
	struct buf list = BUF_INIT, b = BUF_INIT;
	struct handoff h = { .destination = HANDOFF_INVENTORY,
		.kind = "movements", .folder = f->folder, .state = "accepted" };
	int64_t id, upto = 0;
	char at[INSTANT_TEXT];
	int n = gather(s, &upto, &list, e), r = n;

	if (n > 0) {
		detail_begin(&b);
		detail_text(&b, "kind", h.kind);
		detail_text(&b, "at", instant_text(s->now.at, at));
		buf_puts(&b, ",\"movements\":[");
		buf_add(&b, list.data, list.n);
		buf_puts(&b, "]}");
		h.document = b.data;
		r = handoff_add(s, &h, upto, &id, e);
		if (r == 0)
			r = record(s, id, n, e);
	}
	buf_release(&list);
	buf_release(&b);
	if (r < 0 || n == 0)
		return r;
	f->made = arena_alloc(&s->mem, sizeof(*f->made));
	f->made[0] = id;
	f->nmade = f->cap = 1;
	return 1;
}
