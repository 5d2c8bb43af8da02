# Speed: rivals beside the tools, and where the instructions go.
#   make bench [SCALE=small] [ONLY="receive pipeline"]   one table
#   tests/bench/cost            instructions an order: each step, the floor
#   tests/bench/profile STAGE   where they go

DEPS_BENCH = python3 sqlite3 valgrind

.PHONY: bench

BENCH_PROGRAMS = $B/bench/chain $B/bench/floor $B/bench/measure

$B/bench/%: tests/bench/%.c Makefile
	@mkdir -p $(@D)
	@echo "  LD  $@"
	$Q$(CC) -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARN) $(HARDEN) $(LDFLAGS) -o $@ $< -lsqlite3 -lnettle

bench: deps
	$(call install,$(DEPS_BENCH))
	@$(MAKE) --no-print-directory -j2 all $(BENCH_PROGRAMS)
	@B="$(CURDIR)/$B" python3 tests/bench/bench.py $(or $(SCALE),full) $(ONLY)
