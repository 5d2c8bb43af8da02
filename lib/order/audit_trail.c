/* audit_trail.c - events as they came, and the end of their chain
 *
 * An event whose detail was moved or erased is told all the same. */

#include <inttypes.h>

#include <order/audit.h>
#include <order/money.h>

static const char SQL_REF[] =
	"SELECT ref FROM orders WHERE id = $1";

int
audit_ref(struct step *s, int64_t order_id, char ref[REF_TEXT], struct err *e)
{
	struct row *row;
	int r;

	ref[0] = '\0';
	if (order_id <= 0)
		return 0;
	r = db_one(s->db, SQL_REF, BIND(I(order_id)), &row, e);
	if (r < 0)
		return -1;
	if (r == 0)
		ref_format(s->policy.text[POLICY_IS_REF_PREFIX], order_id, ref);
	else
		snprintf(ref, REF_TEXT, "%s", db_text(row, 0));
	db_done(row);
	return 0;
}

static const char SQL_ONE_ORDER[] =
	"SELECT e.seq, e.at, e.order_id, e.kind, d.actor, d.tool, d.detail"
	" FROM events AS e LEFT JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.order_id = $1 ORDER BY e.seq";

static const char SQL_ALL[] =
	"SELECT e.seq, e.at, e.order_id, e.kind, d.actor, d.tool, d.detail"
	" FROM events AS e LEFT JOIN event_details AS d ON d.seq = e.seq"
	" ORDER BY e.seq";

static int
find_events(struct step *s, int64_t order_id, struct row **row, struct err *e)
{
	if (order_id == 0)
		return db_query(s->db, SQL_ALL, NOBIND, row, e);
	return db_query(s->db, SQL_ONE_ORDER, BIND(I(order_id)), row, e);
}

int
audit_trail(struct step *s, int64_t order_id, audit_event_fn *fn, void *arg,
    struct err *e)
{
	char ref[REF_TEXT];
	struct row *row;
	int r;

	if (find_events(s, order_id, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		struct audit_event ev = { .seq = db_int(row, 0),
		    .at = db_int(row, 1), .ref = ref,
		    .kind = db_text(row, 3), .actor = db_text(row, 4),
		    .tool = db_text(row, 5), .detail = db_text(row, 6) };

		if ((r = audit_ref(s, db_int(row, 2), ref, e)) < 0 ||
		    (r = fn(arg, &ev, e)) < 0)
			break;
	}
	db_done(row);
	return r;
}

static const char SQL_HEAD[] =
	"SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1";

int
audit_head(struct step *s, struct audit_head *h, struct err *e)
{
	struct row *row;
	const void *hash;
	size_t n;
	int r = db_one(s->db, SQL_HEAD, NOBIND, &row, e);

	memset(h, 0, sizeof(*h));
	if (r <= 0)
		return r;
	h->seq = db_int(row, 0);
	hash = db_bytes(row, 1, &n);
	if (n == HASH_SIZE)
		memcpy(h->hash, hash, n);
	db_done(row);
	return 0;
}

char *
audit_head_text(const struct audit_head *h, char buf[AUDIT_HEAD_TEXT])
{
	char hex[HASH_HEX];

	snprintf(buf, AUDIT_HEAD_TEXT, "%" PRId64 " %s", h->seq,
	    hash_hex(h->hash, hex));
	return buf;
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

bool
audit_head_parse(const char *s, struct audit_head *h)
{
	size_t n = strcspn(s, ": ");
	char seq[20];

	if (n == 0 || n >= sizeof(seq) || s[n] == '\0')
		return false;
	memcpy(seq, s, n);
	seq[n] = '\0';
	if (decimal_parse(seq, 0, &h->seq) != DECIMAL_OK ||
	    strchr(seq, '.') != NULL)
		return false;
	s += n + 1;
	for (int i = 0; i < HASH_SIZE; i++) {
		int high = hex_digit(s[0]);
		int low = high < 0 ? -1 : hex_digit(s[1]);

		if (low < 0)
			return false;
		h->hash[i] = (uint8_t)(high << 4 | low);
		s += 2;
	}
	return *s == '\0';
}
