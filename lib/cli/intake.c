/* intake.c - orders from rows, one whole order at a time
 *
 * An order's rows may arrive over several batches: what is being gathered
 * moves between two arenas, so that memory is bounded by one batch and one
 * order. */

#include <order/text.h>

#include "intake.h"

static void
again(struct arena *to, const char **s)
{
	if ((*s)[0] != '\0')
		*s = arena_dup(to, *s);
	else
		*s = "";
}

static void
gather_move(struct gather *g, struct arena *to)
{
	struct line_in *lines;

	if (!g->open)
		return;
	for (int c = 0; c < ORDER_NCOLUMNS; c++)
		again(to, &g->column[c]);
	again(to, &g->source);
	again(to, &g->header);
	if (g->fault.code != NULL) {
		again(to, &g->fault.field);
		again(to, &g->fault.text);
	}
	lines = arena_array(to, g->cap, sizeof(*lines));
	for (size_t i = 0; i < g->nlines; i++) {
		lines[i] = g->lines[i];
		for (int c = 0; c < LINE_NCOLUMNS; c++)
			again(to, &lines[i].column[c]);
	}
	g->lines = lines;
}

static void
move_ahead(struct intake *in, struct arena *to)
{
	struct rec *r = &in->ahead;
	const char **values;
	uint8_t *types;

	if (!in->has_ahead)
		return;
	values = arena_array(to, r->head->n, sizeof(*values));
	for (size_t i = 0; i < r->head->n; i++) {
		values[i] = r->values[i];
		again(to, &values[i]);
	}
	r->values = values;
	if (r->types != NULL) {
		types = arena_alloc(to, r->head->n);
		memcpy(types, r->types, r->head->n);
		r->types = types;
	}
	r->raw = arena_dupn(to, r->raw, r->raw_n);
	again(to, &in->ahead_source);
	if (r->fault != NULL) {
		again(to, &r->fault);
		again(to, &r->fault_field);
	}
}

/* A new batch: what was handed out is done with. */
static void
begin_batch(struct intake *in)
{
	struct arena was = in->mem;

	gather_move(&in->g, &in->spare);
	move_ahead(in, &in->spare);
	in->mem = in->spare;
	in->spare = was;
	arena_reset(&in->spare);
}

/* The header that a reject of this input is kept under. */
const char *
intake_header(struct intake *in)
{
	struct feed *f = &in->feed;
	struct buf b = BUF_INIT;
	const struct head *head;
	struct err e = ERR_INIT;
	const char **own;
	size_t n = 0;

	if (reader_header(f->reader, &head, &e) <= 0)
		return "";
	if (in->header_of == head)
		return in->header;
	own = xmalloc((head->n + 1) * sizeof(*own));
	for (size_t i = 0; i < head->n; i++)
		if (!is_reject_column(head->names[i]))
			own[n++] = head->names[i];
	csv_row(&b, own, n);
	free((void *)own);
	free((void *)(uintptr_t)in->header);
	in->header = b.data;
	in->header_of = head;
	return in->header;
}

static void
gather_clear(struct gather *g)
{
	buf_clear(&g->raw);
	buf_clear(&g->extra);
	g->open = false;
	g->lines = NULL;
	g->nlines = g->cap = 0;
	g->rows = 0;
	g->unreadable = g->beside = false;
	memset(&g->fault, 0, sizeof(g->fault));
}

static bool
is_missing(struct intake *in, const struct order_in *o, enum order_column c)
{
	return text_trim(&in->mem, o->column[c])[0] == '\0';
}

/* The key of a message is one order's; a further one gets it with a number,
 * by its place, so that it is the same when the message comes again. */
static void
fill_from_message(struct intake *in, struct order_in *o)
{
	struct mailed *m = in->mailed;

	if (is_missing(in, o, COLUMN_EXTERNAL_REF)) {
		m->keyless++;
		o->column[COLUMN_EXTERNAL_REF] = m->keyless == 1 ? m->key :
		    arena_printf(&in->mem, "%s#%lld", m->key,
		    (long long)m->keyless);
	}
	if (is_missing(in, o, COLUMN_RECEIVED_AT))
		o->column[COLUMN_RECEIVED_AT] = m->received_at;
}

static struct order_in *
gather_end(struct intake *in)
{
	struct gather *g = &in->g;
	struct order_in *o = arena_alloc(&in->mem, sizeof(*o));

	memcpy(o->column, g->column, sizeof(o->column));
	if (in->opts->channel != NULL && is_missing(in, o, COLUMN_CHANNEL))
		o->column[COLUMN_CHANNEL] = in->opts->channel;
	if (in->mailed != NULL)
		fill_from_message(in, o);
	if (g->extra.n > 0)
		buf_putc(&g->extra, ']');
	o->lines = g->lines;
	o->nlines = g->nlines;
	o->extra = arena_dup(&in->mem, g->extra.data);
	o->source = g->source;
	o->source_line = g->source_line;
	o->rows = g->rows;
	o->format = g->json ? "json" : "csv";
	o->header = g->header;
	o->delimiter = g->delimiter;
	o->wrapper = in->feed.dialect.map != NULL ?
	    map_input(in->feed.dialect.map)->wrapper : NULL;
	o->raw = arena_dupn(&in->mem, g->raw.data, g->raw.n);
	o->raw_n = g->raw.n;
	o->unreadable = g->unreadable;
	o->beside = g->beside;
	o->fault = g->fault;
	gather_clear(g);
	return o;
}

/* A file of a message is not well-formed: its order that is open is dropped,
 * and the next file is read.  True: an order of a file before is whole. */
static bool
leave_file(struct intake *in, struct err *fault)
{
	bool whole = in->g.open && in->g.file != in->feed.at;

	mailed_fault(in, fault);
	*fault = (struct err)ERR_INIT;
	if (!whole)
		gather_clear(&in->g);
	feed_skip(&in->feed);
	return whole;
}

/* Until an order is whole: READ_REC, or what the feed said. */
static int
gather(struct intake *in, bool wait, struct err *e)
{
	const char *source;
	struct rec r;

	if (in->late.code != 0) {
		*e = in->late;
		return -1;
	}
	for (;;) {
		int got = READ_REC;

		if (in->has_ahead) {
			r = in->ahead;
			source = in->ahead_source;
		} else
			got = feed_next(&in->feed, &in->mem, wait, &r, &source,
			    e);
		if (got == READ_END && in->g.open)
			return READ_REC;
		if (got < 0 && in->mailed != NULL && e->code == ERR_DATA) {
			if (leave_file(in, e))
				return READ_REC;
			continue;
		}
		if (got < 0 && in->g.open && in->g.file != in->feed.at) {
			in->late = *e;
			return READ_REC;
		}
		if (got != READ_REC)
			return got;
		if (in->g.open && !gather_takes(in, &r)) {
			in->ahead = r;
			in->ahead_source = source;
			in->has_ahead = true;
			return READ_REC;
		}
		in->has_ahead = false;
		gather_row(in, &r, source);
		if (row_is_whole(&r))
			return READ_REC;
	}
}

int
intake_next(struct tool *t, struct arena *mem, bool wait, struct item *it,
    struct err *e)
{
	struct intake *in = t->loop->source;
	struct order_in *o;
	int got;

	if (wait)
		begin_batch(in);
	if (in->stop)
		return READ_END;
	got = gather(in, wait, e);
	if (got != READ_REC)
		return got;
	o = gather_end(in);
	if (wait)
		tool_tick(t);
	it->order = arena_alloc(mem, sizeof(*it->order));
	order_normalise(&in->mem, o, t->now, it->order);
	it->order->amend = in->opts->amend;
	it->lines = o->nlines;
	it->bytes = o->raw_n;
	return READ_REC;
}
