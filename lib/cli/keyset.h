/* keyset.h - private to lib/cli: keys seen, each with a number
 *
 * Keeps 128 bits of each key's SHA-256, not the key: 24 bytes a key. */
#ifndef CLI_KEYSET_H
#define CLI_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keyset {
	struct keyset_entry *entry;
	size_t n, cap;
};

/* The number kept with (channel, key); *found tells if it was there, else it
 * is new and 0.  Valid until the next call. */
int64_t *keyset_put(struct keyset *, const char *channel, const char *key,
    bool *found);

/* The same without adding; NULL when it is not there. */
int64_t *keyset_get(const struct keyset *, const char *channel,
    const char *key);
void keyset_release(struct keyset *);

#endif
