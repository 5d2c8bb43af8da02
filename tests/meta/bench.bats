#!/usr/bin/env bats
# The benchmark runs, and no rival wins by doing less.

load lib

setup() {
	export BENCH_WORK=$BATS_TEST_TMPDIR/work
	[ -x "$B/bench/floor" ] || skip 'built by make check and make bench'
}

# Two hundred orders, once: bench [PART ...]
bench() {
	B=$B python3 "${BENCH:-$ROOT/tests/bench}/bench.py" tiny "$@"
}

# A copy of the benchmark in which a rival is changed: spoil FILE SED-COMMAND
spoil() {
	BENCH=$BATS_TEST_TMPDIR/tests/bench
	mkdir -p "$BATS_TEST_TMPDIR/tests"
	ln -sfn "$ROOT/lib" "$BATS_TEST_TMPDIR/lib"
	rm -rf "$BENCH"
	cp -R "$ROOT/tests/bench" "$BENCH"
	sed -i "$2" "$BENCH/$1"
	! cmp -s "$ROOT/tests/bench/$1" "$BENCH/$1"
}

# notices PART RIVAL: the benchmark says that this rival does less
notices() {
	run bench "$1"
	[ "$status" -eq 1 ] && [[ $output == *"$2: not the same work"* ]] ||
		{ echo "$output"; return 1; }
}

@test "the whole benchmark runs and every rival does the same work" {
	run bench
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	[ "$(grep -c '^| ' <<<"$output")" -ge 15 ]
	[[ $output == *'| memory of every tool'* ]]
}

@test "a lean script that leaves the stock alone is noticed" {
	spoil lean.py '/UPDATE stock/s/on_hand - ?/on_hand + 0 * ?/'
	notices pipeline lean.py
}

@test "a lean script that forgets lines is noticed" {
	spoil lean.py 's/enumerate(lines, 1)/enumerate(lines[:2], 1)/'
	notices pipeline lean.py
}

@test "SQL that takes no stock is noticed" {
	spoil sets.sql 's/^UPDATE stock SET on_hand = on_hand - t.taken/UPDATE stock SET on_hand = on_hand/'
	notices pipeline sets.sql
}

@test "a full script without the ledger is noticed" {
	spoil full.py 's/(LEDGER, ledger/(LEDGER, []/'
	notices full full.py
}

@test "a full script with a broken chain is noticed" {
	spoil full.py 's/sha256(self.chain, /sha256(/'
	run bench full
	[ "$status" -eq 1 ]
	[[ $output == *'order-audit --verify finds fault'* ]]
}

@test "a full script whose mails say less is noticed" {
	spoil full_mail.py 's/^Delivery date: .*//'
	notices mails full.py
}

@test "a map that brings other amounts is noticed" {
	spoil foreign.py 's/replace("\.", ",")/replace(".", ",0")/'
	notices mapped 'a map'
}

@test "a floor that writes less is noticed" {
	bench receive
	run python3 "$ROOT/tests/bench/same.py" floor "$BENCH_WORK"/{model,rival}.db
	[ "$status" -eq 0 ]
	sqlite3 "$BENCH_WORK/rival.db" "DELETE FROM order_keys WHERE order_id = 7"
	run python3 "$ROOT/tests/bench/same.py" floor "$BENCH_WORK"/{model,rival}.db
	[ "$status" -eq 1 ]
	[[ $output == 'order_keys: '* ]]
}

# The floor changed, built, and noticed by same.py: floor_notices SED-COMMAND
floor_notices() {
	local spoilt=$BATS_TEST_TMPDIR/build

	spoil floor.c "$1"
	mkdir -p "$spoilt/bench"
	ln -sfn "$B/bin" "$spoilt/bin"
	ln -sf "$B/bench/measure" "$spoilt/bench/measure"
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -o "$spoilt/bench/floor" \
		"$BENCH/floor.c" -lsqlite3
	B=$spoilt notices pipeline floor
}

@test "a floor that verifies less is noticed" {
	floor_notices 's/, account = ?2, twin = ?3/, twin = ?3/'
	[[ $output == *'orders: '* ]]
}

@test "a floor that reserves less is noticed" {
	floor_notices 's/ allocated = allocated + ?3, released/ released/'
	[[ $output == *'stock: '* ]]
	floor_notices 's/UPDATE lines SET allocated = allocated + ?3/UPDATE lines SET allocated = allocated/'
	[[ $output == *'lines: '* ]]
	floor_notices 's/"stock_ledger", "order_id = ?1 ORDER BY line", NULL/"stock_ledger", "order_id = -?1", NULL/'
	[[ $output == *'stock_ledger: '* ]]
	floor_notices 's/SET stock_revision = revision/SET stock_revision = 0/'
	[[ $output == *'orders: '* ]]
}

@test "a floor without what events say is noticed" {
	floor_notices 's/"event_details", "seq = ?2"/"event_details", "seq = -?2"/'
	[[ $output == *'event_details: '* ]]
}

@test "the floor has the settings of the tools" {
	settings=$(grep -o 'PRAGMA [a-z_]*=[A-Za-z0-9-]*' "$ROOT/lib/db/open.c" |
		grep -v query_only)
	[ "$(wc -l <<<"$settings")" -ge 6 ]
	while read -r setting; do
		grep -q "\"$setting\"" "$ROOT/tests/bench/floor.c" ||
			{ echo "$setting is not in floor.c"; return 1; }
	done <<<"$settings"
}

@test "the floor has the batches of the tools" {
	for limit in BATCH_RECORDS BATCH_BYTES; do
		same "$limit" \
			"$(sed -n "s/#define $limit //p" "$ROOT/lib/cli/loop.c")" \
			"$(sed -n "s/#define $limit \\([^\t]*\\).*/\\1/p" \
				"$ROOT/tests/bench/floor.c")"
	done
}

@test "the same seed gives the same orders" {
	python3 "$ROOT/tests/bench/generate.py" "$BATS_TEST_TMPDIR/a" 20
	python3 "$ROOT/tests/bench/generate.py" "$BATS_TEST_TMPDIR/b" 20
	python3 "$ROOT/tests/bench/generate.py" "$BATS_TEST_TMPDIR/c" 20 2
	diff -r "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	! cmp -s "$BATS_TEST_TMPDIR"/{a,c}/orders.csv
}

@test "a chain that is hashed in part is noticed" {
	spoil bench.py 's/^    db = three_passes(b)$/&; world.tool(db, "sqlite3", db, "DELETE FROM event_details WHERE seq = (SELECT max(seq) FROM events)", stdout=os.devnull)/'
	run bench verify
	[ "$status" -eq 1 ]
	[[ $output == *'chain: not the same work'* ]]
}
