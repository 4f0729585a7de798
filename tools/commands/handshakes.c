// SPDX-License-Identifier: GPL-2.0
/* The command "handshakes": a line for each connection when it has ended. */
#include <errno.h>

#include "cli/holders.h"
#include "cli/pump.h"
#include "commands/commands.h"
#include "format/csv.h"
#include "output/field.h"
#include "output/loss.h"
#include "output/pick.h"
#include "util/colour.h"
#include "util/message.h"
#include "util/stdout.h"
#include "util/terminal.h"

/* Outcomes are up to this much wider than their heading. */
#define MORE	17

struct handshakes {
	struct source *src;
	struct pairing *pairing;
	const struct handshakes_options *opts;
	FILE *out;
	uint64_t shown;
	struct columns lines;
	struct fields fields;
	struct picked_columns picked;	/* the columns of -o */
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
	/* A process may still act on an end that is not over: search only if it is shown. */
	if (h->holders && (conn->flags & CONN_ENDED || h->opts->selection.open))
		holders_note(h->holders, conn);
	if (h->opts->now)
		pairing_notice(h->pairing, conn);
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
	fields_end(&h->fields);
}

static bool show_early(void *data, const struct verdict *v)
{
	struct handshakes *h = data;
	uint64_t before = h->shown;

	show(data, v);
	return h->shown != before;
}

static void show_rest(void *data, const struct verdict *v)
{
	if (!verdict_was_shown(v))
		show(data, v);
}

static void ignore(void *data, const struct verdict *v)
{
	(void)data;
	(void)v;
}

static void flush(void *data)
{
	struct handshakes *h = data;

	if (h->opts->now)
		pairing_early(h->pairing, show_early, h);
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

	columns_flush(&h->lines);
	if (selection_wants_objects(&h->opts->selection))
		print_object(h, loss_object(h->src, item));
	else
		loss_print(h->out, h->src, item);
}

static bool tell_mistake(const struct handshakes *h)
{
	message_print("tcpfin handshakes: %s", h->picked.why);
	return false;
}

/* Return false after a mistake that was told on stderr. */
static bool start_output(struct handshakes *h)
{
	const struct handshakes_options *opts = h->opts;
	/* IPv6 addresses are wider. */
	bool wide = opts->extended && opts->selection.families != FAMILY_4;

	columns_init(&h->lines, h->out);
	h->fields = (struct fields){
		.shown = (opts->extended ? FIELD_EXTENDED : FIELD_SHORT | FIELD_UNITS) |
			 (opts->clock ? FIELD_CLOCK : 0) |
			 (h->src->hosts > 1 ? FIELD_HOSTS : 0) |
			 (opts->selection.open ? FIELD_OPEN : FIELD_ENDED),
		.addr_width = wide ? 39 : 15,
		.addr_max = opts->selection.families == FAMILY_4 ? 15 : 39,
		.coloured = colour_wanted(h->out), .lines = &h->lines,
		.resolver = opts->selection.names,
	};
	if (opts->selection.csv) {
		fields_names(&h->names, verdict_fields, h->src);
		if (opts->columns &&
		    !pick_csv(&h->picked, &h->names, opts->columns))
			return tell_mistake(h);
		csv_titles(h->out, h->names.name);
	} else if (!opts->selection.json) {
		if (opts->columns &&
		    !pick_text(&h->picked, &h->fields, verdict_fields, h->src,
			       opts->columns))
			return tell_mistake(h);
		fields_fit(&h->fields, verdict_fields, h->src,
			   terminal_columns(h->out), MORE);
		fields_titles(&h->fields, verdict_fields, h->src);
		columns_flush(&h->lines);
	}
	return true;
}

static const char hint[] =
"a line comes when a TIME_WAIT has ended, mostly a minute after the last packet (--now: before)";

static int view(struct source *src, const void *data, FILE *out)
{
	const struct handshakes_options *opts = data;
	struct handshakes h = {
		.src = src, .opts = opts, .out = out,
		.pairing = pump_pairing(src, opts->selection.open ? ignore :
					opts->now ? show_rest : show, &h),
		.holders = src->live ? holders_new("/proc") : NULL,
	};
	const struct pump pump = {
		.name = handshakes_command.name, .src = src, .out = out,
		.pairing = h.pairing, .hint = opts->now ? NULL : hint,
		.data = &h, .loss = show_loss, .idle = take_pause,
		.paired = opts->now || h.holders ? take_event : NULL,
		.enough = opts->selection.count ? is_enough : NULL,
		.open = opts->selection.open ? show : NULL,
		.for_ns = opts->selection.for_ns,
	};
	int ret = 1;

	src->notes_cgroups |= opts->extended || opts->columns;
	if (!pump.pairing || (src->live && !h.holders)) {
		pairing_free(pump.pairing);
		holders_free(h.holders);
		return -ENOMEM;
	}
	if (!selection_wants_objects(&opts->selection) && !opts->extended &&
	    !opts->columns)
		pairing_be_brief(pump.pairing);
	if (start_output(&h)) {
		pump_run(&pump);
		columns_flush(&h.lines);
		ret = stdout_finish(out);
	}
	pairing_free(pump.pairing);
	holders_free(h.holders);
	return ret;
}

static const struct option_row options[] = {
	{ .name = "-r" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-c", .help = "stop after N connections" },
	{ .name = "-x", .take = option_set,
	  .at = offsetof(struct handshakes_options, extended),
	  .help = "all columns" },
	{ .name = "-o", .value = "COL,...", .take = option_text,
	  .at = offsetof(struct handshakes_options, columns),
	  .help = "these columns, in this order; a column is a word of the heading,\n"
		  "with -x or -T, too, and with --csv a name there" },
	{ .name = "-T", .take = option_set,
	  .at = offsetof(struct handshakes_options, clock),
	  .help = "time of day of the end in front" },
	{ .name = "--history" },
	{ .name = "-f" },
	{ .name = "--follow" },
	{ .name = "--for",
	  .help = "stop after this time: 500ms, 30s, 5m, 1h" },
	{ .name = "--now", .take = option_set,
	  .at = offsetof(struct handshakes_options, now),
	  .help = "do not wait for the end of TIME_WAIT: TW is runs" },
	{ .name = "--open",
	  .help = "those that are being closed and have not ended, and their age" },
	{ .name = "--json" },
	{ .name = "--csv" },
	{ .name = "-N" },
	{ .name = "--color" },
	{ .name = "--utc" },
	{ .name = "-v" },
	{ 0 },
};

static const char *check(struct command_call *call)
{
	const struct handshakes_options *opts = call->opts;

	if (opts->columns && opts->selection.json)
		return "-o does not go with --json";
	if (opts->columns && opts->extended)
		return "-o and -x do not go together";
	call->in.live.history |= opts->selection.open;
	input_go_on(call);
	if (opts->now && (opts->selection.open || call->in.nfiles))
		return "--now is for the rings, and not for --open";
	if (opts->now && selection_wants_objects(&opts->selection))
		return "--now is for text: objects are of connections that have ended";
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
"HALF is from the ACK of its FIN to the other FIN, TW the TIME_WAIT, -x has\n"
"milliseconds; - stands for what was not seen.\n"
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin handshakes --history closer = remote and dport = :443\n",
	.filters = true,
	.opts_size = sizeof(struct handshakes_options),
	.check = check,
	.view = view,
};
