/* answer.c - the record that goes out: the user's columns, then ours
 *
 * Rewrites the stream columns from the store after each decision; columns a
 * tool does not know pass through. */

#include <fcntl.h>
#include <inttypes.h>

#include <order/amend.h>
#include <order/archive.h>
#include <order/clock.h>
#include <order/money.h>
#include <order/order.h>
#include <order/text.h>

#include "loop.h"

const struct head stream_head = { STREAM_NCOLUMNS, stream_columns };

#define PIPE_USUAL (64 << 10)
#define PIPE_WIDE (256 << 10)

/* A pipe that nobody has sized is made to hold a batch: the next tool then
 * finds a whole one, and commits half as often. */
static void
widen_pipe(int fd)
{
	if (fcntl(fd, F_GETPIPE_SZ) == PIPE_USUAL)
		fcntl(fd, F_SETPIPE_SZ, PIPE_WIDE);
}

static struct writer *
open_writer(struct tool *t)
{
	struct writer_opts o = { t->out, t->spreadsheet, tool_is_terminal(1),
	    tool_color(t), tool_columns() };
	struct err e = ERR_INIT;
	int fd = 1;

	if (o.format == FORMAT_AUTO && t->loop != NULL &&
	    t->loop->reader != NULL)
		o.format = reader_format(t->loop->first != NULL ?
		    t->loop->first : t->loop->reader);
	else if (o.format == FORMAT_AUTO)
		o.format = tool_is_terminal(1) ? FORMAT_TABLE : FORMAT_CSV;
	if (o.format == FORMAT_AUTO)
		o.format = FORMAT_CSV;
	if (((t->loop != NULL && t->loop->single) || t->dry_run ||
	    t->hold_output) &&
	    (fd = t->spool = spool_open(&e)) < 0)
		tool_fail(t, &e);
	widen_pipe(fd);
	return writer_open(fd, &o);
}

struct writer *
tool_writer(struct tool *t)
{
	if (t->writer == NULL)
		t->writer = open_writer(t);
	return t->writer;
}

/* How records of one shape go out: computed once per shape. */
static struct layout {
	const struct head *in;
	struct head out;
	int from[STREAM_NCOLUMNS];	/* place of each stream column in out */
	const char **values;
	uint8_t *types;
} layout;

static const struct layout *
layout_of(const struct head *in)
{
	const char **names;

	if (layout.in == in)
		return &layout;
	names = xrealloc((void *)layout.out.names,
	    (in->n + STREAM_NCOLUMNS) * sizeof(*names));
	for (size_t i = 0; i < in->n; i++)
		names[i] = in->names[i];
	layout.out.n = in->n;
	for (int i = 0; i < STREAM_NCOLUMNS; i++) {
		layout.from[i] = head_find(in, stream_columns[i]);
		if (layout.from[i] < 0) {
			layout.from[i] = (int)layout.out.n;
			names[layout.out.n++] = stream_columns[i];
		}
	}
	layout.in = in;
	layout.out.names = names;
	layout.values = xrealloc((void *)layout.values,
	    layout.out.n * sizeof(*layout.values));
	layout.types = xrealloc(layout.types, layout.out.n);
	return &layout;
}

static const char *
total_text(struct arena *mem, const struct order *o)
{
	int64_t total = o->total != AMOUNT_NONE ? o->total : o->total_given;

	return total == AMOUNT_NONE ? "" :
	    decimal_fixed(mem, total, o->exponent);
}

static const char *
instant(struct arena *mem, int64_t at)
{
	char text[INSTANT_TEXT];

	return arena_dup(mem, instant_text(at, text));
}

/* What the stream columns say of an order, in their order. */
static void
describe(struct arena *mem, const struct order *o,
    const char *says[STREAM_RESULT])
{
	says[STREAM_REF] = o->ref;
	says[STREAM_EXTERNAL_REF] = o->column[COLUMN_EXTERNAL_REF];
	says[STREAM_CHANNEL] = o->column[COLUMN_CHANNEL];
	says[STREAM_CUSTOMER] = o->column[COLUMN_CUSTOMER];
	says[STREAM_CUSTOMER_NAME] = o->column[COLUMN_CUSTOMER_NAME];
	says[STREAM_STATUS] = o->status;
	says[STREAM_HELD] = order_held_text(mem, o);
	says[STREAM_STOCK] = order_stock_text(o);
	says[STREAM_ACK] = order_ack_text(o);
	says[STREAM_SHIP] = order_ship_text(o);
	says[STREAM_RECEIVED_AT] = instant(mem, o->received_at);
	says[STREAM_ACK_DUE_AT] = instant(mem, o->ack_due_at);
	says[STREAM_PROCESSING_ON] = o->processing_on;
	says[STREAM_DELIVERY_ON] = o->delivery_on;
	says[STREAM_CURRENCY] = o->column[COLUMN_CURRENCY];
	says[STREAM_TOTAL] = total_text(mem, o);
	says[STREAM_REVISION] = arena_printf(mem, "%lld",
	    (long long)o->revision);
}

/* Of an order that is not here any more only this is known. */
static int
fill_from_archived(struct tool *t, const struct layout *l,
    const struct verdict *v, struct err *e)
{
	struct archived gone;
	int r = archived_number(&t->step, v->order_id, &gone, e);

	if (r == 1) {
		l->values[l->from[STREAM_REF]] = gone.ref;
		l->values[l->from[STREAM_STATUS]] = gone.status;
	}
	return r < 0 ? -1 : 0;
}

/* The columns the store knows. */
static int
fill_from_store(struct tool *t, const struct layout *l,
    const struct verdict *v, struct err *e)
{
	const char *says[STREAM_RESULT];
	const struct order *o = v->order;
	struct order stored;

	if (v->order_id == 0)
		return 0;
	if (o == NULL) {
		int r = order_load(&t->step, v->order_id, &stored, e);

		if (r <= 0)
			return r < 0 ? -1 : fill_from_archived(t, l, v, e);
		o = &stored;
	}
	describe(&t->step.mem, o, says);
	for (int i = 0; i < STREAM_RESULT; i++)
		l->values[l->from[i]] = says[i];
	l->types[l->from[STREAM_REVISION]] = CELL_NUMBER;
	return 0;
}

static void
count(struct tool *t, const struct verdict *v)
{
	t->answers[v->result]++;
	if (v->result == RESULT_HELD || v->result == RESULT_REFUSED)
		tool_status(t, 1);
}

static bool
was_refused(const struct rec *r)
{
	return strcmp(rec_text(r, "result"), "refused") == 0;
}

void
tool_note_line(struct tool *t, const struct rec *r, struct verdict *v)
{
	const struct reader *in = t->loop->reader;
	const char *says = v->note;

	if (in == NULL)
		return;
	if (says[0] == '\0' && v->result == RESULT_REFUSED &&
	    r->fault != NULL && !was_refused(r))
		says = arena_printf(&t->step.mem, "%s%s%s", r->fault_field,
		    r->fault_field[0] != '\0' ? ": " : "", r->fault);
	if (says[0] != '\0')
		tool_note(t, "%s:%" PRId64 ": %s", reader_name(in), r->line,
		    says);
	v->note[0] = '\0';
}

void
tool_note_verdict(struct tool *t, const struct rec *r,
    const struct verdict *v)
{
	struct reader *in = t->loop != NULL ? t->loop->reader : NULL;

	if (v->note[0] != '\0')
		tool_note(t, "%s", v->note);
	else if (strcmp(v->reason, "empty-ref") != 0 || was_refused(r) ||
	    (in != NULL && reader_format(in) == FORMAT_CSV &&
	    head_find(r->head, "ref") < 0))
		return;		/* or tell_no_ref does, once */
	else if (in == NULL)
		tool_note(t, "ref: is blank");
	else
		tool_note(t, "%s:%" PRId64 ": ref: is blank",
		    reader_name(in), r->line);
}

int
tool_needs_column(struct tool *t, const struct rec *r, const char *name,
    struct err *e)
{
	struct reader *in = t->loop->reader;

	if (in == NULL || reader_format(in) != FORMAT_CSV || r->fault != NULL ||
	    head_find(r->head, name) >= 0)
		return 0;
	return err_set(e, ERR_DATA, "%s:1: there is no column %s%s",
	    reader_name(in), name, r->head->n == 1 && strpbrk(
	    r->head->names[0], ";\t|") != NULL ?
	    " (cells are separated by commas)" : "");
}

/* A file of another kind would be refused row by row without a word. */
void
tell_no_ref(struct tool *t, const struct rec *r)
{
	static bool told;
	struct err e = ERR_INIT;

	if (told || tool_needs_column(t, r, "ref", &e) == 0)
		return;
	told = true;
	tool_note(t, "%s%s", e.text, strchr(e.text, '(') != NULL ? "" :
	    " (orders that have none yet go through order-receive)");
}

int
tool_answer(struct tool *t, struct rec *r, const struct verdict *v,
    struct err *e)
{
	const struct layout *l = layout_of(r->head);
	const char *reason = v->reason;

	count(t, v);
	if (strcmp(v->reason, "empty-ref") == 0)
		tell_no_ref(t, r);
	tool_note_verdict(t, r, v);
	if (t->quiet)
		return 0;
	for (size_t i = 0; i < l->out.n; i++)
		l->values[i] = "";
	memset(l->types, CELL_TEXT, l->out.n);
	for (size_t i = 0; i < r->head->n; i++) {
		l->values[i] = r->values[i];
		if (r->types != NULL)
			l->types[i] = r->types[i];
	}
	/* What an earlier tool refused keeps the reason it was given. */
	if (strcmp(reason, "empty-ref") == 0 &&
	    was_refused(r) && rec_text(r, "reason")[0] != '\0')
		reason = rec_text(r, "reason");
	if (fill_from_store(t, l, v, e) < 0)
		return -1;
	l->values[l->from[STREAM_RESULT]] = result_text(v->result);
	l->values[l->from[STREAM_REASON]] = reason;
	l->types[l->from[STREAM_RESULT]] = CELL_TEXT;
	l->types[l->from[STREAM_REASON]] = CELL_TEXT;
	if (t->dry_run && v->fresh)
		l->values[l->from[STREAM_REF]] = "";
	return tool_put(t, &l->out, l->values, l->types, e);
}

static void
put_column(struct head *head, const char **values,
    const char *name, const char *value)
{
	const char **names = (const char **)(uintptr_t)head->names;
	int i = head_find(head, name);

	if (i < 0) {
		i = (int)head->n++;
		names[i] = name;
	}
	values[i] = value;
}

int
tool_answer_with(struct tool *t, struct rec *r, const struct head *ours,
    const char *const *values, const struct verdict *v, struct err *e)
{
	size_t n = r->head->n + ours->n + 2;
	const char **names = arena_array(&t->step.mem, n, sizeof(*names));
	const char **all = arena_array(&t->step.mem, n, sizeof(*all));
	struct head head = { r->head->n, names };

	count(t, v);
	for (size_t i = 0; i < r->head->n; i++) {
		names[i] = r->head->names[i];
		all[i] = r->values[i];
	}
	for (size_t i = 0; i < ours->n; i++)
		put_column(&head, all, ours->names[i],
		    values[i]);
	put_column(&head, all, "result", result_text(v->result));
	put_column(&head, all, "reason", v->reason);
	return tool_put(t, &head, all, NULL, e);
}

static const char *
shown(struct tool *t, const char *value)
{
	return value[0] == '\0' ? "(none)" :
	    text_excerpt(&t->step.mem, value);
}

static void
note_change(struct tool *t, const char *where, const struct change *c)
{
	if (c->line > 0)
		tool_note(t, "%s: line %" PRId64 ": %s %s -> %s", where,
		    c->line, c->field, shown(t, c->was), shown(t, c->is));
	else
		tool_note(t, "%s: %s %s -> %s", where, c->field,
		    shown(t, c->was), shown(t, c->is));
}

/* One line for each change; a line that is added or taken out is one. */
static void
note_changes(struct tool *t, const struct order_intake *it)
{
	const char *sku = line_columns[LINE_COLUMN_SKU].name;

	for (size_t i = 0; i < it->nchanges; i++) {
		const struct change *c = &it->changes[i];
		bool added = c->was[0] == '\0', whole = c->line > 0 &&
		    strcmp(c->field, sku) == 0 && (added || c->is[0] == '\0');
		const char *where = arena_printf(&t->step.mem, "%s:%" PRId64
		    ": %s", c->source, c->source_line, it->amended);

		if (!whole) {
			note_change(t, where, c);
			continue;
		}
		/* What follows is its quantity, and the rest of it. */
		tool_note(t, "%s: line %" PRId64 ": %s: %s x %s", where,
		    c->line, added ? "added" : "removed",
		    added ? c[1].is : c[1].was, added ? c->is : c->was);
		while (i + 1 < it->nchanges &&
		    it->changes[i + 1].line == c->line)
			i++;
	}
	if (it->nchanges == 0)
		tool_note(t, "%s:%" PRId64 ": %s: is as it was",
		    it->in->source, it->in->source_line, it->amended);
}

int
tool_answer_order(struct tool *t, const struct order_intake *it,
    const struct verdict *v, struct err *e)
{
	static const struct { int stream; enum order_column column; } given[] = {
		{ STREAM_EXTERNAL_REF, COLUMN_EXTERNAL_REF },
		{ STREAM_CHANNEL, COLUMN_CHANNEL },
		{ STREAM_CUSTOMER, COLUMN_CUSTOMER },
		{ STREAM_CUSTOMER_NAME, COLUMN_CUSTOMER_NAME },
	};
	const char *values[STREAM_NCOLUMNS];
	struct rec r = { .head = &stream_head, .values = values };

	for (int i = 0; i < STREAM_NCOLUMNS; i++)
		values[i] = "";
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		const char *value = it->in->column[given[i].column];

		values[given[i].stream] =
		    order_columns[given[i].column].scanned ?
		    text_masked(&t->step.mem, value) : value;
	}
	if (it->amended != NULL && (t->verbose || t->dry_run))
		note_changes(t, it);
	return tool_answer(t, &r, v, e);
}

#define HELD_BYTES (256 << 10)

int
tool_put(struct tool *t, const struct head *head, const char *const *values,
    const uint8_t *types, struct err *e)
{
	if (t->quiet)
		return 0;
	if (writer_put(tool_writer(t), head, values, types, e) < 0)
		return -1;
	return t->hold_output && writer_waiting(t->writer) >= HELD_BYTES ?
	    writer_flush(t->writer, e) : 0;
}

void
tool_text(struct tool *t, const char *text, size_t n)
{
	if (!t->quiet)
		writer_text(tool_writer(t), text, n);
}

void
tool_flush(struct tool *t)
{
	struct err e = ERR_INIT;

	tool_flush_notes(t);
	if (t->writer != NULL && writer_flush(t->writer, &e) < 0)
		tool_fail(t, &e);
}

int
tool_answer_text(struct tool *t, const char *text, const struct verdict *v)
{
	struct buf b = BUF_INIT;

	count(t, v);
	if (tool_is_terminal(1))
		text_show_records(&b, text, strlen(text), text[0] == '{');
	else
		buf_puts(&b, text);
	if (b.n > 0 && b.data[b.n - 1] != '\n')
		buf_putc(&b, '\n');
	tool_text(t, b.data, b.n);
	buf_release(&b);
	return 0;
}
