#!/bin/sh
# Apply the answers of a file: a list as "order-resolve --list" prints it,
# filled in, in CSV or JSON.  What was refused is printed, one line each, to be
# asked again; everything else is done.  The same file may come again: what was
# taken is then refused no-such-hold, and nothing happens twice.
#
# usage: answers.sh FILE
# status: 0 all of it was taken, 1 something was refused, else order-resolve's
set -u

if [ $# -ne 1 ]; then
	echo "usage: answers.sh FILE" >&2
	exit 64
fi
if [ ! -r "$1" ]; then
	echo "answers.sh: $1: cannot be read" >&2
	exit 66
fi

said=$(mktemp) || exit 73
trap 'rm -f "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# One JSON object a line, every value without a line end in it.
order-resolve -o json <"$1" >"$said"
status=$?

value() {
	printf '%s\n' "$row" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'
}

refused=0
while IFS= read -r row; do
	case $row in
	*'"result":"refused"'* | *'"reason":"offer-gone"'*)
		refused=$((refused + 1))
		echo "$(value ref) $(value hold): $(value reason)"
		;;
	esac
done <"$said"

# That an order has other holds is no fault of the answer.
if [ "$status" -gt 1 ]; then
	exit "$status"
fi
[ "$refused" -eq 0 ]
