/* mails.c - order-notify's work: deliver, list, show, record
 *
 * Joins the outbox and the streams; what happens to a message is decided in
 * lib/order. */

#include <order/mails.h>
#include <order/money.h>

#include "listing.h"

static const char *const handled_columns[] = { "message", "ref", "kind",
	"recipient", "state", "attempts", "error" };
static const struct head handled = { 7, handled_columns };

static const char *const listed_columns[] = { "message", "ref", "revision",
	"kind", "recipient", "state", "queued_at", "attempts", "next_try_at",
	"sent_at", "error", "by", "reminder" };
static const struct head listed = { 13, listed_columns };

static int
put(struct tool *t, const struct head *head, const struct message_row *m,
    struct err *e)
{
	struct arena *mem = &t->step.mem;
	const char *id = arena_printf(mem, "%lld", (long long)m->id);
	const char *revision = arena_printf(mem, "%lld",
	    (long long)m->revision);
	const char *attempts = arena_printf(mem, "%lld",
	    (long long)m->attempts);
	const char *reminder = arena_printf(mem, "%lld",
	    (long long)m->reminder);
	const char *const brief[] = { id, m->ref, m->kind, m->recipient,
		m->state, attempts, m->error };
	const char *const all[] = { id, m->ref, revision, m->kind,
		m->recipient, m->state, m->queued_at, attempts,
		m->next_try_at, m->sent_at, m->error, m->by, reminder };
	static const uint8_t brief_types[7] = { [0] = CELL_NUMBER,
		[5] = CELL_NUMBER };
	static const uint8_t all_types[13] = { [0] = CELL_NUMBER,
		[2] = CELL_NUMBER, [7] = CELL_NUMBER,
		[12] = CELL_NUMBER };

	return head == &listed ? tool_put(t, head, all, all_types, e) :
	    tool_put(t, head, brief, brief_types, e);
}

int
mails_put(struct tool *t, int64_t id, struct err *e)
{
	struct message_row m;
	int r = t->quiet ? 0 : message_find(&t->step, id, &m, e);

	return r == 1 ? put(t, &handled, &m, e) : r;
}

/* ---- listing ---- */

/* A page of what is due without a query. */
static int
put_page(struct tool *t, struct cursor *c, struct err *e)
{
	const struct message_query *q = t->own;
	struct message_row *rows;
	size_t n;

	if (message_page(&t->step, q != NULL ? MESSAGE_ALL : MESSAGE_DUE, q,
	    c->a, &rows, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (put(t, q != NULL ? &listed : &handled, &rows[i], e) < 0)
			return -1;
		c->a = rows[i].id;
	}
	return n > 0;
}

/* 1; 0 after it said that nobody is meant.  What a word means outlives the
 * transactions of the list. */
static int
mean(struct tool *t, const char *word, struct arena *mem,
    struct message_query *q)
{
	struct err e = ERR_INIT;
	int r = step_begin_read(&t->step, &e);

	if (r == 0)
		r = message_meant(&t->step, word, q, &e);
	if (r == 1)
		q->word = arena_dup(mem, q->word);
	step_rollback(&t->step);
	if (r < 0)
		tool_fail(t, &e);
	if (r == 0) {
		tool_status(t, 1);
		tool_note(t, "%s: is no order, no recipient and no customer",
		    word);
	}
	return r;
}

static void
ask(struct tool *t, const struct mails_asked *a, struct message_query *q)
{
	struct err e = ERR_INIT;

	tool_choice(t, "--state", a->state, message_states, message_nstates);
	tool_choice(t, "--kind", a->kind, message_kinds, message_nkinds);
	*q = (struct message_query){ .state = "", .kind = "",
	    .since = INT64_MIN, .until = INT64_MAX };
	if (a->state != NULL)
		q->state = a->state;
	if (a->kind != NULL)
		q->kind = a->kind;
	if (a->since == NULL && a->until == NULL)
		return;
	if (step_begin_read(&t->step, &e) < 0)	/* for the zone */
		tool_fail(t, &e);
	if (a->since != NULL)
		q->since = tool_instant(t, "--since", a->since);
	if (a->until != NULL)
		q->until = tool_instant(t, "--until", a->until);
	if (a->since != NULL && q->until <= q->since)
		tool_usage(t, "--until: is not after --since (it is the first"
		    " moment, or day, that is left out)");
	step_rollback(&t->step);
}

void
mails_list(struct tool *t, const struct mails_asked *a)
{
	static struct message_query q;	/* t->own outlives this call */
	struct arena mem = ARENA_INIT;

	t->dry_run = false;
	ask(t, a, &q);
	t->own = &q;
	list_begin(t, &listed);
	if (t->argc == 0)
		list_pages(t, put_page);
	for (int i = 0; i < t->argc && tool_signal == 0; i++)
		if (mean(t, t->argv[i], &mem, &q) == 1)
			list_pages(t, put_page);
	arena_release(&mem);
}

/* ---- one message ---- */

static int64_t
id_of(struct tool *t, const char *word)
{
	int64_t id = 0;

	if (decimal_parse(word, 0, &id) != DECIMAL_OK || id == 0)
		tool_usage(t, "\"%s\" is not the number of a message (see:"
		    " order-notify --list)", word);
	return id;
}

void
mails_show(struct tool *t, const char *word)
{
	int64_t id = id_of(t, word);
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	int r = step_begin_read(&t->step, &e);

	if (r == 0)
		r = message_bytes(&t->step, id, &b, &e);
	step_rollback(&t->step);
	if (r < 0)
		tool_fail(t, &e);
	t->dry_run = false;
	tool_text(t, b.data, b.n);
	buf_release(&b);
	if (r == 1)
		return;
	tool_status(t, 1);
	tool_note(t, "message %lld: there is no such message", (long long)id);
}

/* ---- recording ---- */

static enum mails_do what;
static const char *with;
static struct words ids;

/* *id becomes the message to be shown. */
static int
apply(struct step *s, int64_t *id, struct verdict *v, struct err *e)
{
	switch (what) {
	case MAILS_TOLD:
		return message_told(s, *id, with, v, e);
	case MAILS_RETRY:
		return message_retry(s, *id, v, e);
	case MAILS_RESEND:
		return message_resend(s, *id, with, id, v, e);
	default:
		return message_cancel(s, *id, v, e);
	}
}

static int
record_one(struct tool *t, int64_t id, struct err *e)
{
	struct verdict v;

	if (apply(&t->step, &id, &v, e) < 0)
		return -1;
	if (v.note[0] != '\0')
		tool_note(t, "%s", v.note);
	if (v.result != RESULT_REFUSED)
		return mails_put(t, id, e);
	tool_status(t, 1);
	return 0;
}

static int
record_each(struct tool *t, struct err *e)
{
	for (size_t i = 0; i < ids.n; i++)
		if (record_one(t, id_of(t, ids.word[i]), e) < 0)
			return -1;
	return 1;
}

static void
add_id(struct tool *t, const char *word)
{
	id_of(t, word);
	ids.word = xrealloc(ids.word, (ids.n + 1) * sizeof(*ids.word));
	ids.word[ids.n++] = word;
}

static int
retry_failed(struct tool *t, struct err *e)
{
	int64_t after = 0;
	size_t n;

	do {
		struct message_row *rows;

		if (message_page(&t->step, MESSAGE_FAILED, NULL, after, &rows,
		    &n, e) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (record_one(t, rows[i].id, e) < 0)
				return -1;
		if (n > 0)
			after = rows[n - 1].id;
	} while (n > 0);
	list_begin(t, &handled);
	return 1;
}

void
mails_each(struct tool *t, enum mails_do to_do, const struct words *words,
    const char *given)
{
	what = to_do;
	with = given != NULL ? given : "";
	for (size_t i = 0; words != NULL && i < words->n; i++)
		add_id(t, words->word[i]);
	for (int i = 0; i < t->argc; i++)
		add_id(t, t->argv[i]);
	tool_once(t, ids.n == 0 ? retry_failed : record_each);
	free(ids.word);
}

/* ---- delivering ---- */

static int
report(void *arg, int64_t id, struct err *e)
{
	struct tool *t = arg;

	if (mails_put(t, id, e) < 0)
		return -1;
	tool_flush(t);
	return 0;
}

void
mails_tell(struct tool *t, const struct mail_run *run)
{
	char text[INSTANT_TEXT];

	if (run->dead > 0)
		tool_note(t, "%lld message%s cannot be delivered (see:"
		    " order-notify --list --state dead)", (long long)run->dead,
		    run->dead == 1 ? "" : "s");
	if (run->refused)
		tool_note(t, "five addresses in a row were refused, the rest"
		    " stays queued: %s", run->why);
	else if (run->why[0] != '\0' && !run->stopped)
		tool_note(t, "delivery fails for now, the rest stays queued:"
		    " %s", run->why);
	/* It was asked for: cron need not write of it. */
	if (run->again_at != 0 && !t->quiet)
		tool_note(t, "mail_per_hour is reached: the rest stays queued"
		    " and goes on at %s", instant_text(run->again_at, text));
}

/* What a run ended with; does not return when it could not go on. */
static void
conclude(struct tool *t, const struct mail_run *run)
{
	struct err e = ERR_INIT;

	mails_tell(t, run);
	if (run->dead > 0)
		tool_status(t, 1);
	if (run->busy)
		err_set(&e, ERR_TEMP, "another mailer is at work");
	else if (run->unset)
		err_set(&e, ERR_CONFIG, "%s", run->why);
	else if (run->stopped)
		err_set(&e, ERR_UNAVAILABLE, "delivery is stopped: %s",
		    run->why);
	if (e.code != 0)
		tool_fail(t, &e);
}

void
mails_deliver(struct tool *t)
{
	struct mail_run run;
	struct err e = ERR_INIT;

	if (t->dry_run) {
		t->dry_run = false;
		list_begin(t, &handled);
		list_pages(t, put_page);
		return;
	}
	if (message_deliver(&t->step, &run, report, t, &tool_signal, &e) < 0)
		tool_fail(t, &e);
	conclude(t, &run);
	list_begin(t, &handled);
}

/* ---- templates ---- */

static void
say_fault(void *arg, const char *name, const char *fault)
{
	tool_note(arg, "%s: %s", name, fault);
}

void
mails_lint(struct tool *t)
{
	struct err e = ERR_INIT;
	int n = step_begin_read(&t->step, &e);

	if (n == 0)
		n = message_lint(&t->step, say_fault, t, &e);
	step_rollback(&t->step);
	if (n < 0)
		tool_fail(t, &e);
	if (n > 0)
		tool_status(t, ERR_CONFIG);
}
