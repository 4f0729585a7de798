// SPDX-License-Identifier: GPL-2.0
/* The command "watch": one line for each step, as columns or as JSON. */
#include <errno.h>
#include <string.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "format/csv.h"
#include "output/field.h"
#include "output/journal.h"
#include "output/loss.h"
#include "output/pick.h"
#include "util/colour.h"
#include "util/message.h"
#include "util/stdout.h"
#include "util/terminal.h"

/* Reasons are mostly this much wider than their heading. */
#define MORE	3

/* A run of the command. */
struct watch {
	struct source *src;
	struct tracker *tracker;
	const struct watch_options *opts;
	FILE *out;
	uint64_t shown;			/* number of steps shown */
	bool plain;			/* print steps as columns */
	int journal_err;		/* the first errno of the journal, or 0 */
	struct columns lines;
	struct fields fields;
	struct picked_columns picked;	/* the columns of -o */
	struct field_names names;	/* the columns of CSV */
	struct row row;			/* the step that is shown */
};

static bool tell_mistake(const struct watch *w)
{
	message_print("tcpfin watch: %s", w->picked.why);
	return false;
}

/* Return false after a mistake that was told on stderr. */
static bool start_output(struct watch *w)
{
	const struct watch_options *opts = w->opts;

	columns_init(&w->lines, w->out);
	w->fields = (struct fields){
		.shown = (opts->extended ? FIELD_EXTENDED : FIELD_SHORT | FIELD_UNITS) |
			 (opts->clock ? FIELD_CLOCK :
			  opts->relative ? FIELD_RELATIVE : 0),
		.addr_width = opts->selection.families == FAMILY_6 ? 39 : 15,
		.addr_max = opts->selection.families == FAMILY_4 ? 15 : 39,
		.coloured = colour_wanted(w->out), .lines = &w->lines,
		.resolver = opts->selection.names,
	};
	if (opts->selection.csv) {
		fields_names(&w->names, step_fields, w->src);
		if (opts->columns &&
		    !pick_csv(&w->picked, &w->names, opts->columns))
			return tell_mistake(w);
		csv_titles(w->out, w->names.name);
	} else if (w->plain) {
		if (opts->columns &&
		    !pick_text(&w->picked, &w->fields, step_fields, w->src,
			       opts->columns))
			return tell_mistake(w);
		fields_fit(&w->fields, step_fields, w->src,
			   terminal_columns(w->out), MORE);
		fields_titles(&w->fields, step_fields, w->src);
		columns_flush(&w->lines);
	}
	return true;
}

static void print_object(struct watch *w, struct json_object *obj)
{
	object_print(w->out, &w->opts->selection, w->names.name, obj);
}

/* End the command if the journal cannot be written. */
static void note_failure(struct watch *w, int err)
{
	if (err < 0 && !w->journal_err)
		w->journal_err = -err;
}

/* The tracker needs all events, also those that are not shown. */
static inline void show_event(struct watch *w, const struct item *item)
{
	const struct tcpfin_event *ev = item->event;
	struct step step;

	tracker_event(w->tracker, item->host, ev, &step);
	if (!selection_has_step(&w->opts->selection, &w->src->header, ev, &step))
		return;
	if (!w->shown++)
		w->row.first_ns = ev->time_ns;
	w->row.ev = ev;
	w->row.step = &step;
	w->row.host = item->host;
	if (w->plain) {
		step_fields(&w->fields, &w->row);
		fields_end(&w->fields);
	} else if (w->opts->journal) {
		note_failure(w, journal_step(w->src, item, &step));
	} else {
		print_object(w, fields_object(step_fields, &w->row));
	}
}

static inline bool is_enough(void *data)
{
	const struct watch *w = data;

	return w->journal_err ||
	       selection_is_enough(&w->opts->selection, w->shown);
}

static void show_events(void *data, struct item *item)
{
	struct watch *w = data;

	do
		show_event(w, item);
	while (!is_enough(w) && source_more(w->src, item));
}

static void show_loss(void *data, const struct item *item)
{
	struct watch *w = data;

	tracker_loss(w->tracker, item);
	columns_flush(&w->lines);
	if (w->plain)
		loss_print(w->out, w->src, item);
	else if (w->opts->journal)
		note_failure(w, journal_loss(item));
	else
		print_object(w, loss_object(w->src, item));
}

static void flush(void *data)
{
	struct watch *w = data;

	columns_flush(&w->lines);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct watch_options *opts = data;
	struct watch w = {
		.src = src, .opts = opts, .out = out, .row.src = src,
	};
	const struct pump pump = {
		.name = watch_command.name, .src = src, .out = out, .data = &w,
		.events = show_events, .loss = show_loss, .idle = flush,
		.enough = is_enough, .for_ns = opts->selection.for_ns,
	};

	w.tracker = tracker_new(TRACKER_MAX, NULL);
	if (!w.tracker)
		return -ENOMEM;
	w.plain = !opts->journal && !selection_wants_objects(&opts->selection);
	if (!start_output(&w)) {
		tracker_free(w.tracker);
		return 1;
	}
	pump_run(&pump);
	columns_flush(&w.lines);
	tracker_free(w.tracker);
	if (w.journal_err) {
		fprintf(stderr, "tcpfin watch: cannot write to the journal: %s\n",
			strerror(w.journal_err));
		return 1;
	}
	return stdout_finish(out);
}

static const struct option_row options[] = {
	{ .name = "-r" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-c", .help = "stop after N steps" },
	{ .name = "-x", .take = option_set,
	  .at = offsetof(struct watch_options, extended),
	  .help = "all columns; a PID in parentheses owns the socket, but is not\n"
		  "who acts in this step" },
	{ .name = "-o", .value = "COL,...", .take = option_text,
	  .at = offsetof(struct watch_options, columns),
	  .help = "these columns, in this order; a column is a word of the heading,\n"
		  "with -x, -t or -T, too, and with --csv a name there" },
	{ .name = "-t", .take = option_set,
	  .at = offsetof(struct watch_options, relative),
	  .help = "seconds since the first line in front" },
	{ .name = "-T", .take = option_set,
	  .at = offsetof(struct watch_options, clock),
	  .help = "time of day in front" },
	{ .name = "--history" },
	{ .name = "-f" },
	{ .name = "--follow" },
	{ .name = "--for",
	  .help = "stop after this time: 500ms, 30s, 5m, 1h" },
	{ .name = "--json" },
	{ .name = "--csv" },
	{ .name = "--journal", .take = option_set,
	  .at = offsetof(struct watch_options, journal),
	  .help = "to the system's journal, not to the output" },
	{ .name = "-N" },
	{ .name = "--color" },
	{ .name = "--utc" },
	{ .name = "-v" },
	{ 0 },
};

static const char *check(struct command_call *call)
{
	const struct watch_options *opts = call->opts;

	input_go_on(call);
	if (opts->relative && opts->clock)
		return "-t and -T do not go together";
	if (opts->columns && (opts->journal || opts->selection.json))
		return "-o goes with neither --json nor --journal";
	if (opts->columns && opts->extended)
		return "-o and -x do not go together";
	if (opts->journal && selection_wants_objects(&opts->selection))
		return "--journal goes with neither --json nor --csv";
	if (opts->journal && call->in.nfiles)
		return "--journal is for the rings, not for -r";
	return NULL;
}

const struct command watch_command = {
	.name = "watch",
	.usage =
"Usage: tcpfin watch [OPTION]... [FILTER]\n"
"Print each step of a connection's end as it happens.\n",
	.options = options,
	.notes =
"SPENT is the time in OLDSTATE, - if its beginning was not seen; -x has MS.\n"
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin watch -T -c 20 dport = :443 and not comm = nginx\n",
	.filters = true,
	.opts_size = sizeof(struct watch_options),
	.check = check,
	.view = view,
};
