/* asked.c - which orders order-status was asked for: options or words
 *
 * Options make one query; a word is looked up as a reference, then as a key,
 * a customer and an address, until one of them finds something. */

#include <order/archive.h>
#include <order/query.h>
#include <order/ref.h>
#include <order/text.h>

#include "listing.h"

/* What a word can be, in the order it is tried. */
enum reading { AS_REF, AS_KEY, AS_CUSTOMER, AS_EMAIL, AS_NOTHING };

static struct lookup {
	struct order_query query;
	bool begun;		/* the query of a word is at work */
	bool found;		/* it found something */
	int word;		/* of the operands */
	enum reading as;
} lookup;

/* ---- options ---- */

static _Noreturn void
refuse_name(struct tool *t, enum query_field f, const char *option,
    const char *value)
{
	struct buf list = BUF_INIT;
	const char *near;
	size_t n;
	const char *const *names = query_names(f, &n);

	if (names == NULL)
		tool_usage(t, "--%s: \"%s\" is not UTF-8", option, value);
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" :
		    i + 1 == n ? " and " : ", ", names[i]);
	near = text_nearest(value, names, n);
	tool_usage(t, "--%s: \"%s\" is none of %s%s%s%s", option, value,
	    list.data, near != NULL ? " (did you mean " : "",
	    near != NULL ? near : "", near != NULL ? "?)" : "");
}

static void
add_words(struct tool *t, enum query_field f, const char *option,
    const struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (!query_add(&lookup.query, f, w->word[i]))
			refuse_name(t, f, option, w->word[i]);
}

/* Of several the widest span counts. */
static void
add_times(struct tool *t, const struct asked *a)
{
	struct order_query *q = &lookup.query;
	int64_t at;

	for (size_t i = 0; i < a->since.n; i++) {
		at = tool_instant(t, "--since", a->since.word[i]);
		if (i == 0 || at < q->since)
			q->since = at;
	}
	for (size_t i = 0; i < a->until.n; i++) {
		at = tool_instant(t, "--until", a->until.word[i]);
		if (i == 0 || at > q->until)
			q->until = at;
	}
	if (a->since.n > 0 && a->until.n > 0 && q->until <= q->since)
		tool_usage(t, "--until: is not after --since (it is the first"
		    " moment, or day, that is left out)");
}

static void
begin(struct tool *t, const struct asked *a)
{
	struct err e = ERR_INIT;
	int64_t margin;

	query_init(&lookup.query);
	if (step_begin_read(&t->step, &e) < 0)
		tool_fail(t, &e);
	add_words(t, QUERY_EXTERNAL_REF, "external-ref", &a->external_ref);
	add_words(t, QUERY_CUSTOMER, "customer", &a->customer);
	add_words(t, QUERY_STATUS, "status", &a->status);
	add_words(t, QUERY_HELD, "held", &a->held);
	add_words(t, QUERY_STOCK, "stock", &a->stock);
	add_words(t, QUERY_CHANNEL, "channel", &a->channel);
	add_words(t, QUERY_ACK, "ack", &a->ack);
	add_words(t, QUERY_SKU, "sku", &a->sku);
	add_times(t, a);
	margin = t->step.policy.number[POLICY_IS_ACK_MARGIN] * 3600;
	if (a->due)
		query_unanswered(&lookup.query, t->now.at + margin);
	if (a->overdue)
		query_unanswered(&lookup.query, t->now.at - 1);
	step_rollback(&t->step);
}

/* ---- pages ---- */

static int
next_page(struct tool *t, struct refs *refs, struct err *e)
{
	const char **ref;
	size_t n;
	int r = query_page(&t->step, &lookup.query, &ref, &n, e);

	for (size_t i = 0; i < n; i++)
		refs_add(refs, ref[i]);
	return r;
}

static void
next_reading(enum reading as)
{
	lookup.as = as;
	lookup.begun = lookup.found = false;
}

static void
next_word(void)
{
	lookup.word++;
	next_reading(AS_REF);
}

static void
tell_archived(struct tool *t, const char *word, const struct archived *gone)
{
	tool_note(t, "%s: is in an archive: order-status -d %s %s", word,
	    gone->file, gone->ref);
	tool_status(t, 1);
}

static int
read_as_ref(struct tool *t, const char *word, struct refs *refs, struct err *e)
{
	struct archived gone;
	int64_t id;
	int r = order_find(&t->step, word, &id, e);

	if (r == 1)
		refs_add(refs, word);
	else if (r == 0 && (r = archived_find(&t->step, word, &gone, e)) == 1)
		tell_archived(t, word, &gone);
	if (r < 0)
		return -1;
	if (r == 1)
		next_word();
	else
		next_reading(text_is_utf8(word, strlen(word)) ? AS_KEY :
		    AS_NOTHING);
	return 1;
}

/* One page of what a word means if it is no reference. */
static int
read_as_field(struct tool *t, const char *word, struct refs *refs,
    struct err *e)
{
	static const enum query_field field[] = {
		[AS_KEY] = QUERY_EXTERNAL_REF, [AS_CUSTOMER] = QUERY_CUSTOMER,
		[AS_EMAIL] = QUERY_EMAIL
	};
	int r;

	if (!lookup.begun) {
		query_release(&lookup.query);
		query_init(&lookup.query);
		query_add(&lookup.query, field[lookup.as], word);
		lookup.begun = true;
	}
	r = next_page(t, refs, e);
	lookup.found = lookup.found || refs->n > 0;
	if (r != 0)
		return r;
	if (lookup.found)
		next_word();
	else
		next_reading(lookup.as + 1);
	return 1;
}

int
asked_more(struct tool *t, struct refs *refs, struct err *e)
{
	struct archived gone;
	const char *word;
	int r;

	if (t->selected)
		return next_page(t, refs, e);
	if (lookup.word >= t->argc)
		return 0;
	word = t->argv[lookup.word];
	if (lookup.as == AS_REF)
		return read_as_ref(t, word, refs, e);
	if (lookup.as != AS_NOTHING)
		return read_as_field(t, word, refs, e);
	if ((r = archived_key(&t->step, word, &gone, e)) < 0)
		return -1;
	if (r == 1)
		tell_archived(t, word, &gone);
	else
		tool_note(t, "%s: there is no such order, key, customer or"
		    " address%s", word, ref_doubt(word));
	tool_status(t, 1);
	next_word();
	return 1;
}

/* ---- one order, for a person ---- */

static int
look_up(struct tool *t, struct refs *refs, struct err *e)
{
	int r = 1;

	while (r == 1 && refs->n < 2)
		r = asked_more(t, refs, e);
	return r < 0 ? -1 : 0;
}

/* The sheet, if a person named exactly one order, or the word that no order
 * is of: true.  Else nothing is printed. */
static bool
print_sheet(struct tool *t)
{
	bool table = t->out == FORMAT_TABLE ||
	    (t->out == FORMAT_AUTO && tool_is_terminal(1));
	struct err e = ERR_INIT;
	struct refs refs = { 0 };
	bool several;

	if (t->argc != 1 || t->selected || !table)
		return false;
	if (step_begin_read(&t->step, &e) < 0 || look_up(t, &refs, &e) < 0 ||
	    (refs.n == 1 && list_sheet(t, refs.ref[0], &e) < 0))
		tool_fail(t, &e);
	step_rollback(&t->step);
	several = refs.n > 1;
	refs_release(&refs);
	if (several) {
		lookup.word = 0;
		next_reading(AS_REF);
	} else
		tool_flush(t);
	return !several;
}

/* ---- the list ---- */

void
asked_list(struct tool *t, const struct asked *a, enum list_as as)
{
	static tool_fn *const one[] = { [LIST_ORDERS] = list_order,
		[LIST_LINES] = list_lines, [LIST_FULL] = list_full,
		[LIST_HISTORY] = list_history };
	static struct tool_about about;

	about = *t->about;
	about.head = as == LIST_LINES ? &list_lines_head :
	    as == LIST_HISTORY ? &list_history_head : NULL;
	t->about = &about;
	if (as == LIST_FULL) {
		if (t->out != FORMAT_AUTO && t->out != FORMAT_JSON)
			tool_usage(t, "--full is JSON only");
		t->out = FORMAT_JSON;
	}
	begin(t, a);
	if (as != LIST_ORDERS || !print_sheet(t))
		tool_each(t, one[as]);
	query_release(&lookup.query);
}
