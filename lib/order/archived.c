/* archived.c - where an order went that is no longer here */

#include <order/archive.h>
#include <order/ref.h>
#include <order/text.h>

static const char SQL_ARCHIVED[] =
	"SELECT ref, status, archive FROM archived WHERE order_id = $1";

int
archived_number(struct step *s, int64_t id, struct archived *a, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_ARCHIVED, BIND(I(id)), &row, e);

	if (r <= 0)
		return r;
	a->id = id;
	a->ref = db_dup(row, 0, &s->mem);
	a->status = db_dup(row, 1, &s->mem);
	a->file = db_dup(row, 2, &s->mem);
	db_done(row);
	return 1;
}

int
archived_find(struct step *s, const char *ref, struct archived *a,
    struct err *e)
{
	int64_t id;
	int r = ref_number(s, ref, &id, e);

	return r <= 0 ? r : archived_number(s, id, a, e);
}

static const char SQL_KEY[] =
	"SELECT max(a.order_id) FROM channels AS c CROSS JOIN order_keys AS k"
	"  ON k.channel = c.channel AND k.external_ref = $1"
	" CROSS JOIN archived AS a ON a.order_id = k.order_id";

int
archived_key(struct step *s, const char *external_ref, struct archived *a,
    struct err *e)
{
	int64_t id;
	int r;

	if (!text_is_utf8(external_ref, strlen(external_ref)))
		return 0;
	r = db_one_int(s->db, SQL_KEY, BIND(T(external_ref)), &id, e);
	return r <= 0 ? r : archived_number(s, id, a, e);
}
