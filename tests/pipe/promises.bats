#!/usr/bin/env bats
# What the manual promises of a stream, said once for whole pipelines.

load lib

dump() {
	sqlite3 -readonly "$ORDER_DB" .dump | sha256sum
}

@test "running a day again changes nothing at all" {
	company 30
	orders 200 >orders.csv
	main_line orders.csv >first.csv
	before=$(dump)
	main_line orders.csv >again.csv
	[ "$(dump)" = "$before" ]
	[ "$(columns ref <first.csv)" = "$(columns ref <again.csv)" ]
	[ "$(columns result <again.csv | sort -u | xargs)" = "held unchanged" ]
	sound 200
}

# Hand over, report it as shipped, tell inventory: to the folder drop.
day_of_goods() {
	order-forward --to fulfilment --pending --early --dir drop >>out.csv
	sql "SELECT 'ref,event,event_id' UNION ALL SELECT ref || ',shipped,e-'
		|| id FROM orders WHERE status IN ('released', 'completed')
		ORDER BY 1 DESC" | order-update >>out.csv
	order-forward --to inventory --dir drop >>out.csv
}

@test "a day of goods again changes nothing, and hands over nothing" {
	company 3000
	mkdir drop
	orders 60 >orders.csv
	main_line orders.csv >out.csv
	day_of_goods
	before=$(dump && ls drop)
	[ "$(sql "SELECT count(*) FROM orders WHERE status = 'completed'")" -eq 57 ]
	[ "$(find drop -name 'pick-*' | wc -l)" -eq 57 ]
	day_of_goods
	[ "$(dump && ls drop)" = "$before" ]
	sound 60
}

@test "a refused record takes nothing with it, before or after" {
	company
	orders 40 >good.csv
	awk '/^PO-15,/ { print "BAD-1,email,C-1,A-1,1o,"
		print "BAD-2,pigeon,C-1,A-1,1,"; print ",email,,,," }
		{ print }' good.csv >orders.csv
	run --separate-stderr order-receive orders.csv
	[ "$status" -eq 1 ]
	[ "$(grep -c ,ok, <<<"$output")" -eq 40 ]
	[ "$(grep -c ,refused, <<<"$output")" -eq 3 ]
	sound 40
}

@test "an error in the middle of a batch undoes all of the batch" {
	company
	sqlite3 "$ORDER_DB" "CREATE UNIQUE INDEX my_own
		ON lines (line_instructions) WHERE line_instructions <> ''"
	{
		echo external_ref,channel,customer,sku,quantity,line_instructions
		printf 'PO-%d,email,C-1,A-1,1,%s\n' 1 once 2 '' 3 once 4 ''
	} >orders.csv
	run --separate-stderr order-receive orders.csv
	[ "$status" -eq 70 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(norders)" -eq 0 ]
	sound 0
	sqlite3 "$ORDER_DB" 'DROP INDEX my_own'
	order-receive -q orders.csv
	sound 4
}

@test "records come out in the order they went in, all of them" {
	company
	orders 1200 | order-receive >received.csv
	{
		echo ref,mine
		columns ref <received.csv | awk '{ print $0 "," NR }' | sort -R \
			--random-source=<(yes)
		echo ,nothing
		echo SO-99999999-9,unknown
	} >mixed.csv
	order-verify <mixed.csv | order-check-stock | order-ack --queue-only \
		>out.csv || [ $? -eq 1 ]
	[ "$(cut -d, -f1,2 out.csv)" = "$(cat mixed.csv)" ]
	[ "$(columns result <out.csv | tail -2 | xargs)" = "refused refused" ]
	sound 1200
}

@test "torn input: what was closed before the fault is in, the rest is not" {
	company
	orders 1500 >orders.csv
	head -c 30000 orders.csv >torn.csv
	run --separate-stderr bash -c 'cat torn.csv | order-receive'
	[ "$status" -eq 65 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	done=$(norders)
	[ "$done" -gt 500 ]
	[ "$(sql 'SELECT external_ref FROM orders ORDER BY id DESC LIMIT 1')" = \
		"PO-$done" ]
	order-receive -q orders.csv
	sound 1500
}

@test "a file of any length needs no more memory than a batch" {
	skip_with_sanitizers
	company
	awk 'BEGIN {
		print "external_ref,channel,customer,instructions,sku,quantity"
		for (s = "words"; length(s) < 8000; s = s s) ;
		for (i = 1; i <= 5000; i++)
			printf "PO-%d,email,C-1,%s,A-1,1\n", i, s
	}' >orders.csv
	cat >peak.py <<-'END'
	import resource, subprocess, sys
	status = subprocess.run(sys.argv[1:]).returncode
	peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	sys.exit(status or (peak > 64 << 10 and f"{peak} KiB"))
	END
	python3 peak.py order-receive -q orders.csv
	python3 peak.py order-status --all -o csv >list.csv
	[ "$(wc -l <list.csv)" -eq 5001 ]
}

@test "little memory: the tool ends, the store is whole" {
	skip_with_sanitizers
	company
	orders 3000 >orders.csv
	for size in 30000 45000 60000 80000; do
		(
			ulimit -v $size
			exec order-receive -q orders.csv 2>/dev/null
		) || [[ $? =~ ^(71|74|127)$ ]]
		sound
	done
	order-receive -q orders.csv
	sound 3000
}
