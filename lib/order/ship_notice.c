/* ship_notice.c - tell what is on its way, in which parcels, and what is not
 *
 * Fulfilment may report an order parcel by parcel; the customer wants one
 * mail.  As long as no mailer may have the notice it is made anew. */

#include <order/message.h>
#include <order/ship.h>

/* A notice that nobody has got yet. */
static const char SQL_OPEN_NOTICE[] =
	"SELECT max(id) FROM messages WHERE order_id = $1 AND revision = $2"
	" AND kind = 'shipped'"
	" AND (state = 'by-hand' OR (state = 'queued' AND NOT EXISTS (SELECT 1"
	"  FROM message_bytes AS b WHERE b.message = messages.id)))";

static const char SQL_TO_TELL[] =
	"SELECT carrier, tracking, line, sum(quantity), max(shipped_on),"
	" max(due_on) FROM shipments"
	" WHERE order_id = $1 AND (message IS NULL OR message = $2)"
	" GROUP BY carrier, tracking, line ORDER BY carrier, tracking, line";

static const char SQL_TOLD[] =
	"UPDATE shipments SET message = $2"
	" WHERE order_id = $1 AND message IS NULL";

struct delivery {
	struct step *s;
	const struct order *o;
	cJSON *document, *parcels, *lines;	/* lines of the last parcel */
	int64_t *sent;			/* of each line, by its place */
	const char *carrier, *tracking;	/* of the last parcel */
	const char *shipped_on, *due_on;
};

/* One line of one parcel. */
static void
add_part(struct delivery *d, struct row *row)
{
	const char *carrier = db_text(row, 0), *tracking = db_text(row, 1);
	size_t i = order_place(d->o, db_int(row, 2));

	if (d->carrier == NULL || strcmp(d->carrier, carrier) != 0 ||
	    strcmp(d->tracking, tracking) != 0) {
		cJSON *parcel = cJSON_CreateObject();

		d->carrier = arena_dup(&d->s->mem, carrier);
		d->tracking = arena_dup(&d->s->mem, tracking);
		message_text(parcel, "carrier", carrier);
		message_text(parcel, "tracking", tracking);
		d->lines = cJSON_AddArrayToObject(parcel, "lines");
		cJSON_AddItemToArray(d->parcels, parcel);
	}
	cJSON_AddItemToArray(d->lines, message_part(d->s, &d->o->lines[i],
	    db_int(row, 3)));
	d->sent[i] += db_int(row, 3);
	if (strcmp(db_text(row, 4), d->shipped_on) > 0)
		d->shipped_on = db_dup(row, 4, &d->s->mem);
	if (strcmp(db_text(row, 5), d->due_on) > 0)
		d->due_on = db_dup(row, 5, &d->s->mem);
}

static int
read_parcels(struct delivery *d, int64_t notice, struct err *e)
{
	struct row *row;
	int r;

	if (db_query(d->s->db, SQL_TO_TELL, BIND(I(d->o->id), I(notice)),
	    &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		add_part(d, row);
	return r;
}

/* What is still to come has a day, or waits for supply. */
static void
add_remaining(struct delivery *d)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < d->o->nlines; i++) {
		const struct order_line *l = &d->o->lines[i];
		int64_t n = line_to_send(l);
		bool waits = l->allocated == 0 && (l->backorder_on[0] == '\0' ||
		    strcmp(l->promised_on, l->backorder_on) < 0);
		cJSON *j;

		if (n == 0)
			continue;
		j = message_part(d->s, l, n);
		cJSON_AddItemToArray(list, j);
		message_text(j, "promised_on", waits ? "" : l->promised_on);
		message_text(j, "backorder_on", l->backorder_on);
	}
	message_bool(d->document, "all_shipped", list->child == NULL);
	cJSON_AddItemToObject(d->document, "remaining", list);
}

static void
add_sent(struct delivery *d)
{
	cJSON *list = cJSON_AddArrayToObject(d->document, "lines");

	for (size_t i = 0; i < d->o->nlines; i++)
		if (d->sent[i] > 0)
			cJSON_AddItemToArray(list, message_part(d->s,
			    &d->o->lines[i], d->sent[i]));
}

/* One parcel need not be told apart from others. */
static void
add_parcels(struct delivery *d)
{
	if (cJSON_GetArraySize(d->parcels) > 1) {
		cJSON_AddItemToObject(d->document, "parcels", d->parcels);
		return;
	}
	cJSON_Delete(d->parcels);
	message_text(d->document, "carrier", d->carrier);
	message_text(d->document, "tracking", d->tracking);
}

int
ship_notice(struct step *s, const struct order *o, struct err *e)
{
	struct delivery d = { .s = s, .o = o, .shipped_on = "", .due_on = "" };
	int64_t notice = 0;
	int r;

	if (db_one_int(s->db, SQL_OPEN_NOTICE, BIND(I(o->id), I(o->revision)),
	    &notice, e) < 0)
		return -1;
	d.document = cJSON_CreateObject();
	d.parcels = cJSON_CreateArray();
	d.sent = arena_array(&s->mem, o->nlines, sizeof(*d.sent));
	r = read_parcels(&d, notice, e);
	if (r < 0 || d.carrier == NULL) {
		cJSON_Delete(d.parcels);
		cJSON_Delete(d.document);
		return r;
	}
	message_text(d.document, "shipped_on", d.shipped_on);
	message_text(d.document, "delivery_on", d.due_on);
	add_parcels(&d);
	add_sent(&d);
	add_remaining(&d);
	if ((notice != 0 ? message_renew(s, o, notice, d.document, e) :
	    message_queue(s, o, "shipped", "", d.document, &notice, e)) < 0)
		return -1;
	return db_run(s->db, SQL_TOLD, BIND(I(o->id), I(notice)), e) < 0 ?
	    -1 : 0;
}

void
ship_notice_later(struct step *s, const struct order *o)
{
	struct order *kept = arena_alloc(&s->mem, sizeof(*kept));

	*kept = *o;
	s->untold = kept;
}

int
ship_notice_due(struct step *s, struct err *e)
{
	const struct order *o = s->untold;

	s->untold = NULL;
	return o == NULL ? 0 : ship_notice(s, o, e);
}
