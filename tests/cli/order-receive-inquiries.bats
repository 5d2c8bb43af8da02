#!/usr/bin/env bats
# order-receive --from-mail: a message that brings no order but is about one

load ../helper
load ../company
load inquiry

@test "a question that names an order is recorded with it, not kept as a reject" {
	good PO-1 >/dev/null
	ask "Order $R1" >m
	run --separate-stderr take <m
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$stderr" = "order-receive: stdin: an inquiry is recorded with $R1" ]
	[ "$(asked)" = "$R1|buy@nord.example|Order $R1|Where is it?" ]
	[ "$(asked 'at, channel, message_id, answered_at, by')" = \
		'2026-11-23T08:45:00Z|email|1@nord.example||' ]
	[ "$(kept)" -eq 0 ]
	[ "$(events)" = 'receive inquiry ' ]
	[ "$(sql "SELECT status FROM v_orders")" = received ]
	cmp m <(sql 'SELECT writefile("/dev/stdout", bytes) FROM inquiry_bytes' | head -c "$(wc -c <m)")
	run --separate-stderr take -q <m
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	[ "$(asked id)" = 1 ]
	# another way it came, the same mail
	{ echo 'Received: from c by d; Mon, 23 Nov 2026 08:55:00 +0000'; cat m; } | take -q
	[ "$(asked id)" = 1 ]
	[ "$(events)" = 'receive inquiry ' ]
	stays_true
}

@test "where the order is named: subject, thread, text, and what comes first" {
	for n in 1 2 3 4; do good PO-$n TAPE $n >/dev/null; done
	order-verify -q --pending; order-check-stock -q --pending; order-ack -q --due
	ours=$(sql 'SELECT message_id FROM message_bytes WHERE message = 3')
	[[ $ours == acknowledgment.3.1.1.1@kontor.example ]]
	is() {	# is REF SUBJECT TEXT HEADER...
		id=$((${id:-0} + 1))@x.example ask "${@:2}" | take -q
		id=$((${id:-0} + 1))
		[ "$(sql 'SELECT ref FROM v_inquiries ORDER BY id DESC LIMIT 1')" = "$1" ] ||
			{ echo "$*"; asked; return 1; }
		n=$((n + 1))
		[ "$(sql 'SELECT count(*) FROM inquiries')" -eq "$n" ]
	}
	n=0
	is "$R1" "$R1 and $R2" "$R4" "In-Reply-To: <$ours>"
	is "$R3" 'Hello' "$R4" "In-Reply-To: <$ours>"
	is "$R3" 'Hello' "$R4" "References: <a@b> <$ours> <c@d>"
	is "$R4" 'Hello' "What of $R4, and of $R1?"
	is "$R2" "so-00000002-0" ''
	# a reference that is nobody's, then one that is
	is "$R2" "SO-00000042-6, $R2" ''
	# the newest that the thread names
	first=$(sql 'SELECT message_id FROM message_bytes WHERE message = 1')
	is "$R3" 'Hello' '' "References: <$first> <$ours>"
	is "$R1" 'Hello' '' "References: <$ours> <$first>"
	# a Message-ID that looks like ours but never was
	id=99 ask Hello x "In-Reply-To: <acknowledgment.3.1.1.9@kontor.example>" | take -q 2>/dev/null
	[ "$(kept)" -eq 1 ]
}

@test "a mail that names no order of ours stays a reject" {
	good PO-1 >/dev/null
	n=0
	for text in 'Where is my order?' 'SO-00000001-2' 'SO-00000002-0' \
		'https://x.example/SO-00000001-1' 'so000000011'; do
		n=$((n + 1))
		id=$n@x ask Hello "$text" | take -q 2>err
		grep -q 'the message is kept' err || { echo "$text"; return 1; }
		[ "$(kept)" -eq "$n" ]
	done
	[ -z "$(asked)" ]
}

@test "a reject of the same message is closed once its order is known" {
	ask "Order $R1" >m
	take -q <m 2>/dev/null
	[ "$(kept)" -eq 1 ]
	good PO-1 >/dev/null
	take -q <m
	[ "$(kept)" -eq 0 ]
	[ "$(asked ref)" = "$R1" ]
}

@test "a mail with an order stays an order, whatever it names" {
	good PO-1 >/dev/null
	ask "Like $R1" $'sku,quantity\nTAPE,5' | take -q
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 2 ]
	[ -z "$(asked)" ]
}

@test "Gmail: the answer above, the history below is cut off" {
	good PO-1 >/dev/null
	wire <<-END | take -q
	MIME-Version: 1.0
	From: =?UTF-8?B?Q2Fmw6kgTm9yZA==?= <buy@nord.example>
	Date: Mon, 23 Nov 2026 09:40:00 +0100
	Message-ID: <CAF+x1=yZ@mail.gmail.com>
	Subject: Re: Order $R1: accepted
	Content-Type: multipart/alternative; boundary="000000000000abc"

	--000000000000abc
	Content-Type: text/plain; charset="UTF-8"
	Content-Transfer-Encoding: quoted-printable

	Könnten Sie bitte bis Freitag liefern=3F
	Danke

	On Mon, Nov 23, 2026 at 9:00 AM Kontor Nord <orders@kontor.example>
	wrote:

	> Dear customer,
	>
	> thank you for your order.

	--000000000000abc
	Content-Type: text/html; charset="UTF-8"

	<div dir="ltr">Könnten Sie</div>

	--000000000000abc--
	END
	[ "$(asked question)" = $'Könnten Sie bitte bis Freitag liefern?\nDanke' ]
	[ "$(asked sender)" = buy@nord.example ]
}

@test "Apple Mail: base64, format=flowed, and a quote of the whole thread" {
	good PO-1 >/dev/null
	{
		printf 'From: Jo <buy@nord.example>\nSubject: Re: x\nMessage-ID: <A-B@nord.example>\nContent-Type: text/plain; charset=utf-8; format=flowed\nContent-Transfer-Encoding: base64\n\n'
		printf 'Please wait.\r\n\r\nSent from my phone\r\n\r\n> On 23. Nov 2026, at 09:00, Kontor Nord <orders@kontor.example> wrote:\r\n> \r\n> \xef\xbb\xbfYour order %s\r\n' "$R1" | base64
	} | take -q
	[ "$(asked question)" = $'Please wait.\n\nSent from my phone' ]
}

@test "Outlook: HTML only, Latin 1, the header of the quoted mail" {
	good PO-1 >/dev/null
	printf '%s\n' 'From: "Doe, Jo" <buy@nord.example>' "Subject: AW: $R1" \
		'Message-ID: <O@nord.example>' 'MIME-Version: 1.0' \
		'Content-Type: text/html; charset="iso-8859-1"' \
		'Content-Transfer-Encoding: quoted-printable' '' \
		'<html><head><style>p {margin:0}</style><title>x</title></head><body>' \
		'<p class=3D"MsoNormal">Gr=FC&szlig;e &amp; eine Frage:<o:p></o:p></p>' \
		'<p>Wo bleibt&nbsp;es? 3 &lt; 4</p><p>Jo</p>' \
		'<div style=3D"border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Kontor Nord &lt;orders@kontor.example&gt;<br>' \
		'<b>Gesendet:</b> Montag, 23. November 2026 09:00<br><b>An:</b> Jo<br><b>Betreff:</b> Ihre Bestellung</p></div>' \
		'<p>danke</p></body></html>' | take -q
	[ "$(asked question)" = $'Grüße & eine Frage:\nWo bleibt es? 3 < 4\nJo' ]
}

@test "HTML with a quotation, and what is written below it stays with it" {
	good PO-1 >/dev/null
	html() {
		printf 'From: Jo <buy@nord.example>\nSubject: %s\nMessage-ID: <%s@x>\nContent-Type: text/html; charset=utf-8\n\n%s\n' \
			"$R1" "$1" "$2"
	}
	html 1 '<div>Yes.</div><div>On Monday you wrote:<br><blockquote type="cite"><p>Is it fine?</p></blockquote></div>' | take -q
	html 2 '<blockquote><p>Is it fine?</p></blockquote><p>Yes, all of it.</p><blockquote>And so?</blockquote><p>That, too.</p>' | take -q
	[ "$(sql 'SELECT question FROM inquiries WHERE id = 1')" = Yes. ]
	[[ $(sql 'SELECT question FROM inquiries WHERE id = 2') == '> Is it fine?'*'Yes, all of it.'*'> And so?'*'That, too.' ]]
}

@test "answers between the quoted lines are kept with them; only quotes are kept, too" {
	good PO-1 >/dev/null
	id=1 ask "$R1" $'You wrote:\n> Ten?\nYes.\n> Blue?\nNo.' | take -q
	id=2 ask "$R1" $'> all of it\n> is quoted' | take -q
	[ "$(sql 'SELECT question FROM inquiries WHERE id = 1')" = $'You wrote:\n> Ten?\nYes.\n> Blue?\nNo.' ]
	[ "$(sql 'SELECT question FROM inquiries WHERE id = 2')" = $'> all of it\n> is quoted' ]
}

@test "Latin 1 without a word of it, bytes that are nothing, control characters" {
	good PO-1 >/dev/null
	id=1 ask "$R1" $'Gr\xfc\xdfe' | take -q
	id=2 ask "$R1" $'a\x1b[31mb\x07c\td' | take -q
	id=3 ask "$R1" $'a\x81b' 'Content-Type: text/plain; charset=utf-8' | take -q
	[ "$(sql 'SELECT question FROM inquiries WHERE id = 1')" = Grüße ]
	[ "$(sql 'SELECT question FROM inquiries WHERE id = 2')" = $'a[31mbc\td' ]
	[[ $(sql 'SELECT question FROM inquiries WHERE id = 3') == a*b ]]
	id=4 ask "=?utf-8?q?=1b[31m_$R1?=" x | take -q
	[[ $(sql 'SELECT subject FROM inquiries WHERE id = 4') != *$'\x1b'* ]]
	order-status -o table --attention | { ! grep -q $'\x1b'; }
}

@test "over 64 KiB are cut, and nothing is lost of the mail" {
	good PO-1 >/dev/null
	{ ask "$R1" ''; yes 'Äpfel und Birnen' | head -8000; } >m
	take -q <m
	n=$(sql 'SELECT length(cast(question AS BLOB)) FROM inquiries')
	[ "$n" -le 65536 ] && [ "$n" -gt 65000 ]
	[ "$(sql 'SELECT length(bytes) FROM inquiry_bytes')" -eq "$(wc -c <m)" ]
}

@test "card numbers are masked wherever they stand" {
	good PO-1 >/dev/null
	id=1 ask "$R1 4111 1111 1111 1111" 'Use 5500-0000-0000-0004 please' | take -q
	{
		printf 'From: Jo <buy@nord.example>\nSubject: %s\nMessage-ID: <2@x>\nContent-Transfer-Encoding: base64\n\n' "$R1"
		echo 'Take 4111111111111111 instead' | base64
	} | take -q
	[ "$(sql 'SELECT count(*) FROM inquiries')" -eq 2 ]
	[[ $(sql 'SELECT question FROM inquiries WHERE id = 2') == 'Take ************1111 instead' ]]
	sqlite3 orders.db .dump | { ! grep -qE '4111 ?1111|5500-0000|NDExMTEx'; }
	order-status --attention | { ! grep -qE '4111 ?1111 ?1111'; }
}

@test "Reply-To is whom to answer; an address that is none is nobody's" {
	good PO-1 >/dev/null
	id=1 ask "$R1" x 'Reply-To: "The buyers" <team@nord.example>' | take -q
	id=2 from='undisclosed' ask "$R1" x | take -q
	id=3 from='<"odd name"@nord.example>' ask "$R1" x | take -q
	printf 'Subject: %s\n\nno sender\n' "$R1" | take -q
	id=4 from='<4111111111111111@nord.example>' ask "$R1" x | take -q
	[ "$(asked "'<' || sender || '>'" | tr '\n' ' ')" = '<team@nord.example> <> <> <> <> ' ]
}

@test "automatic mails become a note once, and no inquiry" {
	good PO-1 >/dev/null
	id=1 ask "Out of office Re: $R1" 'I am away' >m
	take -q <m; take -q <m
	id=2 ask "Re: $R1" 'Away' 'Auto-Submitted: auto-replied' | take -q
	id=3 ask "Re: $R1" 'News' 'Precedence: bulk' | take -q
	id=4 ask "Automatische Antwort: $R1" 'Weg' | take -q
	id=5 ask "Re: $R1" 'A person' 'Auto-Submitted: no' | take -q
	[ "$(events)" = 'receive note note note note inquiry ' ]
	[ "$(asked message_id)" = 5 ]
	[ "$(kept)" -eq 0 ]
	stays_true
}

# ---- messages that come back ----

# bounce ACTION MESSAGE-ID [STATUS]: from the customer's mail system
bounce() {
	cat <<-END
	Return-Path: <>
	From: MAILER-DAEMON@mx.nord.example (Mail Delivery System)
	Subject: Undelivered Mail Returned to Sender
	Message-ID: <$1-${3:-1}@mx.nord.example>
	Auto-Submitted: auto-replied
	MIME-Version: 1.0
	Content-Type: multipart/report; report-type=delivery-status;
	 boundary="B.1"

	--B.1
	Content-Type: text/plain; charset=us-ascii

	I'm sorry to have to inform you.

	--B.1
	Content-Type: message/delivery-status

	Reporting-MTA: dns; mx.nord.example

	Final-Recipient: rfc822; buy@nord.example
	Action: $1
	Status: 5.1.1
	Diagnostic-Code: smtp; 550 5.1.1 <buy@nord.example>: Recipient address
	    rejected

	--B.1
	Content-Type: ${part:-message/rfc822}

	From: orders@kontor.example
	Message-ID: <$2>
	Subject: Your order

	${part:+}Dear customer
	--B.1--
	END
}

@test "a message that came back is dead, and --attention names it with the reason" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	ours=acknowledgment.1.1.1.1@kontor.example
	bounce failed $ours >m
	run --separate-stderr take -q <m
	[ "$status" -eq 0 ]
	[[ $stderr == *'a message to buy@nord.example came back: 550 5.1.1'*rejected ]]
	[ "$(sql 'SELECT state, error FROM messages')" = \
		'dead|came back: 550 5.1.1 <buy@nord.example>: Recipient address rejected' ]
	order-status --attention | grep -q 'message-dead.*came back: 550 5.1.1.*order-notify --resend 1 --to'
	take -q <m
	[[ $(events) == *'sent bounced ' ]]
	stays_true
	# tried again, it comes back again
	order-notify --retry -q 1; order-notify -q
	[ "$(sql 'SELECT state FROM messages')" = sent ]
	take -q <m
	[ "$(sql 'SELECT state FROM messages')" = sent ]
	part=text/rfc822-headers bounce failed $ours 2 | take -q 2>/dev/null
	[ "$(sql 'SELECT state FROM messages')" = dead ]
	[ -z "$(asked)" ] && [ "$(kept)" -eq 0 ]
}

@test "what was told by hand since stays told when the mail comes back once more" {
	good PO-1 >/dev/null
	ask "$R1" | take -q
	order-notify --reply $R1 -q <<<'It ships today.'
	order-notify -q
	bounce failed reply.1.1.1.1@kontor.example | take -q 2>/dev/null
	[ "$(sql 'SELECT state FROM messages')" = dead ]
	order-notify -q --told 1 --note 'called them'
	bounce failed reply.1.1.1.1@kontor.example 2 | take -q 2>/dev/null
	[ "$(sql 'SELECT state, by FROM messages')" = 'sent|tester' ]
	[ "$(kept)" -eq 0 ]
}

@test "a message that is late is only noted" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	bounce delayed acknowledgment.1.1.1.1@kontor.example | take -q
	[ "$(sql 'SELECT state FROM messages')" = sent ]
	[[ $(events) == *'sent mail-late ' ]]
}

@test "what came back and is none of ours stays a reject" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	bounce failed receipt.1.1.1.1@kontor.example | take -q 2>/dev/null
	bounce failed x@y.example 2 | take -q 2>/dev/null
	[ "$(sql 'SELECT state FROM messages')" = sent ]
	[ "$(kept)" -eq 2 ]
}

# ---- whatever happens ----

@test "killed at any time and delivered again: one inquiry, one event" {
	good PO-1 >/dev/null
	{ ask "$R1" ''; yes 'word' | head -100000; } >m
	for ms in 003 006 010 015 020 030 045 060; do
		take -q <m & pid=$!
		sleep 0.$ms
		kill -KILL $pid 2>/dev/null || true
		wait $pid || true
	done
	take -q <m
	[ "$(asked id)" = 1 ]
	[ "$(events)" = 'receive inquiry ' ]
	[ "$(sql 'SELECT count(*) FROM inquiry_bytes')" -eq 1 ]
	stays_true
}

@test "four deliveries at once are one inquiry" {
	good PO-1 >/dev/null
	ask "$R1" >m
	for i in 1 2 3 4; do take -q <m & done
	wait
	[ "$(asked id)" = 1 ]
}

@test "--dry-run records nothing" {
	good PO-1 >/dev/null
	run --separate-stderr take -n < <(ask "$R1")
	[ "$status" -eq 0 ]
	[ -z "$(asked)" ]
	[ "$(events)" = 'receive ' ]
}
