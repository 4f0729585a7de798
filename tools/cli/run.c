// SPDX-License-Identifier: GPL-2.0
/* What surrounds a command's work: its options, its input, and its end. */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/wait.h"
#include "util/progress.h"
#include "util/stop.h"

/* A line that changes and lines that stay do not go on one terminal. */
static bool shows_progress(const struct tcpfin_command *cmd,
			   const struct tcpfin_input *in)
{
	bool alone = !isatty(STDOUT_FILENO);

	if (!isatty(STDERR_FILENO))
		return false;
	if (in->nfiles)
		return alone || cmd->silent_read;
	return in->verbose && (alone || cmd->silent_live);
}

int tcpfin_run(const struct tcpfin_command *cmd, int argc, char **argv,
	       void *opts)
{
	struct tcpfin_call call = {
		.cmd = cmd, .argc = argc, .argv = argv, .opts = opts,
	};
	struct tcpfin_chosen *chosen = opts;
	int ret = tcpfin_read_options(&call);
	struct tcpfin_source *src;

	if (ret >= 0)
		return ret;
	ret = 1;
	tcpfin_wait_init(cmd->name);
	call.in.live.stop_fd = tcpfin_stop_install();
	src = tcpfin_input_open(cmd, &call.in);
	if (src && chosen->resolve)
		chosen->names = tcpfin_resolver_new();
	if (src) {
		if (shows_progress(cmd, &call.in))
			tcpfin_progress_init(cmd->name);
		if (isatty(STDOUT_FILENO))
			setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
		ret = cmd->view(src, opts);
		ret = tcpfin_input_close(cmd, src, ret);
	}
	tcpfin_filter_free(chosen->filter);
	tcpfin_resolver_free(chosen->names);
	return ret;
}
