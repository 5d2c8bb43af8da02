/* audit_records.c - what the tables say and what the events say
 *
 * Whatever a step writes to a table it says in an event of the same
 * transaction: the rows must be those the events tell of, no more, no less,
 * with the same words and times.  One query for each promise. */

#include "audit_check.h"

/* ---- holds ---- */

static const char SQL_HOLD_ROWS[] =
	"SELECT " REF_OF("h.order_id") ", 'hold ' || h.hold || ': no event says"
	" that it was opened so' FROM holds AS h"
	" WHERE" NOT_ERASED("h.order_id") " AND NOT EXISTS (SELECT 1 FROM events AS e" JOIN_DETAIL
	"  WHERE e.order_id = h.order_id AND e.at = h.opened_at"
	"  AND e.kind = 'hold' AND " DETAIL("hold") " = h.hold)"
	" UNION ALL"
	" SELECT " REF_OF("h.order_id") ", 'hold ' || h.hold || ': no event says"
	" that it was ended so' FROM holds AS h WHERE h.closed_at IS NOT NULL"
	" AND" NOT_ERASED("h.order_id") " AND NOT EXISTS (SELECT 1 FROM events AS e" JOIN_DETAIL
	"  WHERE e.order_id = h.order_id AND e.at = h.closed_at"
	"  AND e.kind = 'hold-ended' AND " DETAIL("hold") " = h.hold"
	"  AND " DETAIL("answer") " = h.answer AND d.actor = h.by"
	"  AND coalesce(" DETAIL("note") ", '') = h.note)";

static const char SQL_HOLD_EVENTS[] =
	"SELECT o.ref, 'its events open ' || x.opened || ' holds and end '"
	" || x.ended || ', but there are ' || (SELECT count(*) FROM holds AS h"
	"  WHERE h.order_id = x.order_id) || ', ' || (SELECT count(*)"
	"  FROM holds AS h WHERE h.order_id = x.order_id"
	"  AND h.closed_at IS NOT NULL) || ' of them ended'"
	" FROM (SELECT order_id, sum(kind = 'hold') AS opened,"
	"  sum(kind = 'hold-ended') AS ended FROM events"
	"  WHERE kind IN ('hold', 'hold-ended') GROUP BY order_id) AS x"
	" JOIN orders AS o ON o.id = x.order_id"
	" WHERE x.opened <> (SELECT count(*) FROM holds AS h"
	"  WHERE h.order_id = x.order_id)"
	" OR x.ended <> (SELECT count(*) FROM holds AS h"
	"  WHERE h.order_id = x.order_id AND h.closed_at IS NOT NULL)";

/* ---- messages ---- */

/* The state a message has now, by the last event that names it, is not always
 * told: one that was overtaken is cancelled without a word.  One that came
 * back may be tried again, cancelled, or have its copy in its place. */
static const char SQL_MESSAGE_EVENTS[] =
	"SELECT " REF_OF("e.order_id") ", 'message ' || " DETAIL("message")
	" || CASE WHEN m.id IS NULL THEN ' is not there any more'"
	"  WHEN m.order_id <> e.order_id THEN ' is about another order'"
	"  WHEN m.kind <> " DETAIL("kind") " THEN ' was a '"
	"   || " DETAIL("kind") " || ', not a ' || m.kind"
	"  WHEN e.kind = 'message' AND m.queued_at <> e.at"
	"   THEN ' was queued at another time'"
	"  WHEN e.kind = 'message'"
	"   AND (m.recipient <> '') <> (" DETAIL("recipient-known")
	"    = 'true') THEN ' had another recipient'"
	"  ELSE ' was sent, but is ' || m.state END"
	" FROM events AS e" JOIN_DETAIL
	" LEFT JOIN messages AS m ON m.id = " DETAIL("message")
	" WHERE e.kind IN ('message', 'sent', 'told')"
	" AND EXISTS (SELECT 1 FROM orders AS o WHERE o.id = e.order_id)"
	" AND (m.id IS NULL OR m.order_id <> e.order_id"
	"  OR m.kind <> " DETAIL("kind")
	"  OR (e.kind = 'message' AND (m.queued_at <> e.at"
	"   OR (m.recipient <> '') <> (" DETAIL("recipient-known") " = 'true')))"
	"  OR (e.kind <> 'message' AND (m.state NOT IN ('sent', 'dead')"
	"   OR m.sent_at <> e.at) AND NOT EXISTS (SELECT 1 FROM events AS x"
	"   JOIN event_details AS y ON y.seq = x.seq"
	"   WHERE x.order_id = e.order_id AND x.seq > e.seq"
	"   AND x.kind IN ('bounced', 'sent', 'told')"
	"   AND json_valid(y.detail) AND json_extract(y.detail, '$.message')"
	"    = m.id)))";

static const char SQL_MESSAGE_ROWS[] =
	"SELECT " REF_OF("m.order_id") ", 'message ' || m.id || fact"
	" FROM (SELECT m.id, m.order_id, CASE"
	"  WHEN m.revision > o.revision OR m.revision < 1"
	"   THEN ' is about a revision that never was'"
	"  WHEN m.state IN ('sent', 'failed', 'dead') AND m.attempts > 0"
	"   AND m.tried_at IS NULL THEN ' was never tried'"
	"  WHEN (m.state = 'sent') > (m.sent_at IS NOT NULL)"
	"   THEN ' is sent, but never was'"
	"  WHEN json_valid(m.document) = 0 THEN ' has no document'"
	"  WHEN json_extract(m.document, '$.kind') <> m.kind"
	"   THEN ' has the document of another kind'"
	"  WHEN json_extract(m.document, '$.ref') <> o.ref"
	"   THEN ' has the document of another order'"
	"  WHEN json_extract(m.document, '$.language') <> m.language"
	"   THEN ' has a document in another language'"
	"  WHEN coalesce(json_extract(m.document, '$.code'), '') <> m.code"
	"   THEN ' has a document with another code'"
	"  WHEN m.seq > 1 AND NOT EXISTS (SELECT 1 FROM messages AS p"
	"   WHERE p.order_id = m.order_id AND p.revision = m.revision"
	"   AND p.kind = m.kind AND p.recipient = m.recipient"
	"   AND p.seq = m.seq - 1) THEN ' has none before it'"
	"  WHEN b.message IS NOT NULL AND (m.attempts > 0 OR b.message_id <> '')"
	"   AND (instr(b.bytes, b.message_id) = 0"
	"   OR instr(b.message_id, m.kind || '.') <> 1"
	"   OR instr(b.bytes, b.sender) = 0)"
	"   THEN ': its mail is not the one that was handed over'"
	"  WHEN m.state = 'sent' AND m.by = '' AND b.message IS NULL"
	"   THEN ' was sent, but its mail is not kept' END AS fact"
	" FROM messages AS m JOIN orders AS o ON o.id = m.order_id"
	" LEFT JOIN message_bytes AS b ON b.message = m.id) AS m"
	" WHERE fact IS NOT NULL AND" NOT_ERASED("m.order_id");

static const char SQL_MESSAGE_COUNT[] =
	"SELECT '', 'message ' || m.id || ': no event says that it was made'"
	" FROM messages AS m WHERE NOT EXISTS (SELECT 1 FROM events AS e"
	"  WHERE e.order_id = m.order_id AND e.at = m.queued_at"
	"  AND e.kind IN ('message', 'resend'))";

/* ---- times and decisions of an order ---- */

static const char SQL_TIMES[] =
	"SELECT ref, fact FROM (SELECT o.ref, CASE"
	"  WHEN o.received_at <> (SELECT r.received_at FROM originals AS r"
	"   WHERE r.order_id = o.id AND r.revision = 1)"
	"   THEN 'was received at another time, by its original'"
	"  WHEN o.closed_at IS NOT NULL AND NOT EXISTS (SELECT 1"
	"   FROM events AS e WHERE e.order_id = o.id AND e.at = o.closed_at)"
	"   THEN 'was closed at a time when nothing happened to it'"
	"  WHEN o.answered_at IS NOT NULL AND NOT EXISTS (SELECT 1"
	"   FROM messages AS m WHERE m.order_id = o.id"
	"   AND m.sent_at = o.answered_at)"
	"   THEN 'was answered at a time when nothing was sent'"
	"  WHEN o.answered_at IS NULL AND EXISTS (SELECT 1"
	"   FROM messages AS m WHERE m.order_id = o.id"
	"   AND m.revision = o.revision AND m.state = 'sent'"
	"   AND m.kind IN ('receipt', 'acknowledgment', 'rejected'))"
	"   THEN 'was answered, but says it was not'"
	"  WHEN o.ack <> 'none' AND NOT EXISTS (SELECT 1 FROM messages AS m"
	"   WHERE m.order_id = o.id AND m.code = CASE o.ack"
	"    WHEN 'received' THEN 'AB' WHEN 'accepted' THEN 'AP'"
	"    WHEN 'conditional' THEN 'CA' ELSE 'RE' END)"
	"   THEN 'is acknowledged as ' || o.ack || ', but nobody was told so'"
	"  WHEN o.ack = 'none' AND EXISTS (SELECT 1 FROM messages AS m"
	"   WHERE m.order_id = o.id AND m.code <> '')"
	"   THEN 'was acknowledged, but says it was not'"
	"  WHEN (o.ack = 'none') <> (o.ack_revision = 0)"
	"   THEN 'has no revision that was acknowledged, or should have none'"
	"  END AS fact FROM orders AS o) WHERE fact IS NOT NULL";

/* Hours of the time limit that ever held. */
static const char SQL_DUE[] =
	"SELECT o.ref, 'its acknowledgment is due at a time that no limit"
	" makes' FROM orders AS o WHERE NOT EXISTS (SELECT 1"
	"  FROM originals AS r, (SELECT CAST(" DETAIL("old") " AS INTEGER)"
	"   AS hours FROM events AS e" JOIN_DETAIL " WHERE e.order_id = 0"
	"   AND e.kind = 'policy' AND " DETAIL("field") " = 'ack_hours'"
	"   UNION SELECT CAST(" DETAIL("new") " AS INTEGER) FROM events AS e"
	JOIN_DETAIL " WHERE e.order_id = 0 AND e.kind = 'policy'"
	"   AND " DETAIL("field") " = 'ack_hours' UNION SELECT $1) AS x"
	"  WHERE r.order_id = o.id"
	"  AND o.ack_due_at = r.received_at + 3600 * x.hours)";

/* ---- keys, originals, reports ---- */

static const char SQL_KEY_ROWS[] =
	"SELECT " REF_OF("k.order_id") ", 'a key of it that nothing came under: '"
	"  || k.channel || ' ' || k.external_ref"
	" FROM order_keys AS k LEFT JOIN orders AS o ON o.id = k.order_id"
	" WHERE (o.id IS NULL AND k.order_id NOT IN"
	"  (SELECT a.order_id FROM archived AS a))"
	" OR o.external_ref <> k.external_ref OR o.channel <> k.channel"
	" OR k.revision NOT BETWEEN 1 AND o.revision"
	" OR EXISTS (SELECT 1 FROM order_keys AS x"
	"  WHERE x.channel = k.channel AND x.external_ref = k.external_ref"
	"  AND x.order_id = k.order_id AND x.revision = k.revision"
	"  AND x.content <> k.content)";

static const char SQL_SOURCES[] =
	"SELECT o.ref, 'its original does not come from where its event says'"
	" FROM originals AS r JOIN orders AS o ON o.id = r.order_id"
	" WHERE NOT EXISTS (SELECT 1 FROM events AS e" JOIN_DETAIL
	"  WHERE e.order_id = r.order_id"
	"  AND e.kind = CASE r.revision WHEN 1 THEN 'receive' ELSE 'amend' END"
	"  AND coalesce(" DETAIL("revision") ", 1) = r.revision"
	"  AND " DETAIL("source") " = r.source"
	"  AND " DETAIL("source_line") " = r.source_line)"
	" AND EXISTS (SELECT 1 FROM events AS e" JOIN_DETAIL
	"  WHERE e.order_id = r.order_id AND e.kind = 'receive')";

static const char SQL_UPDATES[] =
	"SELECT " REF_OF("u.order_id") ", 'report ' || u.event_id || ': no event"
	" says that it was taken in' FROM updates AS u"
	" WHERE NOT EXISTS (SELECT 1 FROM events AS e"
	"  WHERE e.order_id = u.order_id AND e.at = u.at)"
	" UNION ALL SELECT o.ref, 'report ' || " DETAIL("event_id")
	"  || ' was taken in, but is not known any more'"
	" FROM events AS e" JOIN_DETAIL " JOIN orders AS o ON o.id = e.order_id"
	" WHERE instr(d.detail, '\"event_id\":') > 0"
	" AND " DETAIL("event_id") " IS NOT NULL"
	" AND NOT EXISTS (SELECT 1 FROM updates AS u"
	"  WHERE u.event_id = " DETAIL("event_id") " AND u.order_id = e.order_id)";

/* ---- policy ---- */

/* A setting has the value its last event gave it. */
static const char SQL_POLICY[] =
	"SELECT '', 'setting ' || x.field || ': its last event says ' || x.value"
	"  || ', not ' || coalesce(p.value, 'its default')"
	" FROM (SELECT " DETAIL("field") " AS field, " DETAIL("new") " AS value,"
	"  max(e.seq) FROM events AS e" JOIN_DETAIL
	"  WHERE e.order_id = 0 AND e.kind = 'policy' GROUP BY 1) AS x"
	" LEFT JOIN policy AS p ON p.name = x.field"
	" WHERE p.value IS NOT x.value"
	" UNION ALL SELECT '', 'setting ' || p.name || ': no event set it'"
	" FROM policy AS p WHERE NOT EXISTS (SELECT 1 FROM events AS e"
	JOIN_DETAIL "  WHERE e.order_id = 0 AND e.kind = 'policy'"
	"  AND " DETAIL("field") " = p.name)";

/* ---- the ledger ---- */

/* What a kind of movement does to which counter. */
static const char SQL_LEDGER[] =
	"SELECT " REF_OF("g.order_id") ", 'movement ' || g.id || ' of '"
	"  || g.sku || ': ' || g.kind || ' is not like that'"
	" FROM stock_ledger AS g WHERE NOT CASE g.kind"
	"  WHEN 'count' THEN g.allocated = 0 AND g.released = 0"
	"   AND g.order_id = 0"
	"  WHEN 'adjust' THEN g.allocated = 0 AND g.released = 0"
	"   AND g.order_id = 0"
	"  WHEN 'allocate' THEN g.on_hand = 0 AND g.allocated > 0"
	"   AND g.released = 0 AND g.order_id > 0"
	"  WHEN 'deallocate' THEN g.on_hand = 0 AND g.allocated < 0"
	"   AND g.released = 0 AND g.order_id > 0"
	"  WHEN 'release' THEN g.on_hand = 0 AND g.allocated = 0"
	"   AND g.released > 0 AND g.order_id > 0"
	"  WHEN 'unrelease' THEN g.on_hand = 0 AND g.allocated = 0"
	"   AND g.released < 0 AND g.order_id > 0"
	"  WHEN 'ship' THEN g.allocated < 0 AND g.released = g.allocated"
	"   AND g.on_hand = iif(g.reason = 'left before the count', 0,"
	"    g.allocated) AND g.order_id > 0"
	"  ELSE g.allocated = 0 AND g.released = 0 AND g.on_hand >= 0 END"
	" UNION ALL SELECT " REF_OF("g.order_id") ", 'movement ' || g.id"
	"  || ' of ' || g.sku || ': the one before it is missing'"
	" FROM stock_ledger AS g WHERE g.seq > 1 AND NOT EXISTS (SELECT 1"
	"  FROM stock_ledger AS b WHERE b.order_id = g.order_id"
	"  AND b.line = g.line AND b.kind = g.kind AND b.seq = g.seq - 1)"
	" UNION ALL SELECT o.ref, 'movement ' || g.id || ' of ' || g.sku"
	"  || ': at that time nothing happened to the order'"
	" FROM stock_ledger AS g JOIN orders AS o ON o.id = g.order_id"
	" WHERE NOT EXISTS (SELECT 1 FROM events AS e"
	"  WHERE e.order_id = g.order_id AND e.at = g.at)";

/* ---- departments ---- */

/* Of movements the events are among all those about no order: they are looked
 * through once, not for each. */
static const char SQL_HANDOFFS[] =
	"SELECT " REF_OF("h.order_id") ", 'hand-off ' || h.id || fact FROM"
	" (SELECT h.id, h.order_id, CASE"
	"  WHEN iif(h.order_id = 0, f.seq IS NULL, NOT EXISTS (SELECT 1"
	"   FROM events AS e" JOIN_DETAIL " WHERE e.order_id = h.order_id"
	"   AND e.kind = 'forward' AND e.at = h.at"
	"   AND " DETAIL("handoff") " = h.id AND " DETAIL("kind") " = h.kind"
	"   AND " DETAIL("to") " = h.destination))"
	"   THEN ': no event says that it was handed over so'"
	"  WHEN h.state = 'void' AND h.kind = 'pick' AND o.status = 'released'"
	"   AND NOT EXISTS (SELECT 1 FROM events AS e"
	"    WHERE e.order_id = h.order_id AND e.kind = 'reopen')"
	"   THEN ' is void, but its order is released'"
	"  WHEN h.seq > 1 AND NOT EXISTS (SELECT 1 FROM handoffs AS b"
	"   WHERE b.order_id = h.order_id AND b.destination = h.destination"
	"   AND b.seq = h.seq - 1) THEN ': the one before it is missing'"
	"  WHEN json_valid(h.document) = 0 THEN ' has no document'"
	"  WHEN json_extract(h.document, '$.kind') <> h.kind"
	"   THEN ' has the document of another kind'"
	"  WHEN json_extract(h.document, '$.ref') <> o.ref"
	"   THEN ' has the document of another order'"
	"  END AS fact FROM handoffs AS h"
	"  LEFT JOIN orders AS o ON o.id = h.order_id"
	"  LEFT JOIN (SELECT e.seq, e.at, " DETAIL("handoff") " AS id,"
	"   " DETAIL("kind") " AS kind, " DETAIL("to") " AS destination"
	"   FROM events AS e" JOIN_DETAIL " WHERE e.order_id = 0"
	"   AND e.kind = 'forward') AS f ON h.order_id = 0 AND f.id = h.id"
	"   AND f.at = h.at AND f.kind = h.kind"
	"   AND f.destination = h.destination) AS h"
	" WHERE fact IS NOT NULL AND" NOT_ERASED("h.order_id")
	" UNION ALL SELECT " REF_OF("e.order_id") ", 'hand-off '"
	"  || " DETAIL("handoff") " || ' is not there any more'"
	" FROM events AS e" JOIN_DETAIL " WHERE e.kind = 'forward'"
	" AND NOT EXISTS (SELECT 1 FROM handoffs AS h"
	"  WHERE h.id = " DETAIL("handoff") ")"
	" AND (e.order_id = 0 OR EXISTS (SELECT 1 FROM orders AS o"
	"  WHERE o.id = e.order_id))";

/* What was on the pick tickets is what the ledger released. */
static const char SQL_TICKETS[] =
	"SELECT " REF_OF("x.order_id") ", 'line ' || x.line || ': its hand-off "
	"makes ' || (x.quantity / 1000.0) || ', but ' || (coalesce(x.released, 0)"
	"  / 1000.0) || ' was released' FROM (SELECT t.order_id, t.line,"
	"  sum(t.quantity) AS quantity, (SELECT sum(g.released)"
	"   FROM stock_ledger AS g WHERE g.order_id = t.order_id"
	"   AND g.line = t.line AND g.kind = 'release') AS released"
	"  FROM (SELECT h.order_id, json_extract(j.value, '$.line') AS line,"
	"   CAST(round(json_extract(j.value, '$.quantity') * 1000) AS INTEGER)"
	"    AS quantity"
	"   FROM handoffs AS h, json_each(iif(json_valid(h.document),"
	"    h.document, '{}'), '$.lines') AS j WHERE h.kind = 'pick') AS t"
	"  GROUP BY 1, 2) AS x WHERE x.quantity IS NOT x.released";

/* What left is what the lines say left; what was sent back, too. */
static const char SQL_SHIPMENTS[] =
	"SELECT " REF_OF("x.order_id") ", 'line ' || x.line || ': its shipments"
	" make ' || (x.quantity / 1000.0) || ', ' || (x.delivered / 1000.0)"
	"  || ' delivered, ' || (x.returned / 1000.0) || ' returned; it says '"
	"  || (coalesce(l.shipped, 0) / 1000.0) || ', '"
	"  || (coalesce(l.delivered, 0) / 1000.0) || ' and '"
	"  || (coalesce(l.returned, 0) / 1000.0) FROM (SELECT order_id, line,"
	"  sum(quantity) AS quantity, sum(delivered) AS delivered,"
	"  sum(returned) AS returned FROM shipments GROUP BY 1, 2) AS x"
	" LEFT JOIN lines AS l ON l.order_id = x.order_id AND l.line = x.line"
	" WHERE l.shipped IS NOT x.quantity OR l.delivered IS NOT x.delivered"
	"  OR l.returned IS NOT x.returned"
	" UNION ALL SELECT " REF_OF("l.order_id") ", 'line ' || l.line"
	"  || ': ' || (l.shipped / 1000.0) || ' shipped, but there is no shipment'"
	" FROM lines AS l WHERE l.shipped <> 0 AND NOT EXISTS (SELECT 1"
	"  FROM shipments AS s WHERE s.order_id = l.order_id"
	"  AND s.line = l.line)"
	" UNION ALL SELECT " REF_OF("s.order_id") ", 'shipment ' || s.id"
	"  || ': no event says that it left' FROM shipments AS s"
	" WHERE" NOT_ERASED("s.order_id") " AND NOT EXISTS (SELECT 1"
	"  FROM events AS e" JOIN_DETAIL
	"  WHERE e.order_id = s.order_id AND e.kind = 'shipped'"
	"  AND coalesce(" DETAIL("carrier") ", '') = s.carrier"
	"  AND coalesce(" DETAIL("tracking") ", '') = s.tracking)";

/* ---- the years ---- */

static const char SQL_YEARS[] =
	"SELECT a.ref, 'is archived, but no event says so' FROM archived AS a"
	" WHERE NOT EXISTS (SELECT 1 FROM events AS e WHERE e.kind = 'archive'"
	"  AND e.order_id = a.order_id AND e.at = a.at)"
	" UNION ALL SELECT a.ref, 'is archived, but it is here, too'"
	" FROM archived AS a JOIN orders AS o ON o.id = a.order_id"
	" UNION ALL SELECT a.ref, 'is archived in ' || a.archive || ', which is"
	" not noted as an archive' FROM archived AS a"
	" WHERE a.archive NOT IN (SELECT f.file FROM archives AS f)"
	" UNION ALL SELECT '', 'review ' || r.id || ': no event says that it"
	" was made' FROM reviews AS r WHERE NOT EXISTS (SELECT 1"
	"  FROM events AS e" JOIN_DETAIL " WHERE e.order_id = 0"
	"  AND e.kind = 'review' AND e.at = r.at AND d.actor = r.by"
	"  AND " DETAIL("from_on") " = r.from_on AND " DETAIL("to_on") " = r.to_on"
	"  AND " DETAIL("note") " = r.note)"
	" UNION ALL SELECT '', (sum(e.kind = 'review') - (SELECT count(*)"
	"  FROM reviews)) || ' reviews are not there any more'"
	" FROM events AS e WHERE e.order_id = 0 AND e.kind = 'review'"
	" HAVING count(*) > (SELECT count(*) FROM reviews)";

static const struct invariant {
	const char *what, *sql;
} invariants[] = {
	{ "hold-event", SQL_HOLD_ROWS },
	{ "hold-event", SQL_HOLD_EVENTS },
	{ "message-event", SQL_MESSAGE_EVENTS },
	{ "message-event", SQL_MESSAGE_COUNT },
	{ "message", SQL_MESSAGE_ROWS },
	{ "order-times", SQL_TIMES },
	{ "order-times", SQL_DUE },
	{ "order-key", SQL_KEY_ROWS },
	{ "order-original", SQL_SOURCES },
	{ "report", SQL_UPDATES },
	{ "policy", SQL_POLICY },
	{ "stock-movement", SQL_LEDGER },
	{ "hand-off", SQL_HANDOFFS },
	{ "hand-off", SQL_TICKETS },
	{ "shipment", SQL_SHIPMENTS },
	{ "years", SQL_YEARS },
};

int
audit_records(const struct audit *a, struct err *e)
{
	int64_t hours = a->s->policy.number[POLICY_IS_ACK_HOURS];

	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]);
	    i++) {
		const struct invariant *v = &invariants[i];

		/* An archive has the policy of its day but no events of it,
		 * and the ledger stays in the live file. */
		if (db_is_archive(a->s->db) && (v->sql == SQL_POLICY ||
		    v->sql == SQL_DUE || v->sql == SQL_TICKETS))
			continue;
		if (audit_query(a, v->what, v->sql, v->sql == SQL_DUE ?
		    BIND(I(hours)) : NOBIND, e) < 0)
			return -1;
	}
	return 0;
}
