# What the tests of order-receive --amend share: orders by number, changes.

# What begins every order of these tests: its lines have numbers.
A=external_ref,customer,line,sku,quantity

# amend COLUMNS ROW...: orders that may be changes; prints the stream
amend() {
	printf '%s\n' "$@" | order-receive --channel email --amend
}

# Verified, checked and acknowledged; nothing is delivered.
acked() {
	ready "$@" && order-check-stock -q --pending &&
		order-ack -q --queue-only --due
}

# Each line of the first order: number, item, ordered, allocated, backordered
lines() {
	sql 'SELECT line, item, ordered / 1000.0, allocated / 1000.0,
		backordered / 1000.0 FROM lines WHERE order_id = 1 ORDER BY line' |
		sed 's/\.0\b//g' | paste -sd' '
}

# The movements of the first order's stock, in the order they came
moves() {
	sql "SELECT line, sku, kind, allocated / 1000.0 FROM stock_ledger
		WHERE order_id = 1 ORDER BY line, seq, kind" |
		sed 's/\.0\b//g' | paste -sd' '
}

allocated() {
	sql "SELECT allocated FROM v_stock WHERE sku = '$1'"
}

# Everything in the store but nothing random
store() {
	sqlite3 orders.db .dump | sha256sum
}

# The record and the store agree about everything.
audited() {
	order-audit --check && order-audit --verify
}
