#!/usr/bin/env bats
# Every string through every column of every kind of master data.

load bad

@test "a row for each: all faults are told, the good rows go in as they are" {
	bad masters
}

@test "a changed value is found" {
	and_then order-load 'sqlite3 orders.db "UPDATE customers SET name
		= replace(name, char(97), char(98))"'
	FEW=2 caught 'recorded customers.name' masters
}

@test "a row that is not answered is found" {
	filtered order-load 'sed \$d'
	caught 'rows in and out' masters
}

@test "a refused file that changed something is found" {
	and_then order-load 'sqlite3 orders.db "UPDATE items SET unit = unit || 1"'
	caught 'items has changed' masters
}
