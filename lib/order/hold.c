/* hold.c - holds: several at once, each opened and closed on its own */

#include <order/event.h>
#include <order/order.h>

static const char SQL_OPEN[] =
	"INSERT INTO holds (order_id, hold, reason, opened_at)"
	" VALUES ($1, $2, $3, $4)";

static size_t
place_of(const struct order *o, const char *hold)
{
	size_t i = 0;

	while (i < o->nheld && strcmp(o->held[i], hold) != 0)
		i++;
	return i;
}

bool
order_held(const struct order *o, const char *hold)
{
	return place_of(o, hold) < o->nheld;
}

bool
order_waits_for_stock(const struct order *o)
{
	return o->nheld > 0 && o->nheld == (size_t)order_held(o, "stock") +
	    (size_t)order_held(o, "consent");
}

static int
record(struct step *s, int64_t order_id, const char *kind, const char *hold,
    const char *key, const char *text, const char *note, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_text(&b, "hold", hold);
	detail_text(&b, key, text);
	if (note[0] != '\0')
		detail_text(&b, "note", note);
	r = event_add(s, order_id, kind, detail_end(&b), e);
	buf_release(&b);
	return r;
}

static const char SQL_REASON[] =
	"UPDATE holds SET reason = $3"
	" WHERE order_id = $1 AND hold = $2 AND closed_at IS NULL";

int
hold_open(struct step *s, struct order *o, const char *hold,
    const char *reason, struct err *e)
{
	if (order_held(o, hold))
		return db_run(s->db, SQL_REASON, BIND(I(o->id), T(hold),
		    T(reason)), e) < 0 ? -1 : 0;
	if (db_run(s->db, SQL_OPEN, BIND(I(o->id), T(hold), T(reason),
	    I(s->now.at)), e) < 0 ||
	    record(s, o->id, "hold", hold, "reason", reason, "", e) < 0)
		return -1;
	o->held[o->nheld++] = hold;
	return 1;
}

static const char SQL_CLOSE[] =
	"UPDATE holds SET closed_at = $3, answer = $4, note = $5, by = $6"
	" WHERE order_id = $1 AND hold = $2 AND closed_at IS NULL";

int
hold_close(struct step *s, struct order *o, const char *hold,
    const char *answer, const char *note, struct err *e)
{
	size_t i = place_of(o, hold);

	if (i == o->nheld)
		return 0;
	if (db_run(s->db, SQL_CLOSE, BIND(I(o->id), T(hold), I(s->now.at),
	    T(answer), T(note), T(s->actor)), e) < 0 ||
	    record(s, o->id, "hold-ended", hold, "answer", answer, note,
	    e) < 0)
		return -1;
	o->held[i] = o->held[--o->nheld];
	return 1;
}

int
hold_close_all(struct step *s, struct order *o, const char *answer,
    struct err *e)
{
	while (o->nheld > 0)
		if (hold_close(s, o, o->held[0], answer, "", e) < 0)
			return -1;
	return 0;
}
