# install.mk - make install and make uninstall: tools, manual, completion, and
# the examples, where crontab and units look for them

SHARE = $(DESTDIR)$(PREFIX)/share
COMPLETIONS = bash-completion/completions/%s zsh/site-functions/_%s \
	fish/vendor_completions.d/%s.fish

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/man/man7
	install $(TOOLS:%=$B/bin/%) $(DESTDIR)$(PREFIX)/bin
	for s in 1 5 7; do install -m 644 man/*.$$s $(SHARE)/man/man$$s || exit 1; done
	for c in $(COMPLETIONS); do for t in $(TOOLS); do \
		f=$$(printf "$(SHARE)/$$c" "$$t"); install -d "$${f%/*}" && \
		case $$c in bash*) s=bash ;; zsh*) s=zsh ;; *) s=fish ;; esac && \
		$B/bin/$$t --completion $$s >"$$f" && chmod 644 "$$f" || exit 1; done; done
	install -d $(SHARE)/order-tools && cp -R examples $(SHARE)/order-tools/

uninstall:
	cd $(DESTDIR)$(PREFIX)/bin && rm -f $(TOOLS)
	for s in 1 5 7; do for f in man/*.$$s; do rm -f $(SHARE)/man/man$$s/$${f##*/}; done; done
	for c in $(COMPLETIONS); do for t in $(TOOLS); do \
		rm -f "$$(printf "$(SHARE)/$$c" "$$t")"; done; done
	rm -rf $(SHARE)/order-tools
