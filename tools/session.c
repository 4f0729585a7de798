// SPDX-License-Identifier: GPL-2.0
/* What surrounds a command's work: opening, being stopped, ending its output. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "command.h"
#include "text.h"

static volatile sig_atomic_t stop_signals;
static int stop_fd = -1;
static int write_errno;

/* An eventfd, not a flag alone: a poll() that is about to start sees it too. */
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

/* No SA_RESTART: a write to a pipe that nobody empties must end as well. */
int tcpfin_stop_install(void)
{
	struct sigaction sa = {
		.sa_handler = on_stop,
		.sa_flags = (int)SA_RESETHAND,
	};

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0)
		return -1;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	return stop_fd;
}

bool tcpfin_stop_requested(void)
{
	return stop_signals;
}

static void tell_blind_spots(const struct tcpfin_command *cmd,
			     const struct tcpfin_header *h)
{
	char symbol[4 * sizeof(h->probe[0].symbol) + 1];
	char shows[4 * sizeof(h->probe[0].shows) + 1];
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++) {
		if (!h->probe[i].symbol[0] || h->probe[i].hooked)
			continue;
		tcpfin_escape(h->probe[i].shows, sizeof(h->probe[i].shows),
			      shows, sizeof(shows));
		tcpfin_escape(h->probe[i].symbol, sizeof(h->probe[i].symbol),
			      symbol, sizeof(symbol));
		fprintf(stderr,
			"tcpfin %s: not seen on this kernel: %s (%s is not hooked)\n",
			cmd->name, shows, symbol);
	}
}

struct tcpfin_source *tcpfin_open(const struct tcpfin_command *cmd,
				  const struct tcpfin_live_options *opts)
{
	struct tcpfin_source *src;
	char why[TCPFIN_WHY_MAX];

	src = tcpfin_live_open(TCPFIN_PATH, opts, why);
	if (src)
		tell_blind_spots(cmd, &src->header);
	else
		fprintf(stderr, "tcpfin: %s\n", why);
	return src;
}

bool tcpfin_flush(FILE *out)
{
	if (!fflush(out) && !ferror(out))
		return true;
	if (!write_errno)
		write_errno = errno ? errno : EIO;
	return false;
}

int tcpfin_finish(FILE *out)
{
	if (tcpfin_flush(out))
		return 0;
	if (write_errno == EPIPE ||
	    (write_errno == EINTR && tcpfin_stop_requested()))
		return 0;
	fprintf(stderr, "tcpfin: cannot write: %s\n", strerror(write_errno));
	return 1;
}
