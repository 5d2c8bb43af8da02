/* standing.c - how an order stands, in the words of the stream columns
 *
 * Says of a loaded order what the view v_orders says of a stored one. */

#include <order/order.h>

const char *
order_held_text(struct arena *mem, const struct order *o)
{
	const char *held[HOLD_KINDS], *text = "";
	size_t n = 0;

	for (size_t i = 0; i < o->nheld; i++) {
		size_t k = n++;

		for (; k > 0 && strcmp(held[k - 1], o->held[i]) > 0; k--)
			held[k] = held[k - 1];
		held[k] = o->held[i];
	}
	for (size_t i = 0; i < n; i++)
		text = i == 0 ? held[0] :
		    arena_printf(mem, "%s %s", text, held[i]);
	return text;
}

const char *
order_stock_text(const struct order *o)
{
	int64_t wanted = 0, there = 0, waiting = 0;

	if (o->stock_revision == 0)
		return "unchecked";
	for (size_t i = 0; i < o->nlines; i++) {
		const struct order_line *l = &o->lines[i];

		wanted += line_wanted(l);
		there += l->allocated + l->shipped;
		waiting += l->backordered;
	}
	if (wanted == 0)
		return "none";
	return there == wanted ? "full" : there > 0 ? "partial" :
	    waiting == wanted ? "backordered" : "none";
}

const char *
order_ack_text(const struct order *o)
{
	return strcmp(o->ack, "none") != 0 && o->ack_revision < o->revision ?
	    "stale" : o->ack;
}

const char *
order_ship_text(const struct order *o)
{
	int64_t wanted = 0, shipped = 0, delivered = 0;

	if (!order_is(o, "released") && !order_is(o, "completed"))
		return "none";
	for (size_t i = 0; i < o->nlines; i++) {
		wanted += line_wanted(&o->lines[i]);
		shipped += o->lines[i].shipped;
		delivered += o->lines[i].delivered;
	}
	return shipped == 0 ? "none" : delivered >= wanted ? "delivered" :
	    shipped >= wanted ? "shipped" : "partial";
}
