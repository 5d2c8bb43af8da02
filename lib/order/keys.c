/* keys.c - the keys templates may name
 *
 * One list of keys makes the blanks of a real document, the samples that
 * templates are tried with, the way a value is written and what
 * order-templates(5) tells.  Knows nothing of templates or delivery. */

#include <order/order.h>

#include "document.h"

struct key {
	const char *name;
	enum key_kind kind;
	const struct key *members;	/* of each element of a list */
};

#define TEXT(name) { name, KEY_TEXT, NULL }
#define DATE(name) { name, KEY_DATE, NULL }
#define MONEY(name) { name, KEY_MONEY, NULL }
#define QUANTITY(name) { name, KEY_QUANTITY, NULL }
#define FLAG(name) { name, KEY_FLAG, NULL }
#define NUMBER(name) { name, KEY_NUMBER, NULL }
#define MAYBE_OF(of, name) of(name), FLAG("has_" name)
#define MAYBE(name) MAYBE_OF(TEXT, name)
#define KEYS_END { NULL, KEY_TEXT, NULL }

static const struct key alternative_keys[] = {
	TEXT("sku"), TEXT("description"), QUANTITY("available"),
	MAYBE_OF(MONEY, "unit_price"), KEYS_END
};

static const struct key line_keys[] = {
	NUMBER("line"), TEXT("sku"), MAYBE("description"), QUANTITY("quantity"),
	TEXT("unit"), MAYBE_OF(MONEY, "unit_price"), MAYBE_OF(MONEY, "amount"),
	TEXT("answer_code"), TEXT("peppol_code"),
	MAYBE_OF(QUANTITY, "confirmed"), MAYBE_OF(QUANTITY, "shipped"),
	MAYBE_OF(QUANTITY, "reserved"), MAYBE_OF(QUANTITY, "backordered"),
	MAYBE_OF(DATE, "backorder_on"), QUANTITY("rejected_quantity"),
	FLAG("has_rejected"), MAYBE_OF(DATE, "promised_on"),
	FLAG("as_ordered"), FLAG("price_changed"), MONEY("was_price"),
	FLAG("quantity_changed"), QUANTITY("was_quantity"),
	FLAG("not_available"), FLAG("unknown_item"), FLAG("short"),
	QUANTITY("available"),
	{ "alternatives", KEY_LIST, alternative_keys },
	FLAG("has_alternatives"), MAYBE_OF(QUANTITY, "substituted"),
	TEXT("substitute_sku"), MAYBE("substitute_line"),
	NUMBER("instead_of"), FLAG("is_substitute"),
	MAYBE_OF(QUANTITY, "cancelled"), KEYS_END
};

/* What a parcel holds, and what is still to be sent. */
static const struct key sent_keys[] = {
	NUMBER("line"), TEXT("sku"), MAYBE("description"), QUANTITY("quantity"),
	TEXT("unit"), KEYS_END
};

static const struct key parcel_keys[] = {
	MAYBE("carrier"), MAYBE("tracking"),
	{ "lines", KEY_LIST, sent_keys }, KEYS_END
};

static const struct key remaining_keys[] = {
	NUMBER("line"), TEXT("sku"), MAYBE("description"), QUANTITY("quantity"),
	TEXT("unit"), MAYBE_OF(DATE, "backorder_on"),
	MAYBE_OF(DATE, "promised_on"), KEYS_END
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
	FLAG("removed"), QUANTITY("quantity"),
	MAYBE_OF(QUANTITY, "was_quantity"), FLAG("price_differs"),
	MAYBE_OF(MONEY, "unit_price"), MAYBE_OF(MONEY, "was_price"),
	FLAG("details_differ"), KEYS_END
};

static const struct key document_keys[] = {
	TEXT("kind"), TEXT("language"), TEXT("ref"), MAYBE("external_ref"),
	NUMBER("revision"), DATE("received_on"), TEXT("company_name"),
	FLAG("has_company"), MAYBE("support_email"), MAYBE("support_phone"),
	MAYBE("support_hours"), FLAG("has_support"), MAYBE("customer_name"),
	TEXT("customer"), TEXT("code"), TEXT("bak02"),
	{ "ship_to", KEY_TEXTS, NULL }, FLAG("has_ship_to"),
	MAYBE("instructions"), MAYBE_OF(DATE, "requested_on"),
	FLAG("accepted"), FLAG("conditional"), FLAG("rejected"),
	TEXT("currency"), MONEY("subtotal"), MAYBE_OF(MONEY, "discount"),
	MAYBE_OF(MONEY, "shipping"), MAYBE_OF(MONEY, "tax"),
	MAYBE_OF(MONEY, "tax_contained"), MAYBE_OF(MONEY, "total"),
	DATE("processing_on"), MAYBE_OF(DATE, "delivery_on"),
	FLAG("has_promise"), FLAG("open_dates"), MAYBE("reason"),
	DATE("old_delivery_on"), FLAG("has_old_delivery"),
	{ "lines", KEY_LIST, line_keys }, NUMBER("nlines"),
	/* of a long order */
	FLAG("long"), FLAG("all_as_ordered"), NUMBER("nas_ordered"),
	NUMBER("ndiffering"), { "differing", KEY_LIST, line_keys },
	FLAG("has_differing"),
	{ "questions", KEY_LIST, question_keys }, NUMBER("nquestions"),
	FLAG("amended"), NUMBER("since_revision"),
	{ "changes", KEY_LIST, change_keys }, FLAG("has_changes"),
	FLAG("changed_customer"), FLAG("changed_contact"),
	FLAG("changed_bill_to"), FLAG("changed_ship_to"),
	FLAG("changed_payment"), FLAG("changed_currency"),
	FLAG("changed_charges"), FLAG("changed_requested_on"),
	FLAG("changed_instructions"),
	/* a question that was asked before, or an offer that did not last */
	FLAG("reminder"), NUMBER("reminder_number"),
	MAYBE_OF(DATE, "asked_on"),
	MAYBE_OF(DATE, "cancel_on"),
	FLAG("offer_gone"), TEXT("gone_sku"), FLAG("no_backorder"),
	/* why it was cancelled */
	FLAG("unanswered"), FLAG("as_asked"), FLAG("rest"),
	/* a delivery */
	MAYBE_OF(DATE, "shipped_on"), MAYBE("carrier"), MAYBE("tracking"),
	{ "parcels", KEY_LIST, parcel_keys }, FLAG("all_shipped"),
	{ "remaining", KEY_LIST, remaining_keys }, FLAG("has_remaining"),
	/* a reply */
	FLAG("too_late"), MAYBE("answer"), MAYBE("question"),
	{ "question_lines", KEY_TEXTS, NULL }, KEYS_END
};

/* ---- the list ---- */

static const char *const kind_names[] = {
	[KEY_TEXT] = "text", [KEY_DATE] = "date", [KEY_MONEY] = "money",
	[KEY_QUANTITY] = "quantity", [KEY_FLAG] = "flag",
	[KEY_NUMBER] = "number", [KEY_TEXTS] = "texts", [KEY_LIST] = "list"
};

static const struct {
	const char *name;
	const struct key *keys;
} key_lists[] = {
	{ "message", document_keys }, { "line", line_keys },
	{ "alternative", alternative_keys }, { "question", question_keys },
	{ "change", change_keys }, { "parcel", parcel_keys },
	{ "sent", sent_keys }, { "remaining", remaining_keys }
};
#define KEY_LISTS (sizeof(key_lists) / sizeof(key_lists[0]))

void
message_keys(void (*each)(void *, const char *, const char *, const char *),
    void *arg)
{
	for (size_t i = 0; i < KEY_LISTS; i++)
		for (const struct key *k = key_lists[i].keys; k->name != NULL;
		    k++)
			each(arg, key_lists[i].name, k->name,
			    kind_names[k->kind]);
}

/* ---- by name ---- */

/* What is known of a name; a name is of one kind wherever it stands. */
struct known {
	const char *name;
	cJSON *blank;		/* NULL: no key, only a flag tells of it */
	const char *flag;	/* "has_" and the name, or NULL */
	enum key_kind kind;
	unsigned lists;		/* that have the flag, as bits */
};

static struct known names[512];		/* by hash */

static size_t
hash(const char *name)
{
	size_t n = strlen(name);

	return n == 0 ? 0 : (n * 37 + (unsigned char)name[0] * 11U +
	    (unsigned char)name[n / 2] * 5U + (unsigned char)name[n - 1]);
}

static struct known *
slot(const char *name)
{
	const size_t mask = sizeof(names) / sizeof(names[0]) - 1;
	size_t i = hash(name) & mask;

	while (names[i].name != NULL && strcmp(names[i].name, name) != 0)
		i = (i + 1) & mask;
	return &names[i];
}

static cJSON *blank(const struct key *);

static void
add_name(const struct key *k, unsigned list)
{
	struct known *to = slot(k->name);

	to->name = k->name;
	to->kind = k->kind;
	if (to->blank == NULL)
		to->blank = blank(k);
	if (strncmp(k->name, "has_", 4) != 0)
		return;
	to = slot(k->name + 4);
	to->name = k->name + 4;
	to->flag = k->name;
	to->lists |= list;
}

/* NULL when nothing is. */
static const struct known *
known(const char *name)
{
	static bool filled;
	const struct known *is;

	for (size_t i = 0; !filled && i < KEY_LISTS; i++)
		for (const struct key *k = key_lists[i].keys; k->name != NULL;
		    k++)
			add_name(k, 1U << i);
	filled = true;
	is = slot(name);
	return is->name != NULL ? is : NULL;
}

enum key_kind
document_kind(const char *name)
{
	const struct known *is = known(name);

	return is != NULL && (is->kind == KEY_DATE || is->kind == KEY_MONEY ||
	    is->kind == KEY_QUANTITY) ? is->kind : KEY_TEXT;
}

const cJSON *
document_blank(const char *name)
{
	const struct known *is = known(name);

	return is != NULL ? is->blank : NULL;
}

/* ---- what templates see ---- */

static cJSON *
blank(const struct key *k)
{
	switch (k->kind) {
	case KEY_TEXT:
	case KEY_DATE:
	case KEY_MONEY:
	case KEY_QUANTITY:
		return cJSON_CreateString("");
	case KEY_FLAG:
		return cJSON_CreateFalse();
	case KEY_NUMBER:
		return cJSON_CreateNumber(0);
	default:
		return cJSON_CreateArray();
	}
}

/* Number 0 is no line. */
static bool
is_blank(const cJSON *v)
{
	return v == NULL || (cJSON_IsString(v) && v->valuestring[0] == '\0') ||
	    (cJSON_IsNumber(v) && v->valuedouble == 0) ||
	    (cJSON_IsArray(v) && v->child == NULL);
}

static unsigned
list_bit(const struct key *keys)
{
	unsigned i = 0;

	while (key_lists[i].keys != keys)
		i++;
	return 1U << i;
}

/* "has_x" of each x that is there. */
static void
add_flags(cJSON *o, const struct key *keys)
{
	const cJSON *v = o->child, *last = v != NULL ? v->prev : NULL;
	const unsigned list = list_bit(keys);
	const struct known *is;

	/* Only what was there before, not the flags that are added. */
	for (; v != NULL; v = v == last ? NULL : v->next) {
		is = known(v->string);
		if (is != NULL && (is->lists & list) != 0 && !is_blank(v) &&
		    !document_has(o, is->flag))
			cJSON_AddItemToObject(o, is->flag, cJSON_CreateTrue());
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

static void
complete_each(cJSON *list, const struct key *k)
{
	cJSON *o;

	cJSON_ArrayForEach(o, list) {
		add_flags(o, k);
		complete(o, k);
	}
}

static cJSON *
member(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* Templates look outward for a key an element has not.  Only an alternative
 * must not take its line's, nor a parcel the delivery's. */
void
document_complete(cJSON *o)
{
	cJSON *lines = member(o, "lines"), *parcels = member(o, "parcels");
	const cJSON *x;

	document_sum_up(o);
	add_flags_to_each(lines, line_keys);
	add_flags_to_each(member(o, "questions"), question_keys);
	add_flags_to_each(member(o, "changes"), change_keys);
	add_flags_to_each(member(o, "remaining"), remaining_keys);
	cJSON_ArrayForEach(x, lines)
		complete_each(member(x, "alternatives"), alternative_keys);
	cJSON_ArrayForEach(x, parcels)
		add_flags_to_each(member(x, "lines"), sent_keys);
	complete_each(parcels, parcel_keys);
	add_flags(o, document_keys);
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
	case KEY_DATE:
	case KEY_MONEY:
	case KEY_QUANTITY:
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
