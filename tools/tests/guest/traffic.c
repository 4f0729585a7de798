// SPDX-License-Identifier: GPL-2.0
/* Connections in the background, and other processes that tests start. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "traffic.h"

/* Connections that are closed by either end, or reset, in turn. */
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

static void linger2(int fd, int seconds)
{
	must(setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &seconds,
			sizeof(seconds)));
}

/*
 * One teardown; how the first end closes is drawn by lot. Returns the second
 * end if it is to be closed only after some seconds, else -1.
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
	case 3:		/* data for an orphan: RST from FIN_WAIT2 */
		close(first);
		send(second, "x", 1, MSG_NOSIGNAL);
		close(second);
		return -1;
	case 4:		/* FIN_WAIT2 for a second or two (TWKilled) */
		linger2(first, 1 + rand_r(seed) % 2);
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
 * Traffic that goes on until it is stopped, or the test ends. It leaves some
 * time to others: they have things to do as well, on one CPU.
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

/* Start a program with its stdout in a file; stderr goes there, too. */
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

/* Wait for a program to end by itself: its status, or -1 if it does not. */
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
