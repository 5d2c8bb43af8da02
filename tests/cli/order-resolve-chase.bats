#!/usr/bin/env bats
# Questions that are not answered: reminded, each time later, and given up.

load ../helper
load ../company
load resolve
load ack

# unanswered: a question that was sent at nine on the 23rd
unanswered() {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	order-notify -q
	[ "$(told clarify)" = 'sent|0' ]
}

# chase TIME [OPTION...]
chase() {
	ORDER_NOW=$1 order-resolve --chase -o csv "${@:2}"
}

# reminded TIME: chased then, delivered, and printed once
reminded() {
	run --separate-stderr chase "$1"
	[ "$status" -eq 0 ]
	[ "$(cells ref <<<"$output")" = $R1 ]
	[ "$(cells result <<<"$output")" = ok ]
	silent "$1"
	ORDER_NOW=$1 order-notify -q
}

# silent TIME: there is nothing to chase
silent() {
	run --separate-stderr chase "$1"
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
}

@test "reminded after 48 hours, then after 96, then after 192, for ever" {
	unanswered
	silent 2026-11-25T08:59:59Z
	reminded 2026-11-25T09:00:00Z
	silent 2026-11-29T08:59:59Z
	reminded 2026-11-29T09:00:00Z
	silent 2026-12-07T08:59:59Z
	reminded 2026-12-07T09:00:00Z
	silent 2026-12-08T09:00:00Z
	[ "$(told clarify)" = 'sent|0 sent|1 sent|2 sent|3' ]
	[ "$(document clarify 'd["reminder"], d["asked_on"], d.get("cancel_on"), d["nquestions"]')" = \
		"(True, '2026-11-23', None, 1)" ]
	stays_true
}

# The headers of the mails that were delivered, oldest first: Message-ID,
# In-Reply-To and References, with "-" for none
threads() {
	python3 - mail/new/* <<-'END'
	import email, email.policy, sys
	for m in sorted((email.message_from_binary_file(open(f, 'rb'),
	    policy=email.policy.default) for f in sys.argv[1:]),
	    key=lambda m: int(m['message-id'].rsplit('@')[0].rsplit('.')[-1])
	    if m['message-id'].startswith('<clarify') else 0):
	    if m.defects: sys.exit(str(m.defects))
	    print(*(' '.join((m[h] or '-').replace('@kontor.example', '').split())
	        for h in ('message-id', 'in-reply-to', 'references')), sep='|')
	END
}

@test "a reminder answers the question before it, in one thread with the first mail" {
	unanswered
	reminded 2026-11-25T09:00:00Z
	reminded 2026-11-29T09:00:00Z
	threads | grep '^<clarify' | diff - <(cat <<-'END'
	<clarify.1.1.1.1>|-|-
	<clarify.1.1.1.2>|<clarify.1.1.1.1>|<clarify.1.1.1.1>
	<clarify.1.1.1.3>|<clarify.1.1.1.2>|<clarify.1.1.1.1> <clarify.1.1.1.2>
	END
	)
}

@test "given up on the day that policy says, with notice" {
	order-config -q clarify_cancel_days=5
	unanswered
	reminded 2026-11-25T09:00:00Z
	[ "$(document clarify 'd["cancel_on"]')" = 2026-11-28 ]
	silent 2026-11-28T08:59:59Z
	run --separate-stderr chase 2026-11-28T09:00:00Z
	[ "$(cells status <<<"$output")" = cancelled ]
	[ "$(document cancelled 'd["unanswered"], d["asked_on"], d.get("as_asked")')" = "(True, '2026-11-23', None)" ]
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'cancelled'")" = '{"reason":"unanswered"}' ]
	silent 2026-12-28T09:00:00Z
	stays_true
}

@test "no reminder but the end, and neither, as policy says" {
	order-config -q clarify_remind_hours=0
	unanswered
	silent 2027-11-25T09:00:00Z
	order-config -q clarify_cancel_days=1
	run --separate-stderr chase 2026-11-24T09:00:00Z
	[ "$(cells status <<<"$output")" = cancelled ]
}

@test "a question that is not sent yet, or not told, is not chased" {
	wrong customer,email,sku,quantity C-1,nobody,TAPE,1
	silent 2026-12-25T09:00:00Z
	wrong customer,email,sku,quantity QUIET,nobody,TAPE,1
	[ "$(sql "SELECT state FROM messages WHERE kind = 'clarify' AND order_id = 2")" = by-hand ]
	silent 2026-12-25T09:00:00Z
	order-notify --told "$(sql 'SELECT max(id) FROM messages')" >told
	run --separate-stderr chase 2026-11-25T09:00:00Z
	[ "$(cells ref <<<"$output")" = $R2 ]
	silent 2026-12-25T09:00:00Z
}

@test "what is answered is not asked again, what is left is" {
	wrong customer,email,sku,quantity,unit_price C-1,nobody,TAPE,1,1.50
	order-notify -q
	[ "$(document clarify '[q["field"] for q in d["questions"]]')" = "['email', 'unit_price']" ]
	says held open-holds $R1 price accepted
	reminded 2026-11-25T09:00:00Z
	[ "$(document clarify '[q["field"] for q in d["questions"]]')" = "['email']" ]
	says ok '' $R1 contact corrected --set email=jo@nord.example
	silent 2026-12-25T09:00:00Z
}

@test "a reminder that was not sent before the answer stays unsent" {
	unanswered
	chase 2026-11-25T09:00:00Z -q
	says ok '' $R1 contact corrected --set email=jo@nord.example
	[ "$(told clarify)" = 'sent|0 cancelled|1' ]
}

@test "a new question begins anew" {
	unanswered
	reminded 2026-11-25T09:00:00Z
	ORDER_NOW=2026-11-26T09:00:00Z order-resolve -q $R1 contact corrected --set email=jo@nord.example --set bill_line1='Kai 7' || true
	ORDER_NOW=2026-11-26T09:00:00Z order-notify -q
	[ "$(told clarify)" = 'sent|0 sent|1 sent|0' ]
	silent 2026-11-28T08:59:59Z
	reminded 2026-11-28T09:00:00Z
	[ "$(told clarify)" = 'sent|0 sent|1 sent|0 sent|1' ]
}

@test "an offer is reminded of for the lines that are still open" {
	others
	receive external_ref,customer,sku,quantity P,ASK,GLUE,12 P,ASK,STAMP,8 |
		order-verify | order-check-stock -q || true
	order-notify -q
	says held open-holds $R1 consent partial --line 1
	reminded 2026-11-25T09:00:00Z
	[ "$(told shortage)" = 'sent|0 sent|1' ]
	[ "$(document shortage '[(l["line"], l["backordered"]) for l in d["lines"]], d["reminder"], d["nlines"]')" = \
		"([(2, '3')], True, 1)" ]
	stays_true
}

@test "a confirmed order is reminded, but never given up" {
	order-config -q clarify_cancel_days=1
	good PO-1 GLUE 4 | order-verify | order-check-stock | order-ack -q
	printf 'sku,unit_price,currency,status\nGLUE,3.00,EUR,discontinued\n' | order-load -q items
	order-verify -q $R1 || true
	order-notify -q
	run --separate-stderr chase 2026-12-25T09:00:00Z
	[ "$(cells status <<<"$output")" = confirmed ]
	[ "$(told clarify)" = 'sent|0 queued|1' ]
	[ "$(document clarify 'd.get("cancel_on")')" = None ]
}

@test "two runs at once send one reminder" {
	unanswered
	for i in 1 2 3 4 5 6 7 8; do
		chase 2026-11-25T09:00:00Z >out$i &
	done
	wait
	[ "$(cat out? | grep -c "$R1")" -eq 1 ]
	[ "$(told clarify)" = 'sent|0 queued|1' ]
}

@test "a dry run shows whom, -q shows nobody, and both exit 0" {
	unanswered
	run --separate-stderr chase 2026-11-25T09:00:00Z -n
	[ "$status,$(cells ref <<<"$output")" = 0,$R1 ]
	[ "$(told clarify)" = 'sent|0' ]
	run chase 2026-11-25T09:00:00Z -q
	[ "$status,$output" = 0, ]
	[ "$(told clarify)" = 'sent|0 queued|1' ]
}

@test "an amended order is asked, reminded and given up by its new question" {
	order-config -q clarify_cancel_days=3
	wrong external_ref,customer,email,sku,quantity A-1,C-1,nobody,TAPE,1
	order-notify -q
	printf 'external_ref,customer,email,sku,quantity\nA-1,C-1,noone,TAPE,2\n' |
		ORDER_NOW=2026-11-25T12:00:00Z order-receive -q --channel email --amend
	ORDER_NOW=2026-11-25T12:00:00Z order-verify -q $R1 || true
	ORDER_NOW=2026-11-25T12:00:00Z order-notify -q
	silent 2026-11-26T12:00:00Z
	run chase 2026-11-27T12:00:00Z
	[ "$(cells status <<<"$output")" = received ]
	run chase 2026-11-28T12:00:00Z
	[ "$(cells status <<<"$output")" = cancelled ]
}

# ---- what is asked, and what is not told ----

@test "a question says what the order says, and nothing that is on file" {
	order-load -q customers <<-'END'
	customer,name,email,phone,bill_name,bill_line1,bill_line2,bill_city,bill_region,bill_postcode,bill_country,ship_name,ship_line1,ship_line2,ship_city,ship_region,ship_postcode,ship_country,currency,language,payment_terms,payment_methods,credit_limit,receivables,priority,status
	S-1,SECRETA,secretb@file.example,+49 777 12345,SECRETC,SECRETD 1,SECRETE,SECRETF,SECRETG,77777,DE,SECRETH,SECRETI 2,SECRETJ,SECRETK,SECRETL,66666,DE,EUR,,2/10NET30,transfer,5.55,3.33,9,blocked
	END
	order-load -q items <<-'END'
	sku,description,unit,unit_price,currency,min_quantity,multiple
	HUSH,SECRETM,EA,44.44,EUR,333,111
	END
	order-config -q $(sed -n 's/.*X([A-Z_]*, "\([a-z-]*\)", "[a-z]*", WARN).*/rule.\1=hold/p' \
		"$BATS_TEST_DIRNAME/../../include/order/policy.h")
	cat >in.json <<-'END'
	{"external_ref":"PO-1","customer":"S-1","customer_name":"Jo","email":"jo@order.example","phone":"+1 22 555",
	 "bill_line1":"Way 1","bill_city":"Town","bill_postcode":"11111","bill_country":"DE",
	 "ship_line1":"Way 2","ship_city":"Ville","ship_postcode":"22222","ship_country":"DE",
	 "payment_method":"card","payment_terms":"NET60","currency":"USD","total":"12.00","requested_on":"2026-11-01",
	 "lines":[{"sku":"HUSH","quantity":"7","unit":"KG","unit_price":"1.00"},{"sku":"NOPE","quantity":"1"}]}
	END
	order-receive -q --channel email in.json && order-verify -q $R1 || true
	[ "$(document clarify 'd["nquestions"] >= 14')" = True ]
	order-notify -q
	chase 2026-11-25T09:00:00Z -q
	ORDER_NOW=2026-11-25T09:00:00Z order-notify -q
	[ "$(told clarify)" = 'sent|0 sent|1' ]
	python3 - mail/new/* <<-'END'
	import email, email.policy, sys, sqlite3, json
	asked = json.loads(sqlite3.connect('orders.db').execute(
	    "SELECT document FROM messages WHERE kind = 'clarify'").fetchone()[0])
	assert len(sys.argv) == 3
	for name in sys.argv[1:]:
	    m = email.message_from_binary_file(open(name, 'rb'), policy=email.policy.default)
	    assert m['To'] == 'secretb@file.example', m['To']
	    for kind in 'plain', 'html':
	        text = m.get_body((kind,)).get_content()
	        for secret in ['SECRET', 'secretb', '777', '66666', '2/10', 'transfer', '5.55', '3.33',
	            '44.44', '333', '111 ', 'blocked', 'EUR', 'credit']:
	            assert secret.lower() not in text.lower(), (kind, secret, text)
	        for given in ['Way 1', 'Way 2', '1.00', 'NOPE', 'NET60', 'PO-1']:
	            assert given in text, (kind, given)
	        for q in asked['questions']:
	            assert text.count('%d. ' % q['number']) >= 1, q
	        assert 'reply' in text
	END
}

@test "every question is asked once" {
	wrong external_ref,customer,email,sku,quantity,unit_price PO-1,C-1,nobody,TAPE,1,1.50 PO-1,C-1,nobody,GLUE,1,9.00 \
		PO-1,C-1,nobody,ROPE,1,
	[ "$(document clarify '[(q["number"], q["line"], q["field"]) for q in d["questions"]]')" = \
		"[(1, 0, 'email'), (2, 1, 'unit_price'), (3, 2, 'unit_price'), (4, 3, 'sku')]" ]
	order-verify -q $R1 || true
	[ "$(told clarify)" = 'queued|0' ]
}

@test "a question that was answered before it was sent is not asked" {
	wrong customer,email,sku,quantity,unit_price C-1,nobody,TAPE,1,1.50
	says held open-holds $R1 price accepted
	[ "$(told clarify)" = 'cancelled|0 queued|0' ]
	[ "$(document clarify '[q["field"] for q in d["questions"]]')" = "['email']" ]
	order-verify -q $R1 || true
	[ "$(told clarify)" = 'cancelled|0 queued|0' ]
}

@test "nor in a reminder" {
	wrong customer,email,sku,quantity,unit_price C-1,nobody,TAPE,1,1.50
	order-notify -q
	chase 2026-11-25T09:00:00Z -q
	says held open-holds $R1 price accepted
	[ "$(told clarify)" = 'sent|0 cancelled|1 queued|1' ]
	[ "$(document clarify '[q["field"] for q in d["questions"]], d["reminder_number"], d["asked_on"]')" = \
		"(['email'], 1, '2026-11-23')" ]
}
