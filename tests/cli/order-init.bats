#!/usr/bin/env bats
# order-init: the one tool that makes a database, and never harms a file

load ../helper

# What a file is: its bytes, mode and time of change.
fingerprint() {
	sha256sum "$1" && stat -c '%a %Y %s' "$1"
}

mode() {
	stat -c %a "$1"
}

@test "a database is made for its owner alone, without a word" {
	run order-init -d new.db
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(mode new.db)" = 600 ]
	[ "$(mode new.db-lock)" = 600 ]
	[ "$(sqlite3 new.db 'PRAGMA journal_mode')" = wal ]
	[ "$(sqlite3 new.db 'PRAGMA application_id')" -eq $((0x4f52444c)) ]
}

@test "the umask does not decide who can read it" {
	(umask 000 && order-init -d open.db)
	[ "$(mode open.db)" = 600 ]
	(umask 777 && order-init -d shut.db)
	[ "$(mode shut.db)" = 600 ]
}

@test "without -d it is \$ORDER_DB, without that orders.db here" {
	ORDER_DB=$TEST_DIR/there.db order-init
	[ -f there.db ]
	mkdir here && cd here
	ORDER_DB='' order-init
	[ -f orders.db ]
}

@test "an order database that is up to date stays as it is, byte for byte" {
	order_csv PO-1 A-1 2 | order-receive -q
	was=$(fingerprint orders.db && fingerprint orders.db-wal)
	run order-init
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(fingerprint orders.db && fingerprint orders.db-wal)" = "$was" ]
	[ "$(sqlite3 orders.db 'SELECT count(*) FROM orders')" -eq 1 ]
	[ -z "$(ls ./*.bak 2>/dev/null)" ]
}

# refused CODE WORDS FILE: it says so in one line, and the file stays
refused() {
	was=$(fingerprint "$3")
	run order-init -d "$3"
	[ "$status" -eq "$1" ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "order-init: "*$3*"$2"* ]]
	[ "$(fingerprint "$3")" = "$was" ]
}

@test "someone else's SQLite database is refused: 78" {
	sqlite3 other.db 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'
	refused 78 "" other.db
}

@test "an empty file is refused: 78" {
	: >empty.db
	refused 78 "" empty.db
}

@test "a text file is refused: 78" {
	seq 10000 >text.db
	refused 78 "" text.db
}

@test "a database of a newer program is refused: 78" {
	sqlite3 orders.db 'PRAGMA user_version=9999' >/dev/null
	run order-init
	[ "$status" -eq 78 ]
	[[ $output == *newer* ]]
	[ "$(sqlite3 orders.db 'PRAGMA user_version')" -eq 9999 ]
}

@test "a directory is refused" {
	mkdir dir.db
	run order-init -d dir.db
	[ "$status" -eq 78 ]
	[ "${#lines[@]}" -eq 1 ]
	[ -z "$(ls -A dir.db)" ]
}

@test "a folder that is not there: 73" {
	run order-init -d nowhere/orders.db
	[ "$status" -eq 73 ]
	[[ $output == "order-init: nowhere/orders.db: "* ]]
}

@test "a folder one may not write: 77" {
	[ "$(id -u)" -ne 0 ] || skip "root may write anywhere"
	mkdir shut && chmod 500 shut
	run order-init -d shut/orders.db
	[ "$status" -eq 77 ]
}

@test "a folder one may not write, as another user: 77" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to become nobody"
	mkdir shut && chmod 755 . shut
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$(command -v order-init)" -d shut/orders.db
	[ "$status" -eq 77 ]
	[ -z "$(ls -A shut)" ]
}

@test "--group makes database and lock file 0660 for the group" {
	group=$(id -gn)
	order-init -d team.db --group "$group"
	[ "$(mode team.db)" = 660 ]
	[ "$(mode team.db-lock)" = 660 ]
	[ "$(stat -c %G team.db)" = "$group" ]
	order_csv PO-1 A-1 2 | order-receive -q -d team.db
	[ "$(mode team.db-wal)" = 660 ]
}

@test "--group with a name that is no group: 64" {
	run order-init -d team.db --group no-such-group
	[ "$status" -eq 64 ]
	[[ ${lines[0]} == *'there is no group "no-such-group"' ]]
	[ ! -e team.db ]
}

@test "an operand is a usage error: -d names the database" {
	run order-init new.db
	[ "$status" -eq 64 ]
	[ ! -e new.db ]
}

@test "a file: name is a name, not a way to switch the locks off" {
	run order-init -d 'file:new.db?nolock=1'
	[ "$status" -ne 0 ]
	[ ! -e new.db ]
}

@test "no space left: 74, and no half-made file" {
	run bash -c 'ulimit -f 8; trap "" XFSZ; order-init -d new.db'
	[ "$status" -eq 74 ]
	[ ! -e new.db ]
	[ -z "$(ls -A | grep -v '^orders.db')" ]
}

@test "what a killed run left goes, but not while somebody works there" {
	touch n.db.unfinished-a1B2c3 n.db.unfinished-a1B2c3-journal
	touch n.db.unfinished-notes mine n.db.new-a1B2c3 o.db.unfinished-a1B2c3
	mkdir n.db.unfinished-folder
	flock -s . order-init -d n.db
	[ -f n.db.unfinished-a1B2c3 ]
	rm n.db*lock n.db
	order-init -d n.db
	[ "$(echo n.db* mine o.db*)" = "n.db n.db-lock n.db.new-a1B2c3 n.db.unfinished-folder n.db.unfinished-notes mine o.db.unfinished-a1B2c3" ]
}

@test "so does what an upgrade left that was killed" {
	for view in $(sqlite3 orders.db "SELECT name FROM sqlite_schema WHERE type = 'view'"); do
		sqlite3 orders.db "DROP VIEW $view"
	done
	version=$(sqlite3 orders.db 'PRAGMA user_version')
	sqlite3 orders.db 'PRAGMA user_version = 2'
	touch orders.db-20261122T100000Z.bak.unfinished-a1B2c3
	order-init
	[ "$(echo *.bak*)" = orders.db-20261123T090000Z.bak ]
	[ "$(sqlite3 orders.db 'PRAGMA user_version')" = "$version" ]
}

@test "two at once: one makes it, both succeed" {
	order-init -d both.db & a=$!
	order-init -d both.db & b=$!
	wait $a
	wait $b
	[ "$(sqlite3 both.db 'SELECT count(*) FROM channels')" -eq 6 ]
	[ "$(ls -A | grep -c both)" -eq "$(ls -A | grep -cE '^both\.db(-wal|-shm|-lock)?$')" ]
}

@test "what there is at the start: six channels, no order, no event" {
	[ "$(sqlite3 orders.db 'SELECT group_concat(channel) FROM channels
		WHERE approved')" = edi,email,fax,mail,phone,portal ]
	[ "$(sqlite3 orders.db 'SELECT count(*) FROM orders')" -eq 0 ]
}
