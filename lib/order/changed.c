/* changed.c - tell the customer of an order in hand what changed
 *
 * What they were last told stands in the last acknowledgment, or the last
 * notice like this one: the difference to it is what is new, however many
 * answers it took. */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/message.h>
#include <order/money.h>

struct told_line {
	int64_t line, quantity;
	const char *sku, *unit_price;
};

struct told {
	struct told_line *list;
	size_t n;
};

static const char *
member(const cJSON *o, const char *key)
{
	const char *v = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(o, key));

	return v != NULL ? v : "";
}

static int64_t
quantity_in(const cJSON *line, const char *key)
{
	int64_t n = 0;

	return decimal_parse(member(line, key), QUANTITY_SCALE, &n) ==
	    DECIMAL_OK ? n : 0;
}

/* What of a line was to come is what was reserved and what waited. */
static void
take_lines(struct arena *mem, const cJSON *document, struct told *t)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(document,
	    "lines"), *j;

	t->list = arena_array(mem, (size_t)cJSON_GetArraySize(list) + 1,
	    sizeof(*t->list));
	cJSON_ArrayForEach(j, list)
		t->list[t->n++] = (struct told_line){
		    (int64_t)cJSON_GetNumberValue(
			cJSON_GetObjectItemCaseSensitive(j, "line")),
		    quantity_in(j, "confirmed") + quantity_in(j, "backordered"),
		    arena_dup(mem, member(j, "sku")),
		    arena_dup(mem, member(j, "unit_price")) };
}

/* Both lists are in the order of the line numbers. */
static struct told_line *
find_told(const struct told *t, int64_t line)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->list[mid].line == line)
			return &t->list[mid];
		if (t->list[mid].line < line)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static int
unreadable(const struct order *o, struct err *e)
{
	return err_set(e, ERR_IO, "order %s: what its customer was told cannot"
	    " be read", o->ref);
}

static const char SQL_TOLD_ENDED[] =
	"SELECT document FROM messages WHERE order_id = $1 AND revision = $2"
	" AND kind = 'cancelled' AND state <> 'cancelled' AND id > $3"
	" ORDER BY id";

/* That the rest of it does not come was told after that. */
static int
take_ended(struct step *s, const struct order *o, int64_t after,
    struct told *t, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(s->db, SQL_TOLD_ENDED, BIND(I(o->id), I(o->revision),
	    I(after)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		cJSON *d = cJSON_Parse(db_text(row, 0));
		const cJSON *j;

		if (d == NULL) {
			db_done(row);
			return unreadable(o, e);
		}
		cJSON_ArrayForEach(j, cJSON_GetObjectItemCaseSensitive(d,
		    "lines")) {
			struct told_line *l = find_told(t,
			    (int64_t)cJSON_GetNumberValue(
			    cJSON_GetObjectItemCaseSensitive(j, "line")));
			int64_t n = quantity_in(j, "quantity");

			if (l != NULL)
				l->quantity -= n < l->quantity ? n :
				    l->quantity;
		}
		cJSON_Delete(d);
	}
	return r;
}

static const char SQL_TOLD[] =
	"SELECT document, id FROM messages WHERE order_id = $1 AND revision = $2"
	" AND kind IN ('acknowledgment', 'changed') AND state <> 'cancelled'"
	" ORDER BY id DESC LIMIT 1";

/* 1, 0: they were told nothing yet, -1. */
static int
read_told(struct step *s, const struct order *o, struct told *t,
    struct err *e)
{
	struct row *row;
	int64_t id;
	cJSON *d;
	int r = db_one(s->db, SQL_TOLD, BIND(I(o->id), I(o->revision)), &row,
	    e);

	memset(t, 0, sizeof(*t));
	if (r <= 0)
		return r;
	d = cJSON_Parse(db_text(row, 0));
	id = db_int(row, 1);
	db_done(row);
	if (d == NULL)
		return unreadable(o, e);
	take_lines(&s->mem, d, t);
	cJSON_Delete(d);
	return take_ended(s, o, id, t, e) < 0 ? -1 : 1;
}

static const char *
quantity_text(struct step *s, int64_t n)
{
	return decimal_short(&s->mem, n, QUANTITY_SCALE);
}

static void
add_change(struct step *s, const struct order *o, const struct order_line *l,
    const struct told_line *was, cJSON *list)
{
	int64_t n = line_wanted(l);
	const char *price = l->unit_price == AMOUNT_NONE ? "" :
	    decimal_least(&s->mem, l->unit_price, PRICE_SCALE, o->exponent);
	bool other = was->quantity > 0 && strcmp(was->sku, l->sku) != 0;
	bool dearer = n > 0 && was->quantity > 0 &&
	    strcmp(was->unit_price, price) != 0;
	cJSON *j;

	if (n == was->quantity && (n == 0 || (!other && !dearer)))
		return;
	j = cJSON_CreateObject();
	cJSON_AddItemToArray(list, j);
	message_number(j, "line", l->line);
	message_text(j, "sku", l->sku);
	message_text(j, "was_sku", other || n == 0 ? was->sku : "");
	message_text(j, "quantity", quantity_text(s, n > 0 ? n :
	    was->quantity));
	message_bool(j, "added", was->quantity == 0);
	message_bool(j, "removed", n == 0);
	if (was->quantity > 0 && n != was->quantity)
		message_text(j, "was_quantity", quantity_text(s,
		    was->quantity));
	message_bool(j, "price_differs", dearer);
	if (!dearer)
		return;
	message_text(j, "unit_price", price);
	message_text(j, "was_price", was->unit_price);
}

/* The lines that are new, gone or different. */
static cJSON *
find_changes(struct step *s, const struct order *o, const struct told *t)
{
	static const struct told_line none = { 0, 0, "", "" };
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < o->nlines; i++) {
		const struct told_line *was = find_told(t, o->lines[i].line);

		add_change(s, o, &o->lines[i], was != NULL ? was : &none,
		    list);
	}
	return list;
}

/* old_on is the day they were told before. */
static cJSON *
notice(struct step *s, const struct order *o, const struct promise *p,
    cJSON *changes, const char *why, const char *old_on, struct err *e)
{
	char text[DATE_TEXT];
	bool as_ordered, moved;
	cJSON *d = ack_decision(s, o, p, &as_ordered, e);

	if (d == NULL) {
		cJSON_Delete(changes);
		return NULL;
	}
	moved = strcmp(old_on, date_text(p->delivery_on, text)) != 0;
	cJSON_AddItemToObject(d, "changes", changes);
	message_text(d, "reason", why);
	message_text(d, "old_delivery_on", moved ? old_on : "");
	message_bool(d, "has_old_delivery", moved && old_on[0] != '\0');
	return d;
}

/* The dates are in it, too: nobody need be told of them twice. */
static int
send(struct step *s, struct order *o, cJSON *changes, const char *why,
    struct err *e)
{
	struct order before = *o;
	struct promise p;
	cJSON *d;

	if (ack_promise_anew(s, &before, o, &p, e) < 0 ||
	    message_overtake(s, o->id, "delay", INT64_MAX, e) < 0) {
		cJSON_Delete(changes);
		return -1;
	}
	d = notice(s, o, &p, changes, why, before.delivery_on, e);
	return d == NULL ? -1 : message_queue(s, o, "changed", "", d, NULL, e);
}

static const char SQL_UNSENT[] =
	"SELECT id, document FROM messages WHERE order_id = $1"
	" AND revision = $2 AND kind = 'changed'"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))"
	" ORDER BY id DESC LIMIT 1";

int
change_notice_dates(struct step *s, const struct order *before,
    const struct order *o, const struct promise *p, struct err *e)
{
	struct row *row;
	const char *old_on;
	int64_t id;
	cJSON *was, *d;
	int r = db_one(s->db, SQL_UNSENT, BIND(I(o->id), I(o->revision)),
	    &row, e);

	if (r <= 0)
		return r;
	id = db_int(row, 0);
	was = cJSON_Parse(db_text(row, 1));
	db_done(row);
	if (was == NULL)
		return err_set(e, ERR_IO, "order %s: what its customer is to"
		    " be told cannot be read", o->ref);
	old_on = member(was, "old_delivery_on");
	d = notice(s, o, p, cJSON_DetachItemFromObjectCaseSensitive(was,
	    "changes"), member(was, "reason"), old_on[0] != '\0' ? old_on :
	    before->delivery_on, e);
	cJSON_Delete(was);
	if (d == NULL || (r = message_renew(s, o, id, d, e)) < 0 ||
	    message_overtake(s, o->id, "delay", INT64_MAX, e) < 0)
		return -1;
	return r;
}

int
change_notice(struct step *s, struct order *o, const char *why,
    struct err *e)
{
	struct told told;
	cJSON *changes;
	int r = order_load(s, o->id, o, e);

	if (r <= 0 || (!order_is(o, "confirmed") && !order_is(o, "released")))
		return r < 0 ? -1 : 0;
	if (message_overtake(s, o->id, "changed", INT64_MAX, e) < 0)
		return -1;
	r = read_told(s, o, &told, e);
	if (r <= 0)
		return r;
	changes = find_changes(s, o, &told);
	if (cJSON_GetArraySize(changes) > 0)
		return send(s, o, changes, why, e);
	cJSON_Delete(changes);
	return 0;
}
