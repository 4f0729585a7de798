// SPDX-License-Identifier: GPL-2.0
/* The view "summary": takes events in for a time and shows what came of them. */
#include <unistd.h>

#include "command.h"
#include "subject.h"
#include "summary.h"

/* How often, at most, an idle summary looks whether events were missed. */
#define LOOK_NS		1000000000ULL

/**
 * struct schedule - when to print and when to end; all are UINT64_MAX for never
 * @end_ns: the time to end
 * @print_ns: the time of the next print
 */
struct schedule {
	uint64_t end_ns;
	uint64_t print_ns;
};

static void print_summary(struct tcpfin_summary *s)
{
	if (s->groups)
		tcpfin_groups_reset_open(s->groups);
	tcpfin_stats_open(s->tracker, tcpfin_source_now(s->src), &s->open,
			  s->groups ? tcpfin_groups_count_open : NULL,
			  s->groups);
	tcpfin_source_sysctls(s->src, s->sysctls);
	if (s->opts->json) {
		tcpfin_summary_json(s);
	} else {
		/* A terminal shows one picture, a file one after the other. */
		if (s->opts->interval_ns && isatty(fileno(s->out)))
			fputs("\033[H\033[2J", s->out);
		else if (s->printed)
			putc('\n', s->out);
		tcpfin_summary_text(s);
	}
	s->printed++;
}

static void take_event(struct tcpfin_summary *s, const struct tcpfin_item *item)
{
	const struct tcpfin_event *ev = item->event;
	struct tcpfin_step step;

	if (s->opts->families &&
	    !tcpfin_family_matches(s->opts->families, ev->family))
		return;
	tcpfin_tracker_event(s->tracker, item->host, ev, &step);
	if (!tcpfin_step_matches(s->opts->filter, &s->src->header, ev, &step))
		return;
	tcpfin_stats_event(&s->stats, ev, &step);
	if (s->groups)
		tcpfin_groups_event(s->groups, ev, &step);
}

static void take_gap(struct tcpfin_summary *s, const struct tcpfin_item *item)
{
	tcpfin_tracker_gap(s->tracker, item);
	if (item->type == TCPFIN_ITEM_LOST)
		s->stats.lost += item->count;
	else
		s->stats.missed += item->count;
}

static int wait_ms(uint64_t now, const struct schedule *when)
{
	uint64_t until = now + LOOK_NS;

	if (until > when->end_ns)
		until = when->end_ns;
	if (until > when->print_ns)
		until = when->print_ns;
	return (int)((until - now + 999999) / 1000000);
}

/* All that is there was taken in. Return false when it is over. */
static bool take_pause(struct tcpfin_summary *s, struct schedule *when)
{
	uint64_t now = tcpfin_source_now(s->src);

	if (tcpfin_stop_requested() || now >= when->end_ns) {
		tcpfin_source_stop(s->src);
		return true;
	}
	if (now >= when->print_ns) {
		print_summary(s);
		if (!tcpfin_flush(s->out) || s->printed == s->opts->count)
			return false;
		do {
			when->print_ns += s->opts->interval_ns;
		} while (when->print_ns <= now);
	}
	tcpfin_source_wait(s->src, wait_ms(now, when));
	return true;
}

static void run_summary(struct tcpfin_summary *s)
{
	uint64_t now = tcpfin_source_now(s->src);
	struct schedule when = {
		.end_ns = s->opts->for_ns ? now + s->opts->for_ns : UINT64_MAX,
		.print_ns = s->opts->interval_ns ? now : UINT64_MAX,
	};
	struct tcpfin_item item;

	for (;;) {
		tcpfin_source_next(s->src, &item);
		switch (item.type) {
		case TCPFIN_ITEM_EVENT:
			take_event(s, &item);
			break;
		case TCPFIN_ITEM_LOST:
		case TCPFIN_ITEM_MISSED:
			take_gap(s, &item);
			break;
		case TCPFIN_ITEM_IDLE:
			if (!take_pause(s, &when))
				return;
			break;
		case TCPFIN_ITEM_END:
			if (s->src->gone)
				fputs("tcpfin summary: the module was unloaded\n",
				      stderr);
			print_summary(s);
			return;
		}
	}
}

static bool init_summary(struct tcpfin_summary *s)
{
	if (tcpfin_stats_init(&s->stats))
		return false;
	s->tracker = tcpfin_tracker_new(TCPFIN_TRACKED_MAX, NULL);
	if (s->opts->by)
		s->groups = tcpfin_groups_new(s->opts->by);
	return s->tracker && (s->groups || !s->opts->by);
}

int tcpfin_summary(struct tcpfin_source *src,
		   const struct tcpfin_summary_options *opts, FILE *out)
{
	struct tcpfin_summary s = {
		.src = src, .opts = opts, .out = out,
		.open.filter = opts->filter,
	};
	int ret = 1;

	if (init_summary(&s)) {
		run_summary(&s);
		ret = tcpfin_finish(out);
	} else {
		fputs("tcpfin summary: out of memory\n", stderr);
	}
	tcpfin_groups_free(s.groups);
	tcpfin_tracker_free(s.tracker);
	tcpfin_stats_exit(&s.stats);
	return ret;
}

static const struct option longs[] = {
	{ "for", required_argument, NULL, TCPFIN_OPT_FOR },
	{ "by", required_argument, NULL, TCPFIN_OPT_BY },
	{ "json", no_argument, NULL, TCPFIN_OPT_JSON },
	{ "help", no_argument, NULL, TCPFIN_OPT_HELP },
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
"  --by KEY    a line for each raddr, rport, lport, netns, comm or reason\n"
"  -4, -6      only IPv4 (v4-mapped connections too), only IPv6\n"
"  --json      one JSON object a line\n"
"\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin summary --for 2m --by rport dst 10.0.0.0/8\n";

/* Return false after a mistake. */
static bool read_value(int opt, struct tcpfin_summary_options *opts)
{
	const struct tcpfin_command *cmd = &tcpfin_summary_command;

	switch (opt) {
	case TCPFIN_OPT_FOR:
		return tcpfin_take_time(cmd, "--for", &opts->for_ns);
	case 'i':
		return tcpfin_take_time(cmd, "-i", &opts->interval_ns);
	case 'c':
		return tcpfin_take_count(cmd, "-c", &opts->count);
	case TCPFIN_OPT_BY:
		opts->by = tcpfin_by_parse(optarg);
		return opts->by ||
		       tcpfin_bad_value(cmd, "--by",
				"raddr, rport, lport, netns, comm or reason");
	}
	return false;
}

/* Return the exit status, or -1 to go on. */
static int read_options(int argc, char **argv,
			struct tcpfin_summary_options *opts,
			struct tcpfin_input *in)
{
	const struct tcpfin_command *cmd = &tcpfin_summary_command;
	int opt;

	while ((opt = tcpfin_getopt(cmd, argc, argv)) != TCPFIN_OPT_END) {
		switch (opt) {
		case '4':
			opts->families |= TCPFIN_FAMILY_4;
			break;
		case '6':
			opts->families |= TCPFIN_FAMILY_6;
			break;
		case 'r':
			if (!tcpfin_take_file(cmd, in))
				return 1;
			break;
		case TCPFIN_OPT_JSON:
			opts->json = true;
			break;
		case TCPFIN_OPT_HELP:
			return tcpfin_finish(stdout);
		default:
			if (!read_value(opt, opts))
				return 1;
		}
	}
	if (opts->count && !opts->interval_ns)
		fputs("tcpfin summary: -c needs -i\n", stderr);
	else if (in->nfiles && (opts->for_ns || opts->interval_ns))
		fputs("tcpfin summary: --for and -i are for the rings, not for -r\n",
		      stderr);
	else
		return -1;
	return 1;
}

static int run(int argc, char **argv)
{
	struct tcpfin_input in = { .live.history = true };
	const struct tcpfin_command *cmd = &tcpfin_summary_command;
	struct tcpfin_summary_options opts = { 0 };
	struct tcpfin_filter *filter;
	struct tcpfin_source *src;
	int ret;

	ret = read_options(argc, argv, &opts, &in);
	if (ret >= 0)
		return ret;
	if (!tcpfin_take_filter(cmd, argc, argv, &filter))
		return 1;
	opts.filter = filter;
	in.live.follow = opts.for_ns || opts.interval_ns;
	in.live.stop_fd = tcpfin_stop_install();
	ret = 1;
	src = tcpfin_open(cmd, &in);
	if (src) {
		ret = tcpfin_summary(src, &opts, stdout);
		ret = tcpfin_close(cmd, src, ret);
	}
	tcpfin_filter_free(filter);
	return ret;
}

const struct tcpfin_command tcpfin_summary_command = {
	.name = "summary",
	.help = help,
	.allowed = "-r FILE --for TIME -i TIME -c N --by KEY -4 -6 --json --help",
	.shorts = ":46r:i:c:",
	.longs = longs,
	.filters = true,
	.run = run,
};
