#!/usr/bin/env bats
# order-forward --dir: one file for each hand-off, whole, whatever happens

load ../helper
load ../company
load forward

# some N: N confirmed orders of one line each
some() {
	local rows=()
	printf 'sku,on_hand\nTAPE,5000\n' | order-load -q stock
	for i in $(seq "$1"); do
		rows+=("PO-$i,C-1,TAPE,$i")
	done
	confirmed external_ref,customer,sku,quantity "${rows[@]}"
}

# Whoever takes the files: all that are there go to taken/, a second one of
# a name is a fault.
take() {
	mkdir -p taken
	for file in drop/*; do
		[ -e "$file" ] || continue
		[ ! -e "taken/${file##*/}" ] || { echo "twice: $file"; return 1; }
		mv "$file" taken/
	done
}

# each_once N: N hand-offs to fulfilment, of N files taken, all marked so
each_once() {
	[ "$(sql "SELECT count(*), count(written_at), count(DISTINCT order_id)
		FROM handoffs")" = "$1|$1|$1" ]
	[ "$(ls taken | sort)" = "$(sql 'SELECT file FROM handoffs ORDER BY file')" ]
	[ -z "$(ls -A drop)" ]
	for id in $(sql 'SELECT id FROM handoffs'); do
		order-forward --again "$id" |
			cmp - "taken/$(sql "SELECT file FROM handoffs WHERE id = $id")"
	done
}

@test "a file for each hand-off, named by it, and nothing else" {
	some 3
	[ "$(forward --pending)" = $'ok\nok\nok' ]
	[ "$(ls -A drop)" = "$(printf '%s\n' pick-00000001-$R1.csv \
		pick-00000002-$R2.csv pick-00000003-$R3.csv)" ]
	[ "$(stat -c %a drop/pick-00000001-$R1.csv)" = 640 ]
	[ "$(columns quantity <drop/pick-00000003-$R3.csv)" = 3 ]
	[ "$(order-forward --list | columns folder | sort -u)" = "$(realpath drop)" ]
	take
	each_once 3
}

@test "the format of files is told by --as, else by -o" {
	some 2
	mkdir drop
	order-forward --to fulfilment --dir drop -o json $R1 >out
	[ "$(json 'd["result"]' <out)" = ok ]
	[ "$(json 'd["lines"][0]["sku"]' <drop/pick-00000001-$R1.json)" = TAPE ]
	order-forward --to fulfilment --dir drop -o json --as csv $R2 >out
	[ "$(json 'd["result"]' <out)" = ok ]
	[ "$(columns sku <drop/pick-00000002-$R2.csv)" = TAPE ]
}

@test "no other's file is replaced, and the others are written" {
	some 3
	mkdir drop
	echo mine >drop/pick-00000002-$R2.csv
	status=0
	order-forward --to fulfilment --dir drop --pending -q 2>err || status=$?
	[ "$status" -eq 73 ]
	[ "$(cat drop/pick-00000002-$R2.csv)" = mine ]
	[ "$(cat err)" = "order-forward: hand-off 2: $(realpath drop)/pick-00000002-$R2.csv: is there and is not ours: move it away" ]
	[ "$(order-forward --list | columns written_at | grep -c 2026)" -eq 2 ]
	[ "$(order-forward --list --open | columns handoff | paste -sd' ')" = '1 2 3' ]
	# still there: said again, and nothing is made twice
	run order-forward --to fulfilment --dir drop --pending -q
	[ "$status" -eq 73 ]
	rm drop/pick-00000002-$R2.csv
	order-forward --to fulfilment --dir drop --pending -q
	take
	each_once 3
}

@test "what another run left is finished first, in its own folder only" {
	some 2
	mkdir drop other
	order-forward --to fulfilment --dir other -q $R1
	# as if it had been killed: before its bytes were there
	rm other/*
	sql "UPDATE handoffs SET written_at = NULL, file = ''"
	order-forward --to fulfilment --dir drop -q --pending
	[ -z "$(ls -A other)" ]
	[ "$(ls drop)" = pick-00000002-$R2.csv ]
	# an order that is refused is no reason not to
	run order-forward --to fulfilment --dir other -q SO-00000099-7
	[ "$status" -eq 1 ]
	[ "$(ls other)" = pick-00000001-$R1.csv ]
	ln -s drop link
	sql "UPDATE handoffs SET written_at = NULL, file = '' WHERE id = 2"
	rm drop/*
	order-forward --to inventory --dir link -q
	[ "$(ls drop)" = "$(printf '%s\n' movements-00000003.csv pick-00000002-$R2.csv)" ]
}

@test "a folder that is not there, is a file or cannot be written to: 73" {
	some 1
	mkdir closed
	touch file
	for dir in none file; do
		run --separate-stderr order-forward --to fulfilment --pending --dir $dir
		[ "$status" -eq 73 ]
		[[ $stderr == "order-forward: $dir: "* ]]
	done
	[ "$(stands 1)" = 'confirmed|0|0' ]
}

# One run that is killed before each of its calls that change anything but a
# lock, and half way through each write; the files are taken away at once, then
# another run ends the work.  Of many calls alike the first stands for all.
kill_everywhere() {
	local at what
	some 2
	mkdir drop taken
	cp orders.db calm.db
	# the library may stand before that of the sanitizers
	export ASAN_OPTIONS=verify_asan_link_order=0
	FAULT_LOG=$PWD/calls LD_PRELOAD=$B/torture/fault.so "$@" >/dev/null 2>&1
	awk '$3 != "l" && $4 !~ /-(shm|lock)$/ && was != $2 $4 { print $1, $3 }
		{ was = $2 $4 }' calls >points
	[ "$(wc -l <points)" -gt 15 ]
	while read -r at what; do
		rm -rf drop taken orders.db*
		mkdir drop taken
		cp calm.db orders.db
		(FAULT_MODE=$([ "$what" = w ] && echo torn || echo kill) \
			FAULT_AT=$at LD_PRELOAD=$B/torture/fault.so \
			"$@" >/dev/null 2>&1) 2>/dev/null || true
		take
		"$@" >/dev/null </dev/null || return 1
		take
		check_all || { echo "at call $(sed -n "${at}p" calls)"; return 1; }
	done <points
}

@test "killed at any call: each order has one file, and it was seen once" {
	[ -f "$B/torture/fault.so" ] || skip
	check_all() {
		each_once 2 && stays_true
	}
	kill_everywhere order-forward --to fulfilment --dir drop --pending -q
}

@test "killed at any call: inventory sees each movement once" {
	[ -f "$B/torture/fault.so" ] || skip
	check_all() {
		[ "$(cat taken/movements-* | grep -c ,allocate,)" -eq 2 ]
	}
	kill_everywhere order-forward --to inventory --dir drop -q
}

@test "eight at once, for orders and for movements: each file once" {
	some 60
	mkdir drop
	for i in 1 2 3 4; do
		order-forward --to fulfilment --dir drop --pending -q 2>>err &
		order-forward --to inventory --dir drop -q 2>>err &
	done
	wait
	[ ! -s err ] || { cat err; return 1; }
	order-forward --to inventory --dir drop -q
	[ "$(ls drop | grep -c ^pick)" -eq 60 ]
	[ "$(sql "SELECT count(*), count(DISTINCT order_id) FROM handoffs
		WHERE kind = 'pick'")" = '60|60' ]
	cat drop/movements-* | grep -v ^handoff | cut -d, -f2 >ids
	[ "$(sort -n ids | uniq -d)" = '' ]
	[ "$(sort -n ids)" = "$(sql 'SELECT id FROM stock_ledger WHERE order_id > 0 ORDER BY id')" ]
	# in their order, hand-off by hand-off
	[ "$(cat ids)" = "$(sort -n ids)" ]
	stays_true
}

@test "many movements are handed over in parts, in little memory" {
	some 1
	sql "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
		INSERT INTO stock_ledger (order_id, line, kind, seq, sku, on_hand, allocated,
			released, at) SELECT 1, 1, 'release', i, 'TAPE', 0, 0, 0, 0 FROM n"
	mkdir drop
	peak order-forward --to inventory --dir drop >out
	[ "$(columns handoff <out | paste -sd' ')" = '1 2 3' ]
	[ "$(wc -l <drop/movements-00000001.csv)" -eq 5001 ]
	[ "$(wc -l <drop/movements-00000003.csv)" -eq 2002 ]
}
