#!/usr/bin/env bats
# What is said about orders is hostile, too, whoever says it.

load bad

@test "reports, answers, replies and mails: recorded fit to be shown, or refused" {
	bad talk
}

@test "one control character that is recorded is found" {
	and_then order-update "sqlite3 orders.db \"UPDATE inquiries SET
		subject = 'a' || char(27) WHERE id = 1\""
	FEW=40 caught 'recorded:' talk
}

@test "one that is shown is found" {
	twin order-resolve '"$REAL" "$@"; printf "\\033[2J"'
	FEW=40 caught 'on the terminal' talk
}

@test "a report that changes what it has no business with is found" {
	and_then order-update "sqlite3 orders.db \"UPDATE items SET unit = 'X'\""
	FEW=40 caught 'items has changed' talk
}
