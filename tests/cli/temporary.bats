#!/usr/bin/env bats
# Temporary files that cannot be made or written: it is told, nothing is done

load ../helper

# refused STATUS WORDS COMMAND...: reading o, it ends so and the store stays
refused() {
	local status_wanted=$1 words=$2 was
	shift 2
	was=$(sqlite3 orders.db .dump | sha256sum)
	run --separate-stderr "$@" <o
	echo "$status: $stderr"
	[ "$status" -eq "$status_wanted" ]
	[ -z "$output" ]
	[[ $stderr == *"$words"* ]]
	[ "$(sqlite3 orders.db .dump | sha256sum)" = "$was" ]
}

# small COMMAND...: no file may grow beyond 64 KiB
small() {
	bash -c 'trap "" XFSZ; ulimit -f 64; exec "$@"' small "$@"
}

@test "no folder for temporary files: 73, as one cannot be made" {
	order_csv PO-1 A-1 2 >o
	export TMPDIR=$TEST_DIR/nowhere
	refused 73 nowhere/order- order-receive --on-error all
	refused 73 nowhere/order- order-receive --dry-run
	refused 73 nowhere/order- order-receive --group
	refused 73 "stdin: " order-config
	order_csv PO-1 A-1 no | order-receive -q || [ $? -eq 1 ]
	run --separate-stderr order-status --rejects -o json
	[ "$status" -eq 73 ]
	[ -z "$output" ]
}

@test "stdin cannot be kept for a dry run: 73 says whose it was" {
	printf 'ref\nSO-00000001-1\n' >o
	export TMPDIR=$TEST_DIR/nowhere
	refused 73 "stdin: " order-verify --dry-run
}

@test "no room for a temporary file: 74" {
	{
		echo external_ref,channel,sku,quantity,unit_price,instructions
		for i in 1 2 3 4 5; do
			printf 'PO-%s,email,A-1,1,,"%s"\n' "$i" \
				"$(head -c 30000 /dev/zero | tr '\0' x)"
		done
	} >o
	refused 74 'temporary file: File too large' \
		small order-receive --on-error all
	refused 74 'temporary file: File too large' small order-receive --group
}

@test "a file of rejects that takes no more: 74" {
	order_csv PO-1 A-1 'a dozen' >o
	refused 74 "/dev/full: No space left on device" \
		order-receive --rejects /dev/full
}

@test "a folder where a file of rejects should be: 73" {
	order_csv PO-1 A-1 'a dozen' >o
	mkdir folder
	refused 73 "folder: Is a directory" order-receive --rejects folder
}
