// SPDX-License-Identifier: GPL-2.0
/* The view "watch": one line for each step, as columns or as JSON. */
#include <inttypes.h>

#include "command.h"
#include "gap.h"
#include "json.h"
#include "names.h"
#include "text.h"
#include "watch.h"

/**
 * struct watch - a run of the view
 * @first_ns: time of the first line's event
 * @shown: steps shown
 */
struct watch {
	struct tcpfin_source *src;
	struct tcpfin_tracker *tracker;
	const struct tcpfin_watch_options *opts;
	FILE *out;
	uint64_t first_ns;
	uint64_t shown;
};

static int addr_width(const struct tcpfin_watch_options *opts)
{
	return opts->chosen.families == TCPFIN_FAMILY_6 ? 39 : 15;
}

static void print_titles(const struct watch *w)
{
	const struct tcpfin_watch_options *opts = w->opts;
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

static void print_time(struct watch *w, const struct tcpfin_event *ev)
{
	char text[TCPFIN_STAMP_MAX];
	double since;

	if (!w->shown)
		w->first_ns = ev->time_ns;
	if (w->opts->clock) {
		tcpfin_clock_text(tcpfin_source_wall(w->src, ev->time_ns),
				  text);
		fprintf(w->out, "%-12s ", text);
	} else if (w->opts->relative) {
		since = ev->time_ns > w->first_ns ?
			(double)(ev->time_ns - w->first_ns) / 1e9 : 0;
		fprintf(w->out, "%-10.6f ", since);
	}
}

/* Identity and process: who acts, or in parentheses who owns the socket. */
static void print_who(const struct watch *w, const struct tcpfin_event *ev,
		      const struct tcpfin_conn *conn)
{
	char comm[TCPFIN_COMM_MAX], pid[16] = "-", uid[16] = "-";
	const char *name = "-";

	if (ev->flags & TCPFIN_F_TASK) {
		snprintf(pid, sizeof(pid), "%u", ev->pid);
		name = tcpfin_escape(ev->comm, sizeof(ev->comm), comm,
				     sizeof(comm));
	} else if (conn->flags & TCPFIN_CONN_OWNER) {
		snprintf(pid, sizeof(pid), "(%u)", conn->pid);
		name = tcpfin_escape(conn->comm, sizeof(conn->comm), comm,
				     sizeof(comm));
	}
	if (conn->flags & TCPFIN_CONN_UID)
		snprintf(uid, sizeof(uid), "%u", conn->uid);
	fprintf(w->out, "%-8" PRIx64 " %-10u %-9s %-16s %-5s ",
		(uint64_t)ev->cookie, ev->netns, pid, name, uid);
}

static void print_extended(const struct watch *w, const struct tcpfin_event *ev,
			   const struct tcpfin_step *step)
{
	char laddr[TCPFIN_ADDR_MAX], raddr[TCPFIN_ADDR_MAX];
	char old[TCPFIN_NAME_MAX], new[TCPFIN_NAME_MAX];
	char ms[TCPFIN_SPAN_MAX], una[16] = "-";
	int width = addr_width(w->opts);

	print_who(w, ev, step->conn);
	if (ev->flags & TCPFIN_F_SNDBUF)
		snprintf(una, sizeof(una), "%u", ev->snd_una);
	tcpfin_addr_text(ev->family, ev->laddr, ev->ifindex, laddr);
	tcpfin_addr_text(ev->family, ev->raddr, ev->ifindex, raddr);
	tcpfin_ms_text(step->span_known, step->span_ns, ms);
	fprintf(w->out,
		"%-*s %-5u %-*s %-5u %-11s -> %-10s %-7s %-10u %-10s %-10u ",
		width, laddr, ev->lport, width, raddr, ev->rport,
		tcpfin_state_name(ev->old_state, old),
		tcpfin_state_name(ev->new_state, new), ms, ev->snd_nxt, una,
		ev->rcv_nxt);
	fprintf(w->out, "%-10s %s\n", tcpfin_kind_name(ev->kind, old),
		tcpfin_reason_text(ev, &w->src->header, new));
}

/* An IPv4 line fits 80 columns, so a longer name of a process is cut. */
static void print_short(const struct watch *w, const struct tcpfin_event *ev,
			const struct tcpfin_step *step)
{
	char old[TCPFIN_NAME_MAX], new[TCPFIN_NAME_MAX];
	char raddr[TCPFIN_ADDR_MAX], reason[TCPFIN_NAME_MAX];
	char comm[8 + 1] = "-", ms[TCPFIN_SPAN_MAX];
	const struct tcpfin_conn *conn = step->conn;

	if (conn->flags & TCPFIN_CONN_OWNER)
		tcpfin_escape(conn->comm, sizeof(conn->comm), comm,
			      sizeof(comm));
	tcpfin_addr_text(ev->family, ev->raddr, ev->ifindex, raddr);
	tcpfin_ms_text(step->span_known, step->span_ns, ms);
	fprintf(w->out, "%-8s %-5u %-*s %-5u %-11s -> %-10s %-7s %s\n", comm,
		ev->lport, addr_width(w->opts), raddr, ev->rport,
		tcpfin_state_name(ev->old_state, old),
		tcpfin_state_name(ev->new_state, new), ms,
		tcpfin_reason_name(ev->reason, ev->detail, &w->src->header,
				   reason));
}

/* Every event goes through the tracker; shown are those that were chosen. */
static void show_event(struct watch *w, const struct tcpfin_item *item)
{
	const struct tcpfin_event *ev = item->event;
	struct tcpfin_step step;

	tcpfin_tracker_event(w->tracker, item->host, ev, &step);
	if (!tcpfin_step_is_chosen(&w->opts->chosen, &w->src->header, ev,
				   &step))
		return;
	if (w->opts->chosen.json) {
		tcpfin_event_json(w->out, w->src, item, &step);
	} else {
		if (w->src->hosts > 1)
			fprintf(w->out, "%-12s ",
				tcpfin_source_host_name(w->src, item->host));
		print_time(w, ev);
		if (w->opts->extended)
			print_extended(w, ev, &step);
		else
			print_short(w, ev, &step);
	}
	w->shown++;
}

static void show_gap(const struct watch *w, const struct tcpfin_item *item)
{
	tcpfin_tracker_gap(w->tracker, item);
	tcpfin_gap_print(w->out, w->opts->chosen.json, w->src, item);
}

/* Return false when it is over. */
static bool pause_watch(const struct watch *w)
{
	if (!tcpfin_flush(w->out))
		return false;
	tcpfin_rest(w->src, UINT64_MAX, UINT64_MAX);
	return true;
}

static void run_watch(struct watch *w)
{
	struct tcpfin_item item;

	while (!ferror(w->out)) {
		tcpfin_source_next(w->src, &item);
		switch (item.type) {
		case TCPFIN_ITEM_EVENT:
			show_event(w, &item);
			if (tcpfin_is_enough(&w->opts->chosen, w->shown))
				return;
			break;
		case TCPFIN_ITEM_LOST:
		case TCPFIN_ITEM_MISSED:
			show_gap(w, &item);
			break;
		case TCPFIN_ITEM_IDLE:
			if (!pause_watch(w))
				return;
			break;
		case TCPFIN_ITEM_END:
			if (w->src->gone)
				fputs("tcpfin watch: the module was unloaded\n",
				      stderr);
			return;
		}
	}
}

int tcpfin_watch(struct tcpfin_source *src,
		 const struct tcpfin_watch_options *opts, FILE *out)
{
	struct watch w = { .src = src, .opts = opts, .out = out };

	w.tracker = tcpfin_tracker_new(TCPFIN_TRACKED_MAX, NULL);
	if (!w.tracker) {
		fputs("tcpfin watch: out of memory\n", stderr);
		return 1;
	}
	if (!opts->chosen.json)
		print_titles(&w);
	run_watch(&w);
	tcpfin_tracker_free(w.tracker);
	return tcpfin_finish(out);
}

static const struct option longs[] = {
	{ "history", no_argument, NULL, TCPFIN_OPT_HISTORY },
	{ "json", no_argument, NULL, TCPFIN_OPT_JSON },
	{ "help", no_argument, NULL, TCPFIN_OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin watch [OPTION]... [FILTER]\n"
"Print each step of a connection's end as it happens.\n"
"\n"
"  -r FILE    read a recording in place of the rings, - for stdin; may be\n"
"             repeated\n"
"  -4, -6     only IPv4 (v4-mapped connections too), only IPv6\n"
"  -c N       stop after N steps\n"
"  -x         all columns; a PID in parentheses owns the socket, but is not\n"
"             who acts in this step\n"
"  -t         seconds since the first line in front\n"
"  -T         time of day in front\n"
"  --history  start with the steps that are still in the rings\n"
"  --json     one JSON object a line\n"
"\n"
"MS is the time spent in OLDSTATE, - if its beginning was not seen.\n"
"FILTER is as for ss, see FILTER in tcpfin(8).\n"
"Example: tcpfin watch -T -c 20 dport = :443 and not comm = nginx\n";

static bool option(int opt, void *data)
{
	struct tcpfin_watch_options *opts = data;

	switch (opt) {
	case 'x':
		opts->extended = true;
		return true;
	case 't':
		opts->relative = true;
		return true;
	case 'T':
		opts->clock = true;
		return true;
	}
	return false;
}

static bool check(struct tcpfin_input *in, void *data)
{
	const struct tcpfin_watch_options *opts = data;

	in->live.follow = true;
	if (!opts->relative || !opts->clock)
		return true;
	fputs("tcpfin watch: -t and -T do not go together\n", stderr);
	return false;
}

static int view(struct tcpfin_source *src, const void *opts)
{
	return tcpfin_watch(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct tcpfin_watch_options opts = { 0 };

	return tcpfin_run(&tcpfin_watch_command, argc, argv, &opts);
}

const struct tcpfin_command tcpfin_watch_command = {
	.name = "watch",
	.help = help,
	.allowed = "-r FILE -4 -6 -c N -x -t -T --history --json --help",
	.shorts = ":46r:c:xtT",
	.longs = longs,
	.filters = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
