/* receive.c - take one checked order in, exactly once
 *
 * Knows the key, the reference and the tables an order is recorded in.
 * What refuses an order here is what only the store can tell. */

#include <order/event.h>
#include <order/intake.h>
#include <order/lifecycle.h>
#include <order/money.h>
#include <order/order.h>
#include <order/ref.h>
#include <order/text.h>

#include "receive.h"

/* ---- channel and key ---- */

static const char SQL_CHANNEL[] =
	"SELECT approved FROM channels WHERE channel = $1";

int
channel_is_approved(struct step *s, const char *channel, struct err *e)
{
	int64_t approved = 0;

	if (s->channel != NULL && strcmp(s->channel, channel) == 0)
		return 1;
	if (db_one_int(s->db, SQL_CHANNEL, BIND(T(channel)), &approved,
	    e) < 0)
		return -1;
	if (approved)
		s->channel = arena_dup(&s->mem, channel);
	return approved != 0;
}

static int
check_channel(struct step *s, struct order_intake *it, struct err *e)
{
	const char *channel = it->new.column[COLUMN_CHANNEL];
	int approved;

	if (channel[0] == '\0') {
		fault_set(&it->fault, it->mem, "channel-missing", "channel",
		    it->in->source_line,
		    "is missing: name it, or use --channel");
		return 0;
	}
	approved = channel_is_approved(s, channel, e);
	if (approved == 0)
		fault_set(&it->fault, it->mem, "channel-not-approved",
		    "channel", it->in->source_line,
		    "\"%s\" is not an approved channel"
		    " (see: order-load channels)", channel);
	return approved < 0 ? -1 : 0;
}

/* What the store has under the order's key. */
struct known {
	int64_t same;		/* order that had this very content, or 0 */
	int64_t same_revision;
	int64_t live;		/* neither rejected nor cancelled, or 0 */
	int64_t revision, received_at;	/* of the live one as it is now */
	const char *ref, *status;
	int64_t line;		/* where this run took it in, or 0 */
};

static const char SQL_KEY[] =
	"SELECT k.order_id, k.content = $3, coalesce(o.status, a.status),"
	"  coalesce(o.ref, a.ref),"
	"  CASE r.run WHEN $4 THEN r.source_line ELSE 0 END, k.revision,"
	"  coalesce(o.revision, 0), coalesce(r.received_at, 0)"
	" FROM order_keys AS k LEFT JOIN orders AS o ON o.id = k.order_id"
	"  LEFT JOIN archived AS a ON a.order_id = k.order_id"
	"  LEFT JOIN originals AS r ON r.order_id = k.order_id"
	"   AND r.revision = k.revision"
	" WHERE k.channel = $1 AND k.external_ref = $2";

static void
take_key(struct step *s, struct row *row, struct known *k)
{
	int64_t id = db_int(row, 0), revision = db_int(row, 5);
	const char *status = db_text(row, 2);

	if (db_int(row, 4))
		k->line = db_int(row, 4);
	if (db_int(row, 1)) {
		k->same = id;
		k->same_revision = revision;
	}
	if (strcmp(status, "rejected") == 0 || strcmp(status, "cancelled") == 0)
		return;
	k->live = id;
	k->revision = db_int(row, 6);
	if (revision == k->revision)
		k->received_at = db_int(row, 7);
	k->status = arena_dup(&s->mem, status);
	k->ref = db_dup(row, 3, &s->mem);
}

/* Is it a wish to have an earlier content again?  An old file that is fed
 * once more must not undo what came after it: only a time that is given, and
 * later than that of the content that holds now, tells the two apart. */
static bool
goes_back(const struct order_intake *it, const struct known *k)
{
	return it->amend && k->same == k->live &&
	    k->same_revision < k->revision &&
	    it->new.column[COLUMN_RECEIVED_AT][0] != '\0' &&
	    it->new.received_at > k->received_at;
}

static int
say_duplicate(const struct order_intake *it, const struct known *k,
    struct verdict *v)
{
	verdict_set(v, k->same, RESULT_DUPLICATE, "");
	if (!it->amend || k->same != k->live ||
	    k->same_revision == k->revision)
		return 1;
	verdict_note(v, "%s:%lld: %s: was so at revision %lld, and stays as it"
	    " is at revision %lld (to go back, give a later received_at)",
	    it->in->source, (long long)it->in->source_line, k->ref,
	    (long long)k->same_revision, (long long)k->revision);
	return 1;
}

/* 1: the verdict is duplicate; 0: the key is free, or *amends is the order to
 * be changed, or it->fault is set. */
static int
judge_key(struct order_intake *it, const struct known *k, int64_t *amends,
    struct verdict *v)
{
	const char *key = it->new.column[COLUMN_EXTERNAL_REF];
	bool open = k->live != 0 && lifecycle_allows(k->status, "amend", NULL);

	if (k->line != 0)
		fault_set(&it->fault, it->mem, "key-repeated", "external_ref",
		    it->in->source_line, "\"%s\" was an order before, at line"
		    " %lld (use --group to gather its rows)", key,
		    (long long)k->line);
	else if (k->same != 0 && !goes_back(it, k))
		return say_duplicate(it, k, v);
	else if (k->live != 0 && it->amend && open)
		*amends = k->live;
	else if (k->live != 0 && it->amend)
		fault_set(&it->fault, it->mem, "already-released",
		    "external_ref", it->in->source_line, "\"%s\" is order %s,"
		    " which is %s and cannot be changed (give the change a"
		    " reference of its own)", key, k->ref, k->status);
	else if (k->live != 0)
		fault_set(&it->fault, it->mem, "conflict", "external_ref",
		    it->in->source_line, "\"%s\" is already order %s with"
		    " other content (%s)", key, k->ref, open ?
		    "use --amend to change it" :
		    "give the change a reference of its own");
	return 0;
}

static int
check_key(struct step *s, struct order_intake *it, int64_t *amends,
    struct verdict *v, struct err *e)
{
	const struct order_new *o = &it->new;
	const char *key = o->column[COLUMN_EXTERNAL_REF];
	struct known k = { .same = 0 };
	struct row *row;
	int r;

	if (key[0] == '\0')
		return 0;
	if (db_query(s->db, SQL_KEY, BIND(T(o->column[COLUMN_CHANNEL]), T(key),
	    B(o->content, HASH_SIZE), I(s->run)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		take_key(s, row, &k);
	return r < 0 ? -1 : judge_key(it, &k, amends, v);
}

/* ---- money ---- */

static const char SQL_CURRENCY[] =
	"SELECT currency FROM customers WHERE customer_key = $1";

static int
find_currency(struct step *s, const struct order_new *o, struct order_sums *m,
    struct err *e)
{
	const char *customer = o->column[COLUMN_CUSTOMER];
	struct row *row;

	m->currency = o->column[COLUMN_CURRENCY];
	if (m->currency[0] == '\0' && customer[0] != '\0') {
		int r = db_one(s->db, SQL_CURRENCY,
		    BIND(T(text_fold(&s->mem, customer))), &row, e);

		if (r < 0)
			return -1;
		if (r == 1) {
			m->currency = db_dup(row, 0, &s->mem);
			db_done(row);
		}
	}
	/* Also where what is on file is none. */
	if (currency_exponent(m->currency) < 0)
		m->currency = s->policy.text[POLICY_IS_CURRENCY];
	m->exponent = currency_exponent(m->currency);
	return 0;
}

static int64_t
to_minor(struct order_intake *it, int i, int exponent)
{
	int64_t n = it->new.amount[i], unit = 1;

	if (n == AMOUNT_NONE)
		return n;
	for (int d = exponent; d < AMOUNT_SCALE; d++)
		unit *= 10;
	if (n % unit != 0)
		fault_set(&it->fault, it->mem, "too-many-decimals",
		    order_columns[COLUMN_DISCOUNT + i].name,
		    it->in->source_line, "\"%s\" has too many decimals",
		    it->new.column[COLUMN_DISCOUNT + i]);
	return n / unit;
}

static int64_t
or_zero(int64_t n)
{
	return n == AMOUNT_NONE ? 0 : n;
}

/* What the steps add up over the lines of an order must not overflow. */
static void
check_quantities(struct order_intake *it)
{
	int64_t all = 0;

	for (size_t i = 0; i < it->new.nlines; i++)
		if (!money_add(all, it->new.lines[i].quantity, &all)) {
			fault_set(&it->fault, it->mem, "number-too-large",
			    "quantity", it->in->source_line, "is over the"
			    " limit of 10^12 in all lines together");
			return;
		}
}

/* sum of lines - discount + shipping + tax; a fault when it overflows. */
static int
add_up(struct step *s, struct order_intake *it, struct order_sums *m, struct err *e)
{
	struct order_new *o = &it->new;
	bool known = true, fits = true;
	int64_t total = 0;

	if (find_currency(s, o, m, e) < 0)
		return -1;
	check_quantities(it);
	for (int i = 0; i < 4; i++)
		m->amount[i] = to_minor(it, i, m->exponent);
	m->line = arena_array(&s->mem, o->nlines, sizeof(*m->line));
	for (size_t i = 0; i < o->nlines; i++) {
		const struct line_new *l = &o->lines[i];

		m->line[i] = AMOUNT_NONE;
		if (l->unit_price == AMOUNT_NONE)
			known = false;
		else
			fits = fits && money_line(l->quantity, l->unit_price,
			    m->exponent, &m->line[i]) &&
			    money_add(total, m->line[i], &total);
	}
	fits = fits && money_add(total, or_zero(m->amount[1]), &total) &&
	    money_add(total, or_zero(m->amount[2]), &total) &&
	    money_add(total, -or_zero(m->amount[0]), &total);
	if (!fits)
		fault_set(&it->fault, it->mem, "number-too-large", "total",
		    it->in->source_line, "is over the limit of 10^15");
	else if (known && total < 0)
		fault_set(&it->fault, it->mem, "number-too-large", "discount",
		    it->in->source_line, "is more than the order");
	m->total = known ? total : AMOUNT_NONE;
	return 0;
}

/* ---- recording ---- */

static const char SQL_ORDER[] =
	"INSERT INTO orders (id, ref, external_ref, channel, received_at,"
	" customer, customer_name, email, phone,"
	" bill_name, bill_line1, bill_line2, bill_city, bill_region,"
	" bill_postcode, bill_country, ship_name, ship_line1, ship_line2,"
	" ship_city, ship_region, ship_postcode, ship_country,"
	" payment_method, payment_terms, payment_token, payment_last4,"
	" currency, currency_given, exponent, discount, shipping, tax,"
	" total_given, total, requested_on, language, instructions, extra,"
	" ack_due_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	" $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,"
	" $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40)";

struct val
amount_or_nil(int64_t n)
{
	return n == AMOUNT_NONE ? NIL() : I(n);
}

int64_t
ack_due(const struct step *s, int64_t received_at)
{
	return received_at + s->policy.number[POLICY_IS_ACK_HOURS] * 3600;
}

static int
insert_order(struct step *s, const struct order_intake *it, int64_t id,
    const char *ref, const struct order_sums *m, struct err *e)
{
	const struct order_new *o = &it->new;
	struct val v[41];
	int n = 0;

	v[n++] = I(id);
	v[n++] = T(ref);
	for (int i = 0; i < COLUMN_CURRENCY; i++)
		v[n++] = i == COLUMN_RECEIVED_AT ? I(o->received_at) :
		    T(o->column[i]);
	v[n++] = T(m->currency);
	v[n++] = I(o->column[COLUMN_CURRENCY][0] != '\0');
	v[n++] = I(m->exponent);
	for (int i = 0; i < 4; i++)
		v[n++] = amount_or_nil(m->amount[i]);
	v[n++] = amount_or_nil(m->total);
	v[n++] = T(o->column[COLUMN_REQUESTED_ON]);
	v[n++] = T(o->column[COLUMN_LANGUAGE]);
	v[n++] = T(o->column[COLUMN_INSTRUCTIONS]);
	v[n++] = T(it->in->extra);
	v[n++] = I(ack_due(s, o->received_at));
	v[n].type = VAL_END;
	return db_run(s->db, SQL_ORDER, v, e) < 0 ? -1 : 0;
}

static const char SQL_LINE[] =
	"INSERT INTO lines (order_id, line, sku, item, description, unit,"
	" unit_price, price_given, amount, line_instructions, ordered)"
	" VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10)";

/* The code as ordered passes for the item until order-verify looks it up. */
int
line_insert(struct step *s, int64_t id, const struct line_new *l,
    int64_t amount, struct err *e)
{
	return db_run(s->db, SQL_LINE, BIND(I(id), I(l->line), T(l->sku),
	    T(l->description), T(l->unit), amount_or_nil(l->unit_price),
	    I(l->unit_price != AMOUNT_NONE), amount_or_nil(amount),
	    T(l->instructions), I(l->quantity)), e) < 0 ? -1 : 0;
}

static int
insert_lines(struct step *s, const struct order_new *o, int64_t id,
    const struct order_sums *m, struct err *e)
{
	for (size_t i = 0; i < o->nlines; i++)
		if (line_insert(s, id, &o->lines[i], m->line[i], e) < 0)
			return -1;
	return 0;
}

static const char SQL_NEW_KEY[] =
	"INSERT INTO order_keys (channel, external_ref, content, order_id,"
	" revision) VALUES ($1, $2, $3, $4, $5)";

/* A content that an earlier revision had counts from now on as this one's. */
static const char SQL_KEY_AGAIN[] =
	"INSERT INTO order_keys (channel, external_ref, content, order_id,"
	" revision) VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT (channel, external_ref, content)"
	" DO UPDATE SET revision = excluded.revision";

static const char SQL_ORIGINAL[] =
	"INSERT INTO originals (order_id, revision, received_at, source,"
	" source_line, format, run, sha256, bytes)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

int
original_keep(struct step *s, const struct order_intake *it, int64_t id,
    int64_t revision, int64_t received_at, struct err *e)
{
	const struct order_new *o = &it->new;
	const struct order_in *in = it->in;
	char hex[HASH_HEX];
	struct buf b = BUF_INIT;
	int r;

	if (o->column[COLUMN_EXTERNAL_REF][0] != '\0' &&
	    db_run(s->db, revision == 1 ? SQL_NEW_KEY : SQL_KEY_AGAIN,
	    BIND(T(o->column[COLUMN_CHANNEL]),
	    T(o->column[COLUMN_EXTERNAL_REF]), B(o->content, HASH_SIZE),
	    I(id), I(revision)), e) < 0)
		return -1;
	if (db_run(s->db, SQL_ORIGINAL, BIND(I(id), I(revision),
	    I(received_at), T(in->source), I(in->source_line), T(in->format),
	    I(s->run), B(o->sha256, HASH_SIZE), B(in->raw, in->raw_n)),
	    e) < 0)
		return -1;
	detail_begin(&b);
	if (revision > 1)
		detail_int(&b, "revision", revision);
	detail_text(&b, "source", in->source);
	detail_int(&b, "source_line", in->source_line);
	detail_text(&b, "sha256", hash_hex(o->sha256, hex));
	/* Without a key it is kept nowhere else. */
	if (o->column[COLUMN_EXTERNAL_REF][0] == '\0')
		detail_text(&b, "content", hash_hex(o->content, hex));
	r = event_add(s, id, revision == 1 ? "receive" : "amend",
	    detail_end(&b), e);
	buf_release(&b);
	return r;
}

/* The order as it was just recorded, as far as answers tell of it. */
static void
answer(struct step *s, const struct order_intake *it, int64_t id,
    const char *ref, const struct order_sums *m, struct verdict *v)
{
	const struct order_new *n = &it->new;
	struct order o = { .id = id, .ref = arena_dup(&s->mem, ref),
	    .received_at = n->received_at, .ack_due_at = ack_due(s, n->received_at),
	    .exponent = m->exponent, .total = m->total,
	    .total_given = m->amount[3], .status = "received", .revision = 1,
	    .ack = "none", .processing_on = "", .delivery_on = "" };

	memcpy(o.column, n->column, sizeof(o.column));
	o.column[COLUMN_CURRENCY] = m->currency;
	order_verdict(s, v, &o, RESULT_OK, "");
}

int
order_receive(struct step *s, struct order_intake *it, struct verdict *v,
    struct err *e)
{
	char ref[REF_TEXT];
	struct order_sums m;
	int64_t id, amends = 0;
	int r;

	if (it->fault.code == NULL && check_channel(s, it, e) < 0)
		return -1;
	if (it->fault.code == NULL) {
		r = check_key(s, it, &amends, v, e);
		if (r == 1)
			return reject_close_by_content(s, it, e);
		if (r < 0)
			return -1;
	}
	if (it->fault.code == NULL && add_up(s, it, &m, e) < 0)
		return -1;
	if (it->fault.code != NULL)
		return verdict_set(v, 0, RESULT_REFUSED,
		    it->file_refused ? "file-refused" : it->fault.code);
	if (amends != 0)
		return order_amend(s, it, amends, &m, v, e);
	id = ++s->last_order;
	ref_format(s->policy.text[POLICY_IS_REF_PREFIX], id, ref);
	if (insert_order(s, it, id, ref, &m, e) < 0 ||
	    insert_lines(s, &it->new, id, &m, e) < 0 ||
	    original_keep(s, it, id, 1, it->new.received_at, e) < 0 ||
	    reject_close_by_order(s, it, ref, e) < 0)
		return -1;
	answer(s, it, id, ref, &m, v);
	v->fresh = true;
	return 0;
}
