/* audit_missing.c - may the detail of an event be gone?
 *
 * It goes with an order that is archived or erased, and a later event of the
 * order says so.  Of those that are about no order an erasure names each. */

#include "audit_missing.h"

#include <stdlib.h>

void
missing_init(struct missing *m)
{
	*m = (struct missing){ .order_id = -1 };
}

/* An archive has the details of its orders, and no event of their move. */
static const char SQL_UNTIL[] =
	"SELECT max(seq) FROM events WHERE order_id = $1"
	" AND kind IN ('archive', 'erase')";

static const char SQL_NAMED[] =
	"SELECT j.value FROM events AS e JOIN event_details AS d"
	"  ON d.seq = e.seq, json_each(CASE WHEN json_valid(d.detail)"
	"  THEN d.detail ELSE '{}' END, '$.details') AS j"
	" WHERE e.order_id = 0 AND e.kind = 'erase'"
	"  AND j.type = 'integer' AND j.value < e.seq ORDER BY j.value";

static const char SQL_COUNT[] =
	"SELECT coalesce(sum(json_array_length(d.detail, '$.details')), 0)"
	" FROM events AS e JOIN event_details AS d ON d.seq = e.seq"
	" WHERE e.order_id = 0 AND e.kind = 'erase' AND json_valid(d.detail)";

static int
look(struct step *s, struct missing *m, struct err *e)
{
	int64_t most = 0;
	struct row *row;
	int r;

	m->looked = true;
	if (db_one_int(s->db, SQL_COUNT, NOBIND, &most, e) < 0)
		return -1;
	m->named = arena_array(&s->mem, (size_t)most, sizeof(*m->named));
	if (db_query(s->db, SQL_NAMED, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1 && m->n < (size_t)most)
		m->named[m->n++] = db_int(row, 0);
	db_done(row);
	return r < 0 ? -1 : 0;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int
missing_explained(struct step *s, struct missing *m, int64_t order_id,
    int64_t seq, struct err *e)
{
	if (order_id == 0) {
		if (!m->looked && look(s, m, e) < 0)
			return -1;
		return m->n > 0 && bsearch(&seq, m->named, m->n,
		    sizeof(*m->named), compare) != NULL;
	}
	if (order_id != m->order_id) {
		m->order_id = order_id;
		m->until = 0;
		if (db_one_int(s->db, SQL_UNTIL, BIND(I(order_id)), &m->until,
		    e) < 0)
			return -1;
	}
	return seq < m->until;
}
