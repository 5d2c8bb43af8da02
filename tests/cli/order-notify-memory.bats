#!/usr/bin/env bats
# No tool needs more than 64 MB, however long an order is and however many of
# its kind wait

load ../helper
load ../company

@test "three acknowledgments of 10,000 lines in one batch, most of them late" {
	seq 10000 | awk 'BEGIN { print "sku,description,unit,unit_price,currency" }
		{ print "N-" $1 ",Thing " $1 ",EA,1.00,EUR" }' | order-load -q items
	seq 100 | awk 'BEGIN { print "sku,on_hand" } { print "N-" $1 ",100" }' |
		order-load -q stock
	awk 'BEGIN { print "external_ref,customer,sku,quantity"
		for (o = 1; o <= 3; o++) for (i = 1; i <= 10000; i++)
			print "PO-" o ",C-1,N-" i "," o }' >long.csv
	peak order-receive -q --channel email long.csv
	peak order-verify -q --pending
	peak order-check-stock -q --pending
	peak order-ack -q --queue-only --due
	peak order-notify -q
	peak order-notify --resend 1 2 3 >out
	peak order-notify -q
	[ "$(sql "SELECT count(*) FROM messages WHERE state = 'sent'
		AND json_array_length(document, '\$.lines') = 10000")" -eq 6 ]
	peak order-notify --show 3 >out
	[ "$(wc -c <out)" -gt 5000000 ]
	peak order-notify --list >out
	peak order-status "$R1" >out
}
