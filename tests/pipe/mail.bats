#!/usr/bin/env bats
# Mail is at least once: never lost, whatever becomes of the mailer, and a
# copy more only where nobody can know, with the same Message-ID and bytes.

load lib

with_mailer() {
	company
	mkdir spool
	cp "$PIPE/mailer" .
}

# queued N: N acknowledgments wait for the mailer
queued() {
	with_mailer
	pieces "$1" PO A-1 | order-receive | order-verify |
		order-check-stock | order-ack --queue-only -q
	[ "$(states)" = "queued $1" ]
}

# How the mailer behaves from now on.
manner() {
	order-config -q mail_command="$TEST_DIR/mailer $TEST_DIR/spool $1"
}

states() {
	sql 'SELECT state, count(*) FROM messages GROUP BY 1' | tr '|\n' '  ' |
		sed 's/ $//'
}

# Message-ID and digest of everything that was accepted.
accepted() {
	local f
	for f in spool/*; do
		[ ! -e "$f" ] || echo "$(grep -m 1 -i ^Message-ID: "$f")" \
			"$(sha256sum <"$f")"
	done | sort
}

# N messages arrived, in so many copies, all copies alike: arrived N COPIES
arrived() {
	[ "$(accepted | wc -l)" -eq "$2" ]
	[ "$(accepted | uniq | wc -l)" -eq "$1" ]
	[ "$(accepted | cut -d' ' -f2 | uniq | wc -l)" -eq "$1" ]
}

@test "however a mailer fails, the message stays and is sent in the end" {
	queued 1
	while read -r how exit state attempts error; do
		manner "$how"
		run --separate-stderr limited order-notify --retry
		run --separate-stderr limited order-notify
		echo "$how: $status: $output: $stderr"
		[ "$status" -eq "$exit" ]
		[ "$(sql 'SELECT state, attempts FROM messages')" = \
			"$state|$attempts" ]
		[[ $output$stderr == *"$error"* ]]
	done <<-'END'
	75	0	failed	1	exit status 75
	68	0	failed	2	exit status 68
	1	0	failed	3	exit status 1
	crash	0	failed	4	signal 11
	64	69	failed	4	delivery is stopped: exit status 64
	77	69	failed	4	delivery is stopped: exit status 77
	78	69	failed	4	delivery is stopped: exit status 78
	126	69	failed	4	delivery is stopped: exit status 126
	127	69	failed	4	delivery is stopped: exit status 127
	65	1	dead	5	exit status 65
	67	1	dead	1	exit status 67
	noisy	0	sent	1	sent
	END
	arrived 1 1
}

@test "a mailer that is missing or may not run: 69, nothing is lost" {
	queued 3
	for command in "$TEST_DIR/none -i" "$TEST_DIR" "$TEST_DIR/orders.db"; do
		order-config -q mail_command="$command"
		run --separate-stderr order-notify
		[ "$status" -eq 69 ]
		[[ $stderr == "order-notify: delivery is stopped: "* ]]
		[ "$(states)" = "queued 3" ]
	done
	[ "$(sql 'SELECT sum(attempts) FROM messages')" -eq 0 ]
	pieces 1 Q A-1 | order-receive | order-verify | order-check-stock >refs
	run --separate-stderr order-ack <refs
	[ "$status" -eq 69 ]
	[[ $output == *,confirmed,* ]]
	manner ok
	order-notify -q
	arrived 4 4
}

@test "a mailer that hangs is ended in time and the message sent later" {
	queued 1
	order-config -q mail_timeout_seconds=1
	manner hang
	run --separate-stderr limited order-notify
	[ "$status" -eq 0 ]
	[[ $output == *"timed out after 1 s"* ]]
	manner ok
	order-notify -q
	arrived 0 0
	ORDER_NOW=2026-11-23T09:05:00Z order-notify -q
	arrived 1 1
}

@test "one bad address does not stop the others" {
	with_mailer
	for n in 1 2 3 4; do
		echo "PO-$n,email,C-$n,c$n@example.org,A-1,1"
	done | sed '1i external_ref,channel,customer,email,sku,quantity' |
		order-receive | order-verify | order-check-stock |
		order-ack --queue-only -q
	manner deny
	run --separate-stderr order-notify
	[ "$status" -eq 1 ]
	[ "$(states)" = "dead 1 sent 3" ]
	arrived 3 3
}

@test "after five failures in a row the rest waits for the next run" {
	queued 8
	manner 75
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ "$(states)" = "failed 5 queued 3" ]
	manner ok
	order-notify -q
	[ "$(states)" = "failed 5 sent 3" ]
	ORDER_NOW=2026-11-23T10:00:00Z order-notify -q
	arrived 8 8
}

@test "a mailer that outlives its caller has the whole message" {
	with_mailer
	{
		echo external_ref,channel,customer,sku,quantity,instructions
		printf 'PO-1,email,C-1,A-1,1,%s\n' "$(yes words | head -10000 |
			tr '\n' ' ')"
	} | order-receive | order-verify | order-check-stock |
		order-ack --queue-only -q
	manner orphan
	run -137 order-notify
	manner ok
	order-notify -q
	until [ "$(ls spool | wc -l)" -eq 2 ]; do :; done
	[ "$(wc -c <"$(find spool -type f | head -1)")" -gt 65536 ]
	arrived 1 2
}

@test "killed at any moment while filling a Maildir: all arrives" {
	queued 60
	order-config -q mail_command="maildir:$TEST_DIR/mail"
	for n in 1 2 3 4 5 6 7 8; do
		timeout --foreground -s KILL 0.0$((RANDOM % 9 + 1)) order-notify -q || true
	done
	order-notify -q
	[ "$(cat mail/new/* | grep -ci "^Message-ID:")" -ge 60 ]
	[ "$(cat mail/new/* | grep -i "^Message-ID:" | sort -u | wc -l)" -eq 60 ]
	[ "$(ls mail/new | wc -l)" -le 68 ]
	[ "$(states)" = "sent 60" ]
}

@test "eight mailers at once: nothing is sent twice, nothing stays" {
	with_mailer
	manner ok
	pieces 60 PO A-1 | order-receive | order-verify | order-check-stock -q
	pids=
	for n in 1 2 3 4; do
		limited order-ack --due -q 3>&- & pids="$pids $!"
		limited order-notify -q 2>/dev/null 3>&- & pids="$pids $!"
	done
	n=0
	for pid in $pids; do
		n=$((n + 1)) status=0
		wait "$pid" || status=$?
		[ "$status" -eq 0 ] ||
			[ "$((n % 2)) $status" = "0 75" ]
	done
	order-notify -q
	arrived 60 60
	sound 60
}

@test "while another mailer works order-ack decides, says so and exits 0" {
	queued 1
	mkfifo spool.asks spool.go
	manner wait
	order-notify >notify.csv 3>&- &
	pid=$!
	read -r <spool.asks
	pieces 1 Q A-1 | order-receive | order-verify |
		limited order-check-stock --lock-timeout 10 >checked.csv
	run --separate-stderr limited order-ack <checked.csv
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == *,confirmed,* ]]
	[[ $stderr == *"another mailer is at work"* ]]
	[ "$(states)" = "queued 2" ]
	run --separate-stderr limited order-notify
	[ "$status" -eq 75 ]
	[ "$stderr" = "order-notify: another mailer is at work" ]
	manner ok
	echo >spool.go
	wait $pid
	order-notify -q
	arrived 2 2
}

@test "told to end during a hand-over: it is marked, the rest stays" {
	queued 3
	mkfifo spool.asks spool.go
	manner wait
	for tool in order-notify "order-ack --due"; do
		$tool -q 3>&- &
		pid=$!
		read -r <spool.asks
		kill -TERM $pid
		echo >spool.go
		status=0
		wait $pid || status=$?
		[ $status -eq 143 ]
	done
	[ "$(states)" = "queued 1 sent 2" ]
	manner ok
	order-notify -q
	arrived 3 3
}

@test "a reader of order-notify that does not read: others deliver the rest" {
	queued 100
	manner ok
	limited python3 "$PIPE/slow.py" 'order-notify -q' order-notify >out.csv
	[ "$(states)" = "sent 100" ]
	arrived 100 100
	[ "$(wc -l <out.csv)" -lt 101 ]
}
