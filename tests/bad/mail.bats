#!/usr/bin/env bats
# Hostile text in mails is text there: no header, recipient or markup of its own.

load bad

@test "headers, recipients, arguments, parts and markup are ours alone" {
	bad mail
}

# doctored SED FILES BREACH: mails changed so are found out
doctored() {
	and_then order-notify "sed -i '$1' spool/*.$2"
	FEW=${FEW:-90} caught "$3" mail
}

@test "an added header, recipient, argument or tag is found" {
	doctored '1iBcc: spy@evil.example' mail headers
	doctored 's/^To: /&spy@evil.example, /' mail To
	doctored '1i-X' argv argv
	doctored 's/^<body>/&<script>/' mail markup
}

@test "a byte that is no ASCII, and a text that was left out, are found" {
	doctored '$s/$/\xe9/' mail 'bytes of a mail'
	FEW=30 doctored '/^Subject/s/A-0)/A-1)/' mail without
}
