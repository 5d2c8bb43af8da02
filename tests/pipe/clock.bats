#!/usr/bin/env bats
# Wall time is only a label: nothing is ordered or told apart by it.

load lib

# The order of references is the order of numbers, whatever the clock said.
in_order() {
	[ "$(sql 'SELECT ref FROM orders ORDER BY id')" = \
		"$(sql "SELECT ref FROM v_events WHERE kind = 'receive' ORDER BY seq")" ]
}

@test "the clock goes back while orders come in: numbers go on" {
	company
	for day in 23 21 24 22; do
		pieces 5 "D$day" A-1 | ORDER_NOW=2026-11-${day}T09:00:00Z \
			order-receive -q
	done
	[ "$(sql 'SELECT group_concat(substr(external_ref, 1, 3))
		FROM orders WHERE id % 5 = 0')" = D23,D21,D24,D22 ]
	in_order
	sound 20
}

@test "the clock goes back while goods move: hand-offs go on, copies are told apart" {
	company
	mkdir drop copies
	pieces 3 PO A-1 >orders.csv
	main_line orders.csv >confirmed.csv
	ref=$(columns ref <confirmed.csv | head -1)
	ORDER_NOW=2026-11-26T09:00:00Z order-forward -q --to fulfilment \
		--pending --dir drop
	ORDER_NOW=2026-11-26T09:00:00Z order-backup -q copies
	ORDER_NOW=2026-11-25T09:00:00Z order-update -q "$ref" shipped
	ORDER_NOW=2026-11-24T09:00:00Z order-forward -q --to inventory --dir drop
	ORDER_NOW=2026-11-23T09:00:00Z order-backup -q --keep 1 copies
	[ "$(cd drop && echo *)" = "movements-00000004.csv $(sql "SELECT
		group_concat(file, ' ') FROM handoffs WHERE kind = 'pick'")" ]
	[ "$(echo copies/*)" = copies/orders-20261123T090000Z.db ]
	[ "$(sql "SELECT status FROM orders WHERE ref = '$ref'")" = completed ]
	[ "$(ORDER_NOW=2026-11-22T09:00:00Z order-archive --to old.db \
		--pending | wc -l)" -eq 1 ]
	in_order
	sound 3
}

@test "the system's clock runs through 2038 in the middle of a day" {
	faketime -f '@2038-01-19 03:14:05' order-init --version >/dev/null \
		2>&1 || skip "faketime does not work here"
	unset ORDER_NOW
	company
	orders 60 >orders.csv
	faketime -f '@2038-01-19 03:14:07 x50' order-receive -q orders.csv
	faketime -f '@2038-01-19 03:14:07 x50' order-verify --pending -q ||
		[ $? -eq 1 ]
	faketime -f '@2038-01-18 03:14:07 x50' order-check-stock --pending -q
	faketime -f '@2038-01-19 03:14:07 x50' order-ack --due -q
	[ "$(sql "SELECT count(*) FROM v_orders WHERE status = 'confirmed'
		AND received_at LIKE '2038-01-19T%'
		AND ack_due_at LIKE '2038-01-20T%'
		AND delivery_on > '2038-01-19'")" -eq 57 ]
	sound 60
}

@test "far from now: 2040, 2100, and a leap day" {
	company
	while read -r now due; do
		pieces 1 "$now" A-1 | ORDER_NOW=$now order-receive >out.csv
		[ "$(column ack_due_at <out.csv)" = "$due" ]
		ORDER_NOW=$now order-verify <out.csv |
			ORDER_NOW=$now order-check-stock |
			ORDER_NOW=$now order-ack --queue-only >ack.csv 2>err ||
			grep "past its deadline" err	# those of other times
		[[ "$(column delivery_on <ack.csv)" > "${now%T*}" ]]
	done <<-'END'
	2038-01-19T03:14:08Z 2038-01-20T03:14:08Z
	2040-02-28T12:00:00Z 2040-02-29T12:00:00Z
	2100-02-28T12:00:00Z 2100-03-01T12:00:00Z
	1999-12-31T12:00:00Z 2000-01-01T12:00:00Z
	END
	in_order
	sound 4
}

@test "the zone of the machine changes nothing, not even between steps" {
	company
	order-config -q timezone=Europe/Berlin
	orders 30 >orders.csv
	cp orders.db whole
	for zone in UTC Pacific/Kiritimati America/St_Johns ":none" ""; do
		rm orders.db*
		cp whole orders.db
		TZ=UTC order-receive orders.csv | TZ=$zone order-verify |
			TZ=Asia/Kathmandu order-check-stock |
			TZ=$zone order-ack --queue-only >out.csv || [ $? -eq 1 ]
		[ -s first.csv ] || cp out.csv first.csv
		cmp out.csv first.csv
	done
	[ "$(columns delivery_on <first.csv | sort -u | tail -1)" = 2026-11-27 ]
}

@test "the hour that comes twice: deadlines stay 24 hours away" {
	company
	order-config -q timezone=Europe/Berlin
	for now in 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z; do
		pieces 1 "$now" A-1 | ORDER_NOW=$now order-receive >out.csv
		[ "$(column ack_due_at <out.csv)" = "${now/-25T/-26T}" ]
	done
	sound 2
}

# One order in, one answer out: say COLUMNS; the answer is in $answer.
say() {
	echo "{$1,\"channel\":\"email\",\"lines\":[{\"sku\":\"A-1\",\"quantity\":1}]}" >&8
	read -r answer <&9
}

@test "a stream that lasts for days: each order has the time it came" {
	library=$(echo /usr/lib/*/faketime/libfaketime.so.1)
	[ -e "$library" ] && LD_PRELOAD=$library order-init --version \
		>/dev/null 2>&1 || skip "faketime does not work here"
	unset ORDER_NOW
	company
	mkfifo in out
	echo '@2026-11-23 09:00:00' >clock
	env LD_PRELOAD="$library" FAKETIME_TIMESTAMP_FILE="$PWD/clock" \
		FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1 \
		order-receive <in >out 3>&- &
	exec 8>in 9<out
	say '"external_ref":"PO-1"'
	[[ $answer == *'"received_at":"2026-11-23T'* ]]
	echo '@2026-11-25 10:00:00' >clock
	say '"external_ref":"PO-2"'
	[[ $answer == *'"received_at":"2026-11-25T'* ]]
	say '"external_ref":"PO-3","received_at":"2026-11-25T09:50:00Z"'
	[[ $answer == *'"result":"ok"'* ]]
	exec 8>&- 9<&-
	wait $!
}
