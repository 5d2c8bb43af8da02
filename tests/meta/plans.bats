#!/usr/bin/env bats
# What cron asks for every few minutes is found by an index, however many
# orders there are.

load lib

# The text of a statement in a source: statement FILE NAME
statement() {
	awk -v name="$2" '
		$0 ~ "^static const char " name "\\[\\] =" { on = 1; next }
		on {
			end = /;$/
			sub(/^[\t ]*"/, ""); sub(/";?$/, ""); print
			if (end) exit
		}' "$ROOT/lib/order/$1" | tr -d '\n'
}

# How SQLite goes about it: plan STATEMENT
plan() {
	(cd "$BATS_TEST_TMPDIR" && order-init -d orders.db)
	sqlite3 "$BATS_TEST_TMPDIR/orders.db" "EXPLAIN QUERY PLAN $1"
}

# looks_up FILE NAME: no order is looked at that is not in work or unanswered
looks_up() {
	sql=$(statement "$1" "$2")
	[[ $sql == 'SELECT '* ]] || { echo "no $2 in $1"; return 1; }
	run plan "$sql"
	[ "$status" -eq 0 ]
	[[ $output != *SCAN* && $output =~ orders_(in_work|unanswered) ]] ||
		{ echo "$output"; return 1; }
}

@test "order-verify --pending looks at what is received only" {
	looks_up verify.c SQL_PENDING
}

@test "order-check-stock --pending looks at what is verified only" {
	looks_up check_stock.c SQL_PENDING
}

@test "order-ack --due looks at what is verified or unanswered only" {
	looks_up ack.c SQL_DUE
}

@test "looking for overdue orders looks at what is unanswered only" {
	looks_up ack.c SQL_OVERDUE
}

@test "looking at all orders is seen" {
	run plan "SELECT ref FROM orders WHERE status = 'confirmed'"
	[[ $output == *'SCAN orders'* ]]
}
