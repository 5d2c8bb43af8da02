#!/usr/bin/env bats
# No room left: exit 74, what was printed is there, and with room again the
# same command goes on.

load lib

teardown() {
	cd /
	! mountpoint -q "$TEST_DIR/disk" || umount "$TEST_DIR/disk"
	rm -rf "$TEST_DIR"
}

# A file system of its own for the database, or for $1.
small_disk() {
	mkdir disk
	mount -t tmpfs -o "size=$1,mode=0700" tmpfs disk 2>/dev/null ||
		skip "only root may mount"
}

# What was printed to FILE, neither more nor less, is in the store.
printed_is_stored() {
	[ "$(columns ref <"$1" | sort)" = "$(sql 'SELECT ref FROM orders' | sort)" ]
}

@test "the disk is full: 74, and with room again all goes in once" {
	small_disk 3m
	export ORDER_DB=$TEST_DIR/disk/orders.db
	order-init
	company
	orders 6000 >orders.csv
	run --separate-stderr limited order-receive orders.csv; echo "$status $stderr"; df -k disk
	[ "$status" -eq 74 ]
	[ "$stderr" = "order-receive: $ORDER_DB: database or disk is full; only free space helps" ]
	echo "$output" >first.csv
	[ "$(norders)" -gt 0 ]
	printed_is_stored first.csv
	sound
	order-notify --list >list.csv
	mount -o remount,size=64m disk
	order-receive orders.csv >again.csv
	[ "$(wc -l <again.csv)" -eq 6001 ]
	[ "$(grep -c ',duplicate,$' again.csv)" -eq $(($(wc -l <first.csv) - 1)) ]
	sound 6000
}

@test "stdout is full: 74, the work is kept, a re-run prints it" {
	company
	orders 50 >orders.csv
	for try in "order-receive orders.csv" "order-verify --pending" \
	    "order-check-stock --pending" "order-ack --due --queue-only" \
	    "order-forward --to fulfilment --pending" "order-forward --list" \
	    "order-forward --to inventory" "order-forward --again 1" \
	    "order-update SO-00000001-1 accepted" \
	    "order-update SO-00000001-1 shipped" \
	    "order-status --all" "order-notify --list" \
	    "order-audit SO-00000001-1" order-config order-report \
	    "order-report -o html" "order-report --reviewed fine" \
	    "order-backup copy.db" "order-backup --verify copy.db" \
	    "order-ack --help" "order-ack --version"; do
		run --separate-stderr bash -c "$try >/dev/full </dev/null"
		echo "$try: $status: $stderr"
		[ "$status" -eq 74 ]
		[[ $stderr == "${try%% *}: "*": No space left on device" ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
	[ "$(order-receive orders.csv | grep -c ',duplicate,$')" -eq 50 ]
	main_line orders.csv >out.csv
	[ "$(grep -cE ',(released|completed),' out.csv)" -eq 48 ]
	[ "$(sql 'SELECT count(*) FROM handoffs WHERE written_at IS NULL')" -eq 49 ]
	[ "$(sql "SELECT count(*) FROM reviews")" -eq 1 ]
	sound 50
}

@test "stdout is closed: 74, the work is kept, no file is scribbled on" {
	company
	orders 50 >orders.csv
	run --separate-stderr bash -c 'order-receive orders.csv >&-'
	[ "$status" -eq 74 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	order-receive -q orders.csv >&-
	run bash -c 'order-receive orders.csv 2>&- >/dev/null'
	[ "$status" -eq 0 ]
	run --separate-stderr bash -c 'order-receive <&-'
	[ "$status" -ne 0 ]
	sound 50
}

@test "a folder is full: 74, nothing is there by halves, the next run ends it" {
	small_disk 400k
	company
	orders 60 >orders.csv
	main_line orders.csv >/dev/null
	head -c 360k /dev/zero >disk/filler
	for try in "order-forward -q --to fulfilment --pending --dir disk" \
	    "order-backup disk" "order-archive --to disk/old.db --pending"; do
		run --separate-stderr $try
		echo "$try: $status: $stderr"
		[ "$status" -eq 74 ]
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[ -z "$(find disk -name '*.db*')" ]
	done
	sound 60
	rm disk/filler
	mount -o remount,size=64m disk
	order-forward -q --to fulfilment --pending --dir disk
	[ "$(find disk -name '*.csv' | wc -l)" -eq 57 ]
	[ "$(sql 'SELECT count(*) FROM handoffs WHERE written_at > 0')" -eq 57 ]
	order-backup -q disk
	order-backup --verify disk/orders-*.db
	sound 60
}

@test "a report that does not fit into its file: 74" {
	company
	orders 200 | order-receive -q
	run --separate-stderr bash -c 'ulimit -f 4; order-status --all >list'
	[ "$status" -eq 74 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "no room for temporary files: 73 or 74, nothing is changed" {
	small_disk 64k
	company
	orders 2000 >orders.csv
	for try in "order-receive --dry-run" "order-receive --on-error all" \
	    "order-receive --group"; do
		run --separate-stderr env TMPDIR="$TEST_DIR/disk" \
			$try orders.csv
		echo "$try: $status: $stderr"
		[[ $status =~ ^7[34]$ ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[ "$(norders)" -eq 0 ]
	done
	sound 0
}

@test "a disk that turned read-only: 77 to writers" {
	small_disk 8m
	export ORDER_DB=$TEST_DIR/disk/orders.db
	order-init
	company
	orders 20 | order-receive -q
	mount -o remount,ro disk
	for try in "order-config language=de" "order-archive --to old.db --pending" \
	    "order-update SO-00000001-1 note --note x" \
	    "order-forward --to inventory" "order-report --reviewed fine"; do
		run --separate-stderr $try
		[ "$status" -eq 77 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
	mount -o remount,rw disk
	order-config -q language=de
	sound 20
}
