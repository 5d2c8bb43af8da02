#!/usr/bin/env bats
# order-notify --show of a message without an address: a page for a person

load ../helper
load ../company

# An order of the customer without an address, acknowledged: by_hand COLUMNS ROW
by_hand() {
	receive "external_ref,customer,sku,quantity$1" "PO-7,QUIET,TAPE,3$2" |
		order-verify | order-check-stock | order-ack -q
}

@test "the page says what it is, whom to call and where to write" {
	by_hand ,bill_line1,bill_city,bill_postcode,bill_country \
		',Hafenstr. 1,Hamburg,20457,DE'
	run order-notify --show 1
	[ "$status" -eq 0 ]
	diff - <(printf '%s\n' "$output" | sed '/^Subject/q') <<-END
	Order $R1: acknowledgment (message 1)

	Customer:  Quiet Ltd (QUIET)
	Their ref: PO-7
	Phone:     +49 40 777 (on file)
	Address:   Quiet Ltd
	           Hafenstr. 1
	           20457 Hamburg
	           DE

	Subject: Order $R1 (your reference PO-7): accepted
	END
	[[ $output == *'Packing tape'* ]]
}

@test "what is on file is said to be, what is not known as well" {
	by_hand ,phone ',+49 30 555'
	run order-notify --show 1
	[[ $output == *$'\nPhone:     +49 30 555\nAddress:   not known\n'* ]]
	sql "UPDATE customers SET bill_name = 'Quiet Office', bill_line1 = 'Am
Wall 1', bill_city = 'Leeds', bill_postcode = 'LS1 1AA', bill_country = 'GB'
		WHERE customer = 'QUIET'"
	run order-notify --show 1
	[[ $output == *$'\nAddress:   Quiet Office (on file)\n           Am Wall 1\n           Leeds LS1 1AA\n           GB\n'* ]]
}

@test "no control character gets onto it, and long lines are broken" {
	by_hand ,bill_line1 ",$(printf 'ring the bell %.0s' $(seq 10))"
	# what no importer lets in
	sql "UPDATE orders SET customer_name = char(27) || '[31mRed' || char(8238),
		phone = char(10) || 'Phone: 666'"
	order-notify --show 1 >page
	[ "$(LC_ALL=C tr -d '\n' <page | LC_ALL=C grep -c '[[:cntrl:]]')" -eq 0 ]
	[ "$(grep -c '^Phone: *666' page)" -eq 0 ]
	awk 'length > 80 { print; bad = 1 } END { exit bad }' page
	[ "$(sed '/^Subject/,$d' page | tr -s ' \n' '  ' |
		grep -o 'ring the bell' | wc -l)" -eq 10 ]
}

@test "it needs somebody until it is told, and stays as it was told" {
	by_hand
	order-status --attention | grep -q "^message-by-hand,$R1,.*,order-notify --told 1$"
	order-notify --show 1 >before
	order-notify -q --told 1 --note 'by phone, spoke to Mr X'
	[ "$(order-status --attention | wc -l)" -eq 1 ]
	order-config -q support_hours=never company_name=Other
	sql "UPDATE customers SET name = 'Moved Ltd', phone = ''"
	order-notify --show 1 | cmp - before
	stays_true
}

@test "one that cannot be put into words can still be told" {
	by_hand
	sql "UPDATE messages SET document = '{'"
	order-notify -q --told 1
	[ "$(sql 'SELECT state FROM messages')" = sent ]
}
