// SPDX-License-Identifier: GPL-2.0
/* Requests to end: signals, and keys if a command uses the terminal. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/stop.h"

static volatile sig_atomic_t stop_signals;
static int stop_fd = -1;
/* epoll file that ends waiting: stop_fd, and keys of the terminal */
static int wake_fd = -1;
static bool terminal_taken;

/* An eventfd, since a flag would not wake a poll() about to start. */
static void on_stop(int sig)
{
	const uint64_t one = 1;
	int saved = errno;
	ssize_t ret;

	stop_signals = 1;
	ret = write(stop_fd, &one, sizeof(one));
	(void)ret;
	(void)sig;
	errno = saved;
}

static bool wake_on(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return !epoll_ctl(wake_fd, EPOLL_CTL_ADD, fd, &event);
}

/* Without SA_RESTART: a write to a pipe that nobody empties must end, too. */
int stop_install(void)
{
	struct sigaction sa = {
		.sa_handler = on_stop,
		.sa_flags = (int)SA_RESETHAND,
	};

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	wake_fd = epoll_create1(EPOLL_CLOEXEC);
	if (stop_fd < 0 || wake_fd < 0 || !wake_on(stop_fd))
		return -1;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	return wake_fd;
}

int stop_take_terminal(int keys)
{
	terminal_taken = true;
	return wake_on(keys) ? wake_fd : -1;
}

bool stop_requested(void)
{
	return stop_signals;
}

bool stop_terminal_taken(void)
{
	return terminal_taken;
}
