#!/usr/bin/env bats
# One row changed behind the tools' back, with the triggers dropped: found by
# order-audit and named, whatever row it is.

load ../helper
load tamper

# A day with orders in every state, mails, holds, answers and hand-offs.
setup_file() {
	cd "$BATS_FILE_TMPDIR"
	export ORDER_DB=$PWD/orders.db ORDER_ACTOR=tester LC_ALL=C TZ=UTC
	export ORDER_NOW=2026-11-23T09:00:00Z
	order-init
	order-config -q mail_from=orders@example.com "mail_command=maildir:$PWD/mail" \
		company_name=Acme ack_hours=48
	order-config -q ack_hours=24
	printf 'customer,name,email,currency\nC-1,Acme,buy@example.org,EUR\nC-2,Blum,it@example.org,EUR\n' |
		order-load customers -q
	printf 'sku,unit,unit_price,currency\nA-1,pc,2.50,EUR\nB-2,pc,0.125,EUR\nC-3,pc,7,EUR\n' |
		order-load items -q
	printf 'sku,on_hand\nA-1,100\nB-2,50\nC-3,2\n' | order-load stock -q
	export ORDER_NOW=2026-11-23T10:00:00Z
	{
		echo external_ref,channel,customer,email,ship_city,sku,quantity,unit_price,shipping,total
		for i in 1 2 3 4; do
			printf 'PO-%s,email,C-1,buy@example.org,Ulm,A-1,%s,2.50,4,\n,,,,,B-2,8,0.125,,\n' "$i" "$i"
		done
		echo PO-5,email,C-2,it@example.org,Jena,A-1,5,2.40,4,
		echo PO-6,email,C-2,it@example.org,Jena,C-3,3,7,4,25
		echo PO-7,email,C-2,it@example.org,Jena,C-3,1,7,4,99
		echo ,email,C-2,it@example.org,Jena,A-1,9,2.50,4,
	} >orders.csv
	order-receive -q --amend orders.csv
	sed -n '1p;2,3s/Ulm/Bonn/p' orders.csv | sed 's/email,C-1/email,C-1/' >change.csv
	export ORDER_NOW=2026-11-23T11:00:00Z
	order-receive -q --amend change.csv
	order-verify -q --pending || true
	order-check-stock -q --pending || true
	export ORDER_NOW=2026-11-23T12:00:00Z
	order-resolve -q SO-00000005-4 price corrected --set unit_price=2.50 || true
	order-resolve -q SO-00000007-9 total accepted || true
	order-ack -q --pending || true
	order-notify -q
	export ORDER_NOW=2026-11-23T13:00:00Z
	order-forward --to fulfilment SO-00000001-1 SO-00000002-0 >/dev/null || true
	order-forward --to inventory >/dev/null || true
	order-update -q SO-00000003-8 hold --reason "look at it"
	order-update -q SO-00000003-8 release --note "fine"
	order-update -q SO-00000004-6 hold --reason "look at it, too"
	order-update -q SO-00000002-0 inquiry --note "when?"
	export ORDER_NOW=2026-11-23T14:00:00Z
	order-update -q SO-00000003-8 note --note "called" --event-id E-1
	good_as_it_is
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export ORDER_DB=$PWD/orders.db
}

teardown() {
	:
}

@test "events and their details" {
	each_is_found <<-'END'
		event-altered|UPDATE events SET at = at + 1 WHERE seq = 9
		event-altered|UPDATE events SET kind = 'told' WHERE seq = (SELECT max(seq) FROM events WHERE kind = 'sent')
		event-altered|UPDATE events SET order_id = 2 WHERE seq = (SELECT max(seq) FROM events WHERE order_id = 1)
		event-altered|UPDATE events SET hash = zeroblob(32) WHERE seq = 12
		event-missing|DELETE FROM events WHERE seq = 14
		event-|INSERT INTO events SELECT max(seq) + 1, 1, 'note', at, digest, hash FROM events
		detail-altered|UPDATE event_details SET actor = 'nobody' WHERE seq = 15
		detail-altered|UPDATE event_details SET tool = 'sqlite3' WHERE seq = 15
		detail-altered|UPDATE event_details SET pinned = 0 WHERE seq = 15
		detail-altered|UPDATE event_details SET salt = zeroblob(16) WHERE seq = 15
		detail-altered|UPDATE event_details SET detail = '{}' WHERE seq = 15
		detail-altered|UPDATE event_details SET detail = 'no JSON' WHERE seq = 15
		detail-missing|DELETE FROM event_details WHERE seq = 15
		detail-stray|INSERT INTO event_details SELECT 100000, salt, actor, tool, pinned, detail FROM event_details WHERE seq = 1
	END
}

@test "orders: whose, what, how much, when" {
	each_is_found <<-'END'
		SO-00000002-0|UPDATE orders SET customer = 'C-2' WHERE id = 2
		not in its original: email|UPDATE orders SET email = 'thief@example.org' WHERE id = 2
		not in its original: ship_city|UPDATE orders SET ship_city = 'Berlin' WHERE id = 2
		SO-00000001-1|UPDATE orders SET ship_city = 'Ulm' WHERE id = 1
		SO-00000008-7,its columns and lines are not what came and what was corrected; not in its original: ship_city|UPDATE orders SET ship_city = 'Uelzen' WHERE id = 8
		SO-00000002-0|UPDATE orders SET bill_line1 = 'x' WHERE id = 2
		SO-00000002-0|UPDATE orders SET payment_terms = '90 days' WHERE id = 2
		SO-00000002-0|UPDATE orders SET instructions = 'leave it at the gate' WHERE id = 2
		SO-00000002-0|UPDATE orders SET requested_on = '2026-12-24' WHERE id = 2
		SO-00000002-0|UPDATE orders SET extra = '{}' WHERE id = 2
		SO-00000002-0|UPDATE orders SET shipping = 0 WHERE id = 2
		SO-00000002-0|UPDATE orders SET total = total - 100 WHERE id = 2
		SO-00000006-2|UPDATE orders SET total_given = 2400 WHERE id = 6
		SO-00000002-0|UPDATE orders SET currency_given = 1 WHERE id = 2
		SO-00000002-0|UPDATE orders SET external_ref = 'PO-2a' WHERE id = 2
		SO-00000002-0|UPDATE orders SET channel = 'phone' WHERE id = 2
		SO-00000002-0|UPDATE orders SET received_at = received_at + 3600 WHERE id = 2
		SO-00000002-0|UPDATE orders SET ack_due_at = ack_due_at + 60 WHERE id = 2
		SO-00000002-0|UPDATE orders SET status = 'completed', closed_at = ack_due_at WHERE id = 2
		SO-00000003-8|UPDATE orders SET status = 'released' WHERE id = 3
		SO-00000003-8|UPDATE orders SET status = 'verified' WHERE id = 3
		SO-00000002-0|UPDATE orders SET status = 'confirmed' WHERE id = 2
		SO-00000002-0|UPDATE orders SET ack = 'conditional' WHERE id = 2
		SO-00000002-0|UPDATE orders SET ack = 'none' WHERE id = 2
		SO-00000002-0|UPDATE orders SET answered_at = answered_at - 1 WHERE id = 2
		SO-00000002-0|UPDATE orders SET answered_at = NULL WHERE id = 2
		SO-00000002-0|UPDATE orders SET decided_at = decided_at - 1 WHERE id = 2
		SO-00000002-0|UPDATE orders SET revision = 2 WHERE id = 2
		order-reference|UPDATE orders SET ref = 'SO-00000012-0' WHERE id = 2
		order 2 is missing|DELETE FROM orders WHERE id = 2
	END
}

@test "lines" {
	each_is_found <<-'END'
		SO-00000002-0|UPDATE lines SET sku = 'B-2' WHERE order_id = 2 AND line = 1
		line|UPDATE lines SET item = 'C-3' WHERE order_id = 2 AND line = 1
		not in its original: description of line 1|UPDATE lines SET description = 'gift' WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET unit = 'box' WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET line_instructions = 'x' WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET ordered = ordered + 1000 WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET unit_price = 1000000 WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET price_given = 0 WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET was_price = 2000000 WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET amount = 1 WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET allocated = 0, released = 0 WHERE order_id = 2 AND line = 1
		SO-00000002-0|UPDATE lines SET line = 3 WHERE order_id = 2 AND line = 2
		SO-00000002-0|DELETE FROM lines WHERE order_id = 2 AND line = 2
		SO-00000002-0|INSERT INTO lines SELECT order_id, 3, sku, item, description, unit, unit_price, price_given, amount, line_instructions, ordered, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, '', '', '', '', 0 FROM lines WHERE order_id = 2 AND line = 2
	END
}

@test "stock and its ledger" {
	each_is_found <<-'END'
		item A-1|UPDATE stock SET on_hand = on_hand + 1000 WHERE sku = 'A-1'
		item A-1|UPDATE stock SET allocated = allocated - 1000 WHERE sku = 'A-1'
		item A-1|UPDATE stock SET released = released + 1000 WHERE sku = 'A-1'
		A-1|DELETE FROM stock WHERE sku = 'A-1'
		stock|UPDATE stock_ledger SET sku = 'B-2' WHERE id = 1
		stock|UPDATE stock_ledger SET on_hand = on_hand - 1000 WHERE id = 1
		movement|UPDATE stock_ledger SET kind = 'adjust' WHERE kind = 'allocate' AND order_id = 2 AND line = 1
		SO-00000002-0|UPDATE stock_ledger SET line = 2, seq = 9 WHERE kind = 'allocate' AND order_id = 2 AND line = 1
		movement|UPDATE stock_ledger SET at = at - 5 WHERE kind = 'allocate' AND order_id = 2 AND line = 1
		movement|UPDATE stock_ledger SET seq = 2 WHERE kind = 'allocate' AND order_id = 2 AND line = 1
		SO-00000002-0|DELETE FROM stock_ledger WHERE kind = 'allocate' AND order_id = 2 AND line = 1
	END
}

@test "holds and what was reported" {
	each_is_found <<-'END'
		SO-00000004-6|UPDATE holds SET hold = 'credit' WHERE order_id = 4 AND hold = 'manual'
		SO-00000004-6|UPDATE holds SET opened_at = opened_at - 1 WHERE order_id = 4 AND hold = 'manual'
		SO-00000004-6|UPDATE holds SET closed_at = opened_at WHERE order_id = 4 AND hold = 'manual'
		SO-00000003-8|UPDATE holds SET by = 'boss' WHERE order_id = 3 AND hold = 'manual'
		SO-00000003-8|UPDATE holds SET note = 'bad' WHERE order_id = 3 AND hold = 'manual'
		SO-00000003-8|UPDATE holds SET closed_at = NULL WHERE order_id = 3 AND hold = 'manual'
		SO-00000004-6|DELETE FROM holds WHERE order_id = 4 AND hold = 'manual'
		hold|INSERT INTO holds (order_id, hold, opened_at) VALUES (2, 'credit', 1)
		E-1|DELETE FROM updates WHERE event_id = 'E-1'
		E-|UPDATE updates SET order_id = 4 WHERE event_id = 'E-1'
		E-|UPDATE updates SET at = 1 WHERE event_id = 'E-1'
		E-9|INSERT INTO updates VALUES ('E-9', 3, zeroblob(32), 1)
	END
}

@test "messages and their mails" {
	each_is_found <<-'END'
		message |UPDATE messages SET order_id = 4 WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |UPDATE messages SET kind = 'delay' WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |UPDATE messages SET state = 'queued' WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |UPDATE messages SET sent_at = sent_at + 1 WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |UPDATE messages SET queued_at = queued_at - 1 WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |UPDATE messages SET language = 'de' WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |UPDATE messages SET document = '{}x' WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message|UPDATE messages SET code = 'RE' WHERE id = (SELECT max(id) FROM messages WHERE code = 'AP')
		message |DELETE FROM messages WHERE id = (SELECT min(id) FROM messages WHERE state = 'sent')
		message |DELETE FROM message_bytes WHERE message = (SELECT min(message) FROM message_bytes)
		message |UPDATE message_bytes SET bytes = x'00' WHERE message = (SELECT min(message) FROM message_bytes)
		message |UPDATE message_bytes SET message_id = 'other@example.com' WHERE message = (SELECT min(message) FROM message_bytes)
	END
}

@test "keys, originals, policy, hand-offs" {
	each_is_found <<-'END'
		SO-00000002-0|UPDATE order_keys SET content = zeroblob(32) WHERE order_id = 2
		PO-2|UPDATE order_keys SET order_id = 3 WHERE order_id = 2
		PO-2|UPDATE order_keys SET revision = 7 WHERE order_id = 2
		PO-2|DELETE FROM order_keys WHERE order_id = 2
		PO-2|INSERT INTO order_keys SELECT channel, external_ref, zeroblob(32), order_id, revision FROM order_keys WHERE order_id = 2
		SO-00000002-0|UPDATE originals SET bytes = x'00' WHERE order_id = 2
		SO-00000002-0|UPDATE originals SET sha256 = zeroblob(32) WHERE order_id = 2
		SO-00000002-0|UPDATE originals SET source = 'other.csv' WHERE order_id = 2
		SO-00000002-0|UPDATE originals SET source_line = 99 WHERE order_id = 2
		SO-00000002-0|UPDATE originals SET received_at = received_at - 1 WHERE order_id = 2
		SO-00000002-0|DELETE FROM originals WHERE order_id = 2
		ack_hours|UPDATE policy SET value = '48' WHERE name = 'ack_hours'
		company_name|DELETE FROM policy WHERE name = 'company_name'
		close_days|INSERT INTO policy VALUES ('close_days', '0')
		hand-off 1|DELETE FROM handoffs WHERE id = 1
		hand-off 1|UPDATE handoffs SET order_id = 3 WHERE id = 1
		hand-off 1|UPDATE handoffs SET state = 'accepted' WHERE id = 1
		hand-off 1|UPDATE handoffs SET at = at - 1 WHERE id = 1
		SO-00000002-0|UPDATE handoffs SET document = replace(document, '"8"', '"9"') WHERE id = 2
		SO-00000002-0|UPDATE stock_ledger SET released = released + 1 WHERE kind = 'release' AND order_id = 2 AND line = 1
		archived|INSERT INTO archived VALUES (2, 'SO-00000002-0', 'completed', 'x.db', 1)
		review|INSERT INTO reviews VALUES (1, 1, '2026-01-01', '2027-01-01', 'fine', 'boss')
		shipment|INSERT INTO shipments (order_id, line, quantity, carrier, tracking, at, shipped_on, due_on, promised_on, first_promised_on) VALUES (2, 1, 1000, '', '', 1, '2026-11-23', '2026-11-24', '', '')
	END
}
