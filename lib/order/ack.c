/* ack.c - receipt notice and decision, within the 24 hours from receipt
 *
 * "We have it" and "we accept it" are two facts: an order that is not ready
 * gets the first near its deadline, any ready order the second at once. */

#include <order/ack.h>
#include <order/cancel.h>
#include <order/event.h>
#include <order/message.h>
#include <order/stock.h>

/* ---- documents ---- */

static void
add_dates(cJSON *d, const struct promise *p)
{
	char text[DATE_TEXT];

	message_text(d, "processing_on", date_text(p->processing_on, text));
	message_text(d, "delivery_on", date_text(p->delivery_on, text));
	message_bool(d, "has_promise", p->delivery_on != DATE_NONE);
	message_bool(d, "open_dates", p->open_dates);
}

static int
add_line(struct step *s, const struct order *o, const struct order_line *l,
    int32_t promised, cJSON *list, bool *as_ordered, struct err *e)
{
	int32_t requested = DATE_NONE;
	struct line_answer a;
	char text[DATE_TEXT];
	cJSON *line = message_line(s, o, l);

	cJSON_AddItemToArray(list, line);
	date_parse(o->column[COLUMN_REQUESTED_ON], &requested);
	a = line_answer(l, promised, requested);
	*as_ordered = *as_ordered && a.as_ordered;
	message_text(line, "answer_code", a.x12);
	message_text(line, "peppol_code", a.peppol);
	message_bool(line, "as_ordered", a.as_ordered);
	message_text(line, "promised_on", date_text(promised, text));
	message_bool(line, "not_available", strcmp(a.x12, "R4") == 0);
	message_bool(line, "unknown_item", strcmp(a.x12, "R2") == 0);
	if (l->backordered > 0 || l->rejected > 0)
		return add_alternatives(s, o, l, line, e);
	return 0;
}

cJSON *
ack_decision(struct step *s, const struct order *o, const struct promise *p,
    bool *as_ordered, struct err *e)
{
	cJSON *d = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(d, "lines");

	*as_ordered = true;
	for (size_t i = 0; i < o->nlines; i++)
		if (add_line(s, o, &o->lines[i],
		    p != NULL ? p->line[i] : DATE_NONE, list, as_ordered,
		    e) < 0) {
			cJSON_Delete(d);
			return NULL;
		}
	message_number(d, "nlines", (int64_t)o->nlines);
	document_sums(s, o, d);
	if (p != NULL)
		add_dates(d, p);
	return d;
}

static void
set_code(cJSON *d, const char *code)
{
	message_text(d, "code", code);
	message_text(d, "bak02", strcmp(code, "AP") == 0 ? "AD" :
	    strcmp(code, "CA") == 0 ? "AC" : strcmp(code, "RE") == 0 ? "RD" :
	    "");
	message_bool(d, "accepted", strcmp(code, "AP") == 0);
	message_bool(d, "conditional", strcmp(code, "CA") == 0);
	message_bool(d, "rejected", strcmp(code, "RE") == 0);
}

/* ---- rejecting ---- */

static const char SQL_LINE_REJECTED[] =
	"UPDATE lines SET backordered = 0, rejected = ordered - cancelled"
	" - substituted - shipped, reject_code = $3"
	" WHERE order_id = $1 AND line = $2";

static int
release_lines(struct step *s, struct order *o, struct err *e)
{
	for (size_t i = 0; i < o->nlines; i++) {
		struct order_line *l = &o->lines[i];
		const char *code = l->reject_code[0] != '\0' ?
		    l->reject_code : l->item[0] == '\0' ? "R2" : "IR";

		if (l->allocated > 0 && stock_deallocate(s, o->id, l->line,
		    l->item, l->allocated, false, "rejected", e) < 0)
			return -1;
		if (db_run(s->db, SQL_LINE_REJECTED, BIND(I(o->id), I(l->line),
		    T(code)), e) < 0)
			return -1;
		l->allocated = l->backordered = 0;
		l->rejected = l->ordered - l->cancelled - l->substituted -
		    l->shipped;
		l->reject_code = code;
	}
	return 0;
}

static void
decide(const struct step *s, struct order *o, const char *ack)
{
	o->ack = ack;
	o->ack_revision = o->revision;
	if (o->decided_at == 0)
		o->decided_at = s->now.at;
}

int
ack_reject(struct step *s, struct order *o, const char *why, struct err *e)
{
	struct buf b = BUF_INIT;
	bool as_ordered;
	cJSON *d;
	int r;

	detail_begin(&b);
	detail_text(&b, "reason", why);
	r = release_lines(s, o, e);
	if (r == 0)
		r = hold_close_all(s, o, "rejected", e);
	decide(s, o, "rejected");
	if (r == 0)
		r = order_set_status(s, o, "rejected", "reject",
		    detail_end(&b), e);
	buf_release(&b);
	if (r < 0 || order_retotal(s, o, e) < 0)
		return -1;
	d = ack_decision(s, o, NULL, &as_ordered, e);
	if (d == NULL)
		return -1;
	document_hide_prices(o, d);
	set_code(d, "RE");
	return message_queue(s, o, "rejected", "RE", d, NULL, e) < 0 ||
	    message_overtake(s, o->id, "clarify", INT64_MAX, e) < 0 ||
	    message_overtake(s, o->id, "shortage", INT64_MAX, e) < 0 ? -1 : 0;
}

/* ---- deciding ---- */

static const char SQL_LINE_PROMISE[] =
	"UPDATE lines SET promised_on = $3,"
	" first_promised_on = CASE first_promised_on WHEN '' THEN $3"
	"  ELSE first_promised_on END"
	" WHERE order_id = $1 AND line = $2";

static int
promise_lines(struct step *s, const struct order *o, const struct promise *p,
    struct err *e)
{
	char date[DATE_TEXT];

	for (size_t i = 0; i < o->nlines; i++)
		if (db_run(s->db, SQL_LINE_PROMISE, BIND(I(o->id),
		    I(o->lines[i].line), T(date_text(p->line[i], date))),
		    e) < 0)
			return -1;
	return 0;
}

/* The first promise stays beside the one that holds now. */
static void
promise_order(struct step *s, struct order *o, const struct promise *p)
{
	char date[DATE_TEXT];

	o->processing_on = arena_dup(&s->mem,
	    date_text(p->processing_on, date));
	o->delivery_on = arena_dup(&s->mem, date_text(p->delivery_on, date));
	if (o->first_processing_on[0] == '\0')
		o->first_processing_on = o->processing_on;
	if (o->first_delivery_on[0] == '\0')
		o->first_delivery_on = o->delivery_on;
}

static int
accept(struct step *s, struct order *o, struct verdict *v, struct err *e)
{
	struct buf b = BUF_INIT;
	const char *code;
	bool as_ordered;
	struct promise p;
	cJSON *d;
	int r;

	if (promise_make(s, o, &p, e) < 0)
		return -1;
	d = ack_decision(s, o, &p, &as_ordered, e);
	if (d == NULL || document_changes(s, o, d, e) < 0) {
		cJSON_Delete(d);
		return -1;
	}
	code = as_ordered ? "AP" : "CA";
	set_code(d, code);
	decide(s, o, as_ordered ? "accepted" : "conditional");
	promise_order(s, o, &p);
	detail_begin(&b);
	detail_text(&b, "code", code);
	r = order_set_status(s, o, "confirmed", "acknowledge",
	    detail_end(&b), e);
	buf_release(&b);
	if (r < 0 || promise_lines(s, o, &p, e) < 0) {
		cJSON_Delete(d);
		return -1;
	}
	if (message_queue(s, o, "acknowledgment", code, d, NULL, e) < 0)
		return -1;
	return order_verdict(s, v, o, RESULT_OK, "");
}

/* ---- not ready: the receipt notice ---- */

static const char SQL_NOTICE[] =
	"UPDATE orders SET ack = 'received', ack_revision = revision"
	" WHERE id = $1 AND (ack = 'none' OR ack_revision < revision)";

static cJSON *
receipt(struct step *s, const struct order *o)
{
	cJSON *d = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(d, "lines");

	for (size_t i = 0; i < o->nlines; i++)
		cJSON_AddItemToArray(list, message_line(s, o, &o->lines[i]));
	message_number(d, "nlines", (int64_t)o->nlines);
	document_sums(s, o, d);
	document_hide_prices(o, d);
	set_code(d, "AB");
	return d;
}

static int
give_notice(struct step *s, struct order *o, struct err *e)
{
	int64_t margin = s->policy.number[POLICY_IS_ACK_MARGIN] * 3600;
	int n;

	if (s->now.at < o->ack_due_at - margin)
		return 0;
	n = db_run(s->db, SQL_NOTICE, BIND(I(o->id)), e);
	if (n <= 0)
		return n;
	return message_queue(s, o, "receipt", "AB", receipt(s, o), NULL,
	    e) < 0 ? -1 : 0;
}

/* ---- the step ---- */

/* Why the order cannot be decided now, or NULL when it can. */
static const char *
what_is_missing(const struct order *o)
{
	if (o->nheld > 0)
		return o->nheld == 1 && order_held(o, "consent") ?
		    "consent-needed" : "open-holds";
	return order_is(o, "received") ? "not-verified" :
	    o->stock_revision < o->revision ? "stock-unchecked" : NULL;
}

int
order_ack(struct step *s, const char *ref, struct verdict *v, struct err *e)
{
	const char *why;
	int64_t wanted = 0;
	struct order o;
	int r = order_named(s, ref, &o, v, e);

	if (r <= 0)
		return r;
	if (!order_is_live(&o)) {
		verdict_set(v, o.id, RESULT_REFUSED, "illegal-transition");
		return verdict_note(v, "%s: is %s", o.ref, o.status);
	}
	if (!order_is(&o, "received") && !order_is(&o, "verified"))
		return verdict_set(v, o.id, RESULT_UNCHANGED, "");
	if ((why = what_is_missing(&o)) != NULL) {
		if (give_notice(s, &o, e) < 0)
			return -1;
		return verdict_set(v, o.id, RESULT_HELD, why);
	}
	for (size_t i = 0; i < o.nlines; i++)
		wanted += line_wanted(&o.lines[i]);
	if (wanted > 0)
		return accept(s, &o, v, e);
	if (ack_reject(s, &o, "nothing left to deliver", e) < 0)
		return -1;
	verdict_set(v, o.id, RESULT_REFUSED, "nothing-left");
	return verdict_note(v, "%s: no line can be delivered", o.ref);
}

/* Record what moved.  1 when the customer must know: the order's day, or a
 * line's that is later, gone or known at last; 0; -1. */
static int
record_moves(struct step *s, const struct order *o, const struct promise *p,
    struct err *e)
{
	char is[DATE_TEXT], field[40];
	int tell = 0;

	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		date_text(p->line[i], is);
		if (strcmp(l->promised_on, is) == 0)
			continue;
		if (is[0] == '\0' || strcmp(is, l->promised_on) > 0)
			tell = 1;
		snprintf(field, sizeof(field), "%lld.promised_on",
		    (long long)l->line);
		if (event_change(s, o->id, "promise", field, l->promised_on,
		    is, e) < 0)
			return -1;
	}
	if (strcmp(o->delivery_on, date_text(p->delivery_on, is)) == 0)
		return tell;
	return event_change(s, o->id, "promise", "delivery_on",
	    o->delivery_on, is, e) < 0 ? -1 : 1;
}

static const char SQL_PROMISE[] =
	"UPDATE orders SET processing_on = $2, delivery_on = $3,"
	" first_processing_on = $4, first_delivery_on = $5 WHERE id = $1";

int
ack_promise_anew(struct step *s, const struct order *before, struct order *o,
    struct promise *p, struct err *e)
{
	if (promise_make(s, o, p, e) < 0 ||
	    promise_keep(s, before, o, p, e) < 0)
		return -1;
	return ack_promise_set(s, o, p, e);
}

int
ack_promise_set(struct step *s, struct order *o, const struct promise *p,
    struct err *e)
{
	int r = record_moves(s, o, p, e);

	promise_order(s, o, p);
	if (r < 0 || promise_lines(s, o, p, e) < 0 ||
	    db_run(s->db, SQL_PROMISE, BIND(I(o->id), T(o->processing_on),
	    T(o->delivery_on), T(o->first_processing_on),
	    T(o->first_delivery_on)), e) < 0)
		return -1;
	return r;
}

int
ack_repromise(struct step *s, const struct order *before, struct err *e)
{
	struct promise p;
	struct order o;
	int r = order_load(s, before->id, &o, e);

	if (r <= 0)
		return r;
	if (!order_is(&o, "confirmed") && !order_is(&o, "released"))
		return 0;
	r = ack_promise_anew(s, before, &o, &p, e);
	if (r > 0) {
		int told = change_notice_dates(s, before, &o, &p, e);

		r = told != 0 ? told : message_delay(s, o.id, "", e);
	}
	return r < 0 ? -1 : 0;
}

/* ---- looking at it ---- */

static const char SQL_LAST[] =
	"SELECT kind, language, document FROM messages WHERE order_id = $1"
	" AND revision = $2"
	" AND kind IN ('receipt', 'acknowledgment', 'rejected')"
	" ORDER BY id DESC LIMIT 1";

static int
stored_document(struct step *s, const struct order *o, const char **kind,
    const char **language, cJSON **d, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_LAST, BIND(I(o->id), I(o->revision)), &row,
	    e);

	if (r <= 0)
		return r;
	*kind = db_dup(row, 0, &s->mem);
	*language = db_dup(row, 1, &s->mem);
	*d = cJSON_Parse(db_text(row, 2));
	db_done(row);
	return *d != NULL ? 1 : err_set(e, ERR_IO, "order %s: its"
	    " acknowledgment cannot be read", o->ref);
}

int
ack_document(struct step *s, const char *ref, struct verdict *v,
    const char **kind, const char **language, cJSON **d, struct err *e)
{
	struct order o;
	int r = order_named(s, ref, &o, v, e);

	*d = NULL;
	if (r <= 0)
		return r;
	/* Decide as order-ack would; the caller rolls back.  What was queued
	 * last is what would go out, or went out. */
	if ((order_is(&o, "received") || order_is(&o, "verified")) &&
	    order_ack(s, ref, v, e) < 0)
		return -1;
	r = stored_document(s, &o, kind, language, d, e);
	if (r != 0)
		return r;
	/* Not due yet: the notice it would get. */
	if (message_queue(s, &o, "receipt", "AB", receipt(s, &o), NULL, e) < 0)
		return -1;
	return stored_document(s, &o, kind, language, d, e);
}

static const char SQL_OVERDUE[] =
	"SELECT 1 FROM orders WHERE answered_at IS NULL AND ack_due_at < $1"
	" AND status <> 'cancelled' LIMIT 1";

int
ack_overdue(struct step *s, bool *overdue, struct err *e)
{
	int64_t one = 0;
	int r = db_one_int(s->db, SQL_OVERDUE, BIND(I(s->now.at)), &one, e);

	*overdue = one != 0;
	return r < 0 ? -1 : 0;
}

/* What is ready, and what would miss its deadline without a notice. */
static const char SQL_DUE[] =
	"SELECT o.ref FROM orders AS o WHERE o.status = 'verified'"
	" AND o.stock_revision = o.revision AND NOT EXISTS (SELECT 1 FROM"
	"  holds AS h WHERE h.order_id = o.id AND h.closed_at IS NULL)"
	" UNION SELECT o.ref FROM orders AS o WHERE o.answered_at IS NULL"
	" AND o.ack_due_at <= $1 AND (o.ack = 'none' OR o.ack_revision"
	"  < o.revision)"
	" AND o.status IN ('received', 'verified')"
	" ORDER BY 1";

int
ack_due_next(struct step *s, int (*add)(void *, const char *ref), void *arg,
    struct err *e)
{
	int64_t margin = s->policy.number[POLICY_IS_ACK_MARGIN] * 3600;
	struct row *row;
	int r;

	if (db_query(s->db, SQL_DUE, BIND(I(s->now.at + margin)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		add(arg, db_text(row, 0));
	return r;
}
