// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the options of each command: arguments separated by newlines are accepted or
 * refused, and messages are printable.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "commands/commands.h"
#include "commands/export/export.h"
#include "commands/report/report.h"
#include "commands/top/top.h"
#include "require.h"

#define ARGS_MAX	32

static const struct command *const commands[] = {
	&watch_command, &handshakes_command,
	&ladder_command, &summary_command,
	&record_command, &doctor_command,
	&top_command, &status_command,
	&export_command, &report_command,
};

/* Room for the options of any command. */
static union {
	struct selection selection;
	char bytes[4 * 65536];
} room;

static int split(char *text, char **argv)
{
	int argc = 0;

	for (; text && argc < ARGS_MAX; argc++) {
		argv[argc] = text;
		text = strchr(text, '\n');
		if (text)
			*text++ = '\0';
	}
	return argc;
}

/* Returns the text on stderr, which the caller frees. */
static char *read_options(struct command_call *call, int *ret, size_t *len)
{
	FILE *out = stdout, *err = stderr;
	char *text = NULL;

	stdout = fopen("/dev/null", "w");
	stderr = open_memstream(&text, len);
	require(stdout && stderr, "memory is allocated");
	/* 0, not 1, resets getopt's internal state. */
	optind = 0;
	*ret = options_read(call);
	fclose(stderr);
	fclose(stdout);
	stdout = out;
	stderr = err;
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGS_MAX + 2] = { "tcpfin" }, *text, *message;
	struct command_call call = { .argv = argv, .opts = &room };
	size_t len;
	int ret;

	if (!size)
		return 0;
	call.cmd = commands[data[0] % (sizeof(commands) / sizeof(commands[0]))];
	text = strndup((const char *)data + 1, size - 1);
	require(text, "memory is allocated");
	call.argc = 1 + split(text, argv + 1);
	memset(&room, 0, sizeof(room.selection) + 4096);
	message = read_options(&call, &ret, &len);
	require_plain(message, len, false);
	require(ret == -1 || ret == 0 || ret == 1, "the result is -1, 0 or 1");
	require((ret == 1) == !!len, "there is a message if and only if there is an error");
	require(!len || message[len - 1] == '\n', "a message ends with a newline");
	if (ret == -1) {
		require(call.in.nfiles <= INPUT_FILES_MAX, "the number of files is limited");
		filter_free(room.selection.filter);
	}
	free(message);
	free(text);
	return 0;
}
