#!/usr/bin/env bats
# order-forward: what may be handed over, once, and what it looks like

load ../helper
load ../company

# confirmed COLUMNS ROW...: received up to acknowledged, silently
confirmed() {
	ready "$@"
	order-check-stock -q --pending || true
	order-ack -q --due --queue-only || true
}

# forward ARGUMENT...: result and reason, by a drop folder; said is in err
forward() {
	mkdir -p drop
	order-forward --to fulfilment --dir drop -o csv "$@" 2>err >out || true
	python3 -c 'import csv,sys; [print((r["result"]+" "+r["reason"]).strip()) for r in csv.DictReader(open("out"))]'
}

# How it stands: status, what is released, hand-offs
stands() {
	sql "SELECT status, (SELECT group_concat(released / 1000) FROM lines
		WHERE order_id = $1), (SELECT count(*) FROM handoffs
		WHERE order_id = $1) FROM orders WHERE id = $1"
}

@test "a confirmed order becomes a pick ticket, once" {
	confirmed external_ref,customer,sku,quantity,ship_line1,ship_city,instructions,line_instructions \
		'PO-1,C-1,TAPE,10,Gasse 1,Köln,ring twice,keep dry' 'PO-1,,BOX,50,,,,'
	run --separate-stderr order-forward --to fulfilment $R1
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	echo "$output" >ticket
	[ "$(columns handoff <ticket)" = $'1\n1' ]
	[ "$(columns ref <ticket)" = $R1$'\n'$R1 ]
	[ "$(columns sku <ticket)" = $'TAPE\nBOX' ]
	[ "$(columns quantity <ticket)" = $'10\n50' ]
	[ "$(columns ship_city <ticket)" = $'Köln\nKöln' ]
	[ "$(columns instructions <ticket)" = $'ring twice\nring twice' ]
	[ "$(columns line_instructions <ticket)" = 'keep dry' ]
	[ "$(stands 1)" = 'released|10,50|1' ]
	[ "$(sql "SELECT kind, detail FROM v_events ORDER BY seq DESC LIMIT 1")" = \
		'forward|{"handoff":1,"to":"fulfilment","kind":"pick","lines":2}' ]
	[ "$(sql "SELECT sku, released FROM stock_ledger WHERE kind = 'release'")" = \
		$'TAPE|10000\nBOX|50000' ]
	run --separate-stderr order-forward --to fulfilment $R1
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$(stands 1)" = 'released|10,50|1' ]
	order-audit -o table $R1 | grep -q 'handed to fulfilment as hand-off 1 (pick), 2 lines'
	stays_true
}

@test "an order that is not confirmed, held or ended is not handed over" {
	good PO-1 >/dev/null
	[ "$(forward $R1)" = 'refused not-confirmed' ]
	grep -qx "order-forward: $R1: is received, not confirmed (see: order-ack)" err
	order-verify -q $R1
	[ "$(forward $R1)" = 'refused not-confirmed' ]
	order-check-stock -q $R1
	order-ack -q --queue-only $R1
	order-update -q $R1 hold --reason 'ask the boss'
	[ "$(forward $R1)" = 'held open-holds' ]
	grep -qx "order-forward: $R1: is held: manual" err
	order-update -q $R1 release --reason asked
	order-update -q $R1 cancelled --reason 'changed their mind'
	[ "$(forward $R1)" = 'refused illegal-transition' ]
	grep -qx "order-forward: $R1: is cancelled" err
	[ "$(forward SO-00000099-7)" = 'refused no-such-order' ]
	[ "$(sql 'SELECT count(*) FROM handoffs')" -eq 0 ]
	[ -z "$(ls -A drop)" ]
	stays_true
}
