#!/usr/bin/env bats
# The page of order-report: sound, whole, harmless, and readable in a browser.

load ../helper

HERE=$BATS_TEST_DIRNAME

sound() {
	python3 "$HERE/report_page.py"
}

@test "a page of nothing and one of a year are sound" {
	order-report -o html >page.html
	sound <page.html
	run ! grep -q '<svg class="time"' page.html
	python3 "$HERE/report_world.py" orders.db 800 3 2026-11-23
	order-report -o html >page.html
	sound <page.html
	[ "$(grep -c '<section ' page.html)" -eq 8 ]
	grep -q '<svg class="time" role="img"' page.html
}

@test "the page shows what the text says" {
	python3 "$HERE/report_world.py" orders.db 800 3 2026-11-23
	order-report -o html | sed 's/<[^>]*>/ /g; s/  */ /g' >page.txt
	order-report -o text | sed -n 's/^  \(Order lines\|Answered in time\|Line shipments\)  */\1 /p' >lines
	[ "$(wc -l <lines)" -eq 3 ]
	while read -r line; do
		grep -qF "${line%% (*}" page.txt || { echo "$line"; return 1; }
	done <lines
}

@test "bars of a share are drawn against all, others against the longest" {
	printf 'external_ref,channel,sku,quantity\n%s\n%s\n%s\n%s\n' PO-1,email,A,1 \
		PO-2,email,A,1 PO-3,email,A,1 PO-4,phone,A,1 | order-receive -q
	order-report -o html >page.html
	grep -qF 'email</th><td>3</td><td>75.0 %</td><td class="mark"><svg aria-hidden="true"><rect class="track" width="100%" height="100%" rx="2"/><rect class="bar" height="100%" rx="2" width="75.00%"' page.html
	grep -qF 'received</th><td>4</td><td class="mark"><svg aria-hidden="true"><rect class="bar" height="100%" rx="2" width="100.00%"' page.html
	order-report -o text >page.txt
	grep -qxE '  email +3  75\.0 %  #{18}' page.txt
	grep -qxE '  received +4  #{24}' page.txt
}

@test "the hour it was made is one of the company's clock, as its days are" {
	order-config -q timezone=Pacific/Auckland
	export ORDER_NOW=2026-11-23T12:05:00Z
	order-report --from today -o html >page.html
	grep -qF 'as they stood on 24 Nov 2026 at 01:05. Days and times are those of Pacific/Auckland.' page.html
	order-report --from today -o text | tr '\n' ' ' >page.txt
	grep -qF 'from 2026-11-24 to 2026-11-24, as they stood on 2026-11-24 at 01:05 (days and times of Pacific/Auckland).' page.txt
	order-report --from today -o csv | grep -q '^report,as_of,,,2026-11-23T12:05:00Z,'
}

@test "what is not sound is found" {
	order-report -o html >page.html
	for change in 's/<h2 id="h-stock">/<h4>/' 's/lang="en"//' \
		's/<p class="fine">/<p><script>/' 's/href="#ack"/href="#nowhere"/' \
		's/scope="row"//' 's/<\/ul>//'; do
		sed "$change" page.html >bad.html
		! cmp -s page.html bad.html || { echo "nothing changed: $change"; return 1; }
		if sound <bad.html; then echo "not found: $change"; return 1; fi
	done
}

@test "names from outside are text, whatever is in them" {
	order-config -q company_name='</title><script>alert("1")</script> & Co'
	python3 "$HERE/report_world.py" orders.db 50 3 2026-11-23
	sqlite3 orders.db "update orders set channel = '<b onclick=x>' || char(27) || char(8238)"
	order-report -o html >page.html
	sound <page.html
	grep -qF '&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Co' page.html
	grep -qF '&lt;b onclick=x&gt;\u{1b}\u{202e}' page.html
	run ! grep -q $'\033' page.html
}

@test "Chromium shows it on a phone and a desktop, light and dark, and prints it" {
	command -v chromium >/dev/null || skip 'no chromium here'
	python3 "$HERE/../look/look.py" "$PWD/seen" report
	[ "$(find seen -name '*.png' | wc -l)" -eq 24 ]
	[ "$(head -c 5 seen/report-year.pdf)" = %PDF- ]
}
