-- The stable face of the store for ad hoc queries (order-db(5)).
-- Amounts are decimal text with a *_minor INTEGER beside them; quantities are
-- INTEGER when whole, else REAL; instants are ISO 8601 text in UTC.

CREATE VIEW v_orders AS
SELECT o.id, o.ref, o.external_ref, o.channel,
	strftime('%Y-%m-%dT%H:%M:%SZ', o.received_at, 'unixepoch') AS received_at,
	o.customer, o.customer_name, o.email, o.phone,
	o.bill_name, o.bill_line1, o.bill_line2, o.bill_city, o.bill_region,
	o.bill_postcode, o.bill_country,
	o.ship_name, o.ship_line1, o.ship_line2, o.ship_city, o.ship_region,
	o.ship_postcode, o.ship_country,
	o.payment_method, o.payment_terms, o.payment_token, o.payment_last4,
	o.requested_on, o.language, o.instructions, o.account, o.status, o.revision,
	coalesce((SELECT group_concat(hold, ' ') FROM
		(SELECT h.hold FROM holds AS h WHERE h.order_id = o.id
			AND h.closed_at IS NULL ORDER BY h.hold)), '') AS held,
	CASE WHEN o.stock_revision = 0 THEN 'unchecked' ELSE
		(SELECT CASE
			WHEN sum(l.ordered - l.cancelled - l.rejected - l.substituted) = 0
				THEN 'none'
			WHEN sum(l.allocated + l.shipped) = sum(l.ordered - l.cancelled
				- l.rejected - l.substituted) THEN 'full'
			WHEN sum(l.allocated + l.shipped) > 0 THEN 'partial'
			WHEN sum(l.backordered) = sum(l.ordered - l.cancelled
				- l.rejected - l.substituted) THEN 'backordered'
			ELSE 'none' END
		FROM lines AS l WHERE l.order_id = o.id) END AS stock,
	CASE WHEN o.ack <> 'none' AND o.ack_revision < o.revision THEN 'stale'
		ELSE o.ack END AS ack,
	CASE WHEN o.status NOT IN ('released', 'completed') THEN 'none' ELSE
		(SELECT CASE
			WHEN sum(l.shipped) = 0 THEN 'none'
			WHEN sum(l.delivered) >= sum(l.ordered - l.cancelled - l.rejected
				- l.substituted) THEN 'delivered'
			WHEN sum(l.shipped) >= sum(l.ordered - l.cancelled - l.rejected
				- l.substituted) THEN 'shipped'
			ELSE 'partial' END
		FROM lines AS l WHERE l.order_id = o.id) END AS ship,
	strftime('%Y-%m-%dT%H:%M:%SZ', o.ack_due_at, 'unixepoch') AS ack_due_at,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', o.answered_at, 'unixepoch'), '')
		AS answered_at,
	o.processing_on, o.delivery_on, o.first_processing_on, o.first_delivery_on,
	o.currency,
	CASE WHEN coalesce(o.total, o.total_given) IS NULL THEN ''
		ELSE CASE o.exponent
		WHEN 0 THEN printf('%d', coalesce(o.total, o.total_given))
		WHEN 2 THEN printf('%d.%02d', coalesce(o.total, o.total_given) / 100,
			coalesce(o.total, o.total_given) % 100)
		WHEN 3 THEN printf('%d.%03d', coalesce(o.total, o.total_given) / 1000,
			coalesce(o.total, o.total_given) % 1000)
		ELSE printf('%d.%04d', coalesce(o.total, o.total_given) / 10000,
			coalesce(o.total, o.total_given) % 10000) END END AS total,
	coalesce(o.total, o.total_given) AS total_minor,
	o.discount AS discount_minor, o.shipping AS shipping_minor,
	o.tax AS tax_minor,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', o.decided_at, 'unixepoch'), '')
		AS decided_at
FROM orders AS o;

CREATE VIEW v_lines AS
SELECT o.ref, l.line, l.sku, l.item, l.description,
	CASE WHEN l.ordered % 1000 = 0 THEN l.ordered / 1000
		ELSE l.ordered / 1000.0 END AS quantity,
	l.unit, o.currency,
	CASE WHEN l.unit_price IS NULL THEN '' ELSE
		printf('%d', l.unit_price / 1000000)
		|| CASE WHEN o.exponent = 0 AND l.unit_price % 1000000 = 0 THEN ''
			ELSE '.' || substr(printf('%06d', l.unit_price % 1000000), 1,
				o.exponent)
			|| rtrim(substr(printf('%06d', l.unit_price % 1000000),
				o.exponent + 1), '0') END
		END AS unit_price,
	CASE WHEN l.amount IS NULL THEN '' ELSE CASE o.exponent
		WHEN 0 THEN printf('%d', l.amount)
		WHEN 2 THEN printf('%d.%02d', l.amount / 100, l.amount % 100)
		WHEN 3 THEN printf('%d.%03d', l.amount / 1000, l.amount % 1000)
		ELSE printf('%d.%04d', l.amount / 10000, l.amount % 10000) END
		END AS amount,
	l.amount AS amount_minor, l.line_instructions,
	CASE WHEN l.cancelled % 1000 = 0 THEN l.cancelled / 1000
		ELSE l.cancelled / 1000.0 END AS cancelled,
	CASE WHEN l.rejected % 1000 = 0 THEN l.rejected / 1000
		ELSE l.rejected / 1000.0 END AS rejected,
	CASE WHEN l.substituted % 1000 = 0 THEN l.substituted / 1000
		ELSE l.substituted / 1000.0 END AS substituted,
	CASE WHEN l.allocated % 1000 = 0 THEN l.allocated / 1000
		ELSE l.allocated / 1000.0 END AS allocated,
	CASE WHEN l.released % 1000 = 0 THEN l.released / 1000
		ELSE l.released / 1000.0 END AS released,
	CASE WHEN l.backordered % 1000 = 0 THEN l.backordered / 1000
		ELSE l.backordered / 1000.0 END AS backordered,
	CASE WHEN l.shipped % 1000 = 0 THEN l.shipped / 1000
		ELSE l.shipped / 1000.0 END AS shipped,
	CASE WHEN l.delivered % 1000 = 0 THEN l.delivered / 1000
		ELSE l.delivered / 1000.0 END AS delivered,
	CASE WHEN l.returned % 1000 = 0 THEN l.returned / 1000
		ELSE l.returned / 1000.0 END AS returned,
	l.backorder_on, l.promised_on, l.instead_of, l.order_id
FROM lines AS l JOIN orders AS o ON o.id = l.order_id;

CREATE VIEW v_holds AS
SELECT o.ref, h.hold, h.reason,
	strftime('%Y-%m-%dT%H:%M:%SZ', h.opened_at, 'unixepoch') AS opened_at,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', h.closed_at, 'unixepoch'), '')
		AS closed_at,
	h.answer, h.note, h.by, h.order_id
FROM holds AS h JOIN orders AS o ON o.id = h.order_id;

CREATE VIEW v_messages AS
SELECT m.id, o.ref, m.revision, m.kind, m.recipient, m.state, m.code,
	m.language,
	strftime('%Y-%m-%dT%H:%M:%SZ', m.queued_at, 'unixepoch') AS queued_at,
	m.attempts,
	strftime('%Y-%m-%dT%H:%M:%SZ', m.next_try_at, 'unixepoch') AS next_try_at,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', m.sent_at, 'unixepoch'), '')
		AS sent_at,
	m.error, m.by, m.reminder, m.order_id
FROM messages AS m JOIN orders AS o ON o.id = m.order_id;

CREATE VIEW v_inquiries AS
SELECT q.id, o.ref, strftime('%Y-%m-%dT%H:%M:%SZ', q.at, 'unixepoch') AS at,
	q.channel, q.sender, q.subject, q.question, q.message_id,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', q.answered_at, 'unixepoch'), '')
		AS answered_at,
	q.message, q.by, q.order_id
FROM inquiries AS q JOIN orders AS o ON o.id = q.order_id;

CREATE VIEW v_handoffs AS
SELECT h.id, h.destination, h.kind, coalesce(o.ref, '') AS ref, h.seq,
	strftime('%Y-%m-%dT%H:%M:%SZ', h.at, 'unixepoch') AS at,
	h.folder, h.file,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', h.written_at, 'unixepoch'), '')
		AS written_at,
	h.state,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', h.answered_at, 'unixepoch'), '')
		AS answered_at,
	h.note, h.by, h.order_id
FROM handoffs AS h LEFT JOIN orders AS o ON o.id = h.order_id;

CREATE VIEW v_cancel_requests AS
SELECT s.id, o.ref, s.line,
	CASE WHEN s.quantity % 1000 = 0 THEN s.quantity / 1000
		ELSE s.quantity / 1000.0 END AS quantity,
	s.reason, s.note,
	strftime('%Y-%m-%dT%H:%M:%SZ', s.at, 'unixepoch') AS at,
	s.handoff,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', s.answered_at, 'unixepoch'), '')
		AS answered_at,
	s.answer, s.by, s.order_id
FROM cancel_requests AS s JOIN orders AS o ON o.id = s.order_id;

CREATE VIEW v_stock AS
SELECT i.sku, i.description, i.unit,
	CASE WHEN coalesce(s.on_hand, 0) % 1000 = 0
		THEN coalesce(s.on_hand, 0) / 1000 ELSE s.on_hand / 1000.0 END
		AS on_hand,
	CASE WHEN coalesce(s.allocated, 0) % 1000 = 0
		THEN coalesce(s.allocated, 0) / 1000 ELSE s.allocated / 1000.0 END
		AS allocated,
	CASE WHEN coalesce(s.on_hand - s.allocated, 0) % 1000 = 0
		THEN coalesce(s.on_hand - s.allocated, 0) / 1000
		ELSE (s.on_hand - s.allocated) / 1000.0 END AS available,
	(SELECT CASE WHEN coalesce(sum(l.backordered), 0) % 1000 = 0
		THEN coalesce(sum(l.backordered), 0) / 1000
		ELSE sum(l.backordered) / 1000.0 END
		FROM lines AS l WHERE l.item = i.sku AND l.backordered > 0)
		AS backordered,
	coalesce((SELECT min(p.expected_on) FROM supply AS p
		WHERE p.sku = i.sku AND p.quantity > 0), '') AS next_supply_on
FROM items AS i LEFT JOIN stock AS s ON s.sku = i.sku;

CREATE VIEW v_events AS
SELECT e.seq, coalesce(o.ref, '') AS ref, e.kind,
	strftime('%Y-%m-%dT%H:%M:%SZ', e.at, 'unixepoch') AS at,
	coalesce(d.actor, '') AS actor, coalesce(d.tool, '') AS tool,
	coalesce(d.pinned, 0) AS pinned, coalesce(d.detail, '') AS detail,
	e.order_id
FROM events AS e LEFT JOIN event_details AS d ON d.seq = e.seq
	LEFT JOIN orders AS o ON o.id = e.order_id;

CREATE VIEW v_shipments AS
SELECT s.id, o.ref, s.line, s.carrier, s.tracking, s.shipped_on, s.due_on,
	s.promised_on, s.first_promised_on,
	CASE WHEN s.quantity % 1000 = 0 THEN s.quantity / 1000
		ELSE s.quantity / 1000.0 END AS quantity,
	CASE WHEN s.delivered % 1000 = 0 THEN s.delivered / 1000
		ELSE s.delivered / 1000.0 END AS delivered,
	s.delivered_on,
	CASE WHEN s.returned % 1000 = 0 THEN s.returned / 1000
		ELSE s.returned / 1000.0 END AS returned,
	s.order_id
FROM shipments AS s JOIN orders AS o ON o.id = s.order_id;

CREATE VIEW v_findings AS
SELECT o.ref, f.rule, f.severity, f.hold, f.line, f.field, f.given, f.verdict,
	f.waived, f.order_id
FROM findings AS f JOIN orders AS o ON o.id = f.order_id;

CREATE VIEW v_rejects AS
SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at, channel,
	external_ref, error_code, error_field, error, source, source_line,
	coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', closed_at, 'unixepoch'), '')
		AS closed_at, closed_by
FROM rejects;

CREATE VIEW v_movements AS
SELECT g.id, coalesce(o.ref, '') AS ref, g.line, g.kind, g.seq, g.sku,
	CASE WHEN g.on_hand % 1000 = 0 THEN g.on_hand / 1000
		ELSE g.on_hand / 1000.0 END AS on_hand,
	CASE WHEN g.allocated % 1000 = 0 THEN g.allocated / 1000
		ELSE g.allocated / 1000.0 END AS allocated,
	CASE WHEN g.released % 1000 = 0 THEN g.released / 1000
		ELSE g.released / 1000.0 END AS released,
	strftime('%Y-%m-%dT%H:%M:%SZ', g.at, 'unixepoch') AS at, g.reason,
	g.order_id
FROM stock_ledger AS g LEFT JOIN orders AS o ON o.id = g.order_id;

CREATE VIEW v_archived AS
SELECT order_id, ref, status, archive,
	strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS archived_at
FROM archived;

CREATE VIEW v_reviews AS
SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at, from_on,
	to_on, note, by
FROM reviews;
