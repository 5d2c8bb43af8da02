#!/usr/bin/env bats
# What customers get, as a mail program shows it: every kind of message, in
# each language, with names in other scripts.

load ../helper
load ../company

LANGUAGES="de en"
NAME='Bäckerei Größenwahn & Œuvre' SHIP='שלום עולם בע״מ, Łódź'

# One order of each fate in each language; what no tool queued by then is
# queued with the document of an acknowledgment.
setup() {
	begin
	order-init
	company
	order-config -q rule.duplicate=off
	local l kind
	{
		echo external_ref,customer,customer_name,ship_name,ship_line1,ship_city,ship_postcode,ship_country,email,language,instructions,sku,quantity,unit_price
		for l in $LANGUAGES; do
			for row in "FIRST,GLUE,1," "NEVER,OLD,1," "ASK,STAMP,9," \
				FIRST,TAPE,1,1.11; do
				IFS=, read -r who sku n price <<<"$row"
				echo "Ü-$l-$sku,$who,$NAME,\"$SHIP\",Straße 1,Łódź,90-001,PL,$l-$sku@example.org,$l,عاجل,$sku,$n,$price"
			done
			echo "N-$l,NEVER,$NAME,\"$SHIP\",Straße 1,Łódź,90-001,PL,$l-none@example.org,$l,عاجل,STAMP,99,"
		done
	} >orders.csv
	order-receive --channel email orders.csv | order-verify |
		order-check-stock -q || [ $? -eq 1 ]
	ORDER_NOW=2026-11-24T08:59:00Z order-ack --due --queue-only -q || true
	for kind in $(kinds); do
		for l in $LANGUAGES; do
			sqlite3 orders.db "INSERT INTO messages (order_id, revision,
				kind, recipient, seq, state, language, document,
				queued_at, next_try_at)
				SELECT order_id, revision, '$kind', recipient, 9,
				'queued', language, document, queued_at, next_try_at
				FROM messages WHERE kind = 'acknowledgment' AND
				language = '$l' AND NOT EXISTS (SELECT 1 FROM messages
				WHERE kind = '$kind' AND language = '$l') LIMIT 1"
		done
	done
	order-notify -q
	export LC_ALL=C.UTF-8
}

# Those there are templates for.
kinds() {
	find "$BATS_TEST_DIRNAME/../../lib/order/templates/en" \
		-name '*.subject.txt' -printf '%f\n' | cut -d. -f1 | sort
}

# Of each mail, by Python's parser, which must find nothing wrong: its file,
# or NAME.subject and NAME.text beside it, with what they hold.
parsed() {
	mkdir parsed
	python3 - mail/new/* <<-'END'
	import email, email.policy, os, sys
	for name in sys.argv[1:]:
	    with open(name, 'rb') as f:
	        raw = f.read()
	    m = email.message_from_bytes(raw, policy=email.policy.default)
	    bad = [d for part in m.walk() for d in part.defects]
	    bad += [d for part in m.walk() for h in part.values()
	            for d in h.defects]
	    assert not bad, (name, bad)
	    assert raw.isascii() and max(map(len, raw.split(b'\n'))) <= 998, name
	    text, page = m.iter_parts()
	    assert page.get_content_type() == 'text/html', name
	    out = 'parsed/' + os.path.basename(name)
	    with open(out + '.subject', 'w') as f:
	        print(m['Subject'], file=f)
	    with open(out + '.text', 'w') as f:
	        f.write(text.get_content())
	END
}

@test "every kind and language is sent, listed, and shown as it was written" {
	local n=0 l kind name file
	parsed
	[ "$(sql "SELECT count(*) FROM messages WHERE state <> 'sent'")" -eq 0 ]
	for kind in $(kinds); do
		for l in $LANGUAGES; do
			grep -q "^Content-Language: $l\$" mail/new/"$kind".* ||
				{ echo "no $kind in $l"; return 1; }
		done
	done
	mlist mail >listed
	[ "$(wc -l <listed)" -eq "$(ls mail/new | wc -l)" ]
	mscan -f '%f|%300s' <listed 2>/dev/null | sed 's/ *$//' >scanned
	while read -r file; do
		n=$((n + 1)) name=parsed/${file##*/}
		mhdr -d -h subject "$file" | diff - "$name.subject"
		sed -n ${n}p scanned | sed 's/^Kontor Nord *|//' |
			diff - "$name.subject"
		mshow -O "$file" 2 | tr -d '\r' | diff - "$name.text"
		mshow "$file" >shown
		grep -qF "Subject: $(cat "$name.subject")" shown
		sed 's/ *$//' "$name.text" >text
		grep -vxF -f <(sed 's/ *$//' shown) text >lost || true
		[ ! -s lost ] || { cat "$file" lost; return 1; }
	done <listed
	[ "$n" -eq "$(wc -l <listed)" ] && [ $n -ge 18 ]
}

@test "names in any script reach the customer as they are" {
	local file
	for file in mail/new/{acknowledgment,rejected,receipt,shortage}.*; do
		mshow "$file" | grep -qF "$NAME" || { mshow "$file"; return 1; }
	done
	for file in mail/new/{acknowledgment,receipt}.*; do
		mshow "$file" | grep -qF "$SHIP" || { mshow "$file"; return 1; }
		mshow "$file" | grep -qF 'Straße 1'
	done
	mlist mail | xargs mhdr -d -h subject | grep -c Ü-en-GLUE
	mlist mail | xargs mhdr -h to -A | grep -qx de-GLUE@example.org
}
