// SPDX-License-Identifier: GPL-2.0
/* tcpfin: shows how TCP connections end. Finds the command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/manual.h"
#include "commands/commands.h"
#include "commands/export/export.h"
#include "commands/report/report.h"
#include "commands/top/top.h"
#include "util/basics.h"
#include "util/message.h"
#include "util/similar.h"
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

/* Pages of the manual about more than one command: tcpfin-filter(7) and so on. */
static const char *const topics[] = { "filter", "json", "reasons", "waves" };

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
"Topics of the manual:\n"
"  filter      choose connections: FILTER of all commands\n"
"  reasons     the words for how a connection ended, and why\n"
"  json        JSON, CSV, journal, metrics and recordings\n"
"  waves       how TCP closes a connection, from the beginning\n"
"\n"
"  --help, --version\n"
"\n"
"\"tcpfin COMMAND --help\" tells a command's options; \"tcpfin help COMMAND\" and\n"
"\"tcpfin help TOPIC\" open a page of the manual.\n"
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

static int print_help(void)
{
	fputs(help, stdout);
	return stdout_finish(stdout);
}

/* The similar names to suggest after "help" are those of topics, too. */
static int refuse_command(const char *name, bool after_help)
{
	const char *names[ARRAY_SIZE(commands) + ARRAY_SIZE(topics)], *similar;
	size_t i, count = 0;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		names[count++] = commands[i]->name;
	if (!after_help)
		names[count++] = "help";
	for (i = 0; after_help && i < ARRAY_SIZE(topics); i++)
		names[count++] = topics[i];
	similar = similar_find(name, names, count);
	message_print("tcpfin: unknown %s '%s'%s%s%s (see tcpfin --help)",
		      after_help ? "command or topic" : "command", name,
		      similar ? ": did you mean " : "", similar ? similar : "",
		      similar ? "?" : "");
	return 1;
}

static bool is_topic(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(topics); i++) {
		if (!strcmp(name, topics[i]))
			return true;
	}
	return false;
}

/*
 * "tcpfin help NAME": the manual's page of a command or a topic. A command prints its
 * --help where the page is not installed.
 */
static int open_manual(const char *name)
{
	static char option[] = "--help";
	const struct command *cmd = find_command(name);
	char *argv[] = { (char *)name, option, NULL };
	char page[32];

	if (!cmd && !is_topic(name))
		return refuse_command(name, true);
	snprintf(page, sizeof(page), "tcpfin-%s", name);
	manual_open(page);
	if (cmd)
		return command_run(cmd, 2, argv);
	message_print("tcpfin: the page %s is not installed, or man(1) is not",
		      page);
	return 1;
}

int main(int argc, char **argv)
{
	const struct command *cmd;

	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return glance();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return print_help();
	if (!strcmp(argv[1], "help"))
		return argc > 2 ? open_manual(argv[2]) : print_help();
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("tcpfin %s (ABI %d)\n", TCPFIN_VERSION, TCPFIN_ABI);
		return stdout_finish(stdout);
	}
	cmd = find_command(argv[1]);
	return cmd ? command_run(cmd, argc - 1, argv + 1) :
		     refuse_command(argv[1], false);
}
