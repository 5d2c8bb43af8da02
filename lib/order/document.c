/* document.c - the keys templates may name, and the values they get
 *
 * One list of keys makes the blanks of a real document and the samples that
 * templates are tried with.  Knows nothing of templates or delivery. */

#include <order/money.h>
#include <order/order.h>

#include "document.h"

enum key_kind { KEY_TEXT, KEY_FLAG, KEY_NUMBER, KEY_TEXTS, KEY_LIST };

struct key {
	const char *name;
	enum key_kind kind;
	const struct key *members;	/* of each element of a list */
};

#define TEXT(name) { name, KEY_TEXT, NULL }
#define FLAG(name) { name, KEY_FLAG, NULL }
#define NUMBER(name) { name, KEY_NUMBER, NULL }
#define MAYBE(name) TEXT(name), FLAG("has_" name)
#define KEYS_END { NULL, KEY_TEXT, NULL }

static const struct key alternative_keys[] = {
	TEXT("sku"), TEXT("description"), TEXT("available"),
	MAYBE("unit_price"), KEYS_END
};

static const struct key line_keys[] = {
	NUMBER("line"), TEXT("sku"), MAYBE("description"), TEXT("quantity"),
	TEXT("unit"), MAYBE("unit_price"), MAYBE("amount"),
	TEXT("answer_code"), TEXT("peppol_code"), MAYBE("confirmed"),
	MAYBE("backordered"), MAYBE("backorder_on"),
	TEXT("rejected_quantity"), FLAG("has_rejected"), MAYBE("promised_on"),
	FLAG("as_ordered"), FLAG("price_changed"), TEXT("was_price"),
	FLAG("quantity_changed"), TEXT("was_quantity"), FLAG("not_available"),
	FLAG("unknown_item"), FLAG("short"), TEXT("available"),
	{ "alternatives", KEY_LIST, alternative_keys },
	FLAG("has_alternatives"), MAYBE("substituted"),
	TEXT("substitute_sku"), NUMBER("instead_of"), FLAG("is_substitute"),
	MAYBE("cancelled"), KEYS_END
};

static const struct key question_keys[] = {
	NUMBER("number"), NUMBER("line"), FLAG("has_line"), TEXT("field"),
	MAYBE("given"),
	FLAG("rule_customer_known"), FLAG("rule_customer_active"),
	FLAG("rule_name_matches"), FLAG("rule_bill_matches"),
	FLAG("rule_ship_matches"), FLAG("rule_email_matches"),
	FLAG("rule_email_valid"), FLAG("rule_phone_matches"),
	FLAG("rule_phone_valid"), FLAG("rule_postcode_valid"),
	FLAG("rule_payment_method"), FLAG("rule_payment_terms"),
	FLAG("rule_currency"), FLAG("rule_credit_limit"),
	FLAG("rule_blocklist"), FLAG("rule_item_known"),
	FLAG("rule_item_active"), FLAG("rule_unit"),
	FLAG("rule_quantity_rule"), FLAG("rule_price_list"),
	FLAG("rule_total_adds_up"), FLAG("rule_requested_date"),
	FLAG("rule_duplicate"), KEYS_END
};

/* Of a line that an amendment changed. */
static const struct key change_keys[] = {
	NUMBER("line"), TEXT("sku"), MAYBE("was_sku"), FLAG("added"),
	FLAG("removed"), TEXT("quantity"), MAYBE("was_quantity"),
	FLAG("price_differs"), MAYBE("unit_price"), MAYBE("was_price"),
	FLAG("details_differ"), KEYS_END
};

static const struct key document_keys[] = {
	TEXT("kind"), TEXT("language"), TEXT("ref"), MAYBE("external_ref"),
	NUMBER("revision"), TEXT("received_on"), TEXT("company_name"),
	FLAG("has_company"), MAYBE("support_email"), MAYBE("support_phone"),
	MAYBE("support_hours"), FLAG("has_support"), MAYBE("customer_name"),
	TEXT("customer"), TEXT("code"), TEXT("bak02"),
	{ "ship_to", KEY_TEXTS, NULL }, FLAG("has_ship_to"),
	MAYBE("instructions"), MAYBE("requested_on"), FLAG("accepted"),
	FLAG("conditional"), FLAG("rejected"), TEXT("currency"),
	TEXT("subtotal"), MAYBE("discount"), MAYBE("shipping"), MAYBE("tax"),
	MAYBE("tax_contained"), MAYBE("total"), TEXT("processing_on"),
	TEXT("delivery_on"),
	FLAG("has_promise"), FLAG("open_dates"), MAYBE("reason"),
	TEXT("old_delivery_on"), FLAG("has_old_delivery"),
	{ "lines", KEY_LIST, line_keys }, NUMBER("nlines"),
	{ "questions", KEY_LIST, question_keys }, NUMBER("nquestions"),
	FLAG("amended"), NUMBER("since_revision"),
	{ "changes", KEY_LIST, change_keys },
	FLAG("changed_customer"), FLAG("changed_contact"),
	FLAG("changed_bill_to"), FLAG("changed_ship_to"),
	FLAG("changed_payment"), FLAG("changed_currency"),
	FLAG("changed_charges"), FLAG("changed_requested_on"),
	FLAG("changed_instructions"),
	/* a question that was asked before, or an offer that did not last */
	FLAG("reminder"), MAYBE("asked_on"), MAYBE("cancel_on"),
	FLAG("offer_gone"), TEXT("gone_sku"), FLAG("no_backorder"),
	/* why it was cancelled */
	FLAG("unanswered"), FLAG("as_asked"),
	/* a reply */
	MAYBE("answer"), MAYBE("question"), KEYS_END
};

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

/* ---- what templates see ---- */

static cJSON *
blank(const struct key *k)
{
	switch (k->kind) {
	case KEY_TEXT:
		return cJSON_CreateString("");
	case KEY_FLAG:
		return cJSON_CreateFalse();
	case KEY_NUMBER:
		return cJSON_CreateNumber(0);
	default:
		return cJSON_CreateArray();
	}
}

static bool
is_blank(const cJSON *v)
{
	return v == NULL || (cJSON_IsString(v) && v->valuestring[0] == '\0') ||
	    (cJSON_IsArray(v) && v->child == NULL);
}

/* The flags among the keys, each with the length of what it is the flag of. */
struct flags {
	const struct key *of;
	size_t n;
	struct {
		const char *name;
		size_t length;
	} flag[48];
};

static const struct flags *
flags_of(const struct key *keys)
{
	static struct flags lists[4];	/* as many as there are of keys */
	struct flags *f = lists;

	while (f->of != NULL && f->of != keys)
		f++;
	if (f->of == keys)
		return f;
	f->of = keys;
	for (; keys->name != NULL; keys++)
		if (strncmp(keys->name, "has_", 4) == 0) {
			f->flag[f->n].name = keys->name;
			f->flag[f->n++].length = strlen(keys->name + 4);
		}
	return f;
}

/* "has_x" of each x that is there. */
static void
add_flags(cJSON *o, const struct key *keys)
{
	const struct flags *f = flags_of(keys);
	const cJSON *v = o->child, *last = v != NULL ? v->prev : NULL;

	/* Only what was there before, not the flags that are added. */
	for (; v != NULL; v = v == last ? NULL : v->next) {
		size_t length = strlen(v->string);

		for (size_t i = 0; i < f->n; i++)
			if (f->flag[i].length == length &&
			    memcmp(f->flag[i].name + 4, v->string,
			    length) == 0 && !is_blank(v) &&
			    !document_has(o, f->flag[i].name))
				cJSON_AddItemToObject(o, f->flag[i].name,
				    cJSON_CreateTrue());
	}
}

static void
complete(cJSON *o, const struct key *k)
{
	for (; k->name != NULL; k++)
		if (!document_has(o, k->name))
			cJSON_AddItemToObject(o, k->name, blank(k));
}

static void
add_flags_to_each(cJSON *list, const struct key *k)
{
	cJSON *o;

	cJSON_ArrayForEach(o, list)
		add_flags(o, k);
}

/* Templates look outward for a key an element has not.  Only an alternative
 * must not take its line's. */
void
document_complete(cJSON *o)
{
	cJSON *lines = cJSON_GetObjectItemCaseSensitive(o, "lines");
	cJSON *questions = cJSON_GetObjectItemCaseSensitive(o, "questions");
	cJSON *changes = cJSON_GetObjectItemCaseSensitive(o, "changes");
	const cJSON *line;
	cJSON *alternative;

	add_flags_to_each(lines, line_keys);
	add_flags_to_each(questions, question_keys);
	add_flags_to_each(changes, change_keys);
	cJSON_ArrayForEach(line, lines)
		cJSON_ArrayForEach(alternative,
		    cJSON_GetObjectItemCaseSensitive(line, "alternatives")) {
			add_flags(alternative, alternative_keys);
			complete(alternative, alternative_keys);
		}
	add_flags(o, document_keys);
}

const cJSON *
document_blank(void)
{
	static cJSON *o;

	if (o == NULL) {
		o = cJSON_CreateObject();
		complete(o, document_keys);
		complete(o, line_keys);
		complete(o, question_keys);
		complete(o, change_keys);
	}
	return o;
}

/* ---- samples ---- */

struct sample {
	bool on, empty;
	int flip, seen;
};

static cJSON *sample_of(struct sample *, const struct key *);

static cJSON *
sample_value(struct sample *s, const struct key *k)
{
	bool flipped = s->seen++ == s->flip;
	bool given = s->on != flipped, filled = s->empty == flipped;
	cJSON *v, *element;

	switch (k->kind) {
	case KEY_TEXT:
		return cJSON_CreateString(given ? "x" : "");
	case KEY_FLAG:
		return cJSON_CreateBool(given);
	case KEY_NUMBER:
		return cJSON_CreateNumber(given);
	default:
		break;
	}
	v = cJSON_CreateArray();
	/* Also the keys of a list that stays empty are numbered. */
	element = k->kind == KEY_TEXTS ? cJSON_CreateString("x") :
	    sample_of(s, k->members);
	if (filled)
		cJSON_AddItemToArray(v, element);
	else
		cJSON_Delete(element);
	return v;
}

static cJSON *
sample_of(struct sample *s, const struct key *k)
{
	cJSON *o = cJSON_CreateObject();

	for (; k->name != NULL; k++)
		cJSON_AddItemToObject(o, k->name, sample_value(s, k));
	return o;
}

cJSON *
document_sample(bool on, bool empty, int flip)
{
	struct sample s = { on, empty, flip, 0 };
	cJSON *o = sample_of(&s, document_keys);

	if (flip < s.seen)
		return o;
	cJSON_Delete(o);
	return NULL;
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
	cJSON *j = cJSON_CreateObject();

	message_number(j, "line", l->line);
	message_text(j, "sku", l->sku);
	message_text(j, "description", l->description[0] != '\0' ?
	    l->description : l->item_description);
	message_text(j, "quantity",
	    decimal_short(&s->mem, quantity, QUANTITY_SCALE));
	message_text(j, "unit", l->unit);
	message_text(j, "unit_price", price_text(s, o, l->unit_price));
	message_text(j, "amount", l->amount == AMOUNT_NONE ? "" :
	    decimal_fixed(&s->mem, l->amount, o->exponent));
	message_text(j, "confirmed", quantity_text(s, confirmed));
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
