/* reject_list.c - open rejects, in a form that can be fixed and fed again
 *
 * Byte for byte where the format asked for is the one they came in; else
 * their columns side by side.  A JSON order becomes one row per line.  A
 * message has no columns: it is printed alone, or told of in a table. */

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include <order/money.h>
#include <order/rejects.h>
#include <order/text.h>

#include "listing.h"

#define PAGE_BYTES (1 << 20)

struct reject {
	const char *format, *header, *record, *at, *source, *channel, *key;
	size_t n;
	struct fault fault;
	int64_t id;
};

/* ---- reading them ---- */

static const char SQL_REJECTS[] =
	"SELECT id, format, header, record, error_code, error_field, error,"
	" source_line, source, channel, external_ref,"
	" strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch')"
	" FROM rejects WHERE closed_at IS NULL AND id > $1 AND id <= $2"
	" AND (format <> 'mail' OR $3) ORDER BY id";

static void
take(struct arena *mem, struct row *row, struct reject *r)
{
	const char *record = db_bytes(row, 3, &r->n);

	r->record = arena_dupn(mem, record, r->n);
	r->id = db_int(row, 0);
	r->format = db_dup(row, 1, mem);
	r->header = db_dup(row, 2, mem);
	r->fault.code = db_dup(row, 4, mem);
	r->fault.field = db_dup(row, 5, mem);
	r->fault.text = db_dup(row, 6, mem);
	r->fault.line = db_int(row, 7);
	r->source = db_dup(row, 8, mem);
	r->channel = db_dup(row, 9, mem);
	r->key = db_dup(row, 10, mem);
	r->at = db_dup(row, 11, mem);
}

/* Which: all, or one. */
static int64_t after = INT64_MIN, last = INT64_MAX;
static bool messages;		/* too */

typedef int reject_fn(struct tool *, const struct reject *, struct err *);

static reject_fn *each;		/* what is done with every reject */

/* A page ends by its size: one record can be 16 MiB. */
static int
page(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;
	size_t bytes = 0;
	int r, n = 0;

	if (c->a < after)
		c->a = after;
	if (db_query(t->db, SQL_REJECTS, BIND(I(c->a), I(last), I(messages)),
	    &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		struct reject x;

		take(&t->step.mem, row, &x);
		if (each(t, &x, e) < 0) {
			db_done(row);
			return -1;
		}
		c->a = x.id;
		bytes += x.n;
		if (++n == LIST_PAGE || bytes >= PAGE_BYTES) {
			db_done(row);
			return 1;
		}
	}
	return r;
}

static void
walk(struct tool *t, reject_fn *fn)
{
	each = fn;
	list_pages(t, page);
}

/* ---- a table ---- */

static const char *const columns[] = {
	"id", "at", "source", "source_line", "error_code", "error_field",
	"error", "channel", "external_ref"
};
static const struct head head = { 9, columns };

static int
put_row(struct tool *t, const struct reject *r, struct err *e)
{
	struct arena *mem = &t->step.mem;
	const char *values[] = { arena_printf(mem, "%" PRId64, r->id), r->at,
	    r->source, arena_printf(mem, "%" PRId64, r->fault.line),
	    r->fault.code, r->fault.field, r->fault.text, r->channel, r->key };

	return tool_put(t, &head, values, NULL, e);
}

/* ---- as they came ---- */

static int
put_raw(struct tool *t, const struct reject *r, struct err *e)
{
	struct buf b = BUF_INIT;

	(void)e;
	reject_print(&b, r->format, r->record, r->n, &r->fault);
	tool_text(t, b.data, b.n);
	buf_release(&b);
	return 0;
}

/* ---- as rows of named values ---- */

struct flat {
	struct head head;
	const char **names, **values;
	uint8_t *types;
};

typedef int flat_fn(struct tool *, const struct reject *, struct flat *,
    struct err *);

static void
flat_init(struct arena *mem, struct flat *f, size_t cap)
{
	f->names = arena_array(mem, cap, sizeof(*f->names));
	f->values = arena_array(mem, cap, sizeof(*f->values));
	f->types = arena_array(mem, cap, sizeof(*f->types));
	f->head = (struct head){ 0, f->names };
}

static void
flat_add(struct flat *f, const char *name, const char *value, int type)
{
	f->names[f->head.n] = name;
	f->values[f->head.n] = value;
	f->types[f->head.n++] = (uint8_t)type;
}

static void
flat_add_record(struct flat *f, const struct rec *rec, int but)
{
	for (size_t i = 0; i < rec->head->n; i++)
		if ((int)i != but)
			flat_add(f, rec->head->names[i], rec->values[i],
			    rec->types != NULL ? rec->types[i] : CELL_TEXT);
}

static int
finish(struct tool *t, const struct reject *r, struct flat *f, flat_fn *fn,
    struct err *e)
{
	flat_add(f, reject_columns[0], r->fault.code, CELL_TEXT);
	flat_add(f, reject_columns[1], r->fault.field, CELL_TEXT);
	flat_add(f, reject_columns[2], r->fault.text, CELL_TEXT);
	flat_add(f, reject_columns[3], arena_printf(&t->step.mem, "%" PRId64,
	    r->fault.line), CELL_NUMBER);
	return fn(t, r, f, e);
}

/* The order's columns stand in the first row only: rows without any continue
 * the order above. */
static int
spread_lines(struct tool *t, const struct reject *r, const struct rec *rec,
    int lines, flat_fn *fn, struct err *e)
{
	const char *text = rec->values[lines];
	struct arena *mem = &t->step.mem;
	struct err unread = ERR_INIT;
	struct span *span;
	size_t n = json_elements(mem, text, strlen(text), &span);

	for (size_t i = 0; i < n || i == 0; i++) {
		struct rec line = { .head = NULL };
		struct flat f;

		if (n > 0 && rec_from_json(mem, span[i].p, span[i].n, &line,
		    &unread) < 0)
			line.head = NULL;
		flat_init(mem, &f, rec->head->n + REJECT_NCOLUMNS +
		    (line.head != NULL ? line.head->n : 0));
		if (i == 0)
			flat_add_record(&f, rec, lines);
		if (line.head != NULL)
			flat_add_record(&f, &line, -1);
		if (finish(t, r, &f, fn, e) < 0)
			return -1;
	}
	return 0;
}

static int
spread(struct tool *t, const struct reject *r, const struct rec *rec,
    flat_fn *fn, struct err *e)
{
	int lines = rec->head != NULL ? head_find(rec->head, "lines") : -1;
	struct flat f;

	if (lines >= 0 && rec->types != NULL &&
	    rec->types[lines] == CELL_JSON && rec->values[lines][0] == '[')
		return spread_lines(t, r, rec, lines, fn, e);
	flat_init(&t->step.mem, &f, REJECT_NCOLUMNS +
	    (rec->head != NULL ? rec->head->n : 0));
	if (rec->head != NULL)
		flat_add_record(&f, rec, -1);
	return finish(t, r, &f, fn, e);
}

static int spool = -1;		/* where a reject is read from again */

static int
spool_reject(const struct reject *r, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc = 0;

	buf_puts(&b, r->header);
	buf_add(&b, r->record, r->n);
	if (spool < 0 && (spool = spool_open(e)) < 0)
		rc = -1;
	else if (ftruncate(spool, 0) < 0 || lseek(spool, 0, SEEK_SET) < 0 ||
	    write_full(spool, b.data, b.n) < 0 ||
	    lseek(spool, 0, SEEK_SET) < 0)
		rc = err_errno(e, ERR_IO, errno, "temporary file");
	buf_release(&b);
	return rc;
}

static flat_fn *each_flat;

/* Read the kept record as the input it was.  What cannot be read has only
 * the columns that say why. */
static int
flatten(struct tool *t, const struct reject *r, struct err *e)
{
	struct reader_opts o = { .format = strcmp(r->format, "csv") == 0 ?
	    FORMAT_CSV : FORMAT_JSON, .allow_unterminated = true };
	struct err unread = ERR_INIT;
	struct rec rec = { .head = NULL };
	struct reader *reader;
	int n = 0, rc = 0;

	if (spool_reject(r, e) < 0)
		return -1;
	reader = reader_open(spool, r->source, &o);
	while (rc == 0 && reader_next(reader, &t->step.mem, true, &rec,
	    &unread) == READ_REC) {
		rc = spread(t, r, &rec, each_flat, e);
		n++;
	}
	rec.head = NULL;
	if (rc == 0 && n == 0)
		rc = spread(t, r, &rec, each_flat, e);
	reader_close(reader);
	return rc;
}

static void
walk_flat(struct tool *t, flat_fn *fn)
{
	each_flat = fn;
	walk(t, flatten);
}

static int
put_flat(struct tool *t, const struct reject *r, struct flat *f, struct err *e)
{
	(void)r;
	return tool_put(t, &f->head, f->values, f->types, e);
}

/* ---- CSV ---- */

/* All columns any of them has, those of a reject last. */
static struct {
	struct arena mem;
	const char **name;
	size_t n, cap;
} all;

static void
add_column(const char *name)
{
	for (size_t i = 0; i < all.n; i++)
		if (strcmp(all.name[i], name) == 0)
			return;
	if (all.n == all.cap) {
		all.cap = all.cap != 0 ? 2 * all.cap : 64;
		all.name = xrealloc((void *)all.name,
		    all.cap * sizeof(*all.name));
	}
	all.name[all.n++] = arena_dup(&all.mem, name);
}

static int
note_columns(struct tool *t, const struct reject *r, struct flat *f,
    struct err *e)
{
	(void)t;
	(void)r;
	(void)e;
	for (size_t i = 0; i < f->head.n; i++)
		if (!is_reject_column(f->names[i]))
			add_column(f->names[i]);
	return 0;
}

static void
list_union(struct tool *t)
{
	struct head h;

	walk_flat(t, note_columns);
	for (int i = 0; i < REJECT_NCOLUMNS; i++)
		add_column(reject_columns[i]);
	h = (struct head){ all.n, all.name };
	list_begin(t, &h);
	walk_flat(t, put_flat);
	free((void *)all.name);
	arena_release(&all.mem);
}

static void
list_as_came(struct tool *t, const char *header)
{
	size_t n = strcspn(header, "\r\n");

	tool_text(t, header, n);
	for (int i = 0; i < REJECT_NCOLUMNS; i++) {
		tool_text(t, ",", i > 0 || n > 0);
		tool_text(t, reject_columns[i], strlen(reject_columns[i]));
	}
	tool_text(t, "\n", 1);
	walk(t, put_raw);
}

/* ---- which of these ---- */

static const char SQL_SHAPES[] =
	"SELECT DISTINCT format, header FROM rejects WHERE closed_at IS NULL"
	" AND id > $1 AND id <= $2 ORDER BY format = 'mail' DESC LIMIT 3";

struct shapes {
	bool one_csv;		/* all CSV under one header */
	bool all_json;		/* and there are some */
	bool mail;		/* there are messages */
	bool any;
	char *header;
};

static struct shapes shapes;

static int
find_shapes(struct tool *t, struct cursor *c, struct err *e)
{
	struct row *row;
	int r, n = 0, json = 0;

	(void)c;
	if (db_query(t->db, SQL_SHAPES, BIND(I(after), I(last)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		shapes.any = true;
		if (strcmp(db_text(row, 0), "mail") == 0) {
			shapes.mail = true;
			continue;
		}
		n++;
		json += strcmp(db_text(row, 0), "json") == 0;
		free(shapes.header);
		shapes.header = xstrdup(db_text(row, 1));
	}
	shapes.all_json = n > 0 && json == n;
	shapes.one_csv = n == 1 && json == 0;
	return r;
}

static int
put_json(struct tool *t, const struct reject *r, struct err *e)
{
	if (strcmp(r->format, "json") == 0)
		return put_raw(t, r, e);
	each_flat = put_flat;
	return flatten(t, r, e);
}

/* ---- a message ---- */

/* As it came, to be fed again; to a person, so that it does no harm. */
static int
put_message(struct tool *t, const struct reject *r, struct err *e)
{
	struct buf b = BUF_INIT;

	(void)e;
	if (tool_is_terminal(1))
		text_show_records(&b, r->record, r->n, false);
	else
		buf_add(&b, r->record, r->n);
	tool_text(t, b.data, b.n);
	buf_release(&b);
	return 0;
}

static void
choose_one(struct tool *t, const char *id)
{
	if (decimal_parse(id, 0, &last) != DECIMAL_OK)
		tool_usage(t, "\"%s\" is not the number of a reject", id);
	after = last - 1;
}

static void
list_chosen(struct tool *t)
{
	messages = t->out == FORMAT_TABLE;
	if (messages)
		walk(t, put_row);
	else if (t->out == FORMAT_JSON)
		walk(t, put_json);
	else if (shapes.one_csv && !t->spreadsheet)
		list_as_came(t, shapes.header);
	else
		list_union(t);
	if (shapes.mail && !messages)
		tool_note(t, "messages are not among them: -o table lists"
		    " them, and order-status --rejects ID prints one");
}

void
list_rejects(struct tool *t)
{
	bool one = t->argc > 0;

	if (one)
		choose_one(t, t->argv[0]);
	list_pages(t, find_shapes);
	if (one && !shapes.any) {
		tool_note(t, "there is no open reject %s", t->argv[0]);
		tool_status(t, 1);
		return;
	}
	if (one && shapes.mail && t->out != FORMAT_TABLE) {
		messages = true;
		t->out = FORMAT_CSV;
		walk(t, put_message);
		return;
	}
	if (t->out == FORMAT_AUTO)
		t->out = tool_is_terminal(1) ? FORMAT_TABLE :
		    shapes.all_json ? FORMAT_JSON : FORMAT_CSV;
	list_chosen(t);
	free(shapes.header);
	if (spool >= 0)
		close(spool);
}
