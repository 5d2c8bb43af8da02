#!/usr/bin/env bats
# examples/crontab and examples/systemd: the same jobs, and each of them works.

load lib

# The commands of the crontab, one a line.
in_crontab() {
	sed -E '/^(#|$|[A-Z_]+=)/d; s/^([^ ]+ +){5}//; s/ && /\n/g; s/; /\n/g' \
		"$ROOT/examples/crontab"
}

in_units() {
	sed -n 's/^ExecStart=//p' "$ROOT"/examples/systemd/*.service
}

# Without what differs: cron mails by itself, and order-deliver has the mailer.
alike() {
	sed -E 's|/usr/local/(bin\|share/order-tools/examples)/||g; s/ --queue-only//
		s/^mail.sh [^ ]+ [^ ]+ //' | sort
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "the crontab and the units have the same jobs" {
	[ "$(in_crontab | wc -l)" -gt 15 ]
	same 'crontab and units' "$(in_crontab | alike)" "$(in_units | alike)"
}

@test "every job runs on a company with a day's orders" {
	export ORDER_DB=$PWD/orders.db ORDER_ACTOR=cron ORDER_NOW=2026-11-23T09:00:00Z
	export SENDMAIL=$PWD/mailer PATH=$ROOT/examples:$PATH
	printf '#!/bin/sh\ncat >>%s/mails\n' "$PWD" >mailer
	chmod +x mailer
	mkdir -p intake/in feedback/in out/fulfilment out/inventory copies
	order-init
	order-config -q <"$ROOT/examples/company/policy.txt"
	order-config -q "mail_command=maildir:$PWD/mail"
	for kind in customers items stock; do
		order-load -q $kind "$ROOT/examples/company/$kind.csv"
	done
	cp "$ROOT/examples/day/portal.json" intake/in/
	{ in_units | grep intake.sh; in_units | grep -v intake.sh; in_crontab; } |
		sed -e 's|/usr/local/bin/||; s|/usr/local/share/order-tools/examples/||' \
			-e "s|/var/lib/orders|$PWD|g; s|/var/backups/orders|copies|" >commands
	while read -r command; do
		code=0
		timeout 60 sh -c "$command" </dev/null >>out.txt 2>err || code=$?
		case $command in order-audit*) most=0 ;; *) most=1 ;; esac
		[ "$code" -le $most ] || { echo "$command: $code"; cat err; return 1; }
	done <commands
	[ "$(ls intake/done)" != '' ]
	[ "$(ls out/fulfilment)" != '' ]
	grep -q '^Content-Type: text/html' mails
	grep -q '^Content-Type: text/plain' mails
}

@test "nothing printed is nothing mailed, and the mailer's fault is told" {
	export SENDMAIL=$PWD/mailer
	printf '#!/bin/sh\ncat >mail; exit 75\n' >mailer
	chmod +x mailer
	run "$ROOT/examples/mail.sh" to@example.com Orders true
	[ "$status" -eq 0 ]
	[ ! -e mail ]
	run "$ROOT/examples/mail.sh" to@example.com Orders echo two
	[ "$status" -eq 75 ]
	[ "$(sed '1,/^$/d' mail | base64 -d)" = two ]
	run "$ROOT/examples/mail.sh" to@example.com Orders echo '<!DOCTYPE html>'
	grep -q '^Content-Type: text/html' mail
	run "$ROOT/examples/mail.sh" to@example.com Orders false
	[ "$status" -eq 1 ]
	run "$ROOT/examples/mail.sh" to@example.com
	[ "$status" -eq 64 ]
}

@test "systemd takes the units" {
	command -v systemd-analyze >/dev/null || skip 'systemd is not here'
	cp -R "$ROOT/examples/systemd" units
	sed -i "s|/usr/local/bin|$B/bin|; s|/usr/local/share/order-tools/examples|$ROOT/examples|
		s/^\(User\|Group\)=.*/\1=root/; /^Documentation=/d" \
		units/*.service units/*.d/*.conf
	SYSTEMD_UNIT_PATH=$PWD/units: run systemd-analyze verify --man=no \
		"$PWD"/units/*.service "$PWD"/units/*.timer "$PWD"/units/*.path
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	! grep -F "$PWD/units" <<<"$output" || return 1
	for timer in units/*.timer; do
		[ -f "${timer%.timer}.service" ]
	done
}
