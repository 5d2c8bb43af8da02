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

/* The status after it, as it is drawn. */
static const char *
target(const struct transition *x, const char *from)
{
	return strcmp(x->to, "same") == 0 ? from : x->to;
}

/* One arrow for all events between two statuses. */
static void
draw_arrow(struct buf *b, const char *from, const char *to)
{
	struct buf label = BUF_INIT;
	const char *last = "";

	for (size_t i = 0; i < ntransitions; i++) {
		const struct transition *x = &transitions[i];

		if (!transition_is_from(x, from) ||
		    strcmp(target(x, from), to) != 0 ||
		    strcmp(x->event, last) == 0)
			continue;
		buf_printf(&label, "%s%s", label.n > 0 ? "\\n" : "",
		    x->event);
		last = x->event;
	}
	if (label.n > 0)
		buf_printf(b, "\t\"%s\" -> \"%s\" [label=\"%s\"];\n", from,
		    to, label.data);
	buf_release(&label);
}

static void
draw(struct tool *t)
{
	struct buf b = BUF_INIT;

	buf_puts(&b, "digraph order {\n\trankdir=LR;\n"
	    "\t\"-\" [shape=point];\n");
	for (int i = -1; i < NSTATUSES; i++) {
		const char *from = i < 0 ? "-" : order_statuses[i];

		for (int k = 0; k < NSTATUSES; k++)
			draw_arrow(&b, from, order_statuses[k]);
		draw_arrow(&b, from, "archived");
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
