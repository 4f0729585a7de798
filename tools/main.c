// SPDX-License-Identifier: GPL-2.0
/* tcpfin: shows how TCP connections end. Finds the command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/export/export.h"
#include "commands/report/report.h"
#include "commands/top/top.h"
#include "util/basics.h"
#include "util/message.h"
#include "util/stdout.h"

static const struct command *const commands[] = {
	&watch_command,
	&handshakes_command,
	&ladder_command,
	&summary_command,
	&record_command,
	&export_command,
	&doctor_command,
	&top_command,
	&status_command,
	&report_command,
};

static const char help[] =
"Usage: tcpfin [COMMAND [OPTION]...]\n"
"Show how TCP connections end, TIME_WAIT included. Needs the module tcpfin.\n"
"Without a command: the state of things, one frame of top.\n"
"\n"
"Commands:\n"
"  watch       print each step as it happens\n"
"  handshakes  print each connection when it has ended: who closed it, and how\n"
"  ladder      draw how a connection ended: both ends and the four waves\n"
"  summary     how long TIME_WAIT lasted, and why it ended\n"
"  record      write the steps to a file, for the others to read\n"
"  export      write a trace, packets or metrics for other programs\n"
"  doctor      what is wrong, who causes it and what to do\n"
"  top         all of it on one screen, live\n"
"  status      what the module sees, and what was lost\n"
"  report      a page for a browser: all of this in pictures\n"
"\n"
"  --help, --version\n"
"\n"
"\"tcpfin COMMAND --help\" tells a command's options.\n"
"Example: tcpfin watch -4 -T\n";

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(name, commands[i]->name))
			return commands[i];
	}
	return NULL;
}

/* Without a command: the state of things, as one frame of "top". */
static int glance(void)
{
	static char name[] = "top", batch[] = "--batch", count[] = "-c1";
	char *argv[] = { name, batch, count, NULL };

	return command_run(&top_command, 3, argv);
}

int main(int argc, char **argv)
{
	const struct command *cmd;

	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return glance();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		fputs(help, stdout);
		return stdout_finish(stdout);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("tcpfin %s (ABI %d)\n", TCPFIN_VERSION, TCPFIN_ABI);
		return stdout_finish(stdout);
	}
	cmd = find_command(argv[1]);
	if (!cmd) {
		message_print("tcpfin: unknown command '%s' (see tcpfin --help)",
			      argv[1]);
		return 1;
	}
	return command_run(cmd, argc - 1, argv + 1);
}
