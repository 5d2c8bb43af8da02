/* chain - the least that verifying the chain of events can cost
 *
 *     chain STORE
 *
 * Reads every event with its detail, hashes them as they were hashed, and
 * compares: nothing is found out of what differs, and a missing detail is not
 * looked for.  Prints "SEQ HASH" of the end, as order-audit --head does; ends
 * with 1 when an event does not follow.
 */
#include <inttypes.h>
#include <nettle/sha2.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static const char SQL_EVENTS[] =
	"SELECT e.seq, e.order_id, e.kind, e.at, e.digest, e.hash,"
	" d.salt, d.actor, d.tool, d.pinned, d.detail"
	" FROM events AS e JOIN event_details AS d ON d.seq = e.seq"
	" ORDER BY e.seq";

enum { E_SEQ, E_ORDER, E_KIND, E_AT, E_DIGEST, E_HASH, D_SALT, D_ACTOR,
	D_TOOL, D_PINNED, D_DETAIL };

static void
add_bytes(struct sha256_ctx *h, sqlite3_stmt *row, int col)
{
	const void *p = sqlite3_column_blob(row, col);
	int n = sqlite3_column_bytes(row, col);

	if (n > 0)
		sha256_update(h, (size_t)n, p);
}

static void
add_text(struct sha256_ctx *h, sqlite3_stmt *row, int col)
{
	const void *p = sqlite3_column_text(row, col);

	sha256_update(h, (size_t)sqlite3_column_bytes(row, col) + 1, p);
}

static void
add_int(struct sha256_ctx *h, sqlite3_stmt *row, int col)
{
	uint64_t v = (uint64_t)sqlite3_column_int64(row, col);
	uint8_t bytes[8];

	for (int i = 7; i >= 0; i--) {
		bytes[i] = (uint8_t)(v & 0xff);
		v >>= 8;
	}
	sha256_update(h, sizeof(bytes), bytes);
}

static int
is_made(sqlite3_stmt *row, int col, const uint8_t made[SHA256_DIGEST_SIZE])
{
	const void *p = sqlite3_column_blob(row, col);

	return sqlite3_column_bytes(row, col) == SHA256_DIGEST_SIZE &&
	    memcmp(p, made, SHA256_DIGEST_SIZE) == 0;
}

/* Does it follow from the one before?  Its hash takes that one's place. */
static int
follows(sqlite3_stmt *row, uint8_t chain[SHA256_DIGEST_SIZE])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx h;

	sha256_init(&h);
	add_bytes(&h, row, D_SALT);
	add_text(&h, row, D_ACTOR);
	add_text(&h, row, D_TOOL);
	add_int(&h, row, D_PINNED);
	add_text(&h, row, D_DETAIL);
	sha256_digest(&h, sizeof(digest), digest);
	sha256_init(&h);
	sha256_update(&h, SHA256_DIGEST_SIZE, chain);
	add_int(&h, row, E_SEQ);
	add_int(&h, row, E_ORDER);
	add_text(&h, row, E_KIND);
	add_int(&h, row, E_AT);
	sha256_update(&h, sizeof(digest), digest);
	sha256_digest(&h, SHA256_DIGEST_SIZE, chain);
	return is_made(row, E_DIGEST, digest) && is_made(row, E_HASH, chain);
}

int
main(int argc, char **argv)
{
	uint8_t chain[SHA256_DIGEST_SIZE] = { 0 };
	sqlite3_stmt *row = NULL;
	sqlite3 *db = NULL;
	int64_t last = 0;
	int broken = 0, rc;

	if (argc != 2) {
		fputs("usage: chain STORE\n", stderr);
		return 64;
	}
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK || sqlite3_prepare_v2(db, SQL_EVENTS, -1, &row, NULL) !=
	    SQLITE_OK) {
		fprintf(stderr, "chain: %s\n", sqlite3_errmsg(db));
		return 74;
	}
	while ((rc = sqlite3_step(row)) == SQLITE_ROW && !broken) {
		broken = !follows(row, chain);
		last = sqlite3_column_int64(row, E_SEQ);
	}
	if (!broken && rc != SQLITE_DONE) {
		fprintf(stderr, "chain: %s\n", sqlite3_errmsg(db));
		return 74;
	}
	printf("%" PRId64 " ", last);
	for (size_t i = 0; i < sizeof(chain); i++)
		printf("%02x", chain[i]);
	putchar('\n');
	sqlite3_finalize(row);
	sqlite3_close(db);
	return broken;
}
