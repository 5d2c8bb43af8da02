#!/usr/bin/env bats
# order-status: which orders, what of them, what is open

load ../helper

sql() {
	sqlite3 orders.db "$1"
}

# receive ROW...: orders of the columns below
receive() {
	printf '%s\n' external_ref,channel,received_at,customer,email,sku,quantity,unit_price \
		"$@" | order-receive -q
}

# The references that a question finds, as their numbers: 1 2 3
found() {
	order-status "$@" | columns ref | sed 's/^SO-0*//; s/-.$//' | tr '\n' ' '
}

three() {
	receive PO-1,email,2026-11-21T08:00:00Z,C-1,ann@example.org,BOX,2,1.50 \
		PO-2,phone,2026-11-22T12:00:00Z,c-2,bob@example.org,TAPE,1,2 \
		PO-3,email,2026-11-23T08:00:00Z,C-1,Ann@Example.org,box,3,1.50
}

hold() {	# hold ORDER HOLD REASON
	sql "INSERT INTO holds (order_id, hold, reason, opened_at)
		VALUES ($1, '$2', '${3:-}', 1795424400)"
}

@test "every order, with the columns of the stream and the result ok" {
	three
	run --separate-stderr order-status --all
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[1]}" = "SO-00000001-1,PO-1,email,C-1,,received,,unchecked,none,none,2026-11-21T08:00:00Z,2026-11-22T08:00:00Z,,,EUR,3.00,1,ok," ]
	[ "$stderr" = '' ]
}

@test "no orders: the header alone" {
	run order-status --all
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == ref,external_ref,* ]]
	run order-status --all --lines
	[[ "$output" == ref,line,sku,* ]]
	[ "${#lines[@]}" -eq 1 ]
	run order-status --all -o json
	[ "$output" = '' ]
}

@test "a word is a reference, a key, a customer or an address" {
	three
	[ "$(found SO-00000002-0)" = '2 ' ]
	[ "$(found so000000020)" = '2 ' ]
	[ "$(found PO-3)" = '3 ' ]
	[ "$(found c-1)" = '1 3 ' ]
	[ "$(found C-2)" = '2 ' ]
	[ "$(found ANN@example.org)" = '1 3 ' ]
	[ "$(found PO-3 SO-00000001-1)" = '3 1 ' ]
}

@test "numbers and addresses are found whatever script or width they have" {
	receive 'X1,email,,Ｃ－９,,A,1,1' 'X2,email,,Müller 7,,A,1,1' \
		'X3,email,,МОСКВА,,A,1,1'
	[ "$(found c-9)" = '1 ' ]
	[ "$(found 'muller  7')" = '2 ' ]
	[ "$(found --customer москва)" = '3 ' ]
}

@test "an address on file finds the customer's orders" {
	receive X1,email,,77,,A,1,1
	printf 'customer,name,email\n77,Ann,ann@example.org\n' |
		order-load -q customers
	sql "UPDATE orders SET account = '77'"
	[ "$(found ann@example.org)" = '1 ' ]
}

@test "an unknown word is told and the others are shown" {
	three
	run --separate-stderr order-status PO-1 nobody SO-00000002-0
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 3 ]
	[ "$stderr" = 'order-status: nobody: there is no such order, key, customer or address' ]
	run --separate-stderr order-status SO-00000002-1
	[ "$stderr" = 'order-status: SO-00000002-1: there is no such order, key, customer or address (the check digit does not fit: a digit is wrong)' ]
	run --separate-stderr order-status $'\xff\e[31m'
	[ "$status" -eq 1 ]
	[[ "$stderr" != *$'\e'* ]]
}

@test "a reference with a wrong check digit is no order" {
	three
	run order-status SO-00000002-1
	[ "$status" -eq 1 ]
}

@test "options choose: different ones must hold, repeated ones are alternatives" {
	three
	sql "UPDATE orders SET status = 'verified' WHERE id = 2;
		UPDATE orders SET status = 'confirmed', ack = 'accepted',
			ack_revision = 1, stock_revision = 1 WHERE id = 3"
	hold 1 price; hold 1 address; hold 2 credit
	[ "$(found --all)" = '1 2 3 ' ]
	[ "$(found --status received)" = '1 ' ]
	[ "$(found --status verified --status received)" = '1 2 ' ]
	[ "$(found --status confirmed)" = '3 ' ]
	[ "$(found --status received --channel phone)" = '' ]
	[ "$(found --channel email --customer C-1)" = '1 3 ' ]
	[ "$(found --held price)" = '1 ' ]
	[ "$(found --held price --held credit)" = '1 2 ' ]
	[ "$(found --held any --channel phone)" = '2 ' ]
	[ "$(found --sku BOX)" = '1 3 ' ]
	[ "$(found --sku '')" = '' ]
	[ "$(found --ack none)" = '1 2 ' ]
	[ "$(found --ack accepted)" = '3 ' ]
	[ "$(found --stock none)" = '3 ' ]
	[ "$(found --external-ref PO-2 --external-ref PO-1)" = '1 2 ' ]
	[ "$(found --all --status verified)" = '2 ' ]
}

@test "a wrong name is a usage error with the names and the nearest" {
	run order-status --status recieved
	[ "$status" -eq 64 ]
	[ "${lines[0]}" = 'order-status: --status: "recieved" is none of received, verified, confirmed, released, completed, rejected and cancelled (did you mean received?)' ]
	for wrong in '--held pric' '--stock ful' '--ack stal' '--since 7x' \
		'--until 2026-02-30' '--held'; do
		run order-status $wrong
		[ "$status" -eq 64 ]
	done
}

@test "since and until are half-open, in the company's days" {
	three
	[ "$(found --since 2026-11-22T12:00:00Z)" = '2 3 ' ]
	[ "$(found --until 2026-11-22T12:00:00Z)" = '1 ' ]
	[ "$(found --since today)" = '3 ' ]
	[ "$(found --since yesterday --until today)" = '2 ' ]
	[ "$(found --since 2d --until 1d)" = '1 ' ]
	run order-status --since today --until today
	[ "$status" -eq 64 ]
	[[ ${lines[0]} == *'--until: is not after --since'* ]]
	[ "$(found --since 2026-11-22)" = '2 3 ' ]
	order-config -q timezone=Asia/Tokyo
	receive PO-4,email,2026-11-22T15:00:00Z,,,A,1,1 \
		PO-5,email,2026-11-22T14:59:59Z,,,A,1,1
	[ "$(found --since today)" = '3 4 ' ]
	[ "$(found --since yesterday --since today)" = '2 3 4 5 ' ]
}

@test "due and overdue answers, the most urgent first" {
	three
	[ "$(found --overdue)" = '1 ' ]
	[ "$(found --due)" = '1 2 ' ]
	[ "$(found --due --channel phone)" = '2 ' ]
	[ "$(found --due --overdue)" = '1 ' ]
	sql "UPDATE orders SET ack_due_at = 1795424400 WHERE id = 3"
	[ "$(found --overdue)" = '1 ' ]
	sql "UPDATE orders SET ack_due_at = 1795424399 WHERE id = 3;
		UPDATE orders SET ack_due_at = 1 WHERE id = 2"
	[ "$(found --overdue)" = '2 1 3 ' ]
	sql "UPDATE orders SET answered_at = 1 WHERE id = 1;
		UPDATE orders SET status = 'cancelled' WHERE id = 2"
	[ "$(found --overdue)" = '3 ' ]
}

@test "records on stdin are brought up to date and keep their own columns" {
	three
	sql "UPDATE orders SET status = 'verified' WHERE id = 2"
	run --separate-stderr order-status <<-END
	mine,ref,status
	a,so000000020,received
	END
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == mine,ref,status,external_ref,* ]]
	[[ "${lines[1]}" == a,SO-00000002-0,verified,PO-2,*,unchanged, ]]
	run --separate-stderr order-status <<-END
	{"ref":"SO-00000001-1","n":1.50}
	{"ref":"SO-00000009-5"}
	{"ref":""}
	END
	[ "$status" -eq 1 ]
	[[ "${lines[0]}" == '{"ref":"SO-00000001-1","n":1.50,"external_ref":"PO-1",'* ]]
	[[ "${lines[1]}" == *'"result":"refused","reason":"no-such-order"}' ]]
	[[ "${lines[2]}" == *'"result":"refused","reason":"empty-ref"}' ]]
	[[ "$stderr" == *'SO-00000009-5: there is no such order'* ]]
}

@test "stdin is never read when orders are chosen, nor by cron" {
	three
	exec 9<>"$TEST_DIR/nothing"
	run order-status PO-1 <&9
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	run order-status --all <&-
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
	for alone in --counts --attention --rejects --states; do
		run order-status $alone </dev/null
		[ "$status" -le 1 ]
	done
	run order-status </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = '' ]
}

@test "what excludes each other is a usage error" {
	for both in '--all PO-1' '--lines --full' '--counts PO-1' '--dot' \
		'--attention --all' '--rejects --counts' '--full --all -o csv'; do
		run order-status $both </dev/null
		[ "$status" -eq 64 ]
	done
}

@test "lines: one record each, the line a number" {
	printf '%s\n' external_ref,channel,currency,sku,description,quantity,unit,unit_price \
		'PO-1,email,EUR,BOX,"a, b",2.5,EA,1.5' ,,,TAPE,,1,RL,0.125 ,,,FREE,,1,, |
		order-receive -q
	sql "UPDATE lines SET allocated = 1500, backordered = 1000,
		backorder_on = '2026-12-01' WHERE line = 1"
	run order-status --lines PO-1
	[ "${lines[0]}" = ref,line,sku,item,description,quantity,unit,unit_price,amount,currency,allocated,backordered,shipped,cancelled,rejected,backorder_on,promised_on,substituted,instead_of ]
	[ "${lines[1]}" = 'SO-00000001-1,1,BOX,BOX,"a, b",2.5,EA,1.50,3.75,EUR,1.5,1,0,0,0,2026-12-01,,0,0' ]
	[ "${lines[2]}" = 'SO-00000001-1,2,TAPE,TAPE,,1,RL,0.125,0.13,EUR,0,0,0,0,0,,,0,0' ]
	[ "${lines[3]}" = 'SO-00000001-1,3,FREE,FREE,,1,,,,EUR,0,0,0,0,0,,,0,0' ]
	run order-status --lines PO-1 -o json
	[[ "${lines[0]}" == '{"ref":"SO-00000001-1","line":1,"sku":"BOX",'*'"quantity":"2.5",'* ]]
	run order-status --lines <<<$'ref\nSO-00000001-1'
	[ "${#lines[@]}" -eq 4 ]
	run order-status --lines <<<ref
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == ref,line,sku,* ]]
}

@test "the history of the chosen orders" {
	three
	run order-status --history --customer C-1
	[ "${lines[0]}" = seq,at,ref,kind,actor,tool,detail ]
	[[ "${lines[1]}" == 1,2026-11-23T09:00:00Z,SO-00000001-1,receive,tester,order-receive* ]]
	[[ "${lines[2]}" == 3,*,SO-00000003-8,receive,* ]]
	order-status --history PO-1 -o json | python3 -c '
import json, sys
e = json.loads(sys.stdin.readline())
assert e["seq"] == 1 and e["detail"]["source"] == "stdin", e'
}

@test "the whole order is one JSON document" {
	three
	hold 1 price 'a "reason"'
	sql "INSERT INTO findings VALUES (1, 1, 'price-list', 'hold', 'price', 1,
		'unit_price', '1.50', 'differs', 0)"
	sql "INSERT INTO messages (order_id, revision, kind, recipient, seq, state,
		language, document, queued_at, next_try_at) VALUES (1, 1, 'clarify',
		'ann@example.org', 1, 'queued', 'en', '{}', 1795424400, 0)"
	order-status --full SO-00000001-1 | python3 -c '
import json, sys
docs = [json.loads(l) for l in sys.stdin]
assert len(docs) == 1
d = docs[0]
assert d["ref"] == "SO-00000001-1" and d["revision"] == 1
assert d["held"] == "price" and d["email"] == "ann@example.org"
assert d["lines"][0]["line"] == 1 and d["lines"][0]["amount"] == "3.00"
assert d["holds"][0]["reason"] == "a \"reason\""
assert d["findings"][0]["waived"] is False
assert d["messages"][0]["kind"] == "clarify"
assert d["events"][0]["detail"]["source"] == "stdin"'
	order-status --full --all | order-status | grep -c '"result":"unchanged"' | grep -qx 3
}

@test "counts: orders, holds, answers, messages, rejects" {
	three
	hold 1 price; hold 2 price; hold 2 date
	sql "INSERT INTO messages (order_id, revision, kind, recipient, seq, state,
		language, document, queued_at, next_try_at) VALUES (1, 1, 'receipt', '', 1,
		'by-hand', 'en', '{}', 1795413600, 0)"
	order_csv B BOX zwei | order-receive -q 2>/dev/null || true
	run order-status --counts
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = what,name,count,oldest ]
	for row in 'orders,received,3,2 d 1 h' 'orders,cancelled,0,' hold,price,2,now \
		hold,date,1,now 'ack,due,1,21 h' 'ack,overdue,1,2 d 1 h' \
		'message,by-hand,1,3 h' 'message,queued,0,' reject,open,1,now; do
		printf '%s\n' "${lines[@]}" | grep -qxF "$row"
	done
}

@test "states: the lifecycle from one table, and as a drawing" {
	run order-status --states
	[ "${lines[0]}" = from,event,to,guards ]
	[[ "${lines[1]}" == -,receive,received,* ]]
	order-status --states | python3 -c '
import csv, sys
known = set("received verified confirmed released completed rejected cancelled".split())
for r in csv.DictReader(sys.stdin):
	assert r["from"] == "-" or set(r["from"].split(", ")) <= known, r
	assert r["to"] in known | {"same", "archived"}, r
	assert r["event"] and r["guards"], r'
	run order-status --states --dot
	[ "${lines[0]}" = 'digraph order {' ]
	[[ "$output" == *'"confirmed" -> "released" [label="forward"];'* ]]
	[ "${lines[-1]}" = '}' ]
}

@test "attention: all that is open, with the command that deals with it" {
	three
	hold 3 price why; hold 3 consent
	sql "INSERT INTO findings VALUES (3, 1, 'price-list', 'hold', 'price', 1,
		'unit_price', '1.50', 'differs', 0)"
	for state in dead by-hand failed queued sent; do
		sql "INSERT INTO messages (order_id, revision, kind, recipient, seq,
			state, language, document, queued_at, next_try_at, error)
			VALUES (3, 1, 'receipt', 'r-$state', 1, '$state', 'en', '{}',
			1795420800, 0, 'no route')"
	done
	order_csv B BOX zwei | order-receive -q 2>/dev/null || true
	run --separate-stderr order-status --attention
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = what,ref,age,since,due_at,detail,command ]
	[ "${lines[1]}" = 'ack-overdue,SO-00000001-1,2 d 1 h,2026-11-21T08:00:00Z,2026-11-22T08:00:00Z,overdue by 1 d 1 h,order-ack SO-00000001-1' ]
	[[ "${lines[2]}" == ack-due,SO-00000002-0,*,'due in 3 h,order-ack SO-00000002-0' ]]
	[[ "${lines[3]}" == hold,*,price:\ why,'order-resolve SO-00000003-8 price accepted' ]]
	[[ "${lines[4]}" == consent,SO-00000003-8,*,consent,'order-resolve SO-00000003-8 consent accepted' ]]
	[[ "${lines[5]}" == message-dead,*'receipt to r-dead: no route,order-notify --retry 1' ]]
	[[ "${lines[6]}" == message-by-hand,*,'order-notify --told 2' ]]
	[[ "${lines[7]}" == message-failed,*,order-notify ]]
	[[ "${lines[8]}" == reject,,now,*,'order-resolve --reject 1 dismiss' ]]
	[ "${#lines[@]}" -eq 9 ]
}

@test "attention: the status is 0 while nothing is overdue" {
	receive PO-3,email,2026-11-22T10:00:00Z,C-1,,BOX,3,1.50
	hold 1 price
	run order-status --attention
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
	sql "UPDATE orders SET ack = 'accepted', ack_revision = 1"
	run order-status --attention
	[[ "${lines[1]}" == ack-due,*,order-notify ]]
}

@test "many orders come once each, in order, in little memory" {
	seq 1 1234 | sed 's/.*/K&,email,A,1/;1i external_ref,channel,sku,quantity' |
		order-receive -q
	order-status --all | columns external_ref >all
	diff all <(seq 1 1234 | sed 's/^/K/')
	order-status --due --overdue --status received | wc -l | grep -qx 1
	sql "UPDATE orders SET ack_due_at = 1000 - id / 700"
	order-status --overdue | columns external_ref >late
	diff late <({ seq 700 1234; seq 1 699; } | sed 's/^/K/')
	sql "INSERT INTO holds (order_id, hold, opened_at)
		SELECT id, 'price', 1 FROM orders UNION ALL
		SELECT id, 'date', 1 FROM orders"
	order-status --held price --held date | columns external_ref | diff all -
	order-status --attention -o json | grep -c '"what":"hold"' | grep -qx 2468
}

@test "no transaction is open while it prints" {
	seq 1 2000 | sed 's/.*/K&,email,A,1/;1i external_ref,channel,sku,quantity' |
		order-receive -q
	mkfifo out
	order-status --all >out &
	exec 8<out
	read -r _ <&8
	sql "UPDATE orders SET customer_name = 'x' WHERE id = 1"
	# It may still be reading a page when we look; blocked on the pipe with
	# a transaction open, it would never let go.
	tries=0
	until [[ "$(sql 'PRAGMA wal_checkpoint(TRUNCATE)')" == 0* ]]; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ]
	done
	[ "$(cat <&8 | wc -l)" -eq 2000 ]
	wait
}

@test "a reader that goes away, and a full disk" {
	three
	seq 1 3000 | sed 's/.*/K&,email,A,1/;1i external_ref,channel,sku,quantity' |
		order-receive -q
	run bash -c 'order-status --all | head -1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ "${#lines[@]}" -eq 1 ]
	for what in --all --counts --attention --states '--states --dot' \
		'PO-1 -o table' '--all --full'; do
		run bash -c "order-status $what >/dev/full"
		[ "$status" -eq 74 ]
	done
}

@test "it changes nothing, and works where nothing may be changed" {
	three
	before=$(sql .dump | cksum)
	order-status --all >/dev/null
	order-status --attention >/dev/null || true
	[ "$(sql .dump | cksum)" = "$before" ]
	run order-status --all -n
	[ "$status" -eq 64 ]
	run order-status -d nowhere.db --all
	[ "$status" -eq 78 ]
}
