# Every test has its own directory, database and pinned clock.
bats_require_minimum_version 1.5.0

begin() {
	TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/order-test.XXXXXX")
	cd "$TEST_DIR" || exit 1
	export TMPDIR=$TEST_DIR HOME=$TEST_DIR LC_ALL=C TZ=UTC
	export ORDER_DB=$TEST_DIR/orders.db ORDER_ACTOR=tester
	export ORDER_NOW=2026-11-23T09:00:00Z
	unset ORDER_COLOR NO_COLOR
}

setup() {
	begin
	order-init
}

teardown() {
	cd /
	rm -rf "$TEST_DIR"
}

# One order of one line: order_csv KEY SKU QUANTITY [PRICE]
order_csv() {
	printf 'external_ref,channel,sku,quantity,unit_price\n%s,email,%s,%s,%s\n' \
		"$1" "$2" "$3" "${4:-}"
}

# The named column of the first record of CSV on stdin.
column() {
	sqlite3 :memory: '.import --csv /dev/stdin t' "SELECT [$1] FROM t LIMIT 1"
}

# All values of a column, one a line.
columns() {
	sqlite3 :memory: '.import --csv /dev/stdin t' "SELECT [$1] FROM t"
}

# Run a command; more than 64 MB at any time make it fail with status 99.
peak() {
	python3 - "${B:-}" "$@" <<-'END'
	import resource, subprocess, sys
	status = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL).returncode
	kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	# what sanitizers need is not ours
	sys.exit(99 if kib > 65536 and not sys.argv[1].endswith("/san") else status)
	END
}
