# What the tests with a real SMTP server share: smtpd.py for a file of tests,
# msmtp before it, and orders whose acknowledgments go to any address.
load lib

setup_file() {
	SMTP=$BATS_FILE_TMPDIR/smtp
	mkdir "$SMTP"
	mkfifo "$SMTP/port" "$SMTP/asks" "$SMTP/go"
	"$PIPE/smtpd.py" "$SMTP" >"$SMTP/port" 2>"$SMTP/said" 3>&- &
	(
		begin
		order-init
		company
		cp orders.db "$BATS_FILE_TMPDIR/company.db"
		teardown
	)
	read -r SMTP_PORT <"$SMTP/port"
	export SMTP SMTP_PORT
}

# The server ends with its folder.
teardown_file() {
	rm -rf "$SMTP"
}

setup() {
	begin
	rm -f "$SMTP"/mails/* "$SMTP/log"
	cp "$BATS_FILE_TMPDIR/company.db" orders.db
	plan </dev/null
	msmtp_is
}

# msmtp with these lines of configuration more: msmtp_is [LINE...]
# shellcheck disable=SC2120
msmtp_is() {
	printf '%s\n' 'account default' 'host 127.0.0.1' "port $SMTP_PORT" \
		"$@" >msmtprc
	chmod 600 msmtprc
	order-config -q mail_command="/usr/bin/msmtp -C $TEST_DIR/msmtprc"
}

# How the server behaves, from stdin; see smtpd.py.
plan() {
	cat >"$SMTP/plan.new"
	mv "$SMTP/plan.new" "$SMTP/plan"
}

# One order and its acknowledgment, queued, for each: letters ADDRESS...
letters() {
	local n=0 to
	{
		echo external_ref,channel,customer,email,sku,quantity
		for to; do
			echo "PO-$((++n)),email,C-$((n % 40 + 1)),$to,A-1,1"
		done
	} | order-receive | order-verify | order-check-stock |
		order-ack --queue-only -q
	[ "$(states)" = "queued $#" ]
}

states() {
	sql 'SELECT state, count(*) FROM messages GROUP BY 1' | tr '|\n' '  ' |
		sed 's/ $//'
}

# state ADDRESS: state, attempts and error of its message
state() {
	sql "SELECT state, attempts, error FROM messages WHERE recipient = '$1'"
}

# The numbers under which the server kept what came for it: kept ADDRESS
kept() {
	awk -v to="$1" '$1 == to && $4 { print $4 }' "$SMTP/log"
}

# as_shown ADDRESS COPIES: so many arrived, each byte for byte as --show says,
# from our address
as_shown() {
	local id n
	id=$(sql "SELECT id FROM messages WHERE recipient = '$1'")
	order-notify --show "$id" | sed 's/$/\r/' >shown
	[ "$(kept "$1" | wc -l)" -eq "$2" ] || return 1
	for n in $(kept "$1"); do
		cmp "$SMTP/mails/$n" shown || return 1
	done
	! awk -v to="$1" '$1 == to { print $3 }' "$SMTP/log" |
		grep -vx orders@example.com
}

at() {
	ORDER_NOW=2026-11-23T$1:00Z "${@:2}"
}
