// SPDX-License-Identifier: GPL-2.0
/* The command "summary": counts events for a time and prints the sums. */
#include <errno.h>
#include <unistd.h>

#include "cli/pump.h"
#include "commands/summary.h"
#include "util/stdout.h"

static void print_summary(void *data)
{
	struct summary *s = data;

	teardown_counts_events(&s->stats.counts, &s->times);
	s->times = event_times_none();
	summary_stats_open(&s->stats, s->tracker, source_now(s->src), &s->open);
	source_sysctls(s->src, s->sysctls);
	if (s->opts->selection.json) {
		summary_json(s);
	} else if (s->opts->selection.csv) {
		summary_csv(s);
	} else {
		/* A terminal shows the latest summary only, a file all of them. */
		if (s->opts->interval_ns && isatty(fileno(s->out)))
			fputs("\033[H\033[2J", s->out);
		else if (s->printed)
			putc('\n', s->out);
		summary_text(s);
	}
	s->printed++;
}

/*
 * All counts are of mini-sockets, and their own events suffice. A full socket's
 * step matters only if its mini-socket exists already, or if a filter or groups
 * need facts from full sockets, see @s->whole.
 */
static inline bool is_only_counted(const struct summary *s, uint8_t host,
				   const struct tcpfin_event *ev)
{
	return step_is_full(ev) &&
	       !tracker_find(s->tracker, host, ev->netns, ev->cookie);
}

static inline void take_event(struct summary *s, const struct item *item)
{
	const struct tcpfin_event *ev = item->event;
	struct step step;

	if (!selection_has_family(&s->opts->selection, ev->family))
		return;
	if (s->whole || !is_only_counted(s, item->host, ev)) {
		tracker_event(s->tracker, item->host, ev, &step);
		if (s->opts->selection.filter &&
		    !match_step(s->opts->selection.filter, &s->src->header, ev, &step))
			return;
		summary_stats_event(&s->stats, ev, &step);
	}
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
	return !selection_is_enough(&s->opts->selection, s->printed);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct summary_options *opts = data;
	struct summary s = {
		.src = src, .opts = opts, .out = out,
		.times = event_times_none(),
		.open.filter = opts->selection.filter,
		.tracker = tracker_new(TRACKER_MAX, NULL),
		.whole = opts->selection.filter || opts->by == GROUP_BY_COMM,
	};
	const struct pump pump = {
		.name = summary_command.name, .src = src, .out = out,
		.data = &s, .events = take_events, .loss = take_loss,
		.print = print_again, .end = print_summary,
		.for_ns = opts->selection.for_ns,
		.interval_ns = opts->interval_ns,
	};
	int ret = -ENOMEM;

	if (summary_stats_init(&s.stats, opts->by) && s.tracker) {
		pump_run(&pump);
		ret = stdout_finish(out);
	}
	tracker_free(s.tracker);
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
	  .help = "print again and again, this time apart, until Ctrl-C" },
	{ .name = "-c", .help = "with -i: print N times" },
	{ .name = "--by", .value = "KEY", .take = take_by,
	  .help = "a line for each destination (raddr and rport), raddr, rport, lport,\n"
		  "netns, comm or reason" },
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
	return NULL;
}

const struct command summary_command = {
	.name = "summary",
	.usage =
"Usage: tcpfin summary [OPTION]... [FILTER]\n"
"Print how long TIME_WAIT lasted and why it ended, from what the rings hold.\n",
	.options = options,
	.notes =
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin summary --for 2m --by rport dst 10.0.0.0/8\n",
	.filters = true,
	.silent_read = true,
	.opts_size = sizeof(struct summary_options),
	.check = check,
	.view = view,
};
