// SPDX-License-Identifier: GPL-2.0
/* Runs the program as a user starts it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "program.h"

char cli_program[4096];
char cli_output[1 << 16];

bool cli_find(void)
{
	ssize_t len = readlink("/proc/self/exe", cli_program,
			       sizeof(cli_program) - 32);
	char *slash;
	int up;

	if (len < 0)
		return false;
	cli_program[len] = '\0';
	for (up = 0; up < 3; up++) {
		slash = strrchr(cli_program, '/');
		if (slash)
			*slash = '\0';
	}
	strcat(cli_program, "/tcpfin");
	return true;
}

void cli_run(const char *args, int want_status, const char *want)
{
	char command[8192];
	size_t len;
	int status;
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' %s", cli_program, args);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(cli_output, 1, sizeof(cli_output) - 1, pipe);
	cli_output[len] = '\0';
	status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != want_status)
		fail_msg("%s: want exit status %d, got %#x: %s", args,
			 want_status, (unsigned int)status, cli_output);
	if (!strstr(cli_output, want))
		fail_msg("%s: want '%s' in: %s", args, want, cli_output);
}

void cli_wrong(const char *args, const char *want)
{
	char with_stderr[256], stdout_only[256];

	snprintf(with_stderr, sizeof(with_stderr), "%s 2>&1", args);
	cli_run(with_stderr, 1, want);
	assert_ptr_equal(strchr(cli_output, '\n'),
			 cli_output + strlen(cli_output) - 1);
	snprintf(stdout_only, sizeof(stdout_only), "%s 2>/dev/null", args);
	cli_run(stdout_only, 1, "");
	assert_string_equal(cli_output, "");
}
