#!/usr/bin/env bats
# A twentieth of each part of the torture, of the longest less; make torture
# does it all.

load ../helper
TORTURE=$BATS_TEST_DIRNAME
BATS_TEST_TIMEOUT=

# torture PART [SHARE]: one of so many shares
torture() {
	TORTURE_DIR=$TEST_DIR "$TORTURE/run" ${ORDER_SEED:+--seed $ORDER_SEED} \
		--share "${2:-20}" "$1"
}

@test "kills of the main line: nothing printed is lost, nothing is there twice" {
	torture kill
}

@test "mail against a hostile mailer: nothing is lost, copies only after kills" {
	torture mail
}

@test "mail through a real SMTP server: all others arrive once, whatever happens" {
	torture smtp
}

@test "no room left: 74, and with room again the day ends as it would have" {
	torture disk
}

@test "signals and stopped processes: committed is printed, who waits is told" {
	torture signals
}

@test "clocks that are wrong, jump and walk: the same orders in the same order" {
	torture clocks
}

@test "a fault at every call that changes something: nothing is lost or hidden" {
	torture fault 60
}

@test "archiving and erasure killed anywhere: nothing lost, nothing doubled, no byte left" {
	torture archive 60
}

@test "eight processes sell the same things: not one piece too many or too few" {
	torture oversell
}

@test "eight writers that are always ready are served alike" {
	torture fair
}

@test "no commit and no checkpoint without the lock" {
	torture lockwatch
}

@test "a reader that does not read holds up nobody else" {
	torture live
}

@test "what many said at once is one history" {
	torture history
}

@test "power cuts at any moment: what was told is there, and is whole" {
	torture power
}

@test "no memory, wherever it is asked for: a clear end, and nothing is lost" {
	[ "${B##*/}" != san ] || skip "not with sanitizers"
	torture memory 50
}

@test "a failure of every statement: it is told, and nothing is half done" {
	torture statements 50
}

@test "hostile database files: refused or borne, never a crash or a change" {
	torture hostile
}

@test "customers that answer anything at any time: it adds up after every step" {
	torture converse
}

@test "a year of orders: the store is what it must be, every month" {
	torture year
}
