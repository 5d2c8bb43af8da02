#!/usr/bin/env bats
# Our CSV reader, another one, and the suites agree.

load bad

@test "random texts are read as Python reads them, or refused for a reason" {
	bad csvdiff random
}

@test "rejects of every shape of CSV can be mended and fed again" {
	bad csvdiff shapes
}

@test "two conformance suites, and what we decide otherwise" {
	[ -d "$ORDER_REAL_DATA/suite-csv-spectrum" ] || skip "no suites here"
	bad csvdiff suites
}

@test "one cell read otherwise is found" {
	printf '#!/bin/sh\n%s | sed "s/b c/b_c/"\n' "$B/tests/csv_cells" >cells
	chmod +x cells
	CSV_CELLS=$TEST_DIR/cells caught 'a text was read otherwise' csvdiff random
}

@test "an order that is dropped is found" {
	and_then order-receive 'sqlite3 "$ORDER_DB" "UPDATE orders SET instructions = 0"'
	caught 'orders of' csvdiff shapes
}
