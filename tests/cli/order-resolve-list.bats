#!/usr/bin/env bats
# The open questions as a list that is filled in and fed back, and streams of
# answers with everything that can be wrong with them.

load ../helper
load ../company
load resolve

# three: an order with two questions, one that waits for consent, one waived
three() {
	others
	wrong external_ref,customer,customer_name,email,sku,quantity,unit_price 'A-1,C-1,"Nord, Café",nobody,TAPE,1,1.50'
	ORDER_NOW=2026-11-23T10:00:00Z receive customer,sku,quantity ASK,GLUE,15 |
		ORDER_NOW=2026-11-23T10:00:00Z order-verify |
		ORDER_NOW=2026-11-23T10:00:00Z order-check-stock -q || true
	ORDER_NOW=2026-11-23T10:30:00Z order-notify -q
}

at_noon() {
	ORDER_NOW=2026-11-23T12:00:00Z order-resolve "$@"
}

@test "--list: one row per question, the oldest first, in columns that are its input" {
	three
	run --separate-stderr at_noon --list
	[ "$status" -eq 0 ]
	[ "$(head -1 <<<"$output")" = ref,hold,line,answer,sku,quantity,note,field,given,question,asked_at,age,reminders,email,customer_name ]
	diff - <(tail -n +2 <<<"$output") <<-END
	$R1,contact,,,,,,email,nobody,what is the e-mail address,2026-11-23T10:30:00Z,3 h,0,nobody,"Nord, Café"
	$R1,price,1,,,,,unit_price,1.50,which price is agreed: it is not ours,2026-11-23T10:30:00Z,3 h,0,nobody,"Nord, Café"
	$R2,consent,1,,,,,quantity,15,"5 of 15 GLUE not reserved; no date yet; instead: PASTE (6), GUM (100)",2026-11-23T10:30:00Z,2 h,0,,
	END
}

@test "--list fed back as it is changes nothing" {
	three
	before=$(sqlite3 orders.db .dump | sha256sum)
	at_noon --list >list.csv
	run --separate-stderr order-resolve <list.csv
	[ "$status" -eq 0 ]
	[ "$(columns result <<<"$output" | sort -u)" = unchanged ]
	at_noon --list -o json | order-resolve -q
	[ "$before" = "$(sqlite3 orders.db .dump | sha256sum)" ]
}

@test "--list filled in ends the questions" {
	three
	at_noon --list | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
rows[0].update(answer="corrected", email="jo@nord.example")
rows[1].update(answer="accepted", note="by phone")
rows[2].update(answer="substitute", sku="GUM", quantity="5")
w = csv.DictWriter(sys.stdout, rows[0].keys(), lineterminator="\n")
w.writeheader(); w.writerows(rows)' >list.csv
	run --separate-stderr order-resolve <list.csv
	[ "$status" -eq 1 ]
	[ "$(columns result <<<"$output" | paste -sd' ')" = 'held ok ok' ]
	[ "$(sql 'SELECT DISTINCT held FROM v_orders')" = '' ]
	run --separate-stderr at_noon --list
	[ "$(wc -l <<<"$output")" -eq 1 ]
	run --separate-stderr at_noon -o json --list
	[ "$output" = '' ]
	stays_true
}

@test "--list counts reminders, and lists what nobody was asked yet" {
	three
	ORDER_NOW=2026-11-26T10:00:00Z order-resolve -q --chase
	receive customer,sku,quantity LIMIT,STAMP,5 | order-verify -q || true
	run --separate-stderr order-resolve --list
	[ "$(columns reminders <<<"$output" | paste -sd' ')" = '1 1 0 1' ]
	[ "$(columns asked_at <<<"$output" | sed -n 3p)" = '' ]
	[ "$(columns hold <<<"$output" | sed -n 3p)" = credit ]
}

@test "--list says what an order held for stock is short of" {
	ready external_ref,customer,sku,quantity P,WHOLE,GLUE,12 P,WHOLE,TAPE,1
	order-check-stock -q $R1 || true
	run --separate-stderr order-resolve --list
	[ "$(cells hold <<<"$output")" = stock ]
	[ "$(columns line <<<"$output")" = 1 ]
	[[ $(columns question <<<"$output") == '12 of 12 GLUE not reserved'* ]]
	# two lines of one item are short together
	order-load -q stock <<<$'sku,on_hand\nGLUE,12'
	ready external_ref,customer,sku,quantity Q,WHOLE,GLUE,7 Q,WHOLE,GLUE,6 Q,WHOLE,BOX,50
	order-check-stock -q $R2 || true
	[ "$(order-resolve --list | sed -n "/^$R2/p" | wc -l)" -eq 2 ]
}

@test "--list and --chase stand alone" {
	for args in '--list --chase' "--list $R1" "--chase $R1 price accepted" '--list --note x' '--list --reject 1' '--chase --line 1'; do
		run --separate-stderr order-resolve $args </dev/null
		[ "$status" -eq 64 ]
	done
}

@test "many closed orders do not slow down the list" {
	three
	sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
		INSERT INTO holds (order_id, hold, opened_at, closed_at) SELECT 1, 'price', 1, 2 FROM n"
	run --separate-stderr at_noon --list
	[ "$(wc -l <<<"$output")" -eq 4 ]
}

# ---- streams with faults ----

@test "each row is answered for itself, with its reason" {
	three
	long=$(head -c 70000 /dev/zero | tr '\0' x)
	cat >in.csv <<-END
	ref,hold,line,answer,note,sku,quantity,mine
	$R1,price,1,accepted,4111 1111 1111 1111,,,a
	$R1,weather,,accepted,,,,b
	$R1,price,x,accepted,,,,c
	$R1,price,7,accepted,,,,d
	SO-00000099-6,price,,accepted,,,,e
	SO-00000001-2,price,,accepted,,,,f
	$R1,price,1,accept,,,,g
	$R1,price,1,accepted,$long,,,h
	$R2,consent,1,substitute,,GUM,9,i
	$R2,consent,2,backorder,,,,j
	$R1,,,,,,,k
	END
	printf '%s,price,1,accepted,"\033[2Jclear",,,l\n' $R1 >>in.csv
	before=$(sqlite3 orders.db .dump | sha256sum)
	run --separate-stderr order-resolve <in.csv
	[ "$status" -eq 1 ]
	[ "$(columns reason <<<"$output" | paste -sd' ')" = \
		'card-number no-such-hold no-such-line no-such-line no-such-order no-such-order bad-answer too-large bad-value no-such-line  control-character' ]
	[ "$(columns mine <<<"$output" | paste -sd' ')" = 'a b c d e f g h i j k l' ]
	[[ $output$stderr != *'1111 1111 1111'* ]]
	[[ $stderr != *$'\033'* ]]
	[ "$before" = "$(sqlite3 orders.db .dump | sha256sum)" ]
}

@test "the same by JSON; what is not well-formed ends the run, what came before is done" {
	three
	cat >in.json <<-END
	{"ref":"$R1","hold":"price","line":1,"answer":"accepted","note":"é","mine":{"a":[1]}}
	{"ref":"$R2","hold":"consent","answer":"substitute","sku":"GUM","quantity":2}
	{"ref":"$R2","hold":"consent","line":"1","answer":"backorder"}
	{"ref":"$R2",
	END
	run --separate-stderr order-resolve <in.json
	[ "$status" -eq 65 ]
	[ "$(python3 -c 'import json,sys
print(*[json.loads(l)["result"] for l in sys.stdin])' <<<"$output")" = 'held held ok' ]
	[ "$(lines)" = '1|TAPE|1|0|0|0|0|0 1|GLUE|15|10|3|0|2|0 2|GUM|2|2|0|0|0|1' ]
	stays_true
}

@test "a row with too few cells is not well-formed" {
	three
	run --separate-stderr order-resolve <<<"ref,hold,answer
$R1,price"
	[ "$status" -eq 65 ]
	[[ $stderr == *'stdin:2:'* ]]
}

@test "two answers to one order in one stream: the second is judged by the first" {
	asked
	run --separate-stderr order-resolve <<<"ref,hold,line,answer,sku
$R1,consent,1,substitute,GUM
$R1,consent,1,partial,
$R1,price,,accepted,"
	[ "$(cells reason <<<"$output" | paste -sd' ')" = ' no-such-hold no-such-hold' ]
	[ "$(answers | wc -l)" -eq 1 ]
}

# ---- a cancelled order ----

@test "a cancelled order: its key may be used for other content, not for the same" {
	wrong external_ref,customer,email,sku,quantity K-1,C-1,nobody,TAPE,1
	order-resolve -q $R1 contact cancel
	run receive external_ref,customer,email,sku,quantity K-1,C-1,nobody,TAPE,1
	[ "$(cells result <<<"$output"),$(cells ref <<<"$output")" = duplicate,$R1 ]
	run receive external_ref,customer,email,sku,quantity K-1,C-1,jo@nord.example,TAPE,1
	[ "$(cells result <<<"$output"),$(cells ref <<<"$output")" = ok,$R2 ]
	stays_true
}

@test "a cancelled order is not overdue, acknowledged, verified or checked any more" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	order-resolve -q $R1 contact cancel
	run --separate-stderr env ORDER_NOW=2026-12-23T09:00:00Z order-ack --due --queue-only
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	order-notify -q
	run --separate-stderr env ORDER_NOW=2026-12-23T09:00:00Z order-status --attention -o csv
	[ "$status" -eq 0 ]
	[[ $output != *ack-overdue* ]]
	for tool in order-verify order-check-stock order-ack; do
		run --separate-stderr $tool $R1
		[ "$(cells reason <<<"$output")" = illegal-transition ]
	done
	[[ $(order-audit $R1) == *cancelled* ]]
	order-audit --verify
}

@test "the notice of a cancelled order is the answer that stops the clock" {
	mkdir -p own/en
	for part in cancelled.txt cancelled.html cancelled.subject.txt; do
		echo "{{ref}} is cancelled" >own/en/$part
	done
	order-config -q template_dir="$PWD/own"
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	order-resolve -q $R1 contact cancel
	order-notify -q
	[ "$(told cancelled)" = 'sent|0' ]
	[ "$(sql 'SELECT answered_at IS NOT NULL FROM orders')" = 1 ]
}

@test "examples/answers.sh applies a file of answers and says what was refused" {
	three
	cat >in.csv <<-END
	ref,hold,line,answer,sku,note
	$R1,price,1,accepted,,by phone
	$R2,consent,1,substitute,GUM,"said ""result"":""refused"""
	$R1,,,,,
	END
	run --separate-stderr sh "$BATS_TEST_DIRNAME/../../examples/answers.sh" in.csv
	[ "$status,$output,$stderr" = 0,, ]
	run --separate-stderr sh "$BATS_TEST_DIRNAME/../../examples/answers.sh" in.csv
	[ "$status" -eq 1 ]
	[ "$output" = "$R1 price: no-such-hold
$R2 consent: no-such-hold" ]
	echo 'ref,hold' >bad.csv
	echo 'x' >>bad.csv
	run --separate-stderr sh "$BATS_TEST_DIRNAME/../../examples/answers.sh" bad.csv
	[ "$status" -eq 65 ]
	run --separate-stderr sh "$BATS_TEST_DIRNAME/../../examples/answers.sh" none.csv
	[ "$status" -eq 66 ]
	run --separate-stderr sh "$BATS_TEST_DIRNAME/../../examples/answers.sh"
	[ "$status" -eq 64 ]
	[ "$(find . -name 'tmp.*')" = '' ]
}

@test "what is set goes with one answer, not with records" {
	for option in --set=email=a@b.example --line=1 --note=x; do
		run --separate-stderr order-resolve $option </dev/null
		[ "$status" -eq 64 ]
		[[ $stderr = *"--set, --line and --note go with ORDER HOLD ANSWER"* ]]
		run --separate-stderr order-resolve $option --reject 1 dismiss
		[ "$status" -eq 64 ]
	done
}
