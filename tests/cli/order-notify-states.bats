#!/usr/bin/env bats
# What a person may do about a message in which state, as the page says it

load ../helper
load notify

MAN=$BATS_TEST_DIRNAME/../../man/order-notify.1

# The rows of the page's table: STATE TOLD RETRY RESEND CANCEL
table() {
	sed -n '/^\.Ss Who may do/,/^\.El/s/^\.It Cm //p' "$MAN" | sed 's/ Ta / /g'
}

# What message 1 is after an option, or "no": after STATE OPTION
after() {
	local to=jo@example.org status=0 was now
	[ "$1" != by-hand ] || to=
	rm -f orders.db orders.db-wal orders.db-shm
	order-init
	queue 1 receipt "$to"
	sql "UPDATE messages SET state = '$1', next_try_at = $NOW + 60"
	was=$(sql 'SELECT count(*) FROM events; SELECT * FROM messages')
	if [ "$2" = --resend ]; then
		order-notify -q --resend 1 --to al@example.org 2>said || status=$?
	else
		order-notify -q "$2" 1 2>said || status=$?
	fi
	now=$(sql 'SELECT count(*) FROM events; SELECT * FROM messages')
	if [ $status -eq 1 ]; then
		[ "$now" = "$was" ] && grep -q "message 1 is $1" said && echo no
	elif [ $status -eq 0 ]; then
		[ ! -s said ] || { cat said; return 1; }
		[ "$2" != --resend ] || [ "$(sql 'SELECT state, recipient
			FROM messages WHERE id = 2')" = 'queued|al@example.org' ]
		[ "$2" = --resend ] || [ "$(sql 'SELECT max(id) FROM messages')" -eq 1 ]
		sql 'SELECT state FROM messages WHERE id = 1'
	fi
}

@test "every option in every state does what the table of order-notify(1) says" {
	[ "$(table | cut -d' ' -f1 | sort | tr '\n' ' ')" = \
		'by-hand cancelled dead failed queued sent ' ]
	while read -r state told retry resend cancel; do
		for pair in --told:$told --retry:$retry --resend:$resend \
			--cancel:$cancel; do
			found=$(after "$state" "${pair%:*}" </dev/null)
			[ "$found" = "${pair#*:}" ] || {
				echo "$state $pair: $found"
				return 1
			}
		done
	done < <(table)
}

@test "what is so already stays so, without an event" {
	queue 3
	sql "UPDATE messages SET state = CASE id WHEN 1 THEN 'sent'
		WHEN 2 THEN 'cancelled' ELSE 'queued' END"
	before=$(sql 'SELECT count(*) FROM events; SELECT * FROM messages')
	order-notify -q --told 1
	order-notify -q --cancel 2
	order-notify -q --retry 3
	[ "$(sql 'SELECT count(*) FROM events; SELECT * FROM messages')" = "$before" ]
}
