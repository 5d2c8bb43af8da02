#!/usr/bin/env bats
# Every string through every column of an order: recorded as given or kept as
# a reject, and nothing else is touched.

load bad

@test "CSV: an order or a kept reject, with its bytes, through every step" {
	bad fields csv
}

@test "JSON: the same" {
	bad fields json
}

@test "a lost record is found" {
	filtered order-receive 'sed 7d'
	caught 'orders in and records out differ' fields csv
}

@test "a lost reject is found" {
	and_then order-receive 'sqlite3 orders.db "DELETE FROM rejects WHERE id = 3"'
	caught 'kept rejects and refusals differ' fields csv
}

@test "a value that was changed is found" {
	and_then order-receive 'sqlite3 orders.db "UPDATE orders SET instructions
		= replace(instructions, char(97), char(98))"'
	caught "recorded 'instructions'" fields csv
}

@test "bytes that were changed are found" {
	and_then order-receive 'sqlite3 orders.db "UPDATE originals SET bytes
		= CAST(bytes || 0 AS BLOB) WHERE order_id = 9"'
	caught original fields json
}

@test "a value that became part of the schema, or of master data, is found" {
	and_then order-verify 'sqlite3 orders.db "CREATE TABLE x (y)"'
	caught 'the schema has changed' fields csv
	and_then order-check-stock 'sqlite3 orders.db "INSERT INTO blocklist VALUES
		('"'customer', 'a', 'a', ''"')"'
	caught 'blocklist has changed' fields csv
}

@test "a formula in a spreadsheet is found" {
	filtered order-status "sed \"s/'=/=/\""
	caught 'a formula in' fields csv
}

@test "a record that a later step drops is found" {
	filtered order-check-stock 'sed 5d'
	caught 'records through order-check-stock' fields csv
}
