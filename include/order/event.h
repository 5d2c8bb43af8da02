/* event.h - the append-only record of what happened, chained by SHA-256
 *
 * The skeleton (seq, order, kind, at, digest, hash) stays for ever; the
 * detail can be moved or erased without breaking the chain, because the
 * skeleton holds only its salted digest:
 *   digest = SHA-256(salt actor tool pinned detail)
 *   hash   = SHA-256(previous hash, seq, order, kind, at, digest)
 */
#ifndef ORDER_EVENT_H
#define ORDER_EVENT_H

#include <order/buf.h>
#include <order/step.h>

/* Record one event; detail is JSON text ("{}" when there is none). */
int event_add(struct step *, int64_t order_id, const char *kind,
    const char *detail, struct err *);

/* Record a change of one field. */
int event_change(struct step *, int64_t order_id, const char *kind,
    const char *field, const char *was, const char *is, struct err *);

/* Build JSON details: detail_text(&b, "field", "value") and so on add
 * members; detail_end gives the text, valid until the buffer changes. */
void detail_begin(struct buf *);
void detail_text(struct buf *, const char *key, const char *value);
void detail_int(struct buf *, const char *key, int64_t value);
const char *detail_end(struct buf *);

/* Hash as above; shared with the audit. */
void event_digest(const uint8_t *salt, size_t nsalt, const char *actor,
    const char *tool, int64_t pinned, const char *detail,
    uint8_t out[HASH_SIZE]);
void event_hash(const uint8_t before[HASH_SIZE], int64_t seq, int64_t order_id,
    const char *kind, int64_t at, const uint8_t digest[HASH_SIZE],
    uint8_t out[HASH_SIZE]);

#define EVENT_SALT 16

#endif
