// SPDX-License-Identifier: GPL-2.0
/* Counts events for "summary": spans, ends by reason, what is still open. */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>

#include "commands/summary_stats.h"
#include "filter/match.h"
#include "track/conn.h"

int summary_stats_init(struct summary_stats *s)
{
	memset(s, 0, sizeof(*s));
	if (distribution_init(&s->tw, 3))
		return -ENOMEM;
	if (!distribution_init(&s->fw2, 3))
		return 0;
	distribution_exit(&s->tw);
	return -ENOMEM;
}

void summary_stats_exit(struct summary_stats *s)
{
	distribution_exit(&s->tw);
	distribution_exit(&s->fw2);
}

void summary_stats_count(struct summary_stats *s,
			 const struct event_times *times)
{
	if (!times->count)
		return;
	if (!s->events || times->first_ns < s->first_ns)
		s->first_ns = times->first_ns;
	if (times->last_ns > s->last_ns)
		s->last_ns = times->last_ns;
	s->events += times->count;
}

static void count_death(struct summary_stats *s, const struct tcpfin_event *ev,
			const struct step *step)
{
	if (step->time_wait_over) {
		s->tw_ended++;
		reason_counts_add(&s->tw_ends, ev);
		if (step->span_known)
			distribution_add(&s->tw, step->span_ns);
	} else if (ev->old_state == TCP_FIN_WAIT2) {
		s->fw2_ended++;
		reason_counts_add(&s->fw2_ends, ev);
		if (step->mini_known)
			distribution_add(&s->fw2, step->mini_ns);
	} else {
		s->unknown_ended++;
	}
}

void summary_stats_event(struct summary_stats *s, const struct tcpfin_event *ev,
			 const struct step *step)
{
	switch (ev->kind) {
	case TCPFIN_KIND_TW_BIRTH:
		if (ev->new_state == TCP_FIN_WAIT2)
			s->fw2_born++;
		break;
	case TCPFIN_KIND_TW_FLIP:
		s->fw2_flips++;
		if (step->mini_known)
			distribution_add(&s->fw2, step->mini_ns);
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

static void count_time_wait(const struct conn *conn, uint64_t now_ns,
			    struct summary_open *open)
{
	uint64_t age, since_ns;

	open->tw++;
	if (!conn_since(conn, &since_ns))
		return;
	age = now_ns > since_ns ? now_ns - since_ns : 0;
	if (age > open->tw_oldest_ns || !open->tw_oldest_known)
		open->tw_oldest_ns = age;
	open->tw_oldest_known = true;
}

void summary_stats_open(const struct tracker *tracker, uint64_t now_ns,
			struct summary_open *open,
			void (*each)(void *data, const struct conn *conn),
			void *data)
{
	const struct conn *conn = tracker_first(tracker);

	*open = (struct summary_open){ .filter = open->filter };
	for (; conn; conn = tracker_after(tracker, conn)) {
		if (!(conn->flags & CONN_MINI) ||
		    !match_conn(open->filter, conn))
			continue;
		if (tracker_is_uncertain(tracker, conn)) {
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
