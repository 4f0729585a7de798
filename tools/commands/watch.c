// SPDX-License-Identifier: GPL-2.0
/* The view "watch": one line for each step, as columns or as JSON. */
#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/pump.h"
#include "commands/watch.h"
#include "format/csv.h"
#include "output/columns.h"
#include "output/journal.h"
#include "output/loss.h"
#include "output/step_json.h"
#include "track/names.h"
#include "util/stdout.h"
#include "util/text.h"

/**
 * struct watch - a run of the view
 * @first_ns: time of the first line's event
 * @shown: steps shown
 * @plain: steps are printed as columns
 * @journal_err: the errno for which the journal did not take an entry, or 0
 * @lines: what is printed
 */
struct watch {
	struct source *src;
	struct tracker *tracker;
	const struct watch_options *opts;
	FILE *out;
	uint64_t first_ns;
	uint64_t shown;
	bool plain;
	int journal_err;
	struct columns lines;
};

/* What --csv prints: all that --json does, and of gaps, too. */
static const char *const columns[] = {
	"type", "host", "time", "mono_ns", "cookie", "netns", "family", "laddr",
	"lport", "raddr", "rport", "old", "new", "reason", "cause", "tries",
	"ms", "snd_nxt", "snd_una", "rcv_nxt", "write_seq", "pid", "comm",
	"uid", "owner_pid", "owner_comm", "cgroup", "err", "v4mapped",
	"orphan", "rst", "fin", "ifindex", "cpu", "count", NULL
};

static int addr_width(const struct watch_options *opts)
{
	return opts->selection.families == FAMILY_6 ? 39 : 15;
}

static void print_titles(const struct watch *w)
{
	const struct watch_options *opts = w->opts;
	int width = addr_width(opts);

	if (w->src->hosts > 1)
		fprintf(w->out, "%-12s ", "HOST");
	if (opts->clock)
		fprintf(w->out, "%-12s ", "TIME");
	else if (opts->relative)
		fprintf(w->out, "%-10s ", "TIME(s)");
	if (opts->extended)
		fprintf(w->out,
			"%-8s %-10s %-9s %-16s %-5s %-*s %-5s %-*s %-5s %-11s -> %-10s "
			"%-7s %-10s %-10s %-10s %-10s %s\n",
			"COOKIE", "NETNS", "C-PID", "C-COMM", "UID", width,
			"LADDR", "LPORT", width, "RADDR", "RPORT", "OLDSTATE",
			"NEWSTATE", "MS", "SND_NXT", "SND_UNA", "RCV_NXT",
			"KIND", "REASON");
	else
		fprintf(w->out,
			"%-8s %-5s %-*s %-5s %-11s -> %-10s %-7s %s\n",
			"C-COMM", "LPORT", width, "RADDR", "RPORT", "OLDSTATE",
			"NEWSTATE", "MS", "REASON");
}

static void add_time(struct watch *w, const struct tcpfin_event *ev)
{
	char text[STAMP_TEXT_MAX];
	double since;

	if (!w->shown)
		w->first_ns = ev->time_ns;
	if (w->opts->clock) {
		clock_text(source_wall(w->src, ev->time_ns), text);
		columns_text(&w->lines, text, 12);
	} else if (w->opts->relative) {
		since = ev->time_ns > w->first_ns ?
			(double)(ev->time_ns - w->first_ns) / 1e9 : 0;
		snprintf(text, sizeof(text), "%.6f", since);
		columns_text(&w->lines, text, 10);
	}
}

/* Identity and process: who acts, or in parentheses who owns the socket. */
static void add_who(struct columns *l, const struct tcpfin_event *ev,
		    const struct conn *conn)
{
	static const char nobody[16] = "-";
	const char *name = nobody;
	char pid[16] = "-";

	if (ev->flags & TCPFIN_F_TASK) {
		snprintf(pid, sizeof(pid), "%u", ev->pid);
		name = ev->comm;
	} else if (conn->flags & CONN_OWNER) {
		snprintf(pid, sizeof(pid), "(%u)", conn->pid);
		name = conn->comm;
	}
	columns_hex(l, ev->cookie, 8);
	columns_number(l, ev->netns, 10);
	columns_text(l, pid, 9);
	columns_comm(l, name, COMM_TEXT_MAX, 16);
	columns_number_if(l, conn->flags & CONN_UID, conn->uid, 5);
}

static void add_extended(struct watch *w, const struct tcpfin_event *ev,
			 const struct step *step)
{
	unsigned int width = addr_width(w->opts);
	struct resolver *names = w->opts->selection.names;
	struct columns *l = &w->lines;
	char name[NAME_TEXT_MAX];

	add_who(l, ev, step->conn);
	columns_host(l, names, ev->family, ev->laddr, ev->ifindex, width);
	columns_service(l, names, ev->lport);
	columns_host(l, names, ev->family, ev->raddr, ev->ifindex, width);
	columns_service(l, names, ev->rport);
	columns_states(l, ev->old_state, ev->new_state);
	columns_ms(l, step->span_known, step->span_ns, 7);
	columns_number(l, ev->snd_nxt, 10);
	columns_number_if(l, ev->flags & TCPFIN_F_SNDBUF, ev->snd_una, 10);
	columns_number(l, ev->rcv_nxt, 10);
	columns_text(l, kind_name(ev->kind, name), 10);
	columns_text(l, reason_text(ev, &w->src->header, name), 0);
}

/* An IPv4 line fits 80 columns, so a longer name of a process is cut. */
static void add_short(struct watch *w, const struct tcpfin_event *ev,
		      const struct step *step)
{
	struct resolver *names = w->opts->selection.names;
	const struct conn *conn = step->conn;
	struct columns *l = &w->lines;
	char reason[NAME_TEXT_MAX];

	if (conn->flags & CONN_OWNER)
		columns_comm(l, conn->comm, 8, 8);
	else
		columns_text(l, "-", 8);
	columns_service(l, names, ev->lport);
	columns_host(l, names, ev->family, ev->raddr, ev->ifindex,
		     addr_width(w->opts));
	columns_service(l, names, ev->rport);
	columns_states(l, ev->old_state, ev->new_state);
	columns_ms(l, step->span_known, step->span_ns, 7);
	columns_text(l, ev->reason ?
			reason_name(ev->reason, ev->detail,
				    &w->src->header, reason) : "-",
		     0);
}

static void print_line(struct watch *w, const struct item *item,
		       const struct step *step)
{
	if (w->src->hosts > 1)
		columns_text(&w->lines, source_host_name(w->src, item->host),
			     12);
	add_time(w, item->event);
	if (w->opts->extended)
		add_extended(w, item->event, step);
	else
		add_short(w, item->event, step);
	columns_end(&w->lines);
}

static void print_object(struct watch *w, struct json_object *obj)
{
	object_print(w->out, &w->opts->selection, columns, obj);
}

/* What could not be sent to the journal ends the view. */
static void note_failure(struct watch *w, int err)
{
	if (err < 0 && !w->journal_err)
		w->journal_err = -err;
}

static void show_to_programs(struct watch *w, const struct item *item,
			     const struct step *step)
{
	if (w->opts->journal)
		note_failure(w, journal_step(w->src, item, step));
	else
		print_object(w, step_object(w->src, item, step));
}

/* Every event goes through the tracker; shown are those that were chosen. */
static void show_event(void *data, const struct item *item,
		       const struct conn *conn)
{
	const struct tcpfin_event *ev = item->event;
	struct watch *w = data;
	struct step step;

	(void)conn;
	tracker_event(w->tracker, item->host, ev, &step);
	if (!selection_has_step(&w->opts->selection, &w->src->header, ev,
				&step))
		return;
	if (w->plain)
		print_line(w, item, &step);
	else
		show_to_programs(w, item, &step);
	w->shown++;
}

static void show_gap(void *data, const struct item *item)
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

static bool is_enough(void *data)
{
	const struct watch *w = data;

	return w->journal_err ||
	       selection_is_enough(&w->opts->selection, w->shown);
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct watch_options *opts = data;
	struct watch w = { .src = src, .opts = opts, .out = out };
	const struct pump pump = {
		.name = watch_command.name, .src = src, .out = out, .data = &w,
		.event = show_event, .loss = show_gap, .idle = flush,
		.enough = is_enough,
	};

	w.tracker = tracker_new(TRACKER_MAX, NULL);
	if (!w.tracker)
		return -ENOMEM;
	w.plain = !opts->journal && !selection_wants_objects(&opts->selection);
	if (opts->selection.csv)
		csv_titles(out, columns);
	else if (w.plain)
		print_titles(&w);
	columns_init(&w.lines, out);
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

static const char usage[] =
"Usage: tcpfin watch [OPTION]... [FILTER]\n"
"Print each step of a connection's end as it happens.\n";

static const struct option_row options[] = {
	{ .name = "-r" },
	{ .name = "-4" },
	{ .name = "-6" },
	{ .name = "-c", .help = "stop after N steps" },
	{ .name = "-x", .take = option_set,
	  .at = offsetof(struct watch_options, extended),
	  .help = "all columns; a PID in parentheses owns the socket, but is not\n"
		  "who acts in this step" },
	{ .name = "-t", .take = option_set,
	  .at = offsetof(struct watch_options, relative),
	  .help = "seconds since the first line in front" },
	{ .name = "-T", .take = option_set,
	  .at = offsetof(struct watch_options, clock),
	  .help = "time of day in front" },
	{ .name = "--history" },
	{ .name = "--json" },
	{ .name = "--csv" },
	{ .name = "--journal", .take = option_set,
	  .at = offsetof(struct watch_options, journal),
	  .help = "to the system's journal, not to the output" },
	{ .name = "-N" },
	{ .name = "--utc" },
	{ .name = "-v" },
	{ 0 },
};

static const char notes[] =
"MS is the time spent in OLDSTATE, - if its beginning was not seen.\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin watch -T -c 20 dport = :443 and not comm = nginx\n";

static const char *check(struct command_call *call)
{
	const struct watch_options *opts = call->opts;

	call->in.live.follow = true;
	if (opts->relative && opts->clock)
		return "-t and -T do not go together";
	if (opts->journal && selection_wants_objects(&opts->selection))
		return "--journal goes with neither --json nor --csv";
	if (opts->journal && call->in.nfiles)
		return "--journal is for the rings, not for -r";
	return NULL;
}

const struct command watch_command = {
	.name = "watch",
	.usage = usage,
	.options = options,
	.notes = notes,
	.filters = true,
	.opts_size = sizeof(struct watch_options),
	.check = check,
	.view = view,
};
