#!/usr/bin/env bats
# What was asked and what was answered, changed behind the tools' back one row
# at a time: requests to cancel, questions of customers, hand-offs.

load ../helper
load tamper

# Every answer there is: given, taken back, given by another, not given yet.
setup_file() {
	cd "$BATS_FILE_TMPDIR"
	export ORDER_DB=$PWD/orders.db ORDER_ACTOR=tester LC_ALL=C TZ=UTC
	now() { export ORDER_NOW=2026-11-23T$1:00Z; }
	now 09:00
	order-init
	order-config -q mail_from=orders@example.com "mail_command=maildir:$PWD/mail" \
		company_name=Acme rule.duplicate=off
	printf 'customer,name,email,currency\nC-1,Acme,buy@example.org,EUR\n' |
		order-load customers -q
	printf 'sku,unit,unit_price,currency\nA-1,pc,2.50,EUR\nB-2,pc,0.125,EUR\n' |
		order-load items -q
	printf 'sku,on_hand\nA-1,100\nB-2,50\n' | order-load stock -q
	now 10:00
	{
		echo external_ref,channel,customer,sku,quantity
		for i in 1 2 3 4 5 6 7 8; do
			printf 'PO-%s,email,C-1,A-1,%s\n,,,B-2,2\n' "$i" "$i"
		done
	} | order-receive -q
	order-verify -q --pending || true
	order-check-stock -q --pending || true
	order-ack -q --pending || true
	now 11:00
	order-forward --to fulfilment --pending >>forwarded
	order-forward --to inventory >>forwarded
	now 12:00
	# 1 accepted; 2 a problem, then accepted; 3 accepted, then a problem
	order-update -q SO-00000001-1 accepted --note 'on its way'
	order-update -q SO-00000002-0 problem --line 1 --reason 'wet'
	order-update -q SO-00000003-8 accepted
	now 12:30
	order-update -q SO-00000002-0 accepted
	order-update -q SO-00000003-8 problem --reason 'torn'
	# 4 all of it, refused; 5 a line, asked anew, taken out; 6 sent too soon,
	# 7 all of it, taken out; 1 asked, fulfilment does not know
	now 13:00
	order-update -q SO-00000004-6 cancelled --reason 'too many' || true
	order-update -q SO-00000005-4 cancelled --line 1 --quantity 1 --reason 'too many' || true
	order-update -q SO-00000006-2 cancelled --line 2 --note 'a pity' || true
	order-update -q SO-00000007-9 cancelled || true
	now 13:10
	order-update -q SO-00000005-4 cancelled --line 1 --quantity 2 --reason 'far too many' || true
	order-forward --to fulfilment --pending >>forwarded
	order-update -q SO-00000001-1 cancelled --line 2 --reason 'not wanted' || true
	now 13:20
	export ORDER_ACTOR=store
	order-update -q SO-00000004-6 cancel-refused --reason 'is packed'
	order-update -q SO-00000005-4 cancelled --line 1 --quantity 2 --event-id S-5
	order-update -q SO-00000006-2 shipped
	order-update -q SO-00000007-9 cancelled --event-id S-7
	export ORDER_ACTOR=tester
	# asked and told, asked and written to, asked twice, not answered yet; one
	# whose answer was taken back, one whose answer went to another address
	now 14:00
	for n in 00000001-1 00000002-0 00000003-8 00000004-6 00000005-4 00000008-7; do
		order-update -q SO-$n inquiry --channel phone --note 'when?'
	done
	now 14:10
	order-update -q SO-00000001-1 reply --note 'on Friday'
	for n in 00000002-0 00000004-6 00000005-4; do
		echo 'On Friday.' | order-notify -q --reply SO-$n --to buy@example.org
	done
	message=$(sqlite3 orders.db 'SELECT message FROM inquiries WHERE order_id = 4')
	order-notify -q --cancel "$message"
	now 14:20
	order-notify -q
	message=$(sqlite3 orders.db 'SELECT message FROM inquiries WHERE order_id = 5')
	order-notify -q --resend "$message" --to other@example.org
	order-update -q SO-00000002-0 inquiry --channel phone --note 'are you sure?'
	order-notify -q
	good_as_it_is
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export ORDER_DB=$PWD/orders.db
}

teardown() {
	:
}

@test "requests to cancel" {
	each_is_found <<-'END'
		cancel-request,SO-00000001-1|DELETE FROM cancel_requests WHERE order_id = 1
		cancel-request,SO-00000004-6|DELETE FROM cancel_requests WHERE order_id = 4
		cancel-request,SO-00000005-4|DELETE FROM cancel_requests WHERE order_id = 5
		cancel-request,SO-00000004-6|INSERT INTO cancel_requests (order_id, line, quantity, reason, note, at) VALUES (4, 0, 0, '', '', unixepoch('2026-11-23 13:00'))
		cancel-request,SO-00000004-6|INSERT INTO cancel_requests SELECT 99, order_id, line, quantity, reason, note, at, handoff, answered_at, answer, by FROM cancel_requests WHERE order_id = 4
		cancel-request,SO-00000005-4|UPDATE cancel_requests SET order_id = 4 WHERE order_id = 5
		cancel-request,SO-00000005-4|UPDATE cancel_requests SET line = 2 WHERE order_id = 5
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET line = 1 WHERE order_id = 4
		cancel-request,SO-00000005-4|UPDATE cancel_requests SET quantity = 1500 WHERE order_id = 5
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET quantity = 1000 WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET reason = 'no reason' WHERE order_id = 4
		cancel-request,SO-00000006-2|UPDATE cancel_requests SET note = '' WHERE order_id = 6
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET at = at - 1 WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET at = at + 1 WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET handoff = 1 WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET handoff = (SELECT handoff FROM cancel_requests WHERE order_id = 5) WHERE order_id = 4
		hand-off,SO-00000004-6|UPDATE cancel_requests SET handoff = NULL WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET answered_at = NULL WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET answered_at = NULL, answer = '', by = '' WHERE order_id = 4
		cancel-request,SO-00000005-4|UPDATE cancel_requests SET answered_at = NULL, answer = '', by = '' WHERE order_id = 5
		hand-off,SO-00000007-9|UPDATE cancel_requests SET answered_at = NULL, answer = '', by = '' WHERE order_id = 7
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET answered_at = answered_at + 1 WHERE order_id = 4
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET answer = 'cancelled' WHERE order_id = 4
		cancel-request,SO-00000005-4|UPDATE cancel_requests SET answer = 'refused' WHERE order_id = 5
		cancel-request,SO-00000004-6|UPDATE cancel_requests SET answer = '' WHERE order_id = 4
		cancel-request,SO-00000006-2|UPDATE cancel_requests SET by = 'tester' WHERE order_id = 6
		cancel-request,SO-00000001-1|UPDATE cancel_requests SET by = 'tester' WHERE order_id = 1
		cancel-request,SO-00000001-1|UPDATE cancel_requests SET answered_at = at, answer = 'refused' WHERE order_id = 1
	END
}

@test "questions of customers" {
	each_is_found <<-'END'
		inquiry,SO-00000001-1|DELETE FROM inquiries WHERE order_id = 1
		inquiry,SO-00000003-8|DELETE FROM inquiries WHERE order_id = 3
		inquiry,SO-00000001-1|UPDATE inquiries SET order_id = 2 WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET id = 99 WHERE order_id = 1
		inquiry,SO-00000001-1|INSERT INTO inquiries SELECT 99, order_id, at, channel, sender, subject, question, message_id, refs, zeroblob(32), answered_at, message, by FROM inquiries WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET at = at + 100000 WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET channel = 'email' WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET sender = 'thief@example.org' WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET subject = 'another' WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET answered_at = NULL WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET answered_at = NULL, by = '' WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET answered_at = answered_at + 1 WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET by = 'store' WHERE order_id = 1
		inquiry,SO-00000001-1|UPDATE inquiries SET message = (SELECT min(id) FROM messages WHERE order_id = 1) WHERE order_id = 1
		inquiry,SO-00000002-0|UPDATE inquiries SET message = NULL WHERE order_id = 2 AND answered_at IS NOT NULL
		inquiry,SO-00000002-0|UPDATE inquiries SET message = message - 1 WHERE order_id = 2 AND answered_at IS NOT NULL
		inquiry,SO-00000002-0|UPDATE inquiries SET answered_at = answered_at + 1 WHERE order_id = 2 AND answered_at IS NOT NULL
		inquiry,SO-00000002-0|UPDATE inquiries SET answered_at = unixepoch('2026-11-23 14:20') WHERE order_id = 2 AND answered_at IS NOT NULL
		inquiry,SO-00000002-0|UPDATE inquiries SET answered_at = NULL WHERE order_id = 2 AND answered_at IS NOT NULL
		inquiry,SO-00000002-0|UPDATE inquiries SET by = 'store' WHERE order_id = 2 AND answered_at IS NOT NULL
		inquiry,SO-00000002-0|UPDATE inquiries SET answered_at = at + 1, by = 'tester' WHERE order_id = 2 AND answered_at IS NULL
		inquiry,SO-00000003-8|UPDATE inquiries SET answered_at = at + 1, by = 'tester' WHERE order_id = 3
		inquiry,SO-00000003-8|UPDATE inquiries SET by = 'tester' WHERE order_id = 3
		inquiry,SO-00000004-6|UPDATE inquiries SET answered_at = at + 1 WHERE order_id = 4
		inquiry,SO-00000004-6|UPDATE inquiries SET message = NULL WHERE order_id = 4
		inquiry,SO-00000005-4|UPDATE inquiries SET message = message - 1 WHERE order_id = 5
		inquiry,SO-00000005-4|UPDATE inquiries SET answered_at = NULL WHERE order_id = 5
	END
}

@test "answers to hand-offs" {
	each_is_found <<-'END'
		hand-off,SO-00000001-1|UPDATE handoffs SET state = 'open' WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET state = 'open', answered_at = NULL, note = '', by = '' WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET state = 'problem' WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET state = 'void' WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET answered_at = NULL WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET answered_at = answered_at + 1 WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET note = 'not on its way' WHERE id = 1
		hand-off,SO-00000001-1|UPDATE handoffs SET by = 'store' WHERE id = 1
		hand-off,SO-00000002-0|UPDATE handoffs SET state = 'problem', answered_at = unixepoch('2026-11-23 12:00'), note = 'line 1: wet' WHERE order_id = 2
		hand-off,SO-00000003-8|UPDATE handoffs SET state = 'accepted', answered_at = unixepoch('2026-11-23 12:00'), note = '' WHERE order_id = 3
		hand-off,SO-00000003-8|UPDATE handoffs SET note = 'fine' WHERE order_id = 3
		hand-off,SO-00000008-7|UPDATE handoffs SET by = 'store' WHERE order_id = 8
		hand-off,SO-00000008-7|UPDATE handoffs SET state = 'accepted', answered_at = at, by = 'tester' WHERE order_id = 8
		hand-off,SO-00000008-7|UPDATE handoffs SET state = 'void', answered_at = at, by = 'tester' WHERE order_id = 8
		hand-off,SO-00000006-2|UPDATE handoffs SET answered_at = answered_at - 1 WHERE order_id = 6 AND kind = 'pick'
		hand-off,SO-00000006-2|UPDATE handoffs SET note = 'cancelled' WHERE order_id = 6 AND kind = 'cancel'
		hand-off,SO-00000004-6|UPDATE handoffs SET state = 'open' WHERE order_id = 4 AND kind = 'cancel'
		hand-off,SO-00000004-6|UPDATE handoffs SET answered_at = answered_at + 1 WHERE order_id = 4 AND kind = 'cancel'
		hand-off,SO-00000004-6|UPDATE handoffs SET by = 'tester' WHERE order_id = 4 AND kind = 'cancel'
		hand-off,SO-00000007-9|UPDATE handoffs SET by = 'tester' WHERE order_id = 7 AND kind = 'pick'
		hand-off,SO-00000007-9|UPDATE handoffs SET state = 'problem' WHERE order_id = 7 AND kind = 'pick'
		hand-off,|UPDATE handoffs SET answered_at = at WHERE kind = 'movements'
		hand-off,|UPDATE handoffs SET state = 'open' WHERE kind = 'movements'
	END
}
