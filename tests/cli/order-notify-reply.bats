#!/usr/bin/env bats
# order-notify --reply: an answer in the customer's own thread, to whom it is
# due, once

load ../helper
load ../company
load inquiry

reply() {
	order-notify --reply "$@"
}

@test "a reply goes to whoever asked, in the thread of their mail" {
	good PO-1 >/dev/null
	ask "AW: Re: Grüße" "What of $R1?" 'References: <a@nord.example> <b@nord.example>' | take -q
	run --separate-stderr reply $R1 <<<'It ships today.'
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	[ "$output" = $'message,ref,kind,recipient,state,attempts,error\n1,SO-00000001-1,reply,buy@nord.example,queued,0,' ]
	[ "$(asked "answered_at, message, by")" = '2026-11-23T09:00:00Z|1|tester' ]
	order-status --attention | { ! grep -q ^inquiry; }
	order-notify -q
	[ "$(mails to)" = buy@nord.example ]
	[ "$(mails subject)" = "Re: Grüße ($R1)" ]
	[ "$(mails in-reply-to)" = '<1@nord.example>' ]
	[ "$(mails references)" = '<a@nord.example> <b@nord.example> <1@nord.example>' ]
	[ "$(mails message-id)" = '<reply.1.1.1.1@kontor.example>' ]
	text=$(cat mail/new/*)
	[[ $text == *'It ships today.'* && $text == *"What of $R1?"* ]]
	[ "$(sql "SELECT json_extract(document, '$.asked_on') FROM messages")" = 2026-11-23 ]
	[ "$(events)" = 'receive inquiry message reply sent ' ]
	stays_true
}

@test "the subject has our reference once, and one Re:" {
	for n in 1 2 3 4; do good PO-$n TAPE $n >/dev/null; done
	id=1 ask "Re: AW: RE: Order $R1: accepted" x | take -q
	id=2 ask "fwd: so-00000002-0" x | take -q
	id=3 ask '' "$R3" | take -q
	id=4 ask "Re: " "$R4" | take -q
	for r in $R1 $R2 $R3 $R4; do reply $r -q <<<yes; done
	order-notify -q
	[ "$(mails subject | head -2)" = $'Re: Order SO-00000001-1: accepted\nRe: so-00000002-0' ]
	[[ $(mails subject | sed -n 3p) == *"$R3"* && $(mails subject | sed -n 4p) == *"$R4"* ]]
}

@test "the same answer twice, also at once, is one message" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	for i in 1 2 3 4; do reply $R1 -q <<<'It ships today.' & done
	wait
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 1 ]
	run --separate-stderr reply $R1 <<<'It ships today.'
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 1 ]
	# asked again, it is said again
	id=2 ask "$R1" 'Really?' | take -q
	reply $R1 -q <<<'It ships today.'
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 2 ]
	stays_true
}

@test "a reply that is cancelled leaves the question open until it is sent again" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	reply $R1 -q <<<'It ships today.'
	run --separate-stderr order-notify --cancel 1
	[ "$status" -eq 0 ]
	[ "$stderr" = 'order-notify: message 1: what it answered is open again' ]
	[ "$(asked 'answered_at, message')" = '|1' ]
	order-status --attention | grep -q '^inquiry,'
	order-notify -q --resend 1
	[ "$(asked 'answered_at, message')" = '2026-11-23T09:00:00Z|2' ]
	order-notify -q --cancel 2
	[ "$(asked 'answered_at, message')" = '|2' ]
	reply $R1 -q <<<'It ships tomorrow.'
	[ "$(asked 'answered_at, message')" = '2026-11-23T09:00:00Z|3' ]
	stays_true
}

@test "a reply that was cancelled while the mailer took it has answered" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	reply $R1 -q <<<'It ships today.'
	printf '#!/bin/sh\ncat >/dev/null\n%s -d %s -q --cancel 1 2>%s\n' \
		"$(command -v order-notify)" "$ORDER_DB" "$TEST_DIR/said" >stub
	chmod 700 stub
	order-config -q mail_command="$TEST_DIR/stub"
	order-notify -q
	grep -q 'a mailer is at work' said
	[ "$(sql 'SELECT state FROM messages')" = sent ]
	[ "$(asked 'answered_at, message')" = '2026-11-23T09:00:00Z|1' ]
}

@test "killed at any time: the answer is queued once and ends what was asked" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	for ms in 002 004 006 008 012 020; do
		reply $R1 -q <<<'It ships today.' & pid=$!
		sleep 0.$ms
		kill -KILL $pid 2>/dev/null || true
		wait $pid || true
	done
	reply $R1 -q <<<'It ships today.'
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 1 ]
	[ "$(asked message)" = 1 ]
	stays_true
}

@test "a stranger is told nothing unless somebody says so" {
	good PO-1 | order-verify -q
	from=x@evil.example ask "$R1" | take -q
	order-status --attention >list
	grep -q 'x@evil.example, which is no address of this customer, asks:' list
	grep -q "order-notify --reply $R1 --to ... < answer.txt" list
	run --separate-stderr reply $R1 <<<hi
	[ "$status" -eq 1 ] && [ -z "$output" ]
	[[ $stderr == *"say where the answer goes (--to x@evil.example)" ]]
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 0 ]
	[ "$(asked answered_at)" = '' ]
	reply $R1 --to buy@nord.example -q <<<'Somebody asks; was it you?'
	[ "$(sql 'SELECT recipient FROM messages')" = buy@nord.example ]
}

@test "who is known: the order's address and the one on file, in any case" {
	receive external_ref,customer,email,sku,quantity PO-1,C-1,jo@nord.example,TAPE,1 |
		order-verify -q
	for who in JO@nord.example Buy@Nord.example; do
		id=$who from=$who ask "$R1" | take -q
		reply $R1 -q <<<"hello $who"
	done
	[ "$(sql 'SELECT recipient FROM messages ORDER BY id')" = $'JO@nord.example\nBuy@Nord.example' ]
}

@test "all that is open is answered at once; who else asked is named" {
	good PO-1 | order-verify -q
	id=1 ask "$R1" one | take -q
	id=2 from=other@nord.example ask "$R1" two | take -q
	order-update -q $R1 inquiry --note three
	run --separate-stderr reply $R1 <<<'to all'
	[ "$stderr" = "order-notify: $R1: other@nord.example asked, too, and gets no copy" ]
	[ "$(asked message)" = $'1\n1\n1' ]
	[ "$(sql "SELECT json_extract(document, '$.question') FROM messages")" = one ]
}

@test "nobody asked: a new thread, and it is said" {
	good PO-1 | order-verify -q
	run --separate-stderr reply $R1 <<<'By the way'
	[ "$status" -eq 0 ]
	[[ $stderr == *'nobody waits for an answer; it begins a new thread' ]]
	order-notify -q
	[ "$(mails in-reply-to)" = None ]
	[ "$(mails to)" = buy@nord.example ]
}

@test "asked by telephone: to the address on file, or by hand" {
	receive external_ref,customer,sku,quantity PO-1,QUIET,TAPE,1 PO-2,C-1,TAPE,2 | order-verify -q
	for r in $R1 $R2; do
		order-update -q $r inquiry --note 'where?'
		reply $r -q <<<here
	done
	[ "$(sql 'SELECT recipient, state FROM messages')" = $'|by-hand\nbuy@nord.example|queued' ]
	order-notify --show 1 | grep -q here
}

@test "each other one who asked is named, once" {
	good PO-1 | order-verify -q
	for who in buy@nord.example b@nord.example c@nord.example B@NORD.example; do
		id=$who from=$who ask "$R1" | take -q
	done
	run --separate-stderr reply $R1 <<<'to all'
	[ "$stderr" = "order-notify: $R1: b@nord.example, c@nord.example asked, too, and get no copy" ]
}

@test "what cannot be an answer" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	refused() {	# refused WORDS, the answer on stdin
		run --separate-stderr reply $R1
		[ "$status" -eq 1 ] && [ -z "$output" ] && [[ $stderr == *"$1"* ]] ||
			{ echo "$status $stderr"; return 1; }
	}
	refused 'is empty' </dev/null
	refused 'is empty' <<<$' \n\t'
	refused 'card number' <<<'use 4111 1111 1111 1111'
	refused 'UTF-8' <<<$'Gr\xfc\xdfe'
	refused 'control' <<<$'a\x1b[31m'
	refused 'control' < <(printf 'a\0b')
	refused '64 KiB' < <(head -c 65537 /dev/zero | tr '\0' a)
	head -c 9000000 /dev/zero | tr '\0' a >big
	refused '64 KiB' <big
	run reply SO-00000009-7 <<<x
	[ "$status" -eq 1 ]
	run reply $R1 --to nobody <<<x
	[ "$status" -eq 64 ]
	run reply $R1 --to 4111111111111111@nord.example <<<x
	[ "$status" -eq 1 ]
	[ "$output" = "order-notify: $R1: --to holds a payment card number" ]
	run reply $R1 none.txt
	[ "$status" -eq 66 ]
	run order-notify --to a@b.example
	[ "$status" -eq 64 ]
	run reply $R1 a b
	[ "$status" -eq 64 ]
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 0 ]
	head -c 65536 /dev/zero | tr '\0' a | reply $R1 -q
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 1 ]
}

@test "the answer from a file, as Windows writes it; --dry-run queues nothing" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	printf '\xef\xbb\xbfIt is\r\nhere.\r\n' >answer.txt
	run reply $R1 -n answer.txt
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM messages')" -eq 0 ]
	reply $R1 -q answer.txt
	[ "$(sql "SELECT json_extract(document, '$.answer') FROM messages")" = $'It is\nhere.' ]
}

@test "our own mails about an order stand in one thread for each recipient" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	good PO-1 TAPE 11 >/dev/null || true
	printf 'external_ref,channel,customer,sku,quantity\nPO-1,email,C-1,TAPE,12\n' |
		order-receive --amend -q
	order-verify -q --pending; order-check-stock -q --pending; order-ack -q --due
	[ "$(mails message-id)" = $'<acknowledgment.1.1.1.1@kontor.example>\n<acknowledgment.1.2.1.1@kontor.example>' ]
	[ "$(mails references)" = $'None\n<acknowledgment.1.1.1.1@kontor.example>' ]
	[ "$(mails in-reply-to)" = $'None\nNone' ]
}
