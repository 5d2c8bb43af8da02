#!/usr/bin/env bats
# order-receive: limits, card numbers, original bytes

load ../helper

HEADER=external_ref,channel,sku,quantity,instructions
PAN=4111111111111111

rows() {
	printf '%s\n' "$HEADER" "$@"
}

sql() {
	sqlite3 orders.db "$1"
}

# gen PYTHON: what it prints
gen() {
	python3 -c "import sys, json
out = sys.stdout.write
$1"
}

# No file here, and nothing that was printed, has the card number.
no_card() {
	order_text=$(cat out err 2>/dev/null || true)
	[[ $order_text != *1111111111* ]]
	for file in orders.db orders.db-wal "$@"; do
		[ -e "$file" ] || continue
		run grep -caE '4111 ?-?1111 ?-?1111' "$file"
		[ "$output" = 0 ]
	done
}

# ---- limits ----

@test "10,000 lines are an order, 10,001 are refused" {
	gen 'out("external_ref,channel,sku,quantity\n")
for i in range(10000): out("PO-1,email,A-%d,1\n" % i)
for i in range(10001): out("PO-2,email,A-%d,1\n" % i)
out("PO-3,email,A-1,1\n")' >o.csv
	run --separate-stderr order-receive o.csv
	[ "$status" -eq 1 ]
	[[ ${lines[2]} == ,PO-2,*,refused,too-large ]]
	[ "$stderr" = 'order-receive: o.csv:20002: the order has over 10000 lines' ]
	[ "$(sql 'SELECT external_ref, (SELECT count(*) FROM lines WHERE order_id = id) FROM orders')" = \
		$'PO-1|10000\nPO-3|1' ]
	[ "$(sql 'SELECT length(record) FROM rejects')" -eq "$(sed -n '10002,20002p' o.csv | wc -c)" ]
}

@test "the quantities of an order together have a limit" {
	rows PO-1,email,A,1000000000000, PO-2,email,A,600000000000, \
		,,B,400000000000.001, >o.csv
	run --separate-stderr order-receive o.csv
	[ "$status" -eq 1 ]
	[[ ${lines[2]} == ,PO-2,*,refused,number-too-large ]]
	[ "$stderr" = 'order-receive: o.csv:3: quantity: is over the limit of 10^12 in all lines together' ]
	[ "$(sql 'SELECT external_ref, ordered FROM orders JOIN lines ON order_id = id')" = \
		'PO-1|1000000000000000' ]
}

@test "the same in JSON" {
	gen '
for key, n in ("PO-1", 10000), ("PO-2", 10001), ("PO-3", 1):
    json.dump({"external_ref": key, "channel": "email",
        "lines": [{"sku": "A-%d" % i, "quantity": 1} for i in range(n)]}, sys.stdout)' >o.json
	run --separate-stderr order-receive o.json
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-receive: o.json:1: lines: are over 10000' ]
	[ "$(sql 'SELECT external_ref, (SELECT count(*) FROM lines WHERE order_id = id) FROM orders')" = \
		$'PO-1|10000\nPO-3|1' ]
}

@test "a field of 64 KiB is kept, one byte more refuses its order alone" {
	for format in csv json; do
		rm -f orders.db* && order-init
		gen "
rows = [('PO-1', 'x' * 65536), ('PO-2', 'x' * 65537), ('PO-3', '')]
if '$format' == 'csv':
    out('external_ref,channel,sku,quantity,instructions\n')
    for key, text in rows: out('%s,email,A,1,\"%s\"\n' % (key, text))
else:
    for key, text in rows: out(json.dumps({'external_ref': key, 'channel': 'email',
        'instructions': text, 'lines': [{'sku': 'A', 'quantity': 1}]}) + '\n')" >o
		run --separate-stderr order-receive -o csv o
		[ "$status" -eq 1 ]
		[ "$(columns reason <<<"$output" | tr '\n' ,)" = ,too-large,, ]
		[[ $stderr == 'order-receive: o:'[23]': instructions: is larger than 64 KiB' ]]
		[ "$(sql 'SELECT external_ref, length(instructions) FROM orders')" = $'PO-1|65536\nPO-3|0' ]
	done
}

@test "an order over 16 MiB is refused, the next goes in, in bounded memory" {
	for format in csv json; do
		rm -f orders.db* && order-init
		gen "
text = 'x' * 4000
if '$format' == 'csv':
    out('external_ref,channel,sku,quantity,line_instructions\n')
    for i in range(4500): out('PO-1,email,A-%d,1,%s\n' % (i, text))
    out('PO-2,email,A,1,\n')
else:
    out('[' + json.dumps({'external_ref': 'PO-1', 'channel': 'email',
        'lines': [{'sku': 'A-%d' % i, 'quantity': 1, 'line_instructions': text}
            for i in range(4500)]}))
    out(',' + json.dumps({'external_ref': 'PO-2', 'channel': 'email',
        'lines': [{'sku': 'A', 'quantity': 1}]}) + ']')" >o
		run --separate-stderr order-receive -o csv o
		[ "$status" -eq 1 ]
		[ "$(columns reason <<<"$output" | tr '\n' ,)" = too-large,, ]
		[[ $stderr == *' 16 MiB' ]]
		[ "$(sql 'SELECT external_ref FROM orders')" = PO-2 ]
		order-receive -q --rejects "bad.$format" o 2>/dev/null || [ $? -eq 1 ]
		order-receive -q "bad.$format" 2>err || [ $? -eq 1 ]
		run grep -c 'not JSON' err
		[ "$output" = 0 ]
	done
}

@test "--group keeps each order's bytes: one over 16 MiB ends it, 65" {
	gen "
out('{\"external_ref\":\"PO-1\",\"channel\":\"email\",\"lines\":[')
for i in range(4500): out('{\"sku\":\"A\",\"description\":\"' + 'x' * 4000 + '\"},')
out('{\"sku\":\"A\"}]}')" >o
	run --separate-stderr order-receive --group o
	[ "$status" -eq 65 ]
	[[ $stderr == 'order-receive: o:1: is larger than 16 MiB' ]]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "an order of nearly 16 MiB goes in, with its original bytes" {
	gen "
text = 'x' * 3000
out('external_ref,channel,sku,quantity,line_instructions\n')
for i in range(5000): out('PO-1,email,A-%d,1,%s\n' % (i, text))" >o.csv
	order-receive -q o.csv
	[ "$(sql 'SELECT length(bytes) FROM originals')" -eq "$(tail -n +2 o.csv | wc -c)" ]
}

@test "JSON nested 32 deep is read, 33 deep is not: 65" {
	for depth in 32 33; do
		gen "out('{\"a\":' * ($depth - 1) + '[]' + '}' * ($depth - 1))" >o.json
		run order-receive -q o.json
		[ "$status" -eq $((depth == 32 ? 1 : 65)) ]
	done
}

@test "hundreds of thousands of lines need no more than 64 MB" {
	gen '
out("external_ref,channel,sku,quantity,unit_price\n")
for i in range(20000):
    for k in range(5): out("PO-%d,email,A-%d,1,2.50\n" % (i, k))' >o.csv
	peak order-receive -q o.csv
	peak order-receive --on-error all --group o.csv >out
	[ "$(columns result <out | sort -u)" = duplicate ]
	[ "$(sql 'SELECT count(*) FROM lines')" -eq 100000 ]
}

# ---- card numbers ----

@test "a card number refuses the order, and is in no file and no line printed" {
	for text in "$PAN" '4111 1111 1111 1111' 'card 4111-1111-1111-1111 ok'; do
		run --separate-stderr order-receive <<<"$(rows "PO-1,email,A-1,1,$text" PO-2,email,A-1,1,fine)"
		[ "$status" -eq 1 ]
		echo "$output" >out
		echo "$stderr" >err
		[[ ${lines[1]} == *,refused,card-number ]]
		[ "$stderr" = 'order-receive: stdin:2: instructions: holds a payment card number, which must not be stored (give payment_token and payment_last4)' ]
		no_card
	done
	[ "$(sql 'SELECT record FROM rejects ORDER BY id LIMIT 1')" = 'PO-1,email,A-1,1,************1111' ]
}

@test "nor in the rejects file, nor when something else is wrong first" {
	rows "PO-1,email,A-1,1o,$PAN" "PO-2,pigeon,A-1,$PAN,$PAN" |
		order-receive --rejects bad.csv >out 2>err || [ $? -eq 1 ]
	no_card bad.csv
	grep -q '\*\*\*\*\*\*\*\*\*\*\*\*1111' bad.csv
	rows "PO-1,email,A-1,1o,$PAN" "PO-2,pigeon,A-1,$PAN,$PAN" | order-receive >out 2>err || [ $? -eq 1 ]
	no_card
}

@test "in JSON: in the order, in a line, as a number, behind escapes" {
	while read -r order; do
		echo "$order" | order-receive >out 2>err || [ $? -eq 1 ]
		grep -qE '"reason":"(card-number|inexact-number|not-a-currency)"' out
		echo "$order" | order-receive -q --rejects bad.json 2>>err || [ $? -eq 1 ]
		no_card bad.json
		[ "$(sql "SELECT count(*) FROM rejects WHERE replace(replace(record,
			'\u0031', '1'), '\u0034', '4') LIKE '%4111111111111111%'")" -eq 0 ]
		run grep -c 'u0031\|u0034' bad.json
		[ "$output" = 0 ]
	done <<-END
	{"channel": "email", "instructions": "$PAN", "lines": [{"sku": "A", "quantity": 1}]}
	{"channel": "email", "lines": [{"sku": "A", "quantity": 1, "line_instructions": "$PAN"}]}
	{"channel": "email", "payment_token": $PAN, "lines": [{"sku": "A", "quantity": 1}]}
	{"channel": "email", "payment_last4": "$PAN", "lines": [{"sku": "A", "quantity": 1}]}
	{"channel": "email", "instructions": "4\\u0031111111111\\u00311111", "lines": [{"sku": "A", "quantity": 1}]}
	{"channel": "email", "currency": "?", "instructions": "4\\u0031111111111\\u00311111", "lines": [{"sku": "A", "quantity": 1}]}
	END
}

@test "in a column that is kept or ignored as extra" {
	for extra in keep ignore; do
		run --separate-stderr order-receive --extra $extra \
			<<<$'external_ref,channel,sku,quantity,note\nPO-1,email,A-1,1,'"$PAN"
		[ "$status" -eq 1 ]
		[ "$(column reason <<<"$output")" = card-number ]
		run --separate-stderr order-receive --extra $extra \
			<<<'{"channel": "email", "note": "'$PAN'", "lines": [{"sku": "A", "quantity": 1}]}'
		[ "$status" -eq 1 ]
		run --separate-stderr order-receive --extra $extra \
			<<<'{"channel": "email", "lines": [{"sku": "A", "quantity": 1, "note": "'$PAN'"}]}'
		[ "$status" -eq 1 ]
		no_card
	done
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "beside the columns: in a name, a nested value, a key, behind an escape" {
	run --separate-stderr order-receive --extra keep <<<"channel,sku,quantity,nr $PAN
email,A-1,1,"
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-receive: stdin:1: the name of column 4 holds a payment card number' ]
	while read -r more; do
		for extra in refuse keep ignore; do
			run --separate-stderr order-receive --extra $extra -o csv \
				<<<'{"channel": "email", "sku": "A", "quantity": 1, '"$more}"
			[ "$status" -eq 1 ]
			[[ "$stderr $output" != *1111111* ]]
			[ "$(sql "SELECT count(*) FROM rejects WHERE record || error_field || error
				LIKE '%1111111%'")" -eq 0 ]
		done
		no_card
	done <<-END
	"$PAN": 1
	"n": {"a": ["$PAN"]}
	"n": {"$PAN": 1}
	"err\u006fr": "$PAN"
	"n": ["\u0e49\u00494111\u00a01111\u20101111\t1111"]
	END
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "a security code is refused and kept nowhere" {
	for extra in keep ignore; do
		run --separate-stderr order-receive --extra $extra <<<$'channel,sku,quantity,Card CVV\nemail,A,1,7391'
		[ "$status" -eq 65 ]
		[[ $stderr == *": a card's security code must not be stored"* ]]
	done
	while read -r more; do
		for extra in refuse keep ignore; do
			run --separate-stderr order-receive --extra $extra --rejects bad.json \
				<<<'{"channel": "email", "sku": "A", "quantity": 1, '"$more}"
			[ "$status" -eq 1 ]
			run order-receive --extra $extra \
				<<<'{"channel": "email", "sku": "A", "quantity": 1, '"$more}"
			[ "$status" -eq 1 ]
		done
		for file in orders.db orders.db-wal bad.json; do
			[ ! -e $file ] || ! grep -q 7391 $file
		done
		python3 -c 'import json, sys; [json.loads(l) for l in open("bad.json")]'
	done <<-'END'
	"cvv": "7391"
	"Card-CVC2": 7391
	"payment": {"number": "x", "cv\u0076": 7391}
	"lines": [{"sku": "A", "quantity": 1, "track 2": ["\"7391", {"a": -7391.5e2}]}]
	END
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	order-receive -q --extra keep <<<'{"channel": "email", "sku": "A", "quantity": 1, "cvv": null, "tracking": "7391"}'
}

@test "the file is called like one" {
	rows PO-1,email,A-1,1, PO-2,email,A-2,no, >"$PAN.csv"
	order-receive -q "$PAN.csv" 2>err || [ $? -eq 1 ]
	order-receive -q --group "$PAN.csv" 2>>err || [ $? -eq 1 ]
	order-receive -q "$PAN" 2>>err || [ $? -eq 66 ]
	no_card
	[ "$(sql 'SELECT source FROM originals')" = '************1111.csv' ]
}

@test "any other tool is told one" {
	order-receive -q <<<$'channel,sku,quantity\nemail,A-1,1'
	for word in --held --since --stock "--$PAN" -o -d; do
		order-status $word "$PAN" >>out 2>>err && false
	done
	order-status "$PAN" >/dev/null 2>>err && false
	order-config "company_name=$PAN" >>out 2>>err && false
	order-load customers <<<$'customer,email\nC-1,'"$PAN@example.org" >>out 2>>err && false
	order-load customers <<<$'customer,language\nC-1,4111-1111-1111-1111' >>out 2>>err && false
	for name in "$PAN" $'jo\e[31m'; do
		ORDER_ACTOR=$name order-config language=de >>out 2>said
		[[ $(<said) == "order-config: ORDER_ACTOR: is no name of printable characters: "*" is recorded instead" ]]
		cat said >>err
	done
	no_card
}

@test "what only looks like one goes in" {
	rows "PO-1,email,4006381333931,1,tel. 4111 1111 1111 1112" | order-receive -q
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 1 ]
}

# ---- names of files ----

@test "a file's name is recorded as it can be shown" {
	name=$'o\e[31m\xff\n.csv'
	rows PO-1,email,A-1,1, PO-2,email,A-2,no, >"$name"
	run --separate-stderr order-receive -q "$name"
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-receive: o\u{1b}[31m\x{ff} .csv:3: quantity: "no" is not a number' ]
	[ "$(sql 'SELECT source FROM originals UNION SELECT source FROM rejects')" = \
		'o\u{1b}[31m\x{ff} .csv' ]
	order-status --full PO-1 | python3 -c 'import json, sys; json.load(sys.stdin)'
}

# ---- the original ----

# original N: its bytes; they must have the digest that is kept with them
original() {
	sql "SELECT writefile('bytes', bytes) FROM originals WHERE order_id = $1" >/dev/null
	[ "$(sha256sum <bytes | cut -d' ' -f1)" = "$(sql "SELECT lower(hex(sha256)) FROM originals WHERE order_id = $1")" ]
	cat bytes
}

@test "CSV: the rows of each order, byte for byte, their source and line" {
	printf 'external_ref,channel,sku,quantity,instructions\r\n' >o.csv
	printf '"PO-1",email,  A-1,1.00,"two\r\nlines"\r\n,,A-2,2,\r\n' >1
	printf 'PO-2,email,"A ""1""",1,' >2
	cat 1 2 >>o.csv
	order-receive -q o.csv
	cmp 1 <(original 1)
	cmp 2 <(original 2)
	[ "$(sql 'SELECT source, source_line, format FROM originals')" = $'o.csv|2|csv\no.csv|5|csv' ]
}

@test "JSON: each order from its brace to its brace" {
	printf '%s' '{ "channel":"email","lines" : [ {"sku":"A\u00e4","quantity":1.0} ],
 "external_ref":"PO-1" }' >1
	printf '%s' '{"external_ref":"PO-2","channel":"email","lines":[{"quantity":2,"sku":"ß"}]}' >2
	{ printf '\n[\n '; cat 1; printf ' ,\t'; cat 2; printf ']\n'; } | order-receive -q
	cmp <(cat 1; echo) <(original 1)
	cmp <(cat 2; echo) <(original 2)
	[ "$(sql 'SELECT source, source_line, format FROM originals')" = $'stdin|3|json\nstdin|4|json' ]
}
