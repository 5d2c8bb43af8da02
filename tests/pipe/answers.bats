#!/usr/bin/env bats
# A record that goes out says what the store says, in every column.

load lib

COLUMNS_OF_ORDERS=ref,external_ref,channel,customer,customer_name,status,held,stock,ack,ship,received_at,ack_due_at,processing_on,delivery_on,currency,total,revision

# as_stored FILE: the stream columns of FILE are those of v_orders now
as_stored() {
	python3 - "$ORDER_DB" "$1" "$COLUMNS_OF_ORDERS" <<-'END'
	import csv, sqlite3, sys
	db, printed, columns = sys.argv[1:]
	stored = {row[0]: [str(v) for v in row] for row in sqlite3.connect(db)
	          .execute(f"SELECT {columns} FROM v_orders")}
	n = 0
	for row in csv.DictReader(open(printed)):
	    said = [row[c] for c in columns.split(",")]
	    if row["ref"] == "":
	        continue
	    n += 1
	    if said != stored[row["ref"]]:
	        sys.exit(f"printed {said}\nstored  {stored[row['ref']]}")
	sys.exit(0 if n > 100 else f"only {n} records")
	END
}

@test "each step prints of each order what the store has of it" {
	company 40
	printf 'customer,ship_policy,backorder_consent,currency\n%s\n%s\n%s\n%s\n' \
		C-2,complete,,EUR C-3,,ask,EUR C-4,,never,EUR C-5,,,JPY |
		order-load -q customers
	{
		orders 150
		awk 'BEGIN {
			for (i = 1; i <= 60; i++)
				printf "MIX-%d,phone,%s,%s,%d,%s\n", i,
				    "C-" i % 6 + 1, i % 9 ? "A-" i % 20 + 1 : "NONE",
				    i % 30 + 1, i % 7 ? "" : "3.33"
		}'
	} >orders.csv
	order-receive orders.csv >1.csv
	as_stored 1.csv
	order-verify <1.csv >2.csv || [ $? -eq 1 ]
	as_stored 2.csv
	run ! as_stored 1.csv		# which was true before
	order-check-stock <2.csv >3.csv || [ $? -eq 1 ]
	as_stored 3.csv
	order-ack --queue-only <3.csv >4.csv || [ $? -eq 1 ]
	as_stored 4.csv
	for column in held stock ack; do	# the day had all sorts of orders
		[ "$(columns $column <4.csv | sort -u | wc -l)" -ge 3 ]
	done
	order-receive orders.csv >5.csv
	as_stored 5.csv
	order-verify <4.csv >6.csv || [ $? -eq 1 ]
	as_stored 6.csv
	order-check-stock <4.csv >7.csv || [ $? -eq 1 ]
	as_stored 7.csv
}
