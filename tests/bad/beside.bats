#!/usr/bin/env bats
# Hostile text beside the columns: unknown columns, probes, documents.

load bad

@test "unknown columns and keys are kept under their names" {
	bad beside extra
}

@test "each probe of stock has its answer" {
	bad beside probe
}

@test "previews and explanations are what they say they are" {
	bad beside documents
}

@test "an address is written to as it is, or the order is held for it" {
	bad beside emails
}

@test "a kept value that changed, a lost answer, a lost preview, are found" {
	and_then order-receive 'sqlite3 orders.db "UPDATE orders SET extra
		= replace(extra, char(97), char(98))"'
	caught 'extra columns' beside extra
	filtered order-check-stock 'sed 4d'
	caught 'questions and answers' beside probe
	filtered order-ack 'sed 2d'
	caught 'previews' beside documents
	and_then order-verify 'sqlite3 orders.db "UPDATE messages SET recipient
		= upper(recipient)"'
	FEW=2 caught 'written to' beside emails
}
