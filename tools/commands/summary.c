// SPDX-License-Identifier: GPL-2.0
/* The command "summary": counts events for a time and prints the sums. */
#include <errno.h>
#include <unistd.h>

#include "cli/pump.h"
#include "commands/summary.h"
#include "filter/match.h"
#include "util/basics.h"
#include "util/stdout.h"

/* How long the kernel keeps a TIME_WAIT at least (TCP_TIMEWAIT_LEN) */
#define TIME_WAIT_NS	60000000000ULL

uint64_t summary_held_ns(const struct summary *s)
{
	uint64_t now = s->src->live ? source_now(s->src) : s->stats.counts.last_ns;

	return s->held.since_ns ? saturating_sub(now, s->held.since_ns) : 0;
}

bool summary_is_cut(const struct summary *s)
{
	return s->held.since_ns && summary_held_ns(s) < TIME_WAIT_NS;
}

struct optional summary_rate_mhz(const struct summary *s, uint64_t count)
{
	const struct teardown_counts *c = &s->stats.counts;
	double ns = (double)(c->last_ns - c->first_ns);

	return optional_of(ns > 0, ns > 0 ? (uint64_t)((double)count * 1e12 / ns) : 0);
}

static void print_summary(void *data)
{
	struct summary *s = data;

	teardown_counts_events(&s->stats.counts, &s->times);
	s->times = event_times_none();
	summary_stats_open(&s->stats, s->tracker, source_now(s->src), &s->open);
	source_sysctls(s->src, s->sysctls);
	if (s->opts->interval_ns)
		summary_interval(s);
	else if (s->opts->selection.json)
		summary_json(s);
	else if (s->opts->selection.csv)
		summary_csv(s);
	else
		summary_text(s);
}

static inline void take_event(struct summary *s, const struct item *item)
{
	const struct tcpfin_event *ev = item->event;
	struct step step;

	held_take(&s->held, s->src, item);
	if (!selection_has_family(&s->opts->selection, ev->family))
		return;
	tracker_event(s->tracker, item->host, ev, &step);
	if (s->opts->selection.filter &&
	    !match_step(s->opts->selection.filter, &s->src->header, ev, &step))
		return;
	summary_stats_event(&s->stats, ev, &step);
	event_times_add(&s->times, ev->time_ns);
}

static void take_events(void *data, struct item *item)
{
	struct summary *s = data;

	do
		take_event(s, item);
	while (source_more(s->src, item));
}

static void take_loss(void *data, const struct item *item)
{
	struct summary *s = data;

	tracker_loss(s->tracker, item);
	teardown_counts_loss(&s->stats.counts, item);
}

static bool print_again(void *data)
{
	struct summary *s = data;

	print_summary(s);
	return !selection_is_enough(&s->opts->selection, s->line.lines);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct summary_options *opts = data;
	struct summary s = {
		.src = src, .opts = opts, .out = out,
		.times = event_times_none(),
		.open.filter = opts->selection.filter,
		.tracker = tracker_new(TRACKER_MAX, NULL),
	};
	const struct pump pump = {
		.name = summary_command.name, .src = src, .out = out,
		.data = &s, .events = take_events, .loss = take_loss,
		.print = print_again, .end = print_summary,
		.for_ns = opts->selection.for_ns,
		.interval_ns = opts->interval_ns,
	};
	int ret = -ENOMEM;

	if (summary_stats_init(&s.stats, opts->by) && held_init(&s.held, src) &&
	    s.tracker) {
		pump_run(&pump);
		ret = stdout_finish(out);
	}
	tracker_free(s.tracker);
	held_exit(&s.held);
	summary_stats_exit(&s.stats);
	return ret;
}

static bool take_by(const struct option_row *row, struct command_call *call)
{
	struct summary_options *opts = call->opts;

	opts->by = group_by_parse(optarg);
	return opts->by || option_bad_value(row, call,
		"destination, raddr, rport, lport, netns, comm or reason");
}

static const struct option_row options[] = {
	{ .name = "-r" },
	{ .name = "--for" },
	{ .name = "-i", .value = "TIME", .take = option_time,
	  .at = offsetof(struct summary_options, interval_ns),
	  .help = "print a line of what was new, again and again, this time apart" },
	{ .name = "-c", .help = "with -i: print N lines" },
	{ .name = "--by", .value = "KEY", .take = take_by,
	  .help = "a line for each destination (raddr and rport), raddr, rport, lport,\n"
		  "netns, comm or reason" },
	{ .name = "--top", .value = "N", .take = option_count,
	  .at = offsetof(struct summary_options, top),
	  .help = "print the N largest groups, and the sum of the others: 20" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "--json" },
	{ .name = "--csv",
	  .help = "comma-separated values: a line for all, and one for each group" },
	{ .name = "-N" },
	{ .name = "--color" },
	{ .name = "-v" },
	{ 0 },
};

static const char *check(struct command_call *call)
{
	const struct summary_options *opts = call->opts;

	call->in.live.history = true;
	call->in.live.follow = opts->selection.for_ns || opts->interval_ns;
	if (opts->selection.count && !opts->interval_ns)
		return "-c needs -i";
	if (call->in.nfiles && opts->interval_ns)
		return "-i is for the rings, not for -r";
	if (opts->by && opts->interval_ns)
		return "--by and -i do not go together";
	return NULL;
}

static void set_defaults(void *data)
{
	struct summary_options *opts = data;

	opts->top = SUMMARY_TOP;
}

const struct command summary_command = {
	.name = "summary",
	.usage =
"Usage: tcpfin summary [OPTION]... [FILTER]\n"
"Print how connections ended, whose and to where, how long TIME_WAIT lasted and why\n"
"it ended, from what the rings hold.\n",
	.options = options,
	.notes =
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin summary --for 2m --by rport dst 10.0.0.0/8\n",
	.filters = true,
	.silent_read = true,
	.opts_size = sizeof(struct summary_options),
	.defaults = set_defaults,
	.check = check,
	.view = view,
};
