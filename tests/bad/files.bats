#!/usr/bin/env bats
# Whole files that were never meant for us, into every tool that reads.

load bad

@test "every file is refused or taken, in words, and nothing else has changed" {
	bad files
}

@test "an order without its bytes, a status that is none of ours, are found" {
	and_then order-receive 'sqlite3 orders.db "DELETE FROM originals"'
	caught originals files
	twin order-config 'exit 139'
	caught 'exit status 139' files
}
