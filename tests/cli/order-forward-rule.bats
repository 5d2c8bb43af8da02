#!/usr/bin/env bats
# What goes to fulfilment is one rule: order-forward --pending finds the orders
# that order-forward takes, and order-status --attention names those of them
# whose day is over, no other.

load ../helper
load ../company
load forward

# The reference of an order: ref KEY
ref() {
	sql "SELECT ref FROM orders WHERE external_ref = '$1'"
}

report() {
	local key=$1
	shift
	order-update -q "$(ref "$key")" "$@" 2>>said || true
}

# Orders in every state, by what they are called.
orders() {
	order-config -q rule.duplicate=off
	printf 'sku,on_hand\nGLUE,0\nFILM,20.5\nTAPE,100\n' | order-load -q stock
	confirmed external_ref,customer,sku,quantity,requested_on \
		ready,C-1,TAPE,1, held,C-1,TAPE,1, \
		some-of-it,C-1,FILM,50, some-of-it,,TAPE,1, none-of-it,C-1,FILM,3, \
		some-but-complete,FIRST,TAPE,1, some-but-complete,,FILM,3, \
		not-acknowledged,WHOLE,TAPE,1, not-acknowledged,,FILM,3, \
		all-and-complete,WHOLE,TAPE,1, all-and-complete,,BOX,50, \
		wanted-later,C-1,TAPE,1,2027-03-01 wanted-soon,C-1,TAPE,1,2027-01-06 \
		wanted-before,C-1,TAPE,1,2026-12-20 wanted-later-and-asked,C-1,TAPE,1,2027-03-01 \
		gone,C-1,TAPE,1, shipped,C-1,TAPE,1, cancelled,C-1,TAPE,1, \
		problem,C-1,TAPE,1, \
		asked,C-1,TAPE,2, asked-and-told,C-1,TAPE,2, asked-and-held,C-1,TAPE,2, \
		refused,C-1,TAPE,2,
	confirmed external_ref,customer,sku,quantity,requested_on \
		more,C-1,TAPE,2, more,,GLUE,5, \
		more-line-1-asked,C-1,TAPE,2, more-line-1-asked,,GLUE,5, \
		more-line-2-asked,C-1,TAPE,2, more-line-2-asked,,GLUE,5, \
		more-all-asked,C-1,TAPE,2, more-all-asked,,GLUE,5, \
		more-line-1-untold,C-1,TAPE,2, more-line-1-untold,,GLUE,5, \
		more-line-1-refused,C-1,TAPE,2, more-line-1-refused,,GLUE,5, \
		more-line-1-taken,C-1,TAPE,2, more-line-1-taken,,GLUE,5, \
		more-and-held,C-1,TAPE,2, more-and-held,,GLUE,5,
	printf 'customer,ship_policy\nFIRST,complete\n' | order-load -q customers
	# what has been handed over, and what was said of it
	for key in gone shipped problem asked asked-and-told asked-and-held refused \
		more more-line-{1,2}-asked more-all-asked \
		more-line-1-{untold,refused,taken} more-and-held; do
		[[ $(forward "$(ref $key)") == ok* ]] || { echo "$key"; cat err; return 1; }
	done
	forward --early "$(ref wanted-later-and-asked)" >>said
	report shipped shipped
	report cancelled cancelled
	report problem problem --reason 'not found'
	for key in asked-and-told refused more-all-asked; do
		report $key cancelled --reason 'too many'
	done
	for key in more-line-1-asked more-line-1-refused more-line-1-taken; do
		report $key cancelled --line 1 --reason 'too many'
	done
	report more-line-2-asked cancelled --line 2 --reason 'too many'
	for key in asked-and-told refused more-all-asked more-line-{1,2}-asked \
		more-line-1-{refused,taken}; do
		[[ $(forward "$(ref $key)") == ok* ]] || { echo "$key"; cat err; return 1; }
	done
	report refused cancel-refused --reason 'too late'
	report more-line-1-refused cancel-refused --line 1 --reason 'too late'
	report more-line-1-taken cancelled --line 1 --event-id taken
	for key in asked wanted-later-and-asked asked-and-held; do
		report $key cancelled --reason 'too many'
	done
	report more-line-1-untold cancelled --line 1 --reason 'too many'
	# the rest has come
	printf 'sku,on_hand\nGLUE,100\n' | order-load -q stock
	order-check-stock -q --backorders || true
	for key in held asked-and-held more-and-held; do
		report $key hold --reason 'ask the boss'
	done
	# not verified, rejected
	receive external_ref,customer,sku,quantity received,C-1,TAPE,1 >/dev/null
	good rejected >/dev/null
	report rejected reject --reason 'no business'
}

# Which of all orders it names, by their keys: keys_of REF...
keys_of() {
	tr ' ' '\n' | sort -u | while read -r ref; do
		sql "SELECT external_ref FROM orders WHERE ref = '$ref'"
	done | sort
}

taken_one_by_one() {
	for ref in $(sql 'SELECT ref FROM orders ORDER BY id'); do
		[[ $(order-forward --to fulfilment --dir drop -n -o csv "$ref" 2>>said |
			column result) != ok ]] || echo "$ref"
	done | keys_of
}

found_pending() {
	order-forward --to fulfilment --dir drop -n -o csv --pending 2>>said |
		columns ref | keys_of
}

# Those that wait for order-forward, for goods or to tell of a request.
named() {
	{ order-status --attention -o csv || true; } >attention
	sqlite3 :memory: '.import --csv attention t' "SELECT ref FROM t
		WHERE what = 'not-forwarded' OR (what = 'cancel-request'
		AND detail LIKE '%, the warehouse was not told%')" | keys_of
}

@test "what order-forward takes, what --pending finds and what --attention names" {
	mkdir drop
	orders
	[ "$(sql "SELECT group_concat(DISTINCT status) FROM
		(SELECT status FROM orders ORDER BY status)")" = \
		cancelled,completed,confirmed,received,rejected,released,verified ]
	# all are past the day they were to be processed on
	export ORDER_NOW=2027-01-05T12:00:00Z
	cat >expected <<-'END'
	all-and-complete
	asked
	asked-and-held
	more
	more-line-1-asked
	more-line-1-refused
	more-line-1-taken
	more-line-1-untold
	ready
	some-of-it
	wanted-before
	wanted-later-and-asked
	wanted-soon
	END
	diff expected <(taken_one_by_one)
	diff expected <(found_pending)
	diff expected <(named)
	# and once they are taken, there is nothing left
	forward --pending >/dev/null
	[ "$(taken_one_by_one)" = '' ]
	[ "$(found_pending)" = '' ]
	[ "$(named)" = '' ]
	order-audit --check
}
