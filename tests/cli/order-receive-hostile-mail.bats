#!/usr/bin/env bats
# Mails that want to break our answer, or to make us send for ever

load ../helper
load ../company
load inquiry

# What would be sent, and is open
sent_or_open() {
	sql 'SELECT count(*) FROM messages; SELECT count(*) FROM inquiries' |
		paste -sd' '
}

@test "whatever an inquiry holds, the answer is a mail without a header of theirs" {
	good PO-1 | order-verify -q
	mkdir in
	python3 "$BATS_TEST_DIRNAME/inquiry_hostile.py" in
	for file in in/*; do
		take -q <"$file" >out 2>&1
		[ ! -s out ] || { cat out; return 1; }
		[ "$(sql 'SELECT count(*) FROM inquiries
			WHERE answered_at IS NULL')" -eq 1 ] || { echo "$file"; return 1; }
		order-notify --reply $R1 --to buy@nord.example -q <<<"about ${file#in/}"
	done
	[ "$(kept)" -eq 0 ]
	order-notify -q
	[ "$(ls mail/new | wc -l)" -eq "$(ls in | wc -l)" ]
	python3 "$BATS_TEST_DIRNAME/inquiry_answers.py" mail/new/*
	[ "$(sql "SELECT DISTINCT sender FROM inquiries ORDER BY 1")" = $'\nbuy@nord.example' ]
	stays_true
}

@test "our own mails that come back, as they are or inside others, send nothing" {
	good PO-1 | order-verify | order-check-stock | order-ack -q
	ask "$R1" | take -q
	order-notify --reply $R1 -q <<<'It ships today.'
	order-notify -q
	before=$(sent_or_open)
	n=0
	for file in mail/new/*; do
		n=$((n + 1))
		take -q <"$file" 2>/dev/null
		{	# left without a word, and with our mail attached
			printf '%s\n' 'From: buy@nord.example' 'Auto-Submitted: auto-replied' \
				"Message-ID: <away$n@nord.example>" "Subject: Re: $R1" \
				'Content-Type: multipart/mixed; boundary=away' '' --away '' \
				'I am away.' --away 'Content-Type: message/rfc822' ''
			cat "$file"
			printf '\n--away--\n'
		} | take -q 2>/dev/null
	done
	[ "$(sent_or_open)" = "$before" ]
	# A person has to look at those that do not say what they are.
	for file in mail/new/*; do
		grep -v '^Auto-Submitted' "$file" | sed 's/^Message-ID: </&x/' |
			take -q 2>/dev/null
	done
	[ "$(sql 'SELECT count(*) FROM messages')" = "${before% *}" ]
	[ "$(sql 'SELECT count(*) FROM inquiries')" -eq $((${before#* } + n)) ]
	order-ack --due -q
	order-notify -q
	[ "$(ls mail/new | wc -l)" -eq $n ]
	stays_true
}
