#!/usr/bin/env bats
# order-receive is as strict as JSONTestSuite asks: what must not parse is 65

load ../helper

SUITE=$ORDER_REAL_DATA/suite-JSONTestSuite/test_parsing

# exits PREFIX: "STATUS FILE" of each file of the suite so named
exits() {
	for file in "$SUITE/$1"_*.json; do
		status=0
		timeout 60 order-receive -q -i json "$file" >/dev/null 2>&1 || status=$?
		echo "$status ${file##*/}"
	done
}

@test "every text that is no JSON exits 65" {
	[ -d "$SUITE" ] || skip "no JSONTestSuite here"
	exits n >n
	[ "$(wc -l <n)" -ge 188 ]
	[ "$(grep -v '^65 ' n || true)" = '' ]
	[ "$(sqlite3 orders.db 'SELECT count(*) FROM orders')" -eq 0 ]
}

@test "no JSON text does: it is no order, which is 1, or there is none, which is 0" {
	[ -d "$SUITE" ] || skip "no JSONTestSuite here"
	exits y >y
	[ "$(wc -l <y)" -ge 95 ]
	[ "$(grep -v '^[01] ' y || true)" = '' ]
}

@test "what is left open ends with one of the three" {
	[ -d "$SUITE" ] || skip "no JSONTestSuite here"
	exits i >i
	[ "$(wc -l <i)" -ge 35 ]
	[ "$(grep -v '^\(0\|1\|65\) ' i || true)" = '' ]
}
