#!/usr/bin/env bats
# What a shell offers: every option, and the words that are taken.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	export HOME=$PWD ORDER_DB=$PWD/orders.db ORDER_NOW=2026-11-23T09:00:00Z
	order-init
}

# The long options of --help: "--name" or "--name ARG"
in_help() {
	"$1" --help | sed -nE '/^options:/,$s/^  (-.|  ),? +(--[a-z-]+)( [A-Z=:]+)? .*/\2\3/p'
}

# What bash offers for a line whose last word is unfinished: offers WORD...
offers() {
	bash --norc --noprofile -c '
		compopt() { echo "<$*>"; }	# only asked for in a real one
		eval "$("$1" --completion bash)"
		f=$(complete -p "$1") && f=${f#*-F } && f=${f%% *}
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"$f" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
	' bash "$@"
}

@test "bash offers every option of --help, and no other" {
	for tool in $(made TOOLS); do
		same "$tool" "$(in_help "$tool" | cut -d' ' -f1)" "$(offers "$tool" --)"
	done
}

@test "the words offered are those an option takes" {
	seen=0
	for tool in $(made TOOLS); do
		for option in $(in_help "$tool" | sed -n 's/ [A-Z].*//p'); do
			[ "$option" != --delimiter ] || continue	# signs, not words
			said=$("$tool" "$option=@@" 2>&1 </dev/null | sed -n \
				"s/.*\"@@\" is none of \(.*\)/\1/p" |
				sed 's/ (did you mean.*//; s/,\? and /,/; s/, */\n/g')
			[ -n "$said" ] || continue
			seen=$((seen + 1))
			same "$tool $option" "$(sort <<<"$said")" \
				"$(offers "$tool" "$option" "" | sort)"
		done
	done
	[ "$seen" -gt 30 ]
}

@test "a value is offered behind = as well, files where files go" {
	[ "$(offers order-status --status rec)" = received ]
	[ "$(offers order-status --status = re | tr '\n' ' ')" = 'received released rejected ' ]
	[ "$(offers order-status --status = | wc -l)" -eq 7 ]
	[ "$(offers order-status --customer '')" = '' ]
	[ "$(offers order-status -d '')" = '<-o default>' ]
	[ "$(offers order-receive --channel email '')" = '<-o default>' ]
	[ "$(offers order-receive --map '' | tail -1)" = shopify ] ||
		offers order-receive --map '' | grep -qx shopify
}

@test "operands are offered at their place" {
	[ "$(offers order-update SO-1 short)" = short-close ]
	[ "$(offers order-update --note x SO-1 legal-h)" = legal-hold ]
	[ "$(offers order-update --note = x SO-1 legal-h)" = legal-hold ]
	[ "$(offers order-update 'short')" = '' ]
	[ "$(offers order-resolve SO-1 addr)" = address ]
	[ "$(offers order-resolve SO-1 address corr)" = corrected ]
	[ "$(offers order-load bl)" = blocklist ]
	[ "$(offers order-load items '')" = '<-o default>' ]
	[ "$(offers order-config ack_h | tail -1)" = ack_hours= ]
	[ "$(offers order-config a=b close | tail -1)" = close_days= ]
}

@test "every event offered is one that order-update knows" {
	printf 'external_ref,channel,sku,quantity\nA,email,X,1\n' | order-receive -q
	[ "$(offers order-update SO-00000001-1 '' | wc -l)" -gt 15 ]
	for event in $(offers order-update SO-00000001-1 ''); do
		run order-update SO-00000001-1 "$event" </dev/null
		[[ $output != *'is no event'* ]] || { echo "$event"; return 1; }
	done
}

@test "a real bash completes when the key is pressed" {
	order-status --completion bash >order-status
	python3 - <<-'END'
	import os, pty, re, select, sys, time
	pid, fd = pty.fork()
	if pid == 0:
	    os.environ["TERM"] = "dumb"
	    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
	def until(what, seconds=20):
	    seen, end = "", time.monotonic() + seconds
	    while not re.search(what, seen):
	        left = end - time.monotonic()
	        if left <= 0 or not select.select([fd], [], [], left)[0]:
	            sys.exit("no %r in %r" % (what, seen))
	        seen += os.read(fd, 4096).decode()
	    return seen
	os.write(fd, b". ./order-status; echo rea''dy\n")
	until("ready")
	os.write(fd, b"echo order-status; order-status --att\t")
	until("--attention ")
	os.write(fd, b"\x15order-status --status=compl\t")
	until("--status=completed ")
	os.write(fd, b"\x15exit\n")
	END
}

@test "zsh and fish take their scripts, when they are here" {
	for tool in $(made TOOLS); do
		for shell in bash zsh fish; do
			"$tool" --completion $shell >"$tool.$shell"
			[ -s "$tool.$shell" ]
			for option in $(in_help "$tool" | cut -d' ' -f1); do
				case $shell in fish) o="-l ${option#--} " ;;
				zsh) o="${option}[=}']" ;; *) o="$option" ;; esac
				grep -q -- "$o" "$tool.$shell" ||
					{ echo "$tool $shell: $option"; return 1; }
			done
			[ "$shell" = bash ] || ! command -v $shell >/dev/null ||
				$shell -n "$tool.$shell"
		done
	done
	if command -v fish >/dev/null; then
		found=$(fish --no-config -c 'source order-status.fish
			complete -C "order-status --status rec"
			complete -C "order-status --att"' | sort)
		[[ $found == *$'--attention\tall that somebody'*received* ]] ||
			{ echo "$found"; return 1; }
	fi
}

@test "fish offers operands at their place" {
	command -v fish >/dev/null || skip 'no fish here'
	touch items.csv
	offered() {
		fish --no-config -c 'for tool in load resolve update config
				order-$tool --completion fish | source
			end
			complete -C $argv[1]' "$1" | tr '\n' ' '
	}
	[ "$(offered 'order-update ')" = '' ]
	[ "$(offered 'order-update SO-1 sh')" = 'shipped short-close ' ]
	[ "$(offered 'order-update --note sh SO-1 sh')" = 'shipped short-close ' ]
	[ "$(offered 'order-resolve SO-1 c')" = 'consent contact credit customer ' ]
	[ "$(offered 'order-resolve -q SO-1 address c')" = 'cancel confirmed corrected ' ]
	[ "$(offered 'order-load it')" = 'items ' ]
	[ "$(offered 'order-load items it')" = 'items.csv ' ]
	[ "$(offered 'order-config a=b ack_h')" = 'ack_hours= ' ]
}

@test "no other shell is known" {
	run order-ack --completion csh
	[ "$status" -eq 64 ]
	[[ ${lines[0]} == 'order-ack: --completion: "csh" is none of bash, zsh and fish' ]]
}

@test "installing puts tools, pages and completion where they are looked for" {
	make -s -C "$ROOT" B="${B#"$ROOT"/}" -o all DESTDIR="$PWD/to" PREFIX=/usr \
		install >/dev/null
	for tool in $(made TOOLS); do
		for f in bin/$tool share/man/man1/$tool.1 \
			share/bash-completion/completions/$tool \
			share/zsh/site-functions/_$tool \
			share/fish/vendor_completions.d/$tool.fish; do
			[ -s "to/usr/$f" ] || { echo "$f"; return 1; }
		done
	done
	[ -x to/usr/share/order-tools/examples/mail.sh ]
	[ "$(head -1 to/usr/share/zsh/site-functions/_order-ack)" = '#compdef order-ack' ]
	make -s -C "$ROOT" DESTDIR="$PWD/to" PREFIX=/usr uninstall
	[ -z "$(find to -type f)" ]
}
