#!/usr/bin/env bats
# order-receive --amend: the order becomes what came, stock stays where it fits

load ../helper
load ../company
load ack
load amend

# ---- which order, or none ----

@test "other content of a known key changes the order: its number stays" {
	acked $A PO-1,C-1,1,TAPE,10
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,8
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	for is in ref=$R1 status=received stock=unchecked ack=stale revision=2 \
		result=ok reason= processing_on= delivery_on=; do
		[ "$(cells "${is%%=*}" <<<"$output")" = "${is#*=}" ]
	done
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 1 ]
	audited
}

@test "an order that was not looked at yet is changed as well, and in JSON" {
	printf '{"external_ref":"PO-1","channel":"email","lines":[{"sku":"TAPE","quantity":%s}]}' 5 |
		order-receive -q
	printf '{"external_ref":"PO-1","channel":"email","lines":[{"sku":"TAPE","quantity":%s}]}' 6 |
		order-receive --amend >out
	[ "$(json 'd["ref"], d["revision"], d["ack"]' <out)" = "('$R1', 2, 'none')" ]
	[ "$(lines)" = '1|TAPE|6|0|0' ]
	audited
}

@test "the content it has is a duplicate: nothing is written" {
	receive $A PO-1,C-1,1,TAPE,10 >/dev/null
	amend $A PO-1,C-1,1,TAPE,8 >/dev/null
	was=$(store)
	run --separate-stderr amend sku,quantity,line,customer,external_ref TAPE,8.0,1,C-1,PO-1
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(cells result <<<"$output")" = duplicate ]
	[ "$(cells revision <<<"$output")" = 2 ]
	[ "$(store)" = "$was" ]
}

@test "an old file fed again undoes nothing: duplicate, and it says so" {
	receive $A PO-1,C-1,1,TAPE,10 >/dev/null
	amend $A PO-1,C-1,1,TAPE,8 >/dev/null
	was=$(store)
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,10
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")" = duplicate ]
	[ "$stderr" = "order-receive: stdin:2: $R1: was so at revision 1, and stays as it is at revision 2 (to go back, give a later received_at)" ]
	# the time of the first request is no later one
	run --separate-stderr amend received_at,$A 2026-11-23T09:00:00Z,PO-1,C-1,1,TAPE,10
	[ "$(cells result <<<"$output")" = duplicate ]
	# and without --amend there is nothing to wonder about
	run --separate-stderr receive $A PO-1,C-1,1,TAPE,10
	[ "$(cells result <<<"$output")" = duplicate ]
	[ -z "$stderr" ]
	[ "$(store)" = "$was" ]
}

@test "with a later received_at an order goes back to what it was" {
	receive $A PO-1,C-1,1,TAPE,10 >/dev/null
	amend $A PO-1,C-1,1,TAPE,8 >/dev/null
	export ORDER_NOW=2026-11-23T11:00:00Z
	run --separate-stderr amend received_at,$A 2026-11-23T10:00:00Z,PO-1,C-1,1,TAPE,10
	[ "$(cells revision <<<"$output")" = 3 ]
	[ "$(lines)" = '1|TAPE|10|0|0' ]
	# now what lies between is the older content
	[ "$(amend $A PO-1,C-1,1,TAPE,8 2>/dev/null | cells result)" = duplicate ]
	[ "$(lines)" = '1|TAPE|10|0|0' ]
	audited
}

@test "an unknown key, and none, are ordinary new orders" {
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,10 ,C-1,1,TAPE,2 ,C-1,1,TAPE,2
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output" | paste -sd' ')" = "$R1 $R2 $R3" ]
	[ "$(cells revision <<<"$output" | paste -sd' ')" = '1 1 1' ]
}

@test "the key of a rejected order is used for a new one" {
	receive $A PO-1,C-1,1,TAPE,10 >/dev/null
	order-config -q rule.customer-known=reject
	receive $A PO-2,NOBODY,1,TAPE,10 | order-verify -q || true
	run amend $A PO-2,C-1,1,TAPE,9
	[ "$(cells ref <<<"$output")" = $R3 ]
	# which can then be changed
	run amend $A PO-2,C-1,1,TAPE,7
	[ "$(cells ref <<<"$output")" = $R3 ]
	[ "$(cells revision <<<"$output")" = 2 ]
	audited
}

@test "a released or completed order is not changed: a reject, with the remedy" {
	acked $A PO-1,C-1,1,TAPE,10
	for status in released completed; do
		sql "UPDATE orders SET status = '$status'"
		was=$(sql 'SELECT * FROM orders; SELECT * FROM lines; SELECT count(*) FROM events')
		run --separate-stderr amend $A PO-1,C-1,1,TAPE,8
		[ "$status" -eq 1 ]
		[ "$(cells reason <<<"$output")" = already-released ]
		status=$(sql 'SELECT status FROM orders')
		[ "$stderr" = "order-receive: stdin:2: external_ref: \"PO-1\" is order $R1, which is $status and cannot be changed (give the change a reference of its own)" ]
		[ "$(sql 'SELECT * FROM orders; SELECT * FROM lines; SELECT count(*) FROM events')" = "$was" ]
		[ "$(sql 'SELECT error_code, closed_at IS NULL FROM rejects')" = 'already-released|1' ]
	done
	# without --amend it does not say that --amend would help
	run --separate-stderr receive $A PO-1,C-1,1,TAPE,7
	[[ $stderr == *'other content (give the change a reference of its own)' ]]
}

@test "a conflict that was refused goes in with --amend, and its reject closes" {
	receive $A PO-1,C-1,1,TAPE,10 >/dev/null
	receive $A PO-1,C-1,1,TAPE,8 >/dev/null 2>&1 || true
	order-status --rejects >again.csv
	run order-receive --channel email --amend again.csv
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT revision FROM orders')" -eq 2 ]
	[ "$(sql 'SELECT closed_by FROM rejects')" = $R1 ]
}

@test "the key a second time in the input stays refused: pieces are no changes" {
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,10 PO-2,C-1,1,TAPE,2 PO-1,C-1,2,GLUE,1
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output" | paste -sd,)" = ,,key-repeated ]
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,9 PO-2,C-1,1,TAPE,3 PO-1,C-1,2,GLUE,1
	[ "$(cells reason <<<"$output" | paste -sd,)" = ,,key-repeated ]
	[ "$(lines)" = '1|TAPE|9|0|0' ]
}

@test "what cannot be an order changes none, and with --on-error all nothing does" {
	receive $A PO-1,C-1,1,TAPE,10 PO-2,C-1,1,TAPE,2 >/dev/null
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,0 PO-2,C-1,1,TAPE,3
	[ "$(cells result <<<"$output" | paste -sd,)" = refused,ok ]
	printf '%s\n' $A PO-2,C-1,1,TAPE,4 PO-1,C-1,1,TAPE,x >o.csv
	run order-receive --channel email --amend --on-error all o.csv
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT revision FROM orders' | paste -sd,)" = 1,2 ]
	printf '%s\n' $A PO-2,C-1,1,TAPE,4 PO-1,C-1,1,TAPE,6 >o.csv
	order-receive -q --channel email --amend --on-error all --expect-lines 2 o.csv
	[ "$(sql 'SELECT revision FROM orders' | paste -sd,)" = 2,3 ]
	audited
}

# ---- stock ----

@test "less of a line gives back the difference, once" {
	acked $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,4
	amend $A PO-1,C-1,1,TAPE,7.5 PO-1,C-1,2,GLUE,4 >/dev/null
	[ "$(lines)" = '1|TAPE|7.5|7.5|0 2|GLUE|4|4|0' ]
	[ "$(moves)" = '1|TAPE|allocate|10 1|TAPE|deallocate|-2.5 2|GLUE|allocate|4' ]
	[ "$(sql "SELECT reason FROM stock_ledger WHERE kind = 'deallocate'")" = amended ]
	order-verify -q $R1
	order-check-stock -q $R1
	[ "$(moves)" = '1|TAPE|allocate|10 1|TAPE|deallocate|-2.5 2|GLUE|allocate|4' ]
	[ "$(sql 'SELECT stock FROM v_orders')" = full ]
	audited
}

@test "more of a line keeps what it has; order-check-stock takes the rest" {
	acked $A PO-1,C-1,1,TAPE,10
	amend $A PO-1,C-1,1,TAPE,12 >/dev/null
	[ "$(lines)" = '1|TAPE|12|10|0' ]
	run --separate-stderr order-check-stock $R1
	[ "$(cells reason <<<"$output")" = not-verified ]
	[ "$stderr" = "order-check-stock: $R1: is not verified yet" ]
	order-verify -q $R1
	[ "$(order-check-stock --pending | cells stock)" = full ]
	[ "$(moves)" = '1|TAPE|allocate|10 1|TAPE|allocate|2' ]
	audited
}

@test "nobody else gets what an order keeps while it is changed" {
	acked $A PO-1,C-1,1,GLUE,10
	amend $A PO-1,C-1,1,GLUE,9 >/dev/null
	ready $A PO-2,FIRST,1,GLUE,5
	order-check-stock -q $R2
	[ "$(sql "SELECT allocated, backordered FROM v_lines WHERE ref = '$R2'")" = '1|4' ]
	[ "$(allocated GLUE)" = 10 ]
	audited
}

@test "what waits gives way before what is reserved" {
	acked $A PO-1,C-1,1,GLUE,15
	[ "$(lines)" = '1|GLUE|15|10|5' ]
	amend $A PO-1,C-1,1,GLUE,12 >/dev/null
	[ "$(lines)" = '1|GLUE|12|10|2' ]
	amend $A PO-1,C-1,1,GLUE,10 >/dev/null
	[ "$(lines)" = '1|GLUE|10|10|0' ]
	[ "$(sql 'SELECT backorder_on FROM lines')" = '' ]
	amend $A PO-1,C-1,1,GLUE,6 >/dev/null
	[ "$(lines)" = '1|GLUE|6|6|0' ]
	[ "$(moves)" = '1|GLUE|allocate|10 1|GLUE|deallocate|-4' ]
	audited
}

@test "another item gives all of the old one back; another code for it nothing" {
	printf 'alias,customer,sku\n4012345000009,,TAPE\n' | order-load -q aliases
	acked $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,12
	amend $A PO-1,C-1,1,4012345000009,10 PO-1,C-1,2,FILM,12 >/dev/null
	[ "$(lines)" = '1|TAPE|10|10|0 2|FILM|12|0|0' ]
	[ "$(allocated GLUE)" = 0 ]
	order-verify -q $R1 && order-check-stock -q $R1
	[ "$(lines)" = '1|TAPE|10|10|0 2|FILM|12|12|0' ]
	[ "$(moves)" = '1|TAPE|allocate|10 2|GLUE|allocate|10 2|GLUE|deallocate|-10 2|FILM|allocate|12' ]
	audited
}

@test "a line that is gone gives its stock back and is no line any more" {
	acked $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,12
	amend $A PO-1,C-1,1,TAPE,10 >/dev/null
	[ "$(lines)" = '1|TAPE|10|10|0' ]
	[ "$(allocated GLUE)" = 0 ]
	[ "$(sql 'SELECT total FROM v_orders')" = 20.00 ]
	audited
	# its number may be used again
	amend $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,3 | order-verify |
		order-check-stock | order-ack -q --queue-only
	[ "$(lines)" = '1|TAPE|10|10|0 2|GLUE|3|3|0' ]
	audited
	# but what a line moved and did not move back is missed
	sql 'DELETE FROM lines WHERE line = 2'
	run order-audit --check
	[[ $output == *"line-ledger,$R1,\"line 2 is not there"* ||
		$output == *"line-ledger,$R1,line 2 is not there"* ]]
}

@test "lines match by their number wherever they stand; without, by place" {
	acked $A PO-1,C-1,20,TAPE,10 PO-1,C-1,10,GLUE,4
	amend $A PO-1,C-1,10,GLUE,4 PO-1,C-1,30,FILM,2 PO-1,C-1,20,TAPE,10 >/dev/null
	[ "$(lines)" = '10|GLUE|4|4|0 20|TAPE|10|10|0 30|FILM|2|0|0' ]
	amend external_ref,customer,sku,quantity PO-1,C-1,GLUE,4 >/dev/null
	[ "$(lines)" = '1|GLUE|4|0|0' ]
	[ "$(allocated TAPE)$(allocated GLUE)" = 00 ]
	audited
}

@test "the hold stock ends, and all of it is judged anew" {
	ready $A PO-1,WHOLE,1,GLUE,12
	order-check-stock -q $R1 || true
	[ "$(sql 'SELECT held FROM v_orders')" = stock ]
	run amend $A PO-1,WHOLE,1,GLUE,11
	[ "$(cells held <<<"$output")" = '' ]
	order-verify -q $R1
	order-check-stock -q $R1 || true
	[ "$(sql 'SELECT held FROM v_orders')" = stock ]
	amend $A PO-1,WHOLE,1,GLUE,10 | order-verify | order-check-stock -q
	[ "$(sql 'SELECT held, stock FROM v_orders')" = '|full' ]
	[ "$(sql "SELECT answer FROM v_holds" | paste -sd,)" = amended,amended ]
	audited
}

@test "the hold consent ends: what was not answered is not asked any more" {
	ready $A PO-1,ASK,1,GLUE,15
	order-check-stock -q $R1 || true
	[ "$(sql "SELECT held FROM v_orders")" = consent ]
	amend $A PO-1,ASK,1,GLUE,10 | order-verify | order-check-stock -q
	[ "$(sql 'SELECT held, stock FROM v_orders')" = '|full' ]
	[ "$(sql "SELECT kind, state FROM messages")" = 'shortage|cancelled' ]
	# what was agreed to waits on; only more than that is asked about
	amend $A PO-1,ASK,1,GLUE,12 | order-verify | order-check-stock -q || true
	order-resolve -q $R1 consent accepted
	[ "$(lines)" = '1|GLUE|12|10|2' ]
	amend $A PO-1,ASK,1,GLUE,11 | order-verify | order-check-stock -q
	[ "$(lines)" = '1|GLUE|11|10|1' ]
	[ "$(sql 'SELECT held FROM v_orders')" = '' ]
	audited
}

@test "what was refused for want of stock is decided anew" {
	acked $A PO-1,NEVER,1,GLUE,15 PO-1,NEVER,2,TAPE,1
	[ "$(sql 'SELECT rejected, reject_code FROM lines WHERE line = 1')" = '5000|R4' ]
	printf 'sku,on_hand\nGLUE,13\n' | order-load -q stock
	amend $A PO-1,NEVER,1,GLUE,15 PO-1,NEVER,2,TAPE,2 | order-verify |
		order-check-stock -q
	[ "$(sql 'SELECT allocated, rejected FROM lines WHERE line = 1')" = '13000|2000' ]
	audited
}

# ---- what is shown and kept ----

@test "--dry-run shows what would change, line by line, and changes nothing" {
	acked ship_city,$A Berlin,PO-1,C-1,1,TAPE,10 ,PO-1,C-1,2,GLUE,4 ,PO-1,C-1,3,FILM,1
	printf '%s\n' ship_city,requested_on,$A,unit_price Bonn,2026-12-24,PO-1,C-1,1,TAPE,8,2.00 \
		,,PO-1,C-1,2,BOX,50, ,,PO-1,C-1,7,FILM,1, >o.csv
	was=$(store)
	run --separate-stderr order-receive -n --amend --channel email o.csv
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output")" = $R1 ]
	[ "$(cells revision <<<"$output")" = 2 ]
	[ "$stderr" = "order-receive: o.csv:2: $R1: ship_city Berlin -> Bonn
order-receive: o.csv:2: $R1: requested_on (none) -> 2026-12-24
order-receive: o.csv:2: $R1: line 1: quantity 10 -> 8
order-receive: o.csv:2: $R1: line 1: unit_price (none) -> 2.00
order-receive: o.csv:3: $R1: line 2: sku GLUE -> BOX
order-receive: o.csv:3: $R1: line 2: quantity 4 -> 50
order-receive: o.csv:2: $R1: line 3: removed: 1 x FILM
order-receive: o.csv:4: $R1: line 7: added: 1 x FILM" ]
	[ "$(store)" = "$was" ]
	said=$stderr
	run --separate-stderr order-receive -v --amend --channel email o.csv
	[[ $stderr == "$said
order-receive: 3 rows: 1 order in, 3 lines; 1 changed; "* ]]
	[ "$(sql 'SELECT revision FROM orders')" -eq 2 ]
}

@test "every revision is kept as it came, and audited" {
	printf '%s\n' $A PO-1,C-1,1,TAPE,10 >1.csv
	printf '%s\n' $A PO-1,C-1,1,TAPE,8 >2.csv
	order-receive -q --channel email 1.csv
	order-receive -q --channel email --amend 2.csv
	for n in 1 2; do
		[ "$(sql "SELECT bytes FROM originals WHERE revision = $n")" = "$(tail -1 $n.csv)" ]
		[ "$(sql "SELECT lower(hex(sha256)) FROM originals WHERE revision = $n")" = \
			"$(tail -1 $n.csv | sha256sum | cut -d' ' -f1)" ]
	done
	[ "$(sql 'SELECT revision, source, source_line FROM originals ORDER BY revision' | paste -sd' ')" = \
		'1|1.csv|2 2|2.csv|2' ]
	[ "$(sql 'SELECT count(*), max(revision) FROM order_keys')" = '2|2' ]
	audited
	cp orders.db kept.db
	while IFS=: read -r fact change; do
		cp kept.db orders.db
		sql "$change"
		run order-audit --check
		[ "$status" -eq 1 ]
		[[ $output == *",$R1,$fact"* ]] || { echo "$change: $output"; return 1; }
	done <<-'END'
	its original is not kept:DELETE FROM originals WHERE revision = 2
	its original is not kept:DELETE FROM originals WHERE revision = 1
	its original is not what came:UPDATE originals SET bytes = x'78' WHERE revision = 2
	its original is not the one its event names:UPDATE originals SET (bytes, sha256) = (SELECT bytes, sha256 FROM originals WHERE revision = 1) WHERE revision = 2
	its key is not kept:DELETE FROM order_keys WHERE revision = 2
	END
}

@test "the record says what was and what is, readably" {
	acked $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,1
	amend phone,$A "+49 30 1,PO-1,C-1,1,TAPE,8" >/dev/null
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'amended'")" = \
'{"revision":2,"field":"phone","old":"","new":"+49 30 1"}
{"revision":2,"line":1,"field":"quantity","old":"10","new":"8"}
{"revision":2,"line":2,"field":"sku","old":"GLUE","new":""}
{"revision":2,"line":2,"field":"quantity","old":"1","new":""}' ]
	[ "$(sql "SELECT count(*) FROM v_events WHERE kind = 'amend'")" = 1 ]
	order-audit -o table $R1 >shown
	grep -q 'changed: revision 2 from stdin, line 2' shown
	grep -q 'changed phone: (none) -> +49 30 1' shown
	grep -q 'changed line 1: quantity: 10 -> 8' shown
}

@test "columns that are kept beside ours are a change, too" {
	printf '%s\n' $A,gift PO-1,C-1,1,TAPE,1,no | order-receive -q --channel email --extra keep
	printf '%s\n' $A,gift PO-1,C-1,1,TAPE,1,yes |
		order-receive -n --channel email --extra keep --amend 2>said >/dev/null
	[ "$(cat said)" = "order-receive: stdin:2: $R1: extra [{\"gift\":\"no\"}] -> [{\"gift\":\"yes\"}]" ]
}
