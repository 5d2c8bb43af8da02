/* audits.c - order-audit's output: trails, broken links, broken invariants
 *
 * For people a trail is a story of plain words, for programs the record as
 * it is kept. */

#include <inttypes.h>

#include <order/archive.h>
#include <order/audits.h>
#include <order/ref.h>
#include <order/text.h>

#include "loop.h"

static const char *const trail_columns[] = {
	"seq", "at", "ref", "kind", "actor", "tool", "detail"
};
static const char *const story_columns[] = { "at", "ref", "actor", "event" };
static const char *const chain_columns[] = { "what", "seq", "ref", "fact" };
static const char *const check_columns[] = { "what", "ref", "fact" };

const struct head audits_head = { 7, trail_columns };
static const struct head story_head = { 4, story_columns };
static const struct head chain_head = { 4, chain_columns };
static const struct head check_head = { 3, check_columns };

/* ---- the trail ---- */

struct trail {
	struct tool *tool;
	enum format format;
	struct arena mem;	/* for one detail */
	struct buf words;
};

static enum format
output(const struct tool *t)
{
	if (t->out != FORMAT_AUTO)
		return t->out;
	if (tool_input_format(t) != FORMAT_AUTO)
		return tool_input_format(t);
	return tool_is_terminal(1) ? FORMAT_TABLE : FORMAT_CSV;
}

/* For people: a line of plain words; one order needs no name on each. */
static int
tell(struct trail *tr, const struct audit_event *ev, const char *at,
    struct err *e)
{
	const char *values[4] = { at, tr->tool->argc == 1 ? "" : ev->ref,
	    ev->actor };

	buf_clear(&tr->words);
	audit_words(&tr->words, ev->kind, ev->detail);
	values[3] = tr->words.data;
	return tool_put(tr->tool, &story_head, values, NULL, e);
}

/* A detail goes out as JSON only when it is JSON, whoever wrote it. */
static enum cell
detail_type(struct arena *mem, const char *detail)
{
	struct err ignored = ERR_INIT;
	struct rec r;
	size_t n = strlen(detail);

	if (text_unfit(detail, n) != NULL)
		return CELL_TEXT;
	arena_reset(mem);
	return rec_from_json(mem, detail, n, &r, &ignored) == 0 &&
	    r.fault == NULL ? CELL_JSON : CELL_TEXT;
}

static int
put_event(void *arg, const struct audit_event *ev, struct err *e)
{
	struct trail *tr = arg;
	char seq[24], at[INSTANT_TEXT];
	const char *values[] = { seq, at, ev->ref, ev->kind, ev->actor,
	    ev->tool, ev->detail };
	uint8_t types[7] = { CELL_NUMBER };

	instant_text(ev->at, at);
	if (tr->format == FORMAT_TABLE)
		return tell(tr, ev, at, e);
	snprintf(seq, sizeof(seq), "%" PRId64, ev->seq);
	if (tr->format == FORMAT_JSON)
		types[6] = (uint8_t)detail_type(&tr->mem, ev->detail);
	return tool_put(tr->tool, &audits_head, values, types, e);
}

static int
print_trail(struct tool *t, int64_t order_id, struct err *e)
{
	struct trail tr = { .tool = t, .format = output(t), .words = BUF_INIT };
	int r = audit_trail(&t->step, order_id, put_event, &tr, e);

	buf_release(&tr.words);
	arena_release(&tr.mem);
	return r;
}

int
audits_trail(struct tool *t, struct rec *r, struct err *e)
{
	const char *ref = rec_text(r, "ref");
	int64_t id;
	struct archived gone;
	int found = order_find(&t->step, ref, &id, e);

	if (found == 0 &&
	    (found = archived_find(&t->step, ref, &gone, e)) == 1) {
		id = gone.id;
		tool_note(t, "%s: the details are in an archive: order-audit"
		    " -d %s %s", ref, gone.file, gone.ref);
	}
	if (found == 0) {
		tool_status(t, 1);
		tell_no_ref(t, r);
		tool_note(t, "%s: there is no such order%s",
		    ref[0] != '\0' ? ref : "(no ref)", ref_doubt(ref));
	}
	return found != 1 ? found : print_trail(t, id, e);
}

int
audits_all(struct tool *t, struct err *e)
{
	return print_trail(t, 0, e);
}

/* ---- the proof ---- */

int
audits_end(struct tool *t, struct err *e)
{
	char text[AUDIT_HEAD_TEXT];
	struct audit_head h;
	struct buf line = BUF_INIT;

	if (audit_head(&t->step, &h, e) < 0)
		return -1;
	buf_printf(&line, "%s\n", audit_head_text(&h, text));
	tool_text(t, line.data, line.n);
	buf_release(&line);
	return 0;
}

static int
put_break(void *arg, const struct audit_fault *f, struct err *e)
{
	static const uint8_t types[] = { CELL_TEXT, CELL_NUMBER, CELL_TEXT,
	    CELL_TEXT };
	char seq[24];
	const char *values[] = { f->what, seq, f->ref, f->fact };

	tool_status(arg, 1);
	snprintf(seq, sizeof(seq), "%" PRId64, f->seq);
	return tool_put(arg, &chain_head, values, types, e);
}

int
audits_verify(struct tool *t, struct err *e)
{
	return audit_verify(&t->step, t->own, put_break, t, e);
}

static int
put_breach(void *arg, const struct audit_fault *f, struct err *e)
{
	const char *values[] = { f->what, f->ref, f->fact };

	tool_status(arg, 1);
	return tool_put(arg, &check_head, values, NULL, e);
}

int
audits_check(struct tool *t, struct err *e)
{
	return audit_check(&t->step, put_breach, t, e);
}
