#!/usr/bin/env bats
# order-check-stock: what else there is, and what the customer lets us do

load ../helper
load ../company
load stock

# GLUE is short; GEL and then PASTE can be sent instead.
setup_file() (
	begin
	order-init
	company
	order-load -q items <<-'END'
	sku,description,unit,unit_price,currency,min_quantity,multiple
	GEL,Glue as a gel,EA,4.00,EUR,0,0
	PASTE,Glue as a paste,EA,5.00,EUR,0,0
	DRUM,Glue by the drum,DR,90.00,EUR,0,0
	PACK,Glue in tens,EA,2.50,EUR,10,10
	END
	instead GLUE,GEL,1 GLUE,PASTE,2
	count GEL 4
	count PASTE 20
	cp orders.db "$BATS_FILE_TMPDIR/company.db"
	teardown
)

instead() {
	{ echo sku,substitute,rank; printf '%s\n' "$@"; } |
		order-load -q substitutes
}

# wishes CUSTOMER BACKORDER SUBSTITUTE
wishes() {
	printf 'customer,backorder_consent,substitute_consent\n%s,%s,%s\n' "$@" |
		order-load -q customers
}

# Each line of an order: item, ordered, and what became of it
became() {
	sql "SELECT item || ' ' || quantity
		|| CASE WHEN rejected THEN ' refused ' || rejected ELSE '' END
		|| CASE WHEN substituted THEN ' replaced ' || substituted ELSE '' END
		|| CASE WHEN allocated THEN ' here ' || allocated ELSE '' END
		|| CASE WHEN backordered THEN ' waits ' || backordered ELSE '' END
		|| CASE WHEN instead_of THEN ' for ' || instead_of ELSE '' END
		FROM v_lines WHERE order_id = ${1:-1} ORDER BY line" | paste -sd,
}

held() {
	sql "SELECT held FROM v_orders WHERE id = ${1:-1}"
}

# The last shortage notice
notice() {
	sql "SELECT document FROM messages WHERE kind = 'shortage'
		ORDER BY id DESC LIMIT 1"
}

# ---- consent ----

@test "both wishes decide, with something instead and without" {
	while read -r backorder substitute some none; do
		cp "$BATS_FILE_TMPDIR/company.db" orders.db
		wishes C-1 "$backorder" "$substitute"
		checked customer,sku,quantity C-1,GLUE,14 C-1,STAMP,9 || true
		is="$(held 1)$(became 1)/$(held 2)$(became 2)"
		want="$some/$none"
		[ "${is// /_}" = "$want" ] || {
			echo "$backorder $substitute: ${is// /_}"
			false
		}
		stays_true
		order-audit --verify
		ledger_agrees
	done <<-'END'
	auto auto GLUE_14_replaced_4_here_10,GEL_4_here_4_for_1 STAMP_9_here_5_waits_4
	auto ask GLUE_14_here_10_waits_4 STAMP_9_here_5_waits_4
	auto never GLUE_14_here_10_waits_4 STAMP_9_here_5_waits_4
	ask auto GLUE_14_replaced_4_here_10,GEL_4_here_4_for_1 consentSTAMP_9_here_5
	ask ask consentGLUE_14_here_10 consentSTAMP_9_here_5
	ask never consentGLUE_14_here_10 consentSTAMP_9_here_5
	never auto GLUE_14_replaced_4_here_10,GEL_4_here_4_for_1 STAMP_9_refused_4_here_5
	never ask consentGLUE_14_here_10 STAMP_9_refused_4_here_5
	never never GLUE_14_refused_4_here_10 STAMP_9_refused_4_here_5
	END
}

@test "the company's wish is for customers who have none" {
	order-config -q substitute_consent=auto backorder_consent=never
	wishes ASK ask never
	checked customer,sku,quantity C-1,GLUE,14 || true
	count GLUE 20
	checked customer,sku,quantity ASK,GLUE,14 || true
	[ "$(became 1)" = 'GLUE 14 replaced 4 here 10,GEL 4 here 4 for 1' ]
	[ "$(held 2)$(became 2)" = 'consentGLUE 14 here 10' ]
}

@test "a substitute is taken only if it covers all of the rest" {
	wishes C-1 auto auto
	checked customer,sku,quantity C-1,GLUE,15
	# Not the four of GEL and one of PASTE
	[ "$(became)" = 'GLUE 15 replaced 5 here 10,PASTE 5 here 5 for 1' ]
	count PASTE 5
	checked customer,sku,quantity C-1,GLUE,1
	[ "$(became 2)" = 'GLUE 1 replaced 1,GEL 1 here 1 for 1' ]
	checked customer,sku,quantity C-1,GLUE,7
	[ "$(became 3)" = 'GLUE 7 waits 7' ]
	stays_true
}

@test "what is sold in another unit, in tens or without a price is no silent substitute" {
	wishes C-1 auto auto
	printf 'sku,substitute,rank\nTAPE,DRUM,1\nTAPE,PACK,2\nTAPE,FREE,3\n' |
		order-load -q substitutes
	count TAPE 0
	count DRUM 50
	count PACK 50
	count FREE 50
	printf 'sku,unit\nTAPE,EA\n' | order-load -q items
	checked customer,sku,quantity C-1,TAPE,12
	[ "$(became)" = 'TAPE 12 waits 12' ]
	checked customer,sku,quantity C-1,TAPE,20
	[ "$(became 2)" = 'TAPE 20 replaced 20,PACK 20 here 20 for 1' ]
}

@test "each line takes its own before another takes it instead" {
	wishes C-1 auto auto
	checked external_ref,customer,line,sku,quantity PO-1,C-1,10,GLUE,12 \
		PO-1,C-1,20,GEL,3
	[ "$(became)" = 'GLUE 12 replaced 2 here 10,GEL 3 here 3,PASTE 2 here 2 for 10' ]
	[ "$(sql 'SELECT line FROM lines' | paste -sd' ')" = '10 20 21' ]
	stays_true
}

@test "an order of the most lines there can be has no room for another" {
	wishes C-1 auto auto
	count TAPE 20000
	{ echo external_ref,customer,channel,sku,quantity
	yes PO-1,C-1,email,TAPE,1 | head -n 9999
	echo PO-1,C-1,email,GLUE,12; } | order-receive | order-verify -q
	run --separate-stderr order-check-stock $R1
	[ "$status" -eq 0 ]
	[ "$(sql 'SELECT count(*), sum(backordered) FROM lines')" = '10000|2000' ]
	stays_true
}

# ---- what it costs, and what is said of it ----

@test "the substitute is charged at the customer's price, and the total follows" {
	wishes C-1 auto auto
	printf 'sku,currency,customer,min_quantity,unit_price\nGEL,EUR,C-1,0,3.50\n' |
		order-load -q prices
	checked customer,sku,quantity,unit_price,total C-1,GLUE,14,3.00,42.00
	[ "$(sql 'SELECT unit_price, amount FROM v_lines ORDER BY line' |
		paste -sd' ')" = '3.00|30.00 3.50|14.00' ]
	[ "$(sql 'SELECT total FROM v_orders')" = 44.00 ]
	# Verifying again finds nothing: neither price nor total.
	order-verify -q $R1
	[ "$(sql 'SELECT count(*) FROM findings')" = 0 ]
	[ "$(held)" = '' ]
	stays_true
}

@test "a total with tax in its prices stays right with a substitute" {
	wishes C-1 auto auto
	checked customer,sku,quantity,unit_price,tax,total \
		C-1,GLUE,14,3.00,6.71,42.00
	[ "$(sql 'SELECT tax_contained, total FROM orders')" = '1|4600' ]
	stays_true
}

@test "the rest that is left of a break keeps the price of what was ordered" {
	printf 'sku,currency,min_quantity,unit_price\nGLUE,EUR,0,3.00\nGLUE,EUR,12,2.00\n' |
		order-load -q prices
	wishes C-1 auto auto
	checked customer,sku,quantity,unit_price C-1,GLUE,14,2.00
	order-verify -q $R1
	[ "$(sql 'SELECT count(*) FROM findings')$(held)" = 0 ]
	[ "$(sql 'SELECT unit_price FROM v_lines WHERE line = 1')" = 2.00 ]
}

@test "a rest that is no full pack is no finding" {
	printf 'sku,substitute,rank\nBOX,PASTE,1\n' | order-load -q substitutes
	wishes C-1 auto auto
	count BOX 95
	checked customer,sku,quantity C-1,BOX,100
	[ "$(became)" = 'BOX 100 replaced 5 here 95,PASTE 5 here 5 for 1' ]
	order-verify -q $R1
	[ "$(held)" = '' ]
}

@test "an order is no twin of itself with a substitute: it is one as it was ordered" {
	wishes C-1 auto auto
	checked customer,sku,quantity C-1,GLUE,14
	before=$(sql 'SELECT twin FROM orders')
	order-verify -q $R1
	[ "$(sql 'SELECT twin FROM orders')" = "$before" ]
	ready external_ref,customer,sku,quantity PO-2,C-1,GLUE,14 || true
	[ "$(held 2)" = duplicate ]
}

@test "the acknowledgment says what is sent instead, in words and codes" {
	wishes C-1 auto auto
	count GLUE 0
	acked external_ref,customer,sku,quantity PO-1,C-1,GLUE,4 PO-1,C-1,TAPE,1 || true
	run --separate-stderr order-ack --preview -o json $R1
	[ "$(json '[(l["line"], l["answer_code"], l["peppol_code"]) for l in d["lines"]]' <<<"$output")" = \
		"[(1, 'IS', '3'), (2, 'IA', '5'), (3, 'IA', '1')]" ]
	sql "SELECT document FROM messages WHERE kind = 'acknowledgment'" >d
	[ "$(json '[d["code"], d["lines"][0]["substituted"], d["lines"][0]["substitute_sku"], d["lines"][2]["instead_of"], d["lines"][2]["is_substitute"], d["total"]]' <d)" = \
		"['CA', '4', 'GEL', 1, True, '18.00']" ]
}

@test "part of it instead is a change of the line" {
	wishes C-1 auto auto
	acked customer,sku,quantity C-1,GLUE,14
	[ "$(sql "SELECT document FROM messages WHERE kind = 'acknowledgment'" |
		json '[l["answer_code"] for l in d["lines"]]')" = "['IC', 'IA']" ]
}

@test "alternatives are named where some is there, but not to who never wants any" {
	count GEL 0
	wishes C-1 auto ask
	wishes ASK auto never
	acked external_ref,customer,sku,quantity PO-1,C-1,GLUE,14 PO-2,ASK,GLUE,4
	[ "$(sql "SELECT document FROM messages WHERE order_id = 1" |
		json '[(a["sku"], a["available"], a["unit_price"]) for a in d["lines"][0]["alternatives"]]')" = \
		"[('PASTE', '20', '5.00')]" ]
	[ "$(sql "SELECT document FROM messages WHERE order_id = 2" |
		json 'd["lines"][0].get("alternatives", [])')" = '[]' ]
	# What was named is kept with its price.
	[ "$(sql 'SELECT order_id, line, sku, rank, quantity, unit_price FROM offers')" = \
		'1|1|PASTE|1|20000|5000000' ]
}

@test "who is asked is told date and alternatives; who never waits, the alternatives" {
	supply S-1,GLUE,20,2026-12-04
	wishes C-1 ask ask
	checked customer,sku,quantity C-1,GLUE,14 || true
	[ "$(notice | json '[d["lines"][0]["backorder_on"], len(d["lines"][0]["alternatives"]), d.get("no_backorder")]')" = \
		"['2026-12-04', 2, None]" ]
	[ "$(sql 'SELECT sku, rank, quantity, unit_price, expected_on FROM offers ORDER BY rank' | paste -sd' ')" = \
		'|0|4000||2026-12-04 GEL|1|4000|4000000| PASTE|2|20000|5000000|' ]
	wishes C-1 ask never
	checked customer,sku,quantity C-1,GLUE,3 || true
	[ "$(notice | json '[d["lines"][0]["backorder_on"], d["lines"][0]["alternatives"]]')" = \
		"['2026-12-04', []]" ]
	wishes C-1 never ask
	checked customer,sku,quantity C-1,GLUE,2 || true
	[ "$(notice | json '[d["no_backorder"], d["lines"][0].get("backorder_on"), len(d["lines"][0]["alternatives"])]')" = \
		'[True, None, 2]' ]
}

@test "an order that ships complete goes with what may be sent instead" {
	wishes WHOLE auto auto
	checked external_ref,customer,line,sku,quantity PO-1,WHOLE,1,GLUE,14 \
		PO-1,WHOLE,2,TAPE,1
	[ "$(held)" = '' ]
	[ "$(became)" = 'GLUE 14 replaced 4 here 10,TAPE 1 here 1,GEL 4 here 4 for 1' ]
	stays_true
	# Nothing is taken where one line stays short.
	before=$(sql 'SELECT sum(allocated) FROM stock')
	checked external_ref,customer,line,sku,quantity PO-2,WHOLE,1,GLUE,3 \
		PO-2,WHOLE,2,STAMP,9 || true
	[ "$(held 2)" = stock ]
	[ "$(became 2)" = 'GLUE 3,STAMP 9' ]
	[ "$(sql "SELECT reason FROM holds")" = 'short: GLUE STAMP' ]
	[ "$(sql 'SELECT sum(allocated) FROM stock')" = "$before" ]
	stays_true
	order-audit --verify
	ledger_agrees
	instead STAMP,PASTE,1
	order-check-stock -q --pending
	[ "$(became 2)" = 'GLUE 3 replaced 3,STAMP 9 replaced 4 here 5,PASTE 3 here 3 for 1,PASTE 4 here 4 for 2' ]
	[ "$(held 2)" = '' ]
	stays_true
}

# ---- waiting for an answer ----

@test "a question ends by itself when all of it is there, and is not asked any more" {
	wishes C-1 ask ask
	checked external_ref,customer,sku,quantity PO-1,C-1,GLUE,14 PO-1,C-1,STAMP,9 || true
	[ "$(held)" = consent ]
	count GLUE 14
	# One of two: it goes on waiting, and --pending does not speak of it.
	run --separate-stderr order-check-stock --pending
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -le 1 ]
	run --separate-stderr order-check-stock $R1
	[ "$(cells reason <<<"$output")" = consent-needed ]
	[ "$(became)" = 'GLUE 14 here 10,STAMP 9 here 5' ]
	count STAMP 9
	run --separate-stderr order-check-stock --pending
	[ "$status" -eq 0 ]
	[ "$(cells result <<<"$output")|$(cells held <<<"$output")" = 'ok|' ]
	[ "$(became)" = 'GLUE 14 here 14,STAMP 9 here 9' ]
	[ "$(sql 'SELECT kind, state FROM messages')" = 'shortage|cancelled' ]
	[ "$(sql "SELECT answer FROM holds WHERE hold = 'consent'")" = filled ]
	order-ack -q --queue-only --due
	[ "$(sql 'SELECT status, ack FROM orders')" = 'confirmed|accepted' ]
	stays_true
	ledger_agrees
}

@test "a question that was sent stays sent when it ends by itself" {
	wishes C-1 ask ask
	checked customer,sku,quantity C-1,GLUE,14 || true
	order-notify -q
	count GLUE 14
	order-check-stock -q $R1
	[ "$(held)" = '' ]
	[ "$(sql 'SELECT state FROM messages')" = sent ]
}

@test "nobody needs to be phoned about what is there by now" {
	wishes QUIET ask ask
	checked customer,sku,quantity QUIET,GLUE,14 || true
	[ "$(sql 'SELECT state FROM messages')" = by-hand ]
	count GLUE 14
	order-check-stock -q --pending
	[ "$(sql 'SELECT state FROM messages')" = cancelled ]
	run --separate-stderr order-notify --told 1
	[ "$status" -eq 1 ]
}

# ---- many at once ----

@test "two orders that want the last substitute: one has it, one waits" {
	printf 'sku,on_hand\nGLUE,0\nPASTE,0\n' | order-load -q stock
	wishes C-1 auto auto
	checked external_ref,customer,sku,quantity PO-1,C-1,GLUE,3 PO-2,C-1,GLUE,4
	[ "$(became 1)" = 'GLUE 3 replaced 3,GEL 3 here 3 for 1' ]
	[ "$(became 2)" = 'GLUE 4 waits 4' ]
	stays_true
}

@test "eight at once want the last substitutes: none is sold twice" {
	printf 'sku,on_hand\nGLUE,0\nPASTE,0\nGEL,11\n' | order-load -q stock
	order-config -q rule.duplicate=off
	wishes C-1 auto auto
	{ echo external_ref,customer,sku,quantity
	seq -f 'PO-%g,C-1,GLUE,2' 40; } | order-receive --channel email |
		order-verify -q
	sql 'SELECT ref FROM orders' >refs
	for i in 0 1 2 3 4 5 6 7; do
		{ echo ref; awk "NR % 8 == $i" refs; } |
			order-check-stock -q & pids[i]=$!
	done
	for p in "${pids[@]}"; do
		wait "$p"
	done
	[ "$(sql "SELECT sum(substituted), sum(backordered), max(instead_of)
		FROM lines WHERE item = 'GLUE'")" = '10000|70000|0' ]
	[ "$(stock GEL)" = '11|10|1' ]
	stays_true
	order-audit --verify
	ledger_agrees
}

# ---- what the record says ----

@test "the trail tells the substitute, the lists show it" {
	wishes C-1 auto auto
	checked customer,sku,quantity C-1,GLUE,14
	order-audit $R1 -o table | grep -q 'line 1: 4 substituted by GEL as line 2'
	order-status --lines $R1 >lines
	[ "$(cells substituted <lines | paste -sd' ')" = '4 0' ]
	[ "$(cells instead_of <lines | paste -sd' ')" = '0 1' ]
	[ "$(order-status --full $R1 | json '[l["instead_of"] for l in d["lines"]]')" = '[0, 1]' ]
}

@test "a substitute that its line does not know of is a breach with a name" {
	wishes C-1 auto auto
	checked customer,sku,quantity C-1,GLUE,14
	sql "UPDATE lines SET substituted = 3000 WHERE line = 1"
	run --separate-stderr order-audit --check
	[ "$status" -eq 1 ]
	[[ $output == *line-substitute*'line 1: 3 is substituted, but the lines instead of it make 4'* ]]
	sql "UPDATE lines SET substituted = 4000 WHERE line = 1"
	sql "UPDATE lines SET instead_of = 9 WHERE line = 2"
	run --separate-stderr order-audit --check
	[[ $output == *line-substitute*'line 2: is instead of line 9, which is not there'* ]]
}

# ---- changes ----

@test "an order that is changed is decided anew: the substitute's stock goes back" {
	wishes C-1 auto auto
	acked external_ref,customer,line,sku,quantity,instructions \
		PO-1,C-1,1,GLUE,14,a PO-1,C-1,2,TAPE,1,a
	[ "$(stock GEL)" = '4|4|0' ]
	count GLUE 20
	printf '%s\n' external_ref,customer,line,sku,quantity,instructions \
		PO-1,C-1,1,GLUE,14,b PO-1,C-1,2,TAPE,1,b |
		order-receive -q --channel email --amend
	[ "$(became)" = 'GLUE 14 here 10,TAPE 1 here 1' ]
	[ "$(stock GEL)" = '4|0|4' ]
	stays_true
	order-audit --verify
	# No change of theirs speaks of it, an event does.
	[ "$(sql "SELECT detail FROM v_events WHERE kind = 'amended'" |
		grep -c GEL)" = 0 ]
	order-audit $R1 -o table |
		grep -q 'line 3: 4 of GEL not sent instead of line 1 any more'
	order-verify -q $R1
	order-check-stock -q $R1
	[ "$(became)" = 'GLUE 14 here 14,TAPE 1 here 1' ]
	stays_true
}

@test "a changed line of an order with a substitute, short again, is substituted anew" {
	wishes C-1 auto auto
	checked external_ref,customer,line,sku,quantity PO-1,C-1,1,GLUE,14
	printf 'external_ref,customer,line,sku,quantity\nPO-1,C-1,1,GLUE,12\n' |
		order-receive -q --channel email --amend
	order-verify -q $R1
	order-check-stock -q $R1
	[ "$(became)" = 'GLUE 12 replaced 2 here 10,GEL 2 here 2 for 1' ]
	stays_true
	ledger_agrees
}

@test "a new line may have the number of a substitute" {
	wishes C-1 auto auto
	checked external_ref,customer,line,sku,quantity PO-1,C-1,1,GLUE,14
	printf 'external_ref,customer,line,sku,quantity\nPO-1,C-1,1,GLUE,14\nPO-1,C-1,2,TAPE,3\n' |
		order-receive -q --channel email --amend
	[ "$(became)" = 'GLUE 14 here 10,TAPE 3' ]
	stays_true
	order-verify -q $R1
	order-check-stock -q $R1
	[ "$(became)" = 'GLUE 14 replaced 4 here 10,TAPE 3 here 3,GEL 4 here 4 for 1' ]
	stays_true
	ledger_agrees
}

@test "a change that orders the substitute itself keeps its stock" {
	wishes C-1 auto auto
	checked external_ref,customer,line,sku,quantity PO-1,C-1,1,GLUE,14
	printf 'external_ref,customer,line,sku,quantity\nPO-1,C-1,1,GLUE,10\nPO-1,C-1,2,GEL,4\n' |
		order-receive -q --channel email --amend
	[ "$(became)" = 'GLUE 10 here 10,GEL 4 here 4' ]
	[ "$(sql 'SELECT sum(substituted) FROM lines')" = 0 ]
	stays_true
	ledger_agrees
}

@test "what was asked is forgotten with the content it was about" {
	wishes C-1 ask ask
	checked external_ref,customer,line,sku,quantity PO-1,C-1,1,GLUE,14 || true
	printf 'external_ref,customer,line,sku,quantity\nPO-1,C-1,1,GLUE,13\n' |
		order-receive -q --channel email --amend
	[ "$(sql 'SELECT count(*) FROM offers')" = 0 ]
	order-verify -q $R1
	run order-check-stock -q $R1
	[ "$(notice | json 'd["lines"][0]["backordered"]')" = 3 ]
	stays_true
}
