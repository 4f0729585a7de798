// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's meter: meter N WORKLOAD [TRACER [ARGUMENT]...]
 *
 * Starts TRACER with its output in the files "out" and "err", runs WORKLOAD N, waits until
 * all TIME_WAITs have ended, and stops TRACER with SIGINT. Prints the number of
 * connections (a load generator may open a few more than N) and the busy time of the
 * machine: during the workload and QUIET_S seconds; while the TIME_WAITs ended; and from
 * SIGINT until TRACER had exited.
 *
 * Busy time is elapsed time minus the processor's idle time. So everything counts: the
 * workload, the tracer's process, kernel threads and interrupts. In the virtual machine
 * an instruction takes a nanosecond and waiting costs nothing, so that the numbers are
 * instructions.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

/* Seconds for TRACER to start, after the workload, and for TIME_WAITs to end. */
#define START_S		30
#define QUIET_S		2
#define END_S		70

/* Connections that a workload may make beyond N. */
#define SPARE		10

/* Fail unless @least to @most sockets are in TIME_WAIT. */
static void want_time_wait(int seen, int least, int most)
{
	if (seen < least || seen > most)
		errx(1, "%d sockets in TIME_WAIT, not %d", seen, least);
}

static void redirect(const char *path, int to)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		err(1, "%s", path);
	close(fd);
}

/* SIGINT is set to its default, since children of a shell without job control ignore it. */
static pid_t start_tracer(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	signal(SIGINT, SIG_DFL);
	redirect("out", STDOUT_FILENO);
	redirect("err", STDERR_FILENO);
	execvp(argv[0], argv);
	err(1, "%s", argv[0]);
}

static void check_running(pid_t tracer)
{
	if (tracer && waitpid(tracer, NULL, WNOHANG))
		errx(1, "the tracer ended too soon");
}

static void stop_tracer(pid_t tracer)
{
	if (!tracer)
		return;
	if (kill(tracer, SIGINT) || waitpid(tracer, NULL, 0) < 0)
		err(1, "stopping the tracer");
}

static void run_workload(char *path, char *n)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		execlp(path, path, n, NULL);
		err(1, "%s", path);
	}
	if (waitpid(pid, &status, 0) < 0 || status)
		errx(1, "the workload failed");
}

/* Wait for the same time in every run; returns the busy time of the wait itself. */
static uint64_t await_ends(void)
{
	struct timespec end;
	uint64_t spun;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += END_S;
	spun = machine_await_ends();
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
	want_time_wait(machine_time_waits(), 0, 0);
	return spun;
}

int main(int argc, char **argv)
{
	uint64_t begun, quiet, over, spun, stopped;
	pid_t tracer = 0;
	int n, made;

	if (argc < 3)
		errx(2, "usage: meter N WORKLOAD [TRACER [ARGUMENT]...]");
	n = atoi(argv[1]);
	want_time_wait(machine_time_waits(), 0, 0);
	if (argc > 3)
		tracer = start_tracer(argv + 3);
	sleep(START_S);
	check_running(tracer);
	machine_prepare();

	begun = machine_work();
	run_workload(argv[2], argv[1]);
	sleep(QUIET_S);
	quiet = machine_work();
	made = machine_time_waits();
	want_time_wait(made, n, n + SPARE);
	spun = await_ends();
	over = machine_work();
	check_running(tracer);
	stop_tracer(tracer);
	stopped = machine_work();
	printf("%d %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", made,
	       quiet - begun, over - quiet - spun, stopped - over);
	return 0;
}
