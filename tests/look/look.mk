# make screenshots: every mail, and the report, as a phone and a desktop show
# it, to be looked at (build/screenshots/*.png); fails when a page is wider than
# its window, or when something is hard to read.

DEPS_LOOK = chromium fonts-noto-core fonts-noto-color-emoji python3 sqlite3

.PHONY: screenshots

screenshots: deps
	$(call install,$(DEPS_LOOK))
	@$(MAKE) --no-print-directory -j2 all
	@PATH="$(CURDIR)/$B/bin:$$PATH" LC_ALL=C python3 tests/look/look.py $B/screenshots $(ONLY)
