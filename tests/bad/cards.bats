#!/usr/bin/env bats
# Card numbers get into no file and onto no screen.

load bad

@test "by no way in: all are found, no file has one, nothing said shows one" {
	bad cards kept
}

@test "article, book and telephone numbers are none" {
	bad cards alarms
}

@test "a number that is not found is found missing" {
	filtered order-receive "sed s/refused,card-number/ok,/"
	FEW=30 caught "('ok', '')" cards kept fields
}

@test "a number in a file beside the store is found" {
	and_then order-load 'echo 4000 0001 2345 6784 >>log'
	FEW=30 caught 'log' cards kept other_tools
}

@test "a number in the store is found, also in its -wal" {
	and_then order-config 'sqlite3 orders.db "INSERT INTO holidays VALUES
		(1, 4000000123456784)"'
	FEW=30 caught "'orders.db-wal'" cards kept other_tools
}

@test "a number that is said is found" {
	twin order-status 'echo "$*" >&2; exec "$REAL" "$@"'
	FEW=30 caught 'said:' cards kept other_tools
}

@test "a false alarm is found" {
	filtered order-receive 'sed 9s/ok/refused/'
	caught 'are taken for cards' cards alarms
}
