#!/usr/bin/env bats
# The Mustache specification's own cases.

@test "every core case of the Mustache specification passes" {
	suite=$ORDER_REAL_DATA/suite-mustache
	[ -d "$suite" ] || skip "no $suite"
	run "$B/tests/mustache_spec" "$suite"/*.json
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *" passed, 0 failed"* ]]
}
