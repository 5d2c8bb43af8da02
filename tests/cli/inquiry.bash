# What the tests of inquiries share: mails as customers' programs write them.

# ask SUBJECT [TEXT [HEADER...]]: a plain mail of the customer
ask() {
	printf 'Received: from a by b; Mon, 23 Nov 2026 08:45:00 +0000\nFrom: %s\nSubject: %s\nMessage-ID: <%s>\n' \
		"${from:-Jo Doe <buy@nord.example>}" "$1" "${id:-1@nord.example}"
	[ $# -lt 3 ] || printf '%s\n' "${@:3}"
	printf '\n%s\n' "${2-Where is it?}"
}

# A message with CRLF, as it comes off the wire, from stdin
wire() {
	sed 's/$/\r/'
}

take() {
	order-receive --from-mail --channel email "$@"
}

# Columns of all inquiries, oldest first: asked [COLUMN,...]
asked() {
	sql "SELECT ${1:-ref, sender, subject, question} FROM v_inquiries ORDER BY id"
}

kept() {
	sql 'SELECT count(*) FROM rejects WHERE closed_at IS NULL'
}

events() {
	sql "SELECT kind FROM v_events WHERE ref = '${1:-$R1}' ORDER BY seq" | tr '\n' ' '
}

# mails: a header of each mail delivered, by Python: mails HEADER
mails() {
	python3 - "$1" mail/new/* <<-'END'
	import email, email.policy, sys
	ms = [email.message_from_binary_file(open(f, 'rb'),
	    policy=email.policy.default) for f in sys.argv[2:]]
	for m in sorted(ms, key=lambda m: m['message-id']):
	    print(m[sys.argv[1]])
	END
}
