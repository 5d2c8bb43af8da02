#!/usr/bin/env bats
# What cron does to a tool: no input, hardly an environment, and the next run
# before the last one has ended.

load lib

# A day's orders as they stand after N steps: day STEPS
day() {
	company
	orders 40 >orders.csv
	order-receive -q orders.csv
	[ "$1" -lt 2 ] || order-verify --pending -q || [ $? -eq 1 ]
	[ "$1" -lt 3 ] || order-check-stock --pending -q
}

# As cron starts it: only PATH, HOME and what the crontab sets (and the day
# the orders came: deadlines are not to depend on the date of the test).
as_cron() {
	env -i PATH="$PATH" HOME=/ ORDER_DB="$ORDER_DB" ORDER_NOW="$ORDER_NOW" \
		"$@" </dev/null
}

@test "with a selection stdin is not read: /dev/null and closed are alike" {
	day 1
	for try in "order-verify --pending" "order-check-stock --pending" \
	    "order-check-stock --backorders" "order-ack --due" \
	    "order-ack --pending" order-notify "order-notify --list" \
	    "order-status --all" "order-status --attention" \
	    "order-status --counts" "order-audit --check" \
	    "order-audit --verify"; do
		run --separate-stderr limited $try </dev/null
		echo "$try: $status: $stderr"
		[ "$status" -le 1 ]
		[ "${#stderr_lines[@]}" -eq 0 ]
		run --separate-stderr limited bash -c "$try -q <&-"
		[ "$status" -le 1 ]
		[ "${#stderr_lines[@]}" -eq 0 ]
	done
	[ "$(sql "SELECT count(*) FROM orders WHERE status = 'confirmed'")" -eq 38 ]
	sound 40
}

@test "a selection leaves stdin to the loop around it" {
	day 1
	printf '%s\n' one two three | while read -r line; do
		order-verify --pending -q || true
		order-status --counts >/dev/null
		echo "$line"
	done >lines
	[ "$(wc -l <lines)" -eq 3 ]
}

@test "no input at all is zero records, but no order file" {
	day 1
	for try in order-verify order-check-stock order-ack \
	    "order-status --lines"; do
		run --separate-stderr limited $try </dev/null
		echo "$try: $status: $stderr"
		[ "$status" -eq 0 ]
		[ "${#stderr_lines[@]}" -eq 0 ]
	done
	for try in order-receive "order-load items"; do
		run --separate-stderr limited $try </dev/null
		[ "$status" -eq 65 ]
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "a file of another kind is told, once, and what takes it" {
	company
	orders 3 >orders.csv
	for tool in order-verify order-check-stock order-ack order-status order-audit; do
		run --separate-stderr limited $tool -q <orders.csv
		[ "$status" -eq 1 ]
		[ "${stderr_lines[0]}" = "$tool: stdin:1: there is no column ref (orders that have none yet go through order-receive)" ]
		[ "$(grep -c 'no column' <<<"$stderr")" -eq 1 ]
		run --separate-stderr limited $tool -q < <(printf 'ref;x\n1;2\n')
		[ "${stderr_lines[0]}" = "$tool: stdin:1: there is no column ref (cells are separated by commas)" ]
		run --separate-stderr limited $tool -q orders.csv
		[ "$status" -eq 1 ]
		[ "${stderr_lines[1]}" = "$tool: orders.csv: is a file: its records are read from standard input ($tool < orders.csv)" ]
		run --separate-stderr limited $tool -q < <(echo '[1]')
		[ "${stderr_lines[0]}" = "$tool: stdin:1: is not an object" ]
	done
}

@test "-q says nothing when all is well" {
	day 1
	rm orders.csv
	orders 16 >orders.csv
	for try in "order-receive -q orders.csv" "order-ack --due -q" \
	    "order-notify -q" "order-check-stock --pending -q" \
	    "order-audit --check -q" "order-config -q language=de"; do
		run as_cron env ORDER_NOW="$ORDER_NOW" $try
		echo "$try: $status: $output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "an empty environment: PATH and ORDER_DB are enough" {
	company
	orders 40 >orders.csv
	cd /
	as_cron order-receive "$TEST_DIR/orders.csv" >/dev/null
	as_cron order-verify --pending >/dev/null || [ $? -eq 1 ]
	as_cron order-check-stock --pending >/dev/null
	as_cron order-ack --due >/dev/null
	as_cron order-notify >/dev/null
	[ "$(ls "$TEST_DIR/mail/new" | wc -l)" -ge 38 ]
	[ -z "$(sql "SELECT seq FROM event_details WHERE actor = ''")" ]
	sound 40
}

@test "the database named by -d needs no environment at all" {
	day 1
	mv orders.db other.db
	rm -f orders.db-*
	unset ORDER_DB
	run env -i "$(command -v order-verify)" -d other.db --pending -q \
		</dev/null
	[ "$status" -eq 1 ]
	run env -i "$(command -v order-verify)" --pending </dev/null
	[ "$status" -eq 78 ]
	[[ $output == "order-verify: orders.db: no such database"* ]]
	ORDER_DB=$TEST_DIR/other.db sound 40
}

@test "overlapping runs of the whole crontab share the work" {
	day 1
	for n in 1 2 3 4; do
		(
			as_cron order-verify --pending -q || [ $? -eq 1 ] &&
			as_cron order-check-stock --pending -q &&
			as_cron order-ack --due -q &&
			{ as_cron order-notify -q 2>/dev/null || [ $? -eq 75 ]; }
		) 3>&- &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
	done
	order-notify -q
	[ "$(sql "SELECT count(*) FROM orders WHERE status = 'confirmed'")" -eq 38 ]
	[ "$(sql "SELECT count(*) FROM messages WHERE kind = 'acknowledgment'")" \
		-eq 38 ]
	[ "$(sql "SELECT count(*) FROM messages WHERE state <> 'sent'
		AND kind = 'acknowledgment'")" -eq 0 ]
	[ "$(ls mail/new | wc -l)" -eq "$(sql 'SELECT count(*) FROM messages
		WHERE state = '"'sent'")" ]
	sound 40
}

@test "whatever the umask, only the owner may read the store" {
	rm orders.db*
	for mask in 000 022 077 777; do
		rm -f orders.db* rejects.csv
		(
			umask $mask
			order-init
			orders 3 | order-receive -q
			printf 'external_ref,channel,sku,quantity\nA,fax9,S,x\n' |
				order-receive -q --rejects rejects.csv
		) || [ $? -eq 1 ]
		for file in orders.db orders.db-lock orders.db-wal orders.db-shm \
		    rejects.csv; do
			[ "$(stat -c %a $file)" = 600 ]
		done
	done
}

# As a unit runs it: stderr is a stream of the journal, and said to be.
journal() {
	python3 - "$@" <<-'END'
	import os, socket, subprocess, sys
	ours, theirs = socket.socketpair()
	st = os.fstat(theirs.fileno())
	other = sys.argv[1] == "other"
	env = dict(os.environ, JOURNAL_STREAM="%d:%d" % (st.st_dev,
	    st.st_ino + other))
	p = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL,
	    stdout=subprocess.DEVNULL, stderr=theirs, env=env)
	theirs.close()
	print(ours.makefile().read(), end="")
	sys.exit(p.returncode)
	END
}

@test "in the journal a line has its priority, and only there" {
	company
	printf 'external_ref,channel,sku,quantity\nX,email,Y,1o\n' >bad.csv
	run journal own order-receive --progress bad.csv
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == '<4>order-receive: bad.csv:2: quantity: '* ]]
	[[ ${lines[1]} == '<6>order-receive: 1 row: 0 orders in'* ]]
	[ "${#lines[@]}" -eq 2 ]
	run journal own order-ack --frob
	[ "$status" -eq 64 ]
	[[ ${lines[0]} == '<3>order-ack: unknown option --frob'* ]]
	[ "${lines[1]}" = '<3>try: order-ack --help' ]
	run journal own order-ack --due -d none.db
	[ "$status" -eq 78 ]
	[[ ${lines[0]} == '<3>order-ack: none.db: '* ]]
	run journal other order-ack --due -d none.db
	[[ ${lines[0]} == 'order-ack: none.db: '* ]]
}
