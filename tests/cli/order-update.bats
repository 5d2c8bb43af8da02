#!/usr/bin/env bats
# order-update: what is reported about an order is recorded once, and does
# what it says

load ../helper
load ../company
load inquiry
load update

@test "an inquiry by telephone, and what was said" {
	good PO-1 >/dev/null
	[ "$(update $R1 inquiry --note 'where is it?' --occurred-at 2026-11-23T08:00:00Z)" = ok ]
	[ "$(asked 'channel, sender, question, at')" = 'phone||where is it?|2026-11-23T08:00:00Z' ]
	[ "$(update $R1 inquiry --note 'and why?' --channel fax)" = ok ]
	[ "$(order-status --attention | grep -c '^inquiry,')" -eq 2 ]
	order-status --attention | grep -q "by fax somebody asks: and why?,order-notify --reply $R1 < answer.txt"
	[ "$(update $R1 reply --note 'told them')" = ok ]
	[ "$(asked "answered_at <> '', by, message")" = $'1|tester|\n1|tester|' ]
	[ "$(update $R1 reply --note 'told them')" = 'refused no-such-inquiry' ]
	[ "$(events)" = 'receive inquiry inquiry reply ' ]
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 0 ]
	stays_true
}

@test "a note, with its line; without words it is none" {
	good PO-1 >/dev/null
	[ "$(update $R1 note --note 'rang twice' --line 1)" = ok ]
	[ "$(detail note)" = '{"line":1,"note":"rang twice"}' ]
	[ "$(update $R1 note --note '  ')" = 'refused missing' ]
	[ "$(update $R1 note --note x --line 7)" = 'refused no-such-line' ]
	[ "$(update $R1 note --note x --line one)" = 'refused not-a-number' ]
	[ "$(update $R1 note --note x --quantity 1)" = 'refused bad-value' ]
	[ "$(events)" = 'receive note ' ]
}

@test "hold and release" {
	good PO-1 | order-verify -q
	[ "$(update $R1 hold)" = 'refused missing' ]
	[ "$(update $R1 hold --reason 'odd address')" = ok ]
	[ "$(update $R1 hold --reason 'odd address')" = unchanged ]
	[ "$(update $R1 hold --note 'odd name')" = ok ]
	[ "$(sql 'SELECT hold, reason FROM holds')" = 'manual|odd address; odd name' ]
	run order-check-stock -o csv $R1
	[ "$(column result <<<"$output")" = held ]
	[ "$(update $R1 release --note checked)" = ok ]
	[ "$(sql 'SELECT answer, note, by FROM v_holds')" = 'released|checked|tester' ]
	[ "$(update $R1 release)" = unchanged ]
	good PO-2 GLUE 1 >/dev/null
	[ "$(update $R2 release)" = 'refused no-such-hold' ]
	# held before it is verified, and released into what else is open
	receive external_ref,customer,sku,quantity PO-3,NOBODY,GLUE,1 >/dev/null
	[ "$(update $R3 hold --reason wait)" = ok ]
	[ "$(update $R3 release)" = 'held open-holds' ]
	[ "$(sql "SELECT held FROM v_orders WHERE ref = '$R3'")" = customer ]
	stays_true
}

@test "paid lifts the hold payment; parts do when they add up" {
	receive external_ref,customer,sku,quantity PO-1,AHEAD,TAPE,10 PO-2,AHEAD,GLUE,1 |
		order-verify -q || true
	[ "$(sql 'SELECT held FROM v_orders')" = $'payment\npayment' ]
	[ "$(update $R1 paid --amount 12.50 --payment-ref TX-1)" = 'held open-holds' ]
	[ "$(cat err)" = "order-update: $R1: 12.50 of 20.00 EUR are paid" ]
	# one payment has one number, however often it is reported
	[ "$(update $R1 paid --amount 12.50 --payment-ref TX-1)" = unchanged ]
	[ "$(update $R1 paid --amount 7.5 --payment-ref TX-2)" = ok ]
	[ "$(sql "SELECT status, held FROM v_orders WHERE ref = '$R1'")" = 'verified|' ]
	[ "$(detail paid)" = '{"amount":"7.5","payment_ref":"TX-2","amount_minor":750}' ]
	[ "$(sql "SELECT answer FROM waivers")" = accepted ]
	# a part is no payment to order-verify either
	[ "$(update $R2 paid --amount 1)" = 'held open-holds' ]
	order-verify -q $R2 || true
	[ "$(sql "SELECT held FROM v_orders WHERE ref = '$R2'")" = payment ]
	[ "$(update $R2 paid --note 'seen in the account')" = ok ]
	# what is paid before anybody looked is never held
	receive external_ref,customer,sku,quantity PO-3,AHEAD,STAMP,1 >/dev/null
	[ "$(update $R3 paid --amount 29)" = ok ]
	order-verify -q $R3
	[ "$(update $R3 paid --amount 0)" = 'refused not-positive' ]
	[ "$(update $R3 paid --amount 1.005)" = 'refused too-many-decimals' ]
	[ "$(update $R3 paid --amount -1)" = 'refused not-a-number' ]
	stays_true
}

@test "reject: with a reason, while it may be, and the customer is told" {
	good PO-1 | order-verify | order-check-stock -q
	good PO-2 GLUE 1 | order-verify | order-check-stock | order-ack -q
	[ "$(update $R1 reject)" = 'refused missing' ]
	[ "$(update $R1 reject --reason x --line 1)" = 'refused bad-value' ]
	[ "$(update $R1 reject --reason 'we do not deliver there')" = ok ]
	[ "$(sql 'SELECT allocated FROM stock WHERE sku = "TAPE"')" -eq 0 ]
	[ "$(sql "SELECT kind, code FROM messages WHERE order_id = 1")" = 'rejected|RE' ]
	[ "$(update $R1 reject --reason again)" = unchanged ]
	[ "$(update $R1 paid)" = 'refused illegal-transition' ]
	[ "$(update $R1 hold --reason x)" = 'refused illegal-transition' ]
	[ "$(update $R1 note --note 'they rang')" = ok ]
	[ "$(update $R2 reject --reason x)" = 'refused illegal-transition' ]
	[[ $(cat err) == *'reject: the order is confirmed (it can be when it is received or verified)' ]]
	stays_true
}

@test "cancelled: all of it, a line, so many of a line" {
	receive external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 ,,GLUE,2 \
		PO-2,C-1,TAPE,7 ,,GLUE,2 PO-3,C-1,TAPE,8 ,,GLUE,2 |
		order-verify | order-check-stock | order-ack -q
	[ "$(update $R1 cancelled --note 'they rang' --event-id c-1)" = ok ]
	[ "$(update $R1 cancelled --note 'they rang' --event-id c-1)" = unchanged ]
	[ "$(update $R1 cancelled)" = unchanged ]
	[ "$(sql "SELECT status FROM v_orders WHERE ref = '$R1'")" = cancelled ]
	[ "$(update $R2 cancelled --quantity 1)" = 'refused no-such-line' ]
	[ "$(update $R2 cancelled --line 1 --quantity 8)" = 'refused over-quantity' ]
	[[ $(cat err) == *'quantity: only 7 can be cancelled' ]]
	[ "$(update $R2 cancelled --line 1 --quantity 3)" = ok ]
	[ "$(sql "SELECT allocated, cancelled FROM v_lines WHERE order_id = 2 AND line = 1")" = '4|3' ]
	[ "$(sql "SELECT total FROM v_orders WHERE ref = '$R2'")" = 14.00 ]
	[ "$(sql "SELECT kind FROM messages WHERE order_id = 2 ORDER BY id")" = $'acknowledgment\nchanged' ]
	[ "$(update $R3 cancelled --line 1)" = ok ]
	[ "$(update $R3 cancelled --line 1)" = unchanged ]
	[ "$(update $R3 cancelled --line 2)" = ok ]
	[ "$(sql "SELECT status FROM v_orders WHERE ref = '$R3'")" = cancelled ]
	[ "$(sql "SELECT allocated FROM v_stock WHERE sku IN ('TAPE', 'GLUE') ORDER BY sku")" = $'2\n4' ]
	[ "$(update $R3 paid --amount 5)" = ok ]
	stays_true
}

@test "what was short is cancelled: nobody is asked about it any more" {
	receive external_ref,customer,sku,quantity PO-1,ASK,TAPE,6 ,,GLUE,15 \
		PO-2,WHOLE,TAPE,7 ,,GLUE,15 PO-3,ASK,STAMP,200 ,,GLUE,15 |
		order-verify | order-check-stock -q || true
	[ "$(sql 'SELECT held FROM v_orders ORDER BY id' | paste -sd' ')" = 'consent stock consent' ]
	[ "$(update $R1 cancelled --line 2 --quantity 1)" = 'held consent-needed' ]
	[ "$(update $R1 cancelled --line 2)" = ok ]
	[ "$(sql "SELECT held, stock, total FROM v_orders WHERE ref = '$R1'")" = '|full|12.00' ]
	[ "$(sql "SELECT state FROM messages WHERE kind = 'shortage' AND order_id = 1")" = cancelled ]
	# what has to be sent at once is all there now
	[ "$(update $R2 cancelled --line 2)" = ok ]
	[ "$(sql "SELECT held, stock FROM v_orders WHERE ref = '$R2'")" = '|full' ]
	# the other line is still asked about
	[ "$(update $R3 cancelled --line 2)" = 'held consent-needed' ]
	[ "$(sql "SELECT held FROM v_orders WHERE ref = '$R3'")" = consent ]
	stays_true
}

@test "a legal hold is put and taken off" {
	good PO-1 >/dev/null
	[ "$(update $R1 legal-release)" = unchanged ]
	[ "$(update $R1 legal-hold)" = 'refused missing' ]
	[ "$(update $R1 legal-hold --reason 'court 7/26')" = ok ]
	[ "$(update $R1 legal-hold --reason 'court 7/26')" = unchanged ]
	[ "$(update $R1 legal-release)" = ok ]
	[ "$(events)" = 'receive legal-hold legal-release ' ]
}

@test "what fulfilment reports, and what is no event" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	for e in shipped delivered picked packed returned accepted problem; do
		[ "$(update $R1 $e)" = 'refused illegal-transition' ] || { echo $e; return 1; }
	done
	[ "$(update $R1 hodl)" = 'refused bad-event' ]
	[[ $(cat err) == *'did you mean hold?'* ]]
	[ "$(update $R1 frobnicate)" = 'refused bad-event' ]
	[[ $(cat err) == *'is no event; they are accepted problem '*' legal-release' ]]
	[ "$(update $R1 reply)" = 'refused missing' ]
	[[ $(cat err) == *'note: say what: reply needs it' ]]
	[ "$(update SO-00000009-7 note --note x)" = 'refused no-such-order' ]
}

@test "a report with an event_id is taken in once" {
	good PO-1 >/dev/null
	good PO-2 GLUE 1 >/dev/null
	[ "$(update $R1 note --note x --event-id e-1)" = ok ]
	[ "$(update $R1 note --note x --event-id e-1)" = unchanged ]
	[ "$(update $R1 note --note y --event-id e-1)" = 'refused event-differs' ]
	[ "$(update $R2 note --note x --event-id e-1)" = 'refused event-differs' ]
	[ "$(update $R1 inquiry --note x --event-id e-2)" = ok ]
	[ "$(update $R1 inquiry --note x --event-id e-2)" = unchanged ]
	# the same amount and time, written otherwise
	[ "$(update $R1 paid --amount 20 --event-id e-3 --occurred-at 2026-11-23T08:00:00Z)" = ok ]
	[ "$(update $R1 paid --amount 20.00 --event-id e-3 --occurred-at 2026-11-23T09:00:00+01:00)" = unchanged ]
	# what was refused may be mended under its id
	[ "$(update $R1 hold --event-id e-4)" = 'refused missing' ]
	[ "$(update $R1 hold --reason y --event-id e-4)" = ok ]
	# without, each counts
	[ "$(update $R1 note --note x)" = ok ]
	[ "$(update $R1 note --note x)" = ok ]
	[ "$(events)" = 'receive note inquiry paid hold note note ' ]
	[ "$(update $R1 note --note x --event-id "$(printf 'a%.0s' {1..129})")" = 'refused not-a-key' ]
}

@test "values are checked as everywhere" {
	good PO-1 >/dev/null
	[ "$(update $R1 note --note 'card 4111 1111 1111 1111')" = 'refused card-number' ]
	[ "$(update $R1 note --note $'a\x1bb')" = 'refused control-character' ]
	[ "$(update $R1 note --note $'a\xff')" = 'refused not-utf8' ]
	[ "$(update $R1 hold --reason $'a\nb')" = 'refused not-one-line' ]
	printf 'ref,event,note\n%s,note,%s\n' $R1 "$(head -c 70000 /dev/zero | tr '\0' a)" >big
	[ "$(update <big)" = 'refused too-large' ]
	[ "$(update $R1 note --note x --occurred-at 2026-11-23T09:10:00Z)" = 'refused in-the-future' ]
	[ "$(update $R1 note --note x --occurred-at yesterday)" = 'refused not-an-instant' ]
	[ "$(events)" = 'receive ' ]
	sqlite3 orders.db .dump | { ! grep -q '4111 1111'; }
}

@test "a stream: each record in, each out, with what else it has" {
	good PO-1 >/dev/null
	printf 'ref,event,note,mine\n%s,inquiry,why?,7\n,note,x,8\n%s,reply,told,9\n%s,,,10\n' \
		$R1 so000000011 $R1 >in
	run --separate-stderr order-update <in
	[ "$status" -eq 1 ]
	[ "$(columns mine <<<"$output" | tr '\n' ' ')" = '7 8 9 10 ' ]
	[ "$(columns result <<<"$output" | tr '\n' ' ')" = 'ok refused ok refused ' ]
	[ "$(columns reason <<<"$output" | tr '\n' ' ')" = ' empty-ref  missing ' ]
	printf '{"ref":"%s","event":"note","note":"a 4111111111111111 b"}' $R1 >in
	run --separate-stderr order-update <in
	[ "$status" -eq 1 ]
	[[ $output == *'"reason":"card-number"'* && $output != *4111111111111111* ]]
	run order-update --dry-run $R1 note --note x
	[ "$status" -eq 0 ]
	[ "$(events)" = 'receive inquiry reply ' ]
}

@test "an inquiry by a channel that is not approved is refused, any other event is not" {
	good PO-1 >/dev/null
	run --separate-stderr order-update $R1 inquiry --note why --channel smoke
	[ "$status" -eq 1 ]
	[ "$stderr" = "order-update: $R1: channel: \"smoke\" is not an approved channel (see: order-load channels)" ]
	[ "$(column reason <<<"$output")" = channel-not-approved ]
	sql "UPDATE channels SET approved = 0 WHERE channel = 'phone'"
	run order-update $R1 inquiry --note why
	[ "$status" -eq 1 ]
	order-update -q $R1 inquiry --note why --channel fax
	order-update -q $R1 reply --note so
	[ "$(asked channel)" = fax ]
	[ "$(events)" = 'receive inquiry reply ' ]
}

@test "half a command is a usage error" {
	for args in "$R1" "$R1 note more" '--note x' "--channel= $R1 note"; do
		run order-update $args </dev/null
		[ "$status" -eq 64 ] || { echo "$args"; return 1; }
	done
}

@test "killed while a file of reports is taken in, and fed again" {
	for n in 1 2 3; do good PO-$n TAPE $n >/dev/null; done
	{
		echo ref,event,note,event_id
		for n in $(seq 6000); do echo "$R1,note,n,e-$n"; done
	} >in
	for ms in 005 015 030 050; do
		order-update -q <in & pid=$!
		sleep 0.$ms
		kill -KILL $pid 2>/dev/null || true
		wait $pid || true
	done
	order-update -q <in
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'note'")" -eq 6000 ]
	stays_true
}

@test "a feed of another kind is turned away at its header" {
	good PO-1 >/dev/null
	printf 'order,event\n%s,note\n' "$R1" >feed.csv
	run order-update -q <feed.csv
	[ "$status" -eq 65 ]
	[ "$output" = 'order-update: stdin:1: there is no column ref' ]
	printf 'ref,evnt\n%s,note\n' "$R1" >feed.csv
	run order-update -q <feed.csv
	[ "$status" -eq 65 ]
	[ "$output" = 'order-update: stdin:1: there is no column event' ]
	printf 'ref;event\n%s;note\n' "$R1" >feed.csv
	run order-update -q <feed.csv
	[ "$status" -eq 65 ]
	[ "$output" = 'order-update: stdin:1: there is no column ref (cells are separated by commas)' ]
	[ "$(events)" = 'receive ' ]
}

@test "a report that is refused says on which line it stands" {
	good PO-1 >/dev/null
	printf 'ref,event,note\r\n%s,note,x\r\n,note,x\r\n%s,shiped,x\r\n' \
		"$R1" "$R1" >feed.csv
	run order-update -q <feed.csv
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'order-update: stdin:3: ref: is blank' ]
	[ "${lines[1]}" = "order-update: stdin:4: $R1: shiped: is no event (did you mean shipped?)" ]
	[ "${#lines[@]}" -eq 2 ]
	[ "$(events)" = 'receive note ' ]
}
