#!/usr/bin/env bats
# real exports through the built-in maps: every row of every file accounted for

load ../helper

D=$ORDER_REAL_DATA

sql() {
	sqlite3 orders.db "$1"
}

# fed STATUS MAP FILE...: all files together; what is told is in err
fed() {
	want=$1 map=$2
	shift 2
	[ -e "$1" ] || skip "no such export here"
	status=0 had=$(sql 'SELECT count(*) FROM orders')
	order-receive -v -o csv --map "$map" "$@" >out 2>err || status=$?
	[ "$status" -eq "$want" ]
	[ "$(sql 'SELECT count(*), max(id) FROM orders')" = \
		"$((had + $(went_in)))|$(sql 'SELECT count(*) FROM orders')" ]
	order-audit --check
}

# told PATTERN: the last line on stderr
told() {
	# The argument is a pattern.
	# shellcheck disable=SC2053
	[[ $(tail -n 1 err) = "order-receive: "$1'; '*' s' ]]
}

# How many orders the records on stdout say went in.
went_in() {
	columns result <out | grep -cx ok || :
}

# in_store: orders and lines
in_store() {
	sql 'SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM lines)'
}

# rows ENCODING DELIMITER FILE...: data rows as an independent reader counts
rows() {
	python3 - "$@" <<-'END'
	import csv, sys
	n = 0
	for name in sys.argv[3:]:
	    with open(name, newline="", encoding=sys.argv[1]) as f:
	        n += sum(1 for row in csv.reader(f, delimiter=sys.argv[2]) if row) - 1
	print(n)
	END
}

# again STATUS MAP FILE...: writes nothing, and says so
again() {
	before=$(in_store)
	fed "$@"
	[ "$(in_store)" = "$before" ]
	[ "$(went_in)" -eq 0 ]
}

@test "Shopify: 448 orders of three shops, one without lines refused clearly" {
	for f in activewear-2020-2022-masked:409:811 forezia-devstore-orders_export:19:40 aquarium-cad-2025-masked:20:64; do
		IFS=: read -r name orders lines <<<"$f"
		rm -f orders.db* && order-init
		fed 0 shopify "$D/shopify-csv/$name.csv"
		told "$lines rows: $orders orders in, $lines lines"
		[ "$(in_store)" = "$orders|$lines" ]
		[ "$(rows utf-8-sig , "$D/shopify-csv/$name.csv")" -eq "$lines" ]
		again 0 shopify "$D/shopify-csv/$name.csv"
		told "$lines rows: 0 orders in, 0 lines; $orders there before"
	done
	before=$(in_store)
	run --separate-stderr order-receive --map shopify "$D/shopify-csv/geo-reduced-10col.csv"
	[ "$status" -eq 65 ]
	[[ $stderr = *"header: there is no column 'Email', which the map shopify needs"* ]]
	[ "$(in_store)" = "$before" ]
}

@test "WooCommerce: 50 orders of 101 lines" {
	fed 0 woocommerce "$D/woocommerce-csv/farazrawala-woocommerce_orders.csv"
	told '101 rows: 50 orders in, 101 lines'
	[ "$(in_store)" = '50|101' ]
	[ "$(rows utf-8-sig , "$D"/woocommerce-csv/*.csv)" -eq 101 ]
}

@test "Etsy: 57 orders of 70 lines, and 4" {
	fed 0 etsy "$D/etsy/EtsySoldOrderItems2020-masked.csv"
	told '70 rows: 57 orders in, 70 lines'
	fed 0 etsy "$D/etsy/EtsySoldOrderItems2023-masked.csv"
	told '4 rows: 4 orders in, 4 lines'
	[ "$(in_store)" = '61|74' ]
	[ "$(rows utf-8-sig , "$D"/etsy/*.csv)" -eq 74 ]
}

@test "Superstore: 5,107 orders of 10,174 lines, 20 rows of four refused" {
	f=$D/superstore/us-utf8bom-crlf-2019.csv
	fed 1 superstore "$f"
	told '10194 rows: 5107 orders in, 10174 lines; 4 refused, 20 rows (order-columns-differ 4)'
	[ "$(in_store)" = '5107|10174' ]
	[ "$(rows utf-8-sig , "$f")" -eq 10194 ]
	again 1 superstore "$f"
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 4 ]
	# the value of each line, to the cent, as an independent reading has it
	python3 - "$f" >expected <<-'END'
	import csv, sys
	from decimal import Decimal, ROUND_HALF_UP
	for r in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8-sig")):
	    print("%s|%s|%s|%d" % (r["Order ID"], r["Product ID"], r["Quantity"],
	        (Decimal(r["Sales"]) * 100).quantize(0, ROUND_HALF_UP)))
	END
	sql 'SELECT o.external_ref, l.sku, l.quantity, l.amount_minor FROM v_lines AS l
		JOIN v_orders AS o ON o.ref = l.ref' | sort >found
	[ "$(sort expected | comm -13 - found | wc -l)" -eq 0 ]
}

@test "Superstore in windows-1252: 9,994 rows, each an order" {
	f=$D/superstore/us-cp1252-semicolon-decimalcomma.csv
	fed 0 superstore-eu "$f"
	told '9994 rows: 9994 orders in, 9994 lines'
	[ "$(rows cp1252 ';' "$f")" -eq 9994 ]
	python3 - "$f" >expected <<-'END'
	import csv, sys
	from decimal import Decimal
	total = 0
	for r in csv.DictReader(open(sys.argv[1], newline="", encoding="cp1252"), delimiter=";"):
	    total += int((Decimal(r["Sales"].replace(",", ".")) * 100).quantize(0, "ROUND_HALF_UP"))
	print(total)
	END
	[ "$(sql 'SELECT sum(amount_minor) FROM v_lines')" = "$(cat expected)" ]
}

@test "Northwind: 830 orders of 2,155 lines; 176 ragged rows refused" {
	fed 0 northwind "$D/northwind/neo4j-order-details.csv"
	told '2155 rows: 830 orders in, 2155 lines'
	[ "$(in_store)" = '830|2155' ]
	[ "$(rows utf-8-sig , "$D/northwind/neo4j-order-details.csv")" -eq 2155 ]
	rm -f orders.db* && order-init
	status=0
	order-receive -v --map northwind "$D/northwind/neo4j-orders.csv" >out 2>err || status=$?
	[ "$status" -eq 1 ]
	told '830 rows: 0 orders in, 0 lines; 830 refused, 830 rows (ragged 176, no-lines 654)'
	[ "$(rows utf-8-sig , "$D/northwind/neo4j-orders.csv")" -eq 830 ]
}

@test "UCI: all days as they are: 8,455 invoices of 204,595 lines" {
	days=$D/uci-online-retail/by-day/2010-12_2011-05
	[ -d "$days" ] || skip "no UCI Online Retail here"
	status=0
	order-receive -v --group --map uci "$days"/*.csv >out 2>err || status=$?
	[ "$status" -eq 1 ]
	told '209029 rows: 8455 orders in, 204595 lines; 2328 refused, 4434 rows (*)'
	[ "$(in_store)" = '8455|204595' ]
	[ "$(rows utf-8-sig , "$days"/*.csv)" -eq 209029 ]
	order-audit --check
}

@test "UCI in windows-1252: the same orders as in UTF-8" {
	f=$D/uci-online-retail/derived-7days-cp1252-crlf.csv
	[ -e "$f" ] || skip "no UCI Online Retail here"
	status=0
	order-receive -v --group --map uci --encoding windows-1252 "$f" >out 2>err || status=$?
	[ "$status" -eq 1 ]
	told '9362 rows: 315 orders in, 9070 lines; 118 refused, 292 rows (*)'
	iconv -f windows-1252 -t UTF-8 "$f" >utf8.csv
	order-receive -v --group --map uci utf8.csv >out 2>err || [ $? -eq 1 ]
	told '9362 rows: 0 orders in, 0 lines; 315 there before; 118 refused, 292 rows (*)'
	[ "$(rows cp1252 , "$f")" -eq 9362 ]
}

@test "Oracle's purchase orders: 67 of 70, three of one reference refused" {
	fed 1 oracle-po "$D/other-shop-exports/oracle-POList.json"
	told '70 rows: 67 orders in, 295 lines; 3 refused, 3 rows (key-repeated 3)'
	[ "$(in_store)" = '67|295' ]
}

@test "Amazon, Magento, eBay, Square: each row is in, refused or skipped" {
	fed 0 amazon-unshipped "$D/amazon/unshipped-orders-report.tsv"
	told '6 rows: 4 orders in, 6 lines'
	fed 0 ebay "$D/ebay/fulfillment-getOrders-sandbox-1order.json"
	told '1 row: 1 order in, 2 lines'
	order-receive -v --map amazon-all "$D/amazon/all-orders-report-scrubbed.tsv" >out 2>err || [ $? -eq 1 ]
	told '1 row: 0 orders in, 0 lines; 1 refused, 1 row (no-lines 1)'
	order-receive -v --map magento "$D"/magento/magesuite*.csv >out 2>err
	told '5 rows: 2 orders in, 3 lines'
	[ "$(in_store)" = '7|11' ]
}
