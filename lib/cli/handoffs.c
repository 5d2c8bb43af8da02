/* handoffs.c - a hand-off as CSV, JSON or text
 *
 * Everything is made from the document and the number, so that it comes out
 * the same however often. */

#include <order/text.h>

#include "handoffs.h"
#include "loop.h"

static const char *const ticket_columns[] = { "handoff", "kind", "at", "ref",
	"external_ref", "customer", "ship_name", "ship_line1", "ship_line2",
	"ship_city", "ship_region", "ship_postcode", "ship_country",
	"requested_on", "processing_on", "delivery_on", "instructions",
	"reason", "line", "sku", "description", "quantity", "unit",
	"promised_on", "line_instructions" };
static const struct head ticket_head = {
	sizeof(ticket_columns) / sizeof(ticket_columns[0]), ticket_columns
};

static const char *const movement_columns[] = { "handoff", "movement", "at",
	"ref", "line", "sku", "kind", "on_hand", "allocated", "released",
	"reason" };
static const struct head movement_head = {
	sizeof(movement_columns) / sizeof(movement_columns[0]), movement_columns
};

#define MAX_COLUMNS 25

const char *const handoff_destinations[] = { HANDOFF_FULFILMENT,
	HANDOFF_INVENTORY };
const char *const handoff_formats[] = { "csv", "json", "text" };
const char *const handoff_endings[] = { "csv", "json", "txt" };

static bool
is_ticket(const struct handoff *h)
{
	return strcmp(h->destination, HANDOFF_FULFILMENT) == 0;
}

const struct head *
handoff_head(const char *destination)
{
	return strcmp(destination, HANDOFF_FULFILMENT) == 0 ? &ticket_head :
	    &movement_head;
}

bool
handoff_is_erased(const struct handoff *h)
{
	return strcmp(h->document, "{}") == 0;
}

/* ---- rows ---- */

struct rows {
	const struct head *head;
	const char *values[MAX_COLUMNS];
	uint8_t types[MAX_COLUMNS];
	int (*put)(void *, struct rows *, struct err *);
	void *arg;
};

/* What a row has not, the document has. */
static void
fill(struct arena *mem, struct rows *r, const struct handoff *h,
    const cJSON *d, const cJSON *item)
{
	for (size_t i = 0; i < r->head->n; i++) {
		const char *name = r->head->names[i];
		const cJSON *v = cJSON_GetObjectItemCaseSensitive(item, name);

		if (v == NULL)
			v = cJSON_GetObjectItemCaseSensitive(d, name);
		r->types[i] = CELL_TEXT;
		if (i == 0 || cJSON_IsNumber(v)) {
			r->types[i] = CELL_NUMBER;
			r->values[i] = arena_printf(mem, "%lld", i == 0 ?
			    (long long)h->id : (long long)v->valuedouble);
		} else
			r->values[i] = cJSON_IsString(v) ? v->valuestring : "";
	}
}

static int
each_row(const struct handoff *h, const cJSON *d, struct rows *r,
    struct err *e)
{
	struct arena mem = ARENA_INIT;
	const cJSON *list, *item;
	int n = 0;

	r->head = handoff_head(h->destination);
	list = cJSON_GetObjectItemCaseSensitive(d, is_ticket(h) ? "lines" :
	    "movements");
	cJSON_ArrayForEach(item, list) {
		arena_reset(&mem);
		fill(&mem, r, h, d, item);
		if (n == 0)
			n = r->put(r->arg, r, e);
	}
	/* Nothing is left of the line: the request stands all the same. */
	if (n == 0 && list != NULL && list->child == NULL) {
		fill(&mem, r, h, d, NULL);
		n = r->put(r->arg, r, e);
	}
	arena_release(&mem);
	return n;
}

static int
put_csv(void *arg, struct rows *r, struct err *e)
{
	(void)e;
	csv_row(arg, r->values, r->head->n);
	return 0;
}

static int
put_record(void *arg, struct rows *r, struct err *e)
{
	return tool_put(arg, r->head, r->values, r->types, e);
}

/* ---- whole ---- */

static int
parse(const struct handoff *h, cJSON **d, struct err *e)
{
	*d = cJSON_Parse(h->document);
	if (cJSON_IsObject(*d))
		return 0;
	cJSON_Delete(*d);
	return err_set(e, ERR_IO, "hand-off %lld is damaged",
	    (long long)h->id);
}

/* The document begins with its number. */
static void
add_json(const struct handoff *h, struct buf *b)
{
	buf_printf(b, "{\"handoff\":%lld%s%s\n", (long long)h->id,
	    handoff_is_erased(h) ? "" : ",", h->document + 1);
}

int
handoff_render(const struct handoff *h, enum handoff_as as, struct buf *b,
    struct err *e)
{
	struct rows r = { .put = put_csv, .arg = b };
	cJSON *d;
	int n = 0;

	if (parse(h, &d, e) < 0)
		return -1;
	if (as == AS_JSON)
		add_json(h, b);
	else if (as == AS_TEXT)
		pick_list(h, d, b);
	else {
		csv_row(b, handoff_head(h->destination)->names,
		    handoff_head(h->destination)->n);
		n = each_row(h, d, &r, e);
	}
	cJSON_Delete(d);
	return n;
}

void
handoff_text(struct tool *t, const struct buf *b, enum handoff_as as)
{
	struct buf shown = BUF_INIT;

	if (tool_is_terminal(1)) {
		text_show_records(&shown, b->data, b->n, as == AS_JSON);
		b = &shown;
	}
	tool_text(t, b->data, b->n);
	buf_release(&shown);
}

int
handoff_put(struct tool *t, const struct handoff *h, enum handoff_as as,
    struct err *e)
{
	struct rows r = { .put = put_record, .arg = t };
	static bool another;
	struct buf b = BUF_INIT;
	cJSON *d;
	int n;

	if (as != AS_JSON && as != AS_TEXT) {
		if (parse(h, &d, e) < 0)
			return -1;
		n = each_row(h, d, &r, e);
		cJSON_Delete(d);
		return n;
	}
	if (as == AS_TEXT && another && !tool_is_terminal(1))
		buf_putc(&b, '\f');
	another = true;
	n = handoff_render(h, as, &b, e);
	if (n == 0)
		handoff_text(t, &b, as);
	buf_release(&b);
	return n;
}

const char *
handoff_file(struct arena *mem, const struct handoff *h, enum handoff_as as)
{
	return arena_printf(mem, "%s-%08lld%s%s.%s", h->kind,
	    (long long)h->id, h->ref[0] != '\0' ? "-" : "", h->ref,
	    handoff_endings[as]);
}
