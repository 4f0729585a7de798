// SPDX-License-Identifier: GPL-2.0
/* Waiting for more of a source, and what is told meanwhile. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/wait.h"
#include "system/kprobes.h"
#include "util/clock.h"
#include "util/progress.h"
#include "util/stop.h"

/* How often, at most, an idle command looks whether events were missed. */
#define LOOK_NS		1000000000ULL

/* The command that runs, and whether it was told that probes are off. */
static const char *command_name;
static bool told_stopped;

void tcpfin_wait_init(const char *name)
{
	command_name = name;
}

void tcpfin_tell_if_stopped(const struct tcpfin_source *src)
{
	bool stopped = src->header.stopped;

	if (src->ops->host_name || stopped == told_stopped ||
	    tcpfin_terminal_taken())
		return;
	told_stopped = stopped;
	if (stopped)
		fprintf(stderr,
			"tcpfin %s: nothing is recorded: kprobes are switched off (%s)\n",
			command_name, tcpfin_stopped_why());
	else
		fprintf(stderr, "tcpfin %s: kprobes are on again\n",
			command_name);
}

/* How many steps the rings were given, and how fast. */
static void show_steps(struct tcpfin_source *src)
{
	/* Records at first, and when the last line was shown. */
	static uint64_t began, recorded, since_ns;
	uint64_t sum = 0, now;
	uint32_t cpu;
	double rate;

	if (!tcpfin_progress_wanted() || (since_ns && !tcpfin_progress_due()))
		return;
	for (cpu = 0; cpu < src->header.rings; cpu++)
		sum += tcpfin_source_recorded(src, cpu);
	now = tcpfin_mono_ns();
	if (since_ns) {
		rate = (double)(sum - recorded) * 1e9 /
		       (double)(now - since_ns);
		tcpfin_progress_show("%" PRIu64 " steps, %.0f a second",
				     sum - began, rate);
	} else {
		began = sum;
	}
	recorded = sum;
	since_ns = now;
}

void tcpfin_rest(struct tcpfin_source *src, uint64_t end_ns, uint64_t next_ns)
{
	uint64_t now = tcpfin_source_now(src), until = now + LOOK_NS;

	if (tcpfin_stop_requested() || now >= end_ns) {
		tcpfin_source_stop(src);
		return;
	}
	tcpfin_tell_if_stopped(src);
	if (!src->ops->host_name)
		show_steps(src);
	if (until > end_ns)
		until = end_ns;
	if (until > next_ns)
		until = next_ns > now ? next_ns : now;
	tcpfin_source_wait(src, (int)((until - now + 999999) / 1000000));
}
