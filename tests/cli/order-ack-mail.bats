#!/usr/bin/env bats
# order-ack: what the mails say, and how they are handed over

load ../helper
load ../company
load ack

# ---- mails ----

@test "the mail is well-formed and says all of it, as text and as HTML" {
	receive external_ref,customer,customer_name,ship_name,ship_line1,ship_city,ship_postcode,ship_country,shipping,tax,requested_on,instructions,sku,quantity \
		'PO <1>,C-1,Café Nord GmbH,Müller & Söhne,Weg 1,Köln,50667,DE,4.90,1.10,2026-12-01,.dot first,TAPE,10' \
		'PO <1>,C-1,Café Nord GmbH,Müller & Söhne,Weg 1,Köln,50667,DE,4.90,1.10,2026-12-01,.dot first,GLUE,2' |
		order-verify | order-check-stock | order-ack -q
	python3 - mail/new/* <<-'END'
	import email, email.policy, html, re, sys
	m = email.message_from_binary_file(open(sys.argv[1], 'rb'),
	    policy=email.policy.default)
	bad = [d for part in m.walk() for d in part.defects]
	bad += [d for part in m.walk() for h in part.values() for d in h.defects]
	assert not bad, bad
	assert m['To'].addresses[0].addr_spec == 'buy@nord.example'
	assert m['From'].addresses[0].addr_spec == 'orders@kontor.example'
	assert m['From'].addresses[0].display_name == 'Kontor Nord'
	assert m['Message-ID'] == '<acknowledgment.1.1.1.1@kontor.example>'
	assert m['Auto-Submitted'] == 'auto-generated'
	assert 'SO-00000001-1' in m['Subject'] and 'accepted' in m['Subject']
	text, page = m.iter_parts()
	text = text.get_content()
	page = html.unescape(re.sub('<[^>]*>', '', page.get_content()))
	for words in ['SO-00000001-1', 'PO <1>', 'TAPE', 'GLUE', '20.00',
	    '6.00', '26.00', '4.90', '1.10', '32.00', '24 November 2026',
	    '1 December 2026', 'help@kontor.example', '+49 40 555 0100',
	    'Mon-Fri 9-17', 'Kontor Nord', 'Müller & Söhne', 'Weg 1',
	    '50667 Köln', '.dot first']:
	    assert words in text, 'text: ' + words
	    assert words in page, 'page: ' + words
	END
}

# printed_sums: the lines of the text make its subtotal, and with the charges
# its total
printed_sums() {
	text | python3 -c '
import re, sys
from decimal import Decimal as D
t = sys.stdin.read()
lines = [D(x) for x in re.findall(r" = ([\d.]+) [A-Z]{3}", t)]
said = {k: D(v) for k, v in re.findall(
    r"^(Subtotal|Less discount|Shipping|Tax|Total): +([\d.]+)", t, re.M)}
assert lines and sum(lines) == said["Subtotal"], t
assert said["Total"] == said["Subtotal"] - said.get("Less discount", 0) \
    + said.get("Shipping", 0) + said.get("Tax", 0), t
print(said["Total"])'
}

@test "printed lines make the printed subtotal, rounded once per line" {
	order-config -q rule.price-list=off
	checked external_ref,customer,sku,quantity,unit_price,discount,shipping,tax,total \
		PO-1,C-1,FILM,0.5,0.333,0.10,1.00,0.05,1.29 \
		PO-1,C-1,FILM,0.5,0.333,0.10,1.00,0.05,1.29
	order-ack -q $R1
	[ "$(printed_sums)" = 1.29 ]
	[ "$(sql 'SELECT total FROM v_orders')" = 1.29 ]
}

@test "printed lines make the printed subtotal when a line is refused in part" {
	checked external_ref,customer,sku,quantity PO-1,NEVER,GLUE,15 PO-1,NEVER,TAPE,1
	order-ack -q $R1
	[ "$(printed_sums)" = 32.00 ]
}

@test "printed lines make the printed subtotal in yen and dinars" {
	order-config -q rule.price-list=off rule.currency=off
	checked external_ref,customer,currency,sku,quantity,unit_price \
		PO-1,C-1,JPY,FILM,1.5,333 PO-1,C-1,JPY,TAPE,2,10
	order-ack -q $R1
	[ "$(printed_sums)" = 520 ]
	rm -r mail
	checked external_ref,customer,currency,sku,quantity,unit_price \
		PO-2,C-1,KWD,TAPE,3,0.1255
	order-ack -q $R2
	[ "$(printed_sums)" = 0.377 ]
}

@test "tax contained in the prices is not added to the total" {
	checked customer,shipping,tax,total,sku,quantity,unit_price \
		C-1,5.00,3.99,25.00,TAPE,10,2.00
	order-ack -q $R1
	order_is $R1 confirmed accepted
	text >mail.txt
	grep -q '^Total: *25.00 EUR' mail.txt
	grep -q '3.99' mail.txt
	run ! grep -q '28.99' mail.txt
	run ! grep -q '^Tax: ' mail.txt
}

@test "the language is the order's, else the customer's, else the policy's" {
	order-load -q customers <<-'END'
	customer,email,language
	DE,buy@de.example,de
	NONE,buy@none.example,
	END
	checked external_ref,customer,language,sku,quantity PO-1,DE,en,TAPE,1 \
		PO-2,DE,,TAPE,2 PO-3,NONE,,TAPE,3 PO-4,NONE,de-AT,TAPE,4
	order-ack -q --queue-only --due
	[ "$(sql 'SELECT language FROM messages ORDER BY id' | paste -sd' ')" = 'en de en de-AT' ]
	order-notify -q
	[ "$(grep -l '^Content-Language: de' mail/new/* | wc -l)" = 2 ]
	[ "$(grep -l 'Bestellung' mail/new/* | wc -l)" = 2 ]
	order-config -q language=de
	run --separate-stderr order-ack --preview $R3
	[[ $output == *'Order SO'* ]]	# what was sent
}

@test "the order's own address comes before the one on file" {
	checked external_ref,customer,email,sku,quantity PO-1,C-1,me@home.example,TAPE,1 \
		PO-2,C-1,,TAPE,2
	order-ack -q --due
	[ "$(sql 'SELECT recipient FROM messages ORDER BY id' | paste -sd' ')" = \
		'me@home.example buy@nord.example' ]
}

@test "a customer without an address is told by hand" {
	checked customer,sku,quantity QUIET,TAPE,1
	run --separate-stderr order-ack $R1
	[ "$status" -eq 0 ]
	order_is $R1 confirmed accepted
	[ "$(mails)" = "$R1|acknowledgment|AP||by-hand" ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = '' ]
	# Nobody was told yet: the clock runs on.
	run --separate-stderr at 2026-11-24T10:00:00Z --due
	[ "$status" -eq 1 ]
	order-notify -q --told 1
	run --separate-stderr at 2026-11-24T10:00:00Z --due
	[ "$status" -eq 0 ]
}

# ---- delivery ----

@test "--queue-only leaves delivery to order-notify" {
	checked customer,sku,quantity C-1,TAPE,1
	run order-ack -q --queue-only $R1
	[ "$status" -eq 0 ]
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|queued" ]
	[ ! -e mail ]
	[ "$(sql 'SELECT answered_at FROM v_orders')" = '' ]
	order-notify -q
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|sent" ]
}

@test "without mail_from it is decided, stays queued, and exits 78" {
	order-config -q mail_from=
	checked customer,sku,quantity C-1,TAPE,1
	run --separate-stderr order-ack $R1
	[ "$status" -eq 78 ]
	[[ $stderr == *'mail_from is not set'* ]]
	[ "$(cells status <<<"$output")" = confirmed ]
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|queued" ]
}

@test "a mailer that fails for now leaves it queued, exit 0" {
	mailer 'exit 75'
	checked customer,sku,quantity C-1,TAPE,1
	run --separate-stderr order-ack $R1
	[ "$status" -eq 0 ]
	order_is $R1 confirmed accepted
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|failed" ]
	mailer 'exit 0'
	at 2026-11-23T09:01:00Z -q --due
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|sent" ]
	[ "$(cat got/* | sort | uniq -c | awk '$1 % 2' | wc -l)" -eq 0 ]	# the same bytes twice
}

@test "after five failures in a row order-ack says so and goes on deciding" {
	mailer 'echo no route >&2; exit 75'
	order-config -q rule.duplicate=off
	checked external_ref,customer,sku,quantity PO-{1..7},C-1,TAPE,1
	run --separate-stderr order-ack -q --due
	[ "$status" -eq 0 ]
	[ "$stderr" = "order-ack: delivery fails for now, the rest stays queued: exit status 75: no route" ]
	[ "$(sql 'SELECT count(*) FROM v_orders WHERE status = '"'confirmed'")" -eq 7 ]
	[ "$(sql 'SELECT state, count(*) FROM messages GROUP BY 1' | xargs)" = \
		"failed|5 queued|2" ]
}

@test "a mailer that cannot work stops delivery, exit 69" {
	mailer 'exit 64'
	checked customer,sku,quantity C-1,TAPE,1
	run --separate-stderr order-ack $R1
	[ "$status" -eq 69 ]
	[[ $stderr == *'messages stay queued'* ]]
	order_is $R1 confirmed accepted
	[ "$(mails)" = "$R1|acknowledgment|AP|buy@nord.example|queued" ]
	order-config -q mail_command=/nonexistent/sendmail
	run --separate-stderr order-ack --due
	[ "$status" -eq 69 ]
}

@test "one bad address does not stop the others" {
	mailer '[ "$to" != buy@nord.example ] || exit 67'
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-2,ASK,TAPE,2
	run --separate-stderr order-ack -q --due
	[ "$status" -eq 0 ]
	[ "$stderr" = "order-ack: 1 message cannot be delivered (see: order-notify --list --state dead)" ]
	[ "$(sql 'SELECT recipient, state FROM messages ORDER BY id')" = \
'buy@nord.example|dead
buy@ask.example|sent' ]
}

@test "with a mailer at work the mail stays queued, and it says so, exit 0" {
	mkfifo started go
	mailer "echo >'$TEST_DIR/started'; read x <'$TEST_DIR/go'"
	checked external_ref,customer,sku,quantity PO-1,C-1,TAPE,1 PO-2,C-1,TAPE,2
	order-ack -q $R1 &
	read -r _ <started
	run --separate-stderr order-ack $R2
	[ "$status" -eq 0 ]
	[[ $stderr == *'another mailer is at work'* ]]
	order_is $R2 confirmed accepted
	[ "$(sql "SELECT state FROM v_messages WHERE ref = '$R2'")" = queued ]
	# Whoever is at work takes it along.
	echo >go
	read -r _ <started
	echo >go
	wait $!
	[ "$(sql 'SELECT count(*) FROM messages WHERE state = '"'sent'")" = 2 ]
}

@test "two at once on the same order: one decision, one mail" {
	order-config -q rule.duplicate=off
	checked external_ref,customer,sku,quantity \
		$(for i in $(seq 20); do echo "PO-$i,FIRST,TAPE,$((i % 5 + 1))"; done)
	order-ack -q --due >/dev/null &
	one=$!
	order-ack -q --due >/dev/null &
	wait $one && wait $!
	order-ack -q --due
	[ "$(sql "SELECT count(*) FROM orders WHERE status = 'confirmed'")" = 20 ]
	[ "$(sql "SELECT count(*), count(DISTINCT order_id), sum(state = 'sent')
		FROM messages")" = '20|20|20' ]
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'acknowledge'")" = 20 ]
	[ "$(ls mail/new | wc -l)" -eq 20 ]
}
