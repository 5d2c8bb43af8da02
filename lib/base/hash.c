/* hash.c - SHA-256 and random bytes
 *
 * Fixes how strings and numbers enter a hash, so that two different lists
 * of fields never give the same bytes.  Knows nothing of what is hashed.
 */
#include <order/err.h>
#include <order/hash.h>

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

void
hash_init(struct hash *h)
{
	sha256_init(&h->ctx);
}

void
hash_add(struct hash *h, const void *bytes, size_t n)
{
	if (n > 0)
		sha256_update(&h->ctx, n, bytes);
}

void
hash_text(struct hash *h, const char *s)
{
	sha256_update(&h->ctx, strlen(s) + 1, (const uint8_t *)s);
}

void
hash_int(struct hash *h, int64_t value)
{
	uint64_t v = (uint64_t)value;
	uint8_t bytes[8];
	int i;

	for (i = 7; i >= 0; i--) {
		bytes[i] = (uint8_t)(v & 0xff);
		v >>= 8;
	}
	sha256_update(&h->ctx, sizeof(bytes), bytes);
}

void
hash_end(struct hash *h, uint8_t out[HASH_SIZE])
{
	sha256_digest(&h->ctx, HASH_SIZE, out);
	sha256_init(&h->ctx);
}

char *
hash_hex(const uint8_t in[HASH_SIZE], char out[HASH_HEX])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < HASH_SIZE; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[HASH_HEX - 1] = '\0';
	return out;
}

void
random_bytes(void *out, size_t n)
{
	uint8_t *p = out;
	ssize_t got;

	while (n > 0) {
		got = getrandom(p, n, 0);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			dprintf(STDERR_FILENO, "%s: random bytes: %s\n",
			    program_invocation_short_name, strerror(errno));
			_exit(ERR_OS);
		}
		p += got;
		n -= (size_t)got;
	}
}
