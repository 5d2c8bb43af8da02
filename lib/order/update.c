/* update.c - take in one report: check it, find out whether it is new, do it
 *
 * Knows the columns of a report; what the events do is update_events.c's.  A
 * report that is refused leaves nothing behind. */

#include <order/money.h>
#include <order/ship.h>
#include <order/text.h>

#include "update_take.h"

#define UPDATE_COLUMN(id, name, kind, scanned) { name, kind, scanned },
const struct column update_columns[UPDATE_NCOLUMNS] = {
	UPDATE_COLUMNS(UPDATE_COLUMN)
};

/* ---- checking ---- */

static int
check_number(struct report *r, enum update_column c, int scale, int64_t *n)
{
	static const char *const codes[] = { "", "not-a-number",
		"too-many-decimals", "number-too-large" };
	const char *v = r->value[c];
	enum decimal_fault f = DECIMAL_OK;

	if (v[0] != '\0')
		f = decimal_parse(v, scale, n);
	if (f != DECIMAL_OK)
		return update_refuse(r, codes[f], update_columns[c].name,
		    arena_printf(&r->s->mem, "\"%s\" %s",
		    text_excerpt(&r->s->mem, v), decimal_fault_text(f)));
	if (v[0] != '\0' && *n == 0 && c != UPDATE_LINE)
		return update_refuse(r, "not-positive", update_columns[c].name,
		    "is not over zero");
	return 1;
}

static int
check_time(struct report *r)
{
	const char *v = r->value[UPDATE_OCCURRED_AT];

	r->at = r->s->now.at;
	if (v[0] == '\0')
		return 1;
	if (!instant_parse(v, &r->at))
		return update_refuse(r, "not-an-instant", "occurred_at",
		    arena_printf(&r->s->mem, "\"%s\" is not a time"
		    " (2026-11-22T10:00:00Z)", text_excerpt(&r->s->mem, v)));
	if (r->at > r->s->now.at + UPDATE_GRACE)
		return update_refuse(r, "in-the-future", "occurred_at",
		    "is in the future");
	return 1;
}

static bool
has_line(const struct order *o, int64_t line)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].line == line)
			return true;
	return false;
}

/* All values, whichever the event needs.  1, 0 refused. */
static int
check(struct report *r)
{
	struct fault f = { 0 };

	for (int c = 0; c < UPDATE_NCOLUMNS; c++) {
		r->value[c] = column_check(&r->s->mem, &update_columns[c],
		    r->u->column[c], &f);
		if (f.code != NULL)
			return update_refuse(r, f.code, f.field, f.text);
	}
	r->amount = AMOUNT_NONE;
	if (!check_number(r, UPDATE_LINE, 0, &r->line) ||
	    !check_number(r, UPDATE_QUANTITY, QUANTITY_SCALE, &r->quantity) ||
	    !check_number(r, UPDATE_AMOUNT, r->o->exponent, &r->amount) ||
	    !check_time(r))
		return 0;
	if (r->value[UPDATE_LINE][0] != '\0' && !has_line(r->o, r->line))
		return update_refuse(r, "no-such-line", "line", arena_printf(
		    &r->s->mem, "there is no line %s", r->value[UPDATE_LINE]));
	return 1;
}

/* ---- once ---- */

static const char SQL_SEEN[] =
	"SELECT content = $2 FROM updates WHERE event_id = $1";

static const char SQL_KEEP[] =
	"INSERT INTO updates (event_id, order_id, content, at)"
	" VALUES ($1, $2, $3, $4)";

static int
seen(struct step *s, const char *event_id, const uint8_t content[HASH_SIZE],
    struct err *e)
{
	int64_t same = 0;
	int n = db_one_int(s->db, SQL_SEEN, BIND(T(event_id),
	    B(content, HASH_SIZE)), &same, e);

	return n <= 0 ? n : same ? 1 : 2;
}

int
update_once(struct step *s, const char *event_id, int64_t order_id,
    const uint8_t content[HASH_SIZE], struct err *e)
{
	int n = seen(s, event_id, content, e);

	if (n == 0 && db_run(s->db, SQL_KEEP, BIND(T(event_id), I(order_id),
	    B(content, HASH_SIZE), I(s->now.at)), e) < 0)
		return -1;
	return n;
}

/* Numbers and times count by what they mean. */
static void
digest(const struct report *r, uint8_t sum[HASH_SIZE])
{
	struct hash h;

	hash_init(&h);
	hash_int(&h, r->o->id);
	for (int c = 0; c < UPDATE_NCOLUMNS; c++)
		if (c != UPDATE_AMOUNT && c != UPDATE_OCCURRED_AT &&
		    c != UPDATE_LINE && c != UPDATE_QUANTITY)
			hash_text(&h, r->value[c]);
	hash_int(&h, r->line);
	hash_int(&h, r->quantity);
	hash_int(&h, r->amount);
	hash_int(&h, r->value[UPDATE_OCCURRED_AT][0] != '\0' ? r->at : 0);
	hash_end(&h, sum);
}

/* ---- the step ---- */

/* Is it the next parcel of the order whose customer is to be told? */
static bool
goes_on(const struct report *r, int known)
{
	return known > 0 && r->s->untold != NULL &&
	    r->s->untold->id == r->o->id &&
	    strcmp(r->u->column[UPDATE_EVENT], "shipped") == 0;
}

int
order_update(struct step *s, const char *ref, const struct update *u,
    struct verdict *v, struct err *e)
{
	struct report r = { .s = s, .u = u, .v = v, .e = e };
	uint8_t content[HASH_SIZE];
	const char *event_id;
	struct order o;
	int n = order_named(s, ref, &o, v, e);

	r.o = &o;
	if (n < 0 || (!goes_on(&r, n) && ship_notice_due(s, e) < 0))
		return -1;
	if (n == 0)
		return 0;
	if (!check(&r))
		return 0;
	event_id = r.value[UPDATE_EVENT_ID];
	digest(&r, content);
	n = event_id[0] != '\0' ? seen(s, event_id, content, e) : 0;
	if (n == 1)
		return update_unchanged(&r);
	if (n == 2)
		return update_refuse(&r, "event-differs", "event_id", arena_printf(
		    &s->mem, "\"%s\" is known with other content", event_id));
	if (n == 0)
		n = update_take(&r);
	if (n == 1 && event_id[0] != '\0')
		n = update_once(s, event_id, o.id, content, e);
	return n < 0 ? -1 : 0;
}

int
order_update_end(struct step *s, struct err *e)
{
	return ship_notice_due(s, e);
}
