#!/usr/bin/env bats
# half a year of a real shop's invoices: every good one goes in, no other does

load ../helper

DAYS=$ORDER_REAL_DATA/uci-online-retail/by-day/2010-12_2011-05

# All days as one stream of order rows.
convert() {
	python3 - "$DAYS" <<-'END'
	import csv, glob, sys
	out = csv.writer(sys.stdout, lineterminator="\n")
	out.writerow(["external_ref", "channel", "received_at", "customer", "sku",
	    "description", "quantity", "unit_price"])
	for name in sorted(glob.glob(sys.argv[1] + "/*.csv")):
	    with open(name, newline="", encoding="utf-8") as f:
	        for r in csv.DictReader(f):
	            out.writerow([r["InvoiceNo"], "email",
	                r["InvoiceDate"].replace(" ", "T") + "Z",
	                r["CustomerID"].removesuffix(".0"), r["StockCode"],
	                r["Description"], r["Quantity"], r["UnitPrice"]])
	END
}

# What an independent reading of the same rows finds: good orders and their
# lines, their value in pence by invoice.
expected() {
	python3 - "$1" <<-'END'
	import csv, sys
	from decimal import Decimal, ROUND_HALF_UP
	orders, bad = {}, set()
	for r in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")):
	    key = r["external_ref"]
	    lines = orders.setdefault(key, [])
	    q, p = int(r["quantity"]), Decimal(r["unit_price"])
	    if q <= 0 or p < 0 or not r["sku"]:
	        bad.add(key)
	    lines.append(int((q * p * 100).quantize(0, ROUND_HALF_UP)))
	for key in sorted(orders.keys() - bad):
	    print("%s|%d|%d" % (key, len(orders[key]), sum(orders[key])))
	END
}

@test "10,783 invoices: 8,455 orders of 204,595 lines, the rest refused, in 64 MB" {
	[ -d "$DAYS" ] || skip "no UCI Online Retail here"
	convert >o.csv
	status=0
	peak order-receive --group o.csv >out 2>err || status=$?
	[ "$status" -eq 1 ]
	[ "$(columns result <out | sort | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 8455 ok, 2328 refused,' ]
	[ "$(sqlite3 orders.db 'SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM lines),
		(SELECT max(id) FROM orders), (SELECT count(*) FROM rejects)')" = '8455|204595|8455|2328' ]
	[ "$(wc -l <err)" -eq 2328 ]
	expected o.csv >expected
	sqlite3 orders.db 'SELECT external_ref, (SELECT count(*) FROM lines WHERE order_id = o.id),
		total FROM orders AS o ORDER BY external_ref' >found
	cmp expected found
	# the same stream again writes nothing
	status=0
	order-receive --group o.csv >again 2>/dev/null || status=$?
	[ "$status" -eq 1 ]
	[ "$(columns result <again | sort | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 8455 duplicate, 2328 refused,' ]
	[ "$(sqlite3 orders.db 'SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM rejects)')" = '8455|2328' ]
}
