// SPDX-License-Identifier: GPL-2.0
/* What surrounds a command's work: its options, its input, and its end. */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/input.h"
#include "util/progress.h"
#include "util/stop.h"

/* A line that changes and lines that stay do not go on one terminal. */
static bool shows_progress(const struct command *cmd, const struct input *in)
{
	bool alone = !isatty(STDOUT_FILENO);

	if (!isatty(STDERR_FILENO))
		return false;
	if (in->nfiles)
		return alone || cmd->silent_read;
	return in->verbose && (alone || cmd->silent_live);
}

int command_run(const struct command *cmd, int argc, char **argv, void *opts)
{
	struct command_call call = {
		.cmd = cmd, .argc = argc, .argv = argv, .opts = opts,
	};
	struct selection *selection = opts;
	int ret = options_read(&call);
	struct source *src;

	if (ret >= 0)
		return ret;
	ret = 1;
	call.in.live.stop_fd = stop_install();
	src = input_open(cmd, &call.in);
	if (src && selection->resolve)
		selection->names = resolver_new();
	if (src) {
		if (shows_progress(cmd, &call.in))
			progress_init(cmd->name);
		if (isatty(STDOUT_FILENO))
			setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
		ret = cmd->view(src, opts);
		ret = input_close(cmd, src, ret);
	}
	filter_free(selection->filter);
	resolver_free(selection->names);
	return ret;
}
