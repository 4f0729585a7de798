// SPDX-License-Identifier: GPL-2.0
/* The view "handshakes": a line for each connection when it has ended. */
#include "cli/command.h"
#include "cli/print_object.h"
#include "cli/pump.h"
#include "commands/handshakes.h"
#include "output/loss.h"
#include "output/verdict_json.h"
#include "util/stdout.h"

struct handshakes {
	struct source *src;
	const struct handshakes_options *opts;
	FILE *out;
	uint64_t shown;
	struct columns lines;
};

static bool is_enough(void *data)
{
	const struct handshakes *h = data;

	return selection_is_enough(&h->opts->selection, h->shown);
}

static void print_object(struct handshakes *h, struct json_object *obj)
{
	object_print(h->out, &h->opts->selection, verdict_columns, obj);
}

static void show(void *data, const struct verdict *v)
{
	struct handshakes *h = data;

	if (is_enough(h) ||
	    !selection_has_verdict(&h->opts->selection, &h->src->header, v))
		return;
	if (selection_wants_objects(&h->opts->selection))
		print_object(h, verdict_object(h->src, v));
	else
		handshakes_line(&h->lines, h->opts, h->src, v);
	h->shown++;
}

static void ignore(void *data, const struct verdict *v)
{
	(void)data;
	(void)v;
}

static void flush(void *data)
{
	struct handshakes *h = data;

	columns_flush(&h->lines);
}

static void show_gap(void *data, const struct item *item)
{
	struct handshakes *h = data;

	flush(h);
	if (selection_wants_objects(&h->opts->selection))
		print_object(h, loss_object(h->src, item));
	else
		loss_print(h->out, h->src, item);
}

static void print_titles(const struct handshakes *h)
{
	if (h->opts->selection.csv)
		csv_titles(h->out, verdict_columns);
	else if (!h->opts->selection.json)
		handshakes_titles(h->out, h->opts, h->src);
}

int handshakes_run(struct source *src, const struct handshakes_options *opts,
		   FILE *out)
{
	struct handshakes h = { .src = src, .opts = opts, .out = out };
	const struct pump pump = {
		.name = handshakes_command.name, .src = src, .out = out,
		.pairing = pump_pairing(src,
					opts->selection.open ? ignore : show,
					&h),
		.data = &h, .loss = show_gap, .idle = flush,
		.enough = opts->selection.count ? is_enough : NULL,
		.open = opts->selection.open ? show : NULL,
	};

	if (!pump.pairing) {
		fputs("tcpfin handshakes: out of memory\n", stderr);
		return 1;
	}
	if (!selection_wants_objects(&opts->selection) && !opts->extended)
		pairing_be_brief(pump.pairing);
	print_titles(&h);
	columns_init(&h.lines, out);
	pump_run(&pump);
	columns_flush(&h.lines);
	pairing_free(pump.pairing);
	return stdout_finish(out);
}

static const struct option longs[] = {
	{ "history", no_argument, NULL, OPT_HISTORY },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "csv", no_argument, NULL, OPT_CSV },
	{ "utc", no_argument, NULL, OPT_UTC },
	{ "open", no_argument, NULL, OPT_OPEN },
	{ "help", no_argument, NULL, OPT_HELP },
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
"  --csv      the same as comma-separated values\n"
"  -N         names of hosts and services\n"
"  --utc      times of day in UTC\n"
"  -v         show on a terminal (stderr) how far it has come\n"
"\n"
"If both ends are on this machine, the one that closed first is LPORT's.\n"
"HALF-MS is from the ACK of its FIN to the other FIN, TW-MS the TIME_WAIT;\n"
"- stands for what was not seen. FILTER is as for ss, see tcpfin(8).\n"
"Example: tcpfin handshakes --history closer = remote and dport = :443\n";

static bool option(int opt, void *data)
{
	struct handshakes_options *opts = data;

	switch (opt) {
	case 'x':
		opts->extended = true;
		return true;
	case 'T':
		opts->clock = true;
		return true;
	}
	return false;
}

static bool check(struct input *in, void *data)
{
	const struct handshakes_options *opts = data;

	in->live.history |= opts->selection.open;
	in->live.follow = !opts->selection.open;
	return true;
}

static int view(struct source *src, const void *opts)
{
	return handshakes_run(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct handshakes_options opts = { 0 };

	return command_run(&handshakes_command, argc, argv, &opts);
}

const struct command handshakes_command = {
	.name = "handshakes",
	.help = help,
	.allowed = "-r FILE -4 -6 -c N -x -T -N --history --open --json --csv --utc -v --help",
	.shorts = ":46Nr:c:xTv",
	.longs = longs,
	.filters = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
