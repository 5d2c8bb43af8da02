#!/usr/bin/env bats
# Playing the customer of a short line: each offer is taken and refused, in
# every order, of one line and of several, held and confirmed.

load ../helper
load ../company
load resolve

# confirmed: 10 of 15 are there, the rest waits, and the customer knows it
confirmed() {
	others
	ready customer,sku,quantity C-1,GLUE,15
	order-check-stock -q $R1
	order-ack -q --queue-only $R1
	[ "$(lines)" = '1|GLUE|15|10|5|0|0|0' ]
}

@test "accepted and backorder: the rest waits" {
	for answer in accepted backorder waived; do
		printf 'sku,on_hand\nGLUE,10\n' | order-load -q stock
		ready external_ref,customer,sku,quantity $answer,ASK,GLUE,15 || true
		ref=$(sql 'SELECT ref FROM orders ORDER BY id DESC LIMIT 1')
		[ "$(held "$ref")" = '' ] || order-resolve -q "$ref" duplicate confirmed
		order-check-stock -q "$ref" || true
		[ "$(held "$ref")" = consent ]
		says ok '' "$ref" consent $answer
		[ "$(cells held <<<"$output")" = '' ]
		refused no-such-hold "$ref" consent $answer
		says ok '' "$ref" consent drop
	done
	stays_true
}

@test "partial: what is there is kept, the rest is dropped" {
	asked
	says ok '' $R1 consent partial --note 'by phone'
	[ "$(lines)" = '1|GLUE|15|10|0|5|0|0' ]
	[ "$(answers)" = '{"hold":"consent","answer":"partial","note":"by phone"}' ]
	refused no-such-hold $R1 consent partial
	order-ack -q --queue-only $R1
	stays_true
}

@test "drop and remove: the last line dropped is the order cancelled" {
	asked
	says ok '' $R1 consent drop
	[ "$(cells status <<<"$output")" = cancelled ]
	[ "$(lines)" = '1|GLUE|15|0|0|15|0|0' ]
	[ "$(told shortage) $(told cancelled)" = 'cancelled|0 queued|0' ]
	[ "$(sql 'SELECT count(*) FROM offers')" -eq 0 ]
	stays_true
}

@test "cancel: all of it goes back" {
	asked
	says ok '' $R1 consent cancel --note 'too late'
	[ "$(cells status <<<"$output")" = cancelled ]
	[ "$(sql "SELECT allocated FROM v_stock WHERE sku = 'GLUE'")" = 0 ]
	[ "$(sql 'SELECT answer, note FROM holds')" = 'cancel|too late' ]
	stays_true
}

@test "substitute: the first that was offered, another by its code, a part of it" {
	asked
	says ok '' $R1 consent substitute
	[ "$(lines)" = '1|GLUE|15|10|0|0|5|0 2|PASTE|5|5|0|0|0|1' ]
	refused no-such-hold $R1 consent substitute
	order-ack -q --queue-only $R1
	stays_true
}

@test "substitute with the code and quantity that are set" {
	asked
	says held open-holds $R1 consent substitute --set sku=GUM --set quantity=2
	[ "$(lines)" = '1|GLUE|15|10|0|0|2|0 2|GUM|2|2|0|0|0|1' ]
	[ "$(answers)" = '{"hold":"consent","answer":"substitute","sku":"GUM","quantity":"2","note":""}' ]
	says ok '' $R1 consent partial
	[ "$(lines)" = '1|GLUE|15|10|0|3|2|0 2|GUM|2|2|0|0|0|1' ]
	stays_true
}

@test "what is set must make sense" {
	asked
	refused not-a-number $R1 consent substitute --set sku=GUM --set quantity=two
	refused not-positive $R1 consent substitute --set quantity=0
	refused bad-value $R1 consent substitute --set quantity=6
	refused no-such-item $R1 consent substitute --set sku=NONE
	refused bad-answer $R1 consent substitute --set sku=GLUE
	refused bad-answer $R1 consent substitute --set email=x@nord.example
	refused bad-answer $R1 consent partial --set quantity=3
	refused no-such-line $R1 consent backorder --line 7
	refused bad-answer $R1 consent corrected --set sku=GUM
	refused bad-answer $R1 consent confirmed
	refused card-number $R1 consent partial --note '4111 1111 1111 1111'
	[ "$(held)" = consent ]
}

@test "every answer after every other, line by line" {
	others
	receive external_ref,customer,sku,quantity P,ASK,GLUE,12 P,ASK,STAMP,8 P,ASK,TAPE,1 |
		order-verify | order-check-stock -q || true
	[ "$(held)" = consent ]
	cp orders.db asked.db
	for first in backorder substitute partial drop remove accepted; do
		for second in backorder substitute partial drop remove; do
			rm -f orders.db-*
			cp asked.db orders.db
			says held open-holds $R1 consent $first --line 1
			[ "$(held)" = consent ]
			set --
			[ $second != substitute ] || set -- --set sku=GUM
			says ok '' $R1 consent $second --line 2 "$@"
			[ "$(held)" = '' ]
			refused no-such-hold $R1 consent partial --line 3
			order-ack -q --queue-only $R1
			[ "$(answers | wc -l)" -eq 2 ]
			stays_true
		done
	done
}

@test "an order that is shipped complete goes on without what is short" {
	others
	ready external_ref,customer,sku,quantity P,WHOLE,GLUE,12 P,WHOLE,TAPE,1
	order-check-stock -q $R1 || true
	[ "$(held)" = stock ]
	says ok '' $R1 stock partial
	[ "$(held)" = '' ]
	[ "$(lines)" = '1|GLUE|12|10|0|2|0|0 2|TAPE|1|1|0|0|0|0' ]
	stays_true
}

@test "an order that is shipped complete is cancelled, or takes another item" {
	others
	ready external_ref,customer,sku,quantity P,WHOLE,GLUE,12 P,WHOLE,TAPE,1
	order-check-stock -q $R1 || true
	says ok '' $R1 stock substitute --set sku=GUM --line 1
	[ "$(held)" = '' ]
	receive external_ref,customer,sku,quantity Q,WHOLE,STAMP,12 | order-verify | order-check-stock -q || true
	says ok '' $R2 stock cancel
	stays_true
}

@test "an order that was confirmed: another item instead of what waits, told once" {
	confirmed
	order-config -q mail_from=
	says ok '' $R1 consent substitute --set sku=GUM
	[ "$(lines)" = '1|GLUE|15|10|0|0|5|0 2|GUM|5|5|0|0|0|1' ]
	[ "$(told changed)" = 'queued|0' ]
	[ "$(told delay)" = '' ]
	[ "$(document changed '[(c["line"], c["sku"], c["quantity"], c.get("was_quantity"), c.get("added")) for c in d["changes"]]')" = \
		"[(1, 'GLUE', '10', '15', None), (2, 'GUM', '5', None, True)]" ]
	[ "$(document changed 'd["has_promise"], len(d["lines"]), d["total"]')" = "(True, 2, '42.50')" ]
	refused no-such-hold $R1 consent substitute --set sku=GUM
	stays_true
}

@test "two changes of a confirmed order before the mailer comes are one notice" {
	confirmed
	says ok '' $R1 consent substitute --set sku=GUM --set quantity=2
	says ok '' $R1 consent partial --line 1
	[ "$(told changed)" = 'cancelled|0 queued|0' ]
	[ "$(document changed '[(c["line"], c["quantity"], c.get("was_quantity")) for c in d["changes"]]')" = \
		"[(1, '10', '15'), (2, '2', None)]" ]
	stays_true
}

@test "a confirmed order: all that waits is dropped, or all is cancelled" {
	confirmed
	says ok '' $R1 consent partial
	[ "$(lines)" = '1|GLUE|15|10|0|5|0|0' ]
	refused no-such-hold $R1 consent cancel
	ready external_ref,customer,sku,quantity N,FIRST,GLUE,5
	order-check-stock -q $R2 && order-ack -q --queue-only $R2
	says ok '' $R2 consent cancel
	[ "$(cells status <<<"$output")" = cancelled ]
	stays_true
}

@test "nothing waits, nothing is held: there is nothing to answer" {
	ready customer,sku,quantity C-1,TAPE,1
	refused no-such-hold $R1 consent backorder
	order-check-stock -q $R1 && order-ack -q --queue-only $R1
	refused no-such-hold $R1 consent cancel
	refused no-such-hold $R1 stock cancel
}

@test "a released order keeps what waits" {
	confirmed
	sql "UPDATE orders SET status = 'released'"
	for answer in substitute partial drop cancel; do
		says refused illegal-transition $R1 consent $answer
	done
}

@test "an offer that is gone: nothing is taken, there is a new one, and it is recorded" {
	asked
	printf 'sku,on_hand\nPASTE,1\n' | order-load -q stock
	says held offer-gone $R1 consent substitute --set sku=PASTE
	[ "$status" -eq 1 ]
	[ "$(lines)" = '1|GLUE|15|10|0|0|0|0' ]
	[ "$(answers)" = '{"hold":"consent","answer":"substitute","sku":"PASTE","note":"","result":"offer-gone"}' ]
	[ "$(document shortage 'd["offer_gone"], d["gone_sku"]')" = "(True, 'PASTE')" ]
	says ok '' $R1 consent substitute --set sku=GUM
	stays_true
}

@test "eight answer the same offer at once: one wins" {
	asked
	for i in 1 2 3 4 5 6 7 8; do
		order-resolve $R1 consent substitute >out$i 2>/dev/null &
	done
	wait
	[ "$(cat out? | cells result | grep -c ok)" -eq 1 ]
	[ "$(cat out? | grep -c no-such-hold)" -eq 7 ]
	[ "$(answers | wc -l)" -eq 1 ]
	[ "$(lines)" = '1|GLUE|15|10|0|0|5|0 2|PASTE|5|5|0|0|0|1' ]
	stays_true
}

@test "killed in between, the answer is there once or not at all" {
	asked
	for i in 1 2 3 4 5 6 7 8 9; do
		order-resolve -q $R1 consent substitute --set sku=GUM --set quantity=1 2>/dev/null &
		pid=$!
		python3 -c 'import os, sys, time
time.sleep(int(sys.argv[2]) / 2000)
try: os.kill(int(sys.argv[1]), 9)
except ProcessLookupError: pass' $pid $i
		wait $pid || true
		[ "$(answers | wc -l)" -eq "$(sql 'SELECT substituted / 1000 FROM lines WHERE line = 1')" ]
		[ "$(held)" = consent ] || break
	done
	stays_true
}

@test "a line that is sent instead of another is not corrected, but taken out" {
	others
	ready customer,sku,quantity ASK,GLUE,15
	order-check-stock -q $R1 || true
	says ok '' $R1 consent substitute --set sku=GUM
	printf 'sku,unit_price,currency,status\nGLUE,3.00,EUR,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	[ "$(held)" = item ]
	refused bad-value $R1 item corrected --line 2 --set quantity=4
	[ "$stderr" = "order-resolve: $R1: quantity: line 2 is sent instead of line 1, as agreed; it can be taken out (remove)" ]
	refused bad-value $R1 item corrected --line 2 --set sku=PASTE
	says held open-holds $R1 item remove --line 2
	[ "$(lines)" = '1|GLUE|15|10|0|0|5|0 2|GUM|5|0|0|5|0|1' ]
	says ok '' $R1 item waived --note 'the last ones'
	order-ack -q --queue-only $R1
	stays_true
}

@test "what was agreed of a line that is short is no total that does not add up" {
	others
	for answer in partial drop substitute backorder; do
		printf 'sku,on_hand\nGLUE,10\nGUM,100\n' | order-load -q stock
		receive external_ref,customer,total,sku,quantity T-$answer,ASK,47.00,GLUE,15 T-$answer,ASK,47.00,TAPE,1 |
			order-verify -q
		ref=$(sql 'SELECT ref FROM orders ORDER BY id DESC LIMIT 1')
		order-check-stock -q "$ref" || true
		says ok '' "$ref" consent $answer --line 1
		order-verify -q "$ref"
		[ "$(held "$ref")" = '' ]
		says ok '' "$ref" consent drop || true
		order-ack -q --queue-only "$ref"
		order-update -q "$ref" cancelled
	done
	stays_true
}

@test "our quantity is taken: the total they reckoned is no question any more" {
	wrong external_ref,customer,total,sku,quantity T-1,C-1,15.00,BOX,30
	says ok '' $R1 quantity accepted
	[ "$(sql 'SELECT total FROM v_orders')" = 25.00 ]
}

@test "a notice that was not sent yet asks only about the lines that are left" {
	others
	receive external_ref,customer,sku,quantity P,ASK,GLUE,12 P,ASK,STAMP,8 |
		order-verify | order-check-stock -q || true
	[ "$(document shortage '[l["line"] for l in d["lines"]]')" = '[1, 2]' ]
	says held open-holds $R1 consent partial --line 1
	[ "$(told shortage)" = 'cancelled|0 queued|0' ]
	[ "$(document shortage '[l["line"] for l in d["lines"]], d["nlines"]')" = '([2], 1)' ]
	says held open-holds $R1 consent substitute --line 2 --set sku=GUM --set quantity=1
	[ "$(document shortage '[(l["line"], l["backordered"]) for l in d["lines"]]')" = "[(2, '2')]" ]
	order-notify -q
	says ok '' $R1 consent partial
	[ "$(told shortage)" = 'cancelled|0 cancelled|0 sent|0' ]
	stays_true
}

@test "nor does a reminder that was not sent yet" {
	others
	receive external_ref,customer,sku,quantity P,ASK,GLUE,12 P,ASK,STAMP,8 |
		order-verify | order-check-stock -q || true
	order-notify -q
	ORDER_NOW=2026-11-25T09:00:00Z order-resolve -q --chase
	says held open-holds $R1 consent partial --line 1
	[ "$(told shortage)" = 'sent|0 cancelled|1 queued|1' ]
	[ "$(document shortage '[l["line"] for l in d["lines"]], d["reminder_number"], d["asked_on"]')" = "([2], 1, '2026-11-23')" ]
	ORDER_NOW=2026-11-25T09:00:00Z order-resolve -q --chase
	[ "$(told shortage)" = 'sent|0 cancelled|1 queued|1' ]
}

@test "a line of a confirmed order that is dropped is named in the notice" {
	others
	receive external_ref,customer,sku,quantity P,C-1,GLUE,12 P,C-1,TAPE,1 |
		order-verify | order-check-stock | order-ack -q --queue-only
	says ok '' $R1 consent drop --line 1
	order-notify -q
	order-notify --show "$(sql "SELECT id FROM messages WHERE kind = 'changed'")" >out
	grep -qx -- '- Line 1: taken out (12 x GLUE)' out
	! grep -q '= 0.00' out || return 1
	stays_true
}
