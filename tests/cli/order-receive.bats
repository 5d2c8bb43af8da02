#!/usr/bin/env bats
# order-receive: which rows are one order, what is kept, what is a replay

load ../helper

HEADER=external_ref,channel,received_at,customer,email,sku,quantity,unit_price

# rows ROW...: a CSV of order rows under the usual columns
rows() {
	printf '%s\n' "$HEADER" "$@"
}

sql() {
	sqlite3 orders.db "$1"
}

# Each order with its lines: PO-1:A-1*2,A-2*1
orders() {
	sql "SELECT external_ref || ':' || (SELECT group_concat(sku || '*' ||
		(ordered / 1000)) FROM (SELECT * FROM lines WHERE order_id = id
		ORDER BY line)) FROM orders ORDER BY id"
}

# ---- CSV ----

@test "an order goes in: its reference, its status, its deadline" {
	run --separate-stderr order-receive <<<"$(rows PO-1,email,2026-11-23T08:30:00Z,C-1,jo@example.org,A-1,2,1.25)"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = ref,external_ref,channel,customer,customer_name,status,held,stock,ack,ship,received_at,ack_due_at,processing_on,delivery_on,currency,total,revision,result,reason ]
	[ "${lines[1]}" = SO-00000001-1,PO-1,email,C-1,,received,,unchecked,none,none,2026-11-23T08:30:00Z,2026-11-24T08:30:00Z,,,EUR,2.50,1,ok, ]
	[ "${#lines[@]}" -eq 2 ]
	[ -z "$stderr" ]
}

@test "rows whose order columns are blank continue the order above" {
	rows PO-1,email,,,,A-1,1, ,,,,,A-2,2, ,,,,,A-3,3, PO-2,email,,,,B-1,1, | order-receive -q
	[ "$(orders)" = $'PO-1:A-1*1,A-2*2,A-3*3\nPO-2:B-1*1' ]
}

@test "adjacent rows of one key are one order, whether they repeat its columns or not" {
	rows PO-1,email,,C-1,,A-1,1, PO-1,email,,C-1,,A-2,1, PO-1,,,,,A-3,1, \
		PO-2,email,,,,B-1,1, | order-receive -q
	[ "$(orders)" = $'PO-1:A-1*1,A-2*1,A-3*1\nPO-2:B-1*1' ]
	[ "$(sql 'SELECT customer FROM orders WHERE id = 1')" = C-1 ]
}

@test "the same key through another channel is another order" {
	rows PO-1,email,,,,A-1,1, PO-1,phone,,,,A-2,1, | order-receive -q
	[ "$(orders)" = $'PO-1:A-1*1\nPO-1:A-2*1' ]
}

@test "a row with an order column and a blank key starts an order of its own" {
	rows ,email,,C-1,,A-1,1, ,,,,,A-2,1, ,email,,C-1,,B-1,1, | order-receive -q
	[ "$(orders)" = $':A-1*1,A-2*1\n:B-1*1' ]
}

@test "an order column may stand in any row of its order" {
	rows PO-1,email,,,,A-1,1, PO-1,,,C-1,jo@example.org,A-2,1, | order-receive -q
	[ "$(sql 'SELECT customer, email FROM orders')" = 'C-1|jo@example.org' ]
}

@test "rows that disagree in an order column refuse the order" {
	run --separate-stderr order-receive <<<"$(rows PO-1,email,,C-1,,A-1,1, \
		PO-1,email,,C-2,,A-2,1, PO-2,email,,,,B-1,1,)"
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == ,PO-1,email,C-1,*,refused,order-columns-differ ]]
	[[ ${lines[2]} == SO-00000001-1,PO-2,*,ok, ]]
	[ "$stderr" = "order-receive: stdin:3: customer: \"C-2\" is not the \"C-1\" of this order's row above" ]
}

@test "of several times received the earliest counts" {
	rows PO-1,email,2026-11-22T12:00:00Z,,,A-1,1, PO-1,,2026-11-22T11:30:00+01:00,,,A-2,1, \
		PO-1,,2026-11-22T12:30:00Z,,,A-3,1, | order-receive >out
	[ "$(column received_at <out)" = 2026-11-22T10:30:00Z ]
}

@test "lines get the numbers they have, else their place" {
	printf '%s\n' external_ref,channel,line,sku,quantity PO-1,email,10,A-1,1 \
		PO-1,email,20,A-2,1 PO-2,email,,B-1,1 PO-2,email,,B-2,1 | order-receive -q
	[ "$(sql 'SELECT group_concat(line) FROM (SELECT * FROM lines ORDER BY order_id, line)')" = 10,20,1,2 ]
}

@test "columns in any order, in quotes, with CRLF, after a BOM and blank lines" {
	printf '\357\273\277\r\n"quantity",sku,"channel",external_ref\r\n"2","A,""1""",email,PO-1\r\n' |
		order-receive -q
	[ "$(orders)" = 'PO-1:A,"1"*2' ]
}

@test "a quoted value may have several lines; they are kept" {
	printf 'external_ref,channel,sku,quantity,instructions\nPO-1,email,A-1,1,"two\n\nlines "\nPO-2,email,A-1,x,\n' >o.csv
	run --separate-stderr order-receive o.csv
	[ "$(sql 'SELECT instructions FROM orders')" = $'two\n\nlines ' ]
	[ "$stderr" = 'order-receive: o.csv:5: quantity: "x" is not a number' ]
}

@test "the key a second time later in the file: refused, with the first line" {
	run --separate-stderr order-receive <<<"$(rows PO-1,email,,,,A-1,1, \
		PO-2,email,,,,B-1,1, PO-1,email,,,,A-2,1,)"
	[ "$status" -eq 1 ]
	[[ ${lines[3]} == ,PO-1,*,refused,key-repeated ]]
	[ "$stderr" = 'order-receive: stdin:4: external_ref: "PO-1" was an order before, at line 2 (use --group to gather its rows)' ]
	[ "$(orders)" = $'PO-1:A-1*1\nPO-2:B-1*1' ]
}

@test "the key of a refused order later in the file is refused as well" {
	run --separate-stderr order-receive <<<"$(rows PO-1,email,,,,A-1,x, \
		PO-2,email,,,,B-1,1, PO-1,email,,,,A-2,1,)"
	[ "$status" -eq 1 ]
	[[ ${lines[3]} == ,PO-1,*,refused,key-repeated ]]
	[ "${stderr_lines[1]}" = 'order-receive: stdin:4: external_ref: "PO-1" was refused before, at line 2' ]
	[ "$(orders)" = "PO-2:B-1*1" ]
}

@test "--group gathers what is apart, in the order the keys first appear" {
	rows PO-1,email,,,,A-1,1, PO-2,email,,,,B-1,1, PO-1,email,,,,A-2,1, ,,,,,A-3,1, \
		PO-2,,,,,B-2,1, | order-receive -q --group --channel email
	[ "$(orders)" = $'PO-1:A-1*1,A-2*1,A-3*1\nPO-2:B-1*1,B-2*1' ]
}

@test "--group gathers across files, and names the file and line of a fault" {
	rows PO-1,email,,,,A-1,1, PO-2,email,,,,B-1,1, >a.csv
	rows PO-3,email,,,,C-1,1, PO-1,email,,,,A-2,1, PO-2,email,,,,B-2,x, >b.csv
	run --separate-stderr order-receive --group a.csv b.csv
	[ "$status" -eq 1 ]
	[ "$(orders)" = $'PO-1:A-1*1,A-2*1\nPO-3:C-1*1' ]
	[ "$stderr" = 'order-receive: b.csv:4: quantity: "x" is not a number' ]
}

@test "--group needs the same columns in every file: 65" {
	rows PO-1,email,,,,A-1,1, >a.csv
	printf 'external_ref,channel,received_at\nPO-1,email,\n' >b.csv
	run --separate-stderr order-receive --group a.csv b.csv
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-receive: b.csv:1: its columns are not those of a.csv, which --group needs' ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "--group with JSON: flat objects of one key, and what is no order" {
	run --separate-stderr order-receive --group <<-'END'
	[{"external_ref": "PO-1", "channel": "email", "sku": "A-1", "quantity": 1},
	17,
	{"external_ref": "PO-2", "channel": "email", "sku": "B-1", "quantity": 1},
	{"external_ref": "PO-1", "sku": "A-2", "quantity": 1, "channel": "email"}]
	END
	[ "$status" -eq 1 ]
	[ "$(orders)" = $'PO-1:A-1*1,A-2*1\nPO-2:B-1*1' ]
	[ "$stderr" = 'order-receive: stdin:2: is not an object' ]
}

@test "without --group no order crosses files" {
	rows PO-1,email,,,,A-1,1, >a.csv
	rows ,,,,,A-2,1, >b.csv
	run order-receive -q --channel phone a.csv b.csv
	[ "$(orders)" = $'PO-1:A-1*1\n:A-2*1' ]
}

@test "several files, and - for stdin, one after another" {
	rows PO-1,email,,,,A-1,1, >a.csv
	printf '{"external_ref": "PO-3", "channel": "email", "lines": [{"sku": "C", "quantity": 1}]}' >c.json
	rows PO-2,email,,,,B-1,1, | order-receive a.csv - c.json >out
	[ "$(orders)" = $'PO-1:A-1*1\nPO-2:B-1*1\nPO-3:C*1' ]
	[ "$(columns ref <out | wc -l)" -eq 3 ]
	[ "$(sql 'SELECT group_concat(format) FROM originals')" = csv,csv,json ]
}

@test "--channel serves the orders that name none" {
	rows PO-1,,,,,A-1,1, PO-2,phone,,,,B-1,1, 'PO-3, ,,,,B-1,1,' |
		order-receive -q --channel email
	[ "$(sql 'SELECT group_concat(channel) FROM orders')" = email,phone,email ]
}

@test "no channel, or one that is not approved: refused" {
	run --separate-stderr order-receive <<<"$(rows PO-1,,,,,A-1,1, PO-2,pigeon,,,,B-1,1,)"
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == *,refused,channel-missing ]]
	[[ ${lines[2]} == *,refused,channel-not-approved ]]
	[ "${stderr_lines[0]}" = 'order-receive: stdin:2: channel: is missing: name it, or use --channel' ]
	[ "${stderr_lines[1]}" = 'order-receive: stdin:3: channel: "pigeon" is not an approved channel (see: order-load channels)' ]
}

@test "an unknown column: 65, with the nearest name, before anything goes in" {
	run --separate-stderr order-receive <<<$'external_ref,channel,sku,qantity\nPO-1,email,A-1,1'
	[ "$status" -eq 65 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-receive: stdin:1: qantity: is no column of an order (did you mean quantity?); rename it, or use --extra' ]
}

@test "--extra keep stores unknown columns, --extra ignore forgets them" {
	csv=$'external_ref,channel,sku,quantity,gift,tag\nPO-1,email,A-1,1,yes,\nPO-1,,A-2,1,no,x\n'
	order-receive -q --extra keep <<<"$csv"
	[ "$(sql 'SELECT extra FROM orders')" = '[{"gift":"yes"},{"gift":"no","tag":"x"}]' ]
	order-status --full PO-1 | grep -qF '"extra":[{"gift":"yes"},{"gift":"no","tag":"x"}],"lines":['
	order-init -d other.db
	order-receive -q -d other.db --extra ignore <<<"$csv"
	[ "$(sqlite3 other.db 'SELECT extra FROM orders')" = '' ]
}

@test "options that choose badly: 64" {
	for args in '--extra maybe' '--on-error never' '--input xml' '--expect-orders x' '-o xml'; do
		# shellcheck disable=SC2086
		run --separate-stderr order-receive $args <<<"$(rows PO-1,email,,,,A-1,1,)"
		[ "$status" -eq 64 ]
		[ -z "$output" ]
	done
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "well-formed and nothing else: 65 for no bytes, 0 for no orders" {
	for empty in '' $'\n \n' $'\357\273\277'; do
		printf %s "$empty" | {
			run --separate-stderr order-receive
			[ "$status" -eq 65 ]
			[ "$stderr" = 'order-receive: stdin: there is nothing in it' ]
		}
	done
	run --separate-stderr order-receive <<<"$HEADER"
	[ "$status" -eq 0 ]
	[[ $output == ref,external_ref,* ]]
	run --separate-stderr order-receive <<<'[]'
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	for option in -n --group '--on-error all' '--expect-orders 0'; do
		# shellcheck disable=SC2086
		run --separate-stderr order-receive $option <<<"$HEADER"
		[ "$status" -eq 0 ]
		[[ $output == ref,external_ref,* ]]
		# shellcheck disable=SC2086
		run --separate-stderr order-receive $option <<<'[]'
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

# ---- JSON ----

@test "JSON: an array, one after another, one a line" {
	a='{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A-1", "quantity": 1}, {"sku": "A-2", "quantity": "2"}]}'
	for text in "[$a, ${a//PO-1/PO-2}]" "$a${a//PO-1/PO-2}" "$a"$'\n'"${a//PO-1/PO-2}"$'\n'; do
		rm -f orders.db* && order-init
		run --separate-stderr order-receive <<<"$text"
		[ "$status" -eq 0 ]
		[ "$(orders)" = $'PO-1:A-1*1,A-2*2\nPO-2:A-1*1,A-2*2' ]
		[ "${lines[0]:0:25}" = '{"ref":"SO-00000001-1","e' ]
		[[ ${lines[0]} == *'"revision":1,"result":"ok","reason":""}' ]]
	done
}

@test "flat JSON objects are rows: adjacent keys and continuations" {
	order-receive -q <<-'END'
	{"external_ref": "PO-1", "channel": "email", "sku": "A-1", "quantity": 1}
	{"external_ref": "PO-1", "sku": "A-2", "quantity": 1}
	{"sku": "A-3", "quantity": 1}
	{"external_ref": "PO-2", "channel": "email", "sku": "B-1", "quantity": 1, "email": null}
	END
	[ "$(orders)" = $'PO-1:A-1*1,A-2*1,A-3*1\nPO-2:B-1*1' ]
}

@test "what is not JSON: 65 with line and byte; orders that closed before go in" {
	run --separate-stderr order-receive <<-'END'
	{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A-1", "quantity": 1}]}
	{"external_ref": "PO-2", "channel": "email", "lines": [{"sku": "A-1", "quantity": 01}]}
	{"external_ref": "PO-3", "channel": "email", "lines": [{"sku": "A-1", "quantity": 1}]}
	END
	[ "$status" -eq 65 ]
	[ "$(orders)" = "PO-1:A-1*1" ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[[ $stderr == 'order-receive: stdin:2: not JSON: malformed number (byte '* ]]
}

@test "JSON cut off: 65, and the order that was open does not go in" {
	run --separate-stderr order-receive <<<'[{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A-1", "quantity": 1}'
	[ "$status" -eq 65 ]
	[[ $stderr == *'not JSON: input ends inside a value'* ]]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "JSON that is well-formed but no order: refused, the others go in" {
	while IFS='|' read -r code text fact; do
		rm -f orders.db* && order-init
		run --separate-stderr order-receive <<<"[$text, {\"external_ref\": \"PO-9\", \"channel\": \"email\", \"lines\": [{\"sku\": \"A\", \"quantity\": 1}]}]"
		[ "$status" -eq 1 ]
		[[ ${lines[0]} == *'"result":"refused","reason":"'"$code"'"}' ]]
		[ "$stderr" = "order-receive: stdin:1: $fact" ]
		[ "$(orders)" = 'PO-9:A*1' ]
	done <<-'END'
	not-an-object|17|is not an object
	not-an-object|[]|is not an object
	not-an-object|"text"|is not an object
	no-lines|{"external_ref": "PO-1", "channel": "email", "lines": []}|the order has no line (sku and quantity)
	no-lines|{}|the order has no line (sku and quantity)
	wrong-type|{"channel": "email", "lines": {"sku": "A"}}|lines: is not an array
	wrong-type|{"channel": true, "lines": [{"sku": "A", "quantity": 1}]}|channel: is neither text nor a number
	wrong-type|{"channel": "email", "lines": [{"sku": ["A"], "quantity": 1}]}|sku: is neither text nor a number
	not-an-object|{"channel": "email", "lines": [1]}|lines: is not an object
	unknown-key|{"channel": "email", "chanel": "x", "lines": [{"sku": "A", "quantity": 1}]}|chanel: is no column of an order (did you mean channel?) (see --extra)
	unknown-key|{"channel": "email", "lines": [{"sku": "A", "quantity": 1, "email": "x"}]}|email: is a column of the order, not of a line
	duplicate-key|{"channel": "email", "channel": "fax", "lines": [{"sku": "A", "quantity": 1}]}|channel: is a duplicate key
	duplicate-key|{"channel": "email", "lines": [{"sku": "A", "quantity": 1, "sku": "B"}]}|lines: has the duplicate key 'sku'
	nul|{"channel": "email", "instructions": "a\u0000b", "lines": [{"sku": "A", "quantity": 1}]}|instructions: holds a NUL character
	lone-surrogate|{"channel": "email", "instructions": "\ud800", "lines": [{"sku": "A", "quantity": 1}]}|instructions: holds half a surrogate pair
	inexact-number|{"channel": "email", "lines": [{"sku": 1234567890123456, "quantity": 1}]}|sku: has over 15 digits: write it as a string
	not-a-number|{"channel": "email", "lines": [{"sku": "A", "quantity": 1e3}]}|quantity: "1e3" is not a number
	END
}

@test "JSON numbers are taken as they are written, never as floating point" {
	order-receive -q <<<'{"channel": "email", "total": 0.30, "lines": [{"sku": 4006381333931, "quantity": 0.1, "unit_price": 3.00}]}'
	[ "$(sql 'SELECT sku, ordered, unit_price, amount FROM lines')" = '4006381333931|100|3000000|30' ]
	[ "$(sql 'SELECT total_given FROM orders')" -eq 30 ]
}

@test "-i says what it is when the first byte does not" {
	printf '[channel],sku\n' >odd.csv
	run --separate-stderr order-receive -i csv --extra ignore odd.csv
	[ "$status" -eq 0 ]
	run --separate-stderr order-receive -i json <<<"$HEADER"
	[ "$status" -eq 65 ]
}

# ---- replay ----

@test "the same order again: its reference, duplicate, 0, nothing written" {
	rows PO-1,email,2026-11-23T08:00:00Z,C-1,,A-1,2,1.50 | order-receive -q
	was=$(sql 'SELECT count(*) FROM events')
	run --separate-stderr order-receive <<<"$(rows PO-1,email,2026-11-23T08:59:00Z,C-1,,A-1,2,1.50)"
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == SO-00000001-1,PO-1,*,received,*,2026-11-23T08:00:00Z,*,duplicate, ]]
	[ -z "$stderr" ]
	run --separate-stderr order-receive <<<'{"channel": "email", "customer": "C-1", "lines": [{"unit_price": 1.5, "quantity": "2.0", "sku": "A-1"}], "external_ref": "PO-1"}'
	[ "$status" -eq 0 ]
	[[ $output == '{"ref":"SO-00000001-1",'*'"result":"duplicate",'* ]]
	[ "$(sql 'SELECT count(*) FROM events')" -eq "$was" ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 1 ]
}

@test "the key with other content: conflict, and the order stays as it was" {
	rows PO-1,email,,C-1,,A-1,2,1.50 | order-receive -q
	run --separate-stderr order-receive <<<"$(rows PO-1,email,,C-1,,A-1,3,1.50)"
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == ,PO-1,email,C-1,*,refused,conflict ]]
	[ "$stderr" = 'order-receive: stdin:2: external_ref: "PO-1" is already order SO-00000001-1 with other content (use --amend to change it)' ]
	[ "$(sql 'SELECT ordered FROM lines')" -eq 2000 ]
}

@test "the key of a rejected order may be used again, but not for the same content" {
	rows PO-1,email,,C-1,,A-1,2, | order-receive -q
	sql "UPDATE orders SET status = 'rejected', closed_at = 1"
	[ "$(rows PO-1,email,,C-1,,A-1,2, | order-receive | column result)" = duplicate ]
	[ "$(rows PO-1,email,,C-1,,A-1,3, | order-receive | column ref)" = SO-00000002-0 ]
	for quantity in 2 3; do
		rows PO-1,email,,C-1,,A-1,$quantity, | order-receive --on-error all >out
		[ "$(column result <out)" = duplicate ]
	done
	run order-receive <<<"$(rows PO-1,email,,C-1,,A-1,4,)"
	[ "$status" -eq 1 ]
}

@test "orders without a key are all new: verify looks for twins" {
	rows ,email,,C-1,,A-1,2, | order-receive -q
	[ "$(rows ,email,,C-1,,A-1,2, | order-receive | column ref)" = SO-00000002-0 ]
}

@test "references have no gap after refused orders, in one run and the next" {
	for i in 1 2; do
		rows "P$i-1,email,,,,A-1,1," "P$i-2,email,,,,A-1,0," "P$i-3,pigeon,,,,A-1,1," \
			"P$i-4,email,,,,A-1,1," | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	done
	rows P2-4,email,,,,A-1,9, | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	rows P3,email,,,,A-1,1, | order-receive -q
	[ "$(sql 'SELECT group_concat(ref) FROM orders')" = SO-00000001-1,SO-00000002-0,SO-00000003-8,SO-00000004-6,SO-00000005-4 ]
}
