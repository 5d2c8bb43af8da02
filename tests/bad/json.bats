#!/usr/bin/env bats
# order-receive is as strict as JSONTestSuite asks, and decides the rest.

load bad

suite() {
	[ -d "$ORDER_REAL_DATA/suite-JSONTestSuite" ] || skip "no JSONTestSuite here"
}

@test "what must parse does, what must not is 65, what is left open is decided" {
	suite
	bad jsonsuite
}

@test "a parser that takes too much is found" {
	suite
	twin order-receive '"$REAL" "$@"; s=$?; [ $s -ne 65 ] && exit $s; exit 0'
	caught n_ jsonsuite
}
