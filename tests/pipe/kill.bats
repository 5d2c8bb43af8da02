#!/usr/bin/env bats
# Killed anywhere, at any moment: what was printed is there, and the next run
# ends as if nothing had been.

load lib
BATS_TEST_TIMEOUT=

@test "100 kills: nothing printed is lost, each order is there once" {
	export TEST_DIR
	company 30
	orders 100 >orders.csv
	timeout $((200 + ${ORDER_KILLS:-100})) python3 "$PIPE/kill.py" \
		"${ORDER_KILLS:-100}" orders.csv 100
	ORDER_DB=$TEST_DIR/killed.db sound 100
}
