/* attention.c - what somebody has to look at, the most urgent first
 *
 * One list of all that is overdue, due, held, undelivered or refused, each
 * with the command that deals with it.  Knows the groups and how they are
 * shown; what is in them is found by its neighbours. */

#include <inttypes.h>

#include <order/date.h>
#include <order/text.h>

#include "attention.h"
#include "sheet.h"

static const char *const columns[] = {
	"what", "ref", "age", "since", "due_at", "detail", "command"
};
static const struct head head = { 7, columns };

/* In the order of their urgency; how a person is told of each. */
static const struct group {
	matter_page *page;
	const char *title, *meaning;
	const char *all;	/* the command for all of them, NULL */
} groups[] = {
	{ matter_acks_overdue, "Answers overdue",
	    "these customers should have had our answer by now",
	    "order-ack --due" },
	{ matter_stock, "Stock that does not add up",
	    "what is promised of an item is not what the orders say", NULL },
	{ matter_mail_stopped, "Mail that is not sent",
	    "customers wait for messages that nobody delivers", NULL },
	{ matter_late, "Deliveries past their promise",
	    "not shipped, and the promised day is over: ship, or tell when", NULL },
	{ matter_problems, "Problems in fulfilment",
	    "the warehouse cannot do it as it was handed over", NULL },
	{ matter_unforwarded, "Ready, but not handed over",
	    "goods are reserved, the warehouse should have had the order",
	    "order-forward --to fulfilment --pending --dir ..." },
	{ matter_unaccepted, "Handed over, but not accepted",
	    "the warehouse has not said that it has the order", NULL },
	{ matter_cancels, "Cancellations asked for",
	    "the warehouse must say whether it can still stop them", NULL },
	{ matter_acks_due, "Answers due soon",
	    "these customers are waiting for our answer", "order-ack --due" },
	{ matter_holds, "Holds",
	    "orders that wait for an answer or a decision, the oldest first",
	    "order-resolve --list" },
	{ matter_inquiries, "Questions of customers",
	    "answer them; the question is in the order's sheet", NULL },
	{ matter_dead, "Messages that came back",
	    "the customer does not know what they say", NULL },
	{ matter_by_hand, "Customers to be told",
	    "they have no e-mail address: call, then say so", NULL },
	{ matter_failed, "Messages to be tried again",
	    "this happens by itself; look when it goes on", NULL },
	{ matter_rejects, "Refused input",
	    "mend it and feed it again, or dismiss it",
	    "order-status --rejects" },
	{ matter_review, "Review of the procedure",
	    "look at the year's figures, then record that it was done", NULL },
};

#define NGROUPS (sizeof(groups) / sizeof(groups[0]))

enum { FEW = 12, WHAT = 4 };	/* shown of a group; indent of its entries */

/* What a person reads is kept back until it is known how much there is. */
static struct {
	bool on;		/* for a person */
	struct sheet all, group;
	int64_t count, late, oldest;	/* of the group at work */
	int64_t total, overdue;		/* of all */
	bool has_gap;	/* a command with ... was shown */
	const char *time;	/* of the company */
} view;

static bool
is_for_person(const struct tool *t)
{
	return t->out == FORMAT_TABLE ||
	    (t->out == FORMAT_AUTO && tool_is_terminal(1));
}

/* ---- one matter ---- */

static const char SQL_WHO[] =
	"SELECT coalesce(nullif(customer_name, ''), customer) FROM orders"
	" WHERE id = $1";

/* Of an answer that is due it was said already how late it is. */
static const char *
how_long(struct tool *t, const struct matter *m, int64_t age)
{
	bool ack = strncmp(m->what, "ack-", strlen("ack-")) == 0;

	return arena_printf(&t->step.mem, "%s%s%s", age < 60 ? "" :
	    ack ? "received " : "for ", list_span(t, age),
	    age >= 60 && ack ? " ago" : "");
}

/* A person copies the command: it must not be cut. */
static int
put_for_person(struct tool *t, const struct matter *m, bool late,
    struct err *e)
{
	struct sheet *sh = &view.group;
	int64_t age = t->now.at - m->since;
	const char *who = "";
	struct row *row;
	int r = m->order == 0 ? 0 :
	    db_one(t->db, SQL_WHO, BIND(I(m->order)), &row, e);

	if (r < 0)
		return -1;
	if (r == 1) {
		who = text_shown(sh->mem, db_text(row, 0), 30);
		db_done(row);
	}
	sheet_entry(sh, 2, "", 0, late ? INK_BAD : INK_NONE,
	    arena_printf(sh->mem, "%s%s%s%s%s (%s)", m->ref,
	    m->ref[0] != '\0' ? "  " : "", who, who[0] != '\0' ? ": " : "",
	    m->detail, how_long(t, m, age)), "");
	sheet_entry(sh, WHAT, "", 2, INK_BOLD, m->command, " \\");
	view.has_gap = view.has_gap || strstr(m->command, "...") != NULL;
	return 0;
}

static const char *
instant(struct tool *t, int64_t at)
{
	char text[INSTANT_TEXT];

	return arena_dup(&t->step.mem, instant_text(at, text));
}

int
matter_put(struct tool *t, const struct matter *m, struct err *e)
{
	bool late = m->wrong || (m->due != 0 && m->due < t->now.at);
	const char *values[] = { m->what, m->ref,
	    list_span(t, t->now.at - m->since), instant(t, m->since),
	    m->due != 0 ? instant(t, m->due) : "", m->detail, m->command };

	if (late)
		tool_status(t, 1);
	if (!view.on)
		return tool_put(t, &head, values, NULL, e);
	if (view.count++ == 0 || m->since < view.oldest)
		view.oldest = m->since;
	view.late += late;
	return view.count > FEW ? 0 : put_for_person(t, m, late, e);
}

int
matter_rows(struct tool *t, struct cursor *c, struct row *row,
    int (*one)(struct tool *, struct cursor *, struct row *, struct err *),
    struct err *e)
{
	int r, n = 0;

	while ((r = db_next(row, e)) == 1) {
		n++;
		if (one(t, c, row, e) < 0) {
			db_done(row);
			return -1;
		}
	}
	return r < 0 ? -1 : n == LIST_PAGE;
}

int64_t
matter_end_of(struct tool *t, const char *text)
{
	int32_t date;

	return !date_parse(text, &date) ? 0 : zone_midnight(
	    t->step.policy.text[POLICY_IS_TIMEZONE], date + 1);
}

/* ---- for a person ---- */

static void
end_group(struct tool *t, const struct group *g)
{
	struct sheet *sh = &view.all;
	bool old = view.count > 1 && t->now.at - view.oldest >= 60;

	view.total += view.count;
	view.overdue += view.late;
	if (view.count > 0) {
		buf_putc(&sh->out, '\n');
		sheet_entry(sh, 0, "", 0, view.late > 0 ? INK_BAD : INK_BOLD,
		    arena_printf(sh->mem, "%s (%" PRId64 "%s%s): %s", g->title,
		    view.count, old ? ", the oldest for " : "",
		    old ? list_span(t, t->now.at - view.oldest) : "",
		    g->meaning), "");
		buf_add(&sh->out, view.group.out.data, view.group.out.n);
	}
	if (view.count > FEW)
		sheet_entry(sh, 2, "", 0, INK_NONE, arena_printf(sh->mem,
		    "and %" PRId64 " more: order-status --attention -o csv has"
		    " all", view.count - FEW), "");
	if (view.count > 1 && g->all != NULL) {
		sheet_entry(sh, 2, "", 0, INK_NONE, "all at once:", "");
		sheet_entry(sh, WHAT, "", 2, INK_BOLD, g->all, " \\");
		view.has_gap = view.has_gap ||
		    strstr(g->all, "...") != NULL;
	}
	buf_clear(&view.group.out);
	view.count = view.late = view.oldest = 0;
}

static int
read_time(struct tool *t, struct cursor *c, struct err *e)
{
	const char *zone = t->step.policy.text[POLICY_IS_TIMEZONE];
	char text[DATE_TEXT];
	int32_t date;
	int minutes;

	(void)c;
	(void)e;
	zone_civil(zone, t->now.at, &date, &minutes);
	view.time = arena_printf(view.all.mem, "%s %02d:%02d %s",
	    date_text(date, text), minutes / 60, minutes % 60, zone);
	return 0;
}

static void
print_all(struct tool *t)
{
	struct sheet first = { BUF_INIT, view.all.mem, view.all.width,
	    view.all.color };

	sheet_entry(&first, 0, "", 0, view.overdue > 0 ? INK_BAD : INK_BOLD,
	    view.total == 0 ? arena_printf(first.mem, "Nothing needs attention"
	    " (%s)", view.time) : arena_printf(first.mem, "%" PRId64
	    " thing%s need%s attention, %" PRId64 " overdue (%s)", view.total,
	    view.total == 1 ? "" : "s", view.total == 1 ? "s" : "",
	    view.overdue, view.time), "");
	if (view.has_gap) {
		buf_putc(&view.all.out, '\n');
		sheet_entry(&view.all, 0, "", 0, INK_NONE, "In a command, ..."
		    " stands for what only you or the customer can say.", "");
	}
	if (!t->quiet) {
		tool_text(t, first.out.data, first.out.n);
		tool_text(t, view.all.out.data, view.all.out.n);
		tool_flush(t);
	}
	buf_release(&first.out);
	buf_release(&view.all.out);
	buf_release(&view.group.out);
}

void
list_attention(struct tool *t)
{
	/* What is shown at the end outlives the batches it was read in. */
	static struct arena mem;

	view.on = is_for_person(t);
	view.all = view.group = (struct sheet){ BUF_INIT, &mem,
	    (size_t)tool_columns(), tool_color(t) };
	if (!view.on)
		list_begin(t, &head);
	else
		list_pages(t, read_time);
	for (size_t i = 0; i < NGROUPS; i++) {
		list_pages(t, groups[i].page);
		if (view.on)
			end_group(t, &groups[i]);
	}
	if (view.on)
		print_all(t);
	arena_release(&mem);
}
