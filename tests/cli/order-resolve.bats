#!/usr/bin/env bats
# order-resolve: an answer ends its hold, and says who gave it and why

load ../helper
load ../company
load resolve

# The answers recorded: who, and what.
who_answered() {
	sql "SELECT actor, detail FROM v_events WHERE kind = 'resolve'"
}

# ---- a printed command, pasted with its gap ----

@test "the gap of a printed command is no answer: 64" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	while read -r words; do
		# shellcheck disable=SC2086
		run --separate-stderr $words
		[ "$status" -eq 64 ] || { echo "$words: $status"; return 1; }
		[[ ${stderr_lines[0]} == *'..." is a gap: put in its place what only you can say' ]]
		[ -z "$output" ]
	done <<-END
		order-resolve $R1 contact corrected --set email=...
		order-resolve $R1 contact waived --note ...
		order-update $R1 hold --reason ...
		order-notify --resend 1 --to ...
		order-forward --to fulfilment --dir ... $R1
		order-report --reviewed ...
	END
	order-resolve -q $R1 contact waived --note 'no mail ...'
	[ "$(who_answered)" = 'tester|{"hold":"contact","answer":"waived","note":"no mail ..."}' ]
	stays_true
}

# ---- corrected ----

@test "a corrected column of the order ends its hold" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	run --separate-stderr order-resolve $R1 contact corrected --set email=jo@nord.example --note 'she called'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(cells status <<<"$output")" = verified ]
	[ "$(cells result <<<"$output")" = ok ]
	[ "$(cells held <<<"$output")" = '' ]
	[ "$(sql 'SELECT email FROM orders')" = jo@nord.example ]
	[ "$(who_answered)" = 'tester|{"hold":"contact","answer":"corrected","note":"she called"}' ]
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'corrected'")" = \
		'{"field":"email","old":"nobody","new":"jo@nord.example"}' ]
	[ "$(sql 'SELECT bytes FROM originals')" = 'C-1,nobody,TAPE,1' ]
	stays_true
}

@test "a corrected column of a line ends its hold, and the total follows" {
	wrong external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,GLU,2
	order-resolve -q $R1 item corrected --line 2 --set sku=GLUE
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT sku, item FROM lines ORDER BY line' | paste -sd' ')" = 'TAPE|TAPE GLUE|GLUE' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 8.00 ]
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'corrected'")" = \
		'{"field":"2.sku","old":"GLU","new":"GLUE"}' ]
	stays_true
}

@test "the only line need not be named" {
	wrong customer,sku,quantity C-1,BOX,60
	order-resolve -q $R1 quantity corrected --set quantity=75
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT ordered, amount FROM lines')" = '75000|3750' ]
}

@test "unit, price and charges can be corrected" {
	wrong customer,total,shipping,sku,quantity,unit,unit_price C-1,99.00,5.00,TAPE,10,KG,2.50
	[ "$(held)" = 'price quantity total' ]
	order-resolve -q $R1 quantity corrected --set unit=RL || true
	order-resolve -q $R1 price corrected --set unit_price=2.00 || true
	order-resolve -q $R1 total corrected --set shipping=6.00 --set total=26
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT shipping, total_given, total FROM orders')" = '600|2600|2600' ]
	stays_true
}

@test "the hold stays, exit 1, when what is corrected is wrong too" {
	wrong customer,sku,quantity C-1,ROPE,1
	run --separate-stderr order-resolve $R1 item corrected --set sku=ROOP
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells held <<<"$output")" = item ]
	[ "$(sql 'SELECT sku FROM lines')" = ROOP ]
}

@test "other holds stay" {
	wrong customer,email,sku,quantity,unit_price C-1,nobody,TAPE,1,3.00
	run --separate-stderr order-resolve $R1 contact corrected --set email=jo@nord.example
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells held <<<"$output")" = price ]
}

@test "a bad value is refused with its reason, and nothing is changed" {
	wrong external_ref,customer,sku,quantity,unit_price PO-1,C-1,TAPE,1,3.00 PO-1,C-1,TAPE,2,3.00
	refused not-a-number $R1 price corrected --line 1 --set unit_price=1o
	[[ $stderr == *"$R1: unit_price: \"1o\" is not a number"* ]]
	refused not-positive $R1 price corrected --line 1 --set quantity=0
	refused not-a-number $R1 price corrected --line 1 --set quantity=0.0001
	refused not-a-date $R1 price corrected --set requested_on=soon
	refused not-a-country $R1 price corrected --set ship_country=XX
	refused missing $R1 price corrected --line 1 --set sku=
	refused card-number $R1 price corrected --set 'instructions=4111 1111 1111 1111'
	[[ $stderr != *1111* ]]
}

@test "a note is a text like any other: no card number, no control character" {
	wrong customer,sku,quantity C-1,ROPE,1
	refused card-number $R1 item waived --note 'he says 4111 1111 1111 1111'
	[[ $stderr != *1111* ]]
	refused control-character $R1 item waived --note $'\e[2Jfine'
	refused not-utf8 $R1 item waived --note $'f\xfcr uns'
	refused control-character $R1 item corrected --set $'instructions=\e[2J'
	order-resolve -q $R1 item waived --note $'two\nlines'
}

@test "a record with a value that is no text is refused whole" {
	wrong customer,sku,quantity C-1,ROPE,1
	printf 'ref,hold,answer,note\n%s,item,waived,f\374r uns\n' "$R1" >bad.csv
	run --separate-stderr order-resolve <bad.csv
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = not-utf8 ]
	[ "$(held)" = item ]
}

@test "one bad value of several undoes them all" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	refused bad-value $R1 contact corrected --set email=jo@nord.example --set colour=red
	[ "$(sql 'SELECT email FROM orders')" = nobody ]
}

@test "what identifies an order cannot be corrected" {
	wrong external_ref,customer,email,sku,quantity PO-1,C-1,nobody,TAPE,1
	for set in external_ref=X channel=phone currency=USD received_at=2026-11-23T08:00:00Z line=2; do
		refused bad-value $R1 contact corrected --set $set
	done
}

@test "a line column needs a line that is there" {
	wrong external_ref,customer,sku,quantity PO-1,C-1,ROPE,1 PO-1,C-1,ROOP,2
	refused no-such-line $R1 item corrected --set sku=TAPE
	refused no-such-line $R1 item corrected --line 3 --set sku=TAPE
}

@test "an amount is read by its currency" {
	order-config -q rule.currency=off rule.price-list=off
	wrong customer,currency,total,sku,quantity,unit_price C-1,JPY,99,TAPE,1,100
	refused not-a-number $R1 total corrected --set total=100.50
	order-resolve -q $R1 total corrected --set total=100.00
	[ "$(sql 'SELECT total_given FROM orders')" = 100 ]
}

@test "corrected needs to say what is right" {
	wrong customer,sku,quantity C-1,ROPE,1
	refused bad-answer $R1 item corrected
}

# ---- corrected after the stock check ----

@test "another item after the stock check is checked again" {
	good PO-1 GLUE 4 | order-verify | order-check-stock -q
	printf 'sku,unit_price,currency,status\nGLUE,3.00,EUR,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	order-resolve -q $R1 item corrected --set sku=TAPE
	[ "$(sql "SELECT allocated FROM v_stock WHERE sku = 'GLUE'")" = 0 ]
	[ "$(sql 'SELECT item, allocated FROM v_lines')" = 'TAPE|4' ]
	stays_true
}

@test "another item than the one waited for is checked again" {
	good PO-1 GLUE 14 | order-verify | order-check-stock -q
	printf 'sku,unit_price,currency,status\nGLUE,3.00,EUR,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	order-resolve -q $R1 item corrected --set sku=TAPE
	order-check-stock -q --pending
	[ "$(sql 'SELECT item, allocated, backordered FROM v_lines')" = 'TAPE|14|0' ]
	stays_true
}

@test "a larger quantity after the stock check is checked again" {
	good PO-1 BOX 50 | order-verify | order-check-stock -q
	printf 'sku,unit,unit_price,currency,multiple\nBOX,EA,0.50,EUR,40\n' | order-load -q items
	order-verify -q $R1 || true
	order-resolve -q $R1 quantity accepted
	[ "$(sql 'SELECT quantity, allocated FROM v_lines')" = '80|80' ]
	stays_true
}

@test "less than is reserved cannot be corrected to" {
	good PO-1 BOX 50 | order-verify | order-check-stock -q
	printf 'sku,unit,unit_price,currency,multiple\nBOX,EA,0.50,EUR,40\n' | order-load -q items
	order-verify -q $R1 || true
	refused bad-value $R1 quantity corrected --set quantity=40
}

@test "another item on a confirmed order takes the stock that is there" {
	good PO-1 GLUE 4 | order-verify | order-check-stock | order-ack -q --queue-only
	printf 'sku,unit_price,currency,status\nGLUE,3.00,EUR,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	order-resolve -q $R1 item corrected --set sku=TAPE
	[ "$(sql 'SELECT item, allocated, backordered FROM v_lines')" = 'TAPE|4|0' ]
	[ "$(sql "SELECT document FROM messages WHERE kind = 'changed'" | json \
		'[(c["sku"], c["was_sku"]) for c in d["changes"]]')" = "[('TAPE', 'GLUE')]" ]
	stays_true
}

# ---- accepted ----

@test "our price, accepted, is the price" {
	wrong external_ref,customer,sku,quantity,unit_price PO-1,C-1,TAPE,10,1.50 PO-1,C-1,GLUE,1,3.00
	order-resolve -q $R1 price accepted
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT unit_price, was_price FROM lines ORDER BY line' | paste -sd' ')" = \
		'2000000|1500000 3000000|' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 23.00 ]
	stays_true
}

@test "our price, accepted, also settles the total that was made of the other" {
	wrong customer,total,sku,quantity,unit_price C-1,15.00,TAPE,10,1.50
	order-resolve -q $R1 price accepted
	[ "$(held)" = '' ]
}

@test "our quantity, accepted, is the next that fits" {
	wrong external_ref,customer,sku,quantity PO-1,C-1,BOX,1 PO-1,C-1,BOX,51
	order-resolve -q $R1 quantity accepted
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT ordered, was_quantity FROM lines ORDER BY line' | paste -sd' ')" = \
		'50000|1000 75000|51000' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 62.50 ]
	order-check-stock -q $R1 && order-ack -q --queue-only $R1
	[ "$(sql "SELECT document FROM messages WHERE kind = 'acknowledgment'" |
		json '[(l["answer_code"], l["was_quantity"]) for l in d["lines"]]')" = \
		"[('IQ', '1'), ('IQ', '51')]" ]
}

@test "only the line named takes our price" {
	wrong external_ref,customer,sku,quantity,unit_price PO-1,C-1,TAPE,1,1.50 PO-1,C-1,TAPE,2,1.50
	order-resolve -q $R1 price accepted --line 2 || true
	[ "$(held)" = price ]
	[ "$(sql 'SELECT unit_price FROM lines ORDER BY line' | paste -sd' ')" = '1500000 2000000' ]
}

@test "our total, accepted, is the total" {
	wrong customer,total,sku,quantity,unit_price C-1,19.00,TAPE,10,2.00
	order-resolve -q $R1 total accepted
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT total_given, total FROM orders')" = '2000|2000' ]
}

@test "a payment is accepted with its proof, not without" {
	wrong customer,sku,quantity AHEAD,TAPE,1
	refused bad-answer $R1 payment accepted
	[[ $stderr == *'--note'* ]]
	order-resolve -q $R1 payment accepted --note 'transfer of 22 Nov, 2.00 EUR'
	[ "$(held)" = '' ]
	[[ $(answers) == *'transfer of 22 Nov'* ]]
}

@test "a consent puts the rest in the queue, and the order can be answered" {
	ready customer,sku,quantity ASK,GLUE,15
	order-check-stock -q $R1 || true
	[ "$(held)" = consent ]
	run --separate-stderr order-resolve $R1 consent accepted
	[ "$status" -eq 0 ]
	[ "$(cells held <<<"$output")" = '' ]
	[ "$(sql 'SELECT allocated, backordered FROM v_lines')" = '10|5' ]
	order-ack -q --queue-only $R1
	[ "$(sql 'SELECT status, ack FROM v_orders')" = 'confirmed|conditional' ]
	stays_true
}

@test "a date is accepted as it is" {
	wrong customer,requested_on,sku,quantity C-1,2026-11-20,TAPE,1
	order-resolve -q $R1 date accepted
	[ "$(held)" = '' ]
}

# ---- waived ----

@test "somebody answers for an order over its credit limit" {
	wrong customer,sku,quantity LIMIT,TAPE,50
	ORDER_ACTOR=boss order-resolve -q $R1 credit waived --note 'known for years'
	[ "$(held)" = '' ]
	[ "$(who_answered)" = 'boss|{"hold":"credit","answer":"waived","note":"known for years"}' ]
	[ "$(sql 'SELECT rule, answer FROM waivers')" = 'credit-limit|waived' ]
	[ "$(sql 'SELECT rule, waived FROM findings')" = 'credit-limit|1' ]
}

@test "a second order that looks like the first is a second one" {
	ready external_ref,customer,sku,quantity PO-1,C-1,TAPE,1
	wrong external_ref,customer,sku,quantity PO-2,C-1,TAPE,1
	order-resolve -q $R2 duplicate waived --note 'two shops'
	[ "$(held $R2)" = '' ]
}

@test "what is waived stays waived, and is not asked again" {
	wrong customer,sku,quantity,unit_price C-1,TAPE,1,1.50
	order-resolve -q $R1 price waived --note 'agreed by phone'
	order-verify -q $R1
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT unit_price FROM lines')" = 1500000 ]
	[ "$(sql "SELECT count(*) FROM messages")" = 1 ]
}

@test "it is held again when the data change again" {
	wrong customer,sku,quantity,unit_price,payment_terms C-1,TAPE,1,1.50,NET60
	order-resolve -q $R1 price waived --note x || true
	[ "$(held)" = payment ]
	order-resolve -q $R1 payment corrected --set payment_terms=NET30 --set unit_price=1.40 || true
	[ "$(held)" = price ]
}

@test "our price, accepted, is held again when ours changes" {
	wrong customer,sku,quantity,unit_price C-1,TAPE,1,1.50
	order-resolve -q $R1 price accepted
	printf 'sku,currency,unit_price\nTAPE,EUR,2.20\n' | order-load -q prices
	order-verify -q $R1 || true
	[ "$(held)" = price ]
}

# ---- what cannot be answered ----

@test "a hold that is not open cannot be answered, exit 1" {
	good PO-1 | order-verify -q
	refused no-such-hold $R1 price accepted
	refused no-such-hold $R1 weather waived
	wrong customer,sku,quantity C-1,ROPE,1
	refused no-such-hold $R2 price accepted
	[[ $stderr == *"$R2: price: is no open hold"* ]]
}

@test "a hold that has ended cannot be answered twice" {
	wrong customer,sku,quantity LIMIT,TAPE,50
	order-resolve -q $R1 credit waived --note x
	refused no-such-hold $R1 credit waived --note x
}

@test "a stock hold ends by stock, or by what the customer chooses" {
	ready customer,sku,quantity WHOLE,GLUE,15
	order-check-stock -q $R1 || true
	for answer in confirmed waived corrected; do
		refused bad-answer $R1 stock $answer
	done
	[[ $stderr == *'none of accepted, remove, cancel, backorder,'* ]]
}

@test "an answer that is none is refused" {
	wrong customer,sku,quantity C-1,ROPE,1
	refused bad-answer $R1 item forgotten
	[[ $stderr == *'"forgotten" is none of corrected, accepted, waived, remove or cancel'* ]]
	refused bad-answer $R1 item ''
}

@test "an unknown order is refused, exit 1" {
	run --separate-stderr order-resolve SO-00000099-6 price accepted
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = no-such-order ]
}

@test "a rejected order has nothing to answer" {
	wrong customer,sku,quantity,unit_price C-1,OLD,1,4.00
	order-config -q rule.item-active=reject
	order-verify -q $R1 || true
	run --separate-stderr order-resolve $R1 price accepted
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = illegal-transition ]
	[[ $stderr == *'the order is rejected' ]]
}

@test "half a command is a usage error" {
	for args in "$R1" "$R1 price" "$R1 price accepted now" \
	    "$R1 price corrected --set unit_price" "$R1 price accepted --line two" \
	    '--reject 1' '--reject 1 keep' '--reject one dismiss'; do
		run --separate-stderr order-resolve $args </dev/null
		[ "$status" -eq 64 ]
	done
}

# ---- a stream of answers ----

@test "answers come as records, each with its own columns" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	wrong external_ref,customer,sku,quantity,unit_price PO-2,C-1,TAPE,1,1.50 PO-2,C-1,GLU,1,3.00
	wrong customer,sku,quantity LIMIT,TAPE,50
	cat >in <<-END
	ref,hold,line,answer,note,email,sku,mine
	$R1,contact,,corrected,by phone,jo@nord.example,,a
	$R2,item,2,corrected,,,GLUE,b
	$R2,price,1,accepted,,,,c
	$R3,credit,,waived,fine,,,d
	$R3,credit,,waived,fine,,,e
	,,,,,,,f
	END
	run --separate-stderr order-resolve <in
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output" | paste -sd' ')" = 'ok held ok ok refused refused' ]
	[ "$(cells reason <<<"$output" | paste -sd,)" = ',open-holds,,,no-such-hold,empty-ref' ]
	[ "$(cells mine <<<"$output" | paste -sd' ')" = 'a b c d e f' ]
	[ "$(cells status <<<"$output" | head -4 | paste -sd' ')" = 'verified received verified verified' ]
	[ "$(answers | wc -l)" -eq 4 ]
	stays_true
}

@test "answers come as JSON too" {
	wrong customer,sku,quantity,unit_price C-1,TAPE,1,1.50
	run --separate-stderr order-resolve <<<"{\"ref\":\"$R1\",\"hold\":\"price\",\"answer\":\"corrected\",\"unit_price\":\"2.00\"}"
	[ "$status" -eq 0 ]
	[ "$(json 'd["result"], d["held"]' <<<"$output")" = "('ok', '')" ]
}

@test "a record with a line that is none is refused" {
	wrong customer,sku,quantity C-1,ROPE,1
	run --separate-stderr order-resolve <<<"ref,hold,line,answer,sku
$R1,item,x,corrected,TAPE"
	[ "$status" -eq 1 ]
	[ "$(cells reason <<<"$output")" = no-such-line ]
}

@test "--dry-run shows what an answer would do" {
	wrong customer,sku,quantity,unit_price C-1,TAPE,1,1.50
	run --separate-stderr order-resolve -n $R1 price accepted
	[ "$status" -eq 0 ]
	[ "$(cells held <<<"$output")" = '' ]
	[ "$(held)" = price ]
}

# ---- rejects ----

@test "--reject ID dismiss ends a reject, once" {
	receive customer,sku,quantity C-1,TAPE,1o >/dev/null 2>&1 || true
	[ "$(sql 'SELECT id, closed_at IS NULL FROM rejects')" = '1|1' ]
	run --separate-stderr order-resolve --reject 1 dismiss
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT closed_at IS NULL, closed_by FROM rejects')" = '0|tester' ]
	run --separate-stderr order-resolve --reject 1 dismiss
	[ "$status" -eq 1 ]
	[[ $stderr == *'no open reject 1'* ]]
	run --separate-stderr order-resolve --reject 7 dismiss
	[ "$status" -eq 1 ]
}

@test "a question answered before it was sent stays unsent" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	[ "$(sql "SELECT state FROM messages WHERE kind = 'clarify'")" = queued ]
	order-resolve -q $R1 contact corrected --set email=jo@nord.example
	[ "$(sql "SELECT state FROM messages WHERE kind = 'clarify'")" = cancelled ]
}
