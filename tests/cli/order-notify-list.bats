#!/usr/bin/env bats
# order-notify --list WORD: what was told to whom, and when, for ever

load ../helper
load notify

# Three orders: two of C-1 to two addresses, one of C-2.
told() {
	order-load -q customers <<-'END'
	customer,name
	C-1,One Ltd
	C-2,Two Ltd
	C-3,Three Ltd
	END
	mailer 'exit 0'
	queue 1 receipt jo@example.org
	queue 1 receipt Al@example.org
	queue 1 receipt bo@example.org
	sql "UPDATE orders SET account = CASE WHEN id < 3 THEN 'C-1' ELSE 'C-2' END"
	order-notify -q
	at 2026-11-25T12:00:00Z -q --resend 1 --to al@example.org
	at 2026-11-25T12:00:00Z -q
}

ids() {
	order-notify --list "$@" | columns message | tr '\n' ' '
}

@test "by our reference, an address or a customer" {
	told
	[ "$(ids)" = '1 2 3 4 ' ]
	[ "$(ids SO-00000001-1)" = '1 4 ' ]
	[ "$(ids so000000011)" = '1 4 ' ]
	[ "$(ids AL@example.org)" = '2 4 ' ]
	[ "$(ids c-1)" = '1 2 4 ' ]
	[ "$(ids C-2 jo@example.org)" = '3 1 ' ]
}

@test "a customer's are also those of orders that only give the number yet" {
	told
	queue 1 receipt imp@example.org
	queue 1 receipt new@example.org
	sql "UPDATE orders SET customer = CASE id WHEN 4 THEN 'c-1' ELSE 'N-7' END
		WHERE id > 3"
	[ "$(ids C-1)" = '1 2 4 5 ' ]
	[ "$(ids n-7)" = '6 ' ]
	sql "UPDATE orders SET account = 'C-2' WHERE id = 4"	# it was theirs
	[ "$(ids C-1)" = '1 2 4 ' ]
	[ "$(ids C-2)" = '3 5 ' ]
}

@test "a customer who was never told anything is no fault, nobody at all is" {
	told
	run --separate-stderr order-notify --list C-3
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	run --separate-stderr order-notify --list C-9 C-2 no@example.org
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 2 ]
	[ "${stderr_lines[0]}" = 'order-notify: C-9: is no order, no recipient and no customer' ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	run order-notify --list $'\xff' "x' OR 1=1 --" ''
	[ "$status" -eq 1 ]
}

@test "by state, kind and time, also of one order" {
	told
	queue 1 clarify jo@example.org
	[ "$(ids --kind clarify)" = '5 ' ]
	[ "$(ids --kind clarify C-1)" = '' ]
	[ "$(ids --state queued)" = '5 ' ]
	[ "$(ids --since 2026-11-24)" = '4 ' ]
	[ "$(ids --until 2026-11-24 C-1)" = '1 2 ' ]
	[ "$(ids --since today)" = '1 2 3 4 5 ' ]
	for args in '--kind gone' '--since never' '--state gone' '--since today --until yesterday'; do
		# shellcheck disable=SC2086
		run order-notify --list $args
		[ "$status" -eq 64 ] || { echo "$args"; false; }
	done
	run order-notify --since today
	[ "$status" -eq 64 ]
}

@test "who told by hand, and the how manieth reminder, are columns" {
	queue 1 clarify ''
	sql 'UPDATE messages SET reminder = 2'
	order-notify -q --told 1
	run order-notify --list SO-00000001-1
	[ "${lines[1]}" = 1,SO-00000001-1,1,clarify,,sent,2026-11-23T09:00:00Z,0,2026-11-23T09:00:00Z,2026-11-23T09:00:00Z,,tester,2 ]
}

@test "many of one customer come page by page, each once" {
	told
	sql "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n
		WHERE i < 1300) INSERT INTO messages (order_id, revision, kind,
		recipient, seq, state, language, document, queued_at, next_try_at)
		SELECT 1, 1, 'clarify', 'jo@example.org', i, 'sent', 'en', '{}', 0, 0
		FROM n"
	for word in C-1 jo@example.org SO-00000001-1; do
		[ "$(order-notify --list --kind clarify $word | columns message |
			sort -un | wc -l)" -eq 1299 ]
	done
}
