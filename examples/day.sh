#!/bin/sh
# day.sh [DIR] - one day's orders of the example company, from start to end
#
# Sets the company up in DIR (default: a new temporary folder), takes in the
# order files of day/ as if it were 23 November 2026, 10:00 in Berlin, answers
# the customers (no mail leaves this machine: it is written to DIR/mail), hears
# from some of them on the days after and shows what came of it.  README.md
# says what to look for.

set -eu
umask 077

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if ! command -v order-init >/dev/null; then
	PATH=$here/../build/bin:$PATH
fi

dir=${1-$(mktemp -d)}
mkdir -p -- "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd)
mkdir -p "$dir/answers"
rm -f "$dir/failed"
cd "$here"

ORDER_DB=$dir/orders.db
ORDER_NOW=2026-11-23T09:00:00Z
export ORDER_DB ORDER_NOW

heading() {
	printf '\n==== %s\n\n' "$1"
}

# Run one tool.  1 is an answer (some orders are refused or held), anything
# above it is a failure, which must not hide in the middle of a pipeline.
step() {
	code=0
	"$@" || code=$?
	if [ "$code" -gt 1 ]; then
		printf 'day.sh: %s ended with %d\n' "$1" "$code" |
		    tee -a "$dir/failed" >&2
	fi
}

stop_if_failed() {
	if [ -e "$dir/failed" ]; then
		cat "$dir/said" >&2
		exit 1
	fi
}

# The main line for one file; further words are options of order-receive.
# The last tool's records end up in answers/, what the tools say in said.
main_line() {
	file=$1
	shift
	printf '%s\n' "$file"
	step order-receive "$@" "day/$file" 2>>"$dir/said" |
	    step order-verify 2>>"$dir/said" |
	    step order-check-stock 2>>"$dir/said" |
	    step order-ack >"$dir/answers/$file" 2>>"$dir/said"
	stop_if_failed
}

# Our reference for a number of the customer's.
ref_of() {
	order-status --external-ref "$1" -o csv | sed -n '2s/,.*//p'
}

heading 'Setting up the company'

order-init
order-config <company/policy.txt >/dev/null
order-config mail_command="maildir:$dir/mail" >/dev/null
for kind in channels customers items prices aliases stock supply \
    substitutes holidays transit blocklist; do
	printf '%s\n' "$kind"
	order-load -q "$kind" "company/$kind.csv"
done

heading 'Taking in the orders of the day'

main_line email.csv
main_line portal.json
main_line phone.csv --channel phone
main_line email-2.csv

heading 'The orders (order-status --all)'

step order-status --all -o table

heading 'What needs somebody (order-status --attention)'

step order-status --attention -o table

heading 'One acknowledgment as the customer reads it (order-ack --preview)'

ref=$(ref_of W-100231)
step order-ack --preview "$ref"

heading 'What customers were asked, and did not answer yet (order-resolve --list)'

step order-resolve --list -o table

heading 'Two of them answer the next morning (order-resolve)'

ORDER_NOW=2026-11-24T08:30:00Z
postcode=$(ref_of PO-26-1190)
mailers=$(ref_of W-100235)
{
	printf 'ref,hold,answer,line,sku,ship_postcode,note\n'
	printf '%s,address,corrected,,,14467,by mail\n' "$postcode"
	printf '%s,consent,substitute,,,,"on the phone, takes what we offered"\n' \
	    "$mailers"
} >"$dir/answers/resolved.csv"
step order-resolve <"$dir/answers/resolved.csv" 2>>"$dir/said" |
    step order-check-stock 2>>"$dir/said" |
    step order-ack >"$dir/answers/acknowledged.csv" 2>>"$dir/said"
stop_if_failed
cut -d, -f1-4 "$dir/answers/acknowledged.csv"
step order-ack --preview "$mailers"

heading 'A question by mail, and its answer (order-receive --from-mail, order-notify --reply)'

step order-receive --from-mail <day/question.eml
step order-notify -q --reply "$(ref_of PO-26-1188)" <<'END'
The boxes that are on backorder leave our supplier on 2 December. We ship them
to you the day they arrive here.
END
step order-notify -q
step order-notify --list --kind reply -o table

heading 'A day later the others are reminded (order-resolve --chase)'

ORDER_NOW=2026-11-25T09:30:00Z
step order-resolve --chase -o csv >"$dir/answers/reminded.csv"
step order-notify -q
cut -d, -f1-3 "$dir/answers/reminded.csv"
stop_if_failed

heading 'What could not become an order (order-status --rejects)'

step order-status --rejects -o table

heading 'Items of which none is left (order-check-stock --probe)'

sed -e '1s/.*/sku,quantity/' -e '2,$s/,.*/,0.5/' company/stock.csv |
    step order-check-stock --probe -o csv >"$dir/answers/stock.csv"
sed -n -e 1p -e '/,refused,/p' "$dir/answers/stock.csv"

heading 'Does it all add up? (order-audit --check)'

order-audit --check
printf 'yes\n'
stop_if_failed

heading 'Where everything is'

printf '%s\n' \
    "the database:         $ORDER_DB" \
    "mails, one a file:    $dir/mail/new" \
    "records of the tools: $dir/answers" \
    "what the tools said:  $dir/said" \
    "refused orders:       in the database; order-status --rejects" \
    '' \
    'To look around:' \
    "    export ORDER_DB='$ORDER_DB' ORDER_NOW=$ORDER_NOW" \
    "    order-status $ref"
