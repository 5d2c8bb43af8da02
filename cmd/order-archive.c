/* order-archive - move closed orders to an archive; erase a person's data */

#include <order/archive.h>
#include <order/erasures.h>
#include <order/tool.h>

static const char *to, *customer, *one;
static struct words archives;
static bool pending;

static const struct opt opts[] = {
	OPT_TEXT("to", "FILE", &to, "the archive, made when it is not there"),
	OPT_SELECT("pending", &pending,
	    "every order whose time has come"),
	OPT_TEXT("erase-customer", "NUMBER", &customer,
	    "erase their data, in orders and archives, too"),
	OPT_TEXT("erase-order", "ORDER", &one,
	    "erase the personal data of one order"),
	OPT_WORDS("archive", "FILE", &archives,
	    "erase in this archive (all that orders went to)"),
	OPT_END
};

static struct archive *archive;
static bool more_rejects;
static struct archive_due due;

static int
next_orders(struct tool *t, struct refs *refs, struct err *e)
{
	const char **ref = (const char **)t->argv;
	size_t n = (size_t)t->argc;
	int r = n > 0;

	if (t->selected)
		r = archive_due_page(&t->step, &due, &ref, &n, e);
	for (size_t i = 0; i < n; i++)
		refs_add(refs, ref[i]);
	t->argc = 0;
	return r;
}

static const struct tool_about about = {
	.name = "order-archive",
	.args = "[order ...]",
	.does = "move closed orders to an archive, or erase a person's data",
	.opts = opts,
	.more = next_orders,
};

static int
archive_one(struct tool *t, struct rec *r, struct err *e)
{
	struct verdict v;

	if (order_archive(&t->step, archive, rec_text(r, "ref"), &v, e) < 0)
		return -1;
	return tool_answer(t, r, &v, e);
}

static int
commit(struct tool *t, struct err *e)
{
	(void)t;
	return archive_commit(archive, e);
}

static bool
is_full(struct tool *t)
{
	return !t->dry_run && archive_is_full(archive);
}

static int
note(struct tool *t, struct err *e)
{
	return archive_note(&t->step, archive, e);
}

static int
expire(struct tool *t, struct err *e)
{
	int n = rejects_expire(&t->step, e);

	more_rejects = n > 0;
	if (n > 0 && t->verbose)
		tool_note(t, "%d reject%s of old deleted (reject_days)", n,
		    n == 1 ? "" : "s");
	return n < 0 ? -1 : n > 0 && !t->dry_run;
}

static void
move(struct tool *t)
{
	struct err e = ERR_INIT;

	if (!t->dry_run && archive_open(&archive, t->db, to, t->who,
	    t->lock_seconds, &e) < 0)
		tool_fail(t, &e);
	if (!t->dry_run)
		tool_once(t, note);
	t->before_commit = commit;
	t->is_full = is_full;
	tool_each(t, archive_one);
	do
		if (pending)
			tool_once(t, expire);
	while (more_rejects && !t->dry_run);
	archive_close(archive);
}

static void
check(struct tool *t)
{
	bool erases = customer != NULL || one != NULL;

	if ((to != NULL) + (customer != NULL) + (one != NULL) != 1)
		tool_usage(t, "say where to (--to FILE), or whose data are to"
		    " be erased");
	if (erases && (t->argc > 0 || t->selected))
		tool_usage(t, "an erasure names no other orders");
	if (!erases && archives.n > 0)
		tool_usage(t, "--archive goes with an erasure; to move orders"
		    " say --to");
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	if (to != NULL)
		move(&t);
	else
		erasures_run(&t, customer, one, &archives);
	return tool_end(&t);
}
