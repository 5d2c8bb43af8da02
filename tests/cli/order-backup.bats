#!/usr/bin/env bats
# Copies that can be trusted, made while others write, and put back.

load ../helper

fill() {
	printf 'sku,unit,unit_price,currency\nA-1,pc,2.50,EUR\n' | order-load items -q
	printf 'sku,on_hand\nA-1,1000\n' | order-load stock -q
	printf 'customer,name,email\nC-1,Acme,buy@nord.example\n' | order-load customers -q
	take PO-1 PO-2
}

# Orders come in: take KEY...
take() {
	local key
	{
		echo external_ref,channel,customer,sku,quantity,unit_price
		for key; do echo "$key,email,C-1,A-1,1,2.50"; done
	} | order-receive -q
}

# Two orders that can be archived.
cancelled() {
	fill
	order-config -q mail_from=orders@example.com rule.duplicate=off "mail_command=maildir:$PWD/mail"
	order-verify -q --pending
	order-update -q SO-00000001-1 cancelled
	order-update -q SO-00000002-0 cancelled
	order-notify -q
}

# Change rows behind the tools' back.
tamper() {
	local db=$1 name
	for name in $(sqlite3 "$db" "SELECT name FROM sqlite_schema WHERE type = 'trigger'"); do
		sqlite3 "$db" "SELECT sql || ';' FROM sqlite_schema WHERE name = '$name'" >>triggers
		sqlite3 "$db" "DROP TRIGGER $name"
	done
	sqlite3 "$db" "$2"
	sqlite3 "$db" <triggers
	rm triggers
}

# How many files are in a folder.
files() {
	find "$1" -mindepth 1 | wc -l
}

good() {
	[ "$(order-backup --verify "$1" | column result)" = ok ]
}

@test "a copy with the date in its name, for its owner alone" {
	fill
	mkdir b
	order-backup b/ >out
	[ "$(ls b)" = orders-20261123T090000Z.db ]
	[ "$(stat -c %a b/*.db)" = 600 ]
	[ "$(column file <out)" = b/orders-20261123T090000Z.db ]
	[ "$(column bytes <out)" -eq "$(stat -c %s b/*.db)" ]
	[ "$(column orders <out)" -eq 2 ]
	[ "$(column events <out)" -eq "$(sqlite3 orders.db 'SELECT count(*) FROM events')" ]
	[ "$(column head <out)" = "$(order-audit --head)" ]
	[ "$(column result <out)" = ok ]
}

@test "all that is in the database is in the copy" {
	fill
	order-backup -q copy.db
	diff <(sqlite3 orders.db .dump | sort) <(sqlite3 copy.db .dump | sort)
	[ "$(sqlite3 copy.db 'PRAGMA journal_mode; PRAGMA application_id')" = \
		"$(sqlite3 orders.db 'PRAGMA journal_mode; PRAGMA application_id')" ]
}

@test "the next one in the same second has a name of its own" {
	fill
	mkdir b
	for _ in 1 2 3; do order-backup -q b; done
	[ "$(files b)" -eq 3 ]
	[ -f b/orders-20261123T090000Z-3.db ]
}

@test "a database of another name gives it to its copies" {
	mkdir b
	order-init -d 2026.sqlite
	order-backup -q -d 2026.sqlite b
	[ "$(ls b)" = 2026.sqlite-20261123T090000Z.db ]
}

@test "a file that is there is never written over: 73" {
	fill
	echo mine >copy.db
	run order-backup copy.db
	[ "$status" -eq 73 ]
	[ "$(cat copy.db)" = mine ]
}

@test "what makes no sense is said, and nothing is made" {
	fill
	mkdir b open
	chmod 777 open
	while read -r want words; do
		# shellcheck disable=SC2086
		run order-backup $words
		[ "$status" -eq "$want" ] || { echo "$words: $status $output"; return 1; }
		[ "${#lines[@]}" -ge 1 ]
	done <<-END
		64
		64 b b
		64 --keep 0 b
		64 --keep -1 b
		64 --keep many b
		64 --keep 1.5 b
		64 --keep 3 copy.db
		64 --keep 3 --verify b
		64 --verify
		73 missing/
		73 missing/copy.db
		73 orders.db/
		77 open
		77 open/copy.db
		78 -d missing.db b
		66 --verify missing.db
		78 --verify b
	END
	[ -z "$(ls b)$(ls open)" ]
	[ ! -e copy.db ]
}

@test "a broken invariant is named, and there is no copy: 74" {
	fill
	mkdir b
	order-backup -q b
	sqlite3 orders.db 'UPDATE orders SET total = total + 1'
	run order-backup --keep 1 b
	[ "$status" -eq 74 ]
	[[ ${lines[0]} == *"order-total: SO-00000001-1: its total is 251"* ]]
	[[ ${lines[-1]} == *"there is no new backup" ]]
	[ "$(ls b)" = orders-20261123T090000Z.db ]
	good b/*.db
}

@test "of many faults the first are named, and how many more there are" {
	fill
	take $(seq -f PO-%g 3 20)
	sqlite3 orders.db 'UPDATE orders SET total = total + 1'
	run order-backup copy.db
	[ "$status" -eq 74 ]
	[ "${#lines[@]}" -eq 12 ]
	[[ ${lines[10]} == *"and 10 faults more"* ]]
	[ ! -e copy.db ]
}

@test "a broken chain is named, and there is no copy: 74" {
	fill
	tamper orders.db "UPDATE event_details SET actor = 'nobody' WHERE seq = 3"
	run order-backup copy.db
	[ "$status" -eq 74 ]
	[[ ${lines[0]} == *"detail-altered: event 3: "* ]]
	[ -z "$(ls copy.db* 2>/dev/null)" ]
}

@test "a damaged database gives no copy: 74" {
	fill
	take $(seq -f PO-%g 3 200)
	order-backup -q copy.db
	# a page of a table: indexes are made anew in the copy
	page=$(sqlite3 copy.db "SELECT rootpage FROM sqlite_schema WHERE name = 'lines'")
	tr '\0' '\377' </dev/zero | dd of=copy.db bs=4096 seek=$((page - 1)) \
		count=1 iflag=fullblock conv=notrunc status=none
	run order-backup -d copy.db again.db
	[ "$status" -eq 74 ]
	[ -z "$(ls again.db* 2>/dev/null)" ]
	run order-backup --verify copy.db
	[ "$status" -ne 0 ]
}

@test "with --keep the newest stay, by what is recorded in them" {
	fill
	mkdir b
	ORDER_NOW=2026-11-25T01:00:00Z order-backup -q --keep 3 b
	take PO-3
	# the clock went back
	ORDER_NOW=2026-11-20T01:00:00Z order-backup -q --keep 3 b
	take PO-4
	ORDER_NOW=2026-11-21T01:00:00Z order-backup -q --keep 3 b
	[ "$(files b)" -eq 3 ]
	take PO-5
	ORDER_NOW=2026-11-19T01:00:00Z order-backup -q --keep 3 b
	[ "$(echo b/*)" = "b/orders-20261119T010000Z.db b/orders-20261120T010000Z.db b/orders-20261121T010000Z.db" ]
	order-backup -q --keep 1 b
	[ "$(ls b)" = orders-20261123T090000Z.db ]
}

@test "nothing but older copies of this database is ever removed" {
	fill
	mkdir b
	order-init -d other/orders.db 2>/dev/null || { mkdir other; order-init -d other/orders.db; }
	order_csv X-1 A-1 1 | order-receive -q -d other/orders.db
	ORDER_NOW=2026-11-01T01:00:00Z order-backup -q -d other/orders.db b
	mkdir b/orders-20261102T010000Z.db
	echo text >b/orders-20261103T010000Z.db
	for name in orders.db orders-20261104.db orders-20261104T010000Z.db.sha256 \
		orders-20261104T010000Z.db.unfinished-abc xorders-20261104T010000Z.db \
		orders-2026110aT010000Z.db orders-20261104T010000Z-100.db \
		orders-20261104T010000Z.db-wal other-20261104T010000Z.db; do
		echo text >"b/$name"
	done
	find b | sort >was
	order-backup -q --keep 1 b 2>said
	order-backup -q --keep 1 b
	[ "$(find b | sort | comm -13 was - | wc -l)" -eq 1 ]
	[ -z "$(find b | sort | comm -23 was -)" ]
	grep -q '20261101T010000Z.db: its last event is not in .*stays' said
	[ "$(wc -l <said)" -eq 3 ]
}

@test "links stay and do not count, wherever they lead" {
	fill
	mkdir b elsewhere
	ORDER_NOW=2026-11-20T01:00:00Z order-backup -q elsewhere
	ORDER_NOW=2026-11-21T01:00:00Z order-backup -q b
	ln -s ../orders.db b/orders-20261119T010000Z.db
	ln -s ../elsewhere/orders-20261120T010000Z.db b/orders-20261120T010000Z.db
	ln -s nowhere b/orders-20261122T010000Z.db
	order-backup -q --keep 2 b 2>said
	[ "$(grep -c 'is a symbolic link: is not counted and stays' said)" -eq 3 ]
	[ "$(files b)" -eq 5 ]
	[ -f b/orders-20261121T010000Z.db ]
	order-backup -q --keep 1 b 2>said
	[ "$(files b)" -eq 4 ]
	order-audit --check
	good elsewhere/*.db
}

@test "an archive is copied, and never taken for a copy of its database" {
	cancelled
	ORDER_NOW=2036-11-23T09:00:00Z order-archive -q --to old.db SO-00000001-1
	mkdir b archive
	cp old.db archive/orders.db
	order-backup -d old.db b >out
	[ "$(column result <out)" = ok ]
	[ "$(column orders <out)" -eq 1 ]
	good b/old-*.db
	cmp <(sqlite3 old.db .dump | sort) <(sqlite3 b/old-*.db .dump | sort)
	ORDER_NOW=2026-11-20T01:00:00Z order-backup -q -d archive/orders.db b
	order-backup -q --keep 1 b 2>said
	grep -q '20261120T010000Z.db: is a copy of an archive: is not counted and stays' said
	ORDER_NOW=2026-11-24T01:00:00Z order-backup -q -d archive/orders.db --keep 1 b 2>said
	grep -q '20261123T090000Z.db: is no copy of an archive: is not counted' said
	[ "$(echo b/*)" = 'b/old-20261123T090000Z.db b/orders-20261123T090000Z.db b/orders-20261124T010000Z.db' ]
	order-audit --check -d b/orders-20261124T010000Z.db
}

@test "the newest copy of an archive has most events, not the last" {
	cancelled
	mkdir b
	ORDER_NOW=2036-11-23T09:00:00Z order-archive -q --to old.db SO-00000002-0
	ORDER_NOW=2026-11-24T01:00:00Z order-backup -q -d old.db b
	ORDER_NOW=2036-11-23T09:00:00Z order-archive -q --to old.db SO-00000001-1
	# the clock went back
	ORDER_NOW=2026-11-22T01:00:00Z order-backup -q -d old.db b
	ORDER_NOW=2026-11-21T01:00:00Z order-backup -q -d old.db --keep 2 b
	[ "$(echo b/*)" = 'b/old-20261121T010000Z.db b/old-20261122T010000Z.db' ]
}

@test "what killed runs left goes, but not while somebody copies" {
	fill
	mkdir b
	left=b/orders-20261120T010000Z.db.unfinished-a1B2c3
	touch "$left" "$left-journal" "$left-wal"
	mkdir other && mkdir other/orders-20261120T010000Z.db.unfinished-a1B2c3
	order-backup -q other
	[ "$(files other)" -eq 2 ]
	flock -s b order-backup -q b
	[ -f "$left" ] && [ "$(files b)" -eq 4 ]
	order-backup -q b
	[ "$(files b)" -eq 2 ]
	touch copy.db.unfinished-a1B2c3 copy.db.unfinished-notes copy.db.old
	order-backup -q copy.db
	[ "$(echo copy.db*)" = "copy.db copy.db.old copy.db.unfinished-notes" ]
}

@test "what was left beside a copy goes with it, but never changes" {
	fill
	mkdir b
	old=b/orders-20261120T010000Z.db
	ORDER_NOW=2026-11-20T01:00:00Z order-backup -q b
	order-status -d $old --counts >/dev/null
	touch $old-wal $old-shm $old-lock $old-notes
	take PO-3
	order-backup -q --keep 1 b
	[ "$(echo b/*)" = "b/orders-20261120T010000Z.db-notes b/orders-20261123T090000Z.db" ]
}

@test "killed at any time: a good copy, or none" {
	fill
	mkdir b
	python3 - <<-'END'
	import glob, subprocess
	done = killed = k = 0
	while done < 2 or killed < 10:
	    k += 1
	    p = subprocess.Popen(["order-backup", "-q", "--keep", "2", "b"])
	    try:
	        p.wait(k * 0.002)
	    except subprocess.TimeoutExpired:
	        p.kill()
	    p.wait()
	    for path in glob.glob("b/*.db"):
	        subprocess.run(["order-backup", "-q", "--verify", path], check=True)
	    if p.returncode == 0:
	        done += 1
	    elif p.returncode == -9:
	        killed += 1
	    else:
	        raise SystemExit(p.returncode)
	END
	order-backup -q --keep 2 b
	[ "$(files b)" -eq 2 ]
}

@test "several at once" {
	fill
	mkdir b
	for _ in 1 2 3 4; do order-backup -q b & done
	wait
	[ "$(files b)" -eq 4 ]
	order-backup --verify -q b/*
}

@test "a full disk leaves nothing behind: 74" {
	fill
	mkdir b
	order-backup -q b
	run bash -c 'ulimit -f 64; exec order-backup --keep 1 b'
	[ "$status" -eq 74 ]
	[ "$(ls b)" = orders-20261123T090000Z.db ]
	good b/*.db
}

@test "a copy made while others write is whole, and has all that was said before" {
	fill
	mkdir b
	python3 - <<-'END'
	import json, subprocess, threading
	head = "external_ref,channel,sku,quantity,unit_price\n"
	stop = threading.Event()
	acked = 0

	def writer(name):
	    global acked
	    n = 0
	    while not stop.is_set():
	        n += 1
	        rows = "".join(f"{name}-{n}-{i},email,A-1,1,2.50\n" for i in range(20))
	        subprocess.run(["order-receive", "-q"], input=(head + rows).encode(),
	                       check=True)
	        acked += 20

	threads = [threading.Thread(target=writer, args=(w,)) for w in "ab"]
	for t in threads:
	    t.start()
	try:
	    for _ in range(4):
	        before = acked
	        made = subprocess.run(["order-backup", "b", "-o", "json"], check=True,
	                              capture_output=True)
	        row = json.loads(made.stdout)
	        assert row["result"] == "ok" and row["orders"] >= before, (row, before)
	finally:
	    stop.set()
	    for t in threads:
	        t.join()
	END
	[ "$(files b)" -eq 4 ]
}

@test "what is only in the -wal is in the copy, and not in cp's" {
	fill
	python3 - <<-'END'
	import sqlite3, subprocess
	db = sqlite3.connect("orders.db")
	db.execute("PRAGMA wal_autocheckpoint = 0")
	with db:
	    db.execute("INSERT INTO holidays VALUES ('2026-12-25', 'Christmas')")
	subprocess.run(["cp", "orders.db", "cp.db"], check=True)
	subprocess.run(["order-backup", "-q", "copy.db"], check=True)
	END
	[ "$(sqlite3 copy.db 'SELECT count(*) FROM holidays')" -eq 1 ]
	[ "$(sqlite3 cp.db 'SELECT count(*) FROM holidays')" -eq 0 ]
}

@test "a copy is proved where it is, and nothing is left beside it" {
	fill
	mkdir "b#1?50%"
	order-backup -q "b#1?50%"
	order-backup --verify "b#1?50%"/* >out
	[ "$(ls "b#1?50%")" = orders-20261123T090000Z.db ]
	[ "$(column orders <out)" -eq 2 ]
	tamper "b#1?50%"/*.db "UPDATE lines SET unit_price = 1 WHERE order_id = 2"
	rm -f "b#1?50%"/*.db-*
	run order-backup --verify "b#1?50%"/*
	[ "$status" -eq 1 ]
	[[ $output == *line-amount*SO-00000002-0*refused* ]]
}

@test "a copy that somebody writes to is no copy at rest: 78" {
	fill
	order-backup -q copy.db
	echo change >copy.db-wal
	run order-backup --verify copy.db
	[ "$status" -eq 78 ]
	[[ $output == *"no copy at rest"* ]]
}

@test "put back, it works on: the same orders get the same numbers" {
	fill
	mkdir b
	order-backup -q b
	printf 'external_ref,channel,customer,sku,quantity,unit_price\nPO-3,email,C-1,A-1,7,2.50\n' >today.csv
	ref=$(order-receive today.csv | column ref)
	head=$(order-audit --head)
	# what a disk can do
	python3 -c 'f = open("orders.db", "r+b"); f.seek(8192); f.write(b"\xff" * 8192)'
	run order-audit --check
	[ "$status" -ne 0 ]

	mkdir damaged
	mv orders.db orders.db-* damaged/
	cp -p b/*.db orders.db
	order-audit --verify
	order-audit --check
	run order-audit --verify --against "$head"
	[ "$status" -eq 1 ]
	[[ $output == *head-missing* ]]

	[ "$(order-receive today.csv | column ref)" = "$ref" ]
	[ "$(order-receive today.csv | column result)" = duplicate ]
	order-config -q mail_from=orders@example.com
	order-verify "$ref" | order-check-stock | order-ack -q --queue-only
	[ "$(order-status "$ref" | column status)" = confirmed ]
	take PO-4
	[ "$(sqlite3 orders.db 'SELECT max(id), count(*) FROM orders')" = '4|4' ]
	order-audit --verify
	order-audit --check
	# the copy is still of this database
	order-backup -q --keep 1 b
	[ "$(files b)" -eq 1 ]
}
