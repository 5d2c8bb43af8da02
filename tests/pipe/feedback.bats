#!/usr/bin/env bats
# examples/feedback.sh: what fulfilment reports is recorded once, and filed.

load ../helper
load ../company

FEEDBACK=$BATS_TEST_DIRNAME/../../examples/feedback.sh

# An order that was handed over; its file of reports: report NAME [COLUMNS ROW...]
setup() {
	begin
	cp "$BATS_FILE_TMPDIR/company.db" orders.db
	good PO-1 | order-verify | order-check-stock | order-ack -q --queue-only
	order-forward --to fulfilment "$R1" >/dev/null
	mkdir -p drop/in
}

report() {
	local name=$1
	shift
	printf '%s\n' "${@:-ref,event,event_id}" >"drop/in/$name"
}

feedback() {
	run --separate-stderr "$FEEDBACK" drop
}

# Where every file is by now.
files() {
	find drop -name '*.csv*' | sort | paste -sd' '
}

shipped() {
	sql 'SELECT shipped / 1000 FROM lines'
}

@test "files are recorded in order and lie in done/ then, with nothing said" {
	report 1.csv ref,event,event_id "$R1,accepted,e-1" "$R1,picked,e-2"
	report 2.csv ref,event,line,quantity,carrier,tracking,event_id \
		"$R1,shipped,1,4,DHL,T-1,e-3" "$R1,shipped,1,6,DHL,T-2,e-4"
	feedback
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	[ "$(files)" = 'drop/done/1.csv drop/done/2.csv' ]
	[ "$(shipped)" -eq 10 ]
	stays_true
}

@test "reports that were recorded and come again change nothing" {
	report 1.csv ref,event,quantity,line,event_id "$R1,shipped,4,1,e-1"
	feedback
	cp drop/done/1.csv drop/in/again.csv
	cp drop/done/1.csv drop/in/1.csv
	feedback
	[ "$status" -eq 0 ]
	[ "$(shipped)" -eq 4 ]
	[ "$(files)" = 'drop/done/1.csv drop/done/1.csv.2 drop/done/again.csv' ]
}

@test "what is refused is told, and lies with all answers beside the file" {
	report 1.csv ref,event,quantity,line,event_id "$R1,shipped,99,1,e-1" \
		"$R1,picked,,,e-2"
	feedback
	[ "$status" -eq 1 ]
	[[ ${stderr_lines[0]} == 'feedback.sh: done/1.csv: reports were refused' ]]
	[[ $stderr == *"$R1: "* ]]
	[ "$(columns result <drop/done/1.csv.answers | paste -sd" ")" = 'refused ok' ]
	cmp <(printf '%s\n' "${stderr_lines[@]:1}") drop/done/1.csv.log
}

@test "a file that is none, or could count twice, fails and stops no other" {
	report 1.csv ref,event "$R1,shipped"
	report 2.csv ref,event,event_id,colour "$R1,shipped,e-1"$'\t'',"no end'
	report 3.csv ref,event,event_id "$R1,accepted,e-2"
	feedback
	[ "$status" -eq 65 ]
	[ "$(shipped)" -eq 0 ]
	[ "$(files)" = 'drop/done/3.csv drop/failed/1.csv drop/failed/1.csv.log drop/failed/2.csv drop/failed/2.csv.log' ]
	grep -q 'no column event_id' drop/failed/1.csv.log
}

@test "killed between recording and filing: the next run ends it" {
	report 1.csv ref,event,quantity,line,event_id "$R1,shipped,4,1,e-1"
	mkdir bin
	printf '#!/bin/sh\n[ -e gone ] || { touch gone; kill -9 $PPID; exit; }\nexec %s "$@"\n' \
		"$(command -v mv)" >bin/mv
	chmod +x bin/mv
	run env PATH="$PWD/bin:$PATH" "$FEEDBACK" drop
	[ "$status" -eq 137 ]
	[ -e drop/in/1.csv ]
	[ "$(shipped)" -eq 4 ]
	feedback
	[ "$status" -eq 0 ]
	[ "$(shipped)" -eq 4 ]
	[ "$(ls drop/done)" = 1.csv ]
}

@test "while one run is at work another leaves the files to it" {
	report 1.csv ref,event,event_id "$R1,accepted,e-1"
	cd drop
	mkdir work
	exec 8>work/lock
	cd ..
	flock 8
	feedback
	[ "$status" -eq 0 ]
	[ -e drop/in/1.csv ]
	exec 8>&-
	feedback
	[ ! -e drop/in/1.csv ]
}

@test "without a folder or a store nothing is touched" {
	run "$FEEDBACK"
	[ "$status" -eq 64 ]
	run "$FEEDBACK" nowhere
	[ "$status" -eq 66 ]
	report 1.csv ref,event,event_id "$R1,accepted,e-1"
	ORDER_DB=none.db run "$FEEDBACK" drop
	[ "$status" -eq 78 ]
	[ -e drop/in/1.csv ]
}
