// SPDX-License-Identifier: GPL-2.0
/* The loop of all commands over their source. */
#include <inttypes.h>
#include <unistd.h>

#include "cli/blind_spots.h"
#include "cli/choice_tell.h"
#include "cli/pump.h"
#include "system/kprobes.h"
#include "util/clock.h"
#include "util/progress.h"
#include "util/stdout.h"
#include "util/stop.h"

/* How long a wait lasts at most: nothing wakes it when events are missed. */
#define WAIT_NS		1000000000ULL

/*
 * How long an end that is over waits for the first event of its peer: on one
 * machine, and on several, whose clocks may differ.
 */
#define GRACE_NS	1000000000ULL
#define GRACE_HOSTS_NS	(120 * GRACE_NS)

/* When to end and when to print next, on the clock of source_now(). */
struct schedule {
	uint64_t end_ns;
	uint64_t print_ns;
	bool begun;	/* an event was taken, or the pump has waited */
};

struct pairing *pump_pairing(const struct source *src, pairing_fn *ended,
			     void *data)
{
	return pairing_new(TRACKER_MAX,
			   src->hosts > 1 ? GRACE_HOSTS_NS : GRACE_NS, ended,
			   data);
}

void pump_tell_if_off(const char *name, const struct source *src)
{
	static bool told_stopped;
	bool stopped = src->header.stopped;

	if (!src->live || stopped == told_stopped || stop_terminal_taken())
		return;
	told_stopped = stopped;
	if (stopped)
		fprintf(stderr,
			"tcpfin %s: nothing is recorded: kprobes are switched off (%s)\n",
			name, kprobes_why_off());
	else
		fprintf(stderr, "tcpfin %s: kprobes are on again\n", name);
}

/* Show how many records the rings were given since the first call, and how fast. */
static void show_steps(struct source *src)
{
	static uint64_t began, recorded, since_ns;
	uint64_t sum = 0, now;
	uint32_t ring;
	double rate;

	if (!progress_wanted() || (since_ns && !progress_due()))
		return;
	for (ring = 0; ring < src->header.rings; ring++)
		sum += source_recorded(src, ring);
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

static bool is_over(const struct pump *p)
{
	return (p->out && ferror_unlocked(p->out)) ||
	       (p->enough && p->enough(p->data));
}

/* Take an event, and those that follow it in the source's run. */
static void take_events(const struct pump *p, struct item *item)
{
	const struct conn *conn;

	if (!p->pairing) {
		p->events(p->data, item);
		return;
	}
	do {
		conn = pairing_take(p->pairing, item);
		if (p->src->notes_cgroups)
			source_cgroup(p->src, conn->host, conn->cgroup);
		if (p->paired)
			p->paired(p->data, item, conn);
	} while (!(p->enough && p->enough(p->data)) && source_more(p->src, item));
}

static void take_loss(const struct pump *p, const struct item *item)
{
	if (p->pairing)
		pairing_take(p->pairing, item);
	p->loss(p->data, item);
}

/* Return false to stop the pump. What comes at the end is printed at the end. */
static bool print_if_due(const struct pump *p, struct schedule *when,
			 uint64_t now)
{
	if (!p->interval_ns || now < when->print_ns || now >= when->end_ns ||
	    stop_requested())
		return true;
	if (!when->print_ns)
		when->print_ns = now;
	while (when->print_ns <= now)
		when->print_ns += p->interval_ns;
	return p->print(p->data);
}

/* Tell who looks at a terminal on which nothing appears that this is all right. */
static void tell_watching(const struct pump *p)
{
	if (!p->src->live || !isatty(STDERR_FILENO) || stop_terminal_taken() ||
	    progress_wanted())
		return;
	fprintf(stderr, "tcpfin %s: watching; Ctrl-C ends%s%s\n", p->name,
		p->hint ? "; " : "", p->hint ? p->hint : "");
}

/* The source has nothing now. Return false to stop the pump. */
static bool take_pause(const struct pump *p, struct schedule *when)
{
	uint64_t now = source_now(p->src), until, ns = WAIT_NS;

	if (p->pairing)
		ns = pairing_time(p->pairing, now);
	if (!print_if_due(p, when, now))
		return false;
	if (p->idle)
		p->idle(p->data);
	if (is_over(p) || (p->out && !stdout_flush(p->out)))
		return false;
	now = source_now(p->src);
	if (stop_requested() || now >= when->end_ns) {
		source_finish(p->src);
		return true;
	}
	if (!when->begun)
		tell_watching(p);
	when->begun = true;
	pump_tell_if_off(p->name, p->src);
	blind_spots_tell_new(p->name, p->src);
	choice_tell(p->name, p->src, false);
	if (p->src->live)
		show_steps(p->src);
	until = now + (ns < WAIT_NS ? ns : WAIT_NS);
	if (until > when->end_ns)
		until = when->end_ns;
	if (p->interval_ns && until > when->print_ns)
		until = when->print_ns > now ? when->print_ns : now;
	source_wait(p->src, (int)((until - now + 999999) / 1000000));
	return true;
}

static void finish(const struct pump *p)
{
	uint64_t evicted = 0;

	if (p->idle)
		p->idle(p->data);
	/* In this order: pairing_finish() forgets the ends that are over. */
	if (p->open)
		pairing_open(p->pairing, p->open, p->data);
	if (p->pairing) {
		pairing_finish(p->pairing);
		evicted = tracker_evicted(pairing_tracker(p->pairing));
	}
	if (p->end)
		p->end(p->data);
	choice_tell(p->name, p->src, true);
	if (p->src->gone)
		fprintf(stderr, "tcpfin %s: the module was unloaded\n",
			p->name);
	if (evicted)
		fprintf(stderr,
			"tcpfin %s: %" PRIu64 " ends were forgotten before their time: more than %u at once\n",
			p->name, evicted, TRACKER_MAX);
}

void pump_run(const struct pump *p)
{
	struct schedule when = {
		.end_ns = p->for_ns ? source_now(p->src) + p->for_ns :
				      UINT64_MAX,
	};
	struct item item;

	while (!is_over(p)) {
		source_next(p->src, &item);
		switch (item.type) {
		case ITEM_EVENT:
			when.begun = true;
			take_events(p, &item);
			break;
		case ITEM_LOST:
		case ITEM_MISSED:
			take_loss(p, &item);
			break;
		case ITEM_IDLE:
			if (!take_pause(p, &when))
				return;
			break;
		case ITEM_END:
			finish(p);
			return;
		}
	}
}
