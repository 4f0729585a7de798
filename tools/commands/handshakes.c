// SPDX-License-Identifier: GPL-2.0
/* The view "handshakes": a line for each connection when it has ended. */
#include <errno.h>

#include "cli/command.h"
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

static int view(struct source *src, const void *data, FILE *out)
{
	const struct handshakes_options *opts = data;
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

	if (!pump.pairing)
		return -ENOMEM;
	if (!selection_wants_objects(&opts->selection) && !opts->extended)
		pairing_be_brief(pump.pairing);
	print_titles(&h);
	columns_init(&h.lines, out);
	pump_run(&pump);
	columns_flush(&h.lines);
	pairing_free(pump.pairing);
	return stdout_finish(out);
}

static const char usage[] =
"Usage: tcpfin handshakes [OPTION]... [FILTER]\n"
"Print each connection when it has ended: who closed it, how, how long it took.\n";

static const struct option_row options[] = {
	{ .name = "-r" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-c", .help = "stop after N connections" },
	{ .name = "-x", .take = option_set,
	  .at = offsetof(struct handshakes_options, extended),
	  .help = "all columns" },
	{ .name = "-T", .take = option_set,
	  .at = offsetof(struct handshakes_options, clock),
	  .help = "time of day of the end in front" },
	{ .name = "--history" },
	{ .name = "--open",
	  .help = "those that are being closed and have not ended, and their age" },
	{ .name = "--json" },
	{ .name = "--csv" },
	{ .name = "-N" },
	{ .name = "--utc" },
	{ .name = "-v" },
	{ 0 },
};

static const char notes[] =
"If both ends are on this machine, the one that closed first is LPORT's.\n"
"HALF-MS is from the ACK of its FIN to the other FIN, TW-MS the TIME_WAIT;\n"
"- stands for what was not seen. FILTER is as for ss, see tcpfin(8).\n"
"Example: tcpfin handshakes --history closer = remote and dport = :443\n";

static const char *check(struct command_call *call)
{
	const struct handshakes_options *opts = call->opts;

	call->in.live.history |= opts->selection.open;
	call->in.live.follow = !opts->selection.open;
	return NULL;
}

const struct command handshakes_command = {
	.name = "handshakes",
	.usage = usage,
	.options = options,
	.notes = notes,
	.filters = true,
	.opts_size = sizeof(struct handshakes_options),
	.check = check,
	.view = view,
};
