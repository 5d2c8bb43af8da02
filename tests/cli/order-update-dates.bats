#!/usr/bin/env bats
# order-update: later than promised, not at all, or once more

load ../helper
load ../company
load inquiry
load update

@test "a delay: a new date, the first one is kept, the customer is told once" {
	confirmed external_ref,customer,sku,quantity,language PO-1,C-1,TAPE,6,de ,,STAMP,3,
	first=$(sql 'SELECT delivery_on FROM v_orders')
	[ "$(update $R1 delay --promised-on 2026-12-10)" = 'refused missing' ]
	[ "$(update $R1 delay --reason x)" = 'refused missing' ]
	[ "$(update $R1 delay --reason x --promised-on soon)" = 'refused not-a-date' ]
	[ "$(update $R1 delay --reason x --promised-on 2026-11-22)" = 'refused bad-value' ]
	[[ $(cat err) == *'promised_on: 2026-11-22 is in the past' ]]
	[ "$(update $R1 delay --reason x --promised-on 2026-11-24)" = 'refused bad-value' ]
	[ "$(update $R1 delay --reason 'LKW defekt' --promised-on 2026-12-10)" = ok ]
	[ "$(update $R1 delay --reason 'LKW defekt' --promised-on 2026-12-10)" = unchanged ]
	[ "$(sql "SELECT delivery_on, first_delivery_on = '$first', processing_on FROM v_orders")" = '2026-12-10|1|2026-12-07' ]
	[ "$(sql 'SELECT DISTINCT promised_on, first_promised_on < promised_on FROM lines')" = '2026-12-10|1' ]
	told delay >text
	grep -q '10. Dezember 2026' text
	grep -q 'Grund: LKW defekt' text
	# one line is there sooner, but never before what was promised at first
	[ "$(update $R1 delay --line 1 --reason x --promised-on 2026-11-24)" = 'refused bad-value' ]
	[ "$(update $R1 delay --line 1 --reason found --promised-on 2026-12-04)" = ok ]
	[ "$(sql 'SELECT promised_on FROM lines ORDER BY line' | paste -sd' ')" = '2026-12-04 2026-12-10' ]
	[ "$(sql "SELECT state FROM messages WHERE kind = 'delay'" | paste -sd' ')" = 'cancelled queued' ]
	hand_over
	[ "$(update $R1 shipped --line 1)" = ok ]
	[ "$(sql "SELECT promised_on, first_promised_on < promised_on FROM shipments")" = '2026-12-04|1' ]
	[ "$(update $R1 delay --line 1 --reason x --promised-on 2026-12-20)" = 'refused over-quantity' ]
	[ "$(update $R1 delay --reason x --promised-on 2026-12-20)" = ok ]
	[ "$(sql 'SELECT promised_on FROM lines ORDER BY line' | paste -sd' ')" = '2026-12-04 2026-12-20' ]
	stays_true
}

@test "the day of an order is the latest of what is still to come" {
	printf 'supply_ref,sku,quantity,expected_on\nS-1,GLUE,50,2026-12-20\n' |
		order-load -q supply
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 ,,GLUE,12
	hand_over
	late=$(sql 'SELECT promised_on FROM lines WHERE line = 2')
	[[ $late > 2026-12-02 ]]
	[ "$(update $R1 shipped --line 2 --quantity 10)" = ok ]
	[ "$(update $R1 delay --line 1 --reason x --promised-on 2026-12-02)" = ok ]
	[ "$(sql 'SELECT delivery_on FROM v_orders')" = "$late" ]
	# without the glue that waited, it is that of the tape
	[ "$(update $R1 short-close --reason 'no more glue')" = ok ]
	[ "$(sql 'SELECT delivery_on FROM v_orders')" = 2026-12-02 ]
	told changed >text
	grep -q 'We have changed your order. This is how it stands now' text
	grep -qx 'Delivery date: *2 December 2026' text
	# and it leaves when that was said, whatever else changes before
	[ "$(update $R1 delay --reason x --promised-on 2026-12-10)" = ok ]
	leaves=$(sql 'SELECT processing_on FROM v_orders')
	[ "$(update $R1 cancelled --line 1 --quantity 2)" = ok ]
	hand_over
	[ "$(update $R1 cancelled --line 1 --quantity 2 --event-id wh-1)" = ok ]
	told changed | grep -q 'quantity 4 instead of 6'
	[ "$(sql 'SELECT processing_on, delivery_on FROM v_orders')" = "$leaves|2026-12-10" ]
	[ "$leaves" = 2026-12-07 ]
	stays_true
}

@test "short-close drops what is not there, and ends what is left with nothing" {
	confirmed external_ref,customer,sku,quantity \
		PO-1,C-1,TAPE,6 ,,GLUE,12 PO-2,C-1,GLUE,3 PO-3,C-1,TAPE,1
	hand_over
	[ "$(update $R3 short-close)" = unchanged ]
	# still something to send
	[ "$(update $R1 short-close --reason 'no more glue')" = ok ]
	[ "$(sql 'SELECT cancelled, allocated, backordered FROM v_lines WHERE order_id = 1')" = $'0|6|0\n2|10|0' ]
	told changed >text
	grep -q 'Line 2: quantity 10 instead of 12' text
	grep -q 'Reason: no more glue' text
	grep -q '^We have changed your order. This is how it stands now' text
	[ "$(update $R1 short-close)" = unchanged ]
	[ "$(update $R1 shipped)" = ok ]
	[ "$(status 1)" = 'completed|shipped' ]
	# nothing of it is there
	[ "$(status 2)" = 'confirmed|none' ]
	[ "$(update $R2 short-close --reason 'no more glue')" = ok ]
	[ "$(status 2)" = 'cancelled|none' ]
	[[ $(told cancelled) == *'Your order is cancelled'* ]]
	[ "$(update $R2 short-close --reason 'no more glue')" = unchanged ]
	# what was shipped is not what was dropped
	[ "$(update $R1 short-close --reason 'no more glue')" = 'refused illegal-transition' ]
	stays_true
}

@test "short-close of an order that was shipped in part completes it" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,12
	hand_over
	[ "$(update $R1 shipped)" = ok ]
	[ "$(status)" = 'released|partial' ]
	[ "$(update $R1 short-close --note 'they buy elsewhere')" = ok ]
	[ "$(status)" = 'completed|shipped' ]
	[ "$(update $R1 short-close --note 'they buy elsewhere')" = unchanged ]
	[ "$(sql 'SELECT total FROM v_orders')" = 30.00 ]
	[[ $(told cancelled) == *'The rest of your order is cancelled'* ]]
	stays_true
}

@test "reopen: what was cancelled waits for stock again, and the rules are applied" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,12
	hand_over
	update $R1 shipped
	update $R1 short-close
	[ "$(update $R1 reopen)" = 'refused missing' ]
	[ "$(update $R1 reopen --reason x --quantity 3)" = 'refused over-quantity' ]
	[[ $(cat err) == *'quantity: 3, but 2 of the line are cancelled' ]]
	[ "$(update $R1 reopen --reason 'they want it after all' --line 1)" = ok ]
	[ "$(update $R1 reopen --reason 'they want it after all' --line 1)" = unchanged ]
	[ "$(status)" = 'released|partial' ]
	[ "$(sql 'SELECT closed_at IS NULL, total FROM orders')" = '1|3600' ]
	[ "$(sql 'SELECT backordered, cancelled FROM v_lines')" = '2|0' ]
	[[ $(told changed) == *'Line 1: quantity 12 instead of 10'* ]]
	# a customer who was blocked since gets nothing more
	order-load -q customers <<<$'customer,status\nC-1,blocked'
	update $R1 short-close
	[ "$(update $R1 reopen --reason again --line 1 --quantity 1)" = 'held open-holds' ]
	[ "$(sql 'SELECT held FROM v_orders')" = customer ]
	order-load -q stock <<<$'sku,on_hand\nGLUE,5'
	order-check-stock --backorders -q
	[ "$(sql 'SELECT allocated FROM v_lines')" -eq 1 ]
	hand_over
	[ "$(sql "SELECT count(*) FROM handoffs")" -eq 1 ]
	stays_true
}

@test "reopened and filled: the customer gets one notice, with both dates" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,12
	hand_over
	update $R1 shipped
	update $R1 short-close
	order-notify -q
	[ "$(update $R1 reopen --reason 'they want it after all' --line 1)" = ok ]
	order-load -q stock <<<$'sku,on_hand\nGLUE,5'
	order-check-stock --backorders -q
	[ "$(sql "SELECT kind FROM messages WHERE state = 'queued'")" = changed ]
	told changed >text
	grep -q 'Line 1: quantity 12 instead of 10' text
	grep -q 'Reason: they want it after all' text
	grep -q "$(date -d "$(sql 'SELECT delivery_on FROM v_orders')" '+%-d %B %Y')" text
	# once a mailer has it, what comes later is told on its own
	order-notify -q
	update $R1 delay --reason x --promised-on 2026-12-20
	[ "$(sql "SELECT kind FROM messages WHERE state = 'queued'")" = delay ]
	stays_true
}

@test "reopen of an order of which all was sent, and back" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,2
	hand_over
	update $R1 shipped
	[ "$(update $R1 reopen --reason 'reported by mistake')" = ok ]
	[ "$(status)" = 'released|shipped' ]
	[ "$(update $R1 delay --reason x --promised-on 2026-12-20)" = 'refused over-quantity' ]
	[ "$(update $R1 cancelled)" = 'refused over-quantity' ]
	[ "$(update $R1 shipped --tracking 7)" = 'refused over-quantity' ]
	[ "$(update $R1 short-close)" = ok ]
	[ "$(status)" = 'completed|shipped' ]
	# nobody is told that nothing was cancelled
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'cancelled'")" -eq 0 ]
	stays_true
}

@test "what is cancelled, wanted and cancelled again is told each time" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6
	hand_over
	update $R1 shipped --quantity 3
	for i in 1 2; do
		update $R1 cancelled
		hand_over
		[ "$(update $R1 cancelled --event-id wh-$i)" = ok ]
		[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'cancelled'")" -eq $i ]
		[ "$(update $R1 reopen --line 1 --reason 'they want it')" = ok ]
		order-notify -q
	done
	[ "$(update $R1 reopen --line 1 --reason again)" = 'refused over-quantity' ]
	grep -q 'reopen: nothing of the line is cancelled' err
	stays_true
}

@test "a notice of delay does not call reserved what has left" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,12
	order-forward -q --to fulfilment --dir . $R1
	order-update -q $R1 shipped
	order-update -q $R1 delay --promised-on 2027-02-01 --reason 'late again'
	order-notify --show "$(order-notify --list --kind delay | sed -n '2s/,.*//p')" >mail
	cat mail
	grep -q 'Shipped: 10' mail
	! grep -q 'Reserved: ' mail
}
