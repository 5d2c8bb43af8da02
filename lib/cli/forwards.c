/* forwards.c - hand over: decide, commit, then print or write files
 *
 * The order of things is what makes each hand-off be there once, whenever the
 * process is killed: its row, its bytes under a temporary name, its name in
 * the row, its name in the folder, and that it is written. */

#include <order/forward.h>
#include <order/forwards.h>

#include "drop.h"
#include "handoffs.h"
#include "loop.h"

#define TOGETHER 64		/* files that share their commits */

static const struct forwards *given;
static enum handoff_as as;
static struct drop folder = { -1, NULL };

/* What was printed and is not marked so yet. */
static struct ids printed;

static void
remember(const struct forward *f)
{
	for (size_t i = 0; i < f->nmade; i++)
		ids_add(&printed, f->made[i]);
}

static int
mark_printed(struct tool *t, struct err *e)
{
	int r = 0;

	if (printed.n == 0)
		return 0;
	if (step_begin(&t->step, e) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < printed.n; i++)
		r = handoff_written(&t->step, printed.id[i], e);
	printed.n = 0;
	if (r == 0)
		return step_commit(&t->step, e);
	step_rollback(&t->step);
	return -1;
}

/* ---- files ---- */

struct file {
	int64_t id;
	char *name;
	bool staged, placed;
};

/* Take the next one that is not written; its bytes go to disk first. */
static int
stage_next(struct tool *t, int64_t after, struct file *f, struct err *e)
{
	struct buf b = BUF_INIT;
	struct handoff h;
	int r = step_begin_read(&t->step, e);

	if (r < 0)
		return -1;
	r = handoff_unwritten(&t->step, folder.path, after, &h, e);
	if (r == 1) {
		f->id = h.id;
		f->staged = h.file[0] != '\0';
		f->placed = false;
		f->name = xstrdup(f->staged ? h.file :
		    handoff_file(&t->step.mem, &h, as));
		if (!f->staged && handoff_render(&h, as, &b, e) < 0)
			r = -1;
	}
	step_rollback(&t->step);
	if (r == 1 && !f->staged &&
	    drop_stage(&folder, f->name, b.data, b.n, e) < 0)
		r = -1;
	buf_release(&b);
	return r;
}

static int
mark_files(struct tool *t, const struct file *files, size_t n, bool written,
    struct err *e)
{
	int r = 0;

	if (step_begin(&t->step, e) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct file *f = &files[i];

		if (!written && !f->staged)
			r = handoff_staged(&t->step, f->id, f->name, e);
		if (written && f->placed)
			r = handoff_written(&t->step, f->id, e);
	}
	if (r == 0)
		return step_commit(&t->step, e);
	step_rollback(&t->step);
	return -1;
}

/* A name that somebody else has taken keeps none of the others back. */
static int
place(struct tool *t, struct file *files, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int r = drop_place(&folder, files[i].name, e);

		if (r < 0)
			return -1;
		files[i].placed = r == 1;
		if (r == 1)
			continue;
		tool_note(t, "hand-off %lld: %s/%s: is there and is not ours:"
		    " move it away", (long long)files[i].id, folder.path,
		    files[i].name);
		tool_status(t, ERR_CANTCREAT);
	}
	return drop_sync(&folder, e);
}

static int
write_some(struct tool *t, int64_t *after, size_t *n, struct err *e)
{
	struct file files[TOGETHER];
	int r = 1;

	*n = 0;
	while (r == 1 && *n < TOGETHER) {
		files[*n].name = NULL;
		r = stage_next(t, *after, &files[*n], e);
		if (r == 1)
			*after = files[(*n)++].id;
		else
			free(files[*n].name);
	}
	if (r >= 0)
		r = *n == 0 || (drop_sync(&folder, e) == 0 &&
		    mark_files(t, files, *n, false, e) == 0 &&
		    place(t, files, *n, e) == 0 &&
		    mark_files(t, files, *n, true, e) == 0) ? 0 : -1;
	for (size_t i = 0; i < *n; i++)
		free(files[i].name);
	return r;
}

/* Also those of others that work in this folder: who comes first does it. */
static int
write_files(struct tool *t, struct err *e)
{
	int64_t after = 0;
	size_t n;
	int r;

	if (drop_lock(&folder, t->lock_seconds, &tool_signal, e) < 0)
		return -1;
	do
		r = write_some(t, &after, &n, e);
	while (r == 0 && n > 0);
	drop_unlock(&folder);
	return r;
}

/* ---- options ---- */

static enum handoff_as
choose(struct tool *t)
{
	if (given->as != NULL)
		return (enum handoff_as)tool_choice(t, "--as", given->as,
		    handoff_formats, 3);
	return t->out == FORMAT_JSON ? AS_JSON : AS_CSV;
}

/* The columns of stdout are those of what is handed over. */
static void
print_hand_offs(struct tool *t)
{
	static struct tool_about about;

	about = *t->about;
	about.head = handoff_head(given->to);
	t->about = &about;
	t->after_batch = mark_printed;
	t->texts = as == AS_TEXT;
	if (as == AS_JSON)
		t->out = FORMAT_JSON;
}

static void
begin(struct tool *t, const struct forwards *f)
{
	struct err e = ERR_INIT;

	given = f;
	as = choose(t);
	tool_choice(t, "--to", f->to, handoff_destinations, 2);
	if (as == AS_TEXT && strcmp(f->to, HANDOFF_INVENTORY) == 0)
		tool_usage(t, "--as text is a page for fulfilment: inventory"
		    " gets csv or json");
	if (f->dir == NULL && t->quiet)
		tool_usage(t, "with -q nothing is printed: name a folder for"
		    " the files by --dir");
	if (f->dir == NULL && f->as != NULL && t->out != FORMAT_AUTO)
		tool_usage(t, "what is printed is in one format: say it by -o or"
		    " by --as");
	if (f->dir == NULL) {
		print_hand_offs(t);
		return;
	}
	if (drop_open(&folder, f->dir, &e) < 0)
		tool_fail(t, &e);
	t->before_print = write_files;
	if (!t->dry_run && write_files(t, &e) < 0)
		tool_fail(t, &e);
}

static void
end(void)
{
	if (folder.path != NULL)
		drop_close(&folder);
	ids_release(&printed);
}

/* ---- orders ---- */

static int
put_made(struct tool *t, const struct forward *f, struct err *e)
{
	struct arena mem = ARENA_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->nmade; i++) {
		struct handoff h;

		arena_reset(&mem);
		r = handoff_find(&t->step, &mem, f->made[i], &h, e);
		if (r == 0)
			r = err_set(e, ERR_SOFTWARE, "hand-off %lld is not"
			    " there any more", (long long)f->made[i]);
		else if (r == 1)
			r = handoff_put(t, &h, as, e);
	}
	arena_release(&mem);
	return r;
}

static int
forward_one(struct tool *t, struct rec *r, struct err *e)
{
	struct forward f = { .early = given->early,
		.folder = folder.path != NULL ? folder.path : "" };
	struct verdict v;

	/* What is printed speaks as the input does. */
	if (folder.path == NULL && given->as == NULL &&
	    t->out == FORMAT_AUTO && tool_input_format(t) == FORMAT_JSON)
		as = AS_JSON;
	if (order_forward(&t->step, rec_text(r, "ref"), &f, &v, e) < 0)
		return -1;
	if (folder.path != NULL)
		return tool_answer(t, r, &v, e);
	remember(&f);
	tool_note_verdict(t, r, &v);
	tool_answer_text(t, "", &v);
	return put_made(t, &f, e);
}

static int
add_ref(void *refs, const char *ref)
{
	refs_add(refs, ref);
	return 0;
}

int
forwards_pick(struct tool *t, const struct forwards *f, struct refs *refs,
    struct err *e)
{
	return forward_pending(&t->step, f->early, add_ref, refs, e);
}

/* ---- movements ---- */

static bool more;		/* may be left */
static int64_t last;		/* hand-off that was made */

/* One hand-off, so that others get their turn and memory has an end; to try
 * it, all of them. */
static int
forward_next(struct tool *t, struct err *e)
{
	int r;

	do {
		struct forward f = {
			.folder = folder.path != NULL ? folder.path : ""
		};

		r = forward_movements(&t->step, &f, e);
		if (r <= 0)
			break;
		last = f.made[0];
		if (folder.path == NULL) {
			remember(&f);
			r = put_made(t, &f, e) < 0 ? -1 : 1;
		} else if (t->dry_run)
			r = handoff_put_listed(t, last, e) < 0 ? -1 : 1;
	} while (r == 1 && t->dry_run && tool_signal == 0);
	more = r == 1;
	return r < 0 ? -1 : 1;
}

/* Once it has its name. */
static int
put_last(struct tool *t, struct err *e)
{
	int r = step_begin_read(&t->step, e);

	if (r == 0)
		r = handoff_put_listed(t, last, e);
	step_rollback(&t->step);
	if (r == 0)
		tool_flush(t);
	return r;
}

static void
forward_stock(struct tool *t)
{
	struct err e = ERR_INIT;

	do {
		tool_once(t, forward_next);
		if (t->dry_run || !more)
			break;
		if ((folder.path == NULL ? mark_printed(t, &e) :
		    write_files(t, &e) < 0 ? -1 : put_last(t, &e)) < 0)
			tool_fail(t, &e);
	} while (tool_signal == 0);
	/* Also nothing has columns. */
	if (t->quiet || t->writer != NULL)
		return;
	t->dry_run = false;
	if (folder.path == NULL)
		writer_head(tool_writer(t), handoff_head(given->to));
	else
		handoff_put_head(t);
}

void
forwards_run(struct tool *t, const struct forwards *f)
{
	begin(t, f);
	if (strcmp(f->to, HANDOFF_INVENTORY) != 0)
		tool_each(t, forward_one);
	else if (t->argc > 0 || f->early)
		tool_usage(t, "inventory gets all new movements, whichever"
		    " order they are of");
	else
		forward_stock(t);
	end();
}
