# Fuzzing.
#   make fuzz RUNS=n SEED=n [TARGET=csv]    libFuzzer, ASan and UBSan, in build/libfuzzer
# make check replays the corpora and seeded changes of them, by any compiler.

DEPS_FUZZ = clang libclang-rt-14-dev

FUZZ = $(filter-out fuzz records replay,$(notdir $(basename $(wildcard tests/fuzz/*.c))))
FUZZ_SHARED = fuzz records $(FUZZ)

$B/fuzz/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC  $<"
	$Q$(CC) $(ALL_CFLAGS) -MMD -c -o $@ $<

$B/fuzz/replay: $(FUZZ_SHARED:%=$B/fuzz/%.o) $B/fuzz/replay.o $B/liborder.a
	@echo "  LD  $@"
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/fuzz/fuzzer: $(FUZZ_SHARED:%=$B/fuzz/%.o) $B/liborder.a
	@echo "  LD  $@"
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

.PHONY: fuzz deps-fuzz

deps-fuzz: deps-check
	$(call install,$(DEPS_FUZZ))

fuzz: deps-fuzz
	@$(MAKE) --no-print-directory -j2 all
	@$(MAKE) --no-print-directory -j2 B=build/libfuzzer CC=clang CFLAGS='-O1 -g' \
		HARDEN=-fPIE SANITIZE='-fno-sanitize-recover=all -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link' \
		build/libfuzzer/fuzz/fuzzer
	@PATH="$(CURDIR)/build/bin:$$PATH" sh tests/fuzz/run build/libfuzzer \
		$(or $(RUNS),1000000) $(or $(SEED),1) $(or $(TARGET),$(FUZZ))

-include $(wildcard $B/fuzz/*.d)
