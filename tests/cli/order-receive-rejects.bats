#!/usr/bin/env bats
# order-receive: what is refused is kept, can be fixed and fed again

load ../helper

HEADER=external_ref,channel,customer,sku,quantity,unit_price

rows() {
	printf '%s\n' "$HEADER" "$@"
}

sql() {
	sqlite3 orders.db "$1"
}

# Nothing of a refused file is in the store but its rejects.
nothing_in() {
	[ "$(sql 'SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM lines)
		+ (SELECT count(*) FROM originals) + (SELECT count(*) FROM events)')" -eq 0 ]
}

# ---- in the store ----

@test "a refused order is kept as it came, with the reason and its place" {
	printf 'external_ref,channel,sku,quantity\r\n"PO-1",email,A-1,1o\r\n,,A-2,2\r\n' >o.csv
	run --separate-stderr order-receive o.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-receive: o.csv:2: quantity: "1o" is not a number' ]
	[ "$(sql 'SELECT format, error_code, error_field, error, source, source_line, channel, external_ref FROM rejects')" = \
		'csv|not-a-number|quantity|"1o" is not a number|o.csv|2|email|PO-1' ]
	[ "$(sql 'SELECT header FROM rejects')" = external_ref,channel,sku,quantity ]
	[ "$(sql 'SELECT hex(record) FROM rejects')" = \
		"$(printf '"PO-1",email,A-1,1o\r\n,,A-2,2\r\n' | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F)" ]
}

@test "the same reject is stored once, however often and in whatever quoting" {
	rows PO-1,email,C-1,A-1,x, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	rows PO-1,email,C-1,A-1,x, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	rows '"PO-1",email,C-1,"A-1",x,' | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 1 ]
	rows PO-1,email,C-1,A-1,y, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 2 ]
}

@test "the order that goes in closes the rejects of its key" {
	rows PO-1,email,C-1,A-1,x, PO-2,email,C-1,A-1,x, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	rows PO-1,email,C-1,A-1,3, | order-receive -q
	[ "$(sql 'SELECT external_ref, closed_at > 0, closed_by FROM rejects')" = \
		$'PO-1|1|SO-00000001-1\nPO-2||' ]
}

@test "an order without a key closes the reject of its content" {
	rows ,pigeon,C-1,A-1,1, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	order-load -q channels <<<$'channel\npigeon'
	rows ,pigeon,C-1,A-1,1, | order-receive -q
	[ "$(sql 'SELECT closed_by FROM rejects')" = SO-00000001-1 ]
}

@test "a duplicate does not close the conflict that came under its key" {
	rows PO-1,email,C-1,A-1,1, | order-receive -q
	rows PO-1,email,C-1,A-1,2, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	rows PO-1,email,C-1,A-1,1, | order-receive -q
	[ "$(sql 'SELECT error_code, closed_at IS NULL FROM rejects')" = 'conflict|1' ]
}

@test "a reject that comes again after it was closed is open again" {
	rows PO-1,email,C-1,A-1,x, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	rows PO-1,email,C-1,A-1,3, | order-receive -q
	rows PO-1,email,C-1,A-1,x, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM rejects WHERE closed_at IS NULL')" -eq 1 ]
}

# ---- in a file ----

@test "--rejects FILE: the record, and why, in the input's own columns" {
	printf 'quantity,sku,channel,external_ref\n1o,A-1,email,PO-1\n2,A-2,,\n1,B-1,email,PO-2\n' >o.csv
	run --separate-stderr order-receive --rejects bad.csv o.csv
	[ "$status" -eq 1 ]
	[ "$(cat bad.csv)" = 'quantity,sku,channel,external_ref,error_code,error_field,error,source_line
1o,A-1,email,PO-1,not-a-number,quantity,"""1o"" is not a number",2
2,A-2,,,not-a-number,quantity,"""1o"" is not a number",2' ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 0 ]
	[ "$(stat -c %a bad.csv)" = 600 ]
}

@test "fix it and feed it again: only what is still wrong is refused" {
	rows PO-1,email,C-1,A-1,1o, ,,,A-2,1, PO-2,email,C-1,A-1,1o, |
		order-receive -q --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	sed -i '/^PO-1/s/1o,/10,/' bad.csv
	run --separate-stderr order-receive --rejects worse.csv bad.csv
	[ "$status" -eq 1 ]
	[ "$(sql "SELECT group_concat(sku || '=' || (ordered / 1000)) FROM lines")" = A-1=10,A-2=1 ]
	[ "$(head -n 1 worse.csv)" = "$HEADER,error_code,error_field,error,source_line" ]
	[ "$(sed -n 2p worse.csv)" = 'PO-2,email,C-1,A-1,1o,,not-a-number,quantity,"""1o"" is not a number",4' ]
	[ "$(wc -l <worse.csv)" -eq 2 ]
	[ "$(sql 'SELECT bytes FROM originals')" = $'PO-1,email,C-1,A-1,10,\n,,,A-2,1,' ]
}

@test "rows that end with CR are rows in the rejects as well" {
	rows PO-1,email,C-1,A-1,1o, ,,,A-2,1, | tr '\n' '\r' |
		order-receive -q --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	[ "$(wc -l <bad.csv)" -eq 3 ]
	sed -i s/1o,/10,/ bad.csv
	order-receive -q bad.csv
	[ "$(sql "SELECT group_concat(sku || '=' || (ordered / 1000)) FROM lines")" = A-1=10,A-2=1 ]
}

@test "rejects are appended to what is there" {
	rows PO-1,email,C-1,A-1,x, | order-receive -q --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	rows PO-2,email,C-1,A-1,x, | order-receive -q --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	[ "$(columns external_ref <bad.csv)" = $'PO-1\nPO-2' ]
}

@test "rejects that a crash cut short are whole again after the next run" {
	rows PO-1,email,C-1,A-1,x, 'PO-2,email,C-1,"A, 2",x,' >o.csv
	order-receive -q --rejects whole.csv o.csv 2>/dev/null || [ $? -eq 1 ]
	cat >o.json <<-'END'
		{"external_ref":"PO-3","channel":"email","lines":[
		{"sku":"a\"\\","quantity":"x"}]}
	END
	order-receive -q --rejects whole.json o.json 2>/dev/null || [ $? -eq 1 ]
	for in in csv json; do
		size=$(stat -c %s whole.$in)
		for n in $(seq 1 7 "$((size - 2))") "$((size - 1))" "$size"; do
			head -c "$n" whole.$in >torn.$in
			order-receive -q --rejects torn.$in o.$in 2>err || [ $? -eq 1 ]
			[ "$(sort -u torn.$in)" = "$(sort -u whole.$in)" ]
			[ "$(grep -c 'was cut off$' err)" -le 1 ]
		done
	done
}

@test "rejects without a last line end, as an editor leaves them, are kept" {
	rows PO-1,email,C-1,A-1,x, | order-receive -q --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	truncate -s -1 bad.csv
	rows PO-2,email,C-1,A-1,x, | order-receive -q --rejects bad.csv 2>err || [ $? -eq 1 ]
	[ "$(columns external_ref <bad.csv)" = $'PO-1\nPO-2' ]
	[ "$(wc -l <err)" -eq 1 ]
}

@test "a file of other columns is left alone: 73" {
	rows PO-1,email,C-1,A-1,x, | order-receive -q --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	truncate -s -5 bad.csv
	was=$(cat bad.csv)
	run --separate-stderr order-receive --rejects bad.csv <<<"$(order_csv PO-2 A-1 x)"
	[ "$status" -eq 73 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-receive: bad.csv: has rejects of other columns; name another file' ]
	[ "$(cat bad.csv)" = "$was" ]
}

@test "the rejects file cannot be the input: 64, by any name" {
	rows PO-1,email,C-1,A-1,x, >o.csv
	ln -s o.csv link.csv
	was=$(cat o.csv)
	for rejects in o.csv ./o.csv link.csv; do
		run order-receive --rejects "$rejects" o.csv
		[ "$status" -eq 64 ]
		run order-receive --rejects "$rejects" <o.csv
		[ "$status" -eq 64 ]
	done
	[ "$(cat o.csv)" = "$was" ]
}

@test "a rejects file that cannot be made: 73, before anything goes in" {
	run --separate-stderr order-receive --rejects nowhere/bad.csv <<<"$(rows PO-1,email,C-1,A-1,1,)"
	[ "$status" -eq 73 ]
	[[ $stderr == 'order-receive: nowhere/bad.csv: '* ]]
	nothing_in
}

@test "no space for rejects: 74, and no refused order is printed as kept" {
	run --separate-stderr order-receive --rejects /dev/full <<<"$(rows PO-1,email,C-1,A-1,x,)"
	[ "$status" -eq 74 ]
	[ -z "$output" ]
}

@test "JSON rejects are JSON, and go in when they are fixed" {
	order-receive -q --rejects bad.json 2>/dev/null <<-'END' || [ $? -eq 1 ]
	[{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A-1", "quantity": "1o"}]},
	{ "external_ref": "PO-2", "channel": "email", "sku": "B-1", "quantity": 0 },
	{ "external_ref": "PO-2", "sku": "B-2", "quantity": 1 }, 17, {}]
	END
	[ "$(cat bad.json)" = '{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A-1", "quantity": "1o"}],"error_code":"not-a-number","error_field":"quantity","error":"\"1o\" is not a number","source_line":1}
{ "external_ref": "PO-2", "channel": "email", "sku": "B-1", "quantity": 0 ,"error_code":"not-positive","error_field":"quantity","error":"is not over zero","source_line":2}
{ "external_ref": "PO-2", "sku": "B-2", "quantity": 1 ,"error_code":"not-positive","error_field":"quantity","error":"is not over zero","source_line":2}
{"record":17,"error_code":"not-an-object","error_field":"","error":"is not an object","source_line":3}
{"error_code":"no-lines","error_field":"","error":"the order has no line (sku and quantity)","source_line":3}' ]
	sed -i 's/"1o"/"10"/; s/"quantity": 0/"quantity": 2/' bad.json
	order-receive -q bad.json 2>/dev/null || [ $? -eq 1 ]
	[ "$(sql "SELECT group_concat(sku || '=' || (ordered / 1000)) FROM lines")" = A-1=10,B-1=2,B-2=1 ]
}

@test "a JSON reject fed again and again has its reasons once, and is kept once" {
	echo '{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A", "quantity": 0}]}' >0.json
	for i in 0 1 2; do
		order-receive -q --rejects $((i + 1)).json $i.json 2>err || [ $? -eq 1 ]
		[[ $(cat err) == *': quantity: is not over zero' ]]
		order-receive -q $i.json 2>/dev/null || [ $? -eq 1 ]
	done
	cmp 1.json 3.json
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 1 ]
	[ "$(sql 'SELECT record FROM rejects')" = "$(cat 0.json)" ]
}

@test "a CSV reject fed again and again is the same file" {
	rows PO-1,email,C-1,A-1,x, '"",,,"A-2",1,' >0.csv
	for i in 0 1 2; do
		order-receive -q --rejects $((i + 1)).csv $i.csv 2>/dev/null || [ $? -eq 1 ]
	done
	[ "$(columns sku <3.csv)" = $'A-1\nA-2' ]
	cmp 2.csv 3.csv
}

@test "a CSV reject that is not UTF-8 can be fed again and again as well" {
	printf '%s\nPO-1,email,"M\374ller, x",A-1,1,\n' "$HEADER" >0.csv
	for i in 0 1 2; do
		order-receive -q --rejects $((i + 1)).csv $i.csv 2>/dev/null || [ $? -eq 1 ]
	done
	cmp 1.csv 3.csv
	iconv -f latin1 -t utf8 3.csv | order-receive -q
	[ "$(sql 'SELECT customer FROM orders')" = 'Müller, x' ]
}

@test "what is not UTF-8 is refused, its bytes are kept" {
	printf '%s\nPO-1,email,M\374ller,A-1,1,\nPO-2,email,C-1,A-1,1,\n' "$HEADER" >o.csv
	run --separate-stderr order-receive -q o.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-receive: o.csv:2: customer: is not UTF-8 (it may be windows-1252: see --encoding)' ]
	[ "$(sql "SELECT hex(record) LIKE '%4DFC6C6C6572%' FROM rejects")" -eq 1 ]
	[ "$(sql 'SELECT external_ref FROM orders')" = PO-2 ]
}

# ---- the whole file ----

@test "--on-error all: one fault refuses the file, and each order says so" {
	run --separate-stderr order-receive --on-error all \
		<<<"$(rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,x, PO-3,email,C-1,A-1,1,)"
	[ "$status" -eq 1 ]
	[ "$(columns reason <<<"$output" | uniq -c | tr -s ' ')" = ' 3 file-refused' ]
	[[ $stderr == *'stdin:3: quantity: "x" is not a number'* ]]
	[[ $stderr == *'the whole file is refused: 1 of 3 orders is faulty'* ]]
	nothing_in
	order-receive -q --on-error all <<<"$(rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,2,)"
	[ "$(sql 'SELECT group_concat(ref) FROM orders')" = SO-00000001-1,SO-00000002-0 ]
}

@test "--on-error all looks for conflicts in the store and keys that repeat" {
	rows PO-1,email,C-1,A-1,1, | order-receive -q
	run order-receive --on-error all <<<"$(rows PO-2,email,C-1,A-1,1, PO-1,email,C-1,A-1,2,)"
	[ "$status" -eq 1 ]
	run order-receive --on-error all <<<"$(rows PO-2,email,C-1,A-1,1, PO-3,email,C-1,A-1,1, PO-2,email,C-1,A-1,1,)"
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 1 ]
}

@test "--on-error stop: nothing goes in, orders after the fault are not read" {
	run --separate-stderr order-receive --on-error stop \
		<<<"$(rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,x, PO-3,email,C-1,A-1,y,)"
	[ "$status" -eq 1 ]
	[ "$(columns external_ref <<<"$output")" = $'PO-1\nPO-2' ]
	[ "$(columns reason <<<"$output" | uniq)" = file-refused ]
	[[ $stderr == *stdin:3:* ]]
	[[ $stderr != *stdin:4:* ]]
	nothing_in
}

@test "--on-error rows is the default: the good ones go in" {
	for option in '' '--on-error rows'; do
		rm -f orders.db* && order-init
		# shellcheck disable=SC2086
		run order-receive $option <<<"$(rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,x, PO-3,email,C-1,A-1,1,)"
		[ "$status" -eq 1 ]
		[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1,PO-3 ]
	done
}

@test "control totals that fit let the file in, at any way to write them" {
	order-receive -q --expect-orders 2 --expect-lines 3 --expect-total 11.50 <<<"$(rows \
		PO-1,email,C-1,A-1,2,2.50 ,,,A-2,1,1.50 PO-2,email,C-1,A-1,2,2.5)"
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
}

@test "control totals that differ refuse the file, and say by how much" {
	for totals in '--expect-orders 3' '--expect-lines 2' '--expect-total 11.49' '--expect-total 11.5 --expect-orders 1'; do
		# shellcheck disable=SC2086
		run --separate-stderr order-receive $totals <<<"$(rows \
			PO-1,email,C-1,A-1,2,2.50 ,,,A-2,1,1.50 PO-2,email,C-1,A-1,2,2.5)"
		[ "$status" -eq 1 ]
		[ "$(columns reason <<<"$output" | uniq)" = file-refused ]
		[[ $stderr == *' were expected, the file has '* ]]
		nothing_in
	done
}

@test "--expect-total cannot add two currencies" {
	run --separate-stderr order-receive --expect-total 2 \
		<<<$'external_ref,channel,currency,sku,quantity,unit_price\nPO-1,email,EUR,A,1,1\nPO-2,email,USD,A,1,1'
	[ "$status" -eq 1 ]
	[[ $stderr == *'--expect-total: the file has several currencies, which cannot be added'* ]]
	nothing_in
}

@test "a syntax error refuses a whole file too: 65, nothing in" {
	for option in '--on-error all' '--expect-orders 1'; do
		# shellcheck disable=SC2086
		run --separate-stderr order-receive $option <<<"$(rows PO-1,email,C-1,A-1,1, 'PO-2,email,C"1,A-1,1,')"
		[ "$status" -eq 65 ]
		[ -z "$output" ]
		nothing_in
	done
}

@test "a refused file keeps what is refused: feeding it again fixed, lets it in" {
	rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,x, |
		order-receive -q --on-error all --rejects bad.csv 2>/dev/null || [ $? -eq 1 ]
	[ "$(columns external_ref <bad.csv)" = $'PO-1\nPO-2' ]
	[ "$(columns error_code <bad.csv)" = $'file-refused\nnot-a-number' ]
	sed -i 's/,x,/,2,/' bad.csv
	order-receive -q --on-error all bad.csv
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
}

# ---- looking without touching ----

@test "--dry-run decides everything and changes nothing; new orders have no reference" {
	rows PO-1,email,C-1,A-1,1, | order-receive -q
	was=$(sql 'SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM events),
		(SELECT count(*) FROM rejects), (SELECT seq FROM sqlite_sequence WHERE name = "orders")')
	run --separate-stderr order-receive -n --rejects bad.csv \
		<<<"$(rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,1, PO-3,email,C-1,A-1,x, PO-1,email,C-1,A-1,5,)"
	[ "$status" -eq 1 ]
	[ "$(columns ref <<<"$output" | tr '\n' ,)" = SO-00000001-1,,,, ]
	[ "$(columns result <<<"$output")" = $'duplicate\nok\nrefused\nrefused' ]
	[ "$(columns status <<<"$output" | tr '\n' ,)" = received,received,,, ]
	[ "$stderr" != '' ]
	[ ! -e bad.csv ]
	[ "$(sql 'SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM events),
		(SELECT count(*) FROM rejects), (SELECT seq FROM sqlite_sequence WHERE name = "orders")')" = "$was" ]
}

@test "-q prints no record, only what is wrong" {
	run --separate-stderr order-receive -q <<<"$(rows PO-1,email,C-1,A-1,1, PO-2,email,C-1,A-1,x,)"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-receive: stdin:3: quantity: "x" is not a number' ]
}

@test "a key whose digits look like a card number is not masked in a reject" {
	printf 'external_ref,channel,sku,quantity,instructions\n404-1234567-1234562,email,A,1,call 4111 1111 1111 1111\n' >amazon.csv
	run ! order-receive -q amazon.csv
	order-status --rejects >fix.csv
	grep -q '^404-1234567-1234562,' fix.csv
	run ! grep -q 4111.*1111.*1111.*1111 fix.csv
}
