// SPDX-License-Identifier: GPL-2.0
/* The command "doctor": takes events, examines this machine, and judges both. */
#include <errno.h>
#include <stdlib.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "commands/doctor.h"
#include "diagnosis/recorded.h"
#include "diagnosis/rules.h"
#include "diagnosis/snapshot.h"
#include "diagnosis/thresholds.h"
#include "system/netns.h"
#include "util/stdout.h"

/* A run of the command. */
struct doctor {
	struct source *src;
	const struct doctor_options *opts;
	struct pairing *pairing;
	struct snapshot snapshot;	/* examines this machine */
	struct facts facts;	/* facts from events and @snapshot */
	struct findings findings;
	bool *began;		/* by ring: an event of this ring was taken */
};

/* Rates cover the time since which the rings have the events of all CPUs. */
static void take_ring(struct doctor *d, const struct item *item)
{
	if (item->cpu >= d->src->header.rings || d->began[item->cpu])
		return;
	d->began[item->cpu] = true;
	if (source_recorded(d->src, item->cpu) > d->src->header.records)
		snapshot_from(&d->snapshot, item->time_ns);
}

static void take_event(void *data, const struct item *item, const struct conn *conn)
{
	const struct tcpfin_event *ev = item->event;
	const struct step step = { .conn = (struct conn *)conn };
	struct doctor *d = data;
	struct history *history = &d->facts.history;

	if (d->src->live)
		take_ring(d, item);
	if (!history->counts.events && !history->elsewhere && !history->left_out)
		history->counts.first_ns = ev->time_ns;
	history->counts.last_ns = ev->time_ns;
	if (d->src->live && ev->netns != d->facts.netns) {
		history->elsewhere++;
		return;
	}
	if (d->src->live)
		snapshot_event(&d->snapshot, ev);
	if (!selection_has_step(&d->opts->selection, &d->src->header, ev, &step)) {
		history->left_out++;
		return;
	}
	history_event(history, ev, conn);
}

/* Is an end of the connection in the network namespace that is looked at? */
static bool is_here(const struct doctor *d, const struct verdict *v)
{
	return !d->src->live || v->end[0]->netns == d->facts.netns ||
	       (v->end[1] && v->end[1]->netns == d->facts.netns);
}

static void take_verdict(void *data, const struct verdict *v)
{
	struct doctor *d = data;

	if (is_here(d, v) && selection_has_verdict(&d->opts->selection,
						   &d->src->header, v))
		resets_take(&d->facts.history.resets, v, snapshot_serves, &d->snapshot);
}

static void take_loss(void *data, const struct item *item)
{
	struct doctor *d = data;

	teardown_counts_loss(&d->facts.history.counts, item);
	if (item->type == ITEM_LOST && d->src->live)
		snapshot_from(&d->snapshot, item->time_ns);
}

static void take_all(struct doctor *d)
{
	const struct pump pump = {
		.name = doctor_command.name, .src = d->src, .data = d,
		.pairing = d->pairing, .paired = take_event, .loss = take_loss,
		.for_ns = d->opts->selection.for_ns,
	};

	pump_run(&pump);
}

static bool examine_sockets(struct doctor *d)
{
	uint64_t start = source_now(d->src);
	struct facts *f = &d->facts;

	if (!snapshot_begin(&d->snapshot, start))
		return false;
	snapshot_from(&d->snapshot, d->src->header.load_ns);
	if (d->opts->selection.for_ns && !snapshot_sample(&d->snapshot))
		return false;
	take_all(d);
	f->now_ns = source_now(d->src);
	if (d->opts->selection.for_ns)
		f->sample_ns = f->now_ns - start;
	if (f->now_ns > d->snapshot.window_ns)
		f->window_ns = f->now_ns - d->snapshot.window_ns;
	return snapshot_sockets(&d->snapshot);
}

/* Return 0 or -ENOMEM. */
static int examine_recording(struct doctor *d)
{
	struct sysctl list[SYSCTLS];

	source_sysctls(d->src, list);
	recorded_begin(&d->snapshot, list);
	take_all(d);
	d->facts.now_ns = source_now(d->src);
	recorded_sockets(&d->snapshot);
	return d->snapshot.failed ? -ENOMEM : 0;
}

/* Return 0, -ENOMEM, or 1 after an error that was reported on stderr. */
static int examine_live(struct doctor *d)
{
	if (!netns_own(&d->facts.netns)) {
		fputs("tcpfin doctor: cannot read " NETNS_FILE "\n", stderr);
		return 1;
	}
	if (!examine_sockets(d)) {
		fprintf(stderr, "tcpfin doctor: %s\n", d->facts.why_not);
		return 1;
	}
	return d->snapshot.failed ? -ENOMEM : 0;
}

static int run_doctor(struct doctor *d, FILE *out)
{
	int ret = d->src->live ? examine_live(d) : examine_recording(d);

	if (ret)
		return ret;
	d->facts.wall_ns = source_wall(d->src, d->facts.now_ns);
	rules_judge(&d->facts, &d->findings);
	if (d->opts->selection.json)
		doctor_json(&d->facts, &d->findings, d->src, out);
	else
		doctor_text(&d->facts, &d->findings, d->src, out);
	ret = stdout_finish(out);
	return ret ? ret : findings_are_serious(&d->findings) ? DOCTOR_EXIT_FOUND : 0;
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct doctor_options *opts = data;
	struct doctor *d = calloc(1, sizeof(*d));
	int ret = -ENOMEM;

	if (!d)
		return ret;
	d->src = src;
	d->opts = opts;
	d->began = calloc(src->header.rings, sizeof(*d->began));
	d->pairing = pump_pairing(src, take_verdict, d);
	d->facts.older_ns = opts->older_ns;
	d->facts.filtered = opts->selection.filter;
	d->snapshot.facts = &d->facts;
	d->snapshot.filter = opts->selection.filter;
	d->snapshot.tracker = d->pairing ? pairing_tracker(d->pairing) : NULL;
	if (d->began && d->pairing)
		ret = run_doctor(d, out);
	snapshot_end(&d->snapshot);
	pairing_free(d->pairing);
	free(d->facts.present.held);
	free(d->began);
	free(d);
	return ret;
}

static const struct option_row options[] = {
	{ .name = "-r",
	  .help = "read a recording: what its steps tell is judged then" },
	{ .name = "--older", .value = "TIME", .take = option_time,
	  .at = offsetof(struct doctor_options, older_ns),
	  .help = "sockets may wait this long in CLOSE_WAIT and FIN_WAIT2: 60s" },
	{ .name = "--for",
	  .help = "look for this time, to know how fast ports are used up" },
	{ .name = "--json" },
	{ .name = "-v" },
	{ 0 },
};

static const char *check(struct command_call *call)
{
	struct doctor_options *opts = call->opts;

	if (!opts->older_ns)
		opts->older_ns = THRESHOLD_OLDER_NS;
	call->in.live.history = true;
	call->in.live.follow = opts->selection.for_ns;
	if (call->in.nfiles && opts->selection.for_ns)
		return "--for is for the rings, not for -r";
	return NULL;
}

const struct command doctor_command = {
	.name = "doctor",
	.usage =
"Usage: tcpfin doctor [OPTION]... [FILTER]\n"
"Say what is wrong with how connections end in this network namespace, worst\n"
"first, with evidence and what to do. Exit status 2 if anything is.\n",
	.options = options,
	.notes =
"With a filter it judges only the connections that match, and leaves out limits\n"
"and counts of the kernel, which are about all. FILTER is as for ss, see FILTER\n"
"in tcpfin(8).\n"
"Example: tcpfin doctor --older 5m dport = :5432 or comm = nginx\n",
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.opts_size = sizeof(struct doctor_options),
	.check = check,
	.view = view,
};
