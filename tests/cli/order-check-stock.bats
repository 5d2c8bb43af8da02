#!/usr/bin/env bats
# order-check-stock: what is there is reserved once, what is not is answered

load ../helper
load ../company
load stock

# ---- what is there ----

@test "an order of what is there is reserved in full" {
	good PO-1 | order-verify >in
	run --separate-stderr order-check-stock <in
	[ "$status" -eq 0 ]
	[ "$(cells stock <<<"$output")" = full ]
	[ "$(cells status <<<"$output")" = verified ]
	[ "$(cells result <<<"$output")" = ok ]
	[ "$(cells reason <<<"$output")" = '' ]
	[ "$(lines)" = '10|0|' ]
	[ "$(stock TAPE)" = '100|10|90' ]
	ledger_agrees
	stays_true
}

@test "the last unit goes to one order only" {
	ready customer,sku,quantity C-1,GLUE,10
	ready customer,sku,quantity ASK,GLUE,1
	order-check-stock -q $R1
	run --separate-stderr order-check-stock $R2
	[ "$(cells stock <<<"$output")" = none ]
	[ "$(stock GLUE)" = '10|10|0' ]
}

@test "part of it is reserved, the rest waits, and the order says so" {
	ready customer,sku,quantity C-1,GLUE,15
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 0 ]
	[ "$(cells stock <<<"$output")" = partial ]
	[ "$(cells result <<<"$output")" = ok ]
	[ "$(cells reason <<<"$output")" = short ]
	[ "$(lines)" = '10|5|' ]
	ledger_agrees
}

@test "an order of what is not there waits as a whole" {
	count GLUE 0
	ready customer,sku,quantity C-1,GLUE,5
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 0 ]
	[ "$(cells stock <<<"$output")" = backordered ]
	[ "$(lines)" = '0|5|' ]
	[ "$(sql "SELECT count(*) FROM stock_ledger WHERE order_id > 0")" = 0 ]
}

@test "an item that was never counted is not there" {
	printf 'sku\nNEWS\n' | order-load -q items
	order-config -q rule.price-list=off
	checked customer,sku,quantity C-1,NEWS,5
	[ "$(lines)" = '0|5|' ]
}

@test "each line is filled by itself" {
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 \
		PO-1,C-1,GLUE,12 PO-1,C-1,STAMP,5
	[ "$(lines)" = '1|0|
10|2|
5|0|' ]
	stays_true
}

@test "two lines of one item together take no more than there is" {
	checked external_ref,customer,sku,quantity PO-1,C-1,GLUE,6 PO-1,C-1,GLUE,6
	[ "$(lines)" = '6|0|
4|2|' ]
	[ "$(stock GLUE)" = '10|10|0' ]
	ledger_agrees
	stays_true
}

@test "two lines of one item that together are short hold a complete order" {
	checked external_ref,customer,sku,quantity PO-1,WHOLE,GLUE,6 \
		PO-1,WHOLE,GLUE,6 || true
	[ "$(sql 'SELECT held, stock FROM v_orders')" = 'stock|none' ]
	[ "$(stock GLUE)" = '10|0|10' ]
}

@test "two lines of one item, ordered by two codes, are one demand" {
	printf 'alias,sku\nG-1,GLUE\n' | order-load -q aliases
	checked external_ref,customer,sku,quantity PO-1,C-1,G-1,6 PO-1,C-1,glue,6
	[ "$(lines)" = '6|0|
4|2|' ]
}

# ---- fractions ----

@test "what is sold by the metre is reserved to the millimetre" {
	checked customer,sku,quantity C-1,FILM,30.255
	[ "$(lines)" = '20.5|9.755|' ]
	[ "$(sql "SELECT allocated, backordered FROM lines")" = '20500|9755' ]
	ledger_agrees
}

@test "whole units are filled in whole units" {
	checked customer,sku,quantity C-1,FILM,30
	[ "$(lines)" = '20|10|' ]
	[ "$(stock FILM)" = '20.5|20|0.5' ]
}

@test "half a unit left over still fills an order of half a unit" {
	checked external_ref,customer,sku,quantity PO-1,C-1,FILM,30 PO-2,C-1,FILM,0.5
	[ "$(lines)" = '20|10|
0.5|0|' ]
}

# ---- dates of backorders ----

@test "a backorder has the date of the supply that covers it" {
	supply S-1,GLUE,3,2026-12-04 S-2,GLUE,3,2026-12-11
	checked external_ref,customer,sku,quantity PO-1,C-1,GLUE,13 PO-2,C-1,GLUE,1
	[ "$(lines)" = '10|3|2026-12-04
0|1|2026-12-11' ]
}

@test "supply promised to older backorders is not promised again" {
	count GLUE 0
	supply S-1,GLUE,20,2026-12-04 S-2,GLUE,20,2026-12-11
	checked external_ref,customer,sku,quantity PO-1,C-1,GLUE,15 \
		PO-2,C-1,GLUE,10 PO-3,C-1,GLUE,5 PO-4,C-1,GLUE,11
	[ "$(lines)" = '0|15|2026-12-04
0|10|2026-12-11
0|5|2026-12-11
0|11|' ]
}

@test "a backorder that no supply covers has no date" {
	supply S-1,GLUE,4,2026-12-04
	checked customer,sku,quantity C-1,GLUE,15
	[ "$(lines)" = '10|5|' ]
}

# ---- complete ----

@test "a complete order with a short line takes nothing and is held" {
	ready external_ref,customer,sku,quantity PO-1,WHOLE,TAPE,1 PO-1,WHOLE,GLUE,15
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 1 ]
	[ "$(cells held <<<"$output")" = stock ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells reason <<<"$output")" = short ]
	[ "$(cells stock <<<"$output")" = none ]
	[ "$(sql 'SELECT sum(allocated), sum(backordered) FROM lines')" = '0|0' ]
	[ "$(sql 'SELECT reason FROM v_holds')" = 'short: GLUE' ]
	stays_true
}

@test "the stock hold ends when all of it is there, by --pending" {
	checked customer,sku,quantity WHOLE,GLUE,15 || true
	run --separate-stderr order-check-stock --pending
	[ "$status" -eq 1 ]
	[ "$(cells held <<<"$output")" = stock ]
	count GLUE 15
	run --separate-stderr order-check-stock --pending
	[ "$status" -eq 0 ]
	[ "$(cells held <<<"$output")" = '' ]
	[ "$(cells stock <<<"$output")" = full ]
	[ "$(stock GLUE)" = '15|15|0' ]
	[ "$(sql 'SELECT answer FROM v_holds')" = filled ]
	stays_true
}

@test "the company's policy makes every order complete, but for who differs" {
	order-config -q ship_policy=complete
	checked customer,sku,quantity C-1,GLUE,15 || true
	[ "$(sql 'SELECT held FROM v_orders')" = stock ]
	printf 'customer,ship_policy\nC-1,partial\n' | order-load -q customers
	order-check-stock -q --pending
	[ "$(sql 'SELECT held, stock FROM v_orders')" = '|partial' ]
}

# ---- consent ----

@test "a customer who wants to be asked is asked; what is there is kept" {
	printf 'sku,substitute,rank\nGLUE,STAMP,2\nGLUE,TAPE,1\nGLUE,OLD,0\n' |
		order-load -q substitutes
	supply S-1,GLUE,20,2026-12-04
	ready external_ref,customer,sku,quantity PO-1,ASK,GLUE,15 PO-1,ASK,TAPE,1
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 1 ]
	[ "$(cells held <<<"$output")" = consent ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells reason <<<"$output")" = consent-needed ]
	[ "$(lines)" = '10|0|
1|0|' ]
	[ "$(sql 'SELECT kind, recipient FROM messages')" = 'shortage|buy@ask.example' ]
	sql 'SELECT document FROM messages' >d
	[ "$(json '[(l["sku"], l["quantity"], l["available"], l["backordered"], l["backorder_on"]) for l in d["lines"]]' <d)" = \
		"[('GLUE', '15', '10', '5', '2026-12-04')]" ]
	# The discontinued one is not offered; the rank is the company's.
	[ "$(json '[(a["sku"], a["available"], a["unit_price"]) for a in d["lines"][0]["alternatives"]]' <d)" = \
		"[('TAPE', '99', '2.00'), ('STAMP', '5', '29.00')]" ]
	order-notify -q
	[[ $(cat mail/new/*) == *'expected on 4 December 2026'* ]]
	stays_true
}

@test "a customer who wants to be asked is not, when all is there" {
	checked customer,sku,quantity ASK,GLUE,10
	[ "$(sql 'SELECT held, stock FROM v_orders')" = '|full' ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 0 ]
}

@test "two short lines of one item are offered one supply once" {
	count GLUE 0
	supply S-1,GLUE,5,2026-12-04 S-2,GLUE,5,2026-12-11
	checked external_ref,customer,sku,quantity PO-1,ASK,GLUE,5 PO-1,ASK,GLUE,5 || true
	[ "$(sql 'SELECT document FROM messages' | json '[l["backorder_on"] for l in d["lines"]]')" = \
		"['2026-12-04', '2026-12-11']" ]
}

@test "asked once: checking again asks nothing and takes nothing" {
	checked customer,sku,quantity ASK,GLUE,15 || true
	before=$(sql 'SELECT count(*) FROM events')
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = consent-needed ]
	[ "$(sql 'SELECT count(*) FROM events')" = "$before" ]
	[ "$(stock GLUE)" = '10|10|0' ]
}

@test "for a customer who never waits the rest is refused as not available" {
	ready customer,sku,quantity NEVER,GLUE,15
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 0 ]
	[ "$(cells stock <<<"$output")" = full ]
	[ "$(cells total <<<"$output")" = 30.00 ]
	[ "$(sql 'SELECT allocated, rejected, reject_code FROM lines')" = '10000|5000|R4' ]
	stays_true
}

@test "for a customer who never waits, nothing there is nothing left" {
	count GLUE 0
	checked customer,sku,quantity NEVER,GLUE,5
	[ "$(sql 'SELECT stock, total FROM v_orders')" = 'none|0.00' ]
	run --separate-stderr order-ack --queue-only $R1
	[ "$status" -eq 1 ]
	[ "$(cells status <<<"$output")" = rejected ]
	[ "$(cells reason <<<"$output")" = nothing-left ]
	[ "$(sql 'SELECT kind, code FROM messages')" = 'rejected|RE' ]
	stays_true
}

@test "an item nobody knows is refused, whatever policy lets it pass" {
	order-config -q rule.item-known=warn rule.price-list=off ship_policy=complete
	checked external_ref,customer,sku,quantity PO-1,C-1,ROPE,1 PO-1,C-1,TAPE,1
	[ "$(sql 'SELECT sku, allocated, backordered, rejected, reject_code
		FROM lines ORDER BY line')" = 'ROPE|0|0|1000|R2
TAPE|1000|0|0|' ]
}

# ---- which orders ----

@test "an order checked already is unchanged, exit 0, and takes nothing more" {
	checked customer,sku,quantity C-1,GLUE,15
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")" = unchanged ]
	count GLUE 20
	order-check-stock -q $R1
	[ "$(lines)" = '10|5|' ]
	order-ack -q --queue-only $R1
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")" = unchanged ]
}

@test "the same order twice in one stream is reserved once" {
	ready customer,sku,quantity C-1,GLUE,5
	printf 'ref\n%s\n%s\n' $R1 $R1 >in
	run --separate-stderr order-check-stock <in
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output" | paste -sd' ')" = 'ok unchanged' ]
	[ "$(stock GLUE)" = '10|5|5' ]
}

@test "an order not verified is refused; one with holds is held" {
	good PO-1 >in
	run --separate-stderr order-check-stock <in
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = not-verified ]
	[ "$stderr" = "order-check-stock: $R1: is not verified yet" ]
	receive customer,sku,quantity C-1,ROPE,1 | order-verify >in || true
	run --separate-stderr order-check-stock <in
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells reason <<<"$output")" = open-holds ]
	[ "$(sql "SELECT count(*) FROM stock_ledger WHERE order_id > 0")" = 0 ]
}

@test "a rejected order is refused, exit 1" {
	order-config -q rule.item-active=reject
	ready customer,sku,quantity C-1,OLD,1 || true
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = illegal-transition ]
	[ "$stderr" = "order-check-stock: $R1: is rejected" ]
}

@test "unknown references and refused records pass through, exit 1" {
	printf 'ref,result,reason\n,refused,missing\nSO-00000099-6,,\n' >in
	run --separate-stderr order-check-stock <in
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output" | paste -sd' ')" = 'missing no-such-order' ]
}

@test "options that do not go together are a usage error" {
	for args in "--pending $R1" "--backorders $R1" '--pending --backorders' \
	    "--probe $R1" '--probe --pending'; do
		run --separate-stderr order-check-stock $args </dev/null
		[ "$status" -eq 64 ]
	done
}

@test "--dry-run is the what-if: two orders share what is there, nothing stays" {
	ready customer,sku,quantity C-1,GLUE,8
	ready customer,sku,quantity C-1,GLUE,9
	run --separate-stderr order-check-stock -n --pending
	[ "$status" -eq 0 ]
	[ "$(cells stock <<<"$output" | paste -sd' ')" = 'full partial' ]
	[ "$(stock GLUE)" = '10|0|10' ]
	[ "$(sql 'SELECT stock FROM v_orders' | paste -sd' ')" = 'unchecked unchecked' ]
}

# ---- probe ----

@test "--probe says what could be ordered, and reserves nothing" {
	supply S-1,GLUE,20,2026-12-04
	checked customer,sku,quantity C-1,GLUE,4
	printf 'alias,customer,sku\nG-1,C-1,GLUE\n' | order-load -q aliases
	cat >in <<-'END'
	mine,sku,quantity,customer
	a,GLUE,6,
	b,glue,7,
	c,G-1,6,C-1
	d,G-1,6,ASK
	e,ROPE,1,
	f,GLUE,none,
	g,GLUE,0,
	END
	run --separate-stderr order-check-stock --probe <in
	[ "$status" -eq 1 ]
	[ "$output" = 'mine,sku,quantity,customer,on_hand,allocated,available,next_supply_on,result,reason
a,GLUE,6,,10,4,6,2026-12-04,ok,
b,glue,7,,10,4,6,2026-12-04,refused,short
c,G-1,6,C-1,10,4,6,2026-12-04,ok,
d,G-1,6,ASK,,,,,refused,no-such-item
e,ROPE,1,,,,,,refused,no-such-item
f,GLUE,none,,,,,,refused,bad-value
g,GLUE,0,,,,,,refused,bad-value' ]
	[ -z "$stderr" ]
	[ "$(stock GLUE)" = '10|4|6' ]
	run --separate-stderr order-check-stock --probe <<<$'sku,qty\nGLUE,6'
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-check-stock: stdin:1: there is no column quantity' ]
	run --separate-stderr order-check-stock --probe <<<'[{"sku":"GLUE","quantity":6}]'
	[ "$status" -eq 0 ]
	[ "$(json 'd["available"], d["result"]' <<<"$output")" = "('6', 'ok')" ]
}
