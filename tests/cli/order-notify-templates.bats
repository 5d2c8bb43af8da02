#!/usr/bin/env bats
# order-notify: in which words and language a message goes out

load ../helper
load notify

@test "the language is the message's, else the policy's, else English" {
	mailer 'exit 0'
	queue 1 receipt jo@example.org de-AT
	queue 1 receipt jo@example.org fr
	order-notify --show 1 | grep -qx 'Content-Language: de'
	order-notify --show 2 | grep -qx 'Content-Language: en'
	order-config language=de >/dev/null
	order-notify --show 2 | grep -qx 'Content-Language: de'
	LC_ALL=en_US.UTF-8 LANG=fr_FR order-notify --show 1 | grep -qx 'Content-Language: de'
}

@test "template_dir goes before the built-in templates" {
	mailer 'exit 0'
	mkdir -p t/en t/fr
	echo 'Hello {{ref}} & {{customer}}' >t/en/receipt.txt
	echo 'Bonjour {{> _adieu}}' >t/fr/receipt.txt
	printf 'Votre\ncommande {{ref}}\n' >t/fr/receipt.subject.txt
	echo 'au revoir' >t/fr/_adieu.txt
	order-config template_dir="$TEST_DIR/t" >/dev/null
	queue 1
	queue 1 receipt jo@example.org fr
	order-notify --show 1 | grep -q '^Hello SO-00000001-1 &'
	order-notify --show 2 >fr
	grep -qx 'Subject: Votre commande SO-00000002-0' fr
	grep -q '^Bonjour au revoir' fr
	grep -qx 'Content-Language: fr' fr
	# no French HTML: better none than half a mail in English
	run ! grep -q text/html fr
}

@test "a template that is changed meanwhile counts from the next batch on" {
	mkdir -p own/en
	printf 'first {{>_note}}\n' >own/en/receipt.txt
	printf 'note\n' >own/en/_note.txt
	mailer "printf 'second {{>_note}}\n' >$TEST_DIR/own/en/receipt.txt
	printf 'word\n' >$TEST_DIR/own/en/_note.txt"
	order-config -q template_dir="$TEST_DIR/own"
	queue 51
	order-notify -q
	[ "$(grep -l '^first note' got/* | wc -l)" -eq 50 ]
	[ "$(grep -l '^second word' got/* | wc -l)" -eq 1 ]
}

@test "--lint passes the built-in templates" {
	run order-notify --lint
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "--lint names template, line and key of what is missing, exit 78" {
	mkdir -p t/en t/de t/nl
	printf 'fine\n{{#accepted}}{{^conditional}}{{nowhere}}{{/conditional}}{{/accepted}}\n' >t/en/acknowledgment.txt
	echo '{{#lines}}{{^unit}}{{unti}}{{/unit}}{{/lines}}' >t/de/_lines.txt
	echo 'no such kind' >t/en/receipts.txt
	echo '<p>alone</p>' >t/nl/receipt.html
	printf 'M\374ller' >t/en/delay.txt
	order-config template_dir="$TEST_DIR/t" >/dev/null
	run order-notify --lint
	[ "$status" -eq 78 ]
	[[ $output == *"t/en/acknowledgment.txt: line 2: no such key 'nowhere'"* ]]
	[[ $output == *"de/receipt.txt: partial '_lines': line 1: no such key 'unti'"* ]]
	[[ $output == *"t/en/receipts.txt: is not the name of a template"* ]]
	[[ $output == *"t/nl/receipt.html: is never used: there is no text beside it"* ]]
	[[ $output == *"t/en/delay.txt: is not UTF-8"* ]]
}

@test "--lint wants every kind in a language, or in the one it is a region of" {
	mkdir -p t/fr t/de-AT
	order-config template_dir="$TEST_DIR/t" >/dev/null
	echo 'nicht wie üblich' >t/de-AT/receipt.txt
	printf 'date {d}. {month} {year}\nmonths Jänner Februar März April Mai Juni Juli August September Oktober November Dezember\ndecimal ,\n' >t/de-AT/format.txt
	for kind in receipt acknowledgment clarify shortage changed delay shipped \
		cancelled rejected reply; do
		echo "x {{ref}}" >t/fr/$kind.txt
		echo "x {{ref}}" >t/fr/$kind.subject.txt
	done
	order-notify --lint
	rm t/fr/shipped.txt t/fr/reply.subject.txt
	run order-notify --lint
	[ "$status" -eq 78 ]
	[ "$(grep -c . <<<"$output")" -eq 3 ]
	[[ $output == *"t/fr/shipped.txt: is missing"* ]]
	[[ $output == *"t/fr/shipped.subject.txt: is never used: there is no text beside it"* ]]
	[[ $output == *"t/fr/reply.subject.txt: is missing"* ]]
}

@test "--lint tells what is wrong with a format file, once" {
	mkdir -p t/en t/sv
	order-config template_dir="$TEST_DIR/t" >/dev/null
	echo 'months January' >t/en/format.txt
	printf 'decimal ,\nplaces 2\n' >t/sv/format.txt
	run order-notify --lint
	[ "$status" -eq 78 ]
	[[ $output == *"t/en/format.txt: line 1: not twelve months: 'January'"* ]]
	[[ $output == *"t/sv/format.txt: line 2: not a setting: 'places'"* ]]
	[ "$(grep -c format.txt <<<"$output")" -eq 2 ]
}

# ---- dates and numbers ----

# said LANGUAGE: what the text of a message with one of each says
said() {
	sql "DELETE FROM messages"
	sql "INSERT INTO messages (order_id, revision, kind, recipient, seq, state,
		language, document, queued_at, next_try_at) VALUES (1, 1, 'receipt',
		'jo@example.org', 1, 'queued', '$1', json_object('ref', '2026-12-01',
		'received_on', '2026-03-01', 'external_ref', '1234.50',
		'total', '-1234567.125', 'currency', 'BHD', 'subtotal', '1000',
		'lines', json_array(json_object('line', 1234, 'sku', '2026-03-01',
		'quantity', '12345.5'))), $NOW, $NOW)"
	order-notify --show "$(sql 'SELECT max(id) FROM messages')" | python3 -c '
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(m["Subject"])
sys.stdout.buffer.write(m.get_body(("plain",)).get_content().encode())'
}

@test "dates and numbers are written as the language does, names are not" {
	mailer 'exit 0'
	queue 1
	said en >en
	grep -qx 'Order 2026-12-01 (your reference 1234.50): received, not yet decided' en
	grep -qx 'Received on 1 March 2026, revision 0' en
	grep -qx 'Total:          -1,234,567.125 BHD' en
	grep -qx 'Subtotal:       1,000 BHD' en
	grep -qx '1234. 2026-03-01' en
	grep -qx '    12,345.5' en
	LC_ALL=C.UTF-8 said de-CH >de
	grep -qx 'Eingegangen am 1. März 2026, Fassung 0' de
	grep -qx 'Gesamtsumme:        -1.234.567,125 BHD' de
	grep -qx '    12.345,5' de
}

@test "a language of template_dir writes as its format says, else plainly" {
	mailer 'exit 0'
	queue 1
	mkdir -p t/fr t/en-US
	order-config template_dir="$TEST_DIR/t" >/dev/null
	echo '{{received_on}} {{total}}' >t/fr/receipt.txt
	said fr >fr
	grep -qx '2026-03-01 -1234567.125' fr
	printf 'decimal ,\ngroup space\ndate le {d} {month} {year}\nmonths jan fév mars avr mai juin juil août sept oct nov déc\n' >t/fr/format.txt
	said fr >fr
	grep -qx $'le 1 mars 2026 -1\xc2\xa0234\xc2\xa0567,125' fr
	# a region may write in its own way with the words of its language
	printf '# month first\r\n\r\ndate {month} {d}, {year}\r\nmonths January February March April May June July August September October November December\r\ngroup ,\r\n' >t/en-US/format.txt
	said en-US >us
	grep -qx 'Received on March 1, 2026, revision 0' us
	echo 'date {d}.{d}.' >t/en-US/format.txt
	run order-notify -q
	[ "$status" -eq 1 ]
	[[ $(sql 'SELECT error FROM messages') == *"t/en-US/format.txt: line 1: day, month and year are not once in '{d}.{d}.'" ]]
}

@test "--lint says that template_dir is not there" {
	order-config template_dir=/nonexistent/templates >/dev/null
	run order-notify --lint
	[ "$status" -eq 78 ]
	[[ $output == *"template_dir: /nonexistent/templates: No such file or directory"* ]]
}

@test "a broken template of the company's kills its messages, --retry mends" {
	mailer 'exit 0'
	mkdir -p t/en
	echo '{{nowhere}}' >t/en/receipt.txt
	order-config template_dir="$TEST_DIR/t" >/dev/null
	queue 1
	queue 1 clarify
	run order-notify -q
	[ "$status" -eq 1 ]
	[ "$(sql 'SELECT error FROM messages WHERE id = 1')" = "$TEST_DIR/t/en/receipt.txt: line 1: no such key 'nowhere'" ]
	[ "$(sql 'SELECT state FROM messages WHERE id = 2')" = sent ]
	rm t/en/receipt.txt
	order-notify -q --retry
	order-notify -q
	[ "$(sql 'SELECT DISTINCT state FROM messages')" = sent ]
}
