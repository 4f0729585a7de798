// SPDX-License-Identifier: GPL-2.0
/* Reads the text of /proc/tcpfin, waits for steps and compares them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "net.h"

#define WAIT_SECONDS	400	/* of guest time, for an expected step */

/* The number of the pair "KEY=..." of a line's pairs, or @absent. */
static long long pair_number(const char *pairs, const char *key, int base,
			     long long absent)
{
	const char *at = strstr(pairs, key);

	return at ? strtoll(at + strlen(key), NULL, base) : absent;
}

/* The pairs that each line has, and uid; see tcpfin(4). */
static void parse_pairs(struct seen *seen, const char *pairs)
{
	const char *last = strstr(pairs, " rcv_nxt=");

	if (sscanf(pairs, " kind=%15s", seen->kind) != 1 ||
	    !strstr(pairs, " cookie=") || !strstr(pairs, " netns=") ||
	    !strstr(pairs, " snd_nxt=") || !last)
		fail_msg("a pair is lacking: '%s'", pairs);
	seen->cookie = pair_number(pairs, " cookie=", 16, 0);
	seen->netns = pair_number(pairs, " netns=", 10, 0);
	seen->uid = pair_number(pairs, " uid=", 10, -1);
	seen->snd_nxt = pair_number(pairs, " snd_nxt=", 10, 0);
	seen->rcv_nxt = pair_number(last, " rcv_nxt=", 10, 0);
	last += strcspn(last + 1, " ") + 1;
	snprintf(seen->facts, sizeof(seen->facts), "%s", last);
}

static void parse_line(struct events *events, const char *line)
{
	unsigned long long lost;
	struct seen *seen;
	char pid[16], pairs[320];
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
	fields = sscanf(line, "%lf %15s %79s %63s %63s %15s -> %15s %63s%319[^\n]",
			&seen->time, pid, seen->comm, seen->local, seen->remote,
			seen->old_state, seen->new_state, seen->reason,
			pairs);
	if (fields != 9)
		fail_msg("line with %d fields: '%s'", fields, line);
	seen->pid = strcmp(pid, "-") ? strtol(pid, NULL, 10) : -1;
	parse_pairs(seen, pairs);
}

/* Open the file and skip the steps recorded so far. */
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

/* Read all lines up to the newest record, where the file ends for now. */
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

/* The socket's first step with these fields, each NULL for any; or NULL. */
static const struct seen *find_step(const struct events *events,
				    uint64_t cookie, const char *kind,
				    const char *old, const char *new)
{
	const struct seen *seen = events->list;

	for (; seen < events->list + events->count; seen++)
		if (seen->cookie == cookie &&
		    (!kind || !strcmp(seen->kind, kind)) &&
		    (!old || !strcmp(seen->old_state, old)) &&
		    (!new || !strcmp(seen->new_state, new)))
			return seen;
	return NULL;
}

/* The socket's first step of a kind, NULL if there is none. */
const struct seen *events_find(const struct events *events, uint64_t cookie,
			       const char *kind)
{
	return find_step(events, cookie, kind, NULL, NULL);
}

/* The socket's first step to a state, NULL if there is none. */
const struct seen *events_find_state(const struct events *events,
				     uint64_t cookie, const char *state)
{
	return find_step(events, cookie, NULL, NULL, state);
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

/* All steps of a socket, joined by ", ". */
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
 * Skip the test if the kernel skipped a probe: it does when an interrupt comes on the
 * way into the probe, and counts it. Steps lost so are no fault of the module.
 */
void events_excuse_missed(const struct events *events)
{
	const unsigned long missed = events_totals().missed - events->missed;

	if (!missed)
		return;
	print_message("# the kernel skipped %lu calls of probes\n", missed);
	skip();
}

/*
 * Skip the test if no mini-socket came because of a late ACK: if the ACK of the FIN
 * arrives after close() has checked the state and before it releases the socket, the
 * kernel keeps the full socket in FIN_WAIT2 until the timeout ("bad case" in
 * tcp_rcv_state_process()). A slow machine sees this now and then.
 */
static void excuse_late_ack(const struct events *events, uint64_t cookie)
{
	const struct seen *begin, *end;

	begin = find_step(events, cookie, NULL, "FIN_WAIT1", "FIN_WAIT2");
	end = find_step(events, cookie, NULL, "FIN_WAIT2", "CLOSE");
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
	fail_msg("the step did not come in %d s of guest time; steps of the socket: %s; steps of all sockets: %zu; unmatched since the load: %lu",
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

/* Wait until the socket has a step to a state. */
void events_wait_state(struct events *events, uint64_t cookie,
		       const char *state)
{
	int seconds = WAIT_SECONDS;

	events_read(events);
	while (!events_find_state(events, cookie, state))
		wait_more(events, cookie, &seconds);
}

/* Wait until the socket has a step to CLOSE. */
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

/* Wait until the socket has @count steps of a kind. */
void events_wait_count(struct events *events, uint64_t cookie,
		       const char *kind, size_t count)
{
	int seconds = WAIT_SECONDS;

	events_read(events);
	while (count_of(events, cookie, kind) < count)
		wait_more(events, cookie, &seconds);
}

/* Wait until the socket has a step of a kind. */
void events_wait_kind(struct events *events, uint64_t cookie, const char *kind)
{
	events_wait_count(events, cookie, kind, 1);
}

/*
 * Compare the steps of a socket with the expected list: "OLD>NEW kind reason pid",
 * joined by ", "; the kind "state", the reason "-" and an unknown pid are left out,
 * and "(not ours)" follows the pid of another process.
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

/* Fail if steps of sockets other than these were recorded or lost. */
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
		fail_msg("a step of another socket: %s", text);
	}
}

struct totals events_totals(void)
{
	struct totals totals = { 0 };
	char line[512];
	int found = 0;
	FILE *f = fopen("/proc/tcpfin", "re");

	assert_non_null(f);
	while (found != 5 && fgets(line, sizeof(line), f))
		found = sscanf(line,
			       "# recorded %lu, overwritten %lu, missed %lu, unmatched %lu, no ring %lu",
			       &totals.recorded, &totals.overwritten,
			       &totals.missed, &totals.unmatched,
			       &totals.no_ring);
	fclose(f);
	assert_int_equal(found, 5);
	return totals;
}

/* Wait until nothing is recorded for @quiet_ms; returns how many records there are. */
unsigned long events_settle(unsigned int quiet_ms)
{
	unsigned long before, now = events_totals().recorded;

	do {
		before = now;
		pause_ms(quiet_ms);
		now = events_totals().recorded;
	} while (now != before);
	return now;
}
