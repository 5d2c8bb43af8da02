#!/usr/bin/env bats
# order-receive in a pipeline: at once, truncated, closed, full, side by side

load ../helper

sql() {
	sqlite3 orders.db "$1"
}

# csv FROM TO: orders PO-FROM to PO-TO of two lines each
csv() {
	echo external_ref,channel,sku,quantity
	for i in $(seq "$1" "$2"); do
		echo "PO-$i,email,A-1,1"
		echo ",,A-2,2"
	done
}

# The numbers of the references, which must be 1 to N without a gap.
gap_free() {
	[ "$(sql 'SELECT count(*), min(id), max(id) FROM orders')" = "$1|1|$1" ]
	[ "$(sql 'SELECT count(DISTINCT ref) FROM orders')" -eq "$1" ]
}

# ---- what it speaks ----

@test "stdout speaks what stdin spoke, -o something else" {
	json='{"external_ref": "PO-1", "channel": "email", "lines": [{"sku": "A-1", "quantity": 1, "unit_price": 2}]}'
	[ "$(order-receive <<<"$json")" = '{"ref":"SO-00000001-1","external_ref":"PO-1","channel":"email","customer":"","customer_name":"","status":"received","held":"","stock":"unchecked","ack":"none","ship":"none","received_at":"2026-11-23T09:00:00Z","ack_due_at":"2026-11-24T09:00:00Z","processing_on":"","delivery_on":"","currency":"EUR","total":"2.00","revision":1,"result":"ok","reason":""}' ]
	[ "$(order-receive -o csv <<<"$json" | column total)" = 2.00 ]
	[ "$(csv 2 2 | order-receive | column external_ref)" = PO-2 ]
	[ "$(csv 2 2 | order-receive -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)["external_ref"])')" = PO-2 ]
	csv 2 2 | order-receive -o table >out
	[[ $(head -n 1 out) == *external_ref* ]]
}

@test "--spreadsheet: a BOM, CRLF, and no cell that a spreadsheet would run" {
	printf 'external_ref,channel,customer_name,sku,quantity\nPO-1,email,"=cmd|x",A-1,1\n-2,email,+49,A-1,1\n' |
		order-receive --spreadsheet >out
	[ "$(head -c 3 out | od -An -tx1)" = ' ef bb bf' ]
	[ "$(grep -c $'\r$' out)" -eq 3 ]
	tail -c +4 out >plain
	[ "$(columns external_ref <plain)" = $'PO-1\n\'-2' ]
	[ "$(columns customer_name <plain)" = $'\'=cmd|x\n\'+49' ]
	order-receive >out <<<$'external_ref,channel,customer_name,sku,quantity\nPO-1,email,"=cmd|x",A-1,1'
	[ "$(column customer_name <out)" = '=cmd|x' ]
}

# ---- at once ----

# order-receive with its stdin on 8 and its stdout on 7; what coproc itself
# gives is gone as soon as it ends.
converse() {
	mkfifo to from
	order-receive <to >from &
	pid=$!
	exec 8>to 7<from
}

@test "a JSON order is answered as soon as its bracket closes" {
	converse
	for i in 1 2 3; do
		printf '{"external_ref": "PO-%d", "channel": "email", "lines": [{"sku": "A", "quantity": 1}]}' $i >&8
		read -r -t 60 answer <&7
		[[ $answer == *"\"external_ref\":\"PO-$i\""*'"result":"ok"'* ]]
		[ "$(sql 'SELECT count(*) FROM orders')" -eq $i ]
	done
	exec 8>&-
	wait $pid
}

@test "a CSV order is answered when the next one begins" {
	converse
	csv 1 1 >&8
	printf 'PO-2,email,A-1,1\n,,A-2,2\n' >&8
	read -r -t 60 answer <&7
	[[ $answer == ref,external_ref,* ]]
	read -r -t 60 answer <&7
	[[ $answer == SO-00000001-1,PO-1,*,ok, ]]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1 ]
	echo 'PO-3,email,A-1,1' >&8
	read -r -t 60 answer <&7
	[[ $answer == SO-00000002-0,PO-2,*,ok, ]]
	[ "$(sql 'SELECT group_concat(sku) FROM lines WHERE order_id = 2')" = A-1,A-2 ]
	exec 8>&-
	read -r -t 60 answer <&7
	[[ $answer == SO-00000003-8,PO-3,*,ok, ]]
	wait $pid
}

@test "what is printed is committed: each answer is in the store when it is read" {
	csv 1 1200 | order-receive -o json | while read -r line; do
		n=$((n + 1))
		[ $((n % 100)) -eq 1 ] || continue
		ref=${line:8:13}
		[ "$(sql "SELECT count(*) FROM orders WHERE ref = '$ref'")" -eq 1 ]
	done
	gap_free 1200
}

# ---- cut off ----

@test "a last line without its end, from a pipe: 65, the orders before it go in" {
	{ csv 1 2; printf 'PO-3,email,A-1,12'; } | {
		run --separate-stderr order-receive
		[ "$status" -eq 65 ]
		[ "$(columns external_ref <<<"$output")" = PO-1 ]
		[ "$stderr" = 'order-receive: stdin:6: input ends inside its last line: its writer may have died (use --allow-unterminated)' ]
	}
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1 ]
}

@test "the same in a file is taken, and from a pipe with --allow-unterminated" {
	{ csv 1 1; printf 'PO-2,email,A-1,12'; } >o.csv
	order-receive -q o.csv
	[ "$(sql 'SELECT ordered FROM lines WHERE order_id = 2')" -eq 12000 ]
	{ csv 3 3; printf 'PO-4,email,A-1,12'; } | order-receive -q --allow-unterminated
	gap_free 4
}

@test "a pipe that is read twice is judged like a pipe" {
	for option in -n --group '--on-error all' '--expect-orders 3'; do
		{ csv 1 2; printf 'PO-3,email,A-1,12'; } | {
			# shellcheck disable=SC2086
			run --separate-stderr order-receive $option
			[ "$status" -eq 65 ]
			[[ $stderr == *'stdin:6: input ends inside its last line'* ]]
		}
		[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	done
	mkfifo pipe
	{ csv 1 1; printf 'PO-2,email,A-1,12'; } >pipe &
	run order-receive -q --group pipe
	[ "$status" -eq 65 ]
}

@test "a stray quote, an open quote: 65 with the line, the orders before go in" {
	while IFS='|' read -r row fact; do
		rm -f orders.db* && order-init
		run --separate-stderr order-receive <<<"$(csv 1 2)"$'\n'"$row"$'\nPO-9,email,A-1,1'
		[ "$status" -eq 65 ]
		[ "$stderr" = "order-receive: stdin:6: $fact" ]
		[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1 ]
	done <<-'END'
	PO-3,email,A"1,1|cell 3 has a stray quote
	PO-3,email,"A-1,1|row has a quote that is not closed
	END
}

@test "a ragged row: its order is refused with the likely cause, the others go in" {
	while IFS='|' read -r row fact; do
		rm -f orders.db* && order-init
		run --separate-stderr order-receive <<<"$(csv 1 2)"$'\n'"$row"$'\nPO-9,email,A-1,1'
		[ "$status" -eq 1 ]
		[ "$stderr" = "order-receive: stdin:6: $fact" ]
		[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-1,PO-2,PO-9 ]
		[ "$(sql 'SELECT error_code FROM rejects')" = ragged ]
	done <<-'END'
	PO-3,email,A-1|row has 3 cells, the header has 4: was a value cut, or are cells missing?
	PO-3,email,A-1,1,2|row has 5 cells, the header has 4: is there a "," in a value that is not in quotes?
	END
}

@test "a ragged row that belongs to an order refuses all of it" {
	run --separate-stderr order-receive <<<"$(csv 1 1)"$'\n,,A-1\n,,A-2,1\nPO-9,email,A-1,1'
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-9 ]
	rm -f orders.db* && order-init
	run --separate-stderr order-receive <<<"$(csv 1 1)"$'\n",,A-1,1"\n,,A-2,1\nPO-9,email,A-1,1'
	[ "$status" -eq 1 ]
	[[ $stderr == *'row has 1 cell, the header has 4: the whole row is in quotes' ]]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = PO-9 ]
	[ "$(order-status --rejects | wc -l)" -eq 5 ]
}

@test "feeding it again after a fault finishes the work and doubles nothing" {
	run order-receive -q <<<"$(csv 1 5)"$'\nPO-6,em"ail'
	[ "$status" -eq 65 ]
	csv 1 6 | order-receive >out
	[ "$(columns result <out | sort | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 4 duplicate, 2 ok,' ]
	gap_free 6
}

# ---- nobody there ----

@test "a reader that goes away ends it quietly: 141; a repeat finds everything" {
	csv 1 3000 >o.csv
	set +e
	order-receive o.csv 2>err | true
	status=${PIPESTATUS[0]}
	set -e
	[ "$status" -eq 141 ]
	[ ! -s err ]
	order-receive -q o.csv
	gap_free 3000
}

@test "stdout is full: 74; what was not printed is there, and a duplicate" {
	run --separate-stderr bash -c 'order-receive >/dev/full' <<<"$(csv 1 3)"
	[ "$status" -eq 74 ]
	[[ $stderr == 'order-receive: '*'No space left on device' ]]
	csv 1 3 | order-receive >out
	[ "$(columns result <out | uniq)" = duplicate ]
	gap_free 3
}

@test "stdout is closed: 74 or quiet, never a database on descriptor 1" {
	order-receive -q >&- <<<"$(csv 1 1)" || [ $? -eq 74 ]
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
}

@test "cron's /dev/null is an empty input: 65, at once" {
	run --separate-stderr order-receive </dev/null
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-receive: stdin: there is nothing in it' ]
}

@test "a terminal on stdin is a usage error" {
	run script -qefc order-receive /dev/null </dev/null
	[ "$status" -eq 64 ]
	[[ $output == *'nothing to do: name a file, or feed records on stdin'* ]]
	run script -qefc 'order-receive a.csv -' /dev/null </dev/null
	[ "$status" -eq 64 ]
}

@test "a file that is not there: 66, the one before it went in" {
	csv 1 1 >a.csv
	run --separate-stderr order-receive a.csv none.csv
	[ "$status" -eq 66 ]
	[ "$(columns external_ref <<<"$output")" = PO-1 ]
	[[ $stderr == 'order-receive: none.csv: No such file or directory' ]]
	gap_free 1
	run --separate-stderr order-receive "$TEST_DIR"
	[ "$status" -eq 66 ]
	run --separate-stderr order-receive --on-error all a.csv none.csv
	[ "$status" -eq 66 ]
	[ -z "$output" ]
}

@test "no database: 78 with the remedy, and stdin is not read" {
	csv 1 1 >o.csv
	{
		run --separate-stderr order-receive -d none.db
		[ "$status" -eq 78 ]
		[[ $stderr == 'order-receive: none.db: '*order-init* ]]
		[ "$(head -n 1)" = external_ref,channel,sku,quantity ]
	} <o.csv
	[ ! -e none.db ]
}

# ---- side by side ----

@test "two processes with the same file: each order once, no gap, every record answered" {
	csv 1 400 >o.csv
	order-receive o.csv >one & a=$!
	order-receive o.csv >two & b=$!
	wait $a
	wait $b
	gap_free 400
	[ "$(cat <(columns result <one) <(columns result <two) | sort | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 400 duplicate, 400 ok,' ]
	cmp <(columns ref <one | sort) <(columns ref <two | sort)
}

@test "four processes with files of their own and refused orders between: no gap" {
	for p in 1 2 3 4; do
		csv $((p * 1000)) $((p * 1000 + 99)) | sed '/00,email/s/,1$/,x/' >$p.csv
		order-receive -q $p.csv 2>/dev/null &
	done
	wait
	gap_free 396
}
