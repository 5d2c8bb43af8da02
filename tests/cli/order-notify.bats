#!/usr/bin/env bats
# order-notify: queued messages reach the mailer, each is marked, none is lost

load ../helper
load notify

@test "with nothing due the columns are printed and nothing is asked for" {
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ "$output" = message,ref,kind,recipient,state,attempts,error ]
	run order-notify -q
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a message is handed over, marked, and stops the 24 h clock" {
	mailer 'exit 0'
	queue 1
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = 1,SO-00000001-1,receipt,jo@example.org,sent,1, ]
	[ "$(cat args)" = '-i -f orders@example.com -- jo@example.org' ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = 2026-11-23T09:00:00Z ]
	[ "$(sql "SELECT kind FROM events ORDER BY seq DESC LIMIT 1")" = sent ]
	run order-notify -q
	[ "$status" -eq 0 ]
	[ "$(ls got | wc -l)" -eq 1 ]
}

@test "the mail has its headers, both parts and the row's key as its id" {
	mailer 'exit 0'
	queue 1
	order-notify -q
	python3 - got/* <<-'END'
	import email, email.policy, sys
	m = email.message_from_binary_file(open(sys.argv[1], 'rb'),
	    policy=email.policy.default)
	assert m['Message-ID'] == '<receipt.1.1.1.1@example.com>', m['Message-ID']
	assert m['From'].addresses[0].display_name == 'Müller & Co', m['From']
	assert m['From'].addresses[0].addr_spec == 'orders@example.com', m['From']
	assert m['To'].addresses[0].addr_spec == 'jo@example.org', m['To']
	assert m['Auto-Submitted'] == 'auto-generated'
	assert m['Date'].datetime.timestamp() == 1795424400, m['Date']
	assert 'SO-00000001-1' in m['Subject'], m['Subject']
	text, html = m.iter_parts()
	assert 'SO-00000001-1' in text.get_content()
	assert '<html' in html.get_content() and 'SO-00000001-1' in html.get_content()
	END
}

@test "a question does not stop the clock" {
	mailer 'exit 0'
	queue 1 clarify
	order-notify -q
	[ "$(sql 'SELECT answered_at FROM v_orders')" = '' ]
}

@test "without mail_from it says which setting is missing, exit 78" {
	queue 1
	run order-notify -q
	[ "$status" -eq 78 ]
	[[ $output == *"mail_from is not set"* ]]
	[ "$(sql 'SELECT state FROM messages')" = queued ]
}

@test "a temporary failure waits a minute and then sends the same bytes" {
	mailer 'exit 75'
	queue 1
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = '1,SO-00000001-1,receipt,jo@example.org,failed,1,exit status 75' ]
	mailer 'exit 0'
	at 2026-11-23T09:00:59Z -q
	[ "$(ls got | wc -l)" -eq 1 ]
	order-config company_name='Another Name' >/dev/null
	at 2026-11-23T09:01:00Z -q
	[ "$(sql 'SELECT state, attempts, error FROM messages')" = 'sent|2|' ]
	[ "$(ls got | wc -l)" -eq 2 ]
	[ "$(sha256sum got/* | cut -c1-64 | sort -u | wc -l)" -eq 1 ]
}

@test "a greylisted address (69) is retried and does not stop the others" {
	mailer 'case "$*" in *slow@*) exit 69;; esac'
	queue 1 receipt slow@example.org
	queue 1
	run order-notify -q
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = failed,sent ]
}

@test "a refused address is dead at once, the others go out, exit 1" {
	mailer 'case "$*" in *nobody@*) echo "no such user" >&2; exit 67;; esac'
	queue 1 receipt nobody@example.org
	queue 2
	run --separate-stderr order-notify
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = '1,SO-00000001-1,receipt,nobody@example.org,dead,1,exit status 67: no such user' ]
	[[ $stderr == *'1 message cannot be delivered (see: order-notify --list --state dead)'* ]]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = dead,sent,sent ]
}

@test "a recipient that is no address never reaches the mailer" {
	mailer 'exit 0'
	queue 1 receipt '-oQ/tmp@example.org'
	queue 1 receipt $'a@example.org\nBcc: b@example.org'
	queue 1
	run order-notify -q
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = dead,dead,sent ]
	[ "$(wc -l <args)" -eq 1 ]
}

@test "a document that cannot be read spoils only its own message" {
	mailer 'exit 0'
	queue 3
	sql "UPDATE messages SET document = '{\"lines\":[{}' WHERE id = 2"
	run order-notify -q
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = sent,dead,sent ]
	[ "$(sql 'SELECT error FROM messages WHERE id = 2')" = 'its document is not JSON' ]
}

@test "64 stops delivery: exit 69, nothing counts as tried" {
	mailer 'echo "bad flag" >&2; exit 64'
	queue 2
	run order-notify -q
	[ "$status" -eq 69 ]
	[[ $output == *"delivery is stopped: exit status 64: bad flag"* ]]
	[ "$(sql 'SELECT DISTINCT state, attempts FROM messages')" = 'queued|0' ]
	[ "$(ls got | wc -l)" -eq 1 ]
}

@test "a mailer that is not there stops delivery" {
	mailer 'exit 0'
	order-config mail_command=/nonexistent/sendmail >/dev/null
	queue 1
	run order-notify -q
	[ "$status" -eq 69 ]
	[[ $output == *"/nonexistent/sendmail"* ]]
	[ "$(sql 'SELECT state FROM messages')" = queued ]
}

@test "a mailer that hangs is cut off and the message retried" {
	mailer 'exec sleep 60'
	order-config mail_timeout_seconds=1 >/dev/null
	queue 1
	run order-notify -q
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT state, error FROM messages')" = 'failed|timed out after 1 s' ]
}

@test "after five temporary failures in a row the run ends" {
	mailer 'exit 75'
	queue 8
	run order-notify -q
	[ "$status" -eq 0 ]
	[[ $output == *"delivery fails for now, the rest stays queued: exit status 75"* ]]
	[ "$(sql 'SELECT state, count(*) FROM messages GROUP BY 1 ORDER BY 1')" = $'failed|5\nqueued|3' ]
}

# people N FROM: a message to each of N people
people() {
	for i in $(seq "$2" $(($2 + $1 - 1))); do
		queue 1 receipt "c$i@example.org"
	done
}

dead() {
	sql "SELECT state, count(*) FROM messages GROUP BY 1 ORDER BY 1" | tr '\n' ' '
}

@test "after refusals of five addresses in a row the run ends, --retry is for them" {
	mailer 'echo "sendmail: sender rejected" >&2; exit 65'
	people 8 1
	run --separate-stderr order-notify -q
	[ "$status" -eq 1 ]
	[ "${stderr_lines[0]}" = "order-notify: 5 messages cannot be delivered (see: order-notify --list --state dead)" ]
	[ "${stderr_lines[1]}" = "order-notify: five addresses in a row were refused, the rest stays queued: exit status 65: sendmail: sender rejected" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[ "$(dead)" = 'dead|5 queued|3 ' ]
	mailer 'exit 0'
	order-notify -q --retry
	order-notify -q
	[ "$(dead)" = 'sent|8 ' ]
}

@test "refusals of one address, or with others between them, do not end it" {
	mailer 'case $5 in *nobody@*|*NOBODY@*|c[0-4]@*) exit 67; esac'
	queue 4 receipt nobody@example.org
	queue 3 receipt NOBODY@example.org
	people 3 0
	queue 1 receipt jo@example.org
	people 2 3
	queue 1 receipt jo@example.org
	run --separate-stderr order-notify -q
	[ "$status" -eq 1 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(dead)" = 'dead|12 sent|2 ' ]
}

@test "refusals between failures are not a row" {
	mailer 'case $(ls '"$TEST_DIR"'/got | wc -l) in 4) exit 65;; 9) exit 0;; esac; exit 75'
	queue 9
	run order-notify -q
	[ "$status" -eq 1 ]
	[ "$(ls got | wc -l)" -eq 9 ]
}

@test "tries are spaced out, and after mail_max_attempts it is dead" {
	mailer 'exit 75'
	order-config mail_max_attempts=3 >/dev/null
	queue 1
	at 2026-11-23T09:00:00Z -q
	[ "$(sql 'SELECT next_try_at FROM v_messages')" = 2026-11-23T09:01:00Z ]
	at 2026-11-23T09:10:00Z -q
	[ "$(sql 'SELECT next_try_at FROM v_messages')" = 2026-11-23T09:15:00Z ]
	run at 2026-11-23T09:15:00Z -q
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT state, attempts FROM messages')" = 'dead|3' ]
	[ "$(sql "SELECT group_concat(kind, ' ') FROM events WHERE kind <> 'receive' AND kind <> 'policy'")" = 'mail-failed dead' ]
}

@test "those that wait longest are tried first, each once in a run" {
	mailer 'exit 0'
	queue 3
	sql "UPDATE messages SET next_try_at = $NOW - id * 10"
	run --separate-stderr order-notify
	[ "$(printf '%s\n' "${lines[@]:1}" | cut -d, -f1 | tr '\n' ' ')" = '3 2 1 ' ]
}

@test "a clock that was set back does not hold mail up" {
	mailer 'exit 75'
	queue 1
	at 2027-06-01T00:00:00Z -q
	mailer 'exit 0'
	order-notify -q
	[ "$(sql 'SELECT state FROM messages')" = sent ]
}

@test "a mailer killed between hand-over and mark sends the same message again" {
	mailer '[ -e '"$TEST_DIR"'/again ] || { touch '"$TEST_DIR"'/again; kill -9 $PPID; }'
	queue 3
	run order-notify -q
	[ "$status" -eq 137 ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = queued,queued,queued ]
	order-config company_name='Another Name' >/dev/null
	order-notify -q
	[ "$(sql 'SELECT DISTINCT state FROM messages')" = sent ]
	[ "$(ls got | wc -l)" -eq 4 ]
	[ "$(sha256sum got/* | cut -c1-64 | sort -u | wc -l)" -eq 3 ]
	[ "$(cat got/* | grep -c '^Message-ID: <receipt.1.1.1.1@')" -eq 2 ]
}

@test "asked to end, it marks what it handed over and leaves the rest" {
	mailer '[ -e '"$TEST_DIR"'/asked ] || { touch '"$TEST_DIR"'/asked; kill -TERM $PPID; }'
	queue 3
	run order-notify
	[ "$status" -eq 143 ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = sent,queued,queued ]
}

@test "eight mailers at once send each message once" {
	mailer 'exit 0'
	queue 40
	for i in 1 2 3 4 5 6 7 8; do
		(rc=0; order-notify -q 2>/dev/null || rc=$?; echo $rc >"status.$i") &
	done
	wait
	[ "$(cat status.* | wc -l)" -eq 8 ]
	order-notify -q
	[ "$(sort -u status.* | grep -vE '^(0|75)$' | wc -l)" -eq 0 ]
	[ "$(cat got/* | grep '^Message-ID:' | sort | uniq -c | grep -vc ' 1 ')" -eq 0 ]
	[ "$(ls got | wc -l)" -eq 40 ]
	[ "$(sql 'SELECT DISTINCT state, attempts FROM messages')" = 'sent|1' ]
}

@test "another mailer at work: exit 75, mail stays queued" {
	mailer 'touch '"$TEST_DIR"'/busy; until [ -e '"$TEST_DIR"'/go ]; do sleep 0.01; done'
	queue 1
	order-notify -q &
	until [ -e busy ]; do sleep 0.01; done
	run order-notify -q
	touch go
	wait
	[ "$status" -eq 75 ]
	[[ $output == *"another mailer is at work"* ]]
	[ "$(sql 'SELECT state FROM messages')" = sent ]
}

@test "told by hand while it waits in a batch, it is not mailed" {
	mailer '[ -e '"$TEST_DIR"'/told ] || { touch '"$TEST_DIR"'/told; order-notify -q --told 2; }'
	sed -i '2i export PATH='"$PATH"' ORDER_ACTOR=jo ORDER_DB='"$ORDER_DB"' ORDER_NOW='"$ORDER_NOW" stub
	queue 3
	order-notify -q
	[ "$(ls got | wc -l)" -eq 2 ]
	[ "$(sql 'SELECT group_concat(attempts) FROM messages')" = 1,0,1 ]
	[ "$(sql 'SELECT DISTINCT state FROM messages')" = sent ]
}

@test "more than a batch goes into a Maildir, each once" {
	order-config mail_from=orders@example.com mail_command=maildir:box >/dev/null
	queue 120
	order-notify -q
	[ "$(ls box/new | wc -l)" -eq 120 ]
	[ "$(sql "SELECT count(*) FROM messages WHERE state = 'sent'")" -eq 120 ]
}

@test "--dry-run shows what is due and delivers nothing" {
	mailer 'exit 0'
	queue 2
	sql "UPDATE messages SET next_try_at = next_try_at + 60 WHERE id = 2"
	run --separate-stderr order-notify -n
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[1]}" = 1,SO-00000001-1,receipt,jo@example.org,queued,0, ]
	[ -z "$(ls got)" ]
}

@test "--list shows every message, --state some" {
	mailer 'exit 0'
	queue 2
	order-notify -q
	queue 1 clarify ''
	run --separate-stderr order-notify --list
	[ "${lines[0]}" = message,ref,revision,kind,recipient,state,queued_at,attempts,next_try_at,sent_at,error,by,reminder ]
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[1]}" = 1,SO-00000001-1,1,receipt,jo@example.org,sent,2026-11-23T09:00:00Z,1,2026-11-23T09:00:00Z,2026-11-23T09:00:00Z,,,0 ]
	[ "$(order-notify --list --state by-hand | columns message)" = 3 ]
	order-notify --list -o json | python3 -c 'import json, sys
assert [json.loads(l)["message"] for l in sys.stdin] == [1, 2, 3]'
	[ "$(order-notify --list --state dead)" = "${lines[0]}" ]
}

@test "--list reads page by page" {
	order-config mail_from=orders@example.com mail_command=maildir:box >/dev/null
	queue 1201
	[ "$(order-notify --list | wc -l)" -eq 1202 ]
	[ "$(order-notify --list | columns message | sort -n | uniq | wc -l)" -eq 1201 ]
}

@test "--show prints the bytes that are sent, before and after" {
	mailer 'exit 0'
	queue 1
	order-notify --show 1 >before
	order-notify -q
	order-notify --show 1 >after
	cmp before got/*
	cmp after got/*
	run order-notify --show 7
	[ "$status" -eq 1 ]
	[[ $output == *"message 7: there is no such message"* ]]
}

@test "--show of a message without an address is what to say" {
	queue 1 receipt ''
	run --separate-stderr order-notify --show 1
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'Order SO-00000001-1: receipt notice (message 1)' ]
	[[ $output == *$'\n\nSubject: Order SO-00000001-1'* ]]
	[[ $output == *'we have your order'* ]]
}

@test "--told records who told it, stops the clock, and is repeatable" {
	queue 2 receipt ''
	run --separate-stderr order-notify --told 1 2
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = 1,SO-00000001-1,receipt,,sent,0, ]
	[ "$(sql 'SELECT DISTINCT state, by, sent_at FROM v_messages')" = 'sent|tester|2026-11-23T09:00:00Z' ]
	[ "$(sql "SELECT count(*) FROM v_orders WHERE answered_at <> ''")" -eq 2 ]
	ORDER_ACTOR=other order-notify -q --told 1 --told 2
	[ "$(sql 'SELECT DISTINCT by FROM messages')" = tester ]
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'told'")" -eq 2 ]
	run order-notify -q --told 9
	[ "$status" -eq 1 ]
	[[ $output == *"message 9: there is no such message"* ]]
}

@test "--retry makes what failed due now, all or those named" {
	mailer 'exit 65'
	queue 2
	order-notify -q 2>/dev/null || true
	mailer 'exit 75'
	queue 1
	order-notify -q
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = dead,dead,failed ]
	run --separate-stderr order-notify --retry 1
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = '1,SO-00000001-1,receipt,jo@example.org,queued,0,exit status 65' ]
	order-notify -q --retry
	mailer 'exit 0'
	order-notify -q
	[ "$(sql 'SELECT DISTINCT state FROM messages')" = sent ]
	run order-notify -q --retry 1
	[ "$status" -eq 1 ]
	[[ $output == *"message 1 is sent"* ]]
}

@test "stdout that is full ends it with 74, and what was sent is marked" {
	mailer 'exit 0'
	queue 2
	run bash -c 'order-notify >/dev/full'
	[ "$status" -eq 74 ]
	[ "$(sql 'SELECT group_concat(state) FROM messages')" = sent,queued ]
}

@test "what cannot be meant is a usage error" {
	for args in '--list --lint' '--state sent' '--list --state gone' \
		'--show x' '--show 0' '--told one' 'SO-00000001-1' \
		'--retry --told 1'; do
		# shellcheck disable=SC2086
		run order-notify $args
		[ "$status" -eq 64 ] || { echo "$args: $status"; false; }
	done
}
