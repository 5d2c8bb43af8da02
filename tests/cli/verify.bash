# What the tests of order-verify share: what was found and held.

# held COLUMNS ROW...: the holds of the one order received
held() {
	receive "$@" | order-verify -q || true
	sql 'SELECT held FROM v_orders ORDER BY id DESC LIMIT 1'
}

# found: rule, verdict and the value given, of what is held
found() {
	sql "SELECT rule, field, given, verdict FROM findings
		WHERE severity = 'hold' ORDER BY seq"
}

warned() {
	sql "SELECT rule, field, given, verdict FROM findings
		WHERE severity = 'warn' ORDER BY seq"
}
