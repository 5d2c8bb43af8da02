/* keyset.c - an open-addressing set of key digests */

#include <order/arena.h>
#include <order/hash.h>

#include "keyset.h"

struct keyset_entry {
	uint64_t digest[2];	/* both 0: free */
	int64_t number;
};

static void
digest_of(const char *channel, const char *key, uint64_t digest[2])
{
	uint8_t bytes[HASH_SIZE];
	struct hash h;

	hash_init(&h);
	hash_text(&h, channel);
	hash_text(&h, key);
	hash_end(&h, bytes);
	memcpy(digest, bytes, 16);
}

static struct keyset_entry *
slot(const struct keyset *s, const uint64_t digest[2])
{
	size_t i = (size_t)digest[0] & (s->cap - 1);

	while ((s->entry[i].digest[0] != 0 || s->entry[i].digest[1] != 0) &&
	    (s->entry[i].digest[0] != digest[0] ||
	    s->entry[i].digest[1] != digest[1]))
		i = (i + 1) & (s->cap - 1);
	return &s->entry[i];
}

static void
grow(struct keyset *s)
{
	struct keyset was = *s;

	s->cap = was.cap != 0 ? 2 * was.cap : 256;
	s->entry = xmalloc(s->cap * sizeof(*s->entry));
	memset(s->entry, 0, s->cap * sizeof(*s->entry));
	for (size_t i = 0; i < was.cap; i++)
		if (was.entry[i].digest[0] != 0 || was.entry[i].digest[1] != 0)
			*slot(s, was.entry[i].digest) = was.entry[i];
	free(was.entry);
}

int64_t *
keyset_put(struct keyset *s, const char *channel, const char *key, bool *found)
{
	uint64_t digest[2];
	struct keyset_entry *e;

	if (2 * s->n >= s->cap)
		grow(s);
	digest_of(channel, key, digest);
	e = slot(s, digest);
	*found = e->digest[0] != 0 || e->digest[1] != 0;
	if (!*found) {
		memcpy(e->digest, digest, sizeof(digest));
		s->n++;
	}
	return &e->number;
}

int64_t *
keyset_get(const struct keyset *s, const char *channel, const char *key)
{
	uint64_t digest[2];
	struct keyset_entry *e;

	if (s->n == 0)
		return NULL;
	digest_of(channel, key, digest);
	e = slot(s, digest);
	return e->digest[0] != 0 || e->digest[1] != 0 ? &e->number : NULL;
}

void
keyset_release(struct keyset *s)
{
	free(s->entry);
	s->entry = NULL;
	s->n = s->cap = 0;
}
