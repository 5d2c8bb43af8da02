# What the tests of order-check-stock share: stock, supply, who got what.

# checked COLUMNS ROW...: received, verified and checked, silently
checked() {
	ready "$@" && order-check-stock -q --pending
}

# acked COLUMNS ROW...: the same, acknowledged; nothing is delivered
acked() {
	checked "$@" && order-ack -q --queue-only --due
}

lines() {
	sql 'SELECT allocated, backordered, backorder_on FROM v_lines
		ORDER BY ref, line'
}

stock() {
	sql "SELECT on_hand, allocated, available FROM v_stock WHERE sku = '$1'"
}

count() {
	printf 'sku,on_hand\n%s,%s\n' "$1" "$2" | order-load -q stock
}

supply() {
	{ echo supply_ref,sku,quantity,expected_on; printf '%s\n' "$@"; } |
		order-load -q supply
}

# The movements of every item make up its counters, and its orders' lines.
ledger_agrees() {
	[ "$(sql "SELECT sku FROM stock AS k WHERE (on_hand, allocated, released)
		<> (SELECT sum(on_hand), sum(allocated), sum(released)
			FROM stock_ledger AS g WHERE g.sku = k.sku)
		OR allocated <> (SELECT coalesce(sum(allocated), 0) FROM lines
			WHERE item = k.sku)")" = '' ]
}
