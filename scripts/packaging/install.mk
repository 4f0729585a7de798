# SPDX-License-Identifier: GPL-2.0
# Included by the top Makefile: install, uninstall, DKMS and Debian packages.

# With DESTDIR, files are only copied below that folder, for a package for example:
# neither depmod nor dkms is run.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
UNITDIR ?= $(PREFIX)/lib/systemd/system
DOCDIR ?= $(PREFIX)/share/doc/tcpfin
# No PREFIX here: kernels and DKMS look in these folders only.
MODULESDIR := /lib/modules
DKMSDIR := /usr/src

VERSION := $(shell sed -n 's/^\#define TCPFIN_VERSION[[:space:]]*"\(.*\)"/\1/p' module/tcpfin.h)
PACKAGING := scripts/packaging
DKMS := tcpfin/$(VERSION)
DKMS_SOURCE := $(DESTDIR)$(DKMSDIR)/tcpfin-$(VERSION)

# The files that install-tools installs. Each manual page goes into the folder of its
# section, as man4.
MANPAGES := $(wildcard tools/man/*.[1-9])
MAN := $(foreach page,$(notdir $(MANPAGES)),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page))
COMPLETION := $(DESTDIR)$(COMPLETIONDIR)/tcpfin
UNIT := $(DESTDIR)$(UNITDIR)/tcpfin-record.service
EXAMPLES := $(addprefix $(PACKAGING)/,modules-load.conf modprobe.conf) \
	$(addprefix scripts/fleet/,tcpfin-metrics.service tcpfin.rules.yml tcpfin-dashboard.json)
EXAMPLESDIR := $(DESTDIR)$(DOCDIR)/examples

.PHONY: install install-tools install-files install-module install-dkms \
	uninstall have-dkms dkms dkms-remove deb test-packages

install: install-tools install-module ## install module and reader (PREFIX, DESTDIR)

install-tools: tools install-files ## install only the reader

# Copies files and builds nothing: tools/tcpfin must be there.
install-files:
	$(Q)install -D tools/tcpfin $(DESTDIR)$(BINDIR)/tcpfin
	$(Q)for page in $(MANPAGES); do \
		install -D -m 644 "$$page" "$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}" || exit; \
	done
	$(Q)install -D -m 644 $(PACKAGING)/tcpfin.bash $(COMPLETION)
	$(Q)install -d $(dir $(UNIT)) $(EXAMPLESDIR)
	$(Q)sed 's,@BINDIR@,$(BINDIR),' $(PACKAGING)/tcpfin-record.service >$(UNIT)
	$(Q)chmod 644 $(UNIT)
	$(Q)install -m 644 $(EXAMPLES) $(EXAMPLESDIR)

# INSTALL_MOD_DIR: its default differs between kernels. cmd_depmod=true: kbuild's own
# call of depmod needs System.map, which header packages do not have. Signing is
# switched off unless its key is there: usually only the kernel's builder has it.
SIGN_KEY = $(shell sed -n 's/^CONFIG_MODULE_SIG_KEY="\?\([^"]*\)"\?$$/\1/p' $(KDIR)/include/config/auto.conf)
CAN_SIGN = $(filter pkcs11:%,$(SIGN_KEY))$(wildcard $(SIGN_KEY) $(addprefix $(KDIR)/,$(SIGN_KEY)))
install-module: module ## install only the module, for the kernel of KDIR
	$(Q)$(MAKE) $(quiet) -C $(KDIR) M=$(CURDIR)/$(BUILD) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates INSTALL_MOD_STRIP=1 cmd_depmod=true $(if $(CAN_SIGN),,CONFIG_MODULE_SIG_ALL=) modules_install
	$(Q)$(if $(DESTDIR),,depmod $(RELEASE))

# Removes the module of every kernel, since KDIR may name another kernel by now.
uninstall: ## remove what make install installed
	$(Q)rm -f $(DESTDIR)$(BINDIR)/tcpfin $(MAN) $(COMPLETION) $(UNIT) \
		$(addprefix $(EXAMPLESDIR)/,$(notdir $(EXAMPLES)))
	$(Q)for dir in $(EXAMPLESDIR) $(DESTDIR)$(DOCDIR); do \
		test ! -d "$$dir" || rmdir --ignore-fail-on-non-empty "$$dir"; \
	done
	$(Q)for file in $(DESTDIR)$(MODULESDIR)/*/updates/tcpfin.ko*; do \
		test -e "$$file" || continue; \
		rm "$$file" || exit; \
		dir=$${file%/updates/*}; \
		rmdir --ignore-fail-on-non-empty "$$dir/updates"; \
		$(if $(DESTDIR),,depmod "$${dir##*/}" || exit;) \
	done

have-dkms:
	$(Q)$(if $(DESTDIR),,command -v dkms >/dev/null || { echo "no dkms: install Debian's package dkms" >&2; exit 1; })

install-dkms:
	$(Q)install -d $(DKMS_SOURCE)/module
	$(Q)install -m 644 Kbuild $(DKMS_SOURCE)
	$(Q)install -m 644 $(wildcard module/*.[ch]) $(DKMS_SOURCE)/module
	$(Q)sed 's/#MODULE_VERSION#/$(VERSION)/' $(PACKAGING)/dkms.conf >$(DKMS_SOURCE)/dkms.conf
	$(Q)chmod 644 $(DKMS_SOURCE)/dkms.conf

dkms: have-dkms install-dkms ## install the module by DKMS, for this and later kernels
	$(Q)$(if $(DESTDIR),,dkms build --force $(DKMS) -k $(RELEASE))
	$(Q)$(if $(DESTDIR),,dkms install --force $(DKMS) -k $(RELEASE))

dkms-remove: ## undo make dkms for all kernels
	$(Q)$(if $(DESTDIR),,dkms remove $(DKMS) --all)
	$(Q)rm -rf $(DKMS_SOURCE)

deb: ## build Debian packages in build/deb: tcpfin and tcpfin-dkms
	$(Q)scripts/packaging/build-deb

test-packages: ## test make install, DKMS and the packages in a Debian root
	$(Q)scripts/packaging/test
