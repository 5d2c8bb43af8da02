#!/usr/bin/env bats
# order-status --watch at a terminal, and --health for a machine

load ../helper
load ../company

# watched ARGS... <SCRIPT: what to see on the screen, what to type, one a line
#   see TEXT | type KEYS | size COLUMNS ROWS | signal NAME | run COMMAND
# Ends with the status of order-status; the screen it left is in the file out.
watched() {
	cat >steps
	python3 - "$@" <<-'END'
	import fcntl, os, pty, select, signal, struct, subprocess, sys, termios, time
	def size(c, r):
	    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", r, c, 0, 0))
	main, side = pty.openpty()
	size(80, 24)
	before = termios.tcgetattr(side)
	pid = os.fork()
	if pid == 0:
	    os.close(main); os.setsid()
	    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
	    for fd in (0, 1, 2): os.dup2(side, fd)
	    # ignored where the tests run under nohup or in the background
	    for n in (signal.SIGINT, signal.SIGHUP): signal.signal(n, signal.SIG_DFL)
	    os.execvp("order-status", ["order-status"] + sys.argv[1:])
	seen, at = b"", 0
	def see(what):
	    global seen, at
	    end = time.monotonic() + 20
	    while what not in seen[at:]:
	        if not select.select([main], [], [], end - time.monotonic())[0]:
	            sys.exit("no %r in %r" % (what, seen[at:]))
	        seen += os.read(main, 65536)
	    at = seen.index(what, at) + len(what)
	for line in open("steps"):
	    word, _, rest = line.strip().partition(" ")
	    if word == "see": see(rest.encode().decode("unicode_escape").encode("latin-1"))
	    elif word == "type": os.write(main, rest.encode())
	    elif word == "size": size(*map(int, rest.split()))
	    elif word == "signal": os.kill(pid, getattr(signal, rest))
	    elif word == "run": subprocess.run(rest, shell=True, check=True)
	status = os.waitpid(pid, 0)[1]
	while select.select([main], [], [], 0)[0]:
	    seen += os.read(main, 65536)
	open("out", "wb").write(seen)
	if termios.tcgetattr(side) != before: sys.exit("the terminal is not as it was")
	sys.exit(os.waitstatus_to_exitcode(status))
	END
}

entered=$'\e[?1049h' left=$'\e[?1049l'

@test "it draws on a screen of its own and gives the terminal back" {
	good PO-1 >/dev/null
	run watched --attention --watch --every 600 <<-'END'
	see \x1b[?1049h
	see every 600 s, q ends
	see Nothing needs attention
	type q
	END
	[ "$status" -eq 0 ] || echo "$output"
	[ "$status" -eq 0 ]
	[[ "$(cat out)" == "$entered"*"$left" ]]
}

@test "a new draw sees what was written since, and no lock is held between" {
	good PO-1 >/dev/null
	run watched --attention --watch --every 1 <<-'END'
	see Nothing needs attention
	run order-update -q SO-00000001-1 hold --reason why && sqlite3 orders.db 'PRAGMA wal_checkpoint(TRUNCATE)' | grep -q '^0'
	see Holds (1)
	see order-resolve SO-00000001-1 manual waived
	type q
	END
	[ "$status" -eq 0 ] || echo "$output"
	[ "$status" -eq 0 ]
}

@test "another size is another draw; lists are cut at the last row" {
	seq 1 40 | sed 's/.*/K&,email,A,1/;1i external_ref,channel,sku,quantity' |
		order-receive -q
	run watched --all --watch --every 600 <<-'END'
	see SO-00000001-1
	see ... and more
	size 60 10
	see SO-00000007-9
	see ... and more
	type Q
	END
	[ "$status" -eq 0 ] || echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c 'SO-00000040-2' out)" -eq 0 ]
}

@test "what ends it leaves the terminal as it was" {
	for how in 'SIGINT 0' 'SIGTERM 143' 'SIGHUP 129'; do
		run watched --counts --watch --every 600 <<-END
		see received
		signal ${how% *}
		END
		[ "$status" -eq "${how#* }" ] || { echo "$how: $status $output"; return 1; }
		[[ "$(cat out)" == *"$left" ]]
	done
}

@test "a wrong question is told and ends it" {
	run watched --status nix --watch <<<''
	[ "$status" -eq 64 ]
	[[ "$(cat out)" == *"$left"*'--status: "nix" is none of'* ]]
	run watched --all --watch -d none.db <<<''
	[ "$status" -eq 78 ]
}

@test "only on a terminal" {
	run order-status --attention --watch </dev/null
	[ "$status" -eq 64 ]
	[[ $output == *'--watch draws on a terminal, and stdout is none'* ]]
	run order-status --attention --every 2 </dev/null
	[ "$status" -eq 64 ]
	for wrong in 0 x 1.5 86401; do
		run order-status --watch --every $wrong
		[ "$status" -eq 64 ]
		[[ $output == *'is not a number of seconds'* ]]
	done
}

# ---- health ----

@test "health is one line, ok while all runs" {
	run order-status --health
	[ "$status" -eq 0 ]
	[[ $output =~ ^ok\ orders=0\ unanswered_overdue=0\ oldest_queued=0s\ dead=0\ held=0\ chain_head=[0-9]+:[0-9a-f]{16}\ wal=[0-9]+$ ]]
	good PO-1 >/dev/null
	good PO-2 >/dev/null
	order-update -q $R1 hold --reason why
	run order-status --health
	[ "$status" -eq 0 ]
	[[ $output == 'ok orders=2 '*' held=1 chain_head='* ]]
	head=$(sed 's/.*chain_head=\([0-9]*\):\([0-9a-f]*\) .*/\1 \2/' <<<"$output")
	[[ "$(order-audit --head)" == "$head"* && ${#head} -ge 18 ]]
	run order-status --health -q
	[ "$output" = '' ]
}

@test "health is an alarm when answers are late, mail stands or is dead" {
	good PO-1 >/dev/null
	ORDER_NOW=2026-11-24T08:59:59Z order-status --health
	ORDER_NOW=2026-11-24T09:00:01Z run order-status --health
	[ "$status" -eq 1 ]
	[[ $output == 'alarm orders=1 unanswered_overdue=1 '* ]]
	order-verify -q $R1
	order-check-stock -q $R1
	order-ack -q --queue-only $R1
	ORDER_NOW=2026-11-23T10:00:00Z order-status --health
	ORDER_NOW=2026-11-23T10:00:01Z run order-status --health
	[ "$status" -eq 1 ]
	[[ $output == 'alarm '*' oldest_queued=3601s '* ]]
	order-notify -q
	ORDER_NOW=2026-12-24T09:00:01Z order-status --health
	sql "UPDATE messages SET state = 'dead'"
	run order-status --health
	[ "$status" -eq 1 ]
	[[ $output == 'alarm '*' dead=1 '* ]]
}
