/* hash.h - SHA-256 (FIPS 180-4, by nettle) and random bytes */
#ifndef ORDER_HASH_H
#define ORDER_HASH_H

#include <stddef.h>
#include <stdint.h>

#include <nettle/sha2.h>

#define HASH_SIZE 32
#define HASH_HEX 65			/* lower case hex and NUL */

struct hash {
	struct sha256_ctx ctx;
};

void hash_init(struct hash *);
void hash_add(struct hash *, const void *, size_t n);

/* A string, ended by its NUL, so that "a","bc" and "ab","c" differ. */
void hash_text(struct hash *, const char *);
void hash_int(struct hash *, int64_t);	/* 8 bytes, big endian */
void hash_end(struct hash *, uint8_t out[HASH_SIZE]);	/* and init again */

char *hash_hex(const uint8_t in[HASH_SIZE], char out[HASH_HEX]);

/* Random bytes from the kernel; ends the process (ERR_OS) if it has none. */
void random_bytes(void *, size_t n);

#endif
