// SPDX-License-Identifier: GPL-2.0
/* Counts events for "summary": spans, ends by reason, what is still open. */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>

#include "commands/summary_stats.h"
#include "filter/match.h"
#include "track/conn.h"

int tcpfin_stats_init(struct tcpfin_stats *s)
{
	memset(s, 0, sizeof(*s));
	if (tcpfin_dist_init(&s->tw, 3))
		return -ENOMEM;
	if (!tcpfin_dist_init(&s->fw2, 3))
		return 0;
	tcpfin_dist_exit(&s->tw);
	return -ENOMEM;
}

void tcpfin_stats_exit(struct tcpfin_stats *s)
{
	tcpfin_dist_exit(&s->tw);
	tcpfin_dist_exit(&s->fw2);
}

void tcpfin_stats_count(struct tcpfin_stats *s,
			const struct tcpfin_times *times)
{
	if (!times->count)
		return;
	if (!s->events || times->first_ns < s->first_ns)
		s->first_ns = times->first_ns;
	if (times->last_ns > s->last_ns)
		s->last_ns = times->last_ns;
	s->events += times->count;
}

static void count_death(struct tcpfin_stats *s, const struct tcpfin_event *ev,
			const struct tcpfin_step *step)
{
	if (step->time_wait_over) {
		s->tw_ended++;
		tcpfin_ends_count(&s->tw_ends, ev);
		if (step->span_known)
			tcpfin_dist_add(&s->tw, step->span_ns);
	} else if (ev->old_state == TCP_FIN_WAIT2) {
		s->fw2_ended++;
		tcpfin_ends_count(&s->fw2_ends, ev);
		if (step->mini_known)
			tcpfin_dist_add(&s->fw2, step->mini_ns);
	} else {
		s->unknown_ended++;
	}
}

void tcpfin_stats_event(struct tcpfin_stats *s, const struct tcpfin_event *ev,
			const struct tcpfin_step *step)
{
	switch (ev->kind) {
	case TCPFIN_KIND_TW_BIRTH:
		if (ev->new_state == TCP_FIN_WAIT2)
			s->fw2_born++;
		break;
	case TCPFIN_KIND_TW_FLIP:
		s->fw2_flips++;
		if (step->mini_known)
			tcpfin_dist_add(&s->fw2, step->mini_ns);
		break;
	case TCPFIN_KIND_TW_EXTEND:
		s->extensions++;
		if (step->conn->extended == 1)
			s->extended++;
		break;
	case TCPFIN_KIND_TW_DEATH:
		count_death(s, ev, step);
		break;
	case TCPFIN_KIND_TW_REFUSED:
		s->refused++;
		break;
	}
}

static void count_time_wait(const struct tcpfin_conn *conn, uint64_t now_ns,
			    struct tcpfin_open *open)
{
	uint64_t age, since_ns;

	open->tw++;
	if (!tcpfin_conn_since(conn, &since_ns))
		return;
	age = now_ns > since_ns ? now_ns - since_ns : 0;
	if (age > open->tw_oldest_ns || !open->tw_oldest_known)
		open->tw_oldest_ns = age;
	open->tw_oldest_known = true;
}

void tcpfin_stats_open(const struct tcpfin_tracker *tracker, uint64_t now_ns,
		       struct tcpfin_open *open,
		       void (*each)(void *data, const struct tcpfin_conn *conn),
		       void *data)
{
	const struct tcpfin_conn *conn = tcpfin_tracker_first(tracker);

	*open = (struct tcpfin_open){ .filter = open->filter };
	for (; conn; conn = tcpfin_tracker_after(tracker, conn)) {
		if (!(conn->flags & TCPFIN_CONN_MINI) ||
		    !tcpfin_conn_matches(open->filter, conn))
			continue;
		if (tcpfin_tracker_is_uncertain(tracker, conn)) {
			open->uncertain++;
		} else if (conn->state == TCP_TIME_WAIT) {
			count_time_wait(conn, now_ns, open);
			if (each)
				each(data, conn);
		} else if (conn->state == TCP_FIN_WAIT2) {
			open->fw2++;
		}
	}
}
