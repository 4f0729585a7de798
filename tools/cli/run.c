// SPDX-License-Identifier: GPL-2.0
/* What surrounds a command's work: its options, its input, and its end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/blind_spots.h"
#include "cli/choice_tell.h"
#include "cli/command.h"
#include "cli/pump.h"
#include "source/merge.h"
#include "source/recording_read.h"
#include "util/progress.h"
#include "util/stop.h"

/* Tell what a recording does not show, once for all of one load of the module. */
static void tell_new_blind_spots(const struct command *cmd,
				 struct source *const *list, unsigned int at)
{
	struct source *src = list[at];
	unsigned int i;

	for (i = 0; i < at; i++)
		if (list[i]->header.load_ns == src->header.load_ns &&
		    !strcmp(recording_boot_id(list[i]), recording_boot_id(src)))
			return;
	blind_spots_tell(cmd->name, &src->header, source_host_name(src, 0));
}

/* Tell how many events the parts before the first one that is read have. */
static void tell_part(const struct command *cmd, struct source *src)
{
	struct recording_part part = recording_part_of(src);

	if (part.number)
		fprintf(stderr,
			"tcpfin %s: a recording is read from its part %" PRIu64 " on: %" PRIu64 " events stand before it\n",
			cmd->name, part.number + (uint64_t)1,
			(uint64_t)part.before.events);
}

/* Two recordings cannot share stdin. */
static bool takes_stdin_twice(const struct input *in)
{
	unsigned int i, times = 0;

	for (i = 0; i < in->nfiles; i++)
		times += !strcmp(in->files[i], "-");
	return times > 1;
}

static struct source *open_files(const struct command *cmd,
				 const struct input *in,
				 char why[ERROR_LINE_MAX])
{
	struct source *list[INPUT_FILES_MAX], *src;
	unsigned int i, n;

	snprintf(why, ERROR_LINE_MAX, "-r - more than once");
	if (takes_stdin_twice(in))
		return NULL;
	for (i = 0; i < in->nfiles; i++) {
		list[i] = recording_open(in->files[i], in->live.stop_fd, why);
		if (!list[i])
			goto err;
		tell_new_blind_spots(cmd, list, i);
	}
	n = recording_join(list, in->nfiles);
	for (i = 0; i < n; i++)
		tell_part(cmd, list[i]);
	if (n == 1)
		return list[0];
	src = merge_open(list, n, in->live.stop_fd);
	if (!src)
		snprintf(why, ERROR_LINE_MAX, "out of memory");
	return src;

err:
	while (i--)
		source_close(list[i]);
	return NULL;
}

/* Open the rings or the recordings. An error is told. */
static struct source *open_input(const struct command *cmd,
				 const struct input *in)
{
	char why[ERROR_LINE_MAX];
	struct source *src;

	if (in->nfiles) {
		src = open_files(cmd, in, why);
	} else {
		src = live_open(SOURCE_PATH, &in->live, why);
		if (src && !cmd->shows_module) {
			blind_spots_tell_new(cmd->name, src);
			pump_tell_if_off(cmd->name, src);
		}
	}
	if (!src)
		fprintf(stderr, "tcpfin: %s\n", why);
	else if (!cmd->shows_module)
		choice_tell(cmd->name, src, false);
	return src;
}

/* Tell what was wrong with the source. Return the exit status, so far @status. */
static int close_input(const struct command *cmd, struct source *src,
		       int status)
{
	progress_wipe();
	if (src->fault[0]) {
		fprintf(stderr, "tcpfin %s: %s\n", cmd->name, src->fault);
		status = 1;
	}
	source_close(src);
	return status;
}

/* Progress and lines of output do not go together on one terminal. */
static bool shows_progress(const struct command *cmd, const struct input *in)
{
	bool alone = !isatty(STDOUT_FILENO);

	if (!isatty(STDERR_FILENO))
		return false;
	if (in->nfiles)
		return alone || cmd->silent_read;
	return in->verbose && (alone || cmd->silent_live);
}

static int view(struct command_call *call, struct source *src)
{
	const struct command *cmd = call->cmd;
	struct selection *selection = call->opts;
	int ret;

	filter_set_source(selection->filter, src);
	src->notes_cgroups = selection->filter || selection_wants_objects(selection);
	if (selection->resolve)
		selection->names = resolver_new();
	if (shows_progress(cmd, &call->in))
		progress_init(cmd->name);
	if (isatty(STDOUT_FILENO))
		setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	ret = cmd->view(src, call->opts, stdout);
	if (ret == -ENOMEM) {
		fprintf(stderr, "tcpfin %s: out of memory\n", cmd->name);
		ret = 1;
	}
	resolver_free(selection->names);
	return close_input(cmd, src, ret);
}

int command_run(const struct command *cmd, int argc, char **argv)
{
	struct command_call call = {
		.cmd = cmd, .argc = argc, .argv = argv,
		.opts = calloc(1, cmd->opts_size),
	};
	struct selection *selection = call.opts;
	struct source *src;
	int ret;

	if (!selection) {
		fprintf(stderr, "tcpfin %s: out of memory\n", cmd->name);
		return 1;
	}
	ret = options_read(&call);
	if (ret < 0) {
		call.in.live.stop_fd = stop_install();
		src = open_input(cmd, &call.in);
		ret = src ? view(&call, src) : 1;
		filter_free(selection->filter);
	}
	free(call.opts);
	return ret;
}
