#!/bin/sh
# feedback.sh FOLDER - record the reports that fulfilment drops into FOLDER
#
# Fulfilment writes a CSV file as order-update reads it (ref, event, line,
# quantity, carrier, tracking, event_id ...) under a name that begins with a
# dot and renames it when it is whole.  Each run records every file of
# FOLDER/in, by name, and puts it away:
#
#	done/     files read to their end; where reports were refused, NAME.log
#	          beside the file says which and why, and NAME.answers has every
#	          report with its result
#	failed/   files that were not, with the reason in NAME.log
#
# Each report needs an event_id: a run that was killed leaves its file in in/,
# the next one records it again, and what was recorded before is unchanged.
# One run is at work at a time; the others leave the files to it.  All of
# FOLDER must lie on one file system; the database is $ORDER_DB.
#
# Exit status: 0 all is well; 1 reports were refused; 65 a file failed; 75 it
# must be tried again; anything else: nothing could be tried.

set -eu
umask 077
LC_ALL=C
export LC_ALL

say() {
	printf 'feedback.sh: %s\n' "$*" >&2
}

# A file name as it can harm no terminal.
shown() {
	printf '%s' "$1" | tr -c '[:alnum:]/._+=,@%: -' '?'
}

worst=0
status_at_least() {
	[ "$worst" -ge "$1" ] || worst=$1
}

# A name that is free in folder $1; the answer is $place.
free_name() {
	place=$name
	n=1
	while [ -e "$1/$place" ] || [ -e "$1/$place.log" ] ||
	    [ -e "$1/$place.answers" ]; do
		n=$((n + 1))
		place=$name.$n
	done
}

# Move the file to folder $1, what was said about it first.
put_away() {
	free_name "$1"
	if [ -s work/log ]; then
		mv -f work/log "$1/$place.log"
	fi
	if [ "$code" -eq 1 ]; then
		mv -f work/answers "$1/$place.answers"
	fi
	mv -f "in/$name" "$1/$place"
}

record() {
	code=0
	: >work/answers
	if head -n 1 "in/$name" | grep -q event_id; then
		order-update <"in/$name" >work/answers 2>work/log || code=$?
	else
		echo 'has no column event_id: a report could count twice' \
		    >work/log
		code=65
	fi
	case $code in
	0)
		put_away 'done'
		;;
	1)
		put_away 'done'
		say "done/$(shown "$place"): reports were refused"
		cat "done/$place.log" >&2
		status_at_least 1
		;;
	75)
		status_at_least 75
		;;
	*)
		put_away failed
		say "failed/$(shown "$place"): ended with $code"
		cat "failed/$place.log" >&2
		status_at_least 65
		;;
	esac
}

if [ $# -ne 1 ]; then
	say "usage: feedback.sh FOLDER"
	exit 64
fi
if ! command -v flock >/dev/null; then
	say "flock(1) of util-linux is not there"
	exit 69
fi
case ${ORDER_DB:=orders.db} in
/*) ;;
*) ORDER_DB=$PWD/$ORDER_DB ;;
esac
export ORDER_DB
case $1 in
/*) cd "$1" || exit 66 ;;
*) cd "./$1" || exit 66 ;;
esac
mkdir -p in work 'done' failed

# Without a store that works no file is touched.
order-config ref_prefix >/dev/null
exec 9>work/lock
flock -n 9 || exit 0

for path in in/*; do
	if [ -f "$path" ] && [ ! -h "$path" ]; then
		name=${path##*/}
		record
	fi
done
exit "$worst"
