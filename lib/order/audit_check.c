/* audit_check.c - every invariant of the store
 *
 * What one query can tell is a row of the table below: each row it returns
 * is a breach, as reference and fact.  The rest needs a pass of its own.
 * SQLite looks at no CHECK for a reader, so they stand here again. */

#include "audit_check.h"

#define QUANTITY(column) "printf('%.15g', " column " / 1000.0)"

static const char SQL_LINES[] =
	"SELECT (SELECT o.ref FROM orders AS o WHERE o.id = order_id),"
	" 'line ' || line || ': ' || fact FROM (SELECT l.order_id, l.line, CASE"
	"  WHEN l.ordered <= 0 THEN 'nothing is ordered'"
	"  WHEN min(l.cancelled, l.rejected, l.substituted, l.allocated,"
	"   l.released, l.backordered, l.shipped, l.delivered, l.returned) < 0"
	"   THEN 'a quantity is below zero'"
	"  WHEN l.cancelled + l.rejected + l.substituted + l.allocated"
	"   + l.backordered + l.shipped > l.ordered"
	"   THEN 'its quantities are more than ordered'"
	"  WHEN l.released > l.allocated THEN 'more is released than allocated'"
	"  WHEN l.delivered > l.shipped THEN 'more is delivered than shipped'"
	"  WHEN l.returned > l.shipped THEN 'more is returned than shipped'"
	"  END AS fact FROM lines AS l)"
	" WHERE fact IS NOT NULL";

/* A line that was cancelled stays; one that an amendment took out gave its
 * quantity back to the line it stood in for. */
static const char SQL_SUBSTITUTES[] =
	"SELECT (SELECT o.ref FROM orders AS o WHERE o.id = l.order_id),"
	" 'line ' || l.line || ': ' || " QUANTITY("l.substituted")
	" || ' is substituted, but the lines instead of it make '"
	" || " QUANTITY("coalesce(sum(x.ordered), 0)")
	" FROM lines AS l LEFT JOIN lines AS x ON x.order_id = l.order_id"
	"  AND x.instead_of = l.line"
	" WHERE l.substituted <> 0 GROUP BY l.order_id, l.line"
	" HAVING coalesce(sum(x.ordered), 0) <> l.substituted"
	" UNION ALL"
	" SELECT (SELECT o.ref FROM orders AS o WHERE o.id = x.order_id),"
	" 'line ' || x.line || ': is instead of line ' || x.instead_of"
	" || CASE WHEN l.line IS NULL THEN ', which is not there'"
	"  ELSE ', of which nothing is substituted' END"
	" FROM lines AS x LEFT JOIN lines AS l ON l.order_id = x.order_id"
	"  AND l.line = x.instead_of"
	" WHERE x.instead_of <> 0 AND coalesce(l.substituted, 0) = 0";

static const char SQL_STOCK[] =
	"SELECT '', 'item ' || sku || ': on hand ' || " QUANTITY("on_hand")
	" || ', allocated ' || " QUANTITY("allocated")
	" || ', released ' || " QUANTITY("released")
	" FROM stock WHERE NOT (released >= 0 AND released <= allocated"
	"  AND allocated <= on_hand)";

static const char SQL_ADJUSTMENTS[] =
	"SELECT '', 'adjustment ' || a.adjust_ref || ': its ledger row is '"
	"  || CASE WHEN g.seq IS NULL THEN 'missing' ELSE 'different' END"
	" FROM stock_adjustments AS a LEFT JOIN stock_ledger AS g"
	"  ON g.order_id = 0 AND g.line = 0 AND g.kind = 'adjust'"
	"  AND g.seq = a.seq"
	" WHERE g.seq IS NULL OR g.sku <> a.sku OR g.on_hand <> a.quantity";

static const char SQL_VALUES[] =
	"SELECT ref, fact FROM (SELECT ref, CASE"
	"  WHEN status NOT IN ('received', 'verified', 'confirmed', 'released',"
	"   'completed', 'rejected', 'cancelled')"
	"   THEN 'has no such status: ' || status"
	"  WHEN ack NOT IN ('none', 'received', 'accepted', 'conditional',"
	"   'rejected') THEN 'has no such acknowledgment: ' || ack"
	"  WHEN revision < 1 THEN 'its revision is ' || revision"
	"  WHEN ack_revision > revision THEN 'revision ' || ack_revision"
	"   || ' was acknowledged, but it is at ' || revision"
	"  WHEN stock_revision > revision"
	"   THEN 'stock was checked for revision ' || stock_revision"
	"   || ', but it is at ' || revision"
	"  WHEN status IN ('confirmed', 'released', 'completed')"
	"   AND (ack NOT IN ('accepted', 'conditional')"
	"    OR decided_at IS NULL)"
	"   THEN 'is ' || status || ' but was never acknowledged'"
	"  WHEN (closed_at IS NOT NULL) <>"
	"   (status IN ('completed', 'rejected', 'cancelled'))"
	"   THEN 'is ' || status || ' but ' || CASE WHEN closed_at IS NULL"
	"    THEN 'was never closed' ELSE 'was closed' END"
	"  END AS fact FROM orders) WHERE fact IS NOT NULL";

static const char SQL_DEAD[] =
	"SELECT o.ref, 'is ' || o.status || ' but line ' || l.line"
	"  || ' still holds stock or waits for it'"
	" FROM orders AS o JOIN lines AS l ON l.order_id = o.id"
	" WHERE o.status IN ('rejected', 'cancelled')"
	"  AND (l.allocated <> 0 OR l.released <> 0 OR l.backordered <> 0)";

static const char SQL_KEYS[] =
	"SELECT o.ref, 'its key is not kept: ' || o.channel || ' '"
	"  || o.external_ref"
	" FROM orders AS o WHERE o.external_ref <> ''"
	"  AND NOT EXISTS (SELECT 1 FROM order_keys AS k"
	"   WHERE k.channel = o.channel AND k.external_ref = o.external_ref"
	"   AND k.order_id = o.id AND k.revision = o.revision)";

static const char SQL_HOLDS[] =
	"SELECT coalesce(o.ref, ''), 'hold ' || h.hold || ' is open '"
	"  || count(*) || ' times'"
	" FROM holds AS h LEFT JOIN orders AS o ON o.id = h.order_id"
	" WHERE h.closed_at IS NULL"
	" GROUP BY h.order_id, h.hold HAVING count(*) > 1";

static const char SQL_MESSAGES[] =
	"SELECT coalesce(o.ref, ''), 'message ' || m.id || CASE"
	"  WHEN o.id IS NULL THEN ' is about no order'"
	"  ELSE ' has no such state: ' || m.state END"
	" FROM messages AS m LEFT JOIN orders AS o ON o.id = m.order_id"
	" WHERE o.id IS NULL OR m.state NOT IN ('queued', 'sent', 'failed',"
	"  'dead', 'by-hand', 'cancelled')";

static const struct invariant {
	const char *what, *sql;
} invariants[] = {
	{ "line-quantity", SQL_LINES },
	{ "line-substitute", SQL_SUBSTITUTES },
	{ "stock-level", SQL_STOCK },
	{ "stock-adjustment", SQL_ADJUSTMENTS },
	{ "order-state", SQL_VALUES },
	{ "order-state", SQL_DEAD },
	{ "order-key", SQL_KEYS },
	{ "hold", SQL_HOLDS },
	{ "message", SQL_MESSAGES },
};

int
audit_report(const struct audit *a, const char *what, const char *ref,
    struct err *e, const char *fmt, ...)
{
	char fact[512];
	struct audit_fault f = { what, 0, ref, fact };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fact, sizeof(fact), fmt, ap);
	va_end(ap);
	return a->fn(a->arg, &f, e);
}

int
audit_query(const struct audit *a, const char *what, const char *sql,
    const struct val *vals, struct err *e)
{
	struct row *row;
	int r = db_one(a->s->db, sql, vals, &row, e);

	if (r <= 0)
		return r;
	db_done(row);
	/* Where memory is missing, SQLite's json_valid() says no instead: what
	 * was found must be found again. */
	if (db_query(a->s->db, sql, vals, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if ((r = audit_report(a, what, db_text(row, 0), e, "%s",
		    db_text(row, 1))) < 0)
			break;
	db_done(row);
	return r;
}

static int
integrity(const struct audit *a, struct err *e)
{
	const char **lines;
	size_t n;

	if (db_integrity(a->s->db, &a->s->mem, &lines, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (audit_report(a, "database", "", e, "%s", lines[i]) < 0)
			return -1;
	return 0;
}

static int
differs(void *arg, const char *type, const char *name, const char *fact,
    struct err *e)
{
	return audit_report(arg, "schema", "", e, "%s %s: %s", type, name,
	    fact);
}

int
audit_check(struct step *s, audit_fault_fn *fn, void *arg, struct err *e)
{
	struct audit a = { s, fn, arg };

	if (integrity(&a, e) < 0 || db_shape(s->db, differs, &a, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++)
		if (audit_query(&a, invariants[i].what, invariants[i].sql,
		    NOBIND, e) < 0)
			return -1;
	if (audit_orders(&a, e) < 0 || audit_lives(&a, e) < 0 ||
	    audit_originals(&a, e) < 0 || audit_content(&a, e) < 0 ||
	    audit_records(&a, e) < 0 || audit_answers(&a, e) < 0)
		return -1;
	return audit_stock(&a, e);
}
