#!/usr/bin/env bats
# What is not a sound order database of ours is refused in one line, and not
# a byte of it is changed.

load lib

# SQLite may put a -wal and a -shm beside it, but must leave the file alone.
fingerprint() {
	[ ! -f orders.db ] || { stat -c '%a %s %Y' orders.db; cat orders.db; } |
		sha256sum
}

# refused CODE WORDS [TOOLS]: every tool ends with CODE and one line about
# the database that has WORDS in it.
refused() {
	local try before
	before=$(fingerprint)
	while read -r try; do
		run --separate-stderr as_stranger_if_asked timeout 20 $try \
			<one.csv
		echo "$try: $status: $output: $stderr"
		[ "$status" -eq "$1" ]
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "${try%% *}: $ORDER_DB"*"$2"* ]]
		[ "$(fingerprint)" = "$before" ]
	done <<<"${3:-$ALL}"
}

WRITERS='order-receive
order-load items
order-config language=de
order-verify --pending
order-check-stock --pending
order-ack --due
order-notify
order-resolve SO-00000001-1 price accepted'
READERS='order-status --all
order-audit --check
order-notify --list'
ALL="$WRITERS
$READERS"
stranger=

as_stranger_if_asked() {
	${stranger:+as_stranger} "$@"
}

# A database with something in it, and one order file for everybody.
used() {
	company
	orders 20 | order-receive -q
	echo external_ref,channel,sku,quantity >one.csv
}

# The file is open to all but write, the directory too.
shared() {
	chmod 755 .
	chmod 644 orders.db*
	stranger=yes
	as_stranger order-init --version >/dev/null ||
		skip "nobody else may run the tools"
}

@test "no database: the command that creates it is named" {
	used
	rm orders.db*
	refused 78 "no such database (create it with: order-init -d "
	[ -z "$(ls orders.db* 2>/dev/null)" ]
	ORDER_DB=$TEST_DIR/none/orders.db
	refused 78 "no such database"
	run --separate-stderr order-status -d "" --all
	[ "$status" -eq 64 ]
	[ "${stderr_lines[0]}" = 'order-status: --database: names no file' ]
}

@test "an empty file is not taken for a new database" {
	used
	rm orders.db*
	: >orders.db
	refused 78 "is not an order database"
	run --separate-stderr order-init
	[ "$status" -ne 0 ]
	[ ! -s orders.db ]
}

@test "a text file, a picture, three bytes" {
	used
	rm orders.db*
	orders 50 >orders.db
	refused 78 "is not an order database"
	head -c 9000 /dev/urandom >orders.db
	refused 78 "is not an order database"
	printf abc >orders.db
	refused 78 "is not an order database"
}

@test "somebody else's SQLite database, with or without a log" {
	used
	rm orders.db*
	sqlite3 orders.db 'CREATE TABLE orders (id); INSERT INTO orders VALUES (1)'
	refused 78 "is not an order database"
	sqlite3 orders.db 'PRAGMA journal_mode=WAL' >/dev/null
	refused 78 "is not an order database"
}

@test "a trigger that is not ours" {
	used
	sqlite3 orders.db "CREATE TRIGGER leak AFTER INSERT ON orders
		BEGIN DELETE FROM stock; END"
	refused 78 "trigger 'leak' is not ours"
}

@test "cut short or scribbled over: damaged, exit 74" {
	used
	size=$(stat -c %s orders.db)
	cp orders.db whole
	truncate -s $((size / 2 / 4096 * 4096)) orders.db
	refused 74 "is damaged"
	cp whole orders.db
	dd if=/dev/urandom of=orders.db bs=4096 seek=1 conv=notrunc \
		count=$((size / 4096 - 1)) status=none
	refused 74 "is damaged"
}

@test "a newer or older schema: who must be upgraded is said" {
	used
	has=$(sqlite3 orders.db 'PRAGMA user_version')
	sqlite3 orders.db "PRAGMA user_version=$((has + 1))"
	refused 78 "was made by a newer order-tools"
	sqlite3 orders.db "PRAGMA user_version=$((has - 1))"
	refused 78 "(upgrade it with: order-init -d $ORDER_DB)"
	sqlite3 orders.db "PRAGMA user_version=0"
	refused 78 "is not an order database"
	run --separate-stderr order-init
	[ "$status" -eq 78 ]
	[[ $stderr == *"there never was a schema 0)" ]]
}

@test "a directory, a fifo, a device, a second hard link" {
	used
	ln orders.db second
	refused 78 "has several hard links"
	rm second orders.db*
	mkdir orders.db
	refused 78 "not even a regular file"
	rmdir orders.db
	mkfifo orders.db
	refused 78 "not even a regular file"
	rm orders.db
	ln -s /dev/null orders.db
	refused 78 "not even a regular file"
}

@test "a journal that is a fifo is not waited for" {
	used
	mkfifo orders.db-journal
	refused 78 "-journal is beside it"
}

@test "writable by everybody, or beside files that are" {
	used
	chmod 666 orders.db
	refused 77 "is writable by others (chmod o-w)"
	chmod 600 orders.db
	order-config -q language=de
	chmod 666 orders.db-wal
	refused 77 "-wal: is writable by others"
	chmod 600 orders.db-wal
	chmod 666 orders.db-lock
	refused 77 "-lock: is writable by others" "$WRITERS"
	chmod 600 orders.db-lock
	chmod 777 .
	refused 77 "its directory is writable by others"
}

@test "not ours to read: 77" {
	used
	chmod 755 .
	stranger=yes
	as_stranger order-init --version >/dev/null ||
		skip "nobody else may run the tools"
	[ "$(id -u)" -eq 0 ] || chmod 000 orders.db
	refused 77 "Permission denied"
}

@test "ours to read only: 77 to writers" {
	used
	shared
	chmod 444 orders.db
	refused 77 "cannot be written" "$WRITERS"
}

@test "a directory that is not ours to write: 77 to writers" {
	used
	shared
	chmod 666 orders.db
	[ "$(id -u)" -ne 0 ] || chown 65534 orders.db* && chmod 600 orders.db*
	chmod 555 .
	refused 77 "its directory cannot be written" "$WRITERS"
	rm -f orders.db-wal orders.db-shm
	refused 77 "its -wal and -shm are not there" order-status
	chmod 755 .
}

@test "a database named as a URI is not opened" {
	used
	ORDER_DB="file:orders.db?nolock=1"
	refused 78 "is named by its path, not by a URI"
	[ ! -e "$ORDER_DB" ]
	[ ! -e "file:orders.db" ]
}

@test "the lock file: a link is refused, a missing one is made again" {
	used
	rm orders.db-lock
	ln -s /etc/hostname orders.db-lock
	refused 78 "-lock: is a symbolic link" "$WRITERS"
	rm orders.db-lock
	order-config -q language=de
	[ "$(stat -c %a orders.db-lock)" = 600 ]
	sound 20
}
