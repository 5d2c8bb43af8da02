# What the tests of order-forward share.

# confirmed COLUMNS ROW...: received up to acknowledged, silently
confirmed() {
	ready "$@" || true
	order-check-stock -q --pending 2>/dev/null || true
	order-ack -q --due --queue-only 2>/dev/null || true
}

# forward ARGUMENT...: result and reason, by a drop folder; said is in err
forward() {
	mkdir -p drop
	order-forward --to fulfilment --dir drop -o csv "$@" 2>err >out || true
	columns result <out | paste -d' ' - <(columns reason <out) | sed 's/ $//'
}

# How order number N stands: status, what is released, hand-offs
stands() {
	sql "SELECT status, (SELECT group_concat(released / 1000) FROM lines
		WHERE order_id = $1), (SELECT count(*) FROM handoffs
		WHERE order_id = $1) FROM orders WHERE id = $1"
}
