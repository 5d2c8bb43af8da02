#!/usr/bin/env bats
# order-verify: what an order says is checked against what is on file

load ../helper
load ../company
load verify

@test "an order nothing is wrong with is verified" {
	good PO-1 >in
	run --separate-stderr order-verify <in
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(cells status <<<"$output")" = verified ]
	[ "$(cells result <<<"$output")" = ok ]
	[ "$(cells held <<<"$output")" = '' ]
	[ "$(sql 'SELECT count(*) FROM findings')" = 0 ]
	[ "$(sql "SELECT count(*) FROM messages")" = 0 ]
}

# ---- customer ----

@test "an order that names no customer is held" {
	[ "$(held sku,quantity TAPE,1)" = customer ]
	[ "$(found)" = 'customer-known|customer||missing' ]
}

@test "an order of an unknown customer is held, exit 1" {
	receive customer,sku,quantity NOBODY,TAPE,1 >in
	run --separate-stderr order-verify <in
	[ "$status" -eq 1 ]
	[ "$(cells result <<<"$output")" = held ]
	[ "$(cells reason <<<"$output")" = open-holds ]
	[ "$(cells status <<<"$output")" = received ]
	[ "$(found)" = 'customer-known|customer|NOBODY|not-on-file' ]
}

@test "a blocked customer is held" {
	[ "$(held customer,sku,quantity SHUT,TAPE,1)" = customer ]
	[ "$(found)" = 'customer-active|customer|SHUT|invalid' ]
}

@test "a customer number in another case is the same customer" {
	[ "$(held customer,sku,quantity c-1,TAPE,1)" = '' ]
	[ "$(sql 'SELECT account FROM orders')" = C-1 ]
}

# ---- address ----

@test "another street on the bill is held" {
	[ "$(held customer,bill_line1,sku,quantity 'C-1,Bergstr. 1,TAPE,1')" = address ]
	[ "$(found)" = 'bill-matches|bill_line1|Bergstr. 1|differs' ]
}

@test "the same street, written otherwise, is not" {
	[ "$(held customer,bill_line1,bill_city,sku,quantity \
		'C-1,HAFENSTRASSE 1,berlin,TAPE,1')" = '' ]
}

@test "a postcode that its country does not have is held" {
	[ "$(held customer,ship_line1,ship_postcode,ship_country,sku,quantity \
		'C-1,Weg 1,1011,DE,TAPE,1')" = address ]
	[ "$(found)" = 'postcode-valid|ship_postcode|1011|invalid' ]
}

# ---- contact ----

@test "an e-mail address nobody can write to is held" {
	[ "$(held customer,email,sku,quantity 'C-1,buy at nord,TAPE,1')" = contact ]
	[ "$(found)" = 'email-valid|email|buy at nord|invalid' ]
}

# ---- payment ----

@test "a payment method we do not know is held" {
	[ "$(held customer,payment_method,sku,quantity C-1,shells,TAPE,1)" = payment ]
	[ "$(found)" = 'payment-method|payment_method|shells|invalid' ]
}

@test "a payment method not agreed with the customer is held" {
	[ "$(held customer,payment_method,sku,quantity C-1,card,TAPE,1)" = payment ]
	[ "$(found)" = 'payment-method|payment_method|card|not-on-file' ]
}

@test "a payment method in capitals is still agreed" {
	[ "$(held customer,payment_method,sku,quantity C-1,Invoice,TAPE,1)" = '' ]
}

@test "terms that mean nothing are held" {
	[ "$(held customer,payment_terms,sku,quantity C-1,LATER,TAPE,1)" = payment ]
	[ "$(found)" = 'payment-terms|payment_terms|LATER|invalid' ]
}

@test "terms other than the customer's are held" {
	[ "$(held customer,payment_terms,sku,quantity C-1,NET60,TAPE,1)" = payment ]
	[ "$(found)" = 'payment-terms|payment_terms|NET60|differs' ]
}

@test "an order to be paid ahead waits for the payment" {
	[ "$(held customer,sku,quantity AHEAD,TAPE,1)" = payment ]
	[ "$(found)" = 'payment-terms|payment|CIA|missing' ]
}

@test "what is paid ahead needs no credit" {
	[ "$(held customer,sku,quantity AHEAD,TAPE,100)" = payment ]
}

# ---- credit ----

@test "an order up to the credit limit is verified" {
	[ "$(held customer,sku,quantity LIMIT,TAPE,30)" = '' ]
}

@test "an order over the credit limit is held" {
	[ "$(held customer,sku,quantity LIMIT,TAPE,31)" = credit ]
	[ "$(found)" = 'credit-limit|total|62.00|invalid' ]
}

@test "open orders count against the credit limit" {
	ready customer,sku,quantity LIMIT,TAPE,20
	[ "$(held customer,sku,quantity LIMIT,TAPE,11)" = credit ]
}

# ---- item and quantity ----

@test "an item we do not know is held" {
	[ "$(held customer,sku,quantity C-1,ROPE,1)" = item ]
	[ "$(found)" = 'item-known|sku|ROPE|not-on-file' ]
}

@test "an item we no longer sell is held" {
	[ "$(held customer,sku,quantity C-1,OLD,1)" = item ]
	[ "$(found)" = 'item-active|sku|OLD|invalid' ]
}

@test "the customer's own item code is known, another's is not" {
	printf 'alias,customer,sku\nT-50,C-1,TAPE\n' | order-load -q aliases
	[ "$(held customer,sku,quantity C-1,t-50,1)" = '' ]
	[ "$(sql 'SELECT item FROM lines')" = TAPE ]
	[ "$(held customer,sku,quantity ASK,T-50,1)" = item ]
}

@test "another unit than the item's is held" {
	[ "$(held customer,sku,quantity,unit C-1,TAPE,1,KG)" = quantity ]
	[ "$(found)" = 'unit|unit|KG|differs' ]
}

@test "the same unit by another code is not" {
	[ "$(held customer,sku,quantity,unit C-1,BOX,50,pce)" = '' ]
}

@test "less than the smallest quantity is held" {
	[ "$(held customer,sku,quantity C-1,BOX,25)" = quantity ]
	[ "$(found)" = 'quantity-rule|quantity|25|invalid' ]
}

@test "a quantity that breaks a pack is held" {
	[ "$(held customer,sku,quantity C-1,BOX,60)" = quantity ]
	[ "$(found)" = 'quantity-rule|quantity|60|invalid' ]
}

# ---- price ----

@test "another currency than the customer's is held" {
	held customer,currency,sku,quantity,unit_price C-1,USD,TAPE,1,2.00 | grep -qw price
	[[ $(found) == *'currency|currency|USD|differs'* ]]
}

@test "a price that is not ours is held" {
	[ "$(held customer,sku,quantity,unit_price C-1,TAPE,1,1.99)" = price ]
	[ "$(found)" = 'price-list|unit_price|1.99|differs' ]
}

@test "a price within the tolerance is not" {
	order-config -q price_tolerance_percent=0.5
	[ "$(held customer,sku,quantity,unit_price C-1,TAPE,1,1.99)" = '' ]
}

@test "an order of an item without a price is held" {
	[ "$(held customer,sku,quantity C-1,FREE,1)" = price ]
	[ "$(found)" = 'price-list|unit_price||missing' ]
}

@test "a blank price is the list price" {
	good PO-1 | order-verify >out
	[ "$(cells total <out)" = 20.00 ]
}

@test "the customer's price, the highest break, as of the day of receipt" {
	order-load -q prices <<-'END'
	sku,currency,customer,min_quantity,valid_from,valid_to,unit_price
	TAPE,EUR,,0,,,1.90
	TAPE,EUR,,10,,,1.80
	TAPE,EUR,,10,2026-12-01,,1.00
	TAPE,EUR,C-1,0,,2026-11-22,1.10
	TAPE,EUR,C-1,0,,,1.70
	TAPE,EUR,C-1,20,,,1.60
	TAPE,USD,C-1,0,,,0.10
	END
	cat >orders <<-'END'
	external_ref,customer,sku,quantity
	one,ASK,TAPE,9
	two,ASK,TAPE,10
	three,C-1,TAPE,10
	four,C-1,TAPE,20
	END
	order-receive --channel email orders | order-verify >out
	[ "$(cells total <out | paste -sd' ')" = '17.10 18.00 17.00 32.00' ]
}

# ---- total ----

@test "a total that does not add up is held" {
	[ "$(held customer,total,sku,quantity,unit_price C-1,20.01,TAPE,10,2.00)" = total ]
	[ "$(found)" = 'total-adds-up|total|20.01|differs' ]
}

@test "a total adds up with discount, shipping and tax on top" {
	[ "$(held customer,discount,shipping,tax,total,sku,quantity,unit_price \
		C-1,1.00,5.00,4.56,28.56,TAPE,10,2.00)" = '' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 28.56 ]
}

@test "a total adds up with the tax contained in the prices" {
	[ "$(held customer,shipping,tax,total,sku,quantity,unit_price \
		C-1,5.00,3.99,25.00,TAPE,10,2.00)" = '' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 25.00 ]
	stays_true
}

@test "totals of currencies without decimals and with three add up" {
	order-load -q customers <<-'END'
	customer,currency
	J-1,JPY
	K-1,KWD
	END
	order-load -q prices <<-'END'
	sku,currency,unit_price
	TAPE,JPY,333
	TAPE,KWD,0.1255
	END
	order-config -q rule.duplicate=off
	[ "$(held customer,currency,total,sku,quantity,unit_price J-1,JPY,1665,TAPE,5,333)" = '' ]
	[ "$(held customer,currency,total,sku,quantity,unit_price J-1,JPY,1666,TAPE,5,333)" = total ]
	# 3 x 0.1255 = 0.3765, rounded half up
	[ "$(held customer,currency,total,sku,quantity,unit_price K-1,KWD,0.377,TAPE,3,0.1255)" = '' ]
	[ "$(held customer,currency,total,sku,quantity,unit_price K-1,KWD,0.376,TAPE,3,0.1255)" = total ]
}

@test "an order too large to add up is held and does not stop the others" {
	order-load -q prices <<-'END'
	sku,currency,unit_price
	STAMP,EUR,999999999
	END
	receive external_ref,customer,sku,quantity \
		HUGE,C-1,STAMP,999999999 PO-2,C-1,TAPE,1 >in
	run --separate-stderr order-verify <in
	[ "$status" -eq 1 ]
	[ "$(cells held <<<"$output" | paste -sd,)" = 'total,' ]
	[ "$(cells result <<<"$output" | paste -sd,)" = held,ok ]
}

# ---- date, duplicate, blocklist ----

@test "a date in the past is held" {
	[ "$(held customer,requested_on,sku,quantity C-1,2026-11-22,TAPE,1)" = date ]
	[ "$(found)" = 'requested-date|requested_on|2026-11-22|invalid' ]
}

@test "the same order twice is held" {
	good PO-1 | order-verify -q
	[ "$(held external_ref,customer,sku,quantity PO-2,c-1,tape,10.0)" = duplicate ]
	[ "$(found)" = 'duplicate|external_ref|PO-2|differs' ]
}

@test "the same lines in another order are the same order" {
	ready external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-1,C-1,GLUE,2
	[ "$(held external_ref,customer,sku,quantity PO-2,C-1,GLUE,2 PO-2,C-1,TAPE,1)" = duplicate ]
}

@test "what was ordered longer ago, or was refused, is no duplicate" {
	ready external_ref,received_at,customer,sku,quantity \
		PO-1,2026-11-20T08:59:59Z,C-1,TAPE,1
	[ "$(held external_ref,customer,sku,quantity PO-2,C-1,TAPE,1)" = '' ]
	order-config -q rule.item-known=reject
	ready external_ref,customer,sku,quantity PO-3,C-1,ROPE,1 || true
	order-config -q rule.item-known=off rule.price-list=off
	[ "$(held external_ref,customer,sku,quantity PO-4,C-1,ROPE,1)" = '' ]
}

@test "what is on the blocklist is held, however it is written" {
	order-load -q blocklist <<-'END'
	kind,value
	email,Bad@Example.org
	phone,+49 171 555 44
	address,"Schattenweg 99, Musterstadt"
	customer,FIRST
	END
	[ "$(held customer,email,sku,quantity C-1,bad@example.ORG,TAPE,1)" = blocklist ]
	[ "$(held customer,phone,sku,quantity C-1,49-171-55544,TAPE,2)" = blocklist ]
	[ "$(held customer,ship_line1,ship_city,sku,quantity \
		'C-1,schattenweg 99,MUSTERSTADT,TAPE,3')" = blocklist ]
	[ "$(held customer,ship_line1,ship_city,sku,quantity \
		'C-1,Schattenweg 99,Berlin,TAPE,4')" = '' ]
	[ "$(held customer,sku,quantity first,TAPE,5)" = blocklist ]
}
