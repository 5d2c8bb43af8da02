/* rows.c - what a row means: which columns, which order, which line
 *
 * Rows of one order agree in their order columns; a row without any
 * continues the order above.  Values are still text here. */

#include <order/clock.h>
#include <order/text.h>

#include "intake.h"

enum meaning { IS_ORDER, IS_LINE, IS_LINES, IS_REJECT, IS_EXTRA };

struct role {
	enum meaning meaning;
	int column;
};

/* The roles of a head's columns, worked out once per head. */
static struct roles {
	const struct head *head;
	struct role *role;
	int place[ORDER_NCOLUMNS];	/* of each order column, -1: none */
	bool plain;			/* no reject columns */
	bool ours;			/* no others than ours */
} roles;

static const struct roles *
roles_of(const struct head *head)
{
	if (roles.head == head)
		return &roles;
	roles.head = head;
	roles.plain = roles.ours = true;
	roles.role = xrealloc(roles.role, (head->n + 1) * sizeof(struct role));
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		roles.place[i] = -1;
	for (size_t i = 0; i < head->n; i++) {
		struct role *r = &roles.role[i];
		const char *name = head->names[i];

		if ((r->column = order_column_find(name)) >= 0) {
			r->meaning = IS_ORDER;
			roles.place[r->column] = (int)i;
		} else if ((r->column = line_column_find(name)) >= 0)
			r->meaning = IS_LINE;
		else if (is_reject_column(name)) {
			r->meaning = IS_REJECT;
			roles.plain = false;
		} else
			r->meaning = strcmp(name, "lines") == 0 ? IS_LINES :
			    IS_EXTRA;
		if (r->meaning == IS_REJECT || r->meaning == IS_EXTRA)
			roles.ours = false;
	}
	return &roles;
}

/* A head that dies with its arena, as one that stays: the elements of an
 * order's lines nearly always have the same keys. */
static const struct head *
lasting_head(const struct head *h)
{
	static struct head kept;
	char **names;

	if (kept.n == h->n && kept.names != NULL) {
		size_t i = 0;

		while (i < h->n && strcmp(kept.names[i], h->names[i]) == 0)
			i++;
		if (i == h->n)
			return &kept;
	}
	names = xmalloc((h->n + 1) * sizeof(*names));
	for (size_t i = 0; i < h->n; i++)
		names[i] = xstrdup(h->names[i]);
	for (size_t i = 0; kept.names != NULL && i < kept.n; i++)
		free((void *)(uintptr_t)kept.names[i]);
	free((void *)(uintptr_t)kept.names);
	kept.n = h->n;
	kept.names = (const char *const *)names;
	if (roles.head == &kept)
		roles.head = NULL;
	return &kept;
}

/* A JSON value that says nothing of an order or a line continues none. */
static bool
is_strange(const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);

	for (size_t i = 0; i < r->head->n; i++)
		if (ro->role[i].meaning == IS_ORDER ||
		    ro->role[i].meaning == IS_LINE)
			return false;
	return true;
}

bool
row_is_whole(const struct rec *r)
{
	int i;

	if (r->types == NULL)		/* CSV */
		return false;
	if (r->fault != NULL || is_strange(r))
		return true;
	i = head_find(r->head, "lines");
	return i >= 0 && r->types[i] == CELL_JSON;
}

static const char *
order_value(const struct rec *r, enum order_column c)
{
	int i = roles_of(r->head)->place[c];

	return i < 0 ? "" : r->values[i];
}

bool
gather_takes(const struct intake *in, const struct rec *r)
{
	const struct gather *g = &in->g;
	const char *key = order_value(r, COLUMN_EXTERNAL_REF);
	const char *channel = order_value(r, COLUMN_CHANNEL);
	const char *ours = g->column[COLUMN_CHANNEL];

	if (row_is_whole(r) || g->file != in->feed.at)
		return false;
	if (key[0] == '\0')
		return row_continues(r);
	return strcmp(key, g->column[COLUMN_EXTERNAL_REF]) == 0 &&
	    (strcmp(channel, ours) == 0 || channel[0] == '\0' ||
	    ours[0] == '\0');
}

static void
fault(struct intake *in, const struct rec *r, const char *code,
    const char *field, const char *text)
{
	fault_set(&in->g.fault, &in->mem, code, field, r->line, "%s", text);
}

static void
check_type(struct intake *in, const struct rec *r, size_t i, int64_t line)
{
	const char *code, *fact = cell_fault(r, i, &code);

	if (fact != NULL)
		fault_set(&in->g.fault, &in->mem, code, r->head->names[i],
		    line, "%s", fact);
}

/* Even of what is not looked at, the original bytes are kept. */
static void
check_extra(struct intake *in, const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);

	for (size_t i = 0; i < r->head->n; i++) {
		const char *v = r->values[i];

		if (ro->role[i].meaning == IS_EXTRA && v[0] != '\0' &&
		    text_has_card_number(v, strlen(v)))
			fault(in, r, "card-number", r->head->names[i],
			    "holds a payment card number, which must not be"
			    " stored");
	}
}

static void
keep_extra(struct intake *in, const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);
	struct buf *b = &in->g.extra;
	size_t n = 0;

	for (size_t i = 0; i < r->head->n; i++) {
		const char *v = r->values[i];

		if (ro->role[i].meaning != IS_EXTRA || v[0] == '\0')
			continue;
		buf_puts(b, n++ == 0 ? (b->n == 0 ? "[{" : ",{") : ",");
		buf_json(b, r->head->names[i]);
		buf_putc(b, ':');
		buf_json(b, v);
	}
	if (n > 0)
		buf_putc(b, '}');
}

static void
unknown_columns(struct intake *in, const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);

	in->g.beside = in->g.beside || !ro->ours || in->feed.mapper != NULL;
	if (in->opts->extra != EXTRA_REFUSE) {
		check_extra(in, r);
		if (in->opts->extra == EXTRA_KEEP)
			keep_extra(in, r);
		return;
	}
	for (size_t i = 0; i < r->head->n; i++) {
		const char *name = r->head->names[i];
		const char *near;

		if (ro->role[i].meaning != IS_EXTRA)
			continue;
		near = column_nearest(name);
		fault_set(&in->g.fault, &in->mem, "unknown-key",
		    arena_dup(&in->mem, name), r->line,
		    "is no column of an order%s%s%s (see --extra)",
		    near != NULL ? " (did you mean " : "",
		    near != NULL ? near : "", near != NULL ? "?)" : "");
	}
}

static void
earliest(struct gather *g, const char *v)
{
	const char **ours = &g->column[COLUMN_RECEIVED_AT];
	int64_t a, b;

	if (instant_parse(v, &a) && instant_parse(*ours, &b) && a < b)
		*ours = v;
}

static void
take_order_columns(struct intake *in, const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);
	struct gather *g = &in->g;

	for (int c = 0; c < ORDER_NCOLUMNS; c++) {
		int i = ro->place[c];

		if (i < 0 || r->values[i][0] == '\0')
			continue;
		check_type(in, r, (size_t)i, r->line);
		if (g->column[c][0] == '\0')
			g->column[c] = r->values[i];
		else if (c == COLUMN_RECEIVED_AT)
			earliest(g, r->values[i]);
		else if (strcmp(g->column[c], r->values[i]) != 0)
			fault_set(&g->fault, &in->mem, "order-columns-differ",
			    order_columns[c].name, r->line, "\"%s\" is not"
			    " the \"%s\" of this order's row above",
			    text_excerpt(&in->mem, r->values[i]),
			    text_excerpt(&in->mem, g->column[c]));
	}
}

/* Does the row say anything about a line? */
static bool
has_line(const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);

	for (size_t i = 0; i < r->head->n; i++)
		if (ro->role[i].meaning == IS_LINE && r->values[i][0] != '\0')
			return true;
	return false;
}

static void
take_line(struct intake *in, const struct rec *r, int64_t source_line)
{
	const struct roles *ro = roles_of(r->head);
	struct gather *g = &in->g;
	struct line_in *l;

	if (g->nlines == ORDER_MAX_LINES) {
		fault_set(&g->fault, &in->mem, "too-large", "", source_line,
		    "the order has over %d lines", ORDER_MAX_LINES);
		return;
	}
	g->lines = arena_grow(&in->mem, g->lines, g->nlines, &g->cap,
	    sizeof(*g->lines));
	l = &g->lines[g->nlines++];
	l->source_line = source_line;
	l->source = g->row_source;
	for (int c = 0; c < LINE_NCOLUMNS; c++)
		l->column[c] = "";
	for (size_t i = 0; i < r->head->n; i++)
		if (ro->role[i].meaning == IS_LINE) {
			l->column[ro->role[i].column] = r->values[i];
			check_type(in, r, i, source_line);
		}
}

/* One element of a JSON order's lines. */
static void
take_element(struct intake *in, const struct rec *order, const char *text,
    size_t n)
{
	struct err e = ERR_INIT;
	struct rec r;

	if (rec_from_json(&in->mem, text, n, &r, &e) < 0) {
		fault(in, order, "not-an-object", "lines", e.text);
		return;
	}
	r.line = order->line;
	r.head = lasting_head(r.head);
	if (r.fault != NULL) {
		in->g.unreadable = true;
		fault(in, order, r.fault_code,
		    r.fault_field[0] != '\0' ? r.fault_field : "lines",
		    r.fault);
		return;
	}
	for (size_t i = 0; i < r.head->n; i++)
		if (roles_of(r.head)->role[i].meaning == IS_ORDER)
			fault_set(&in->g.fault, &in->mem, "unknown-key",
			    r.head->names[i], order->line,
			    "is a column of the order, not of a line");
	unknown_columns(in, &r);
	take_line(in, &r, order->line);
}

static void
take_elements(struct intake *in, const struct rec *r)
{
	struct span *span;
	size_t n;
	int i;

	if (r->types == NULL)
		return;
	i = head_find(r->head, "lines");
	if (i < 0 || r->values[i][0] == '\0')
		return;
	if (r->types[i] != CELL_JSON || r->values[i][0] != '[') {
		fault(in, r, "wrong-type", "lines", "is not an array");
		return;
	}
	n = json_elements(&in->mem, r->values[i], strlen(r->values[i]), &span);
	if (n > ORDER_MAX_LINES) {
		fault(in, r, "too-large", "lines", "are over 10000");
		return;
	}
	for (size_t k = 0; k < n; k++)
		take_element(in, r, span[k].p, span[k].n);
}

/* The row's bytes without the columns that explain a reject. */
static void
take_raw(struct intake *in, const struct rec *r)
{
	const struct roles *ro = roles_of(r->head);
	struct gather *g = &in->g;

	if (g->raw.n + r->raw_n > ORDER_MAX_BYTES) {
		fault(in, r, "too-large", "", "the order is over 16 MiB");
		return;
	}
	if (ro->plain)
		buf_add(&g->raw, r->raw, r->raw_n);
	else
		rec_without(&g->raw, r, reject_columns, REJECT_NCOLUMNS);
	if (r->types != NULL)
		buf_putc(&g->raw, '\n');
}

void
gather_row(struct intake *in, const struct rec *r, const char *source)
{
	struct gather *g = &in->g;
	const char *was = g->fault.code;

	g->row_source = source;
	if (!g->open) {
		g->open = true;
		g->json = reader_format(in->feed.reader) == FORMAT_JSON;
		g->source = arena_dup(&in->mem, source);
		g->source_line = r->line;
		g->file = in->feed.at;
		g->delimiter = r->delimiter;
		g->header = arena_dup(&in->mem, intake_header(in));
		for (int c = 0; c < ORDER_NCOLUMNS; c++)
			g->column[c] = "";
	}
	g->rows++;
	take_raw(in, r);
	if (r->fault != NULL) {
		g->unreadable = true;
		fault_set(&g->fault, &in->mem, r->fault_code,
		    arena_dup(&in->mem, r->fault_field), r->line, "%s",
		    r->fault);
	}
	take_order_columns(in, r);
	if (r->fault == NULL)
		unknown_columns(in, r);
	if (has_line(r))
		take_line(in, r, r->line);
	take_elements(in, r);
	if (was == NULL && g->fault.code != NULL)
		g->fault.source = source;
}
