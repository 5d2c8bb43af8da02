#!/usr/bin/env bats
# What people and tools do honestly is never called a breach: --check and
# --verify stay silent, in the archives, too, and a copy can be made.

load ../helper
load ../company
load update

# honest: nothing is found, wherever it is looked
honest() {
	local db
	for db in orders.db archive-*.db; do
		[ -e "$db" ] || continue
		order-audit -d "$db" --check
		order-audit -d "$db" --verify
	done
	order-backup copy-"$RANDOM$RANDOM".db >/dev/null
}

# did KIND...: each was recorded, so that a flow is what its name says
did() {
	local kind
	for kind; do
		[ "$(sql "SELECT count(*) > 0 FROM events WHERE kind = '$kind'")" = 1 ] ||
			{ echo "no event $kind"; return 1; }
	done
}

# at TIME COMMAND...
at() {
	ORDER_NOW=$1 "${@:2}"
}

amend() {
	printf '%s\n' "$@" | order-receive -q --channel email --amend || true
}

H=external_ref,customer,email,sku,quantity,unit_price

@test "an answer corrects, then the customer changes the order, and again" {
	receive $H PO-1,C-1,nobody,TAPE,3,2.50 PO-2,C-1,,TAPE,4, |
		order-verify -q || true
	order-resolve -q $R1 contact corrected --set email=jo@example.org || true
	order-resolve -q $R1 price corrected --set unit_price=2.00 --line 1 || true
	honest
	at 2026-11-23T10:00:00Z amend $H PO-1,C-1,jo@example.org,TAPE,5,2.50
	honest
	order-verify -q --pending || true
	order-resolve -q $R1 price accepted || true
	order-check-stock -q --pending || true
	at 2026-11-23T11:00:00Z order-ack -q --pending || true
	at 2026-11-23T12:00:00Z amend $H PO-1,C-1,jo@example.org,TAPE,2,2.00
	at 2026-11-23T12:00:00Z amend $H PO-2,C-1,,GLUE,4,
	honest
	did corrected amended acknowledge
}

@test "a substitute, then a change, then a cancellation of what is left" {
	printf 'sku,unit,unit_price,currency\nGEL,EA,3.00,EUR\n' | order-load -q items
	order-load -q stock <<<$'sku,on_hand\nGEL,50'
	printf 'sku,substitute,rank\nGLUE,GEL,1\n' | order-load -q substitutes
	order-config -q substitute_consent=auto backorder_consent=never
	receive $H PO-1,C-1,,GLUE,12, PO-2,C-1,,GLUE,14, | order-verify -q || true
	order-check-stock -q --pending || true
	honest
	at 2026-11-23T10:00:00Z amend $H PO-1,C-1,,GLUE,13,
	order-verify -q --pending || true
	order-check-stock -q --pending || true
	honest
	order-ack -q --pending || true
	order-update -q $R1 cancelled --line 1 --quantity 1 || true
	hand_over
	order-update -q $R1 shipped || true
	order-update -q $R2 cancelled || true
	honest
	did substitute amended
}

@test "mails that bounce, are sent again, to others, and told by hand" {
	receive $H PO-1,C-1,,TAPE,3, PO-2,QUIET,,TAPE,4, PO-3,C-1,,TAPE,1, |
		order-verify | order-check-stock -q || true
	order-ack -q --due --queue-only || true
	order-notify -q || true
	at 2026-11-23T10:00:00Z order-notify -q --resend 1 || true
	at 2026-11-23T10:00:00Z order-notify -q --resend 3 --to somebody@example.org
	at 2026-11-23T10:30:00Z order-notify -q || true
	at 2026-11-23T11:00:00Z order-notify -q --told 2 --note "called them"
	honest
	id=$(sql "SELECT message_id FROM message_bytes WHERE message = 1")
	printf '%s\n' 'From: MAILER-DAEMON@example.com' 'To: orders@kontor.example' \
		'Subject: undeliverable' 'Content-Type: multipart/report; report-type=delivery-status; boundary=b' \
		'MIME-Version: 1.0' '' '--b' 'Content-Type: text/plain' '' gone '--b' \
		'Content-Type: message/delivery-status' '' 'Reporting-MTA: dns; x' '' \
		'Final-Recipient: rfc822; buy@nord.example' 'Action: failed' 'Status: 5.1.1' '' \
		'--b' 'Content-Type: message/rfc822' '' "Message-ID: <$id>" 'Subject: x' '' x '--b--' \
		>bounce.eml
	at 2026-11-23T12:00:00Z order-receive -q --from-mail <bounce.eml || true
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'bounced'")" = 1 ]
	honest
	at 2026-11-23T13:00:00Z order-notify -q --resend 1 --to new@example.org
	at 2026-11-23T13:10:00Z order-notify -q
	honest
	order-notify -q --cancel 1 || true
	honest
	did resend told bounced sent
}

@test "short-close, reopen, returns, and what leaves after the count" {
	confirmed $H PO-1,C-1,,GLUE,12, PO-2,C-1,,TAPE,6, PO-3,C-1,,BOX,50,
	hand_over
	order-update -q $R1 accepted || true
	order-update -q $R1 shipped --line 1 --quantity 10 --carrier DHL || true
	honest
	at 2026-11-24T09:00:00Z order-update -q $R1 short-close --reason "no more" || true
	honest
	at 2026-11-24T10:00:00Z order-update -q $R1 returned --line 1 --quantity 3 --reason broken || true
	at 2026-11-24T10:10:00Z order-update -q $R1 reopen --line 1 --quantity 2 --reason broken || true
	honest
	at 2026-11-24T11:00:00Z order-load -q stock <<<$'sku,on_hand\nTAPE,60\nGLUE,30'
	at 2026-11-24T11:05:00Z order-update -q $R2 shipped --occurred-at 2026-11-24T09:00:00Z
	at 2026-11-24T12:00:00Z order-check-stock -q --backorders || true
	honest
	at 2026-11-24T12:30:00Z order-update -q $R3 problem --reason "not found" || true
	at 2026-11-24T12:40:00Z order-update -q $R3 delay --promised-on 2026-12-24 --reason late || true
	at 2026-11-24T12:50:00Z order-update -q $R3 cancelled || true
	honest
	at 2026-11-24T13:00:00Z hand_over
	at 2026-11-24T13:50:00Z order-update -q $R3 cancel-refused || true
	at 2026-11-24T14:00:00Z order-update -q $R3 cancelled --reason again || true
	at 2026-11-24T14:10:00Z order-update -q $R3 cancelled --event-id wh-1 || true
	honest
	did short-close reopen returned delay problem cancel-requested cancel-refused
}

@test "less is counted than was reserved, released and promised" {
	confirmed $H PO-1,C-1,,TAPE,60, PO-2,C-1,,TAPE,30,
	order-forward --to fulfilment $R1 >/dev/null
	at 2026-11-23T10:00:00Z order-load -q stock <<<$'sku,on_hand\nTAPE,70'
	honest
	at 2026-11-23T11:00:00Z order-load -q stock <<<$'sku,on_hand\nTAPE,10' || true
	printf 'adjust_ref,sku,quantity,reason\nA-1,TAPE,3,found\n' |
		order-load -q --adjust stock || true
	printf 'supply_ref,sku,quantity,expected_on\nS-1,TAPE,50,2026-12-01\n' |
		order-load -q supply
	honest
	at 2026-11-23T12:00:00Z order-load -q stock <<<$'sku,on_hand\nTAPE,100'
	at 2026-11-23T13:00:00Z order-check-stock -q --backorders || true
	hand_over
	order-forward --to inventory --pending >/dev/null || true
	honest
	did stock-count stock-adjust forward
}

@test "archives, erased before and after, and an archive of another year" {
	confirmed $H PO-1,C-1,,TAPE,6, PO-2,C-1,,TAPE,7, PO-3,LIMIT,,BOX,50, PO-4,C-1,,GLUE,2,
	hand_over
	order-notify -q
	order-update -q $R1 shipped --carrier DHL --tracking 1
	order-update -q $R2 inquiry --note "when?"
	order-update -q $R2 reply --note "told them"
	order-update -q $R2 shipped
	order-update -q $R3 cancelled || true
	hand_over
	order-update -q $R3 cancelled --event-id wh-1 || true
	order-update -q $R4 hold --reason "look"
	order-notify -q
	honest
	at 2026-12-23T09:00:00Z order-archive -q --erase-order $R1 || true
	honest
	at 2028-03-01T09:00:00Z order-archive -q --to archive-1.db $R1 $R2
	honest
	at 2028-04-01T09:00:00Z order-archive -q --to archive-2.db --pending || true
	honest
	at 2028-05-01T09:00:00Z order-archive -q --erase-order $R2 || true
	honest
	at 2028-05-01T09:00:00Z order-update -q $R4 release
	at 2028-05-02T09:00:00Z order-update -q $R4 cancelled || true
	at 2028-05-03T09:00:00Z order-archive -q --erase-customer C-1 || true
	honest
	did archive erase cancel-requested
}
