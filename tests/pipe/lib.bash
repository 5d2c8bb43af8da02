# What the tests of whole pipelines share: a small company, orders in any
# number, and an independent look at the store.
PIPE=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
load "$PIPE/../helper"
export PYTHONDONTWRITEBYTECODE=1	# nothing is left in the source tree

# What hangs is ended, where bats can see to that.
! command -v pkill >/dev/null || BATS_TEST_TIMEOUT=180

# Twenty items, forty customers, so many of everything: company [ON_HAND]
company() {
	local n
	{
		echo sku,description,unit,unit_price,currency
		for n in $(seq 20); do
			echo "A-$n,Widget $n,EA,$n.25,EUR"
		done
	} | order-load -q items
	{
		echo customer,name,email,currency
		for n in $(seq 40); do
			echo "C-$n,Customer $n,c$n@example.org,EUR"
		done
	} | order-load -q customers
	stock_all "${1:-1000}"
	order-config -q mail_from=orders@example.com rule.duplicate=off \
		mail_command="maildir:$TEST_DIR/mail"
}

stock_all() {
	local n
	{
		echo sku,on_hand
		for n in $(seq 20); do
			echo "A-$n,$1"
		done
	} | order-load -q stock
}

# N orders of one to three lines, one in 17 from nobody we know, all others
# fit to be acknowledged: orders N [PREFIX]
orders() {
	awk -v n="$1" -v key="${2:-PO}" 'BEGIN {
		print "external_ref,channel,customer,sku,quantity,unit_price"
		for (i = 1; i <= n; i++) {
			printf "%s-%d,email,%s,A-%d,%d,\n", key, i,
			    i % 17 ? "C-" i % 40 + 1 : "X-9",
			    i % 20 + 1, i % 7 + 1
			for (k = 1; k <= i % 3; k++)
				printf ",,,A-%d,%d,\n", (i + k) % 20 + 1,
				    int(i / 100) % 9 + 1
		}
	}'
}

# N orders of one piece each: pieces N PREFIX SKU
pieces() {
	awk -v n="$1" -v key="$2" -v sku="$3" 'BEGIN {
		print "external_ref,channel,customer,sku,quantity"
		for (i = 1; i <= n; i++)
			printf "%s-%d,email,C-1,%s,1\n", key, i, sku
	}'
}

sql() {
	sqlite3 -readonly "$ORDER_DB" "$1"
}

norders() {
	sql 'SELECT count(*) FROM orders'
}

# No promise is broken: sound [NUMBER OF ORDERS]
sound() {
	python3 "$PIPE/check.py" "$ORDER_DB" "$@" || return
	order-audit --check && order-audit --verify -q
}

# Leaves in $pid an order-load that is stopped in mid-transaction.
stopped_holder() {
	local n
	awk 'BEGIN {
		print "sku,description,unit,unit_price,currency"
		for (i = 1; i <= 20000; i++)
			printf "B-%d,Thing %d,EA,1.00,EUR\n", i, i
	}' >many.csv
	mkfifo input
	for n in 1 2 3 4 5; do
		order-load items <input >/dev/null 3>&- &
		pid=$!
		! python3 "$PIPE/stop.py" $pid orders.db-lock input \
		    <many.csv || return 0
		wait $pid
	done
	return 1
}

# Each test has a minute, however slow the machine; it needs a second.
limited() {
	timeout --foreground 60 "$@"
}

# The sanitizers need more memory than the tools.
skip_with_sanitizers() {
	[ "${B##*/}" != san ] || skip "not with sanitizers"
}

# As somebody who is not root and owns nothing here.
as_stranger() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# The day's work on a file: main_line FILE
main_line() {
	order-receive "$1" | order-verify | order-check-stock |
		order-ack --queue-only || [ $? -eq 1 ]
}
