# What the tests of order-ack share: a mailer, a clock, what was said.

# checked COLUMNS ROW...: received, verified and checked, silently
checked() {
	ready "$@" && order-check-stock -q --pending
}

# mailer BODY: a sendmail that keeps each message as got/NAME, then does BODY
mailer() {
	mkdir -p got
	printf '#!/bin/sh\nto=\nfor to; do :; done\nf=$(mktemp %s/got/XXXXXX)\ncat >"$f"\n%s\n' \
		"$TEST_DIR" "$1" >stub
	chmod 700 stub
	order-config -q mail_command="$TEST_DIR/stub -i"
}

# at TIME [OPTION...]: order-ack then
at() {
	ORDER_NOW=$1 order-ack "${@:2}"
}

mails() {
	sql 'SELECT ref, kind, code, recipient, state FROM v_messages ORDER BY id'
}

order_is() {
	[ "$(sql "SELECT status, ack FROM v_orders WHERE ref = '$1'")" = "$2|$3" ]
}

# text: the plain text of the only mail delivered
text() {
	python3 - mail/new/* <<-'END'
	import email, email.policy, sys
	m = email.message_from_binary_file(open(sys.argv[1], 'rb'),
	    policy=email.policy.default)
	print(m.get_body(('plain',)).get_content())
	END
}
