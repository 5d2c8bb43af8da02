#!/usr/bin/env bats
# order-status --rejects: what was refused can be fixed and fed again

load ../helper

HEADER=external_ref,channel,sku,quantity,unit_price

refused() {
	order-receive -q "$@" 2>/dev/null || true
}

@test "no rejects" {
	run order-status --rejects
	[ "$status" -eq 0 ]
	[ "$output" = error_code,error_field,error,source_line ]
	run order-status --rejects -o json
	[ "$output" = '' ]
}

@test "of one header: byte for byte, with the reasons behind" {
	printf '%s\n' "$HEADER" 'A,email,"BOX",1o,' 'B,email,BOX,2,1' \
		' C ,email,"a ""b""",,"1,5"' >in.csv
	refused in.csv
	run order-status --rejects
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$HEADER,error_code,error_field,error,source_line" ]
	[ "${lines[1]}" = 'A,email,"BOX",1o,,not-a-number,quantity,"""1o"" is not a number",2' ]
	[[ "${lines[2]}" == ' C ,email,"a ""b""",,"1,5",'* ]]
	[ "${#lines[@]}" -eq 3 ]
}

@test "fixed and fed again they are closed" {
	order_csv A BOX 1o | refused
	order-status --rejects | sed 's/1o,/10,/' >fixed.csv
	order-receive -q fixed.csv
	run order-status --rejects
	[ "${#lines[@]}" -eq 1 ]
	[ "$(order-status --lines A | column quantity)" = 10 ]
}

@test "of several headers: all columns, each value under its own" {
	order_csv A BOX 1o | refused
	printf 'channel,external_ref,quantity,sku,email\nfax,B,x,TAPE,b@example.org\n' |
		refused
	order-status --rejects | python3 -c '
import csv, sys
a, b = csv.DictReader(sys.stdin)
assert a["external_ref"] == "A" and a["email"] == "" and a["quantity"] == "1o"
assert b["channel"] == "fax" and b["email"] == "b@example.org"
assert b["sku"] == "TAPE" and b["error_code"] == "not-a-number"
assert list(b)[-4:] == ["error_code", "error_field", "error", "source_line"]'
	order-status --rejects | sed 's/1o/1/; s/,x,/,2,/' >fixed.csv
	order-receive -q fixed.csv
	[ "$(order-status --rejects | wc -l)" -eq 1 ]
}

@test "JSON as it came, with the four keys" {
	refused <<-'END'
	[ {"external_ref": "A", "channel":"email",
	   "lines":[{"sku":"BOX","quantity":"1o"},{"sku":"TAPE","quantity":2}]},
	  42 ]
	END
	run order-status --rejects
	[[ "$output" == *'"external_ref": "A"'* ]]
	order-status --rejects | python3 -c '
import json, sys
d = json.JSONDecoder()
text = sys.stdin.read()
docs = []
while text.strip():
	doc, end = d.raw_decode(text.lstrip())
	docs.append(doc)
	text = text.lstrip()[end:]
assert docs[0]["lines"][1]["quantity"] == 2
assert docs[0]["error_code"] == "not-a-number"
assert docs[1]["record"] == 42 and docs[1]["error_code"] == "not-an-object"'
}

@test "a JSON order as CSV is a row per line of one order" {
	refused <<-'END'
	{"external_ref":"A","channel":"email","lines":[{"sku":"BOX","quantity":"1o"},{"sku":"TAPE","quantity":2}]}
	END
	order-status --rejects -o csv | sed 's/1o,/1,/' >fixed.csv
	order-receive -q fixed.csv
	[ "$(order-status --lines A | columns sku | tr '\n' ' ')" = 'BOX TAPE ' ]
	[ "$(order-status --rejects | wc -l)" -eq 1 ]
}

@test "CSV rejects as JSON have the keys of their columns" {
	order_csv A BOX 1o | refused
	order-status --rejects -o json | sed 's/"1o"/"3"/' | order-receive -q
	[ "$(order-status --lines A | column quantity)" = 3 ]
}

@test "a cell that is not UTF-8 is still there, byte for byte" {
	printf 'external_ref,channel,sku,quantity,customer_name\nA,email,BOX,1,M\xfcller\n' |
		refused
	order-status --rejects | grep -aq $'M\xfcller'
	order-status --rejects | sed $'s/M\xfcller/Müller/' | order-receive -q
	[ "$(order-status A | column customer_name)" = Müller ]
}

@test "a card number is not shown" {
	printf 'external_ref,channel,sku,quantity,instructions\nA,email,BOX,1,pay 4111 1111 1111 1111\n' |
		refused
	run order-status --rejects
	[[ "$output" != *4111* ]]
	[[ "$output" == *card-number* ]]
}

@test "a table lists them" {
	order_csv A BOX 1o | refused
	run order-status --rejects -o table
	[[ "${lines[0]}" == id*at*source*error_code* ]]
	[[ "${lines[1]}" == *not-a-number*quantity* ]]
}

@test "for a spreadsheet a formula in a reject is harmless" {
	printf 'external_ref,channel,sku,quantity\nA,email,=1+1,x\n' | refused
	order-status --rejects --spreadsheet | grep -q "\"'=1+1\""
}

@test "a disk that is full" {
	order_csv A BOX 1o | refused
	run bash -c 'order-status --rejects >/dev/full'
	[ "$status" -eq 74 ]
}
