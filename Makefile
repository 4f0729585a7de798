# SPDX-License-Identifier: GPL-2.0
# The top-level Makefile: `make help` lists the targets.

# The kernel to build for: the running one, or else the newest one with headers.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -d /usr/src/linux-headers-*-$(shell dpkg --print-architecture) 2>/dev/null | sort -V | tail -n 1))
RELEASE = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
BUILD = build/$(RELEASE)$(if $(TEST),/test)
SOURCES = Kbuild $(wildcard module/*.[ch])

V ?= 0
Q := $(if $(filter 1,$(V)),,@)
quiet := $(if $(filter 1,$(V)),,-s)

# How long `make fuzz` runs each fuzz program.
FUZZ_SECONDS ?= 60

# How long `make stress` runs each stress program.
STRESS_SECONDS ?= 60

.PHONY: all module tools deps run shell test test-all unit check matrix rate longevity bench \
	bench-reader top-cost fuzz stress debug-test test-report test-fleet clean \
	help

all: module tools ## build tcpfin.ko and tools/tcpfin

# Each kernel has its own build folder, filled with links to the sources, so that
# builds for several kernels do not disturb each other. TEST=1 builds a module for
# tests, with parameters that make it lack parts of a kernel. ./tcpfin.ko is a copy
# of the last module built; mv replaces it atomically, for parallel builds.
module: ## build tcpfin.ko (KDIR=/path/to/headers picks the kernel, W=1 C=1)
	$(Q)test -n "$(RELEASE)" || { echo "no kernel headers in KDIR='$(KDIR)': run 'make deps', or say KDIR=/path/to/headers" >&2; exit 1; }
	$(Q)mkdir -p $(BUILD)/module
	$(Q)for f in $(SOURCES); do ln -sf "$(CURDIR)/$$f" "$(BUILD)/$$f"; done
	$(Q)$(MAKE) $(quiet) -C $(KDIR) M=$(CURDIR)/$(BUILD) CONFIG_DEBUG_INFO_BTF_MODULES= $(if $(TEST),TCPFIN_TEST=y) modules
	$(Q)$(if $(TEST),,cp $(BUILD)/tcpfin.ko $(BUILD)/copy && mv $(BUILD)/copy tcpfin.ko)

tools: ## build the reader, tools/tcpfin
	$(Q)$(MAKE) $(quiet) -C tools

deps: ## install the packages that building needs (apt)
	$(Q)scripts/deps build

run: ## demo: nginx and its clients in a small VM, traced by tcpfin
	$(Q)scripts/demo

shell: ## a shell in such a VM, with nginx, curl, wrk, tmux and tcpfin
	$(Q)scripts/demo --shell

test: ## unit tests, and guest tests on Debian's 6.1: a few minutes
	$(Q)scripts/test

test-all: ## all tests, also on 6.12; budgets, short fuzz and stress runs
	$(Q)scripts/test all

unit: ## unit tests only (scripts/test unit NAME: a single test)
	$(Q)scripts/test unit

check: ## static checks: sparse, clang, clang-tidy, checkpatch.pl and others
	$(Q)scripts/check

matrix: ## guest tests on Debian's kernels from 5.10 to 7.2; prints a table
	$(Q)scripts/matrix

bench-reader: ## benchmark the reader: 10 million events, a million connections
	$(Q)scripts/deps build test
	$(Q)$(MAKE) $(quiet) -C tools bench-reader

rate: ## record two busy CPUs for a minute; check the count of lost events
	$(Q)scripts/test rate

test-fleet: ## read the output of tcpfin export with tshark, Prometheus and others
	$(Q)scripts/test-fleet

longevity: ## a day (virtual time) with a million teardowns and a live reader
	$(Q)scripts/test longevity

top-cost: ## CPU use of tcpfin top, with a million sockets in TIME_WAIT
	$(Q)scripts/test top

fuzz: ## feed the reader's parsers broken input (FUZZ_SECONDS=60 for each)
	$(Q)scripts/fuzz --seconds $(FUZZ_SECONDS)

stress: ## stress and model-check the ring buffers (STRESS_SECONDS=60 for each)
	$(Q)scripts/stress --seconds $(STRESS_SECONDS)

debug-test: ## guest tests on kernels with KASAN, lockdep, KCSAN ...: hours
	$(Q)scripts/debug-test

test-report: ## check the pages of tcpfin report in headless Chromium
	$(Q)scripts/report-test

bench: ## measure the cost per connection of tcpfin and of other tracers
	$(Q)scripts/bench

include scripts/packaging/install.mk

clean: ## remove everything that was built
	$(Q)$(MAKE) $(quiet) -C tools clean
	$(Q)rm -rf build tcpfin.ko

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 23
