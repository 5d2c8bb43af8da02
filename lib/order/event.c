/* event.c - append events to the hash chain
 *
 * The end of the chain is read once per transaction (step.c) and carried in
 * the step: inside one write transaction nobody else can append. */

#include <order/event.h>

void
event_digest(const uint8_t *salt, size_t nsalt, const char *actor,
    const char *tool, int64_t pinned, const char *detail,
    uint8_t out[HASH_SIZE])
{
	struct hash h;

	hash_init(&h);
	hash_add(&h, salt, nsalt);
	hash_text(&h, actor);
	hash_text(&h, tool);
	hash_int(&h, pinned);
	hash_text(&h, detail);
	hash_end(&h, out);
}

void
event_hash(const uint8_t before[HASH_SIZE], int64_t seq, int64_t order_id,
    const char *kind, int64_t at, const uint8_t digest[HASH_SIZE],
    uint8_t out[HASH_SIZE])
{
	struct hash h;

	hash_init(&h);
	hash_add(&h, before, HASH_SIZE);
	hash_int(&h, seq);
	hash_int(&h, order_id);
	hash_text(&h, kind);
	hash_int(&h, at);
	hash_add(&h, digest, HASH_SIZE);
	hash_end(&h, out);
}

static const uint8_t *
next_salt(struct step *s)
{
	if (s->salts_used + EVENT_SALT > sizeof(s->salts)) {
		random_bytes(s->salts, sizeof(s->salts));
		s->salts_used = 0;
	}
	s->salts_used += EVENT_SALT;
	return s->salts + s->salts_used - EVENT_SALT;
}

static const char SQL_SKELETON[] =
	"INSERT INTO events (seq, order_id, kind, at, digest, hash)"
	" VALUES ($1, $2, $3, $4, $5, $6)";

static const char SQL_DETAIL[] =
	"INSERT INTO event_details"
	" (seq, salt, actor, tool, pinned, detail)"
	" VALUES ($1, $2, $3, $4, $5, $6)";

int
event_add(struct step *s, int64_t order_id, const char *kind,
    const char *detail, struct err *e)
{
	const uint8_t *salt = next_salt(s);
	int64_t seq = s->last_event + 1;
	uint8_t digest[HASH_SIZE], hash[HASH_SIZE];

	event_digest(salt, EVENT_SALT, s->actor, s->tool, s->now.pinned,
	    detail, digest);
	event_hash(s->chain, seq, order_id, kind, s->now.at, digest, hash);
	if (db_run(s->db, SQL_SKELETON, BIND(I(seq), I(order_id), T(kind),
	    I(s->now.at), B(digest, HASH_SIZE), B(hash, HASH_SIZE)), e) < 0 ||
	    db_run(s->db, SQL_DETAIL, BIND(I(seq), B(salt, EVENT_SALT),
	    T(s->actor), T(s->tool), I(s->now.pinned), T(detail)), e) < 0)
		return -1;
	s->last_event = seq;
	memcpy(s->chain, hash, HASH_SIZE);
	return 0;
}

int
event_change(struct step *s, int64_t order_id, const char *kind,
    const char *field, const char *was, const char *is, struct err *e)
{
	struct buf b = BUF_INIT;

	detail_begin(&b);
	detail_text(&b, "field", field);
	detail_text(&b, "old", was);
	detail_text(&b, "new", is);
	int r = event_add(s, order_id, kind, detail_end(&b), e);
	buf_release(&b);
	return r;
}

void
detail_begin(struct buf *b)
{
	buf_clear(b);
	buf_putc(b, '{');
}

static void
key_of(struct buf *b, const char *key)
{
	if (b->n > 1)
		buf_putc(b, ',');
	buf_json(b, key);
	buf_putc(b, ':');
}

void
detail_text(struct buf *b, const char *key, const char *value)
{
	key_of(b, key);
	buf_json(b, value);
}

void
detail_int(struct buf *b, const char *key, int64_t value)
{
	key_of(b, key);
	buf_printf(b, "%lld", (long long)value);
}

const char *
detail_end(struct buf *b)
{
	buf_putc(b, '}');
	return b->data;
}
