#!/usr/bin/env bats
# order-check-stock: waiting lines, counts, and many at once

load ../helper
load ../company
load stock

# ---- waiting lines ----

# Three wait for GLUE and are acknowledged; 1 is the oldest.
three_wait() {
	count GLUE 0
	acked external_ref,received_at,customer,sku,quantity \
		PO-1,2026-11-23T06:00:00Z,C-1,GLUE,5 \
		PO-2,2026-11-23T07:00:00Z,C-1,GLUE,6 \
		PO-3,2026-11-23T08:00:00Z,"$1",GLUE,5
}

@test "waiting lines are filled in the order they came in" {
	three_wait ASK || true
	order-resolve -q $R3 consent accepted && order-ack -q --queue-only $R3
	count GLUE 11
	run --separate-stderr order-check-stock --backorders
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output" | paste -sd' ')" = "$R1 $R2 $R3" ]
	[ "$(cells result <<<"$output" | paste -sd' ')" = 'ok ok unchanged' ]
	[ "$(cells reason <<<"$output" | paste -sd,)" = ',,short' ]
	[ "$(lines)" = '5|0|
6|0|
0|5|' ]
	ledger_agrees
	stays_true
}

@test "a customer of priority is filled first" {
	three_wait FIRST
	count GLUE 6
	order-check-stock -q --backorders
	[ "$(lines)" = '1|4|
0|6|
5|0|' ]
}

@test "an earlier promise is filled before an older order" {
	count GLUE 0
	acked customer,sku,quantity C-1,GLUE,5
	supply S-1,GLUE,20,2026-12-04
	acked customer,sku,quantity C-1,GLUE,6
	[ "$(sql 'SELECT delivery_on FROM v_orders' | paste -sd,)" = ,2026-12-09 ]
	count GLUE 6
	order-check-stock -q --backorders
	[ "$(lines)" = '0|5|
6|0|' ]
}

@test "an order that waits without an answer yet is filled too" {
	count GLUE 0
	checked customer,sku,quantity C-1,GLUE,5
	count GLUE 5
	order-check-stock -q --backorders
	[ "$(sql 'SELECT stock, ack FROM v_orders')" = 'full|none' ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 0 ]
}

@test "the customer is told when filling moves the date" {
	three_wait FIRST
	sql "UPDATE messages SET state = 'sent'"
	count GLUE 5
	order-check-stock -q --backorders
	[ "$(sql 'SELECT ref, kind, state FROM v_messages WHERE id > 3')" = "$R3|delay|queued" ]
	[ "$(sql "SELECT processing_on, delivery_on FROM orders
		WHERE ref = '$R3'")" = '2026-11-24|2026-11-27' ]
	[[ $(sql "SELECT detail FROM v_events WHERE kind = 'promise'") == *2026-11-27* ]]
	sql 'SELECT document FROM messages WHERE id = 4' >d
	[ "$(json 'd["delivery_on"], d["has_promise"]' <d)" = "('2026-11-27', True)" ]
}

@test "nobody is told when filling moves no date" {
	count GLUE 0
	supply S-1,GLUE,20,2026-11-24
	acked customer,sku,quantity C-1,GLUE,5
	[ "$(sql 'SELECT delivery_on FROM orders')" = 2026-11-27 ]
	count GLUE 5
	order-check-stock -q --backorders
	[ "$(sql 'SELECT stock FROM v_orders')" = full ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'delay'")" = 0 ]
}

@test "filled on the day its supply was to come, however late, it keeps its date" {
	order-load -q supply <<<$'supply_ref,sku,quantity,expected_on\nS-1,GLUE,5,2026-12-01\nS-2,STAMP,5,2026-12-01'
	receive external_ref,customer,sku,quantity PO-1,C-1,GLUE,12 ,,STAMP,7 |
		order-verify | order-check-stock -q || true
	order-ack --due --queue-only -q
	sql 'SELECT line, promised_on FROM lines' >given
	sql 'SELECT processing_on, delivery_on FROM orders' >>given
	grep -q '^1|2026-12-04$' given
	order-load -q stock <<<$'sku,on_hand\nGLUE,20'
	export ORDER_NOW=2026-12-01T16:00:00Z
	order-check-stock -q --backorders
	order-load -q stock <<<$'sku,on_hand\nSTAMP,20'
	order-check-stock -q --backorders
	[ "$(sql 'SELECT sum(backordered) FROM lines')" -eq 0 ]
	{
		sql 'SELECT line, promised_on FROM lines'
		sql 'SELECT processing_on, delivery_on FROM orders'
	} | diff given -
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'delay'")" -eq 0 ]
	stays_true
}

@test "supply a day late moves the date by that day, and not by handling" {
	order-load -q supply <<<$'supply_ref,sku,quantity,expected_on\nS-2,STAMP,5,2026-12-01'
	receive external_ref,customer,sku,quantity PO-1,C-1,STAMP,7 |
		order-verify | order-check-stock -q || true
	order-ack --due --queue-only -q
	[ "$(sql 'SELECT promised_on FROM lines')" = 2026-12-04 ]
	order-load -q stock <<<$'sku,on_hand\nSTAMP,20'
	ORDER_NOW=2026-12-02T09:00:00Z order-check-stock -q --backorders
	[ "$(sql 'SELECT promised_on FROM lines')" = 2026-12-07 ]
	[ "$(sql 'SELECT processing_on, delivery_on FROM v_orders')" = '2026-12-02|2026-12-07' ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'delay'")" -eq 1 ]
	stays_true
}

@test "the date of a line that was there all along is not touched" {
	supply S-1,GLUE,20,2026-12-04
	acked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,GLUE,15
	[ "$(sql 'SELECT promised_on FROM lines' | paste -sd' ')" = '2026-11-27 2026-12-09' ]
	count GLUE 15
	ORDER_NOW=2026-11-25T09:00:00Z order-check-stock -q --backorders
	[ "$(sql 'SELECT promised_on FROM lines' | paste -sd' ')" = '2026-11-27 2026-12-01' ]
	[ "$(sql 'SELECT delivery_on, first_delivery_on FROM orders')" = '2026-12-01|2026-12-09' ]
}

@test "--backorders of an order without waiting lines changes nothing" {
	acked customer,sku,quantity C-1,GLUE,5
	run --separate-stderr order-check-stock --backorders
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output")" = '' ]
}

# ---- counts ----

@test "a count below what is reserved takes back the least urgent first" {
	acked customer,sku,quantity FIRST,GLUE,4
	acked external_ref,received_at,customer,sku,quantity \
		PO-2,2026-11-23T07:00:00Z,C-1,GLUE,3 \
		PO-3,2026-11-23T08:00:00Z,NEVER,GLUE,3
	count GLUE 6
	[ "$(lines)" = '4|0|
2|1|
0|3|' ]
	[ "$(stock GLUE)" = '6|6|0' ]
	ledger_agrees
	stays_true
}

@test "what is taken back is told, with the day the supply comes" {
	supply S-1,GLUE,20,2026-12-04
	acked external_ref,customer,sku,quantity PO-1,FIRST,GLUE,5 PO-2,C-1,GLUE,5
	count GLUE 7
	[ "$(lines)" = '5|0|
2|3|2026-12-04' ]
	[ "$(sql "SELECT ref, recipient FROM v_messages WHERE kind = 'delay'")" = \
		"$R2|buy@nord.example" ]
	[ "$(sql 'SELECT delivery_on, first_delivery_on FROM orders' | paste -sd' ')" = \
		'2026-11-27|2026-11-27 2026-12-09|2026-11-27' ]
	sql "SELECT document FROM messages WHERE kind = 'delay'" >d
	[ "$(json 'd["old_delivery_on"], d["delivery_on"]' <d)" = "('2026-11-27', '2026-12-09')" ]
	[ "$(sql "SELECT count(*) FROM v_events WHERE ref = '$R2' AND kind = 'taken-back'")" = 1 ]
	ledger_agrees
	stays_true
}

@test "of those who lose, the most urgent gets the first supply" {
	supply S-1,GLUE,5,2026-12-04 S-2,GLUE,5,2026-12-11
	acked external_ref,received_at,customer,sku,quantity \
		PO-1,2026-11-23T08:00:00Z,C-1,GLUE,5 \
		PO-2,2026-11-23T07:00:00Z,NEVER,GLUE,5
	count GLUE 0
	[ "$(lines)" = '0|5|2026-12-11
0|5|2026-12-04' ]
}

@test "an order that loses two lines is told once" {
	acked external_ref,customer,sku,quantity PO-1,C-1,GLUE,4 PO-1,C-1,GLUE,6
	count GLUE 3
	[ "$(sql 'SELECT sum(allocated), sum(backordered) FROM v_lines')" = '3|7' ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'delay'")" = 1 ]
}

@test "what is taken back without supply has no date, and says so" {
	acked customer,sku,quantity C-1,GLUE,10
	count GLUE 9
	[ "$(lines)" = '9|1|' ]
	sql "SELECT document FROM messages WHERE kind = 'delay'" >d
	[ "$(json 'd["old_delivery_on"], d["open_dates"]' <d)" = "('2026-11-27', True)" ]
}

@test "what is taken back in whole units stays whole" {
	acked customer,sku,quantity C-1,FILM,20
	count FILM 18.5
	[ "$(lines)" = '18|2|' ]
	[ "$(stock FILM)" = '18.5|18|0.5' ]
	ledger_agrees
	stays_true
}

@test "an order not answered yet is taken back without a notice" {
	checked customer,sku,quantity C-1,GLUE,10
	count GLUE 0
	[ "$(lines)" = '0|10|' ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 0 ]
	stays_true
}

@test "what fulfilment already has is never taken back" {
	acked customer,sku,quantity C-1,GLUE,10
	sql "UPDATE stock SET released = 8000 WHERE sku = 'GLUE';
		UPDATE lines SET released = 8000"
	run count GLUE 7
	[ "$status" -ne 0 ]
	[ "$(stock GLUE)" = '10|10|0' ]
	count GLUE 8
	[ "$(lines)" = '8|2|' ]
}

# ---- many at once ----

@test "eight processes sell what there is, and not one unit more" {
	{
		echo external_ref,customer,sku,quantity
		for i in $(seq 40); do
			echo "PO-$i,C-1,GLUE,1"
			echo "PO-$i,C-1,TAPE,3"
		done
	} >orders
	order-config -q rule.duplicate=off
	order-receive --channel email orders | order-verify >in
	cells ref <in >refs
	[ "$(wc -l <refs)" -eq 40 ]
	pids=
	for i in 0 1 2 3 4 5 6 7; do
		# Each begins elsewhere and works on all of them.
		{ tail -n +$((i * 5 + 1)) refs; head -n $((i * 5)) refs; } >refs.$i
		xargs order-check-stock -q <refs.$i &
		pids="$pids $!"
	done
	for p in $pids; do
		wait "$p"
	done
	[ "$(stock GLUE)" = '10|10|0' ]
	[ "$(stock TAPE)" = '100|100|0' ]
	[ "$(sql "SELECT sum(allocated), sum(backordered) FROM v_lines
		WHERE sku = 'GLUE'")" = '10|30' ]
	[ "$(sql "SELECT sum(allocated), sum(backordered) FROM v_lines
		WHERE sku = 'TAPE'")" = '100|20' ]
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'allocate'")" = 40 ]
	ledger_agrees
	stays_true
}

@test "every line of a very large order is reserved" {
	awk 'BEGIN { print "sku"; for (i = 0; i < 2000; i++) print "N-" i }' |
		order-load -q items
	awk 'BEGIN { print "sku,on_hand"; for (i = 0; i < 2000; i++) print "N-" i ",5" }' |
		order-load -q stock
	order-config -q rule.price-list=off
	awk 'BEGIN { print "external_ref,customer,sku,quantity"
		for (i = 0; i < 10000; i++) print "PO-1,C-1,N-" i % 2000 ",1" }' >orders
	order-receive --channel email orders | order-verify | order-check-stock >out
	[ "$(cells stock <out)" = full ]
	[ "$(sql 'SELECT count(*), sum(allocated) FROM v_lines')" = '10000|10000' ]
}
