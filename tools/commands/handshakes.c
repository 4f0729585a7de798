// SPDX-License-Identifier: GPL-2.0
/* The command "handshakes": a line for each connection when it has ended. */
#include <errno.h>

#include "cli/holders.h"
#include "cli/pump.h"
#include "commands/commands.h"
#include "format/csv.h"
#include "output/field.h"
#include "output/loss.h"
#include "util/stdout.h"

struct handshakes {
	struct source *src;
	const struct handshakes_options *opts;
	FILE *out;
	uint64_t shown;
	struct columns lines;
	struct fields fields;
	struct field_names names;
	struct holders *holders;	/* NULL for recordings */
};

static bool is_enough(void *data)
{
	const struct handshakes *h = data;

	return selection_is_enough(&h->opts->selection, h->shown);
}

static void take_event(void *data, const struct item *item, const struct conn *conn)
{
	struct handshakes *h = data;

	(void)item;
	holders_note(h->holders, conn);
}

static void print_object(struct handshakes *h, struct json_object *obj)
{
	object_print(h->out, &h->opts->selection, h->names.name, obj);
}

static void show(void *data, const struct verdict *v)
{
	struct handshakes *h = data;
	struct row row = {
		.src = h->src, .v = v,
		.now_ns = v->open ? source_now(h->src) : 0,
	};
	unsigned int i;

	if (is_enough(h) ||
	    !selection_has_verdict(&h->opts->selection, &h->src->header, v))
		return;
	h->shown++;
	for (i = 0; h->holders && i < 2 && v->end[i]; i++) {
		holders_note(h->holders, v->end[i]);
		holders_look(h->holders, source_now(h->src));
		row.holder[i] = holders_find(h->holders, v->end[i]);
	}
	if (selection_wants_objects(&h->opts->selection)) {
		print_object(h, fields_object(verdict_fields, &row));
		return;
	}
	verdict_fields(&h->fields, &row);
	columns_end(&h->lines);
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

/* Sockets are looked for before each wait, while their descriptors may be open. */
static void take_pause(void *data)
{
	struct handshakes *h = data;

	flush(h);
	if (h->holders)
		holders_look(h->holders, source_now(h->src));
}

static void show_loss(void *data, const struct item *item)
{
	struct handshakes *h = data;

	flush(h);
	if (selection_wants_objects(&h->opts->selection))
		print_object(h, loss_object(h->src, item));
	else
		loss_print(h->out, h->src, item);
}

static void start_output(struct handshakes *h)
{
	const struct handshakes_options *opts = h->opts;
	/* IPv6 addresses are wider. */
	bool wide = opts->extended && opts->selection.families != FAMILY_4;

	columns_init(&h->lines, h->out);
	h->fields = (struct fields){
		.shown = (opts->extended ? FIELD_EXTENDED : FIELD_SHORT) |
			 (opts->clock ? FIELD_CLOCK : 0) |
			 (h->src->hosts > 1 ? FIELD_HOSTS : 0) |
			 (opts->selection.open ? FIELD_OPEN : FIELD_ENDED),
		.addr_width = wide ? 39 : 15,
		.lines = &h->lines, .resolver = opts->selection.names,
	};
	if (opts->selection.csv) {
		fields_names(&h->names, verdict_fields, h->src);
		csv_titles(h->out, h->names.name);
	} else if (!opts->selection.json) {
		fields_titles(&h->fields, verdict_fields, h->src);
	}
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct handshakes_options *opts = data;
	struct handshakes h = {
		.src = src, .opts = opts, .out = out,
		.holders = src->live ? holders_new("/proc") : NULL,
	};
	const struct pump pump = {
		.name = handshakes_command.name, .src = src, .out = out,
		.pairing = pump_pairing(src,
					opts->selection.open ? ignore : show,
					&h),
		.data = &h, .paired = h.holders ? take_event : NULL,
		.loss = show_loss, .idle = take_pause,
		.enough = opts->selection.count ? is_enough : NULL,
		.open = opts->selection.open ? show : NULL,
	};

	if (!pump.pairing || (src->live && !h.holders)) {
		pairing_free(pump.pairing);
		holders_free(h.holders);
		return -ENOMEM;
	}
	if (!selection_wants_objects(&opts->selection) && !opts->extended)
		pairing_be_brief(pump.pairing);
	start_output(&h);
	pump_run(&pump);
	columns_flush(&h.lines);
	pairing_free(pump.pairing);
	holders_free(h.holders);
	return stdout_finish(out);
}

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

static const char *check(struct command_call *call)
{
	const struct handshakes_options *opts = call->opts;

	call->in.live.history |= opts->selection.open;
	call->in.live.follow = !opts->selection.open;
	return NULL;
}

const struct command handshakes_command = {
	.name = "handshakes",
	.usage =
"Usage: tcpfin handshakes [OPTION]... [FILTER]\n"
"Print each connection when it has ended: who closed it, how, how long it took.\n",
	.options = options,
	.notes =
"If both ends are on this machine, the one that closed first is LPORT's.\n"
"HALF-MS is from the ACK of its FIN to the other FIN, TW-MS the TIME_WAIT;\n"
"- stands for what was not seen. FILTER is as for ss, see tcpfin(8).\n"
"Example: tcpfin handshakes --history closer = remote and dport = :443\n",
	.filters = true,
	.opts_size = sizeof(struct handshakes_options),
	.check = check,
	.view = view,
};
