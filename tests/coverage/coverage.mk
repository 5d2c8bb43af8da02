# make coverage: which lines of lib/ the tests run, and which ways out of an
# error they take; fails where tests/coverage/report says so.

DEPS_COVERAGE = gcovr

.PHONY: coverage deps-coverage

deps-coverage: deps-check
	$(call install,$(DEPS_COVERAGE))

coverage: deps-coverage
	@$(MAKE) --no-print-directory -j2 B=build/cov CFLAGS='-O0 -g --coverage' \
		HARDEN=-fPIE build/cov/tests/tables build/cov/tests/mustache_spec \
		all $(UNIT:%=build/cov/tests/%)
	@$(MAKE) --no-print-directory -j2 B=build/cov \
		$(TORTURE:$B/%=build/cov/%)
	@ORDER_REAL_DATA="$${ORDER_REAL_DATA:-$(CURDIR)/../shared/data}" \
		sh tests/coverage/run build/cov $(UNIT)
	@gcovr -r . --object-directory build/cov --filter lib/ \
		--exclude-throw-branches --json build/cov/coverage.json build/cov
	@python3 tests/coverage/report build/cov/coverage.json
