# make torture [SEED=n] [COUNT=n] [PART="kill oversell"]; see tests/torture/run
# make torture-twins [SEED=n] [TWIN="lost-lock ..."]; see tests/torture/twin
.PHONY: torture torture-twins

TORTURE = $(patsubst tests/torture/%.c,$B/torture/%.so,$(wildcard tests/torture/*.c))

torture: deps-check
	@$(MAKE) --no-print-directory -j2 all $(TORTURE) $B/tests/tables $B/tests/csv_cells
	@B="$(CURDIR)/$B" PATH="$(CURDIR)/$B/bin:$$PATH" tests/torture/run \
		$(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(PART)

torture-twins: deps-check
	@$(MAKE) --no-print-directory -j2 all $(TORTURE)
	@B="$(CURDIR)/$B" tests/torture/twin $(if $(SEED),--seed $(SEED)) $(TWIN)

# Libraries that stand between the tools and the system (LD_PRELOAD).
$B/torture/%.so: tests/torture/%.c
	@mkdir -p $(@D)
	@echo "  LD  $@"
	$Q$(CC) $(filter-out -fPIE,$(ALL_CFLAGS)) -shared -fPIC -MMD -o $@ $< -ldl
