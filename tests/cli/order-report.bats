#!/usr/bin/env bats
# The figures of a period: formats, periods, and the review.

load ../helper
load ../company

figure() {	# figure SECTION NAME [KEY [SUBKEY]]: value of the CSV on stdin
	python3 -c '
import csv, sys
want = (sys.argv[1:] + ["", ""])[:4]
print(*[r["value"] for r in csv.DictReader(sys.stdin) if
	[r["section"], r["figure"], r["key"], r["subkey"]] == want], sep="\n")
' "$@"
}

@test "without orders nothing is 0 % or 100 %" {
	run --separate-stderr order-report -o csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[[ $output == *$'\nack,in_time,,,,percent,0,0\n'* ]]
	[[ $output == *$'\nack,answer_minutes_median,,,,minutes,,\n'* ]]
	[ "$(figure orders orders <<<"$output")" = 0 ]
	order-report -o json | json 'd["ack"]["in_time"]' |
		grep -F "{'percent': None, 'part': 0, 'whole': 0}"
	run order-report -o text
	[ "$status" -eq 0 ]
	[[ $output == *'Answered within 24 h'*' -  no order was due'* ]]
	[[ $output != *' 0.0 %'* && $output != *'100.0 %'* ]]
}

@test "the text is at most 80 columns wide, whatever is in it" {
	order-config -q company_name="$(printf 'N%.0s' {1..190})"
	for channel in a-channel-with-a-very-long-name-{1..9}; do
		printf 'channel,approved\n%s,1\n' "$channel" | order-load -q channels
		receive channel,customer,sku,quantity "$channel,C-1,TAPE,1" \
			"$channel,C-1,TAPE,none" >/dev/null || true
	done
	order-report -o text >text
	[ "$(wc -L <text)" -le 80 ]
	grep -q 'more columns in the CSV' text
}

@test "every figure is in CSV and JSON alike" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	receive external_ref,customer,sku,quantity PO-2,C-1,TAPE,x >/dev/null || true
	order-report -o csv >figures.csv
	order-report -o json >figures.json
	python3 - <<-'END'
	import csv, json
	tree = json.load(open("figures.json"))
	n = 0
	for r in csv.DictReader(open("figures.csv")):
	    at = tree[r["section"]][r["figure"]]
	    for key in (r["key"], r["subkey"]):
	        at = at[key] if key else at
	    if r["unit"] == "percent":
	        assert str(at["part"]) == r["part"], r
	        assert str(at["whole"]) == r["whole"], r
	        at = at["percent"]
	    assert ("" if at is None else str(at)) == r["value"], (r, at)
	    n += 1
	def leaves(x):
	    if isinstance(x, dict) and "percent" not in x:
	        return sum(map(leaves, x.values()))
	    return 1
	assert n == leaves(tree) and n > 60, (n, leaves(tree))
	END
}

@test "both days of the period are part of it, in the company's zone" {
	# Berlin is an hour, in summer two, before UTC
	receive external_ref,received_at,customer,sku,quantity \
		A,2026-10-23T21:59:59Z,C-1,TAPE,1 \
		B,2026-10-23T22:00:00Z,C-1,TAPE,2 \
		C,2026-10-25T22:59:59Z,C-1,TAPE,3 \
		D,2026-10-25T23:00:00Z,C-1,TAPE,4 >/dev/null
	order-report --from 2026-10-24 --to 2026-10-25 -o csv >figures.csv
	[ "$(figure orders orders <figures.csv)" = 2 ]
	[ "$(figure orders by_day 2026-10-24 email <figures.csv)" = 1 ]
	# the day that has 25 hours
	[ "$(figure orders by_day 2026-10-25 email <figures.csv)" = 1 ]
	order-report --from 2026-10-26 --to 2026-10-26 -o csv >figures.csv
	[ "$(figure orders orders <figures.csv)" = 1 ]
}

@test "a period ends today and has review_days, if nothing else is said" {
	order-report -o csv >figures.csv
	[ "$(figure report from <figures.csv)" = 2025-11-24 ]
	[ "$(figure report to <figures.csv)" = 2026-11-23 ]
	order-config -q review_days=1
	[ "$(order-report -o csv | figure report from)" = 2026-11-23 ]
	[ "$(order-report --from 7d -o csv | figure report from)" = 2026-11-16 ]
	[ "$(order-report --to yesterday -o csv | figure report from)" = 2026-11-22 ]
}

@test "what is no period is a usage error" {
	for bad in '--from=2026-02-30' '--to=tomorrow' '--from=2026-11-24' \
		'--from=1900-01-01' '--from=2026-11-20 --to=2026-11-19'; do
		# shellcheck disable=SC2086
		run order-report $bad
		[ "$status" -eq 64 ] || { echo "$bad: $status $output"; return 1; }
	done
	run order-report SO-00000001-1
	[ "$status" -eq 64 ]
	run order-report -o table
	[ "$status" -eq 64 ]
	[[ $output == *'"table" is none of text, csv, json and html'* ]]
	run order-status --all -o html
	[ "$status" -eq 64 ]
}

@test "an overdue review is status 1, one that was done is not" {
	order-report -q
	export ORDER_NOW=2027-11-23T22:59:00Z	# still the day it is due
	order-report -q
	export ORDER_NOW=2027-11-23T23:00:00Z
	run order-report -o text
	[ "$status" -eq 1 ]
	[[ $output == *'act   Next review due by'*'2027-11-23  overdue'* ]]
	run order-report -n --reviewed 'not yet'
	[ "$status" -eq 0 ]
	run order-report -q
	[ "$status" -eq 1 ]
	run order-report --reviewed 'all is well' -o csv
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "2027-11-23T23:00:00Z,2026-11-25,2027-11-24,tester,all is well,2028-11-23,ok," ]
	order-report -q
	[ "$(sql "select from_on, to_on, note, by from v_reviews")" = \
		'2026-11-25|2027-11-24|all is well|tester' ]
	order-audit --all -o table | grep -F \
		'procedure reviewed, 2026-11-25 to 2027-11-24: all is well'
	stays_true
	order-audit --verify
}

@test "the same review twice is one; a note that says nothing is refused" {
	order-report -q --reviewed 'all is well'
	run order-report --reviewed 'all is well' -o csv
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == *',unchanged,' ]]
	[ "$(sql 'select count(*) from v_reviews')" = 1 ]
	for bad in '' '  ' $'bell\a' 'card 4111 1111 1111 1111'; do
		run --separate-stderr order-report --reviewed "$bad" -o csv
		[ "$status" -eq 1 ]
		[[ $stderr == 'order-report: the note '* ]]
		[[ $output != *4111* && $stderr != *4111* ]]
	done
	run --separate-stderr order-report --from 2026-12-01 --to 2026-12-31 \
		--reviewed 'next month'
	[ "$status" -eq 1 ]
	[[ $stderr == *'days that are still to come' ]]
	[ "$(sql 'select count(*) from v_reviews')" = 1 ]
	[ "$(sql "select count(*) from v_events where kind = 'review'")" = 1 ]
}

@test "archived orders are not in the figures, and it is said" {
	good PO-1 >/dev/null
	good PO-2 >/dev/null
	sql "insert into archived values (9, 'SO-00000009-7', 'completed', '2026.db', 1795424400)"
	sql "insert into events (order_id, kind, at, digest, hash)
		values (9, 'receive', 1795424400, x'', x'')"
	order-report -o csv >figures.csv
	[ "$(figure orders orders <figures.csv)" = 2 ]
	[ "$(figure record archived <figures.csv)" = 1 ]
	[ "$(figure record archived_in 2026.db <figures.csv)" = 1 ]
	order-report -o text | tr '\n' ' ' | grep -F \
		"1 of the period's orders is in an archive and not counted here"
	[ "$(order-report --from 2026-11-01 --to 2026-11-22 -o csv |
		figure record archived)" = 0 ]
}

@test "an archive has its own figures, and no review is due of it" {
	good PO-1 >/dev/null
	good PO-2 >/dev/null
	order-config -q close_days=0 archive_days=0
	order-update -q "$R1" cancelled --reason 'as asked'
	for id in $(sql 'select id from v_messages'); do order-notify -q --told "$id"; done
	export ORDER_NOW=2026-11-25T09:00:00Z
	order-archive -q --to 2026.db "$R1"
	order-report -o csv >figures.csv
	[ "$(figure orders orders <figures.csv)" = 1 ]
	[ "$(figure record archived_in 2026.db <figures.csv)" = 1 ]
	export ORDER_NOW=2029-11-25T09:00:00Z
	order-report -d 2026.db --from 2026-01-01 -o csv >figures.csv
	[ "$(figure orders by_status cancelled <figures.csv)" = 1 ]
	[ "$(figure record review_due_on <figures.csv)" = '' ]
	run ! grep -q at_once figures.csv
	order-report -d 2026.db --from 2026-01-01 -o html >/dev/null
	run order-report -d 2026.db --reviewed 'not here'
	[ "$status" -eq 78 ]
}

@test "a text that could harm a terminal does not" {
	order-config -q company_name='Acme & <Sons>'
	ORDER_ACTOR=$'eve' good PO-1 >/dev/null
	sql "update orders set channel = 'x' || char(27) || '[31m'"
	order-report -o text >text
	run ! grep -q $'\033' text
	order-report --color always -o text | grep -q $'\033\[1m'
}
