#!/usr/bin/env bats
# Files of any name: databases, orders, rejects, mail folders.

load bad

@test "what is named is used, byte for byte, and nothing else" {
	bad names
}

@test "a file that nobody named is found" {
	and_then order-receive ': >stray'
	FEW=15 caught 'files' names
}
