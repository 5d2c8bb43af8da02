/* outbox.c - compose what is due, hand it over, mark it
 *
 * One mailer at a time, by a kernel lock.  Bytes are stored before the first
 * hand-over and each message is marked right after its own: a crash between
 * sends the same bytes again, and nothing is ever lost.  Never inside a
 * transaction. */

#include <order/event.h>
#include <order/inquiry.h>
#include <order/mail.h>
#include <order/rate.h>
#include <order/text.h>

#include "outbox.h"

#define BATCH_MESSAGES 50
#define BATCH_BYTES (1 << 20)
#define FAILURES_IN_A_ROW 5
#define REFUSALS_IN_A_ROW 5

struct outbox {
	struct step *step;
	struct mail_run *run;
	int (*report)(void *, int64_t, struct err *);
	void *arg;
	const volatile int *stop;
	struct arena mem;	/* of the batch */
	struct house house;
	struct due due[BATCH_MESSAGES];
	size_t n;
	int64_t last_try, last_id;
	int failures;		/* in a row */
	int refusals;		/* likewise, each of another address */
	uint8_t refused[REFUSALS_IN_A_ROW][HASH_SIZE];	/* whom, folded */
	bool set_back;		/* the clock was, since the hour began */
};

/* ---- not too many in an hour ---- */

static const char SQL_RATE[] = "SELECT began, count FROM mail_rate";

/* Whoever asks has the mailer lock: nobody else counts meanwhile. */
static int
read_rate(struct outbox *b, struct rate *rate, struct err *e)
{
	struct row *row;
	int r = db_one(b->step->db, SQL_RATE, NOBIND, &row, e);

	*rate = (struct rate){ 0, 0 };
	if (r == 1) {
		*rate = (struct rate){ db_int(row, 0), db_int(row, 1) };
		db_done(row);
	}
	return r < 0 ? -1 : 0;
}

/* How many may go now, and when the hour is over. */
static int
may_go(struct outbox *b, int64_t *left, int64_t *again, struct err *e)
{
	const struct step *s = b->step;
	int64_t per_hour = s->policy.number[POLICY_IS_MAIL_PER_HOUR];
	struct rate rate;

	*left = INT64_MAX;
	*again = 0;
	b->set_back = false;
	if (per_hour == 0)
		return 0;
	if (read_rate(b, &rate, e) < 0)
		return -1;
	b->set_back = rate.began > s->now.at;
	*left = rate_left(&rate, per_hour, s->now.at);
	*again = rate_again(&rate);
	return 0;
}

static const char SQL_COUNT[] =
	"INSERT INTO mail_rate (one, began, count) VALUES (1, $1, $2)"
	" ON CONFLICT (one) DO UPDATE SET began = excluded.began,"
	" count = excluded.count";

static int
store_rate(struct outbox *b, bool one_more, struct err *e)
{
	const struct step *s = b->step;
	int64_t per_hour = s->policy.number[POLICY_IS_MAIL_PER_HOUR];
	struct rate rate;

	if (per_hour == 0)
		return 0;
	if (read_rate(b, &rate, e) < 0)
		return -1;
	if (one_more)
		rate_count(&rate, s->now.at);
	else
		rate_left(&rate, per_hour, s->now.at);
	return db_run(s->db, SQL_COUNT, BIND(I(rate.began), I(rate.count)),
	    e) < 0 ? -1 : 0;
}

/* The hour that begins anew must be the same one to the next run. */
static int
keep_set_back(struct outbox *b, struct err *e)
{
	if (!b->set_back)
		return 0;
	if (step_begin(b->step, e) < 0)
		return -1;
	if (store_rate(b, false, e) < 0) {
		step_rollback(b->step);
		return -1;
	}
	return step_commit(b->step, e);
}

/* ---- choosing ---- */

/* What was queued or tried later than now is due: the clock was set back. */
static const char SQL_DUE[] =
	"SELECT " LETTER_COLUMNS
	" WHERE m.state IN ('queued', 'failed')"
	" AND (m.next_try_at, m.id) > ($1, $2)"
	" AND (m.next_try_at <= $3"
	"  OR coalesce(m.tried_at, m.queued_at) > $3)"
	" ORDER BY m.next_try_at, m.id LIMIT 50";

static int
choose(struct outbox *b, struct err *e)
{
	struct step *s = b->step;
	size_t held = 0;
	struct row *row;
	int64_t left, again;
	int r;

	b->n = 0;
	arena_reset(&b->mem);
	if (step_begin_read(s, e) < 0)
		return -1;
	b->house = letter_house(s, &b->mem);
	if (may_go(b, &left, &again, e) < 0) {
		step_rollback(s);
		return -1;
	}
	r = db_query(s->db, SQL_DUE, BIND(I(b->last_try), I(b->last_id),
	    I(s->now.at)), &row, e);
	/* What is not to go yet is not composed either. */
	while (r == 1 && b->n < BATCH_MESSAGES && held < BATCH_BYTES &&
	    (r = db_next(row, e)) == 1) {
		struct due *m = &b->due[b->n];

		if ((int64_t)b->n == left) {
			b->run->again_at = left == 0 ? again : 0;
			break;
		}
		b->n++;
		letter_take(row, &b->mem, m);
		held += m->n + strlen(m->document);
		b->last_try = db_int(row, 14);
		b->last_id = m->id;
	}
	if (r == 1)
		db_done(row);
	step_rollback(s);
	return r < 0 ? -1 : keep_set_back(b, e);
}

/* ---- marking ---- */

int
outbox_record(struct step *s, const struct due *m, const char *kind,
    const char *key, const char *value, struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "message", m->id);
	detail_text(&b, "kind", m->kind);
	if (value[0] != '\0')
		detail_text(&b, key, value);
	r = event_add(s, m->order_id, kind, detail_end(&b), e);
	buf_release(&b);
	return r;
}

static const char SQL_ANSWERED[] =
	"UPDATE orders SET answered_at = $2"
	" WHERE id = $1 AND revision = $3 AND answered_at IS NULL";

/* The first answer to what the order is now stops the 24 h clock. */
int
outbox_answered(struct step *s, const struct due *m, struct err *e)
{
	if (strcmp(m->kind, "receipt") != 0 &&
	    strcmp(m->kind, "acknowledgment") != 0 &&
	    strcmp(m->kind, "rejected") != 0 &&
	    strcmp(m->kind, "cancelled") != 0)
		return 0;
	return db_run(s->db, SQL_ANSWERED, BIND(I(m->order_id), I(s->now.at),
	    I(m->revision)), e) < 0 ? -1 : 0;
}

/* One that was cancelled meanwhile is out of the house all the same.  For a
 * list of three SQLite would make a table each time. */
static const char SQL_SENT[] =
	"UPDATE messages SET state = 'sent', sent_at = $2, tried_at = $2,"
	" attempts = attempts + 1, error = ''"
	" WHERE id = $1 AND (state = 'queued' OR state = 'failed'"
	"  OR state = 'cancelled')";

static const char SQL_FAILED[] =
	"UPDATE messages SET state = $2, attempts = $3, tried_at = $4,"
	" next_try_at = $5, error = $6"
	" WHERE id = $1 AND state IN ('queued', 'failed')";

static int
mark_sent(struct outbox *b, const struct due *m, struct err *e)
{
	struct step *s = b->step;
	int n = db_run(s->db, SQL_SENT, BIND(I(m->id), I(s->now.at)), e);

	b->run->sent++;
	if (n <= 0)
		return n;
	if (outbox_answered(s, m, e) < 0 || (strcmp(m->kind, "reply") == 0 &&
	    inquiry_answered_by(s, m->id, m->id, e) < 0))
		return -1;
	return outbox_record(s, m, "sent", "", "", e);
}

static int
mark_failed(struct outbox *b, const struct due *m, int64_t attempts,
    bool for_good, const char *why, struct err *e)
{
	struct step *s = b->step;
	bool dead = for_good ||
	    attempts >= s->policy.number[POLICY_IS_MAIL_ATTEMPTS];
	int64_t again = s->now.at + (dead ? 0 : message_backoff(attempts));
	int n = db_run(s->db, SQL_FAILED, BIND(I(m->id),
	    T(dead ? "dead" : "failed"), I(attempts), I(s->now.at), I(again),
	    T(why)), e);

	if (dead)
		b->run->dead++;
	else
		b->run->retry++;
	if (n <= 0 || (!dead && attempts > 1))
		return n < 0 ? -1 : 0;
	return outbox_record(s, m, dead ? "dead" : "mail-failed", "error", why,
	    e);
}

int64_t
message_backoff(int64_t attempts)
{
	static const int64_t seconds[] = {
		60, 300, 900, 3600, 7200, 14400, 21600
	};
	const int64_t n = sizeof(seconds) / sizeof(seconds[0]);

	if (attempts < 1)
		attempts = 1;
	return seconds[attempts < n ? attempts - 1 : n - 1];
}

/* ---- composing a batch ---- */

static const char SQL_STORE[] =
	"INSERT INTO message_bytes (message, sender, message_id, bytes)"
	" SELECT id, $2, $3, $4 FROM messages"
	" WHERE id = $1 AND state IN ('queued', 'failed')";

static int
store(struct outbox *b, struct err *e)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct due *m = &b->due[i];

		if (m->document[0] == '\0')
			continue;
		if (m->fault != NULL ?
		    mark_failed(b, m, m->attempts, true, m->fault, e) < 0 :
		    db_run(b->step->db, SQL_STORE, BIND(I(m->id), T(m->sender),
		    T(m->message_id), B(m->bytes, m->n)), e) < 0)
			return -1;
	}
	return 0;
}

static int
compose_batch(struct outbox *b, struct err *e)
{
	struct buf out = BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < b->n; i++) {
		struct due *m = &b->due[i];
		struct err fault = ERR_INIT;

		if (m->document[0] == '\0')
			continue;
		any = true;
		buf_clear(&out);
		if (letter_compose(&b->mem, &b->house, m, &out, &fault) < 0)
			m->fault = text_shown(&b->mem, fault.text, 0);
		m->n = out.n;
		m->bytes = arena_dupn(&b->mem, out.data, out.n);
	}
	buf_release(&out);
	if (!any)
		return 0;
	if (step_begin(b->step, e) < 0)
		return -1;
	if (store(b, e) < 0) {
		step_rollback(b->step);
		return -1;
	}
	return step_commit(b->step, e);
}

/* ---- handing over ---- */

static int
mark(struct outbox *b, const struct due *m, const struct mail_report *r,
    struct err *e)
{
	int n;

	if (step_begin(b->step, e) < 0)
		return -1;
	n = r->outcome == MAIL_SENT ? mark_sent(b, m, e) :
	    mark_failed(b, m, m->attempts + 1, r->outcome == MAIL_REFUSED,
	    r->why, e);
	if (n < 0 || store_rate(b, true, e) < 0) {
		step_rollback(b->step);
		return -1;
	}
	return step_commit(b->step, e);
}

/* Whoever reads what is printed may be slow, or a pager: another mailer may
 * go on meanwhile.  1; 0: one does; -1. */
static int
tell(struct outbox *b, int64_t id, struct err *e)
{
	struct lock *lock = db_lock(b->step->db);
	int r;

	if (b->report == NULL)
		return 1;
	lock_mailer_done(lock);
	if (b->report(b->arg, id, e) < 0)
		return -1;
	r = lock_mailer(lock, e);
	b->run->busy = r == 0;
	return r;
}

static const char SQL_WAITING[] =
	"SELECT 1 FROM messages WHERE id = $1"
	" AND state IN ('queued', 'failed') AND attempts = $2";

/* One bad address, however often, is its own fault; many in a row have
 * something in common, as our sender's address. */
static void
count_refusal(struct outbox *b, const char *recipient)
{
	uint8_t sum[HASH_SIZE];
	struct hash h;

	hash_init(&h);
	hash_text(&h, text_fold(&b->mem, recipient));
	hash_end(&h, sum);
	for (int i = 0; i < b->refusals; i++)
		if (memcmp(b->refused[i], sum, HASH_SIZE) == 0)
			return;
	memcpy(b->refused[b->refusals++], sum, HASH_SIZE);
}

/* Does delivery still work, as far as one can tell? */
static bool
may_go_on(struct outbox *b, const struct due *m, const struct mail_report *r)
{
	b->failures = r->outcome == MAIL_RETRY ? b->failures + 1 : 0;
	if (r->outcome == MAIL_REFUSED)
		count_refusal(b, m->recipient);
	else
		b->refusals = 0;
	if (b->failures < FAILURES_IN_A_ROW &&
	    b->refusals < REFUSALS_IN_A_ROW)
		return true;
	b->run->refused = b->refusals == REFUSALS_IN_A_ROW;
	snprintf(b->run->why, sizeof(b->run->why), "%s", r->why);
	return false;
}

/* 1: go on; 0: end the run; -1. */
static int
hand_over(struct outbox *b, const struct due *m, struct err *e)
{
	struct lock *lock = db_lock(b->step->db);
	const struct house *h = &b->house;
	struct mail_report r;
	int64_t waiting = 0, left, again = 0;
	int done;

	/* Another mailer may have been at work while this one printed. */
	if (may_go(b, &left, &again, e) < 0)
		return -1;
	if (left == 0) {
		b->run->again_at = again;
		return 0;
	}
	if (db_one_int(b->step->db, SQL_WAITING, BIND(I(m->id),
	    I(m->attempts)), &waiting, e) < 0)
		return -1;
	if (!waiting)	/* told by hand, overtaken or tried meanwhile */
		return 1;
	mail_deliver(h->command, h->timeout, m->sender, m->recipient,
	    m->message_id, m->bytes, m->n, &r);
	if (r.outcome == MAIL_STOPPED) {
		b->run->stopped = true;
		snprintf(b->run->why, sizeof(b->run->why), "%s", r.why);
		return 0;
	}
	/* What was handed over gets its mark also when we are to end. */
	if (b->stop != NULL)
		lock_watch(lock, NULL);
	done = mark(b, m, &r, e);
	if (b->stop != NULL)
		lock_watch(lock, b->stop);
	if (done == 0)
		done = tell(b, m->id, e);
	if (done <= 0)
		return done;
	return may_go_on(b, m, &r);
}

/* As hand_over. */
static int
deliver_batch(struct outbox *b, struct err *e)
{
	int r = 1;

	if (choose(b, e) < 0)
		return -1;
	if (b->n == 0)
		return 0;
	if (b->house.from[0] == '\0') {
		b->run->stopped = b->run->unset = true;
		snprintf(b->run->why, sizeof(b->run->why), "%s",
		    letter_no_sender);
		return 0;
	}
	if (compose_batch(b, e) < 0)
		return -1;
	for (size_t i = 0; r == 1 && i < b->n; i++) {
		const struct due *m = &b->due[i];

		if (b->stop != NULL && *b->stop != 0)
			r = 0;
		else if (m->fault == NULL)
			r = hand_over(b, m, e);
		else
			r = tell(b, m->id, e);
	}
	return r;
}

int
message_deliver(struct step *s, struct mail_run *run,
    int (*report)(void *, int64_t, struct err *), void *arg,
    const volatile int *stop, struct err *e)
{
	struct outbox b = { .step = s, .run = run, .report = report,
	    .arg = arg, .stop = stop, .last_try = INT64_MIN };
	int r;

	memset(run, 0, sizeof(*run));
	r = lock_mailer(db_lock(s->db), e);
	if (r < 0)
		return -1;
	if (r == 0) {
		run->busy = true;
		return 0;
	}
	while ((r = deliver_batch(&b, e)) == 1)
		continue;
	lock_mailer_done(db_lock(s->db));
	arena_release(&b.mem);
	return r;
}
