#!/usr/bin/env bats
# Closed orders move to an archive, once, and can still be read there.

load ../helper
load ../company

LATER=2028-03-01T09:00:00Z

# Three orders: the first two cancelled, the third confirmed and open.
three() {
	receive external_ref,customer,sku,quantity PO-1,C-1,TAPE,3 \
		PO-2,C-1,TAPE,4 PO-3,C-1,GLUE,5 |
		order-verify | order-check-stock | order-ack -q
	order-update -q $R1 inquiry --note "when does it come?"
	order-update -q $R1 reply --note "told them: on Friday"
	order-update -q $R1 note --note "wants it blue" --event-id tel-1
	order-update -q $R1 hold --reason "odd"
	order-update -q $R1 release
	order-update -q $R1 cancelled
	order-update -q $R2 cancelled
	order-notify -q
}

# archive [OPTION...]: long after
archive() {
	ORDER_NOW=$LATER order-archive --to old.db "$@"
}

old() {
	sqlite3 old.db "$1"
}

@test "what was closed long ago moves, the rest stays" {
	three
	run -0 archive --pending
	[[ ${lines[1]} == $R1,PO-1,email,C-1,*,cancelled,*,ok, ]]
	[[ ${lines[2]} == $R2,*,ok, ]]
	[ ${#lines[@]} = 3 ]
	[ "$(sql 'SELECT group_concat(ref) FROM orders')" = $R3 ]
	[ "$(old 'SELECT group_concat(ref) FROM orders')" = $R1,$R2 ]
	[ "$(sql 'SELECT ref, status, archive FROM archived WHERE order_id = 1')" = \
		"$R1|cancelled|old.db" ]
	stays_true
	order-audit --verify
	order-audit -d old.db --check
	order-audit -d old.db --verify
}

@test "an order that was handed over and shipped moves with that" {
	receive external_ref,customer,sku,quantity PO-1,C-1,TAPE,3 |
		order-verify | order-check-stock | order-ack -q
	order-forward --to fulfilment $R1 >ticket
	order-update -q $R1 shipped --carrier DHL
	order-notify -q
	archive -q --pending
	[ "$(old 'SELECT destination, kind, state FROM handoffs')" = 'fulfilment|pick|accepted' ]
	[ "$(old 'SELECT order_id, line, quantity, carrier FROM shipments')" = '1|1|3000|DHL' ]
	[ "$(sql 'SELECT count(*) FROM shipments')" = 0 ]
	stays_true
	order-audit -d old.db --check
}

@test "everything that was known of an order is in the archive" {
	three
	for t in orders lines holds findings originals updates messages \
		message_bytes inquiries order_keys events event_details; do
		sql "SELECT count(*) > 0 FROM $t" | grep -qx 1 || [ $t = findings ]
		case $t in
		orders) of='id = 1' ;;
		message_bytes) of='message IN (SELECT id FROM messages WHERE order_id = 1)' ;;
		event_details) of='seq IN (SELECT seq FROM events WHERE order_id = 1)' ;;
		*) of='order_id = 1' ;;
		esac
		echo "SELECT '$t', * FROM $t WHERE $of ORDER BY 1, 2, 3;"
	done >rows.sql
	sqlite3 -quote orders.db "$(cat rows.sql)" >was
	archive -q $R1
	sqlite3 -quote old.db "$(cat rows.sql)" >is
	diff was is
	# here its key, the bones of its events, and the move are left
	[ "$(sql "SELECT group_concat(kind) FROM events AS e LEFT JOIN
		event_details AS d ON d.seq = e.seq
		WHERE order_id = 1 AND d.seq IS NOT NULL")" = archive ]
	sqlite3 -quote orders.db "$(cat rows.sql)" | cut -d, -f1 | sort -u >left
	[ "$(tr '\n' ' ' <left)" = "'event_details' 'events' 'order_keys' " ]
}

@test "reading tools work on an archive, writing tools do not" {
	three
	archive -q --pending
	[ "$(order-status -d old.db --all | cells ref | tr '\n' ' ')" = "$R1 $R2 " ]
	[ "$(order-status -d old.db PO-1 | column ref)" = $R1 ]
	[[ $(order-status -d old.db --history $R1) == *'wants it blue'* ]]
	[ "$(order-status -d old.db --full $R1 | json 'd["ref"]')" = $R1 ]
	[ "$(order-status -d old.db --lines $R2 | column quantity)" = 4 ]
	[[ $(order-audit -d old.db -o table $R1) == *'note: wants it blue'* ]]
	[[ $(order-notify -d old.db --show 1) == *'buy@nord.example'* ]]
	[ "$(order-config -d old.db archive_days | column value)" = \
		"$(order-config archive_days | column value)" ]
	diff <(order-config </dev/null) <(order-config -d old.db </dev/null)
	for tool in 'order-verify --pending' 'order-update 1 note' \
		'order-receive /dev/null' 'order-notify' 'order-ack --due' \
		'order-archive --to new.db --pending' \
		'order-config ack_hours=8' 'order-config ack_hours=8 close_days'; do
		run -78 $tool -d old.db
		[[ $output == *'old.db: is an archive: only order-archive changes what is in it' ]]
	done
}

@test "the database says where an order went" {
	three
	archive -q --pending
	run -1 order-status $R1
	[[ $output == *"$R1: is in an archive: order-status -d old.db $R1"* ]]
	run -1 order-status -o table $R1
	[[ $output == "order-status: $R1: is in an archive: order-status -d old.db $R1" ]]
	run -1 order-status PO-2
	[[ $output == *"PO-2: is in an archive: order-status -d old.db $R2"* ]]
	run -1 --separate-stderr order-status <<<"ref
$R1"
	[ "$(column reason <<<"$output")" = archived ]
	[ "$(column status <<<"$output")" = cancelled ]
	run -1 --separate-stderr order-update $R1 note --note x
	[ "$(column reason <<<"$output")" = archived ]
	[[ $stderr == "order-update: $R1: is in the archive old.db, where nothing is changed" ]]
	run -0 order-audit -o table $R1
	[[ $output == *'moved to the archive old.db'* ]]
}

@test "a key that was archived is still known" {
	three
	archive -q --pending
	run -0 receive external_ref,customer,sku,quantity PO-1,C-1,TAPE,3
	[ "$(column result <<<"$output")" = duplicate ]
	[ "$(column ref <<<"$output")" = $R1 ]
	# other content may have the key of a cancelled order
	run -0 receive external_ref,customer,sku,quantity PO-1,C-1,TAPE,9
	[ "$(column ref <<<"$output")" = $R4 ]
	stays_true
}

@test "a completed order keeps its key for ever" {
	three
	sql "UPDATE orders SET status = 'completed' WHERE id = 2"
	archive -q $R2
	run -1 --separate-stderr receive external_ref,customer,sku,quantity PO-2,C-1,TAPE,9
	[ "$(column reason <<<"$output")" = conflict ]
	[[ $stderr == *"\"PO-2\" is already order $R2 with other content"* ]]
}

@test "again is unchanged, also after a run that was cut off" {
	three
	cp orders.db kept.db
	archive -q --pending
	cp old.db once.db
	run -0 archive $R1
	[ "$(column result <<<"$output")" = unchanged ]
	# cut off after the archive had committed
	rm -f orders.db-wal orders.db-shm
	cp kept.db orders.db
	archive -q --pending
	[ "$(sqlite3 once.db .dump | md5sum)" = "$(sqlite3 old.db .dump | md5sum)" ]
	# and something was recorded before the next run
	rm -f orders.db-wal orders.db-shm
	cp kept.db orders.db
	order-update -q $R1 note --note later
	archive -q --pending
	[ "$(old "SELECT count(*) FROM orders")" = 2 ]
	[[ $(order-audit -d old.db $R1) == *later* ]]
	order-audit -d old.db --check
	order-audit -d old.db --verify
	stays_true
	order-audit --verify
}

@test "what a run left that was killed at its start goes" {
	three
	touch old.db.unfinished-a1B2c3
	archive -q --pending
	[ -z "$(ls *.unfinished-* 2>/dev/null)" ]
}

@test "an archive takes no orders of another database" {
	three
	archive -q --pending
	rm -f orders.db*
	cp "$BATS_FILE_TMPDIR/company.db" orders.db
	three
	run -1 --separate-stderr archive $R1
	[ "$(column reason <<<"$output")" = archive-differs ]
	[[ $stderr == *"$R1: old.db has another order of that number"* ]]
	[ "$(sql 'SELECT count(*) FROM orders')" = 3 ]
}

@test "what is not closed for long enough stays" {
	three
	run -1 --separate-stderr archive $R3
	[ "$(column reason <<<"$output")" = not-closed ]
	[[ $stderr == "order-archive: $R3: stays here: it is confirmed" ]]
	run -1 --separate-stderr order-archive --to old.db $R1
	[[ $stderr == "order-archive: $R1: stays here until 2027-12-23T09:00:00Z (close_days and archive_days)" ]]
	order-config -q close_days=1 archive_days=0
	ORDER_NOW=2026-11-24T08:59:59Z run -1 order-archive --to old.db $R1
	ORDER_NOW=2026-11-24T09:00:00Z run -0 order-archive --to old.db $R1
}

@test "open things and a legal hold keep an order here" {
	three
	order-update -q $R1 inquiry --note "what became of it?"
	run -1 --separate-stderr archive $R1
	[[ $stderr == *"stays here: an inquiry is not answered" ]]
	order-update -q $R1 reply --note told
	sql "UPDATE messages SET state = 'dead' WHERE id = 1"
	run -1 --separate-stderr archive $R1
	[[ $stderr == *"stays here: a message was not sent" ]]
	sql "UPDATE messages SET state = 'sent' WHERE id = 1"
	sql "INSERT INTO cancel_requests (order_id, line, quantity, reason, note, at)
		VALUES (1, 0, 0, '', '', 0)"
	run -1 --separate-stderr archive $R1
	[[ $stderr == *"stays here: a request to cancel is not answered" ]]
	sql "UPDATE cancel_requests SET answered_at = 1, answer = 'refused'"
	order-update -q $R1 legal-hold --reason "court"
	run -1 --separate-stderr archive $R1
	[ "$(column reason <<<"$output")" = legal-hold ]
	[[ $stderr == *"there is a legal hold (it ends by: order-update $R1 legal-release)" ]]
	[ "$(archive --pending | cells ref)" = $R2 ]
	order-update -q $R1 legal-release
	[ "$(archive --pending | cells ref)" = $R1 ]
}

@test "a dry run tells and touches nothing" {
	three
	run -0 archive --pending -n
	[ "$(cells ref <<<"$output" | tr '\n' ' ')" = "$R1 $R2 " ]
	[ ! -e old.db ]
	[ "$(sql 'SELECT count(*) FROM orders')" = 3 ]
}

@test "old rejects are deleted" {
	receive external_ref,customer,sku,quantity BAD,C-1,TAPE,x || true
	receive external_ref,customer,sku,quantity BAD2,C-1,TAPE,x || true
	order-resolve -q --reject 1 dismiss
	ORDER_NOW=2027-02-20T00:00:00Z run -0 --separate-stderr \
		order-archive -v --to old.db --pending
	[ "$stderr" = '' ]
	ORDER_NOW=2027-02-22T00:00:00Z run -0 --separate-stderr \
		order-archive -v -n --to old.db --pending
	[ "$stderr" = 'order-archive: 1 reject of old deleted (reject_days)' ]
	[ "$(sql 'SELECT count(*) FROM rejects')" = 2 ]
	ORDER_NOW=2027-02-22T00:00:00Z order-archive --to old.db --pending -q
	[ "$(sql 'SELECT group_concat(id) FROM rejects')" = 2 ]
	stays_true
}

@test "several archives live side by side" {
	three
	archive -q $R2
	ORDER_NOW=$LATER order-archive -q --to older.db $R1
	[ "$(old 'SELECT group_concat(id) FROM orders')" = 2 ]
	[ "$(sqlite3 older.db 'SELECT group_concat(id) FROM orders')" = 1 ]
	order-audit -d old.db --check
	order-audit -d older.db --check
	order-audit -d older.db --verify
	stays_true
	# a number that is nowhere is missing
	sql 'DELETE FROM archived WHERE order_id = 2'
	run -1 order-audit --check
	[[ $output == *'order-number,,order 2 is missing'* ]]
}

@test "only an archive can be archived to" {
	run -64 order-archive --pending
	[[ $output == *'say where to (--to FILE), or whose data are to be erased'* ]]
	run -78 order-archive --to orders.db --pending
	[[ $output == *'orders.db: is an order database, but no archive' ]]
	echo x >text
	run -78 order-archive --to text --pending
	run -73 order-archive --to nowhere/old.db --pending
	order-archive -q --to old.db --pending
	order-init -d old.db
	order-archive -q --to old.db --pending
}
