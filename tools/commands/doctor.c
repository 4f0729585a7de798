// SPDX-License-Identifier: GPL-2.0
/* The view "doctor": takes in what was recorded, looks around, and judges. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/wait.h"
#include "commands/doctor.h"
#include "diagnosis/rules.h"
#include "diagnosis/snapshot.h"
#include "util/stdout.h"

#define DEFAULT_OLDER_NS	60000000000ULL

/**
 * struct doctor - a run of the view
 * @src: where events come from
 * @opts: what was asked for
 * @tracker: follows the connections
 * @look: looks at the live system
 * @facts: what is known
 * @findings: what is wrong
 * @began: by CPU: a record of it was seen
 */
struct doctor {
	struct tcpfin_source *src;
	const struct tcpfin_doctor_options *opts;
	struct tcpfin_tracker *tracker;
	struct tcpfin_look look;
	struct tcpfin_facts facts;
	struct tcpfin_findings findings;
	bool *began;
};

/* Rates are those of the time in which no CPU's records are missing. */
static void take_cpu(struct doctor *d, const struct tcpfin_item *item)
{
	if (item->cpu >= d->src->header.rings || d->began[item->cpu])
		return;
	d->began[item->cpu] = true;
	if (tcpfin_source_recorded(d->src, item->cpu) > d->src->header.records)
		tcpfin_look_from(&d->look, item->time_ns);
}

static void take_event(struct doctor *d, const struct tcpfin_item *item)
{
	const struct tcpfin_event *ev = item->event;
	struct tcpfin_past *past = &d->facts.past;
	struct tcpfin_step step;

	if (d->opts->live)
		take_cpu(d, item);
	if (!past->events && !past->elsewhere && !past->left_out)
		past->first_ns = ev->time_ns;
	past->last_ns = ev->time_ns;
	if (d->opts->live && ev->netns != d->facts.netns) {
		past->elsewhere++;
		return;
	}
	tcpfin_tracker_event(d->tracker, item->host, ev, &step);
	if (d->opts->live)
		tcpfin_look_event(&d->look, ev);
	if (!tcpfin_step_is_chosen(&d->opts->chosen, &d->src->header, ev,
				   &step)) {
		past->left_out++;
		return;
	}
	tcpfin_past_event(past, ev, step.conn,
			  tcpfin_look_serves(&d->look, ev));
}

static void take_gap(struct doctor *d, const struct tcpfin_item *item)
{
	tcpfin_tracker_gap(d->tracker, item);
	if (item->type == TCPFIN_ITEM_LOST) {
		d->facts.past.lost += item->count;
		if (d->opts->live)
			tcpfin_look_from(&d->look, item->time_ns);
	} else {
		d->facts.past.missed += item->count;
	}
}

static void take_all(struct doctor *d)
{
	uint64_t end_ns = tcpfin_source_now(d->src) + d->opts->chosen.for_ns;
	struct tcpfin_item item;

	for (;;) {
		tcpfin_source_next(d->src, &item);
		switch (item.type) {
		case TCPFIN_ITEM_EVENT:
			take_event(d, &item);
			break;
		case TCPFIN_ITEM_LOST:
		case TCPFIN_ITEM_MISSED:
			take_gap(d, &item);
			break;
		case TCPFIN_ITEM_IDLE:
			tcpfin_rest(d->src, end_ns, UINT64_MAX);
			break;
		case TCPFIN_ITEM_END:
			return;
		}
	}
}

static bool look_around(struct doctor *d)
{
	uint64_t start = tcpfin_source_now(d->src);
	struct tcpfin_facts *f = &d->facts;

	if (!tcpfin_look_begin(&d->look, start))
		return false;
	tcpfin_look_from(&d->look, d->src->header.load_ns);
	if (d->opts->chosen.for_ns && !tcpfin_look_sample(&d->look))
		return false;
	take_all(d);
	f->now_ns = tcpfin_source_now(d->src);
	if (d->opts->chosen.for_ns)
		f->sample_ns = f->now_ns - start;
	if (f->now_ns > d->look.window_ns)
		f->window_ns = f->now_ns - d->look.window_ns;
	return tcpfin_look_sockets(&d->look);
}

static bool find_netns(uint32_t *netns)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st))
		return false;
	*netns = (uint32_t)st.st_ino;
	return true;
}

/* Of a recording's ports, those that connect() chose tell clients from servers. */
static void take_recorded_ports(struct doctor *d)
{
	struct tcpfin_sysctl list[TCPFIN_SYSCTLS];
	unsigned int i;

	tcpfin_source_sysctls(d->src, list);
	for (i = 0; i < TCPFIN_SYSCTLS; i++)
		if (!strcmp(list[i].name, "ip_local_port_range"))
			tcpfin_ports_ephemeral(list[i].value, NULL,
					       &d->look.ephemeral);
}

/* Take in all there is. What goes wrong is told on stderr. */
static bool examine(struct doctor *d)
{
	if (!d->opts->live) {
		take_recorded_ports(d);
		take_all(d);
		d->facts.now_ns = tcpfin_source_now(d->src);
		return true;
	}
	if (!find_netns(&d->facts.netns))
		fputs("tcpfin doctor: cannot read /proc/self/ns/net\n", stderr);
	else if (!look_around(d))
		fprintf(stderr, "tcpfin doctor: %s\n", d->facts.why_not);
	else if (d->look.failed)
		fputs("tcpfin doctor: out of memory\n", stderr);
	else
		return true;
	return false;
}

static int run_doctor(struct doctor *d, FILE *out)
{
	int ret;

	if (!examine(d))
		return 1;
	d->facts.wall_ns = tcpfin_source_wall(d->src, d->facts.now_ns);
	tcpfin_judge(&d->facts, &d->findings);
	if (d->opts->chosen.json)
		tcpfin_doctor_json(&d->facts, &d->findings, out);
	else
		tcpfin_doctor_text(&d->facts, &d->findings, out);
	ret = tcpfin_finish(out);
	return ret ? ret : d->findings.count ? TCPFIN_EXIT_FOUND : 0;
}

static bool init_doctor(struct doctor *d)
{
	d->facts.older_ns = d->opts->older_ns;
	d->look.facts = &d->facts;
	d->began = calloc(d->src->header.rings, sizeof(*d->began));
	d->tracker = tcpfin_tracker_new(TCPFIN_TRACKED_MAX, NULL);
	d->facts.filtered = d->opts->chosen.filter;
	d->look.filter = d->opts->chosen.filter;
	d->look.tracker = d->tracker;
	return d->began && d->tracker;
}

static void exit_doctor(struct doctor *d)
{
	tcpfin_look_end(&d->look);
	tcpfin_tracker_free(d->tracker);
	free(d->facts.present.held);
	free(d->began);
}

int tcpfin_doctor(struct tcpfin_source *src,
		  const struct tcpfin_doctor_options *opts, FILE *out)
{
	struct doctor *d = calloc(1, sizeof(*d));
	int ret = 1;

	if (d) {
		d->src = src;
		d->opts = opts;
	}
	if (d && init_doctor(d))
		ret = run_doctor(d, out);
	else
		fputs("tcpfin doctor: out of memory\n", stderr);
	if (d)
		exit_doctor(d);
	free(d);
	return ret;
}

static const struct option longs[] = {
	{ "older", required_argument, NULL, TCPFIN_OPT_OLDER },
	{ "for", required_argument, NULL, TCPFIN_OPT_FOR },
	{ "json", no_argument, NULL, TCPFIN_OPT_JSON },
	{ "help", no_argument, NULL, TCPFIN_OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: tcpfin doctor [OPTION]... [FILTER]\n"
"Say what is wrong with how connections end in this network namespace, worst\n"
"first, with evidence and what to do. Exit status 2 if anything is.\n"
"\n"
"  -r FILE       read a recording: only what steps tell is judged then\n"
"  --older TIME  sockets may wait this long in CLOSE_WAIT and FIN_WAIT2: 60s\n"
"  --for TIME    look for this time, to know how fast ports are used up\n"
"  --json        one JSON object a line\n"
"  -v            show on a terminal (stderr) how far it has come\n"
"\n"
"With a filter it judges only the connections that match, and leaves out limits\n"
"and counts of the kernel, which are about all. FILTER is as for ss, see FILTER\n"
"in tcpfin(8).\n"
"Example: tcpfin doctor --older 5m dport = :5432 or comm = nginx\n";

static bool option(int opt, void *data)
{
	struct tcpfin_doctor_options *opts = data;

	return opt == TCPFIN_OPT_OLDER &&
	       tcpfin_take_time(&tcpfin_doctor_command, "--older",
				&opts->older_ns);
}

static bool check(struct tcpfin_input *in, void *data)
{
	struct tcpfin_doctor_options *opts = data;

	opts->live = !in->nfiles;
	in->live.history = true;
	in->live.follow = opts->chosen.for_ns;
	if (opts->live || !opts->chosen.for_ns)
		return true;
	fputs("tcpfin doctor: --for is for the rings, not for -r\n", stderr);
	return false;
}

static int view(struct tcpfin_source *src, const void *opts)
{
	return tcpfin_doctor(src, opts, stdout);
}

static int run(int argc, char **argv)
{
	struct tcpfin_doctor_options opts = { .older_ns = DEFAULT_OLDER_NS };

	return tcpfin_run(&tcpfin_doctor_command, argc, argv, &opts);
}

const struct tcpfin_command tcpfin_doctor_command = {
	.name = "doctor",
	.help = help,
	.allowed = "-r FILE --older TIME --for TIME --json -v --help",
	.shorts = ":r:v",
	.longs = longs,
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.run = run,
	.option = option,
	.check = check,
	.view = view,
};
