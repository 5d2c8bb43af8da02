#!/usr/bin/env bats
# order-forward: what may be handed over, once, and what it looks like

load ../helper
load ../company
load forward

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
	order-audit -o table $R1 | grep -q 'pick ticket handed to fulfilment as hand-off 1, lines: 2'
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

@test "what is not there yet comes in a further hand-off" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,15 PO-1,,TAPE,2
	confirmed external_ref,customer,sku,quantity PO-2,C-1,GLUE,1
	[ "$(forward $R1)" = 'ok short' ]
	[ "$(stands 1)" = 'released|10,2|1' ]
	[ "$(forward $R1)" = 'unchanged short' ]
	[ "$(forward $R2)" = 'held short' ]
	grep -qx "order-forward: $R2: nothing of it is allocated" err
	[ "$(stands 2)" = 'confirmed|0|0' ]
	[ "$(forward --pending)" = '' ]
	printf 'sku,on_hand\nGLUE,12\n' | order-load -q stock
	order-check-stock -q --backorders || true
	[ "$(forward --pending)" = 'ok short' ]
	[ "$(stands 1)" = 'released|12,2|2' ]
	[ "$(columns quantity <drop/pick-00000002-$R1.csv)" = 2 ]
	[ "$(columns line <drop/pick-00000002-$R1.csv)" = 1 ]
	[ "$(forward $R1)" = 'unchanged short' ]
	stays_true
}

@test "who ships complete only, waits for all of it" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,15 PO-1,,TAPE,2
	order-config -q ship_policy=complete
	[ "$(forward --pending)" = '' ]
	[ "$(forward $R1)" = 'held short' ]
	grep -qx "order-forward: $R1: is shipped complete, and not all of it is allocated" err
	printf 'sku,on_hand\nGLUE,15\n' | order-load -q stock
	order-check-stock -q --backorders
	[ "$(forward --pending)" = ok ]
	[ "$(stands 1)" = 'released|15,2|1' ]
	# the customer's own policy comes before the company's
	confirmed external_ref,customer,sku,quantity PO-2,WHOLE,TAPE,1
	order-config -q ship_policy=partial
	sql "UPDATE lines SET ordered = 2000 WHERE order_id = 2"
	[ "$(forward --pending)" = '' ]
	[ "$(forward $R2)" = 'held short' ]
}

@test "what is wanted later does not leave too early" {
	# a day to handle, three on the way, and a weekend
	confirmed external_ref,customer,sku,quantity,requested_on \
		PO-1,C-1,TAPE,1,2026-12-08 PO-2,C-1,TAPE,2,2026-11-27 \
		PO-3,C-1,TAPE,3,
	[ "$(forward --pending -n)" = $'ok\nok' ]
	[ "$(columns ref <out)" = $R2$'\n'$R3 ]
	[ "$(forward $R1)" = 'held not-yet' ]
	grep -qx "order-forward: $R1: is wanted on 2026-12-08: not before 2026-12-02 (now: --early)" err
	[ "$(stands 1)" = 'confirmed|0|0' ]
	[ "$(ORDER_NOW=2026-12-01T12:59:00Z forward $R1)" = 'held not-yet' ]
	# after the cut-off it is handled with the next day's
	[ "$(ORDER_NOW=2026-12-01T13:00:00Z forward $R1 -n)" = ok ]
	[ "$(ORDER_NOW=2026-12-02T06:00:00Z forward --pending -n | wc -l)" -eq 3 ]
	[ "$(forward --pending --early)" = $'ok\nok\nok' ]
	stays_true
}

@test "a holiday counts, and so do an item's own days" {
	printf 'date,name\n2026-12-03,Feast\n' | order-load -q holidays
	confirmed external_ref,customer,sku,quantity,requested_on \
		PO-1,C-1,TAPE,1,2026-12-08 PO-2,C-1,STAMP,1,2026-12-08
	forward $R1 >/dev/null
	grep -q "not before 2026-12-01" err
	forward $R2 >/dev/null
	grep -q "not before 2026-11-25" err
}

@test "the most urgent come first" {
	printf 'customer,priority\nFIRST,9\n' | order-load -q customers
	confirmed external_ref,customer,sku,quantity,received_at \
		PO-1,C-1,STAMP,1,2026-11-23T08:00:00Z \
		PO-2,C-1,TAPE,1,2026-11-23T08:30:00Z \
		PO-3,C-1,TAPE,2,2026-11-23T08:10:00Z \
		PO-4,FIRST,STAMP,1,2026-11-23T08:50:00Z
	order-forward --to fulfilment --pending >tickets
	[ "$(columns ref <tickets | paste -sd' ')" = "$R4 $R3 $R2 $R1" ]
}

@test "what is to be taken out goes to fulfilment, even of a held order" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10 PO-1,,GLUE,12
	[ "$(forward --pending)" = 'ok short' ]
	sql "INSERT INTO cancel_requests (order_id, line, quantity, reason, note, at)
		VALUES (1, 1, 4000, 'customer', 'too many', 0), (1, 2, 0, '', '', 0)"
	printf 'sku,on_hand\nGLUE,15\n' | order-load -q stock
	order-check-stock -q --backorders
	order-update -q $R1 hold --reason look
	[ "$(forward --pending)" = ok ]
	[ "$(ls drop | paste -sd' ')" = \
		"cancel-00000002-$R1.csv cancel-00000003-$R1.csv pick-00000001-$R1.csv" ]
	[ "$(columns quantity <drop/cancel-00000002-$R1.csv)" = 4 ]
	[ "$(columns reason <drop/cancel-00000002-$R1.csv)" = 'customer: too many' ]
	[ "$(columns quantity <drop/cancel-00000003-$R1.csv)" = 10 ]
	[ "$(sql 'SELECT group_concat(handoff) FROM cancel_requests')" = 2,3 ]
	[ "$(forward --pending)" = '' ]
	order-update -q $R1 release --reason looked
	# what may be taken out is not sent after it
	[ "$(forward --pending)" = '' ]
	[ "$(forward $R1)" = unchanged ]
	sql "UPDATE cancel_requests SET answered_at = 1, answer = 'refused'"
	[ "$(forward --pending)" = ok ]
	[ "$(stands 1)" = 'released|10,12|4' ]
	order-forward --again 2 --as text | grep -q '^DO NOT SEND 2 '
}

@test "in a pipeline: records go on, and the format is the input's" {
	good PO-1 | order-verify | order-check-stock | order-ack --queue-only |
		order-forward --to fulfilment --dir . >out
	[ "$(column result <out)" = ok ]
	[ "$(column status <out)" = released ]
	good PO-2 BOX 50 >/dev/null
	order-verify -q $R2
	order-check-stock -q $R2
	order-ack -q --queue-only $R2
	order-status -o json $R2 | order-forward --to fulfilment >out
	[ "$(json 'd["ref"], d["lines"][0]["quantity"], d["handoff"]' <out)" = \
		"('$R2', '50', 2)" ]
	# nothing new: the columns all the same
	order-forward --to fulfilment $R2 >out
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^handoff,kind,at,ref,' out
	order-status -o json $R2 | order-forward --to fulfilment >out
	[ ! -s out ]
}

@test "a hand-off can be printed again, the same in each format" {
	confirmed external_ref,customer,sku,quantity,instructions \
		'PO-1,C-1,TAPE,10,"a ""b"", c"'
	confirmed external_ref,customer,sku,quantity PO-2,C-1,TAPE,1
	order-forward --to fulfilment --pending >both
	order-forward --again 1 >first
	order-forward --again 2 >second
	cmp both <(cat first; tail -n +2 second)
	mkdir a b c
	confirmed external_ref,customer,sku,quantity PO-3,C-1,TAPE,3
	confirmed external_ref,customer,sku,quantity PO-4,C-1,TAPE,4
	order-forward --to fulfilment --dir a -q --as json $R3
	order-forward --to fulfilment --dir a -q --as text $R4
	order-forward --again 3 | cmp - a/pick-00000003-$R3.json
	order-forward --again 4 | cmp - a/pick-00000004-$R4.txt
	# other days, other company: still the same
	order-config -q company_name=Other
	printf 'sku,description,unit\nTAPE,Other tape,KG\n' | order-load -q items
	ORDER_NOW=2027-01-01T00:00:00Z order-forward --again 4 |
		cmp - a/pick-00000004-$R4.txt
	for f in csv json text; do
		order-forward --again 3 --as $f >one
		order-forward --again 3 --as $f | cmp - one
	done
	cmp <(order-forward --again 3 -o json) a/pick-00000003-$R3.json
	run --separate-stderr order-forward --again 77
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-forward: hand-off 77: there is no such hand-off' ]
}

@test "the list: of whom, how old, what is open" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-2,C-1,TAPE,2
	order-forward --to fulfilment --dir . -q $R1
	ORDER_NOW=2026-11-24T10:00:00Z order-forward --to fulfilment $R2 >/dev/null
	ORDER_NOW=2026-11-24T10:00:00Z order-forward --to inventory >/dev/null
	sql "UPDATE handoffs SET state = 'accepted', answered_at = 1764000000,
		by = 'wms' WHERE id = 1"
	export ORDER_NOW=2026-11-25T12:00:00Z
	order-forward --list >list
	[ "$(columns handoff <list | paste -sd' ')" = '1 2 3' ]
	[ "$(columns age <list | paste -sd/)" = '2 d 3 h/1 d 2 h/1 d 2 h' ]
	[ "$(columns state <list | paste -sd' ')" = 'accepted open accepted' ]
	[ "$(columns file <list | head -1)" = pick-00000001-$R1.csv ]
	[ "$(order-forward --list --open | columns handoff)" = 2 ]
	[ "$(order-forward --list --to inventory | columns handoff)" = 3 ]
	[ "$(order-forward --list --since 2026-11-24 | columns handoff | paste -sd' ')" = '2 3' ]
	[ "$(order-forward --list $R2 | columns ref)" = $R2 ]
	[ "$(order-forward --list --open $R1 | wc -l)" -eq 1 ]
	run order-forward --list SO-00000099-7
	[ "$status" -eq 1 ]
	sql "UPDATE handoffs SET written_at = NULL WHERE id = 1"
	[ "$(order-forward --list --open --to fulfilment | columns handoff | paste -sd' ')" = '1 2' ]
}

@test "a ticket that was not printed is found, and printed" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,1
	status=0
	order-forward --to fulfilment --pending >/dev/full 2>err || status=$?
	[ "$status" -eq 74 ]
	[ "$(stands 1)" = 'released|1|1' ]
	[ "$(order-forward --list --open | columns written_at)" = '' ]
	[ "$(order-forward --again 1 | columns ref)" = $R1 ]
	[ "$(order-forward --list | columns written_at)" = 2026-11-23T09:00:00Z ]
}

@test "what was erased is not printed again" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,1
	order-forward --to fulfilment --pending >/dev/null
	sql "UPDATE handoffs SET document = '{}'"
	for form in '' '--as json' '--as text' '-o table'; do
		run --separate-stderr order-forward --again 1 $form
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		[ "$stderr" = 'order-forward: hand-off 1: what it said was erased' ]
	done
}

@test "trying it changes nothing" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,1
	mkdir drop
	before=$(sqlite3 orders.db .dump | sha256sum)
	[ "$(order-forward --to fulfilment --pending -n | columns ref)" = $R1 ]
	[ "$(forward --pending -n)" = ok ]
	order-forward --to inventory -n | grep -q allocate
	order-forward --to inventory --dir drop -n | grep -q movements
	[ -z "$(ls -A drop)" ]
	[ "$(sqlite3 orders.db .dump | sha256sum)" = "$before" ]
}

@test "inventory gets every movement of orders, once, in their order" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10 PO-2,C-1,FILM,2.5
	mkdir drop
	order-forward --to inventory >first
	[ "$(columns kind <first | paste -sd' ')" = 'allocate allocate' ]
	[ "$(columns allocated <first | paste -sd' ')" = '10 2.5' ]
	[ "$(columns ref <first | paste -sd' ')" = "$R1 $R2" ]
	[ "$(order-forward --to inventory | wc -l)" -eq 1 ]
	order-forward --to fulfilment -q --dir drop --pending
	printf 'sku,on_hand\nTAPE,500\n' | order-load -q stock
	order-forward --to inventory --dir drop --as json >out
	[ "$(columns file <out)" = movements-00000004.json ]
	[ "$(json '[m["kind"] for m in d["movements"]], d["movements"][0]["released"]' \
		<drop/movements-00000004.json)" = "(['release', 'release'], '10')" ]
	order-forward --again 4 | cmp - drop/movements-00000004.json
	order-forward --again 1 | cmp - first
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'forward' AND order_id = 0
		ORDER BY seq LIMIT 1")" = \
		'{"handoff":1,"to":"inventory","kind":"movements","movements":2}' ]
	stays_true
}

@test "how it cannot be called" {
	bad() {
		run --separate-stderr order-forward "${@:2}"
		[ "$status" -eq 64 ]
		[[ $stderr == *"$1"* ]] || { echo "$stderr"; return 1; }
	}
	bad 'say to whom' --pending
	bad '--to: "mars" is none of fulfilment and inventory' --to mars --pending
	bad '--as: "pdf" is none of csv, json and text' --to fulfilment --pending --as pdf
	bad 'with -q nothing is printed' --to fulfilment --pending -q
	bad 'in one format' --to fulfilment --pending --as json -o csv
	bad 'in one format' --again 1 --as json -o csv
	bad 'is a page for fulfilment' --to inventory --as text
	bad 'whichever order' --to inventory $R1
	bad 'whichever order' --to inventory --early
	bad 'names one hand-off' --again 1 $R1
	bad 'is not the number of a hand-off' --again one
	bad 'go with --list' --to fulfilment --open
	bad 'are for handing over' --list --dir .
	bad 'neither --again' --list --again 1
	bad 'is no date' --list --since soon
	bad 'name orders or choose them' --to fulfilment --pending $R1
	run --separate-stderr order-forward --to fulfilment --pending --dir nowhere
	[ "$status" -eq 73 ]
	[ "$stderr" = 'order-forward: nowhere: there is no such folder (make it first)' ]
}

@test "cancelled after release: fulfilment is asked, and answers" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	[ "$(forward $R1)" = ok ]
	order-update -q $R1 cancelled --line 1 --quantity 4 --reason 'too many' 2>said
	[ "$(forward --pending)" = ok ]
	[ "$(columns quantity <drop/cancel-00000002-$R1.csv)" = 4 ]
	[ "$(columns reason <drop/cancel-00000002-$R1.csv)" = 'too many' ]
	[ "$(forward --pending)" = '' ]
	order-update -q $R1 cancelled --line 1 --quantity 4 --event-id wh-1
	[ "$(stands 1)" = 'released|6|2' ]
	[ "$(forward $R1)" = unchanged ]
	order-forward --to inventory >moved
	[ "$(columns kind <moved | paste -sd' ')" = \
		'allocate release unrelease deallocate' ]
	stays_true
}
