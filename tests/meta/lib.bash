# What the tests of the project itself share: where things are, lists of the
# Makefile, pieces of the manual, and commands as a reader would type them.

ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
B=${B:-$ROOT/build}
PATH=$B/bin:$PATH
export LC_ALL=C TZ=UTC

# The words of a list in the Makefile: made TOOLS
made() {
	make -s -C "$ROOT" -f - words <<-END
	include Makefile
	words: ; @printf '%s\n' \$($1)
	END
}

# A section of a page without its heading: section PAGE NAME
section() {
	awk -v name="$2" '
		/^\.S[hs] / { here = substr($0, 5) == name; next }
		here { print }' "$ROOT/man/$1"
}

# The items of a list, "name" or "name (kind)": items PAGE SECTION
items() {
	section "$1" "$2" |
		sed -n -e 's/"//g' -e '/^\.It Cm /{s/^\.It Cm //;s/ Pq \(.*\)/ (\1)/;p}'
}

# same TITLE EXPECTED FOUND: both texts agree, or show how they do not
same() {
	diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") >"$BATS_TEST_TMPDIR/diff" ||
		{
			echo "$1:"
			cat "$BATS_TEST_TMPDIR/diff"
			return 1
		}
}

# Run the shell commands on stdin, one whole command after another, in this
# shell.  Each process of a pipeline may end with 0 or 1, and with 141 when the
# next one has read enough.  Prints those that end otherwise, and why.  To be
# called as "follow || ..." where set -e is on.
follow() {
	local chunk='' line bad=0 s
	local -a ended
	while IFS= read -r line <&3; do
		chunk+=$line$'\n'
		# an unfinished here-document is only warned of
		[[ $line != *\\ && -z $(bash -n <<<"$chunk" 2>&1) ]] || continue
		eval "$chunk"'ended=("${PIPESTATUS[@]}")' </dev/null 3<&- \
			>/dev/null 2>said
		for s in "${ended[@]}"; do
			case $s in 0|1|141) ;; *)
				printf 'ended with %s: %s' "$s" "$chunk"
				cat said
				bad=1 ;;
			esac
		done
		chunk=''
	done 3<&0
	[ -z "$chunk" ] || { printf 'is no command: %s' "$chunk"; bad=1; }
	return $bad
}
