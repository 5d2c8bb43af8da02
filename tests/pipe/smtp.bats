#!/usr/bin/env bats
# Delivery for real: order-notify, msmtp and an SMTP server with its moods.

load smtp

@test "what arrives is what order-notify --show shows, to the byte" {
	letters a@example.org b@example.org
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(columns state <<<"$output" | uniq -c | xargs)" = "2 sent" ]
	as_shown a@example.org 1
	as_shown b@example.org 1
	[ "$(cut -d' ' -f1-3 "$SMTP/log")" = \
'a@example.org ok orders@example.com
b@example.org ok orders@example.com' ]
	order-notify -q
	[ "$(ls "$SMTP/mails" | wc -l)" -eq 2 ]
}

# The first run meets each mood once; the second finds most servers well; the
# third is the last try of those that stay as they are.
@test "each answer of a server decides about its own message alone" {
	order-config -q mail_max_attempts=3
	letters {grey,a,unknown,words,spam,b,full,shut,lost,c,slow,lines,later}@example.org
	plan <<-'END'
	grey@example.org grey
	unknown@example.org unknown
	words@example.org words
	spam@example.org spam ...
	full@example.org full ...
	shut@example.org shut
	lost@example.org lost
	slow@example.org slow
	lines@example.org many-lines
	later@example.org busy
	END
	run --separate-stderr order-notify
	echo "$status: $output: $stderr"
	[ "$status" -eq 1 ]
	[ "$stderr" = "order-notify: 2 messages cannot be delivered (see: order-notify --list --state dead)" ]
	while IFS='|' read -r who state error; do
		[[ $(state "$who@example.org") == "$state|1|$error"* ]] ||
			{ state "$who@example.org"; return 1; }
	done <<-'END'
	grey|failed|exit status 69: msmtp: recipient address grey@example.org not accepted by the server; server message: 451 4.7.1 Greylisted, please
	unknown|dead|exit status 65: msmtp: recipient address unknown@example.org not accepted by the server; server message: 550 5.1.1 No such user here
	words|dead|exit status 65: msmtp: recipient address words@example.org not accepted by the server; server message: 550-5.7.1 We do not take this.; server message: 550-5.7.1 Ask our
	spam|failed|exit status 69: msmtp: the server did not accept the mail; server message: 554 5.7.1 This looks like spam
	full|failed|exit status 69: msmtp: the server did not accept the mail; server message: 552 5.2.2 Mailbox full
	shut|failed|exit status 69: msmtp: recipient address shut@example.org not accepted by the server; server message: 421 4.3.2 Closing
	lost|failed|exit status 74: msmtp: network read error: Connection reset by peer
	later|failed|exit status 69: msmtp: the server did not accept the mail; server message: 451 4.3.0 Try again later
	a|sent|
	b|sent|
	c|sent|
	slow|sent|
	lines|sent|
	END
	at 09:01 order-notify -q
	[ "$(states)" = "dead 2 failed 2 sent 9" ]
	run --separate-stderr at 09:10 order-notify
	[ "$status" -eq 1 ]
	[ "$(states)" = "dead 4 sent 9" ]
	for who in a b c slow lines grey shut later; do
		as_shown $who@example.org 1
	done
	as_shown lost@example.org 2
	for who in unknown words spam full; do
		as_shown $who@example.org 0
	done
	[ "$(grep -c ^unknown "$SMTP/log")" -eq 1 ]
	[ "$(grep -c ^spam "$SMTP/log")" -eq 3 ]
	order-status --attention -o csv | grep -c ^message-dead, | grep -x 4
	order-status --attention -o csv | grep -q '550 5.1.1 No such user here'
	at 20:00 order-notify -q
	[ "$(ls "$SMTP/mails" | wc -l)" -eq 10 ]
}

@test "a server that hangs after the message is cut off, the others go out" {
	order-config -q mail_timeout_seconds=1
	letters {hang,a,deaf,b}@example.org
	plan <<-'END'
	hang@example.org hang
	deaf@example.org deaf
	END
	run --separate-stderr limited order-notify
	[ "$status" -eq 0 ]
	[ "$(columns error <<<"$output" | sort | uniq -c | xargs)" = \
		"2 2 timed out after 1 s" ]
	[ "$(states)" = "failed 2 sent 2" ]
	at 09:01 order-notify -q
	[ "$(states)" = "sent 4" ]
	as_shown hang@example.org 1
	as_shown deaf@example.org 2	# it had taken the first
}

@test "killed while the server has accepted: one copy more for each kill" {
	letters {a,b,c}@example.org
	for n in 1 2; do
		plan <<<"b@example.org wait"
		order-notify -q 3>&- &
		pid=$!
		read -r _ <"$SMTP/asks"
		kill -KILL $pid
		status=0
		wait $pid 2>/dev/null || status=$?
		[ $status -eq 137 ]
		echo >"$SMTP/go"
		[ "$(states)" = "queued 2 sent 1" ]
		[[ $(state b@example.org) == "queued|0|" ]]
	done
	order-notify -q
	[ "$(states)" = "sent 3" ]
	as_shown a@example.org 1
	as_shown b@example.org 3
	as_shown c@example.org 1
	order-audit --check
}

@test "told to end while the server takes its time: it is marked" {
	letters {a,b}@example.org
	plan <<<"a@example.org wait"
	order-notify -q 3>&- &
	pid=$!
	read -r _ <"$SMTP/asks"
	kill -TERM $pid
	echo >"$SMTP/go"
	status=0
	wait $pid || status=$?
	[ $status -eq 143 ]
	[ "$(states)" = "queued 1 sent 1" ]
	order-notify -q
	as_shown a@example.org 1
	as_shown b@example.org 1
}

@test "no server: after five the rest waits, it is said, and all go later" {
	letters {a,b,c,d,e,f,g}@example.org
	sed -i 's/^port .*/port 1/' msmtprc
	run --separate-stderr order-notify -q
	[ "$status" -eq 0 ]
	[[ $stderr == "order-notify: delivery fails for now, the rest stays queued: exit status 75: msmtp: cannot connect to 127.0.0.1, port 1: Connection refused"* ]]
	[ "$(states)" = "failed 5 queued 2" ]
	msmtp_is
	at 09:01 order-notify -q
	for who in a b c d e f g; do
		as_shown $who@example.org 1
	done
}

@test "a server that refuses us all: said once, nothing counts, nothing is lost" {
	letters {a,b,c}@example.org
	plan <<<"AUTH refused ..."
	msmtp_is 'auth plain' 'user shop' 'password wrong'
	run --separate-stderr order-notify
	[ "$status" -eq 69 ]
	[[ $stderr == "order-notify: delivery is stopped: exit status 77: msmtp: authentication failed (method PLAIN); server message: 535 5.7.8 "* ]]
	[ "$(states)" = "queued 3" ]
	msmtp_is 'no-such-setting on'
	run --separate-stderr order-notify
	[ "$status" -eq 69 ]
	[[ $stderr == *"delivery is stopped: exit status 78: msmtp: "*"unknown command no-such-setting"* ]]
	[ "$(sql 'SELECT sum(attempts) FROM messages')" -eq 0 ]
	msmtp_is
	order-notify -q
	[ "$(states)" = "sent 3" ]
}

@test "a sender the server does not take: each message says so, --retry sends" {
	letters {a,b,c}@example.org
	plan <<<"MAIL refused later ..."
	run --separate-stderr order-notify
	[ "$status" -eq 1 ]
	[ "$(states)" = "dead 1 failed 2" ]
	order-notify --list --state dead | grep -q \
		'envelope from address orders@example.com not accepted by the server; server message: 550 5.1.8 Sender address rejected'
	plan </dev/null
	order-notify --retry -q
	order-notify -q
	[ "$(states)" = "sent 3" ]
	as_shown a@example.org 1
}

# text FILE: subject and text of a mail, decoded by Python's parser
text() {
	python3 - "$1" <<-'END'
	import email, email.policy, sys
	with open(sys.argv[1], 'rb') as f:
	    m = email.message_from_binary_file(f, policy=email.policy.default)
	assert not [d for part in m.walk() for d in part.defects]
	print('Subject:', m['Subject'])
	for part in m.iter_parts():
	    print(part.get_content())
	END
}

@test "hostile bytes in an order arrive as they are" {
	long=$(printf 'x%.0s' $(seq 3000)) blanks=$(printf 'y %.0s' $(seq 900))
	python3 - "$long" "$blanks" >orders.csv <<-'END'
	import csv, sys
	out = csv.writer(sys.stdout)
	out.writerow(['external_ref', 'channel', 'customer', 'email', 'sku',
	    'quantity', 'ship_name', 'instructions'])
	for n, words in enumerate(['.', '..\n.\r\n.QUIT', 'From me\nFrom you',
	        'a\r\n.\r\nMAIL FROM:<x@example.org>\r\nDATA', sys.argv[1],
	        sys.argv[2], 'Größe 📦 שלום']):
	    out.writerow([f'📦 Ü-{n}', 'email', f'C-{n + 1}',
	        f'h{n}@example.org', 'A-1', 1, 'Größe 📦 שלום', words])
	END
	order-receive orders.csv | order-verify | order-check-stock |
		order-ack --queue-only -q
	[ "$(states)" = "queued 7" ]
	order-notify -q
	[ "$(states)" = "sent 7" ]
	for n in 0 1 2 3 4 5 6; do
		as_shown h$n@example.org 1
		text "$SMTP/mails/$(kept h$n@example.org)" >text.$n
		grep -q "^Subject: .*📦 Ü-$n" text.$n
		grep -q 'Größe 📦 שלום' text.$n
	done
	grep -q '^.*\.QUIT' text.1
	grep -q 'From me' text.2 && grep -q 'From you' text.2
	grep -q 'MAIL FROM:<x@example.org>' text.3
	tr -d ' \n' <text.4 | grep -q "$long"
	tr -d ' \n' <text.5 | grep -q "$(tr -d ' ' <<<"$blanks")"
	run ! grep -qa '^From \|^\.' "$SMTP"/mails/*
	[ "$(cat "$SMTP"/mails/* | wc -L)" -le 998 ]
	[ "$(cut -d' ' -f1 "$SMTP/log" | sort -u | wc -l)" -eq 7 ]
}

# to ADDRESS: a message to it, whatever order-receive would say of it
to() {
	sqlite3 orders.db "UPDATE messages SET recipient = '$1'
		WHERE recipient = 'one@example.org'"
}

@test "addresses at the limit of what is legal arrive" {
	local=$(printf 'l%.0s' $(seq 64)) part=$(printf 'd%.0s' $(seq 59))
	longest=$local@$part.$part.$part.example.i
	[ ${#longest} -eq 254 ]
	letters one@example.org 'a+b=c!#$%&*/?^_{|}~@example.org' "$longest"
	order-notify -q
	[ "$(states)" = "sent 3" ]
	as_shown 'a+b=c!#$%&*/?^_{|}~@example.org' 1
	as_shown "$longest" 1
}

@test "an address that cannot be used is dead and says why, the rest goes out" {
	while IFS='|' read -r address why; do
		rm -f orders.db-wal orders.db-shm "$SMTP/log" "$SMTP"/mails/*
		cp "$BATS_FILE_TMPDIR/company.db" orders.db
		msmtp_is
		letters one@example.org b@example.org
		to "$address"
		run --separate-stderr order-notify
		echo "$address: $status: $output"
		[ "$status" -eq 1 ]
		[ "$(states)" = "dead 1 sent 1" ]
		[ "$(sql "SELECT error FROM messages WHERE state = 'dead'")" = \
			"recipient: $why" ]
		[ "$(cut -d' ' -f1 "$SMTP/log")" = b@example.org ]
	done <<-'END'
	jörg@example.org|not in ASCII (SMTPUTF8 is not supported)
	jo@bücher.example|domain not in ASCII (write it as xn--...)
	-t@example.org|not an e-mail address
	-oQ/tmp@example.org|not an e-mail address
	jo@example.org, other@example.org|not an e-mail address
	END
}

@test "an order with such an address is held, and its customer's is used" {
	{
		echo external_ref,channel,customer,email,sku,quantity
		echo PO-1,email,C-1,jörg@example.org,A-1,1
	} | order-receive | order-verify >verified.csv || true
	columns held <verified.csv | grep -qw contact
	sql "SELECT recipient FROM messages" | grep -qx c1@example.org
}
