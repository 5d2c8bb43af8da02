#!/usr/bin/env bats
# Hostile text as what is asked for, set in the policy, and answered.

load bad

@test "a selection finds what has that value, and nothing else" {
	bad asks filters
}

@test "a setting is what was given, or was refused" {
	bad asks policy
}

@test "notes and corrections are recorded as given, or refused" {
	bad asks answers
}

@test "a selection that finds more is found" {
	twin order-status 'case $* in
	*--sku*) exec "$REAL" -o json --all ;;
	*) exec "$REAL" "$@" ;;
	esac'
	caught '--sku finds' asks filters
}

@test "a setting that was changed is found" {
	filtered order-config 'sed /^company_name/s/e\$/E/'
	FEW=2 caught 'settings as given' asks policy
}

@test "a note that got lost, a correction that is another, are found" {
	and_then order-resolve 'sqlite3 orders.db "UPDATE orders SET email
		= upper(email), phone = upper(phone)"'
	caught 'corrected' asks answers
	filtered order-resolve 'sed 4d'
	FEW=6 run bad asks answers
	[ "$status" -ne 0 ]
}
