#!/usr/bin/env bats
# order-update: what fulfilment has already is cancelled when it says so

load ../helper
load ../company
load inquiry
load update

setup_order() {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 ,,STAMP,3
	hand_over
}

requests() {
	sql "SELECT line, quantity / 1000, handoff IS NOT NULL, answer FROM cancel_requests ORDER BY id"
}

@test "a request is open until fulfilment was asked and has answered" {
	setup_order
	[ "$(update $R1 cancel-refused)" = 'refused no-such-request' ]
	[ "$(update $R1 cancelled --reason 'wrong size')" = ok ]
	[[ $(cat err) == *'is with fulfilment, which is asked whether it can still be stopped'* ]]
	[ "$(status)" = 'released|none' ]
	# said again before fulfilment knows, and in the same words after that
	[ "$(update $R1 cancelled)" = unchanged ]
	hand_over
	[ "$(update $R1 cancelled --reason 'wrong size')" = unchanged ]
	[[ $(cat err) == *'fulfilment was asked and has not answered' ]]
	[ "$(update $R1 cancelled --reason 'wrong size' --event-id web-2)" = unchanged ]
	[ "$(requests)" = '0|0|1|' ]
	# the answer
	[ "$(update $R1 cancelled --note 'taken off the list' --event-id wh-1)" = ok ]
	[ "$(status)" = 'cancelled|none' ]
	[ "$(requests)" = '0|0|1|cancelled' ]
	[ "$(sql 'SELECT kind, state FROM handoffs ORDER BY id')" = $'pick|void\ncancel|accepted' ]
	[ "$(sql 'SELECT sum(allocated), sum(released) FROM stock')" = '0|0' ]
	[ "$(sql "SELECT count(*) FROM stock_ledger WHERE kind = 'unrelease'")" -eq 2 ]
	[[ $(told cancelled) == *'Reason: wrong size'* ]]
	[ "$(update $R1 cancelled)" = unchanged ]
	[ "$(update $R1 shipped)" = 'refused illegal-transition' ]
	stays_true
}

@test "too late: the customer is told so, and the order goes on" {
	setup_order
	update $R1 cancelled --line 1 --quantity 2
	[ "$(update $R1 cancelled --line 1 --quantity 7)" = 'refused over-quantity' ]
	[ "$(update $R1 cancelled --line 1 --quantity 4)" = ok ]
	[ "$(requests)" = '1|4|0|' ]
	[ "$(update $R1 cancel-refused --line 2)" = 'refused no-such-request' ]
	[ "$(update $R1 cancel-refused --line 1 --reason 'it is on the truck')" = ok ]
	[ "$(update $R1 cancel-refused)" = unchanged ]
	[ "$(status)" = 'released|none' ]
	told reply >text
	grep -q "too late to be cancelled" text
	grep -q 'Reason: it is on the truck' text
	grep -A1 '^1. TAPE' text | grep -q ' 4'
	stays_true
}

@test "what was asked for is shipped: that answers it" {
	setup_order
	update $R1 cancelled
	[ "$(update $R1 shipped)" = ok ]
	[ "$(status)" = 'completed|shipped' ]
	[ "$(requests)" = '0|0|0|refused' ]
	[ "$(sql "SELECT kind FROM messages ORDER BY id" | paste -sd' ')" = 'acknowledgment reply shipped' ]
	stays_true
}

@test "after a part was shipped only the rest is cancelled" {
	setup_order
	update $R1 shipped --line 1 --quantity 2
	update $R1 cancelled
	hand_over
	[ "$(update $R1 cancelled --event-id wh-1)" = ok ]
	[ "$(status)" = 'completed|shipped' ]
	# reported again, and asked again: the rest of it is cancelled
	[ "$(update $R1 cancelled --event-id wh-1)" = unchanged ]
	[ "$(update $R1 cancelled)" = unchanged ]
	[ "$(update $R1 short-close)" = 'refused illegal-transition' ]
	[ "$(sql 'SELECT cancelled, allocated, shipped FROM v_lines')" = $'4|0|2\n3|0|0' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 4.00 ]
	told cancelled >text
	grep -q 'the rest: cancelled' text
	grep -A1 '^1. TAPE' text | grep -q ' 4'
	stays_true
}

@test "a line, and less of it than was asked for" {
	setup_order
	update $R1 cancelled --line 1 --quantity 5 --reason 'too many'
	hand_over
	[ "$(update $R1 cancelled --line 1 --quantity 6 --event-id wh-1)" = 'refused over-quantity' ]
	[ "$(update $R1 cancelled --line 1 --quantity 3 --event-id wh-1)" = ok ]
	[ "$(sql 'SELECT cancelled, allocated, released FROM v_lines WHERE line = 1')" = '3|3|3' ]
	[ "$(status)" = 'released|none' ]
	told changed >text
	grep -q 'Line 1: quantity 3 instead of 6' text
	grep -q 'Reason: too many' text
	# the whole order is asked for, and fulfilment can stop one line
	update $R1 cancelled --note 'nothing more'
	hand_over
	[ "$(update $R1 cancelled --line 2 --event-id wh-2)" = ok ]
	[ "$(update $R1 cancel-refused)" = ok ]
	[ "$(sql 'SELECT cancelled, allocated FROM v_lines ORDER BY line')" = $'3|3\n3|0' ]
	[ "$(update $R1 shipped)" = ok ]
	[ "$(status)" = 'completed|shipped' ]
	stays_true
}

@test "the sheet of an order has its parcels, and requests with what ends them" {
	setup_order
	update $R1 shipped --line 1 --quantity 2 --carrier DHL --tracking 00340
	update $R1 delivered --tracking 00340
	update $R1 cancelled --line 2
	order-status -o table $R1 >sheet
	grep -q 'parcel  *2026-11-23, DHL, tracking 00340' sheet
	grep -q '2 of line 1, delivered 2026-11-23' sheet
	grep -q "ask by  *order-forward --to fulfilment --dir ... $R1" sheet
	hand_over
	order-status -o table $R1 >sheet
	grep -q "stopped  *order-update $R1 cancelled --line 2 --event-id stopped-1" sheet
	grep -q "too late  *order-update $R1 cancel-refused --line 2" sheet
	order-status --full $R1 >full
	[ "$(json "d['shipments'][0]['tracking']" <full)" = 00340 ]
	[ "$(json "d['cancel_requests'][0]['line']" <full)" = 2 ]
}

@test "what is shipped or dropped of it ends the request about a line" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 ,,STAMP,7 ,,GLUE,2
	hand_over
	update $R1 cancelled --line 1
	update $R1 cancelled --line 2
	update $R1 shipped --line 1 --quantity 4
	[ "$(requests)" = $'1|0|0|\n2|0|0|' ]
	update $R1 shipped --line 1
	update $R1 shipped --line 2
	[ "$(requests)" = $'1|0|0|refused\n2|0|0|' ]
	# so much of it could have been cancelled still
	told reply >text
	grep -A1 '^1. TAPE' text | grep -qx '    2'
	[ "$(grep -c '^[0-9]\. ' text)" -eq 1 ]
	[ "$(update $R1 short-close --line 2)" = ok ]
	[ "$(requests)" = $'1|0|0|refused\n2|0|0|cancelled' ]
	order-forward --to fulfilment --pending >text
	[ "$(wc -l <text)" -eq 1 ]
	stays_true
}

@test "too late is said as often as somebody asks, of all that was asked" {
	order-config -q rule.duplicate=off
	{
		echo external_ref,customer,sku,quantity
		echo PO-1,C-1,TAPE,1
		printf ',,TAPE,1\n%.0s' {2..80}
	} | order-receive --channel email | order-verify | order-check-stock | order-ack -q --queue-only
	hand_over
	for i in 1 2; do
		{ echo ref,event,line; printf "$R1,cancelled,%d\n" {1..80}; } | order-update -q 2>/dev/null
		[ "$(update $R1 cancel-refused)" = ok ]
		[ "$(sql "SELECT count(*), answer FROM cancel_requests GROUP BY answer")" = "$((i * 80))|refused" ]
		[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'reply'")" -eq $i ]
	done
	update $R1 shipped
	stays_true
}

@test "who asks twice does not answer for fulfilment" {
	setup_order
	update $R1 cancelled
	hand_over
	[ "$(update $R1 cancelled)" = unchanged ]
	[ "$(update $R1 cancelled --note 'they rang again')" = 'refused missing' ]
	[[ $(cat err) == *'fulfilment was asked already; its answer has one, or says when it happened (occurred_at)' ]]
	[ "$(update $R1 cancelled --line 1)" = 'refused missing' ]
	[ "$(status)" = 'released|none' ]
	[ "$(requests)" = '0|0|1|' ]
	[ "$(update $R1 cancelled --occurred-at 2026-11-23T08:55:00Z)" = ok ]
	[ "$(status)" = 'cancelled|none' ]
	stays_true
}

@test "the answer about a line comes again: it is no new request" {
	setup_order
	update $R1 cancelled --line 1 --quantity 4 --occurred-at 2026-11-23T08:50:00Z
	hand_over
	[ "$(update $R1 cancelled --line 1 --quantity 4 --occurred-at 2026-11-23T08:50:00Z)" = unchanged ]
	[ "$(update $R1 cancelled --line 1 --quantity 3 --occurred-at 2026-11-23T08:55:00Z)" = ok ]
	[ "$(update $R1 cancelled --line 1 --quantity 3 --occurred-at 2026-11-23T09:55:00+01:00)" = unchanged ]
	[ "$(requests)" = '1|4|1|cancelled' ]
	stays_true
}

@test "the whole order, while fulfilment is asked about a line" {
	setup_order
	update $R1 cancelled --line 1
	hand_over
	# does fulfilment mean the line?
	[ "$(update $R1 cancelled --event-id wh-1)" = 'refused no-such-line' ]
	[[ $(cat err) == *'fulfilment was asked about line 1: say which line (--line N)'* ]]
	# the customer does not
	[ "$(update $R1 cancelled)" = ok ]
	[ "$(requests)" = $'1|0|1|\n0|0|0|' ]
	hand_over
	[ "$(update $R1 cancelled --line 1 --event-id wh-1)" = ok ]
	[ "$(requests)" = $'1|0|1|cancelled\n0|0|1|' ]
	[ "$(update $R1 cancelled --event-id wh-2)" = ok ]
	[ "$(status)" = 'cancelled|none' ]
	stays_true
}

@test "a command that ends a request can be given twice" {
	setup_order
	update $R1 cancelled
	hand_over
	command=$(order-status --attention -o json | python3 -c 'import json, sys
print(*(d["command"] for d in map(json.loads, sys.stdin) if d["what"] == "cancel-request"))')
	[ "$command" = "order-update $R1 cancelled --event-id stopped-1" ]
	[ "$(update ${command#order-update })" = ok ]
	[ "$(update ${command#order-update })" = unchanged ]
	[ "$(status)" = 'cancelled|none' ]
}
