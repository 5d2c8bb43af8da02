#!/usr/bin/env bats
# A person's data go from the database and its archives, to the last byte;
# what was ordered, when and for how much stays.

load ../helper
load ../company

LATER=2028-03-01T09:00:00Z

# Every word of hers has QQZX in it, nobody else's has.
anna() {
	printf '%s\n' customer,name,email,phone,bill_line1,bill_city,bill_postcode,bill_country \
		'QQZX-1,Anna QQZXname,anna@qqzxmail.example,+49 30 QQZX123,QQZX street 1,QQZXtown,10115,DE' |
		order-load -q customers
	printf '%s\n' customer,name,email,phone \
		'QQZX-1,Anna QQZXnewname,anna@qqzxmail.example,+49 30 QQZX123' |
		order-load -q customers
	printf '%s\n' sku,currency,customer,min_quantity,valid_from,valid_to,unit_price \
		TAPE,EUR,QQZX-1,0,,,1.90 | order-load -q prices
	printf '%s\n' alias,customer,sku QQZX-tape,QQZX-1,TAPE | order-load -q aliases
}

# Her orders: the first completed with all that can hang on one, the second
# cancelled; the third is somebody else's.
orders() {
	receive external_ref,customer,customer_name,email,phone,bill_name,bill_line1,ship_name,ship_line1,ship_line2,ship_city,ship_country,payment_token,instructions,description,line_instructions,sku,quantity \
		'PO-1,QQZX-1,Anna QQZXname,anna@qqzxmail.example,QQZX123,QQZX Ltd,QQZX 1,Anna QQZX,QQZX road 7,QQZX floor,QQZXcity,DE,tok_QQZX,ring at QQZX,for QQZX,engrave QQZX,QQZX-tape,3' \
		'PO-2,QQZX-1,,,,,,,,,,,,,,,GLUE,2' \
		'PO-3,C-1,,,,,,,,,,,,,,,GLUE,1' |
		order-verify | order-check-stock | order-ack -q || true
	for h in $(order-status $R1 | column held); do
		order-resolve -q $R1 $h confirmed --note "QQZX said so"
	done
	order-check-stock -q $R1
	order-ack -q $R1
	for o in $R1 $R2; do
		order-update -q $o inquiry --note "QQZX asks"
		order-update -q $o reply --note "told QQZX" --event-id QQZX-tel-$o
		order-update -q $o note --note "QQZX is at home on Fridays"
		order-update -q $o hold --reason "QQZX must sign"
		order-update -q $o release --note "QQZX signed" || true
	done
	order-update -q $R2 cancelled --reason "QQZX has enough"
	hand_over
	order-update -q $R1 accepted --note "for QQZX"
	order-update -q $R1 shipped --line 1 --quantity 1 --carrier "QQZX vans" --tracking QQZX-track
	for answer in cancel-refused cancelled; do
		order-update -q $R1 cancelled --reason "QQZX has enough" --note "says QQZX" 2>>said
		hand_over
		order-update -q $R1 $answer --reason "QQZX is lucky" --event-id QQZX-$answer
	done
	order-notify -q
	rejects
}

# Goods and requests go to fulfilment.
hand_over() {
	order-forward --to fulfilment $R1 >>handed
}

# Two of hers by key and address, one of somebody else; all closed.
rejects() {
	receive external_ref,customer,sku,quantity PO-2,X,TAPE,x >/dev/null || true
	receive external_ref,email,sku,quantity R-2,anna@qqzxmail.example,TAPE,x >/dev/null || true
	receive external_ref,customer,sku,quantity R-3,QQZX-1,TAPE,x >/dev/null || true
	receive external_ref,email,sku,quantity R-4,susanna@other.example,TAPE,x >/dev/null || true
	for i in 1 2 3 4; do order-resolve -q --reject $i dismiss; done
}

erase() {
	ORDER_NOW=$LATER order-archive "$@"
}

# files: no byte of hers is left in any of them
clean() {
	local f
	for f in {orders,old}.db{,-wal,-shm}; do
		[ ! -e $f ] || ! grep -aqi qqzx $f || {
			echo "$f:"; strings $f | grep -i qqzx | head; return 1; }
	done
}

@test "no byte of a customer is left, and the record stands" {
	anna
	orders
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	[ "$(sqlite3 old.db 'SELECT count(*) FROM orders')" = 1 ]
	grep -aq QQZX old.db
	run -0 erase --erase-customer qqzx-1
	[ "$(cells ref <<<"$output" | tr '\n' ' ')" = "$R2 ref $R1 " ] ||
		[ "$(cells ref <<<"$output" | tr '\n' ' ')" = "$R2 $R1 " ]
	clean
	stays_true
	order-audit --verify
	order-audit -d old.db --check
	order-audit -d old.db --verify
	[ "$(order-status $R2 | column status)" = cancelled ]
	[ "$(order-status -d old.db $R1 | column received_at)" = 2026-11-23T09:00:00Z ]
	[ "$(sqlite3 old.db 'SELECT item, ordered, unit_price FROM lines')" = 'TAPE|3000|1900000' ]
	[ "$(sqlite3 old.db 'SELECT count(*) FROM messages')" -gt 1 ]
	# somebody else's is untouched
	[ "$(order-status $R3 | column customer)" = C-1 ]
	[ "$(sql 'SELECT group_concat(id) FROM rejects')" = 4 ]
}

@test "what is left can be read" {
	anna
	orders
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	erase -q --erase-customer QQZX-1
	for d in orders.db:$R2 old.db:$R1; do
		db=${d%:*} ref=${d#*:}
		order-status -d $db --full $ref | json 'd["ref"]'
		order-status -d $db --history $ref
		order-status -d $db -o table $ref
		[[ $(order-audit -d $db -o table $ref) == *'personal data erased'* ]]
		order-notify -d $db --list
	done
	run -1 order-notify --show 2
	[[ $output == *'message 2: there is no such message' ]]
	run -1 order-notify --resend 2
	[[ $output == *'message 2: there is no such message' ]]
}

@test "nothing of hers is where it cannot be erased" {
	anna
	receive external_ref,customer,unit,payment_terms,payment_method,sku,quantity \
		'PO-1,QQZX-1,,,,TAPE,3' 'PO-2,QQZX-1,QQZXes,in QQZX days,by QQZX,TAPE,1' |
		order-verify | order-check-stock | order-ack -q || true
	order-forward --to fulfilment $R1 >ticket
	# the ledger is for ever
	order-update -q $R1 cancelled --line 1 --reason "QQZX has enough"
	order-forward --to fulfilment $R1 >ticket
	order-update -q $R1 cancelled --line 1 --reason "QQZX agrees" --event-id QQZX-1
	order-forward -q --to inventory --dir .
	order-update -q $R2 cancelled
	order-notify -q
	erase -q --erase-customer QQZX-1
	clean
	run ! grep -qi qqzx movements-*
	stays_true
}

@test "the same order sent again is still known" {
	anna
	orders
	erase -q --erase-customer QQZX-1
	run -0 receive external_ref,customer,sku,quantity PO-2,QQZX-1,GLUE,2
	[ "$(column ref <<<"$output")" = $R2 ]
	[ "$(column result <<<"$output")" = duplicate ]
}

@test "nothing is erased while an order is not closed" {
	anna
	orders
	run -1 order-archive --erase-customer QQZX-1
	[[ $output == "order-archive: nothing was erased: order $R1 is closed on 2026-12-23T09:00:00Z (close_days)" ]]
	order-update -q $R2 inquiry --note "again"
	run -1 erase --erase-customer QQZX-1
	[[ $output == "order-archive: nothing was erased: order $R2: an inquiry is not answered" ]]
	order-update -q $R2 reply --note told
	order-update -q $R2 legal-hold --reason court
	run -1 erase --erase-customer QQZX-1
	[[ $output == "order-archive: nothing was erased: order $R2 is under a legal hold" ]]
	order-update -q $R2 legal-release
	receive external_ref,email,sku,quantity R-9,anna@qqzxmail.example,TAPE,x >/dev/null || true
	run -1 erase --erase-customer QQZX-1
	[[ $output == *'nothing was erased: reject 5, which is open, is of them (order-resolve --reject 5 dismiss)' ]]
	[[ $(sql 'SELECT name FROM customers WHERE customer = "QQZX-1"') == *QQZX* ]]
	grep -q QQZX <<<"$(order-status --full $R1)"
}

@test "one order of somebody unknown" {
	receive external_ref,customer_name,email,sku,quantity 'PO-1,QQZX,x@qqzx.example,TAPE,1' >/dev/null
	order-update -q $R1 reject --reason "who is QQZX"
	order-config -q mail_command=maildir:mail
	order-notify -q
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	run -1 erase --erase-order $R2
	[[ $output == "order-archive: $R2: there is no such order" ]]
	run -0 erase --erase-order $R1
	[ "$(cells ref <<<"$output")" = $R1 ]
	clean
	order-audit --verify
	order-audit -d old.db --verify
}

@test "again is harmless, and a dry run touches nothing" {
	anna
	orders
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	sum=$(sql .dump | md5sum)
	run -0 erase --erase-customer QQZX-1 -n
	[[ $output == *$R2* && $output == *$R1* ]]
	[ "$(sql .dump | md5sum)" = "$sum" ]
	erase -q --erase-customer QQZX-1
	run -0 erase --erase-customer QQZX-1
	[ "$output" = 'order-archive: QQZX-1: nothing of that customer is in the store' ]
	clean
	stays_true
}

@test "an archive that is not there, or not named, is told of" {
	anna
	orders
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	mv old.db moved.db
	run -78 erase --erase-customer QQZX-1
	[[ $output == *'old.db: no such database'* ]]
	run -0 erase -q --erase-customer QQZX-1 --archive moved.db
	[[ $output == *'old.db: orders went there, too; it was not named and stays as it is' ]]
	mv moved.db old.db
	clean
}

@test "the copy that a killed move left is erased, too" {
	anna
	orders
	ORDER_NOW=$LATER order-archive -q --to old.db PO-9 || true
	cp orders.db kept.db
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	rm -f orders.db-*
	mv kept.db orders.db
	grep -aq QQZX old.db
	erase -q --erase-customer QQZX-1
	clean
	# and the move goes on
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	clean
	stays_true
	order-audit --verify
	order-audit -d old.db --verify
}

@test "nothing is erased for good while somebody reads: 75" {
	anna
	orders
	mkfifo held
	sqlite3 orders.db <held >/dev/null &
	exec 5>held
	echo 'BEGIN; SELECT count(*) FROM orders;' >&5
	echo '.shell touch reads' >&5
	until [ -e reads ]; do :; done
	run -75 erase -q --erase-customer QQZX-1
	[[ $output == *'orders.db: somebody still reads what was there before; run this again' ]]
	exec 5>&-
	wait
	run -0 erase -q --erase-customer QQZX-1
	clean
	stays_true
}

@test "a detail that no erasure explains is missing" {
	anna
	orders
	ORDER_NOW=$LATER order-archive -q --to old.db $R1
	erase -q --erase-customer QQZX-1
	ORDER_NOW=$LATER order-update -q $R2 note --note later
	order-audit --verify
	# of no order; of an erased one, later; in an archive, of the erasure
	kept() {
		sqlite3 "$1" "SELECT max(d.seq) FROM events AS e JOIN event_details AS d
			ON d.seq = e.seq WHERE e.order_id = $2 AND e.kind $3 '$4'"
	}
	for tampered in "orders.db 0 <> erase" "orders.db 2 = note" "old.db 1 = erase"; do
		set -- $tampered
		seq=$(kept "$@")
		sqlite3 $1 "DROP TRIGGER event_details_delete_append_only;
			DELETE FROM event_details WHERE seq = $seq" 2>/dev/null ||
			sqlite3 $1 "DELETE FROM event_details WHERE seq = $seq"
		run -1 order-audit -d $1 --verify
		[[ $output == *detail-missing,$seq,* ]]
	done
}

@test "what left of an erased order is still what its lines say" {
	anna
	orders
	erase -q --erase-customer QQZX-1
	order-audit --check
	sql "UPDATE shipments SET quantity = 2000"
	run -1 order-audit --check
	[[ $output == *"shipment,$R1,"*'its shipments make 2.0'* ]]
	# nor does one erasure excuse another order
	confirmed=$(receive external_ref,customer,sku,quantity PO-9,C-1,TAPE,1 | column ref)
	order-verify -q "$confirmed"
	order-check-stock -q "$confirmed"
	order-ack -q "$confirmed"
	order-forward --to fulfilment "$confirmed" >>handed
	order-update -q "$confirmed" accepted
	sql "UPDATE shipments SET quantity = 1000"
	order-audit --check
	sql "UPDATE handoffs SET note = 'no' WHERE order_id = 4"
	run -1 order-audit --check
	[[ $output == *"hand-off,$confirmed,"* ]]
}

@test "what the options cannot mean" {
	run -64 order-archive --to a.db --erase-customer X
	run -64 order-archive --erase-customer X $R1
	run -64 order-archive --to a.db --archive b.db --pending
	[[ $output == *'--archive goes with an erasure'* ]]
}
