/* erase_rejects.c - which rejects are of a customer
 *
 * A reject is input that nobody understood: it is theirs when it has the key
 * of one of their orders, names one of their addresses, or has their number
 * as a whole field. */

#include <ctype.h>

#include <order/erase.h>

#include "erase_words.h"

static const char ADDRESS[] = "abcdefghijklmnopqrstuvwxyz"
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-";
static const char FIELD_ENDS[] = ",;|\t\"\r\n";

static bool
is_part(char c, bool is_field)
{
	if (is_field)
		return strchr(FIELD_ENDS, c) == NULL;
	return (c & 0x80) != 0 || (c != '\0' && strchr(ADDRESS, c) != NULL);
}

/* Does the text have the word, and not as a part of a longer one? */
static bool
mentions(const char *text, size_t n, const char *word, size_t len,
    bool is_field)
{
	for (size_t i = 0; len > 0 && i + len <= n; i++) {
		char end = i + len < n ? text[i + len] : ',';

		if (strncasecmp(text + i, word, len) != 0 ||
		    (i > 0 && is_part(text[i - 1], is_field)))
			continue;
		/* A full stop may follow an address. */
		if (!is_part(end, is_field) || (end == '.' && !is_field))
			return true;
	}
	return false;
}

enum { R_ID, R_RECORD, R_KEY, R_CLOSED };

static bool
is_theirs(const struct erasure *x, struct row *row)
{
	size_t n;
	const char *record = db_bytes(row, R_RECORD, &n), *word, *end;
	const char *key = db_text(row, R_KEY);

	if (x->customer != NULL && mentions(record, n, x->customer,
	    strlen(x->customer), true))
		return true;
	for (word = x->words.n > 0 ? x->words.data : ""; *word != '\0';
	    word = end + 1) {
		size_t len;

		end = word + strcspn(word, "\n");
		len = (size_t)(end - word);
		if (memchr(word, '\x1f', len) != NULL ?
		    strlen(key) == len && memcmp(key, word, len) == 0 :
		    mentions(record, n, word, len, false))
			return true;
	}
	return false;
}

static const char SQL_REJECTS[] =
	"SELECT id, record, channel || char(31) || external_ref,"
	" closed_at IS NOT NULL FROM rejects WHERE id > $1"
	" AND (closed_at IS NULL OR $2) ORDER BY id";

/* The next one: 1, 0, -1. */
static int
next(struct step *s, const struct erasure *x, bool closed_too, int64_t *id,
    struct err *e)
{
	struct row *row;
	int r;

	if (db_query(s->db, SQL_REJECTS, BIND(I(*id), I(closed_too)), &row,
	    e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if (is_theirs(x, row)) {
			*id = db_int(row, R_ID);
			break;
		}
	db_done(row);
	return r;
}

int
erase_open_reject(struct step *s, const struct erasure *x, int64_t *id,
    struct err *e)
{
	int r;

	*id = 0;
	r = next(s, x, false, id, e);
	return r < 0 ? -1 : 0;
}

static const char SQL_DELETE[] = "DELETE FROM rejects WHERE id = $1";

int
erase_rejects(struct step *s, const struct erasure *x, struct err *e)
{
	int64_t id = 0;
	int n = 0, r;

	while ((r = next(s, x, true, &id, e)) == 1) {
		if (db_run(s->db, SQL_DELETE, BIND(I(id)), e) < 0)
			return -1;
		n++;
	}
	return r < 0 ? -1 : n;
}
