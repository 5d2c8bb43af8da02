/* erasures.c - the run of an erasure, over the database and its archives
 *
 * Each file has its own transactions.  The database comes first: it holds
 * the chain, so an archive gets a copy of the event that was committed here.
 * The customer goes last, so that whatever ends a run, the next one finds
 * what is left.  At the end every file is written anew: what was deleted
 * must not be found in free pages. */

#include <unistd.h>

#include <order/archive.h>
#include <order/erase.h>
#include <order/erasures.h>
#include <order/order.h>
#include <order/ref.h>

#include "loop.h"

#define ORDERS 100		/* what one transaction erases */

static struct erasing {
	struct erasure x;
	struct arena mem;
	struct step *archive;	/* one for each file */
	const char **file;
	size_t n;
	size_t at;		/* the archive at work */
	const char *ref;	/* of the one order */
	int64_t after;		/* this number, in the file at work */
	int64_t ids[ORDERS];
	int nids;
	bool stopped;		/* it may not be */
} run;

static bool
goes_on(void)
{
	return !run.stopped && tool_signal == 0;
}

/* ---- the archives ---- */

/* Where a move was cut off, a copy may be in a file that nothing went to. */
static const char SQL_FILES[] =
	"SELECT f.file, EXISTS (SELECT 1 FROM archived AS a"
	"  WHERE a.archive = f.file) FROM archives AS f ORDER BY f.file";

static bool
is_named(const struct words *named, const char *file)
{
	for (size_t i = 0; i < named->n; i++)
		if (strcmp(named->word[i], file) == 0)
			return true;
	return false;
}

static void
add_file(const char *file)
{
	run.file = xrealloc(run.file, (run.n + 1) * sizeof(*run.file));
	run.file[run.n++] = file;
}

static int
add_known(struct tool *t, const struct words *named, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(t->db, SQL_FILES, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		const char *file = db_text(row, 0);

		if (db_int(row, 1) == 0 && access(file, F_OK) < 0)
			continue;
		if (named->n == 0)
			add_file(db_dup(row, 0, &run.mem));
		else if (!is_named(named, file))
			tool_note(t, "%s: orders went there, too; it was not"
			    " named and stays as it is", file);
	}
	return r;
}

static void
open_archives(struct tool *t)
{
	struct err e = ERR_INIT;
	struct db *db;

	run.archive = xmalloc((run.n + 1) * sizeof(*run.archive));
	for (size_t i = 0; i < run.n; i++) {
		if (db_open(&db, run.file[i], DB_ARCHIVE, t->who,
		    t->lock_seconds, &e) < 0)
			tool_fail(t, &e);
		step_init(&run.archive[i], db, t->now, t->actor, t->who);
	}
}

/* ---- before anything ---- */

static int
find_order(struct tool *t, struct verdict *v, struct err *e)
{
	struct archived gone;
	int r = order_find(&t->step, run.ref, &run.x.order_id, e);

	if (r == 0 && (r = archived_find(&t->step, run.ref, &gone, e)) == 1)
		run.x.order_id = gone.id;
	if (r == 0) {
		verdict_set(v, 0, RESULT_REFUSED, "no-such-order");
		verdict_note(v, "%s: there is no such order%s", run.ref,
		    ref_doubt(run.ref));
	}
	return r;
}

static int
refuse(struct tool *t, const struct verdict *v)
{
	run.stopped = true;
	tool_note(t, "%s", v->note);
	tool_status(t, 1);
	return 0;
}

static const struct words *given;

static int
look(struct tool *t, struct err *e)
{
	struct verdict v;
	int r = 1;

	if (run.ref != NULL)
		r = find_order(t, &v, e);
	else if (erase_customer(&t->step, run.x.customer, &run.mem, &run.x,
	    e) < 0)
		r = -1;
	if (r == 1)
		r = erase_judge(&t->step, &run.x, &v, e);
	if (r == 1 && add_known(t, given, e) < 0)
		r = -1;
	return r == 0 ? refuse(t, &v) : r < 0 ? -1 : 0;
}

static void
look_into_archives(struct tool *t)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < run.n; i++) {
		struct step *s = &run.archive[i];

		if (step_begin_read(s, &e) < 0 ||
		    erase_words(s, &run.x, &e) < 0)
			tool_fail(t, &e);
		step_rollback(s);
	}
}

/* ---- the orders ---- */

static int
put(struct tool *t, struct step *s, int64_t id, struct err *e)
{
	const char *values[STREAM_NCOLUMNS];
	struct rec r = { .head = &stream_head, .values = values };
	struct verdict v;
	struct order o;

	for (int i = 0; i < STREAM_NCOLUMNS; i++)
		values[i] = "";
	if (order_load(s, id, &o, e) <= 0)
		return -1;
	order_verdict(s, &v, &o, RESULT_OK, "");
	return tool_answer(t, &r, &v, e);
}

/* Some orders of the database. */
static int
erase_here(struct tool *t, struct err *e)
{
	struct step *s = &t->step;
	struct verdict v;
	int r;

	run.nids = erase_next(s, &run.x, &run.after, run.ids, ORDERS, e);
	for (int i = 0; i < run.nids; i++)
		if ((r = erase_judge_order(s, run.ids[i], &v, e)) <= 0)
			return r < 0 ? -1 : refuse(t, &v);
		else if (erase_event(s, run.ids[i], true, e) < 0 ||
		    erase_order(s, run.ids[i], e) < 0 ||
		    put(t, s, run.ids[i], e) < 0)
			return -1;
	return run.nids < 0 ? -1 : run.nids > 0;
}

/* An archive of another database has other orders under these numbers. */
static int
is_ours(struct tool *t, int64_t id, struct err *e)
{
	struct archived gone;
	int64_t there;
	char ref[REF_TEXT];
	int r = archived_number(&t->step, id, &gone, e);

	if (r != 0)
		return r;
	ref_format(t->step.policy.text[POLICY_IS_REF_PREFIX], id, ref);
	r = order_find(&t->step, ref, &there, e);
	return r != 0 ? r : err_set(e, ERR_CONFIG, "%s: has order number"
	    " %lld, which %s never archived", run.file[run.at],
	    (long long)id, t->db_path);
}

/* The events about some orders of an archive. */
static int
tell_here(struct tool *t, struct err *e)
{
	for (int i = 0; i < run.nids; i++)
		if (is_ours(t, run.ids[i], e) < 0 ||
		    erase_event(&t->step, run.ids[i], false, e) < 0)
			return -1;
	return 1;
}

static int
erase_there(struct tool *t, struct step *s, struct err *e)
{
	for (int i = 0; i < run.nids; i++)
		if ((!t->dry_run && erase_event_copy(&t->step, s, run.ids[i],
		    e) < 0) || erase_order(s, run.ids[i], e) < 0 ||
		    put(t, s, run.ids[i], e) < 0)
			return -1;
	return 0;
}

static int
next_there(struct step *s, struct err *e)
{
	if (step_begin_read(s, e) < 0)
		return -1;
	run.nids = erase_next(s, &run.x, &run.after, run.ids, ORDERS, e);
	step_rollback(s);
	return run.nids;
}

static void
erase_archive(struct tool *t, struct step *s)
{
	struct err e = ERR_INIT;
	int r = 0;

	run.after = 0;
	while (goes_on() && (r = next_there(s, &e)) > 0) {
		tool_once(t, tell_here);
		if (step_begin(s, &e) < 0 || erase_there(t, s, &e) < 0)
			tool_fail(t, &e);
		if (t->dry_run)
			step_rollback(s);
		else if (step_commit(s, &e) < 0)
			tool_fail(t, &e);
		tool_flush(t);
	}
	if (r < 0)
		tool_fail(t, &e);
}

/* ---- what is about no order ---- */

static int
drop_rejects(struct tool *t, struct err *e)
{
	int n = erase_rejects(&t->step, &run.x, e);

	if (n > 0 && t->verbose)
		tool_note(t, "%d reject%s deleted", n, n == 1 ? "" : "s");
	return n;
}

static const char SQL_BLOCKED[] =
	"SELECT count(*) FROM blocklist AS b JOIN customers AS c"
	" ON b.value COLLATE NOCASE IN (c.customer, c.email, c.phone)"
	" WHERE c.customer_key = $1";

static int
drop_customer(struct tool *t, struct err *e)
{
	int64_t blocked = 0;

	if (db_one_int(t->db, SQL_BLOCKED, BIND(T(run.x.key)), &blocked,
	    e) < 0)
		return -1;
	if (blocked > 0)
		tool_note(t, "%s: what the blocklist says of them stays there",
		    run.x.customer);
	return erase_master(&t->step, &run.x, e);
}

static void
rewrite(struct tool *t)
{
	struct err e = ERR_INIT;

	if (db_rewrite(t->db, &e) < 0)
		tool_fail(t, &e);
	for (size_t i = 0; i < run.n; i++)
		if (db_rewrite(run.archive[i].db, &e) < 0)
			tool_fail(t, &e);
}

static void
close_archives(struct tool *t)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < run.n; i++) {
		struct db *db = run.archive[i].db;

		step_release(&run.archive[i]);
		if (db_close(db, &e) < 0)
			tool_fail(t, &e);
	}
	free(run.archive);
	free(run.file);
	buf_release(&run.x.words);
	arena_release(&run.mem);
}

static void
erase_all(struct tool *t)
{
	open_archives(t);
	look_into_archives(t);
	if (!run.x.known && run.x.customer != NULL)
		tool_note(t, "%s: nothing of that customer is in the store",
		    run.x.customer);
	tool_once(t, drop_rejects);
	do
		tool_once(t, erase_here);
	while (run.nids > 0 && goes_on());
	for (run.at = 0; run.at < run.n && goes_on(); run.at++)
		erase_archive(t, &run.archive[run.at]);
	if (run.x.customer != NULL && goes_on())
		tool_once(t, drop_customer);
	if (!t->dry_run && tool_signal == 0)
		rewrite(t);
}

void
erasures_run(struct tool *t, const char *customer, const char *ref,
    const struct words *archives)
{
	run.x = (struct erasure){ .customer = customer, .words = BUF_INIT };
	run.ref = ref;
	given = archives;
	for (size_t i = 0; i < archives->n; i++)
		add_file(archives->word[i]);
	tool_once(t, look);
	if (!run.stopped)
		erase_all(t);
	close_archives(t);
}
