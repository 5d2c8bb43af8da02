#!/usr/bin/env bats
# An order that was changed is verified, asked about and answered anew

load ../helper
load ../company
load ack
load verify
load amend

# What the acknowledgment of that revision says changed, as JSON: told REVISION
told() {
	sql "SELECT document FROM messages WHERE kind = 'acknowledgment'
		AND revision = $1" >d
	json 'd.get("since_revision"), d.get("changes"), [k for k in d if k.startswith("changed_")]' <d
}

# next COLUMNS ROW...: changed, verified, checked and acknowledged
next() {
	amend "$@" | order-verify | order-check-stock | order-ack -q
}

# ---- holds and answers ----

@test "holds of rules are judged anew, with a question about what is wrong now" {
	ready unit_price,$A 1.50,PO-1,C-1,1,TAPE,10 || true
	[ "$(sql 'SELECT held FROM v_orders')" = price ]
	run amend unit_price,$A 2.00,PO-1,C-1,1,ROPE,10
	[ "$(cells held <<<"$output")" = price ]
	[ "$(found)" = '' ]
	order-verify -q $R1 || true
	[ "$(sql 'SELECT held FROM v_orders')" = item ]
	[ "$(sql 'SELECT revision, kind, state FROM messages' | paste -sd' ')" = \
		'1|clarify|cancelled 2|clarify|queued' ]
	next $A PO-1,C-1,1,TAPE,10
	order_is $R1 confirmed accepted
	[ "$(sql "SELECT state FROM messages WHERE kind = 'clarify'" | paste -sd' ')" = \
		'cancelled cancelled' ]
	audited
}

@test "an answer about a line holds while that line is as it was" {
	ready unit_price,$A 1.50,PO-1,C-1,1,TAPE,10 1.50,PO-1,C-1,2,TAPE,5 || true
	order-resolve -q $R1 price accepted
	[ "$(sql 'SELECT status, total FROM v_orders')" = 'verified|30.00' ]
	# what they pay is no change of theirs, though it is not what they wrote
	amend unit_price,$A 1.50,PO-1,C-1,1,TAPE,10 1.50,PO-1,C-1,2,TAPE,6 >out
	[ "$(sql 'SELECT unit_price, was_price FROM lines' | paste -sd' ')" = \
		'2000000|1500000 1500000|' ]
	order-verify -q $R1 || true
	[ "$(found)" = 'price-list|unit_price|1.50|differs' ]
	[ "$(sql "SELECT line FROM findings WHERE severity = 'hold' AND waived = 0")" = 2 ]
	audited
}

@test "answers about the order as a whole end with what they were given for" {
	ready $A PO-1,LIMIT,1,TAPE,40 || true
	order-resolve -q $R1 credit waived --note 'the boss'
	[ "$(sql 'SELECT held FROM v_orders')" = '' ]
	amend instructions,$A 'at the gate',PO-1,LIMIT,1,TAPE,40 | order-verify -q || true
	[ "$(sql 'SELECT held FROM v_orders')" = credit ]
}

@test "another customer or currency: prices are looked up anew for every line" {
	printf 'sku,currency,customer,unit_price\nTAPE,EUR,FIRST,1.80\nTAPE,USD,,2.20\n' |
		order-load -q prices
	acked $A PO-1,C-1,1,TAPE,10
	[ "$(sql 'SELECT total FROM v_orders')" = 20.00 ]
	next $A PO-1,FIRST,1,TAPE,10
	[ "$(sql 'SELECT total, account FROM v_orders')" = '18.00|FIRST' ]
	amend currency,$A USD,PO-1,FIRST,1,TAPE,10 | order-verify -q || true
	[ "$(sql 'SELECT total, currency FROM v_orders')" = '22.00|USD' ]
	audited
}

@test "a price that was acknowledged stays for a line that is as it was" {
	acked $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,1
	printf 'sku,unit_price,currency\nTAPE,2.50,EUR\nGLUE,4.00,EUR\n' | order-load -q items
	next $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,2
	[ "$(sql 'SELECT unit_price FROM v_lines ORDER BY line' | paste -sd' ')" = '2.00 4.00' ]
	audited
}

@test "an order that was accepted is not rejected by a rule, it is held" {
	acked $A PO-1,C-1,1,TAPE,10
	order-config -q rule.item-known=reject
	run order-verify < <(amend $A PO-1,C-1,1,ROPE,10)
	[ "$status" -eq 1 ]
	[ "$(cells held <<<"$output")" = item ]
	[ "$(allocated TAPE)" = 0 ]
	audited
}

# ---- messages of before ----

@test "an acknowledgment nobody has yet is overtaken, one at the mailer is not" {
	checked $A PO-1,C-1,1,TAPE,10 PO-2,C-1,1,TAPE,11 PO-3,QUIET,1,TAPE,12
	order-ack -q --queue-only --due
	order-config -q rule.duplicate=off
	# the mailer had the second one and said: later
	mailer 'exit 75'
	sql "UPDATE messages SET state = 'dead' WHERE id = 1"
	order-notify -q
	sql "UPDATE messages SET state = 'queued' WHERE id = 1"
	[ "$(sql 'SELECT state FROM messages' | paste -sd' ')" = 'queued failed by-hand' ]
	amend $A PO-1,C-1,1,TAPE,9 PO-2,C-1,1,TAPE,9.5 PO-3,QUIET,1,TAPE,9.6 >/dev/null
	[ "$(sql 'SELECT state FROM messages' | paste -sd' ')" = 'cancelled failed cancelled' ]
	mailer 'exit 0'
	order-verify -q --pending && order-check-stock -q --pending
	at 2026-11-23T09:05:00Z -q --due
	[ "$(sql 'SELECT ref, revision, state FROM v_messages' | paste -sd' ')" = \
"$R1|1|cancelled $R2|1|sent $R3|1|cancelled $R1|2|sent $R2|2|sent $R3|2|by-hand" ]
	audited
}

# ---- the clock ----

@test "an order nobody answered keeps its deadline" {
	receive received_at,$A 2026-11-23T02:00:00Z,PO-1,C-1,1,TAPE,10 >/dev/null
	run amend received_at,$A 2026-11-23T08:00:00Z,PO-1,C-1,1,TAPE,9
	[ "$(cells ack_due_at <<<"$output")" = 2026-11-24T02:00:00Z ]
	[ "$(cells received_at <<<"$output")" = 2026-11-23T02:00:00Z ]
}

@test "one that was answered gets a new deadline from when its change came" {
	checked received_at,$A 2026-11-22T12:00:00Z,PO-1,C-1,1,TAPE,10
	order-ack -q --due
	export ORDER_NOW=2026-11-25T09:00:00Z
	run --separate-stderr amend received_at,$A 2026-11-25T07:00:00Z,PO-1,C-1,1,TAPE,9
	[ "$(cells ack_due_at <<<"$output")" = 2026-11-26T07:00:00Z ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = '' ]
	# changed again before it is answered: that deadline stays
	run --separate-stderr amend $A PO-1,C-1,1,TAPE,8
	[ "$(cells ack_due_at <<<"$output")" = 2026-11-26T07:00:00Z ]
	order-verify -q $R1 && order-check-stock -q $R1
	order-ack -q --due
	[ "$(sql 'SELECT answered_at FROM v_orders')" = 2026-11-25T09:00:00Z ]
	audited
}

@test "an export that repeats the day of the order means the change came now" {
	checked received_at,$A 2026-11-20T12:00:00Z,PO-1,C-1,1,TAPE,10
	order-ack -q --due
	run --separate-stderr amend received_at,$A 2026-11-20T12:00:00Z,PO-1,C-1,1,TAPE,9
	[ "$(cells ack_due_at <<<"$output")" = 2026-11-24T09:00:00Z ]
	[ "$(cells received_at <<<"$output")" = 2026-11-20T12:00:00Z ]
}

@test "what was sent about the revision of before does not stop the clock" {
	mailer 'exit 75'
	checked $A PO-1,C-1,1,TAPE,10
	order-ack -q --due
	amend $A PO-1,C-1,1,TAPE,9 >/dev/null
	mailer 'exit 0'
	ORDER_NOW=2026-11-23T10:00:00Z order-notify -q
	[ "$(sql 'SELECT revision, state FROM messages')" = '1|sent' ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = '' ]
	run at 2026-11-24T09:00:01Z --due
	[ "$status" -eq 1 ]
}

@test "a changed order that waits gets a notice near its deadline, by --due" {
	acked $A PO-1,C-1,1,TAPE,10
	order-notify -q
	amend $A PO-1,C-1,1,ROPE,10 | order-verify -q || true
	run at 2026-11-24T04:59:59Z --due
	[ -z "$(cells ref <<<"$output")" ]
	[ "$(ORDER_NOW=2026-11-24T06:00:00Z order-status --attention -o csv |
		grep ack-due | cells command)" = '' ]
	ORDER_NOW=2026-11-24T06:00:00Z order-status --attention -o csv |
		grep -q "^ack-due,$R1,.*,order-ack $R1\$"
	run at 2026-11-24T06:00:00Z --due
	[ "$(cells ack <<<"$output")" = received ]
	[ "$(sql 'SELECT revision, kind, state FROM messages ORDER BY id DESC LIMIT 1')" = \
		'2|receipt|sent' ]
	run at 2026-11-24T07:00:00Z --due
	[ -z "$(cells ref <<<"$output")" ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = 2026-11-24T06:00:00Z ]
	audited
}

# ---- what the customer is told ----

@test "the next acknowledgment says what changed, in text, HTML and JSON" {
	next ship_city,$A Berlin,PO-1,C-1,1,TAPE,10 ,PO-1,C-1,2,GLUE,4 \
		,PO-1,C-1,3,FILM,1 ,PO-1,C-1,4,TAPE,1
	order_is $R1 confirmed accepted
	rm -r mail
	next ship_city,unit_price,$A Bonn,,PO-1,C-1,1,TAPE,8 ,,PO-1,C-1,2,TAPE,4 \
		,2.00,PO-1,C-1,4,TAPE,1 ,,PO-1,C-1,5,GLUE,2
	order_is $R1 confirmed accepted
	text >said
	sed -n '/^What you changed/,/^$/p' said >list
	diff list - <<-'END'
	What you changed since our last answer (revision 1)
	---------------------------------------------------
	- Line 1: quantity 8 instead of 10
	- Line 2: item TAPE instead of GLUE
	- Line 3: taken out (1 x FILM)
	- Line 4: price 2.00 instead of not given
	- Line 5: added, 2 x GLUE
	- Delivery address

	END
	order-notify --show 2 | python3 -c '
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(m.get_body(("html",)).get_content())' >html
	grep -q '<li>Line 3: taken out (1 &times; <b dir="auto">FILM</b>)</li>' html
	grep -q '<li>Line 1: quantity 8 instead of 10</li>' html
	grep -q '<li>Delivery address</li>' html
	order-ack --preview -o json $R1 |
		json 'd["since_revision"], d["changed_ship_to"], len(d["changes"])' >facts
	[ "$(cat facts)" = '(1, True, 5)' ]
	order-notify --lint
	audited
}

@test "the same in German" {
	next language,$A de,PO-1,C-1,1,TAPE,10 ,PO-1,C-1,2,GLUE,4
	rm -r mail
	next language,requested_on,$A de,2026-12-24,PO-1,C-1,1,TAPE,8
	text | sed -n '/^Was Sie/,/^$/p' >list
	diff list - <<-'END'
	Was Sie seit unserer letzten Antwort geändert haben (Fassung 1)
	---------------------------------------------------------------
	- Position 1: Menge 8 statt 10
	- Position 2: gestrichen (4 x GLUE)
	- Wunschtermin

	END
}

@test "changes add up over revisions; what was changed back is not told" {
	next $A PO-1,C-1,1,TAPE,10 PO-1,C-1,2,GLUE,4
	amend phone,$A 1,PO-1,C-1,1,TAPE,12 1,PO-1,C-1,2,GLUE,5 1,PO-1,C-1,3,FILM,1 >/dev/null
	next instructions,$A gate,PO-1,C-1,1,TAPE,15 gate,PO-1,C-1,2,GLUE,4
	[ "$(told 3)" = "(1, [{'line': 1, 'sku': 'TAPE', 'quantity': '15', 'was_quantity': '10'}], ['changed_instructions'])" ]
}

@test "what was accepted but never reached the customer is nothing to compare with" {
	acked $A PO-1,C-1,1,TAPE,10
	next $A PO-1,C-1,1,TAPE,9
	[ "$(told 2)" = '(None, None, [])' ]
	run ! grep -r 'What you changed' mail
}

@test "after a receipt notice the changes since that are told" {
	ready received_at,$A 2026-11-22T10:00:00Z,PO-1,C-1,1,ROPE,1 || true
	order-ack -q $R1 || true
	next $A PO-1,C-1,1,TAPE,1
	[ "$(told 2)" = "(1, [{'line': 1, 'sku': 'TAPE', 'was_sku': 'ROPE'}], [])" ]
	order_is $R1 confirmed accepted
}

@test "an order that was not changed is told of no changes" {
	next $A PO-1,C-1,1,TAPE,10
	[ "$(sql 'SELECT document FROM messages' | json '[k for k in d if "chang" in k or "amend" in k]')" = '[]' ]
}

@test "--preview shows the answer to come, not the one of before" {
	next $A PO-1,C-1,1,TAPE,10
	amend $A PO-1,C-1,1,TAPE,8 >/dev/null
	[ "$(order-ack --preview -o json $R1 | json 'd["code"], d["revision"]')" = "('AB', 2)" ]
	order-verify -q $R1 && order-check-stock -q $R1
	[ "$(order-ack --preview -o json $R1 | json 'd["code"], d["revision"]')" = "('AP', 2)" ]
}
