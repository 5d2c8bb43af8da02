# What the tests of changes behind the tools' back share.

# The store in the folder of the file holds together, and is kept to be
# tampered with.
good_as_it_is() {
	sqlite3 orders.db "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
	order-audit --verify && order-audit --check || return 1
	cp orders.db good.db
	for name in $(sqlite3 orders.db "SELECT name FROM sqlite_schema WHERE type = 'trigger'"); do
		sqlite3 orders.db "SELECT sql || ';' FROM sqlite_schema WHERE name = '$name'" >>triggers
		echo "DROP TRIGGER $name;" >>drops
	done
}

# Each line of stdin: what is named | the change.
each_is_found() {
	local want sql n=0 bad=0
	while IFS='|' read -r want sql; do
		rm -f orders.db*
		cp "$BATS_FILE_TMPDIR/good.db" orders.db
		{
			echo "PRAGMA ignore_check_constraints = ON;"
			cat "$BATS_FILE_TMPDIR/drops"
			echo "CREATE TEMP TABLE n (n);"
			echo "$sql;"
			echo "INSERT INTO n VALUES (changes());"
			cat "$BATS_FILE_TMPDIR/triggers"
			echo "SELECT n FROM n;"
		} >script
		n=$((n + 1))
		changed=$(sqlite3 orders.db <script)
		[ "$changed" = 1 ] || { echo "changes $changed rows: $sql"; bad=1; continue; }
		status=0
		found=$(order-audit --verify; order-audit --check) || status=$?
		[[ $found == *"$want"* ]] && [ -n "$found" ] ||
			{ echo "not found: $sql"; echo "$found" | head -5; bad=1; }
	done
	[ "$n" -gt 5 ] && [ "$bad" -eq 0 ]
}
