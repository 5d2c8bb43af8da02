# What the tests of order-update share.

# update ARGUMENT...: result and reason; what is said is in err
update() {
	order-update -o csv "$@" 2>err >out || true
	python3 -c 'import csv,sys; [print((r["result"]+" "+r["reason"]).strip()) for r in csv.DictReader(open("out"))]'
}

# The detail of the last event of that kind
detail() {
	sql "SELECT detail FROM v_events WHERE kind = '$1' ORDER BY seq DESC LIMIT 1"
}

# confirmed COLUMNS ROW...: received, verified, reserved, acknowledged
confirmed() {
	receive "$@" | order-verify | order-check-stock -q || true
	order-ack --due --queue-only -q || true
}

# hand_over: all that may go to fulfilment goes, and its requests, too
hand_over() {
	order-forward --to fulfilment --pending >/dev/null || true
}

# status ID: where an order stands
status() {
	sql "SELECT status, ship FROM v_orders WHERE id = ${1:-1}"
}

# The text of the last message of that kind
told() {
	order-notify --show "$(sql "SELECT max(id) FROM messages WHERE kind = '$1'")" | python3 -c '
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(m["subject"])
print(m.get_body(("plain",)).get_content())
html = m.get_body(("html",)).get_content()
assert m["subject"] and "<main>" in html and "{{" not in html'
}
