#!/usr/bin/env bats
# The manual: well-formed, complete, and its examples work.

load lib

# The company of examples/ with the orders of its day.
setup_file() {
	cd "$BATS_FILE_TMPDIR"
	cp "$ROOT"/examples/company/* "$ROOT"/examples/day/* \
		"$ROOT"/examples/shop/* .
	export ORDER_DB=$PWD/orders.db ORDER_NOW=2026-11-23T09:00:00Z
	export ORDER_ACTOR=reader
	order-init
	order-config -q <policy.txt
	order-config -q "mail_command=maildir:$PWD/mail"
	for kind in channels customers items prices aliases stock supply \
		substitutes holidays transit blocklist; do
		order-load -q $kind $kind.csv
	done
	for file in email.csv portal.json phone.csv email-2.csv; do
		order-receive --channel phone $file 2>/dev/null | order-verify |
			order-check-stock | order-ack -q || true
	done
	sqlite3 -readonly orders.db "vacuum into 'day.db'"
	rm -f orders.db*
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	unset NO_COLOR
}

# option [ARGUMENT] of --help, one a line: "-d --database file"
in_help() {
	"$1" --help | sed -n '/^options:/,$p' | sed -nE \
		's/^  (-.|  ),? +--([a-z-]+)( [A-Z=:]+)? .*/\1 --\2\L\3/p' |
		sed 's/^ *//'
}

# The same of the page.
in_page() {
	sed -n 's/^\.It Fl \(.*\)/\1/p' "$ROOT/man/$1.1" | sed -E \
		-e 's/ Ns = Ns Ar /=/' \
		-e 's/ : Ns Ar /:/' -e 's/ Ar ([A-Za-z=:]+)/ \L\1/' \
		-e '/^-/s/^/-/' -e 's/^([^-]) , (Fl )?-/-\1 --/'
}

rendered() {
	mandoc -T ascii "$ROOT/man/$1" | col -bx
}

@test "mandoc finds nothing to warn of" {
	mandoc -T lint -W warning "$ROOT"/man/*.[157]
}

@test "every page of ours that is referred to exists" {
	cd "$ROOT/man"
	for ref in $(sed -n 's/^\.Xr \(order[a-z-]*\) \([157]\).*/\1.\2/p' *.[157] |
		sort -u); do
		[ -f "$ref" ] || { echo "$ref"; grep -l "Xr ${ref%.*}" ./*; return 1; }
	done
}

@test "no tool is spoken of that does not exist" {
	cd "$ROOT"
	# what the procedure has steps for, but this version no tool
	absent=$(printf '%s\n' order-{archive,backup,forward,report,update} |
		grep -vxF "$(made TOOLS)" || true)
	found=$(grep -rnF "$absent" man examples README.md cmd lib || true)
	[ -z "$absent" ] || [ -z "$found" ] || { echo "$found"; return 1; }
}

@test "the page of a tool has its sections" {
	for tool in $(made TOOLS); do
		same "$tool" "$(printf '%s\n' NAME SYNOPSIS DESCRIPTION \
			'EXIT STATUS' EXAMPLES DIAGNOSTICS 'SEE ALSO')" \
			"$(sed -n 's/^\.Sh //p' "$ROOT/man/$tool.1")"
	done
}

@test "the page of a tool has the options of --help, in its order" {
	for tool in $(made TOOLS); do
		[ "$(in_help "$tool" | wc -l)" -gt 3 ]
		same "$tool" "$(in_help "$tool")" "$(in_page "$tool")"
	done
}

@test "the synopsis has the tool's own options and operands" {
	for tool in $(made TOOLS); do
		synopsis=$(rendered "$tool.1" |
			sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | tr -d ' \t\n')
		args=$("$tool" --help | sed -n "1s/usage: $tool \[option ...\]//p" |
			tr -d ' ')
		[[ $synopsis == *"$args"* ]] ||
			{ echo "$tool: $args"; echo "$synopsis"; return 1; }
		for own in $(in_help "$tool" | sed '/--database/,$d' |
			grep -o '\--[a-z-]*'); do
			[[ $synopsis == *"$own"* ]] ||
				{ echo "$tool: $own"; echo "$synopsis"; return 1; }
		done
	done
}

# The commands of a page, as a reader sees them.
examples() {
	rendered "$1" | awk '
		/^ +\$ / { sub(/^ +\$ /, ""); print; more = /[|&\\]$/; next }
		more { print; more = /[|&\\]$/ }'
}

@test "every page of a tool has examples" {
	for tool in $(made TOOLS); do
		[ -n "$(examples "$tool.1")" ] || { echo "$tool"; return 1; }
	done
}

@test "every example of the manual works" {
	bad=0
	for page in "$ROOT"/man/*.[157]; do
		dir=$BATS_TEST_TMPDIR/${page##*/}
		mkdir "$dir"
		find "$BATS_FILE_TMPDIR" -maxdepth 1 -type f -exec cp {} "$dir" \;
		mv "$dir/day.db" "$dir/orders.db"
		examples "${page##*/}" >"$dir/commands"
		(
			cd "$dir"
			export ORDER_DB=$dir/orders.db ORDER_ACTOR=reader
			export ORDER_NOW=2026-11-23T09:00:00Z
			order-init
			order-config -q "mail_command=maildir:$dir/mail"
			follow <commands
		) || { echo "in ${page##*/}"; bad=1; }
	done
	return $bad
}
