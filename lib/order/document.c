/* document.c - the values a message's document gets
 *
 * Knows how a document is filled; keys.c has the list of what may be in it. */

#include <order/money.h>
#include <order/order.h>

#include "document.h"

/* ---- setting ---- */

/* As cJSON's own, which compares every key to its end. */
bool
document_has(const cJSON *o, const char *key)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, o)
		if (v->string[0] == key[0] && strcmp(v->string, key) == 0)
			return true;
	return false;
}

static void
set(cJSON *o, const char *key, cJSON *value)
{
	if (document_has(o, key))
		cJSON_ReplaceItemInObjectCaseSensitive(o, key, value);
	else
		cJSON_AddItemToObject(o, key, value);
}

/* A blank value is not kept. */
static void
unset(cJSON *o, const char *key)
{
	if (document_has(o, key))
		cJSON_DeleteItemFromObjectCaseSensitive(o, key);
}

void
message_text(cJSON *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		set(o, key, cJSON_CreateString(value));
	else
		unset(o, key);
}

void
message_bool(cJSON *o, const char *key, bool value)
{
	if (value)
		set(o, key, cJSON_CreateTrue());
	else
		unset(o, key);
}

void
message_number(cJSON *o, const char *key, int64_t value)
{
	set(o, key, cJSON_CreateNumber((double)value));
}

/* ---- lines ---- */

static const char *
quantity_text(struct step *s, int64_t n)
{
	return n > 0 ? decimal_short(&s->mem, n, QUANTITY_SCALE) : "";
}

static const char *
price_text(struct step *s, const struct order *o, int64_t price)
{
	return price == AMOUNT_NONE ? "" :
	    decimal_least(&s->mem, price, PRICE_SCALE, o->exponent);
}

/* A day before the supply comes was promised when there still was stock. */
static const char *
promise_of(const struct order_line *l)
{
	bool waits = l->allocated + l->shipped == 0 && l->backordered > 0;

	return waits && (l->backorder_on[0] == '\0' ||
	    strcmp(l->promised_on, l->backorder_on) < 0) ? "" : l->promised_on;
}

/* What was sent instead of the line, and what the line itself is instead of. */
static void
add_substitutes(struct step *s, const struct order *o,
    const struct order_line *l, cJSON *j)
{
	const char *skus = "";

	for (size_t i = 0; l->substituted > 0 && i < o->nlines; i++)
		if (o->lines[i].instead_of == l->line)
			skus = arena_printf(&s->mem, "%s%s%s", skus,
			    skus[0] != '\0' ? ", " : "", o->lines[i].sku);
	message_text(j, "substituted", quantity_text(s, l->substituted));
	message_text(j, "substitute_sku", skus);
	message_text(j, "cancelled", quantity_text(s, l->cancelled));
	if (l->instead_of == 0)
		return;
	message_number(j, "instead_of", l->instead_of);
	message_bool(j, "is_substitute", true);
}

static cJSON *
so_much(struct step *s, const struct order_line *l, int64_t quantity)
{
	cJSON *j = cJSON_CreateObject();

	message_number(j, "line", l->line);
	message_text(j, "sku", l->sku);
	message_text(j, "description", l->description[0] != '\0' ?
	    l->description : l->item_description);
	message_text(j, "quantity",
	    decimal_short(&s->mem, quantity, QUANTITY_SCALE));
	message_text(j, "unit", l->unit);
	return j;
}

cJSON *
message_line(struct step *s, const struct order *o,
    const struct order_line *l)
{
	int64_t confirmed = l->allocated + l->shipped;
	int64_t asked = l->was_quantity != AMOUNT_NONE ? l->was_quantity :
	    l->ordered;
	/* What is billed; of a line that cannot be had, what was asked. */
	int64_t quantity = line_wanted(l) > 0 ? line_wanted(l) : asked;
	bool dearer = l->was_price != AMOUNT_NONE &&
	    l->was_price != l->unit_price;
	bool resized = quantity != asked;
	cJSON *j = so_much(s, l, quantity);

	/* Eight of what is not sent are no 0.00. */
	message_text(j, "unit_price", line_wanted(l) == 0 ? "" :
	    price_text(s, o, l->unit_price));
	message_text(j, "amount", l->amount == AMOUNT_NONE ||
	    line_wanted(l) == 0 ? "" : decimal_fixed(&s->mem, l->amount,
	    o->exponent));
	message_text(j, "confirmed", quantity_text(s, confirmed));
	message_text(j, "shipped", quantity_text(s, l->shipped));
	message_text(j, "reserved", quantity_text(s, l->allocated));
	message_text(j, "backordered", quantity_text(s, l->backordered));
	message_text(j, "backorder_on", l->backorder_on);
	message_text(j, "rejected_quantity", quantity_text(s, l->rejected));
	if (l->rejected > 0)
		message_bool(j, "has_rejected", true);
	message_text(j, "promised_on", promise_of(l));
	add_substitutes(s, o, l, j);
	if (confirmed == quantity && !dearer && !resized && l->instead_of == 0)
		message_bool(j, "as_ordered", true);
	if (dearer) {
		message_bool(j, "price_changed", true);
		message_text(j, "was_price", price_text(s, o, l->was_price));
	}
	if (resized) {
		message_bool(j, "quantity_changed", true);
		message_text(j, "was_quantity",
		    quantity_text(s, asked));
	}
	return j;
}

cJSON *
message_part(struct step *s, const struct order_line *l, int64_t quantity)
{
	cJSON *j = so_much(s, l, quantity);

	message_bool(j, "as_ordered", true);
	return j;
}
