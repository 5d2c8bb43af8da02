#!/usr/bin/env bats
# A store that contradicts itself, which no tool of ours can bring about:
# whoever meets it says so, ends with 70 and changes nothing.

load ../helper

setup_orders() {
	order-config -q rule.item-active=reject
	printf 'sku,description,unit,unit_price,currency\n%s\n%s\n' \
		A-1,Widget,EA,2,EUR B-1,Other,EA,3,EUR | order-load -q items
	printf 'customer,name,backorder_consent\nC-1,One,ask\n' |
		order-load -q customers
	printf 'sku,on_hand\nA-1,5\n' | order-load -q stock
	printf 'external_ref,channel,customer,sku,quantity\nPO-1,email,C-1,A-1,8\n' |
		order-receive -q
	order-verify -q --pending
	order-check-stock -q --pending || [ $? -eq 1 ]
}

# contradicts WORDS COMMAND...: it is said, and all stays as it is
contradicts() {
	local words=$1 was
	shift
	was=$(sqlite3 orders.db .dump | sha256sum)
	run --separate-stderr "$@"
	[ "$status" -eq 70 ]
	[[ $stderr == *"$words"* ]]
	[ "$(sqlite3 orders.db .dump | sha256sum)" = "$was" ]
}

@test "stock holds more for orders than their lines do" {
	setup_orders
	sqlite3 orders.db 'UPDATE lines SET allocated = 0, backordered = 0'
	printf 'sku,on_hand\nA-1,1\n' >count.csv
	contradicts 'item A-1: the count does not fit its allocations' \
		order-load stock count.csv
}

@test "lines hold more of an item than its stock knows of" {
	setup_orders
	sqlite3 orders.db 'UPDATE stock SET allocated = 0'
	printf 'sku,status\nA-1,discontinued\n' | order-load -q items
	contradicts 'item A-1: less is allocated than its orders hold' \
		order-resolve SO-00000001-1 consent accepted
}

@test "amounts of decimals that no currency has are damage: 74" {
	setup_orders
	for decimals in 77 5 -1; do
		sqlite3 orders.db "PRAGMA ignore_check_constraints=1;
			UPDATE orders SET exponent = $decimals"
		for command in 'status --all --full' 'status SO-00000001-1' \
			'ack --preview SO-00000001-1' \
			'verify SO-00000001-1' 'check-stock SO-00000001-1' \
			'resolve SO-00000001-1 consent accepted'; do
			# shellcheck disable=SC2086
			run --separate-stderr order-$command
			[ "$status" -eq 74 ]
			[[ $stderr == *"order SO-00000001-1 has amounts of $decimals decimals" ]]
		done
		run order-audit --check
		[ "$status" -eq 1 ] || [ "$status" -eq 74 ]
	done
}
