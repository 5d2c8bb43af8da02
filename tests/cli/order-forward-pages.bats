#!/usr/bin/env bats
# order-forward --as text: a page that a warehouse can print and work by

load ../helper
load ../company
load forward

# fits FILE: at most 80 columns, no control character but LF and FF, UTF-8
fits() {
	python3 - "$1" <<-'END'
	import sys, unicodedata
	text = open(sys.argv[1], "rb").read().decode()
	for line in text.replace("\f", "").split("\n"):
	    wide = sum(0 if unicodedata.combining(c) else
	        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
	    assert wide <= 80, (wide, line)
	    assert all(unicodedata.category(c) not in ("Cc", "Cf") for c in line), line
	END
}

@test "the page says what, to whom, and what to heed" {
	confirmed external_ref,customer,sku,quantity,requested_on,ship_name,ship_line1,ship_city,ship_postcode,ship_country,instructions,line_instructions \
		'PO-1,C-1,TAPE,10,2026-11-27,Ann Café,Gasse 1,Köln,50667,DE,Ring twice.,keep dry' \
		'PO-1,,FILM,2.5,,,,,,,,'
	order-forward --to fulfilment --pending --as text >page
	fits page
	diff - page <<-END
	PICK LIST 1    2026-11-23T09:00:00Z                              $R1
	------------------------------------------------------------------------------
	Ship to         Ann Café
	                Gasse 1
	                50667 Köln
	                DE
	Customer        C-1
	Their order     PO-1
	Wanted on       2026-11-27
	Leaves on       2026-11-24
	Promised for    2026-11-27
	Instructions    Ring twice.

	[ ]   line      quantity unit    item
	------------------------------------------------------------------------------
	[ ]      1            10 RL      TAPE
	                                 Packing tape
	            ! keep dry
	[ ]      2           2.5 MTR     FILM
	                                 Film by the metre
	------------------------------------------------------------------------------
	2 lines

	Picked by ______________  Checked by ______________  on __________
	END
}

@test "what leaves now has its own date, not that of what waits" {
	printf 'supply_ref,sku,quantity,expected_on\nB-9,GLUE,50,2026-12-07\n' |
		order-load -q supply
	confirmed external_ref,customer,sku,quantity 'PO-1,C-1,TAPE,1' 'PO-1,,GLUE,15'
	order-forward --to fulfilment --pending --as text >page
	[ "$(grep -c "^Leaves on\|^Promised for" page)" -eq 0 ]
	order-forward --again 1 --as csv >csv
	[ "$(cells promised_on <csv | xargs)" = \
		"$(sql "SELECT promised_on FROM v_lines WHERE sku = 'TAPE'")" ]
	[ "$(cells processing_on <csv | xargs)" = '' ]
}

@test "each order has a page of its own" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-2,C-1,TAPE,2
	order-forward --to fulfilment --pending --as text >pages
	[ "$(grep -c $'^\f' pages)" -eq 1 ]
	grep -q $'^\fPICK LIST 2 ' pages
	[ "$(head -c 9 pages)" = 'PICK LIST' ]
	fits pages
}

@test "long texts are wrapped, whatever is in them" {
	python3 - >orders.json <<-'END'
	import json
	hostile = "\u202eevil\u202c \u2066x \u200fy"
	print(json.dumps({"external_ref": "PO-1", "customer": "C-1",
	    "ship_name": "漢字" * 60, "ship_line1": "x" * 200,
	    "instructions": "word " * 60 + "\r\nsecond line\n\n" + "y" * 300 +
	        "\n" + "é" * 100 + "\tTAB " + hostile,
	    "lines": [{"sku": "TAPE", "quantity": "1", "line_instructions":
	        "PICK LIST 99\n" + "漢" * 100, "description": "z" * 400}]}))
	END
	order-receive --channel email orders.json | order-verify |
		order-check-stock | order-ack --queue-only -q
	[ "$(stands 1)" = 'confirmed|0|0' ]
	sql "UPDATE orders SET ship_city = 'esc' || char(27) || '[2J bell' || char(7, 155)"
	order-forward --to fulfilment $R1 --as text >page
	fits page
	grep -qF 'esc\u{1b}[2J bell\u{7}\u{9b}' page
	[ "$(grep -c '^PICK LIST' page)" -eq 1 ]
	grep -q '^                second line$' page
	grep -q '^            ! PICK LIST 99$' page
	[ "$(tr -cd y <page | wc -c)" -ge 300 ]
	[ "$(tr -cd z <page | wc -c)" -eq 400 ]
	[ "$(grep -o 漢 page | wc -l)" -eq 160 ]
	order-forward --again 1 | head -1 | grep -q '^handoff,'
}

@test "a long order goes on, on pages that say so" {
	rows=('PO-1,C-1,TAPE,1')
	for i in $(seq 2 90); do
		rows+=("PO-1,,TAPE,0.$(printf %03d "$i")")
	done
	confirmed external_ref,customer,sku,quantity "${rows[@]}"
	order-forward --to fulfilment $R1 --as text >pages
	fits pages
	[ "$(grep -c "$R1, page [234]$" pages)" -eq 3 ]
	[ "$(grep -c '^\[ \] .* TAPE$' pages)" -eq 90 ]
	awk 'BEGIN { RS = "\f" } { n = split($0, line, "\n") - 1; if (n > 60) exit 1 }' pages
}
