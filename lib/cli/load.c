/* load.c - rows of one file, all of them or none
 *
 * The file is spooled before the lock is taken, and its rows are decided in
 * one transaction; when one is refused all is rolled back and the rows are
 * read again, to say so of each. */

#include <order/text.h>

#include "feed.h"

static const char *const *known;	/* the columns the file may have */
static int nknown;

struct loading {
	struct feed feed;
	load_fn *fn;
	bool refuse;
	const char *source;
};

static bool
is_known(const char *name)
{
	for (int k = 0; k < nknown; k++)
		if (strcmp(known[k], name) == 0)
			return true;
	return false;
}

static int
check_columns(struct feed *f, struct err *e)
{
	const struct head *head;
	int r = reader_header(f->reader, &head, e);

	for (size_t i = 0; r > 0 && i < head->n; i++) {
		const char *name = head->names[i], *near;

		if (is_known(name))
			continue;
		near = text_nearest(name, known, (size_t)nknown);
		return err_set(e, ERR_DATA, "%s:1: %s: is no column here%s%s%s",
		    reader_name(f->reader), name,
		    near != NULL ? " (did you mean " : "",
		    near != NULL ? near : "", near != NULL ? "?)" : "");
	}
	return r < 0 ? -1 : 0;
}

static int
next_row(struct tool *t, struct arena *mem, bool wait, struct item *it,
    struct err *e)
{
	struct loading *l = t->loop->source;
	int r = feed_next(&l->feed, mem, wait, &it->rec, &l->source, e);

	it->lines = 1;
	it->bytes = it->rec.raw_n;
	return r;
}

static int
decide_row(struct tool *t, struct item *it, struct err *e)
{
	struct loading *l = t->loop->source;
	struct rec *rec = &it->rec;
	int r;

	/* A CSV's columns were checked with its header. */
	for (size_t i = 0; rec->types != NULL && rec->fault == NULL &&
	    i < rec->head->n; i++) {
		rec->fault_field = rec->head->names[i];
		if (is_known(rec->fault_field))
			rec->fault = cell_fault(rec, i, &rec->fault_code);
		else {
			rec->fault = "is no column here";
			rec->fault_code = "unknown-key";
		}
	}
	r = l->fn(t, rec, l->source, l->refuse, e);
	if (r == 0 && !l->refuse)
		t->loop->spoiled = true;
	return r < 0 ? -1 : 0;
}

void
tool_load(struct tool *t, const char *const *columns, int ncolumns,
    load_fn *fn)
{
	struct loop l = { .next = next_row, .decide = decide_row,
	    .single = true };
	struct loading in = { .fn = fn };
	struct err e = ERR_INIT;

	known = columns;
	nknown = ncolumns;
	feed_init(&in.feed, t);
	in.feed.check = check_columns;
	if (feed_spool(&in.feed, &e) < 0)
		tool_fail(t, &e);
	l.source = &in;
	t->loop = &l;
	loop_run(t, &l);
	if (l.spoiled && tool_signal == 0) {
		bool real = !t->dry_run;

		in.refuse = true;
		l.spoiled = l.single = false;
		t->dry_run = true;
		if (feed_rewind(&in.feed, &e) < 0)
			tool_fail(t, &e);
		loop_run(t, &l);
		t->dry_run = !real;
	}
	t->loop = NULL;
	feed_release(&in.feed);
}
