/* reject.c - refused input is kept until it goes in or is dismissed
 *
 * A reject is stored once per content: its own columns, not the four that
 * explain what is wrong, so that feeding it again does not store it again. */

#include <order/event.h>
#include <order/intake.h>
#include <order/text.h>

/* Quoting, column order and the four columns of a reject do not count; where
 * the values could not be read, the bytes do. */
static void
reject_digest(const struct order_intake *it, uint8_t out[HASH_SIZE])
{
	const struct order_in *in = it->in;
	struct hash h;

	hash_init(&h);
	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		hash_text(&h, in->column[i]);
	for (size_t i = 0; i < in->nlines; i++)
		for (int c = 0; c < LINE_NCOLUMNS; c++)
			hash_text(&h, in->lines[i].column[c]);
	hash_text(&h, in->extra);
	if (in->unreadable)
		hash_add(&h, in->raw, in->raw_n);
	hash_end(&h, out);
}

/* A key is stored only as far as it may be shown and looked up. */
static const char *
stored_key(struct step *s, const char *key)
{
	key = text_trim(&s->mem, key);
	return text_is_key(key, KEY_MAX) ? key : "";
}

static const char SQL_STORE[] =
	"INSERT INTO rejects (sha256, format, header, record, error_code,"
	" error_field, error, source, source_line, channel, external_ref, at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
	" ON CONFLICT (sha256) DO UPDATE SET error_code = excluded.error_code,"
	" error_field = excluded.error_field, error = excluded.error,"
	" source = excluded.source, source_line = excluded.source_line,"
	" closed_at = NULL, closed_by = ''";

/* What there is to keep of an order or of a message. */
struct kept {
	const uint8_t *digest;
	const char *format, *header, *record;
	size_t n;
	const struct fault *fault;
	const char *source, *channel, *key;
};

static int
store(struct step *s, const struct kept *k, struct err *e)
{
	const struct fault *f = k->fault;

	step_added(s, OPEN_REJECTS);
	return db_run(s->db, SQL_STORE, BIND(B(k->digest, HASH_SIZE),
	    T(k->format), T(k->header), B(k->record, k->n), T(f->code),
	    T(f->field), T(f->text), T(k->source), I(f->line),
	    T(stored_key(s, k->channel)), T(stored_key(s, k->key)),
	    I(s->now.at)), e) < 0 ? -1 : 0;
}

int
reject_store(struct step *s, const struct order_intake *it, struct err *e)
{
	const struct order_in *in = it->in;
	char *record = arena_dupn(&s->mem, in->raw, in->raw_n);
	uint8_t digest[HASH_SIZE];
	struct kept k = { digest, in->format, in->header, record,
	    reject_mask(it, record, in->raw_n), &it->fault,
	    it->fault.source != NULL ? it->fault.source : in->source,
	    in->column[COLUMN_CHANNEL], in->column[COLUMN_EXTERNAL_REF] };

	reject_digest(it, digest);
	return store(s, &k, e);
}

int
reject_store_mail(struct step *s, const struct reject_mail *m, struct err *e)
{
	struct kept k = { m->digest, "mail", "", m->bytes, m->n, &m->fault,
	    m->fault.source, m->channel, m->key };

	return store(s, &k, e);
}

static const char SQL_CLOSE_BY_DIGEST[] =
	"UPDATE rejects SET closed_at = $2, closed_by = $3"
	" WHERE sha256 = $1 AND closed_at IS NULL";

static int
close_by_digest(struct step *s, const uint8_t *digest, const char *ref,
    struct err *e)
{
	return db_run(s->db, SQL_CLOSE_BY_DIGEST, BIND(B(digest, HASH_SIZE),
	    I(s->now.at), T(ref)), e) < 0 ? -1 : 0;
}

static int
close_by_content(struct step *s, const struct order_intake *it,
    const char *ref, struct err *e)
{
	uint8_t digest[HASH_SIZE];

	reject_digest(it, digest);
	return close_by_digest(s, digest, ref, e);
}

static const char SQL_CLOSE_BY_KEY[] =
	"UPDATE rejects SET closed_at = $3, closed_by = $4"
	" WHERE channel = $1 AND external_ref = $2 AND external_ref <> ''"
	" AND format <> 'mail' AND closed_at IS NULL";

/* Not a message of that key: what else was wrong in it is still to be seen. */
int
reject_close_by_order(struct step *s, const struct order_intake *it,
    const char *ref, struct err *e)
{
	int r = step_has(s, OPEN_REJECTS, e);

	if (r <= 0)
		return r;
	if (db_run(s->db, SQL_CLOSE_BY_KEY,
	    BIND(T(it->new.column[COLUMN_CHANNEL]),
	    T(it->new.column[COLUMN_EXTERNAL_REF]), I(s->now.at), T(ref)),
	    e) < 0)
		return -1;
	return close_by_content(s, it, ref, e);
}

int
reject_close_by_content(struct step *s, const struct order_intake *it,
    struct err *e)
{
	int r = step_has(s, OPEN_REJECTS, e);

	return r <= 0 ? r : close_by_content(s, it, "", e);
}

static const char SQL_CLOSE_MAIL[] =
	"UPDATE rejects SET closed_at = $3"
	" WHERE channel IN ('', $1) AND external_ref = $2"
	" AND external_ref <> '' AND format = 'mail' AND closed_at IS NULL";

int
reject_close_mail(struct step *s, const struct reject_mail *m, struct err *e)
{
	int r = step_has(s, OPEN_REJECTS, e);

	if (r <= 0)
		return r;
	if (db_run(s->db, SQL_CLOSE_MAIL, BIND(T(m->channel),
	    T(stored_key(s, m->key)), I(s->now.at)), e) < 0)
		return -1;
	return close_by_digest(s, m->digest, "", e);
}

static const char SQL_DISMISS[] =
	"UPDATE rejects SET closed_at = $2, closed_by = $3"
	" WHERE id = $1 AND closed_at IS NULL";

int
reject_dismiss(struct step *s, int64_t id, struct verdict *v, struct err *e)
{
	struct buf b = BUF_INIT;
	int r = db_run(s->db, SQL_DISMISS, BIND(I(id), I(s->now.at),
	    T(s->actor)), e);

	if (r < 0)
		return -1;
	if (r == 0)
		return verdict_set(v, 0, RESULT_REFUSED, "no-such-reject");
	detail_begin(&b);
	detail_int(&b, "reject", id);
	r = event_add(s, 0, "reject-dismissed", detail_end(&b), e);
	buf_release(&b);
	return r < 0 ? -1 : verdict_set(v, 0, RESULT_OK, "");
}
