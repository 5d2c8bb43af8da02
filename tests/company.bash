# A small company for the tests of the steps: customers that differ in one
# thing each, items that differ in one thing each, and how to ask about them.

# References as issued, one after the other.
R1=SO-00000001-1 R2=SO-00000002-0 R3=SO-00000003-8 R4=SO-00000004-6
R5=SO-00000005-4

# The company is loaded once; every test begins with a copy of it.
setup_file() (
	begin
	order-init
	company
	cp orders.db "$BATS_FILE_TMPDIR/company.db"
	teardown
)
setup() {
	begin
	cp "$BATS_FILE_TMPDIR/company.db" orders.db
}

company() {
	order-config -q <<-'END'
	name,value
	company_name,Kontor Nord
	support_email,help@kontor.example
	support_phone,+49 40 555 0100
	support_hours,Mon-Fri 9-17
	mail_from,orders@kontor.example
	timezone,Europe/Berlin
	END
	order-config -q mail_command=maildir:mail
	order-load -q customers <<-'END'
	customer,name,email,phone,bill_line1,bill_city,bill_postcode,bill_country,currency,payment_terms,payment_methods,credit_limit,receivables,priority,status,ship_policy,backorder_consent
	C-1,Café Nord GmbH,buy@nord.example,+49 30 1234567,Hafenstr. 1,Berlin,10115,DE,EUR,NET30,invoice transfer,,0,0,active,,
	LIMIT,Limit Ltd,buy@limit.example,,,,,,EUR,,,100,40,0,active,,
	SHUT,Shut Ltd,buy@shut.example,,,,,,EUR,,,,0,0,blocked,,
	AHEAD,Ahead Ltd,buy@ahead.example,,,,,,EUR,CIA,,50,0,0,active,,
	WHOLE,Whole Ltd,buy@whole.example,,,,,,EUR,,,,0,0,active,complete,
	ASK,Ask Ltd,buy@ask.example,,,,,,EUR,,,,0,0,active,,ask
	NEVER,Never Ltd,buy@never.example,,,,,,EUR,,,,0,0,active,,never
	QUIET,Quiet Ltd,,+49 40 777,,,,,EUR,,,,0,0,active,,
	FIRST,First Ltd,buy@first.example,,,,,,EUR,,,,0,9,active,,
	END
	order-load -q items <<-'END'
	sku,description,unit,unit_price,currency,min_quantity,multiple,handling_days,status
	TAPE,Packing tape,RL,2.00,EUR,0,0,,active
	BOX,Folding box,EA,0.50,EUR,50,25,,active
	FILM,Film by the metre,MTR,0.79,EUR,0,0,,active
	GLUE,Glue,EA,3.00,EUR,0,0,,active
	STAMP,Stamp made to order,EA,29.00,EUR,0,0,5,active
	OLD,Old chips,EA,5.00,EUR,0,0,,discontinued
	FREE,Item without a price,EA,,,0,0,,active
	END
	order-load -q stock <<-'END'
	sku,on_hand
	TAPE,100
	BOX,1000
	FILM,20.5
	GLUE,10
	STAMP,5
	END
}

# receive COLUMNS ROW...: orders in by e-mail; prints the stream
receive() {
	printf '%s\n' "$@" | order-receive --channel email
}

# An order of C-1 that nothing is wrong with: good KEY [SKU [QUANTITY]]
good() {
	receive external_ref,customer,sku,quantity "$1,C-1,${2:-TAPE},${3:-10}"
}

# ready COLUMNS ROW...: received and verified, silently
ready() {
	receive "$@" | order-verify -q
}

sql() {
	sqlite3 orders.db "$1"
}

# The named column of CSV without quotes on stdin, one value a line.
cells() {
	awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++)
		if ($i == name) n = i; next } { print $n }'
}

# stays_true: every invariant of the store holds
stays_true() {
	order-audit --check
}

# json FILTER: an expression over d, the JSON on stdin, has this value
json() {
	python3 -ISc 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"
}
