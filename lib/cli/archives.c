/* archives.c - the run that moves closed orders to an archive
 *
 * What was copied is committed there right before it is committed here; see
 * archive.h.  Rejects that were closed long ago go by the way. */

#include <order/archive.h>
#include <order/archives.h>

#include "loop.h"

static struct archive *archive;	/* NULL in a dry run */
static struct archive_due due;
static bool more_rejects;

int
archives_more(struct tool *t, struct refs *refs, struct err *e)
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

void
archives_run(struct tool *t, const char *to, bool expires)
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
		if (expires)
			tool_once(t, expire);
	while (more_rejects && !t->dry_run);
	archive_close(archive);
}
