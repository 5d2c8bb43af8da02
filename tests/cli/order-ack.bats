#!/usr/bin/env bats
# order-ack: every order is answered in time, once, with dates that hold

load ../helper
load ../company
load ack

# ---- decisions ----

@test "what is there as ordered is accepted, at once" {
	good PO-1 | order-verify | order-check-stock >in
	run --separate-stderr order-ack <in
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(cells status <<<"$output")" = confirmed ]
	[ "$(cells ack <<<"$output")" = accepted ]
	[ "$(cells result <<<"$output")" = ok ]
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|sent" ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = 2026-11-23T09:00:00Z ]
	[ "$(ls mail/new | wc -l)" -eq 1 ]
	sql 'SELECT document FROM messages' >d
	[ "$(json 'd["code"], d["bak02"], [(l["answer_code"], l["peppol_code"]) for l in d["lines"]]' <d)" = \
		"('AP', 'AD', [('IA', '5')])" ]
	stays_true
}

@test "what is there in part is accepted with changes, line by line" {
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,GLUE,15
	run --separate-stderr order-ack $R1
	[ "$status" -eq 0 ]
	order_is $R1 confirmed conditional
	sql 'SELECT document FROM messages' >d
	[ "$(json 'd["code"], d["bak02"], [l["answer_code"] for l in d["lines"]]' <d)" = \
		"('CA', 'AC', ['IA', 'BP'])" ]
	[ "$(json 'd["lines"][1]["confirmed"], d["lines"][1]["backordered"]' <d)" = "('10', '5')" ]
}

@test "nothing left to deliver is rejected, with a mail, exit 1" {
	checked customer,sku,quantity NEVER,GLUE,10
	checked customer,sku,quantity NEVER,GLUE,5
	run --separate-stderr order-ack $R2
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = refused ]
	[ "$(cells reason <<<"$output")" = nothing-left ]
	[[ $stderr == *"$R2: no line can be delivered"* ]]
	order_is $R2 rejected rejected
	[ "$(mails)" = "$R2|rejected|RE|buy@never.example|sent" ]
	[ "$(sql "SELECT answered_at FROM v_orders WHERE ref = '$R2'")" != '' ]
	sql 'SELECT document FROM messages' >d
	[ "$(json 'd["bak02"], [l["answer_code"] for l in d["lines"]]' <d)" = "('RD', ['R4'])" ]
	stays_true
}

@test "part of a line refused is a smaller quantity" {
	checked customer,sku,quantity NEVER,GLUE,15
	order-ack -q $R1
	sql 'SELECT document FROM messages' >d
	[ "$(json 'd["code"], [(l["answer_code"], l["rejected_quantity"]) for l in d["lines"]], d["total"]' <d)" = \
		"('CA', [('IQ', '5')], '30.00')" ]
}

@test "an item nobody knows is one line refused, not the order" {
	order-config -q rule.item-known=warn rule.price-list=off
	checked external_ref,customer,sku,quantity PO-1,C-1,ROPE,1 PO-1,C-1,TAPE,1
	order-ack -q $R1
	order_is $R1 confirmed conditional
	[ "$(sql 'SELECT document FROM messages' | json '[l["answer_code"] for l in d["lines"]]')" = \
		"['R2', 'IA']" ]
}

@test "our price, agreed to, is a changed price" {
	ready customer,sku,quantity,unit_price C-1,TAPE,10,1.50 || true
	order-resolve -q $R1 price accepted
	order-check-stock -q $R1
	order-ack -q $R1
	order_is $R1 confirmed conditional
	sql "SELECT document FROM messages WHERE kind = 'acknowledgment'" >d
	[ "$(json '[(l["answer_code"], l["was_price"], l["unit_price"]) for l in d["lines"]], d["total"]' <d)" = \
		"([('IP', '1.50', '2.00')], '20.00')" ]
	[[ $(sed 's/=$//' mail/new/* | tr -d '\n') == *'2.00 EUR instead of 1.50 EUR'* ]]
}

# ---- dates ----

@test "dates are fixed for order and lines, the first ones for ever" {
	checked customer,sku,quantity C-1,TAPE,1
	order-ack -q $R1
	[ "$(sql 'SELECT processing_on, delivery_on, first_processing_on,
		first_delivery_on FROM orders')" = \
		'2026-11-24|2026-11-27|2026-11-24|2026-11-27' ]
	[ "$(sql 'SELECT promised_on FROM lines')" = 2026-11-27 ]
	at 2026-12-01T09:00:00Z -q $R1
	[ "$(sql 'SELECT delivery_on FROM orders')" = 2026-11-27 ]
}

@test "after the cut-off in company time the next day counts" {
	checked customer,sku,quantity C-1,TAPE,1
	checked customer,sku,quantity C-1,TAPE,2
	at 2026-11-23T12:59:59Z -q --queue-only $R1
	at 2026-11-23T13:00:00Z -q --queue-only $R2
	[ "$(sql 'SELECT delivery_on FROM orders' | paste -sd' ')" = '2026-11-27 2026-11-30' ]
}

@test "a line without a date leaves the others their dates" {
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,GLUE,15
	order-ack -q $R1
	[ "$(sql 'SELECT promised_on FROM lines ORDER BY line' | paste -sd,)" = 2026-11-27, ]
	[ "$(sql 'SELECT delivery_on FROM orders')" = 2026-11-27 ]
	[ "$(sql 'SELECT document FROM messages' | json 'd["open_dates"]')" = True ]
	[[ $(text) == *'no date yet'* ]]
}

@test "a day asked for later is kept; one too early is moved and said so" {
	checked customer,requested_on,sku,quantity C-1,2026-12-10,TAPE,1
	checked customer,requested_on,sku,quantity C-1,2026-11-24,TAPE,2
	order-ack -q --queue-only --due
	[ "$(sql 'SELECT delivery_on FROM orders' | paste -sd' ')" = '2026-12-10 2026-11-27' ]
	[ "$(sql 'SELECT code FROM messages' | paste -sd' ')" = 'AP CA' ]
	[ "$(sql 'SELECT document FROM messages ORDER BY id DESC LIMIT 1' |
		json '[l["answer_code"] for l in d["lines"]]')" = "['DR']" ]
}

@test "--explain shows how the dates come about, as JSON, and decides nothing" {
	printf 'country,days\nDE,2\n' | order-load -q transit
	supply=$(printf 'supply_ref,sku,quantity,expected_on\nS-1,GLUE,20,2026-12-04\n')
	order-load -q supply <<<"$supply"
	checked customer,sku,quantity C-1,GLUE,15
	run --separate-stderr order-ack --explain $R1
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$(json '[d[k] for k in ("ref", "decided_on", "after_cutoff", "handling_days", "ready_on", "supply_on", "processing_on", "country", "transit_days", "delivery_on")]' <<<"$output")" = \
		"['$R1', '2026-11-23', False, 1, '2026-11-24', '2026-12-04', '2026-12-04', 'DE', 2, '2026-12-08']" ]
	order_is $R1 verified none
}

# ---- receipt notices ----

@test "an order that waits gets no notice before its deadline is near" {
	receive received_at,customer,sku,quantity \
		2026-11-22T13:00:01Z,C-1,ROPE,1 | order-verify >in || true
	run --separate-stderr order-ack <in
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells reason <<<"$output")" = open-holds ]
	order_is $R1 received none
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'receipt'")" = 0 ]
}

@test "near its deadline it gets one notice, and only one" {
	ready received_at,customer,sku,quantity 2026-11-22T13:00:00Z,C-1,ROPE,1 || true
	run --separate-stderr order-ack $R1
	[ "$status" -eq 1 ]
	[ "$(cells ack <<<"$output")" = received ]
	[ "$(cells status <<<"$output")" = received ]
	[ "$(cells held <<<"$output")" = item ]
	[ "$(sql "SELECT code, state FROM messages WHERE kind = 'receipt'")" = 'AB|sent' ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = 2026-11-23T09:00:00Z ]
	order-ack -q $R1 || true
	at 2026-11-23T12:00:00Z -q --due || true
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'receipt'")" = 1 ]
}

@test "a notice accepts nothing and shows no price the order did not name" {
	ready external_ref,received_at,customer,email,sku,quantity,unit_price \
		PO-1,2026-11-22T10:00:00Z,C-1,me@home.example,TAPE,7, \
		PO-1,2026-11-22T10:00:00Z,C-1,me@home.example,GLUE,1,2.50 || true
	order-ack -q $R1 || true
	sql "SELECT document FROM messages WHERE kind = 'receipt'" >d
	[ "$(json 'd["code"], "bak02" in d, "accepted" in d' <d)" = "('AB', False, False)" ]
	[ "$(json '[l.get("unit_price", "") for l in d["lines"]], "total" in d' <d)" = "(['', '2.50'], False)" ]
	grep -l 'Message-ID: <receipt' mail/new/* >files
	[ -s files ]
	run ! xargs grep -e 2.00 -e 14.00 <files
}

@test "an order that is ready gets the decision alone, however late" {
	checked received_at,customer,sku,quantity 2026-11-22T09:30:00Z,C-1,TAPE,1
	order-ack -q $R1
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|sent" ]
}

@test "after the notice comes the decision" {
	ready received_at,customer,sku,quantity 2026-11-22T10:00:00Z,C-1,ROPE,1 || true
	order-ack -q $R1 || true
	printf 'sku,unit_price,currency\nROPE,1.00,EUR\n' | order-load -q items
	order-verify -q $R1 && order-check-stock -q $R1
	run --separate-stderr order-ack $R1
	[ "$status" -eq 0 ]
	order_is $R1 confirmed conditional
}

@test "what is not verified, not checked, not agreed, waits and says why" {
	good PO-1 >/dev/null
	good PO-2 TAPE 2 | order-verify -q
	ready customer,sku,quantity ASK,GLUE,15 && order-check-stock -q $R3 || true
	run --separate-stderr order-ack $R1 $R2 $R3
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output" | paste -sd' ')" = 'held held held' ]
	[ "$(cells reason <<<"$output" | paste -sd' ')" = \
		'not-verified stock-unchecked consent-needed' ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind <> 'shortage'")" = 0 ]
}

# ---- cron ----

@test "--due takes what is ready and what would miss its deadline, no more" {
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1
	ready external_ref,received_at,customer,sku,quantity \
		PO-2,2026-11-22T13:00:00Z,C-1,ROPE,1 \
		PO-3,2026-11-22T13:00:01Z,C-1,ROPE,2 || true
	good PO-4 >/dev/null
	checked external_ref,customer,sku,quantity PO-5,ASK,GLUE,15 || true
	run --separate-stderr order-ack --due </dev/null
	[ "$status" -eq 1 ]
	[ "$(cells ref <<<"$output" | paste -sd' ')" = "$R1 $R2" ]
	[ "$(cells ack <<<"$output" | paste -sd' ')" = 'accepted received' ]
	run --separate-stderr order-ack --due </dev/null
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output")" = '' ]
}

@test "--pending is the same, and delivers what was left queued" {
	checked customer,sku,quantity C-1,TAPE,1
	order-ack -q --queue-only $R1
	run order-ack -q --pending
	[ "$status" -eq 0 ]
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|sent" ]
}

@test "--due delivers what was left queued" {
	checked customer,sku,quantity C-1,TAPE,1
	order-ack -q --queue-only $R1
	order-ack -q --due
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|sent" ]
}

@test "exit 1, and a word, while an order is unanswered past its deadline" {
	checked customer,sku,quantity C-1,TAPE,1
	run --separate-stderr at 2026-11-24T09:00:00Z --due --queue-only
	[ "$status" -eq 0 ]
	run --separate-stderr at 2026-11-24T09:00:01Z --due --queue-only
	[ "$status" -eq 1 ]
	[[ $stderr == *'unanswered past its deadline'* ]]
	run --separate-stderr at 2026-11-24T09:00:02Z --due
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# ---- looking first ----

@test "--preview shows the mail as it would read, and changes nothing" {
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	before=$(sql 'SELECT count(*) FROM events')
	run --separate-stderr order-ack --preview $R1
	[ "$status" -eq 0 ]
	[[ $output == *"Order $R1"*"Your reference: PO-1"* ]]
	[[ $output == *'We accept your order as you placed it'* ]]
	[[ $output == *'Delivery date:   27 November 2026'* ]]
	[[ $output == *'10 x 2.00 = 20.00 EUR'* ]]
	[ "$(sql 'SELECT count(*) FROM events')" = "$before" ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 0 ]
	order_is $R1 verified none
	[ ! -e mail ]
}

@test "--preview -o json is the document, -o csv a row for each line" {
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,GLUE,15
	run --separate-stderr order-ack --preview -o json $R1
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$(json 'd["ref"], d["code"], d["nlines"]' <<<"$output")" = "('$R1', 'CA', 2)" ]
	run --separate-stderr order-ack --preview -o csv $R1
	[ "$output" = "ref,external_ref,code,bak02,line,sku,quantity,confirmed,backordered,backorder_on,promised_on,answer_code,peppol_code
$R1,PO-1,CA,AC,1,TAPE,1,1,,,2026-11-27,IA,5
$R1,PO-1,CA,AC,2,GLUE,15,10,5,,,BP,3" ]
}

@test "--preview of what was sent is what was sent" {
	checked customer,sku,quantity C-1,TAPE,1
	order-ack -q $R1
	ORDER_NOW=2026-12-24T09:00:00Z order-ack --preview -o json $R1 >later
	sql 'SELECT document FROM messages' | cmp - later
}

@test "--preview of an order that waits is its notice; of no order, exit 1" {
	ready customer,sku,quantity C-1,ROPE,1 || true
	run --separate-stderr order-ack --preview $R1
	[ "$status" -eq 0 ]
	[[ $output == *'does not accept the order yet'* ]]
	run --separate-stderr order-ack --preview SO-00000099-6
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ $stderr == *'there is no such order'* ]]
}

@test "--dry-run decides, delivers nothing and leaves everything as it was" {
	checked customer,sku,quantity C-1,TAPE,1
	run --separate-stderr order-ack -n $R1
	[ "$status" -eq 0 ]
	[ "$(cells status <<<"$output")" = confirmed ]
	order_is $R1 verified none
	[ ! -e mail ]
}

# ---- which orders ----

@test "an order answered already is unchanged, exit 0, and is not told again" {
	checked customer,sku,quantity C-1,TAPE,1
	order-ack -q $R1
	run --separate-stderr order-ack $R1
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")" = unchanged ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 1 ]
}

@test "a rejected order is refused, exit 1" {
	order-config -q rule.item-active=reject
	ready customer,sku,quantity C-1,OLD,1 || true
	run --separate-stderr order-ack $R1
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = illegal-transition ]
	[[ $stderr == *"$R1: is rejected"* ]]
	# What the rule queued goes out all the same.
	[ "$(mails)" = "$R1|rejected|RE|buy@nord.example|sent" ]
}

@test "unknown references and refused records pass through, exit 1" {
	printf 'ref,result,reason\n,refused,missing\nSO-00000099-6,,\n' >in
	run --separate-stderr order-ack <in
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output" | paste -sd' ')" = 'missing no-such-order' ]
}

@test "references and --due together are a usage error" {
	checked customer,sku,quantity C-1,TAPE,1
	run --separate-stderr order-ack --due $R1
	[ "$status" -eq 64 ]
	order_is $R1 verified none
}
