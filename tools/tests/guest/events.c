// SPDX-License-Identifier: GPL-2.0
/* What /proc/tcpfin shows, as lists that tests compare. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "net.h"

#define WAIT_SECONDS	400	/* of guest time, for anything to come */

static long number_or_none(const char *word)
{
	return strcmp(word, "-") ? strtol(word, NULL, 10) : -1;
}

static void parse_line(struct events *events, const char *line)
{
	char una[16], uid[16], pid[16];
	unsigned long long lost;
	struct seen *seen;
	int fields;

	if (sscanf(line, "# lost %llu", &lost) == 1)
		events->lost += lost;
	if (line[0] == '#')
		return;
	if (events->count == events->room) {
		events->room = events->room ? 2 * events->room : 256;
		events->list = realloc(events->list, events->room *
				       sizeof(*events->list));
		assert_non_null(events->list);
	}
	seen = &events->list[events->count++];
	fields = sscanf(line, "%lf %lx %u %63s %63s %15s -> %15s %15s %63s %u %15s %u %15s %15s %79s",
			&seen->time, &seen->cookie, &seen->netns, seen->local,
			seen->remote, seen->old_state, seen->new_state,
			seen->kind, seen->reason, &seen->snd_nxt, una,
			&seen->rcv_nxt, uid, pid, seen->comm);
	if (fields != 15)
		fail_msg("line with %d fields: '%s'", fields, line);
	seen->uid = number_or_none(uid);
	seen->pid = number_or_none(pid);
}

/* Begin with what comes from now on. */
void events_open(struct events *events)
{
	memset(events, 0, sizeof(*events));
	events->fd = must(open("/proc/tcpfin", O_RDONLY | O_CLOEXEC));
	events_read(events);
	events_forget(events);
	events->missed = events_totals().missed;
}

void events_close(struct events *events)
{
	close(events->fd);
	free(events->list);
	free(events->partial);
}

void events_forget(struct events *events)
{
	events->count = 0;
	events->lost = 0;
}

static void parse_text(struct events *events, char *text)
{
	char *line, *end;

	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		parse_line(events, line);
	}
	events->partial_len = strlen(line);
	memmove(text, line, events->partial_len + 1);
}

/* Read up to the end of file, which stands where the records end for now. */
void events_read(struct events *events)
{
	const size_t chunk = 65536;
	ssize_t len;

	do {
		events->partial = realloc(events->partial,
					  events->partial_len + chunk + 1);
		assert_non_null(events->partial);
		len = must(read(events->fd, events->partial +
				events->partial_len, chunk));
		events->partial[events->partial_len + len] = '\0';
		parse_text(events, events->partial);
	} while (len);
}

const struct seen *events_find(const struct events *events, uint64_t cookie,
			       const char *kind)
{
	size_t i;

	for (i = 0; i < events->count; i++)
		if (events->list[i].cookie == cookie &&
		    !strcmp(events->list[i].kind, kind))
			return &events->list[i];
	return NULL;
}

static bool has_come_to(const struct events *events, uint64_t cookie,
			const char *state)
{
	size_t i;

	for (i = 0; i < events->count; i++)
		if (events->list[i].cookie == cookie &&
		    !strcmp(events->list[i].new_state, state))
			return true;
	return false;
}

static void describe(const struct seen *seen, char *text, size_t size)
{
	bool plain = !strcmp(seen->kind, "state");
	bool no_reason = !strcmp(seen->reason, "-");

	snprintf(text, size, "%s>%s%s%s%s%s%s", seen->old_state,
		 seen->new_state, plain ? "" : " ", plain ? "" : seen->kind,
		 no_reason ? "" : " ", no_reason ? "" : seen->reason,
		 seen->pid < 0 ? "" : " pid");
	if (seen->pid >= 0 && seen->pid != getpid())
		strncat(text, "(not ours)", size - strlen(text) - 1);
}

/* All of a socket's steps, joined by ", ". */
static void list_steps(const struct events *events, uint64_t cookie,
		       char *all, size_t size)
{
	char one[256];
	size_t i;

	all[0] = '\0';
	for (i = 0; i < events->count; i++) {
		if (events->list[i].cookie != cookie)
			continue;
		describe(&events->list[i], one, sizeof(one));
		if (all[0])
			strncat(all, ", ", size - strlen(all) - 1);
		strncat(all, one, size - strlen(all) - 1);
	}
}

/*
 * The kernel itself skips a probe now and then, when an interrupt comes on its
 * way into one, and says so: that nothing came is then no fault of the module's.
 */
void events_excuse_missed(const struct events *events)
{
	const unsigned long missed = events_totals().missed - events->missed;

	if (!missed)
		return;
	print_message("# the kernel skipped %lu calls of probes\n", missed);
	skip();
}

static const struct seen *find_step(const struct events *events,
				    uint64_t cookie, const char *old,
				    const char *new)
{
	size_t i;

	for (i = 0; i < events->count; i++)
		if (events->list[i].cookie == cookie &&
		    !strcmp(events->list[i].old_state, old) &&
		    !strcmp(events->list[i].new_state, new))
			return &events->list[i];
	return NULL;
}

/*
 * If the ACK of the FIN comes when close() has looked for it and before it has
 * let go of the socket, the kernel keeps the full socket in FIN_WAIT2 for its
 * whole time ("bad case" in tcp_rcv_state_process()), and no mini-socket comes.
 * So it goes on a slow machine, now and then.
 */
static void excuse_late_ack(const struct events *events, uint64_t cookie)
{
	const struct seen *begin, *end;

	begin = find_step(events, cookie, "FIN_WAIT1", "FIN_WAIT2");
	end = find_step(events, cookie, "FIN_WAIT2", "CLOSE");
	if (!begin || !end || strcmp(end->reason, "expired") ||
	    end->time - begin->time < 55)
		return;
	print_message("# the ACK came too late for a mini-socket\n");
	skip();
}

static void fail_waiting(const struct events *events, uint64_t cookie)
{
	const struct totals totals = events_totals();
	char all[2048];

	events_excuse_missed(events);
	excuse_late_ack(events, cookie);

	list_steps(events, cookie, all, sizeof(all));
	fail_msg("nothing came in %d s of guest time; seen of the socket: %s; of all sockets: %zu steps; since the load: %lu unmatched",
		 WAIT_SECONDS, all, events->count, totals.unmatched);
}

static void wait_more(struct events *events, uint64_t cookie, int *seconds)
{
	struct pollfd pfd = { .fd = events->fd, .events = POLLIN };
	int ready = must(poll(&pfd, 1, 1000));

	if (!ready && --*seconds == 0)
		fail_waiting(events, cookie);
	events_read(events);
}

/* Wait until a step to a state has come for a socket. */
void events_wait_state(struct events *events, uint64_t cookie,
		       const char *state)
{
	int seconds = WAIT_SECONDS;

	events_read(events);
	while (!has_come_to(events, cookie, state))
		wait_more(events, cookie, &seconds);
}

/* Wait until a socket has come to CLOSE. */
void events_wait_end(struct events *events, uint64_t cookie)
{
	events_wait_state(events, cookie, "CLOSE");
}

static size_t count_of(const struct events *events, uint64_t cookie,
		       const char *kind)
{
	size_t i, count = 0;

	for (i = 0; i < events->count; i++)
		count += events->list[i].cookie == cookie &&
			 !strcmp(events->list[i].kind, kind);
	return count;
}

/* Wait until so many records of a kind have come for a socket. */
void events_wait_count(struct events *events, uint64_t cookie,
		       const char *kind, size_t count)
{
	int seconds = WAIT_SECONDS;

	events_read(events);
	while (count_of(events, cookie, kind) < count)
		wait_more(events, cookie, &seconds);
}

/* Wait until a record of a kind has come for a socket. */
void events_wait_kind(struct events *events, uint64_t cookie, const char *kind)
{
	events_wait_count(events, cookie, kind, 1);
}

/*
 * Compare the steps of a socket with the expected ones: "OLD>NEW kind reason
 * pid", joined by ", ", where the kind "state", the reason "-" and an unknown
 * pid are left out.
 */
void events_expect(const struct events *events, uint64_t cookie,
		   const char *steps)
{
	char all[2048];

	list_steps(events, cookie, all, sizeof(all));
	if (strcmp(all, steps))
		events_excuse_missed(events);
	assert_string_equal(all, steps);
}

/* Nothing may have been recorded of other sockets. */
void events_expect_only(const struct events *events, const uint64_t *cookies,
			size_t count)
{
	char text[256];
	size_t i, j;

	assert_int_equal(events->lost, 0);
	for (i = 0; i < events->count; i++) {
		for (j = 0; j < count; j++)
			if (events->list[i].cookie == cookies[j])
				break;
		if (j < count)
			continue;
		describe(&events->list[i], text, sizeof(text));
		fail_msg("a socket that is none of the test's: %s", text);
	}
}

struct totals events_totals(void)
{
	struct totals totals = { 0 };
	char line[512];
	int found = 0;
	FILE *f = fopen("/proc/tcpfin", "re");

	assert_non_null(f);
	while (found != 4 && fgets(line, sizeof(line), f))
		found = sscanf(line,
			       "# recorded %lu, overwritten %lu, missed %lu, unmatched %lu",
			       &totals.recorded, &totals.overwritten,
			       &totals.missed, &totals.unmatched);
	fclose(f);
	assert_int_equal(found, 4);
	return totals;
}
