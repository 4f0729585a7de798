// SPDX-License-Identifier: GPL-2.0
/* Judges what the steps tell: data that were lost, ACKs, orphans. */
#include <inttypes.h>
#include <stdio.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

/* Room for "NAME (pid N)". */
#define WHO_MAX	(TCPFIN_COMM_MAX + 32)

static const char *who_text(const struct tcpfin_loss_group *g,
			    char buf[WHO_MAX])
{
	char comm[TCPFIN_COMM_MAX];

	if (g->owner)
		snprintf(buf, WHO_MAX, "%s (pid %" PRIu32 ")",
			 tcpfin_escape(g->comm, sizeof(g->comm), comm,
				       sizeof(comm)), g->pid);
	else
		snprintf(buf, WHO_MAX, "a process that is not known");
	return buf;
}

/* Where to, seen from this end. */
static const char *whither_text(const struct tcpfin_loss_group *g,
				char buf[TCPFIN_END_MAX + 32])
{
	char text[TCPFIN_END_MAX];

	if (g->served)
		snprintf(buf, TCPFIN_END_MAX + 32, "port %u from %s", g->port,
			 tcpfin_addr_text(g->family, g->raddr, 0, text));
	else
		snprintf(buf, TCPFIN_END_MAX + 32, "%s",
			 tcpfin_end_text(g->family, g->raddr, g->port, text));
	return buf;
}

struct loss_text {
	const char *name;
	const char *what;
	const char *evidence;
	const char *advice;
	enum tcpfin_severity severity;
	enum tcpfin_count counter;	/* TCPFIN_COUNTS: there is none */
};

/* In the order of enum tcpfin_loss. */
static const struct loss_text losses[] = {
	{
		"unread-data", "closed with data unread",
		"close() with data in the receive buffer sends a RST in place of a FIN; the peer may also lose what it has not read yet",
		"read until read() returns 0 before close(), or agree with the peer who ends",
		TCPFIN_WARNING, TCPFIN_COUNT_ABORT_CLOSE,
	}, {
		"unsent-data", "aborted before all was delivered",
		"what was written and not acknowledged was thrown away (SO_LINGER 0, a disconnect, or a limit)",
		"do not set SO_LINGER to 0 where data matter: shutdown(SHUT_WR), read to the end, then close()",
		TCPFIN_WARNING, TCPFIN_COUNT_ABORT_DATA,
	}, {
		"data-after-close", "got data after close() and answered with a RST",
		"the peer's data had no reader any more; it sees ECONNRESET",
		"close only when the peer has ended: shutdown(SHUT_WR), read to the end, then close()",
		TCPFIN_WARNING, TCPFIN_COUNT_ABORT_DATA,
	}, {
		"reset-by-peer", "reset by the peer before all was acknowledged",
		"the peer's program aborted, or a middlebox did; what it had not read is lost",
		"look at the peer: does it close with data unread, or time out?",
		TCPFIN_NOTE, TCPFIN_COUNTS,
	},
};

static void tell_loss(const struct tcpfin_facts *facts,
		      struct tcpfin_findings *all,
		      const struct tcpfin_loss_group *g)
{
	const struct loss_text *text = &losses[g->loss];
	const struct tcpfin_counter *count = facts->counter;
	char who[WHO_MAX], whither[TCPFIN_END_MAX + 32];
	char addr[TCPFIN_ADDR_MAX], comm[TCPFIN_COMM_MAX];
	uint64_t ago_ns = facts->now_ns - g->last_ns;
	char ago[TCPFIN_SPAN_MAX];
	struct tcpfin_finding *f;

	f = tcpfin_findings_add(all, TCPFIN_DATA_LOST, text->severity,
				g->count);
	tcpfin_find_what(f, "%" PRIu64 " connection%s of %s, to %s: %s",
			 g->count, g->count == 1 ? "" : "s", who_text(g, who),
			 whither_text(g, whither), text->what);
	tcpfin_find_text(f, "cause", text->name);
	tcpfin_find_number(f, "pid", g->owner, g->pid);
	tcpfin_find_text(f, "comm", g->owner ?
			 tcpfin_escape(g->comm, sizeof(g->comm), comm,
				       sizeof(comm)) : NULL);
	tcpfin_find_text(f, "raddr",
			 tcpfin_addr_text(g->family, g->raddr, 0, addr));
	tcpfin_find_number(f, "port", true, g->port);
	tcpfin_find_bool(f, "server", g->served);
	tcpfin_find_number(f, "count", true, g->count);
	tcpfin_find_number(f, "unacknowledged_bytes", true, g->bytes);
	tcpfin_find_ms(f, "latest_ms_ago", true, ago_ns);
	tcpfin_find_evidence(f, "the latest %s ago%s",
		tcpfin_span_text(ago_ns, ago),
		g->bytes ? ", with bytes that were written and not acknowledged" : "");
	tcpfin_find_evidence(f, "%s", text->evidence);
	if (text->counter != TCPFIN_COUNTS && count[text->counter].known)
		tcpfin_find_evidence(f, "counter %s: %" PRIu64 " since boot",
				     count[text->counter].name,
				     count[text->counter].value);
	tcpfin_find_advice(f, "%s", text->advice);
}

/* What an end does itself counts at once, what peers do by its share. */
static bool loss_matters(const struct tcpfin_past *past,
			 const struct tcpfin_loss_group *g)
{
	uint64_t sum = 0;
	size_t i;

	if (g->loss == TCPFIN_LOSS_UNREAD || g->loss == TCPFIN_LOSS_UNSENT)
		return true;
	for (i = 0; i < past->nlosses; i++)
		sum += past->losses[i].loss == g->loss ?
		       past->losses[i].count : 0;
	return tcpfin_share_reaches(sum, past->ends, TCPFIN_SHARE_PERCENT);
}

static void judge_losses(const struct tcpfin_facts *facts,
			 struct tcpfin_findings *all)
{
	const struct tcpfin_loss_group *best[TCPFIN_EACH_MAX];
	const struct tcpfin_past *past = &facts->past;
	uint64_t rest = past->losses_rest;
	size_t count = 0, at, i;

	for (i = 0; i < past->nlosses; i++) {
		const struct tcpfin_loss_group *g = &past->losses[i];

		if (!loss_matters(past, g))
			continue;
		at = count;
		if (count < TCPFIN_EACH_MAX) {
			count++;
		} else if (best[--at]->count < g->count) {
			rest += best[at]->count;
		} else {
			rest += g->count;
			continue;
		}
		for (; at && best[at - 1]->count < g->count; at--)
			best[at] = best[at - 1];
		best[at] = g;
	}
	for (i = 0; i < count; i++)
		tell_loss(facts, all, best[i]);
	if (count && rest)
		tcpfin_find_evidence(&all->list[all->count - 1],
			"%" PRIu64 " more connections lost data in other ways or places",
			rest);
}

static void judge_last_acks(const struct tcpfin_facts *facts,
			    struct tcpfin_findings *all)
{
	const struct tcpfin_past *past = &facts->past;
	struct tcpfin_finding *f;

	if (!tcpfin_share_reaches(past->fins_again_conns, past->time_waits,
				  TCPFIN_SHARE_PERCENT))
		return;
	f = tcpfin_findings_add(all, TCPFIN_LAST_ACK_LOST, TCPFIN_NOTE,
				past->fins_again_conns);
	tcpfin_find_what(f, "the last ACK of %" PRIu64 " of %" PRIu64
			 " connections in TIME_WAIT did not arrive",
			 past->fins_again_conns, past->time_waits);
	tcpfin_find_number(f, "connections", true, past->fins_again_conns);
	tcpfin_find_number(f, "fins_again", true, past->fins_again);
	tcpfin_find_number(f, "time_waits", true, past->time_waits);
	tcpfin_find_evidence(f, "the peer's FIN came again %" PRIu64
		" times, and TIME_WAIT started over each time",
		past->fins_again);
	tcpfin_find_advice(f,
		"segments get lost on the way to these peers, or they send the FIN again too soon: compare with the retransmissions of other connections (nstat TcpRetransSegs)");
}

static void judge_orphan_timeouts(const struct tcpfin_facts *facts,
				  struct tcpfin_findings *all)
{
	const struct tcpfin_counter *timeouts =
		&facts->counter[TCPFIN_COUNT_ABORT_TIMEOUT];
	const struct tcpfin_fact *retries =
		&facts->setting[TCPFIN_SET_ORPHAN_RETRIES];
	const struct tcpfin_past *past = &facts->past;
	struct tcpfin_finding *f;
	char addr[TCPFIN_ADDR_MAX], end[TCPFIN_END_MAX];

	if (!tcpfin_share_reaches(past->orphan_timeouts, past->ends,
				  TCPFIN_SHARE_PERCENT))
		return;
	f = tcpfin_findings_add(all, TCPFIN_ORPHAN_TIMEOUTS, TCPFIN_WARNING,
				past->orphan_timeouts);
	tcpfin_find_what(f, "%" PRIu64
		" closed connections were given up: their peers did not answer any more",
		past->orphan_timeouts);
	tcpfin_find_number(f, "count", true, past->orphan_timeouts);
	tcpfin_find_number(f, "tries_max", past->tries_max, past->tries_max);
	tcpfin_find_text(f, "raddr", tcpfin_addr_text(past->orphan_family,
						past->orphan_raddr, 0, addr));
	tcpfin_find_number(f, "rport", true, past->orphan_rport);
	tcpfin_find_number(f, "tcp_orphan_retries", retries->known,
			   retries->value);
	tcpfin_find_number(f, "since_boot", timeouts->known, timeouts->value);
	tcpfin_find_evidence(f, "the latest: remote %s",
		tcpfin_end_text(past->orphan_family, past->orphan_raddr,
				past->orphan_rport, end));
	if (past->tries_max)
		tcpfin_find_evidence(f, "after %" PRIu32 " tries at most",
				     past->tries_max);
	if (timeouts->known)
		tcpfin_find_evidence(f,
			"counter TCPAbortOnTimeout (connections with a process, too): %"
			PRIu64 " since boot", timeouts->value);
	if (retries->known)
		tcpfin_find_evidence(f, "net.ipv4.tcp_orphan_retries = %"
			PRIu64 "%s", retries->value,
			retries->value ? "" : " (which means 8)");
	tcpfin_find_advice(f,
		"see whether these peers vanished or a firewall drops what comes late; the data that were not acknowledged are lost");
}

void tcpfin_judge_past(const struct tcpfin_facts *facts,
		       struct tcpfin_findings *all)
{
	judge_losses(facts, all);
	judge_last_acks(facts, all);
	judge_orphan_timeouts(facts, all);
}
