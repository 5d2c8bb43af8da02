/* orders.c - the loop of order-receive: files in, orders decided
 *
 * A key that was refused once in a run stays refused: what follows later
 * under it is a piece of the same order. */

#include <order/text.h>

#include "intake.h"
#include "maps.h"

static struct intake *intake;	/* the one at work, for the feed's check */

/* What was found out is told when somebody asks. */
static void
tell_dialect(struct feed *f)
{
	char d = reader_delimiter(f->reader);
	char quoted[] = { '"', d, '"', '\0' };

	if (f->tool->verbose && d != ',' && d != '\0')
		tool_tell(f->tool, "%s: cells are separated by %s",
		    reader_name(f->reader), d == '\t' ? "tabs" : quoted);
}

int
intake_check_header(struct feed *f, struct err *e)
{
	const struct head *head;
	int r = reader_header(f->reader, &head, e);

	if (r > 0)
		tell_dialect(f);
	for (size_t i = 0; r > 0 && i < head->n; i++) {
		const char *name = head->names[i], *near;

		if (text_has_card_number(name, strlen(name)))
			return err_set(e, ERR_DATA, "%s:1: the name of column"
			    " %zu holds a payment card number",
			    reader_name(f->reader), i + 1);
		if ((intake->opts->extra != EXTRA_REFUSE ||
		    f->mapper != NULL) && is_secret_column(name, strlen(name)))
			return err_set(e, ERR_DATA, "%s:1: %s: a card's"
			    " security code must not be stored: leave the"
			    " column out", reader_name(f->reader), name);
		if (intake->opts->extra != EXTRA_REFUSE ||
		    f->mapper != NULL || order_column_find(name) >= 0 ||
		    line_column_find(name) >= 0 || is_reject_column(name))
			continue;
		near = column_nearest(name);
		return err_set(e, ERR_DATA, "%s:1: %s: is no column of an"
		    " order%s%s%s; rename it, or use --extra",
		    reader_name(f->reader), name,
		    near != NULL ? " (did you mean " : "",
		    near != NULL ? near : "", near != NULL ? "?)" : "");
	}
	return r < 0 ? -1 : 0;
}

static int
decide_order(struct tool *t, struct item *item, struct err *e)
{
	struct intake *in = t->loop->source;
	struct order_intake *it = item->order;
	const char *channel = it->in->column[COLUMN_CHANNEL];
	const char *key = it->in->column[COLUMN_EXTERNAL_REF];
	int64_t *line = keyset_get(&in->refused, channel, key);
	int64_t before = t->answers[RESULT_OK];
	bool found;

	if (in->stop)
		return 0;
	it->kept = in->mailed != NULL && in->mailed->kept;
	if (line != NULL && key[0] != '\0' && !in->refuse_all)
		fault_set(&it->fault, it->mem, "key-repeated", "external_ref",
		    it->in->source_line, "\"%s\" was refused before, at line"
		    " %lld", key, (long long)*line);
	if (in->refuse_all) {
		it->file_refused = true;
		in->stop = in->opts->on_error == ON_ERROR_STOP &&
		    it->fault.code != NULL;
		fault_set(&it->fault, it->mem, "file-refused", "",
		    it->in->source_line, "the whole file was refused");
	}
	if (in->fn(t, it, e) < 0)
		return -1;
	tally_order(&in->tally, it, t->answers[RESULT_OK] > before);
	if (it->fault.code != NULL && key[0] != '\0') {
		line = keyset_put(&in->refused, channel, key, &found);
		if (!found)
			*line = it->in->source_line;
	}
	return 0;
}

void
intake_run(struct intake *in)
{
	struct loop l = { .next = intake_next, .decide = decide_order,
	    .source = in };

	in->tool->loop = &l;
	loop_run(in->tool, &l);
	in->tool->loop = NULL;
}

static void
release(struct intake *in)
{
	buf_release(&in->g.raw);
	buf_release(&in->g.extra);
	arena_release(&in->mem);
	arena_release(&in->spare);
	keyset_release(&in->refused);
	feed_release(&in->feed);
	free((void *)(uintptr_t)in->header);
}

/* The files named, or stdin. */
static void
run_files(struct intake *in, const struct dialect *d)
{
	const struct intake_opts *o = in->opts;
	struct tool *t = in->tool;
	bool whole = o->on_error != ON_ERROR_ROWS || o->expect_orders != NULL ||
	    o->expect_lines != NULL || o->expect_total != NULL;
	bool group = o->group ||
	    (d->map != NULL && map_input(d->map)->group);
	struct err e = ERR_INIT;

	feed_init(&in->feed, t);
	feed_speak(&in->feed, d);
	in->feed.check = intake_check_header;
	if (group && feed_group(&in->feed, o->channel, &e) < 0)
		tool_fail(t, &e);
	if (!group && (whole || t->dry_run) &&
	    feed_spool(&in->feed, &e) < 0)
		tool_fail(t, &e);
	if (whole)
		whole_try(in);
	intake_run(in);
}

void
tool_each_order(struct tool *t, const struct intake_opts *o, intake_fn *fn)
{
	struct intake in = { .tool = t, .opts = o, .fn = fn };
	struct arena maps = ARENA_INIT;
	struct dialect d = dialect_asked(t, &maps, o);

	intake = &in;
	tally_begin(&in.tally);
	in.g.raw = in.g.extra = (struct buf)BUF_INIT;
	if (o->from_mail)
		mailed_run(&in, &d);
	else
		run_files(&in, &d);
	tally_tell(t, &in);
	release(&in);
	arena_release(&maps);
}
