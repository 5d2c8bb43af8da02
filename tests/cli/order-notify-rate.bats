#!/usr/bin/env bats
# order-notify: no more than mail_per_hour leave in an hour, the rest waits

load ../helper
load notify

states() {
	sql 'SELECT state, count(*) FROM messages GROUP BY 1 ORDER BY 1' | tr '\n' ' '
}

@test "a run ends at the limit, says so, and the next hour goes on" {
	mailer 'exit 0'
	order-config -q mail_per_hour=3
	queue 7
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
	[ "$stderr" = 'order-notify: mail_per_hour is reached: the rest stays queued and goes on at 2026-11-23T10:00:00Z' ]
	[ "$(states)" = 'queued|4 sent|3 ' ]
	# what waits is not composed yet
	[ "$(sql 'SELECT count(*) FROM message_bytes')" -eq 3 ]
	run at 2026-11-23T09:59:59Z -q
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(states)" = 'queued|4 sent|3 ' ]
	at 2026-11-23T10:00:00Z -q
	[ "$(states)" = 'queued|1 sent|6 ' ]
	run --separate-stderr at 2026-11-23T11:00:00Z
	[ -z "$stderr" ]
	[ "$(states)" = 'sent|7 ' ]
}

@test "exactly the limit is no news" {
	mailer 'exit 0'
	order-config -q mail_per_hour=3
	queue 3
	run --separate-stderr order-notify
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	run --separate-stderr order-notify
	[ -z "$stderr" ]
}

@test "the hour is one for all runs, and starts with its first message" {
	mailer 'exit 0'
	order-config -q mail_per_hour=3
	queue 2
	order-notify -q
	queue 5
	at 2026-11-23T09:40:00Z -q
	[ "$(states)" = 'queued|4 sent|3 ' ]
	at 2026-11-23T10:10:00Z -q
	[ "$(states)" = 'queued|1 sent|6 ' ]
	run at 2026-11-23T11:09:59Z
	[[ $output == *'goes on at 2026-11-23T11:10:00Z'* ]]
	[ "$(states)" = 'queued|1 sent|6 ' ]
}

@test "a clock that was set back holds nothing up for more than an hour" {
	mailer 'exit 0'
	order-config -q mail_per_hour=2
	queue 4
	at 2027-06-01T00:00:00Z -q
	order-notify -q
	[ "$(states)" = 'queued|2 sent|2 ' ]
	at 2026-11-23T10:00:00Z -q
	[ "$(states)" = 'sent|4 ' ]
}

@test "what was only tried counts too, and a lower limit counts at once" {
	mailer 'exit 67'
	order-config -q mail_per_hour=4
	queue 6
	order-notify -q || true
	[ "$(states)" = 'dead|4 queued|2 ' ]
	order-config -q mail_per_hour=5
	order-notify -q || true
	[ "$(states)" = 'dead|5 queued|1 ' ]
	order-config -q mail_per_hour=1
	order-notify -q
	[ "$(states)" = 'dead|5 queued|1 ' ]
	order-config -q mail_per_hour=0
	order-notify -q || true
	[ "$(states)" = 'dead|6 ' ]
}

@test "mailers at once keep to the limit together" {
	mailer 'exit 0'
	order-config -q mail_per_hour=7
	queue 20
	for i in 1 2 3 4; do order-notify >/dev/null 2>&1 & done
	wait
	order-notify -q
	[ "$(states)" = 'queued|13 sent|7 ' ]
	[ "$(ls got | wc -l)" -eq 7 ]
}

@test "without a limit nothing is counted" {
	mailer 'exit 0'
	queue 2
	order-notify -q
	[ "$(sql 'SELECT count(*) FROM mail_rate')" -eq 0 ]
}

@test "order-ack --due keeps to it as well" {
	mailer 'exit 0'
	order-config -q mail_per_hour=1
	queue 3
	run order-ack --due
	[[ $output == *'mail_per_hour is reached: the rest stays queued'* ]]
	[ "$(ls got | wc -l)" -eq 1 ]
}

@test "the limit is a number" {
	run order-config mail_per_hour=many
	[ "$status" -eq 1 ]
	run order-config mail_per_hour=-1
	[ "$status" -eq 1 ]
}
