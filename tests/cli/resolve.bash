# What the tests of order-resolve share.

# held [REF]: the open holds of that order, else of the first
# shellcheck disable=SC2120	# the files that load this give one
held() {
	sql "SELECT held FROM v_orders WHERE ref = '${1:-$R1}'"
}

# wrong COLUMNS ROW...: received and verified, and held
wrong() {
	ready "$@" && return 1
	[ "$(sql 'SELECT held FROM v_orders ORDER BY id DESC LIMIT 1')" != '' ]
}

# says RESULT REASON ARGUMENT...: the answer of order-resolve
says() {
	run --separate-stderr order-resolve -o csv "${@:3}"
	[ "$(cells result <<<"$output"),$(cells reason <<<"$output")" = "$1,$2" ] || {
		echo "$output $stderr"
		return 1
	}
}

# refused REASON ARGUMENT...: the answer is refused for it, nothing is changed
refused() {
	local before after
	before=$(sqlite3 orders.db .dump | sha256sum)
	says refused "$@"
	[ "$status" -eq 1 ]
	after=$(sqlite3 orders.db .dump | sha256sum)
	[ "$before" = "$after" ]
}

# The answers recorded.
answers() {
	sql "SELECT detail FROM v_events WHERE kind = 'resolve'"
}

# told KIND: what was queued of that kind: state, how manieth reminder
told() {
	sql "SELECT state, reminder FROM messages WHERE kind = '$1' ORDER BY id" |
		paste -sd' '
}

# document KIND EXPRESSION: of the newest message of that kind, as d
document() {
	sql "SELECT document FROM messages WHERE kind = '$1' ORDER BY id DESC LIMIT 1" |
		json "$2"
}

lines() {
	sql 'SELECT line, item, ordered / 1000, allocated / 1000, backordered / 1000,
		cancelled / 1000, substituted / 1000, instead_of FROM lines ORDER BY line' |
		paste -sd' '
}

# GLUE can be replaced by PASTE, else by GUM.
others() {
	printf 'sku,description,unit,unit_price,currency\nPASTE,Paste,EA,4.00,EUR\nGUM,Gum,EA,2.50,EUR\n' |
		order-load -q items
	printf 'sku,on_hand\nPASTE,6\nGUM,100\n' | order-load -q stock
	printf 'sku,substitute,rank\nGLUE,PASTE,1\nGLUE,GUM,2\n' | order-load -q substitutes
}

# asked [QUANTITY]: an order of GLUE, of which 10 are there, waits for consent
asked() {
	others
	ready customer,sku,quantity "ASK,GLUE,${1:-15}"
	order-check-stock -q $R1 || true
	[ "$(held)" = consent ]
}
