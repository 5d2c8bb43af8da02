/* states.c - the lifecycle as a table, or as a drawing for graphviz */

#include <order/lifecycle.h>

#include "listing.h"

static const char *const columns[] = { "from", "event", "to", "guards" };
static const struct head head = { 4, columns };

static int
put_table(struct tool *t, struct cursor *c, struct err *e)
{
	(void)c;
	for (size_t i = 0; i < ntransitions; i++) {
		const struct transition *x = &transitions[i];
		const char *values[] = { x->from, x->event, x->to, x->guards };

		if (tool_put(t, &head, values, NULL, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- the drawing ---- */

/* The status after it, as it is drawn. */
static const char *
target(const struct transition *x, const char *from)
{
	return strcmp(x->to, "same") == 0 ? from : x->to;
}

/* Can it come at any time?  Such events would be in every box. */
static bool
is_everywhere(const char *event)
{
	for (int i = 0; i < NSTATUSES; i++)
		if (!lifecycle_allows(order_statuses[i], event, NULL))
			return false;
	return true;
}

/* The events that lead from one to the other, some to a line; their number. */
static int
add_events(struct buf *b, const char *from, const char *to, int a_line,
    const char *line_end)
{
	const char *last = "";
	int n = 0;

	for (size_t i = 0; i < ntransitions; i++) {
		const struct transition *x = &transitions[i];

		if (!transition_is_from(x, from) ||
		    strcmp(target(x, from), to) != 0 ||
		    strcmp(x->event, last) == 0 ||
		    (strcmp(from, to) == 0 && is_everywhere(x->event)))
			continue;
		if (n > 0)
			buf_puts(b, n % a_line == 0 ? line_end : ", ");
		buf_puts(b, x->event);
		last = x->event;
		n++;
	}
	return n;
}

/* Where an order ends, it is coloured. */
static const char *
colour(const char *status)
{
	static const struct { const char *status, *colour; } colours[] = {
		{ "completed", "#d5ecd4" }, { "rejected", "#f6d6d3" },
		{ "cancelled", "#f6d6d3" }, { "archived", "#e4e4e4" },
	};

	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (strcmp(colours[i].status, status) == 0)
			return colours[i].colour;
	return "#ffffff";
}

/* A box with the events after which the order is still in it. */
static void
draw_status(struct buf *b, const char *status)
{
	struct buf events = BUF_INIT;

	buf_printf(b, "\t\"%s\" [fillcolor=\"%s\", label=<<b>%s</b>", status,
	    colour(status), status);
	if (add_events(&events, status, status, 3, "<br/>") > 0)
		buf_printf(b, "<br/><font point-size=\"10\">%s</font>",
		    events.data);
	buf_puts(b, ">];\n");
	buf_release(&events);
}

/* One arrow for all events between two statuses; the way back does not
 * count for who stands above whom. */
static void
draw_arrow(struct buf *b, const char *from, const char *to, bool back)
{
	struct buf label = BUF_INIT;

	if (strcmp(from, to) != 0 && add_events(&label, from, to, 1, "\\n") > 0)
		buf_printf(b, "\t\"%s\" -> \"%s\" [label=\"%s\"%s];\n", from,
		    to, label.data, back ? ", constraint=false" : "");
	buf_release(&label);
}

static void
draw_everywhere(struct buf *b)
{
	const char *last = "";
	int n = 0;

	buf_puts(b, "\t\"any\" [shape=note, label=<in every status:");
	for (size_t i = 0; i < ntransitions; i++) {
		const char *event = transitions[i].event;

		if (strcmp(transitions[i].to, "same") != 0 ||
		    !is_everywhere(event) || strcmp(event, last) == 0)
			continue;
		buf_printf(b, "%s%s", n++ % 3 == 0 ? "<br/>" : ", ", event);
		last = event;
	}
	buf_puts(b, ">];\n");
}

static void
draw(struct tool *t)
{
	struct buf b = BUF_INIT;

	buf_puts(&b, "digraph order {\n"
	    "\tgraph [rankdir=TB, nodesep=0.6, ranksep=0.5];\n"
	    "\tnode [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\","
	    " fontname=\"Helvetica\", fontsize=14];\n"
	    "\tedge [fontname=\"Helvetica\", fontsize=10];\n"
	    "\t\"-\" [shape=point];\n");
	for (int i = 0; i < NSTATUSES; i++)
		draw_status(&b, order_statuses[i]);
	draw_status(&b, "archived");
	draw_everywhere(&b);
	buf_puts(&b, "\t{ rank=same; \"completed\"; \"rejected\"; \"cancelled\";"
	    " }\n");
	for (int i = -1; i < NSTATUSES; i++) {
		const char *from = i < 0 ? "-" : order_statuses[i];

		for (int k = 0; k < NSTATUSES; k++)
			draw_arrow(&b, from, order_statuses[k], k < i);
		draw_arrow(&b, from, "archived", false);
	}
	buf_puts(&b, "}\n");
	tool_text(t, b.data, b.n);
	buf_release(&b);
}

void
list_states(struct tool *t, bool dot)
{
	if (!dot)
		list_pages(t, put_table);
	else {
		draw(t);
		tool_flush(t);
	}
}
