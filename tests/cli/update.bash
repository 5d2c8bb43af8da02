# What the tests of order-update share.

# update ARGUMENT...: result and reason; what is said is in err
update() {
	order-update -o csv "$@" 2>err >out || true
	python3 -c 'import csv,sys; [print((r["result"]+" "+r["reason"]).strip()) for r in csv.DictReader(open("out"))]'
}

# The detail of the last event of that kind
detail() {
	sql "SELECT detail FROM v_events WHERE kind = '$1' ORDER BY seq DESC LIMIT 1"
}

# confirmed COLUMNS ROW...: received, verified, reserved, acknowledged
confirmed() {
	receive "$@" | order-verify | order-check-stock -q || true
	order-ack --due --queue-only -q || true
}

# hand_over ID: give all of an order to fulfilment
hand_over() {
	sql "INSERT INTO stock_ledger (order_id, line, kind, seq, sku, on_hand, allocated, released, at)
		SELECT order_id, line, 'release', (SELECT count(*) + 1 FROM stock_ledger AS g WHERE g.order_id = l.order_id AND g.line = l.line AND g.kind = 'release'), item, 0, 0, allocated - released, 0 FROM lines AS l WHERE order_id = $1 AND allocated > released;
	UPDATE stock SET released = released + coalesce((SELECT sum(allocated - released) FROM lines WHERE order_id = $1 AND item = stock.sku), 0);
	UPDATE lines SET released = allocated WHERE order_id = $1;
	UPDATE orders SET status = 'released' WHERE id = $1;
	INSERT INTO handoffs (destination, kind, order_id, seq, at, document) VALUES ('fulfilment', 'pick', $1, 1 + (SELECT count(*) FROM handoffs WHERE order_id = $1), 0, '{}')"
}
