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
	order-notify --lint
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
