/* settle.c - what a person does about a message: told, again, cancelled
 *
 * Each is one compare-and-set and one event.  Hands nothing over: that is
 * outbox.c's. */

#include <order/event.h>
#include <order/inquiry.h>
#include <order/intake.h>
#include <order/text.h>

#include "outbox.h"

static const char SQL_ABOUT[] =
	"SELECT m.order_id, m.kind, m.state, m.revision, m.recipient,"
	" m.state IN ('queued', 'failed') AND EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = m.id)"
	" FROM messages AS m WHERE m.id = $1 AND m.document <> '{}'";

/* A message and what is about it. */
struct about {
	struct due m;		/* as events want it */
	const char *state;
	bool composed;		/* and waiting: a mailer may have it */
};

/* 1; 0 after a verdict; -1. */
static int
named(struct step *s, int64_t id, struct about *a, struct verdict *v,
    struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_ABOUT, BIND(I(id)), &row, e);

	memset(a, 0, sizeof(*a));
	if (r < 0)
		return -1;
	if (r == 0) {
		verdict_set(v, 0, RESULT_REFUSED, "no-such-message");
		verdict_note(v, "message %lld: there is no such message",
		    (long long)id);
		return 0;
	}
	a->m.id = id;
	a->m.order_id = db_int(row, 0);
	a->m.kind = db_dup(row, 1, &s->mem);
	a->state = db_dup(row, 2, &s->mem);
	a->m.revision = db_int(row, 3);
	a->m.recipient = db_dup(row, 4, &s->mem);
	a->composed = db_int(row, 5) != 0;
	db_done(row);
	return 1;
}

static bool
is(const struct about *a, const char *state)
{
	return strcmp(a->state, state) == 0;
}

static int
not_possible(struct verdict *v, const struct about *a, const char *hint)
{
	verdict_set(v, a->m.order_id, RESULT_REFUSED, "bad-value");
	return verdict_note(v, "message %lld is %s%s", (long long)a->m.id,
	    a->state, hint);
}

/* ---- told by hand ---- */

static const char SQL_TOLD[] =
	"UPDATE messages SET state = 'sent', sent_at = $2, by = $3"
	" WHERE id = $1 AND state IN ('by-hand', 'dead', 'queued', 'failed')";

/* 1; 0 after a verdict. */
static int
check_note(struct step *s, const struct about *a, const char *text,
    struct verdict *v)
{
	static const struct column note = { "note", COL_TEXT, true };
	struct fault f = { 0 };

	column_check(&s->mem, &note, text, &f);
	if (f.code == NULL)
		return 1;
	verdict_set(v, a->m.order_id, RESULT_REFUSED, f.code);
	verdict_note(v, "message %lld: %s: %s", (long long)a->m.id, f.field,
	    f.text);
	return 0;
}

int
message_told(struct step *s, int64_t id, const char *note, struct verdict *v,
    struct err *e)
{
	struct about a;
	int n = named(s, id, &a, v, e);

	if (n <= 0)
		return n;
	if (check_note(s, &a, note, v) == 0)
		return 0;
	if (is(&a, "sent"))
		return verdict_set(v, a.m.order_id, RESULT_UNCHANGED, "");
	n = db_run(s->db, SQL_TOLD, BIND(I(id), I(s->now.at), T(s->actor)),
	    e);
	if (n < 0)
		return -1;
	if (n == 0)
		return not_possible(v, &a, "");
	if (letter_keep_page(s, id, e) < 0 ||
	    outbox_answered(s, &a.m, e) < 0 ||
	    outbox_record(s, &a.m, "told", "note", note, e) < 0)
		return -1;
	return verdict_set(v, a.m.order_id, RESULT_OK, "");
}

/* ---- to be tried again ---- */

static const char SQL_RETRY[] =
	"UPDATE messages SET next_try_at = $2,"
	" attempts = CASE state WHEN 'dead' THEN 0 ELSE attempts END,"
	" state = CASE state WHEN 'dead' THEN 'queued' ELSE state END"
	" WHERE id = $1 AND state IN ('failed', 'dead')";

int
message_retry(struct step *s, int64_t id, struct verdict *v, struct err *e)
{
	struct about a;
	int n = named(s, id, &a, v, e);

	if (n <= 0)
		return n;
	if (is(&a, "queued"))
		return verdict_set(v, a.m.order_id, RESULT_UNCHANGED, "");
	n = db_run(s->db, SQL_RETRY, BIND(I(id), I(s->now.at)), e);
	if (n < 0)
		return -1;
	if (n == 0)
		return not_possible(v, &a, is(&a, "by-hand") ?
		    " (see: --told, or --resend with --to)" :
		    " (see: --resend)");
	if (outbox_record(s, &a.m, "mail-retry", "", "", e) < 0)
		return -1;
	return verdict_set(v, a.m.order_id, RESULT_OK, "");
}

/* ---- out again ---- */

static const char SQL_AGAIN[] =
	"INSERT INTO messages (order_id, revision, kind, recipient, seq, state,"
	" code, language, document, queued_at, next_try_at, reminder)"
	" SELECT o.order_id, o.revision, o.kind, $2, coalesce((SELECT"
	"  max(m.seq) FROM messages AS m WHERE m.order_id = o.order_id"
	"  AND m.revision = o.revision AND m.kind = o.kind"
	"  AND m.recipient = $2), 0) + 1, 'queued', o.code, o.language,"
	"  o.document, $3, $3, o.reminder FROM messages AS o WHERE o.id = $1";

/* The same command again, or two people at once. */
static const char SQL_WAITS[] =
	"SELECT m.id FROM messages AS m JOIN messages AS o"
	" ON o.order_id = m.order_id AND o.revision = m.revision"
	" AND o.kind = m.kind AND o.document = m.document"
	" WHERE o.id = $1 AND m.id > o.id AND m.recipient = $2"
	" AND m.state IN ('queued', 'failed') ORDER BY m.id LIMIT 1";

/* The new one takes the place of what still waited for somebody. */
static const char SQL_REPLACED[] =
	"UPDATE messages SET state = 'cancelled'"
	" WHERE id = $1 AND state IN ('dead', 'by-hand')";

static int
record_again(struct step *s, const struct about *a, int64_t as,
    const char *to, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "message", a->m.id);
	detail_text(&b, "kind", a->m.kind);
	detail_text(&b, "was", a->state);
	detail_int(&b, "as", as);
	detail_text(&b, "recipient", to);
	r = event_add(s, a->m.order_id, "resend", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static const char SQL_REVISION[] =
	"SELECT revision FROM orders WHERE id = $1";

/* Who asks for it may want the old one, but should know. */
static int
tell_if_old(struct step *s, const struct about *a, struct verdict *v,
    struct err *e)
{
	int64_t revision = a->m.revision;

	if (db_one_int(s->db, SQL_REVISION, BIND(I(a->m.order_id)), &revision,
	    e) < 0)
		return -1;
	if (revision > a->m.revision)
		verdict_note(v, "message %lld is about revision %lld, the"
		    " order is at %lld now", (long long)a->m.id,
		    (long long)a->m.revision, (long long)revision);
	return 0;
}

int
message_resend(struct step *s, int64_t id, const char *to, int64_t *as,
    struct verdict *v, struct err *e)
{
	struct about a;
	int n = named(s, id, &a, v, e);

	if (n <= 0)
		return n;
	if (is(&a, "queued") || is(&a, "failed"))
		return not_possible(v, &a, is(&a, "failed") ?
		    " and will be tried again (see: --retry)" :
		    " and not sent yet (see: --retry)");
	if (to[0] == '\0')
		to = a.m.recipient;
	if (to[0] == '\0') {
		verdict_set(v, a.m.order_id, RESULT_REFUSED, "missing");
		return verdict_note(v, "message %lld has no address (say which"
		    " by --to)", (long long)id);
	}
	if (!text_is_email(to)) {
		verdict_set(v, a.m.order_id, RESULT_REFUSED, "bad-value");
		return verdict_note(v, "message %lld: \"%s\" is not an e-mail"
		    " address (say another by --to)", (long long)id, to);
	}
	if (text_has_card_number(to, strlen(to))) {
		verdict_set(v, a.m.order_id, RESULT_REFUSED, "card-number");
		return verdict_note(v, "message %lld: --to holds a payment"
		    " card number", (long long)id);
	}
	n = db_one_int(s->db, SQL_WAITS, BIND(I(id), T(to)), as, e);
	if (n != 0)
		return n < 0 ? -1 : verdict_set(v, a.m.order_id,
		    RESULT_UNCHANGED, "");
	if (db_run(s->db, SQL_AGAIN, BIND(I(id), T(to), I(s->now.at)), e) < 0)
		return -1;
	*as = db_last_id(s->db);
	if (db_run(s->db, SQL_REPLACED, BIND(I(id)), e) < 0 ||
	    inquiry_answered_by(s, id, *as, e) < 0 ||
	    record_again(s, &a, *as, to, e) < 0)
		return -1;
	verdict_set(v, a.m.order_id, RESULT_OK, "");
	return tell_if_old(s, &a, v, e);
}

/* ---- not at all ---- */

static const char SQL_CANCEL[] =
	"UPDATE messages SET state = 'cancelled' WHERE id = $1"
	" AND state IN ('queued', 'failed', 'dead', 'by-hand')";

int
message_cancel(struct step *s, int64_t id, struct verdict *v, struct err *e)
{
	struct about a;
	int n = named(s, id, &a, v, e);

	if (n <= 0)
		return n;
	if (is(&a, "cancelled"))
		return verdict_set(v, a.m.order_id, RESULT_UNCHANGED, "");
	n = db_run(s->db, SQL_CANCEL, BIND(I(id)), e);
	if (n < 0)
		return -1;
	if (n == 0)
		return not_possible(v, &a, "");
	if (outbox_record(s, &a.m, "mail-cancelled", "was", a.state, e) < 0)
		return -1;
	n = inquiry_unanswered(s, id, e);
	if (n < 0)
		return -1;
	verdict_set(v, a.m.order_id, RESULT_OK, "");
	if (a.composed && lock_mailer_busy(db_lock(s->db)))
		verdict_note(v, "message %lld: a mailer is at work; if it is"
		    " handing this one over now, it will be marked sent",
		    (long long)id);
	else if (n > 0)
		verdict_note(v, "message %lld: what it answered is open again",
		    (long long)id);
	return 0;
}
