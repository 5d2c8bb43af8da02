#!/usr/bin/env bats
# A Maildir as the mailer: whole files or none, whatever happens meanwhile.

load lib

setup() {
	begin
	order-init
	company
}

# queued N: N acknowledgments wait for the mailer
queued() {
	pieces "$1" PO A-1 | order-receive | order-verify |
		order-check-stock | order-ack --queue-only -q
}

states() {
	sql 'SELECT state, count(*) FROM messages GROUP BY 1' | tr '|\n' '  ' |
		sed 's/ $//'
}

# Each file in new is a message as --show prints it: whole N
whole() {
	local id name
	[ "$(ls mail/new | wc -l)" -eq "$1" ]
	while IFS='|' read -r id name; do
		order-notify --show "$id" | cmp - "mail/new/$name.order" ||
			return 1
	done < <(sql "SELECT m.id, b.message_id FROM messages AS m
		JOIN message_bytes AS b ON b.message = m.id
		WHERE m.state = 'sent'")
}

@test "files are whole, ours alone to read, and named by their Message-ID" {
	queued 3
	(umask 000 && order-notify -q)
	whole 3
	[ "$(states)" = "sent 3" ]
	[ "$(stat -c %a mail mail/{tmp,new,cur} mail/new/* | xargs)" = \
		"700 700 700 700 600 600 600" ]
	[ "$(ls mail/tmp mail/cur | grep -c order)" -eq 0 ]
	[ "$(ls mail/new)" = \
'acknowledgment.1.1.1.1@example.com.order
acknowledgment.2.1.1.1@example.com.order
acknowledgment.3.1.1.1@example.com.order' ]
}

@test "a Maildir somebody made is used as it is" {
	mkdir -m 770 mail mail/{tmp,new,cur}
	queued 1
	order-notify -q
	whole 1
	[ "$(stat -c %a mail mail/{tmp,new,cur} | xargs)" = "770 770 770 770" ]
}

@test "what was read meanwhile and moved to cur is not delivered again" {
	queued 2
	order-notify -q
	for f in mail/new/*; do
		mv "$f" "mail/cur/${f##*/}:2,S"
	done
	order-notify -q
	[ "$(ls mail/new | wc -l)" -eq 0 ]
}

@test "a folder we may not write in stops delivery, nothing counts as tried" {
	mkdir mail mail/{tmp,new,cur}
	queued 3
	[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 .
	chmod 500 mail/tmp
	run --separate-stderr as_stranger "$(command -v order-notify)"
	[ "$status" -eq 69 ]
	[ "$stderr" = "order-notify: delivery is stopped: maildir: Permission denied" ]
	[ "$(sql 'SELECT sum(attempts) FROM messages')" -eq 0 ]
	chmod 700 mail/tmp
	as_stranger "$(command -v order-notify)" -q
	[ "$(states)" = "sent 3" ]
	[ "$(ls mail/new | wc -l)" -eq 3 ]
}

@test "a folder of which a part is gone is made again" {
	queued 1
	order-notify -q
	rm -r mail/tmp mail/cur
	pieces 1 Q A-2 | order-receive | order-verify | order-check-stock |
		order-ack -q
	[ "$(states)" = "sent 2" ]
	whole 2
}

@test "a full disk: no part of a message in new, all arrive with room again" {
	queued 8
	mkdir mail
	mount -t tmpfs -o size=16k tmpfs mail 2>/dev/null ||
		skip "needs to mount"
	run --separate-stderr order-notify
	said=$stderr
	found=0
	for f in mail/new/*; do
		id=$(cut -d. -f2 <<<"$f")
		order-notify --show "$id" | cmp - "$f" || found=1
	done
	left=$(ls mail/tmp)
	umount mail
	[ "$status" -eq 0 ]
	[ $found -eq 0 ]
	[ -z "$left" ]
	[[ $said == *"maildir: No space left on device"* ]]
	[[ $(states) == failed* ]]
	mkdir -p mail
	at=2026-11-23T09:10:00Z
	ORDER_NOW=$at order-notify -q
	[ "$(states)" = "sent 8" ]
}

@test "killed at any moment: what is in new is whole" {
	queued 40
	for n in $(seq 12); do
		timeout --foreground -s KILL 0.0$((RANDOM % 6 + 1)) \
			order-notify -q || true
		for f in mail/new/*; do
			[ ! -e "$f" ] || order-notify --show \
				"$(cut -d. -f2 <<<"$f")" | cmp - "$f"
		done
		rm -f mail/new/*	# somebody reads his mail
	done
	order-notify -q
	[ "$(states)" = "sent 40" ]
	order-audit --check
}

@test "two mailers at once, and a third: every message is one file" {
	queued 60
	pids=
	for n in 1 2 3; do
		limited order-notify -q 2>"said$n" 3>&- & pids="$pids $!"
	done
	for pid in $pids; do
		status=0
		wait "$pid" || status=$?
		[ $status -eq 0 ] || [ $status -eq 75 ]
	done
	order-notify -q
	[ "$(states)" = "sent 60" ]
	whole 60
}
