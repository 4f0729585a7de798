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

void tcpfin_counts_init(struct tcpfin_counts *c)
{
	memset(c, 0, sizeof(*c));
	c->time_wait.bounds = &tcpfin_bounds_time_wait;
	c->half_close.bounds = &tcpfin_bounds_wide;
	c->close_wait.bounds = &tcpfin_bounds_wide;
}

void tcpfin_counts_step(struct tcpfin_counts *c, const struct tcpfin_event *ev,
			const struct tcpfin_step *step)
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

static void add_span(struct tcpfin_hist *h, const struct tcpfin_conn *conn,
		     uint8_t state)
{
	struct tcpfin_fact span = tcpfin_conn_span(conn, state);

	if (span.known)
		tcpfin_hist_add(h, span.value);
}

void tcpfin_counts_end(struct tcpfin_counts *c, const struct tcpfin_conn *conn)
{
	c->ends[tcpfin_conn_how(conn)][tcpfin_conn_closer(conn)]++;
	if (conn->reason == TCPFIN_REASON_ABORTED ||
	    conn->reason == TCPFIN_REASON_RST_SENT)
		c->aborts[conn->detail < TCPFIN_CAUSES ? conn->detail :
			  TCPFIN_CAUSE_NONE]++;
	add_span(&c->time_wait, conn, TCP_TIME_WAIT);
	add_span(&c->half_close, conn, TCP_FIN_WAIT2);
	add_span(&c->close_wait, conn, TCP_CLOSE_WAIT);
}

static bool is_closing(const struct tcpfin_conn *conn)
{
	const unsigned int states = 1U << TCP_FIN_WAIT1 | 1U << TCP_FIN_WAIT2 |
				    1U << TCP_CLOSE_WAIT | 1U << TCP_CLOSING |
				    1U << TCP_LAST_ACK | 1U << TCP_TIME_WAIT;

	return tcpfin_conn_bit(conn->state) & states;
}

static void count_open(struct tcpfin_open_ends *open,
		       const struct tcpfin_conn *conn, uint64_t now_ns)
{
	uint8_t state = conn->state;
	uint64_t since_ns;

	open->count[state]++;
	if (tcpfin_conn_since(conn, &since_ns) && now_ns > since_ns &&
	    now_ns - since_ns > open->oldest_ns[state])
		open->oldest_ns[state] = now_ns - since_ns;
}

void tcpfin_counts_open(const struct tcpfin_tracker *tracker,
			const struct tcpfin_chosen *chosen, uint64_t now_ns,
			struct tcpfin_open_ends *open,
			void (*each)(void *data,
				     const struct tcpfin_conn *conn),
			void *data)
{
	const struct tcpfin_conn *conn = tcpfin_tracker_first(tracker);

	memset(open, 0, sizeof(*open));
	for (; conn; conn = tcpfin_tracker_after(tracker, conn)) {
		if (!is_closing(conn) ||
		    !tcpfin_family_is_chosen(chosen, conn->family) ||
		    !tcpfin_conn_matches(chosen->filter, conn))
			continue;
		if (tcpfin_tracker_is_uncertain(tracker, conn)) {
			open->uncertain++;
			continue;
		}
		count_open(open, conn, now_ns);
		if (each)
			each(data, conn);
	}
}
