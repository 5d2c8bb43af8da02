/* ref.c - references and how they are found
 *
 * A reference is stored as issued; look-up uses its number and check digit
 * under any prefix ever used, so that a new prefix breaks nothing. */

#include <ctype.h>
#include <inttypes.h>

#include <order/ref.h>

static int
check_digit(const char *digits)
{
	int p = 10;

	for (; *digits != '\0'; digits++) {
		p = (p + (*digits - '0')) % 10;
		if (p == 0)
			p = 10;
		p = p * 2 % 11;
	}
	return (11 - p) % 10;
}

char *
ref_format(const char *prefix, int64_t id, char buf[REF_TEXT])
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%08" PRId64, id);
	snprintf(buf, REF_TEXT, "%s-%s-%d", prefix, digits,
	    check_digit(digits));
	return buf;
}

enum reading { NO_REF, MISREAD, IS_REF };

static enum reading
read_ref(const char *s, char prefix[REF_TEXT], int64_t *id)
{
	char digits[24];
	size_t np = 0, nd = 0;

	for (; *s != '\0'; s++) {
		if (*s == '-' || *s == ' ')
			continue;
		if (isascii(*s) && isalpha((unsigned char)*s) && nd == 0 &&
		    np < 8)
			prefix[np++] = (char)toupper((unsigned char)*s);
		else if (isascii(*s) && isdigit((unsigned char)*s) && nd < 19)
			digits[nd++] = *s;
		else
			return NO_REF;
	}
	if (np == 0 || nd < 9)
		return NO_REF;
	prefix[np] = '\0';
	int check = digits[--nd] - '0';
	digits[nd] = '\0';
	if (nd > 8 && digits[0] == '0')
		return NO_REF;
	if (check_digit(digits) != check)
		return MISREAD;
	*id = strtoll(digits, NULL, 10);
	return *id > 0 ? IS_REF : NO_REF;
}

bool
ref_parse(const char *s, char prefix[REF_TEXT], int64_t *id)
{
	return read_ref(s, prefix, id) == IS_REF;
}

/* Which digit is wrong nobody knows: to name an order that is near would be
 * to name somebody else's. */
const char *
ref_doubt(const char *s)
{
	char prefix[REF_TEXT];
	int64_t id;

	return read_ref(s, prefix, &id) == MISREAD ? " (the check digit does not"
	    " fit: a digit is wrong)" : "";
}

static const char SQL_PREFIX[] =
	"SELECT 1 FROM ref_prefixes WHERE prefix = $1";

int
ref_number(struct step *s, const char *ref, int64_t *id, struct err *e)
{
	char prefix[REF_TEXT];
	int64_t known = 0;

	if (!ref_parse(ref, prefix, id))
		return 0;
	if (strcmp(prefix, s->policy.text[POLICY_IS_REF_PREFIX]) == 0)
		return 1;
	return db_one_int(s->db, SQL_PREFIX, BIND(T(prefix)), &known, e);
}

static const char SQL_FIND[] =
	"SELECT o.id FROM orders AS o"
	" WHERE o.id = $1 AND (o.ref = $2"
	"  OR EXISTS (SELECT 1 FROM ref_prefixes AS p WHERE p.prefix = $3))";

int
order_find(struct step *s, const char *ref, int64_t *id, struct err *e)
{
	char prefix[REF_TEXT], issued[REF_TEXT];
	int64_t n;

	if (!ref_parse(ref, prefix, &n))
		return 0;
	ref_format(prefix, n, issued);
	return db_one_int(s->db, SQL_FIND, BIND(I(n), T(issued), T(prefix)),
	    id, e);
}
