# What the tests of order-notify share: queued messages, a mailer that keeps them.

# queue N [KIND [RECIPIENT [LANGUAGE]]]: N orders with one message each
queue() {
	local kind=${2:-receipt} to=${3-jo@example.org} language=${4:-en}
	local so_far
	so_far=$(sqlite3 orders.db 'SELECT count(*) FROM orders')
	seq "$1" | awk -v key="PO-$so_far" '
		BEGIN { print "external_ref,channel,sku,quantity" }
		{ print key "-" $1 ",email,A-1,2" }' | order-receive -q
	sqlite3 orders.db "INSERT INTO messages (order_id, revision, kind,
		recipient, seq, state, language, document, queued_at, next_try_at)
		SELECT o.id, 1, '$kind', '$to', 1,
		CASE '$to' WHEN '' THEN 'by-hand' ELSE 'queued' END, '$language',
		json_object('ref', o.ref, 'kind', '$kind'), $NOW, $NOW
		FROM orders AS o LEFT JOIN messages AS m ON m.order_id = o.id
		WHERE m.id IS NULL ORDER BY o.id"
}

NOW=1795424400	# ORDER_NOW of the helper

# mailer BODY: a sendmail that keeps each message as got/COUNTER and its
# arguments, then does BODY
mailer() {
	mkdir -p got
	cat >stub <<-END
	#!/bin/sh
	f=\$(mktemp "$TEST_DIR/got/XXXXXX")
	cat >"\$f"
	echo "\$@" >>"$TEST_DIR/args"
	$1
	END
	chmod 700 stub
	order-config mail_from=orders@example.com \
		mail_command="$TEST_DIR/stub -i" company_name='Müller & Co' >/dev/null
}

sql() {
	sqlite3 orders.db "$1"
}

at() {
	ORDER_NOW=$1 order-notify "${@:2}"
}
