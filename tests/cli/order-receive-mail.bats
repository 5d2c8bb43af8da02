#!/usr/bin/env bats
# order-receive --from-mail: one message of an MTA, composed by another program

load ../helper

# Compose a message; Python on stdin makes it what it is.
message() {
	python3 -c '
import sys
from email.message import EmailMessage
m = EmailMessage()
m["Received"] = "from a.example by b.example; Mon, 23 Nov 2026 08:45:00 +0000"
m["Received"] = "from c.example by a.example; Mon, 23 Nov 2026 08:30:00 +0000"
m["From"] = "Jo Doe <jo@example.org>"
m["To"] = "orders@acme.example"
m["Subject"] = "Our order"
m["Date"] = "Sun, 22 Nov 2026 23:00:00 +0000"
m["Message-ID"] = "<1@example.org>"
def text(s, **k): m.set_content(s, **k)
def attach(s, kind="text/csv", name="orders.csv", **k):
	main, sub = kind.split("/")
	m.add_attachment(s.encode() if isinstance(s, str) else s,
		maintype=main, subtype=sub, filename=name, **k)
exec(sys.stdin.read())
sys.stdout.buffer.write(m.as_bytes())'
}

# The usual one: a greeting and a file with the given text.
with_file() {
	text=$1 message <<-'END'
	import os
	text("Please deliver.\n")
	attach(os.environ["text"] + "\n")
	END
}

receive() {
	order-receive --from-mail --channel email "$@"
}

sql() {
	sqlite3 orders.db "$1"
}

# Keys and items of all orders, in the order they came in.
taken() {
	sql "SELECT o.external_ref || ':' || group_concat(l.sku, '+') FROM orders AS o
		JOIN lines AS l ON l.order_id = o.id GROUP BY o.id" | tr '\n' ' '
}

# What is kept and why.
kept() {
	sql "SELECT format || ' ' || error_code FROM rejects WHERE closed_at IS NULL ORDER BY id" |
		tr '\n' ' '
}

# ---- files ----

@test "a file of a shop goes in by its map, whatever the mail says of its encoding" {
	printf '# a shop\nencoding windows-1252\nexternal_ref = Nr\nsku = Artikel\nquantity = Menge\ncustomer_name = Firma\n' >shop.map
	message >m <<-'END'
	attach("Nr;Firma;Artikel;Menge\nB-1;B\u00e4cker;A-1;2\n;;A-2;1\n".encode("latin-1"),
	    params={"charset": "iso-8859-1"})
	END
	run --separate-stderr receive --map shop.map <m
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(taken)" = 'B-1:A-1+A-2 ' ]
	[ "$(sql 'SELECT customer_name FROM orders')" = Bäcker ]
	run receive --encoding UTF-8 <m
	[ "$status" -eq 75 ]
}

@test "a CSV file that is attached is received by the channel and at its time" {
	with_file $'external_ref,sku,quantity\nPO-1,A-1,2\nPO-2,A-2,1' >m
	run --separate-stderr receive <m
	[ "$status" -eq 0 ]
	[ "$stderr" = '' ]
	[ "$(columns external_ref <<<"$output")" = $'PO-1\nPO-2' ]
	[ "$(columns result <<<"$output")" = $'ok\nok' ]
	[ "$(column channel <<<"$output")" = email ]
	[ "$(column received_at <<<"$output")" = 2026-11-23T08:45:00Z ]
	[ "$(sql 'SELECT source FROM originals LIMIT 1')" = 'stdin: orders.csv' ]
	[ "$(sql 'SELECT bytes FROM originals LIMIT 1')" = PO-1,A-1,2 ]
}

@test "several files are read in turn, each by its own header and format" {
	message >m <<-'END'
	text("See both.\n")
	attach("external_ref,sku,quantity\nPO-1,A-1,2\n", name="a.csv")
	attach(b"%PDF-1.4", "application/pdf", "terms.pdf")
	attach('[{"external_ref":"PO-2","sku":"B","quantity":1}]',
		"application/json", "b.json")
	attach("quantity,sku\n7,C\n", name="c.csv")
	END
	run --separate-stderr receive <m
	[ "$status" -eq 0 ]
	[ "$(taken)" = 'PO-1:A-1 PO-2:B 1@example.org:C ' ]
	[ "$(kept)" = '' ]
}

@test "types and names that senders give their files" {
	n=0
	while read -r kind name; do
		n=$((n + 1))
		kind=$kind name=$name n=$n message >m <<-'END'
		import os
		del m["Message-ID"]
		m["Message-ID"] = "<%s@x.example>" % os.environ["n"]
		text("Hello\n")
		attach("sku,quantity\nA,1\n", os.environ["kind"], os.environ["name"])
		END
		receive -q <m
		[ "$(sql 'SELECT count(*) FROM orders')" -eq "$n" ] ||
			{ echo "$kind $name"; return 1; }
	done <<-'END'
	text/csv orders
	text/csv orders.dat
	text/comma-separated-values orders.csv
	application/csv x
	application/vnd.ms-excel orders.csv
	application/octet-stream Orders.CSV
	application/octet-stream orders.txt
	text/plain orders.csv
	text/plain orders.txt
	application/x-download orders.json.csv
	END
	while read -r kind name; do
		kind=$kind name=$name message >m <<-'END'
		import os
		text("Hello\n")
		attach("sku,quantity\nA,1\n", os.environ["kind"], os.environ["name"])
		END
		receive -q <m 2>err
		[ "$(sql 'SELECT count(*) FROM orders')" -eq "$n" ] ||
			{ echo "$kind $name"; return 1; }
		[[ $(cat err) == *"has no CSV or JSON file with orders (attached: $name)" ]]
	done <<-'END'
	application/vnd.ms-excel orders.xls
	image/png orders.csv
	text/html orders.csv
	application/octet-stream orders.dat
	END
}

@test "text that is a file with orders itself, and text that only looks so" {
	message <<<'text("sku,quantity,instructions\nA,1,für später\n", cte="quoted-printable")' |
		receive -q
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 1 ]
	message <<<'m.replace_header("Message-ID", "<2@x>"); text("\n[{\"sku\":\"B\",\"quantity\":1}]\n")' |
		receive -q
	[ "$(taken)" = '1@example.org:A 2@x:B ' ]
	for text in '[External] Hello' 'Hello, {Jo}' 'sku, please' 'quantity' ''; do
		text=$text message <<<'import os; text(os.environ["text"])' |
			receive -q 2>err
		grep -q 'has no CSV or JSON file with orders$' err
	done
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
}

@test "any character set that is named; none is guessed" {
	message >latin1 <<-'END'
	text("x\n")
	attach("sku,quantity,instructions\nA,1,grün\n".encode("latin-1"),
		params={"charset": "iso-8859-1"})
	END
	sed 's/<1@/<2@/; s/iso-8859-1/x-none/' latin1 >unknown
	sed 's/<1@/<3@/; s/; charset="iso-8859-1"//' latin1 >unnamed
	message >utf16 <<-'END'
	m.replace_header("Message-ID", "<4@x>")
	text("x\n")
	attach("sku,quantity,instructions\nA,1,grün\n".encode("utf-16"))
	END
	for m in latin1 unknown unnamed utf16; do
		run --separate-stderr receive -q <$m
		[ "$status" -eq 0 ]
	done
	[ "$(sql 'SELECT instructions FROM orders')" = $'grün\ngrün' ]
	[ "$(sql 'SELECT error FROM rejects')" = \
		'from Jo Doe <jo@example.org>, "Our order": stdin: orders.csv: is in an unknown character set
from Jo Doe <jo@example.org>, "Our order": stdin: orders.csv: is not UTF-8 and names no character set' ]
}

@test "a cell that is not the UTF-8 it is said to be refuses its order only" {
	message >m <<-'END'
	text("x\n")
	attach(b"external_ref,sku,quantity,customer_name\nPO-1,A,1,M\xfcller\nPO-2,A,1,x\n",
		params={"charset": "utf-8"})
	END
	receive -q <m 2>err
	[ "$(taken)" = 'PO-2:A ' ]
	[ "$(kept)" = 'csv not-utf8 ' ]
	[ "$(cat err)" = 'order-receive: stdin: orders.csv:2: customer_name: is not UTF-8' ]
}

@test "a message that was forwarded is looked into" {
	message >m <<-'END'
	inner = EmailMessage()
	inner["From"] = "customer@example.org"
	inner["Message-ID"] = "<inner@example.org>"
	inner.set_content("Hello\n")
	inner.add_attachment(b"sku,quantity\nA,1\n", maintype="text",
		subtype="csv", filename="o.csv")
	text("FYI\n")
	m.add_attachment(inner)
	END
	receive -q <m
	[ "$(taken)" = '1@example.org:A ' ]
}

@test "what only its recipient can open is said to be that" {
	message >smime <<-'END'
	m["MIME-Version"] = "1.0"
	m["Content-Type"] = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
	m["Content-Transfer-Encoding"] = "base64"
	m.set_payload("MIAGCSqGSIb3DQEHA6CAMIACAQAx\n")
	END
	message >pgp <<-'END'
	m.replace_header("Message-ID", "<2@x>")
	m["MIME-Version"] = "1.0"
	m["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'
	m.set_payload("--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n\n--b--\n")
	END
	for m in smime pgp; do
		receive -q <$m 2>err
		grep -Eq 'is an (S/MIME|OpenPGP) envelope, which only its recipient can open$' err
	done
	[ "$(kept)" = 'mail encrypted mail encrypted ' ]
}

@test "a message that is signed is read as any other" {
	message >m <<-'END'
	m["MIME-Version"] = "1.0"
	m["Content-Type"] = 'multipart/signed; protocol="application/pkcs7-signature"; boundary=b'
	m.set_payload("--b\nContent-Type: text/csv; name=o.csv\n\nsku,quantity\nA,1\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIAG\n--b--\n")
	END
	receive -q <m
	[ "$(taken)" = '1@example.org:A ' ]
}

# ---- key and time ----

@test "orders without a key get that of the message, numbered, at every delivery" {
	with_file $'sku,quantity,customer\nA,1,C-1\nB,2,C-1\nC,1,C-2' >m
	receive -q <m
	[ "$(taken)" = '1@example.org:A 1@example.org#2:B 1@example.org#3:C ' ]
	# through another host, at another time
	{ echo 'From jo@example.org Mon Nov 23 09:00:00 2026'
		echo 'Received: by z.example; Mon, 23 Nov 2026 08:59:00 +0000'
		cat m; } >again
	run --separate-stderr receive <again
	[ "$status" -eq 0 ]
	[ "$(columns result <<<"$output" | uniq)" = duplicate ]
	[ "$(columns ref <<<"$output")" = "$(sql 'SELECT ref FROM orders')" ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 3 ]
	[ "$(kept)" = '' ]
}

@test "an id that can be no key, or none, has a digest in its place" {
	with_file $'sku,quantity\nA,1' >m
	long=$(printf '%0200d' 7)
	n=0
	for id in "<$long@x>" $'<a\xe2\x80\xaeb@x>' '<pay-4111111111111111@x>' ''; do
		n=$((n + 1))
		sed "s/^Message-ID: .*/Message-ID: $id/" m >again
		for i in 1 2; do receive -q <again; done
		[ "$(sql 'SELECT count(*) FROM orders')" -eq "$n" ]
	done
	[ "$(sql "SELECT count(*) FROM orders WHERE external_ref GLOB 'sha256:*'
		AND length(external_ref) = 71")" -eq 4 ]
	# without any id it is what is in it that tells two apart
	sed '/^Message-ID:/d' m >none
	receive -q <none
	sed '/^Message-ID:/d; s/22 Nov/21 Nov/' m >other
	receive -q <other
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 5 ]
}

@test "the time is that of the topmost host, else of the sender, and never wrong" {
	with_file $'external_ref,sku,quantity\nPO-1,A,1' >m
	at() {
		echo >>count
		n=$(wc -l <count)
		sed -e "s/^PO-1/PO-$n/" -e "/^Received:/d" -e "/^Date:/d" "$1" |
			{ printf '%b' "$2"; cat; } >timed
		python3 - $n <<-'PY'
		import base64, re, sys
		s = open("timed").read()
		old = re.search(r"\n\n([A-Za-z0-9+/=]+)\n\n--", s).group(1)
		new = base64.b64encode(("external_ref,sku,quantity\nPO-%s,A,1\n" % sys.argv[1]).encode()).decode()
		open("timed", "w").write(s.replace(old, new))
		PY
		receive <timed | column received_at
	}
	[ "$(at m 'Date: Sun, 22 Nov 2026 23:00:00 +0100\n')" = 2026-11-22T22:00:00Z ]
	[ "$(at m 'Received: x; Mon, 23 Nov 2026 08:00:00 -0000\nReceived: y; Mon, 23 Nov 2026 07:00:00 -0000\nDate: Sun, 22 Nov 2026 23:00:00 +0100\n')" = 2026-11-23T08:00:00Z ]
	for absurd in '' 'Date: Mon, 23 Nov 2026 09:03:00 +0000\n' \
		'Date: Sun, 1 Jan 2094 00:00:00 +0000\n' \
		'Date: Thu, 1 Jan 1970 00:00:00 +0000\n' 'Date: soon\n' \
		'Date: Mon, 99 Nov 99999 99:99:99 +9999\n' \
		'Received: x; Sun, 1 Jan 2094 00:00:00 +0000\n'; do
		[ "$(at m "$absurd")" = 2026-11-23T09:00:00Z ]
	done
	with_file $'external_ref,sku,quantity,received_at\nPO-99,A,1,2026-11-20T10:00:00Z' >m
	[ "$(receive <m | column received_at)" = 2026-11-20T10:00:00Z ]
}

# ---- what cannot be used ----

@test "a refused order is kept as usual while others of the message go in: 0" {
	with_file $'external_ref,sku,quantity\nPO-1,A,x\nPO-2,A,1' >m
	for i in 1 2; do
		run --separate-stderr receive <m
		[ "$status" -eq 0 ]
		[ "$stderr" = 'order-receive: stdin: orders.csv:2: quantity: "x" is not a number' ]
	done
	[ "$(taken)" = 'PO-2:A ' ]
	[ "$(kept)" = 'csv not-a-number ' ]
}

@test "a message of which no order can be taken is kept, whole and once" {
	with_file $'external_ref,sku,quantity\nPO-1,A,x\nPO-2,,1' >m
	for i in 1 2; do
		run --separate-stderr receive <m
		[ "$status" -eq 0 ]
		[ "$(columns reason <<<"$output")" = $'not-a-number\nmissing' ]
		[ "${stderr_lines[0]}" = 'order-receive: the message is kept: from Jo Doe <jo@example.org>, "Our order": all its orders are refused: stdin: orders.csv:2: quantity: "x" is not a number' ]
		sed -i '1iReceived: by z.example; Mon, 23 Nov 2026 08:59:00 +0000' m
	done
	[ "$(kept)" = 'mail not-a-number ' ]
	[ "$(sql 'SELECT channel, external_ref, error_field FROM rejects')" = 'email|1@example.org|quantity' ]
	tail -n +3 m | cmp - <(sql "SELECT writefile('r', record) FROM rejects" >/dev/null; cat r)
}

@test "a file that is not well-formed: what stood before is in, the message kept" {
	message >m <<-'END'
	text("x\n")
	attach("external_ref,sku,quantity\nPO-1,A,1\nPO-2,A,1\nPO-3,A\"x,1\n", name="a.csv")
	attach('[{"external_ref":"PO-4","lines":[{"sku":"B","quantity":1}]},', name="b.json",
		kind="application/json")
	attach("external_ref,sku,quantity\nPO-5,C,1\n", name="c.csv")
	attach("", name="d.csv")
	attach("external_ref,sku,color\nPO-6,C,1\n", name="e.csv")
	END
	for i in 1 2; do
		run --separate-stderr receive <m
		[ "$status" -eq 0 ]
		[ "$(columns external_ref <<<"$output")" = $'PO-1\nPO-4\nPO-5' ]
		[ "$(taken)" = 'PO-1:A PO-4:B PO-5:C ' ]
		[ "$(kept)" = 'mail not-well-formed ' ]
	done
	[[ $(sql 'SELECT error FROM rejects') == *'": stdin: a.csv:4: '* ]]
	for told in 'stdin: b.json:1: ' 'stdin: d.csv: there is nothing in it' \
		'stdin: e.csv:1: color: is no column'; do
		[[ $stderr == *"order-receive: $told"* ]]
	done
}

@test "a message that was cut off is kept; its last line may be half a one" {
	message <<<'text("sku,quantity\nA,1\nA,12\n")' >m
	truncate -s -2 m
	receive -q <m 2>/dev/null
	with_file $'sku,quantity\nA,12' | sed '/^--.*--$/d' >n
	sed -n '/^c2t1/,$p' n | head -1 | grep -q .
	sed 's/^\(c2t1.*\)....$/\1/' n | receive -q 2>/dev/null
	[ "$(kept)" = 'mail not-well-formed mail not-well-formed ' ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	# but with its end the file need not have a last line end
	message <<<'text("x\n"); attach("sku,quantity\nA,12")' | receive -q
	[ "$(sql 'SELECT ordered FROM lines')" = 12000 ]
}

@test "a file without orders, a message without a file, no message at all" {
	with_file 'sku,quantity' | receive -q 2>/dev/null
	printf 'sku,quantity\nA,1\n' | receive -q 2>err
	grep -q 'from nobody, "": .*has no header$' err
	[ "$(kept)" = 'mail no-order-file mail not-well-formed ' ]
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
}

# ---- what is done with it ----

@test "a kept message is printed byte for byte, fed again and then closed" {
	with_file $'external_ref,sku,quantity\nPO-1,A,1' >m
	order-receive -q --from-mail --channel pigeon <m 2>/dev/null
	[ "$(kept)" = 'mail channel-not-approved ' ]
	order-status --rejects 1 >again
	cmp m again
	order-receive -q --from-mail --channel pigeon <again 2>/dev/null
	[ "$(kept)" = 'mail channel-not-approved ' ]
	order-load -q channels <<<$'channel\npigeon'
	order-status --rejects 1 | order-receive -q --from-mail --channel pigeon
	[ "$(kept)" = '' ]
	[ "$(taken)" = 'PO-1:A ' ]
}

@test "a message that was mended closes what was kept of it" {
	with_file $'external_ref,sku,quantity\nPO-1,A,1o' >m
	receive -q <m 2>/dev/null
	with_file $'external_ref,sku,quantity\nPO-1,A,10' | receive -q
	[ "$(kept)" = '' ]
	[ "$(taken)" = 'PO-1:A ' ]
}

@test "what is still wrong in a message keeps it open when its orders go in" {
	message >m <<-'END'
	text("x\n")
	attach("sku,quantity\nA,1\n", name="a.csv")
	attach("sku,quantity\nA\"x,1\n", name="b.csv")
	END
	for i in 1 2; do
		receive -q <m 2>/dev/null
		[ "$(taken)" = '1@example.org:A ' ]
		[ "$(kept)" = 'mail not-well-formed ' ]
	done
}

@test "order-resolve ends it; it is in no list that can be fed again" {
	message <<<'text("hello\n")' | receive -q 2>/dev/null
	order_csv PO-1 A x | order-receive -q 2>/dev/null || [ $? -eq 1 ]
	run --separate-stderr order-status --rejects
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} == PO-1,* ]]
	[[ $stderr == 'order-status: messages are not among them: '* ]]
	run --separate-stderr order-status --rejects -o json
	[ "${#lines[@]}" -eq 1 ]
	run --separate-stderr order-status --rejects -o table
	[ "$stderr" = '' ]
	[[ ${lines[1]} == *no-order-file*'from Jo Doe <jo@example.org>, "Our order": has no CSV'* ]]
	order-status --attention | grep -q 'order-resolve --reject 1 dismiss$'
	order-resolve --reject 1 dismiss
	[ "$(kept)" = 'csv not-a-number ' ]
	run --separate-stderr order-status --rejects 1
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-status: there is no open reject 1' ]
	[ "$(order-status --rejects 2 | wc -l)" -eq 2 ]
	run order-status --rejects one
	[ "$status" -eq 64 ]
}

@test "to look without touching: --dry-run" {
	with_file $'external_ref,sku,quantity\nPO-1,A,1\nPO-2,A,x' >m
	run --separate-stderr receive -n <m
	[ "$status" -eq 0 ]
	[ "$(columns result <<<"$output")" = $'ok\nrefused' ]
	message <<<'text("hello\n")' | receive -n 2>/dev/null
	[ "$(sql 'SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM rejects)')" -eq 0 ]
}
