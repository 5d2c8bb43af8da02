#!/usr/bin/env bats
# Each kind of event has a sentence in the story that order-audit tells.

load lib

@test "each kind of event that is recorded is told in words, and no other" {
	cd "$ROOT"
	told=$(sed -n '/^} phrases/,/^};/s/^.{ "\([a-z-]*\)".*/\1/p' lib/order/audit_words.c | sort)
	[ "$(wc -l <<<"$told")" -gt 50 ]
	same 'kinds of events' "$(python3 -IS tests/meta/kinds.py)" "$told"
}
