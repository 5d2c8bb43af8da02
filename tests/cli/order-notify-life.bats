#!/usr/bin/env bats
# What customers were told can be answered for, for ever, and is told once,
# however many mailers run at a time.

load ../helper
load ../company

# The stub for tests keeps what it is given, a file for each.
to_stub() {
	mkdir -p box
	order-config -q mail_command="$BATS_TEST_DIRNAME/../pipe/mailer $TEST_DIR/box ok"
}

@test "an order's whole life: every message is there later, as it was sent" {
	to_stub
	# a receipt notice near its deadline, for an order that waits
	receive external_ref,customer,email,sku,quantity,unit_price \
		PO-1,C-1,buy@nord.example,TAPE,3,2.50 | order-verify -q || true
	ORDER_NOW=2026-11-24T08:00:00Z order-ack --due -q || true
	ORDER_NOW=2026-11-24T08:10:00Z order-notify -q
	order-notify --list $R1 | cells kind >kinds
	grep -qx receipt kinds
	grep -qx clarify kinds
	# answered, decided, delivered
	export ORDER_NOW=2026-11-24T09:00:00Z
	order-resolve -q $R1 price accepted --note 'told on the phone'
	order-verify -q $R1
	order-check-stock -q $R1
	order-ack -q $R1
	order-notify -q
	# and asked for once more, by somebody else there
	ack=$(order-notify --list --kind acknowledgment $R1 | cells message)
	order-notify -q --resend "$ack" --to boss@nord.example
	order-notify -q
	[ "$(order-notify --list --state sent $R1 | cells message | wc -l)" -eq 4 ]
	for f in box/*; do sha256sum <"$f"; done | sort >given
	[ "$(wc -l <given)" -eq 4 ]

	# years later, with other templates, another name, another sender
	mkdir -p templates/en
	for kind in receipt acknowledgment clarify; do
		for part in txt html subject.txt; do
			echo 'all is new' >templates/en/$kind.$part
		done
	done
	order-config -q template_dir="$TEST_DIR/templates" company_name=New \
		mail_from=new@new.example language=de support_phone=0 \
		mail_command=maildir:elsewhere
	export ORDER_NOW=2031-01-01T00:00:00Z
	for id in $(order-notify --list $R1 | cells message); do
		order-notify --show "$id" | sha256sum
	done | sort >shown
	diff shown given
	[ "$(order-notify --list boss@nord.example | cells sent_at)" = 2026-11-24T09:00:00Z ]
	[ "$(order-notify --list C-1 | wc -l)" -eq 5 ]
	order-audit --verify -q
	stays_true
}

# many N: as many acknowledgments that wait to be delivered
many() {
	order-config -q rule.duplicate=off
	seq "$1" | awk 'BEGIN { print "external_ref,customer,sku,quantity" }
		{ print "PO-" $1 ",C-1,TAPE,0.1" }' |
		order-receive --channel email | order-verify | order-check-stock |
		order-ack -q --queue-only
}

once_each() {
	[ "$(cat box/* | grep -c '^Message-ID:')" -eq "$1" ]
	[ "$(cat box/* | grep '^Message-ID:' | sort -u | wc -l)" -eq "$1" ]
	[ "$(sql 'SELECT DISTINCT state, attempts FROM messages')" = 'sent|1' ]
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'sent'")" -eq "$1" ]
}

@test "eight at once on 200 messages: each arrives once" {
	to_stub
	many 200
	[ "$(sql "SELECT count(*) FROM messages WHERE state = 'queued'")" -eq 200 ]
	for i in 1 2 3 4 5 6 7 8; do
		(rc=0; order-notify -q 2>"says.$i" || rc=$?; echo $rc >"status.$i") &
	done
	wait
	# one did it all, the others said that it does
	[ "$(cat status.* | grep -vcxE '0|75')" -eq 0 ]
	grep -qx 0 status.*
	[ "$(cat says.* | grep -vc 'another mailer is at work')" -eq 0 ]
	once_each 200
	stays_true
}

@test "eight at once while order-ack --due delivers as well" {
	to_stub
	many 60
	seq 61 100 | awk 'BEGIN { print "external_ref,customer,sku,quantity" }
		{ print "PO-" $1 ",C-1,TAPE,0.1" }' |
		order-receive --channel email | order-verify | order-check-stock -q
	for i in 1 2 3 4; do
		order-ack --due -q 2>/dev/null &
		order-notify -q 2>/dev/null &
		order-notify 2>/dev/null >"out.$i" &
	done
	wait
	order-notify -q
	once_each 100
	[ "$(sql "SELECT count(*) FROM orders WHERE answered_at IS NULL")" -eq 0 ]
	stays_true
}
