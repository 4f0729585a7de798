// SPDX-License-Identifier: GPL-2.0
/* Runs tcpfin as a user does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "program.h"

char program_path[4096];
char program_output[1 << 16];

bool program_find(void)
{
	ssize_t len = readlink("/proc/self/exe", program_path,
			       sizeof(program_path) - 32);
	char *slash;
	int up;

	if (len < 0)
		return false;
	program_path[len] = '\0';
	for (up = 0; up < 3; up++) {
		slash = strrchr(program_path, '/');
		if (slash)
			*slash = '\0';
	}
	strcat(program_path, "/tcpfin");
	return true;
}

void program_run(const char *args, int want_status, const char *want)
{
	char command[8192];
	size_t len;
	int status;
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' %s", program_path, args);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(program_output, 1, sizeof(program_output) - 1, pipe);
	program_output[len] = '\0';
	status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != want_status)
		fail_msg("%s: want exit status %d, got %#x: %s", args,
			 want_status, (unsigned int)status, program_output);
	if (!strstr(program_output, want))
		fail_msg("%s: want '%s' in: %s", args, want, program_output);
}

void program_wrong(const char *args, const char *want)
{
	char with_stderr[256], stdout_only[256];

	snprintf(with_stderr, sizeof(with_stderr), "%s 2>&1", args);
	program_run(with_stderr, 1, want);
	assert_ptr_equal(strchr(program_output, '\n'),
			 program_output + strlen(program_output) - 1);
	snprintf(stdout_only, sizeof(stdout_only), "%s 2>/dev/null", args);
	program_run(stdout_only, 1, "");
	assert_string_equal(program_output, "");
}
