#!/usr/bin/env bats
# Hostile text in every key of every kind of mail, in both languages.

load bad

@test "every kind says every value as it is, and has no other headers or markup" {
	bad kinds
}

# doctored SED BREACH: mails changed so are found out
doctored() {
	and_then order-notify "[ ! -d spool/new ] || sed -i '$1' spool/new/*"
	FEW=1 caught "$2" kinds
}

@test "an added header or tag, and a value left out, are found" {
	doctored '1iBcc: spy@evil.example' headers
	doctored 's/^<body>/&<script>/' markup
	doctored 's/onclick/onclik/' without
}
