#!/usr/bin/env bats
# order-load: master data goes in whole or not at all, and a repeat is nothing

load ../helper

sql() {
	sqlite3 orders.db "$1"
}

items() {
	order-load -q items <<<$'sku,unit_price\nA-1,2.50\nA-2,4'
}

# An order of QUANTITY A-1, allocated: allocated KEY QUANTITY [CUSTOMER]
allocated() {
	printf 'external_ref,channel,customer,sku,quantity\n%s,email,%s,A-1,%s\n' \
		"$1" "${3:-}" "$2" | order-receive | order-verify | order-check-stock
}

# With it, orders of unknown customers are not held.
no_rules() {
	for rule in customer-known payment-method price-list credit-limit; do
		echo "rule.$rule=off"
	done | xargs order-config -q
}

@test "every kind is loaded, and loading it again changes nothing" {
	while IFS='|' read -r kind row key; do
		row=${row//;/$'\n'}
		run --separate-stderr order-load "$kind" <<<"$row"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[ "$output" = $'kind,key,result,reason\n'"$kind,$key,ok," ]
		events=$(sql 'SELECT count(*) FROM events')
		run --separate-stderr order-load "$kind" <<<"$row"
		[ "$status" -eq 0 ]
		[ "$output" = $'kind,key,result,reason\n'"$kind,$key,unchanged," ]
		[ "$(sql 'SELECT count(*) FROM events')" -eq "$events" ]
	done <<-'END'
	items|sku,description,unit,unit_price,currency,min_quantity,multiple,handling_days,status,superseded_by;A-1,"Nail, 20 mm",box,2.505,EUR,1,0.5,2,active,|A-1
	customers|customer,name,email,phone,bill_name,bill_line1,bill_line2,bill_city,bill_region,bill_postcode,bill_country,ship_name,ship_line1,ship_line2,ship_city,ship_region,ship_postcode,ship_country,currency,language,payment_terms,payment_methods,credit_limit,receivables,priority,status,ship_policy,backorder_consent,substitute_consent;C-1,Müller,jo@example.org,+49 30 1,a,b,c,d,e,1,DE,a,b,c,d,e,1,AT,EUR,de,NET30,invoice card,100.50,1.5,3,active,partial,ask,never|C-1
	prices|sku,currency,customer,min_quantity,valid_from,valid_to,unit_price;A-1,EUR,C-1,10,2026-01-01,2026-12-31,2.25|A-1 EUR C-1 10 2026-01-01
	aliases|alias,customer,sku;4006381333931,,A-1|4006381333931
	stock|sku,on_hand,counted_at;A-1,12.5,2026-11-23T08:00:00Z|A-1
	supply|supply_ref,sku,quantity,expected_on;B-1,A-1,100,2026-12-01|B-1
	substitutes|sku,substitute,rank;A-1,A-2,1|A-1 A-2
	channels|channel,description,approved;fair,orders taken at the fair,yes|fair
	holidays|date,name;2026-12-25,Christmas|2026-12-25
	transit|country,method,days;DE,,2|DE
	blocklist|kind,value,reason;email,Thief@Example.org,chargeback|email Thief@Example.org
	END
	[ "$(sql "SELECT unit_price || ' ' || multiple FROM items")" = '2505000 500' ]
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 12500 ]
	[ "$(sql 'SELECT credit_limit FROM customers')" -eq 10050 ]
}

@test "columns that the file does not have keep their values" {
	order-load -q customers <<<$'customer,name,email,credit_limit,priority\nC-1,Ada,ada@example.org,500,7'
	run --separate-stderr order-load customers <<<$'customer,phone\nC-1,+49 30 1'
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT name, email, phone, credit_limit, priority FROM customers')" = \
		'Ada|ada@example.org|+49 30 1|50000|7' ]
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'load-change'")" = \
		'{"kind":"customers","key":"C-1","phone.old":"","phone.new":"+49 30 1"}' ]
}

@test "a blank cell empties a value; where there must be one it is the default" {
	order-load -q customers <<<$'customer,name,receivables,priority,status,credit_limit\nC-1,Ada,5,7,blocked,500'
	run --separate-stderr order-load customers <<<$'customer,name,receivables,priority,status,credit_limit\nC-1,,,,,'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(sql "SELECT name, receivables, priority, status, ifnull(credit_limit, 'none') FROM customers")" = \
		'|0|0|active|none' ]
	items
	order-load -q items <<<$'sku,min_quantity,multiple,status\nA-1,,,'
	order-load -q channels <<<$'channel,approved\nemail,'
}

@test "a customer number in another case is the same customer" {
	order-load -q customers <<<$'customer,name\nC-1,Ada'
	run --separate-stderr order-load customers <<<$'customer,name\nc-1,Ada'
	[ "$status" -eq 0 ]
	[[ $output == *unchanged* ]]
	order-load -q customers <<<$'customer,name\nc-1,Bea'
	[ "$(sql 'SELECT customer, name FROM customers')" = 'C-1|Bea' ]
}

@test "one bad row refuses the file; every fault is listed with its line" {
	run --separate-stderr order-load items <<-'END'
	sku,unit_price,currency,status
	A-1,2.50,EUR,active
	A-2,2.5o,EUR,active
	A-3,2.50,EUR,retired
	,1,EUR,active
	A-5,1,EUR,
	END
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = items,A-1,refused,file-refused ]
	[ "${lines[2]}" = items,A-2,refused,not-a-number ]
	[ "${lines[3]}" = items,A-3,refused,bad-value ]
	[ "${lines[4]}" = items,,refused,missing ]
	[ "${lines[5]}" = items,A-5,refused,file-refused ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	[ "${stderr_lines[0]}" = 'order-load: stdin:3: unit_price: "2.5o" is not a number' ]
	[ "${stderr_lines[1]}" = 'order-load: stdin:4: status: "retired" is none of: active discontinued' ]
	[ "${stderr_lines[2]}" = 'order-load: stdin:5: sku: is missing' ]
	[ "$(sql 'SELECT count(*) FROM items')" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM events')" -eq 0 ]
}

@test "every type names what is wrong" {
	items
	order-load -q customers <<<$'customer\nC-1'
	while IFS='|' read -r kind column value code fact; do
		case $kind in
		customers) row=$'customer,'$column$'\nC-1,'$value ;;
		items) row=$'sku,'$column$'\nA-1,'$value ;;
		prices) row=$'sku,currency,unit_price,'$column$'\nA-1,EUR,1,'$value ;;
		*) row=$column$'\n'$value ;;
		esac
		run --separate-stderr order-load "$kind" <<<"$row"
		[ "$status" -eq 1 ]
		[[ ${lines[1]} == *,refused,"$code" ]]
		[[ $stderr == *": $fact" ]]
	done <<-'END'
	customers|email|jo|bad-value|email: "jo" is not an e-mail address
	customers|bill_country|Germany|not-a-country|bill_country: "Germany" is not a country code (ISO 3166 alpha-2)
	customers|currency|EURO|not-a-currency|currency: "EURO" is not a currency code (ISO 4217)
	customers|language|d_e|not-a-language|language: "d_e" is not a language tag (BCP 47)
	customers|credit_limit|1.005|not-a-number|credit_limit: "1.005" has too many decimals
	customers|credit_limit|-1|not-a-number|credit_limit: "-1" is not a number
	customers|priority|high|not-a-number|priority: "high" is not a number
	customers|status|gone|bad-value|status: "gone" is none of: active blocked closed
	customers|ship_policy|all|bad-value|ship_policy: "all" is none of:  partial complete
	customers|name|4111 1111 1111 1111|card-number|name: holds a payment card number, which must not be stored
	items|unit_price|1.0000001|not-a-number|unit_price: "1.0000001" has too many decimals
	items|min_quantity|0.0001|not-a-number|min_quantity: "0.0001" has too many decimals
	items|handling_days|366|bad-value|handling_days: "366" is not from 0 to 365
	prices|customer|C-9|no-such-customer|customer: "C-9" is not a customer (load customers first)
	prices|valid_from|1.1.2026|not-a-date|valid_from: "1.1.2026" is not a date (YYYY-MM-DD)
	holidays|date|2026-02-29|not-a-date|date: "2026-02-29" is not a date (YYYY-MM-DD)
	transit|country,days|DE,366|bad-value|days: "366" is not from 0 to 365
	transit|country,days|DE,|missing|days: is missing
	channels|channel,approved|fair,maybe|bad-value|approved: "maybe" is neither yes nor no
	blocklist|kind,value|name,x|bad-value|kind: "name" is none of: email phone address customer
	stock|sku,on_hand|A-9,1|no-such-item|sku: "A-9" is not an item (load items first)
	stock|sku,on_hand,counted_at|A-1,1,today|not-an-instant|counted_at: "today" is not a time (2026-11-22T10:00:00Z)
	supply|supply_ref,sku,quantity,expected_on|B-1,A-1,1,soon|not-a-date|expected_on: "soon" is not a date (YYYY-MM-DD)
	blocklist|kind,value|phone,unknown|bad-value|value: "unknown" has nothing in it to find it by
	substitutes|sku,substitute,rank|A-1,A-2,1.5|not-a-number|rank: "1.5" has too many decimals
	END
	[ "$(sql "SELECT count(*) FROM customers")" -eq 1 ]
}

@test "a column that is not known: 65, with the nearest name" {
	run --separate-stderr order-load items <<<$'sku,unitprice\nA-1,1'
	[ "$status" -eq 65 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-load: stdin:1: unitprice: is no column here (did you mean unit_price?)' ]
}

@test "what is not well-formed refuses the file: 65, nothing in it" {
	items
	run --separate-stderr order-load items <<<$'sku,unit_price\nB-1,1\nB-2,1,2'
	[ "$status" -eq 65 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-load: stdin:3: row has 3 cells, the header has 2' ]
	run --separate-stderr order-load items <<<'[{"sku": "B-1"}, {"sku": ]'
	[ "$status" -eq 65 ]
	[ "$(sql 'SELECT count(*) FROM items')" -eq 2 ]
}

@test "a file cut off in its last line, from a pipe, is not taken: 65" {
	items
	printf 'sku,on_hand\nA-1,12' | {
		run --separate-stderr order-load stock
		[ "$status" -eq 65 ]
		[[ $stderr == *'stdin:2: input ends inside its last line'* ]]
	}
	[ "$(sql 'SELECT count(*) FROM stock')" -eq 0 ]
	printf 'sku,on_hand\nA-1,12' >stock.csv
	order-load -q stock stock.csv
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 12000 ]
}

@test "nothing in the file: 65; a header only: nothing to do, 0" {
	run --separate-stderr order-load items </dev/null
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-load: stdin: there is nothing in it' ]
	run --separate-stderr order-load items <<<sku
	[ "$status" -eq 0 ]
	[ "$output" = kind,key,result,reason ]
	run --separate-stderr order-load items <<<'[]'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "JSON, as an array or one after another" {
	run --separate-stderr order-load items \
		<<<'[{"sku": "A-1", "unit_price": 2.50}, {"sku": "A-2", "unit_price": "4"}]'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = '{"kind":"items","key":"A-1","result":"ok","reason":""}' ]
	order-load -q items <<<'{"sku": "A-3", "unit_price": null} {"sku": "A-4"}'
	[ "$(sql 'SELECT sku, unit_price FROM items ORDER BY sku')" = \
		$'A-1|2500000\nA-2|4000000\nA-3|\nA-4|' ]
}

@test "JSON of the wrong type, an unknown key, a number that lost digits" {
	while IFS='|' read -r json fact; do
		run --separate-stderr order-load items <<<"$json"
		[ "$status" -eq 1 ]
		[ "$stderr" = "order-load: stdin:1: $fact" ]
	done <<-'END'
	{"sku": ["A-1"]}|sku: is neither text nor a number
	{"sku": true}|sku: is neither text nor a number
	{"sku": 1234567890123456}|sku: has over 15 digits: write it as a string
	{"sku": "A-1", "price": 1}|price: is no column here
	{"sku": "A-1", "sku": "A-2"}|sku: is a duplicate key
	["A-1"]|is not an object
	END
	[ "$(sql 'SELECT count(*) FROM items')" -eq 0 ]
}

@test "a value that is not UTF-8 refuses the file" {
	printf 'sku,description\nA-1,M\374ll\n' >items.csv
	run --separate-stderr order-load items items.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-load: items.csv:2: description: is not UTF-8' ]
	[ "$(sql 'SELECT count(*) FROM items')" -eq 0 ]
}

@test "what the command line must say: 64, a file that is not there: 66" {
	for args in '' 'itms' 'items a.csv b.csv' 'items --adjust'; do
		# shellcheck disable=SC2086
		run --separate-stderr order-load $args </dev/null
		[ "$status" -eq 64 ]
		[ -z "$output" ]
	done
	run --separate-stderr order-load items none.csv
	[ "$status" -eq 66 ]
	[[ $stderr == 'order-load: none.csv: No such file'* ]]
	run --separate-stderr order-load items "$TEST_DIR"
	[ "$status" -eq 66 ]
}

@test "--dry-run says what would be and changes nothing" {
	run --separate-stderr order-load -n items <<<$'sku\nA-1'
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = items,A-1,ok, ]
	[ "$(sql 'SELECT count(*) FROM items')" -eq 0 ]
}

@test "-q prints no row; faults still on stderr" {
	run --separate-stderr order-load -q items <<<$'sku\nA-1'
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	run --separate-stderr order-load -q items <<<$'sku,unit_price\nA-1,x'
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-load: stdin:2: unit_price: "x" is not a number' ]
}

# ---- stock ----

@test "a count sets what is there, in the ledger by its difference" {
	items
	order-load -q stock <<<$'sku,on_hand\nA-1,10'
	order-load -q stock <<<$'sku,on_hand\nA-1,7.5'
	order-load -q stock <<<$'sku,on_hand\nA-1,7.5'
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 7500 ]
	[ "$(sql 'SELECT group_concat(on_hand) FROM stock_ledger')" = 10000,-2500 ]
	[ "$(sql "SELECT count(*) FROM v_events WHERE kind = 'stock-count'")" -eq 2 ]
}

@test "a count below what orders hold takes back, the least urgent first" {
	items
	no_rules
	order-load -q customers <<<$'customer,priority\nC-1,5\nC-2,1'
	order-load -q stock <<<$'sku,on_hand\nA-1,10'
	allocated PO-1 4 C-1 >/dev/null
	allocated PO-2 3 C-2 >/dev/null
	allocated PO-3 3 C-1 >/dev/null
	[ "$(sql 'SELECT allocated FROM stock')" -eq 10000 ]
	run --separate-stderr order-load stock <<<$'sku,on_hand\nA-1,5'
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = stock,A-1,ok, ]
	# all of C-2, whose priority is lowest, then of the newest of C-1
	[ "$(sql 'SELECT group_concat(allocated || "+" || backordered) FROM
		(SELECT * FROM lines ORDER BY order_id)')" = 4000+0,0+3000,1000+2000 ]
	[ "$(sql 'SELECT on_hand, allocated FROM stock')" = '5000|5000' ]
	[ "$(sql "SELECT group_concat(order_id) FROM v_events
		WHERE kind = 'taken-back'")" = 2,3 ]
}

@test "a count below what fulfilment already has is refused" {
	items
	no_rules
	order-load -q stock <<<$'sku,on_hand\nA-1,10'
	allocated PO-1 4 >/dev/null
	sql 'UPDATE lines SET released = 4000'
	sql 'UPDATE stock SET released = 4000'
	run --separate-stderr order-load stock <<<$'sku,on_hand\nA-1,3'
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = stock,A-1,refused,below-released ]
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 10000 ]
}

@test "--adjust adds and takes away, each adjust_ref once" {
	items
	order-load -q stock <<<$'sku,on_hand\nA-1,10'
	run --separate-stderr order-load stock --adjust <<-'END'
	adjust_ref,sku,quantity,reason
	R-1,A-1,-2.5,broken
	R-2,A-1,4,found
	END
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = stock,R-1,ok, ]
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 11500 ]
	run --separate-stderr order-load stock --adjust <<-'END'
	adjust_ref,sku,quantity,reason
	R-1,A-1,-2.5,broken
	R-3,A-1,1,
	END
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = stock,R-1,unchanged, ]
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 12500 ]
	for row in R-1,A-1,-2.6,broken R-1,A-2,-2.5,broken; do
		run --separate-stderr order-load stock --adjust <<<$'adjust_ref,sku,quantity,reason\n'$row
		[ "$status" -eq 1 ]
		[ "${lines[1]}" = stock,R-1,refused,event-differs ]
		[ "$stderr" = 'order-load: stdin:2: adjust_ref: "R-1": is known with another item or quantity' ]
	done
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 12500 ]
}

@test "--adjust cannot take what orders hold" {
	items
	no_rules
	order-load -q stock <<<$'sku,on_hand\nA-1,10'
	allocated PO-1 8 >/dev/null
	run --separate-stderr order-load stock --adjust <<<$'adjust_ref,sku,quantity\nR-1,A-1,-3'
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = stock,R-1,refused,short ]
	[ "$(sql 'SELECT on_hand FROM stock')" -eq 10000 ]
}

@test "an unapproved channel takes no more orders" {
	order-load -q channels <<<$'channel,approved\nemail,no'
	[ "$(order_csv PO-1 A-1 1 | order-receive 2>/dev/null | column reason)" = \
		channel-not-approved ]
	order-load -q channels <<<$'channel,approved\nemail,yes'
	[ "$(order_csv PO-1 A-1 1 | order-receive | column result)" = ok ]
}
