#!/usr/bin/env bats
# Every figure is counted anew from the public views, by other SQL.

load ../helper

HERE=$BATS_TEST_DIRNAME

# agrees FROM TO: the figures of the period and the count of the views
agrees() {
	local zone hours days
	zone=$(setting timezone) hours=$(setting ack_hours) days=$(setting review_days)
	order-report --from "$1" --to "$2" -o csv >figures.csv || [ $? -eq 1 ]
	python3 "$HERE/report_figures.py" orders.db "$1" "$2" "$zone" \
		"$ORDER_NOW" "$hours" "$days" <figures.csv
}

setting() {
	order-config -o csv "$1" | sed -n '2s/^[^,]*,//p'
}

@test "a year of orders, in UTC, at both ends of the world, by changed limits" {
	export ORDER_NOW=2026-11-23T12:00:00Z
	order-config -q company_name=Acme
	python3 "$HERE/report_world.py" orders.db 1500 1 2026-11-23
	agrees 2025-11-24 2026-11-23
	order-config -q timezone=Europe/Berlin
	agrees 2025-11-24 2026-11-23
	order-config -q timezone=Pacific/Auckland ack_hours=5 review_days=199
	agrees 2025-11-24 2026-11-23
	grep -q '^record,review_overdue,,,1,' figures.csv
}

@test "short periods, days of 23 and 25 hours, one order, none" {
	export ORDER_NOW=2026-11-23T12:00:00Z
	order-config -q timezone=Europe/Berlin
	python3 "$HERE/report_world.py" orders.db 3000 2 2026-11-23
	for period in '2026-03-29 2026-03-29' '2026-10-25 2026-10-25' \
		'2026-11-01 2026-11-23' '2025-12-31 2026-01-01' \
		'2026-11-23 2026-11-23' '1990-01-01 1990-12-31' \
		'2026-11-24 2026-12-24'; do
		# shellcheck disable=SC2086
		agrees $period || { echo "$period"; return 1; }
	done
	sqlite3 orders.db 'delete from orders where id > 1'
	day=$(sqlite3 orders.db "select substr(received_at, 1, 10) from v_orders")
	agrees "$day" "$(date -ud "$day + 1 day" +%F)"
	grep -q '^orders,orders,,,1,' figures.csv
}

@test "nothing at all" {
	agrees 2025-11-24 2026-11-23
}

@test "the day of the example company, by the tools themselves" {
	cp "$HERE"/../../examples/company/* "$HERE"/../../examples/day/* .
	order-config -q <policy.txt
	order-config -q "mail_command=maildir:$PWD/mail"
	for kind in channels customers items prices aliases stock supply \
		substitutes holidays transit blocklist; do
		order-load -q $kind $kind.csv
	done
	for file in email.csv portal.json phone.csv email-2.csv; do
		order-receive --channel phone $file 2>/dev/null | order-verify |
			order-check-stock | order-ack -q || true
	done
	export ORDER_NOW=2026-11-24T10:00:00Z
	order-ack --due -q || true
	for ref in $(order-status --held price | cut -d, -f1 | sed 1d); do
		order-resolve -q "$ref" price waived || true
	done
	agrees 2026-11-01 2026-11-30
}
