#!/usr/bin/env bats
# order-status --attention: what is in it, how urgent it is, what ends it

load ../helper
load ../company
load forward

# What is open, one a line: "what ref"
open_matters() {
	order-status --attention -o json | python3 -c '
import json, sys
for line in sys.stdin:
    m = json.loads(line)
    print((m["what"] + " " + m["ref"]).strip())'
}

# has WHAT [REF]: is it in the list?  Prints the command that deals with it.
has() {
	order-status --attention -o json | python3 -c '
import json, sys
for line in sys.stdin:
    m = json.loads(line)
    if m["what"] == sys.argv[1] and m["ref"] == (sys.argv[2:] + [""])[0]:
        print(m["command"]); break
else:
    sys.exit("not there")' "$@"
}

hasnt() {
	[ -z "$(has "$@" 2>/dev/null)" ]
}

# field WHAT NAME: of the first such matter
field() {
	order-status --attention -o json | python3 -c '
import json, sys
print(next(m[sys.argv[2]] for m in map(json.loads, sys.stdin)
    if m["what"] == sys.argv[1]))' "$@"
}

# The command of a matter, with words of ours where it has dots, does end it.
ends() {
	local command
	command=$(has "$@") || return 1
	command=${command//'--promised-on ...'/--promised-on 2027-01-15}
	command=${command//'=...'/=Berlin}
	command=${command//'--to ...'/--to other@nord.example}
	command=${command//'--dir ...'/--dir .}
	command=${command//'"..."'/'"as agreed"'}
	echo "$command"
	sh -c "$command" >said 2>&1 </dev/null || [ $? -eq 1 ] || { cat said; return 1; }
	[ -z "$(has "$@" 2>/dev/null)" ] || { cat said; return 1; }
}

late() {
	export ORDER_NOW=$1
	order-notify -q
}

@test "nothing to do: a person is told so, a script gets the header" {
	run order-status --attention -o table
	[ "$status" -eq 0 ]
	[ "$output" = 'Nothing needs attention (2026-11-23 10:00 Europe/Berlin)' ]
	run order-status --attention
	[ "$status" -eq 0 ]
	[ "$output" = what,ref,age,since,due_at,detail,command ]
	run order-status --attention -o json
	[ "$output" = '' ]
	run order-status --attention -o table -q
	[ "$output" = '' ]
}

@test "an order that is ready and whose day is over is not handed over" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	on=$(sql 'SELECT processing_on FROM orders')
	late "${on}T12:00:00Z"
	hasnt not-forwarded $R1
	late "$(date -ud "$on +1 day" +%FT00:00:00Z)"
	run order-status --attention
	[ "$status" -eq 1 ]
	[ "$(field not-forwarded due_at)" = "${on}T23:00:00Z" ]
	[ "$(field not-forwarded detail)" = "was to be processed on $on" ]
	order-update -q $R1 hold --reason 'ask the boss'
	hasnt not-forwarded $R1
	order-update -q $R1 release --reason asked
	ends not-forwarded $R1
	[ "$(sql 'SELECT status FROM orders')" = released ]
}

@test "what waits for the rest, or for its day, is not late to be handed over" {
	confirmed external_ref,customer,sku,quantity,requested_on PO-1,C-1,TAPE,10,2027-02-01
	late 2027-01-04T12:00:00Z
	hasnt not-forwarded $R1
	late 2027-02-02T12:00:00Z
	has not-forwarded $R1
}

@test "a hand-off that nobody accepts is overdue after handoff_hours" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	forward $R1 >>forwarded
	late 2026-11-24T09:00:00Z
	[ "$(open_matters)" = '' ]
	late 2026-11-24T09:00:01Z
	run order-status --attention
	[ "$status" -eq 1 ]
	[ "$(open_matters)" = "handoff-open $R1" ]
	[ "$(field handoff-open due_at)" = 2026-11-24T09:00:00Z ]
	order-status --counts | grep -qx 'handoff,open,1,1 d'
	order-config -q handoff_hours=48
	[ "$(open_matters)" = '' ]
	order-config -q handoff_hours=24
	ends handoff-open $R1
	run order-status --attention
	[ "$status" -eq 0 ]
}

@test "a problem of fulfilment is there at once, with what they said" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	forward $R1 >>forwarded
	order-update -q $R1 problem --reason 'the pallet fell over'
	[ "$(open_matters)" = "handoff-problem $R1" ]
	[[ $(field handoff-problem detail) == 'hand-off 1 ('*'): the pallet fell over'* ]]
	ends handoff-problem $R1
}

@test "a promise that is over is late, whoever has the goods" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	confirmed external_ref,customer,sku,quantity PO-2,C-1,GLUE,3
	forward $R2 >>forwarded
	order-update -q $R2 accepted
	on=$(sql 'SELECT max(promised_on) FROM lines')
	late "${on}T12:00:00Z"
	hasnt late $R1
	late "$(date -ud "$on +1 day" +%FT12:00:00Z)"
	run order-status --attention
	[ "$status" -eq 1 ]
	[ "$(has late $R1)" = "order-forward --to fulfilment --dir ... $R1" ]
	[[ $(has late $R2) == "order-update $R2 delay --promised-on ... --reason "* ]]
	[ "$(field late detail)" = "promised for $on, not shipped: line 1 TAPE, not handed over" ]
	order-update -q $R2 shipped
	hasnt late $R2
}

@test "a delivery that is late is told a new day" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,GLUE,3
	forward $R1 >>forwarded
	order-update -q $R1 accepted
	late 2027-01-05T12:00:00Z
	ends late $R1
	[ "$(sql 'SELECT promised_on FROM lines')" = 2027-01-15 ]
}

@test "a request to cancel waits for fulfilment, overdue after handoff_hours" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	forward $R1 >>forwarded
	order-update -q $R1 accepted
	order-update -q $R1 cancelled --reason 'changed their mind' || true
	run order-status --attention
	[ "$status" -eq 0 ]
	[ "$(open_matters)" = "cancel-request $R1" ]
	[[ $(field cancel-request detail) == 'the whole order: changed their mind, the warehouse was not told' ]]
	[ "$(has cancel-request $R1)" = "order-forward --to fulfilment --dir ... $R1" ]
	forward $R1 >>forwarded
	late 2026-11-24T10:00:00Z
	run order-status --attention
	[ "$status" -eq 1 ]
	ends cancel-request $R1
	[ "$(sql 'SELECT status FROM orders')" = cancelled ]
}

@test "stock that the orders do not explain is an alarm" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	order-notify -q
	[ "$(open_matters)" = '' ]
	sql "UPDATE stock SET allocated = 12500 WHERE sku = 'TAPE'"
	run order-status --attention
	[ "$status" -eq 1 ]
	[ "$(field stock-drift detail)" = 'TAPE: allocated 12.5 in stock, 10 by the orders' ]
	[ "$(has stock-drift)" = 'order-audit --check' ]
	run order-audit --check
	[ "$status" -eq 1 ]
	sql "UPDATE stock SET allocated = 10000, released = 10000 WHERE sku = 'TAPE'"
	[ "$(field stock-drift detail)" = 'TAPE: released 10 in stock, 0 by the orders' ]
}

@test "mail that nobody delivers is an alarm after an hour" {
	confirmed external_ref,customer,sku,quantity PO-1,C-1,TAPE,10
	export ORDER_NOW=2026-11-23T10:00:00Z
	[ "$(open_matters)" = '' ]
	export ORDER_NOW=2026-11-23T10:00:01Z
	[ "$(open_matters)" = mail-stopped ]
	[ "$(field mail-stopped due_at)" = 2026-11-23T10:00:00Z ]
	run order-status --attention
	[ "$status" -eq 1 ]
	ends mail-stopped
}

@test "the review is due review_days after the last, or after the first event" {
	late 2027-11-23T20:00:00Z
	[ "$(open_matters)" = '' ]
	order-report -q
	late 2027-11-24T01:00:00Z
	run order-report -q
	[ "$status" -eq 1 ]
	run order-status --attention
	[ "$status" -eq 1 ]
	[ "$(open_matters)" = review-due ]
	ends review-due
	run order-status --attention
	[ "$status" -eq 0 ]
}

@test "holds come by age, and say since when the customer is asked" {
	good PO-1 >/dev/null
	good PO-2 >/dev/null
	ORDER_NOW=2026-11-23T08:00:00Z order-update -q $R2 hold --reason older
	order-update -q $R1 hold --reason newer
	[ "$(open_matters)" = "hold $R2"$'\n'"hold $R1" ]
	ends hold $R2
	ends hold $R1
	receive customer,email,sku,quantity C-1,nobody,TAPE,1 | order-verify -q || true
	order-notify -q
	export ORDER_NOW=2026-11-23T12:00:00Z
	[[ $(field hold detail) == 'contact: email-valid: '*', asked 3 h ago, no answer' ]]
}

@test "a person reads what each kind means, how many there are, and the first" {
	for n in $(seq 15); do good PO-$n >/dev/null; done
	for n in $(seq 15); do
		order-update -q "$(sql "SELECT ref FROM orders WHERE id = $n")" hold \
			--reason "because of $n"
	done
	run order-status --attention -o table
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = '15 things need attention, 0 overdue (2026-11-23 10:00 Europe/Berlin)' ]
	[ "${lines[1]}" = 'Holds (15): orders that wait for an answer or a decision, the oldest first' ]
	[ "${lines[2]}" = "  $R1  C-1: manual: because of 1 (now)" ]
	[ "${lines[3]}" = "      order-resolve $R1 manual waived --note \"...\"" ]
	[[ $output == *'  and 3 more: order-status --attention -o csv has all'* ]]
	[[ $output == *$'  all at once:\n      order-resolve --list\n'* ]]
	[[ ${lines[-1]} == 'In a command, ... stands for'* ]]
	[ "$(order-status --attention -o csv | wc -l)" -eq 16 ]
	export ORDER_NOW=2026-11-25T09:00:00Z
	run order-status --attention -o table
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = '30 things need attention, 15 overdue (2026-11-25 10:00 Europe/Berlin)' ]
	[[ ${lines[1]} == 'Answers overdue (15, the oldest for 2 d): '* ]]
	[ "${lines[2]}" = "  $R1  C-1: overdue by 1 d (received 2 d ago)" ]
}
