#!/usr/bin/env bats
# Eight processes want the same few pieces: exactly what is there is
# promised, and nobody is turned away because another was faster.

load lib

# Start COMMAND eight times at once, with $1 = 1 to 8 in it, and wait.
eight() {
	local i pid
	local -a pids=()
	failures=
	for i in 1 2 3 4 5 6 7 8; do
		limited bash -c "$1" job "$i" >"out.$i" 2>"err.$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		status=0
		wait "$pid" || status=$?
		[ "$status" -le 1 ] || failures="$failures $status"
	done
	cat err.* >&2
	[ -z "$failures" ] || echo "exit statuses:$failures"
	[ -z "$failures" ] && ! grep -il 'lock\|busy' err.*
}

allocated() {
	sql "SELECT allocated / 1000 FROM stock WHERE sku = '$1'"
}

@test "eight order-check-stock on 400 orders for 100 pieces: 100 are sold" {
	company 0
	printf 'sku,on_hand\nA-1,60\nA-2,40\n' | order-load -q stock
	{
		pieces 200 X A-1
		pieces 200 Y A-2 | tail -n +2
	} | order-receive | order-verify | columns ref >refs
	[ "$(wc -l <refs)" -eq 400 ]
	split -n r/8 --numeric-suffixes=1 -a 1 refs refs.
	eight 'order-check-stock $(cat refs.$1)'
	[ "$(allocated A-1)" -eq 60 ]
	[ "$(allocated A-2)" -eq 40 ]
	[ "$(cat out.* | grep -c ,full,)" -eq 100 ]
	[ "$(cat out.* | grep -c ,backordered,)" -eq 300 ]
	sound 400
}

@test "eight whole pipelines, each with its own orders for the same pieces" {
	company 0
	printf 'sku,on_hand\nA-1,25\nA-2,7\nA-3,1000\n' | order-load -q stock
	for i in 1 2 3 4 5 6 7 8; do
		awk -v k="$i" 'BEGIN {
			print "external_ref,channel,customer,sku,quantity"
			for (i = 1; i <= 40; i++) {
				printf "K%d-%d,email,C-1,A-1,%d\n", k, i, i % 3 + 1
				print ",,,A-2,1\n,,,A-3,3"
			}
		}' >"orders.$i"
	done
	eight 'order-receive orders.$1 | order-verify | order-check-stock |
		order-ack --queue-only'
	[ "$(allocated A-1)" -eq 25 ]
	[ "$(allocated A-2)" -eq 7 ]
	[ "$(allocated A-3)" -eq 960 ]
	[ "$(cat out.* | grep -c ,confirmed,)" -eq 320 ]
	sound 320
}

@test "eight times the same selection: every order is filled once" {
	company 0
	printf 'sku,on_hand\nA-1,120\n' | order-load -q stock
	pieces 150 X A-1 | order-receive | order-verify -q
	eight 'order-check-stock --pending'
	[ "$(allocated A-1)" -eq 120 ]
	[ "$(sql "SELECT count(*) FROM events WHERE kind = 'allocate'")" -eq 150 ]
	sound 150
}

@test "pieces that arrive while eight sell are sold too, never more" {
	company 0
	printf 'sku,on_hand\nA-1,5\n' | order-load -q stock
	pieces 80 X A-1 | order-receive | order-verify -q
	cat >sell <<-'END'
	n=0
	while [ $n -lt 5 ]; do
		n=$((n + 1))
		if [ $1 -le 2 ]; then
			printf 'adjust_ref,sku,quantity,reason\nR%d-%d,A-1,3,found\n' \
				$1 $n | order-load stock --adjust || exit
		else
			order-check-stock --pending || [ $? -eq 1 ] || exit
			order-check-stock --backorders || [ $? -eq 1 ] || exit
		fi
	done
	END
	eight '. ./sell'
	order-check-stock --backorders -q || [ $? -eq 1 ]
	[ "$(allocated A-1)" -eq 35 ]
	[ "$(sql "SELECT sum(allocated + backordered) / 1000 FROM lines")" -eq 80 ]
	sound 80
}
