#!/usr/bin/env bats
# order-config: policy is listed, read and set; its output is its own input

load ../helper

# The events of settings: name, old, new
changes() {
	sqlite3 orders.db "SELECT json_extract(detail, '\$.field'),
		json_extract(detail, '\$.old'), json_extract(detail, '\$.new')
		FROM v_events WHERE kind = 'policy' ORDER BY seq"
}

@test "without arguments and with nothing on stdin it lists all settings" {
	run --separate-stderr order-config </dev/null
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = name,value ]
	[ "${lines[1]}" = company_name, ]
	[[ $output == *$'\nack_hours,24\n'* ]]
	[[ $output == *$'\nmail_command,/usr/sbin/sendmail -i\n'* ]]
	[[ $output == *$'\nrule.price-list,hold\n'* ]]
	[ "${#lines[@]}" -eq 57 ]
	[ -z "$stderr" ]
}

@test "a setting is read by its name" {
	run --separate-stderr order-config ack_hours language </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = $'name,value\nack_hours,24\nlanguage,en' ]
}

@test "a setting is set by NAME=VALUE, printed, kept and recorded" {
	run --separate-stderr order-config ack_hours=8 company_name='A=B, Inc.'
	[ "$status" -eq 0 ]
	[ "$output" = $'name,value\nack_hours,8\ncompany_name,"A=B, Inc."' ]
	[ "$(order-config ack_hours company_name)" = "$output" ]
	[ "$(changes)" = $'ack_hours|24|8\ncompany_name||A=B, Inc.' ]
	[ "$(sqlite3 orders.db "SELECT actor FROM v_events LIMIT 1")" = tester ]
}

@test "setting what it is already records nothing" {
	run --separate-stderr order-config ack_hours=24
	[ "$status" -eq 0 ]
	[ -z "$(changes)" ]
}

@test "a setting goes back to its default" {
	order-config -q ack_hours=8
	order-config -q ack_hours=24
	[ "$(changes)" = $'ack_hours|24|8\nack_hours|8|24' ]
	[ "$(order-config ack_hours | column value)" = 24 ]
}

@test "arguments: all or none, and the bad one is named" {
	run --separate-stderr order-config ack_hours=8 ack_margin_hours=x
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = 'order-config: ack_margin_hours: "x" is not a number' ]
	[ "$(order-config ack_hours | column value)" = 24 ]
	[ -z "$(changes)" ]
}

@test "an unknown name is answered with the nearest: to set 1, to read 64" {
	run --separate-stderr order-config ack_hour=8
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-config: ack_hour: is no setting (did you mean ack_hours?)' ]
	run --separate-stderr order-config ack_hour
	[ "$status" -eq 64 ]
	[ -z "$output" ]
	[[ $stderr == 'order-config: ack_hour: is no setting'* ]]
	run --separate-stderr order-config ack_hours ack_hour
	[ "$status" -eq 64 ]
	[ -z "$output" ]
}

@test "every type names what is wrong with a value" {
	while IFS='|' read -r setting fact; do
		run --separate-stderr order-config "$setting"
		[ "$status" -eq 1 ]
		[ "$stderr" = "order-config: ${setting%%=*}: \"${setting#*=}\" $fact" ]
	done <<-'END'
	mail_from=orders|is not an e-mail address
	template_dir=mail|is not an absolute path
	mail_command=sendmail|is neither an absolute command nor maildir:DIR
	language=d_e|is not a language tag
	timezone=Mars/Olympus|is not a known time zone
	currency=EURO|is not an ISO 4217 currency code
	ref_prefix=so|is not one to eight capital letters
	workdays=daily|is not a list of weekdays like mon-fri
	cutoff=2pm|is not a time of day like 14:00
	ack_hours=0|is not from 1 to 8760
	price_tolerance_percent=101|is not from 0 to 100
	price_tolerance_amount=1,5|is not a number
	ship_policy=all|is neither partial nor complete
	backorder_consent=no|is none of auto, ask and never
	rule.duplicate=maybe|is none of off, warn, hold and reject
	END
}

@test "its output is its own input" {
	order-config -q company_name='Müller & Söhne, "Berlin"' ack_hours=8 \
		support_hours='9:00 - 17:00' rule.ship-matches=off timezone=Europe/Berlin
	order-config </dev/null >policy.txt
	order-init -d twin.db
	order-config -d twin.db <policy.txt >echo.txt
	cmp policy.txt echo.txt
	cmp policy.txt <(order-config -d twin.db </dev/null)
	order-config -d twin.db <policy.txt >again.txt
	cmp policy.txt again.txt
	[ "$(sqlite3 twin.db "SELECT count(*) FROM v_events")" -eq 5 ]
}

@test "JSON goes out and in as well" {
	order-config -q ack_hours=8
	order-config -o json </dev/null >policy.json
	[ "$(head -n 1 policy.json)" = '{"name":"company_name","value":""}' ]
	order-init -d twin.db
	order-config -d twin.db -q <policy.json
	cmp policy.json <(order-config -d twin.db -o json </dev/null)
}

@test "a JSON number is a value too" {
	order-config -q <<<'{"name": "ack_hours", "value": 8}'
	[ "$(order-config ack_hours | column value)" = 8 ]
}

@test "a file goes in whole or not at all; every fault is listed with its line" {
	run --separate-stderr order-config <<-'END'
	name,value
	ack_hours,8
	ack_margin_hours,x
	languag,de
	END
	[ "$status" -eq 1 ]
	[ "$output" = name,value ]
	[ "${stderr_lines[0]}" = 'order-config: stdin:3: ack_margin_hours: "x" is not a number' ]
	[ "${stderr_lines[1]}" = 'order-config: stdin:4: languag: is no setting (did you mean language?)' ]
	[ "$(order-config ack_hours | column value)" = 24 ]
}

@test "a column that is not name or value: 65" {
	run --separate-stderr order-config <<<$'name,vaule\nack_hours,8'
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-config: stdin:1: vaule: is no column here (did you mean value?)' ]
}

@test "a JSON key that is not name or value refuses the file" {
	run --separate-stderr order-config \
		<<<'{"name": "ack_hours", "value": "8", "by": "me"}'
	[ "$status" -eq 1 ]
	[[ $stderr == *'stdin:1: by: is no column here' ]]
	[ "$(order-config ack_hours | column value)" = 24 ]
}

@test "a value that is not UTF-8 refuses the file and changes nothing" {
	order-config -q company_name=Before
	printf 'name,value\nack_hours,8\ncompany_name,M\374ller\n' >policy.txt
	run --separate-stderr order-config <policy.txt
	[ "$status" -eq 1 ]
	[ "$stderr" = 'order-config: stdin:3: value: is not UTF-8' ]
	[ "$(order-config company_name | column value)" = Before ]
	[ "$(order-config ack_hours | column value)" = 24 ]
}

@test "a JSON value of the wrong type refuses the file" {
	for value in true '["8"]' '{"hours": 8}'; do
		run --separate-stderr order-config <<<"{\"name\": \"ack_hours\", \"value\": $value}"
		[ "$status" -eq 1 ]
		[ "$stderr" = 'order-config: stdin:1: value: is neither text nor a number' ]
	done
}

@test "a file cut off in its last line, from a pipe, is not taken: 65" {
	printf 'name,value\nack_hours,8' | {
		run --separate-stderr order-config
		[ "$status" -eq 65 ]
		[[ $stderr == *'stdin:2: input ends inside its last line'* ]]
	}
	[ "$(order-config ack_hours | column value)" = 24 ]
	printf 'name,value\nack_hours,8' | order-config -q --allow-unterminated
	[ "$(order-config ack_hours | column value)" = 8 ]
}

@test "the same file without its last line end, as a file, is taken" {
	printf 'name,value\nack_hours,8' >policy.txt
	order-config -q <policy.txt
	[ "$(order-config ack_hours | column value)" = 8 ]
}

@test "--dry-run shows what would be and changes nothing" {
	run --separate-stderr order-config -n ack_hours=8
	[ "$status" -eq 0 ]
	[ "$output" = $'name,value\nack_hours,8' ]
	order-config -n <<<$'name,value\nack_hours,9' >out
	[ "$(column value <out)" = 9 ]
	[ "$(order-config ack_hours | column value)" = 24 ]
	[ -z "$(changes)" ]
}

@test "-q prints nothing, but what is wrong" {
	run --separate-stderr order-config -q ack_hours=8
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	run --separate-stderr order-config -q ack_hours=x
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ -n "$stderr" ]
}

@test "without a database: 78, and what to do" {
	run --separate-stderr order-config -d none.db ack_hours
	[ "$status" -eq 78 ]
	[[ $stderr == *order-init* ]]
	[ ! -e none.db ]
}

@test "a new prefix is used from now on; the old references are still found" {
	order_csv PO-1 A-1 2 | order-receive -q
	order-config -q ref_prefix=ACME
	[ "$(order_csv PO-2 A-1 2 | order-receive | column ref)" = ACME-00000002-0 ]
	[ "$(order-verify SO-00000001-1 | column external_ref)" = PO-1 ]
	[ "$(order-verify acme000000011 | column external_ref)" = PO-1 ]
	[ "$(order-verify XX-00000001-1 | column reason)" = no-such-order ]
}
