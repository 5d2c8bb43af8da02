#!/usr/bin/env bash
# fortnight.sh [DIR] - two weeks of the example company, from orders to archive
#
# Sets the company up in DIR (default: a new temporary folder) and plays what
# happens from 23 November to 4 December 2026, and the tidying up after a
# year, with the clock of the tools pinned ($ORDER_NOW).  Every command is
# shown before its output.  No mail leaves this machine: it is written to
# DIR/mail.  The exit status is not 0 when a tool failed.  README.md says
# what to look for.

# shellcheck disable=SC2016	# commands are shown before they are expanded
set -eu
umask 077
export LC_ALL=C

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if ! command -v order-init >/dev/null; then
	PATH=$here/../build/bin:$PATH
fi
PATH=$here:$PATH

dir=${1-$(mktemp -d)}
mkdir -p -- "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd)
cd "$dir"
mkdir -p outbox feedback/in backup
for folder in company fortnight; do
	cp -R "$here/$folder" .
done
export ORDER_DB=$dir/orders.db ORDER_ACTOR=demo

# ---- how it is told ----

# at DAY TIME TITLE: the clock is set, and a new scene begins
at() {
	export ORDER_NOW=$1T$2Z
	printf '\n\n==== %s, %s: %s\n\n' \
	    "$(date -u -d "$1" '+%A %-d %B %Y')" \
	    "$(TZ=Europe/Berlin date -d "$ORDER_NOW" +%H:%M)" "$3"
}

# The text on stdin explains what comes next.
tell() {
	cat
	echo
}

# The named columns of CSV, aligned; without names all that is there.
pick() {
	awk -v names="$*" '
	function cells(line, cell,    n, c, quoted, i) {
		n = 1
		cell[1] = ""
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			if (c == "\"")
				quoted = !quoted
			else if (c == "," && !quoted)
				cell[++n] = ""
			else
				cell[n] = cell[n] c
		}
		return n
	}
	function width(text) {
		gsub(/[\200-\277]/, "", text)
		return length(text)
	}
	{ n = cells($0, cell) }
	NR == 1 {
		wanted = split(names, name, " ")
		for (k = 1; k <= wanted; k++)
			for (i = 1; i <= n; i++)
				if (cell[i] == name[k])
					place[k] = i
		for (k = 1; k <= wanted; k++)
			if (!(k in place)) {
				print "no column " name[k] >"/dev/stderr"
				exit failed = 1
			}
	}
	{
		for (k = 1; k <= wanted; k++) {
			text[NR, k] = cell[place[k]]
			if (width(text[NR, k]) > most[k])
				most[k] = width(text[NR, k])
		}
	}
	END {
		if (failed)
			exit 1
		for (r = 1; r <= NR; r++) {
			line = "    "
			for (k = 1; k <= wanted; k++) {
				line = line text[r, k]
				blanks = most[k] - width(text[r, k]) + 2
				line = line sprintf("%*s", blanks, "")
			}
			sub(/ +$/, "", line)
			print line
		}
	}'
}

# show COMMAND [COLUMN...]: a pipeline as a reader would type it, and what it
# prints: those columns of its records, or all as it stands.  1 is an answer
# (some orders are refused or held); anything above it is a failure.
show() {
	local command=$1 status ended
	shift
	printf '  $ %s\n' "${command//$'\n'/$'\n'  }"
	set +e
	eval "{ $command"$'\n''ended=("${PIPESTATUS[@]}"); } >out 2>said'
	set -e
	if [ $# -gt 0 ]; then
		pick "$@" <out
	else
		sed 's/^/    /' out
	fi
	sed 's/^/    /' said
	for status in "${ended[@]}"; do
		if [ "$status" -gt 1 ]; then
			printf 'fortnight.sh: that ended with %d\n' "$status" >&2
			exit 1
		fi
	done
	echo
}

# ---- Monday ----

at 2026-11-23 09:00:00 'a company is set up'
tell <<'END'
Beispiel Packmittel GmbH sells boxes and tape. Its policy, customers, items and
stock are files; all tools share one database.
END
show 'order-init'
show 'order-config -q < company/policy.txt'
show 'order-config -q mail_command="maildir:$PWD/mail"'
show 'for kind in channels customers items prices aliases stock supply \
    substitutes holidays transit blocklist
do order-load -q $kind company/$kind.csv; done'

at 2026-11-23 09:00:00 'the first orders'
tell <<'END'
Six orders came by mail and were exported as CSV. Four tools in a row record
them, compare them with what is on file, reserve stock and answer. A line on
standard error tells what could not be read.
END
show 'order-receive --rejects rejects.csv fortnight/monday.csv |
    order-verify | order-check-stock | order-ack' \
    ref external_ref status held stock ack result reason
tell <<'END'
PO-26-2001 wants five hand trucks; three are here, so it is accepted with two
dates. 4500018001 is accepted as it is. The others wait: for the customer's
consent, for money, for a price we can agree on. "a dozen" is no number; that
order was put aside with the reason beside it, to be mended and fed again:
END
show "sed -i 's/a dozen/12/' rejects.csv"
show 'order-receive rejects.csv | order-verify | order-check-stock | order-ack' \
    ref external_ref status stock ack result
tell <<'END'
This is what the customer with the hand trucks reads:
END
show 'order-ack --preview SO-00000001-1'

at 2026-11-23 14:00:00 'hand-over to fulfilment'
tell <<'END'
What is confirmed and reserved goes to the warehouse: one file for each order, in
a drop folder, exactly once. The order is "released" now.
END
show 'order-forward --to fulfilment --pending --dir outbox' \
    ref external_ref status ship result
show 'ls outbox'
tell <<'END'
The same hand-off as a list to pick by. The two trucks that wait are not on it:
END
show 'order-forward --again 3 --as text'

# ---- Tuesday ----

at 2026-11-24 05:00:00 'nobody is in yet'
tell <<'END'
Everybody is promised an answer within 24 hours. Three orders could not be
decided so far; before their time is over, cron sends a receipt notice.
END
show 'order-ack --due' ref external_ref status held ack ack_due_at

at 2026-11-24 09:00:00 'more orders, and answers'
show 'order-receive fortnight/tuesday.json | order-verify | order-check-stock |
    order-ack -o csv' ref external_ref status stock ack
tell <<'END'
What was asked, and of whom? The list can be filled in and fed back, or a single
answer given. Atelier Dubois wrote: send the forty boxes you have, forget the
rest.
END
show 'order-resolve --list' ref hold line question asked_at
show 'order-resolve SO-00000003-8 consent partial --note "by mail, Ms Dubois" |
    order-check-stock | order-ack' ref external_ref status stock ack
tell <<'END'
The bank's list says that Rheintal Druck has paid:
END
show 'order-update < fortnight/bank.csv | order-verify | order-check-stock |
    order-ack' ref external_ref status held stock ack
tell <<'END'
And the warehouse has dropped its first reports. An example script records them
(order-update) and files them away: accepted, picked, and one order has left.
END
show 'cat fortnight/fulfilment-1124.csv' ref event carrier tracking event_id
show 'cp fortnight/fulfilment-1124.csv feedback/in'
show 'feedback.sh feedback'
show 'order-status --all' ref external_ref status held stock ack ship

at 2026-11-24 13:00:00 'a cancellation in time'
tell <<'END'
Old Mill Pottery calls: they do not need the knives. Nothing was handed over
yet, so the stock goes back at once and the customer gets a notice.
END
show 'order-update SO-00000007-9 cancelled --note "by phone"' \
    ref external_ref status stock result
show 'order-forward --to fulfilment --pending --dir outbox' \
    ref external_ref status result

# ---- Wednesday ----

at 2026-11-25 10:00:00 'parcels leave'
tell <<'END'
The reports of the day: the hand trucks go in two parcels. One report has a
wrong number; it is refused, and the others are taken.
END
show 'cp fortnight/fulfilment-1125.csv feedback/in'
show 'feedback.sh feedback'
show 'order-status SO-00000001-1 SO-00000003-8 SO-00000008-7' \
    ref external_ref status stock ship
tell <<'END'
Each customer was told what left, by whom, and under which number:
END
show 'order-notify --list --kind shipped' message ref kind recipient state
tell <<'END'
Nobody answered yet what was asked about the price of PO-26-2002. After 48
hours the customer is reminded:
END
show 'order-resolve --chase' ref external_ref held result
show 'order-notify -q'

at 2026-11-25 15:30:00 'a question by mail, and the answer'
show 'order-receive --from-mail < fortnight/question.eml'
show 'echo "No: they are on backorder and leave here on 2 December." |
    order-notify --reply SO-00000001-1' ref kind recipient state
show 'order-notify -q'

# ---- Thursday ----

at 2026-11-26 09:00:00 'two calls'
tell <<'END'
Café Morgenrot takes our price. Werkhof Müller does not need the strapping any
more - but the warehouse has that order already. So this cancellation is a
request, and a further hand-off asks the warehouse.
END
show 'order-resolve SO-00000005-4 price accepted --note "by phone" |
    order-check-stock | order-ack' ref external_ref status stock ack
show 'order-update SO-00000002-0 cancelled --line 2 --note "by phone"' \
    ref external_ref status result
show 'order-forward --to fulfilment --pending --dir outbox' \
    ref external_ref status result
show 'ls outbox'

at 2026-11-26 13:00:00 'the warehouse answers'
tell <<'END'
The strapping is back on its shelf; the boxes have left, and with them all that
is left of the order: it is completed.
END
show 'cp fortnight/fulfilment-1126.csv feedback/in'
show 'feedback.sh feedback'
show 'order-status SO-00000002-0' ref external_ref status stock ship
show 'order-forward --list' handoff kind ref at state age

# ---- Friday ----

at 2026-11-27 12:00:00 'the week ends'
show 'cp fortnight/fulfilment-1127.csv feedback/in'
show 'feedback.sh feedback'
show 'order-status --all' ref external_ref status stock ship

# ---- the second week ----

at 2026-11-30 08:00:00 'a delay'
tell <<'END'
The supplier of the hand trucks needs until Thursday. The new date is loaded,
and Café Morgenrot is told before they wonder.
END
show "sed -i '/B-2026-124/s/2026-12-02/2026-12-03/' company/supply.csv"
show 'order-load -q supply company/supply.csv'
show 'order-update SO-00000001-1 delay --promised-on 2026-12-08 \
    --reason "our supplier is a day late"' ref status delivery_on result
show 'order-notify -q'
show 'order-notify --list --kind delay' message ref kind recipient state

at 2026-11-30 10:00:00 'an order by telephone'
tell <<'END'
This customer has no e-mail. Somebody must call; until that is recorded the
morning list shows it.
END
show 'order-receive --channel phone fortnight/phone.csv | order-verify |
    order-check-stock | order-ack' ref external_ref status stock ack
show 'order-status --attention' what ref age detail command
message=$(order-notify --list --state by-hand | sed -n '2s/,.*//p')
show "order-notify --told $message --note 'called, Mr Abend'" \
    message ref kind state
show 'order-forward --to fulfilment --pending --dir outbox' \
    ref external_ref status result

at 2026-12-03 10:00:00 'the hand trucks are here'
tell <<'END'
Goods received raise the stock; what waits for them is filled, oldest promise
first, and handed over.
END
show 'order-load stock --adjust fortnight/delivery.csv' kind key result
show 'order-check-stock --backorders' ref external_ref status stock
show 'order-forward --to fulfilment --pending --dir outbox' \
    ref external_ref status result

at 2026-12-03 14:00:00 'the last parcels leave'
show 'cp fortnight/fulfilment-1203.csv feedback/in'
show 'feedback.sh feedback'
tell <<'END'
Imkerei Abendtau has to be called once more: their parcel is on its way.
END
message=$(order-notify --list --state by-hand | sed -n '2s/,.*//p')
show "order-notify --told $message --note 'called, Mr Abend'" \
    message ref kind state
show 'order-notify -q'

at 2026-12-04 14:00:00 'everything has arrived'
show 'cp fortnight/fulfilment-1204.csv feedback/in'
show 'feedback.sh feedback'
show 'order-status --all' ref external_ref status stock ack ship
tell <<'END'
What needs somebody? Nothing. (With something overdue the status would be 1, so
that cron can shout.)
END
show 'order-status --attention' what ref age detail command
tell <<'END'
Inventory gets what orders did to the stock, and the night's backup is proved
before it gets its name:
END
show 'order-forward --to inventory --dir outbox -q'
show 'order-backup --keep 7 backup' orders events result
tell <<'END'
How did the fortnight go? This is how the report begins; behind it come tables,
each with the command to use when it looks bad. The same figures come as CSV,
JSON, and a page with charts.
END
show 'order-report --from 2026-11-23 --to 2026-12-06 -o text | sed "/^1\\. /,\$d"'
show 'order-report --from 2026-11-23 --to 2026-12-06 -o html > report.html'

# ---- more than a year later ----

at 2028-01-10 09:00:00 'tidying up'
tell <<'END'
What was closed long ago moves to an archive, which is an order database itself.
The record of each order stays readable there, as a story:
END
show 'order-archive --to archive-2026.db --pending' ref external_ref status result
show 'order-status --all' ref status
show 'order-audit -d archive-2026.db -o table SO-00000001-1'
tell <<'END'
Does it all add up - every quantity, every amount, every number, and the chain
over all events, here and in the archive? These say nothing when it does:
END
show 'order-audit --check && order-audit --verify -q'
show 'order-audit -d archive-2026.db --check &&
    order-audit -d archive-2026.db --verify -q'

printf '\n\n==== Where everything is\n\n'
printf '    %s\n' \
    "the report:       $dir/report.html" \
    "the database:     $ORDER_DB" \
    "the archive:      $dir/archive-2026.db" \
    "mails, one each:  $dir/mail/new" \
    "hand-offs:        $dir/outbox" \
    "reports, filed:   $dir/feedback/done" \
    "the backup:       $dir/backup" \
    '' \
    'To look around:' \
    "    export ORDER_DB='$dir/archive-2026.db' ORDER_NOW=$ORDER_NOW" \
    '    order-status SO-00000001-1'
