#!/usr/bin/env bats
# The trail, the chain and the invariants, and every way to tamper with them.

load ../helper

# Twelve events: 1 to 7 about policy, items and stock, 8 to 12 the orders
# SO-00000001-1 .. SO-00000005-4 of two lines each.
fill() {
	local i
	order-config -q company_name=Acme timezone=Europe/Berlin
	printf 'sku,unit,unit_price,currency\nA-1,pc,2.50,EUR\nB-2,pc,0.125,EUR\n' |
		order-load items -q
	printf 'sku,unit,unit_price,currency\nA-1,pc,2.75,EUR\n' |
		order-load items -q
	printf 'sku,on_hand\nA-1,100\nB-2,50\n' | order-load stock -q
	{
		echo external_ref,channel,sku,quantity,unit_price,shipping
		for i in 1 2 3 4 5; do
			printf 'PO-%s,email,A-1,%s,2.50,4\n,,B-2,3,0.125,\n' "$i" "$i"
		done
	} > orders.csv
	order-receive -q orders.csv
}

# Change rows behind the tools' back, as an intruder with sqlite3 could.
tamper() {
	local triggers drops
	triggers=$(sqlite3 "$ORDER_DB" \
		"SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'")
	drops=$(sqlite3 "$ORDER_DB" \
		"SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'")
	sqlite3 "$ORDER_DB" "PRAGMA ignore_check_constraints = ON;
		BEGIN; $drops $1; $triggers COMMIT;"
}

keep() { cp -p "$ORDER_DB" kept.db; }
again() { rm -f "$ORDER_DB" "$ORDER_DB"-wal "$ORDER_DB"-shm; cp -p kept.db "$ORDER_DB"; }

# Each line of the table on stdin: wanted first columns | SQL.  Every change
# is made to the same good database and must be found by the given option.
each_tampering() {
	local want sql n=0
	keep
	while IFS='|' read -r want sql; do
		again
		tamper "$sql"
		run order-audit "$1"
		[ "$status" -eq 1 ] || { echo "status $status, not found: $sql"; return 1; }
		[[ "$output" == *"$want"* ]] ||
			{ echo "$sql"; echo "wanted: $want"; echo "$output"; return 1; }
		[ "${2:-}" != alone ] || [ "${#lines[@]}" -eq 2 ] ||
			{ echo "more than one: $sql"; echo "$output"; return 1; }
		n=$((n + 1))
	done
	[ "$n" -ge 1 ]
}

# Reserve stock and confirm as the steps do, in the same rows.
confirm() {
	tamper "
	UPDATE lines SET item = sku, allocated = 2000 WHERE order_id = 2 AND line = 1;
	UPDATE stock SET allocated = 2000 WHERE sku = 'A-1';
	INSERT INTO stock_ledger VALUES (NULL, 2, 1, 'allocate', 1, 'A-1', 0, 2000, 0,
		(SELECT at FROM events WHERE order_id = 2), '')"
	order-audit --check
}

@test "a new store: nothing to tell, all is good" {
	run order-audit --verify
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run order-audit --check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run order-audit --head
	[ "$output" = "0 $(printf '%064d' 0)" ]
	run order-audit --verify --against "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a store in use: silent and 0 when good" {
	fill
	run order-audit --verify
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run order-audit --check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "the trail of an order as records" {
	fill
	run order-audit SO-00000002-0
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = seq,at,ref,kind,actor,tool,detail ]
	[[ "${lines[1]}" == "9,2026-11-23T09:00:00Z,SO-00000002-0,receive,tester,order-receive "* ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "the trail as JSON: the detail is an object" {
	fill
	order-audit -o json so000000020 | python3 -c '
import json, sys
r, = map(json.loads, sys.stdin)
assert r["seq"] == 9 and r["detail"]["source"] == "orders.csv", r
assert r["detail"]["source_line"] == 4, r'
}

@test "the trail as a story in plain words" {
	fill
	run order-audit -o table SO-00000002-0
	[ "${lines[0]}" = "at                    actor   event" ]
	[ "${lines[1]}" = "2026-11-23T09:00:00Z  tester  received from orders.csv, line 4" ]
	run order-audit --all -o table
	[[ "$output" == *"tester  setting timezone: UTC -> Europe/Berlin"* ]]
	[[ "$output" == *"tester  item A-1 changed: unit_price: "*" -> "* ]]
	[[ "$output" == *"tester  stock of A-1 counted: 0 -> 100"* ]]
	[[ "$output" == *"SO-00000005-4  tester  received from orders.csv, line 10"* ]]
	[ "${#lines[@]}" -eq 13 ]
}

@test "a hold in the story, and an event of a kind nobody knows" {
	fill
	tamper "
	INSERT INTO events VALUES (13, 1, 'hold', 0, x'', x''), (14, 1, 'space-flight', 0, x'', x''), (15, 1, 'odd', 0, x'', x'');
	INSERT INTO event_details VALUES
	(13, x'', 'ann', 't', 0, '{\"hold\":\"price\",\"reason\":\"differs\"}'),
	(14, x'', 'ann', 't', 0, '{\"crew_size\":2,\"mass_thousandths\":1500,\"field\":\"goal\",\"old\":\"\",\"new\":\"moon\"}'),
	(15, x'', 'ann', 't', 0, 'not [json')"
	run order-audit -o table SO-00000001-1
	[[ "$output" == *"hold price opened: differs"* ]]
	[[ "$output" == *"space flight: crew size 2, mass 1.5, goal, (none) -> moon"* ]]
	[[ "$output" == *"odd: not [json"* ]]
	run order-audit -o json SO-00000001-1
	[[ "${lines[3]}" == *'"detail":"not [json"}' ]]
}

@test "a detail that would move the cursor is shown, not obeyed" {
	fill
	tamper "UPDATE event_details SET detail = '{\"source\":\"' || char(27) || '[2J\"}' WHERE seq = 8"
	order-audit -o table SO-00000001-1 > out.txt
	order-audit -o json SO-00000001-1 >> out.txt
	run grep -c "$(printf '\033')" out.txt
	[ "$output" = 0 ]
}

@test "records on stdin name the orders; unknown ones make it 1" {
	fill
	run --separate-stderr order-audit < <(printf 'x,ref\n1,SO-00000003-8\n2,SO-00000009-5\n3,\n')
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[1]}" == 10,*,SO-00000003-8,* ]]
	[ "${stderr_lines[0]}" = "order-audit: SO-00000009-5: there is no such order" ]
	[ "${stderr_lines[1]}" = "order-audit: (no ref): there is no such order" ]
	run order-audit < <(printf 'ref\n')
	[ "$status" -eq 0 ]
	[ "$output" = seq,at,ref,kind,actor,tool,detail ]
}

@test "everything that was recorded, in the order it was" {
	fill
	order-audit --all | columns seq > seqs
	seq 12 | diff - seqs
}

@test "options that do not go together are usage errors" {
	fill
	for args in "--all --verify" "--verify --check" "--head --check" \
		"--verify SO-00000001-1" "--against 1:00" "--verify --against 1:00" \
		"--verify --against 1.0:$(printf '%064d' 0)"; do
		run order-audit $args
		[ "$status" -eq 64 ] || { echo "$args: $status"; return 1; }
	done
}

@test "details that went without a word are found, the trail says so" {
	fill
	tamper "DELETE FROM event_details WHERE seq = 3 OR seq IN (SELECT seq FROM events WHERE order_id = 2)"
	run order-audit --verify
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} == detail-missing,3,,* ]]
	[[ ${lines[2]} == detail-missing,9,SO-00000002-0,* ]]
	run order-audit SO-00000002-0
	[ "${lines[1]}" = "9,2026-11-23T09:00:00Z,SO-00000002-0,receive,,," ]
	run order-audit -o table SO-00000002-0
	[[ "$output" == *"receive (its detail was moved or erased)"* ]]
}

@test "every single change to the chain is found and named" {
	fill
	each_tampering --verify alone <<'END'
event-altered,9,SO-00000002-0,|UPDATE events SET kind = 'verify' WHERE seq = 9
event-altered,9,SO-00000002-0,|UPDATE events SET at = at + 1 WHERE seq = 9
event-altered,9,SO-00000002-0,its digest|UPDATE events SET digest = zeroblob(32) WHERE seq = 9
event-altered,9,SO-00000002-0,its hash was changed|UPDATE events SET hash = zeroblob(32) WHERE seq = 9
event-altered,9,SO-00000002-0,its hash was changed|UPDATE events SET hash = CAST(hash || x'00' AS BLOB) WHERE seq = 9
event-altered,12,SO-00000005-4,does not follow|UPDATE events SET hash = zeroblob(32) WHERE seq = 12
event-altered,1,,|UPDATE events SET kind = 'policies' WHERE seq = 1
event-altered,9,SO-00000002-0,|UPDATE events SET kind = kind || char(0) || 'd' WHERE seq = 9
detail-altered,9,SO-00000002-0,|UPDATE event_details SET detail = '{}' WHERE seq = 9
detail-altered,9,SO-00000002-0,|UPDATE event_details SET actor = 'eve' WHERE seq = 9
detail-altered,9,SO-00000002-0,|UPDATE event_details SET tool = 'other 1' WHERE seq = 9
detail-altered,9,SO-00000002-0,|UPDATE event_details SET pinned = 0 WHERE seq = 9
detail-altered,9,SO-00000002-0,|UPDATE event_details SET salt = zeroblob(16) WHERE seq = 9
detail-altered,9,SO-00000002-0,|UPDATE event_details SET detail = detail || char(0) || 'x' WHERE seq = 9
event-missing,9,,was removed|DELETE FROM events WHERE seq = 9
event-missing,1,,was removed|DELETE FROM events WHERE seq = 1
event-missing,12,,was removed|DELETE FROM events WHERE seq = 12; DELETE FROM event_details WHERE seq = 12
event-missing,8,,events 8 to 10 were removed|DELETE FROM events WHERE seq BETWEEN 8 AND 10
event-inserted,0,,|INSERT INTO events VALUES (0, 0, 'x', 0, zeroblob(32), zeroblob(32))
event-altered,13,SO-00000001-1,does not follow from event 12|INSERT INTO events VALUES (13, 1, 'x', 0, zeroblob(32), zeroblob(32))
detail-stray,13,,there is no such event|INSERT INTO event_details VALUES (13, x'', '', '', 0, '')
END
}

@test "an order blamed for another's event is found" {
	fill
	each_tampering --verify <<'END'
event-altered,9,SO-00000001-1,|UPDATE events SET order_id = 1 WHERE seq = 9
END
}

@test "a detail put back in place of an erased one is found" {
	fill
	tamper "DELETE FROM event_details WHERE seq = 9"
	each_tampering --verify alone <<'END'
detail-altered,9,SO-00000002-0,|INSERT INTO event_details VALUES (9, zeroblob(16), 'eve', 'x', 0, '{}')
END
}

# Exchange events $1 and $2 with their details.
exchange() {
	echo "UPDATE events SET seq = 1000 WHERE seq = $1;
	UPDATE events SET seq = $1 WHERE seq = $2;
	UPDATE events SET seq = $2 WHERE seq = 1000;
	UPDATE event_details SET seq = 1000 WHERE seq = $1;
	UPDATE event_details SET seq = $1 WHERE seq = $2;
	UPDATE event_details SET seq = $2 WHERE seq = 1000;"
}

@test "two events exchanged: both are named, their neighbours are not" {
	fill
	keep
	for pair in "8 9" "8 11" "1 12" "11 12"; do
		again
		tamper "$(exchange $pair)"
		run order-audit --verify
		[ "$status" -eq 1 ]
		[ "${#lines[@]}" -eq 3 ] || { echo "$pair"; echo "$output"; return 1; }
		[[ "${lines[1]}" == event-moved,${pair% *},*"event ${pair#* } stands here" ]]
		[[ "${lines[2]}" == event-moved,${pair#* },*"event ${pair% *} stands here" ]]
	done
}

@test "an event carried to another place: the hole and the place are named" {
	fill
	tamper "UPDATE events SET seq = 20 WHERE seq = 9; UPDATE event_details SET seq = 20 WHERE seq = 9"
	run order-audit --verify
	[ "$status" -eq 1 ]
	[[ "$output" == *"event-missing,9,,was removed"* ]]
	[[ "$output" == *"event-moved,20,SO-00000002-0,event 9 stands here"* ]]
	[[ "$output" != *event-altered* ]]
}

# Move events from $1 on by $2 places, with their details.
shift_events() {
	echo "UPDATE events SET seq = -seq - $2 WHERE seq >= $1;
	UPDATE events SET seq = -seq WHERE seq < 0;
	UPDATE event_details SET seq = -seq - $2 WHERE seq >= $1;
	UPDATE event_details SET seq = -seq WHERE seq < 0;"
}

@test "an event slipped in, and those after it renumbered" {
	fill
	tamper "$(shift_events 9 1)
	INSERT INTO events VALUES (9, 1, 'paid', 0, zeroblob(32), zeroblob(32))"
	run order-audit --verify
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = 'event-inserted,9,SO-00000001-1,"was added, and those after it renumbered"' ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "an event taken out, and those after it renumbered" {
	fill
	tamper "DELETE FROM events WHERE seq = 9; DELETE FROM event_details WHERE seq = 9;
	$(shift_events 10 -1) UPDATE sqlite_sequence SET seq = 11 WHERE name = 'events'"
	run order-audit --verify
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = 'event-missing,9,,"was removed, and those after it renumbered"' ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "more breaks than are tried out: each is reported all the same" {
	fill
	for i in $(seq 90); do
		order-config -q company_name="Acme $i"
	done
	tamper "UPDATE events SET at = at + 1 WHERE seq % 2 = 0"
	run order-audit --verify
	[ "$status" -eq 1 ]
	[ "$(grep -c ^event-altered <<< "$output")" -eq 51 ]
}

@test "a tail cut off without a trace is told by the head kept elsewhere" {
	fill
	head=$(order-audit --head)
	[[ "$head" == "12 "* ]]
	run order-audit --verify --against "$head"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	order-config -q company_name=Other
	run order-audit --verify --against "${head/ /:}"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	tamper "DELETE FROM events WHERE seq > 11; DELETE FROM event_details WHERE seq > 11;
	UPDATE sqlite_sequence SET seq = 11 WHERE name = 'events'"
	run order-audit --verify
	[ "$status" -eq 0 ]
	run order-audit --verify --against "$head"
	[ "$status" -eq 1 ]
	[[ "${lines[1]}" == head-missing,12,,* ]]
	order-config -q company_name=Again
	run order-audit --verify
	[ "$status" -eq 0 ]
	run order-audit --verify --against "$head"
	[ "$status" -eq 1 ]
	[[ "${lines[1]}" == head-missing,12,,*rewritten ]]
}

@test "every invariant that is broken is found and named" {
	fill
	confirm
	each_tampering --check <<'END'
stock-level,,"item A-1: on hand 1, allocated 2, released 0"|UPDATE stock SET on_hand = 1000 WHERE sku = 'A-1'
stock-ledger,,"item B-2: 51 on hand, 0 allocated, 0 released; its ledger says 50, 0 and 0"|UPDATE stock SET on_hand = 51000 WHERE sku = 'B-2'
stock-ledger,,"item A-1: 100 on hand, 3 allocated|UPDATE stock SET allocated = 3000 WHERE sku = 'A-1'
stock-ledger,,"item A-1: 100 on hand, 2 allocated, 1 released|UPDATE stock SET released = 1000 WHERE sku = 'A-1'
stock-ledger,,"item B-2: 50 on hand|UPDATE stock_ledger SET on_hand = 49000 WHERE sku = 'B-2'
stock-ledger,,item C-3: has movements but no stock|INSERT INTO stock_ledger VALUES (NULL, 0, 0, 'count', 9, 'C-3', 5, 0, 0, 0, '')
stock-adjustment,,adjustment X-1: its ledger row is missing|INSERT INTO stock_adjustments VALUES ('X-1', 'A-1', 1000, '', 1)
line-ledger,SO-00000002-0,"line 1: 1 allocated, 0 released; its ledger says 2 and 0"|UPDATE lines SET allocated = 1000 WHERE order_id = 2 AND line = 1
line-ledger,SO-00000002-0,"line 7 is not there|INSERT INTO stock_ledger VALUES (NULL, 2, 7, 'allocate', 1, 'A-1', 0, 0, 0, 0, '')
line-ledger,SO-00000002-0,"line 1: 2 allocated|DELETE FROM stock_ledger WHERE order_id = 2
line-quantity,SO-00000001-1,line 1: nothing is ordered|UPDATE lines SET ordered = 0 WHERE order_id = 1 AND line = 1
line-quantity,SO-00000001-1,line 1: a quantity is below zero|UPDATE lines SET cancelled = -1000 WHERE order_id = 1 AND line = 1
line-quantity,SO-00000001-1,line 1: its quantities are more than ordered|UPDATE lines SET backordered = 2000 WHERE order_id = 1 AND line = 1
line-quantity,SO-00000001-1,line 1: more is released than allocated|UPDATE lines SET released = 1000 WHERE order_id = 1 AND line = 1
line-quantity,SO-00000002-0,line 2: more is delivered than shipped|UPDATE lines SET delivered = 1 WHERE order_id = 2 AND line = 2
line-quantity,SO-00000002-0,line 2: more is returned than shipped|UPDATE lines SET returned = 1 WHERE order_id = 2 AND line = 2
line-amount,SO-00000003-8,line 1: its amount is not quantity x price|UPDATE lines SET amount = amount + 1 WHERE order_id = 3 AND line = 1
line-amount,SO-00000003-8,line 2: its amount|UPDATE lines SET unit_price = NULL WHERE order_id = 3 AND line = 2
order-total,SO-00000003-8,"has a total, but a price is not known"|UPDATE lines SET unit_price = NULL, amount = NULL WHERE order_id = 3 AND line = 2
order-total,SO-00000003-8,"its total is 1189, its lines and charges make 1188 (minor units)"|UPDATE orders SET total = total + 1 WHERE id = 3
order-total,SO-00000003-8,"its total is 1188, its lines and charges make 1187|UPDATE orders SET discount = 1 WHERE id = 3
order-total,SO-00000003-8,"has no total, but every price is known"|UPDATE orders SET total = NULL WHERE id = 3
order-total,SO-00000003-8,its amounts are over the limit|UPDATE lines SET ordered = 9000000000000000 WHERE order_id = 3 AND line = 1
order-number,,order 3 is missing|DELETE FROM orders WHERE id = 3
order-number,,orders 2 to 4 are missing|DELETE FROM orders WHERE id BETWEEN 2 AND 4
order-number,,order 5 is missing|DELETE FROM orders WHERE id = 5
order-number,,order 5 would be issued again|UPDATE sqlite_sequence SET seq = 4 WHERE name = 'orders'
order-reference,SO-00000003-9,its check digit is wrong|UPDATE orders SET ref = 'SO-00000003-9' WHERE id = 3
order-reference,SO-00000004-6,is not the reference of order 3|UPDATE orders SET ref = 'SO-00000004-6' WHERE id = 3
order-reference,XX-00000003-8,its prefix was never in use|UPDATE orders SET ref = 'XX-00000003-8' WHERE id = 3
order-lines,SO-00000003-8,has no line|DELETE FROM lines WHERE order_id = 3
order-key,SO-00000003-8,its key is not kept: email PO-3|DELETE FROM order_keys WHERE order_id = 3
order-original,SO-00000003-8,its original is not kept|DELETE FROM originals WHERE order_id = 3
order-original,SO-00000003-8,its original is not what came|UPDATE originals SET bytes = x'78' WHERE order_id = 3
order-original,SO-00000003-8,its original is not the one its event names|UPDATE originals SET bytes = (SELECT bytes FROM originals WHERE order_id = 4), sha256 = (SELECT sha256 FROM originals WHERE order_id = 4) WHERE order_id = 3
order-state,SO-00000003-8,has no such status: lost|UPDATE orders SET status = 'lost' WHERE id = 3
order-state,SO-00000003-8,has no such acknowledgment: maybe|UPDATE orders SET ack = 'maybe' WHERE id = 3
order-state,SO-00000003-8,"revision 2 was acknowledged, but it is at 1"|UPDATE orders SET ack_revision = 2 WHERE id = 3
order-state,SO-00000003-8,"stock was checked for revision 2, but it is at 1"|UPDATE orders SET stock_revision = 2 WHERE id = 3
order-state,SO-00000003-8,is confirmed but was never acknowledged|UPDATE orders SET status = 'confirmed' WHERE id = 3
order-state,SO-00000003-8,"is confirmed, but no event says so"|UPDATE orders SET status = 'confirmed', ack = 'accepted', decided_at = 1 WHERE id = 3
order-state,SO-00000003-8,"is verified, but no event says so"|UPDATE orders SET status = 'verified' WHERE id = 3
order-state,SO-00000003-8,"is cancelled, but no event says so"|UPDATE orders SET status = 'cancelled', closed_at = 1 WHERE id = 3
order-state,SO-00000003-8,is received but was closed|UPDATE orders SET closed_at = 1 WHERE id = 3
order-state,SO-00000003-8,is cancelled but was never closed|UPDATE orders SET status = 'cancelled' WHERE id = 3
order-state,SO-00000002-0,is rejected but line 1 still holds stock|UPDATE orders SET status = 'rejected', closed_at = 1 WHERE id = 2
order-state,SO-00000003-8,has no event that it was received|DELETE FROM events WHERE seq = 10
order-state,SO-00000003-8,was received twice|INSERT INTO events VALUES (13, 3, 'receive', 0, x'', x'')
order-state,SO-00000003-8,"is received, but was rejected"|INSERT INTO events VALUES (13, 3, 'reject', 0, x'', x'')
order-state,SO-00000003-8,"is received, but was verified"|INSERT INTO events VALUES (13, 3, 'verify', 0, x'', x'')
hold,SO-00000003-8,hold price is open 2 times|DROP INDEX holds_open; INSERT INTO holds (order_id, hold, opened_at) VALUES (3, 'price', 0), (3, 'price', 0)
message,,message 1 is about no order|INSERT INTO messages (order_id, revision, kind, recipient, seq, state, language, document, queued_at, next_try_at) VALUES (99, 1, 'receipt', '', 1, 'queued', 'en', '{}', 0, 0)
message,SO-00000003-8,message 1 has no such state: lost|INSERT INTO messages (order_id, revision, kind, recipient, seq, state, language, document, queued_at, next_try_at) VALUES (3, 1, 'receipt', '', 1, 'lost', 'en', '{}', 0, 0)
database,,row |DELETE FROM orders WHERE id = 3
END
}

@test "a schema that is not ours any more is found and named" {
	fill
	each_tampering --check <<'END'
schema,,index orders_in_work: is missing|DROP INDEX orders_in_work
schema,,view v_stock: is missing|DROP VIEW v_stock
schema,,view v_holds: is not as this program makes it|DROP VIEW v_holds; CREATE VIEW v_holds AS SELECT 1
schema,,table holidays: is not as this program makes it|ALTER TABLE holidays ADD COLUMN x TEXT
schema,,trigger more_guard: is not ours|CREATE TRIGGER more_guard BEFORE UPDATE ON items BEGIN SELECT RAISE(ABORT, 'no'); END;
END
	again
	sqlite3 "$ORDER_DB" "DROP TRIGGER events_delete_append_only"
	run order-audit --check
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = "schema,,trigger events_delete_append_only: is missing" ]
	again
	sqlite3 "$ORDER_DB" "CREATE INDEX my_own ON orders (email);
		CREATE TABLE notes (n); CREATE VIEW mine AS SELECT 1; ANALYZE"
	run order-audit --check
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a damaged page is found" {
	fill
	page=$(sqlite3 "$ORDER_DB" "SELECT rootpage FROM sqlite_schema WHERE name = 'orders_of_account'")
	printf '\377\377' | dd of="$ORDER_DB" bs=1 seek=$(((page - 1) * 4096 + 3)) conv=notrunc 2>/dev/null
	run order-audit --check
	[ "$status" -ne 0 ]
	[ "$status" -eq 74 ] || [[ "$output" == *database,,* ]]
}

@test "quiet: only the exit status tells" {
	fill
	tamper "UPDATE events SET at = 0 WHERE seq = 3; UPDATE orders SET total = 0"
	for option in --verify --check; do
		run order-audit -q $option
		[ "$status" -eq 1 ]
		[ -z "$output" ]
	done
}

@test "a full disk is no success" {
	fill
	run bash -c 'order-audit --all > /dev/full'
	[ "$status" -eq 74 ]
}

@test "reading the proof writes nothing and needs no right to" {
	fill
	chmod 400 "$ORDER_DB"
	sum=$(sha256sum < "$ORDER_DB")
	order-audit --verify
	order-audit --check
	order-audit --head > /dev/null
	[ "$sum" = "$(sha256sum < "$ORDER_DB")" ]
}

@test "rows that stand in the wrong order are damage: 74" {
	sqlite3 orders.db \
		"INSERT INTO sqlite_sequence VALUES ('orders', 5000000)"
	order_csv PO-8 A-1 2 | order-receive -q
	order_csv PO-9 A-1 2 | order-receive -q
	# the key 5,000,002 becomes 1, in its place behind 5,000,001
	python3 - <<-'END'
		with open("orders.db", "r+b") as f:
		    text = f.read()
		    assert b"\x82\xb1\x96\x42" in text
		    f.seek(0)
		    f.write(text.replace(b"\x82\xb1\x96\x42", b"\x80\x80\x80\x01"))
	END
	run order-audit --check
	[ "$status" -eq 74 ]
	[[ $output == *"is damaged: order number 1 is out of its place" ]]
}
