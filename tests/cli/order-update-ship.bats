#!/usr/bin/env bats
# order-update: what fulfilment reports moves stock once, and the customer is
# told what is on its way

load ../helper
load ../company
load inquiry
load update

lines() {
	sql "SELECT line, allocated, released, shipped, delivered, returned FROM v_lines WHERE order_id = 1"
}

stock() {
	sql "SELECT on_hand / 1000, allocated / 1000, released / 1000 FROM stock WHERE sku = '${1:-TAPE}'"
}

@test "accepted, or a problem with its reason" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6
	[ "$(update $R1 accepted)" = 'refused illegal-transition' ]
	[[ $(cat err) == *'the order is confirmed (it can be when it is released)' ]]
	hand_over
	[ "$(update $R1 accepted)" = ok ]
	[ "$(update $R1 accepted)" = unchanged ]
	[ "$(update $R1 problem)" = 'refused missing' ]
	[ "$(update $R1 problem --line 1 --reason 'shelf empty')" = ok ]
	[ "$(update $R1 problem --line 1 --reason 'shelf empty')" = unchanged ]
	[ "$(sql 'SELECT state, note, by FROM handoffs')" = 'problem|line 1: shelf empty|tester' ]
	[ "$(update $R1 accepted)" = ok ]
	[ "$(events | cut -d' ' -f7-)" = 'accepted problem accepted ' ]
	stays_true
}

@test "shipped in parts: stock falls once, the order is completed with the last" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 ,,GLUE,4
	hand_over
	[ "$(update $R1 shipped --line 1 --quantity 7)" = 'refused over-quantity' ]
	[[ $(cat err) == *'quantity: 7, but only 6 of the line are with fulfilment (the rest: order-forward)' ]]
	[ "$(update $R1 shipped --quantity 1)" = 'refused no-such-line' ]
	[ "$(stock)" = '100|6|6' ]
	[ "$(update $R1 shipped --line 1 --quantity 2 --carrier DHL --tracking 1 --event-id s-1)" = ok ]
	[ "$(update $R1 shipped --line 1 --quantity 2 --carrier DHL --tracking 1 --event-id s-1)" = unchanged ]
	[ "$(update $R1 shipped --line 1 --quantity 3 --carrier DHL --tracking 1 --event-id s-1)" = 'refused event-differs' ]
	[ "$(stock)" = '98|4|4' ]
	[ "$(lines)" = $'1|4|4|2|0|0\n2|4|4|0|0|0' ]
	[ "$(status)" = 'released|partial' ]
	[ "$(update $R1 shipped --carrier DHL --tracking 2)" = ok ]
	[ "$(stock) $(stock GLUE)" = '94|0|0 6|0|0' ]
	[ "$(status)" = 'completed|shipped' ]
	[ "$(sql 'SELECT closed_at IS NOT NULL FROM orders')" -eq 1 ]
	[ "$(update $R1 shipped)" = unchanged ]
	[ "$(update $R1 shipped --tracking 3)" = 'refused illegal-transition' ]
	[ "$(update $R1 shipped --line 1 --quantity 1)" = 'refused illegal-transition' ]
	[ "$(sql "SELECT line, on_hand, allocated, released FROM stock_ledger WHERE kind = 'ship'")" = \
		$'1|-2000|-2000|-2000\n1|-4000|-4000|-4000\n2|-4000|-4000|-4000' ]
	[ "$(sql "SELECT count(*) FROM handoffs WHERE state = 'accepted'")" -eq 1 ]
	# one notice, as no mailer had it yet, with all parcels
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'shipped'")" -eq 1 ]
	[ "$(sql 'SELECT count(DISTINCT message) FROM shipments')" -eq 1 ]
	stays_true
}

@test "a feed comes again when all of it was sent" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6
	hand_over
	cat >feed <<-END
	ref,event,line,quantity,tracking,reason,promised_on
	$R1,problem,1,,,shelf empty,
	$R1,delay,,,,shelf empty,2026-12-10
	$R1,accepted,,,,,
	$R1,picked,1,2,,,
	$R1,shipped,1,2,JJD1,,
	$R1,packed,1,4,JJD2,,
	$R1,shipped,1,4,JJD2,,
	$R1,delivered,,,,,
	END
	[ "$(update <feed | sort | uniq -c | xargs)" = '8 ok' ]
	sql 'SELECT kind FROM v_events' >before
	[ "$(update <feed | sort | uniq -c | xargs)" = '8 unchanged' ]
	[ ! -s err ]
	sql 'SELECT kind FROM v_events' | diff before -
	# what was never said is still refused
	[ "$(update $R1 shipped --line 1 --quantity 2 --tracking JJD3)" = 'refused illegal-transition' ]
	[ "$(update $R1 picked --line 1 --quantity 3)" = 'refused illegal-transition' ]
	[ "$(update $R1 hold --reason 'shelf empty')" = 'refused illegal-transition' ]
	stays_true
}

@test "a report that says when it happened is known again" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 ,,GLUE,12
	hand_over
	T='--occurred-at 2026-11-23T08:55:00Z'
	[ "$(update $R1 problem --reason x $T)" = ok ]
	[ "$(update $R1 accepted)" = ok ]
	[ "$(update $R1 problem --reason x $T)" = unchanged ]
	[ "$(sql 'SELECT state FROM handoffs')" = accepted ]
	[ "$(update $R1 shipped --line 2 $T)" = ok ]
	# more of the line is with fulfilment now
	order-load -q stock <<<$'sku,on_hand\nGLUE,20'
	order-check-stock -q --backorders
	hand_over
	[ "$(update $R1 shipped --line 2 $T)" = unchanged ]
	[ "$(sql 'SELECT shipped, released FROM v_lines WHERE line = 2')" = '10|2' ]
	# two lots in one parcel may be alike
	[ "$(update $R1 shipped --line 1 --quantity 2 --tracking 1 $T)" = ok ]
	[ "$(update $R1 shipped --line 1 --quantity 2 --tracking 1 $T)" = ok ]
	[ "$(update $R1 inquiry --note 'when?' $T)" = ok ]
	[ "$(update $R1 inquiry --note 'when?' $T)" = unchanged ]
	[ "$(update $R1 inquiry --note 'when?' $T --event-id i-2)" = ok ]
	[ "$(update $R1 note --note 'rang' $T)" = ok ]
	[ "$(update $R1 note --note 'rang' $T)" = unchanged ]
	stays_true
}

@test "delivered and returned: never more than was shipped, a parcel by its number" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6
	hand_over
	[ "$(update $R1 delivered)" = 'refused over-quantity' ]
	[[ $(cat err) == *'delivered: nothing of it was shipped' ]]
	update $R1 shipped --line 1 --quantity 2 --tracking 1
	update $R1 shipped --tracking 2
	[ "$(update $R1 delivered --tracking 9)" = 'refused over-quantity' ]
	[ "$(update $R1 delivered --tracking 2)" = ok ]
	[ "$(update $R1 delivered --tracking 2)" = unchanged ]
	[ "$(sql 'SELECT tracking, delivered, delivered_on FROM shipments')" = $'1|0|\n2|4000|2026-11-23' ]
	[ "$(update $R1 delivered --line 1 --quantity 3)" = 'refused over-quantity' ]
	[ "$(update $R1 delivered --occurred-at 2026-11-22T10:00:00Z)" = 'refused bad-value' ]
	[ "$(update $R1 delivered)" = ok ]
	[ "$(status)" = 'completed|delivered' ]
	[ "$(update $R1 returned --line 1 --quantity 3)" = ok ]
	[ "$(sql 'SELECT tracking, returned FROM shipments')" = $'1|2000\n2|1000' ]
	[ "$(lines)" = '1|0|0|6|6|3' ]
	# what came back is on hand when somebody has looked at it
	[ "$(stock)" = '94|0|0' ]
	stays_true
}

@test "what left before the last count is on hand no less" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6
	hand_over
	ORDER_NOW=2026-11-23T12:00:00Z order-load -q stock <<<$'sku,on_hand\nTAPE,94'
	export ORDER_NOW=2026-11-23T13:00:00Z
	[ "$(update $R1 shipped --line 1 --quantity 4 --occurred-at 2026-11-23T11:00:00Z)" = ok ]
	[ "$(stock)" = '94|2|2' ]
	[ "$(update $R1 shipped --occurred-at 2026-11-23T12:30:00Z)" = ok ]
	[ "$(stock)" = '92|0|0' ]
	[ "$(update $R1 returned --occurred-at 2026-11-20T12:30:00Z)" = 'refused bad-value' ]
	stays_true
}

@test "many reports about one large order need no more memory than one" {
	order-config -q rule.duplicate=off
	order-load -q stock <<<$'sku,on_hand\nTAPE,2000'
	{
		echo external_ref,customer,sku,quantity
		echo PO-1,C-1,TAPE,1
		printf ',,TAPE,1\n%.0s' {2..1500}
	} | order-receive --channel email | order-verify | order-check-stock | order-ack -q --queue-only
	order-forward --to fulfilment $R1 >/dev/null
	{ echo ref,event,line; printf "$R1,shipped,%d\n" {1..150}; } >reports
	peak sh -c 'exec order-update -n -i csv <reports >tried'
	peak sh -c 'exec order-update -i csv <reports >out'
	diff tried out
	[ "$(columns result <out | sort | uniq -c | awk '{ print $1, $2 }')" = '150 ok' ]
	[ "$(sql 'SELECT sum(shipped) FROM v_lines')" -eq 150 ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'shipped'")" -eq 1 ]
	stays_true
}
