#!/usr/bin/env bats
# The project's own rules: sizes, lists, names, words.

load lib

# Every file that somebody reads, but for what tests feed to the tools.
all_files() {
	cd "$ROOT" && find . \( -name .git -o -name build \) -prune -o -type f \
		-print | sed 's|^\./||' | grep -v '^examples/day/' | sort
}

# Of the schema half is comments, which are what an admin reads.
@test "no source is longer than 500 lines" {
	cd "$ROOT"
	found=$(all_files | grep -E '\.(c|h|sh|py|bats|bash)$' | xargs wc -l |
		awk '$1 > 500 && $2 != "total"')
	[ -z "$found" ] || { echo "$found"; return 1; }
}

@test "no function is longer than 80 lines" {
	cd "$ROOT"
	found=$(all_files | grep '\.c$' | xargs awk '
		FNR == 1 { begun = 0 }
		/^{/ { begun = FNR }
		/^}/ && begun {
			if (FNR - begun + 1 > 80)
				print FILENAME ":" begun ": " FNR - begun + 1
			begun = 0
		}')
	[ -z "$found" ] || { echo "$found"; return 1; }
}

@test "the Makefile stays under 150 lines" {
	[ "$(wc -l <"$ROOT/Makefile")" -lt 150 ]
}

@test "every source of the library is in LIB, and nothing else" {
	same 'lib/*/*.c and LIB' "$(cd "$ROOT/lib" && ls -1 */*.c | sort)" \
		"$(made LIB | sed 's/$/.c/' | sort)"
}

@test "every tool is in TOOLS, has a man page and a test" {
	cd "$ROOT"
	same 'cmd/*.c and TOOLS' "$(basename -s .c cmd/*.c | sort)" \
		"$(made TOOLS | sort)"
	same 'man/*.1 and TOOLS' "$(basename -s .1 man/*.1 | sort)" \
		"$(made TOOLS | sort)"
	for tool in $(made TOOLS); do
		[ -f "tests/cli/$tool.bats" ] ||
			{ echo "tests/cli/$tool.bats is missing"; return 1; }
	done
}

@test "every file begins by saying what it is" {
	cd "$ROOT"
	for f in lib/*/*.[ch] cmd/*.c include/order/*.h; do
		name=${f##*/}
		[[ $(head -1 "$f") == "/* $name - "* ||
			$(head -1 "$f") == "/* ${name%.c} - "* ]] ||
			{ echo "$f: $(head -1 "$f")"; return 1; }
	done
}

@test "nothing is left to be done in a comment" {
	cd "$ROOT"
	found=$(all_files | xargs grep -nE \
		'(/\*|^ \*|//|#|--).*\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b' || true)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

@test "the project speaks of itself only" {
	cd "$ROOT"
	found=$(all_files | xargs grep -nIiE \
		'/w[o]rk/|\bs[e]ssions?\b|\bl[l]ms?\b|language m[o]del|chat[b]ot' ||
		true)
	found+=$(all_files | xargs grep -nIE '\bA[I]\b' |
		grep -v '"AD AE AF\|"Anguilla"' || true)
	[ -z "$found" ] || { echo "$found"; return 1; }
}
