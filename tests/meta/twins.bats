#!/usr/bin/env bats
# Every seeded bug of the torture still applies and names a test there is.

load lib

@test "every twin applies to the sources and names its test" {
	run "$ROOT/tests/torture/twin" --check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	ls "$ROOT"/tests/torture/twins/*.patch
}

@test "a twin that does not apply, or names no test, is told" {
	cd "$BATS_TEST_TMPDIR"
	TWIN=$(ls "$ROOT"/tests/torture/twins/*.patch | head -1)
	sed 's/^\([-+]\)\([^-+].*\)/\1x\2/' "$TWIN" >applies-not.patch
	sed '/^Part:/d; /^Test:/d' "$TWIN" >names-none.patch
	sed 1d "$TWIN" >says-nothing.patch
	run env TWINS="$PWD" "$ROOT/tests/torture/twin" --check
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 3 ]
}
