#!/usr/bin/env bats
# order-update: every event of every status, legal exactly where the table of
# the lifecycle says

load ../helper
load ../company
load inquiry
load update

# One order of each status, in the order of the table
one_of_each() {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,6 PO-2,C-1,GLUE,2 \
		PO-3,C-1,FILM,1 PO-4,C-1,TAPE,2 PO-5,C-1,TAPE,3
	order-update -q $R4 cancelled
	order-forward --to fulfilment $R1 $R2 >/dev/null
	order-update -q $R2 shipped
	good PO-6 | order-verify -q
	good PO-7 TAPE 7 >/dev/null
	order-update -q $R5 hold --reason x
	receive external_ref,customer,sku,quantity PO-8,C-1,GLUE,1 >/dev/null
	order-update -q "$(sql 'SELECT ref FROM v_orders WHERE id = 8')" reject --reason x
}

# What the events need to be said
words() {
	case $1 in
	problem | hold | reject | legal-hold | reopen) echo why,, ;;
	delay) echo late,,2026-12-20 ;;
	inquiry | reply | note) echo ,words, ;;
	*) echo ,, ;;
	esac
}

# The lifecycle, told a second time: EVENT STATUS...
legal() {
	cat <<-'END'
	accepted released
	problem released
	picked released
	packed released
	shipped released
	delivered released completed
	returned released completed
	delay confirmed released
	paid received verified confirmed released completed cancelled
	note received verified confirmed released completed rejected cancelled
	inquiry received verified confirmed released completed rejected cancelled
	reply received verified confirmed released completed rejected cancelled
	legal-hold received verified confirmed released completed rejected cancelled
	legal-release received verified confirmed released completed rejected cancelled
	hold received verified confirmed released
	release received verified confirmed released
	cancelled received verified confirmed released
	cancel-refused released
	reject received verified
	short-close confirmed released
	reopen released completed
	END
}

# What must be answered: legal, or the refusal, or that it is so already
judge() {
	while IFS=, read -r ref status result reason; do
		wanted=refused,illegal-transition
		[[ " $2 " == *" $status "* ]] && wanted=legal
		case "$1 $status" in
		'shipped completed' | 'cancelled cancelled' | 'reject rejected')
			wanted=unchanged, ;;
		esac
		case $wanted in
		legal) [ "$reason" != illegal-transition ] ;;
		unchanged,) [ "$result,$reason" = unchanged, ] ;;
		*)
			[ "$result,$reason" = $wanted ] &&
				grep -q "$ref: $1: the order is $status (it can be when it is " err
			;;
		esac || { echo "$status $1: $result $reason"; return 1; }
		echo "$wanted" >>judged
	done
}

@test "every event of every status is taken or refused as the table says" {
	one_of_each
	[ "$(sql 'SELECT DISTINCT status FROM v_orders ORDER BY 1' | paste -sd' ')" = \
		'cancelled completed confirmed received rejected released verified' ]
	sql 'SELECT ref, status FROM v_orders' >orders
	while read -r event where; do
		{
			echo ref,was,event,reason,note,promised_on
			tr '|' , <orders | sed "s/$/,$event,$(words "$event")/"
		} | order-update -n -o csv 2>err >out || true
		paste -d, <(columns ref <out) <(columns was <out) <(columns result <out) \
			<(columns reason <out) | judge "$event" "$where"
	done < <(legal)
	[ "$(wc -l <judged)" -eq $((21 * 8)) ]
	stays_true
}

@test "the table of the tool is the one that is told here" {
	legal | while read -r event where; do
		for s in $where; do echo "$event $s"; done
	done | sort >wanted
	order-status --states -o json | python3 -c '
import json, sys
events = set(open("wanted").read().split())
for row in map(json.loads, sys.stdin):
    for status in row["from"].split(", "):
        if row["event"] in events:
            print(row["event"], status)' | sort -u >found
	diff wanted found
}
