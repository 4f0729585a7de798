// SPDX-License-Identifier: GPL-2.0
/* What surrounds a command's work: its options, its input, and its end. */
#include <errno.h>
#include <stdlib.h>
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

static int view(struct command_call *call, struct source *src)
{
	const struct command *cmd = call->cmd;
	struct selection *selection = call->opts;
	int ret;

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
	return input_close(cmd, src, ret);
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
		src = input_open(cmd, &call.in);
		ret = src ? view(&call, src) : 1;
		filter_free(selection->filter);
	}
	free(call.opts);
	return ret;
}
