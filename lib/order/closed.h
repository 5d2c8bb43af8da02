/* closed.h - what still waits for something of an order
 *
 * Conditions on orders AS o, for the statements of those that may only touch
 * what is over. */
#ifndef CLOSED_H
#define CLOSED_H

/* Who or what still waits for something of order o; NULL: nobody. */
#define ORDER_WAITS \
	" CASE WHEN o.status NOT IN ('completed', 'rejected', 'cancelled')" \
	"  THEN 'it is ' || o.status" \
	" WHEN EXISTS (SELECT 1 FROM holds AS h WHERE h.order_id = o.id" \
	"  AND h.closed_at IS NULL) THEN 'a hold is open'" \
	" WHEN EXISTS (SELECT 1 FROM inquiries AS q WHERE q.order_id = o.id" \
	"  AND q.answered_at IS NULL) THEN 'an inquiry is not answered'" \
	" WHEN EXISTS (SELECT 1 FROM cancel_requests AS c" \
	"  WHERE c.order_id = o.id AND c.answered_at IS NULL)" \
	"  THEN 'a request to cancel is not answered'" \
	" WHEN EXISTS (SELECT 1 FROM handoffs AS f WHERE f.order_id = o.id" \
	"  AND f.written_at IS NULL AND f.state <> 'void')" \
	"  THEN 'a hand-off was not written'" \
	" WHEN EXISTS (SELECT 1 FROM messages AS m WHERE m.order_id = o.id" \
	"  AND m.state NOT IN ('sent', 'cancelled'))" \
	"  THEN 'a message was not sent' END"

/* Is it under a legal hold? */
#define ORDER_LEGAL_HOLD \
	" coalesce((SELECT v.kind = 'legal-hold' FROM events AS v" \
	"  WHERE v.order_id = o.id" \
	"  AND v.kind IN ('legal-hold', 'legal-release')" \
	"  ORDER BY v.seq DESC LIMIT 1), 0)"

#endif
