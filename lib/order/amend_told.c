/* amend_told.c - what changed since the customer was last told of the order
 *
 * Adds up the recorded changes of every revision since then, so that what
 * was changed and changed back is not told, and puts them into the words of
 * the templates. */

#include <order/ack.h>
#include <order/amend.h>
#include <order/message.h>

struct told {
	struct step *s;
	int64_t since;		/* the revision they were told of */
	struct change *list;	/* as recorded, then summed up */
	size_t n, cap;
};

/* ---- reading ---- */

/* What was overtaken before it was sent, or could not be delivered, told
 * nobody anything. */
static const char SQL_SINCE[] =
	"SELECT revision FROM messages WHERE order_id = $1 AND revision < $2"
	" AND kind IN ('receipt', 'acknowledgment')"
	" AND state NOT IN ('cancelled', 'dead')"
	" ORDER BY revision DESC LIMIT 1";

static const char SQL_AMENDED[] =
	"SELECT d.detail FROM events AS e"
	" JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.order_id = $1 AND e.kind = 'amended' ORDER BY e.seq";

static const char *
text_of(struct arena *mem, const cJSON *detail, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(detail, key);

	return cJSON_IsString(v) ? arena_dup(mem, v->valuestring) : "";
}

static int64_t
number_of(const cJSON *detail, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(detail, key);

	return cJSON_IsNumber(v) && v->valuedouble >= 0 &&
	    v->valuedouble < 9e15 ? (int64_t)v->valuedouble : 0;
}

static void
take(struct told *t, const cJSON *detail)
{
	struct arena *mem = &t->s->mem;

	if (number_of(detail, "revision") <= t->since)
		return;
	t->list = arena_grow(mem, t->list, t->n, &t->cap, sizeof(*t->list));
	/* source_line is free: it keeps the order they came in. */
	t->list[t->n] = (struct change){ number_of(detail, "line"),
	    text_of(mem, detail, "field"), text_of(mem, detail, "old"),
	    text_of(mem, detail, "new"), NULL, (int64_t)t->n };
	t->n++;
}

static int
read_changes(struct told *t, const struct order *o, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(t->s->db, SQL_AMENDED, BIND(I(o->id)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		cJSON *detail = cJSON_Parse(db_text(row, 0));

		if (cJSON_IsObject(detail))
			take(t, detail);
		cJSON_Delete(detail);
	}
	return r;
}

/* ---- adding up ---- */

static int
by_field(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int by_name = strcmp(x->field, y->field);

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (by_name != 0)
		return by_name;
	return (x->source_line > y->source_line) -
	    (x->source_line < y->source_line);
}

/* From the first value to the last, where these differ. */
static void
add_up(struct told *t)
{
	size_t kept = 0, end;

	if (t->n > 0)
		qsort(t->list, t->n, sizeof(*t->list), by_field);
	for (size_t i = 0; i < t->n; i = end) {
		struct change sum = t->list[i];

		for (end = i + 1; end < t->n &&
		    t->list[end].line == sum.line &&
		    strcmp(t->list[end].field, sum.field) == 0; end++)
			sum.is = t->list[end].is;
		if (strcmp(sum.was, sum.is) != 0)
			t->list[kept++] = sum;
	}
	t->n = kept;
}

/* ---- telling ---- */

/* Which words of the templates speak of a column; others are ours alone. */
static const struct { const char *column, *key; } words[] = {
	{ "customer", "changed_customer" },
	{ "customer_name", "changed_customer" },
	{ "email", "changed_contact" }, { "phone", "changed_contact" },
	{ "language", "changed_contact" },
	{ "bill_", "changed_bill_to" }, { "ship_", "changed_ship_to" },
	{ "payment_", "changed_payment" }, { "currency", "changed_currency" },
	{ "discount", "changed_charges" }, { "shipping", "changed_charges" },
	{ "tax", "changed_charges" }, { "total", "changed_charges" },
	{ "requested_on", "changed_requested_on" },
	{ "instructions", "changed_instructions" },
};

/* Adds nothing for a column without words. */
static bool
tell_column(cJSON *d, const char *field)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *column = words[i].column;
		size_t n = strlen(column);

		if (column[n - 1] == '_' ? strncmp(column, field, n) != 0 :
		    strcmp(column, field) != 0)
			continue;
		message_bool(d, words[i].key, true);
		return true;
	}
	return false;
}

static bool
is_field(const struct change *c, enum line_column column)
{
	return strcmp(c->field, line_columns[column].name) == 0;
}

static void
tell_field(cJSON *line, const struct change *c)
{
	if (is_field(c, LINE_COLUMN_SKU)) {
		message_text(line, "was_sku", c->was);
		message_bool(line, "added", c->was[0] == '\0');
		message_bool(line, "removed", c->is[0] == '\0');
	} else if (is_field(c, LINE_COLUMN_QUANTITY)) {
		message_text(line, "quantity", c->is);
		message_text(line, "was_quantity", c->was);
	} else if (is_field(c, LINE_COLUMN_UNIT_PRICE)) {
		message_bool(line, "price_differs", true);
		message_text(line, "unit_price", c->is);
		message_text(line, "was_price", c->was);
	} else
		message_bool(line, "details_differ", true);
}

static const char *
sku_of(const struct order *o, int64_t line, size_t *from)
{
	while (*from < o->nlines && o->lines[*from].line < line)
		++*from;
	return *from < o->nlines && o->lines[*from].line == line ?
	    o->lines[*from].sku : "";
}

static void
tell(const struct told *t, const struct order *o, cJSON *d)
{
	cJSON *list = cJSON_CreateArray(), *line = NULL;
	int64_t number = 0;
	bool any = false;
	size_t from = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct change *c = &t->list[i];

		if (c->line == 0) {
			any = tell_column(d, c->field) || any;
			continue;
		}
		if (c->line != number) {
			number = c->line;
			line = cJSON_CreateObject();
			cJSON_AddItemToArray(list, line);
			message_number(line, "line", number);
			message_text(line, "sku", sku_of(o, number, &from));
		}
		tell_field(line, c);
	}
	any = any || line != NULL;
	if (line != NULL)
		cJSON_AddItemToObject(d, "changes", list);
	else
		cJSON_Delete(list);
	if (!any)
		return;
	message_bool(d, "amended", true);
	message_number(d, "since_revision", t->since);
}

int
document_changes(struct step *s, const struct order *o, cJSON *d,
    struct err *e)
{
	struct told t = { .s = s };

	if (o->revision == 1)
		return 0;
	if (db_one_int(s->db, SQL_SINCE, BIND(I(o->id), I(o->revision)),
	    &t.since, e) < 0)
		return -1;
	if (t.since == 0)
		return 0;
	if (read_changes(&t, o, e) < 0)
		return -1;
	add_up(&t);
	tell(&t, o, d);
	return 0;
}
