#!/usr/bin/env bats
# What cron asks for every few minutes is found by an index, however many
# orders there are.

load lib

# The text of a statement in a source: statement FILE NAME
statement() {
	awk -v name="$2" '
		$0 ~ "^static const char " name "\\[\\] =" { on = 1; next }
		on {
			end = /;$/
			sub(/^[\t ]*"/, ""); sub(/";?$/, ""); print
			if (end) exit
		}' "$ROOT/lib/order/$1" | tr -d '\n'
}

# The same of one made of macros: made_of FILE NAME
made_of() {
	(cd "$ROOT" && ${CC:-cc} -E -P -Iinclude -Ilib/order "lib/$1" | tr '\n' ' ') |
		grep -o "static const char $2\[\] = [^;]*;" |
		sed -e 's/^[^"]*"//' -e 's/" *"//g' -e 's/" *;$//'
}

# How SQLite goes about it: plan STATEMENT
plan() {
	(cd "$BATS_TEST_TMPDIR" && order-init -d orders.db)
	sqlite3 "$BATS_TEST_TMPDIR/orders.db" "EXPLAIN QUERY PLAN $1"
}

# looks_up FILE NAME: no order is looked at that is not in work or unanswered
looks_up() {
	sql=$(statement "$1" "$2")
	[[ $sql == 'SELECT '* ]] || { echo "no $2 in $1"; return 1; }
	run plan "$sql"
	[ "$status" -eq 0 ]
	[[ $output != *SCAN* && $output =~ orders_(in_work|unanswered) ]] ||
		{ echo "$output"; return 1; }
}

@test "order-verify --pending looks at what is received only" {
	looks_up verify.c SQL_PENDING
}

@test "order-check-stock --pending looks at what is verified only" {
	looks_up check_stock.c SQL_PENDING
}

@test "order-ack --due looks at what is verified or unanswered only" {
	looks_up ack.c SQL_DUE
}

@test "looking for overdue orders looks at what is unanswered only" {
	looks_up ack.c SQL_OVERDUE
}

# looks_at FILE NAME INDEX
looks_at() {
	run plan "$(statement "$1" "$2")"
	[[ $output != *SCAN* && $output == *$3* ]] || { echo "$output"; return 1; }
}

# The statements of a list begin with the same columns, which are a macro.
lists_by() {
	sql=$(awk -v name="$1" '$0 ~ "^static const char " name "\\[\\] =" { on = 1; next }
		on { print } on && /;$/ { exit }' "$ROOT/lib/order/message_list.c" |
		sed -E 's/^[\t ]*ROWS "/SELECT v.ref/; s/" ASKED "/ 1/; s/^[\t ]*"//; s/";?$//' |
		tr -d '\n')
	run plan "$sql"
	[ "$status" -eq 0 ]
	[[ $output != *SCAN* && $output == *"$2"* ]] || { echo "$output"; return 1; }
}

@test "what was told about an order, to an address or to a customer is looked up" {
	lists_by SQL_OF_ORDER 'sqlite_autoindex_messages_1 (order_id=?'
	lists_by SQL_TO_ADDRESS 'INDEX messages_to (recipient=?'
	lists_by SQL_TO_CUSTOMER 'INDEX orders_of_account (account=?'
	lists_by SQL_TO_CUSTOMER 'INDEX orders_in_work (status=?'
	lists_by SQL_TO_CUSTOMER 'sqlite_autoindex_messages_1 (order_id=?'
	looks_at message_list.c SQL_EVER_TO messages_to
	looks_at message_list.c SQL_EVER_GIVEN orders_in_work
}

# looks_at_open_holds FILE NAME: no hold is looked at that has ended
looks_at_open_holds() {
	sql=$(statement "$1" "$2")
	[[ $sql == 'SELECT '* ]] || { echo "no $2 in $1"; return 1; }
	run plan "$sql"
	[ "$status" -eq 0 ]
	[[ $output =~ SCAN\ h\ USING\ (COVERING\ )?INDEX\ holds_open ]] || { echo "$output"; return 1; }
	[[ ${output//SCAN h /} != *SCAN* ]] || { echo "$output"; return 1; }
}

@test "order-resolve --chase looks at open holds only" {
	looks_at_open_holds chase.c SQL_DUE
}

@test "order-resolve --list looks at open holds only" {
	looks_at_open_holds question.c SQL_HOLDS
}

@test "order-forward --pending looks at what is confirmed or released only" {
	run plan "$(made_of order/forward.c SQL_PENDING)"
	[ "$status" -eq 0 ]
	[[ $output != *SCAN* && $output == *orders_in_hand* &&
		$output == *'q USING INDEX cancel_requests_open'* ]] ||
		{ echo "$output"; return 1; }
	looks_at cancel_request.c SQL_OPEN cancel_requests_open
}

@test "movements are read from where the last hand-off ended" {
	looks_at forward_movements.c SQL_UPTO sqlite_autoindex_handoffs_1
	looks_at forward_movements.c SQL_MOVEMENTS 'SEARCH m USING INTEGER PRIMARY KEY (rowid>?)'
}

# hands_by NAME INDEX: the statements of hand-offs begin with the same columns
hands_by() {
	sql=$(awk -v name="$1" '$0 ~ "^static const char " name "\\[\\] =" { on = 1; next }
		on { print } on && /;$/ { exit }' "$ROOT/lib/order/handoff.c" |
		sed -E 's/^[\t ]*ROW/"SELECT h.id"/; s/FROM_HANDOFFS/" FROM handoffs AS h"/; s/[\t ]*"([^"]*)"/\1/g; s/;$//' |
		tr -d '\n')
	run plan "$sql"
	[ "$status" -eq 0 ]
	[[ $output == *"$2"* && ! $output =~ SCAN\ h($|[[:space:]]) ]] || { echo "$sql"; echo "$output"; return 1; }
}

@test "hand-offs that are not written, open or of an order are looked up" {
	hands_by SQL_UNWRITTEN handoffs_unwritten
	hands_by SQL_PAGE_OPEN handoffs_open
	hands_by SQL_PAGE_OPEN handoffs_unwritten
	hands_by SQL_PAGE_ORDER 'sqlite_autoindex_handoffs_1 (order_id=?'
}

@test "looking at all orders is seen" {
	run plan "SELECT ref FROM orders WHERE status = 'rejected'"
	[[ $output == *'SCAN orders'* ]]
}

# plan_in FILE NAME: of a statement of lib/cli
plan_in() {
	sql=$(made_of "cli/$1" "$2")
	[[ $sql == 'SELECT '* ]] || { echo "no $2 in $1"; return 1; }
	run plan "$sql"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

# never_all FILE NAME INDEX...: no order, line, event, message or movement is
# looked at but by one of these
never_all() {
	local file=$1 name=$2
	shift 2
	plan_in "$file" "$name" || return 1
	! grep -E 'SCAN (orders|o|lines|l|events|v|messages|m|stock_ledger|shipments)( |$)' \
		<<<"$output" | grep -v 'USING .*INDEX' || { echo "$name"; return 1; }
	for index; do
		[[ $output == *"$index"* ]] || { echo "$name: $output"; return 1; }
	done
}

@test "--attention looks at nothing that has ended" {
	never_all attention_answers.c SQL_ACKS orders_unanswered
	never_all attention_answers.c SQL_HOLD
	never_all attention_answers.c SQL_INQUIRIES inquiries_open
	never_all attention_mail.c SQL_STOPPED messages_waiting
	never_all attention_mail.c SQL_STUCK messages_stuck
	never_all attention_mail.c SQL_FAILED messages_waiting
	never_all attention_mail.c SQL_REJECTS
	never_all attention_goods.c SQL_STOCK orders_in_work orders_in_hand
	never_all attention_goods.c SQL_LATE orders_in_hand
	never_all attention_goods.c SQL_UNFORWARDED orders_in_hand
	never_all attention_goods.c SQL_HANDOFFS handoffs_open
	never_all attention_goods.c SQL_CANCELS cancel_requests_open
}

@test "--health looks at no order that is answered and not held" {
	never_all health.c SQL_OVERDUE orders_unanswered
	never_all health.c SQL_QUEUED messages_waiting
	never_all health.c SQL_DEAD messages_stuck
	never_all health.c SQL_HELD holds_open
	plan_in health.c SQL_HEAD
	[[ $output != *B-TREE* ]]	# the end of the table, nothing is sorted
}

@test "order-audit --check looks at each question, request and hand-off once" {
	# all events at most: those of an order, and what they tell of, by index
	for name in SQL_REQUESTS SQL_REQUEST_EVENTS SQL_INQUIRIES SQL_INQUIRY_EVENTS \
		SQL_HANDOFF_ANSWERS; do
		run plan "$(made_of order/audit_answers.c $name)"
		[ "$status" -eq 0 ]
		[[ $(grep -c SCAN <<<"$output") -eq 1 && $output != *AUTOMATIC* &&
			$output =~ ^'QUERY PLAN'$'\n''|--SCAN ' ]] || { echo "$name: $output"; return 1; }
	done
	# events about no order are many, movements too
	run plan "$(made_of order/audit_records.c SQL_HANDOFFS)"
	[[ $output == *'MATERIALIZE f'* && $output == *'SEARCH f USING AUTOMATIC'* ]] ||
		{ echo "$output"; return 1; }
}
