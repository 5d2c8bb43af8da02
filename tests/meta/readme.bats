#!/usr/bin/env bats
# The commands of the README work as they stand there.

load lib

# The sh blocks between <!-- tour --> and <!-- /tour -->.
tour() {
	awk '
		/^<!-- tour -->/ { tour = 1 }
		/^<!-- \/tour -->/ { tour = 0 }
		/^```/ { block = tour && /^```sh$/; next }
		block { print }' "$ROOT/README.md"
}

@test "the tour of the README works, in order" {
	cd "$BATS_TEST_TMPDIR"
	cp -R "$ROOT/examples" examples
	unset ORDER_DB ORDER_NOW ORDER_ACTOR NO_COLOR
	tour >commands
	[ -s commands ]
	follow <commands || return 1
}
