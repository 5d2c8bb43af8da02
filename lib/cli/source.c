/* source.c - which orders: operands, a selection, or records on stdin
 *
 * With operands or a selection stdin is never read; both together, or a
 * terminal on stdin with neither, is a usage error. */

#include <unistd.h>

#include <order/text.h>

#include "loop.h"

void
refs_add(struct refs *r, const char *ref)
{
	if (r->n == r->cap) {
		r->cap = r->cap != 0 ? 2 * r->cap : 64;
		r->ref = xrealloc(r->ref, r->cap * sizeof(*r->ref));
	}
	r->ref[r->n++] = xstrdup(ref);
}

void
refs_release(struct refs *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->ref[i]);
	free(r->ref);
	memset(r, 0, sizeof(*r));
}

void
ids_add(struct ids *l, int64_t id)
{
	if (l->n == l->cap) {
		l->cap = l->cap != 0 ? 2 * l->cap : 64;
		l->id = xrealloc(l->id, l->cap * sizeof(*l->id));
	}
	l->id[l->n++] = id;
}

void
ids_release(struct ids *l)
{
	free(l->id);
	memset(l, 0, sizeof(*l));
}

int
tool_pick(struct tool *t, const char *sql, struct refs *refs, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(t->db, sql, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		refs_add(refs, db_text(row, 0));
	return r;
}

/* ---- operands and selections ---- */

struct list {
	char **ref;
	size_t n, next;
	struct refs page;	/* of a selection that comes in pages */
};

/* 1, 0 when there is no further page, -1. */
static int
turn_page(struct tool *t, struct list *list, struct err *e)
{
	int r = t->about->more != NULL;

	refs_release(&list->page);
	while (r == 1 && list->page.n == 0 && tool_signal == 0) {
		/* A dry run is one transaction already. */
		if (!t->dry_run && step_begin_read(&t->step, e) < 0)
			return -1;
		r = t->about->more(t, &list->page, e);
		if (!t->dry_run)
			step_rollback(&t->step);
	}
	list->ref = list->page.ref;
	list->n = list->page.n;
	list->next = 0;
	return r < 0 ? -1 : list->n > 0;
}

static int
next_listed(struct tool *t, struct arena *mem, bool wait, struct item *it,
    struct err *e)
{
	struct list *list = t->loop->source;

	(void)wait;
	if (list->next == list->n) {
		int r = turn_page(t, list, e);

		if (r <= 0)
			return r < 0 ? -1 : READ_END;
	}
	it->rec.head = &stream_head;
	it->rec.values = arena_array(mem, STREAM_NCOLUMNS,
	    sizeof(*it->rec.values));
	for (int i = 0; i < STREAM_NCOLUMNS; i++)
		it->rec.values[i] = "";
	it->rec.values[STREAM_REF] = arena_dup(mem, list->ref[list->next++]);
	it->lines = 1;
	return READ_REC;
}

/* ---- records ---- */

static int
next_record(struct tool *t, struct arena *mem, bool wait, struct item *it,
    struct err *e)
{
	int r = reader_next(t->loop->reader, mem, wait, &it->rec, e);

	it->lines = 1;
	it->bytes = it->rec.raw_n;
	return r;
}

static struct reader *
open_stdin(struct tool *t)
{
	struct reader_opts o = { .format = t->in,
	    .allow_unterminated = t->allow_unterminated,
	    .stop = &tool_signal };
	struct err e = ERR_INIT;
	int fd = 0;

	if (tool_is_terminal(0))
		tool_usage(t, "nothing to do: name orders, choose them with"
		    " an option, or feed records on stdin");
	if (t->dry_run &&
	    (fd = spool_input(0, &tool_signal, &o.piped, &e)) < 0) {
		err_add(&e, "stdin");
		tool_fail(t, &e);
	}
	return reader_open(fd, "-", &o);
}

static tool_fn *decide_record;

static int
decide_one(struct tool *t, struct item *it, struct err *e)
{
	const struct rec *r = &it->rec;

	if (r->fault != NULL)
		tool_note(t, "stdin:%lld: %s%s%s", (long long)r->line,
		    r->fault_field, r->fault_field[0] != '\0' ? ": " : "",
		    r->fault);
	return decide_record(t, &it->rec, e);
}

/* A file named where an order is to be. */
static void
tell_files(struct tool *t)
{
	for (int i = 0; i < t->argc; i++)
		if (strpbrk(t->argv[i], "./") != NULL &&
		    access(t->argv[i], R_OK) == 0)
			tool_note(t, "%s: is a file: its records are read from"
			    " standard input (%s < %s)", t->argv[i],
			    t->about->name, t->argv[i]);
}

/* The list of operands or of what a selection picks; pages come later. */
static void
fill_list(struct tool *t, struct list *list)
{
	struct err e = ERR_INIT;

	if (t->about->more != NULL)
		return;
	if (!t->selected) {
		list->ref = t->argv;
		list->n = (size_t)t->argc;
		return;
	}
	if (step_begin_read(&t->step, &e) < 0 ||
	    t->about->pick(t, &list->page, &e) < 0)
		tool_fail(t, &e);
	step_rollback(&t->step);
	list->ref = list->page.ref;
	list->n = list->page.n;
}

void
tool_each(struct tool *t, tool_fn *fn)
{
	struct loop l = { .decide = decide_one };
	struct list list = { 0 };

	decide_record = fn;
	t->loop = &l;
	if (t->selected && t->argc > 0)
		tool_usage(t, "name orders or choose them with an option,"
		    " not both");
	if (t->selected || t->argc > 0) {
		fill_list(t, &list);
		l.next = next_listed;
		l.source = &list;
	} else {
		l.next = next_record;
		l.reader = open_stdin(t);
	}
	loop_run(t, &l);
	tell_files(t);
	if (l.reader != NULL)
		reader_close(l.reader);
	refs_release(&list.page);
	t->loop = NULL;
}

enum format
tool_input_format(const struct tool *t)
{
	return t->loop != NULL && t->loop->reader != NULL ?
	    reader_format(t->loop->reader) : FORMAT_AUTO;
}
