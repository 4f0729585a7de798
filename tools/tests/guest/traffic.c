// SPDX-License-Identifier: GPL-2.0
/* Connections in the background, and processes that tests start. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "traffic.h"

/* Make connections; in turn the client resets, the client or the server closes first. */
void traffic_some(const struct path *path, unsigned int count)
{
	int listener = listener_open(path);
	unsigned int i;

	for (i = 0; i < count; i++) {
		int client = client_socket(path, 0);
		int server;

		must(client_connect(client, path));
		server = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
		if (i % 3 == 0)
			linger_zero(client);
		close(i % 3 == 1 ? client : server);
		close(i % 3 == 1 ? server : client);
	}
	close(listener);
}

/*
 * Tear a connection down in a random way. Returns @second if the caller is to close it
 * after some seconds, else -1.
 */
int tear_down(unsigned int *seed, int first, int second)
{
	switch (rand_r(seed) % 8) {
	case 0:		/* RST by linger 0 */
		linger_zero(first);
		break;
	case 1:		/* RST by unread data */
		send_bytes(second, 10);
		break;
	case 2:		/* half-close */
		must(shutdown(first, SHUT_WR));
		send_bytes(second, 1000);
		receive_bytes(first, 1000);
		close(second);
		close(first);
		return -1;
	case 3:		/* data after close(): RST from FIN_WAIT2 */
		close(first);
		send(second, "x", 1, MSG_NOSIGNAL);
		close(second);
		return -1;
	case 4:		/* FIN_WAIT2 timeout of 1 or 2 s (TWKilled) */
		set_linger2(first, 1 + rand_r(seed) % 2);
		close(first);
		return second;
	case 5:		/* a RST from CLOSE_WAIT */
		linger_zero(second);
		break;
	default:	/* FIN, ACK, FIN, ACK */
		break;
	}
	close(first);
	close(second);
	return -1;
}

/*
 * Start a process that makes connections until stop() or the end of the test. Its
 * pauses leave time on a single CPU to other processes.
 */
pid_t traffic_start(const struct path *path)
{
	pid_t pid = must(fork());

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		traffic_some(path, 20);
		pause_ms(8);
	}
}

/* Start a program with stdout and stderr in a file. */
pid_t start(const char *output, const char *const argv[])
{
	pid_t pid = must(fork());
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

void stop(pid_t pid, int signal)
{
	kill(pid, signal);
	waitpid(pid, NULL, 0);
}

/* Wait for a process to end: its exit status, or -1 after @seconds. */
int wait_exit(pid_t pid, unsigned int seconds)
{
	unsigned int tries;
	int status;

	for (tries = 0; tries < seconds * 100; tries++) {
		if (must(waitpid(pid, &status, WNOHANG)) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) :
						   128 + WTERMSIG(status);
		pause_ms(10);
	}
	return -1;
}

/* Run a function in a child, which ends with the caller. */
pid_t traffic_child(struct path *path, unsigned int cpu,
		    void (*body)(struct path *path, unsigned int cpu))
{
	pid_t pid = must(fork());

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	body(path, cpu);
	_exit(0);
}
