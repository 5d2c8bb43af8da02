#!/usr/bin/env bats
# order-notify --resend, --cancel, --told: what a person does about a message

load ../helper
load notify

@test "--resend sends what was sent as a message of its own" {
	mailer 'exit 0'
	queue 1
	order-notify -q
	run --separate-stderr order-notify --resend 1
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = 2,SO-00000001-1,receipt,jo@example.org,queued,0, ]
	order-notify -q
	[ "$(cat got/* | grep -c '^Message-ID: <receipt.1.1.1.[12]@')" -eq 2 ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = sent,sent ]
	[ "$(sql 'SELECT count(DISTINCT document) FROM messages')" -eq 1 ]
	[ "$(sql "SELECT actor, detail ->> 'message', detail ->> 'as',
		detail ->> 'recipient' FROM v_events WHERE kind = 'resend'")" = \
		'tester|1|2|jo@example.org' ]
}

@test "--resend --to sends it to another address, and a dead one is done with" {
	mailer 'case "$*" in *nobody@*) exit 67;; esac'
	queue 1 receipt nobody@example.org
	order-notify -q || true
	run --separate-stderr order-notify --resend 1 --to somebody@example.org
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = 2,SO-00000001-1,receipt,somebody@example.org,queued,0, ]
	order-notify -q
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = cancelled,sent ]
	[ -n "$(sql 'SELECT answered_at FROM orders')" ]
	run order-status --attention -o csv
	[[ $output != *message-dead* ]]
	run order-audit -o table SO-00000001-1
	[[ $output == *'written again to somebody@example.org, as message 2 (message 1 was dead)'* ]]
}

@test "--resend of one that waits points to --retry" {
	mailer 'exit 75'
	queue 2
	run order-notify -q --resend 1
	[ "$status" -eq 1 ]
	[ "$output" = 'order-notify: message 1 is queued and not sent yet (see: --retry)' ]
	order-notify -q
	run order-notify -q --resend 1 2
	[ "$status" -eq 1 ]
	[[ $output == *'message 2 is failed and will be tried again (see: --retry)'* ]]
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 2 ]
	run order-notify -q --resend 9
	[ "$status" -eq 1 ]
	[[ $output == *'message 9: there is no such message'* ]]
}

@test "--resend of a letter needs an address, and then the letter is done with" {
	mailer 'exit 0'
	queue 1 receipt ''
	run order-notify -q --resend 1
	[ "$status" -eq 1 ]
	[[ $output == *'message 1 has no address (say which by --to)'* ]]
	run order-notify -q --resend 1 --to 4111111111111111@example.org
	[ "$status" -eq 1 ]
	[ "$output" = 'order-notify: message 1: --to holds a payment card number' ]
	order-notify -q --resend 1 --to jo@example.org
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = cancelled,queued ]
}

@test "resent by several at once, or again by one who got no answer, it is one copy" {
	mailer 'case "$*" in *nobody@*) exit 67;; esac'
	queue 1
	order-notify -q
	for i in 1 2 3 4; do order-notify -q --resend 1 & done
	wait
	run --separate-stderr order-notify --resend 1
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = 2,SO-00000001-1,receipt,jo@example.org,queued,0, ]
	order-notify -q
	[ "$(ls got | wc -l)" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'resend'")" -eq 1 ]
	# what was sent can be sent once more; another address is another copy
	order-notify -q --resend 1
	order-notify -q --resend 1 --to somebody@example.org
	order-notify -q
	[ "$(ls got | wc -l)" -eq 4 ]
	[ "$(cat got/* | grep '^Message-ID: <' | sort -u | wc -l)" -eq 4 ]
	# one that its copy has taken the place of
	queue 1 receipt nobody@example.org
	order-notify -q || true
	for i in 1 2; do order-notify -q --resend 5 --to jo@example.org; done
	[ "$(sql 'SELECT state FROM messages WHERE id >= 5' | paste -sd' ')" = 'cancelled queued' ]
	order-audit --check
}

@test "what is resent about an older revision is said to be old" {
	mailer 'exit 0'
	queue 1
	order-notify -q
	sql 'UPDATE orders SET revision = 2'
	run order-notify -q --resend 1
	[ "$status" -eq 0 ]
	[[ $output == *'message 1 is about revision 1, the order is at 2 now'* ]]
}

@test "--cancel keeps what waits from being sent, and is repeatable" {
	mailer 'case "$*" in *nobody@*) exit 67;; *late@*) exit 75;; esac'
	queue 1 receipt nobody@example.org
	queue 1 receipt late@example.org
	order-notify -q || true
	queue 1
	queue 1 receipt ''
	run --separate-stderr order-notify --cancel 1 --cancel 2 3 4
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(printf '%s\n' "${lines[@]:1}" | cut -d, -f5 | sort -u)" = cancelled ]
	rm -r got; mkdir got
	at 2026-11-24T09:00:00Z -q
	[ -z "$(ls got)" ]
	order-notify -q --cancel 1
	[ "$(sql "SELECT group_concat(detail ->> 'was') FROM v_events
		WHERE kind = 'mail-cancelled'")" = dead,failed,queued,by-hand ]
	run order-notify -q --cancel 9
	[ "$status" -eq 1 ]
}

@test "--cancel of what is sent is refused" {
	mailer 'exit 0'
	queue 1
	order-notify -q
	run order-notify -q --cancel 1
	[ "$status" -eq 1 ]
	[ "$output" = 'order-notify: message 1 is sent' ]
	[ "$(sql 'SELECT state FROM messages')" = sent ]
}

# The stub for tests takes the message and waits until it is told to go on.
waiting_mailer() {
	mkdir box
	mkfifo box.asks box.go
	order-config -q mail_from=orders@example.com \
		mail_command="$BATS_TEST_DIRNAME/../pipe/mailer $TEST_DIR/box $1" \
		<&- >/dev/null
}

@test "--cancel while it is handed over: it is out, and said to be" {
	waiting_mailer wait
	queue 2
	order-notify -q &
	read -r _ <box.asks
	run order-notify --cancel 1 2
	[ "$status" -eq 0 ]
	[[ $output == *'message 1: a mailer is at work; if it is handing this one over now, it will be marked sent'* ]]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = cancelled,cancelled ]
	echo >box.go
	wait
	# the first was out; the second waited in the same batch
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = sent,cancelled ]
	[ "$(ls box | wc -l)" -eq 1 ]
	[ "$(sql "SELECT group_concat(kind) FROM (SELECT kind FROM events
		WHERE order_id = 1 ORDER BY seq DESC LIMIT 2)")" = sent,mail-cancelled ]
}

@test "--cancel while its hand-over fails: it is not tried again" {
	mailer 'touch '"$TEST_DIR"'/busy; until [ -e '"$TEST_DIR"'/go ]; do sleep 0.01; done; exit 75'
	queue 1
	order-notify -q &
	until [ -e busy ]; do sleep 0.01; done
	order-notify -q --cancel 1 2>/dev/null
	touch go
	wait
	[ "$(sql 'SELECT state FROM messages')" = cancelled ]
	at 2026-11-24T09:00:00Z -q
	[ "$(ls got | wc -l)" -eq 1 ]
}

@test "an order whose answer was cancelled unsent is unanswered" {
	mailer 'exit 0'
	queue 1
	sql "UPDATE orders SET ack = 'received', ack_revision = 1"
	order-notify -q --cancel 1
	order-notify -q
	[ -z "$(sql 'SELECT answered_at FROM orders')" ]
	ORDER_NOW=2026-11-24T10:00:00Z run order-status --attention -o csv
	[ "$status" -eq 1 ]
	[[ $output == *'ack-overdue,SO-00000001-1,'*'order-notify --resend 1'* ]]
	[ "$(ORDER_NOW=2026-11-24T10:00:00Z order-status --overdue | columns ref)" = SO-00000001-1 ]
	order-notify -q --resend 1
	order-notify -q
	[ -n "$(sql 'SELECT answered_at FROM orders')" ]
	ORDER_NOW=2026-11-24T10:00:00Z order-status --attention
}

@test "--told --note says how the customer was told" {
	queue 1 receipt ''
	order-notify -q --told 1 --note 'by phone, spoke to Mr X'
	run order-audit -o table SO-00000001-1
	[[ $output == *'told by hand (message 1): by phone, spoke to Mr X'* ]]
	queue 1 receipt ''
	run order-notify -q --told 2 --note 'paid by 4111 1111 1111 1111'
	[ "$status" -eq 1 ]
	[[ $output == *'message 2: note: '* && $output != *4111* ]]
	[ "$(sql 'SELECT state FROM messages WHERE id = 2')" = by-hand ]
}

@test "a dry run of any of them changes nothing" {
	mailer 'exit 0'
	queue 2
	order-notify -q --cancel 1
	before=$(sql 'SELECT * FROM messages; SELECT count(*) FROM events')
	order-notify -n --resend 1 | columns state | grep -qx queued
	order-notify -n --cancel 2 | columns state | grep -qx cancelled
	order-notify -n --told 2 | columns state | grep -qx sent
	[ "$(sql 'SELECT * FROM messages; SELECT count(*) FROM events')" = "$before" ]
}

@test "what cannot be meant of these is a usage error" {
	for args in '--resend x' '--cancel 0' '--resend 1 --cancel 1' \
		'--to a@example.org' '--resend 1 --to nobody' '--note x' \
		'--resend 1 --to -oQ@example.org' '--retry --note x'; do
		# shellcheck disable=SC2086
		run order-notify $args
		[ "$status" -eq 64 ] || { echo "$args: $status"; false; }
	done
}

@test "attention names what helps: another address, or another try" {
	mailer 'case "$*" in *nobody@*) exit 67;; esac; exit 75'
	order-config -q mail_max_attempts=1
	queue 1 receipt nobody@example.org
	queue 1 receipt late@example.org
	queue 1 receipt 'no address'
	order-notify -q 2>/dev/null || true
	order-status --attention | columns command >commands
	diff commands - <<-'END'
	order-notify --resend 1 --to ...
	order-notify --retry 2
	order-notify --resend 3 --to ...
	END
}
