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

void wait_init(const char *name)
{
	command_name = name;
}

void wait_tell_if_off(const struct source *src)
{
	bool stopped = src->header.stopped;

	if (src->ops->host_name || stopped == told_stopped ||
	    stop_terminal_taken())
		return;
	told_stopped = stopped;
	if (stopped)
		fprintf(stderr,
			"tcpfin %s: nothing is recorded: kprobes are switched off (%s)\n",
			command_name, kprobes_why_off());
	else
		fprintf(stderr, "tcpfin %s: kprobes are on again\n",
			command_name);
}

/* How many steps the rings were given, and how fast. */
static void show_steps(struct source *src)
{
	/* Records at first, and when the last line was shown. */
	static uint64_t began, recorded, since_ns;
	uint64_t sum = 0, now;
	uint32_t cpu;
	double rate;

	if (!progress_wanted() || (since_ns && !progress_due()))
		return;
	for (cpu = 0; cpu < src->header.rings; cpu++)
		sum += source_recorded(src, cpu);
	now = clock_mono_ns();
	if (since_ns) {
		rate = (double)(sum - recorded) * 1e9 /
		       (double)(now - since_ns);
		progress_show("%" PRIu64 " steps, %.0f a second", sum - began,
			      rate);
	} else {
		began = sum;
	}
	recorded = sum;
	since_ns = now;
}

void wait_for_events(struct source *src, uint64_t end_ns, uint64_t next_ns)
{
	uint64_t now = source_now(src), until = now + LOOK_NS;

	if (stop_requested() || now >= end_ns) {
		source_stop(src);
		return;
	}
	wait_tell_if_off(src);
	if (!src->ops->host_name)
		show_steps(src);
	if (until > end_ns)
		until = end_ns;
	if (until > next_ns)
		until = next_ns > now ? next_ns : now;
	source_wait(src, (int)((until - now + 999999) / 1000000));
}
