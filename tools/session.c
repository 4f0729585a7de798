// SPDX-License-Identifier: GPL-2.0
/* What surrounds a command's work: opening, being stopped, ending its output. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "command.h"
#include "progress.h"
#include "recorded.h"
#include "stopped.h"
#include "text.h"

/* How often, at most, an idle command looks whether events were missed. */
#define LOOK_NS		1000000000ULL

static volatile sig_atomic_t stop_signals;
static int stop_fd = -1;
/* What a rest ends by: @stop_fd, and what tcpfin_take_terminal() adds. */
static int wake_fd = -1;
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

static bool wake_on(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return !epoll_ctl(wake_fd, EPOLL_CTL_ADD, fd, &event);
}

/*
 * SIGINT and SIGTERM ask for the end; the second of them ends the program at
 * once, as if it were not caught. No SA_RESTART: a write to a pipe that nobody
 * empties must end as well. Return a file that can be read then, or -1.
 */
static int install_stop(void)
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

/* The command that runs, and whether it was told that probes are off. */
static const char *command_name;
static bool told_stopped;
static bool terminal_taken;

/* The live rings may stop, and go on, at any time. */
static void tell_if_stopped(const struct tcpfin_source *src)
{
	bool stopped = src->header.stopped;

	if (src->ops->host_name || stopped == told_stopped || terminal_taken)
		return;
	told_stopped = stopped;
	if (stopped)
		fprintf(stderr,
			"tcpfin %s: nothing is recorded: kprobes are switched off (%s)\n",
			command_name, tcpfin_stopped_why());
	else
		fprintf(stderr, "tcpfin %s: kprobes are on again\n",
			command_name);
}

int tcpfin_take_terminal(int keys)
{
	terminal_taken = true;
	return wake_on(keys) ? wake_fd : -1;
}

bool tcpfin_stop_requested(void)
{
	return stop_signals;
}

void tcpfin_rest(struct tcpfin_source *src, uint64_t end_ns, uint64_t next_ns)
{
	uint64_t now = tcpfin_source_now(src), until = now + LOOK_NS;

	if (tcpfin_stop_requested() || now >= end_ns) {
		tcpfin_source_stop(src);
		return;
	}
	tell_if_stopped(src);
	if (!src->ops->host_name)
		tcpfin_progress_follow(src);
	if (until > end_ns)
		until = end_ns;
	if (until > next_ns)
		until = next_ns > now ? next_ns : now;
	tcpfin_source_wait(src, (int)((until - now + 999999) / 1000000));
}

/* @where is the machine, or NULL for this one. */
static void tell_blind_spots(const struct tcpfin_command *cmd,
			     const struct tcpfin_header *h, const char *where)
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
			"tcpfin %s: not seen on %s: %s (%s is not hooked)\n",
			cmd->name, where ? where : "this kernel", shows,
			symbol);
	}
	if (where && h->stopped)
		fprintf(stderr,
			"tcpfin %s: on %s kprobes were switched off when this recording began\n",
			cmd->name, where);
}

/* Recordings of one load of the module have the same ones. */
static void tell_new_blind_spots(const struct tcpfin_command *cmd,
				 struct tcpfin_source *const *list,
				 unsigned int at)
{
	struct tcpfin_source *src = list[at];
	unsigned int i;

	for (i = 0; i < at; i++)
		if (list[i]->header.load_ns == src->header.load_ns &&
		    !strcmp(tcpfin_recorded_boot_id(list[i]),
			    tcpfin_recorded_boot_id(src)))
			return;
	tell_blind_spots(cmd, &src->header, tcpfin_source_host_name(src, 0));
}

/* What stands before the first part that is read. */
static void tell_part(const struct tcpfin_command *cmd,
		      struct tcpfin_source *src)
{
	struct tcpfin_part part = tcpfin_recorded_part(src);

	if (part.number)
		fprintf(stderr,
			"tcpfin %s: a recording is read from its part %" PRIu64 " on: %" PRIu64 " events stand before it\n",
			cmd->name, part.number + (uint64_t)1,
			(uint64_t)part.before.events);
}

/* Two recordings cannot share stdin. */
static bool takes_stdin_twice(const struct tcpfin_input *in)
{
	unsigned int i, times = 0;

	for (i = 0; i < in->nfiles; i++)
		times += !strcmp(in->files[i], "-");
	return times > 1;
}

static struct tcpfin_source *open_files(const struct tcpfin_command *cmd,
					const struct tcpfin_input *in,
					char why[TCPFIN_WHY_MAX])
{
	struct tcpfin_source *list[TCPFIN_FILES_MAX], *src;
	unsigned int i, n;

	snprintf(why, TCPFIN_WHY_MAX, "-r - more than once");
	if (takes_stdin_twice(in))
		return NULL;
	for (i = 0; i < in->nfiles; i++) {
		list[i] = tcpfin_recorded_open(in->files[i], in->live.stop_fd,
					       why);
		if (!list[i])
			goto err;
		tell_new_blind_spots(cmd, list, i);
	}
	n = tcpfin_recorded_join(list, in->nfiles);
	for (i = 0; i < n; i++)
		tell_part(cmd, list[i]);
	if (n == 1)
		return list[0];
	src = tcpfin_merge_open(list, n, in->live.stop_fd);
	if (!src)
		snprintf(why, TCPFIN_WHY_MAX, "out of memory");
	return src;

err:
	while (i--)
		tcpfin_source_close(list[i]);
	return NULL;
}

/* Return the source, or NULL, and say why on stderr. */
static struct tcpfin_source *open_input(const struct tcpfin_command *cmd,
					const struct tcpfin_input *in)
{
	struct tcpfin_source *src;
	char why[TCPFIN_WHY_MAX];

	if (in->nfiles) {
		src = open_files(cmd, in, why);
	} else {
		src = tcpfin_live_open(TCPFIN_PATH, &in->live, why);
		if (src && !cmd->shows_module) {
			tell_blind_spots(cmd, &src->header, NULL);
			tell_if_stopped(src);
		}
	}
	if (!src)
		fprintf(stderr, "tcpfin: %s\n", why);
	return src;
}

/* Return the exit status: @status, or 1 if what was read was not in order. */
static int close_input(const struct tcpfin_command *cmd,
		       struct tcpfin_source *src, int status)
{
	tcpfin_progress_wipe();
	if (src->fault[0]) {
		fprintf(stderr, "tcpfin %s: %s\n", cmd->name, src->fault);
		status = 1;
	}
	tcpfin_source_close(src);
	return status;
}

/* A line that changes and lines that stay do not go on one terminal. */
static bool shows_progress(const struct tcpfin_command *cmd,
			   const struct tcpfin_input *in)
{
	bool alone = !isatty(STDOUT_FILENO);

	if (!isatty(STDERR_FILENO))
		return false;
	if (in->nfiles)
		return alone || cmd->silent_read;
	return in->verbose && (alone || cmd->silent_live);
}

int tcpfin_run(const struct tcpfin_command *cmd, int argc, char **argv,
	       void *opts)
{
	struct tcpfin_call call = {
		.cmd = cmd, .argc = argc, .argv = argv, .opts = opts,
	};
	struct tcpfin_chosen *chosen = opts;
	int ret = tcpfin_read_options(&call);
	struct tcpfin_source *src;

	if (ret >= 0)
		return ret;
	ret = 1;
	command_name = cmd->name;
	call.in.live.stop_fd = install_stop();
	src = open_input(cmd, &call.in);
	if (src && chosen->resolve)
		chosen->names = tcpfin_resolver_new();
	if (src) {
		if (shows_progress(cmd, &call.in))
			tcpfin_progress_init(cmd->name);
		if (isatty(STDOUT_FILENO))
			setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
		ret = cmd->view(src, opts);
		ret = close_input(cmd, src, ret);
	}
	tcpfin_filter_free(chosen->filter);
	tcpfin_resolver_free(chosen->names);
	return ret;
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
