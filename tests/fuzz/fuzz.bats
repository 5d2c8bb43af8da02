#!/usr/bin/env bats
# The fuzz targets without a fuzzer: each takes its corpus and seeded changes
# of it, and its twin, wrong on purpose, is caught.
# FUZZ_RUNS and FUZZ_SEED say how many and which; make fuzz does it in earnest.

load ../helper

FUZZ=$BATS_TEST_DIRNAME
RUNS=${FUZZ_RUNS:-20000}
SEED=${FUZZ_SEED:-1}

# replay TARGET RUNS
replay() {
	timeout 100 "$B/fuzz/replay" -n "$2" -s "$SEED" "$1" \
		"$FUZZ/corpus/$1"/*
}

# holds TARGET RUNS: nothing is found; with a transform that is wrong, its
# property fails
holds() {
	run replay "$1" "$2"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *", $2 runs, seed $SEED: 0 findings" ]]
	export FUZZ_TWIN=1
	run replay "$1" "$2"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"property: "*": broken, input kept in finding-$1" ]]
}

@test "CSV is read strictly, written losslessly" { holds csv "$RUNS"; }
@test "the JSON gate agrees with another parser, in any pieces" { holds json "$RUNS"; }
@test "templates: no value brings markup" { holds template "$RUNS"; }
@test "mail: only our headers, plain short lines, decodable" { holds mail "$RUNS"; }
@test "mail that comes in: no limit is passed, no card number is kept" { holds mail_in $((RUNS / 4)); }
@test "decimals print as what was parsed" { holds decimal "$RUNS"; }
@test "dates and instants are those of the calendar" { holds time "$RUNS"; }
@test "a digit misheard makes no reference" { holds ref "$RUNS"; }
@test "a language writes the same numbers" { holds format "$RUNS"; }
@test "references that are mentioned are such" { holds mention "$RUNS"; }
@test "text that is shown does no harm, masked text has no card number" { holds text "$RUNS"; }
@test "a map takes each record or skips it, and names its own faults" { holds map "$RUNS"; }

@test "a damaged database is refused and left as it is" {
	sh "$FUZZ/database" "$TEST_DIR/good.db"
	export FUZZ_DB=$TEST_DIR/good.db
	holds db $((RUNS / 50))
}

@test "every target has a corpus and a test" {
	for file in "$FUZZ"/*.c; do
		name=$(basename "$file" .c)
		case $name in fuzz|records|replay) continue ;; esac
		[ -n "$(ls "$FUZZ/corpus/$name")" ] || { echo "$name"; return 1; }
		grep -q "holds $name " "$FUZZ/fuzz.bats" ||
			{ echo "$name"; return 1; }
	done
}

@test "a run is made again by its number alone" {
	export FUZZ_TWIN=1
	again() {
		"$B/fuzz/replay" -s "$SEED" "$@" text \
			"$FUZZ/corpus/text/plain" 2>said && return 1
		sed -n 's/.* run \([0-9]*\): broken.*/\1/p' said
	}
	run=$(again -n "$RUNS")
	[ "$run" -ge 1 ]
	mv finding-text first
	[ "$(again -k "$run")" -eq "$run" ]
	cmp first finding-text
}
