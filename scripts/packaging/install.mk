# SPDX-License-Identifier: GPL-2.0
# Part of the Makefile: puts what was built where it is used, and takes it away.

# DESTDIR is a root that is filled for later use: no index of modules is made in
# it, and DKMS is not told.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
UNITDIR ?= $(PREFIX)/lib/systemd/system
DOCDIR ?= $(PREFIX)/share/doc/tcpfin
# No PREFIX here: kernels and DKMS look nowhere else.
MODULESDIR := /lib/modules
DKMSDIR := /usr/src

VERSION := $(shell sed -n 's/^\#define TCPFIN_VERSION[[:space:]]*"\(.*\)"/\1/p' module/tcpfin.h)
PACKAGING := scripts/packaging
DKMS := tcpfin/$(VERSION)
DKMS_SOURCE := $(DESTDIR)$(DKMSDIR)/tcpfin-$(VERSION)

# Each file that install-tools makes.
MAN := $(DESTDIR)$(MANDIR)/man8/tcpfin.8
COMPLETION := $(DESTDIR)$(COMPLETIONDIR)/tcpfin
UNIT := $(DESTDIR)$(UNITDIR)/tcpfin-record.service
EXAMPLES := $(addprefix $(DESTDIR)$(DOCDIR)/examples/,modules-load.conf modprobe.conf)

.PHONY: install install-tools install-files install-module install-dkms \
	uninstall have-dkms dkms dkms-remove deb test-packages

install: install-tools install-module ## install module and reader (PREFIX, DESTDIR)

install-tools: tools install-files ## install the reader alone

# Without building: what is there is there.
install-files:
	$(Q)install -D tools/tcpfin $(DESTDIR)$(BINDIR)/tcpfin
	$(Q)install -D -m 644 tools/tcpfin.8 $(MAN)
	$(Q)install -D -m 644 $(PACKAGING)/tcpfin.bash $(COMPLETION)
	$(Q)install -d $(dir $(UNIT) $(firstword $(EXAMPLES)))
	$(Q)sed 's,@BINDIR@,$(BINDIR),' $(PACKAGING)/tcpfin-record.service >$(UNIT)
	$(Q)chmod 644 $(UNIT)
	$(Q)install -m 644 $(addprefix $(PACKAGING)/,$(notdir $(EXAMPLES))) $(DESTDIR)$(DOCDIR)/examples

# The folder is said, since kernels differ in their default. They would call depmod
# in their own way, which takes a file that headers do not have; and sign it with a
# key that only who built the kernel has.
SIGN_KEY = $(shell sed -n 's/^CONFIG_MODULE_SIG_KEY="\?\([^"]*\)"\?$$/\1/p' $(KDIR)/include/config/auto.conf)
CAN_SIGN = $(filter pkcs11:%,$(SIGN_KEY))$(wildcard $(SIGN_KEY) $(addprefix $(KDIR)/,$(SIGN_KEY)))
install-module: module ## install the module alone, for the kernel of KDIR
	$(Q)$(MAKE) $(quiet) -C $(KDIR) M=$(CURDIR)/$(BUILD) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates INSTALL_MOD_STRIP=1 cmd_depmod=true $(if $(CAN_SIGN),,CONFIG_MODULE_SIG_ALL=) modules_install
	$(Q)$(if $(DESTDIR),,depmod $(RELEASE))

# The modules of all kernels, since that of KDIR may be another one by now.
uninstall: ## remove what make install has installed
	$(Q)rm -f $(DESTDIR)$(BINDIR)/tcpfin $(MAN) $(COMPLETION) $(UNIT) $(EXAMPLES)
	$(Q)for dir in $(DESTDIR)$(DOCDIR)/examples $(DESTDIR)$(DOCDIR); do \
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
	$(Q)$(if $(DESTDIR),,command -v dkms >/dev/null || { echo "no dkms here: install Debian's package of that name" >&2; exit 1; })

install-dkms:
	$(Q)install -d $(DKMS_SOURCE)/module
	$(Q)install -m 644 Kbuild $(DKMS_SOURCE)
	$(Q)install -m 644 $(wildcard module/*.[ch]) $(DKMS_SOURCE)/module
	$(Q)sed 's/#MODULE_VERSION#/$(VERSION)/' $(PACKAGING)/dkms.conf >$(DKMS_SOURCE)/dkms.conf
	$(Q)chmod 644 $(DKMS_SOURCE)/dkms.conf

dkms: have-dkms install-dkms ## have DKMS install the module, for this and later kernels
	$(Q)$(if $(DESTDIR),,dkms build --force $(DKMS) -k $(RELEASE))
	$(Q)$(if $(DESTDIR),,dkms install --force $(DKMS) -k $(RELEASE))

dkms-remove: ## undo make dkms, for all kernels
	$(Q)$(if $(DESTDIR),,dkms remove $(DKMS) --all)
	$(Q)rm -rf $(DKMS_SOURCE)

deb: ## build Debian packages in build/deb: tcpfin and tcpfin-dkms
	$(Q)scripts/packaging/build-deb

test-packages: ## try make install, DKMS and the packages in Debian roots
	$(Q)scripts/packaging/test
