#!/usr/bin/env bats
# A layer includes lower layers only; folders of one layer know nothing of
# each other; only lib/cli prints and ends the process.

load lib

# Which folder a public header belongs to.
layer_of() {
	case $1 in
	arena|banned|buf|clock|date|err|hash|money|text) echo base ;;
	map|recs) echo io ;;
	copies|db|lock) echo db ;;
	mail|mail_in|mail_read|template) echo mail ;;
	ack|amend|answers|archive|audit|backup|cancel|chase|columns|erase|event|\
	figures|forward|handoff|inquiry|intake|lifecycle|load|message|offer|\
	order|policy|probe|query|question|rate|ref|remedy|resolve|ship|step|\
	stock|update|verdict|verify) echo order ;;
	acks|answering|archives|audits|backups|erasures|forwards|listing|mails|\
	maps|opt|questions|rejects|reports|settings|tool|updates) echo cli ;;
	*) echo unknown ;;
	esac
}

# The folders whose headers a folder may include.
may_include() {
	case $1 in
	base) echo base ;;
	io) echo base io ;;
	db) echo base db ;;
	mail) echo base mail ;;
	order) echo base db mail order ;;
	*) echo base io db mail order cli ;;
	esac
}

# breaches LAYER FILE...: includes of public headers that are not allowed
breaches() {
	local layer=$1 file name
	shift
	grep -Ho '^#include <order/[a-z_]*' "$@" | sed 's/:.*\// /' |
		while read -r file name; do
			case " $(may_include "$layer") " in
			*" $(layer_of "$name") "*) ;;
			*) echo "${file#"$ROOT"/} ($layer) includes <order/$name.h>" \
				"($(layer_of "$name"))" ;;
			esac
		done
}

@test "every public header belongs to a layer" {
	for h in "$ROOT"/include/order/*.h; do
		name=$(basename "$h" .h)
		[ "$(layer_of "$name")" != unknown ] || {
			echo "say in tests/meta/layers.bats where $name.h belongs"
			return 1
		}
	done
}

@test "sources include lower layers only" {
	for layer in base io db mail order cli; do
		found=$(breaches "$layer" "$ROOT/lib/$layer"/*.[ch])
		[ -z "$found" ] || { echo "$found"; return 1; }
	done
}

@test "public headers include lower layers only" {
	for h in "$ROOT"/include/order/*.h; do
		found=$(breaches "$(layer_of "$(basename "$h" .h)")" "$h")
		[ -z "$found" ] || { echo "$found"; return 1; }
	done
}

@test "private headers stay in their folder" {
	found=
	for f in "$ROOT"/lib/*/*.[ch] "$ROOT"/cmd/*.c; do
		for h in $(sed -n 's/^#include "\(.*\)"/\1/p' "$f"); do
			[[ $h != */* && -f ${f%/*}/$h ]] || found+="${f#"$ROOT"/} \"$h\" "
		done
	done
	[ -z "$found" ] || { echo "$found"; return 1; }
	run grep -l '^#include "' "$ROOT"/cmd/*.c
	[ "$output" = '' ]
}

@test "each library has one folder that knows it" {
	known() {	# known HEADER FOLDER...
		local header=$1 folder found
		shift
		for folder in base io db mail order cli; do
			[[ " $* " == *" $folder "* ]] && continue
			found+=$(grep -l "^#include <$header" \
				"$ROOT/lib/$folder"/*.[ch] || true)
		done
		found+=$(grep -l "^#include <$header" "$ROOT"/cmd/*.c || true)
		[ -z "$found" ] || { echo "<$header> in $found"; return 1; }
	}
	known sqlite3.h db
	known gmime mail
	known csv.h io
	known cjson io order cli
	known nettle base
	known utf8proc base
	known getopt cli
}

@test "only lib/cli prints or ends the process" {
	run grep -nE '\b(printf|puts|putchar|perror|exit|_exit|abort)\(|\b(stdout|stderr)\b *[,)]' \
		"$ROOT"/lib/{base,io,db,mail,order}/*.c
	# no memory and no randomness are nothing to go on with; SQL has a
	# printf of its own
	found=$(grep -v -e '/lib/base/arena.c:' -e '/lib/base/hash.c:' -e '" *printf(' \
		-e '[a-z]_printf(' <<<"$output" || true)
	[ -z "$found" ] || { echo "$found"; return 1; }
}
