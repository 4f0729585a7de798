// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of any bytes, separated by newlines, for each command: they are
 * taken or refused, and a mistake is told in printable words.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "commands/doctor.h"
#include "commands/export/export.h"
#include "commands/handshakes.h"
#include "commands/ladder.h"
#include "commands/record.h"
#include "commands/report/report.h"
#include "commands/status.h"
#include "commands/summary.h"
#include "commands/top/top.h"
#include "commands/watch.h"
#include "require.h"

#define ARGS_MAX	32

static const struct tcpfin_command *const commands[] = {
	&tcpfin_watch_command, &tcpfin_handshakes_command,
	&tcpfin_ladder_command, &tcpfin_summary_command,
	&tcpfin_record_command, &tcpfin_doctor_command,
	&tcpfin_top_command, &tcpfin_status_command,
	&tcpfin_export_command, &tcpfin_report_command,
};

/* Room for the options of any command. */
static union {
	struct tcpfin_chosen chosen;
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

/* Return what it said on stderr, which the caller frees. */
static char *read_options(struct tcpfin_call *call, int *ret, size_t *len)
{
	FILE *out = stdout, *err = stderr;
	char *text = NULL;

	stdout = fopen("/dev/null", "w");
	stderr = open_memstream(&text, len);
	require(stdout && stderr, "there is memory");
	/* Not 1: it begins anew. */
	optind = 0;
	*ret = tcpfin_read_options(call);
	fclose(stderr);
	fclose(stdout);
	stdout = out;
	stderr = err;
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGS_MAX + 2] = { "tcpfin" }, *text, *said;
	struct tcpfin_call call = { .argv = argv, .opts = &room };
	size_t len;
	int ret;

	if (!size)
		return 0;
	call.cmd = commands[data[0] % (sizeof(commands) / sizeof(commands[0]))];
	text = strndup((const char *)data + 1, size - 1);
	require(text, "there is memory");
	call.argc = 1 + split(text, argv + 1);
	memset(&room, 0, sizeof(room.chosen) + 4096);
	said = read_options(&call, &ret, &len);
	require_plain(said, len, false);
	require(ret == -1 || ret == 0 || ret == 1, "it goes on or ends");
	require((ret == 1) == !!len, "a mistake is told, and nothing else");
	require(!len || said[len - 1] == '\n', "lines are whole");
	if (ret == -1) {
		require(call.in.nfiles <= TCPFIN_FILES_MAX, "files are few");
		tcpfin_filter_free(room.chosen.filter);
	}
	free(said);
	free(text);
	return 0;
}
