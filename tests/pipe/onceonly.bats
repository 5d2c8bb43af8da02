#!/usr/bin/env bats
# Two tools at once on the same thing: it is done once, and both say so.

load lib

# Two runs of the same command at the same moment, into out.1 and out.2.
both() {
	local one two
	limited bash -c "$1" >out.1 3>&- &
	one=$!
	limited bash -c "${2:-$1}" >out.2 3>&- &
	two=$!
	wait $one || [ $? -eq 1 ]
	wait $two || [ $? -eq 1 ]
}

# In the two outputs RESULT stands so often: said RESULT NUMBER
said() {
	[ "$(cat out.1 out.2 | grep -c ",$1,")" -eq "$2" ]
}

events() {
	sql "SELECT count(*) FROM events WHERE kind = '$1'"
}

@test "two order-verify on one order: one verifies, the other sees it" {
	company
	pieces 12 PO A-1 | order-receive | columns ref >refs
	while read -r ref; do
		both "order-verify $ref"
		said ok 1
		said unchanged 1
	done <refs
	[ "$(events verify)" -eq 12 ]
	sound 12
}

@test "two order-check-stock on one order: the stock is taken once" {
	company 6
	pieces 12 PO A-1 | order-receive | order-verify | columns ref >refs
	while read -r ref; do
		both "order-check-stock $ref"
	done <refs
	[ "$(events allocate)" -eq 12 ]
	[ "$(sql "SELECT sum(allocated) / 1000 FROM stock")" -eq 6 ]
	[ "$(sql "SELECT sum(backordered) / 1000 FROM lines")" -eq 6 ]
	sound 12
}

@test "two order-ack on one order: one acknowledgment, one mail" {
	company
	pieces 12 PO A-1 | order-receive | order-verify | order-check-stock |
		columns ref >refs
	while read -r ref; do
		both "order-ack $ref 2>/dev/null"
		said ok 1
		said unchanged 1
	done <refs
	order-notify -q
	[ "$(events acknowledge)" -eq 12 ]
	[ "$(ls mail/new | wc -l)" -eq 12 ]
	sound 12
}

@test "the same file taken in twice at once: each order goes in once" {
	company
	orders 1500 >orders.csv
	both "order-receive orders.csv"
	said ok 1500
	said duplicate 1500
	[ "$(columns ref <out.1)" = "$(columns ref <out.2)" ]
	sound 1500
}

@test "the same orders as CSV and as JSON at once: each goes in once" {
	company
	for n in $(seq 200); do
		echo "PO-$n,email,C-1,A-1,$n"
	done | sed '1i external_ref,channel,customer,sku,quantity' >orders.csv
	for n in $(seq 200); do
		echo '{"external_ref":"PO-'$n'","channel":"email",' \
			'"customer":"C-1","lines":[{"sku":"A-1","quantity":'$n'}]}'
	done >orders.json
	both "order-receive orders.csv" "order-receive -o csv orders.json"
	said ok 200
	said duplicate 200
	sound 200
}

@test "one key with two contents at once: one goes in, the other conflicts" {
	company
	for n in 1 2 3 4 5 6; do
		order_csv "PO-$n" A-1 1 >a.csv
		order_csv "PO-$n" A-1 2 >b.csv
		both "order-receive a.csv" "order-receive b.csv 2>/dev/null"
		said ok 1
		[ "$(cat out.1 out.2 | grep -c ',refused,conflict$')" -eq 1 ]
	done
	sound 6
}

@test "the whole day twice at once: as if it had been once" {
	company 40
	orders 300 >orders.csv
	both "order-receive orders.csv | order-verify | order-check-stock |
		order-ack --queue-only"
	[ "$(events receive)" -eq 300 ]
	[ "$(events verify)" -eq 283 ]
	[ "$(events allocate)" -eq 283 ]
	[ "$(events acknowledge)" -eq 283 ]
	sound 300
}

@test "two stock counts and a sale at once: the ledger adds up" {
	company 10
	pieces 30 PO A-1 | order-receive | order-verify -q
	for n in 1 2 3 4 5; do
		printf 'sku,on_hand\nA-1,%d\n' $((n * 5)) >count.csv
		both "order-load stock count.csv; order-load stock count.csv" \
			"order-check-stock --pending; order-check-stock --backorders"
		sound 30
	done
	order-check-stock --backorders -q || [ $? -eq 1 ]
	[ "$(sql "SELECT allocated / 1000 FROM stock WHERE sku = 'A-1'")" -eq 25 ]
	sound 30
}
