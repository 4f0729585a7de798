// SPDX-License-Identifier: GPL-2.0
/* The command "doctor": takes events, examines this machine, and judges both. */
#include <errno.h>

#include "cli/pump.h"
#include "commands/commands.h"
#include "commands/doctor.h"
#include "diagnosis/thresholds.h"
#include "util/stdout.h"

static void take_event(void *data, const struct item *item, const struct conn *conn)
{
	examination_event(data, item, conn);
}

static void take_verdict(void *data, const struct verdict *v)
{
	examination_verdict(data, v);
}

static void take_loss(void *data, const struct item *item)
{
	examination_loss(data, item);
}

/* Return false without memory. */
static bool examine(struct examination *e, uint64_t for_ns)
{
	const struct pump pump = {
		.name = doctor_command.name, .src = e->opts.src, .data = e,
		.pairing = pump_pairing(e->opts.src, take_verdict, e),
		.paired = take_event, .loss = take_loss, .for_ns = for_ns,
	};
	bool done;

	if (!pump.pairing)
		return false;
	examination_follow(e, pairing_tracker(pump.pairing));
	pump_run(&pump);
	done = examination_end(e);
	pairing_free(pump.pairing);
	return done;
}

static int print(const struct examination *e, bool json, FILE *out)
{
	int ret;

	if (json)
		doctor_json(e, out);
	else
		doctor_text(e, out);
	ret = stdout_finish(out);
	return ret ? ret : findings_are_serious(&e->findings) ? DOCTOR_EXIT_FOUND : 0;
}

static int view(struct source *src, const void *data, FILE *out)
{
	const struct doctor_options *opts = data;
	const struct examination_options how = {
		.src = src, .filter = opts->selection.filter,
		.older_ns = opts->older_ns, .netns = opts->netns,
		.sample = opts->selection.for_ns,
	};
	char why[NETNS_WHY_MAX];
	struct examination *e = examination_new(&how, why);
	int ret = -ENOMEM;

	if (!e && why[0]) {
		fprintf(stderr, "tcpfin doctor: %s\n", why);
		return 1;
	}
	if (!e)
		return ret;
	if (examine(e, opts->selection.for_ns))
		ret = print(e, opts->selection.json, out);
	examination_free(e);
	return ret;
}

static const struct option_row options[] = {
	{ .name = "-r",
	  .help = "read a recording: what its steps tell is judged then" },
	{ .name = "--older", .value = "TIME", .take = option_time,
	  .at = offsetof(struct doctor_options, older_ns),
	  .help = "sockets may wait this long, or be over and open: 60s" },
	{ .name = "--for",
	  .help = "look for this time, to know how fast ports are used up" },
	{ .name = "--netns", .value = "PID|NAME", .take = option_text,
	  .at = offsetof(struct doctor_options, netns),
	  .help = "only the network namespace of a process, or of that name: all" },
	{ .name = "--json" },
	{ .name = "--color" },
	{ .name = "-v" },
	{ 0 },
};

static const char *check(struct command_call *call)
{
	struct doctor_options *opts = call->opts;

	if (!opts->older_ns)
		opts->older_ns = THRESHOLD_OLDER_NS;
	call->in.live.history = true;
	call->in.live.follow = opts->selection.for_ns;
	if (call->in.nfiles && opts->netns)
		return "--netns is for this machine, not for -r";
	return NULL;
}

const struct command doctor_command = {
	.name = "doctor",
	.usage =
"Usage: tcpfin doctor [OPTION]... [FILTER]\n"
"Say what is wrong with how connections end on this machine, worst first, with\n"
"evidence and what to do. Exit status 2 if there is more than notes.\n",
	.options = options,
	.notes =
"With a filter it judges only the connections that match, and leaves out limits\n"
"and counts of the kernel, which are about all.\n"
"FILTER is as for ss, see tcpfin-filter(7).\n"
"Example: tcpfin doctor --older 5m dport = :5432 or comm = nginx\n",
	.filters = true,
	.silent_read = true,
	.silent_live = true,
	.opts_size = sizeof(struct doctor_options),
	.check = check,
	.view = view,
};
