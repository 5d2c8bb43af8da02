/* sheet_open.c - what is open about an order, why, and what ends it
 *
 * The lower half of the sheet: holds, messages, events. */

#include <inttypes.h>

#include <order/audit.h>
#include <order/clock.h>
#include <order/inquiry.h>
#include <order/remedy.h>

#include "sheet.h"

enum { EVENTS = 10 };

struct hold {
	const char *hold, *reason, *answer, *by;
	int64_t opened_at, closed_at;
	bool open;
};

/* ---- holds ---- */

static const char SQL_FINDINGS[] =
	"SELECT rule, field, line, given, verdict FROM findings"
	" WHERE order_id = $1 AND hold = $2 AND severity <> 'warn'"
	" AND waived = 0 ORDER BY seq";

/* Why the hold is there and what ends it. */
static int
put_findings(struct view *v, const struct hold *h, struct err *e)
{
	const char *hold = h->hold;
	const char *end = NULL;
	struct row *row;
	int r;

	if (db_query(v->t->db, SQL_FINDINGS, BIND(I(v->o.id), T(hold)), &row,
	    e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		int64_t line = db_int(row, 2);
		const char *given = db_text(row, 3);

		if (end == NULL)
			end = remedy_hold(v->sh.mem, v->o.ref, hold,
			    db_text(row, 0), db_text(row, 1), db_text(row, 4),
			    line);
		sheet_entry(&v->sh, DEEPER, "found", LABEL, INK_NONE,
		    JOIN(v, " ", line == 0 ? "" : arena_printf(v->sh.mem,
		    "line %" PRId64, line), db_text(row, 1),
		    given[0] == '\0' ? "" : arena_printf(v->sh.mem, "\"%s\"",
		    given), db_text(row, 4), arena_printf(v->sh.mem, "(%s)",
		    db_text(row, 0))), "");
	}
	if (end == NULL) {
		sheet_entry(&v->sh, DEEPER, "why", LABEL, INK_NONE,
		    h->reason, "");
		end = remedy_hold(v->sh.mem, v->o.ref, hold, "", "", "",
		    0);
	}
	view_command(v, DEEPER, "ends by", end);
	return r;
}

static const char SQL_HOLDS[] =
	"SELECT hold, reason, opened_at, closed_at, answer, by,"
	" closed_at IS NULL FROM holds WHERE order_id = $1"
	" ORDER BY closed_at IS NOT NULL, id";

static int
load_holds(struct view *v, struct hold **holds, size_t *n, struct err *e)
{
	struct row *row;
	size_t cap = 0;
	int r;

	*n = 0;
	*holds = NULL;
	if (db_query(v->t->db, SQL_HOLDS, BIND(I(v->o.id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		*holds = arena_grow(v->sh.mem, *holds, *n, &cap,
		    sizeof(**holds));
		(*holds)[(*n)++] = (struct hold){
			db_dup(row, 0, v->sh.mem), db_dup(row, 1, v->sh.mem),
			db_dup(row, 4, v->sh.mem), db_dup(row, 5, v->sh.mem),
			db_int(row, 2), db_int(row, 3), db_int(row, 6) != 0 };
	}
	return r;
}

int
view_holds(struct view *v, struct err *e)
{
	char when[INSTANT_TEXT];
	struct hold *h;
	size_t n;

	if (load_holds(v, &h, &n, e) < 0)
		return -1;
	if (n > 0)
		sheet_heading(&v->sh, INK_BOLD, "Holds");
	for (size_t i = 0; i < n; i++, h++) {
		if (!h->open) {
			view_entry(v, h->hold, INK_NONE, JOIN(v, ", ",
			    arena_printf(v->sh.mem, "ended %s",
			    instant_text(h->closed_at, when)), h->answer,
			    h->by));
			continue;
		}
		view_entry(v, h->hold, INK_LOOK, arena_printf(v->sh.mem,
		    "open since %s (%s)", instant_text(h->opened_at, when),
		    view_age(v, h->opened_at)));
		if (put_findings(v, h, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- inquiries ---- */

enum { QUESTION_LINES = 12 };

/* As it was written, as far as it is short. */
static void
put_question(struct view *v, const char *question)
{
	for (int i = 0; *question != '\0' && i < QUESTION_LINES; i++) {
		size_t n = strcspn(question, "\n");

		sheet_entry(&v->sh, DEEPER, i == 0 ? "asks" : "", LABEL,
		    INK_NONE, arena_dupn(v->sh.mem, question, n), "");
		question += n + (question[n] == '\n');
	}
	if (*question != '\0')
		sheet_entry(&v->sh, DEEPER, "", LABEL, INK_NONE,
		    "... (all of it: order-status --full)", "");
}

int
view_inquiries(struct view *v, struct err *e)
{
	char when[INSTANT_TEXT];
	struct inquiry *q;
	size_t n;

	if (inquiry_open(&v->t->step, v->o.id, &q, &n, e) < 0)
		return -1;
	if (n > 0)
		sheet_heading(&v->sh, INK_BOLD, "Inquiries");
	for (size_t i = 0; i < n; i++, q++) {
		int known = inquiry_is_known(&v->t->step, &v->o, q->sender, e);

		if (known < 0)
			return -1;
		view_entry(v, q->channel, INK_LOOK, JOIN(v, ", ",
		    q->sender, known ? "" : "no address of this customer",
		    arena_printf(v->sh.mem, "open since %s (%s)",
		    instant_text(q->at, when), view_age(v, q->at))));
		sheet_entry(&v->sh, DEEPER, "subject", LABEL, INK_NONE,
		    q->subject, "");
		put_question(v, q->question);
		view_command(v, DEEPER, "answer by",
		    remedy_inquiry(v->sh.mem, v->o.ref, known));
	}
	return 0;
}

/* ---- messages and events ---- */

static const char SQL_MESSAGES[] =
	"SELECT id, kind, recipient, state, queued_at, sent_at, error, by,"
	" order_id FROM v_messages WHERE order_id = $1 ORDER BY id";

int
view_messages(struct view *v, struct err *e)
{
	struct row *row;
	bool first = true;
	int r;

	if (db_query(v->t->db, SQL_MESSAGES, BIND(I(v->o.id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		const char *to = db_text(row, 2), *state = db_text(row, 3);
		const char *sent = db_text(row, 5), *error = db_text(row, 6);

		if (first)
			sheet_heading(&v->sh, INK_BOLD, "Messages");
		first = false;
		view_entry(v, db_text(row, 1), strcmp(state, "dead") == 0 ?
		    INK_BAD : INK_NONE, JOIN(v, ", ", to[0] == '\0' ?
		    "without an address" : arena_printf(v->sh.mem, "to %s",
		    to), state, sent[0] != '\0' ? sent : db_text(row, 4)));
		view_entry(v, "", INK_LOOK, strcmp(state, "sent") != 0 ? error : "");
		view_command(v, INDENT, "", strcmp(state, "queued") == 0 ? "" :
		    remedy_message(v->sh.mem, state, db_int(row, 0), error));
	}
	return r;
}

static const char SQL_EVENTS[] =
	"SELECT at, kind, actor, detail FROM (SELECT d.seq,"
	"  strftime('%Y-%m-%dT%H:%M:%SZ', v.at, 'unixepoch') AS at, v.kind,"
	"  d.actor, d.detail"
	" FROM events AS v JOIN event_details AS d ON d.seq = v.seq"
	" WHERE v.order_id = $1 ORDER BY v.seq DESC LIMIT $2) ORDER BY seq";

int
view_events(struct view *v, struct err *e)
{
	struct buf words = BUF_INIT;
	struct row *row;
	int r;

	if (db_query(v->t->db, SQL_EVENTS, BIND(I(v->o.id), I(EVENTS)), &row,
	    e) < 0)
		return -1;
	sheet_heading(&v->sh, INK_BOLD, "Last events");
	while ((r = db_next(row, e)) == 1) {
		buf_clear(&words);
		audit_words(&words, db_text(row, 1), db_text(row, 3));
		sheet_entry(&v->sh, INDENT, db_text(row, 0), INSTANT_TEXT + 1,
		    INK_NONE, arena_printf(v->sh.mem, "%s: %s",
		    db_text(row, 2), words.data), "");
	}
	buf_release(&words);
	return r;
}
