/* acks.c - order-ack's output beside the stream, and its delivery
 *
 * A preview decides inside a transaction that is rolled back. */

#include <order/ack.h>
#include <order/acks.h>
#include <order/mails.h>

#include "loop.h"

static const char *const row_columns[] = { "ref", "external_ref", "code",
	"bak02", "line", "sku", "quantity", "confirmed", "backordered",
	"backorder_on", "promised_on", "answer_code", "peppol_code" };
static const struct head row_head = { 13, row_columns };

static const char *
member(const cJSON *o, const char *key)
{
	const char *v = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(o, key));

	return v != NULL ? v : "";
}

/* One CSV row per order line, with its codes. */
static int
put_rows(struct tool *t, const cJSON *d, struct err *e)
{
	const cJSON *line;

	cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(d, "lines")) {
		const char *values[13];
		uint8_t types[13] = { 0 };

		for (int i = 0; i < 4; i++)
			values[i] = member(d, row_columns[i]);
		for (int i = 5; i < 13; i++)
			values[i] = member(line, row_columns[i]);
		values[4] = arena_printf(&t->step.mem, "%.0f",
		    cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(
		    line, "line")));
		types[4] = CELL_NUMBER;
		if (tool_put(t, &row_head, values, types, e) < 0)
			return -1;
	}
	return 0;
}

static int
put_document(struct tool *t, const char *kind, const char *language,
    const cJSON *d, const struct verdict *v, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	if (t->out == FORMAT_JSON) {
		char *text = cJSON_PrintUnformatted(d);

		r = tool_answer_text(t, text, v);
		cJSON_free(text);
		return r;
	}
	if (t->out == FORMAT_CSV)
		return put_rows(t, d, e);
	r = message_render(&t->step, kind, language, d, "txt", &b, e);
	if (r == 0)
		r = tool_answer_text(t, b.data, v);
	buf_release(&b);
	return r;
}

int
acks_preview(struct tool *t, struct rec *r, struct err *e)
{
	const char *kind, *language;
	struct verdict v;
	cJSON *d;
	int n = ack_document(&t->step, rec_text(r, "ref"), &v, &kind,
	    &language, &d, e);

	if (n < 0)
		return -1;
	if (n == 0) {
		tool_note(t, "%s", v.note);
		return tool_answer_text(t, "", &v);
	}
	verdict_set(&v, v.order_id, RESULT_OK, "");
	n = put_document(t, kind, language, d, &v, e);
	cJSON_Delete(d);
	return n;
}

int
acks_explain(struct tool *t, struct rec *r, struct err *e)
{
	struct promise p;
	struct verdict v;
	struct order o;
	cJSON *json;
	char *text;
	int n = order_named(&t->step, rec_text(r, "ref"), &o, &v, e);

	if (n < 0)
		return -1;
	if (n == 0) {
		tool_note(t, "%s", v.note);
		return tool_answer_text(t, "", &v);
	}
	if (promise_make(&t->step, &o, &p, e) < 0)
		return -1;
	json = promise_explain(&o, &p);
	text = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	verdict_set(&v, o.id, RESULT_OK, "");
	n = tool_answer_text(t, text, &v);
	cJSON_free(text);
	return n;
}

/* ---- delivery ---- */

static bool over, busy;		/* delivery of this run; said so already */
static struct mail_run told;	/* what is said at the end */

int
acks_deliver(struct tool *t, struct err *e)
{
	const int64_t dead = told.dead, again_at = told.again_at;
	struct mail_run run = { 0 };

	if (over)
		return 0;
	if (message_deliver(&t->step, &run, NULL, NULL, &tool_signal, e) < 0)
		return -1;
	if (run.busy && !busy)
		tool_note(t, "another mailer is at work; messages stay queued");
	busy = busy || run.busy;
	if (run.stopped) {
		tool_note(t, "messages stay queued: %s", run.why);
		tool_status(t, run.unset ? ERR_CONFIG :
		    ERR_UNAVAILABLE);
	} else if (run.why[0] != '\0') {
		told = run;
	}
	over = run.why[0] != '\0';
	told.dead = dead + run.dead;
	told.again_at = run.again_at != 0 ? run.again_at : again_at;
	tool_flush_notes(t);
	return 0;
}

static int
look_for_overdue(struct tool *t, struct err *e)
{
	bool overdue;

	if (ack_overdue(&t->step, &overdue, e) < 0)
		return -1;
	if (overdue) {
		tool_status(t, 1);
		tool_note(t, "an order is unanswered past its deadline"
		    " (see: order-status --overdue)");
	}
	return 0;
}

void
acks_finish(struct tool *t, bool deliver)
{
	struct err e = ERR_INIT;

	if (t->dry_run)
		return;
	if (deliver && acks_deliver(t, &e) < 0)
		tool_fail(t, &e);
	mails_tell(t, &told);
	/* Looking needs no lock: nobody is kept waiting by it. */
	if (step_begin_read(&t->step, &e) < 0 || look_for_overdue(t, &e) < 0)
		tool_fail(t, &e);
	step_rollback(&t->step);
	tool_flush_notes(t);
}
