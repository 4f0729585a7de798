// SPDX-License-Identifier: GPL-2.0
/* Runs man(1). */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/manual.h"

/* Ask without output: man's own message would be about a name that nobody typed. */
static bool has_page(const char *page)
{
	char name[] = "man", where[] = "-w", end[] = "--";
	char *const argv[] = { name, where, end, (char *)page, NULL };
	posix_spawn_file_actions_t quiet;
	int status;
	pid_t pid;
	bool ran;

	if (posix_spawn_file_actions_init(&quiet))
		return false;
	ran = !posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null",
						O_WRONLY, 0) &&
	      !posix_spawn_file_actions_adddup2(&quiet, STDOUT_FILENO,
						STDERR_FILENO) &&
	      !posix_spawnp(&pid, name, &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	return ran && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

bool manual_open(const char *page)
{
	if (!has_page(page))
		return false;
	/* The pager may end by it. */
	signal(SIGPIPE, SIG_DFL);
	execlp("man", "man", "--", page, NULL);
	return false;
}
