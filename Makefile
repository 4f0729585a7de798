# SPDX-License-Identifier: GPL-2.0
# Every way in: `make help` lists the targets.

# The kernel to build for: this machine's, or else the newest with headers.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -d /usr/src/linux-headers-*-$(shell dpkg --print-architecture) 2>/dev/null | sort -V | tail -n 1))
RELEASE = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
BUILD = build/$(RELEASE)$(if $(TEST),/test)
SOURCES = Kbuild $(wildcard module/*.[ch])

V ?= 0
Q := $(if $(filter 1,$(V)),,@)
quiet := $(if $(filter 1,$(V)),,-s)

# How long `make fuzz` runs each of its programs.
FUZZ_SECONDS ?= 60

# How long `make stress` runs each of its programs.
STRESS_SECONDS ?= 60

.PHONY: all module tools deps run test test-all unit check matrix rate longevity bench \
	bench-reader top-cost fuzz stress debug-test test-report test-fleet clean \
	help

all: module tools ## build tcpfin.ko and tools/tcpfin

# Each kernel's objects have a folder of their own, filled with links to the
# sources, so that builds for several kernels stand side by side.
# TEST=1 is a module for tests alone, which can be told to lack things. tcpfin.ko is
# the last one built, put in place as a whole, also when two are built at once.
module: ## build tcpfin.ko (KDIR=/path/to/headers picks the kernel, W=1 C=1)
	$(Q)test -n "$(RELEASE)" || { echo "no kernel headers in KDIR='$(KDIR)': run 'make deps', or say KDIR=/path/to/headers" >&2; exit 1; }
	$(Q)mkdir -p $(BUILD)/module
	$(Q)for f in $(SOURCES); do ln -sf "$(CURDIR)/$$f" "$(BUILD)/$$f"; done
	$(Q)$(MAKE) $(quiet) -C $(KDIR) M=$(CURDIR)/$(BUILD) CONFIG_DEBUG_INFO_BTF_MODULES= $(if $(TEST),TCPFIN_TEST=y) modules
	$(Q)$(if $(TEST),,cp $(BUILD)/tcpfin.ko $(BUILD)/copy && mv $(BUILD)/copy tcpfin.ko)

tools: ## build the reader, tools/tcpfin
	$(Q)$(MAKE) $(quiet) -C tools

deps: ## install with apt what building needs
	$(Q)scripts/deps build

run: ## see it work: nginx and its clients in a small VM
	$(Q)scripts/demo

test: ## unit tests, and guest tests on Debian's 6.1: some minutes
	$(Q)scripts/test

test-all: ## more of them, on 6.12, too; budgets, short fuzz and stress
	$(Q)scripts/test all

unit: ## unit tests only (scripts/test unit NAME: one)
	$(Q)scripts/test unit

check: ## look for mistakes: sparse, clang, clang-tidy, checkpatch.pl and others
	$(Q)scripts/check

matrix: ## guest tests on Debian's kernels from 5.10 to 7.2, in a table
	$(Q)scripts/matrix

bench-reader: ## what reading costs: 10 million events, a million open
	$(Q)scripts/deps build test
	$(Q)$(MAKE) $(quiet) -C tools bench-reader

rate: ## record two busy CPUs for a minute: what is lost is told to the record
	$(Q)scripts/test rate

test-fleet: ## what export writes, read by tshark, Prometheus and others
	$(Q)scripts/test-fleet

longevity: ## a day with a million teardowns, read all the time
	$(Q)scripts/test longevity

top-cost: ## what the live screen costs, with a million in TIME_WAIT
	$(Q)scripts/test top

fuzz: ## feed the reader's parsers broken input (FUZZ_SECONDS=60 for each)
	$(Q)scripts/fuzz --seconds $(FUZZ_SECONDS)

stress: ## prove the rings: threads and a model, for many minutes
	$(Q)scripts/stress --seconds $(STRESS_SECONDS)

debug-test: ## all guest tests and more on kernels with KASAN, lockdep, KCSAN ...
	$(Q)scripts/debug-test

test-report: ## open the pages of tcpfin report in headless Chromium
	$(Q)scripts/report-test

bench: ## measure what tracing costs a connection, and what its peers cost
	$(Q)scripts/bench

include scripts/packaging/install.mk

clean: ## remove what was built here
	$(Q)$(MAKE) $(quiet) -C tools clean
	$(Q)rm -rf build tcpfin.ko

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 23
