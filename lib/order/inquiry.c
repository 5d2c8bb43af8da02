/* inquiry.c - which order somebody asks about, and what is asked
 *
 * Records and finds; how it is answered is reply.c's. */

#include <order/event.h>
#include <order/inquiry.h>
#include <order/ref.h>
#include <order/text.h>
#include <order/verify.h>

/* ---- which order ---- */

/* The first order that the text names. */
static int
named_in(struct step *s, const char *text, int64_t *id, struct err *e)
{
	char ref[MENTION_TEXT];
	int r = 0;

	while (r == 0 && reference_mentioned(&text, ref))
		r = order_find(s, ref, id, e);
	return r;
}

static const char SQL_SENT_AS[] =
	"SELECT m.order_id, m.id, m.kind, m.state FROM messages AS m"
	" JOIN message_bytes AS b ON b.message = m.id"
	" WHERE m.order_id = $1 AND b.message_id = $2";

/* The number of the order in a Message-ID as we make them, else 0: only to
 * look it up. */
static int64_t
number_in_id(const char *id)
{
	const char *p = strchr(id, '.');
	int64_t n = 0;

	while (p != NULL && *++p >= '0' && *p <= '9' && n < INT64_MAX / 20)
		n = n * 10 + (*p - '0');
	return n;
}

struct told {
	int64_t order_id, id;
	const char *kind, *state;
};

/* The message of ours that has this Message-ID: 1, 0, -1. */
static int
told_as(struct step *s, const char *message_id, struct told *t, struct err *e)
{
	int64_t n = number_in_id(message_id);
	struct row *row;
	int r = n == 0 ? 0 : db_one(s->db, SQL_SENT_AS, BIND(I(n),
	    T(message_id)), &row, e);

	if (r <= 0)
		return r;
	t->order_id = db_int(row, 0);
	t->id = db_int(row, 1);
	t->kind = db_dup(row, 2, &s->mem);
	t->state = db_dup(row, 3, &s->mem);
	db_done(row);
	return 1;
}

/* Of ids, oldest first, the newest that is ours. */
static int
answered_in(struct step *s, const char *ids, int64_t *order_id, struct err *e)
{
	const char *end = ids + strlen(ids);
	struct told t;
	int r = 0;

	while (r == 0 && end > ids) {
		const char *p = end;

		while (p > ids && p[-1] != ' ')
			p--;
		r = told_as(s, arena_dupn(&s->mem, p, (size_t)(end - p)), &t,
		    e);
		end = p > ids ? p - 1 : p;
	}
	if (r == 1)
		*order_id = t.order_id;
	return r;
}

int
inquiry_order(struct step *s, const char *subject, const char *in_reply_to,
    const char *references, const char *text, int64_t *order_id,
    struct err *e)
{
	int r = named_in(s, subject, order_id, e);

	if (r == 0)
		r = answered_in(s, in_reply_to, order_id, e);
	if (r == 0)
		r = answered_in(s, references, order_id, e);
	return r != 0 ? r : named_in(s, text, order_id, e);
}

/* ---- recording ---- */

static const char SQL_KNOWN[] =
	"SELECT id FROM inquiries WHERE sha256 = $1";

static const char SQL_ADD[] =
	"INSERT INTO inquiries (order_id, at, channel, sender, subject,"
	" question, message_id, refs, sha256)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

static const char SQL_BYTES[] =
	"INSERT INTO inquiry_bytes (inquiry, bytes) VALUES ($1, $2)";

static int
record(struct step *s, const struct inquiry *q, int64_t id, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "inquiry", id);
	detail_text(&b, "from", q->sender);
	detail_text(&b, "subject", q->subject);
	detail_text(&b, "channel", q->channel);
	r = event_add(s, q->order_id, "inquiry", detail_end(&b), e);
	buf_release(&b);
	return r;
}

int
inquiry_add(struct step *s, const struct inquiry *q,
    const uint8_t sha256[HASH_SIZE], const char *bytes, size_t n, int64_t *id,
    struct err *e)
{
	int r = db_one_int(s->db, SQL_KNOWN, BIND(B(sha256, HASH_SIZE)), id, e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (db_run(s->db, SQL_ADD, BIND(I(q->order_id), I(q->at),
	    T(q->channel), T(q->sender), T(q->subject), T(q->question),
	    T(q->message_id), T(q->refs), B(sha256, HASH_SIZE)), e) < 0)
		return -1;
	*id = db_last_id(s->db);
	if (bytes != NULL && db_run(s->db, SQL_BYTES, BIND(I(*id),
	    B(bytes, n)), e) < 0)
		return -1;
	return record(s, q, *id, e) < 0 ? -1 : 1;
}

static const char SQL_OPEN[] =
	"SELECT id, at, channel, sender, subject, question, message_id, refs"
	" FROM inquiries WHERE order_id = $1 AND answered_at IS NULL"
	" ORDER BY id";

int
inquiry_open(struct step *s, int64_t order_id, struct inquiry **list,
    size_t *n, struct err *e)
{
	struct arena *mem = &s->mem;
	struct row *row;
	size_t cap = 0;
	int r;

	*n = 0;
	*list = NULL;
	if (db_query(s->db, SQL_OPEN, BIND(I(order_id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		*list = arena_grow(mem, *list, *n, &cap, sizeof(**list));
		(*list)[(*n)++] = (struct inquiry){ db_int(row, 0), order_id,
			db_int(row, 1), db_dup(row, 2, mem),
			db_dup(row, 3, mem), db_dup(row, 4, mem),
			db_dup(row, 5, mem), db_dup(row, 6, mem),
			db_dup(row, 7, mem) };
	}
	return r;
}

static const char SQL_ANSWER[] =
	"UPDATE inquiries SET answered_at = $2, message = $3, by = $4"
	" WHERE order_id = $1 AND answered_at IS NULL";

int
inquiry_answer(struct step *s, int64_t order_id, int64_t message,
    struct err *e)
{
	return db_run(s->db, SQL_ANSWER, BIND(I(order_id), I(s->now.at),
	    message != 0 ? I(message) : NIL(), T(s->actor)), e);
}

static const char SQL_UNANSWERED[] =
	"UPDATE inquiries SET answered_at = NULL WHERE message = $1";

int
inquiry_unanswered(struct step *s, int64_t message, struct err *e)
{
	return db_run(s->db, SQL_UNANSWERED, BIND(I(message)), e);
}

static const char SQL_ANSWERED_BY[] =
	"UPDATE inquiries SET message = $2,"
	" answered_at = coalesce(answered_at, $3) WHERE message = $1";

int
inquiry_answered_by(struct step *s, int64_t message, int64_t instead,
    struct err *e)
{
	return db_run(s->db, SQL_ANSWERED_BY, BIND(I(message), I(instead),
	    I(s->now.at)), e);
}

int
inquiry_is_known(struct step *s, const struct order *o, const char *sender,
    struct err *e)
{
	const char *folded = text_fold(&s->mem, sender);
	struct customer c;

	if (sender[0] == '\0' || strcmp(folded, text_fold(&s->mem,
	    o->column[COLUMN_EMAIL])) == 0)
		return 1;
	if (customer_find(s, o->account[0] != '\0' ? o->account :
	    o->column[COLUMN_CUSTOMER], &c, e) < 0)
		return -1;
	return strcmp(folded, text_fold(&s->mem, c.email)) == 0;
}

/* ---- mail that nobody wrote ---- */

int
inquiry_note(struct step *s, int64_t order_id, const char *sender,
    const char *subject, const char *why, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_text(&b, "note", arena_printf(&s->mem, "a mail that %s", why));
	detail_text(&b, "from", sender);
	detail_text(&b, "subject", subject);
	r = event_add(s, order_id, "note", detail_end(&b), e);
	buf_release(&b);
	return r;
}

int
message_about(struct step *s, const char *message_id, int64_t *order_id,
    struct err *e)
{
	struct told t;
	int r = told_as(s, message_id, &t, e);

	if (r == 1)
		*order_id = t.order_id;
	return r;
}

/* Handed over, as far as anybody knew; not what somebody told by hand since. */
static const char SQL_DEAD[] =
	"UPDATE messages SET state = 'dead', error = $2"
	" WHERE id = $1 AND state IN ('sent', 'failed') AND by = ''";

static int
record_bounce(struct step *s, const struct told *t, bool failed,
    const char *why, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "message", t->id);
	detail_text(&b, "kind", t->kind);
	detail_text(&b, "error", why);
	r = event_add(s, t->order_id, failed ? "bounced" : "mail-late",
	    detail_end(&b), e);
	buf_release(&b);
	return r;
}

int
message_bounced(struct step *s, const char *message_id, bool failed,
    const char *why, struct err *e)
{
	struct told t;
	int r = told_as(s, message_id, &t, e), n = 1;

	if (r <= 0)
		return r;
	if (failed)
		n = db_run(s->db, SQL_DEAD, BIND(I(t.id), T(arena_printf(
		    &s->mem, "came back: %s", why[0] != '\0' ? why :
		    "undeliverable"))), e);
	if (n < 0 || (n > 0 && record_bounce(s, &t, failed, why, e) < 0))
		return -1;
	return 1;
}
