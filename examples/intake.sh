#!/bin/sh
# intake.sh FOLDER [option ...] - take in the order files dropped into FOLDER
#
# Whoever sends orders writes a file under a name that begins with a dot
# (FOLDER/in/.orders.csv) and renames it when it is whole.  Each run takes
# every file of FOLDER/in through the main line up to order-check-stock:
#
#	in/       files to take in
#	work/     files being taken in
#	done/     files read to their end; refused orders lie beside them in
#	          NAME.rejects: repair them and drop that file into in/ again
#	failed/   files that were not, with the reason in NAME.log
#
# Options go to order-receive (intake.sh FOLDER --channel email); the database
# is $ORDER_DB.  Several may run at once: a file is claimed by renaming it
# into work/, and a lock tells the living from the dead.  What a dead run left
# is taken up by the next one; an order that had gone in is then a duplicate
# and changes nothing.  All of FOLDER must lie on one file system.
#
# Exit status: 0 all is well; 1 orders were refused; 65 a file failed; 75 it
# must be tried again; anything else: nothing could be tried.

set -eu
umask 077
LC_ALL=C
export LC_ALL

say() {
	printf 'intake.sh: %s\n' "$*" >&2
}

# A file name as it can harm no terminal.
shown() {
	printf '%s' "$1" | tr -c '[:alnum:]/._+=,@%: -' '?'
}

worst=0
status_at_least() {
	[ "$worst" -ge "$1" ] || worst=$1
}

# A free name in folder $1, taken at once; the answer is $place.
take_place() {
	stem=$name
	[ ${#name} -le 200 ] || stem=long-name
	place=$stem
	n=1
	while :; do
		if [ ! -e "$1/$place" ] && [ ! -e "$1/$place.log" ] &&
		    [ ! -e "$1/$place.rejects" ]; then
			if (set -C && : >"$1/$place") 2>/dev/null; then
				return
			elif [ ! -e "$1/$place" ]; then
				say "$1: cannot create a file here"
				exit 73
			fi
		fi
		n=$((n + 1))
		place=$stem.$n
	done
}

# Move the file to folder $1, what was said about it first: a crash between
# the two may leave a reject there twice, but never loses one.
put_away() {
	take_place "$1"
	for said in rejects log; do
		if [ -s "$claim/out/$said" ]; then
			mv -f "$claim/out/$said" "$1/$place.$said"
		fi
	done
	mv -f "$claim/in/$name" "$1/$place"
}

# Back to in/; if a file of that name is there by now, this one stays in
# work/ for the next run.
put_back() {
	if ln "$claim/in/$name" "in/$name" 2>/dev/null; then
		rm -f "$claim/in/$name"
	fi
}

# What order-receive printed goes on down the line.  If that fails the orders
# are in the store all the same, and --pending finds them later.
pass_on() {
	later=0
	order-verify <"$claim/out/received" >"$claim/out/verified" \
	    2>>"$claim/out/log" || later=$?
	if [ "$later" -le 1 ]; then
		order-check-stock -q <"$claim/out/verified" \
		    2>>"$claim/out/log" || later=$?
	fi
	if [ "$later" -gt 1 ]; then
		say "$(shown "$name"): its orders are in the store, but a" \
		    "later step ended with $later"
		status_at_least 75
	fi
}

# Take in $claim/in/$name.  Only order-receive decides where the file goes.
take_in() {
	rm -rf "$claim/out"
	mkdir "$claim/out"
	code=0
	(cd "$claim/in" &&
	    exec order-receive --rejects ../out/rejects "$@" "./$name") \
	    >"$claim/out/received" 2>"$claim/out/log" || code=$?
	pass_on
	case $code in
	0)
		put_away 'done'
		;;
	1)
		put_away 'done'
		status_at_least 1
		;;
	75)
		put_back
		status_at_least 75
		;;
	*)
		put_away failed
		say "failed/$(shown "$place"): order-receive ended with $code"
		if [ -e "failed/$place.log" ]; then
			cat "failed/$place.log" >&2
		fi
		status_at_least 65
		;;
	esac
}

# A folder of our own in work/.  Descriptor 9 holds its lock as long as this
# script or a tool it started lives; only then does it get its name.
begin_run() {
	new=$(mktemp -d work/.new.XXXXXX)
	exec 9>"$new/lock"
	flock 9
	run=work/${new#work/.new.}
	mv "$new" "$run"
	claims=0
}

next_claim() {
	claims=$((claims + 1))
	claim=$run/$claims
}

# Take over the files that another run had claimed, if it is dead.
adopt() {
	dead=$1
	shift
	for left in "$dead"/[0-9]*; do
		next_claim
		flock -n "$dead/lock" mv "$left" "$claim" 2>/dev/null ||
		    return 0
		for path in "$claim"/in/*; do
			if [ -f "$path" ]; then
				name=${path##*/}
				take_in "$@"
			fi
		done
	done
}

# Remove a run without files; what follows its name leads the renaming.
drop_run() {
	dir=$1
	shift
	for left in "$dir"/[0-9]*/in/*; do
		[ ! -f "$left" ] || return 0
	done
	"$@" mv "$dir" "work/.old.${dir#work/}" 2>/dev/null || return 0
	rm -rf "work/.old.${dir#work/}"
}

if [ $# -lt 1 ]; then
	say "usage: intake.sh FOLDER [order-receive option ...]"
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
shift
mkdir -p in work 'done' failed

# Without a store that works no file is touched.
order-config ref_prefix >/dev/null
begin_run

for other in work/*; do
	if [ -d "$other" ] && [ "$other" != "$run" ]; then
		adopt "$other" "$@"
		drop_run "$other" flock -n "$other/lock"
	fi
done
for path in in/*; do
	if [ -f "$path" ] && [ ! -h "$path" ]; then
		name=${path##*/}
		next_claim
		mkdir -p "$claim/in"
		# Another run may have been faster.
		if mv "$path" "$claim/in/" 2>/dev/null; then
			take_in "$@"
		elif [ -e "$path" ]; then
			say "in/$(shown "$name"): cannot be moved to work/"
			status_at_least 75
		fi
	fi
done
drop_run "$run"
exit "$worst"
