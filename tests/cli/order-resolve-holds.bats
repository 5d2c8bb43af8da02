#!/usr/bin/env bats
# Playing the customer: each hold is raised, answered by all that fits, ended,
# and raised again when the order changes.

load ../helper
load ../company
load resolve

# raise HOLD: an order that is held by this and nothing else
raise() {
	case $1 in
	customer) wrong customer,sku,quantity C-9,TAPE,1 ;;
	contact) wrong customer,email,sku,quantity C-1,nobody,TAPE,1 ;;
	address) wrong customer,bill_line1,sku,quantity 'C-1,Hafenstr. 2,TAPE,1' ;;
	payment) wrong customer,sku,quantity AHEAD,TAPE,1 ;;
	credit) wrong customer,sku,quantity LIMIT,TAPE,50 ;;
	item) wrong customer,sku,quantity C-1,ROPE,1 ;;
	price) wrong customer,sku,quantity,unit_price C-1,TAPE,1,1.50 ;;
	quantity) wrong customer,sku,quantity C-1,BOX,60 ;;
	date) wrong customer,requested_on,sku,quantity C-1,2026-11-20,TAPE,1 ;;
	duplicate)
		order-config -q duplicate_hours=72
		ready external_ref,customer,sku,quantity T-1,C-1,TAPE,7 || true
		wrong external_ref,customer,sku,quantity T-2,C-1,TAPE,7 ;;
	total) wrong customer,total,sku,quantity,unit_price C-1,9.00,TAPE,1,2.00 ;;
	blocklist)
		printf 'kind,value\nphone,+49 30 999\n' | order-load -q blocklist
		wrong customer,phone,sku,quantity 'C-1,+49 30 999,TAPE,1' ;;
	esac
	REF=$(sql 'SELECT ref FROM orders ORDER BY id DESC LIMIT 1')
	[ "$(held "$REF")" = "$1" ]
}

rules='customer contact address payment credit item price quantity date duplicate total blocklist'

# ends HOLD ANSWER [ARGUMENT...]: the answer ends the hold with one event
ends() {
	local before
	order-config -q rule.duplicate=off
	[ "$1" != duplicate ] || order-config -q rule.duplicate=hold
	raise "$1"
	before=$(answers | wc -l)
	order-resolve -q "$REF" "$@" || { echo "$* of $REF"; return 1; }
	[ "$(held "$REF")" = '' ]
	[ "$(sql "SELECT status FROM orders WHERE ref = '$REF'")" = verified ]
	[ "$(answers | wc -l)" -eq $((before + 1)) ]
	refused no-such-hold "$REF" "$@"
}

@test "corrected ends every hold that has something to correct" {
	ends customer corrected --set customer=C-1
	ends contact corrected --set email=jo@nord.example
	ends address corrected --set bill_line1='Hafenstr. 1'
	ends payment corrected --set customer=C-1
	ends credit corrected --set quantity=20
	ends item corrected --set sku=TAPE
	ends price corrected --set unit_price=2.00
	ends quantity corrected --set quantity=75
	ends date corrected --set requested_on=2026-12-24
	ends duplicate corrected --set quantity=8
	ends total corrected --set total=2.00
	ends blocklist corrected --set phone='+49 30 1234567'
	stays_true
}

@test "accepted ends what we have our own of" {
	order-config -q rule.duplicate=off
	ends payment accepted --note 'paid today'
	ends price accepted
	ends quantity accepted
	ends date accepted
	ends total accepted
	for hold in customer contact address credit item blocklist; do
		raise $hold
		refused bad-answer "$REF" $hold accepted
	done
	stays_true
}

@test "confirmed ends what can be right, and is kept as such" {
	order-config -q rule.duplicate=off
	ends address confirmed
	ends date confirmed
	ends total confirmed
	order-config -q rule.duplicate=hold
	ends duplicate confirmed
	[ "$(sql 'SELECT DISTINCT answer FROM waivers')" = confirmed ]
	stays_true
}

@test "a name and a phone number can be confirmed, an e-mail address that is none cannot" {
	order-config -q rule.name-matches=hold rule.phone-matches=hold
	wrong customer,customer_name,phone,email,sku,quantity 'C-1,Nord,+49 30 7,nobody,TAPE,1'
	[ "$(held)" = 'contact customer' ]
	says held open-holds $R1 customer confirmed
	[ "$(held)" = contact ]
	says held open-holds $R1 contact confirmed
	[ "$(held)" = contact ]
	refused bad-answer $R1 contact confirmed
	[[ $stderr == *'cannot be right'* ]]
	says ok '' $R1 contact corrected --set email=jo@nord.example
}

@test "what cannot be right is not confirmed" {
	order-config -q rule.duplicate=off
	for hold in customer contact payment credit item price quantity blocklist; do
		raise $hold
		refused bad-answer "$REF" $hold confirmed
	done
	refused bad-answer "$REF" blocklist backorder
}

@test "waived ends every hold of a rule" {
	for hold in $rules; do
		[ $hold != duplicate ] || order-config -q rule.duplicate=hold
		[ $hold = item ] || [ $hold = customer ] || ends $hold waived --note fine
		order-config -q rule.duplicate=off
	done
	stays_true
}

@test "cancel ends the order, whatever holds it" {
	order-config -q rule.duplicate=off
	for hold in ${rules/duplicate/}; do
		raise $hold
		says ok '' "$REF" $hold cancel --note 'not any more'
		[ "$(cells status <<<"$output")" = cancelled ]
		[ "$(held "$REF")" = '' ]
		refused illegal-transition "$REF" $hold cancel
		[[ $stderr == *"$REF: $hold: the order is cancelled" ]]
	done
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'cancelled'")" -eq 11 ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'clarify' AND state <> 'cancelled'")" -eq 0 ]
	[ "$(sql "SELECT DISTINCT answer FROM holds")" = cancel ]
	stays_true
}

@test "the successor of an item is accepted, at our price" {
	order-load -q items <<-'END'
	sku,description,unit,unit_price,currency,status,superseded_by
	OLD,Old chips,EA,5.00,EUR,discontinued,TAPE
	END
	wrong external_ref,customer,sku,quantity PO-1,C-1,GLUE,1 PO-1,C-1,OLD,2
	[ "$(held)" = item ]
	says ok '' $R1 item accepted
	[ "$(sql 'SELECT sku, item, amount FROM lines WHERE line = 2')" = 'TAPE|TAPE|400' ]
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'corrected'")" = \
		'{"field":"2.sku","old":"OLD","new":"TAPE"}' ]
	stays_true
}

@test "an item without a successor is not accepted" {
	wrong customer,sku,quantity C-1,OLD,1
	refused bad-answer $R1 item accepted
	[[ $stderr == *'no successor'* ]]
}

@test "a line that holds the order is removed, and the rest goes on" {
	wrong external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,ROPE,2
	says ok '' $R1 item remove --note 'by phone'
	[ "$(cells status <<<"$output")" = verified ]
	[ "$(lines)" = '1|TAPE|1|0|0|0|0|0 2||2|0|0|2|0|0' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 2.00 ]
	order-check-stock -q $R1
	order-ack -q --queue-only $R1
	[ "$(document acknowledgment '[l["answer_code"] for l in d["lines"]]')" = "['IA', 'ID']" ]
	stays_true
}

@test "a line that is short, too, is removed: nobody is asked about it any more" {
	ready customer,sku,quantity ASK,TAPE,6 ,GLUE,15
	order-check-stock -q $R1 || true
	printf 'sku,status\nGLUE,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	[ "$(held)" = 'consent item' ]
	says ok '' $R1 item remove
	[ "$(held)" = '' ]
	[ "$(sql "SELECT stock, total FROM v_orders")" = 'full|12.00' ]
	[ "$(told shortage)" = 'cancelled|0' ]
	stays_true
}

@test "which line to remove must be clear" {
	wrong external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,ROPE,2 PO-1,C-1,ROOP,2
	refused no-such-line $R1 item remove
	[[ $stderr == *'--line'* ]]
	refused no-such-line $R1 item remove --line 9
	says held open-holds $R1 item remove --line 2
	refused no-such-line $R1 item remove --line 2
	says ok '' $R1 item remove
	[ "$(lines)" = '1|TAPE|1|0|0|0|0|0 2||2|0|0|2|0|0 3||2|0|0|2|0|0' ]
	stays_true
}

@test "the last line removed is the order cancelled" {
	wrong customer,sku,quantity C-1,ROPE,2
	says ok '' $R1 item remove
	[ "$(cells status <<<"$output")" = cancelled ]
	[ "$(told cancelled)" = 'queued|0' ]
	[ "$(document cancelled 'd["as_asked"]')" = True ]
	stays_true
}

@test "a line over the credit limit is removed by its number" {
	wrong external_ref,customer,sku,quantity PO-1,LIMIT,TAPE,1 PO-1,LIMIT,STAMP,5
	[ "$(held)" = credit ]
	refused no-such-line $R1 credit remove
	says ok '' $R1 credit remove --line 2
	stays_true
}

@test "a confirmed address is asked about again when it changes" {
	raise address
	says ok '' $R1 address confirmed
	order-verify -q $R1
	[ "$(held)" = '' ]
	receive external_ref,customer,bill_line1,sku,quantity 'A-1,C-1,Kai 7,TAPE,3' | order-verify -q || true
	says ok '' $R2 address confirmed
	printf 'external_ref,customer,bill_line1,sku,quantity\nA-1,C-1,Kai 8,TAPE,3\n' |
		order-receive -q --channel email --amend
	order-verify -q $R2 || true
	[ "$(held $R2)" = address ]
	says ok '' $R2 address confirmed
	[ "$(answers | grep -c '"hold":"address","answer":"confirmed"')" -eq 3 ]
	stays_true
}

@test "a hold answered while there is another: its findings are answered only once" {
	wrong customer,email,sku,quantity,unit_price C-1,nobody,TAPE,1,1.50
	says held open-holds $R1 price accepted
	refused no-such-hold $R1 price accepted
	says ok '' $R1 contact corrected --set email=jo@nord.example
	[ "$(answers | wc -l)" -eq 2 ]
}

@test "corrected to what the order says already is no answer" {
	raise contact
	refused bad-answer $R1 contact corrected --set email=nobody
	[[ $stderr == *'says already'* ]]
	# what another tool's stream says again does no harm
	order-status -o csv $R1 | sed '1s/$/,hold,answer,email/;2s/$/,contact,corrected,jo@nord.example/' >in
	run --separate-stderr order-resolve <in
	[ "$status" -eq 0 ]
	[ "$(sql "SELECT count(*) FROM v_events WHERE kind = 'corrected'")" -eq 1 ]
	[ "$(held)" = '' ]
}

@test "the command that is shown for a hold ends it" {
	for hold in price date total; do
		raise $hold
		command=$(order-status --attention -o csv | grep "hold,$REF" | sed 's/.*,//')
		$command -q
		[ "$(held "$REF")" = '' ]
		order-config -q rule.duplicate=off
	done
}

@test "the command that is shown for a total that is too large ends it" {
	printf 'sku,currency,unit_price\nSTAMP,EUR,999999999\n' | order-load -q prices
	wrong customer,sku,quantity C-1,STAMP,999999999
	[ "$(held)" = total ]
	command=$(order-status --attention -o csv | grep "hold,$R1.*total:" | sed 's/.*,//')
	[ "$command" = "order-resolve $R1 total corrected --line ... --set quantity=..." ]
	command=${command/line .../line 1}
	${command/=.../=2} -q
	[ "$(held)" = '' ]
}

@test "a released order takes no answer that changes it" {
	raise address
	sql "UPDATE orders SET status = 'released'"
	for answer in cancel remove; do
		says refused illegal-transition $R1 address $answer
	done
}

@test "the command that is shown for a price is one that can be given" {
	wrong customer,sku,quantity C-1,FREE,1
	wrong customer,sku,quantity,unit_price C-1,FREE,2,2.00
	wrong customer,currency,sku,quantity C-1,USD,TAPE,1
	[ "$(order-status --attention -o csv | columns command | wc -l)" -eq 3 ]
	# The price that is set has to be answered for, too.
	for round in 1 2; do
		order-status --attention -o csv | columns command | sed 's/\.\.\./7.00/' >out
		while read -r command; do
			eval "$command -q" || true
		done <out
	done
	[ "$(sql 'SELECT count(*) FROM holds WHERE closed_at IS NULL')" -eq 0 ]
}
