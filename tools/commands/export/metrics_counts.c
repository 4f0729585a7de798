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

void metric_counts_init(struct metric_counts *c)
{
	memset(c, 0, sizeof(*c));
	c->time_wait.bounds = &histogram_bounds_time_wait;
	c->half_close.bounds = &histogram_bounds_wide;
	c->close_wait.bounds = &histogram_bounds_wide;
}

void metric_counts_step(struct metric_counts *c, const struct tcpfin_event *ev,
			const struct step *step)
{
	c->events++;
	switch (ev->kind) {
	case TCPFIN_KIND_FIN_RETRANS:
		c->retransmits++;
		break;
	case TCPFIN_KIND_TW_EXTEND:
		c->extensions++;
		break;
	case TCPFIN_KIND_TW_REFUSED:
		c->refused++;
		break;
	case TCPFIN_KIND_TW_DEATH:
		if (step->time_wait_over)
			c->time_waits[ev->reason < TCPFIN_REASON_CALLER ?
				      ev->reason : TCPFIN_REASON_CALLER]++;
		break;
	}
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

void metric_counts_open(const struct tracker *tracker,
			const struct selection *selection, uint64_t now_ns,
			struct metric_open *open,
			void (*each)(void *data, const struct conn *conn),
			void *data)
{
	const struct conn *conn = tracker_first(tracker);

	memset(open, 0, sizeof(*open));
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
		if (each)
			each(data, conn);
	}
}
