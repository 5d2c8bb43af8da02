/* handoff_list.c - order-forward --list and --again */

#include <order/forwards.h>
#include <order/money.h>
#include <order/ref.h>

#include "handoffs.h"
#include "listing.h"

static const char *const list_columns[] = { "handoff", "to", "kind", "ref",
	"at", "age", "state", "answered_at", "by", "note", "folder", "file",
	"written_at" };
static const struct head list_head = { 13, list_columns };

static const char *
instant(struct arena *mem, int64_t at)
{
	char text[INSTANT_TEXT];

	return at != 0 ? arena_dup(mem, instant_text(at, text)) : "";
}

static int
put(struct tool *t, const struct handoff *h, struct err *e)
{
	static const uint8_t types[13] = { [0] = CELL_NUMBER };
	struct arena *mem = &t->step.mem;
	char age[32];
	const char *const values[] = {
		arena_printf(mem, "%lld", (long long)h->id), h->destination,
		h->kind, h->ref, instant(mem, h->at),
		span_text(t->now.at - h->at, age, sizeof(age)), h->state,
		instant(mem, h->answered_at), h->by, h->note, h->folder,
		h->file, instant(mem, h->written_at)
	};

	return tool_put(t, &list_head, values, types, e);
}

int
handoff_put_listed(struct tool *t, int64_t id, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct handoff h;
	int r = handoff_find(&t->step, &mem, id, &h, e);

	if (r == 1)
		r = put(t, &h, e);
	arena_release(&mem);
	return r < 0 ? -1 : 0;
}

void
handoff_put_head(struct tool *t)
{
	list_begin(t, &list_head);
}

static int
put_page(struct tool *t, struct cursor *c, struct err *e)
{
	struct handoff *rows;
	size_t n;

	if (handoff_page(&t->step, t->own, c->a, &rows, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (put(t, &rows[i], e) < 0)
			return -1;
		c->a = rows[i].id;
	}
	return n > 0;
}

/* 1; 0 after it said that there is no such order. */
static int
mean(struct tool *t, const char *word, int64_t *id)
{
	struct err e = ERR_INIT;
	int r = step_begin_read(&t->step, &e);

	if (r == 0)
		r = order_find(&t->step, word, id, &e);
	step_rollback(&t->step);
	if (r < 0)
		tool_fail(t, &e);
	if (r == 0) {
		tool_status(t, 1);
		tool_note(t, "%s: there is no such order%s", word,
		    ref_doubt(word));
	}
	return r;
}

static int64_t
since(struct tool *t, const char *text)
{
	struct err e = ERR_INIT;
	int64_t at;

	if (step_begin_read(&t->step, &e) < 0)	/* for the zone */
		tool_fail(t, &e);
	at = tool_instant(t, "--since", text);
	step_rollback(&t->step);
	return at;
}

void
forwards_list(struct tool *t, const struct forwards *f)
{
	static struct handoff_query q;	/* t->own outlives this call */

	q = (struct handoff_query){ .destination = "", .open = f->open,
	    .since = INT64_MIN };
	if (f->to != NULL)
		q.destination = handoff_destinations[tool_choice(t, "--to",
		    f->to, handoff_destinations, 2)];
	if (f->since != NULL)
		q.since = since(t, f->since);
	t->dry_run = false;
	t->own = &q;
	list_begin(t, &list_head);
	if (t->argc == 0)
		list_pages(t, put_page);
	for (int i = 0; i < t->argc && tool_signal == 0; i++)
		if (mean(t, t->argv[i], &q.order_id) == 1)
			list_pages(t, put_page);
}

/* ---- once more ---- */

/* As it was, unless somebody wants it otherwise. */
static enum handoff_as
form_of(struct tool *t, const struct forwards *f, const struct handoff *h)
{
	const char *ending = strrchr(h->file, '.');

	if (f->as != NULL)
		return (enum handoff_as)tool_choice(t, "--as", f->as,
		    handoff_formats, 3);
	if (t->out == FORMAT_CSV)
		return AS_CSV;
	if (t->out == FORMAT_JSON)
		return AS_JSON;
	if (t->out == FORMAT_TABLE)
		return AS_TABLE;
	for (int i = 0; ending != NULL && i < 3; i++)
		if (strcmp(ending + 1, handoff_endings[i]) == 0)
			return (enum handoff_as)i;
	return AS_CSV;
}

static int
print(struct tool *t, const struct forwards *f, const struct handoff *h,
    struct err *e)
{
	enum handoff_as as = form_of(t, f, h);
	struct buf b = BUF_INIT;
	int r;

	if (as == AS_TEXT && h->order_id == 0)
		tool_usage(t, "hand-off %lld is of movements: there is no page"
		    " of it", (long long)h->id);
	if (as == AS_TABLE)
		return handoff_put(t, h, as, e);
	r = handoff_render(h, as, &b, e);
	if (r == 0)
		handoff_text(t, &b, as);
	buf_release(&b);
	return r;
}

static int64_t wanted;

static int
mark(struct tool *t, struct err *e)
{
	return handoff_written(&t->step, wanted, e) < 0 ? -1 : 1;
}

/* Print it and say whether that was the first time it was: 1, 0 there is no
 * such hand-off, -1. */
static int
print_found(struct tool *t, const struct forwards *f, bool *first,
    struct err *e)
{
	struct handoff h = { .folder = "" };
	int r = handoff_find(&t->step, &t->step.mem, wanted, &h, e);

	if (r == 1 && handoff_is_erased(&h)) {
		tool_status(t, 1);
		tool_note(t, "hand-off %lld: what it said was erased",
		    (long long)wanted);
		return 1;
	}
	*first = r == 1 && h.folder[0] == '\0' && h.written_at == 0;
	return r <= 0 ? r : print(t, f, &h, e) < 0 ? -1 : 1;
}

void
forwards_again(struct tool *t, const struct forwards *f, const char *id)
{
	struct err e = ERR_INIT;
	bool first = false, tries = t->dry_run;
	int r;

	if (decimal_parse(id, 0, &wanted) != DECIMAL_OK || wanted == 0)
		tool_usage(t, "--again: \"%s\" is not the number of a hand-off"
		    " (see: order-forward --list)", id);
	if (f->as != NULL && t->out != FORMAT_AUTO)
		tool_usage(t, "what is printed is in one format: say it by -o or"
		    " by --as");
	t->dry_run = false;
	r = step_begin_read(&t->step, &e);
	if (r == 0)
		r = print_found(t, f, &first, &e);
	step_rollback(&t->step);
	if (r < 0)
		tool_fail(t, &e);
	if (r == 0) {
		tool_status(t, 1);
		tool_note(t, "hand-off %lld: there is no such hand-off",
		    (long long)wanted);
		return;
	}
	tool_flush(t);
	/* Whoever made it died before it was printed. */
	if (first && !tries && !t->quiet)
		tool_once(t, mark);
}
