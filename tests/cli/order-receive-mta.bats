#!/usr/bin/env bats
# order-receive --from-mail: nothing an MTA hands over is lost, bounced or
# taken twice, whatever fails and whatever is in it

load ../helper

# A message with a CSV file of $1 orders without keys.
message() {
	python3 - "$1" <<-'END'
	import sys
	from email.message import EmailMessage
	m = EmailMessage()
	m["From"] = "Jo <jo@example.org>"
	m["Subject"] = "Orders"
	m["Message-ID"] = "<1@example.org>"
	m.set_content("Hello\n")
	m.add_attachment(("sku,quantity,customer\n" + "".join("A,1,C-%d\n" % i
	    for i in range(int(sys.argv[1])))).encode(), maintype="text",
	    subtype="csv", filename="orders.csv")
	sys.stdout.buffer.write(m.as_bytes())
	END
}

# shellcheck disable=SC2120 # it does get options, through fails
receive() {
	order-receive -q --from-mail --channel email "$@"
}

sql() {
	sqlite3 orders.db "$1"
}

norders() {
	sql 'SELECT count(*) FROM orders'
}

# fails TEXT COMMAND...: 75 with one line that holds the text
fails() {
	text=$1
	shift
	run --separate-stderr "$@" <m
	echo "$*: $status: $stderr"
	[ "$status" -eq 75 ]
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == order-receive:*"$text"* ]]
}

# ---- what fails is tried again ----

@test "no database, no lock, no right option: 75 and why" {
	message 1 >m
	fails 'no such database' receive -d none.db
	echo hello >foreign.db
	fails 'foreign.db' receive -d foreign.db
	fails 'unknown option' receive --chanel email
	fails 'unknown option' order-receive --chanel email --from-mail
	fails 'reads one message' receive m
	fails '--from-mail' receive --on-error all
	fails '--from-mail' receive --rejects bad.csv
	fails '--extra' receive --extra maybe
	fails 'ORDER_NOW' env ORDER_NOW=soon order-receive --from-mail
	fails 'cannot read' bash -c 'order-receive --from-mail <.'
	fails '' env TMPDIR=/nowhere order-receive -q --from-mail
	: >m
	fails 'there is nothing in it' receive
	[ "$(norders)" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 0 ]
}

@test "a locked database: 75, for an order and for a message that is kept" {
	mkfifo hold
	python3 - hold <<-'END' 3>&- &
	import fcntl, os, struct, sys
	fd = os.open("orders.db-lock", os.O_RDWR | os.O_CREAT, 0o600)
	for at in 0, 1:
	    fcntl.fcntl(fd, 37, struct.pack("hhqqixxxx", fcntl.F_WRLCK, 0, at, 1, 0))
	open(sys.argv[1] + ".taken", "w")
	open(sys.argv[1]).read()
	END
	holder=$!
	for i in $(seq 100); do [ -e hold.taken ] || sleep 0.1; done
	[ -e hold.taken ]
	message 1 >m
	fails '' receive --lock-timeout 1
	printf 'From: a@b\n\nhello\n' >m
	fails '' receive --lock-timeout 1
	: >hold
	wait $holder
	receive <m 2>/dev/null
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 1 ]
}

@test "no room for the message or for the database, no memory: 75" {
	message 3000 >m
	fails '' bash -c 'ulimit -f 4; order-receive -q --from-mail --channel email'
	[ "$(norders)" -eq 0 ]
	cp m whole
	head -c 16000000 /dev/zero >m
	# sanitizers reserve more than there is
	[[ ${B:-} == */san ]] || for kb in 24000 34000 44000; do
		fails '' bash -c "ulimit -v $kb; order-receive -q --from-mail --channel email"
	done
	mv whole m
	receive <m
	[ "$(norders)" -eq 3000 ]
}

@test "stdout is full: 75, and the next try says what is in" {
	message 5 >m
	run --separate-stderr bash -c 'order-receive --from-mail --channel email <m >/dev/full'
	[ "$status" -eq 75 ]
	order-receive --from-mail --channel email <m >out
	[ "$(columns result <out | uniq)" = duplicate ]
	[ "$(norders)" -eq 5 ]
}

@test "over 16 MiB: 75, nothing is kept" {
	{ printf 'From: a@b\n\n'; head -c $((16 << 20)) /dev/zero; } >m
	fails 'the message is over 16 MiB' receive
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 0 ]
}

@test "told to end, or killed, at any time: the next delivery completes it" {
	message 4000 >m
	for signal in TERM KILL; do
		for ms in 10 30 50 80 120 160 200; do
			receive <m & pid=$!
			sleep 0.$(printf %03d $ms)
			kill -$signal $pid 2>/dev/null || true
			status=0
			wait $pid || status=$?
			[[ $status =~ ^(0|75|137|143)$ ]]
			[ $((status != 0 || $(norders) == 4000)) -eq 1 ]
		done
	done
	receive <m
	[ "$(norders)" -eq 4000 ]
	[ "$(sql 'SELECT count(DISTINCT external_ref) FROM order_keys')" -eq 4000 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 0 ]
	order-audit --check
}

@test "the same message to several at once: each order once" {
	message 300 >m
	for i in 1 2 3 4; do
		receive <m & pids[i]=$!
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	[ "$(norders)" -eq 300 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 0 ]
}

@test "from a Postfix alias: an odd environment, closed descriptors, a folder of others" {
	message 1 >m
	db=$PWD/orders.db tool=$(command -v order-receive)
	(cd / && env -i PATH=/usr/bin:/bin "$tool" -q --from-mail \
		--channel email -d "$db") <m
	[ "$(norders)" -eq 1 ]
}

# ---- what is hostile is kept ----

# kept REASON: the message in m is kept for it, by less than 64 MB
kept() {
	rm -f orders.db* && order-init
	run --separate-stderr bash -c 'ulimit -t 20; exec order-receive -q --from-mail --channel email <m'
	[ "$status" -eq 0 ]
	echo "$stderr"
	[[ $(sql 'SELECT error FROM rejects') == *"$1"* ]]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 1 ]
	[ "$(norders)" -eq 0 ]
	# what was kept is still a message, of the same reason
	order-status --rejects 1 >again
	run receive <again
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 1 ]
}

HEAD='From: a@b\nSubject: s\nMessage-ID: <h@x>\nMIME-Version: 1.0\n'

# Python makes m: h is the head.
hostile() {
	python3 -c '
import sys
w = open("m", "wb").write
h = b"'"$HEAD"'"
exec(sys.stdin.read())'
}

@test "nested, in many parts, with headers without end" {
	hostile <<<'w(h + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5000)))'
	kept 'is nested over 32 deep'
	hostile <<<'w(h + b"Content-Type: message/rfc822\n\n" * 100000)'
	kept 'is nested over 32 deep'
	hostile <<<'w(h + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1000000)'
	kept 'has over 1000 parts'
	hostile <<<'w(h + b"a:\n" * 1000000 + b"\nx")'
	kept 'has a header of over 256 KiB'
	hostile <<<'w(h + b"Content-Type: message/rfc822\n\nX: " + b"x" * 15000000)'
	kept 'has a header of over 256 KiB'
	hostile <<<'w(h.replace(b": s", b": " + b"=?" * 100000) + b"\nx")'
	kept 'has no CSV'
	hostile <<<'w(h + b"X: " + b"(" * 200000 + b"\nDate: " + b"(" * 9000 + b"\n\nx")'
	kept 'has no CSV'
	hostile <<<'w(h + b"Content-Type: text/csv" + b"; a=1" * 50000 + b"\n\nsku,quantity\nA,x\n")'
	kept 'its order is refused'
	hostile <<<'w(h + b"Content-Type: multipart/mixed; boundary=\"" + b"-" * 60 + b"\"\n\n" + (b"-" * 61 + b"\n") * 250000)'
	kept 'has no CSV'
}

@test "over a hundred files" {
	hostile <<<'w(h + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: text/csv\n\nsku,quantity\nA,x\n" * 101 + b"--b--\n")'
	kept 'has over 100 files with orders'
}

@test "NULs, broken base64, bytes that are nothing" {
	hostile <<<'w(h + b"Content-Type: text/csv; name=\"a\0b.csv\"\n\nsku,quantity\nA\0,1\n")'
	kept 'stdin: a b.csv: '
	hostile <<<'w(h + b"Content-Type: text/csv\nContent-Transfer-Encoding: base64\n\nc2t1LHF1YW50aXR5CkEs!!!MQo=\n")'
	kept 'is not base64, as it says'
	hostile <<<'import random; random.seed(7); w(random.randbytes(100000))'
	kept 'has no header'
	hostile <<<'w(b"\0" * 1000)'
	kept 'has no header'
}

@test "large ones need no more than 64 MB" {
	hostile <<<'w(h + b"Content-Type: text/csv; charset=windows-1252\n\nsku,quantity,instructions\n" + (b"A,x," + b"\x80" * 60000 + b"\n") * 270)'
	peak bash -c 'exec order-receive -q --from-mail --channel email <m'
	hostile <<<'w(h + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nX: y\n\n" * 1500000)'
	peak bash -c 'exec order-receive -q --from-mail --channel email <m'
}

# No control character is in the file but TAB and LF, and none that turns the
# direction of writing.
harmless() {
	if grep -q $'[\001-\010\013-\037\177]' "$1" ||
		grep -Eq $'\xe2\x80\xae|\x9b' "$1"; then
		cat -v "$1"
		return 1
	fi
}

@test "no byte of a message reaches a log or a terminal as it is" {
	hostile <<-'END'
	evil = b"\x1b]0;x\x07\xe2\x80\xae\x9b31m"
	w(b"From: " + evil + b" <a@b>\nSubject: =?utf-8?b?GzBjDQpYOiB5?=" + evil
	    + b"\nMessage-ID: <" + evil + b">\nContent-Type: text/csv; name=\"" + evil
	    + b".csv\"\n\nsku,quantity\nA,\x1b[2J\n")
	END
	receive <m 2>err
	order-status --rejects -o table >table
	order-status --attention -o table >>table
	cat err
	[ -s err ]
	harmless err
	harmless table
	# even printed whole, where a person sees it
	python3 - <<-'END' >seen
	import os, pty
	pty.spawn(["order-status", "--rejects", "1"])
	END
	grep -q 'From: ' seen
	tr -d '\r' <seen >shown
	harmless shown
}

@test "a card number is nowhere in the store, whatever encodes it" {
	python3 - <<-'END'
	import base64
	from email.message import EmailMessage
	card = "4111 1111 1111 1111"
	n = 0
	def save(m):
	    global n
	    n += 1
	    open("m%d" % n, "wb").write(m if isinstance(m, bytes) else m.as_bytes())
	def new():
	    m = EmailMessage()
	    m["From"] = "Jo <jo@example.org>"
	    m["Message-ID"] = "<%d@x>" % n
	    return m
	for cte in "7bit", "quoted-printable", "base64":
	    m = new()
	    m.set_content("please take it from " + card + "\n", cte=cte)
	    save(m)
	for charset in "utf-8", "utf-16", "utf-16le":
	    m = new()
	    m.set_content("x\n")
	    m.add_attachment(("sku,quantity,instructions\nA,1,%s\n" % card).encode(charset),
	        maintype="text", subtype="csv", filename="o.csv",
	        params={"charset": charset})
	    save(m)
	m = new()
	m["Subject"] = "ü " + card
	m.set_content("x\n")
	m.add_attachment(b"x", maintype="image", subtype="png", filename="ü %s.png" % card)
	save(m)
	qp = b"".join(b"=%02X" % c for c in card.encode())
	save(b"From: a@b\nMessage-ID: <q@x>\nContent-Transfer-Encoding: quoted-printable\n\n" + qp + b"\n")
	save(b"From: a@b\nMessage-ID: <i@x>\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
	    + base64.encodebytes(b"Subject: " + card.encode() + b"\n\nhello\n"))
	m = new()
	m.set_content("sku,quantity,instructions\nA,1,x\nB,x,%s\n" % card)
	save(m)
	END
	for m in m[0-9]*; do
		receive <"$m" 2>>err
	done
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq "$(ls m[0-9]* | wc -l)" ]
	for id in $(sql 'SELECT id FROM rejects'); do
		order-status --rejects "$id" >"r$id"
	done
	order-status --rejects -o table >table 2>&1
	# another program decodes what is kept
	python3 - <<-'END'
	import email, email.policy, glob, re
	def look(text, where):
	    assert not re.search(r"4111\W{0,3}1111\W{0,3}1111\W{0,3}1111",
	        text.replace("\0", "")), (where, text)
	for name in glob.glob("r[0-9]*") + ["err", "table"]:
	    raw = open(name, "rb").read()
	    look(raw.decode("latin-1"), name)
	    m = email.message_from_bytes(raw, policy=email.policy.default)
	    for part in m.walk():
	        for k, v in part.items():
	            look(str(v), name)
	        look(part.get_filename() or "", name)
	        data = part.get_payload(decode=True)
	        look((data or b"").decode("latin-1"), name)
	for name in glob.glob("orders.db*"):
	    raw = open(name, "rb").read().decode("latin-1")
	    look(raw, name)
	    assert "NDExMSAxMTExIDExMTEgMTExM" not in raw
	END
}
