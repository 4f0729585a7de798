// SPDX-License-Identifier: GPL-2.0
/* Counts events for "summary": spans, ends by reason, what is still open. */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>

#include "conn.h"
#include "stats.h"
#include "subject.h"

#define DAY_US		(86400LL * 1000000)

int tcpfin_dist_init(struct tcpfin_dist *d, int digits)
{
	memset(d, 0, sizeof(*d));
	return hdr_init(1, DAY_US, digits, &d->hdr) ? -ENOMEM : 0;
}

void tcpfin_dist_exit(struct tcpfin_dist *d)
{
	if (d->hdr)
		hdr_close(d->hdr);
}

void tcpfin_dist_add(struct tcpfin_dist *d, uint64_t ns)
{
	uint64_t us = ns / 1000;

	if (!d->count || ns < d->min_ns)
		d->min_ns = ns;
	if (ns > d->max_ns)
		d->max_ns = ns;
	d->count++;
	d->sum_us += us;
	hdr_record_value(d->hdr, us < DAY_US ? (int64_t)us : DAY_US);
}

uint64_t tcpfin_dist_mean(const struct tcpfin_dist *d)
{
	uint64_t mean;

	if (!d->count)
		return 0;
	/* The sum has whole microseconds: it may fall just below the minimum. */
	mean = d->sum_us / d->count * 1000 +
	       d->sum_us % d->count * 1000 / d->count;
	return mean < d->min_ns ? d->min_ns : mean;
}

uint64_t tcpfin_dist_percentile(const struct tcpfin_dist *d, double percent)
{
	uint64_t ns;

	ns = (uint64_t)hdr_value_at_percentile(d->hdr, percent) * 1000;
	if (ns < d->min_ns)
		return d->min_ns;
	return ns > d->max_ns ? d->max_ns : ns;
}

void tcpfin_ends_count(struct tcpfin_ends *ends,
		       const struct tcpfin_event *ev)
{
	ends->by_reason[ev->reason]++;
	if (ev->reason == TCPFIN_REASON_CALLER)
		ends->by_caller[ev->detail < TCPFIN_CALLERS ? ev->detail : 0]++;
}

/* Places 0 to 255 are reasons, those after them callers. */
bool tcpfin_ends_next(const struct tcpfin_ends *ends, unsigned int *at,
		      struct tcpfin_end *end)
{
	for (; *at < 256 + TCPFIN_CALLERS; ++*at) {
		end->reason = *at < 256 ? (uint8_t)*at : TCPFIN_REASON_CALLER;
		end->detail = *at < 256 ? 0 : *at - 256;
		end->count = *at < 256 ? ends->by_reason[*at] :
					 ends->by_caller[end->detail];
		if (*at == TCPFIN_REASON_CALLER || !end->count)
			continue;
		++*at;
		return true;
	}
	return false;
}

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
