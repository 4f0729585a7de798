// SPDX-License-Identifier: GPL-2.0
/*
 * Counts ends of connections for Prometheus. An end, not a connection: each is
 * on one machine, so that the counts of many machines add up.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "commands/export/metrics_counts.h"
#include "filter/match.h"
#include "track/conn.h"

bool metric_counts_init(struct metric_counts *c, enum group_by by,
			uint64_t cap)
{
	memset(c, 0, sizeof(*c));
	c->by = by;
	if (by)
		c->groups = group_table_new(cap, 0);
	c->time_wait.bounds = &histogram_bounds_time_wait;
	c->half_close.bounds = &histogram_bounds_wide;
	c->close_wait.bounds = &histogram_bounds_wide;
	return c->groups || !by;
}

void metric_counts_exit(struct metric_counts *c)
{
	group_table_free(c->groups);
}

static struct group *find_group(struct metric_counts *c,
				const struct conn *conn)
{
	char buf[GROUP_KEY_TEXT_MAX];
	struct group_key key;
	const char *name;

	group_key_make(c->by, conn, &key);
	name = group_key_text(c->by, &key, NULL, NULL, buf);
	if (!name)
		name = "unknown";
	if (!strcmp(name, METRIC_OTHER))
		return group_table_other(c->groups);
	return group_table_find(c->groups, name, strlen(name));
}

static void add_span(struct histogram *h, const struct conn *conn,
		     uint8_t state)
{
	struct fact span = conn_span(conn, state);

	if (span.known)
		histogram_add(h, span.value);
}

void metric_counts_end(struct metric_counts *c, const struct conn *conn)
{
	c->ends[conn_how(conn)][conn_closer(conn)]++;
	if (conn->reason == TCPFIN_REASON_ABORTED ||
	    conn->reason == TCPFIN_REASON_RST_SENT)
		c->aborts[conn->detail < METRIC_CAUSES ? conn->detail :
			  TCPFIN_CAUSE_NONE]++;
	add_span(&c->time_wait, conn, TCP_TIME_WAIT);
	add_span(&c->half_close, conn, TCP_FIN_WAIT2);
	add_span(&c->close_wait, conn, TCP_CLOSE_WAIT);
	if (c->groups)
		find_group(c, conn)->ends[conn_how(conn)]++;
}

static bool is_closing(const struct conn *conn)
{
	return conn_bit(conn->state) & TEARDOWN_STATES;
}

static void count_open(struct metric_open *open, const struct conn *conn,
		       uint64_t now_ns)
{
	uint8_t state = conn->state;
	uint64_t since_ns;

	open->count[state]++;
	if (conn_since(conn, &since_ns) && now_ns > since_ns &&
	    now_ns - since_ns > open->oldest_ns[state])
		open->oldest_ns[state] = now_ns - since_ns;
}

void metric_counts_open(struct metric_counts *c, const struct tracker *tracker,
			const struct selection *selection, uint64_t now_ns,
			struct metric_open *open)
{
	const struct conn *conn = tracker_first(tracker);

	memset(open, 0, sizeof(*open));
	if (c->groups)
		group_table_reset_open(c->groups);
	for (; conn; conn = tracker_after(tracker, conn)) {
		if (!is_closing(conn) ||
		    !selection_has_family(selection, conn->family) ||
		    !match_conn(selection->filter, conn))
			continue;
		if (tracker_is_uncertain(tracker, conn)) {
			open->uncertain++;
			continue;
		}
		count_open(open, conn, now_ns);
		if (c->groups)
			find_group(c, conn)->open++;
	}
}
