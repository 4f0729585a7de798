// SPDX-License-Identifier: GPL-2.0
/* The command "doctor": takes events, examines this machine, and judges both. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "commands/doctor.h"
#include "diagnosis/rules.h"
#include "diagnosis/snapshot.h"
#include "diagnosis/thresholds.h"
#include "util/stdout.h"

/* A run of the command. */
struct doctor {
	struct source *src;
	const struct doctor_options *opts;
	struct tracker *tracker;
	struct snapshot look;	/* examines this machine */
	struct facts facts;	/* what events and @look tell */
	struct findings findings;
	bool *began;		/* by CPU: an event of this CPU was taken */
};

/* Rates are of the time since which the rings have the events of all CPUs. */
static void take_cpu(struct doctor *d, const struct item *item)
{
	if (item->cpu >= d->src->header.rings || d->began[item->cpu])
		return;
	d->began[item->cpu] = true;
	if (source_recorded(d->src, item->cpu) > d->src->header.records)
		snapshot_from(&d->look, item->time_ns);
}

static void take_event(void *data, const struct item *item, const struct conn *conn)
{
	struct doctor *d = data;
	const struct tcpfin_event *ev = item->event;
	struct history *history = &d->facts.history;
	struct step step;

	(void)conn;
	if (d->src->live)
		take_cpu(d, item);
	if (!history->counts.events && !history->elsewhere && !history->left_out)
		history->counts.first_ns = ev->time_ns;
	history->counts.last_ns = ev->time_ns;
	if (d->src->live && ev->netns != d->facts.netns) {
		history->elsewhere++;
		return;
	}
	tracker_event(d->tracker, item->host, ev, &step);
	if (d->src->live)
		snapshot_event(&d->look, ev);
	if (!selection_has_step(&d->opts->selection, &d->src->header, ev, &step)) {
		history->left_out++;
		return;
	}
	history_event(history, ev, step.conn, snapshot_serves(&d->look, ev));
}

static void take_loss(void *data, const struct item *item)
{
	struct doctor *d = data;

	tracker_loss(d->tracker, item);
	teardown_counts_loss(&d->facts.history.counts, item);
	if (item->type == ITEM_LOST && d->src->live)
		snapshot_from(&d->look, item->time_ns);
}

static void take_all(struct doctor *d)
{
	const struct pump pump = {
		.name = doctor_command.name, .src = d->src, .data = d,
		.event = take_event, .loss = take_loss,
		.for_ns = d->opts->selection.for_ns,
	};

	pump_run(&pump);
}

static bool look_around(struct doctor *d)
{
	uint64_t start = source_now(d->src);
	struct facts *f = &d->facts;

	if (!snapshot_begin(&d->look, start))
		return false;
	snapshot_from(&d->look, d->src->header.load_ns);
	if (d->opts->selection.for_ns && !snapshot_sample(&d->look))
		return false;
	take_all(d);
	f->now_ns = source_now(d->src);
	if (d->opts->selection.for_ns)
		f->sample_ns = f->now_ns - start;
	if (f->now_ns > d->look.window_ns)
		f->window_ns = f->now_ns - d->look.window_ns;
	return snapshot_sockets(&d->look);
}

/* Of recordings: the ports that connect() chooses from tell clients from servers. */
static void examine_recording(struct doctor *d)
{
	struct sysctl list[SYSCTLS];

	source_sysctls(d->src, list);
	port_range_recorded(list, &d->look.ephemeral);
	take_all(d);
	d->facts.now_ns = source_now(d->src);
}

/* Return 0, -ENOMEM, or 1 after an error that was told. */
static int examine_live(struct doctor *d)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st)) {
		fputs("tcpfin doctor: cannot read /proc/self/ns/net\n", stderr);
		return 1;
	}
	d->facts.netns = (uint32_t)st.st_ino;
	if (!look_around(d)) {
		fprintf(stderr, "tcpfin doctor: %s\n", d->facts.why_not);
		return 1;
	}
	return d->look.failed ? -ENOMEM : 0;
}

static int run_doctor(struct doctor *d, FILE *out)
{
	int ret = 0;

	if (d->src->live)
		ret = examine_live(d);
	else
		examine_recording(d);
	if (ret)
		return ret;
	d->facts.wall_ns = source_wall(d->src, d->facts.now_ns);
	rules_judge(&d->facts, &d->findings);
	if (d->opts->selection.json)
		doctor_json(&d->facts, &d->findings, d->src, out);
	else
		doctor_text(&d->facts, &d->findings, d->src, out);
	ret = stdout_finish(out);
	return ret ? ret : d->findings.count ? DOCTOR_EXIT_FOUND : 0;
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
	d->tracker = tracker_new(TRACKER_MAX, NULL);
	d->facts.older_ns = opts->older_ns;
	d->facts.filtered = opts->selection.filter;
	d->look.facts = &d->facts;
	d->look.filter = opts->selection.filter;
	d->look.tracker = d->tracker;
	if (d->began && d->tracker)
		ret = run_doctor(d, out);
	snapshot_end(&d->look);
	tracker_free(d->tracker);
	free(d->facts.present.held);
	free(d->began);
	free(d);
	return ret;
}

static const struct option_row options[] = {
	{ .name = "-r",
	  .help = "read a recording: only what steps tell is judged then" },
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
