// SPDX-License-Identifier: GPL-2.0
/* The view "summary": takes events in for a time and shows what came of them. */
#include <unistd.h>

#include "cli/command.h"
#include "cli/pump.h"
#include "commands/summary.h"
#include "util/stdout.h"

static void print_summary(void *data)
{
	struct summary *s = data;

	summary_stats_count(&s->stats, &s->times);
	s->times = event_times_none();
	if (s->groups)
		summary_groups_reset_open(s->groups);
	summary_stats_open(s->tracker, source_now(s->src), &s->open,
			   s->groups ? summary_groups_count_open : NULL,
			   s->groups);
	source_sysctls(s->src, s->sysctls);
	if (s->opts->selection.json) {
		summary_json(s);
	} else if (s->opts->selection.csv) {
		summary_csv(s);
	} else {
		/* A terminal shows one picture, a file one after the other. */
		if (s->opts->interval_ns && isatty(fileno(s->out)))
			fputs("\033[H\033[2J", s->out);
		else if (s->printed)
			putc('\n', s->out);
		summary_text(s);
	}
	s->printed++;
}

/*
 * All counts are about mini-sockets, which tell what they are by themselves: a
 * step of a full socket matters if its mini-socket is there already, and of
 * course if somebody asks for what only full sockets tell.
 */
static inline bool is_only_counted(const struct summary *s,
				   uint8_t host,
				   const struct tcpfin_event *ev)
{
	return step_is_full(ev) &&
	       !tracker_find(s->tracker, host, ev->netns, ev->cookie);
}

/* @ev is of a chosen family. */
static void take_step(struct summary *s, uint8_t host,
		      const struct tcpfin_event *ev)
{
	struct step step;

	tracker_event(s->tracker, host, ev, &step);
	if (s->opts->selection.filter &&
	    !match_step(s->opts->selection.filter, &s->src->header, ev, &step))
		return;
	summary_stats_event(&s->stats, ev, &step);
	if (s->groups)
		summary_groups_event(s->groups, ev, &step);
	event_times_add(&s->times, ev->time_ns);
}

static void take_event(void *data, const struct item *item,
		       const struct conn *conn)
{
	const struct tcpfin_event *ev = item->event;
	struct summary *s = data;

	(void)conn;
	if (!selection_has_family(&s->opts->selection, ev->family))
		return;
	if (!s->whole && is_only_counted(s, item->host, ev))
		event_times_add(&s->times, ev->time_ns);
	else
		take_step(s, item->host, ev);
}

static void take_gap(void *data, const struct item *item)
{
	struct summary *s = data;

	tracker_loss(s->tracker, item);
	if (item->type == ITEM_LOST)
		s->stats.lost += item->count;
	else
		s->stats.missed += item->count;
}

static bool print_again(void *data)
{
	struct summary *s = data;

	print_summary(s);
	return !selection_is_enough(&s->opts->selection, s->printed);
}

static bool init_summary(struct summary *s)
{
	if (summary_stats_init(&s->stats))
		return false;
	s->tracker = tracker_new(TRACKER_MAX, NULL);
	s->whole = s->opts->selection.filter || s->opts->by == GROUP_BY_COMM;
	if (s->opts->by)
		s->groups = summary_groups_new(s->opts->by);
	return s->tracker && (s->groups || !s->opts->by);
}

int summary_run(struct source *src, const struct summary_options *opts,
		FILE *out)
{
	struct summary s = {
		.src = src, .opts = opts, .out = out,
		.times = event_times_none(),
		.open.filter = opts->selection.filter,
	};
	const struct pump pump = {
		.name = summary_command.name, .src = src, .out = out,
		.data = &s, .event = take_event, .loss = take_gap,
		.print = print_again, .end = print_summary,
		.for_ns = opts->selection.for_ns,
		.interval_ns = opts->interval_ns,
	};
	int ret = 1;

	if (init_summary(&s)) {
		pump_run(&pump);
		ret = stdout_finish(out);
	} else {
		fputs("tcpfin summary: out of memory\n", stderr);
	}
	summary_groups_free(s.groups);
	tracker_free(s.tracker);
	summary_stats_exit(&s.stats);
	return ret;
}

static const struct option longs[] = {
	{ "for", required_argument, NULL, OPT_FOR },
	{ "by", required_argument, NULL, OPT_BY },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "csv", no_argument, NULL, OPT_CSV },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin summary [OPTION]... [FILTER]\n"
"Print how long TIME_WAIT lasted and why it ended, from what the rings hold.\n"
"\n"
"  -r FILE     read a recording in place of the rings, - for stdin; may be\n"
"              repeated\n"
"  --for TIME  go on for this time: 500ms, 30s, 5m, 1h\n"
"  -i TIME     print again and again, this time apart, until Ctrl-C\n"
"  -c N        with -i: print N times\n"
"  --by KEY    a line for each destination (raddr and rport), raddr, rport, lport,\n"
"              netns, comm or reason\n"
"  -4, -6      only IPv4 (v4-mapped connections too), only IPv6\n"
"  --json      one JSON object a line\n"
"  --csv       comma-separated values: a line for all, and one for each group\n"
"  -N          names of hosts and services\n"
"  -v          show on a terminal (stderr) how far it has come\n"
"\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin summary --for 2m --by rport dst 10.0.0.0/8\n";

static bool option(int opt, void *data)
{
	const struct command *cmd = &summary_command;
	struct summary_options *opts = data;

	switch (opt) {
	case 'i':
		return options_take_time(cmd, "-i", &opts->interval_ns);
	case OPT_BY:
		opts->by = group_by_parse(optarg);
		return opts->by ||
		       options_bad_value(cmd, "--by",
				"destination, raddr, rport, lport, netns, comm or reason");
	}
	return false;
}

static bool check(struct input *in, void *data)
{
	const struct summary_options *opts = data;
	const struct selection *selection = &opts->selection;

	in->live.history = true;
	in->live.follow = selection->for_ns || opts->interval_ns;
	if (selection->count && !opts->interval_ns)
		fputs("tcpfin summary: -c needs -i\n", stderr);
	else if (in->nfiles && in->live.follow)
		fputs("tcpfin summary: --for and -i are for the rings, not for -r\n",
		      stderr);
	else
		return true;
	return false;
}

static int view(struct source *src, const void *opts)
{
	return summary_run(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct summary_options opts = { 0 };

	return command_run(&summary_command, argc, argv, &opts);
}

const struct command summary_command = {
	.name = "summary",
	.help = help,
	.allowed = "-r FILE --for TIME -i TIME -c N --by KEY -4 -6 -N --json --csv -v --help",
	.shorts = ":46Nr:i:c:v",
	.longs = longs,
	.filters = true,
	.silent_read = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
