#!/usr/bin/env bats
# What goes in comes out: CSV and JSON through the store and back.

load bad

@test "generated orders through the store, printed, and fed again" {
	bad roundtrip
}

@test "a price that moved by a millionth is found" {
	and_then order-receive 'sqlite3 orders.db "UPDATE lines SET unit_price
		= unit_price + 1 WHERE order_id = 7 AND unit_price > 0 LIMIT 1"'
	COUNT=100 run bad roundtrip
	[ "$status" -ne 0 ]
}

@test "a blank that was dropped is found" {
	and_then order-receive 'sqlite3 orders.db "UPDATE orders SET instructions
		= replace(instructions, char(10), char(32))"'
	COUNT=100 run bad roundtrip
	[ "$status" -eq 1 ]
	[[ $output == *recorded\ \'instructions\'* ]]
}
