// SPDX-License-Identifier: GPL-2.0
/* The view "handshakes": a line for each connection when it has ended. */
#include <unistd.h>

#include "command.h"
#include "follow.h"
#include "gap.h"
#include "handshakes.h"
#include "subject.h"
#include "verdict_json.h"

struct handshakes {
	struct tcpfin_source *src;
	const struct tcpfin_handshakes_options *opts;
	FILE *out;
	uint64_t shown;
};

static bool is_enough(void *data)
{
	const struct handshakes *h = data;

	return h->opts->count && h->shown == h->opts->count;
}

static void show(void *data, const struct tcpfin_verdict *v)
{
	struct handshakes *h = data;

	if (is_enough(h) ||
	    !tcpfin_family_matches(h->opts->families, v->end[0]->family) ||
	    !tcpfin_verdict_matches(h->opts->filter, &h->src->header, v))
		return;
	if (h->opts->json)
		tcpfin_verdict_json(h->out, h->src, v);
	else
		tcpfin_handshakes_line(h->out, h->opts, h->src, v);
	h->shown++;
}

static void ignore(void *data, const struct tcpfin_verdict *v)
{
	(void)data;
	(void)v;
}

static void show_gap(void *data, const struct tcpfin_item *item)
{
	struct handshakes *h = data;

	tcpfin_gap_print(h->out, h->opts->json, h->src, item);
}

int tcpfin_handshakes(struct tcpfin_source *src,
		      const struct tcpfin_handshakes_options *opts, FILE *out)
{
	struct handshakes h = { .src = src, .opts = opts, .out = out };
	struct tcpfin_follow f = {
		.name = tcpfin_handshakes_command.name, .src = src,
		.out = out, .open = opts->open ? show : NULL, .gap = show_gap,
		.enough = is_enough, .data = &h,
	};

	f.teardowns = tcpfin_teardowns_new(TCPFIN_TRACKED_MAX,
					   tcpfin_follow_grace_ns(src),
					   opts->open ? ignore : show, &h);
	if (!f.teardowns) {
		fputs("tcpfin handshakes: out of memory\n", stderr);
		return 1;
	}
	if (!opts->json)
		tcpfin_handshakes_titles(out, opts, src);
	tcpfin_follow(&f);
	tcpfin_teardowns_free(f.teardowns);
	return tcpfin_finish(out);
}

static const struct option longs[] = {
	{ "history", no_argument, NULL, TCPFIN_OPT_HISTORY },
	{ "json", no_argument, NULL, TCPFIN_OPT_JSON },
	{ "open", no_argument, NULL, TCPFIN_OPT_OPEN },
	{ "help", no_argument, NULL, TCPFIN_OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin handshakes [OPTION]... [FILTER]\n"
"Print each connection when it has ended: who closed it, how, how long it took.\n"
"\n"
"  -r FILE    read a recording in place of the rings, - for stdin; may be\n"
"             repeated\n"
"  -4, -6     only IPv4 (v4-mapped connections too), only IPv6\n"
"  -c N       stop after N connections\n"
"  -x         all columns\n"
"  -T         time of day of the end in front\n"
"  --history  start with the steps that are still in the rings\n"
"  --open     those that are being closed and have not ended, and their age\n"
"  --json     one JSON object a line\n"
"\n"
"If both ends are on this machine, the one that closed first is LPORT's.\n"
"HALF-MS is from the ACK of its FIN to the other FIN, TW-MS the TIME_WAIT;\n"
"- stands for what was not seen. FILTER is as for ss, see tcpfin(8).\n"
"Example: tcpfin handshakes --history closer = remote and dport = :443\n";

/* Return the exit status, or -1 to go on. */
static int read_options(int argc, char **argv,
			struct tcpfin_handshakes_options *opts,
			struct tcpfin_input *in)
{
	const struct tcpfin_command *cmd = &tcpfin_handshakes_command;
	int opt;

	while ((opt = tcpfin_getopt(cmd, argc, argv)) != TCPFIN_OPT_END) {
		switch (opt) {
		case '4':
			opts->families |= TCPFIN_FAMILY_4;
			break;
		case '6':
			opts->families |= TCPFIN_FAMILY_6;
			break;
		case 'c':
			if (!tcpfin_take_count(cmd, "-c", &opts->count))
				return 1;
			break;
		case 'r':
			if (!tcpfin_take_file(cmd, in))
				return 1;
			break;
		case 'x':
			opts->extended = true;
			break;
		case 'T':
			opts->clock = true;
			break;
		case TCPFIN_OPT_HISTORY:
			in->live.history = true;
			break;
		case TCPFIN_OPT_OPEN:
			opts->open = true;
			in->live.history = true;
			in->live.follow = false;
			break;
		case TCPFIN_OPT_JSON:
			opts->json = true;
			break;
		case TCPFIN_OPT_HELP:
			return tcpfin_finish(stdout);
		default:
			return 1;
		}
	}
	if (!in->nfiles || !in->live.history || opts->open)
		return -1;
	fputs("tcpfin handshakes: --history is for the rings, not for -r\n",
	      stderr);
	return 1;
}

static int run(int argc, char **argv)
{
	const struct tcpfin_command *cmd = &tcpfin_handshakes_command;
	struct tcpfin_input in = { .live.follow = true };
	struct tcpfin_handshakes_options opts = { 0 };
	struct tcpfin_filter *filter;
	struct tcpfin_source *src;
	int ret;

	ret = read_options(argc, argv, &opts, &in);
	if (ret >= 0)
		return ret;
	if (!tcpfin_take_filter(cmd, argc, argv, &filter))
		return 1;
	opts.filter = filter;
	in.live.stop_fd = tcpfin_stop_install();
	ret = 1;
	src = tcpfin_open(cmd, &in);
	if (src) {
		if (isatty(STDOUT_FILENO))
			setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
		ret = tcpfin_handshakes(src, &opts, stdout);
		ret = tcpfin_close(cmd, src, ret);
	}
	tcpfin_filter_free(filter);
	return ret;
}

const struct tcpfin_command tcpfin_handshakes_command = {
	.name = "handshakes",
	.help = help,
	.allowed = "-r FILE -4 -6 -c N -x -T --history --open --json --help",
	.shorts = ":46r:c:xT",
	.longs = longs,
	.filters = true,
	.run = run,
};
