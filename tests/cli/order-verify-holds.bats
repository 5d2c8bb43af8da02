#!/usr/bin/env bats
# order-verify: what findings lead to, and how customers are asked

load ../helper
load ../company
load verify

# ---- severities ----

@test "what only warns holds nothing and is kept" {
	[ "$(held customer,customer_name,email,phone,ship_line1,sku,quantity \
		'C-1,Café Süd,me@home.example,030 7654321,Bergstr. 1,TAPE,1')" = '' ]
	[ "$(warned)" = "name-matches|customer_name|Café Süd|differs
ship-matches|ship_line1|Bergstr. 1|differs
email-matches|email|me@home.example|differs
phone-matches|phone|030 7654321|differs" ]
	[ "$(held customer,phone,sku,quantity C-1,none,TAPE,2)" = '' ]
	[ "$(sql "SELECT verdict FROM findings WHERE rule = 'phone-valid'")" = invalid ]
	[ "$(sql "SELECT count(*) FROM messages")" = 0 ]
}

@test "a rule that is off finds nothing" {
	order-config -q rule.item-active=off
	[ "$(held customer,sku,quantity C-1,OLD,1)" = '' ]
	[ "$(sql 'SELECT count(*) FROM findings')" = 0 ]
}

@test "a rule that warns keeps the finding and lets the order pass" {
	order-config -q rule.item-active=warn
	[ "$(held customer,sku,quantity C-1,OLD,1)" = '' ]
	[ "$(warned)" = 'item-active|sku|OLD|invalid' ]
}

@test "a rule that rejects ends the order and tells the customer" {
	order-config -q rule.item-active=reject
	receive customer,sku,quantity C-1,OLD,1 >in
	run --separate-stderr order-verify <in
	[ "$status" -eq 1 ]
	[ "$(cells status <<<"$output")" = rejected ]
	[ "$(cells ack <<<"$output")" = rejected ]
	[ "$(cells result <<<"$output")" = refused ]
	[ "$(cells reason <<<"$output")" = rejected-by-rule ]
	[ "$(sql 'SELECT kind, code, state FROM messages')" = 'rejected|RE|queued' ]
	[[ $(sql "SELECT detail FROM v_events WHERE kind = 'reject'") == *item-active* ]]
	stays_true
}

@test "a rejected order has no open hold" {
	[ "$(held customer,sku,quantity,unit_price C-1,OLD,1,4.00)" = 'item price' ]
	order-config -q rule.item-active=reject
	run order-verify $R1
	[ "$(sql 'SELECT status, held FROM v_orders')" = 'rejected|' ]
	stays_true
}

@test "a confirmed order is held where a new one would be rejected" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	order-config -q rule.item-active=reject
	printf 'sku,unit_price,currency,status\nTAPE,2.00,EUR,discontinued\n' | order-load -q items
	run --separate-stderr order-verify $R1
	[ "$(cells status <<<"$output")" = confirmed ]
	[ "$(cells held <<<"$output")" = item ]
	[ "$(cells result <<<"$output")" = held ]
}

@test "each finding is kept with its line" {
	receive external_ref,customer,sku,quantity,unit_price \
		PO-1,C-1,TAPE,1,2.00 PO-1,C-1,TAPE,1,3.00 PO-1,C-1,ROPE,1, |
		order-verify -q || true
	[ "$(sql 'SELECT rule, severity, hold, line FROM findings ORDER BY seq')" = \
"price-list|hold|price|2
item-known|hold|item|3" ]
	[ "$(sql "SELECT reason FROM v_holds WHERE hold = 'price'")" = \
		'price-list: line 2 unit_price differs' ]
}

# ---- asking ----

@test "the customer is asked once, with every question" {
	receive customer,payment_terms,sku,quantity,unit_price \
		C-1,NET60,TAPE,1,3.00 | order-verify -q || true
	[ "$(sql 'SELECT kind, recipient, state FROM messages')" = \
		'clarify|buy@nord.example|queued' ]
	order-verify -q $R1 || true
	order-ack -q $R1 || true
	order-verify -q $R1 || true
	[ "$(sql 'SELECT count(*), sum(state = '"'sent'"') FROM messages')" = '1|1' ]
	sql 'SELECT document FROM messages' | json '[q["field"] for q in d["questions"]]' >out
	[ "$(cat out)" = "['payment_terms', 'unit_price']" ]
}

@test "what was asked is not asked again when another question is answered" {
	receive customer,payment_terms,sku,quantity,unit_price \
		C-1,NET60,TAPE,1,3.00 | order-verify -q || true
	order-notify -q
	order-resolve -q $R1 price accepted || true
	[ "$(sql 'SELECT held FROM v_orders')" = payment ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 1 ]
}

@test "a new question is asked" {
	held customer,payment_terms,sku,quantity C-1,NET60,TAPE,1
	printf 'sku,unit_price,currency,status\nTAPE,2.00,EUR,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'clarify'")" = 2 ]
}

@test "questions go to whom we know, not to whom the order names" {
	held customer,email,sku,quantity C-1,thief@evil.example,ROPE,1
	[ "$(sql 'SELECT recipient FROM messages')" = buy@nord.example ]
}

@test "an unknown customer is asked at the address of the order" {
	held customer,email,sku,quantity NOBODY,me@home.example,TAPE,1
	[ "$(sql 'SELECT recipient FROM messages')" = me@home.example ]
}

@test "without any address the questions wait to be told by hand" {
	held customer,sku,quantity NOBODY,TAPE,1
	[ "$(sql 'SELECT recipient, state FROM messages')" = '|by-hand' ]
}

@test "a question never shows what is on file" {
	held customer,customer_name,email,phone,bill_line1,bill_city,payment_terms,payment_method,currency,sku,quantity,unit_price \
		'C-1,Thief,thief@evil.example,01234567,Evil 1,Paris,NET60,card,USD,TAPE,1,9.00'
	ready customer,sku,quantity C-1,ROPE,1 || true
	receive external_ref,customer,payment_terms,sku,quantity \
		PO-3,C-1,NET60,TAPE,7 | order-verify -q || true
	[ "$(sql 'SELECT count(*) FROM messages')" = 3 ]
	order-notify -q
	{ sql 'SELECT document FROM messages'; cat mail/new/*; } >told
	for secret in 'Café' Nord.GmbH buy@ 1234567 Hafen 10115 NET30 2.00 14.00; do
		if grep -v '^To:' told | grep -F -e "$secret" | grep -v 01234567; then
			echo "told: $secret"
			false
		fi
	done
	[[ $(cat told) == *NET60* ]]
}

# ---- again ----

@test "holds end when what is on file now agrees" {
	[ "$(held customer,sku,quantity NEW,TAPE,1)" = customer ]
	printf 'customer\nNEW\n' | order-load -q customers
	[ "$(sql 'SELECT held FROM v_orders')" = customer ]	# not by loading
	run --separate-stderr order-verify $R1
	[ "$status" -eq 0 ]
	[ "$(cells status <<<"$output")" = verified ]
	[ "$(cells held <<<"$output")" = '' ]
	[ "$(sql 'SELECT hold, answer, by FROM v_holds')" = 'customer|verified|tester' ]
}

@test "why a hold is open is told as of now" {
	receive external_ref,customer,sku,quantity,unit_price \
		PO-1,C-1,TAPE,1,3.00 PO-1,C-1,GLUE,1,9.00 | order-verify -q || true
	printf 'sku,currency,unit_price\nTAPE,EUR,3.00\n' | order-load -q prices
	run order-verify -q $R1
	[ "$(sql "SELECT reason FROM v_holds WHERE closed_at = ''")" = \
		'price-list: line 2 unit_price differs' ]
}

@test "a verified order that no longer agrees is held" {
	good PO-1 | order-verify -q
	printf 'sku,unit_price,currency,status\nTAPE,2.00,EUR,discontinued\n' | order-load -q items
	run --separate-stderr order-verify $R1
	[ "$status" -eq 1 ]
	[ "$(cells status <<<"$output")" = verified ]
	[ "$(cells held <<<"$output")" = item ]
}

@test "a confirmed order is verified again, and stays confirmed" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	run --separate-stderr order-verify $R1
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")" = unchanged ]
	printf 'sku,unit_price,currency,status\nTAPE,2.00,EUR,discontinued\n' | order-load -q items
	run --separate-stderr order-verify $R1
	[ "$status" -eq 1 ]
	[ "$(cells status <<<"$output")" = confirmed ]
	[ "$(cells held <<<"$output")" = item ]
}

@test "the price that was acknowledged stays when the list changes" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	printf 'sku,unit_price,currency\nTAPE,2.20,EUR\n' | order-load -q items
	order-verify -q $R1
	[ "$(sql 'SELECT total FROM v_orders')" = 20.00 ]
	good PO-2 TAPE 11 | order-verify -q
	[ "$(sql "SELECT total FROM v_orders WHERE ref = '$R2'")" = 24.20 ]
}

@test "a message tells on stderr which order there is not" {
	run --separate-stderr order-verify -q SO-00000099-9
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-verify: SO-00000099-9: there is no such order' ]
	run --separate-stderr order-verify SO-00000099-6
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-verify: SO-00000099-6: there is no such order (the check digit does not fit: a digit is wrong)' ]
}

@test "verifying a verified order again is unchanged, exit 0, no event" {
	good PO-1 | order-verify -q
	before=$(sql 'SELECT count(*) FROM events')
	run --separate-stderr order-verify $R1
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")" = unchanged ]
	[ "$(sql 'SELECT count(*) FROM events')" = "$before" ]
}

@test "a rejected order cannot be verified, exit 1" {
	order-config -q rule.item-active=reject
	ready customer,sku,quantity C-1,OLD,1 || true
	run --separate-stderr order-verify $R1
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = refused ]
	[ "$(cells reason <<<"$output")" = illegal-transition ]
	[ "$stderr" = "order-verify: $R1: is rejected" ]
	[ "$(cells status <<<"$output")" = rejected ]
}

# ---- which orders ----

@test "references are taken in lower case and without dashes" {
	good PO-1 >/dev/null
	run --separate-stderr order-verify so000000011
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output")" = $R1 ]
}

@test "an unknown reference is refused, exit 1" {
	run --separate-stderr order-verify SO-00000099-9
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = refused ]
	[ "$(cells reason <<<"$output")" = no-such-order ]
	[ "$(cells ref <<<"$output")" = SO-00000099-9 ]
}

@test "an order refused before passes through with its reason" {
	printf 'ref,mine,result,reason\n,keep,refused,not-a-number\n,other,,\n' >in
	run --separate-stderr order-verify <in
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output" | paste -sd,)" = refused,refused ]
	[ "$(cells reason <<<"$output" | paste -sd,)" = not-a-number,empty-ref ]
	[ "$(cells mine <<<"$output" | paste -sd,)" = keep,other ]
	[ "$stderr" = 'order-verify: stdin:3: ref: is blank' ]
}

@test "--pending takes every order not verified yet, and stdin is not read" {
	good PO-1 >/dev/null
	receive customer,sku,quantity C-1,ROPE,1 >/dev/null
	good PO-3 TAPE 3 | order-verify -q
	run --separate-stderr order-verify --pending <&-
	[ "$status" -eq 1 ]
	[ "$(cells ref <<<"$output" | paste -sd' ')" = "$R1 $R2" ]
	[ "$(cells result <<<"$output" | paste -sd' ')" = 'ok held' ]
}

@test "references and --pending together are a usage error" {
	good PO-1 >/dev/null
	run --separate-stderr order-verify --pending $R1
	[ "$status" -eq 64 ]
	[[ $stderr == *"not both"* ]]
	[ "$(sql 'SELECT status FROM orders')" = received ]
}

@test "--explain prints inputs and outcome of every rule as JSON" {
	receive customer,sku,quantity,unit_price C-1,TAPE,10,1.00 >/dev/null
	run --separate-stderr order-verify --explain $R1
	[ "$status" -eq 1 ]
	[ "$(wc -l <<<"$output")" = 1 ]
	[ "$(json 'd["ref"]' <<<"$output")" = $R1 ]
	[ "$(json 'd["inputs"]["lines"][0]["expected_price"]' <<<"$output")" = 2.00 ]
	[ "$(json 'd["inputs"]["lines"][0]["price_source"]' <<<"$output")" = item ]
	[ "$(json '[(r["rule"],r["severity"],f["given"],f["verdict"]) for r in d["rules"] for f in r["findings"]]' <<<"$output")" = \
		"[('price-list', 'hold', '1.00', 'differs')]" ]
	[ "$(json 'len(d["rules"])' <<<"$output")" = 23 ]
}

@test "--dry-run says what would be, and leaves everything as it was" {
	receive customer,sku,quantity C-1,ROPE,1 >in
	run --separate-stderr order-verify -n <in
	[ "$status" -eq 1 ]
	[ "$(cells held <<<"$output")" = item ]
	[ "$(sql 'SELECT status, held FROM v_orders')" = 'received|' ]
	[ "$(sql 'SELECT count(*) FROM messages')" = 0 ]
}

@test "the notice says of each question what it is about" {
	order-config -q mail_from=orders@acme.example
	held customer,sku,quantity 'C-9,TAPE,2' >held
	run order-notify --show 1
	[[ $output == *"1. The whole order"* ]]
	[[ $output != *"Line 0"* ]]
	held customer,sku,quantity 'C-1,NOPE,2' >held
	run order-notify --show 2
	[[ $output == *"1. Line 1 of your order"* ]]
	[[ $output != *"The whole order"* ]]
}
