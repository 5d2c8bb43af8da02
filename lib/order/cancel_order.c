/* cancel_order.c - the whole order is not wanted any more
 *
 * Everything it held goes back, once: the status is compared and set in the
 * same transaction. */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/event.h>
#include <order/message.h>
#include <order/stock.h>

/* What was sent was promised, too. */
static const char SQL_LINES[] =
	"UPDATE lines SET cancelled = ordered - rejected - substituted"
	" - shipped, backordered = 0, backorder_on = '',"
	" promised_on = CASE shipped WHEN 0 THEN '' ELSE promised_on END"
	" WHERE order_id = $1";

static int
give_back_line(struct step *s, const struct order *o, struct order_line *l,
    struct err *e)
{
	int r = l->released == 0 ? 1 : stock_unrelease(s, o->id, l->line,
	    l->item, l->released, "cancelled", e);

	if (r > 0 && l->allocated > 0)
		r = stock_deallocate(s, o->id, l->line, l->item, l->allocated,
		    false, "cancelled", e);
	if (r == 0)
		return err_set(e, ERR_SOFTWARE, "order %s line %lld: its stock"
		    " is not there any more", o->ref, (long long)l->line);
	return r < 0 ? -1 : 0;
}

/* gone: how much of each line is cancelled by it. */
static int
give_back(struct step *s, struct order *o, int64_t *gone, struct err *e)
{
	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];

		gone[i] = line_to_send(l);
		if (give_back_line(s, o, l, e) < 0)
			return -1;
		l->allocated = l->backordered = l->released = 0;
		l->backorder_on = "";
		if (l->shipped == 0)
			l->promised_on = "";
		l->cancelled = l->ordered - l->rejected - l->substituted -
		    l->shipped;
	}
	return db_run(s->db, SQL_LINES, BIND(I(o->id)), e) < 0 ? -1 : 0;
}

/* Nobody need ask, remind or tell of dates any more, by hand neither; what a
 * mailer may have goes its way. */
static const char SQL_VOID[] =
	"UPDATE messages SET state = 'cancelled'"
	" WHERE order_id = $1 AND kind IN ('receipt', 'clarify', 'shortage',"
	"  'changed', 'delay')"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))";

static const char SQL_OFFERS[] = "DELETE FROM offers WHERE order_id = $1";

static bool
is_part_shipped(const struct order *o)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].shipped > 0)
			return true;
	return false;
}

/* Of an order that was sent in part, only what does not come any more. */
static int
tell(struct step *s, const struct order *o, const int64_t *gone,
    const char *why, const char *asked_on, struct err *e)
{
	bool asked = strcmp(why, "as-asked") == 0;
	bool silent = strcmp(why, "unanswered") == 0;
	bool rest = is_part_shipped(o);
	cJSON *d = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(d, "lines");

	for (size_t i = 0; i < o->nlines; i++)
		if (!rest)
			cJSON_AddItemToArray(list,
			    message_line(s, o, &o->lines[i]));
		else if (gone[i] > 0)
			cJSON_AddItemToArray(list,
			    message_part(s, &o->lines[i], gone[i]));
	if (rest && list->child == NULL) {	/* all of it was sent */
		cJSON_Delete(d);
		return 0;
	}
	if (!rest && o->decided_at == 0)
		document_hide_prices(o, d);
	message_bool(d, "rest", rest);
	message_bool(d, "as_asked", asked);
	message_bool(d, "unanswered", silent);
	message_text(d, "asked_on", asked_on);
	message_text(d, "reason", asked || silent ? "" : why);
	return message_queue(s, o, "cancelled", "", d, NULL, e) < 0 ? -1 : 0;
}

static int
end(struct step *s, struct order *o, const char *event, const char *why,
    const char *note, struct err *e)
{
	bool rest = is_part_shipped(o);
	struct buf b = BUF_INIT;
	int r;

	if (!rest)
		o->processing_on = o->delivery_on = "";
	detail_begin(&b);
	detail_text(&b, "reason", why);
	if (note[0] != '\0')
		detail_text(&b, "note", note);
	r = order_set_status(s, o, rest ? "completed" : "cancelled", event,
	    detail_end(&b), e);
	buf_release(&b);
	return r;
}

/* Nobody need pick it, and whoever asked for it has got the answer. */
static const char SQL_NOT_PICKED[] =
	"UPDATE handoffs SET state = 'void', answered_at = $2, by = $3"
	" WHERE order_id = $1 AND kind = 'pick' AND state IN ('open', 'problem')";

static int
leave(struct step *s, struct order *o, const char *event, const char *why,
    const char *note, const char *asked_on, struct err *e)
{
	int64_t *gone = arena_array(&s->mem, o->nlines, sizeof(*gone));

	if (give_back(s, o, gone, e) < 0 ||
	    hold_close_all(s, o, "cancelled", e) < 0 ||
	    db_run(s->db, SQL_OFFERS, BIND(I(o->id)), e) < 0 ||
	    db_run(s->db, SQL_NOT_PICKED, BIND(I(o->id), I(s->now.at),
	    T(s->actor)), e) < 0 ||
	    cancel_answer(s, o->id, 0, "cancelled", e) < 0 ||
	    end(s, o, event, why, note, e) < 0 || order_retotal(s, o, e) < 0 ||
	    db_run(s->db, SQL_VOID, BIND(I(o->id)), e) < 0)
		return -1;
	return tell(s, o, gone, why, asked_on, e);
}

static int
cancel(struct step *s, struct order *o, const char *why, const char *note,
    const char *asked_on, struct verdict *v, struct err *e)
{
	if (order_is(o, "cancelled"))
		return order_verdict(s, v, o, RESULT_UNCHANGED, "");
	if (!order_is(o, "received") && !order_is(o, "verified") &&
	    !order_is(o, "confirmed")) {
		order_verdict(s, v, o, RESULT_REFUSED, "illegal-transition");
		return verdict_note(v, "%s: is %s and cannot be cancelled",
		    o->ref, o->status);
	}
	if (leave(s, o, "cancelled", why, note, asked_on, e) < 0)
		return -1;
	return order_verdict(s, v, o, RESULT_OK, "");
}

int
order_cancel(struct step *s, struct order *o, const char *why,
    const char *note, struct verdict *v, struct err *e)
{
	return cancel(s, o, why, note, "", v, e);
}

int
order_give_up(struct step *s, struct order *o, const char *asked_on,
    struct verdict *v, struct err *e)
{
	return cancel(s, o, "unanswered", "", asked_on, v, e);
}

int
order_cancel_rest(struct step *s, struct order *o, const char *event,
    const char *why, const char *note, struct err *e)
{
	return leave(s, o, event, why, note, "", e);
}
