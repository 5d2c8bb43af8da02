# make check [SAN=1]   every test
# make lint            every warning is an error

.PHONY: check lint

UNIT = $(notdir $(basename $(wildcard tests/unit/test_*.c)))

# What takes longest begins, so that no core is idle at the end.
LONG = $(wildcard tests/torture/*.bats tests/bad/*.bats tests/real/*.bats)

$B/tests/%: tests/unit/%.c $B/liborder.a
	@mkdir -p $(@D)
	@echo "  LD  $@"
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $B/liborder.a $(LDLIBS) -lcmocka

check: deps-check
	@$(MAKE) --no-print-directory -j2 all $(UNIT:%=$B/tests/%) $B/tests/tables \
		$B/tests/mustache_spec $B/tests/csv_cells $(TORTURE) $(BENCH_PROGRAMS) $B/fuzz/replay
	@B="$(CURDIR)/$B" ORDER_REAL_DATA="$${ORDER_REAL_DATA:-$(CURDIR)/../shared/data}" \
	PATH="$(CURDIR)/$B/bin:$$PATH" LC_ALL=C prove -j2 --exec tests/run \
		$(LONG) $(filter-out $(LONG),$(wildcard tests/*/*.bats)) \
		$(UNIT:%=$B/tests/%)

lint: deps-lint
	@$(MAKE) --no-print-directory -j2 all $(UNIT:%=$B/tests/%)
	@sh tests/lint $(ALL_CFLAGS) -Ilib
