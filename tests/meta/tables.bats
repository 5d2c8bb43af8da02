#!/usr/bin/env bats
# The manual lists exactly what the program has.

load lib

setup_file() {
	order-init -d "$BATS_FILE_TMPDIR/orders.db"
}

@test "order-csv(5): the order columns and their kinds" {
	same 'order columns' "$("$B/tests/tables" order)" \
		"$(items order-csv.5 'Order columns')"
}

@test "order-csv(5): the line columns and their kinds" {
	same 'line columns' "$("$B/tests/tables" line)" \
		"$(items order-csv.5 'Line columns')"
}

@test "order-csv(5): every kind a column has" {
	same 'kinds' "$({ "$B/tests/tables" order; "$B/tests/tables" line; } |
		sed 's/.*(\(.*\))/\1/' | sort -u)" \
		"$(items order-csv.5 Kinds | sort)"
}

@test "order-csv(5): the stream columns" {
	same 'stream columns' "$("$B/tests/tables" stream)" \
		"$(items order-csv.5 'Stream columns')"
}

@test "order-csv(5): the reject columns" {
	same 'reject columns' "$("$B/tests/tables" rejects)" \
		"$(items order-csv.5 'Reject columns')"
}

# Of one list of keys: name (kind), with "has_" where the next one is its flag.
keys() {
	"$B/tests/tables" templates | awk -v list="$1:" '
		$1 != list { next }
		$2 == "has_" last && $3 == "(flag)" { kind = kind ", has_"; next }
		last { print last " (" kind ")" }
		{ last = $2; kind = $3; gsub(/[()]/, "", kind) }
		END { print last " (" kind ")" }'
}

@test "order-templates(5): the keys of a message and of what it lists" {
	same 'message' "$(keys message)" \
		"$(items order-templates.5 'Keys of a message')"
	same 'line' "$(keys line)" "$(items order-templates.5 'Keys of a line')"
	same 'alternative' "$(keys alternative)" \
		"$(items order-templates.5 'Keys of an alternative')"
	same 'question' "$(keys question)" \
		"$(items order-templates.5 'Keys of a question')"
	same 'change' "$(keys change)" \
		"$(items order-templates.5 'Keys of a change')"
	same 'parcel' "$(keys parcel)" \
		"$(items order-templates.5 'Keys of a parcel')"
	same 'sent' "$(keys sent)" \
		"$(items order-templates.5 'Keys of a line in a parcel')"
	same 'remaining' "$(keys remaining)" \
		"$(items order-templates.5 'Keys of a line that remains')"
	same 'lists' "$("$B/tests/tables" templates | cut -d: -f1 | uniq |
		grep -c .)" "$(grep -c '^\.Ss Keys of ' "$ROOT/man/order-templates.5")"
}

@test "order-templates(5): every kind of the schema has its templates" {
	kinds=$(cat "$ROOT"/lib/db/schema/*.sql | tr -d '\n\t' |
		grep -o "CHECK (kind = 'receipt'[^)]*)" | grep -o "'[a-z]*'" |
		tr -d "'" | sort)
	[ "$(wc -l <<<"$kinds")" -eq 10 ]
	page=$(section order-templates.5 Files)
	for kind in $kinds; do
		[[ $page == *$kind* ]]
		for language in en de; do
			for part in txt html subject.txt; do
				[ -s "$ROOT/lib/order/templates/$language/$kind.$part" ]
			done
		done
	done
}

@test "order(7): the reasons and what they mean" {
	same 'reasons' "$("$B/tests/tables" reasons)" \
		"$(section order.7 Reasons |
			sed -n '/^\.It Cm /{s/^\.It Cm //;N;s/\n/: /;p}')"
}

@test "order(7): the statuses and holds are those of the schema" {
	in_schema() {	# in_schema COLUMN FIRST
		cat "$ROOT"/lib/db/schema/*.sql | tr -d '\n\t' |
			grep -o "$1 TEXT NOT NULL[^(]*CHECK ($1 = [^)]*)" |
			grep "'$2'" | sed "s/.*CHECK//" | grep -o "'[a-z]*'" | tr -d "'" | sort -u
	}
	same 'holds' "$(in_schema hold customer)" \
		"$(items order.7 Holds | sort)"
	[ "$(in_schema status verified | wc -l)" -eq 7 ]
	found=$(items order.7 Lifecycle)
	for status in $(in_schema status verified); do
		grep -qx "$status" <<<"$found" || { echo "$status"; return 1; }
	done
}

@test "order-lifecycle(7): the table is that of order-status --states" {
	ORDER_DB=$BATS_FILE_TMPDIR/orders.db order-status --states -o csv |
		python3 "$ROOT/tests/meta/lifecycle.py" >"$BATS_TEST_TMPDIR/table"
	[ "$(grep -c '^\.It ' "$BATS_TEST_TMPDIR/table")" -gt 30 ]
	same 'what tests/meta/lifecycle.py makes of it' \
		"$(cat "$BATS_TEST_TMPDIR/table")" \
		"$(section order-lifecycle.7 'The table' | sed '1,/^\.Bl/d;/^\.El/,$d')"
}

@test "the drawing of the lifecycle has every status and event, for graphviz" {
	export ORDER_DB=$BATS_FILE_TMPDIR/orders.db
	cd "$BATS_TEST_TMPDIR"
	order-status --states --dot >life.dot
	order-status --states -o csv | python3 -c '
import csv, re, sys
dot = open("life.dot").read()
statuses = set()
for r in csv.DictReader(sys.stdin):
    assert re.search(r"\b%s\b" % re.escape(r["event"]), dot), r
    statuses |= set(r["from"].split(", ")) | {r["to"]}
for s in statuses - {"same", "-"}:
    assert "\t\"%s\" [fillcolor=" % s in dot, s'
	command -v dot >/dev/null || skip 'graphviz is not here'
	dot -Tsvg life.dot >life.svg 2>said
	[ ! -s said ] || { cat said; return 1; }
	grep -q archived life.svg
}

@test "order(7): every tool" {
	same 'tools' "$(made TOOLS)" "$(section order.7 DESCRIPTION |
		sed -n 's/^\.It Xr \(order-[a-z-]*\) 1$/\1/p')"
}

@test "order-config(1): every setting and its default" {
	same 'settings' "$(ORDER_DB=$BATS_FILE_TMPDIR/orders.db \
		order-config -o csv </dev/null | python3 -c '
import csv, sys
for r in csv.DictReader(sys.stdin):
	if not r["name"].startswith("rule."):
		print(r["name"] + (" (" + r["value"] + ")" if r["value"] else ""))')" \
		"$(items order-config.1 Settings)"
}

@test "order-config(1): every rule, its hold and severity" {
	same 'rules' "$("$B/tests/tables" rules)" \
		"$(items order-config.1 Rules)"
}

# name: column column ..., of a list whose items begin with columns
columns_of() {
	section "$1" "$2" | awk '
		/^\.It / { printf "%s%s:", n++ ? "\n" : "", $3; listing = 1; next }
		/^\.Cm / && listing {
			sub(/^\.Cm/, ""); more = !/ \.$|[a-z0-9]$/
			gsub(/ [,.]/, ""); printf "%s", $0; listing = more; next
		}
		{ listing = 0 }
		END { print "" }'
}

@test "order-resolve(1): the answers to each hold, and those that depend on the rule" {
	same 'answers' "$("$B/tests/tables" answers)" \
		"$(columns_of order-resolve.1 'Answers by hold')"
	same 'rules' "$("$B/tests/tables" by-rule)" \
		"$(columns_of order-resolve.1 'Answers by rule')"
}

@test "order-update(1): every event, and the lifecycle allows each" {
	same 'events' "$("$B/tests/tables" events)" "$(items order-update.1 Events)"
	ORDER_DB=$BATS_FILE_TMPDIR/orders.db order-status --states -o csv |
		python3 -c 'import csv,sys; [print(r["event"]) for r in csv.DictReader(sys.stdin)]' \
		>"$BATS_TEST_TMPDIR/known"
	for event in $("$B/tests/tables" events); do
		grep -qx "$event" "$BATS_TEST_TMPDIR/known" || { echo "$event"; return 1; }
	done
}

@test "order-load(1): every kind and its columns" {
	same 'kinds' "$("$B/tests/tables" load)" \
		"$(columns_of order-load.1 'Kinds and their columns')"
}

@test "order-db(5): the views and their columns" {
	db=$BATS_FILE_TMPDIR/orders.db
	same 'views' "$(for v in v_orders v_lines v_holds v_messages v_inquiries \
		v_handoffs v_cancel_requests v_stock v_events \
		v_shipments v_findings v_rejects v_movements v_archived v_reviews
		do
			printf '%s:' $v
			sqlite3 -readonly "$db" "PRAGMA table_info($v)" |
				awk -F'|' '{ printf " %s", $2 } END { print "" }'
		done)" "$(columns_of order-db.5 Views)"
	same 'public views' "$(sqlite3 -readonly "$db" \
		"SELECT name FROM sqlite_schema WHERE name LIKE 'v\_%' ESCAPE '\'
			AND type = 'view' ORDER BY name")" \
		"$(section order-db.5 Views | sed -n 's/^\.It Ic //p' | sort)"
}
