# What the tests of bad input share: running a program that looks at the tools,
# and giving it tools that break a promise.
#
# FULL=1 sends every string of every list and suite through every field, for
# many minutes; COUNT=n makes n cases of what is generated, SEED=n others:
#	FULL=1 SEED=7 bats tests/bad/fields.bats
BAD=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
load "$BAD/../helper"
export PYTHONDONTWRITEBYTECODE=1	# nothing is left in the source tree

# bad PROGRAM ARGUMENT...: one of the programs here, with a store of its own in
# a directory where nothing else is
bad() {
	rm -rf "$TEST_DIR/store"
	mkdir "$TEST_DIR/store"
	cd "$TEST_DIR/store" || exit 1
	export ORDER_DB=$TEST_DIR/store/orders.db
	order-init
	python3 "$BAD/$1.py" "${@:2}"
}

# twin TOOL SCRIPT: from now on TOOL is that shell script; "$REAL" is the tool
REAL_PATH=$PATH
twin() {
	mkdir -p "$TEST_DIR/twin"
	printf '#!/bin/sh\nREAL=%s\n%s\n' \
		"$(PATH=$REAL_PATH command -v "$1")" "$2" >"$TEST_DIR/twin/$1"
	chmod +x "$TEST_DIR/twin/$1"
	PATH=$TEST_DIR/twin:$REAL_PATH
}

# filtered TOOL COMMAND: what TOOL prints goes through COMMAND
filtered() {
	twin "$1" "\"\$REAL\" \"\$@\" >'$TEST_DIR/twin/out'; status=\$?
		$2 <'$TEST_DIR/twin/out'; exit \$status"
}

# and_then TOOL COMMAND: behind TOOL's back COMMAND is done as well
and_then() {
	twin "$1" "\"\$REAL\" \"\$@\"; status=\$?
		{ $2; } </dev/null >/dev/null 2>&1; exit \$status"
}

# caught BREACH PROGRAM ARGUMENT...: the program finds it, by few strings
caught() {
	FULL='' COUNT='' FEW=${FEW:-12} run bad "${@:2}"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"$1"* ]]
}
