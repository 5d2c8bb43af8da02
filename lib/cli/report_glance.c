/* report_glance.c - the report at a glance, with plain verdicts
 *
 * What the procedure promises is judged: it was kept, or by how many it was
 * not.  What it does not promise is only told. */

#include "report.h"

static const struct figure NOTHING = { .text = "" };

struct glances {
	struct arena *mem;
	const struct figures *f;
	struct glance *out;
	size_t n;
};

static const struct figure *
get(const struct glances *g, const char *section, const char *name)
{
	const struct figure *x = figure_find(g->f, section, name, "");

	return x != NULL ? x : &NOTHING;
}

static int64_t
sum(const struct glances *g, const char *section, const char *name)
{
	int64_t n = 0;

	for (size_t i = 0; i < g->f->n; i++)
		if (strcmp(g->f->list[i].section, section) == 0 &&
		    strcmp(g->f->list[i].name, name) == 0)
			n += g->f->list[i].value;
	return n;
}

static const char *
count(const struct glances *g, int64_t n)
{
	return report_value(g->mem, &(struct figure){ .known = true,
	    .unit = UNIT_COUNT, .value = n });
}

static void
add(struct glances *g, const char *section, const char *label,
    const char *value, enum outlook outlook, const char *says)
{
	g->out[g->n++] = (struct glance){ label, value, says, outlook,
	    section };
}

static void
add_orders(struct glances *g)
{
	const struct figure *x = get(g, "orders", "orders");
	size_t channels = 0;

	for (size_t i = 0; i < g->f->n; i++)
		channels += strcmp(g->f->list[i].name, "by_channel") == 0;
	add(g, "orders", "Orders received", count(g, x->value), OUTLOOK_NONE,
	    channels == 0 ? "none in this period" : channels == 1 ?
	    "by one channel" : arena_printf(g->mem, "by %zu channels",
	    channels));
}

static void
add_answers(struct glances *g)
{
	const struct figure *x = get(g, "ack", "in_time");
	int64_t late = get(g, "ack", "late")->value;
	int64_t overdue = get(g, "ack", "overdue")->value;
	const char *label = arena_printf(g->mem, "Answered within %s h",
	    count(g, get(g, "report", "ack_hours")->value));

	if (!x->known)
		add(g, "ack", label, "-", OUTLOOK_NONE, "no order was due");
	else if (late + overdue == 0)
		add(g, "ack", label, report_value(g->mem, x), OUTLOOK_GOOD,
		    "all in time");
	else
		add(g, "ack", label, report_value(g->mem, x), OUTLOOK_BAD,
		    arena_printf(g->mem, "%s late, %s not answered yet",
		    count(g, late), count(g, overdue)));
	x = get(g, "ack", "answer_minutes_median");
	add(g, "ack", "Time to answer, half within", report_value(g->mem, x),
	    OUTLOOK_NONE, x->known ? arena_printf(g->mem, "95 of 100 within %s",
	    report_value(g->mem, get(g, "ack", "answer_minutes_p95"))) :
	    "no order was answered");
}

static void
add_share(struct glances *g, const char *section, const char *name,
    const char *label, const char *what, const char *none)
{
	const struct figure *x = get(g, section, name);

	if (x == &NOTHING)
		return;
	add(g, section, label, report_value(g->mem, x), OUTLOOK_NONE,
	    x->known ? arena_printf(g->mem, "%s %s",
	    report_of(g->mem, x), what) : none);
}

static void
add_delivery(struct glances *g)
{
	const struct figure *x = get(g, "delivery", "on_time");
	int64_t late = x->whole - x->part;
	int64_t overdue = get(g, "delivery", "overdue_lines")->value;
	enum outlook outlook = overdue > 0 ? OUTLOOK_BAD : late > 0 ?
	    OUTLOOK_LOOK : x->known ? OUTLOOK_GOOD : OUTLOOK_NONE;

	add(g, "delivery", "Delivered on time", report_value(g->mem, x),
	    outlook, outlook == OUTLOOK_NONE ? "nothing was due" :
	    outlook == OUTLOOK_GOOD ? "all on the day promised" :
	    arena_printf(g->mem, "%s late, %s overdue and not shipped",
	    count(g, late), count(g, overdue)));
}

static void
add_open(struct glances *g)
{
	int64_t holds = sum(g, "holds", "open"), oldest = 0;
	int64_t rejects = get(g, "rejects", "open")->value;

	for (size_t i = 0; i < g->f->n; i++)
		if (strcmp(g->f->list[i].section, "holds") == 0 &&
		    strcmp(g->f->list[i].name, "oldest_minutes") == 0 &&
		    g->f->list[i].known && g->f->list[i].value > oldest)
			oldest = g->f->list[i].value;
	add(g, "holds", "Open holds", count(g, holds), holds == 0 ?
	    OUTLOOK_GOOD : OUTLOOK_LOOK, holds == 0 ? "nothing waits" :
	    arena_printf(g->mem, "the oldest for %s", report_value(g->mem,
	    &(struct figure){ .known = true, .unit = UNIT_MINUTES,
	    .value = oldest })));
	add(g, "rejects", "Input still to mend", count(g, rejects),
	    rejects == 0 ? OUTLOOK_GOOD : OUTLOOK_LOOK, rejects == 0 ?
	    "nothing is left" : "rows that became no order");
}

static void
add_review(struct glances *g)
{
	const struct figure *due = get(g, "record", "review_due_on");
	bool overdue = get(g, "record", "review_overdue")->value != 0;

	if (due->known)
		add(g, "record", "Next review due by", due->text, overdue ?
		    OUTLOOK_BAD : OUTLOOK_GOOD, overdue ? "overdue" :
		    "in time");
}

size_t
report_glances(struct arena *mem, const struct figures *f,
    struct glance out[MAX_GLANCES])
{
	struct glances g = { mem, f, out, 0 };

	add_orders(&g);
	add_answers(&g);
	add_share(&g, "holds", "touchless", "Went through untouched",
	    "orders needed nobody", "no order came so far");
	add_share(&g, "stock", "lines_at_once", "Filled at once",
	    "lines from stock", "no stock was checked");
	add_delivery(&g);
	add_open(&g);
	add_review(&g);
	return g.n;
}

const char *
report_missing(struct arena *mem, const struct figures *f)
{
	const struct figure *x = figure_find(f, "record", "archived", "");

	return x == NULL || x->value == 0 ? "" : arena_printf(mem,
	    "%s of the period's orders %s in an archive and not counted here:"
	    " order-report -d ARCHIVE counts them.", report_value(mem, x),
	    x->value == 1 ? "is" : "are");
}
