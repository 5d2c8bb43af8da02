/* audit_answers.c - what was asked, and what was answered
 *
 * Requests to cancel, questions of customers and hand-offs each wait for an
 * answer.  Row and events must tell the same: that it was asked, so and then,
 * and that it was answered, so and then, by whom, once. */

#include "audit_check.h"

#define EVENTS_OF(row) "SELECT 1 FROM events AS e" JOIN_DETAIL \
	" WHERE e.order_id = " row ".order_id"

/* ---- requests to cancel ---- */

/* A line that is the only one need not be named. */
#define OF_ITS_LINE " coalesce(" DETAIL("line") ", iif(" \
	DETAIL("quantity") " IS NULL, 0, q.line)) = q.line"

/* What was asked for may be asked for anew, with other words, until
 * fulfilment knows of it.  What leaves the house cannot be cancelled; what is
 * closed short is. */
static const char SQL_REQUESTS[] =
	"SELECT " REF_OF("x.order_id") ", 'request to cancel ' || x.id || fact"
	" FROM (SELECT q.id, q.order_id, CASE"
	"  WHEN NOT EXISTS (" EVENTS_OF("q") " AND e.kind = 'cancel-requested'"
	"   AND e.at = q.at AND" OF_ITS_LINE ")"
	"   THEN ': no event says that it was asked for then'"
	"  WHEN NOT EXISTS (" EVENTS_OF("q") " AND e.kind = 'cancel-requested'"
	"   AND e.at >= q.at AND" OF_ITS_LINE
	"   AND CAST(round(coalesce(" DETAIL("quantity") ", 0) * 1000) AS"
	"    INTEGER) = q.quantity"
	"   AND coalesce(" DETAIL("reason") ", '') = q.reason"
	"   AND coalesce(" DETAIL("note") ", '') = q.note)"
	"   THEN ': no event says that it was asked for so'"
	"  WHEN (q.answered_at IS NULL) <> (q.answer = '')"
	"   OR (q.answered_at IS NULL AND q.by <> '')"
	"   THEN ' is open, but was answered'"
	"  WHEN q.answered_at IS NOT NULL AND NOT EXISTS (" EVENTS_OF("q")
	"   AND e.at = q.answered_at AND d.actor = q.by AND CASE q.answer"
	"    WHEN 'refused' THEN e.kind = 'cancel-refused'"
	"    ELSE e.kind IN ('cancelled', 'short-close') END)"
	"   THEN ' is ' || q.answer || ', but no event says so'"
	"  WHEN q.handoff IS NOT NULL AND NOT EXISTS (SELECT 1"
	"   FROM handoffs AS h WHERE h.id = q.handoff"
	"   AND h.order_id = q.order_id AND h.kind = 'cancel')"
	"   THEN ' was not handed over so'"
	"  WHEN q.handoff IS NOT NULL AND EXISTS (SELECT 1"
	"   FROM cancel_requests AS p WHERE p.order_id = q.order_id"
	"   AND p.handoff = q.handoff AND p.id <> q.id)"
	"   THEN ' was handed over with another' END AS fact"
	"  FROM cancel_requests AS q) AS x"
	" WHERE fact IS NOT NULL AND" NOT_ERASED("x.order_id");

/* Only an answer about a line names it; one about the whole order that is
 * asked for leaves that open. */
static const char SQL_REQUEST_EVENTS[] =
	"SELECT o.ref, 'event ' || x.seq || fact FROM"
	" (SELECT e.seq, e.order_id, CASE e.kind"
	"  WHEN 'cancel-requested' THEN iif(NOT EXISTS (SELECT 1"
	"   FROM cancel_requests AS q WHERE q.order_id = e.order_id"
	"   AND q.at <= e.at AND coalesce(q.answered_at, e.at) >= e.at"
	"   AND" OF_ITS_LINE "), ': what was asked to be cancelled is not kept"
	" as a request', NULL)"
	"  WHEN 'cancel-refused' THEN iif(NOT EXISTS (SELECT 1"
	"   FROM cancel_requests AS q WHERE q.order_id = e.order_id"
	"   AND q.answered_at = e.at AND q.answer = 'refused'), ': no request to"
	" cancel was refused then', NULL)"
	"  ELSE iif(coalesce(" DETAIL("line") ", " DETAIL("quantity") ")"
	"    IS NOT NULL AND NOT EXISTS (SELECT 1"
	"   FROM cancel_requests AS q WHERE q.order_id = e.order_id"
	"   AND ((q.answered_at = e.at AND q.answer = 'cancelled')"
	"    OR (q.line = 0 AND q.at <= e.at"
	"     AND coalesce(q.answered_at, e.at) >= e.at))), ': no request to"
	" cancel was answered then', NULL) END AS fact"
	"  FROM events AS e CROSS" JOIN_DETAIL
	"  WHERE e.kind IN ('cancel-requested', 'cancel-refused', 'cancelled'))"
	" AS x CROSS JOIN orders AS o ON o.id = x.order_id"
	" WHERE fact IS NOT NULL";

/* ---- questions of customers ---- */

/* The first answer after it is its own.  Only one by a message that was
 * cancelled is open again, until that is sent or another; a message that went
 * out again is the copy. */
static const char SQL_INQUIRIES[] =
	"SELECT " REF_OF("x.order_id") ", 'inquiry ' || x.id || fact FROM"
	" (SELECT q.id, q.order_id, CASE"
	"  WHEN q.came IS NULL THEN ': no event says that it came so'"
	"  WHEN q.told IS NULL AND (q.answered_at IS NOT NULL"
	"   OR q.message IS NOT NULL OR q.by <> '')"
	"   THEN ' is answered, but no event says so'"
	"  WHEN q.told IS NOT NULL AND q.answered_at IS NULL AND NOT EXISTS ("
	EVENTS_OF("q") " AND e.kind = 'mail-cancelled'"
	"   AND " DETAIL("message") " = q.message)"
	"   THEN ' is open, but was answered'"
	"  WHEN q.told IS NOT NULL AND q.message IS NULL"
	"   AND NOT EXISTS (" EVENTS_OF("q") " AND e.seq = q.told"
	"    AND e.at = q.answered_at AND d.actor = q.by"
	"    AND " DETAIL("message") " IS NULL)"
	"   THEN ': no event says that it was answered so'"
	"  WHEN q.message IS NOT NULL AND (NOT EXISTS (" EVENTS_OF("q")
	"    AND e.kind IN ('reply', 'resend') AND e.seq > q.came"
	"    AND q.message = iif(e.kind = 'reply', " DETAIL("message") ", "
	DETAIL("as") "))"
	"   OR EXISTS (" EVENTS_OF("q") " AND e.kind = 'resend'"
	"    AND " DETAIL("message") " = q.message)"
	"   OR NOT EXISTS (" EVENTS_OF("q") " AND e.kind = 'reply'"
	"    AND e.seq > q.came AND d.actor = q.by)"
	"   OR NOT EXISTS (" EVENTS_OF("q") " AND e.seq > q.came"
	"    AND e.at = coalesce(q.answered_at, e.at) AND (e.seq = q.told"
	"     OR (e.kind IN ('reply', 'sent', 'resend') AND EXISTS (SELECT 1"
	"      FROM events AS c WHERE c.order_id = q.order_id"
	"      AND c.kind = 'mail-cancelled' AND c.seq < e.seq)))))"
	"   THEN ': no event says that it was answered so' END AS fact"
	"  FROM (SELECT i.*, (SELECT min(e.seq) FROM events AS e"
	"   WHERE e.order_id = i.order_id AND e.kind = 'reply'"
	"   AND e.seq > i.came) AS told"
	"   FROM (SELECT r.*, (SELECT min(e.seq) FROM events AS e" JOIN_DETAIL
	"    WHERE e.order_id = r.order_id AND e.kind = 'inquiry'"
	"    AND " DETAIL("inquiry") " = r.id AND e.at >= r.at"
	"    AND coalesce(" DETAIL("from") ", '') = r.sender"
	"    AND coalesce(" DETAIL("subject") ", '') = r.subject"
	"    AND coalesce(" DETAIL("channel") ", '') = r.channel) AS came"
	"    FROM inquiries AS r) AS i) AS q) AS x"
	" WHERE fact IS NOT NULL AND" NOT_ERASED("x.order_id");

static const char SQL_INQUIRY_EVENTS[] =
	"SELECT o.ref, 'inquiry ' || " DETAIL("inquiry") " || iif(q.id IS NULL,"
	"  ' is not there any more', ' is about another order')"
	" FROM events AS e CROSS" JOIN_DETAIL
	" CROSS JOIN orders AS o ON o.id = e.order_id"
	" LEFT JOIN inquiries AS q ON q.id = " DETAIL("inquiry")
	" WHERE e.kind = 'inquiry' AND q.order_id IS NOT e.order_id";

/* ---- hand-offs ---- */

#define REPORTED " coalesce(nullif(" DETAIL("reason") ", ''), " \
	DETAIL("note") ", '')"

/* Movements need no answer.  A report is about all that was handed over of
 * the order until then, and the last one holds; what is cancelled with its
 * order, or shipped to the last piece, waits no more. */
static const char SQL_HANDOFF_ANSWERS[] =
	"SELECT " REF_OF("x.order_id") ", 'hand-off ' || x.id || fact FROM"
	" (SELECT h.id, h.order_id, CASE"
	"  WHEN h.kind = 'movements' THEN iif(h.state <> 'accepted'"
	"   OR h.answered_at IS NOT NULL OR h.note <> '' OR h.by <> '',"
	"   ' needs no answer, but has one', NULL)"
	"  WHEN h.kind = 'cancel' AND NOT EXISTS (SELECT 1"
	"   FROM cancel_requests AS q WHERE q.order_id = h.order_id"
	"   AND q.handoff = h.id AND q.answered_at IS h.answered_at"
	"   AND q.answer = h.note AND q.by = h.by"
	"   AND h.state = iif(q.answered_at IS NULL, 'open', 'accepted'))"
	"   THEN ' is ' || h.state || ', but its request to cancel is not'"
	"  WHEN h.kind = 'cancel' THEN NULL"
	"  WHEN h.state = 'open' THEN iif(h.answered_at IS NOT NULL"
	"   OR h.note <> '' OR h.by <> '' OR EXISTS (SELECT 1 FROM events AS r"
	"    WHERE r.order_id = h.order_id AND r.kind IN ('accepted', 'problem')"
	"    AND r.seq > h.forwarded), ' is open, but was answered', NULL)"
	"  WHEN h.answered_at IS NULL OR h.told IS NULL"
	"   THEN ' is ' || h.state || ', but no event says so'"
	"  WHEN h.state <> 'void' AND EXISTS (SELECT 1 FROM events AS r"
	"   WHERE r.order_id = h.order_id AND r.seq > h.told"
	"   AND r.kind = iif(h.state = 'accepted', 'problem', 'accepted'))"
	"   THEN ' is ' || h.state || ', but the last report says otherwise'"
	"  END AS fact FROM (SELECT f.*, (SELECT max(e.seq)"
	"    FROM events AS e" JOIN_DETAIL " WHERE e.order_id = f.order_id"
	"    AND e.kind = 'forward' AND " DETAIL("handoff") " = f.id)"
	"    AS forwarded, (SELECT max(e.seq) FROM events AS e" JOIN_DETAIL
	"    WHERE e.order_id = f.order_id AND e.at = f.answered_at"
	"    AND d.actor = f.by AND CASE f.state"
	"     WHEN 'void' THEN e.kind IN ('cancelled', 'short-close')"
	"     WHEN 'problem' THEN e.kind = 'problem' AND f.note = iif("
	DETAIL("line") " IS NULL, '', 'line ' || " DETAIL("line") " || ': ')"
	"      ||" REPORTED
	"     ELSE (e.kind = 'accepted' AND f.note =" REPORTED ")"
	"      OR (e.kind = 'shipped' AND f.note = 'shipped') END) AS told"
	"    FROM handoffs AS f) AS h) AS x"
	" WHERE fact IS NOT NULL AND" NOT_ERASED("x.order_id");

static const struct invariant {
	const char *what, *sql;
} invariants[] = {
	{ "cancel-request", SQL_REQUESTS },
	{ "cancel-request", SQL_REQUEST_EVENTS },
	{ "inquiry", SQL_INQUIRIES },
	{ "inquiry", SQL_INQUIRY_EVENTS },
	{ "hand-off", SQL_HANDOFF_ANSWERS },
};

int
audit_answers(const struct audit *a, struct err *e)
{
	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++)
		if (audit_query(a, invariants[i].what, invariants[i].sql,
		    NOBIND, e) < 0)
			return -1;
	return 0;
}
