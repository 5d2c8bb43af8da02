#!/usr/bin/env bats
# What make demo plays: it ends well, and says so when a tool fails.

FORTNIGHT=$BATS_TEST_DIRNAME/../../examples/fortnight.sh

@test "the fortnight: every command works, all adds up, nothing is left open" {
	run "$FORTNIGHT" "$BATS_TEST_TMPDIR"
	echo "$output"
	[ "$status" -eq 0 ]
	cd "$BATS_TEST_TMPDIR"
	# one report of the warehouse is wrong on purpose
	[ "$(grep -c "reports were refused" <<<"$output")" -eq 1 ]
	[ "$(find feedback/failed feedback/in -type f | wc -l)" -eq 0 ]
	[ "$(sqlite3 -readonly orders.db 'SELECT count(*) FROM orders')" -eq 0 ]
	[ "$(sqlite3 -readonly archive-2026.db "SELECT group_concat(DISTINCT status)
		FROM (SELECT status FROM orders ORDER BY 1)")" = cancelled,completed ]
	[ -s report.html ]
}

@test "a tool that fails ends it with another status than 0" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\ncat >/dev/null\nexit 74\n' >"$BATS_TEST_TMPDIR/bin/order-verify"
	chmod +x "$BATS_TEST_TMPDIR/bin/order-verify"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$FORTNIGHT" "$BATS_TEST_TMPDIR/dir"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *'fortnight.sh: that ended with 74' ]]
}
