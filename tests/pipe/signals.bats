#!/usr/bin/env bats
# TERM, INT and HUP let the batch at hand finish; a second one ends at once;
# a stopped process that holds the lock is named.

load lib

teardown() {
	[ -z "${pid:-}" ] || kill -9 "$pid" 2>/dev/null || true
	cd /
	rm -rf "$TEST_DIR"
}

# COMMAND, which waits for input, ends with 143 when told to.
ends_idle() {
	local pid status=0
	mkfifo idle
	"$@" <idle >/dev/null 2>err &
	pid=$!
	exec 9>idle
	until grep -q 'SigCgt:.*[4-7c-f]...$' "/proc/$pid/status"; do	# TERM
		kill -0 $pid
	done
	kill -TERM $pid
	wait $pid || status=$?
	exec 9>&-
	rm idle
	[ $status -eq 143 ] || echo "$*: $status: $(cat err)"
	[ $status -eq 143 ]
	[ ! -s err ]
}

@test "every tool that waits for input ends at once when told to" {
	company
	for tool in order-receive order-verify order-check-stock order-ack \
	    "order-load items" order-config order-resolve order-update \
	    "order-forward --to fulfilment" "order-archive --to old.db"; do
		ends_idle $tool
	done
	sound 0
}

@test "a first signal lets a blocked tool print what it has committed" {
	company
	orders 4000 >orders.csv
	run --separate-stderr limited python3 "$PIPE/slow.py" \
		'kill -TERM $PID' order-receive orders.csv
	[ "$status" -eq 143 ]
	[ "$(columns ref <<<"$output" | wc -l)" -eq "$(norders)" ]
	[ "$(norders)" -lt 4000 ]
	sound
}

@test "a second signal ends a blocked tool at once, and loses nothing" {
	company
	orders 600 >orders.csv
	for second in TERM INT HUP; do
		run --separate-stderr limited python3 "$PIPE/slow.py" -e \
			"kill -TERM \$PID
			until grep -q 'ShdPnd:.0*$' /proc/\$PID/status; do :; done
			kill -$second \$PID" \
			order-receive orders.csv
		[[ $status =~ ^(129|130|143)$ ]]
		[ "$(norders)" -ge 300 ]
		sound
	done
	order-receive -q orders.csv
	sound 600
}

@test "a signal while orders are handed over: each is a file and a record, or neither" {
	company 50000
	mkdir drop
	orders 1500 >orders.csv
	main_line orders.csv >confirmed.csv
	run --separate-stderr limited python3 "$PIPE/slow.py" \
		'kill -TERM $PID' order-forward --to fulfilment --pending \
		--early --dir drop
	[ "$status" -eq 143 ]
	done=$(columns ref <<<"$output" | wc -l)
	[ "$done" -gt 0 ] && [ "$done" -lt 1400 ]
	[ "$(find drop -name 'pick-*' | wc -l)" -eq "$done" ]
	[ "$(sql 'SELECT count(written_at) || count(*) FROM handoffs')" = "$done$done" ]
	order-forward -q --to fulfilment --pending --early --dir drop
	[ "$(sql "SELECT count(*) FROM orders WHERE status = 'confirmed'")" -eq 0 ]
	[ "$(find drop -type f | wc -l)" -eq "$(sql 'SELECT count(*) FROM handoffs')" ]
	sound 1500
}

@test "what nohup protects is not ended by a hang-up" {
	company
	orders 600 >orders.csv
	limited python3 "$PIPE/slow.py" 'kill -HUP $PID' \
		nohup order-receive orders.csv >out.csv
	[ "$(wc -l <out.csv)" -eq 601 ]
}

@test "a stopped holder of the lock: others say who it is, and exit 75" {
	company
	stopped_holder
	for tool in "order-config language=de" "order-load items many.csv" \
	    "order-resolve --reject 1 dismiss" \
	    "order-update SO-00000001-1 hold --reason odd" \
	    "order-forward --to inventory" "order-archive --to old.db --pending" \
	    "order-archive --erase-customer C-1" "order-report --reviewed fine"; do
		run --separate-stderr limited $tool --lock-timeout 1
		[ "$status" -eq 75 ]
		[ "${#lines[@]}" -le 1 ]	# columns at most
		[[ $stderr =~ "orders.db: locked by order-load (pid $pid) since 20"[0-9-]+T[0-9:]+"Z; waited 1 s"$ ]]
	done
	limited order-notify --list
	limited order-ack --due --lock-timeout 1	# nothing is due
	limited order-forward --list
	[ "$(limited order-report | wc -l)" -gt 0 ]
	limited order-backup -q copy.db
	[ "$(limited order-status --counts | wc -l)" -gt 0 ]
	kill -CONT $pid
	wait $pid
	[ "$(sql 'SELECT count(*) FROM items')" -eq 20020 ]
	order-config language=de
}

@test "who waits for the lock and is told to end is not told to try again" {
	company
	stopped_holder
	pieces 3 PO A-1 | order-receive >out.csv 2>err &
	waiter=$!
	until grep -q -- "-> OFDLCK.*:$(stat -c %i orders.db-lock) " \
	    /proc/locks; do
		kill -0 $waiter
	done
	kill -TERM $waiter
	status=0
	wait $waiter || status=$?
	kill -9 $pid
	wait $pid 2>/dev/null || [ $? -eq 137 ]
	[ "$status" -eq 143 ]
	[ ! -s out.csv ]
	[ "$(norders)" -eq 0 ]
}
