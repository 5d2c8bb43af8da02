#!/usr/bin/env bats
# order-receive: files as others write them, and their rejects fed again

load ../helper

HEADER='external_ref;channel;customer_name;sku;quantity;unit_price'

sql() {
	sqlite3 orders.db "$1"
}

# Each order with its lines: PO-1 Café:A-1*2,A-2*1
orders() {
	sql "SELECT external_ref || ' ' || customer_name || ':' || (SELECT
		group_concat(sku || '*' || (ordered / 1000)) FROM (SELECT * FROM lines
		WHERE order_id = id ORDER BY line)) FROM orders ORDER BY id"
}

# Two orders, the first of two rows, between cells what is given.
two() {
	printf '%s\n' "$HEADER" 'PO-1;email;Café Süd;A-1;2;1.50' \
		'PO-1;email;;A-2;1;2' 'PO-2;email;Nord;B-1;3;' | tr ';' "$1"
}
TWO=$'PO-1 Café Süd:A-1*2,A-2*1\nPO-2 Nord:B-1*3'

# The map of a clerk: semicolons, decimal commas, German names.
clerk() {
	cat >clerk.map <<-'END'
	# The shop's daily file
	delimiter semicolon
	decimal comma
	thousands point
	timezone Europe/Berlin
	skip rows where Artikel is "Trinkgeld"
	channel       = "portal"
	external_ref  = Nr
	received_at   = Datum | date "%d.%m.%Y"
	customer_name = Kunde
	sku           = Artikel
	quantity      = Menge
	unit_price    = Preis
	END
}
CLERK='Nr;Datum;Kunde;Artikel;Menge;Preis'

# ---- delimiters ----

@test "semicolons, tabs and bars are found out" {
	for d in ';' '\t' '|'; do
		two "$d" | order-receive -q
		[ "$(orders)" = "$TWO" ]
	done
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
}

@test "--delimiter: another is taken when it is named" {
	two '^' | order-receive -q --delimiter '^'
	[ "$(orders)" = "$TWO" ]
	run order-receive --delimiter ab
	[ "$status" -eq 64 ]
	[[ $output = *'--delimiter: "ab" is none of'* ]]
}

@test "a first line sep= tells the delimiter, with --group as well" {
	{ printf 'sep=|\r\n'; two '|'; } | order-receive -q
	[ "$(orders)" = "$TWO" ]
	# commas in the names, and there the more of them
	printf 'A,B,C|N\n1|PO-3\n' >names
	printf 'channel = "portal"\nexternal_ref = N\nsku = '\''A,B,C'\''\nquantity = '\''A,B,C'\''\n' >m.map
	{ echo 'sep=|'; cat names; } | order-receive -q --group --map m.map
	[ "$(sql "SELECT external_ref, sku FROM orders JOIN lines ON order_id = id WHERE id = 3")" = 'PO-3|1' ]
}

@test "case and blanks around the names of columns are no matter" {
	two ';' | sed '1s/.*/ External_Ref;CHANNEL;Customer_Name ;Sku; quantity;Unit_Price/' | order-receive -q
	[ "$(orders)" = "$TWO" ]
}

@test "lines that end with CR alone, and quoted ones that go on" {
	two ';' | sed 's/Nord/"No"/' | tr '\n' '\r' | order-receive -q
	printf 'external_ref;channel;instructions;sku;quantity\nPO-3;email;"ring; twice\n""please""";A-1;1\n' |
		order-receive -q
	[ "$(orders | head -n 1)" = 'PO-1 Café Süd:A-1*2,A-2*1' ]
	[ "$(sql 'SELECT instructions FROM orders WHERE id = 3')" = $'ring; twice\n"please"' ]
}

@test "a ragged row refuses its order, names the likely cause, and stops no other" {
	two ';' | sed '$a PO-3;email;Nord; Ost;A-1;1;1\nPO-4;email;West;A-1;1\n"PO-5;email;West;A-1;1;1"\nPO-6;email;West;A-1;1;1' >o.csv
	run --separate-stderr order-receive -v o.csv
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1,PO-2,PO-6 ]
	[[ $stderr = *'o.csv:5: row has 7 cells, the header has 6: is there a ";" in a value that is not in quotes?'* ]]
	[[ $stderr = *'o.csv:6: row has 5 cells, the header has 6: was a value cut, or are cells missing?'* ]]
	[[ $stderr = *'7 rows: 3 orders in, 4 lines; 2 refused, 3 rows (ragged 2)'* ]]
}

# ---- encodings ----

@test "UTF-16 of either kind is known by its mark" {
	for code in UTF-16LE UTF-16BE; do
		{ printf '\xef\xbb\xbf'; two ';'; } | iconv -f UTF-8 -t $code >$code.csv
		order-receive -q $code.csv
		[ "$(orders)" = "$TWO" ]
	done
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
}

@test "--encoding: windows-1252 and others become UTF-8" {
	two ';' | iconv -f UTF-8 -t windows-1252 >w.csv
	run --separate-stderr order-receive w.csv
	[[ $stderr = *'w.csv:2: customer_name: is not UTF-8 (it may be windows-1252: see --encoding)'* ]]
	order-receive -q --encoding windows-1252 w.csv
	two ';' | iconv -f UTF-8 -t IBM850 | order-receive -q --encoding IBM850
	two ';' | iconv -f UTF-8 -t UTF-16LE | order-receive -q --encoding UTF-16LE
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
	[ "$(sql "SELECT customer_name FROM orders WHERE external_ref = 'PO-1'")" = 'Café Süd' ]
}

@test "the last letter of a file without a last line end is kept" {
	printf 'external_ref,channel,sku,quantity,unit\nPO-1,email,A-1,1,EA' >o.csv
	for code in windows-1255 windows-1258; do
		order-receive -q --encoding $code o.csv
	done
	[ "$(sql 'SELECT unit FROM lines')" = EA ]
}

@test "an encoding nobody knows is a usage error" {
	two ';' >o.csv
	run order-receive --encoding klingon o.csv
	[ "$status" -eq 64 ]
	[[ $output = *'--encoding: "klingon" is not known'* ]]
}

@test "a byte that is no character is named; the orders before it are in" {
	two ';' | iconv -f UTF-8 -t windows-1252 >o.csv
	n=$(stat -c %s o.csv)
	printf 'PO-3;email;\x81;A-1;1;\n' >>o.csv
	run --separate-stderr order-receive --encoding windows-1252 o.csv
	[ "$status" -eq 65 ]
	[ "$stderr" = "order-receive: o.csv: byte $((n + 12)) (0x81) is no character of windows-1252" ]
	[ "$(orders | head -n 1)" = 'PO-1 Café Süd:A-1*2,A-2*1' ]
	run --separate-stderr order-receive --encoding UTF-16LE <<<odd
	[ "$status" -eq 65 ]
}

# ---- again ----

@test "a file that grew since yesterday: only the new orders go in" {
	clerk
	{ echo "$CLERK"; echo '1;20.11.2026;Süd;A-1;1,5;1.000,50'; } >o.csv
	order-receive -q --map clerk.map o.csv
	echo '2;21.11.2026;Nord;A-1;2;1' >>o.csv
	run --separate-stderr order-receive -v --map clerk.map o.csv
	[ "$status" -eq 0 ]
	[ "$(printf '%s\n' "$output" | columns result)" = $'duplicate\nok' ]
	[[ $stderr = *'2 rows: 1 order in, 1 line; 1 there before;'* ]]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = 1,2 ]
	[ "$(sql 'SELECT total FROM v_orders WHERE id = 1')" = 1500.75 ]
	# and the same file again: none
	order-receive --map clerk.map o.csv | columns result >results
	[ "$(cat results)" = $'duplicate\nduplicate' ]
}

@test "two at once feed the same file: each order goes in once" {
	clerk
	{ echo "$CLERK"; for n in $(seq 400); do echo "$n;20.11.2026;Süd;A-$n;1;2,50"; done; } >o.csv
	order-receive --map clerk.map o.csv >a &
	order-receive --map clerk.map o.csv >b
	wait $!
	[ "$(cat a b | grep -c ',ok,')" -eq 400 ]
	[ "$(cat a b | grep -c ',duplicate,')" -eq 400 ]
	[ "$(sql 'SELECT count(*), count(DISTINCT external_ref), max(id) FROM orders')" = '400|400|400' ]
	[ "$(sql 'SELECT count(*) FROM lines')" -eq 400 ]
}

# ---- rejects ----

# mended MAP BAD WORD [OPTION...]: with x put right, only that order goes in
mended() {
	map=$1 bad=$2 word=$3
	shift 3
	sed -i "s/$word/7/" "$bad"
	run --separate-stderr order-receive --map "$map" "$@" "$bad"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = 2,1 ]
	[ "$(sql 'SELECT ordered FROM lines WHERE order_id = 2 AND line = 1')" = 7000 ]
}

# Both ways: the file, and the store, where the reject is closed then.
both_ways() {
	map=$1 in=$2 word=$3
	shift 3
	cp orders.db fresh.db
	order-receive -q --map "$map" --rejects bad "$in" 2>err || [ $? -eq 1 ]
	mended "$map" bad "$word" "$@"
	rm -f orders.db-wal orders.db-shm
	cp fresh.db orders.db
	order-receive -q --map "$map" "$in" 2>err || [ $? -eq 1 ]
	order-status --rejects >stored || [ $? -eq 1 ]
	mended "$map" stored "$word" "$@"
	[ "$(sql 'SELECT count(*), count(closed_at) FROM rejects')" = '1|1' ]
}

@test "rejects of a file with semicolons, mended, go in with the same map" {
	clerk
	printf '%s\n' "$CLERK" '1;20.11.2026;"Süd; Co";A-1;zwei;1,50' '2;20.11.2026;Nord;A-2;1;2,50' >o.csv
	both_ways clerk.map o.csv zwei
	[ "$(sql 'SELECT customer_name, total FROM v_orders WHERE id = 2')" = 'Süd; Co|10.50' ]
}

@test "rejects of a windows-1252 file are UTF-8 and go in as such" {
	clerk
	echo 'encoding windows-1252' >>clerk.map
	printf '%s\n' "$CLERK" '1;20.11.2026;Süd;A-1;zwei;1,50' '2;20.11.2026;Nord;A-2;1;2,50' |
		iconv -f UTF-8 -t windows-1252 >o.csv
	both_ways clerk.map o.csv zwei --encoding UTF-8
	[ "$(sql 'SELECT customer_name FROM orders WHERE id = 2')" = Süd ]
}

@test "rejects of a file without a header have one" {
	clerk
	echo "header ${CLERK//;/,}" >>clerk.map
	printf '%s\n' '1;20.11.2026;Süd;A-1;zwei;1,50' '2;20.11.2026;Nord;A-2;1;2,50' >o.csv
	both_ways clerk.map o.csv zwei
}

@test "rejects of JSON in a wrapper are kept in it" {
	printf 'format json\norders data.orders|order\nlines l\nchannel = "portal"\nexternal_ref = i\nsku = s\nquantity = q\n' >j.map
	echo '{"data":{"n":2,"orders":[{"i":1,"l":[{"s":"A","q":"zwei"}]},{"i":2,"l":[{"s":"A","q":1}]}]}}' >o.json
	both_ways j.map o.json '"zwei"'
	# two of them in one file
	sed 's/"q":1/"q":"drei"/; s/"i":/&9/g' o.json >p.json
	order-receive -q --map j.map --rejects two.json p.json 2>err || [ $? -eq 1 ]
	sed -i 's/"zwei"/7/; s/"drei"/8/' two.json
	order-receive -q --map j.map two.json
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = 2,1,91,92 ]
}

@test "rejects of flat JSON rows in a wrapper are one array" {
	printf 'format json\norders a\nchannel = "portal"\nexternal_ref = i\nsku = s\nquantity = q\n' >j.map
	echo '{"a":[{"i":1,"s":"A","q":"zwei"},{"i":1,"s":"B","q":2},{"i":2,"s":"A","q":1}]}' >o.json
	both_ways j.map o.json '"zwei"'
	[ "$(sql 'SELECT count(*) FROM lines WHERE order_id = 2')" -eq 2 ]
}

@test "the same reject of a mapped file is kept once" {
	clerk
	printf '%s\n' "$CLERK" '1;20.11.2026;Süd;A-1;zwei;1,50' >o.csv
	for i in 1 2 3; do
		order-receive -q --map clerk.map o.csv 2>err || [ $? -eq 1 ]
	done
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 1 ]
}

# ---- with the other options ----

@test "--on-error all, --expect-orders and --dry-run count what the map makes" {
	clerk
	printf '%s\n' "$CLERK" '1;20.11.2026;Süd;A-1;2;1,50' '1;20.11.2026;Süd;Trinkgeld;x;1' \
		'2;20.11.2026;Nord;A-2;1;2,50' >o.csv
	order-receive -n --map clerk.map o.csv | columns result >results
	[ "$(cat results)" = $'ok\nok' ]
	run order-receive -q --map clerk.map --expect-orders 3 o.csv
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	run --separate-stderr order-receive -v --map clerk.map --on-error all --expect-orders 2 --expect-lines 2 o.csv
	[ "$status" -eq 0 ]
	[[ $stderr = *'1 row skipped: Artikel is "Trinkgeld"'* ]]
	[[ $stderr = *'3 rows: 2 orders in, 2 lines; '* ]]
	printf '%s\n' "$CLERK" '3;20.11.2026;Süd;A-1;2;1,50' '4;2026-11-20;Nord;A-2;1;2,50' >o.csv
	run --separate-stderr order-receive --map clerk.map --on-error all o.csv
	[ "$status" -eq 1 ]
	[[ $stderr = *'o.csv:3: received_at: "2026-11-20" is not like %d.%m.%Y'* ]]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
}

@test "--group and a map: rows that are apart, in windows-1252, skipped ones told once" {
	clerk
	printf '%s\n' "$CLERK" '1;20.11.2026;Süd;A-1;2;1,50' '2;20.11.2026;Nord;A-2;1;2,50' \
		'1;20.11.2026;Süd;Trinkgeld;1;1' '1;20.11.2026;Süd;A-3;1;1' '3;20.11.2026;Ost;Trinkgeld;1;1' |
		iconv -f UTF-8 -t windows-1252 >o.csv
	run --separate-stderr order-receive -v --group --encoding windows-1252 --map clerk.map o.csv
	[ "$status" -eq 1 ]
	[[ $stderr = *'o.csv:6: the order has no line'* ]]
	[[ $stderr = *'2 rows skipped: Artikel is "Trinkgeld"'* ]]
	[[ $stderr = *'5 rows: 2 orders in, 3 lines; 1 refused, 1 row (no-lines 1)'* ]]
	[ "$(orders)" = $'1 Süd:A-1*2,A-3*1\n2 Nord:A-2*1' ]
}
