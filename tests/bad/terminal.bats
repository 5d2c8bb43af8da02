#!/usr/bin/env bats
# On a terminal nothing that is printed controls it.

load bad

@test "every tool, every format, both streams, every word of a command line" {
	bad terminal
}

@test "one escape sequence, on either stream, is found" {
	twin order-audit '"$REAL" "$@"; printf "\\033[2J"'
	FEW=40 caught 'on the terminal' terminal
	twin order-audit 'printf "\\r" >&2; exec "$REAL" "$@"'
	FEW=40 caught 'on the terminal' terminal
}

@test "a mark of direction is found" {
	filtered order-config "sed 's/company_name/\\xe2\\x80\\xae/'"
	FEW=40 caught "'\\u202e'" terminal
}
