#!/usr/bin/env bats
# order-notify: templates and settings with which no message can be composed

load ../helper

# A question waits to be sent, and one for which there is no address.
questions() {
	order-config -q mail_from=orders@example.com \
		mail_command="maildir:$TEST_DIR/mail"
	printf 'customer,name,email\nC-1,One,one@example.com\nC-2,Two,\n' |
		order-load -q customers
	printf 'external_ref,channel,customer,sku,quantity\n%s\n%s\n' \
		PO-1,email,C-1,A-1,1 PO-2,email,C-2,A-1,1 |
		order-receive -q
	order-verify -q --pending || [ $? -eq 1 ]
	mkdir -p t/en
}

# refused WORDS: neither message can be shown, and it is said why
refused() {
	for id in 1 2; do
		run --separate-stderr order-notify --show $id
		[ "$status" -eq 78 ]
		[ -z "$output" ]
		[[ $stderr == "order-notify: "*"$1"* ]]
	done
}

@test "without mail_from a message cannot be shown as it would go out" {
	questions
	order-config -q mail_from=
	run --separate-stderr order-notify --show 1
	[ "$status" -eq 78 ]
	[[ $stderr == *mail_from* ]]
	# what a person has to say needs no sender
	order-notify --show 2 | grep -q '^Subject: '
}

@test "a template with a key that is nowhere: 78 names message, file and line" {
	questions
	order-config -q template_dir="$TEST_DIR/t"
	printf 'fine\n{{nowhere}}\n' >t/en/clarify.txt
	refused "t/en/clarify.txt: line 2: no such key 'nowhere'"
	order-notify --show 1 2>&1 | grep -q 'message 1: '
}

@test "a subject that cannot be rendered: 78" {
	questions
	order-config -q template_dir="$TEST_DIR/t"
	echo '{{#open}}' >t/en/clarify.subject.txt
	refused "t/en/clarify.subject.txt: line 1: section 'open' is not closed"
}

@test "what is in template_dir but no file, too large or in circles: 78" {
	questions
	order-config -q template_dir="$TEST_DIR/t"
	mkdir t/en/clarify.txt
	refused "t/en/clarify.txt: is not a file"
	rmdir t/en/clarify.txt
	head -c 1100000 /dev/zero | tr '\0' x >t/en/clarify.txt
	refused "t/en/clarify.txt: is larger than 1 MiB"
	rm t/en/clarify.txt
	ln -s clarify.txt t/en/clarify.txt
	refused "t/en/clarify.txt: Too many levels of symbolic links"
	rm t/en/clarify.txt
	order-notify -q
	[ "$(ls mail/new | wc -l)" -eq 1 ]
}
