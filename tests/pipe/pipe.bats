#!/usr/bin/env bats
# The far end of a pipe may go away, be slow, or be one of many.

load lib

@test "order-receive | head -1 exits 141, and what it committed stays" {
	company
	orders 2000 >orders.csv
	set +e
	order-receive orders.csv 2>err | head -1 >out.csv
	status=("${PIPESTATUS[@]}")
	set -e
	[ "${status[0]}" -eq 141 ]
	[ ! -s err ]
	[ "$(norders)" -ge 500 ]
	order-receive orders.csv >again.csv
	[ "$(grep -c ',duplicate,$' again.csv)" -ge 500 ]
	[ "$(columns ref <again.csv | sort -u | wc -l)" -eq 2000 ]
	sound 2000
}

@test "a whole pipeline into head -1: a second run finishes the day" {
	company
	orders 1200 >orders.csv
	order-receive orders.csv | order-verify | order-check-stock |
		order-ack --queue-only | head -1 || true
	order-receive orders.csv | order-verify | order-check-stock |
		order-ack --queue-only >out.csv || [ $? -eq 1 ]
	[ "$(grep -c ,confirmed, out.csv)" -eq 1130 ]
	[ "$(sql "SELECT count(*) FROM orders WHERE status = 'confirmed'")" \
		-eq 1130 ]
	sound 1200
}

@test "orders that trickle in are answered one by one, without a timer" {
	company
	coproc order-receive -o json
	for i in 1 2 3; do
		echo '{"external_ref":"PO-'$i'","channel":"email",' >&"${COPROC[1]}"
		echo '"lines":[{"sku":"A-1","quantity":"1"}]}' >&"${COPROC[1]}"
		read -r -t 60 line <&"${COPROC[0]}"
		[[ $line == *'"external_ref":"PO-'$i'"'*'"result":"ok"'* ]]
		[ "$(norders)" -eq $i ]
	done
	pid=$COPROC_PID
	eval "exec ${COPROC[1]}>&-"
	wait "$pid"
}

@test "a producer that dies in mid-record: the torn order is not taken in" {
	company
	printf 'external_ref,channel,sku,quantity\n%s\n%s\n%s' PO-1,email,A-1,1 \
		PO-2,email,A-2,2 PO-3,email,A-3,12 | {
		run --separate-stderr order-receive
		[ "$status" -eq 65 ]
		[ "${#lines[@]}" -eq 2 ]
		[[ $stderr == "order-receive: stdin:4: "* ]]
	}
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1 ]
	printf '%s' '{"external_ref":"J-1","channel":"email",' \
		'"lines":[{"sku":"A-1","quantity":"1"}]}' \
		'{"external_ref":"J-2","channel":"email","lines":[{"sku":"A-' | {
		run --separate-stderr order-receive
		[ "$status" -eq 65 ]
		[ "${#lines[@]}" -eq 1 ]
	}
	[ "$(norders)" -eq 2 ]
	sound 2
}
