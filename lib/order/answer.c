/* answer.c - what is said of each line, in the standards' codes
 *
 * Pure but for document_sums, which only formats. */

#include <order/ack.h>
#include <order/message.h>
#include <order/money.h>

struct line_answer
line_answer(const struct order_line *l, int32_t promised, int32_t requested)
{
	int64_t wanted = line_wanted(l);
	bool price = l->was_price != AMOUNT_NONE &&
	    l->was_price != l->unit_price;
	bool quantity = (l->was_quantity != AMOUNT_NONE &&
	    l->was_quantity != l->ordered) || l->rejected > 0 ||
	    l->cancelled > 0;
	bool other = l->substituted > 0;
	bool late = requested != DATE_NONE && promised != DATE_NONE &&
	    promised > requested;

	if (wanted == 0 && l->cancelled == l->ordered)
		return (struct line_answer){ "ID", "7", false };
	if (wanted == 0 && l->substituted > 0)
		return (struct line_answer){ "IS", "3", false };
	if (wanted == 0)
		return (struct line_answer){ l->reject_code[0] != '\0' ?
		    l->reject_code : "IR", "7", false };
	/* That a backorder is late goes without saying. */
	if (other || price + quantity + (l->backordered > 0 || late) > 1)
		return (struct line_answer){ "IC", "3", false };
	if (l->backordered > 0)
		return (struct line_answer){ l->backordered < wanted ?
		    "BP" : "IB", "3", false };
	if (price)
		return (struct line_answer){ "IP", "3", false };
	if (quantity)
		return (struct line_answer){ "IQ", "3", false };
	if (late)
		return (struct line_answer){ "DR", "3", false };
	if (l->instead_of != 0)		/* 1: a line that was added */
		return (struct line_answer){ "IA", "1", false };
	return (struct line_answer){ "IA", "5", true };
}

static void
add_amount(struct step *s, cJSON *d, const char *key, int64_t n, int exponent)
{
	message_text(d, key, n == AMOUNT_NONE || n == 0 ? "" :
	    decimal_fixed(&s->mem, n, exponent));
}

void
document_hide_prices(const struct order *o, cJSON *d)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(d, "lines");
	bool hidden = false;

	for (size_t i = 0; i < o->nlines; i++) {
		cJSON *line = cJSON_GetArrayItem(list, (int)i);

		if (o->lines[i].price_given)
			continue;
		hidden = true;
		message_text(line, "unit_price", "");
		message_text(line, "amount", "");
	}
	if (hidden) {
		message_text(d, "subtotal", "");
		message_text(d, "total", "");
	}
}

void
document_sums(struct step *s, const struct order *o, cJSON *d)
{
	int64_t subtotal = 0;

	for (size_t i = 0; i < o->nlines; i++)
		if (o->lines[i].amount != AMOUNT_NONE)
			money_add(subtotal, o->lines[i].amount, &subtotal);
	message_text(d, "currency", o->column[COLUMN_CURRENCY]);
	message_text(d, "subtotal", decimal_fixed(&s->mem, subtotal,
	    o->exponent));
	add_amount(s, d, "discount", o->discount, o->exponent);
	add_amount(s, d, "shipping", o->shipping, o->exponent);
	add_amount(s, d, o->tax_contained ? "tax_contained" : "tax", o->tax,
	    o->exponent);
	message_text(d, "total", o->total == AMOUNT_NONE ? "" :
	    decimal_fixed(&s->mem, o->total, o->exponent));
}
