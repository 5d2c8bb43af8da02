#!/usr/bin/env bats
# order-status at a terminal: the sheet, tables, colours, hostile text

load ../helper

sql() {
	sqlite3 orders.db "$1"
}

# on_terminal COLUMNS COMMAND...: what it prints there, CR dropped
on_terminal() {
	python3 - "$@" <<-'END'
	import fcntl, os, pty, struct, sys, termios
	main, side = pty.openpty()
	fcntl.ioctl(side, termios.TIOCSWINSZ,
	    struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
	pid = os.fork()
	if pid == 0:
	    os.close(main)
	    os.setsid()
	    for fd in (0, 1):
	        os.dup2(side, fd)
	    os.execvp(sys.argv[2], sys.argv[2:])
	os.close(side)
	out = b''
	while True:
	    try:
	        got = os.read(main, 65536)
	    except OSError:
	        break
	    if not got:
	        break
	    out += got
	sys.stdout.buffer.write(out.replace(b'\r\n', b'\n'))
	sys.stdout.flush()
	sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
}

plain() {
	sed 's/\x1b\[[0-9]*m//g'
}

# The widest line on stdin, in columns of a terminal.
widest() {
	python3 -c '
import sys, unicodedata
def width(s):
	return sum(0 if unicodedata.combining(c) else
	    2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
print(max(width(l.rstrip("\n")) for l in sys.stdin.buffer.read().decode().splitlines()))'
}

order() {
	python3 - >in.json <<-'END'
	import json
	print(json.dumps({"external_ref": "PO-1", "channel": "email",
	    "customer": "C-1", "customer_name": "Müller & Söhne",
	    "email": "ann@example.org", "ship_name": "Lager",
	    "ship_line1": "Neuer Kai 19", "ship_city": "Hamburg",
	    "ship_postcode": "20457", "ship_country": "DE", "total": "30.50",
	    "payment_method": "card", "payment_last4": "0042",
	    "instructions": "bitte hinten anliefern " * 20, "lines": [
	    {"sku": "BOX", "description": "Karton", "quantity": 10,
	     "unit": "EA", "unit_price": "2.50"},
	    {"sku": "TAPE", "quantity": "1.5", "unit_price": "1"}]}))
	END
	order-receive -q in.json
	sql "INSERT INTO holds (order_id, hold, reason, opened_at) VALUES
		(1, 'address', 'postcode-valid', 1795413600),
		(1, 'manual', 'call them first', 1795413600);
		INSERT INTO holds (order_id, hold, reason, opened_at, closed_at,
		answer, by) VALUES (1, 'price', 'r', 1795413600, 1795413660,
		'accepted', 'jo');
		INSERT INTO findings VALUES (1, 1, 'postcode-valid', 'hold',
		'address', 0, 'ship_postcode', '2045', 'invalid', 0),
		(1, 2, 'name-matches', 'warn', 'address', 0, 'x', 'y', 'differs', 0);
		INSERT INTO messages (order_id, revision, kind, recipient, seq,
		state, language, document, queued_at, next_try_at) VALUES (1, 1,
		'receipt', '', 1, 'by-hand', 'en', '{}', 1795413600, 0);
		UPDATE lines SET allocated = 6000, backordered = 4000,
		backorder_on = '2026-12-01' WHERE line = 1"
}

@test "one order is a sheet: what, for whom, where it stands, what ends a hold" {
	order
	run order-status po-none -o table
	[ "$status" -eq 1 ]
	run order-status PO-1 -o table
	[ "$status" -eq 0 ]
	for has in 'SO-00000001-1  received  PO-1  email' \
		'10  EA  2.50  25.00  BOX Karton' \
		'allocated 6, backordered 4 for 2026-12-01' \
		'total EUR 26.50' 'as given 30.50' \
		'C-1, Müller & Söhne, ann@example.org' \
		'Lager, Neuer Kai 19, 20457 Hamburg, DE' 'card ending in 0042' \
		'address manual' 'due 2026-11-24T09:00:00Z (in 1 d)' \
		'open since 2026-11-23T06:00:00Z (3 h)' \
		'ship_postcode "2045" invalid (postcode-valid)' \
		'order-resolve SO-00000001-1 address corrected --set ship_postcode=...' \
		'call them first' \
		'order-resolve SO-00000001-1 manual waived --note "..."' \
		'ended 2026-11-23T06:01:00Z, accepted, jo' \
		'without an address, by-hand' 'order-notify --told 1' \
		'tester: received from '; do
		[[ "$output" == *"$has"* ]] || { echo "$has"; return 1; }
	done
	[[ "$output" != *name-matches* ]]
	[[ "$output" != *$'\e'* ]]
}

@test "an overdue answer is in the sheet" {
	order
	ORDER_NOW=2026-11-24T12:00:00Z run order-status PO-1 -o table
	[[ "$output" == *'overdue since 2026-11-24T09:00:00Z (3 h)'* ]]
}

@test "two orders of a word are a table, and so are lists" {
	order
	order_csv PO-2 A 1 | sed 's/email,/email,/' | order-receive -q
	sql "UPDATE orders SET customer = 'C-1'"
	run order-status C-1 -o table
	[[ "${lines[0]}" == ref*external_ref*status* ]]
	[ "${#lines[@]}" -eq 3 ]
}

@test "the sheet is never wider than the terminal, commands can be copied" {
	order
	for width in 100 80 60 41; do
		on_terminal $width order-status PO-1 | plain >sheet
		[ "$(widest <sheet)" -le $width ]
		sed -e ':a' -e '/\\$/{N;s/ \\\n */ /;ba' -e '}' sheet |
			grep -qF 'order-resolve SO-00000001-1 address corrected --set ship_postcode=...'
	done
}

@test "lists and what needs attention fit the terminal, too" {
	order
	for n in $(seq 30); do echo "a-long-key-$n,email,A-1,1,株式会社青空文庫と申します"; done |
		sed '1i external_ref,channel,sku,quantity,customer_name' | order-receive -q
	for width in 80 130; do
		on_terminal $width order-status --all | plain >list
		[ "$(wc -l <list)" -eq 32 ]
		[ "$(widest <list)" -le $width ]
		grep -q '^SO-00000031-9 ' list
	done
	on_terminal 60 order-status --attention | plain >list
	[ "$(widest <list)" -le 60 ]
	sed -e ':a' -e '/\\$/{N;s/ \\\n */ /;ba' -e '}' list |
		grep -qF 'order-resolve SO-00000001-1 manual waived --note "..."'
}

@test "columns stay in line with wide and combining characters" {
	printf '%s\n' external_ref,channel,customer_name,sku,quantity \
		'A,email,株式会社,A,1' 'B,email,plain,A,1' \
		$'C,email,cafe\xcc\x81,A,1' | order-receive -q
	order-status --all -o table | python3 -c '
import sys, unicodedata
at = set()
for line in sys.stdin.buffer.read().decode().splitlines()[1:]:
	left = line[:line.index("received")]
	at.add(sum(0 if unicodedata.combining(c) else
	    2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in left))
assert len(at) == 1, at'
}

@test "no control byte of an order reaches the terminal" {
	order
	sql "UPDATE orders SET customer_name = 'x' || char(27) || ']0;pwned' ||
		char(7) || char(155) || '31m' || char(8238) || char(13) || 'y',
		ship_name = char(27) || '[2J', external_ref = 'E' || char(27) || '[31m';
		UPDATE lines SET description = char(27) || '[41m',
		sku = char(8) || char(127) WHERE line = 1;
		UPDATE holds SET reason = char(27) || 'c';
		UPDATE findings SET given = char(27) || '[5m' || char(10) || 'z';
		UPDATE messages SET error = char(27) || 'P', state = 'dead'"
	for what in SO-00000001-1 --all '--all --lines' '--all --history' --attention \
		'--held any' --counts '--all -o csv' '--all --full'; do
		NO_COLOR=1 on_terminal 80 order-status $what >seen || true
		[ -s seen ]
		python3 -c '
import sys
for c in sys.stdin.buffer.read().decode():
	assert c == "\n" or (ord(c) >= 32 and not 127 <= ord(c) < 160 and
	    c not in "\u202e\u2028"), (repr(c))' <seen
	done
	NO_COLOR=1 on_terminal 80 order-status SO-00000001-1 | grep -qF '\u{1b}'
}

@test "colour only on a terminal, and not with NO_COLOR" {
	order
	on_terminal 80 order-status PO-1 | grep -q $'\e\[33m'
	NO_COLOR=1 on_terminal 80 order-status PO-1 >sheet
	[ -z "$(grep $'\e' sheet)" ]
	on_terminal 80 order-status PO-1 --color never >sheet
	[ -z "$(grep $'\e' sheet)" ]
	order-status PO-1 -o table --color always | grep -q $'\e\[1m'
	TERM=dumb on_terminal 80 order-status --all >list
	[ -z "$(grep $'\e' list)" ]
}

@test "a terminal on stdin and nothing asked for is a usage error" {
	run on_terminal 80 order-status
	[ "$status" -eq 64 ]
}

@test "a sheet of very many lines comes whole" {
	seq 1 5000 | sed 's/.*/S&,1/;1s/^/K,email,/;2,$s/^/,,/' |
		sed '1i external_ref,channel,sku,quantity' | order-receive -q
	[ "$(order-status K -o table | grep -c '  S[0-9]*$')" -eq 5000 ]
}
