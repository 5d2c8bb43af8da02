# order-tools: one Makefile; everything it makes goes to build/
#   make        build the tools            make demo     two weeks of orders, start to end
#   make check  build and run every test   make lint     every warning is an error
# SAN=1 builds and tests with AddressSanitizer and UBSan (in build/san).

PREFIX = /usr/local
DESTDIR =

TOOLS = order-init order-config order-load order-receive order-verify \
	order-resolve order-check-stock order-ack order-forward \
	order-notify order-update order-status order-archive order-audit \
	order-backup order-report

LIB = base/arena base/buf base/card base/clock base/date base/err base/hash base/money base/show base/text \
	io/country io/csv_cut io/csv_read io/decode io/head io/json_cut io/json_gate io/json_read io/json_rec io/map \
	io/map_json io/map_read io/map_rule io/map_value io/map_words io/reader io/table io/without io/writer \
	db/copies db/copy db/db db/lock db/memory db/migrate db/open db/place db/shape db/stmt \
	mail/begin mail/compose mail/deliver mail/encode mail/field mail/html mail/maildir mail/mask \
	mail/parse mail/part mail/run mail/template mail/template_parse mail/thread mail/words \
	order/ack order/alternatives order/amend order/amend_compare order/amend_told order/answer \
	order/answers order/archive order/archive_rows order/archived order/audit_answers order/audit_chain \
	order/audit_check order/audit_content order/audit_lives order/audit_missing order/audit_orders \
	order/audit_records order/audit_stock order/audit_trail order/audit_words order/backorder \
	order/backup order/cancel \
	order/cancel_order order/cancel_request order/changed order/chase order/check_stock order/clarify \
	order/columns order/config order/consent order/document order/erase order/erase_rejects \
	order/erase_rows order/event order/explain order/facts order/figures order/figures_goods \
	order/figures_holds order/figures_orders order/format order/forward order/forward_movements \
	order/handoff order/hold order/inquiry order/item order/keys order/letter order/lifecycle \
	order/load order/load_kinds order/mention order/message order/message_lint order/message_list \
	order/message_text order/normalise order/offer order/offer_take order/order order/outbox \
	order/page order/policy order/probe order/promise order/promise_keep order/query order/question \
	order/rate order/receive order/redact order/ref order/reject order/remedy order/reminder \
	order/reply order/report order/resolve order/resolve_correct order/review order/rules \
	order/rules_lines order/settle order/ship order/ship_notice order/standing order/step order/stock \
	order/stock_load order/substitute order/summary order/terms order/ticket order/update \
	order/update_again order/update_cancel order/update_dates order/update_events order/update_ship \
	order/update_take order/update_told order/verdict order/verify \
	cli/acks cli/answer cli/answering cli/archives cli/asked cli/attention cli/attention_answers \
	cli/attention_goods cli/attention_mail cli/audits cli/backups cli/check_map cli/completion cli/counts \
	cli/diag cli/drop cli/erasures cli/feed cli/forwards cli/group cli/handoff_list cli/handoffs \
	cli/health cli/intake cli/keyset cli/listing cli/load cli/loop cli/mail_asks cli/mail_files \
	cli/mail_orders cli/mails cli/maps cli/mend cli/once cli/opt cli/orders cli/pick_list cli/progress \
	cli/questions cli/reject_list cli/rejects cli/replies cli/report cli/report_chart cli/report_glance \
	cli/report_grid cli/report_page cli/report_text cli/report_words cli/rows cli/settings cli/sheet \
	cli/sheet_open cli/sheet_sent cli/sheet_text cli/source cli/spool cli/states cli/tally cli/tool \
	cli/updates cli/watch cli/whole

# Debian 12's packages that build, test and lint need; see README.md.
DEPS = gcc make pkg-config libsqlite3-dev libcsv-dev libcjson-dev \
	libgmime-3.0-dev libutf8proc-dev nettle-dev
DEPS_CHECK = libcmocka-dev bats perl mandoc sqlite3 python3 tzdata msmtp \
	python3-aiosmtpd mblaze faketime
DEPS_LINT = clang clang-tidy cppcheck shellcheck valgrind

Q = $(if $(V),,@)
B = build$(if $(SAN),/san)
PKGS = sqlite3 libcjson gmime-3.0 libutf8proc nettle
CFLAGS = -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes \
	-Wstrict-prototypes -Wconversion -Wsign-conversion -Wformat=2 \
	-Wwrite-strings -Wvla -Werror
HARDEN = -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=3)
SANITIZE = $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
, = ,
CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iinclude \
	-include order/banned.h $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS = -std=c11 $(CPPFLAGS) $(CFLAGS) $(WARN) $(HARDEN) $(SANITIZE)
LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed
LDLIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv

SCHEMA = $(sort $(wildcard lib/db/schema/*.sql))
EMBEDDED = $(SCHEMA) $(sort $(wildcard lib/order/templates/*/*.txt lib/order/templates/*/*.html lib/cli/maps/*.map) lib/cli/report.css)
OBJECTS = $(LIB:%=$B/lib/%.o) $B/embed.o

.PHONY: all deps deps-check deps-lint demo install uninstall clean

all: $(TOOLS:%=$B/bin/%)

$B/bin/%: cmd/%.c $B/liborder.a
	@mkdir -p $(@D)
	@echo "  LD  $@"
	$Q$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $B/$(@F).d -o $@ $< $B/liborder.a $(LDLIBS)

$B/liborder.a: $(OBJECTS)
	@rm -f $@
	$Qar rcs $@ $^

$B/lib/%.o: lib/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC  $<"
	$Q$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Schema, mail templates and maps become byte arrays in the library.
$B/embed.o: $B/embed.c
	$Q$(CC) $(ALL_CFLAGS) -Ilib -c -o $@ $<

$B/embed.c: lib/embed.sh $(EMBEDDED)
	@mkdir -p $(@D)
	$Qsh lib/embed.sh $(EMBEDDED) > $@.new && mv $@.new $@

# One place for packages: install by apt what is missing; elsewhere list it.
define install
@missing=; command -v dpkg-query >/dev/null || { \
	echo "these must be there (Debian names): $(1)"; exit 0; }; \
for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
	grep -q 'ok installed' || missing="$$missing $$p"; done; \
[ -z "$$missing" ] && exit 0; echo "installing:$$missing"; \
as=; [ "$$(id -u)" = 0 ] || as=sudo; \
$$as apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	$$as apt-get -qq -y install --no-install-recommends $$missing >/dev/null
endef

deps:
	$(call install,$(DEPS))

deps-check: deps
	$(call install,$(DEPS_CHECK))

deps-lint: deps-check
	$(call install,$(DEPS_LINT))

demo: deps
	@$(MAKE) --no-print-directory -j2 all
	@PATH="$(CURDIR)/$B/bin:$$PATH" examples/fortnight.sh

clean:
	rm -rf build

include cmd/install.mk tests/bench/bench.mk tests/coverage/coverage.mk tests/fuzz/fuzz.mk tests/look/look.mk \
	tests/tests.mk tests/torture/torture.mk

-include $(OBJECTS:.o=.d) $(wildcard $B/*.d $B/tests/*.d)
